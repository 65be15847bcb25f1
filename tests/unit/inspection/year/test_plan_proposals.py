"""What the register of a year makes of each school: proposed by the law of that year, the same whenever it is asked."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.domain.year.plan_proposals import ListedSchool, propose
from shared.contracts.events import assessment as told
from shared.rulebook import load_library
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import PlanKind
from tests.unit.inspection.year.plan_kit import TT22, TT57, five_schools, hear_award, hear_school, proposals


def test_five_schools_are_proposed_as_the_register_of_2025_says(team):
    five_schools(team)
    found = proposals(team, 2025)
    assert {school: one.kind.value for school, one in found.items()} == {
        "TH-A": "cong_nhan_moi",
        "TH-B": "cong_nhan_lai",
        "TH-C": "duy_tri",
        "TH-D": "nang_muc",
    }
    assert found["TH-B"].register_by == dt.date(2025, 10, 15)
    assert [one.register_by for school, one in found.items() if school != "TH-B"] == [None] * 3


def test_a_school_that_closes_by_the_end_of_the_year_is_not_planned_for():
    school = ListedSchool(school="TH-E", kind=SchoolKind.PRIMARY, closed_on=dt.date(2025, 5, 31))
    library = load_library()
    assert propose(school, [], 2025, library).kind is PlanKind.NOTHING
    assert "31/5/2025" in propose(school, [], 2026, library).because
    assert propose(school, [], 2024, library).kind is PlanKind.RECOGNISE_NEW


def test_what_is_decided_within_the_year_changes_no_proposal_of_that_year(team):
    five_schools(team)
    before = proposals(team, 2025)
    hear_award(team, "TH-A", "9/QĐ", decided_on=dt.date(2025, 4, 1), expires_on=dt.date(2030, 4, 1), rulebook=TT22)
    hear_award(
        team,
        "TH-B",
        "10/QĐ",
        decided_on=dt.date(2025, 12, 1),
        expires_on=dt.date(2030, 12, 1),
        rulebook=TT22,
        supersedes="22/QĐ",
    )
    assert proposals(team, 2025) == before
    assert "10/QĐ" in proposals(team, 2026)["TH-B"].because


@pytest.mark.parametrize(
    ("expires_on", "kind"),
    [
        (dt.date(2026, 12, 31), PlanKind.RECOGNISE_AGAIN),
        (dt.date(2027, 1, 1), PlanKind.MAINTAIN),
        (dt.date(2024, 11, 30), PlanKind.RECOGNISE_AGAIN),
    ],
)
def test_the_window_ends_with_the_year_after(team, expires_on, kind):
    hear_school(team, "TH-A")
    decided_on = expires_on.replace(year=expires_on.year - 5)
    hear_award(team, "TH-A", decided_on=decided_on, expires_on=expires_on, degree=2)
    assert proposals(team, 2025)["TH-A"].kind is kind


def test_a_certificate_alone_makes_no_recognised_school(team):
    hear_school(team, "TH-A")
    hear_award(team, "TH-A", decided_on=dt.date(2023, 1, 1), expires_on=dt.date(2028, 1, 1), certificate=True)
    found = proposals(team, 2025)["TH-A"]
    assert found.kind is PlanKind.RECOGNISE_NEW
    assert "chỉ có Chứng nhận" in found.because


def test_a_recognition_that_was_taken_back_by_then_is_none_and_before_that_is_one(team):
    hear_school(team, "TH-A")
    hear_award(team, "TH-A", decided_on=dt.date(2022, 1, 1), expires_on=dt.date(2028, 6, 1), degree=2)
    team.hear(told.RecognitionRevoked(school="TH-A", number="118/QĐ", revoked_on=dt.date(2025, 3, 1)))
    assert proposals(team, 2025)["TH-A"].kind is PlanKind.MAINTAIN
    assert proposals(team, 2026)["TH-A"].kind is PlanKind.RECOGNISE_NEW


def test_the_waiting_time_is_that_of_the_law_on_the_first_of_january(team):
    """Two years by the circulars of 2018, one by TT22/2024, two again by TT57/2026."""
    hear_school(team, "TH-A")
    hear_award(team, "TH-A", decided_on=dt.date(2024, 6, 1), expires_on=dt.date(2029, 6, 1))
    assert proposals(team, 2025)["TH-A"].kind is PlanKind.MAINTAIN
    assert proposals(team, 2026)["TH-A"].kind is PlanKind.RAISE
    hear_school(team, "TH-B")
    hear_award(team, "TH-B", decided_on=dt.date(2026, 1, 15), expires_on=dt.date(2031, 1, 15), rulebook=TT22)
    assert "15/01/2028" in proposals(team, 2027)["TH-B"].because


def test_where_the_law_names_no_day_it_is_said_to_be_unknown(team):
    hear_school(team, "TH-A")
    hear_award(team, "TH-A", decided_on=dt.date(2026, 8, 1), expires_on=dt.date(2028, 2, 1), rulebook=TT57)
    found = proposals(team, 2027)["TH-A"]
    assert (found.kind, found.register_by) == (PlanKind.RECOGNISE_AGAIN, None)
    assert "chưa rõ" in found.because


def test_schools_are_listed_by_name_and_those_of_other_communes_are_not(team):
    hear_school(team, "TH-B", "Trường Tiểu học Ấm Thượng")
    hear_school(team, "TH-A", "Trường Tiểu học Bản Chuông")
    hear_school(team, "TH-X", commune="NL02")
    assert list(proposals(team, 2025)) == ["TH-B", "TH-A"]
