"""Public events of the inspection service about the years after a recognition; no notes, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.ids import InspectionId, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult


class MaintenanceChecked(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An office checked whether a recognised school keeps its standard in a school year ("2026-2027").

    It changes no recognition. `inspection` is the concluded visit it rests on. The later check of a year holds.
    """

    LABEL: ClassVar[str] = "Kiểm tra duy trì hằng năm"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "maintenance-checked"
    school: SchoolCode
    year: str
    result: MaintenanceResult
    checked_on: dt.date
    inspection: InspectionId = InspectionId("")
