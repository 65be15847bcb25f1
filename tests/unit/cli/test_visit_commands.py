"""The commands of visits: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client


def asked(number: int, state: str = "qua_han", answers: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    finding = {"criterion": "4.1", "level": 1, "indicator": "-", "state": state, "answer_by": "2026-12-20"}
    return {"school": f"TH-{number}", "finding": {**finding, "note": "Thiếu sổ", "answers": answers or []}}


class Recorder:
    """Stands for an installation: remembers what it was sent, and answers in pages of two."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.findings = [asked(1), asked(2, "da_tra_loi", [{"text": "Đã lập sổ"}]), asked(3, "mo")]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, {key: value for key, value in query.items() if value}))
        after = query.get("after") or 0
        return {
            "cycles": [{"cycle": "2026-2027"}],
            "inspections": [{"inspection": "v-1", "layer": "commune"}, {"inspection": "v-2", "layer": "department"}],
            "findings": self.findings[after : after + 2],
            "total": len(self.findings),
        }

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return {"inspection": "v-1"}


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["inspection", *arguments])


def test_a_plan_names_its_members(installation):
    done = run(
        "plan", "TH-1", "--layer", "commune", "--on", "2026-11-05", "--title", "Kiểm tra", "--member", "a", "--member", "b"
    )
    assert done.exit_code == 0, done.output
    method, path, body = installation.sent[-1]
    assert (method, path, body["members"], body["cycle"]) == ("POST", "schools/TH-1/inspections", ["a", "b"], "2026-2027")


def test_a_finding_carries_what_the_team_wrote_and_its_day(installation):
    assert run("find", "TH-1", "v-1", "4.1/1/-=not_met", "--note", "Thiếu sổ", "--answer-by", "2026-12-20").exit_code == 0
    (finding,) = installation.sent[-1][2]["findings"]
    assert (finding["note"], finding["answer_by"], finding["result"]) == ("Thiếu sổ", "2026-12-20", "not_met")


def test_a_visit_is_moved_with_a_reason(installation):
    assert run("move", "TH-1", "v-1", "--on", "2026-11-12", "--reason", "Mưa lũ").exit_code == 0
    body = {"school": "TH-1", "inspection": "v-1", "on": "2026-11-12", "reason": "Mưa lũ"}
    assert installation.sent[-1] == ("POST", "schools/TH-1/inspections/v-1/schedule", body)


def test_a_school_answers_one_finding_with_papers(installation):
    assert run("answer", "TH-1", "v-1", "4.1/2/a", "Đã lập sổ", "--document", "d-1").exit_code == 0
    body = {"school": "TH-1", "inspection": "v-1", "criterion": "4.1", "level": 2, "indicator": "a"}
    sent = {**body, "text": "Đã lập sổ", "documents": ["d-1"]}
    assert installation.sent[-1] == ("POST", "schools/TH-1/inspections/v-1/answers", sent)
    assert run("answer", "TH-1", "v-1", "4.1", "Đã lập sổ").exit_code == 2


def test_findings_are_listed_whole_whatever_the_size_of_a_page(installation):
    done = run("findings", "--commune", "NL", "--state", "overdue", "--json")
    assert [json.loads(line)["school"] for line in done.stdout.splitlines()] == ["TH-1", "TH-2", "TH-3"]
    assert installation.sent == [
        ("GET", "communes/NL/findings", {"state": "qua_han", "limit": 500}),
        ("GET", "communes/NL/findings", {"state": "qua_han", "limit": 500, "after": 2}),
    ]


def test_findings_are_listed_for_people_too(installation):
    done = run("findings")
    assert "quá hạn" in done.stdout
    assert "Đã lập sổ" in done.stdout
    assert installation.sent[0][1] == "findings"
    assert run("findings", "--state", "xong").exit_code == 2


def test_visits_are_listed_with_whose_they_are_in_words_and_for_programs_as_they_come(installation):
    lines = run("list", "TH-1").output.splitlines()
    assert [("Xã" in line, "Sở" in line) for line in lines[1:]] == [(True, False), (False, True)]
    rows = [json.loads(line) for line in run("list", "TH-1", "--json").output.splitlines()]
    assert [row["layer"] for row in rows] == ["commune", "department"]
