"""Takes in what other services tell: cycles, schools and awards, kept documents, accounts and tokens."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain import registration_facts as rf
from services.inspection.domain.registration import names_of
from services.inspection.use_cases.registrations import RegistrationRepository
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.target_results import TargetResults
from shared.contracts.events.assessment import CertificateGranted, RecognitionGranted, RecognitionRefused
from shared.contracts.events.base import CloudEvent
from shared.contracts.problems import UnknownEventVersion
from shared.identity.call_context import system
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import Position

SOURCES = ("assessment", "evidence", "identity")
"""Who tells of cycles, schools and awards, of kept documents, of accounts and tokens."""


class InspectionInbox:
    """Applies the events of other services exactly once."""

    def __init__(self, visits: VisitRepository, registrations: RegistrationRepository) -> None:
        self._visits = visits
        self._registrations = registrations
        self._targets = TargetResults(YearRepository(visits))

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._visits.views.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply another service's next event exactly once; raises UnknownEventVersion for a newer kind of what is needed."""
        if event.sequence > self.received_position(event.service):
            if views.is_newer(event):
                raise UnknownEventVersion(
                    f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ kiểm tra, rồi gửi lại.", event=event.id
                )
            # Before it is marked as received: a second time it is recorded already, and nothing happens.
            self._end_registration(event)
            self._targets.before(event)

        def project(conn: Connection) -> None:
            views.project_foreign(conn, event)

        self._visits.views.apply_once(event.service, event.sequence, project)
        self._targets.after(event)

    def _end_registration(self, event: CloudEvent) -> None:
        """Record what a decision of the department is for the registration that it rests on."""
        kind = _DECISIONS.get(event.type)
        decided = self._decision(msgspec.convert(event.data, kind)) if kind is not None else None
        if decided is None:
            return
        acting = system("assessment", correlation=event.correlationid, cause=event.id)
        meta, _ = self._visits.metadata_on(acting, decided.decided_on)
        self._registrations.change(decided.school, decided.cycle, lambda registration: registration.decide(decided, meta))

    def _decision(self, told: Decision) -> rf.RegistrationDecided | None:
        """Return a decision as a registration keeps it; None for one copied from paper, which rests on no path."""
        if isinstance(told, RecognitionRefused):
            return rf.RegistrationDecided(**names_of(told.school, told.cycle), decided_on=told.refused_on, granted=False)
        with self._visits.views.reading() as conn:
            cycle = views.cycle_of(conn, told.based_on)
        if not cycle:
            return None
        kind = AwardKind.RECOGNITION if isinstance(told, RecognitionGranted) else AwardKind.CERTIFICATE
        names = names_of(told.school, cycle)
        return rf.RegistrationDecided(**names, decided_on=told.decided_on, granted=True, award=kind, number=told.number)


Decision = RecognitionGranted | CertificateGranted | RecognitionRefused

_DECISIONS: dict[str, type[Decision]] = {
    RecognitionGranted.type(): RecognitionGranted,
    CertificateGranted.type(): CertificateGranted,
    RecognitionRefused.type(): RecognitionRefused,
}
