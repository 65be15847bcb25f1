"""Why a level is what it is, and what is missing: the steps of the rules with the indicators each rests on.

`keys` of a step are exactly the judged indicators whose removal, one at a time, would change or unsettle the result;
removing any other judged indicator alone changes nothing. Where several failures each suffice, none of them alone
matters: they are `alternatives`, and only removing all of them would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from shared.rulebook.evaluator import (
    FAILED,
    UNKNOWN,
    LevelBounds,
    LevelResult,
    Results,
    blockers,
    criterion_reach,
    criterion_result_of,
    part_of,
    reaches_of,
    read_states,
    school_bounds,
    school_result,
    spoken,
)
from shared.rulebook.model import Criterion, IndicatorKey, Rulebook, Span
from shared.vocabulary.ids import CriterionCode

Verdict = Literal["yes", "no", "unknown"]
_MANY = 8


class DerivationStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what the rule asks (text, article), whether it holds, and on which indicators that rests.

    `missing` are the indicators not yet assessed that leave it unknown.
    """

    verdict: Verdict
    text: str
    article: str
    keys: tuple[IndicatorKey, ...] = ()
    alternatives: tuple[IndicatorKey, ...] = ()
    missing: tuple[IndicatorKey, ...] = ()


class ShortestPath(msgspec.Struct, frozen=True, kw_only=True):
    """The fewest indicators that must become met to reach `level`; None where there is no higher level."""

    level: int | None
    indicators: tuple[IndicatorKey, ...]


class Derivation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a criterion (or the school, when `criterion` is empty) stands where it does, and the way to the next level."""

    criterion: CriterionCode
    result: LevelResult
    steps: tuple[DerivationStep, ...]
    path: ShortestPath

    @property
    def keys(self) -> frozenset[IndicatorKey]:
        """Return every indicator the result rests on."""
        return frozenset(key for step in self.steps for key in step.keys)


def derive(rulebook: Rulebook, results: Results, criterion: CriterionCode = CriterionCode("")) -> Derivation:
    """Explain the level of a criterion, or of the school when `criterion` is empty; raises as `evaluate` does."""
    states = read_states(rulebook, results)
    if criterion:
        rulebook.criterion(criterion)
        number, definition, spans = next((n, c, s) for n, (c, s) in enumerate(rulebook.spans) if c.code == criterion)
        _, result = criterion_result_of(rulebook, number, part_of(spans, states))
        steps = tuple(_criterion_steps(rulebook, definition, spans, states))
    else:
        reaches = reaches_of(rulebook, states)
        result = school_result(rulebook, reaches)
        steps = tuple(_school_steps(rulebook, states, reaches, result))
    return Derivation(
        criterion=criterion, result=result, steps=steps, path=shortest_path(rulebook, results, criterion=criterion)
    )


def _criterion_steps(
    rulebook: Rulebook, criterion: Criterion, spans: tuple[Span, ...], states: bytearray
) -> Iterator[DerivationStep]:
    settled = True
    for level, start, end in spans:
        article = criterion.levels[level].source
        failed = _having(rulebook, states, start, end, FAILED)
        open_keys = _having(rulebook, states, start, end, UNKNOWN)
        if failed:
            yield DerivationStep(
                verdict="no",
                text=f"{spoken(criterion)} không đạt Mức {level}: {_names(failed)} không đạt",
                article=article,
                keys=failed if len(failed) == 1 else (),
                alternatives=failed if len(failed) > 1 else (),
            )
            return
        if open_keys:
            settled = False
            text = f"{spoken(criterion)} Mức {level} chưa kết luận được: {_names(open_keys)} chưa đánh giá"
            yield DerivationStep(verdict="unknown", text=text, article=article, missing=open_keys)
            continue
        keys = rulebook.keys[start:end]
        text = f"{spoken(criterion)} đạt Mức {level}: mọi chỉ báo đều đạt"
        yield DerivationStep(verdict="yes", text=text, article=article, keys=keys if settled else ())


def _school_steps(
    rulebook: Rulebook, states: bytearray, reaches: list[LevelBounds], result: LevelResult
) -> Iterator[DerivationStep]:
    pivotal = list(_pivotal(rulebook, states, reaches, (result.floor, result.ceiling)))
    met = [key for key in pivotal if states[rulebook.index[key]] != FAILED]
    failed = tuple(key for key in pivotal if states[rulebook.index[key]] == FAILED)
    rules = rulebook.rules.school.levels
    for level in range(1, result.floor + 1):
        # Whatever lies above the floor and still matters is told with the last level that holds.
        keys = tuple(k for k in met if k.level == level or (level == result.floor and k.level > level))
        text = f"Trường đạt Mức {level}: {rules[level].text}"
        yield DerivationStep(verdict="yes", text=text, article=rules[level].source, keys=keys)
    if result.floor < result.ceiling:
        rule = rules[result.floor + 1]
        missing = tuple(_blocking(rulebook, states, reaches, result.floor + 1, UNKNOWN))
        text = f"Mức {result.floor + 1} chưa kết luận được: {_names(missing)} chưa đánh giá; luật đòi {rule.text}"
        yield DerivationStep(verdict="unknown", text=text, article=rule.source, missing=missing)
    if result.ceiling < rulebook.highest_level:
        rule = rules[result.ceiling + 1]
        blocking = tuple(_blocking(rulebook, states, reaches, result.ceiling + 1, FAILED))
        text = f"Trường không đạt Mức {result.ceiling + 1}: {_names(blocking)} không đạt; luật đòi {rule.text}"
        rest = tuple(k for k in blocking if k not in failed) if not failed else ()
        yield DerivationStep(verdict="no", text=text, article=rule.source, keys=failed, alternatives=rest)


def _pivotal(
    rulebook: Rulebook, states: bytearray, reaches: list[LevelBounds], bounds: tuple[int, int]
) -> Iterator[IndicatorKey]:
    for number, (_, spans) in enumerate(rulebook.spans):
        for position in range(spans[0].start, spans[-1].end):
            was = states[position]
            if was == UNKNOWN:
                continue
            states[position] = UNKNOWN
            reach = criterion_reach(spans, part_of(spans, states), rulebook.highest_level)
            states[position] = was
            if reach == reaches[number]:
                continue
            changed = [*reaches[:number], reach, *reaches[number + 1 :]]
            if school_bounds(rulebook, changed) != bounds:
                yield rulebook.keys[position]


def _blocking(
    rulebook: Rulebook, states: bytearray, reaches: list[LevelBounds], level: int, wanted: int
) -> Iterator[IndicatorKey]:
    """Yield the failed (or open) indicators of the criteria that keep the school from a level."""
    rule = rulebook.rules.school.levels[level]
    short = blockers(rulebook, [r.ceiling if wanted == FAILED else r.floor for r in reaches], level)
    blocking = {*short.mandatory, *short.others}
    for (criterion, spans), reach in zip(rulebook.spans, reaches, strict=True):
        if criterion.code not in blocking:
            continue
        demanded = rule.mandatory if criterion.mandatory else max(rule.others_at, rule.rest)
        for number, start, end in spans:
            if number <= demanded and (wanted == UNKNOWN or number == reach.ceiling + 1):
                yield from _having(rulebook, states, start, end, wanted)


def _having(rulebook: Rulebook, states: bytearray, start: int, end: int, wanted: int) -> tuple[IndicatorKey, ...]:
    return tuple(rulebook.keys[i] for i in range(start, end) if states[i] == wanted)


def _names(keys: Iterable[IndicatorKey]) -> str:
    listed = [str(key) for key in keys]
    more = f" và {len(listed) - _MANY} chỉ báo khác" if len(listed) > _MANY else ""
    return ", ".join(listed[:_MANY]) + more


def shortest_path(
    rulebook: Rulebook, results: Results, target: int | None = None, criterion: CriterionCode = CriterionCode("")
) -> ShortestPath:
    """Return the fewest indicators that must become met for the next level (or `target`) of the school or a criterion.

    What failed and what is not assessed both have to become met. Where criteria cost the same, the first in order is named.
    """
    states = read_states(rulebook, results)
    lists = {c.code: _unmet(rulebook, spans, states) for c, spans in rulebook.spans}
    if criterion:
        level = target or next(
            (n for n in rulebook.criterion(criterion).levels if any(k.level <= n for k in lists[criterion])), None
        )
        chosen = {criterion: level or 0}
    else:
        level = target or school_bounds(rulebook, reaches_of(rulebook, states))[0] + 1
        if level > rulebook.highest_level:
            level = None
        chosen = _cheapest(rulebook, lists, level or 0)
    keys = tuple(k for code, up_to in chosen.items() for k in lists[code] if k.level <= up_to)
    return ShortestPath(level=level, indicators=keys)


def _unmet(rulebook: Rulebook, spans: tuple[Span, ...], states: bytearray) -> list[IndicatorKey]:
    return [rulebook.keys[i] for i in range(spans[0].start, spans[-1].end) if states[i] in {UNKNOWN, FAILED}]


def _cheapest(rulebook: Rulebook, lists: dict[CriterionCode, list[IndicatorKey]], target: int) -> dict[CriterionCode, int]:
    """Return how far each criterion must be carried so that the school satisfies every level up to `target`."""
    demanded = {c.code: 0 for c, _ in rulebook.spans}
    others = [c.code for c, _ in rulebook.spans if not c.mandatory]
    for level in range(1, target + 1):
        rule = rulebook.rules.school.levels[level]
        for criterion, _ in rulebook.spans:
            floor = rule.mandatory if criterion.mandatory else rule.rest
            demanded[criterion.code] = max(demanded[criterion.code], floor)
    for level in range(target, 0, -1):
        rule = rulebook.rules.school.levels[level]
        wanting = rule.others_at_least - sum(demanded[code] >= rule.others_at for code in others)
        open_codes = [code for code in others if demanded[code] < rule.others_at]
        open_codes.sort(key=lambda code: _extra(lists[code], demanded[code], rule.others_at))
        for code in open_codes[: max(wanting, 0)]:
            demanded[code] = rule.others_at
    return demanded


def _extra(keys: list[IndicatorKey], above: int, up_to: int) -> int:
    return sum(above < key.level <= up_to for key in keys)
