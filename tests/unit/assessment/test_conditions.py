"""How a condition is known: years of data are counted from what was submitted, the rest is said, with a paper or without."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment.domain import facts as f
from services.assessment.domain.conditions import counted_years
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.school_assessment import assess
from services.assessment.errors import ConditionsNotMet
from services.assessment.published import public_event
from shared.contracts.calls import assessment as calls
from shared.contracts.problems import DocumentUnknown
from shared.rulebook import load_library
from shared.rulebook.counting import counting
from shared.vocabulary.assessment import Layer

SCHOOL = "TH-BC"
OPENED = dt.date(2026, 9, 25)
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
YEARS = "consecutive_years_of_data"


def condition(office, name=YEARS, **wanted):
    return next(one for one in office.status(**wanted).conditions if one.id == name)


def told(view):
    return view.satisfied, view.how, view.stated, view.counted


def test_years_of_data_are_counted_from_submissions_and_a_larger_number_said_does_not_win(office):
    cycle = office.with_school().with_earlier_years(2025).with_cycle()
    office.state(OPENED, **{YEARS: 9})
    assert told(condition(office)) == (None, "tinh", 9, None), "this year is still being made"
    office.submit_anyway(cycle)
    assert told(condition(office)) == (False, "tinh", 9, 2)


def test_three_years_in_a_row_are_enough_and_nobody_has_to_say_so(office):
    office.submit_anyway(office.with_school().with_earlier_years().with_cycle())
    view = condition(office)
    assert told(view) == (True, "tinh", None, 3)
    assert "Chưa được xác nhận: Năm học tự đánh giá theo thông tư trước được tính" in view.note


def test_a_year_left_out_breaks_the_row(office):
    office.submit_anyway(office.with_school().with_earlier_years(2023, 2024).with_cycle())
    assert condition(office).counted == 1


def test_an_earlier_report_that_nobody_judged_is_no_year_of_data(office):
    office.with_school()
    for first in (2024, 2025):
        cycle = office.with_cycle(dt.date(first, 11, 2), f"{first}-{first + 1}")
        office.submit_anyway(cycle, dt.date(first + 1, 5, 20))
    office.submit_anyway(office.with_cycle())
    assert told(condition(office)) == (False, "tinh", None, 1)


def test_the_count_is_that_of_the_day_asked_for(office):
    office.with_school().with_earlier_years()
    cycle = office.with_cycle()
    office.submit_anyway(cycle, dt.date(2026, 10, 20))
    assert condition(office, valid_at=dt.date(2026, 10, 19)).counted is None
    assert condition(office, valid_at=dt.date(2026, 10, 20)).counted == 3


def test_a_reopened_report_was_submitted_once_and_keeps_its_year(office):
    cycle = office.with_school().with_earlier_years().with_cycle()
    office.submit_anyway(cycle)
    again = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sở trả hồ sơ, bổ sung số liệu")
    office.application.reopen_cycle(office.acting, again)
    assert condition(office).counted == 3


def test_whether_years_under_an_earlier_circular_count_is_a_setting_marked_as_unsure(office):
    rule = counting().consecutive_years_of_data
    assert (rule.earlier_circulars_count, rule.confidence.value) == (True, "low")
    office.submit_anyway(office.with_school().with_earlier_years().with_cycle())
    state = SchoolHistory(office.application.log.read(0, 1000)).at(dt.date(2026, 11, 24), 1000)
    strict = msgspec.structs.replace(rule, earlier_circulars_count=False)
    assert (counted_years(state, state.cycle()), counted_years(state, state.cycle(), strict)) == (3, 1)


def old_log(log, rulebook, typed):
    """A log of the former version: opened without counting, three years typed, submitted."""
    log.register()
    log.open(rulebook, OPENED)
    log.add(f.ConditionsStated(school=SCHOOL, conditions={YEARS: typed}, on=OPENED), OPENED)
    log.add(f.SelfAssessmentSubmitted(school=SCHOOL, cycle="2026-2027", submitted_on=OPENED), OPENED)
    return SchoolHistory(log.entries).at(OPENED, 99)


def test_a_cycle_of_the_former_version_shows_what_was_typed_as_it_did_and_says_what_is_counted(log):
    library = load_library()
    assessed = assess(old_log(log, library.get("v2026_tt57/pho_thong"), 3), library)
    conditions = assessed.evaluation(Layer.DEPARTMENT).recognition.conditions
    assert [one.satisfied for one in conditions if one.id == YEARS] == [True]
    assert counted_years(assessed.state, assessed.cycle) == 1


def test_a_new_grant_rests_on_the_count_even_where_more_was_typed(office):
    cycle = office.with_school().with_cycle()
    office.state(OPENED, cohort_completed=True, facilities_met=True, **{YEARS: 3})
    office.submit_anyway(cycle, dt.date(2026, 10, 20))
    office.evaluate(cycle)
    decision = calls.GrantRecognition(school=SCHOOL, number="1/QĐ", decided_on=dt.date(2026, 11, 20), degree=1)
    with pytest.raises(ConditionsNotMet) as refused:
        office.application.grant_recognition(office.acting, decision)
    assert [one for one in refused.value.data["conditions"] if "03 năm học liên tiếp" in one]


def test_what_somebody_says_is_marked_as_said_with_its_paper_or_without(office):
    office.with_school().with_cycle()
    assert told(condition(office, "facilities_met")) == (None, "tu_khai", None, None)
    office.state(OPENED, facilities_met=True, cohort_completed=True)
    view = condition(office, "facilities_met")
    assert (view.satisfied, view.how, view.document) == (True, "tu_khai", "")
    office.tell_document()
    request = calls.StateConditions(school=SCHOOL, conditions={"facilities_met": True}, on=OPENED, document=DOCUMENT)
    position = office.application.state_conditions(office.acting, request).position
    assert condition(office, "facilities_met").document == DOCUMENT
    assert condition(office, "cohort_completed").document == ""
    assert office.application.state_conditions(office.acting, request).position == position, "a repeat"
    fact = office.application.log.read(position - 1, 1)[0].entry.fact
    assert fact.document == DOCUMENT
    assert not hasattr(public_event(fact), "document")
    assert condition(office, "level_reached").how == "tinh"


def test_a_paper_that_is_not_kept_for_this_school_is_refused(office):
    office.with_school()
    request = calls.StateConditions(school=SCHOOL, conditions={"facilities_met": True}, document="khong-co")
    with pytest.raises(DocumentUnknown):
        office.application.state_conditions(office.acting, request)
