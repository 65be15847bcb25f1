"""When somebody is told of a deadline: so many days before, on the day, and every week while it is overdue.

A step that falls on a quiet day is told on the next working day, the day itself on the last working day before it. Only the
latest step counts: what was missed while the machine was off, or before the deadline was set, is not told afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from shared.rulebook.working_days import HolidayTable, is_working_day
from shared.vocabulary.deadlines import DeadlineKind

_DAY = dt.timedelta(days=1)


class LeadTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How many days before somebody is told, by kind where that differs; 0: the day itself. Afterwards how often."""

    days: tuple[int, ...] = (60, 30, 7, 0)
    by_kind: Mapping[str, tuple[int, ...]] = {}
    overdue_every: int = 7

    def of(self, kind: DeadlineKind) -> tuple[int, ...]:
        """Return the steps of a kind, the earliest first."""
        return tuple(sorted(set(self.by_kind.get(kind.value, self.days)), reverse=True))


def step_of(due: dt.date, day: dt.date, lead: tuple[int, ...], every: int, quiet: HolidayTable) -> str:
    """Return the latest step whose turn has come on a day: "60", "30", "7", "0", "+7" …; '' while none has."""
    for weeks in range((day - due).days // every, 0, -1):
        if working_day_from(due + weeks * every * _DAY, quiet) <= day:
            return f"+{weeks * every}"
    for days in reversed(lead):
        if told_on(due, days, quiet) <= day:
            return str(days)
    return ""


def told_on(due: dt.date, days: int, quiet: HolidayTable) -> dt.date:
    """Return the working day on which somebody is told so many days before."""
    nominal = due - days * _DAY
    return working_day_from(nominal, quiet) if days else working_day_until(nominal, quiet)


def working_day_from(day: dt.date, quiet: HolidayTable) -> dt.date:
    """Return a day, or the next working day after it."""
    while not is_working_day(day, quiet):
        day += _DAY
    return day


def working_day_until(day: dt.date, quiet: HolidayTable) -> dt.date:
    """Return a day, or the last working day before it."""
    while not is_working_day(day, quiet):
        day -= _DAY
    return day
