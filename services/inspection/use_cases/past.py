"""Visits as they stood at a moment: a school's part of the log up to then, and read models made of it alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from services.inspection import views
from services.inspection.domain import facts as f
from services.inspection.domain.year.plan_facts import PlanIssued
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import VIETNAM, Clock, FixedClock, vietnam_date
from shared.eventlog.log import Log, RecordedEvent
from shared.eventlog.read_model import Projection, ReadModel
from shared.vocabulary.ids import BEGINNING, Position, SchoolCode


class PaperMoment(msgspec.Struct, frozen=True):
    """What held on a day (in Việt Nam), as far as the log knew at a position."""

    valid_at: dt.date
    known_at: Position

    def covers(self, logged: RecordedEvent) -> bool:
        """Say whether an event had happened and was known."""
        return logged.position <= self.known_at and day_of(logged) <= self.valid_at


def day_of(logged: RecordedEvent) -> dt.date:
    """Return the day on which an event holds."""
    return vietnam_date(logged.entry.meta.occurred)


class SchoolsLog(Log):
    """Events of some schools as a log of their own, as if nothing else had been recorded: positions from 1."""

    def __init__(self, whole: Log, events: Sequence[RecordedEvent]) -> None:
        super().__init__(whole.tables, f.FACTS)
        self._events = [
            msgspec.structs.replace(logged, position=Position(number)) for number, logged in enumerate(events, start=1)
        ]

    def head(self) -> Position:
        return Position(len(self._events))

    def read(self, after: Position, limit: int = 500) -> list[RecordedEvent]:
        return self._events[max(after, BEGINNING) :][:limit]

    def streams(self, stream_ids: Iterable[uuid.UUID]) -> list[RecordedEvent]:
        wanted = set(stream_ids)
        return [logged for logged in self._events if logged.entry.originator_id in wanted]

    def stream(self, stream_id: uuid.UUID, *, upto: Position | None = None) -> list[RecordedEvent]:
        return [
            logged
            for logged in self._events
            if logged.entry.originator_id == stream_id and (upto is None or logged.position <= upto)
        ]


class VisitsOfDay(VisitRepository):
    """Visits to ask about on a day: by the read models of now, or others; nothing is decided on them."""

    def __init__(self, present: VisitRepository, views: ReadModel, day: dt.date) -> None:
        super().__init__(present.application, present.library, views)
        self._clock = FixedClock(dt.datetime.combine(day, dt.time(12), VIETNAM).astimezone(dt.UTC))

    @property
    def clock(self) -> Clock:
        return self._clock


class PastVisits(VisitsOfDay):
    """Visits to ask about as they stood at a moment."""

    def __init__(self, present: VisitRepository, log: SchoolsLog, past: ReadModel, day: dt.date) -> None:
        super().__init__(present, past, day)
        self._log = log

    @property
    def log(self) -> Log:
        return self._log


class PastHistory:
    """What the log holds in some streams, in its order."""

    def __init__(self, visits: VisitRepository, streams: Iterable[uuid.UUID]) -> None:
        self._visits = visits
        self.events = visits.log.streams(streams)

    def last(self, asked: PaperMoment) -> tuple[PaperMoment, dt.datetime | None]:
        """Return the last day and position that a moment covers, and when the next event was recorded, None while none is.

        What happened elsewhere meanwhile, or that a day passed, then makes no other paper.
        """
        visible = self._covered(asked)
        if not visible:
            return asked, None
        last = visible[-1].position
        later = next((logged.recorded_at for logged in self.events if logged.position > last), None)
        return PaperMoment(max(day_of(logged) for logged in visible if asked.covers(logged)), last), later

    def recorded_at(self, position: Position) -> dt.datetime | None:
        """Return when the event at a position was recorded, None where these streams have none there."""
        return next((logged.recorded_at for logged in self.events if logged.position == position), None)

    @contextmanager
    def at(self, moment: PaperMoment, project: Projection = views.project) -> Iterator[PastVisits]:
        """Give the visits as they stood at a moment; `project` makes the read models that they are asked of."""
        log = SchoolsLog(self._visits.log, self._covered(moment))
        past = ReadModel("sqlite://", views.METADATA, project, log, version=views.VERSION, name="past")
        try:
            yield PastVisits(self._visits, log, past, moment.valid_at)
        finally:
            past.close()

    def _covered(self, moment: PaperMoment) -> list[RecordedEvent]:
        """Return what had happened and was known at a moment.

        What a plan is issued with holds from the day of its issue: a plan that was signed in February and typed in March
        had its words and its list in February.
        """
        issued = {
            logged.entry.originator_id: logged.position
            for logged in self.events
            if isinstance(logged.entry.fact, PlanIssued) and moment.covers(logged)
        }
        return [
            logged
            for logged in self.events
            if moment.covers(logged) or logged.position <= issued.get(logged.entry.originator_id, BEGINNING)
        ]


class SchoolsHistory(PastHistory):
    """What the log holds of some schools: visits, what they recommend, registrations."""

    def __init__(self, visits: VisitRepository, schools: Sequence[SchoolCode]) -> None:
        with visits.views.reading() as conn:
            streams = views.streams_of(conn, schools)
        super().__init__(visits, streams)
