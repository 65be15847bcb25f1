"""How a school's part of a report looks on a day: one sign, one colour and one text, the same on every page."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.portal.pages import formatting
from shared.contracts.calls.year.reports import SchoolPartView
from shared.vocabulary.commune_year import HandedInState

_SIGNS = {
    HandedInState.ASKED: ("ring", "grey"),
    HandedInState.OVERDUE: ("clock", "no"),
    HandedInState.RETURNED: ("retry", "warn"),
    HandedInState.HANDED_IN: ("inbox", "blue"),
    HandedInState.ACCEPTED: ("yes", "ok"),
    HandedInState.SCHOOL_CLOSED: ("lock", "grey"),
}


class PartMark(msgspec.Struct, frozen=True, kw_only=True):
    """A state as people see it."""

    sign: str
    css: str
    text: str


def mark(part: SchoolPartView, due: dt.date, today: dt.date) -> PartMark:
    """Return how a part stands on a day."""
    sign, css = _SIGNS[part.state]
    return PartMark(sign=sign, css=css, text=_text(part, due, today))


def _text(part: SchoolPartView, due: dt.date, today: dt.date) -> str:
    match part.state:
        case HandedInState.OVERDUE:
            return f"chưa gửi, quá {formatting.number(part.days_late)} ngày"
        case HandedInState.ASKED:
            return f"chưa gửi, {formatting.days_left(due, today)}"
        case HandedInState.RETURNED:
            return "đã trả lại, chờ trường sửa"
        case HandedInState.SCHOOL_CLOSED:
            return "trường đã đóng"
        case HandedInState.HANDED_IN:
            return "chờ duyệt"
        case _:
            return "đã nhận"
