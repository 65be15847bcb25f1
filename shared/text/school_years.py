"""School years as everybody writes them: "2026-2027", from July, when what belongs to the new one may be begun."""

from __future__ import annotations

import datetime as dt
import re

_FIRST_MONTH = 7
_YEAR = re.compile(r"(\d{4})-(\d{4})", re.ASCII)


def is_school_year(text: str) -> bool:
    """Say whether a text names a school year: two years, the second the one after the first."""
    match = _YEAR.fullmatch(text)
    return match is not None and int(match[2]) == int(match[1]) + 1 and int(match[1]) > 0


def school_year_of(day: dt.date) -> str:
    """Return the school year of a day."""
    return _named(day.year if day.month >= _FIRST_MONTH else day.year - 1)


def first_day_of(year: str) -> dt.date:
    """Return the first day that belongs to a school year."""
    return dt.date(int(year[:4]), _FIRST_MONTH, 1)


def last_day_of_year(year: str) -> dt.date:
    """Return the last day that belongs to a school year."""
    return dt.date(int(year[5:]), _FIRST_MONTH, 1) - dt.timedelta(days=1)


def years_until(year: str, count: int) -> list[str]:
    """Return so many school years, the one named last."""
    first = int(year[:4])
    return [_named(first - back) for back in range(count - 1, -1, -1)]


def _named(first: int) -> str:
    return f"{first:04}-{first + 1:04}"
