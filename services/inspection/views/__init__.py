"""Read models of the inspection service: visits, and what is known from other services."""

from sqlalchemy import Connection

from services.inspection.views import visit_rows
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
from services.inspection.views.tables import METADATA, VERSION
from services.inspection.views.visit_rows import (
    EarlierVisits,
    FindingRow,
    VisitRow,
    asked,
    earlier_visits,
    inspections,
    visits,
)
from shared.eventlog.log import RecordedEvent

__all__ = [
    "METADATA",
    "VERSION",
    "EarlierVisits",
    "FindingRow",
    "HeldRole",
    "MemberHolder",
    "VisitRow",
    "add_cycle",
    "asked",
    "commune_of",
    "cycles",
    "document_school",
    "earlier_visits",
    "holder",
    "inspections",
    "is_newer",
    "project",
    "project_foreign",
    "visits",
]

_PROJECTIONS = (visit_rows.project,)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log to every kind of thing."""
    for apply in _PROJECTIONS:
        apply(conn, logged)
