"""The commands of yearly checks: what they send, what a person reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

CHECK = {"year": "2026-2027", "result": "duy_tri", "checked_on": "2026-11-20", "note": "", "inspection": "", "position": 1}


class Recorder:
    """Stands for an installation: remembers what it was sent, and answers lists in pages of two."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, {key: value for key, value in query.items() if value}))
        if path.startswith("schools/"):
            return {"checks": [CHECK, CHECK | {"year": "2025-2026", "result": "khong"}]}
        after = query.get("after") or 0
        lines = [{"school": f"TH-{number}", "check": CHECK} for number in (1, 2, 3)]
        return {"checks": lines[after : after + 2], "total": 3}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return CHECK | {"result": body["result"]}


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str):
    app = typer.Typer()
    add_client_commands(app)
    return CliRunner().invoke(app, ["maintenance", *arguments])


def test_a_check_is_sent_with_year_result_visit_note_and_day(installation):
    options = ["--result", "nguy_co", "--inspection", "v-1", "--note", "Thiếu phòng", "--on", "2026-11-20", "--json"]
    done = run("check", "TH-1", "--year", "2026-2027", *options)
    assert done.exit_code == 0, done.output
    assert installation.sent == [
        (
            "POST",
            "schools/TH-1/maintenance",
            {
                "school": "TH-1",
                "year": "2026-2027",
                "result": "nguy_co",
                "inspection": "v-1",
                "note": "Thiếu phòng",
                "on": "2026-11-20",
            },
        )
    ]
    assert json.loads(done.output)["result"] == "nguy_co"


def test_a_school_that_does_not_keep_its_standard_is_said_to_be_asked_for_remedy_first(installation):
    assert "khắc phục trước" in run("check", "TH-1", "--year", "2026-2027", "--result", "khong").output
    assert "recognition" not in run("check", "TH-1", "--year", "2026-2027", "--result", "duy_tri").output


def test_an_unknown_result_is_refused_before_anything_is_sent(installation):
    assert run("check", "TH-1", "--year", "2026-2027", "--result", "tot").exit_code == 2
    assert installation.sent == []


def test_the_checks_of_a_school_are_listed_by_year_and_narrowed_to_one(installation):
    assert [json.loads(line)["year"] for line in run("list", "TH-1", "--json").output.splitlines()] == [
        "2026-2027",
        "2025-2026",
    ]
    shown = run("list", "TH-1", "--year", "2025-2026").output
    assert "không duy trì" in shown
    assert "2026-2027" not in shown


def test_the_checks_of_a_year_are_read_page_by_page(installation):
    done = run("list", "--year", "2026-2027", "--commune", "NL01", "--json")
    assert [json.loads(line)["school"] for line in done.output.splitlines()] == ["TH-1", "TH-2", "TH-3"]
    assert [path for _, path, _ in installation.sent] == ["communes/NL01/maintenance"] * 2
    run("list", "--year", "2026-2027")
    assert installation.sent[-1][1] == "maintenance"


def test_a_list_names_a_school_or_a_year(installation):
    assert run("list").exit_code == 2
