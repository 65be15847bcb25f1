"""What is stored about difficulties of schools: raised, taken, answered, forwarded, decided, closed, merged."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, ForwardedDifficulty
from shared.vocabulary.ids import CriterionCode, DifficultyId, DocumentId, SchoolCode


class DifficultyFact(YearFact, frozen=True, kw_only=True):
    """A fact about one difficulty of one school."""

    difficulty: DifficultyId
    school: SchoolCode


class DifficultyRaised(DifficultyFact, frozen=True, kw_only=True):
    """A school says what is difficult and what it asks for; `criterion` is '' where it is about none.

    `documents` are kept documents of the school.
    """

    TOPIC: ClassVar[str] = "inspection.difficulty-raised"

    criterion: CriterionCode
    text: str
    asks: str
    raised_on: dt.date
    documents: tuple[DocumentId, ...] = ()


class DifficultyTaken(DifficultyFact, frozen=True, kw_only=True):
    """A unit of the commune took it, to answer by the day `due`; taken anew, the later day holds."""

    TOPIC: ClassVar[str] = "inspection.difficulty-taken"

    unit: CommuneUnit
    due: dt.date
    taken_on: dt.date


class DifficultyAnswered(DifficultyFact, frozen=True, kw_only=True):
    """The office answered the school."""

    TOPIC: ClassVar[str] = "inspection.difficulty-answered"

    text: str
    answered_on: dt.date


class DifficultyForwarded(DifficultyFact, frozen=True, kw_only=True):
    """The office passed it on to whoever can decide, with a summary."""

    TOPIC: ClassVar[str] = "inspection.difficulty-forwarded"

    to: ForwardedDifficulty
    summary: str
    forwarded_on: dt.date


class DifficultyDecided(DifficultyFact, frozen=True, kw_only=True):
    """Those to whom it was forwarded decided."""

    TOPIC: ClassVar[str] = "inspection.difficulty-decided"

    by: ForwardedDifficulty
    text: str
    decided_on: dt.date


class DifficultyClosed(DifficultyFact, frozen=True, kw_only=True):
    """The school said whether it is solved: closed for good, or open to the office again."""

    TOPIC: ClassVar[str] = "inspection.difficulty-closed"

    word: ClosingWord
    closed_on: dt.date
    note: str = ""


class DifficultyMerged(DifficultyFact, frozen=True, kw_only=True):
    """The office treats it together with another one of the commune: what that is answered holds for both."""

    TOPIC: ClassVar[str] = "inspection.difficulty-merged"

    into: DifficultyId
    merged_on: dt.date


FACTS: tuple[type[Fact], ...] = (
    DifficultyRaised,
    DifficultyTaken,
    DifficultyAnswered,
    DifficultyForwarded,
    DifficultyDecided,
    DifficultyClosed,
    DifficultyMerged,
)
"""The facts of this part of the year."""
