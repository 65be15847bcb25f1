"""What is stored about difficulties of schools: raised, taken, answered, forwarded, decided, closed, merged."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, ForwardedDifficulty
from shared.vocabulary.ids import CriterionCode, DifficultyId, DocumentId, SchoolCode


class DifficultyRaised(YearFact, frozen=True, kw_only=True):
    """A school says what is difficult and what it asks for; `criterion` is '' where it is about none.

    `documents` are kept documents of the school.
    """

    TOPIC: ClassVar[str] = "inspection.difficulty-raised"

    difficulty: DifficultyId
    school: SchoolCode
    criterion: CriterionCode
    text: str
    asks: str
    raised_on: dt.date
    documents: tuple[DocumentId, ...] = ()


class DifficultyTaken(YearFact, frozen=True, kw_only=True):
    """A unit of the commune took it, to answer by the day `due`; taken anew, the later day holds."""

    TOPIC: ClassVar[str] = "inspection.difficulty-taken"

    difficulty: DifficultyId
    school: SchoolCode
    unit: CommuneUnit
    due: dt.date
    taken_on: dt.date


class DifficultyAnswered(YearFact, frozen=True, kw_only=True):
    """The office answered the school."""

    TOPIC: ClassVar[str] = "inspection.difficulty-answered"

    difficulty: DifficultyId
    school: SchoolCode
    text: str
    answered_on: dt.date


class DifficultyForwarded(YearFact, frozen=True, kw_only=True):
    """The office passed it on to whoever can decide, with a summary."""

    TOPIC: ClassVar[str] = "inspection.difficulty-forwarded"

    difficulty: DifficultyId
    school: SchoolCode
    to: ForwardedDifficulty
    summary: str
    forwarded_on: dt.date


class DifficultyDecided(YearFact, frozen=True, kw_only=True):
    """Those to whom it was forwarded decided."""

    TOPIC: ClassVar[str] = "inspection.difficulty-decided"

    difficulty: DifficultyId
    school: SchoolCode
    by: ForwardedDifficulty
    text: str
    decided_on: dt.date


class DifficultyClosed(YearFact, frozen=True, kw_only=True):
    """The school said whether it is solved: closed for good, or open to the office again."""

    TOPIC: ClassVar[str] = "inspection.difficulty-closed"

    difficulty: DifficultyId
    school: SchoolCode
    word: ClosingWord
    closed_on: dt.date
    note: str = ""


class DifficultyMerged(YearFact, frozen=True, kw_only=True):
    """The office treats it together with another one of the commune: what that is answered holds for both."""

    TOPIC: ClassVar[str] = "inspection.difficulty-merged"

    difficulty: DifficultyId
    school: SchoolCode
    into: DifficultyId
    merged_on: dt.date


DifficultyFact = (
    DifficultyRaised
    | DifficultyTaken
    | DifficultyAnswered
    | DifficultyForwarded
    | DifficultyDecided
    | DifficultyClosed
    | DifficultyMerged
)
"""A fact about one difficulty of one school."""

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
