"""Canned answers about days: a commune's deadlines in every state, an in-box, mail and calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from shared.clock import SystemClock, today
from shared.contracts.calls import Acknowledged
from shared.contracts.calls import deadlines as d
from shared.contracts.calls.titles import TitlesAnswer, TitlesRequest
from shared.vocabulary.commune_year import DeadlineState
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId, SchoolCode
from shared.vocabulary.roles import Role

SCHOOL, NAME, COMMUNE = SchoolCode("TH-BC"), "Trường Tiểu học Bản Chuông", CommuneCode("NAM-LAM")
CALENDAR = "lich_6f9a1c523a015c559d0e4c1d8f3a2b11"


def view(kind: DeadlineKind, days: int | None, label: str, **said: Any) -> d.DeadlineView:
    """Return a deadline so many days ahead."""
    on = today(SystemClock())
    state = DeadlineState.AHEAD if days is None or days > 0 else DeadlineState.OVERDUE if days < 0 else DeadlineState.TODAY
    fields: dict[str, Any] = {
        "id": DeadlineId(f"{kind.value}:{label}"),
        "kind": kind,
        "school": SCHOOL,
        "school_name": NAME,
        "commune": COMMUNE,
        "due": None if days is None else on + dt.timedelta(days=days),
        "state": state,
        "days_left": days,
        "who": [Role.HEAD],
        "waits_for": [],
        "since": on - dt.timedelta(days=5),
        "label": label,
        "act": "Mở kiến nghị",
        "href": f"/truong/{SCHOOL}/kien-nghi",
        "mine": True,
        "my_turn": False,
    }
    return d.DeadlineView(**(fields | said))


LINES = [
    view(DeadlineKind.RENEWAL, -39, f"{NAME}: đăng ký công nhận lại (Bằng hết hạn 15/3/2027)"),
    view(DeadlineKind.RECOMMENDATION, 0, f"{NAME} trả lời kiến nghị 4.1"),
    view(DeadlineKind.VISIT, 15, f"Kiểm tra kỹ thuật: {NAME}", href=""),
    view(
        DeadlineKind.RECOMMENDATION,
        -2,
        f"{NAME} trả lời kiến nghị 1.3",
        state=DeadlineState.WAITING,
        waits_for=[Role.COMMUNE_OFFICER],
        my_turn=True,
        act="Xác minh trả lời",
    ),
    view(DeadlineKind.DIFFICULTY, None, f"Trả lời khó khăn của {NAME}", waits_for=[Role.COMMUNE_OFFICER], my_turn=True),
]


def deadlines(request: d.DeadlinesRequest) -> d.DeadlinesAnswer:
    """Answer what is due."""
    on = today(SystemClock())
    return d.DeadlinesAnswer(on=on, deadlines=LINES, free_days=[on + dt.timedelta(days=1)], total=len(LINES))


def told(_: Any) -> d.InboxAnswer:
    """Answer what a person was told."""
    on = today(SystemClock())
    lines = [
        d.InboxLine(deadline=one, step="0", told_on=on, seen=number > 0, snoozed_until=None)
        for number, one in enumerate(LINES[:2])
    ]
    put_off = d.InboxLine(
        deadline=LINES[2], step="30", told_on=on, seen=False, snoozed_until=on + dt.timedelta(days=3)
    )  # fmt: skip
    return d.InboxAnswer(lines=[*lines, put_off], total=len(lines) + 1, unseen=1, put_off=1)


def titles(request: TitlesRequest) -> TitlesAnswer:
    """Answer what everything that is asked for is called."""
    asked = (getattr(request, name) for name in TitlesRequest.__struct_fields__)
    return TitlesAnswer(titles={number: f"Tên của {number}" for numbers in asked for number in numbers})


INBOX_COMMANDS = frozenset({"see_reminders", "snooze_reminder"})
"""What is done in the in-box."""

CANNED_DEADLINES: Mapping[str, Callable[[Any], Any]] = {
    "inspection.titles": titles,
    "notification.deadlines": deadlines,
    "notification.inbox": lambda request: told(request),
    "notification.unseen": lambda _: d.UnseenAnswer(unseen=5),
    "notification.see_reminders": lambda _: Acknowledged(),
    "notification.snooze_reminder": lambda _: Acknowledged(),
    "notification.mail": lambda _: d.MailView(enabled=True, address="nhung@vi-du.vn", confirmed=False),
    "notification.set_mail_address": lambda _: d.MailView(enabled=True, address="nhung@vi-du.vn", confirmed=False),
    "notification.confirm_mail_address": lambda _: d.MailView(enabled=True, address="nhung@vi-du.vn", confirmed=True),
    "notification.remove_mail_address": lambda _: Acknowledged(),
    "notification.open_calendar": lambda _: d.CalendarOpened(calendar=CALENDAR, secret="ab" * 24),
    "notification.calendars": lambda _: d.CalendarsAnswer(
        calendars=[d.CalendarView(calendar=CALENDAR, role=Role.COMMUNE_OFFICER, opened_on=today(SystemClock()))]
    ),
    "notification.close_calendar": lambda _: Acknowledged(),
    "notification.calendar_feed": deadlines,
}
