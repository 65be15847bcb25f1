"""Papers of training, notices and difficulties: dated as they were told, the commune named as a sentence names it."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.events.assessment import CommuneRegistered
from shared.papers.model import Align, Table
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.vocabulary.commune_year import YearPaperKind
from tests.unit.inspection.year.year_d_kit import LAN, attended, hold, plan, publish, raised, village


@pytest.fixture
def application(team):
    team.hear(CommuneRegistered(commune="NL01", name="Xã Nậm Lam"))
    return village(team)


def paper(application, kind, **more):
    request = ComposeYearPaper(commune="NL01", year=2026, kind=kind, **more)
    return resolve(application.compose_year_paper(request).paper, {}, {})


def text(application, kind, **more):
    return "\n".join(printed_text(paper(application, kind, **more)))


def test_a_notice_bears_the_day_of_its_number_whatever_happens_later(application):
    number = publish(application, on=dt.date(2026, 10, 1), number="64/TB-UBND")
    raised(application)
    assert "ngày 01 tháng 10 năm 2026" in text(application, YearPaperKind.NOTICE, subject=number)


def test_a_notice_without_a_number_leaves_its_day_to_the_clerk(application):
    publish(application, on=dt.date(2026, 10, 1))
    dated = paper(application, YearPaperKind.NOTICE).heading.dated
    assert (dated.year, dated.month, dated.day) == (2026, None, None)


def test_an_invitation_is_of_the_commune_as_a_sentence_names_it(application):
    plan(application)
    told = text(application, YearPaperKind.TRAINING)
    assert "Ủy ban nhân dân xã Nậm Lam mời" in told
    assert "dân Xã" not in told


def test_numbers_of_rows_stand_in_the_middle_of_their_column(application):
    held = plan(application)
    hold(application, held, [attended(LAN)])
    (table,) = [one for one in paper(application, YearPaperKind.TRAINING).blocks if isinstance(one, Table)]
    assert [column.align for column in table.columns[:2]] == [Align.CENTER, Align.LEFT]


def test_difficulties_are_counted_of_the_commune_as_a_sentence_names_it(application):
    raised(application)
    assert "01 trường của xã Nậm Lam nêu 01 khó khăn, vướng mắc (mới nêu: 01)" in text(
        application, YearPaperKind.DIFFICULTIES
    )


def test_a_commune_whose_name_is_not_known_is_not_written_small(team):
    raised(village(team))
    assert "- UBND NL01;" in text(team.application, YearPaperKind.DIFFICULTIES)
