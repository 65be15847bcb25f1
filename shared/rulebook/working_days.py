"""Counts working days on dates: Saturdays, Sundays and the holidays of a table are none (Bộ luật Dân sự 2015 Đ147–148)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec

_SATURDAY = 5


class HolidayTable(msgspec.Struct, frozen=True, kw_only=True):
    """The public holidays of some years, as an installation has them set; a year without any is not known."""

    days: frozenset[dt.date] = frozenset()

    @property
    def years(self) -> frozenset[int]:
        """Return the calendar years whose holidays are known."""
        return frozenset(day.year for day in self.days)

    def knows(self, first: dt.date, last: dt.date) -> bool:
        """Say whether the holidays of every year that a span touches are known."""
        return set(range(first.year, last.year + 1)) <= self.years


def holiday_table(days: Collection[dt.date]) -> HolidayTable:
    """Return the table of these holidays."""
    return HolidayTable(days=frozenset(days))


def is_working_day(day: dt.date, holidays: HolidayTable) -> bool:
    """Say whether offices work on a day."""
    return day.weekday() < _SATURDAY and day not in holidays.days


def add_working_days(day: dt.date, count: int, holidays: HolidayTable) -> dt.date:
    """Return the last day of a time of so many working days that begins with a day, which itself does not count.

    The time ends with the end of that day (Bộ luật Dân sự 2015 Đ147 k2, Đ148 k6). `count` is at least 1.
    """
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day
