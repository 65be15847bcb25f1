"""Working days: the day itself never counts, nor do weekends and the holidays that are known; what is not known says so."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.rulebook import load_library
from shared.rulebook.registration_deadlines import WEEKDAYS_ONLY, TimedStep, TimeUnit, time_rule, time_rules
from shared.rulebook.working_days import HolidayTable, add_working_days, holiday_table, is_working_day

NONE = HolidayTable()
NATIONAL_DAY = holiday_table([dt.date(2026, 9, 2)])
MONDAY = dt.date(2026, 11, 9)


@pytest.mark.parametrize(
    ("begun", "count", "last"),
    [
        (MONDAY, 1, dt.date(2026, 11, 10)),
        (dt.date(2026, 11, 13), 1, dt.date(2026, 11, 16)),
        (dt.date(2026, 11, 14), 1, dt.date(2026, 11, 16)),
        (dt.date(2026, 11, 15), 1, dt.date(2026, 11, 16)),
        (MONDAY, 10, dt.date(2026, 11, 23)),
        (MONDAY, 20, dt.date(2026, 12, 7)),
    ],
)
def test_a_time_begins_with_the_day_after_and_ends_on_a_working_day(begun, count, last):
    assert add_working_days(begun, count, NONE) == last


def test_a_holiday_moves_the_last_day_and_one_on_a_sunday_does_not():
    begun = dt.date(2026, 8, 25)
    assert add_working_days(begun, 10, NONE) == dt.date(2026, 9, 8)
    assert add_working_days(begun, 10, NATIONAL_DAY) == dt.date(2026, 9, 9)
    assert add_working_days(begun, 10, holiday_table([dt.date(2026, 8, 30)])) == dt.date(2026, 9, 8)
    assert not is_working_day(dt.date(2026, 9, 2), NATIONAL_DAY)


def test_a_span_is_known_when_every_year_it_touches_has_a_holiday():
    assert NATIONAL_DAY.knows(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert not NATIONAL_DAY.knows(dt.date(2026, 12, 20), dt.date(2027, 1, 5))
    assert not NONE.knows(MONDAY, MONDAY)


def test_every_regime_has_a_time_for_every_step_and_only_what_was_read_is_sure():
    regimes = {rulebook.regime for rulebook in load_library()}
    for regime in regimes:
        for step in TimedStep:
            assert time_rule(regime, step).number > 0
    sure = {(regime, rule.id) for rule in time_rules() if rule.confidence == "high" for regime in rule.regimes}
    assert sure == {("v2018", TimedStep.DECIDE), ("v2018_tt22", TimedStep.DECIDE)}
    with pytest.raises(KeyError):
        time_rule("v1999", TimedStep.REPLY)


def test_a_day_counted_without_holidays_says_so_and_months_need_none():
    reply, evaluate = time_rule("v2018", TimedStep.REPLY), time_rule("v2018", TimedStep.EVALUATE)
    assert reply.due(MONDAY, NONE) == dt.date(2026, 11, 23)
    assert WEEKDAYS_ONLY in reply.note_on(MONDAY, NONE)
    assert WEEKDAYS_ONLY not in reply.note_on(MONDAY, NATIONAL_DAY)
    assert evaluate.unit is TimeUnit.MONTHS
    assert evaluate.due(dt.date(2026, 11, 30), NONE) == dt.date(2027, 2, 28)
    assert WEEKDAYS_ONLY not in evaluate.note_on(MONDAY, NONE)


def test_the_same_times_under_tt57_are_a_convention_and_say_so():
    rules = [time_rule("v2026_tt57", step) for step in TimedStep]
    assert {rule.confidence for rule in rules} == {"low"}
    assert all("chưa tìm thấy" in rule.source for rule in rules)
