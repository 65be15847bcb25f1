"""What is stored about the years after a recognition."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.eventlog.facts import Fact
from shared.vocabulary.ids import InspectionId, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult


class MaintenanceChecked(Fact, frozen=True, kw_only=True):
    """An office checked whether a recognised school keeps its standard in a school year.

    Internal: no article asks for a decision about it, and it changes no recognition.
    """

    TOPIC: ClassVar[str] = "inspection.maintenance-checked"

    school: SchoolCode
    year: str
    result: MaintenanceResult
    checked_on: dt.date
    note: str = ""
    inspection: InspectionId | msgspec.UnsetType = msgspec.UNSET
