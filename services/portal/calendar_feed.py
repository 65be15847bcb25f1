"""Deadlines as a calendar: what the services answered, as a phone reads it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

import msgspec

from services.portal.web.context import call_service, public_url, wiring
from shared.clock import SystemClock
from shared.contracts.calls import Answer, Call
from shared.contracts.calls.deadlines import CalendarFeedRequest, DeadlinesAnswer, DeadlinesRequest, DeadlineView
from shared.identity.call_context import gateway
from shared.paging import every_line
from shared.text import format_date
from shared.text.icalendar import AllDay, calendar
from shared.vocabulary.commune_year import DeadlineState
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.year_labels import DEADLINE_STATE_LABELS

MEDIA_TYPE = "text/calendar; charset=utf-8"
NAME = "Hạn công việc"
_SHOWN = frozenset({DeadlineState.AHEAD, DeadlineState.TODAY, DeadlineState.OVERDUE})


MOST_AT_ONCE = 1_000
"""Deadlines in one answer."""


class CalendarQuestion(Call, frozen=True, kw_only=True):
    """Ask for one's own deadlines as a calendar, of a commune or a school only where one is named."""

    commune: CommuneCode = CommuneCode("")
    school: SchoolCode = SchoolCode("")


class CalendarFile(Answer, frozen=True, kw_only=True):
    """A calendar in UTF-8."""

    content: bytes


def own_calendar(question: CalendarQuestion) -> CalendarFile:
    """Return the caller's deadlines as a calendar; of a whole commune or school when one is named."""
    named = bool(question.commune or question.school)
    return _drawn(
        every_deadline(DeadlinesRequest(mine=not named, commune=question.commune, school=question.school)).deadlines
    )


def every_deadline(asked: DeadlinesRequest) -> DeadlinesAnswer:
    """Return the deadlines of all pages, as of one day."""
    first = call_service("notification", "deadlines", msgspec.structs.replace(asked, limit=MOST_AT_ONCE), DeadlinesAnswer)

    def page(after: int) -> DeadlinesAnswer:
        if not after:
            return first
        wanted = msgspec.structs.replace(asked, on=first.on, after=after, limit=MOST_AT_ONCE)
        return call_service("notification", "deadlines", wanted, DeadlinesAnswer)

    return msgspec.structs.replace(first, deadlines=every_line(page, lambda answer: answer.deadlines))


def calendar_by_secret(secret: str) -> CalendarFile:
    """Return the calendar whose address holds a secret. Raises what the service refuses with."""
    asked = CalendarFeedRequest(secret=secret)
    answer = wiring().rpc_client.call("notification", "calendar_feed", gateway(), asked, DeadlinesAnswer, timeout=5.0)
    return _drawn(answer.deadlines)


def _drawn(deadlines: Iterable[DeadlineView]) -> CalendarFile:
    events = [_event(view, view.due) for view in deadlines if view.due is not None and view.state in _SHOWN]
    return CalendarFile(content=calendar(NAME, events, SystemClock().now()))


def _event(view: DeadlineView, due: dt.date) -> AllDay:
    url = public_url(view.href) if view.href else ""
    told = f"{DEADLINE_STATE_LABELS[view.state]}, hạn {format_date(due)}"
    return AllDay(
        uid=f"{hashlib.sha256(view.id.encode()).hexdigest()[:32]}@kiemdinh",
        day=due,
        summary=view.label,
        description=f"{told}\n{url}" if url else told,
        url=url,
    )
