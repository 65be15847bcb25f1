"""What every part of a commune's year rests on: its streams, its schools, the day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import TypeVar

from services.inspection import views
from services.inspection.errors_year import SchoolElsewhere, SchoolUnknown
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.views.known import KnownSchool
from shared.clock import Clock, today
from shared.contracts.plan_years import require_year
from shared.contracts.problems import SchoolIsClosed
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import Log
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.rulebook import Library
from shared.text import format_date
from shared.vocabulary.ids import CommuneCode, Position, SchoolCode

S = TypeVar("S", bound=Aggregate)


class YearRepository:
    """Streams of a commune's years to decide on, and what is known of its schools.

    `visits` may be those of the past: then `views` tell of that moment, and `known`, what other services told, of now.
    """

    def __init__(self, visits: VisitRepository, known: ReadModel | None = None) -> None:
        self.visits = visits
        self.known = known or visits.views

    @property
    def application(self) -> EventSourcedApplication:
        """The application of the service."""
        return self.visits.application

    @property
    def views(self) -> ReadModel:
        """Read models of the own log."""
        return self.visits.views

    @property
    def log(self) -> Log:
        """The log that is told of."""
        return self.visits.log

    @property
    def library(self) -> Library:
        """The rulebooks."""
        return self.visits.library

    @property
    def clock(self) -> Clock:
        """What says what time it is."""
        return self.visits.clock

    @property
    def today(self) -> dt.date:
        """The day in Việt Nam."""
        return today(self.clock)

    def metadata_on(self, acting: CallContext, on: dt.date | None = None) -> tuple[EventMetadata, dt.date]:
        """Return the meta of facts that hold on a day, and that day; raises VisitDateRefused for one to come."""
        return self.visits.metadata_on(acting, on)

    def change(self, kind: type[S], stream: uuid.UUID, decide: Callable[[S], None]) -> Position:
        """Let `decide` record facts of a stream and store them; return the last position. Raises what it raises."""
        _, position = self.application.change(kind, stream, decide)
        return position

    def load(self, kind: type[S], stream: uuid.UUID) -> S:
        """Return a stream as it stands."""
        return kind(stream).replay(logged.entry for logged in self.log.stream(stream))

    def schools(self, commune: CommuneCode) -> list[KnownSchool]:
        """Return a commune's schools, by code."""
        with self.known.reading() as conn:
            return views.known_schools(conn, commune)

    def closed_schools(self, on: dt.date | None = None) -> frozenset[SchoolCode]:
        """Return the schools that were closed by a day, today unless it is named."""
        with self.known.reading() as conn:
            return views.closed_schools(conn, on or self.today)

    def school_of(self, commune: CommuneCode, school: SchoolCode) -> KnownSchool:
        """Return a school of the commune; raises SchoolElsewhere, SchoolUnknown (for one that is not known yet, too)."""
        with self.known.reading() as conn:
            home = views.commune_of(conn, school)
        if not home:
            raise SchoolUnknown(
                f"Chưa thấy trường mã {school}. Chưa ghi gì. Xem lại mã; nếu vừa lập trường, thử lại sau vài giây.",
                school=school,
            ).awaiting_news()
        if home != commune:
            raise SchoolElsewhere(
                f"Trường mã {school} không thuộc xã này. Chưa ghi gì. Chọn trong danh sách trường của xã.", school=school
            )
        return next(one for one in self.schools(commune) if one.school == school)

    def schools_named(self, commune: CommuneCode, schools: Iterable[SchoolCode]) -> list[KnownSchool]:
        """Return schools of the commune in the order in which they are named; raises what `school_of` raises."""
        here = {one.school: one for one in self.schools(commune)}
        return [here.get(school) or self.school_of(commune, school) for school in schools]

    def open_school_of(self, commune: CommuneCode, school: SchoolCode) -> KnownSchool:
        """Return a school of the commune that takes up something new; raises SchoolIsClosed, and what `school_of` raises."""
        return self.open_schools_named(commune, [school])[0]

    def open_schools_named(self, commune: CommuneCode, schools: Iterable[SchoolCode]) -> list[KnownSchool]:
        """Return schools as `schools_named` does; raises SchoolIsClosed, and what that raises."""
        found = self.schools_named(commune, schools)
        for one in found:
            self.require_open(one)
        return found

    @staticmethod
    def require_open(school: KnownSchool) -> None:
        """Raise SchoolIsClosed for a school that was closed."""
        if school.closed_on is not None:
            raise SchoolIsClosed(
                f"{school.name} đã đóng từ {format_date(school.closed_on)}. Chưa ghi gì. Bỏ trường này ra.",
                school=school.school,
            )

    def commune_name(self, commune: CommuneCode) -> str:
        """Return what the commune is called, its code while that is not known (yet)."""
        with self.known.reading() as conn:
            return views.commune_name(conn, commune) or commune

    @staticmethod
    def require_year(year: int) -> None:
        """Raise YearRefused for a year in which no commune has a plan."""
        require_year(year)
