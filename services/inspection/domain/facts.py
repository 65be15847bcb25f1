"""What is stored about inspections: every fact of the service, with its topic; people are account ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.calls.assessment import Layer, Result
from shared.eventlog.facts import Fact, FactCatalogue


class InspectionPlanned(Fact, frozen=True, kw_only=True):
    """A visit was planned under a cycle; its rulebook is that of the cycle. `members` are account ids."""

    TOPIC: ClassVar[str] = "inspection.inspection-planned"

    inspection: str
    school: str
    cycle: str
    digest: str
    layer: Layer
    planned_on: dt.date
    title: str
    members: tuple[str, ...] = ()


class FindingRecorded(Fact, frozen=True, kw_only=True):
    """What the team found of one indicator on a day; `answer_by` asks the school to answer by a day."""

    TOPIC: ClassVar[str] = "inspection.finding-recorded"

    inspection: str
    school: str
    cycle: str
    layer: Layer
    criterion: str
    level: int
    indicator: str
    result: Result
    found_on: dt.date
    note: str = ""
    answer_by: dt.date | None = None


class InspectionConcluded(Fact, frozen=True, kw_only=True):
    """The visit was closed with a summary; nothing more is found by it."""

    TOPIC: ClassVar[str] = "inspection.inspection-concluded"

    inspection: str
    school: str
    cycle: str
    layer: Layer
    concluded_on: dt.date
    summary: str


FACTS = FactCatalogue([InspectionPlanned, FindingRecorded, InspectionConcluded])
"""The closed list of facts of this service."""
