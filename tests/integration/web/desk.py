"""A desk at which people of a village type commands: against all services, over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import typer
from typer.testing import CliRunner
from werkzeug.serving import make_server

from cli.client_commands import add_client_commands
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCOPES, Village


class Desk:
    """Types commands in a role of the village, each with a token of that role; `prefix` goes before all of them."""

    def __init__(self, *prefix: str, relays: bool = True) -> None:
        self.village = Village()
        self._prefix, self._relays = prefix, relays
        self._tokens: dict[tuple[Role, str], str] = {}
        self._server = make_server("127.0.0.1", 0, self.village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._app = typer.Typer()
        add_client_commands(self._app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def run(self, role: Role, *words: str, scope: str = "") -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and what was printed, an object a line; `scope` is another place than that of the village."""
        where = ["--url", self.url, "--token", self.token(role, scope), "--json"]
        done = CliRunner().invoke(self._app, [*self._prefix, *words, *where])
        if self._relays:
            self.village.relay()
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    def ok(self, role: Role, *words: str, scope: str = "") -> list[dict[str, Any]]:
        """Return what a command printed that went through."""
        code, printed = self.run(role, *words, scope=scope)
        assert code == 0, printed
        return printed

    def one(self, role: Role, *words: str) -> dict[str, Any]:
        """Return the only object that a command printed."""
        (printed,) = self.ok(role, *words)
        return printed

    def refusal(self, role: Role, *words: str, scope: str = "") -> dict[str, Any]:
        """Return the problem of a command that was refused."""
        code, printed = self.run(role, *words, scope=scope)
        assert code == 1, printed
        return printed[-1]

    def refused(self, role: Role, *words: str) -> str:
        """Return the type of the refusal."""
        return str(self.refusal(role, *words)["type"])

    def token(self, role: Role, scope: str = "") -> str:
        """Return the token of a role in its place."""
        if (role, scope) not in self._tokens:
            kind, own = SCOPES[role]
            grants: Sequence[GrantRequest] = [GrantRequest(role=role, scope_kind=kind, scope=scope or own)]
            asked = IssueToken(name=f"{role.value}-{scope or own}", grants=list(grants), days=1)
            self._tokens[role, scope] = str(self.village.identity.issue_token(system("thu"), asked).token)
        return self._tokens[role, scope]
