"""The level of a single criterion is the one that the law's evaluation of the whole school gives, on random judgements."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from services.inspection.domain.planning import KnownCycle
from services.inspection.domain.year.criterion_results import ToldJudgement, level_of, replaced, with_judgement
from shared.rulebook import IndicatorKey, SchoolFacts, evaluate, load_library
from shared.rulebook.combination import evaluate_parts
from shared.rulebook.document import Confidence
from shared.vocabulary.assessment import Result
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

LIBRARY = load_library()
DAY = dt.date(2026, 11, 24)
PARTS = tuple(EDUCATION_LEVEL_LABELS)


def cycle_of(rulebook, name="2026-2027", opened_on=dt.date(2026, 9, 25)):
    return KnownCycle(cycle=name, year=name, digest=rulebook.digest, opened_on=opened_on)


def told(key: IndicatorKey, result: Result, part="", on=DAY) -> ToldJudgement:
    return ToldJudgement(
        part=part, criterion=key.criterion, level=key.level, indicator=key.indicator, result=result, judged_on=on
    )


def judged(rulebook, judgements):
    """Return criterion → its parts, after all judgements one by one."""
    found = {}
    for judgement in judgements:
        before = found.get(judgement.criterion, [])
        found[judgement.criterion] = replaced(before, with_judgement(before, judgement, cycle_of(rulebook)))
    return found


@pytest.mark.parametrize("rulebook", list(LIBRARY), ids=lambda rulebook: rulebook.id)
@pytest.mark.parametrize("seed", range(8))
def test_each_criterion_stands_where_the_whole_evaluation_puts_it(rulebook, seed):
    chance = random.Random(seed)
    keys = chance.choices(rulebook.keys, k=3 * len(rulebook.keys))
    results = [Result.MET, Result.MET, Result.MET, Result.NOT_MET, Result.NOT_ASSESSED]
    judgements = [told(key, chance.choice(results)) for key in keys]
    last = {IndicatorKey(one.criterion, one.level, one.indicator): one.result for one in judgements}
    whole = evaluate(rulebook, last, SchoolFacts(), DAY)
    for criterion, parts in judged(rulebook, judgements).items():
        upto = max(rulebook.criteria[criterion].levels)
        level = level_of(LIBRARY, criterion, rulebook.digest, parts, (), upto)
        assert level is not None
        assert (level.floor, level.ceiling) == (whole.criteria[criterion].floor, whole.criteria[criterion].ceiling)
        open_keys = [key for key in rulebook.keys if key.criterion == criterion and last.get(key) is not Result.MET]
        assert list(level.missing) == ([str(key) for key in open_keys] if level.floor < upto else [])


@pytest.mark.parametrize("seed", range(8))
def test_levels_of_education_that_are_judged_on_their_own_combine_as_the_whole_evaluation_does(seed):
    rulebook = next(one for one in LIBRARY if one.rules.combination.levels != "whole")
    assert rulebook.rules.combination.confidence in Confidence
    chance = random.Random(seed)
    judgements = [
        told(key, chance.choice([Result.MET, Result.MET, Result.NOT_MET]), chance.choice(["", *PARTS]))
        for key in chance.choices(rulebook.keys, k=4 * len(rulebook.keys))
    ]
    last = {
        part: {IndicatorKey(j.criterion, j.level, j.indicator): j.result for j in judgements if j.part == part}
        for part in ("", *PARTS)
    }
    for criterion, parts in judged(rulebook, judgements).items():
        own = {part for part in PARTS if any(key.criterion == criterion for key in last[part])}
        level = level_of(LIBRARY, criterion, rulebook.digest, parts, PARTS, 1)
        assert level is not None
        if own:
            combined = evaluate_parts(rulebook, {part: {**last[""], **last[part]} for part in PARTS}, SchoolFacts(), DAY)
            expected = combined.whole.criteria[criterion]
        else:
            expected = evaluate(rulebook, last[""], SchoolFacts(), DAY).criteria[criterion]
        assert (level.floor, level.ceiling) == (expected.floor, expected.ceiling)


def test_a_later_cycle_begins_anew_with_its_first_judgement_and_an_older_one_is_passed_over():
    rulebook = LIBRARY.get("v2026_tt57/pho_thong")
    key = rulebook.keys[0]
    parts = judged(rulebook, [told(key, Result.MET)])[key.criterion]
    later = cycle_of(rulebook, "2027-2028", dt.date(2027, 9, 1))
    new = with_judgement(parts, told(key, Result.NOT_MET, on=dt.date(2027, 9, 2)), later)
    assert new is not None
    assert (new.cycle, new.results[key.level][key.indicator].result) == ("2027-2028", Result.NOT_MET)
    assert with_judgement([new], told(key, Result.MET), cycle_of(rulebook)) is None
