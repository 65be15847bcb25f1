"""The commands of teams: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

VISIT = {
    "inspection": "v-1",
    "school": "TH-1",
    "team": {"members": [{"name": "Hoa"}], "warnings": ["Chưa rõ đoàn phải có bao nhiêu người."]},
    "opinions": [
        {"agreed": {"dissent": ["p-1"]}},
        {"agreed": {"dissent": []}},
        {"agreed": None},
    ],
    "minutes": {"held_on": ["2026-11-05"], "participants": [{"name": "Mai"}]},
}


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.cycles: list[dict[str, str]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return {"cycles": self.cycles}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return {"visits": [VISIT]} if path.endswith("/programme") else VISIT


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str, given: str = ""):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["inspection", *arguments], input=given)


def test_a_programme_is_sent_as_its_file_says_for_a_layer(installation):
    visits = [{"school": "TH-1", "on": "2026-12-01", "sites": ["Nà Hin"]}]
    done = run(
        "programme", "--layer", "commune", "--file", "-", "--json", given=json.dumps({"title": "T", "visits": visits})
    )
    assert done.exit_code == 0, done.output
    assert installation.sent == [("inspections/programme", {"title": "T", "visits": visits, "layer": "commune"})]
    assert json.loads(done.stdout)["inspection"] == "v-1"
    assert run("programme", "--layer", "commune", "--file", "-", given="[]").exit_code == 2


def test_a_team_is_sent_as_its_file_says_and_warnings_are_read(installation):
    team = {"decision": "12/QĐ", "decided_on": "2026-10-20", "members": [{"login": "hoa", "role": "truong"}]}
    done = run("team", "TH-1", "v-1", "--file", "-", given=json.dumps(team))
    assert done.exit_code == 0, done.output
    body = {**team, "school": "TH-1", "inspection": "v-1"}
    assert installation.sent == [("schools/TH-1/inspections/v-1/team", body)]
    assert "Đã lập đoàn 1 người" in done.stdout
    assert "Chưa rõ đoàn" in done.stdout
    assert "Xem thử" in run("team", "TH-1", "v-1", "--file", "-", "--check", given=json.dumps(team)).stdout
    assert installation.sent[-1][1]["only_check"]


def test_a_member_judges_indicators_with_a_note(installation):
    done = run("judge", "TH-1", "v-1", "1.1/1/a=met", "1.2/1/-=not_met", "--note", "Thiếu sổ", "--on", "2026-11-05")
    assert done.exit_code == 0, done.output
    path, body = installation.sent[0]
    assert (path, body["on"]) == ("schools/TH-1/inspections/v-1/opinions", "2026-11-05")
    assert [(one["criterion"], one["indicator"], one["result"], one["note"]) for one in body["opinions"]] == [
        ("1.1", "a", "met", "Thiếu sổ"),
        ("1.2", "-", "not_met", "Thiếu sổ"),
    ]


def test_a_team_agrees_on_what_is_named_and_on_what_all_say(installation):
    done = run("agree", "TH-1", "v-1", "1.1/1/-=met", "--reason", "Ốm", "--unanimous")
    assert done.exit_code == 0, done.output
    path, body = installation.sent[0]
    assert (path, body["reason"], body["unanimous"], len(body["agreements"])) == (
        "schools/TH-1/inspections/v-1/agreements",
        "Ốm",
        True,
        1,
    )
    assert "2 mục, 1 mục có ý kiến khác" in done.stdout
    assert run("agree", "TH-1", "v-1", "--unanimous").exit_code == 0
    assert installation.sent[-1][1]["agreements"] == []


def test_minutes_take_days_people_and_sites(installation):
    people = ("--participant", "Lò Thị Mai, Hiệu trưởng", "--participant", "Lan")
    done = run(
        "minutes", "TH-1", "v-1", "--held-on", "2026-11-05", *people, "--site", "Nà Hin", "--school-opinion", "Nhất trí"
    )
    assert done.exit_code == 0, done.output
    path, body = installation.sent[0]
    assert path == "schools/TH-1/inspections/v-1/minutes"
    assert body["participants"] == [{"name": "Lò Thị Mai", "office": "Hiệu trưởng"}, {"name": "Lan", "office": ""}]
    assert (body["held_on"], body["sites"], body["school_opinion"]) == (["2026-11-05"], ["Nà Hin"], "Nhất trí")
    assert "ngày 05/11/2026, 1 người dự" in done.stdout


def test_a_plan_says_kind_and_sites_and_needs_no_cycle(installation):
    plan = ("plan", "TH-1", "--layer", "commune", "--on", "2026-11-05", "--title", "K")
    assert run(*plan, "--kind", "tu_van", "--site", "Nà Hin").exit_code == 0
    body = installation.sent[-1][1]
    assert (body["cycle"], body["kind"], body["sites"]) == ("", "tu_van", ["Nà Hin"])
    assert run(*plan, "--cycle", "2026-2027").exit_code == 0
    assert installation.sent[-1][1]["cycle"] == "2026-2027"
    assert "kind" not in installation.sent[-1][1]


def test_a_conclusion_says_whether_the_school_is_ready(installation):
    assert run("conclude", "TH-1", "v-1", "Đủ", "--conclusion", "du_dieu_kien").exit_code == 0
    assert installation.sent[-1][1]["conclusion"] == "du_dieu_kien"
    assert run("conclude", "TH-1", "v-1", "Đủ").exit_code == 0
    assert "conclusion" not in installation.sent[-1][1]
