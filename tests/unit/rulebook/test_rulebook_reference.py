"""The evaluator against the law told a second time, as plainly as the circulars tell it: no bounds, no spans, no states.

What is not assessed is tried as failed (floor) and as met (ceiling); articles Đ2, Đ6, Đ22, Đ34, Đ37 of TT17–19/2018 and
Đ5, Đ16 of TT57/2026. Only the lists of indicators come from the rulebook; its rules are written again here.
"""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rulebook import HeldRecognition, SchoolFacts, evaluate, load_library
from shared.vocabulary.assessment import Result

# Thousands of cases over lines that others measure: measuring would double their time.
pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

BOOKS = list(load_library())
MANDATORY = {"1.3", "1.4", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"}
DEGREES = {"v2018": {2: 1, 3: 2, 4: 2}, "v2018_tt22": {2: 1, 3: 2, 4: 2}, "v2026_tt57": {1: 1, 2: 2}}
WAITING = {"v2018": 24, "v2018_tt22": 12, "v2026_tt57": 24}
FIRST_DAY_OF_TT22 = dt.date(2025, 1, 25)


def levels_of(rulebook) -> dict[str, dict[int, list]]:
    found: dict[str, dict[int, list]] = {}
    for key in rulebook.keys:
        found.setdefault(key.criterion, {}).setdefault(key.level, []).append(key)
    return found


def criterion_level(levels: dict[int, list], met: dict) -> int:
    """Return the highest level whose indicators, and those of every level below that exists, are all met (Đ2, Đ6)."""
    reached = 0
    for level in sorted(levels):
        if not all(met[key] for key in levels[level]):
            break
        reached = level
    return reached


def satisfies(levels: dict[int, list], met: dict, wanted: int) -> bool:
    return all(met[key] for level, keys in levels.items() if level <= wanted for key in keys)


def school_level(rulebook, met: dict) -> int:
    criteria = levels_of(rulebook)
    if rulebook.regime == "v2026_tt57":
        reached = {code: criterion_level(levels, met) for code, levels in criteria.items()}
        mandatory = [level for code, level in reached.items() if code in MANDATORY]
        others = [level for code, level in reached.items() if code not in MANDATORY]
        assert (len(mandatory), len(others)) == (8, 7)
        if min(mandatory) == 2 and others.count(2) >= 5 and min(others) >= 1:
            return 2
        return 1 if min(mandatory) >= 1 and sum(level >= 1 for level in others) >= 5 else 0
    ordinary = [levels for code, levels in criteria.items() if code != "22"]
    reached = 0
    for level in (1, 2, 3):
        if not all(satisfies(levels, met, level) for levels in ordinary):
            return reached
        reached = level
    return 4 if all(met[key] for key in criteria["22"][4]) else 3


def facts_asked(rulebook, facts: SchoolFacts) -> list[bool | None]:
    def at_least(years: int | None, wanted: int) -> bool | None:
        return None if years is None else years >= wanted

    if rulebook.regime == "v2026_tt57":
        return [facts.cohort_completed, at_least(facts.consecutive_years_of_data, 3), facts.facilities_met]
    if rulebook.kind == "mam_non":
        return [at_least(facts.years_of_activity, 5)]
    return [facts.cohort_completed]


def later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return dt.date(day.year + years, month + 1, min(day.day, last))


def degree(degrees: dict[int, int], lowest: int, highest: int, conditions: list[bool | None]) -> int | None:
    """Return the degree that every level still possible gives; None as long as a condition is false or unknown."""
    possible = {degrees.get(level) for level in range(lowest, highest + 1)}
    return possible.pop() if len(possible) == 1 and all(conditions) else None


@st.composite
def cases(draw):
    rulebook = draw(st.sampled_from(BOOKS))
    usual = draw(st.sampled_from([Result.MET, Result.MET, Result.NOT_ASSESSED, Result.NOT_MET]))
    top = draw(st.integers(1, rulebook.highest_level))
    above = draw(st.sampled_from([usual, Result.NOT_MET, Result.NOT_ASSESSED]))
    results = {key: usual if key.level <= top else above for key in rulebook.keys}
    any_result = st.sampled_from([Result.MET, Result.NOT_MET, Result.NOT_ASSESSED])
    for key in draw(st.lists(st.sampled_from(rulebook.keys), max_size=8, unique=True)):
        results[key] = draw(any_result)
    for key in rulebook.repealed:
        results[key] = draw(any_result)
    for key in rulebook.keys:
        if rulebook.indicator(key).optional and draw(st.booleans()):
            results[key] = Result.NOT_APPLICABLE
    yes_no_unknown = st.sampled_from([True, True, True, False, None])
    held = st.builds(
        HeldRecognition,
        degree=st.integers(1, 2),
        on=st.dates(dt.date(2018, 10, 10), dt.date(2027, 12, 31)),
        printed_expiry=st.none() | st.dates(dt.date(2028, 1, 1), dt.date(2033, 1, 1)),
    )
    facts = SchoolFacts(
        cohort_completed=draw(yes_no_unknown),
        years_of_activity=draw(st.sampled_from([None, 4, 5, 5, 12])),
        consecutive_years_of_data=draw(st.sampled_from([None, 2, 3, 3, 5])),
        facilities_met=draw(yes_no_unknown),
        disadvantaged_area=draw(yes_no_unknown),
        recognised=draw(st.none() | held),
    )
    return rulebook, results, facts, draw(st.dates(dt.date(2018, 10, 10), dt.date(2031, 1, 1)))


@settings(max_examples=300)
@given(cases())
def test_levels_are_what_the_law_told_plainly_says(case):
    rulebook, results, facts, on = case
    evaluation = evaluate(rulebook, results, facts, on)
    met = {Result.MET, Result.NOT_APPLICABLE}
    lowest = {key: results[key] in met for key in rulebook.keys}
    highest = {key: results[key] is not Result.NOT_MET for key in rulebook.keys}
    wanted = {
        code: (criterion_level(levels, lowest), criterion_level(levels, highest))
        for code, levels in levels_of(rulebook).items()
    }
    assert {code: (r.floor, r.ceiling) for code, r in evaluation.criteria.items()} == wanted
    school = (school_level(rulebook, lowest), school_level(rulebook, highest))
    assert (evaluation.school.floor, evaluation.school.ceiling) == school
    for result in (evaluation.school, *evaluation.criteria.values()):
        assert result.final == (result.floor == result.ceiling)
        assert result.level == (result.floor if result.final else None)


@settings(max_examples=300)
@given(cases())
def test_degrees_and_dates_are_what_the_law_told_plainly_says(case):
    rulebook, results, facts, on = case
    evaluation = evaluate(rulebook, results, facts, on)
    floor, ceiling = evaluation.school.floor, evaluation.school.ceiling
    conditions = facts_asked(rulebook, facts)
    new = rulebook.regime == "v2026_tt57"
    certificate = {} if new else {1: 1, 2: 2, 3: 3, 4: 4}
    assert evaluation.certificate.degree == degree(certificate, floor, ceiling, conditions)
    degrees, held, upgrade = DEGREES[rulebook.regime], facts.recognised, None
    dates = evaluation.dates
    if held is None:
        assert (dates.expires, dates.register_by, dates.earliest_upgrade) == (None, None, None)
    else:
        expires = held.printed_expiry or later(held.on, 60)
        if held.degree == 1:
            upgrade = later(held.on, WAITING[rulebook.regime])
            if rulebook.regime == "v2018_tt22":
                upgrade = max(upgrade, FIRST_DAY_OF_TT22)
            if degrees.get(ceiling) == 2:
                conditions = [*conditions, on >= upgrade]
        register = None if new else later(expires, -5)
        assert (dates.expires, dates.register_by, dates.earliest_upgrade) == (expires, register, upgrade)
    assert [c.satisfied for c in evaluation.recognition.conditions][1:] == conditions
    assert evaluation.recognition.degree == degree(degrees, floor, ceiling, conditions)
    certain = len({degrees.get(level) for level in range(floor, ceiling + 1)}) == 1
    reached = (degrees.get(floor) is not None) if certain else None
    assert evaluation.recognition.conditions[0].satisfied is reached
