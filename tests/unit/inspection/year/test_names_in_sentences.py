"""What a commune is called inside the sentences of its papers: "xã Nậm Lam", with a capital only where a line begins."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import tasks as t
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.events.assessment import CommuneRegistered
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.vocabulary.commune_year import TaskWanted, YearPaperKind
from tests.unit.inspection.year import year_d_kit as kit
from tests.unit.inspection.year.plan_kit import issue

IN_A_SENTENCE = re.compile(r"(?<=[a-zà-ỹ,;] )X\u00e3 Nậm Lam")


@pytest.fixture
def commune(team):
    """Let the commune have something to print of every paper with sentences."""
    team.hear(CommuneRegistered(commune="NL01", name="Xã Nậm Lam"))
    application = kit.village(team)
    issue(team, 2026, leave_out="Năm đầu, lập danh sách sau")
    kit.plan(application, days=(dt.date(2026, 12, 20),))
    wanted = {"text": "Thiếu phòng học bộ môn", "asks": "Bố trí vốn xây phòng", "year": 2026}
    application.raise_difficulty(kit.HEAD, d.RaiseDifficulty(school="TH-BC", **wanted))
    given = {"text": "Nộp danh mục", "due": dt.date(2026, 12, 20), "wanted": TaskWanted.REPORT}
    application.give_task(kit.OFFICER, t.GiveTask(commune="NL01", year=2026, to=["TH-BC"], **given))
    kit.publish(application)
    return application


@pytest.mark.parametrize(
    "kind",
    [
        *(YearPaperKind.PLAN, YearPaperKind.TRAINING, YearPaperKind.DIFFICULTIES, YearPaperKind.TASK_LETTER),
        *(YearPaperKind.NOTICE, YearPaperKind.SCHOOL_LIST),
    ],
)
def test_a_commune_has_no_capital_kind_inside_a_sentence(commune, kind):
    composed = commune.compose_year_paper(ComposeYearPaper(commune="NL01", year=2026, kind=kind)).paper
    lines = printed_text(resolve(composed, {}, {}))

    assert [line for line in lines if IN_A_SENTENCE.search(line)] == []


@pytest.mark.parametrize("kind", [YearPaperKind.TRAINING, YearPaperKind.DIFFICULTIES, YearPaperKind.PLAN])
def test_a_sentence_about_the_commune_names_it(commune, kind):
    composed = commune.compose_year_paper(ComposeYearPaper(commune="NL01", year=2026, kind=kind)).paper

    assert any("xã Nậm Lam " in line for line in printed_text(resolve(composed, {}, {})))
