"""Turns each stored fact into its public event: every fact has one, without notes, titles, summaries and people."""

from __future__ import annotations

from services.inspection.domain import facts as f
from services.inspection.domain import recommendation_facts as rf
from services.inspection.domain import registration_facts as gf
from services.inspection.domain import team_facts as tf
from services.inspection.domain import visit_request_facts as vf
from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.domain.year.base import YearFact
from services.inspection.published_year import year_events
from shared.bus.events.publishing import cloud_event, public_event_of
from shared.contracts.events import inspection as public
from shared.contracts.events import maintenance as public_years
from shared.contracts.events import recommendations, visit_requests
from shared.contracts.events import registration as public_registration
from shared.contracts.events import visit_teams as public_teams
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent

_PUBLIC_EVENTS: dict[type[Fact], type[PublicEvent]] = {
    f.InspectionPlanned: public.InspectionPlanned,
    f.InspectionRescheduled: public.InspectionRescheduled,
    f.FindingRecorded: public.FindingRecorded,
    f.InspectionConcluded: public.InspectionConcluded,
    f.FindingAnswered: public.FindingAnswered,
    rf.RecommendationMade: recommendations.RecommendationMade,
    rf.RecommendationAnswered: recommendations.RecommendationAnswered,
    rf.RecommendationVerified: recommendations.RecommendationVerified,
    rf.RecommendationExtended: recommendations.RecommendationExtended,
    vf.EvidenceRequested: visit_requests.EvidenceRequested,
    vf.EvidenceSupplied: visit_requests.EvidenceSupplied,
    vf.PhotoTaken: visit_requests.PhotoTaken,
    gf.RegistrationOpened: public_registration.RegistrationOpened,
    gf.RegistrationChecked: public_registration.RegistrationChecked,
    gf.RegistrationForwarded: public_registration.RegistrationForwarded,
    gf.RegistrationAccepted: public_registration.RegistrationAccepted,
    gf.RegistrationReturned: public_registration.RegistrationReturned,
    gf.DraftReportSent: public_registration.DraftReportSent,
    gf.SchoolReplied: public_registration.SchoolReplied,
    gf.SilenceTaken: public_registration.SilenceTaken,
    gf.ReportFinalised: public_registration.ReportFinalised,
    gf.RegistrationDecided: public_registration.RegistrationDecided,
    MaintenanceChecked: public_years.MaintenanceChecked,
    tf.TeamSetUp: public_teams.TeamSetUp,
    tf.VisitJoinedCycle: public_teams.VisitJoinedCycle,
    tf.MemberJudged: public_teams.MemberJudged,
    tf.FindingAgreed: public_teams.FindingAgreed,
    tf.VisitHeld: public_teams.VisitHeld,
    **year_events(),
}


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    fact = logged.entry.fact
    subject = f"commune/{fact.commune}" if isinstance(fact, YearFact) else f"school/{fact.school}"  # type: ignore[attr-defined]
    return cloud_event(installation, logged, public_event(fact), subject)


def public_event(fact: Fact) -> PublicEvent:
    """Return the public event of a fact: the fields its public event names, and no others."""
    if isinstance(fact, f.InspectionPlanned):
        return public.InspectionPlanned(
            inspection=fact.inspection,
            school=fact.school,
            cycle=fact.cycle,
            layer=fact.layer,
            planned_on=fact.planned_on,
            members=fact.team or (),  # never `members`, into which the first version let people type anything
            kind=fact.kind,
        )
    if isinstance(fact, tf.TeamSetUp):
        return public_teams.TeamSetUp(
            inspection=fact.inspection,
            school=fact.school,
            cycle=fact.cycle,
            layer=fact.layer,
            decided_on=fact.decided_on,
            members=tuple(member.person for member in fact.members),
        )
    if isinstance(fact, gf.RegistrationChecked):
        return public_registration.RegistrationChecked(
            registration=fact.registration,
            school=fact.school,
            cycle=fact.cycle,
            checked_on=fact.checked_on,
            missing_count=len(fact.missing),
        )
    if isinstance(fact, gf.SchoolReplied):
        return public_registration.SchoolReplied(
            registration=fact.registration,
            school=fact.school,
            cycle=fact.cycle,
            replied_on=fact.replied_on,
            point_count=len(fact.points),
            late_days=fact.late_days,
        )
    return public_event_of(fact, _PUBLIC_EVENTS[type(fact)])
