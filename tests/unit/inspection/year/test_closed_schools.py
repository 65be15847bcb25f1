"""A commune's year knows which of its schools were closed, whatever they are called afterwards."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.events.assessment import SchoolClosed
from shared.contracts.problems import SchoolIsClosed

SCHOOL, COMMUNE = "TH-BC", "NL01"


@pytest.fixture
def year(team):
    team.hear_school()
    return YearRepository(team.application.visit_repository)


def test_a_school_that_is_open_takes_up_something_new(year):
    assert year.open_school_of(COMMUNE, SCHOOL).closed_on is None


def test_a_school_that_was_closed_is_listed_with_its_day_and_takes_up_nothing_new(team, year):
    team.hear(SchoolClosed(school=SCHOOL, closed_on=dt.date(2026, 8, 1)))
    team.hear_school()  # given another name: the same event again

    assert [one.closed_on for one in year.schools(COMMUNE)] == [dt.date(2026, 8, 1)]
    with pytest.raises(SchoolIsClosed, match="đã đóng từ 01/8/2026") as refused:
        year.open_school_of(COMMUNE, SCHOOL)
    assert (refused.value.type, refused.value.status) == ("truong-da-dong", 409)
