"""Read models of the inspection service: visits, and what is known from other services."""

from sqlalchemy import Connection

from services.inspection.views import maintenance_rows, visit_rows
from services.inspection.views.known import (
    HeldRole,
    MemberHolder,
    add_cycle,
    commune_of,
    cycles,
    document_school,
    holder,
    is_newer,
    project_foreign,
)
from services.inspection.views.known_awards import awards
from services.inspection.views.maintenance_rows import MaintenanceRow, maintenance_in, maintenance_of
from services.inspection.views.tables import METADATA, VERSION
from services.inspection.views.visit_rows import FindingRow, VisitRow, asked, inspections, visits, visits_to
from shared.eventlog.log import RecordedEvent

__all__ = [
    "METADATA",
    "VERSION",
    "FindingRow",
    "HeldRole",
    "MaintenanceRow",
    "MemberHolder",
    "VisitRow",
    "add_cycle",
    "asked",
    "awards",
    "commune_of",
    "cycles",
    "document_school",
    "holder",
    "inspections",
    "is_newer",
    "maintenance_in",
    "maintenance_of",
    "project",
    "project_foreign",
    "visits",
    "visits_to",
]

_PROJECTIONS = (visit_rows.project, maintenance_rows.project)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log to every kind of thing."""
    for apply in _PROJECTIONS:
        apply(conn, logged)
