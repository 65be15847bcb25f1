"""`kiemdinh registration show`: what a person reads of a registration's days."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

FIRST_TIME = {"what": "Đăng ký", "due": None, "source": "", "confidence": "high", "note": "Lần đầu không có hạn"}
UNKNOWN = {"what": "Đăng ký lại", "due": None, "source": "TT57/2026 Đ18", "confidence": "low", "note": ""}
DUE = {"what": "Trường phản hồi", "due": "2026-12-30", "source": "10 ngày", "confidence": "medium", "note": ""}
SHOWN: dict[str, Any] = {"cycle": "", "history": [], "deadlines": [FIRST_TIME, UNKNOWN, DUE], "warnings": []}


@pytest.fixture(autouse=True)
def installation(monkeypatch):
    class Place:
        def get(self, path: str, **_: Any) -> dict[str, Any]:
            return SHOWN

    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: Place()))


def show(*arguments: str) -> str:
    app = typer.Typer()
    add_client_commands(app)
    done = CliRunner().invoke(app, ["registration", "show", "TH-1", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_each_day_says_how_sure_it_is_and_no_day_says_whether_there_is_none_or_none_is_known():
    assert show().splitlines()[1:] == [
        "Không có hạn: Đăng ký (Lần đầu không có hạn; độ chắc cao)",
        "Hạn không rõ ngày: Đăng ký lại (TT57/2026 Đ18; độ chắc thấp)",
        "Hạn 2026-12-30: Trường phản hồi (10 ngày; độ chắc vừa)",
    ]


def test_a_program_reads_what_the_installation_says():
    assert json.loads(show("--json")) == SHOWN
