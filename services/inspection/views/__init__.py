"""Read models of the inspection service: visits, and what is known from other services."""

from sqlalchemy import Connection

from services.inspection.views import school_streams, visit_rows
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
    schools_of,
)
from services.inspection.views.school_streams import streams_of
from services.inspection.views.tables import METADATA, VERSION
from services.inspection.views.visit_rows import FindingRow, VisitRow, asked, inspections, visits, visits_to
from shared.eventlog.log import RecordedEvent

__all__ = [
    "METADATA",
    "VERSION",
    "FindingRow",
    "HeldRole",
    "MemberHolder",
    "VisitRow",
    "add_cycle",
    "asked",
    "commune_of",
    "cycles",
    "document_school",
    "holder",
    "inspections",
    "is_newer",
    "project",
    "project_foreign",
    "schools_of",
    "streams_of",
    "visits",
    "visits_to",
]

_PROJECTIONS = (visit_rows.project, school_streams.project)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log to every kind of thing."""
    for apply in _PROJECTIONS:
        apply(conn, logged)
