"""The in-box behind the bell: what a person was told, seen or put off; and where mail and calendars of theirs go."""

from __future__ import annotations

import datetime as dt

from werkzeug.wrappers import Response

from services.portal.calendar_feed import MEDIA_TYPE, calendar_by_secret
from services.portal.deadline_titles import inbox
from services.portal.pages import forms, query_params
from services.portal.pages.site import blueprint, render
from services.portal.unseen import forget_unseen
from services.portal.web.context import account, call_service, public, public_url, require_sign_in
from shared.clock import SystemClock, today
from shared.contracts.calls import Acknowledged, Nothing
from shared.contracts.calls.deadlines import (
    CalendarOpened,
    CalendarRequest,
    CalendarsAnswer,
    ConfirmMailAddress,
    InboxRequest,
    MailView,
    OpenCalendar,
    SeeReminders,
    SetMailAddress,
    SnoozeReminder,
)
from shared.problems import BadRequest, NotAllowed, Problem
from shared.vocabulary.ids import DeadlineId
from shared.vocabulary.labels import ROLE_LABELS
from shared.vocabulary.roles import Role

SNOOZES = {1: "ngày mai", 3: "3 ngày nữa", 7: "tuần sau", 14: "hai tuần nữa"}
SETTINGS = "/tai-khoan/nhac-viec"
LINES_A_PAGE = 25


@blueprint.get("/hop-thu")
def inbox_page() -> str:
    """Show what the reader was told of deadlines that are still open, the most urgent first."""
    return _inbox()


@blueprint.post("/hop-thu")
def change_inbox() -> str | Response:
    """Note what was seen, or put a deadline off."""
    _require_person()
    try:
        _change_inbox()
    except Problem as problem:
        return _inbox(problem)
    forget_unseen()
    return forms.go_told("/hop-thu", da_ghi="1")


def _change_inbox() -> None:
    deadline = DeadlineId(forms.text("han"))
    match forms.text("hanh-dong"):
        case "da-xem":
            call_service(
                "notification", "see_reminders", SeeReminders(deadlines=[deadline] if deadline else []), Acknowledged
            )
        case "de-lai":
            days = forms.whole("ngay")
            if days not in SNOOZES:
                raise BadRequest("Chọn để lại đến bao giờ. Chưa ghi gì.", path="ngay")
            until = today(SystemClock()) + dt.timedelta(days=days)
            call_service("notification", "snooze_reminder", SnoozeReminder(deadline=deadline, until=until), Acknowledged)
        case _:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")


def _inbox(problem: Problem | None = None) -> str:
    _require_person()
    number = query_params.number("trang", 1, low=1)
    found = inbox(InboxRequest(after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE))
    return render(
        "hop-thu.html",
        active="hop-thu",
        found=found,
        lines=[line for line in found.lines if line.snoozed_until is None],
        snoozed=[line for line in found.lines if line.snoozed_until is not None],
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        snoozes=SNOOZES,
        settings_page=SETTINGS,
        noted=bool(query_params.text("da-ghi", 1)),
        problem=problem,
    )


def _require_person() -> None:
    require_sign_in()
    if account() is None:
        raise NotAllowed("Đang vào bằng mã truy cập, không bằng tài khoản của một người. Đăng nhập rồi mở lại trang này.")


# --- mail and calendars


@blueprint.get(SETTINGS)
def reminding_page() -> str:
    """Show where the reader's mail goes, and their calendars."""
    return _settings()


@blueprint.post(SETTINGS)
def change_reminding() -> str | Response:
    """Set, confirm or forget an address; open or close a calendar."""
    _require_person()
    acts = {
        "dat-thu": _set_address,
        "xac-nhan": _confirm_address,
        "bo-thu": _forget_address,
        "mo-lich": _open_calendar,
        "dong-lich": _close_calendar,
    }
    act = acts.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        opened = act()
    except Problem as problem:
        return _settings(problem)
    return _settings(opened=opened) if opened else forms.go_told(SETTINGS, da_ghi="1")


def _set_address() -> str:
    asked = SetMailAddress(address=forms.required("dia-chi", "địa chỉ thư"))
    call_service("notification", "set_mail_address", asked, MailView)
    return ""


def _confirm_address() -> str:
    call_service("notification", "confirm_mail_address", ConfirmMailAddress(code=forms.required("ma", "mã")), MailView)
    return ""


def _forget_address() -> str:
    call_service("notification", "remove_mail_address", Nothing(), Acknowledged)
    return ""


def _open_calendar() -> str:
    role = forms.text("vai-tro")
    if role and role not in set(Role):
        raise BadRequest("Chọn một vai trò trong danh sách. Chưa mở lịch nào.", path="vai-tro")
    asked = OpenCalendar(role=Role(role) if role else None)
    secret = call_service("notification", "open_calendar", asked, CalendarOpened).secret
    return public_url(f"/lich/{secret}.ics")


def _close_calendar() -> str:
    asked = CalendarRequest(calendar=forms.required("lich", "lịch"))
    call_service("notification", "close_calendar", asked, Acknowledged)
    return ""


def _settings(problem: Problem | None = None, *, opened: str = "") -> str:
    _require_person()
    person = account()
    return render(
        "nhac-viec.html",
        mail=call_service("notification", "mail", Nothing(), MailView),
        calendars=call_service("notification", "calendars", Nothing(), CalendarsAnswer).calendars,
        roles=dict.fromkeys(Role(grant.role) for grant in person.grants) if person else {},
        role_labels=ROLE_LABELS,
        opened=opened,
        settings_page=SETTINGS,
        noted=bool(query_params.text("da-ghi", 1)),
        problem=problem,
    )


@blueprint.get("/lich/<secret>.ics")
@public
def calendar_page(secret: str) -> Response:
    """Give the calendar whose address holds a secret, to whoever has it."""
    answer = Response(calendar_by_secret(secret).content, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
