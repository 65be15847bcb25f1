"""Results in the words of papers: the level of a school, of a criterion, what was judged of an indicator, shares."""

from __future__ import annotations

from fractions import Fraction

from shared.papers.model import Missing, Runs, Text
from shared.rulebook import Evaluation
from shared.text import format_number
from shared.vocabulary.assessment import Result
from shared.vocabulary.labels import RESULT_LABELS

NOT_CONCLUDED: Runs = (Missing("chưa kết luận"),)
"""What stands where not everything was judged yet."""


def school_level(evaluation: Evaluation) -> Runs:
    """Return the level that a school is found at, in the middle of a sentence: "đạt Mức 2"."""
    level = evaluation.school.level
    if level is None:
        return NOT_CONCLUDED
    return (Text(f"đạt Mức {level}" if level else "chưa đạt Mức 1"),)


def criterion_level(level: int | None) -> Runs:
    """Return the level that a criterion reached, "Đạt Mức 2"; None: not everything was judged yet."""
    if level is None:
        return NOT_CONCLUDED
    return (Text(f"Đạt Mức {level}" if level else "Không đạt"),)


def met(level: int | None) -> Runs:
    """Return whether a criterion that has one level only reached it (Điều 22 of 2018)."""
    if level is None:
        return NOT_CONCLUDED
    return (Text("Đạt" if level else "Không đạt"),)


def judged(result: Result) -> Runs:
    """Return what was judged of an indicator."""
    return (Missing("chưa đánh giá"),) if result is Result.NOT_ASSESSED else (Text(RESULT_LABELS[result]),)


def percent(part: int, whole: int) -> str:
    """Return a share in hundredths, half rounded up to one place, without the sign: 1 of 3 is "33,3"."""
    return format_number(Fraction(100 * part, whole), 1) if whole else "0"
