"""Deadlines and reminders by the command line, as people type it, against all services."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from typing import Any

import icalendar
import pytest
import typer
from typer.testing import CliRunner
from werkzeug.serving import make_server

from cli.client_commands import add_client_commands
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import GrantRequest, IssueToken
from shared.identity.call_context import system
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, SCOPES, Village

OFFICER, HEAD, ADMINISTRATOR = Role.COMMUNE_OFFICER, Role.HEAD, Role.ADMINISTRATOR
TODAY = today(SystemClock())


class Desk:
    """Types commands in a role."""

    def __init__(self) -> None:
        self.village = Village()
        self.village.open_cycle()
        self.visit = self.village.visit("2026-2027")
        self._server = make_server("127.0.0.1", 0, self.village.app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self._app = typer.Typer()
        add_client_commands(self._app)

    def token(self, role: Role) -> str:
        kind, scope = SCOPES[role]
        grant = GrantRequest(role=role, scope_kind=kind, scope=scope)
        return str(
            self.village.identity.issue_token(system("thu"), IssueToken(name=role.value, grants=[grant], days=1)).token
        )

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def run(self, role: Role, *words: str) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit code and the lines that were printed."""
        where = ["--url", f"http://127.0.0.1:{self._server.server_port}", "--token", self.token(role), "--json"]
        done = CliRunner().invoke(self._app, [*words, *where])
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_each_line_of_the_list_is_a_deadline_with_id_kind_due_and_state(desk):
    code, lines = desk.run(OFFICER, "deadline", "list", "--commune", COMMUNE)

    (visit,) = [line for line in lines if line["kind"] == "visit"]
    assert code == 0
    assert visit["id"] == f"visit:{desk.visit}"
    assert (visit["school"], visit["commune"], visit["due"], visit["state"]) == (
        SCHOOL,
        COMMUNE,
        TODAY.isoformat(),
        "hom_nay",
    )


def test_the_list_without_arguments_shows_what_the_caller_may_see(desk):
    _, of_head = desk.run(HEAD, "deadline", "list")
    code, refused = desk.run(HEAD, "deadline", "list", "--commune", COMMUNE)

    assert {line["school"] for line in of_head} == {SCHOOL}
    assert (code, refused[0]["status"]) == (1, 403)


def test_a_calendar_is_written_to_a_file(desk, tmp_path):
    file = tmp_path / "han.ics"

    code, _ = desk.run(OFFICER, "deadline", "list", "--commune", COMMUNE, "--ics", str(file))

    (event,) = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert code == 0
    assert event.decoded("DTSTART") == TODAY


def test_reminders_are_told_once_and_by_the_administrator_alone(desk):
    at = dt.datetime.combine(TODAY, dt.time(7)).isoformat()

    code, told = desk.run(ADMINISTRATOR, "reminder", "run", "--at", at)
    _, again = desk.run(ADMINISTRATOR, "reminder", "run", "--at", at)
    refused, _ = desk.run(OFFICER, "reminder", "run", "--at", at)

    assert code == 0
    assert {(line["deadline"], line["step"]) for line in told} == {(f"visit:{desk.visit}", "0")}
    assert all(line["person"] for line in told)
    assert again == []
    assert refused == 1


def test_a_moment_that_is_none_is_refused_before_anything_is_asked(desk):
    code, _ = desk.run(ADMINISTRATOR, "reminder", "run", "--at", "hôm qua")

    assert code == 2
