"""`kiemdinh deadline list`: what waits for the reader reads so, and not as done."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

AHEAD = {
    "id": "a",
    "due": "2026-12-30",
    "state": "sap_den",
    "days_left": 9,
    "label": "Nộp báo cáo",
    "title": "",
    "my_turn": False,
}
MINE = AHEAD | {
    "id": "b",
    "due": "2026-12-01",
    "state": "cho",
    "days_left": -20,
    "label": "Xác minh trả lời",
    "my_turn": True,
}
OTHERS = MINE | {"id": "c", "label": "Duyệt báo cáo", "my_turn": False}
DONE = MINE | {"id": "d", "state": "xong", "label": "Đăng ký", "my_turn": False}


@pytest.fixture(autouse=True)
def installation(monkeypatch):
    def two_at_once(self: Client, path: str, *, after: int | None = None, **_: Any) -> dict[str, Any]:
        known = [AHEAD, MINE, OTHERS, DONE]
        return {"deadlines": known[after or 0 :][:2], "total": len(known)}

    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: Client("http://127.0.0.1", "kd_thu")))
    monkeypatch.setattr(Client, "get", two_at_once)


def listed(*arguments: str) -> list[str]:
    app = typer.Typer()
    add_client_commands(app)
    done = CliRunner().invoke(app, ["deadline", "list", *arguments])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_what_waits_says_for_whom_and_what_is_done_that_it_is():
    states = {line.split()[-1]: line for line in listed()[1:]}

    told = {"a": "còn 9 ngày", "b": "chờ mình", "c": "đang chờ", "d": "xong"}
    assert all(words in states[number] for number, words in told.items()), states


def test_a_program_reads_the_states_of_the_installation():
    assert [json.loads(line)["state"] for line in listed("--json")] == ["sap_den", "cho", "cho", "xong"]
