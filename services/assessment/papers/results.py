"""Results in the words of papers: the level of a school, of a criterion, what was judged of an indicator, shares."""

from __future__ import annotations

from fractions import Fraction

from shared.papers import phrases as words
from shared.papers.model import Missing, Runs, Text
from shared.rulebook import Evaluation
from shared.text import format_number
from shared.vocabulary.assessment import Result
from shared.vocabulary.labels import RESULT_LABELS


def school_level(evaluation: Evaluation) -> Runs:
    """Return the level that a school is found at, in the middle of a sentence: "đạt Mức 2"."""
    return words.school_level(evaluation.school.level)


def met(level: int | None) -> Runs:
    """Return whether a criterion that has one level only reached it (Điều 22 of 2018)."""
    if level is None:
        return words.NOT_CONCLUDED
    return (Text("Đạt" if level else "Không đạt"),)


def judged(result: Result) -> Runs:
    """Return what was judged of an indicator."""
    return (Missing("chưa đánh giá"),) if result is Result.NOT_ASSESSED else (Text(RESULT_LABELS[result]),)


def percent(part: int, whole: int) -> str:
    """Return a share in hundredths, half rounded up to one place, without the sign: 1 of 3 is "33,3"."""
    return format_number(Fraction(100 * part, whole), 1) if whole else "0"
