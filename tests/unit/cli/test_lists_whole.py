"""A command that lists shows every line: the client follows the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

LINES = 1_201


class Paged(Client):
    """An installation that answers any list in pages of its own length."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "")
        self.asked: list[tuple[str, int]] = []

    def get(self, path: str, **query: Any) -> Any:
        after = query.get("after") or 0
        self.asked.append((path, after))
        found = [{"id": str(n), "due": "2026-09-14", "days_left": 0, "state": "hom_nay"} for n in range(LINES)]
        page = found[after : after + 500]
        return dict.fromkeys(("deadlines", "syntheses", "requests", "rules", "directives"), page) | {"total": LINES}


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Paged:
    made = Paged()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: made))
    return made


@pytest.mark.parametrize(
    "command",
    [
        ("deadline", "list", "--ended"),
        ("report", "list"),
        ("task", "rules", "NL", "2026"),
        ("directive", "list", "NL", "2026"),
    ],
)
def test_a_list_shows_the_lines_of_all_pages(installation: Paged, command: tuple[str, ...]) -> None:
    app = typer.Typer()
    add_client_commands(app)

    done = CliRunner().invoke(app, [*command, "--json"])

    assert done.exit_code == 0, done.output
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [str(n) for n in range(LINES)]
    assert [after for _, after in installation.asked] == [0, 500, 1_000]


def test_the_pages_of_a_list_of_no_lines_are_one(installation: Paged) -> None:
    installation.get = lambda path, **query: {"rules": [], "total": 0}  # type: ignore[method-assign]

    assert installation.lines("x", "rules") == []
