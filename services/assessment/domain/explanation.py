"""Says why a level is what it is: the cycle, then the steps of the law, each with the log positions it rests on.

The law's own derivation names the judgements; here they become events. A cited event is one whose judgement, withdrawn
alone, would change or unsettle the level; withdrawing any other judgement alone changes nothing. Where several failures each
suffice, none of them alone matters: they are `alternatives`. Where levels of education were judged on their own, what a
judgement matters is found by withdrawing it, for the law's derivation knows one school only.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from services.assessment.domain.education_levels import combining_note, results_by_education_level
from services.assessment.domain.rulebook_lookup import Key
from services.assessment.domain.school_assessment import SchoolAssessment
from shared.rulebook import Evaluation, IndicatorKey, LevelResult
from shared.rulebook.derivation import Derivation, DerivationStep, derive
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, Position
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS


class ExplanationStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step to a level: yes, no or unknown, in words, with its article and the log positions it rests on.

    `alternatives` are positions of which each alone would suffice, so that none alone matters.
    """

    verdict: str
    text: str
    article: str
    events: list[Position] = []
    alternatives: list[Position] = []


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A level, the steps that lead to it, and what is missing for the next one (None: there is none)."""

    result: LevelResult
    reasons: list[ExplanationStep]
    next_level: int | None
    missing: list[str]


def explain(assessed: SchoolAssessment, layer: Layer, criterion: CriterionCode = CriterionCode("")) -> Explanation:
    """Explain the level of a criterion, or of the school when none is named."""
    if layer is Layer.SCHOOL and assessed.parts:
        return _explain_parts(assessed, criterion)
    derived = derivation(assessed, layer, criterion)
    return Explanation(
        result=derived.result,
        reasons=reasons(assessed, layer, derived),
        next_level=derived.path.level,
        missing=[short_name(key) for key in derived.path.indicators],
    )


def derivation(assessed: SchoolAssessment, layer: Layer, criterion: CriterionCode = CriterionCode("")) -> Derivation:
    """Return the law's derivation of a criterion's level, or of the school's, and the shortest way to the next."""
    return derive(assessed.rulebook, assessed.results[layer], criterion)


def reasons(assessed: SchoolAssessment, layer: Layer, derived: Derivation) -> list[ExplanationStep]:
    """Return the derivation as steps with log positions; the first is the cycle, without which there is no result."""
    return [_cycle(assessed), *(_reason(assessed, layer, step) for step in derived.steps)]


def short_name(key: IndicatorKey) -> str:
    """Return how a list names an indicator: “5.2 Mức 2 b”."""
    return str(key).replace("Mức ", "Mức\u00a0")


def _cycle(assessed: SchoolAssessment) -> ExplanationStep:
    return ExplanationStep(
        verdict="yes" if assessed.cycle is not None else "unknown",
        text=" ".join(assessed.because),
        article=assessed.rulebook.circular,
        events=[assessed.cycle.position] if assessed.cycle else [],
    )


def _reason(assessed: SchoolAssessment, layer: Layer, step: DerivationStep) -> ExplanationStep:
    return ExplanationStep(
        verdict=step.verdict,
        text=f"{step.text}.",
        article=step.article,
        events=_positions(assessed, layer, step.keys),
        alternatives=_positions(assessed, layer, step.alternatives),
    )


def _positions(assessed: SchoolAssessment, layer: Layer, keys: Iterable[IndicatorKey]) -> list[Position]:
    judged = assessed.cycle.judged[layer] if assessed.cycle else {}
    return sorted(judged[key].position for key in keys)


# --- levels of education judged on their own


def _explain_parts(assessed: SchoolAssessment, criterion: CriterionCode) -> Explanation:
    """Explain from the levels of education that hold the school where it is."""
    matter = _that_matter(assessed, criterion)
    result = _level_of(assessed.combined().whole, criterion)
    derived = {part: derive(assessed.rulebook, results, criterion) for part, results in assessed.parts.items()}
    part_reasons = [
        _part_reason(assessed, part, step, matter)
        for part, of_part in derived.items()
        if of_part.result.floor == result.floor or of_part.result.ceiling == result.ceiling
        for step in of_part.steps
    ]
    rest = matter - {position for reason in part_reasons for position in reason.events}
    rule = assessed.rulebook.rules.combination
    combining = ExplanationStep(
        verdict="yes", text=combining_note(assessed.rulebook), article=rule.source, events=sorted(rest)
    )
    target, missing = _way_up(derived)
    return Explanation(
        result=result, reasons=[_cycle(assessed), combining, *part_reasons], next_level=target, missing=missing
    )


def _level_of(evaluation: Evaluation, criterion: CriterionCode) -> LevelResult:
    return evaluation.criteria[criterion] if criterion else evaluation.school


def _that_matter(assessed: SchoolAssessment, criterion: CriterionCode) -> set[Position]:
    """Return the positions of the judgements each of which, withdrawn alone, would change or unsettle the level."""
    cycle = assessed.cycle
    assert cycle is not None
    whole, own = cycle.results(Layer.SCHOOL), cycle.part_results()
    now = _bounds(assessed, whole, own, criterion)
    positions = {
        judged.position
        for key, judged in cycle.judged[Layer.SCHOOL].items()
        if _bounds(assessed, _less(whole, key), own, criterion) != now
    }
    for part, judgements in cycle.parts.items():
        for key, judged in judgements.items():
            if _bounds(assessed, whole, {**own, part: _less(own[part], key)}, criterion) != now:
                positions.add(judged.position)
    return positions


def _less(results: dict[IndicatorKey, Result], key: Key) -> dict[IndicatorKey, Result]:
    return {one: result for one, result in results.items() if one != key}


def _bounds(
    assessed: SchoolAssessment,
    whole: dict[IndicatorKey, Result],
    own: dict[str, dict[IndicatorKey, Result]],
    criterion: CriterionCode,
) -> tuple[int, int]:
    parts = results_by_education_level(assessed.parts, whole, own)
    level = _level_of(msgspec.structs.replace(assessed, parts=parts).combined().whole, criterion)
    return level.floor, level.ceiling


def _part_reason(assessed: SchoolAssessment, part: str, step: DerivationStep, matter: set[Position]) -> ExplanationStep:
    """Return a step of one level of education; what does not matter alone is one of several that do together."""
    matters = {_position(assessed, part, key) for key in step.keys}
    others = {_position(assessed, part, key) for key in step.alternatives} | matters
    return ExplanationStep(
        verdict=step.verdict,
        text=f"Cấp {EDUCATION_LEVEL_LABELS[part]}: {step.text}.",
        article=step.article,
        events=sorted(others & matter),
        alternatives=sorted(others - matter),
    )


def _position(assessed: SchoolAssessment, part: str, key: IndicatorKey) -> Position:
    assert assessed.cycle is not None
    own = assessed.cycle.parts.get(part, {}).get(key)
    return (own or assessed.cycle.judged[Layer.SCHOOL][key]).position


def _way_up(derived: dict[str, Derivation]) -> tuple[int | None, list[str]]:
    """Return the next level, and what each level of education that is not there yet lacks."""
    targets = [of_part.path.level for of_part in derived.values() if of_part.path.level is not None]
    if not targets:
        return None, []
    target = min(targets)
    behind = {part: of_part.path.indicators for part, of_part in derived.items() if of_part.path.level == target}
    return target, [f"{EDUCATION_LEVEL_LABELS[part]}: {short_name(key)}" for part, keys in behind.items() for key in keys]
