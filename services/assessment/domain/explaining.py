"""Says why a level is what it is: the cycle, then the steps of the law, each with the log positions it rests on.

The law's own derivation names the judgements; here they become events. A cited event is one whose judgement, withdrawn
alone, would change or unsettle the level; withdrawing any other judgement alone changes nothing. Where several failures each
suffice, none of them alone matters: they are `alternatives`.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.assessment.domain.standing import Standing
from shared.contracts.calls.assessment import Layer, Reason
from shared.rulebook import IndicatorKey
from shared.rulebook.derivation import Derivation, Step, derive


def derivation(standing: Standing, layer: Layer, criterion: str = "") -> Derivation:
    """Return the law's derivation of a criterion's level, or of the school's, and the shortest way to the next."""
    return derive(standing.rulebook, standing.results[layer], criterion)


def reasons(standing: Standing, layer: Layer, derived: Derivation) -> list[Reason]:
    """Return the derivation as steps with log positions; the first is the cycle, without which there is no result."""
    opened = standing.cycle is not None
    cycle = Reason(
        verdict="yes" if opened else "unknown",
        text=" ".join(standing.because),
        article=standing.rulebook.circular,
        events=[standing.cycle.position] if standing.cycle else [],
    )
    return [cycle, *(_reason(standing, layer, step) for step in derived.steps)]


def short_name(key: IndicatorKey) -> str:
    """Return how a list names an indicator: “5.2 Mức 2 b”."""
    return str(key).replace("Mức ", "Mức\u00a0")


def _reason(standing: Standing, layer: Layer, step: Step) -> Reason:
    return Reason(
        verdict=step.verdict,
        text=f"{step.text}.",
        article=step.article,
        events=_positions(standing, layer, step.keys),
        alternatives=_positions(standing, layer, step.alternatives),
    )


def _positions(standing: Standing, layer: Layer, keys: Iterable[IndicatorKey]) -> list[int]:
    judged = standing.cycle.judged[layer] if standing.cycle else {}
    return sorted(judged[key].position for key in keys)
