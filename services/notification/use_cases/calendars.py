"""The use cases of a calendar on somebody's phone: an address that shows a person's deadlines to whoever has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from services.notification import deadline_views
from services.notification.deadline_views import DeadlineQuery
from services.notification.domain.deadlines.model import Held
from services.notification.errors import NoSuchCalendar, TooManyCalendars
from services.notification.reminder_store import KeptCalendar, ReminderStore
from services.notification.use_cases.deadlines import Deadlines
from shared.clock import Clock, today
from shared.contracts.calls import Acknowledged, Nothing
from shared.contracts.calls.deadlines import (
    CalendarFeedRequest,
    CalendarOpened,
    CalendarRequest,
    CalendarsAnswer,
    CalendarView,
    DeadlinesAnswer,
    OpenCalendar,
)
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext, Grant
from shared.ids import new_id
from shared.problems import BadRequest
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.roles import Role, ScopeKind

MOST_CALENDARS = 10
SECRET_BYTES = 24


class Calendars:
    """Opens, closes and answers calendars; `new_secret` draws so many random bytes."""

    def __init__(
        self,
        views: ReadModel,
        store: ReminderStore,
        deadlines: Deadlines,
        clock: Clock,
        new_secret: Callable[[int], bytes],
    ) -> None:
        self._views = views
        self._store = store
        self._deadlines = deadlines
        self._clock = clock
        self._new_secret = new_secret

    def open_calendar(self, acting: CallContext, request: OpenCalendar) -> CalendarOpened:
        """Open a calendar of the caller's deadlines. Raises BadRequest for a role they do not hold, TooManyCalendars."""
        if request.role is not None and all(grant.role is not request.role for grant in acting.grants):
            raise BadRequest("Chỉ mở được lịch của vai trò mình đang giữ. Chưa mở lịch nào.", path="$.role")
        if len(self._store.calendars(acting.actor)) >= MOST_CALENDARS:
            raise TooManyCalendars(f"Đã mở {MOST_CALENDARS} lịch. Đóng bớt rồi mở lại.")
        secret, calendar = self._new_secret(SECRET_BYTES).hex(), f"lich_{new_id().hex}"
        self._store.open_calendar(
            KeptCalendar(
                id=calendar,
                secret=hash_of(secret),
                person=acting.actor,
                role=request.role.value if request.role else "",
                opened_on=today(self._clock),
            )
        )
        return CalendarOpened(calendar=calendar, secret=secret)

    def calendars(self, acting: CallContext, request: Nothing) -> CalendarsAnswer:
        """Return the caller's calendars."""
        views = [
            CalendarView(calendar=one.id, role=Role(one.role) if one.role else None, opened_on=one.opened_on)
            for one in self._store.calendars(acting.actor)
        ]
        return CalendarsAnswer(calendars=views)

    def close_calendar(self, acting: CallContext, request: CalendarRequest) -> Acknowledged:
        """Close a calendar; raises NoSuchCalendar."""
        if not self._store.close_calendar(acting.actor, request.calendar):
            raise NoSuchCalendar("Không có lịch này trong các lịch đã mở. Tải lại trang rồi chọn lại.")
        return Acknowledged()

    def calendar_feed(self, acting: CallContext, request: CalendarFeedRequest) -> DeadlinesAnswer:
        """Return what a calendar shows now: what its owner still owes or watches in roles they still hold.

        Raises NoSuchCalendar.
        """
        calendar = self._store.calendar(hash_of(request.secret))
        if calendar is None:
            raise NoSuchCalendar("Địa chỉ lịch này không đúng, hoặc lịch đã đóng. Mở lịch mới ở trang Tài khoản.")
        on = today(self._clock)
        with self._views.reading() as conn:
            held = deadline_views.holders(conn, calendar.person).get(calendar.person, [])
            schools = deadline_views.schools(conn)
        grants = tuple(
            _grant(one, tuple(school for school, known in schools.items() if known.commune == one.scope))
            for one in held
            if calendar.role in {"", one.role.value} and (one.until is None or on <= one.until)
        )
        owner = CallContext(actor=calendar.person, grants=grants)
        found = self._deadlines.views_of(owner, self._deadlines.standing(DeadlineQuery()), on)
        return self._deadlines.answer(on, [view for view in found if view.mine and view.due is not None])


def _grant(held: Held, schools: tuple[SchoolCode, ...]) -> Grant:
    kind = ScopeKind(held.scope_kind)
    return Grant(
        role=held.role, scope_kind=kind, scope=held.scope, schools=schools if kind is ScopeKind.COMMUNE else ()
    )  # fmt: skip


def hash_of(secret: str) -> str:
    """Return the hash under which a secret of enough chance is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
