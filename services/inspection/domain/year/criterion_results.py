"""What the layers judged of a criterion, and the level that follows: the same as the assessment service computes.

Of each layer the newest cycle counts in which it judged anything of the criterion: a cycle that was only just opened takes
nothing back. A judgement on a later day replaces one on an earlier day, of one day the one told later.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.inspection.domain.planning import KnownCycle
from shared.rulebook import IndicatorKey, Library, Rulebook
from shared.rulebook.combination import evaluate_criterion_of_parts
from shared.rulebook.evaluator import evaluate_criterion
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, CycleId, Sha256
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

_KEPT_LEVELS = 50_000
"""Levels that are kept computed: those of a department's schools, criteria and layers."""

WHOLE = ""
"""In place of a level of education: the whole school."""

_REACHED = frozenset({Result.MET, Result.NOT_APPLICABLE})


class LastJudgement(msgspec.Struct, frozen=True, array_like=True):
    """What was judged of an indicator last, and on which day."""

    result: Result
    judged_on: dt.date


_RESULTS = dict[int, dict[str, LastJudgement]]


class JudgedPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one layer judged of a criterion in a cycle, for the whole school or for one level of education.

    `told` is `results` as JSON: written so it is kept, compared quickly, and read only where the level is not known yet.
    """

    part: str
    cycle: CycleId
    opened_on: dt.date
    digest: Sha256
    told: str = "{}"

    @property
    def results(self) -> dict[int, dict[str, LastJudgement]]:
        """Level → indicator → judgement."""
        return msgspec.json.decode(self.told, type=_RESULTS)


class ToldJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement as it is told."""

    part: str
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    judged_on: dt.date


class CriterionLevel(msgspec.Struct, frozen=True, kw_only=True):
    """The level of a criterion in a layer: `floor` is reached for sure, `ceiling` at best.

    `missing` names the indicators that are not met, of the levels that were looked at; `judged_on` is the day of the last
    judgement of those levels.
    """

    floor: int
    ceiling: int
    missing: tuple[str, ...]
    judged_on: dt.date


def with_judgement(parts: Sequence[JudgedPart], judgement: ToldJudgement, cycle: KnownCycle) -> JudgedPart | None:
    """Return the part that a judgement changes, as it stands then; None when it is about an older cycle or an older day."""
    part = next((one for one in parts if one.part == judgement.part), None)
    if part is None or (part.cycle != cycle.cycle and part.opened_on <= cycle.opened_on):
        part = JudgedPart(part=judgement.part, cycle=cycle.cycle, opened_on=cycle.opened_on, digest=cycle.digest)
    elif part.cycle != cycle.cycle:
        return None
    before_all = part.results
    of_level = before_all.get(judgement.level, {})
    before = of_level.get(judgement.indicator)
    if before is not None and before.judged_on > judgement.judged_on:
        return None
    told = LastJudgement(judgement.result, judgement.judged_on)
    results = {**before_all, judgement.level: {**of_level, judgement.indicator: told}}
    return msgspec.structs.replace(part, told=msgspec.json.encode(results).decode())


def replaced(parts: Iterable[JudgedPart], new: JudgedPart | None) -> list[JudgedPart]:
    """Return the parts of a criterion with one of them as it stands now."""
    return [*(one for one in parts if new is None or one.part != new.part), *([new] if new is not None else [])]


def level_of(
    library: Library, criterion: CriterionCode, asked: Sha256, parts: Sequence[JudgedPart], levels: Sequence[str], upto: int
) -> CriterionLevel | None:
    """Return the level that a layer came to; None when it judged nothing of the criterion that is asked of.

    `asked` is the rulebook of the target: a criterion of the same number in another family of rulebooks is another one.
    `levels` are the school's levels of education, `upto` the level whose missing indicators are told.
    """
    if not parts:
        return None
    current = tuple(parts)
    if len(current) > 1:
        newest = max((one.opened_on, one.cycle) for one in current)
        current = tuple(one for one in current if (one.opened_on, one.cycle) == newest)
    rulebook = library.by_digest(current[0].digest)
    if rulebook.family != library.by_digest(asked).family or criterion not in rulebook.criteria:
        return None
    return _computed(rulebook, criterion, current, tuple(levels), upto)


@functools.lru_cache(maxsize=_KEPT_LEVELS)
def _computed(
    rulebook: Rulebook, criterion: CriterionCode, current: tuple[JudgedPart, ...], levels: tuple[str, ...], upto: int
) -> CriterionLevel:
    by_part = _by_part(criterion, current, levels)
    whole = by_part.get(WHOLE)
    result = (
        evaluate_criterion(rulebook, criterion, whole)
        if whole is not None
        else evaluate_criterion_of_parts(rulebook, criterion, by_part)
    )
    return CriterionLevel(
        floor=result.floor,
        ceiling=result.ceiling,
        missing=tuple(_missing(rulebook, criterion, by_part, upto)) if result.floor < upto else (),
        judged_on=_last_day(current, upto),
    )


def missing_of_nothing(rulebook: Rulebook, criterion: CriterionCode, upto: int) -> tuple[str, ...]:
    """Return what a criterion lacks of which nothing was judged: every indicator up to a level."""
    return tuple(_missing(rulebook, criterion, {WHOLE: {}}, upto))


def _by_part(
    criterion: CriterionCode, current: Sequence[JudgedPart], levels: Sequence[str]
) -> Mapping[str, Mapping[IndicatorKey, Result]]:
    """Return level of education → results: its own, else those of the whole school; WHOLE alone where none has its own."""
    told = {one.part: _flat(criterion, one) for one in current}
    whole = told.pop(WHOLE, {})
    if not told or not levels:
        return {WHOLE: whole}
    return {part: {**whole, **told.get(part, {})} for part in levels}


def _flat(criterion: CriterionCode, part: JudgedPart) -> dict[IndicatorKey, Result]:
    return {
        IndicatorKey(criterion, level, indicator): judged.result
        for level, of_level in part.results.items()
        for indicator, judged in of_level.items()
    }


def _missing(
    rulebook: Rulebook, criterion: CriterionCode, by_part: Mapping[str, Mapping[IndicatorKey, Result]], upto: int
) -> Iterable[str]:
    levels = rulebook.criterion(criterion).levels
    for part, results in by_part.items():
        named = f"{EDUCATION_LEVEL_LABELS[part]}: " if part else ""
        for number, level in levels.items():
            for indicator in level.indicators if number <= upto else ():
                key = IndicatorKey(criterion, number, indicator.code)
                if results.get(key) not in _REACHED:
                    yield f"{named}{key}"


def _last_day(current: Sequence[JudgedPart], upto: int) -> dt.date:
    days = (
        judged.judged_on
        for part in current
        for level, of_level in part.results.items()
        if level <= upto
        for judged in of_level.values()
    )
    return max(days, default=current[0].opened_on)
