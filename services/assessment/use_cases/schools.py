"""The repository of schools for every use case: a school's streams to decide on, its state at any moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from cachetools import LRUCache

from services.assessment import views
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.school import School
from services.assessment.domain.school_assessment import SchoolAssessment, assess
from services.assessment.errors import DateRefused
from services.assessment.use_cases.texts import no_cycle, no_school
from shared.caching import LockedCache
from shared.clock import VIETNAM, Clock, vietnam_date
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import SchoolView
from shared.contracts.problems import DocumentUnknown, NotYetKnown
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import Log
from shared.identity.call_context import CallContext
from shared.rulebook import Library, Rulebook
from shared.text import format_date
from shared.vocabulary.ids import CycleId, DocumentId, Position, SchoolCode, position_before

if TYPE_CHECKING:
    from eventsourcing.persistence import Tracking

    from services.assessment.histories import Histories
    from shared.eventlog.application import EventSourcedApplication
    from shared.eventlog.read_model import ReadModel

T = TypeVar("T")

EARLIEST_DAY = dt.date(1945, 9, 2)
"""No school of the state, and no fact about one, is older."""


_MOMENTS_KEPT = 256
_TURNS = 64
"""Decisions about one school are taken in turn within a process; of different schools mostly not.

Nothing rests on it, for what a decision rests on is looked at where it is stored. But the log takes one append at a time
anyway, and who decides while twenty others do takes so long that somebody was always first.
"""


class AsOf(NamedTuple):
    """A moment on both clocks, both sides named."""

    valid_at: dt.date
    known_at: Position


class SchoolRepository:
    """Schools to decide on and to ask about; `histories` are kept."""

    def __init__(
        self, application: EventSourcedApplication, library: Library, views: ReadModel, histories: Histories
    ) -> None:
        self.application = application
        self.library = library
        self.views = views
        self._histories = histories
        self._turns = [threading.Lock() for _ in range(_TURNS)]
        # Every status names when the log's last event was recorded; what stands at a position never changes.
        self._recorded_at: LockedCache[Position, dt.datetime] = LockedCache(LRUCache(_MOMENTS_KEPT))

    @property
    def log(self) -> Log:
        """The log of the service."""
        return self.application.log

    @property
    def clock(self) -> Clock:
        """What says what time it is."""
        return self.application.clock

    # --- points in time

    def today(self) -> dt.date:
        """Return the day in Việt Nam."""
        return vietnam_date(self.clock.now())

    def metadata_on(self, acting: CallContext, on: dt.date | None = None) -> tuple[EventMetadata, dt.date]:
        """Return the meta of facts that hold on a day, and that day in Việt Nam; raises DateRefused for one to come."""
        now = self.clock.now()
        occurred = acting.occurred or now
        if on is not None and on != vietnam_date(now):
            occurred = _start_of(on)
        elif on is not None:
            occurred = now
        if occurred > now:
            day = vietnam_date(occurred)
            raise DateRefused(f"Ngày {format_date(day)} chưa đến. Nhập ngày đến hôm nay, {format_date(vietnam_date(now))}.")
        meta = self.application.meta(msgspec.structs.replace(acting, occurred=occurred))
        return meta, vietnam_date(occurred)

    def as_of(self, valid_at: dt.date | None, known_at: Position, known_at_time: dt.datetime | None = None) -> AsOf:
        """Return the moment that a question names, now by default. Raises NotYetKnown, DateRefused."""
        head = self.log.head()
        if known_at_time is not None:
            known_at = self._position_at(known_at_time)
        elif known_at == 0:
            known_at = head
        if not 0 <= known_at <= head:
            raise NotYetKnown(f"Nhật ký mới đến số {head}, chưa có số {known_at}. Chọn số từ 1 đến {head}.", head=head)
        return AsOf(valid_at or self.today(), known_at)

    def recorded_at(self, position: Position) -> dt.datetime | None:
        """Return when the event at a position was recorded, None when there is none."""
        known = self._recorded_at.get(position)
        if known is None and (last := self.log.read(position_before(position), 1)):
            known = last[0].recorded_at
            self._recorded_at.put(position, known)
        return known

    # --- schools to ask about

    def view(self, school: SchoolCode) -> SchoolView:
        """Return what is registered of a school; raises NoSuchSchool."""
        with self.views.reading() as conn:
            view = views.school(conn, school)
        if view is None:
            raise no_school(school)
        return view

    def history(self, school: SchoolCode, upto: Position | None = None) -> SchoolHistory:
        """Return everything that the log holds of a school, at least up to a position; raises NoSuchSchool."""
        found = self._histories.of(school, upto)
        if not found.entries:
            raise no_school(school)
        return found

    def assessment(
        self, school: SchoolCode, as_of: AsOf, *, cycle: CycleId = CycleId(""), rulebook: str = ""
    ) -> SchoolAssessment:
        """Return a school's assessment at a moment. Raises NoSuchSchool, NoSuchCycle, UnknownRulebook."""
        state = self.history(school, as_of.known_at).at(*as_of)
        if state.school is None:
            raise no_school(school)
        if cycle and state.cycle(cycle) is None:
            raise no_cycle(school, cycle)
        return assess(state, self.library, cycle=cycle, rulebook=rulebook)

    def as_known_now(self, school: SchoolCode, cycle: CycleId) -> SchoolAssessment:
        """Return how a cycle stands by all that the log holds; raises NoSuchSchool, NoSuchCycle."""
        return self.assessment(school, AsOf(self.today(), self.log.head()), cycle=cycle)

    # --- schools to decide on

    def change(
        self, school: SchoolCode, decide: Callable[[School], T], *, tracking: Tracking | None = None
    ) -> tuple[T, Position]:
        """Let `decide` record facts of a school and store them (see `EventSourcedApplication.change`).

        What it records is stored only when nothing that it rests on has changed meanwhile; else it decides anew.
        """

        def attempt() -> tuple[T, Sequence[School]]:
            known = School().replay(self._histories.of(school).entries)
            return decide(known), (known,)

        with self._turns[hash(school) % _TURNS]:
            return self.application.change_together(attempt, tracking=tracking)

    def done(self, school: SchoolCode, decide: Callable[[School], None]) -> Done:
        """Change a school; return the position."""
        return Done(position=self.change(school, decide)[1])

    def pinned(self, school: School, cycle: CycleId) -> Rulebook:
        """Return the rulebook that a cycle is pinned to; raises NoSuchCycle, UnknownRulebook."""
        return self.library.by_digest(school.digest_of(cycle))

    def require_document(self, document: DocumentId, school: SchoolCode) -> None:
        """Raise DocumentUnknown unless the document is kept for the school; one that nobody has yet may be on its way."""
        with self.views.reading() as conn:
            owner = views.document_school(conn, document)
        if owner != school:
            raise DocumentUnknown(
                "Chưa thấy tài liệu này trong kho của trường. Chưa ghi gì. Nếu vừa tải lên, thử lại sau vài giây.",
                document=document,
            ).awaiting_news(awaited=not owner)

    def _position_at(self, moment: dt.datetime) -> Position:
        if moment.tzinfo is None or moment > self.clock.now():
            raise DateRefused("Thời điểm “đã biết đến” phải có múi giờ và không ở tương lai.")
        return self.log.position_at(moment)


def _start_of(day: dt.date) -> dt.datetime:
    if day < EARLIEST_DAY:
        raise DateRefused(f"Ngày {format_date(day)} quá xa. Nhập ngày từ {format_date(EARLIEST_DAY)}.")
    return dt.datetime.combine(day, dt.time(), VIETNAM).astimezone(dt.UTC)
