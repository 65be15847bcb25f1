"""How a task looks on a day: one sign, one colour and one text, the same on every page; and who has it."""

from __future__ import annotations

import datetime as dt

from services.portal.pages import formatting
from services.portal.pages.visits.recommendation_marks import StateMark, days_late
from services.portal.web.context import directory
from shared.contracts.calls.year.tasks import TaskView
from shared.vocabulary.commune_year import CommuneUnit, TaskState
from shared.vocabulary.year_labels import COMMUNE_UNIT_LABELS, TASK_STATE_LABELS

_SIGNS = {
    TaskState.GIVEN: ("clock", "warn"),
    TaskState.OVERDUE: ("clock", "no"),
    TaskState.REPORTED: ("inbox", "blue"),
    TaskState.RETURNED: ("retry", "warn"),
    TaskState.ACCEPTED: ("yes", "ok"),
    TaskState.CANCELLED: ("x", "grey"),
    TaskState.SCHOOL_CLOSED: ("lock", "grey"),
}
WAITING = frozenset({TaskState.GIVEN, TaskState.OVERDUE, TaskState.RETURNED})
"""States in which whoever has the task still has to do something."""
OVER = frozenset({TaskState.ACCEPTED, TaskState.CANCELLED, TaskState.SCHOOL_CLOSED})
"""States in which nothing more is done."""
ACT_LABELS = {
    "reported": "Báo cáo",
    "accepted": "Xã nhận kết quả",
    "returned": "Xã trả lại",
    "extended": "Xã gia hạn",
    "cancelled": "Xã hủy việc",
}
"""What people call what was done about a task."""


def mark(view: TaskView, today: dt.date) -> StateMark:
    """Return how a task stands on a day."""
    sign, css = _SIGNS[view.state]
    return StateMark(sign=sign, css=css, text=_text(view, today), day=_day(view, today))


def receiver(view: TaskView) -> str:
    """Return who has a task, by name."""
    if view.unit:
        return COMMUNE_UNIT_LABELS[CommuneUnit(view.unit)]
    entry = directory().school(view.school)
    return entry.name if entry else view.school


def _text(view: TaskView, today: dt.date) -> str:
    if view.state is TaskState.OVERDUE:
        return f"quá hạn {days_late(view.due, today)} ngày"
    label = TASK_STATE_LABELS[view.state].lower()
    if view.state is TaskState.SCHOOL_CLOSED:
        return label
    acts = [act for act in view.acts if act.kind != "extended"]
    return f"{label} {formatting.date(acts[-1].on)}" if acts else label


def _day(view: TaskView, today: dt.date) -> str:
    if view.state in OVER:
        return ""
    if view.state is TaskState.REPORTED:
        return "chờ xã xem"
    if view.due < today:
        return f"hạn {formatting.date(view.due)}"
    return f"hạn {formatting.date(view.due)}, {formatting.days_left(view.due, today)}"
