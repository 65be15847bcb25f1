"""Says why a level is what it is: the fewest judgements it rests on, and the fewest that lie before the next level.

The derivation is minimal: without any judgement it cites the outcome differs or is no longer certain, and no judgement it
leaves out can change the outcome by being withdrawn. Both hold because a further judgement can only raise the floor and
lower the ceiling of an outcome (tested by property).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from services.assessment.domain.rules import keys_of
from services.assessment.domain.standing import Standing
from shared.contracts.calls.assessment import Layer, Reason, Result
from shared.rulebook import Evaluation, IndicatorKey, LevelResult, Rulebook, SchoolFacts, evaluate

YES, NO, UNKNOWN = "yes", "no", "unknown"

_DONE = frozenset({Result.MET, Result.NOT_APPLICABLE})


class Outcome(NamedTuple):
    """What an explanation explains."""

    level: int | None
    floor: int
    ceiling: int
    final: bool


Judge = Callable[[dict[IndicatorKey, Result]], Outcome]
"""Computes an outcome from judgements, all else held still."""


def outcome_of(level: LevelResult) -> Outcome:
    """Return the part of a computed level that is explained."""
    return Outcome(level.level, level.floor, level.ceiling, level.final)


def judging(rulebook: Rulebook, facts: SchoolFacts, on: dt.date, criterion: str = "") -> Judge:
    """Return the computation of the school's level, or of one criterion's."""

    def outcome(results: dict[IndicatorKey, Result]) -> Outcome:
        evaluation = evaluate(rulebook, results, facts, on)
        return outcome_of(evaluation.criteria[criterion] if criterion else evaluation.school)

    return outcome


def support(results: dict[IndicatorKey, Result], outcome: Judge, order: Iterable[IndicatorKey]) -> list[IndicatorKey]:
    """Return a least set of judgements that alone gives the same outcome, the earliest of `order` where several would do."""
    keys = [key for key in order if results.get(key, Result.NOT_ASSESSED) is not Result.NOT_ASSESSED]
    kept = {key: results[key] for key in keys}
    target = outcome(kept)
    for key in reversed(keys):
        result = kept.pop(key)
        if outcome(kept) != target:
            kept[key] = result
    return [key for key in keys if key in kept]


def missing(
    rulebook: Rulebook, results: dict[IndicatorKey, Result], outcome: Judge, criterion: str = ""
) -> tuple[int | None, list[IndicatorKey]]:
    """Return the next level and a shortest list of indicators that, once met, make it certain; None when there is none.

    Whole levels of criteria are left out, the costliest first, while the next level stays certain without them: what a rule
    leaves open ("at least 5 of 7") is spent where it saves most.
    """
    wanting = [key for key in keys_of(rulebook, criterion) if results.get(key) not in _DONE]
    groups: dict[tuple[int, str], list[IndicatorKey]] = {}
    for key in wanting:
        groups.setdefault((key[1], key[0]), []).append(key)
    target = outcome(results).floor + 1
    if outcome(results | dict.fromkeys(wanting, Result.MET)).floor < target:
        return None, []
    needed = dict(groups)
    for name in sorted(groups, key=lambda one: (-one[0], -len(groups[one]))):
        without = {other: keys for other, keys in needed.items() if other != name}
        if _reaches(outcome, results, without, target):
            needed = without
    chosen = {key for keys in needed.values() for key in keys}
    return target, [key for key in wanting if key in chosen]


def _reaches(
    outcome: Judge, results: dict[IndicatorKey, Result], groups: dict[tuple[int, str], list[IndicatorKey]], target: int
) -> bool:
    met = {key: Result.MET for keys in groups.values() for key in keys}
    return outcome(results | met).floor >= target


def reasons(standing: Standing, layer: Layer, criterion: str = "") -> list[Reason]:
    """Return the derivation, step by step: the cycle, then each criterion the outcome rests on, then the conclusion."""
    rulebook, results = standing.rulebook, standing.results[layer]
    outcome = judging(rulebook, standing.facts_of(layer), standing.state.valid_at, criterion)
    cited = support(results, outcome, keys_of(rulebook, criterion))
    evaluation = standing.evaluation(layer)
    steps = [_cycle_step(standing)]
    for code in [criterion] if criterion else list(rulebook.criteria):
        step = _criterion_step(standing, layer, evaluation, code, [key for key in cited if key[0] == code])
        if step is not None:
            steps.append(step)
    return steps if criterion else [*steps, _conclusion(standing, evaluation)]


def short_name(key: IndicatorKey) -> str:
    """Return how a list names an indicator: “5.2 Mức 2 b”."""
    criterion, level, indicator = key
    return f"{criterion} Mức\u00a0{level}" + ("" if indicator == "-" else f" {indicator}")


def _cycle_step(standing: Standing) -> Reason:
    opened = standing.cycle is not None
    return Reason(
        verdict=YES if opened else UNKNOWN,
        text=" ".join(standing.because),
        article=standing.rulebook.circular,
        events=[standing.cycle.position] if standing.cycle else [],
    )


def _criterion_step(
    standing: Standing, layer: Layer, evaluation: Evaluation, code: str, cited: list[IndicatorKey]
) -> Reason | None:
    results = standing.results[layer]
    keys = list(keys_of(standing.rulebook, code))
    level = evaluation.criteria[code]
    open_ones = [key for key in keys if results.get(key, Result.NOT_ASSESSED) is Result.NOT_ASSESSED]
    if not cited and not open_ones:
        return None
    failing = [key for key in cited if results[key] is Result.NOT_MET]
    verdict = NO if failing else UNKNOWN if not level.final else YES
    judged = standing.cycle.judged[layer] if standing.cycle else {}
    return Reason(
        verdict=verdict,
        text=" ".join(level.because),
        article=standing.rulebook.indicator((failing or cited[-1:] or open_ones)[0]).source,
        events=sorted(judged[key].position for key in cited),
    )


def _conclusion(standing: Standing, evaluation: Evaluation) -> Reason:
    level = evaluation.school
    verdict = UNKNOWN if level.level is None else YES if level.level else NO
    return Reason(verdict=verdict, text=" ".join(level.because), article=standing.rulebook.circular)
