"""Read models of the inspection service: visits, what they ask for and recommend, what is known from other services."""

from sqlalchemy import Connection

from services.inspection.views import (
    maintenance_rows,
    recommendation_rows,
    registration_rows,
    school_streams,
    visit_request_rows,
    visit_rows,
)
from services.inspection.views.known import (
    HeldRole,
    KnownSchool,
    MemberHolder,
    closed_schools,
    commune_name,
    commune_of,
    communes_of_schools,
    document_school,
    holder,
    is_newer,
    known_schools,
    project_foreign,
    schools_of,
)
from services.inspection.views.known_awards import awards, awards_of, awards_of_all
from services.inspection.views.known_cycles import add_cycle, cycles
from services.inspection.views.known_staff import ever_worked_at
from services.inspection.views.maintenance_rows import (
    MaintenanceRow,
    maintenance_in,
    maintenance_of,
    maintenance_of_schools,
)
from services.inspection.views.recommendation_rows import (
    ActKind,
    RecommendationAct,
    RecommendationRow,
    acts_of,
    carried_into,
    open_about_criteria,
    recommendation,
    recommendations,
    recommendations_named,
)
from services.inspection.views.registration_rows import (
    RegistrationRow,
    awaiting_reply,
    registered_cycle,
    registration_days,
    registrations,
)
from services.inspection.views.school_streams import streams_of
from services.inspection.views.tables import METADATA, VERSION
from services.inspection.views.visit_request_rows import EvidenceRequestRow, PhotoRow, evidence_requests, visit_photos
from services.inspection.views.visit_rows import (
    EarlierVisits,
    FindingRow,
    VisitRow,
    asked,
    cycle_of,
    earlier_visits,
    inspections,
    visits,
)
from services.inspection.views.year import PROJECTIONS as YEAR_PROJECTIONS
from services.inspection.views.year import YEAR_ROWS
from shared.eventlog.log import RecordedEvent

__all__ = [
    "METADATA",
    "VERSION",
    "ActKind",
    "EarlierVisits",
    "EvidenceRequestRow",
    "FindingRow",
    "HeldRole",
    "KnownSchool",
    "MaintenanceRow",
    "MemberHolder",
    "PhotoRow",
    "RecommendationAct",
    "RecommendationRow",
    "RegistrationRow",
    "VisitRow",
    "acts_of",
    "add_cycle",
    "asked",
    "awaiting_reply",
    "awards",
    "awards_of",
    "awards_of_all",
    "carried_into",
    "closed_schools",
    "commune_name",
    "commune_of",
    "communes_of_schools",
    "cycle_of",
    "cycles",
    "document_school",
    "earlier_visits",
    "ever_worked_at",
    "evidence_requests",
    "holder",
    "inspections",
    "is_newer",
    "known_schools",
    "maintenance_in",
    "maintenance_of",
    "maintenance_of_schools",
    "open_about_criteria",
    "project",
    "project_foreign",
    "project_of_year",
    "recommendation",
    "recommendations",
    "recommendations_named",
    "registered_cycle",
    "registration_days",
    "registrations",
    "schools_of",
    "streams_of",
    "visit_photos",
    "visits",
]

_PROJECTIONS = (
    visit_rows.project,
    recommendation_rows.project,
    visit_request_rows.project,
    registration_rows.project,
    maintenance_rows.project,
    school_streams.project,
    *YEAR_PROJECTIONS,
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log to every kind of thing."""
    for apply in _PROJECTIONS:
        apply(conn, logged)


def project_of_year(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of a commune's year to what tells of years; in which streams that stands is not noted."""
    for apply in YEAR_ROWS:
        apply(conn, logged)
