"""What is stored about training: a class is planned, held or cancelled, a school asks for one; people are ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import PersonId, SchoolCode, TrainingId


class Attended(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who was asked to a class: from which school ('' for the commune's own people), whether present, with what result."""

    person: PersonId
    school: SchoolCode = SchoolCode("")
    present: bool = True
    result: str = ""


class TrainingPlanned(YearFact, frozen=True, kw_only=True):
    """A class was planned for some schools, or for all of the commune (`schools` empty), with what it may cost in đồng."""

    TOPIC: ClassVar[str] = "inspection.training-planned"

    training: TrainingId
    topic: TrainingTopic
    title: str
    days: tuple[dt.date, ...]
    first_day: dt.date
    last_day: dt.date
    place: str
    schools: tuple[SchoolCode, ...]
    budget_vnd: int


class TrainingHeld(YearFact, frozen=True, kw_only=True):
    """A class was held, its last day on `held_on`; told anew, the later attendance holds.

    `reason` says why it was held on a day that was not planned.
    """

    TOPIC: ClassVar[str] = "inspection.training-held"

    training: TrainingId
    topic: TrainingTopic
    held_on: dt.date
    attendance: tuple[Attended, ...]
    present_count: int
    asked_count: int
    materials: str = ""
    reason: str = ""


class TrainingCancelled(YearFact, frozen=True, kw_only=True):
    """A class will not be held."""

    TOPIC: ClassVar[str] = "inspection.training-cancelled"

    training: TrainingId
    topic: TrainingTopic
    cancelled_on: dt.date
    reason: str


class TrainingAsked(YearFact, frozen=True, kw_only=True):
    """A school asks for a class on a topic in this year, with words of its own where it has some."""

    TOPIC: ClassVar[str] = "inspection.training-asked"

    school: SchoolCode
    topic: TrainingTopic
    asked_on: dt.date
    text: str = ""


FACTS: tuple[type[Fact], ...] = (TrainingPlanned, TrainingHeld, TrainingCancelled, TrainingAsked)
"""The facts of this part of the year."""
