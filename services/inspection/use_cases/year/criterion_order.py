"""The order of criteria as a rulebook has them: 1.2 before 1.10."""

from __future__ import annotations

from shared.vocabulary.ids import CriterionCode

_AFTER_NUMBERS = 1_000


def criterion_key(criterion: CriterionCode) -> list[tuple[int, str]]:
    """Return what criteria sort by: each part as a number, what is none after the numbers."""
    return [(int(part), "") if part.isdigit() else (_AFTER_NUMBERS, part) for part in criterion.split(".")]
