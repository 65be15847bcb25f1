"""Calls of the notification service about days: deadlines, reminders, the in-box, mail and calendars."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Acknowledged, Answer, Call, Nothing, SecretAnswer, SecretCall
from shared.contracts.operations import ADMINISTRATORS, NOBODY, SIGNED_IN, Operation, Scope, delete, get, post, put
from shared.identity.call_context import GATEWAY
from shared.vocabulary.commune_year import DeadlineState
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId, SchoolCode
from shared.vocabulary.roles import Role

HEARD_FROM = ("assessment", "inspection", "identity")
PEOPLE = SIGNED_IN - {Role.SUBSCRIBER}
"""Everybody who works in an office or a school."""


class DeadlinesRequest(Call, frozen=True, kw_only=True):
    """Ask for deadlines that the caller may see: all, the caller's own (`mine`), of a commune with its schools, of a school.

    `on` is the day from which they are looked at, today by default; `ended` also gives what is done or dropped. `limit` 1 to
    1,000.
    """

    mine: bool = False
    commune: CommuneCode = CommuneCode("")
    school: SchoolCode = SchoolCode("")
    ended: bool = False
    on: dt.date | None = None
    after: int = 0
    limit: int = 500


class DeadlineView(Answer, frozen=True, kw_only=True):
    """A day by which somebody owes something, seen from a day.

    `due` is None for what waits for somebody by no day. `days_left` is negative when overdue. `who` are the roles that owe
    it; `waits_for` those whose turn it is since `since`, once whoever owed it has done their part (then `state` is cho).
    `label` names the job in public facts alone, `act` what moves it, `href` the portal's page for that ('' for none).
    `title` is the beginning of what was written of it, which the portal adds for who may read that ('' for none).
    `mine`: the caller owes or watches it; `my_turn`: it waits for the caller.
    """

    id: DeadlineId
    kind: DeadlineKind
    school: SchoolCode
    school_name: str
    commune: CommuneCode
    due: dt.date | None
    state: DeadlineState
    days_left: int | None
    who: list[Role]
    waits_for: list[Role]
    since: dt.date
    label: str
    act: str
    href: str
    mine: bool
    my_turn: bool
    title: str = ""


class DeadlinesAnswer(Answer, frozen=True, kw_only=True):
    """Deadlines, the earliest first, and how many there are; `free_days` are the public holidays that are known here."""

    on: dt.date
    deadlines: list[DeadlineView]
    free_days: list[dt.date]
    total: int


class RunReminders(Call, frozen=True, kw_only=True):
    """Tell everybody what is to be told at a moment, now by default; never in the future of what was told before."""

    at: dt.datetime | None = None


class ReminderTold(Answer, frozen=True, kw_only=True):
    """A person was told of a deadline at a step: days before ("30", "0") or after ("+7"), "@day" behind it once moved."""

    person: str
    deadline: DeadlineId
    step: str


class RemindersTold(Answer, frozen=True, kw_only=True):
    """What was new: nothing, when it was all told before."""

    on: dt.date
    reminders: list[ReminderTold]


class InboxRequest(Call, frozen=True, kw_only=True):
    """Ask for the caller's in-box; `limit` 1 to 500."""

    after: int = 0
    limit: int = 200


class InboxLine(Answer, frozen=True, kw_only=True):
    """What the caller was told last of an open deadline. `snoozed_until`: it is put off until that day."""

    deadline: DeadlineView
    step: str
    told_on: dt.date
    seen: bool
    snoozed_until: dt.date | None


class InboxAnswer(Answer, frozen=True, kw_only=True):
    """One page of the caller's in-box, the most urgent first and what is put off last; `total` lines there are.

    `unseen` counts what is new and not put off, `put_off` what is.
    """

    lines: list[InboxLine]
    total: int
    unseen: int
    put_off: int


class UnseenAnswer(Answer, frozen=True, kw_only=True):
    """How much is new in the caller's in-box."""

    unseen: int


class SeeReminders(Call, frozen=True, kw_only=True):
    """Note that the caller has seen what was told of some deadlines; of all, where none is named."""

    deadlines: list[DeadlineId] = []


class SnoozeReminder(Call, frozen=True, kw_only=True):
    """Tell the caller nothing of a deadline before the day `until`, within the next 60 days."""

    deadline: DeadlineId
    until: dt.date


class MailView(Answer, frozen=True, kw_only=True):
    """Whether this installation sends mail, where the caller's goes ('' for nowhere), and whether that is confirmed."""

    enabled: bool
    address: str
    confirmed: bool


class SetMailAddress(SecretCall, frozen=True, kw_only=True):
    """Have a digest sent to an address once a day; a code that is sent there proves that it is the caller's."""

    address: str


class ConfirmMailAddress(SecretCall, frozen=True, kw_only=True):
    """Give the code that was sent."""

    code: str


class OpenCalendar(Call, frozen=True, kw_only=True):
    """Open a calendar of the caller's deadlines, of one of their roles or of all."""

    role: Role | None = None


class CalendarOpened(SecretAnswer, frozen=True, kw_only=True):
    """The calendar, and the secret of its address: shown once."""

    calendar: str
    secret: str


class CalendarView(Answer, frozen=True, kw_only=True):
    """A calendar that was opened; `role` None is all of the person's roles."""

    calendar: str
    role: Role | None
    opened_on: dt.date


class CalendarsAnswer(Answer, frozen=True, kw_only=True):
    """The caller's calendars."""

    calendars: list[CalendarView]


class CalendarRequest(Call, frozen=True, kw_only=True):
    """Name one calendar."""

    calendar: str


class CalendarFeedRequest(SecretCall, frozen=True, kw_only=True):
    """Ask for what a calendar shows, by its secret."""

    secret: str


OPERATIONS = (
    Operation(
        name="deadlines",
        request=DeadlinesRequest,
        answer=DeadlinesAnswer,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Các hạn mà người hỏi được xem: của mình, của một xã, của một trường.",
        routes=(get("/deadlines"),),
        commands=("deadline list",),
        follows=HEARD_FROM,
    ),
    Operation(
        name="run_reminders",
        request=RunReminders,
        answer=RemindersTold,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Nhắc mọi người những hạn đã tới lúc nhắc; chạy lại không nhắc lần nữa.",
        routes=(post("/reminders/run"),),
        commands=("reminder run",),
        follows=HEARD_FROM,
        timeout_s=60.0,
    ),
    Operation(
        name="inbox",
        request=InboxRequest,
        answer=InboxAnswer,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Hộp thư nhắc việc của người hỏi.",
        routes=(get("/me/inbox"),),
    ),
    Operation(
        name="unseen",
        request=Nothing,
        answer=UnseenAnswer,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Số lời nhắc chưa xem của người hỏi.",
    ),
    Operation(
        name="see_reminders",
        request=SeeReminders,
        answer=Acknowledged,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Đánh dấu đã xem lời nhắc.",
        routes=(post("/me/inbox/seen"),),
    ),
    Operation(
        name="snooze_reminder",
        request=SnoozeReminder,
        answer=Acknowledged,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Để lời nhắc lại đến một ngày.",
        routes=(post("/me/inbox/snooze"),),
    ),
    Operation(
        name="mail",
        request=Nothing,
        answer=MailView,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Thư nhắc hằng ngày của người hỏi gửi tới đâu.",
        routes=(get("/me/mail"),),
    ),
    Operation(
        name="set_mail_address",
        request=SetMailAddress,
        answer=MailView,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Đặt địa chỉ nhận thư nhắc hằng ngày; hệ thống gửi mã tới đó để xác nhận.",
        routes=(put("/me/mail"),),
    ),
    Operation(
        name="confirm_mail_address",
        request=ConfirmMailAddress,
        answer=MailView,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Xác nhận địa chỉ bằng mã đã nhận.",
        routes=(post("/me/mail/confirm"),),
    ),
    Operation(
        name="remove_mail_address",
        request=Nothing,
        answer=Acknowledged,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Thôi nhận thư nhắc và xóa địa chỉ.",
        routes=(delete("/me/mail"),),
    ),
    Operation(
        name="open_calendar",
        request=OpenCalendar,
        answer=CalendarOpened,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Mở một lịch .ics của người hỏi, có địa chỉ riêng.",
    ),
    Operation(
        name="calendars",
        request=Nothing,
        answer=CalendarsAnswer,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Các lịch .ics đã mở của người hỏi.",
        routes=(get("/me/calendars"),),
    ),
    Operation(
        name="close_calendar",
        request=CalendarRequest,
        answer=Acknowledged,
        roles=PEOPLE,
        scope=Scope.NARROWED,
        summary="Đóng một lịch .ics: địa chỉ của nó không mở được nữa.",
        routes=(delete("/me/calendars/{id}", id="calendar"),),
    ),
    Operation(
        name="calendar_feed",
        request=CalendarFeedRequest,
        answer=DeadlinesAnswer,
        roles=NOBODY,
        scope=Scope.NARROWED,
        summary="Các hạn của một lịch .ics, hỏi bằng mã bí mật trong địa chỉ của nó.",
        machines=frozenset({GATEWAY}),
        follows=HEARD_FROM,
    ),
)
"""What the service does about days."""
