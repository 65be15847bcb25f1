"""Public events of the inspection service about difficulties of schools; no typed words, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, ForwardedDifficulty
from shared.vocabulary.ids import CommuneCode, CriterionCode, DifficultyId, SchoolCode


class DifficultyRaised(PublicEvent, frozen=True, kw_only=True):
    """A school raised a difficulty, about a criterion or ('') none."""

    LABEL: ClassVar[str] = "Nêu khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-raised"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    criterion: CriterionCode
    raised_on: dt.date


class DifficultyTaken(PublicEvent, frozen=True, kw_only=True):
    """A unit of the commune took a difficulty, to answer by `due`; taken anew, the later day holds."""

    LABEL: ClassVar[str] = "Nhận khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-taken"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    unit: CommuneUnit
    due: dt.date
    taken_on: dt.date


class DifficultyAnswered(PublicEvent, frozen=True, kw_only=True):
    """The office answered a difficulty."""

    LABEL: ClassVar[str] = "Trả lời khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-answered"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    answered_on: dt.date


class DifficultyForwarded(PublicEvent, frozen=True, kw_only=True):
    """The office passed a difficulty on to whoever can decide."""

    LABEL: ClassVar[str] = "Chuyển khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-forwarded"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    to: ForwardedDifficulty
    forwarded_on: dt.date


class DifficultyDecided(PublicEvent, frozen=True, kw_only=True):
    """Those to whom a difficulty was forwarded decided."""

    LABEL: ClassVar[str] = "Quyết định về khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-decided"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    by: ForwardedDifficulty
    decided_on: dt.date


class DifficultyClosed(PublicEvent, frozen=True, kw_only=True):
    """The school said whether a difficulty is solved: closed for good, or (`chua`) open to the office again."""

    LABEL: ClassVar[str] = "Trường đóng khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-closed"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    word: ClosingWord
    closed_on: dt.date


class DifficultyMerged(PublicEvent, frozen=True, kw_only=True):
    """A difficulty is treated together with another one: what that is answered holds for both."""

    LABEL: ClassVar[str] = "Gộp khó khăn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "difficulty-merged"
    commune: CommuneCode
    year: int
    difficulty: DifficultyId
    school: SchoolCode
    into: DifficultyId
    merged_on: dt.date
