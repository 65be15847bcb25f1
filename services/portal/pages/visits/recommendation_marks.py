"""How a recommendation looks on a day: one sign, one colour and one text, the same on every page that lists some."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.portal.pages import formatting
from shared.contracts.calls.inspection import EvidenceRequestView
from shared.contracts.calls.recommendations import RecommendationView
from shared.vocabulary import labels
from shared.vocabulary.inspection import RecommendationState

_STATE = RecommendationState

UNFINISHED = frozenset({_STATE.OPEN, _STATE.OVERDUE, _STATE.PARTLY, _STATE.NOT_DONE})
"""States in which whoever is responsible still has to do something."""
_SIGNS = {
    _STATE.OPEN: ("clock", "warn"),
    _STATE.OVERDUE: ("clock", "no"),
    _STATE.ANSWERED: ("info", "blue"),
    _STATE.PARTLY: ("warn", "warn"),
    _STATE.NOT_DONE: ("bad", "no"),
    _STATE.DONE: ("yes", "ok"),
}


class StateMark(msgspec.Struct, frozen=True, kw_only=True):
    """A state as people see it: what it is, and the day that matters in it."""

    sign: str
    css: str
    text: str
    day: str


def mark(view: RecommendationView, today: dt.date) -> StateMark:
    """Return how a recommendation stands on a day."""
    sign, css = _SIGNS[view.state]
    return StateMark(sign=sign, css=css, text=_text(view, today), day=_day(view, today))


def request_mark(view: EvidenceRequestView, today: dt.date) -> StateMark:
    """Return how a request for evidence stands on a day."""
    state = _STATE(view.state)
    sign, css = _SIGNS[state]
    if state is _STATE.ANSWERED:
        return StateMark(sign="yes", css="ok", text=f"đã gửi {formatting.date(view.supplied_on)}".strip(), day="")
    text = f"quá hạn {days_late(view.due, today)} ngày" if state is _STATE.OVERDUE else "chờ giấy"
    return StateMark(sign=sign, css=css, text=text, day=_until(view.due, today))


def days_late(due: dt.date, today: dt.date) -> str:
    """Return how many calendar days ago a day was."""
    return formatting.number(max(0, (today - due).days))


def _text(view: RecommendationView, today: dt.date) -> str:
    if view.state is _STATE.OVERDUE:
        return f"quá hạn {days_late(view.due, today)} ngày"
    label = labels.RECOMMENDATION_STATE_LABELS[view.state].lower()
    if view.state is _STATE.ANSWERED and view.answers:
        return f"{label} {formatting.date(view.answers[-1].answered_on)}"
    if view.state in {_STATE.DONE, _STATE.PARTLY, _STATE.NOT_DONE} and view.verifications:
        return f"{label} {formatting.date(view.verifications[-1].verified_on)}"
    return label


def _day(view: RecommendationView, today: dt.date) -> str:
    if view.state is _STATE.DONE:
        return ""
    if view.state is _STATE.ANSWERED:
        return "chờ đoàn xác minh"
    return _until(view.due, today)


def _until(due: dt.date, today: dt.date) -> str:
    if due < today:
        return f"hạn {formatting.date(due)}"
    return f"hạn {formatting.date(due)}, {formatting.days_left(due, today)}"
