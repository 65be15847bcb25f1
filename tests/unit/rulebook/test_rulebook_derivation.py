"""A derivation tells the rule, its article, and the indicators each step rests on."""

from __future__ import annotations

import pytest

from shared.rulebook import IndicatorKey, UnknownCriterion, load_library
from shared.rulebook.derivation import ShortestPath, derive, shortest_path
from shared.rulebook.simulation import DraftChanges, NewSchoolLevel, draft
from shared.vocabulary.assessment import Result

PRIMARY = load_library().get("v2018/tieu_hoc")
NEW = load_library().get("v2026_tt57/pho_thong")


def keys(*names: str) -> tuple[IndicatorKey, ...]:
    return tuple(IndicatorKey(c, int(level), i) for c, level, i in (name.split("/") for name in names))


def results(rulebook, result=Result.MET, **but):
    found = dict.fromkeys(rulebook.keys, result)
    for name, verdict in but.items():
        found[keys(name)[0]] = verdict
    return found


def test_one_failure_is_cited_with_the_indicators_below_it():
    derivation = derive(PRIMARY, results(PRIMARY, **{"5.2/2/b": Result.NOT_MET}), "5.2")
    assert [(s.verdict, s.keys) for s in derivation.steps] == [
        ("yes", keys("5.2/1/a", "5.2/1/b", "5.2/1/c")),
        ("no", keys("5.2/2/b")),
    ]
    assert derivation.steps[1].article == "TT17/2018 Điều 16 khoản 2"
    assert derivation.path == ShortestPath(level=2, indicators=keys("5.2/2/b"))


def test_two_failures_are_alternatives_for_neither_alone_matters():
    both = results(PRIMARY, **{"5.2/2/a": Result.NOT_MET, "5.2/2/b": Result.NOT_MET})
    step = derive(PRIMARY, both, "5.2").steps[-1]
    assert (step.keys, step.alternatives) == ((), keys("5.2/2/a", "5.2/2/b"))


def test_an_open_level_names_what_is_missing_and_goes_on_to_the_failure_above():
    found = results(PRIMARY, **{"1.1/1/a": Result.NOT_ASSESSED, "1.1/2/-": Result.NOT_MET})
    steps = derive(PRIMARY, found, "1.1").steps
    assert [(s.verdict, s.missing) for s in steps] == [("unknown", keys("1.1/1/a")), ("no", ())]


def test_a_level_met_above_an_open_one_rests_on_nothing_yet():
    found = results(PRIMARY, **{"1.1/1/a": Result.NOT_ASSESSED})
    steps = derive(PRIMARY, found, "1.1").steps
    assert [(s.verdict, len(s.keys)) for s in steps] == [("unknown", 0), ("yes", 0), ("yes", 0)]


def test_the_school_rests_on_every_indicator_below_and_the_one_failure():
    derivation = derive(PRIMARY, results(PRIMARY, **{"5.2/2/b": Result.NOT_MET}))
    yes, no = derivation.steps
    assert (yes.verdict, no.verdict) == ("yes", "no")
    assert len(yes.keys) == 81
    assert no.keys == keys("5.2/2/b")
    assert "5.2 Mức 2 b không đạt" in no.text


def test_a_spare_criterion_of_2026_is_not_cited():
    derivation = derive(NEW, results(NEW, **{"4.3/2/-": Result.NOT_MET}))
    assert derivation.result.level == 2
    cited = {key.criterion for key in derivation.keys}
    assert {"1.3", "4.2"} <= cited
    assert IndicatorKey("4.3", 2, "-") not in derivation.keys


def test_failures_of_the_school_that_each_suffice_are_alternatives():
    found = results(NEW, **{"1.3/1/-": Result.NOT_MET, "1.4/1/-": Result.NOT_MET})
    step = derive(NEW, found).steps[-1]
    assert (step.verdict, step.keys, step.alternatives) == ("no", (), keys("1.3/1/-", "1.4/1/-"))


def test_an_open_school_names_what_is_missing_and_shortens_a_long_list():
    derivation = derive(PRIMARY, {})
    (step,) = derivation.steps
    assert step.verdict == "unknown"
    assert len(step.missing) == 81
    assert "và 73 chỉ báo khác" in step.text
    assert derivation.keys == frozenset()


def test_at_the_top_there_is_nothing_to_refuse_and_no_way_up():
    derivation = derive(PRIMARY, results(PRIMARY))
    assert [s.verdict for s in derivation.steps] == ["yes"] * 4
    assert derivation.path == ShortestPath(level=None, indicators=())
    assert shortest_path(PRIMARY, results(PRIMARY), criterion="1.1") == ShortestPath(level=None, indicators=())


def test_a_criterion_that_is_not_there_has_no_reason():
    with pytest.raises(UnknownCriterion):
        derive(PRIMARY, {}, "9.9")


def test_the_cheapest_other_criteria_are_chosen():
    failing = {f"{code}/1/-": Result.NOT_MET for code in ("1.1", "1.2", "2.3", "3.3")}
    found = results(NEW, **failing, **{"1.1/2/-": Result.NOT_MET})
    assert shortest_path(NEW, found) == ShortestPath(level=1, indicators=keys("1.1/1/-", "1.2/1/-"))
    for_two = shortest_path(NEW, found, target=2)
    assert for_two.level == 2
    assert set(for_two.indicators) == set(keys("1.1/1/-", "1.2/1/-", "2.3/1/-", "3.3/1/-"))


def test_a_target_further_up_is_reached_at_once():
    path = shortest_path(PRIMARY, results(PRIMARY, **{"1.1/1/a": Result.NOT_MET, "22/4/22.2": Result.NOT_MET}), target=4)
    assert path == ShortestPath(level=4, indicators=keys("1.1/1/a", "22/4/22.2"))


def test_what_is_not_assessed_is_on_the_path_too():
    path = shortest_path(PRIMARY, results(PRIMARY, **{"1.1/1/a": Result.NOT_ASSESSED}), criterion="1.1")
    assert path == ShortestPath(level=1, indicators=keys("1.1/1/a"))


def test_only_the_lowest_level_that_a_criterion_fails_keeps_the_school_back():
    failing = ("1.1/1/-", "1.1/2/-", "1.2/2/-", "2.3/2/-")
    derivation = derive(NEW, results(NEW, **dict.fromkeys(failing, Result.NOT_MET)))
    (no,) = [step for step in derivation.steps if step.verdict == "no"]
    assert set(no.keys) | set(no.alternatives) == set(keys("1.1/1/-", "1.2/2/-", "2.3/2/-"))


def test_the_shortest_path_spends_nothing_twice_on_what_every_criterion_must_reach():
    """4.3 must reach Mức 1 anyhow and then stands at Mức 2 for nothing: one more of the other three is enough."""
    failing = ("4.3/1/-", "1.1/2/-", "1.2/2/-", "2.3/2/-")
    path = shortest_path(NEW, results(NEW, **dict.fromkeys(failing, Result.NOT_MET)))
    assert path == ShortestPath(level=2, indicators=keys("1.1/2/-", "4.3/1/-"))


def test_where_a_draft_asks_nothing_of_the_others_the_path_leads_through_none_of_them():
    planned = draft(NEW, DraftChanges(school_levels={1: NewSchoolLevel(others_at_least=0)}))
    failing = ("1.3/1/-", *(f"{code}/1/-" for code in ("1.1", "1.2", "2.3", "3.3", "3.4", "3.5", "4.3")))
    path = shortest_path(planned, results(planned, **dict.fromkeys(failing, Result.NOT_MET)))
    assert path == ShortestPath(level=1, indicators=keys("1.3/1/-"))
