"""The strip of twelve months of a school in a plan: marks on their days, and the same in words."""

from __future__ import annotations

import calendar
import datetime as dt

import msgspec

from shared.contracts.calls.year.plan import PlanLineView
from shared.text import format_date

WIDTH = 264
"""Units of the strip; a month is 22 of them."""
_MARGIN = 6
"""Units that a mark keeps from the ends, so that none is cut."""


class StripMark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark: where it stands, its shape and the words that say the same."""

    x: float
    shape: str
    text: str


class PlanStrip(msgspec.Struct, frozen=True, kw_only=True):
    """The marks of a school in the year by day; `today` is where this day stands, None in another year."""

    marks: list[StripMark]
    today: float | None

    @property
    def words(self) -> str:
        """What the strip says."""
        return "; ".join(mark.text for mark in self.marks) or "không có mốc nào trong năm"


def plan_strip(line: PlanLineView, year: int, today: dt.date) -> PlanStrip:
    """Return the strip of a school: register-by, visits, expiry, yearly checks, what was reached."""
    dated = sorted(one for one in _dated(line, today) if one[0].year == year)
    return PlanStrip(
        marks=[StripMark(x=_place(day), shape=shape, text=text) for day, shape, text in dated],
        today=_place(today) if today.year == year else None,
    )


def _dated(line: PlanLineView, today: dt.date) -> list[tuple[dt.date, str, str]]:
    found = [(visit.on, "held" if visit.held else "visit", _visited(visit.on, held=visit.held)) for visit in line.visits]
    if line.held is not None:
        found.append((line.held.expires_on, "expiry", f"Bằng hết hạn {format_date(line.held.expires_on)}"))
    found += [(day, "kept", f"kiểm tra duy trì {format_date(day)}") for day in line.checked_on]
    entry = line.entry
    if entry is None:
        return found
    if entry.register_by is not None:
        late = entry.late and entry.register_by < today
        found.append((entry.register_by, "late" if late else "register", f"đăng ký trước {format_date(entry.register_by)}"))
    if entry.reached_on is not None and entry.reached_on not in line.checked_on:
        found.append((entry.reached_on, "kept", f"đạt mục tiêu {format_date(entry.reached_on)}"))
    return found


def _visited(day: dt.date, *, held: bool) -> str:
    return f"xã đã kiểm tra {format_date(day)}" if held else f"xã dự kiến kiểm tra {format_date(day)}"


def _place(day: dt.date) -> float:
    month = WIDTH / 12
    within = (day.day - 0.5) / calendar.monthrange(day.year, day.month)[1]
    return round(min(max((day.month - 1 + within) * month, _MARGIN), WIDTH - _MARGIN), 1)
