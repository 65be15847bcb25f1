"""The commands that state and list figures and judge a level of education: what they send, and what a person reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.client_commands import add_client_commands
from client.api_client import Client
from shared.rulebook import load_library
from shared.rulebook.figure_schema import figure_schemas
from shared.vocabulary.assessment import SchoolKind

ROW = {
    "figure": "gv_dat_chuan_trinh_do",
    "name": "Tỷ lệ giáo viên đạt chuẩn trình độ đào tạo",
    "criterion": "2.2",
    "level": 1,
    "indicator": "b",
    "op": ">=",
    "required": "100",
    "unit": "%",
    "numerator": "18",
    "denominator": "20",
    "value": "90",
    "meets": False,
    "binding": True,
    "advisory": "",
    "school_year": "2025-2026",
    "contradiction": "2.2 Mức 1 b được đánh giá đạt, nhưng số liệu không.",
}
ITEM = ROW | {
    "figure": "PT.4.1.Q03",
    "name": "số hạng mục thiếu",
    "level": None,
    "indicator": None,
    "op": None,
    "required": None,
    "denominator": None,
    "numerator": "3",
    "meets": None,
    "advisory": "tham khảo đến 31/12/2028",
    "contradiction": "",
}


class Recorder:
    """Stands for an installation: remembers what it was sent, answers with rows."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((path, body))
        return {"position": 7}

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        self.sent.append((path, query))
        return {"figures": [ROW, ITEM]}


@pytest.fixture
def run(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Client, "choose", lambda **_: recorder)
    app = typer.Typer()
    add_client_commands(app)

    def call(*arguments: str):
        return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "260"}), recorder.sent

    return call


def test_figures_are_sent_as_exact_texts_with_their_document(run):
    result, sent = run(
        "school",
        "figures",
        "TH-BC",
        "2025-2026",
        "gv_dat_chuan_trinh_do=18/20",
        "so_lop=15",
        "dien_tich_moi_hs=8,55/1",
        "--document",
        "d1",
        "--on",
        "2026-09-30",
    )
    assert result.exit_code == 0
    assert "Đã ghi 3 số liệu năm học 2025-2026. Số 7." in result.stdout
    more = {"document": "d1", "note": ""}
    assert sent[1:] == [("schools/TH-BC/figures", {"cycle": ""})], (
        "it looks which years are missing, and states nothing else"
    )
    assert sent[:1] == [
        (
            "schools/TH-BC/figures",
            {
                "school": "TH-BC",
                "school_year": "2025-2026",
                "figures": [
                    {"figure": "gv_dat_chuan_trinh_do", "numerator": "18", "denominator": "20", **more},
                    {"figure": "so_lop", "numerator": "15", **more},
                    {"figure": "dien_tich_moi_hs", "numerator": "8.55", "denominator": "1", **more},
                ],
                "cycle": "",
                "on": "2026-09-30",
            },
        )
    ]


def test_which_years_the_law_still_asks_for_is_told_on_stating_and_on_reading(run, monkeypatch):
    monkeypatch.setitem(ROW, "missing_years", ["2021-2022", "2022-2023"])
    monkeypatch.setitem(ROW, "meets", None)
    stated, _ = run("school", "figures", "TH-BC", "2025-2026", "gv_dat_chuan_trinh_do=18/20")
    assert "gv_dat_chuan_trinh_do: còn thiếu năm 2021-2022, 2022-2023" in stated.stdout
    read, _ = run("figures", "TH-BC")
    line = next(one for one in read.stdout.splitlines() if one.startswith("2.2/1/b"))
    assert "còn thiếu năm 2021-2022, 2022-2023" in line
    assert "đạt ngưỡng" not in line


def test_the_figures_of_the_help_are_asked_by_the_law_of_their_year():
    app = typer.Typer()
    add_client_commands(app)
    answer = CliRunner().invoke(app, ["school", "figures", "--help"], env={"COLUMNS": "260"})
    example = re.search(r"kiemdinh school figures TH-BC (\d{4})-\d{4} (.*) --document", answer.stdout)
    rulebook = load_library().choose(SchoolKind.PRIMARY, dt.date(int(example[1]), 9, 5)).rulebook
    given = [re.fullmatch(r"([\w.]+)=(\d+)(?:/(\d+))?", one) for one in example[2].split()]
    for figure, numerator, denominator in (one.groups() for one in given):
        figure_schemas(rulebook)[figure].check(Decimal(numerator), Decimal(denominator) if denominator else None)


@pytest.mark.parametrize("text", ["so_lop", "so_lop=", "so_lop=85%", "so_lop=-1", "so_lop=1/2/3", "=3"])
def test_what_is_no_figure_is_refused_before_anything_is_sent(run, text):
    result, sent = run("school", "figures", "TH-BC", "2025-2026", text)
    assert (result.exit_code, sent) == (2, [])


def test_a_person_reads_place_numbers_and_what_they_say(run):
    result, sent = run("figures", "TH-BC", "--school-year", "2025-2026")
    first, second = (line for line in result.stdout.splitlines() if line.startswith(("2.2/1/b", "2.2 ")))
    assert "gv_dat_chuan_trinh_do" in first
    assert "18/20" in first
    assert ">= 100 %" in first
    assert "chưa đạt ngưỡng; 2.2 Mức 1 b được đánh giá đạt" in first
    assert "tham khảo đến 31/12/2028" in second
    assert sent == [("schools/TH-BC/figures", {"school_year": "2025-2026", "cycle": "", "valid_at": "", "known_at": ""})]


def test_a_program_reads_the_rows_as_they_are(run):
    result, _ = run("figures", "TH-BC", "--json")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [ROW, ITEM]


def test_a_level_of_education_is_named_in_each_judgement(run):
    result, sent = run("criterion", "judge", "TH-BC", "1.3/1/-=met", "--part", "thcs", "--cycle", "2026-2027")
    assert result.exit_code == 0
    assert sent[-1][1]["judgements"] == [{"criterion": "1.3", "level": 1, "indicator": "-", "result": "met", "part": "thcs"}]
