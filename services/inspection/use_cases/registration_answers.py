"""Answers about registrations: one school's, in full, and the queue of an office, by what is due next."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from services.inspection import views
from services.inspection.domain.registration import Registration
from services.inspection.domain.registration_path import EvaluationVisit, Surroundings
from services.inspection.presenters import registrations as presenters
from services.inspection.use_cases.registrations import RegistrationRepository, RegistrationSnapshot
from services.inspection.use_cases.renewal import register_by
from shared.contracts.calls import registration as c
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.rulebook.registration_deadlines import TimedStep
from shared.vocabulary.ids import CommuneCode, CycleId, InspectionId, PersonId, RegistrationId, SchoolCode
from shared.vocabulary.inspection import RegistrationState

MOST_LISTED = 500

AT_THE_COMMUNE = frozenset({RegistrationState.REGISTERED, RegistrationState.INCOMPLETE, RegistrationState.CHECKED})
ENDED = frozenset({RegistrationState.GRANTED, RegistrationState.REFUSED})


class RegistrationAnswers:
    """Answers questions about registrations; records nothing but the silence that has come about."""

    def __init__(self, registrations: RegistrationRepository) -> None:
        self._registrations = registrations

    def registration(self, request: c.RegistrationRequest) -> c.RegistrationView:
        """Return a school's registration of a cycle, of the one registered last by default; also that there is none."""
        with self._registrations.visits.views.reading() as conn:
            cycle = request.cycle or views.registered_cycle(conn, request.school)
        current = self._registrations.current(request.school, cycle)
        return registration_view(self._registrations, current, request.school, cycle)

    def registrations(self, acting: CallContext, request: c.RegistrationsRequest) -> c.RegistrationsAnswer:
        """Return the registrations of the schools that the caller reaches, the one due first on top. Raises BadRequest."""
        if not 1 <= request.limit <= MOST_LISTED or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_LISTED} hồ sơ.", path="$.limit")
        lines = self._lines(acting, request.commune, decided=request.decided)
        if request.mine:
            lines = [line for line in lines if PersonId(acting.actor) in line.evaluators]
        counts = {state.value: 0 for state in RegistrationState if state is not RegistrationState.NONE}
        for line in lines:
            counts[line.state.value] += 1
        wanted = [line for line in lines if request.state in {None, line.state}]
        by_commune = self._registrations.settings.by_commune
        return c.RegistrationsAnswer(
            registrations=wanted[request.after : request.after + request.limit],
            total=len(wanted),
            counts=counts,
            coming=sum(line.state in AT_THE_COMMUNE for line in lines) if by_commune else 0,
        )

    def _lines(self, acting: CallContext, commune: CommuneCode, *, decided: bool) -> list[c.RegistrationLine]:
        with self._registrations.visits.views.reading() as conn:
            rows = views.registrations(conn, commune=commune)
        today = self._registrations.today()
        mine = [row for row in rows if reaches_school(acting, "inspection.registrations", row.school)]
        lines = [self._line(row, today) for row in mine if decided or not row.decided]
        return sorted(lines, key=lambda line: (line.next.due if line.next and line.next.due else dt.date.max, line.school))

    def _line(self, row: views.RegistrationRow, today: dt.date) -> c.RegistrationLine:
        registrations = self._registrations
        registration = registrations.current(row.school, row.cycle).registration
        around = registrations.around(row.school, row.cycle, registration)
        waiting = [
            time for time in _times(registrations, registration, around) if time.met_on is None and time.due is not None
        ]
        nearest = min(waiting, key=lambda time: time.due or dt.date.max, default=None)
        return c.RegistrationLine(
            school=row.school,
            commune=row.commune,
            registration=row.registration,
            cycle=row.cycle,
            state=registration.state(around.visit),
            since=registration.round[-1].on,
            next=nearest,
            days_left=(nearest.due - today).days if nearest and nearest.due else None,
            visit=around.visit.inspection if around.visit else InspectionId(""),
            evaluators=self._evaluators(around.visit),
            purpose=registration.opened.purpose if registration.opened else None,
            degree=registration.opened.degree if registration.opened else 0,
        )

    def _evaluators(self, visit: EvaluationVisit | None) -> list[PersonId]:
        """Return the ids of those who are sent to evaluate."""
        if visit is None:
            return []
        return [PersonId(number) for number in self._registrations.visits.visit(uuid.UUID(visit.inspection)).inspection.team]


def registration_view(
    registrations: RegistrationRepository, snapshot: RegistrationSnapshot, school: SchoolCode, cycle: CycleId
) -> c.RegistrationView:
    """Return a school's registration of a cycle in full; `cycle` '' for a school that registered none."""
    registration = snapshot.registration
    around = registrations.around(school, cycle, registration)
    renewal = register_by(registrations, school, registrations.today())
    opened = registration.opened
    if opened is not None and registration.returned is None and not registration.granted:
        renewal = msgspec.structs.replace(renewal, met_on=opened.opened_on)
    settings = registrations.settings
    return c.RegistrationView(
        school=school,
        state=registration.state(around.visit),
        deadlines=[renewal, *_times(registrations, registration, around)],
        history=presenters.history(registration, snapshot.positions),
        registration=opened.registration if opened else RegistrationId(""),
        cycle=opened.cycle if opened else CycleId(""),
        purpose=opened.purpose if opened else None,
        degree=opened.degree if opened else 0,
        route=list(settings.route),
        stations=presenters.stations(registration, around),
        missing=list(registration.checked.missing) if registration.checked else [],
        points=presenters.points(registration),
        visit=around.visit.inspection if around.visit else InspectionId(""),
        forwarded_to=registration.forwarded.to if registration.forwarded else None,
        warnings=_warnings(registrations, registration),
        position=snapshot.position,
    )


def _times(
    registrations: RegistrationRepository, registration: Registration, around: Surroundings
) -> list[c.RegistrationDeadline]:
    if registration.opened is None:
        return []
    rules = {step: registrations.rule(registration, step) for step in TimedStep}
    return presenters.times(registration, around, rules, registrations.settings.holidays)


def _warnings(registrations: RegistrationRepository, registration: Registration) -> list[str]:
    regime = registrations.library.by_digest(registration.opened.digest).regime if registration.opened else ""
    by_commune = registrations.settings.by_commune
    return presenters.warnings(registration, by_commune=by_commune, of_tt57=regime == "v2026_tt57")
