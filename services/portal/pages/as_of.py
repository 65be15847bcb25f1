"""The two clocks in an address: ``?hieu-luc=DATE&biet-den=POSITION`` shows any school page as it was."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.portal.pages import query_params
from shared.problems import BadRequest
from shared.text import parse_date
from shared.vocabulary.ids import BEGINNING, Position


class PastMoment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of the past: what held on a day, as far as the log was known up to a position (0: to the end)."""

    valid_at: dt.date
    known_at: Position = BEGINNING


def requested_past() -> PastMoment | None:
    """Return the moment the address names, or None for now. Raises Problem for what is no date or position."""
    day = query_params.text("hieu-luc")
    known = query_params.text("biet-den")
    if not day:
        return None
    return PastMoment(valid_at=parse_date(day), known_at=position(known))


def position(text: str) -> Position:
    """Read a log position as people type it ("18.204", "số 18204", empty for now). Raises BadRequest."""
    digits = text.replace(".", "").replace("số", "").replace("\u00a0", "").strip()
    if not digits:
        return BEGINNING
    if not digits.isdecimal() or len(digits) > 15:
        raise BadRequest(f"“{text[:40]}” không phải là số trong nhật ký. Nhập một số, ví dụ 18.204.")
    return Position(int(digits))
