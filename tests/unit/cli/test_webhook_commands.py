"""The webhook commands: what a person reads of how addresses are served, and how what was skipped is asked for."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

WELL: dict[str, Any] = {
    "webhook": "wh_1",
    "url": "https://vi-du.vn/nhan",
    "types": [],
    "description": "",
    "active": True,
    "waiting": 12,
    "deliveries": [],
    "retrying": [],
    "skipped": [],
    "stopped": "",
}
ATTEMPT = {"event": "e", "type": "t", "position": 139, "state": "cho_gui", "attempts": 2, "last_status": 500}


class Installation:
    """Stands for an installation with one webhook."""

    def __init__(self) -> None:
        self.webhook = WELL
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return {"webhooks": [self.webhook]}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return {"position": 7}


@pytest.fixture
def installation(monkeypatch):
    stand_in = Installation()
    monkeypatch.setattr(Client, "choose", lambda **_: stand_in)
    return stand_in


def run(*arguments: str) -> str:
    app = typer.Typer()
    add_client_commands(app)
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "260"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "đang gửi"),
        ({"retrying": [ATTEMPT]}, "đang gửi; gửi lại từ vị trí 139"),
        ({"skipped": [ATTEMPT, ATTEMPT]}, "đã bỏ qua 2, gửi lại bằng kiemdinh webhook retry"),
        ({"active": False, "stopped": "noi_nhan_tu_choi"}, "nơi nhận trả lời 410; nối lại bằng kiemdinh webhook retry"),
        ({"active": False, "stopped": "dia_chi_khong_duoc_phep"}, "allow_private_targets = true"),
        ({"active": False, "stopped": "mat_quyen"}, "người đăng ký mất quyền; đăng ký lại"),
        ({"active": False}, "đã dừng; đăng ký lại"),
    ],
)
def test_the_list_says_how_an_address_is_served_and_what_to_do(installation, how, said):
    installation.webhook = {**WELL, **how}

    assert said in run("webhook", "list")


def test_the_list_as_json_is_what_the_installation_said(installation):
    assert '"state"' not in run("webhook", "list", "--json")


def test_what_was_skipped_is_asked_for_by_the_webhooks_number(installation):
    assert "theo thứ tự" in run("webhook", "retry", "wh_1")
    assert installation.sent == [("webhooks/wh_1/retry", {})]
