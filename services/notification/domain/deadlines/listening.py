"""Which event changes which deadlines: the whole list; whatever is not on it changes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.notification.domain.deadlines import (
    awards,
    commune_work,
    commune_year,
    people,
    registrations,
    schoolwork,
    visits,
)
from services.notification.domain.deadlines.model import Change, Known, Law, Reopen, Set, Told, Unreadable, Wait
from services.notification.domain.deadlines.notes import CLOSED

Hearing = Callable[[Told, Known, Law], Iterator[Change]]

_ASSESSMENT: Mapping[str, Hearing] = {
    "commune-registered": people.commune_registered,
    "school-registered": people.school_registered,
    "school-closed": people.school_closed,
    "recognition-granted": awards.granted,
    "recognition-corrected": awards.corrected,
    "recognition-revoked": awards.revoked,
    "certificate-granted": awards.granted,
    "certificate-corrected": awards.corrected,
    "certificate-revoked": awards.revoked,
    "remedy-requested": awards.remedy_requested,
    "cycle-opened": schoolwork.cycle_opened,
    "criterion-assigned": schoolwork.criterion_due,
    "changes-requested": schoolwork.criterion_due,
    "criterion-handed-in": schoolwork.criterion_done,
    "criterion-reviewed": schoolwork.criterion_done,
    "criterion-taken-back": schoolwork.criterion_taken_back,
    "self-assessment-submitted": schoolwork.submitted,
    "improvement-item-set": schoolwork.improvement_set,
    "improvement-reviewed": schoolwork.improvement_reviewed,
}
"""`linking-reopened` is not heard: it follows from `evidence-requested`, which says the same day."""

_INSPECTION: Mapping[str, Hearing] = {
    "inspection-planned": visits.planned,
    "inspection-rescheduled": visits.rescheduled,
    "team-set-up": visits.team_set_up,
    "inspection-concluded": visits.concluded,
    "recommendation-made": visits.recommended,
    "recommendation-answered": visits.answered,
    "recommendation-verified": visits.verified,
    "recommendation-extended": visits.extended,
    "evidence-requested": visits.evidence_requested,
    "evidence-supplied": visits.evidence_supplied,
    "maintenance-checked": awards.maintenance_checked,
    "registration-opened": registrations.opened,
    "registration-returned": registrations.returned,
    "registration-accepted": registrations.accepted,
    "draft-report-sent": registrations.draft_sent,
    "school-replied": registrations.replied,
    "silence-taken": registrations.replied,
    "report-finalised": registrations.finalised,
    "registration-decided": registrations.decided,
    "plan-entry-set": commune_year.entry_set,
    "plan-entry-dropped": commune_year.entry_dropped,
    "plan-issued": commune_year.issued,
    "criterion-target-set": commune_year.target_set,
    "criterion-target-revised": commune_year.target_set,
    "criterion-target-met": commune_year.target_met,
    "criterion-target-lost": commune_year.target_lost,
    "criterion-target-dropped": commune_year.target_dropped,
    "task-given": commune_work.task_given,
    "task-reported": commune_work.task_reported,
    "task-accepted": commune_work.task_accepted,
    "task-returned": commune_work.task_returned,
    "task-extended": commune_work.task_extended,
    "task-cancelled": commune_work.task_cancelled,
    "training-planned": commune_work.training_planned,
    "training-held": commune_work.training_held,
    "training-cancelled": commune_work.training_cancelled,
    "difficulty-raised": commune_work.difficulty_raised,
    "difficulty-taken": commune_work.difficulty_taken,
    "difficulty-answered": commune_work.difficulty_answered,
    "difficulty-forwarded": commune_work.difficulty_forwarded,
    "difficulty-decided": commune_work.difficulty_answered,
    "difficulty-closed": commune_work.difficulty_closed,
    "difficulty-merged": commune_work.difficulty_merged,
    "report-asked": commune_work.report_asked,
    "report-handed-in": commune_work.report_handed_in,
    "report-returned": commune_work.report_returned,
    "report-accepted": commune_work.report_accepted,
    "report-request-closed": commune_work.request_closed,
}

_IDENTITY: Mapping[str, Hearing] = {
    "role-granted": people.role_granted,
    "role-revoked": people.role_revoked,
    "account-closed": people.account_closed,
}

HEARD: Mapping[str, Hearing] = {
    **{f"assessment.{fact}": hearing for fact, hearing in _ASSESSMENT.items()},
    **{f"inspection.{fact}": hearing for fact, hearing in _INSPECTION.items()},
    **{f"identity.{fact}": hearing for fact, hearing in _IDENTITY.items()},
}
"""Fact → what follows from it."""


_OWED = (Set, Reopen, Wait)
"""Changes after which somebody owes something."""


def changes_of(told: Told, known: Known, law: Law) -> list[Change]:
    """Return what an event changes; nothing for one that is not heard, or cannot be read.

    A school that was closed owes nothing more, whatever is told of it afterwards.
    """
    hearing = HEARD.get(told.fact)
    if hearing is None:
        return []
    try:
        changes = list(hearing(told, known, law))
    except Unreadable:
        return []
    school = told.text("school")
    if school and any(isinstance(one, _OWED) for one in changes) and known.note(CLOSED + school):
        return [one for one in changes if not isinstance(one, _OWED)]
    return changes
