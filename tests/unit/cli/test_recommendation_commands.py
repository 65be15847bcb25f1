"""The commands of recommendations and of evidence asked for: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client


def made(number: int, state: str = "qua_han") -> dict[str, Any]:
    words = {"severity": "bat_buoc", "responsible": "phong_kinh_te", "state": state}
    return {"id": f"r-{number}", "school": "TH-1", "criterion": "4.1", "text": "Lập sổ", "due": "2026-12-20", **words}


class Recorder:
    """Stands for an installation: remembers what it was sent, and answers in pages of two."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.recommendations = [made(1), made(2, "da_tra_loi"), made(3, "mo")]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, {key: value for key, value in query.items() if value}))
        if path == "recommendations/r-1":
            return made(1)
        after = query.get("after") or 0
        return {"recommendations": self.recommendations[after : after + 2], "total": len(self.recommendations)}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return {"id": "r-9", "request": "q-9"}


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, list(arguments))


def test_a_recommendation_is_added_and_its_id_is_told(installation):
    named = ("add", "TH-1", "--inspection", "v-1", "--criterion", "4.1", "--text", "Lập sổ", "--severity", "nen")
    done = run("recommendation", *named, "--due", "2026-12-20", "--responsible", "xa", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["id"] == "r-9"
    body = {"school": "TH-1", "inspection": "v-1", "criterion": "4.1", "text": "Lập sổ", "due": "2026-12-20"}
    sent = {**body, "severity": "nen", "responsible": "xa"}
    assert installation.sent == [("POST", "schools/TH-1/recommendations", sent)]


def test_a_day_or_a_word_that_is_none_is_sent_nowhere(installation):
    named = ("add", "TH-1", "--inspection", "v-1", "--text", "Lập sổ")
    assert run("recommendation", *named, "--due", "20/12/2026").exit_code == 2
    assert run("recommendation", *named, "--due", "2026-12-20", "--severity", "rat").exit_code == 2
    assert run("recommendation", "verify", "r-1", "--result", "xong").exit_code == 2
    assert installation.sent == []


@pytest.mark.parametrize(
    ("arguments", "what", "body"),
    [
        (("answer", "--text", "Đã lập sổ", "--document", "d-1"), "answers", {"text": "Đã lập sổ", "documents": ["d-1"]}),
        (("answer", "--text", "Đã lập sổ"), "answers", {"text": "Đã lập sổ", "documents": []}),
        (
            ("verify", "--result", "mot_phan", "--note", "Thiếu dấu", "--inspection", "v-2"),
            "verifications",
            {"result": "mot_phan", "note": "Thiếu dấu", "inspection": "v-2"},
        ),
        (
            ("extend", "--due", "2027-01-15", "--reason", "Chờ kinh phí"),
            "extensions",
            {"due": "2027-01-15", "reason": "Chờ kinh phí"},
        ),
    ],
)
def test_what_is_known_by_its_id_alone_goes_to_its_school(installation, arguments, what, body):
    command, *options = arguments
    done = run("recommendation", command, "r-1", *options)
    assert done.exit_code == 0, done.output
    sent = {"school": "TH-1", "recommendation": "r-1", **body}
    assert installation.sent == [
        ("GET", "recommendations/r-1", {}),
        ("POST", f"schools/TH-1/recommendations/r-1/{what}", sent),
    ]


def test_recommendations_are_listed_whole_whatever_the_size_of_a_page(installation):
    done = run("recommendation", "list", "--overdue", "--commune", "NL", "--school", "TH-1", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["r-1", "r-2", "r-3"]
    assert {"id", "school", "criterion", "text", "severity", "due", "state", "responsible"} <= rows[0].keys()
    asked = {"school": "TH-1", "overdue": True, "limit": 500}
    assert installation.sent == [
        ("GET", "communes/NL/recommendations", asked),
        ("GET", "communes/NL/recommendations", {**asked, "after": 2}),
    ]


def test_a_school_lists_its_own_and_those_that_are_overdue(installation):
    assert len(run("recommendation", "list", "--school", "TH-1", "--json").stdout.splitlines()) == 2
    done = run("recommendation", "list", "--school", "TH-1", "--overdue", "--json")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["r-1"]
    assert installation.sent == [("GET", "schools/TH-1/recommendations", {})] * 2


def test_recommendations_are_listed_for_people_in_words(installation):
    done = run("recommendation", "list")
    assert "Quá hạn" in done.stdout
    assert "Phòng Kinh" in done.stdout
    assert "Bắt buộc" in done.stdout
    assert installation.sent[0][1:] == ("recommendations", {"limit": 500})


def test_nothing_to_list_is_said(installation):
    installation.recommendations = []
    assert "Không có kiến nghị nào." in run("recommendation", "list").stdout


def test_evidence_is_asked_for_and_supplied(installation):
    named = ("--criterion", "4.1", "--what", "Sổ họp", "--due", "2026-12-20")
    assert run("inspection", "request", "TH-1", "v-1", *named).exit_code == 0
    assert run("inspection", "supply", "TH-1", "v-1", "q-1", "--document", "d-1", "--text", "Hai học kỳ").exit_code == 0
    asked = {"school": "TH-1", "inspection": "v-1", "criterion": "4.1", "what": "Sổ họp", "due": "2026-12-20"}
    given = {"school": "TH-1", "inspection": "v-1", "request": "q-1", "documents": ["d-1"], "text": "Hai học kỳ"}
    assert installation.sent == [
        ("POST", "schools/TH-1/inspections/v-1/requests", asked),
        ("POST", "schools/TH-1/inspections/v-1/requests/q-1/supply", given),
    ]
