"""Calls of the inspection service about the years after a recognition: whether the standard is kept, checked every year."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import Operation
from shared.vocabulary.ids import CommuneCode, InspectionId, PersonId, Position, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult


class CheckMaintenance(Call, frozen=True, kw_only=True):
    """An office checks whether a recognised school keeps its standard in a school year ("2026-2027").

    `inspection` is the concluded visit it rests on, '' for none. Internal: no article asks for a decision about it.
    """

    school: SchoolCode
    year: str
    result: MaintenanceResult
    note: str = ""
    inspection: InspectionId = InspectionId("")
    on: dt.date | None = None


class MaintenanceCheckView(Answer, frozen=True, kw_only=True):
    """One check. The later one of a year holds; the earlier stays in the log."""

    year: str
    result: MaintenanceResult
    note: str
    checked_on: dt.date
    by: PersonId
    position: Position
    inspection: InspectionId = InspectionId("")


class MaintenanceRequest(Call, frozen=True, kw_only=True):
    """Ask what was checked of a school, the newest year first."""

    school: SchoolCode


class MaintenanceView(Answer, frozen=True, kw_only=True):
    """What was checked of a school, the newest year first."""

    school: SchoolCode
    checks: list[MaintenanceCheckView]


class MaintenanceListRequest(Call, frozen=True, kw_only=True):
    """List the checks of a school year across the schools that the caller reaches; `limit` 1 to 2 000."""

    year: str
    commune: CommuneCode = CommuneCode("")
    after: int = 0
    limit: int = 500


class MaintenanceLine(Answer, frozen=True, kw_only=True):
    """A school and its check of the year."""

    school: SchoolCode
    check: MaintenanceCheckView


class MaintenanceListAnswer(Answer, frozen=True, kw_only=True):
    """One page of checks, and how many there are."""

    checks: list[MaintenanceLine]
    total: int


OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
