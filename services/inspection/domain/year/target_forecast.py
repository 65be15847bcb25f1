"""When a target is reached at the earliest: the latest day of what is under way for it, or “chưa rõ” and why.

Nothing is estimated. What is missing, and whoever works on it by which day, was told by people; the forecast only says which
of these days is the last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from shared.text import format_date
from shared.vocabulary.commune_year import TargetState

_MOST_NAMED = 6
"""Indicators in one sentence; more are counted."""


class PendingStep(msgspec.Struct, frozen=True, kw_only=True):
    """Something under way for a criterion, and the day it is to be done by; without one, `why` says what is lacking."""

    what: str
    by: dt.date | None
    why: str = ""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """The earliest day, None for “chưa rõ”; `because` says what it rests on, or what is not known."""

    earliest: dt.date | None
    because: str


def forecast(missing: Sequence[str], steps: Sequence[PendingStep], today: dt.date) -> Forecast:
    """Say when what is `missing` can be there at the earliest, by the steps under way."""
    lacking = f"Còn thiếu {_named(missing)}" if missing else "Chưa kết luận được mức"
    undated = [f"{step.what.lower()}: {step.why}" for step in steps if step.by is None]
    overdue = [f"{step.what.lower()} đã quá hạn {format_date(step.by)}" for step in steps if step.by and step.by < today]
    if not steps:
        unknown = "chưa có việc cải tiến, kiến nghị hay nhu cầu nào về tiêu chí này có ngày xong"
    else:
        unknown = "; ".join([*undated, *overdue])
    if unknown:
        return Forecast(earliest=None, because=f"{lacking}; chưa rõ ngày: {unknown}.")
    last = max(steps, key=lambda step: step.by or dt.date.min)
    assert last.by is not None
    return Forecast(earliest=last.by, because=f"{lacking}; muộn nhất là {last.what.lower()}, xong {format_date(last.by)}.")


def state_on(*, is_met: bool, by: dt.date, today: dt.date) -> TargetState:
    """Return how a target stands on a day: late once its day has passed and it is not met."""
    if is_met:
        return TargetState.MET
    return TargetState.LATE if by < today else TargetState.ON_THE_WAY


def _named(missing: Sequence[str]) -> str:
    named = ", ".join(missing[:_MOST_NAMED])
    more = len(missing) - _MOST_NAMED
    return f"{named} và {more} chỉ báo nữa" if more > 0 else named
