"""What must hold for every rulebook and any results: monotone, bounded, minimal reasons, shortest paths, stable digests."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rulebook import SchoolFacts, evaluate, load_library
from shared.rulebook.derivation import derive, shortest_path
from shared.vocabulary.assessment import Result

# Thousands of cases over lines that others measure: measuring would double their time.
pytestmark = [pytest.mark.no_cover, pytest.mark.slow]

BOOKS = list(load_library())
ON = dt.date(2026, 8, 1)
FACTS = SchoolFacts(
    cohort_completed=True, years_of_activity=9, consecutive_years_of_data=3, facilities_met=True, layer="department"
)
few = settings(max_examples=60)


@st.composite
def judged(draw):
    """A rulebook and results near the edge: mostly one verdict, with a handful that differ."""
    rulebook = draw(st.sampled_from(BOOKS))
    common = draw(st.sampled_from([Result.MET, Result.MET, Result.NOT_ASSESSED]))
    top = draw(st.integers(1, rulebook.highest_level))
    results = {key: common if key.level <= top else draw(st.sampled_from([common, Result.NOT_MET])) for key in rulebook.keys}
    for key in draw(st.lists(st.sampled_from(rulebook.keys), max_size=6, unique=True)):
        results[key] = draw(st.sampled_from([Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]))
    return rulebook, results


def bounds(result):
    return (result.floor, result.ceiling)


def levels(evaluation):
    return {"": evaluation.school, **evaluation.criteria}


@few
@given(judged())
def test_a_level_lies_between_its_floor_and_ceiling_and_is_final_where_they_meet(case):
    rulebook, results = case
    for result in levels(evaluate(rulebook, results, FACTS, ON)).values():
        assert 0 <= result.floor <= result.ceiling <= rulebook.highest_level
        assert result.final == (result.floor == result.ceiling)
        assert result.level == (result.floor if result.final else None)
        assert result.because


@few
@given(judged(), st.data())
def test_making_an_indicator_met_never_lowers_anything(case, data):
    rulebook, results = case
    key = data.draw(st.sampled_from(rulebook.keys))
    before = levels(evaluate(rulebook, results, FACTS, ON))
    after = evaluate(rulebook, {**results, key: Result.MET}, FACTS, ON)
    for name, result in levels(after).items():
        assert result.floor >= before[name].floor
        if results[key] is not Result.NOT_ASSESSED:
            assert result.ceiling >= before[name].ceiling


@few
@given(judged(), st.data())
def test_filling_in_what_is_unknown_never_leaves_the_bounds(case, data):
    rulebook, results = case
    before = levels(evaluate(rulebook, results, FACTS, ON))
    verdicts = st.sampled_from([Result.MET, Result.NOT_MET])
    filled = {k: data.draw(verdicts) if r is Result.NOT_ASSESSED else r for k, r in results.items()}
    for name, result in levels(evaluate(rulebook, filled, FACTS, ON)).items():
        assert result.level is not None
        assert before[name].floor <= result.level <= before[name].ceiling


@few
@given(judged())
def test_the_bounds_are_reached_when_all_unknown_fails_or_is_met(case):
    rulebook, results = case
    before = levels(evaluate(rulebook, results, FACTS, ON))
    for verdict, side in ((Result.NOT_MET, "floor"), (Result.MET, "ceiling")):
        filled = {k: verdict if r is Result.NOT_ASSESSED else r for k, r in results.items()}
        for name, result in levels(evaluate(rulebook, filled, FACTS, ON)).items():
            assert result.level == getattr(before[name], side)


@few
@given(judged())
def test_a_degree_needs_every_condition_and_the_conditions_of_unknown_facts_are_unknown(case):
    rulebook, results = case
    with_facts = evaluate(rulebook, results, FACTS, ON)
    for award in (with_facts.certificate, with_facts.recognition):
        assert (award.degree is None) or all(c.satisfied for c in award.conditions)
    without = evaluate(rulebook, results, SchoolFacts(), ON)
    assert without.recognition.degree is None


@settings(max_examples=25)
@given(judged(), st.data())
def test_removing_a_cited_indicator_changes_the_result_and_removing_any_other_does_not(case, data):
    rulebook, results = case
    target = data.draw(st.sampled_from(["", *rulebook.criteria]))
    before = bounds(levels(evaluate(rulebook, results, FACTS, ON))[target])
    derivation = derive(rulebook, results, target)
    assert bounds(derivation.result) == before
    for key in rulebook.keys:
        without = {k: r for k, r in results.items() if k != key}
        after = bounds(levels(evaluate(rulebook, without, FACTS, ON))[target])
        assert (after != before) == (key in derivation.keys), key


@few
@given(judged(), st.data())
def test_where_each_of_several_failures_suffices_only_removing_all_of_them_changes_the_result(case, data):
    rulebook, results = case
    target = data.draw(st.sampled_from(["", *rulebook.criteria]))
    before = levels(evaluate(rulebook, results, FACTS, ON))[target]
    for step in derive(rulebook, results, target).steps:
        if step.alternatives:
            without = {k: r for k, r in results.items() if k not in step.alternatives}
            after = levels(evaluate(rulebook, without, FACTS, ON))[target]
            assert after.ceiling > before.ceiling


@few
@given(judged())
def test_the_steps_hold_no_unknown_where_the_result_is_final_and_no_refusal_at_the_top(case):
    rulebook, results = case
    derivation = derive(rulebook, results)
    verdicts = [step.verdict for step in derivation.steps]
    assert ("unknown" in verdicts) == (not derivation.result.final)
    assert ("no" in verdicts) == (derivation.result.ceiling < rulebook.highest_level)
    assert verdicts.count("yes") == derivation.result.floor


@few
@given(judged())
def test_walking_the_shortest_path_reaches_the_next_level(case):
    rulebook, results = case
    before = evaluate(rulebook, results, FACTS, ON).school
    path = shortest_path(rulebook, results)
    if path.level is None:
        assert before.floor == rulebook.highest_level
        assert path.indicators == ()
        return
    assert path.level == before.floor + 1
    assert all(results[key] is not Result.MET for key in path.indicators)
    walked = evaluate(rulebook, {**results, **dict.fromkeys(path.indicators, Result.MET)}, FACTS, ON)
    assert walked.school.floor >= path.level


@settings(max_examples=30)
@given(st.sampled_from([b for b in BOOKS if b.regime == "v2026_tt57"]), st.data())
def test_no_shorter_list_of_indicators_reaches_the_next_level(rulebook, data):
    missing = data.draw(st.lists(st.sampled_from(rulebook.keys), min_size=1, max_size=9, unique=True))
    results = {key: Result.NOT_MET if key in missing else Result.MET for key in rulebook.keys}
    path = shortest_path(rulebook, results)
    if path.level is None:
        return
    for smaller in combinations(missing, len(path.indicators) - 1):
        tried = evaluate(rulebook, {**results, **dict.fromkeys(smaller, Result.MET)}, FACTS, ON)
        assert tried.school.floor < path.level


@few
@given(judged())
def test_the_same_results_under_the_same_digest_give_the_same_answer(case):
    rulebook, results = case
    backwards = dict(reversed(list(results.items())))
    assert evaluate(rulebook, results, FACTS, ON) == evaluate(rulebook, backwards, FACTS, ON)
