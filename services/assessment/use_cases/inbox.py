"""Handles the events of other services: documents from evidence, visits and registrations from inspection."""

from __future__ import annotations

import datetime as dt

import msgspec
from eventsourcing.persistence import Tracking
from sqlalchemy import Connection

from services.assessment import views
from services.assessment.domain import facts as f
from services.assessment.domain.school import School
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.events import registration
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded, InspectionConcluded
from shared.contracts.events.visit_requests import EvidenceRequested
from shared.contracts.events.visit_teams import FindingAgreed
from shared.contracts.problems import UnknownEventVersion
from shared.eventlog.application import AlreadyReceived
from shared.identity.call_context import CallContext, system
from shared.vocabulary.ids import Position
from shared.vocabulary.inspection import RegistrationStep

EVIDENCE, INSPECTION = "evidence", "inspection"


class ForeignEvents:
    """Applies the events of other services exactly once."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools
        self._application = schools.application

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        seen = self._schools.views.received_position(source)
        return seen if source == EVIDENCE else min(seen, self._application.logged_position(source))

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once.

        Raises a Problem for what does not fit here, such as a finding about a cycle nobody knows: a dead letter, not a loss.
        """
        if event.service == EVIDENCE:
            self._learn_document(event)
            return
        try:
            self._take_inspection_event(event)
        except AlreadyReceived:
            return

    def _learn_document(self, event: CloudEvent) -> None:
        def project(conn: Connection) -> None:
            if _is_of(event, DocumentReceived):
                views.project_foreign(conn, event)

        self._schools.views.apply_once(EVIDENCE, event.sequence, project)

    def _take_inspection_event(self, event: CloudEvent) -> None:
        """Apply a finding, a conclusion or a step of a registration once.

        Conclusions were passed over by a former version: its log is past them, so they are told again from the start until
        the views have seen them too. Nothing is applied twice, for a visit is concluded once in a school's stream.
        """
        if self._application.logged_position(INSPECTION) < event.sequence:
            tracking = Tracking(INSPECTION, event.sequence)
            if not self._apply_inspection_event(event, tracking):
                self._application.append(tracking=tracking)
        elif self.received_position(INSPECTION) >= event.sequence:
            return
        elif _is_of(event, InspectionConcluded):
            self._apply_inspection_event(event, None)
        self._schools.views.apply_once(INSPECTION, event.sequence, lambda conn: None)

    def _apply_inspection_event(self, event: CloudEvent, tracking: Tracking | None) -> bool:
        """Apply one event to its school's stream; False when it is none that matters here."""
        acting = system("inspection", correlation=event.correlationid, cause=event.id)
        draft = _draft_of(event)
        if draft is not None:
            meta, _ = self._schools.metadata_on(acting, draft.found_on)
            school, decide = (
                draft.school,
                lambda school: school.take_finding(draft, self._schools.pinned(school, draft.cycle), meta),
            )
        elif _is_of(event, InspectionConcluded):
            ended = msgspec.convert(event.data, InspectionConcluded)
            meta, on = self._schools.metadata_on(acting, ended.concluded_on)
            school = ended.school
            decide = lambda school: school.conclude_visit(ended.cycle, ended.layer, ended.inspection, on, meta)  # noqa: E731
        elif _is_of(event, EvidenceRequested):
            return self._reopen_linking(msgspec.convert(event.data, EvidenceRequested), acting, tracking)
        elif (step := _step_of(event)) is not None:
            meta, _ = self._schools.metadata_on(acting, _holds_from(step))
            school, decide = step.school, lambda school: school.take_registration_step(step, meta)
        else:
            return False
        self._schools.change(school, decide, tracking=tracking)
        return True

    def _reopen_linking(self, asked: EvidenceRequested, acting: CallContext, tracking: Tracking | None) -> bool:
        """Let the school cite evidence of what was asked for; while it has no cycle, nothing is locked either."""
        if not asked.cycle or not asked.criterion:
            return False
        meta, _ = self._schools.metadata_on(acting, asked.requested_on)
        reopened = f.LinkingReopened(
            school=asked.school,
            cycle=asked.cycle,
            layer=asked.layer,
            criterion=asked.criterion,
            inspection=asked.inspection,
            request=asked.request,
            due=asked.due,
        )

        def decide(school: School) -> None:
            school.reopen_linking(reopened, self._schools.pinned(school, reopened.cycle), meta)

        self._schools.change(asked.school, decide, tracking=tracking)
        return True


def _step_of(event: CloudEvent) -> f.RegistrationStepTaken | None:
    """Return a step of a registration as it is taken over, None for an event of another kind. Raises UnknownEventVersion."""
    for kind, (step, day) in _STEPS.items():
        if _is_of(event, kind):
            told = msgspec.convert(event.data, kind)
            named = {name: getattr(told, name) for name in ("school", "cycle", "registration")}
            return f.RegistrationStepTaken(**named, step=step, on=getattr(told, day))
    return None


def _holds_from(step: f.RegistrationStepTaken) -> dt.date:
    """Return the day from which a step holds: silence ends with its day, all others are taken on it."""
    return step.on + dt.timedelta(days=1) if step.step is RegistrationStep.SILENCE else step.on


_STEPS: dict[type[PublicEvent], tuple[RegistrationStep, str]] = {
    registration.RegistrationOpened: (RegistrationStep.OPEN, "opened_on"),
    registration.RegistrationChecked: (RegistrationStep.CHECK, "checked_on"),
    registration.RegistrationForwarded: (RegistrationStep.FORWARD, "forwarded_on"),
    registration.RegistrationAccepted: (RegistrationStep.ACCEPT, "accepted_on"),
    registration.RegistrationReturned: (RegistrationStep.RETURN, "returned_on"),
    registration.DraftReportSent: (RegistrationStep.DRAFT, "sent_on"),
    registration.SchoolReplied: (RegistrationStep.REPLY, "replied_on"),
    registration.SilenceTaken: (RegistrationStep.SILENCE, "silent_on"),
    registration.ReportFinalised: (RegistrationStep.FINAL, "final_on"),
}
"""Every step that is taken over, with the field of its day. That a decision was made is told by this very log."""


def _draft_of(event: CloudEvent) -> f.FindingTaken | None:
    """Return what a visit found of an indicator, written down by one or agreed on by all; None for other news."""
    if _is_of(event, FindingRecorded):
        return f.FindingTaken(**msgspec.structs.asdict(msgspec.convert(event.data, FindingRecorded)))
    if _is_of(event, FindingAgreed):
        agreed = msgspec.structs.asdict(msgspec.convert(event.data, FindingAgreed))
        return f.FindingTaken(found_on=agreed.pop("agreed_on"), **agreed)
    return None


def _is_of(event: CloudEvent, kind: type[PublicEvent]) -> bool:
    """Say whether we use an event; raises UnknownEventVersion for another version of it, which must not pass unseen."""
    if event.type == kind.type():
        return True
    if event.type.rpartition(".")[0] == kind.type().rpartition(".")[0]:
        raise UnknownEventVersion(
            f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ đánh giá, rồi gửi lại tin này.", event=event.id
        )
    return False
