"""The commands for tokens: what they send, what a person and a program read."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

ISSUED = {"id": "t-1", "token": "kd_bi-mat", "expires_at": "2027-11-29T00:00:00Z"}
GRANT = {"role": "van_thu", "scope_kind": "truong", "scope": "TH-BC"}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return {"tokens": [{"id": "t-1", "name": "Máy", "login": "hieu-truong-1", "state": "con_hieu_luc"}]}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return ISSUED


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    return recorder


def run(*arguments: str) -> Any:
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def test_a_programs_own_token_is_asked_for_and_told_as_before(place):
    answer = run("token", "issue", "Cổng", "--role", "van_thu", "--scope", "truong:TH-BC", "--json")

    assert place.sent == [("tokens", {"name": "Cổng", "grants": [GRANT]})]
    assert json.loads(answer.output) == ISSUED


def test_a_token_for_a_person_has_the_persons_roles(place):
    answer = run("token", "issue", "Máy", "--for", "hieu-truong-1", "--json")

    assert place.sent == [("tokens", {"name": "Máy", "grants": [], "login": "hieu-truong-1"})]
    assert json.loads(answer.output) == {**ISSUED, "for": "hieu-truong-1"}
    assert "kd_bi-mat" in run("token", "issue", "Máy", "--for", "hieu-truong-1").output


def test_a_token_for_a_person_can_be_narrowed_to_a_role(place):
    run("token", "issue", "Máy", "--for", "van-thu-1", "--role", "van_thu", "--scope", "truong:TH-BC")

    assert place.sent == [("tokens", {"name": "Máy", "grants": [GRANT], "login": "van-thu-1"})]


@pytest.mark.parametrize("given", [[], ["--role", "van_thu"], ["--scope", "so"], ["--for", "x", "--role", "van_thu"]])
def test_half_a_role_or_nothing_at_all_is_refused_before_anything_is_sent(place, given):
    answer = run("token", "issue", "Máy", *given)

    assert answer.exit_code == 2
    assert "--for" in answer.output
    assert place.sent == []


def test_the_list_says_as_whom_a_token_acts(place):
    assert "hieu-truong-1" in run("token", "list").output
