"""Public events of the inspection service: visits planned, what they found, visits concluded; no notes, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer, Result


class InspectionPlanned(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A visit was planned: commune (technical inspection, advisory) or department (external evaluation, deciding).

    `members` are the ids of the accounts and tokens that go, pseudonymous as in the events of ``identity``; without it,
    anybody of the layer's team may go.
    """

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-planned"
    inspection: str
    school: str
    cycle: str
    layer: Layer
    planned_on: dt.date
    members: tuple[str, ...] = ()


class InspectionRescheduled(PublicEvent, frozen=True, kw_only=True):
    """The day of a visit was moved to `planned_on`."""

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-rescheduled"
    inspection: str
    school: str
    cycle: str
    layer: Layer
    planned_on: dt.date


class FindingRecorded(PublicEvent, frozen=True, kw_only=True):
    """What the team found of one indicator on the day `found_on`; a later finding replaces an earlier one."""

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "finding-recorded"
    inspection: str
    school: str
    cycle: str
    layer: Layer
    criterion: str
    level: int
    indicator: str
    result: Result
    found_on: dt.date


class InspectionConcluded(PublicEvent, frozen=True, kw_only=True):
    """A visit was closed; nothing more is found by it."""

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-concluded"
    inspection: str
    school: str
    cycle: str
    layer: Layer
    concluded_on: dt.date


class FindingAnswered(PublicEvent, frozen=True, kw_only=True):
    """The school answered a finding of a concluded visit; the words and the papers stay with the school and the office."""

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "finding-answered"
    inspection: str
    school: str
    cycle: str
    layer: Layer
    criterion: str
    level: int
    indicator: str
    answered_on: dt.date
