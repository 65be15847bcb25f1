"""What the inspection service tells the world: visits planned, what they found, visits concluded; no notes, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.base import PublicEvent
from shared.contracts.calls.assessment import Layer, Result


class InspectionPlanned(PublicEvent, frozen=True, kw_only=True):
    """A visit was planned: commune (technical inspection, advisory) or department (external evaluation, deciding)."""

    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-planned"
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
