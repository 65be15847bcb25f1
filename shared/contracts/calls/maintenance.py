"""Calls of the inspection service about the years after a recognition: whether the standard is kept, checked every year."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import (
    BOARD_READERS,
    OFFICERS,
    READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.ids import CommuneCode, InspectionId, PersonId, Position, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role


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


OPERATIONS = (
    Operation(
        name="check_maintenance",
        request=CheckMaintenance,
        answer=MaintenanceCheckView,
        roles=OFFICERS,
        scope=Scope.SCHOOL,
        summary="Ghi kiểm tra duy trì của một năm học ở trường đã được công nhận; việc nội bộ, không đổi quyết định nào.",
        routes=(post("/schools/{school}/maintenance"),),
        commands=("maintenance check",),
        follows=("assessment",),
    ),
    Operation(
        name="maintenance",
        request=MaintenanceRequest,
        answer=MaintenanceView,
        roles=READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.SCHOOL,
        summary="Các lần kiểm tra duy trì của một trường, năm học mới nhất trước.",
        routes=(get("/schools/{school}/maintenance"),),
        commands=("maintenance list",),
    ),
    Operation(
        name="maintenance_list",
        request=MaintenanceListRequest,
        answer=MaintenanceListAnswer,
        roles=BOARD_READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.NARROWED,
        summary="Kiểm tra duy trì của một năm học ở các trường của xã.",
        routes=(
            get("/communes/{commune}/maintenance"),
            get("/maintenance", "Như trên, ở mọi trường được xem."),
        ),
        commands=("maintenance list",),
    ),
)
"""What may be asked, by whom."""
