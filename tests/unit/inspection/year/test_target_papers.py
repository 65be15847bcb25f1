"""The table of targets on paper: what stood on a day stays what the paper says, whatever comes later."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Table, Text
from shared.vocabulary.commune_year import YearPaperKind
from tests.unit.inspection.year import targets_kit as kit
from tests.unit.inspection.year.targets_kit import judge_all, set_targets, wanted, with_school


def compose(team, **moment):
    request = ComposeYearPaper(commune="NL01", year=kit.YEAR, kind=YearPaperKind.TARGETS, **moment)
    return team.application.compose_year_paper(request).paper


def rows(paper):
    (table,) = (block for block in paper.blocks if isinstance(block, Table))
    return [[run.text for cell in row.cells for run in cell.runs if isinstance(run, Text)] for row in table.rows]


def test_every_target_stands_in_the_table_by_school_name_and_criterion(team):
    with_school(team, "TH-BC", name="Tiểu học Ý Tý")
    with_school(team, "TH-NL", name="Tiểu học Ấm Áp")
    set_targets(team, wanted("TH-BC", criterion="4.1"), wanted("TH-BC"), wanted("TH-NL", means="Sửa phòng"))
    told = rows(compose(team))
    assert [(row[1], row[2]) for row in told] == [
        ("Tiểu học Ấm Áp", "1.1"),
        ("Tiểu học Ý Tý", "1.1"),
        ("Tiểu học Ý Tý", "4.1"),
    ]
    assert told[0][4:] == ["1", "31/12/2026", "Trường", "Trường", "Sửa phòng", "Đang làm"]


def test_a_paper_of_an_earlier_position_says_what_stood_then(team):
    with_school(team)
    set_targets(team)
    position = team.application.log.head()
    before = compose(team)
    team.clock.move(dt.timedelta(days=3))
    judge_all(team, on=dt.date(2026, 11, 26))
    assert rows(compose(team))[0][-1] == "Đạt 26/11/2026"
    assert compose(team, valid_at=kit.TODAY, known_at=position).blocks == before.blocks


def test_a_year_without_targets_has_no_such_paper(team):
    with_school(team)
    with pytest.raises(PaperSubjectMissing, match="chưa giao chỉ tiêu nào"):
        compose(team)
