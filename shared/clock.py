"""Time enters the product here, so that a test can hold it still."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""Dates are computed and shown in this zone; what is stored is UTC."""


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(tz=dt.UTC)


class FixedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at

    def now(self) -> dt.datetime:
        return self._at

    def move(self, by: dt.timedelta) -> None:
        """Let `by` pass."""
        self._at += by


def today(clock: Clock) -> dt.date:
    """Return the calendar date in Việt Nam."""
    return vietnam_date(clock.now())


# A replay asks for the same moments again and again; as many as the longest histories that are kept have events.
@functools.lru_cache(maxsize=32_768)
def vietnam_date(moment: dt.datetime) -> dt.date:
    """Return the calendar date in Việt Nam on which `moment` (aware) falls."""
    return moment.astimezone(VIETNAM).date()
