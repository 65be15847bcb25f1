"""The way of every use case to a registration: its stream to decide on, how it stands, and what it rests on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import msgspec
from cachetools import LRUCache

from services.inspection import views
from services.inspection.domain.planning import KnownCycle
from services.inspection.domain.registration import Registration, registration_stream
from services.inspection.domain.registration_path import EvaluationVisit, Surroundings
from services.inspection.errors import NotRegistered
from services.inspection.settings import InspectionSettings
from services.inspection.use_cases.visits import VisitRepository
from shared.caching import LockedCache
from shared.clock import today
from shared.identity.call_context import system
from shared.rulebook import Library
from shared.rulebook.registration_deadlines import TimedStep, TimeRule, time_rule
from shared.storage.errors import StoreFull
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, InspectionId, Position, SchoolCode

SYSTEM = "registration"
"""Who takes silence for agreement: nobody, the time does."""

_KEPT = 5000
"""Registrations that are kept replayed, so that a queue need not replay them: more than a department has schools.

A queue walks them all in the same order: with one more than are kept, none would be found again.
"""


class RegistrationSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as replayed, with the log position of each of its events by version, and of its last."""

    registration: Registration
    positions: dict[int, Position]
    position: Position


class RegistrationRepository:
    """Registrations to decide on and to ask about."""

    def __init__(self, visits: VisitRepository, settings: InspectionSettings) -> None:
        self.visits = visits
        self.settings = settings
        self._kept: LockedCache[uuid.UUID, RegistrationSnapshot] = LockedCache(LRUCache(_KEPT))

    @property
    def library(self) -> Library:
        """The rulebooks."""
        return self.visits.library

    def today(self) -> dt.date:
        """Return the day in Việt Nam."""
        return today(self.visits.clock)

    def cycle_named(self, school: SchoolCode, cycle: CycleId) -> CycleId:
        """Return the cycle that a call is about: the one it names, else the one registered last. Raises NotRegistered."""
        with self.visits.views.reading() as conn:
            found = cycle or views.registered_cycle(conn, school)
        if not found:
            raise NotRegistered("Trường chưa đăng ký đánh giá ngoài. Chưa ghi gì. Hiệu trưởng đăng ký trước.")
        return found

    def known_cycles(self, school: SchoolCode) -> list[KnownCycle]:
        """Return the cycles of a school, the newest first."""
        with self.visits.views.reading() as conn:
            return sorted(views.cycles(conn, school), key=lambda cycle: cycle.age, reverse=True)

    def snapshot(self, school: SchoolCode, cycle: CycleId) -> RegistrationSnapshot:
        """Return a registration as it stands, without a step when there is none."""
        stream = registration_stream(school, cycle)
        kept = self._kept.get(stream)
        if kept is None or kept.position != self.visits.application.last_position(stream):
            kept = self._read(stream)
            self._kept.put(stream, kept)
        return kept

    def current(self, school: SchoolCode, cycle: CycleId) -> RegistrationSnapshot:
        """Return a registration as it stands today, for a question: with the silence that has come about.

        It is recorded, if nobody has yet. A full disk keeps nobody from reading: then it is told, and recorded later.
        """
        found = self.snapshot(school, cycle)
        if not found.registration.waits_for_reply():
            return found
        try:
            self.take_silence(school, cycle)
        except StoreFull:
            told = self._read(registration_stream(school, cycle))
            due = self.reply_due(told.registration)
            assert due is not None
            meta, day = self.visits.metadata_on(system(SYSTEM))
            told.registration.take_silence(due, day, meta)
            return told
        return self.snapshot(school, cycle)

    def _read(self, stream: uuid.UUID) -> RegistrationSnapshot:
        entries = self.visits.log.stream(stream)
        return RegistrationSnapshot(
            registration=Registration(stream).replay(logged.entry for logged in entries),
            positions={logged.entry.originator_version: logged.position for logged in entries},
            position=entries[-1].position if entries else Position(0),
        )

    def change(self, school: SchoolCode, cycle: CycleId, decide: Callable[[Registration], None]) -> None:
        """Let `decide` record steps of a registration and store them; raises what it raises."""
        self.visits.application.change(Registration, registration_stream(school, cycle), decide)

    # --- what a registration rests on

    def around(self, school: SchoolCode, cycle: CycleId, registration: Registration) -> Surroundings:
        """Return what the next step of a registration depends on."""
        return Surroundings(
            by_commune=self.settings.by_commune,
            visit=self.visit_of(school, cycle, registration),
            reply_due=self.reply_due(registration),
        )

    def visit_of(self, school: SchoolCode, cycle: CycleId, registration: Registration) -> EvaluationVisit | None:
        """Return the department's visit that a registration rests on.

        The one that the draft is of; before that the one concluded last, else the one that is open, of those whose work
        begins on the day of the acceptance or later.
        """
        if registration.draft is not None:
            return self._evaluation(registration.draft.inspection)
        if registration.accepted is None:
            return None
        with self.visits.views.reading() as conn:
            planned = views.earlier_visits(conn, school, cycle, Layer.DEPARTMENT)
        found = [self._evaluation(inspection) for inspection in (*planned.open, *planned.concluded)]
        since = [visit for visit in found if visit.first_day >= registration.accepted.accepted_on]
        return max(since, key=lambda visit: visit.concluded_on or dt.date.min, default=None)

    def _evaluation(self, inspection: InspectionId) -> EvaluationVisit:
        visit = self.visits.visit(uuid.UUID(inspection)).inspection
        concluded = visit.concluded.concluded_on if visit.concluded else None
        worked = [finding.found_on for finding, _ in visit.findings.values()] + visit.opinions.days
        worked += visit.held[0].held_on if visit.held else ()
        first = min(worked, default=concluded or visit.planned_on)
        return EvaluationVisit(inspection=inspection, first_day=first, concluded_on=concluded)

    # --- times

    def rule(self, registration: Registration, step: TimedStep) -> TimeRule:
        """Return how long a step of a registration may take, by the rulebook that its cycle is under."""
        assert registration.opened is not None
        return time_rule(self.library.by_digest(registration.opened.digest).regime, step)

    def reply_due(self, registration: Registration) -> dt.date | None:
        """Return the last day on which the school may reply to the draft, None while none was sent."""
        if registration.draft is None:
            return None
        return self.rule(registration, TimedStep.REPLY).due(registration.draft.sent_on, self.settings.holidays)

    # --- silence

    def take_silence(self, school: SchoolCode, cycle: CycleId, replied_on: dt.date | None = None) -> bool:
        """Record that the time to reply has passed, if it has; say whether this call recorded it.

        `replied_on` is the day of a reply that is about to be recorded: one in time leaves no silence.
        """
        registration = self.snapshot(school, cycle).registration
        due = self.reply_due(registration)
        if due is None or not registration.waits_for_reply() or (replied_on or self.today()) <= due:
            return False
        meta, day = self.visits.metadata_on(system(SYSTEM))
        taken: list[bool] = []

        def decide(registration: Registration) -> None:
            taken[:] = [registration.take_silence(due, day, meta)]

        self.change(school, cycle, decide)
        return taken[0]

    def take_silences(self) -> int:
        """Record the silence of every school whose time to reply has passed; return how many were recorded."""
        with self.visits.views.reading() as conn:
            waiting = views.awaiting_reply(conn)
        return sum(self.take_silence(school, cycle) for school, cycle in waiting)
