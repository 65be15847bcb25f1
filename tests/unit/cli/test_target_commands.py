"""The commands of targets: what they send, what a person reads, what a program reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client

BASE = "communes/NL/years/2026/targets"


def made(criterion: str, state: str = "dang_lam", **more: Any) -> dict[str, Any]:
    dates = {"by": "2026-12-31", "met_on": None, "earliest": None}
    return (
        {"id": "t-1", "school": "TH-1", "criterion": criterion, "level": 1, "lead": "truong", "state": state}
        | dates
        | {
            "because": "Còn thiếu 1.1 Mức 1",
            **more,
        }
    )


class Recorder:
    """Stands for an installation: remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append(("GET", path, query))
        if path.startswith("schools/"):
            return {"targets": [{"commune": "NL", "year": 2026, "target": made("1.1")}]}
        if path.endswith("backtest"):
            return {"day": "2026-10-01", "known_at": 7, "forecasts": [made("1.1", earliest="2026-11-01")]}
        return {"targets": [made("1.1"), made("1.2", "dat", met_on="2026-11-20")]}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(("POST", path, body))
        return {"ids": ["t-1"], "position": 9}


@pytest.fixture
def installation(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", staticmethod(lambda **_: recorder))
    return recorder


def run(*arguments: str):
    app = typer.Typer()
    add_client_commands(app)
    done = CliRunner().invoke(app, ["target", *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_a_target_is_set_and_its_id_is_told(installation):
    done = run("set", "NL", "2026", "TH-1", "1.1", "--level", "2", "--by", "2026-12-31", "--lead", "phong_vhxh", "--json")
    assert json.loads(done.stdout) == {"id": "t-1", "position": 9}
    wanted = {"school": "TH-1", "criterion": "1.1", "level": 2, "by": "2026-12-31"}
    chosen = {"lead": "phong_vhxh", "means": "", "layer": "school"}
    assert installation.sent == [("POST", BASE, {"commune": "NL", "year": 2026, "targets": [wanted | chosen]})]


def test_a_revision_sends_only_what_it_names(installation):
    run("revise", "NL", "2026", "TH-1", "1.1", "--by", "2027-03-31", "--reason", "Công trình chậm")
    of = {"commune": "NL", "year": 2026, "school": "TH-1", "criterion": "1.1", "reason": "Công trình chậm"}
    assert installation.sent == [("POST", f"{BASE}/revisions", of | {"by": "2027-03-31"})]
    run("drop", "NL", "2026", "TH-1", "1.1", "--reason", "Công trình chậm")
    assert installation.sent[1] == ("POST", f"{BASE}/drops", of)


def test_the_board_is_a_line_a_target_and_says_so_in_words(installation):
    lines = run("board", "NL", "2026", "--layer", "commune", "--json").stdout.splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["dang_lam", "dat"]
    assert installation.sent == [("GET", BASE, {"layer": "commune"})]
    words = run("board", "NL", "2026", "--known-at", "7").stdout
    assert installation.sent[1] == ("GET", BASE, {"layer": "school", "known_at": 7})
    for said in ("Tiêu chí", "Sớm", "chưa", "TH-1", "Đạt"):
        assert said in words


def test_a_school_and_a_look_back_are_lines_too(installation):
    assert json.loads(run("school", "TH-1", "--year", "2026", "--json").stdout)["year"] == 2026
    assert json.loads(run("backtest", "NL", "2026", "--json").stdout)["earliest"] == "2026-11-01"
    assert installation.sent == [
        ("GET", "schools/TH-1/targets", {"year": 2026}),
        ("GET", "communes/NL/years/2026/target-backtest", {"days": 60}),
    ]
