"""The way of a registration as a strip: which stations are behind it, where it stands and until when, what silence means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.portal.pages import formatting
from services.portal.web.context import call_service, may
from shared.contracts.calls.registration import (
    RegistrationDeadline,
    RegistrationRequest,
    RegistrationView,
    StationView,
)
from shared.vocabulary.ids import CycleId, SchoolCode
from shared.vocabulary.inspection import RegistrationState, RegistrationStep, RouteStation

_STATE = RegistrationState

ENDED = frozenset({_STATE.GRANTED, _STATE.REFUSED})
SOON_DAYS, NEAR_DAYS = 7, 548
"""Calendar days before a deadline from which it is urgent, and from which it is worth showing at all."""
STATE_SIGNS = {
    _STATE.NONE: "ring",
    _STATE.REGISTERED: "doc",
    _STATE.INCOMPLETE: "warn",
    _STATE.CHECKED: "check",
    _STATE.FORWARDED: "inbox",
    _STATE.RETURNED: "retry",
    _STATE.ACCEPTED: "flag",
    _STATE.EVALUATION: "search",
    _STATE.DRAFT_SENT: "pen",
    _STATE.REPLIED: "pen",
    _STATE.SILENCE: "clock",
    _STATE.FINAL: "medal",
    _STATE.GRANTED: "medal",
    _STATE.REFUSED: "bad",
}
WAITS_FOR = {
    _STATE.REGISTERED: "chờ xã kiểm tra hồ sơ",
    _STATE.INCOMPLETE: "chờ trường bổ sung",
    _STATE.CHECKED: "chờ xã chuyển",
    _STATE.FORWARDED: "chờ Sở tiếp nhận",
    _STATE.RETURNED: "đã trả, chờ trường bổ sung",
    _STATE.ACCEPTED: "chờ lập đoàn",
    _STATE.EVALUATION: "đang đánh giá",
    _STATE.DRAFT_SENT: "chờ trường nói về dự thảo",
    _STATE.REPLIED: "chờ báo cáo chính thức",
    _STATE.SILENCE: "hết hạn phản hồi, chờ báo cáo chính thức",
    _STATE.FINAL: "chờ quyết định",
    _STATE.GRANTED: "đã công nhận",
    _STATE.REFUSED: "không công nhận",
    _STATE.NONE: "chưa đăng ký",
}
"""Who has to move a registration in each state, where dossiers go by the commune."""


def waits_for(state: RegistrationState, *, by_commune: bool) -> str:
    """Return who has to move a registration, as a line of a list says it."""
    return WAITS_FOR[_STATE.FORWARDED if state is _STATE.REGISTERED and not by_commune else state]


class StripStation(msgspec.Struct, frozen=True, kw_only=True):
    """A station of the strip: `css` is done, now or to_come; `day` is when it was done, or until when it is waited for."""

    label: str
    css: str
    sign: str
    colour: str
    day: str
    refusal: str


class DeadlineLine(msgspec.Struct, frozen=True, kw_only=True):
    """By when something is due, how many days are left, whence the day is, and whether that was checked with the law.

    `near`: within a year and a half, when a school begins to think of it.
    """

    what: str
    due: dt.date | None
    near: bool
    day: str
    left: str
    css: str
    source: str
    note: str


class RegistrationStrip(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows of a registration's way; `silence` says what it means when the school says nothing, and when."""

    view: RegistrationView
    stations: list[StripStation]
    next: DeadlineLine | None
    deadlines: list[DeadlineLine]
    silence: str
    waits: str


def registration_of(school: SchoolCode, newest: CycleId = CycleId("")) -> RegistrationView | None:
    """Return the registration that matters to a school now; None for whoever may not see it.

    It is the one registered last; once that is decided, that of the `newest` cycle, which may have none yet.
    """
    if not may("inspection.registration", school=school):
        return None
    last = _ask(school)
    return _ask(school, newest) if last.state in ENDED and newest and newest != last.cycle else last


def registration_for(school: SchoolCode, cycle: CycleId) -> RegistrationView | None:
    """Return the registration of one cycle, which may have none; None for whoever may not see it."""
    return _ask(school, cycle) if may("inspection.registration", school=school) else None


def _ask(school: SchoolCode, cycle: CycleId = CycleId("")) -> RegistrationView:
    return call_service("inspection", "registration", RegistrationRequest(school=school, cycle=cycle), RegistrationView)


def strip(view: RegistrationView, today: dt.date) -> RegistrationStrip:
    """Return the way of a registration as it stands on a day."""
    following = next_deadline(view.deadlines) if view.state not in ENDED else None
    return RegistrationStrip(
        view=view,
        stations=[_station(one, following, today) for one in view.stations],
        next=deadline_line(following, today) if following else None,
        deadlines=[deadline_line(one, today) for one in view.deadlines],
        silence=silence(view.state, following),
        waits=waits_for(view.state, by_commune=not view.route or RouteStation.COMMUNE in view.route),
    )


def next_deadline(deadlines: Iterable[RegistrationDeadline]) -> RegistrationDeadline | None:
    """Return the first day that is still to be kept; None where there is none, or the law names no day."""
    waiting = [(one.due, n, one) for n, one in enumerate(deadlines) if one.met_on is None and one.due is not None]
    return min(waiting)[2] if waiting else None


def silence(state: RegistrationState, following: RegistrationDeadline | None) -> str:
    """Return what happens if the school says nothing of a draft, and on which day; '' in every other state."""
    if state is _STATE.DRAFT_SENT and following is not None and following.due is not None:
        day = formatting.date(following.due)
        return f"Trường im lặng đến hết {day} thì từ ngày sau coi như đồng ý với dự thảo."
    if state is _STATE.SILENCE:
        return "Hết hạn phản hồi mà trường không nói gì, nên coi như đồng ý với dự thảo."
    return ""


def deadline_line(deadline: RegistrationDeadline, today: dt.date) -> DeadlineLine:
    """Return a deadline as people read it; one that the law does not name is said to be unknown, never a guess.

    Where it is certain that there is none (a first registration), that is said.
    """
    left, css = _left(deadline, today)
    source = deadline.source + (", chưa đối chiếu" if deadline.confidence == "low" else "")
    none = "không có hạn" if deadline.confidence == "high" else "chưa rõ"
    day = formatting.date(deadline.due) if deadline.due else none
    return DeadlineLine(
        what=deadline.what,
        due=deadline.due,
        near=deadline.due is not None and (deadline.due - today).days <= NEAR_DAYS,
        day=day,
        left=left,
        css=css,
        source=source.removeprefix(", "),
        note=deadline.note,
    )


def _left(deadline: RegistrationDeadline, today: dt.date) -> tuple[str, str]:
    if deadline.met_on is not None:
        late = deadline.due is not None and deadline.met_on > deadline.due
        return f"xong {formatting.date(deadline.met_on)}" + (", quá hạn" if late else ""), "warn" if late else "ok"
    if deadline.due is None:
        return "", "grey"
    days = (deadline.due - today).days
    return formatting.days_left(deadline.due, today), "no" if days < 0 else "warn" if days <= SOON_DAYS else "grey"


def _station(station: StationView, following: RegistrationDeadline | None, today: dt.date) -> StripStation:
    if station.done_on is not None:
        return StripStation(
            label=station.label, css="done", sign="yes", colour="ok", day=formatting.date(station.done_on), refusal=""
        )
    if station.now:
        due = following.due if following is not None else None
        late = due is not None and due < today
        day = f"{'quá hạn ' if late else 'đến hết '}{formatting.date(due)}" if due else "bây giờ"
        return StripStation(
            label=station.label, css="now", sign="clock", colour="no" if late else "warn", day=day, refusal=""
        )
    return StripStation(
        label=station.label, css="to_come", sign="ring", colour="grey", day="", refusal=_why(station.refusal)
    )


def refusals(view: RegistrationView) -> dict[RegistrationStep, str]:
    """Return why each step cannot be done now; a step that can is left out."""
    return {one.step: _why(one.refusal) for one in view.stations if one.refusal}


def _why(refusal: str) -> str:
    """Return why a step cannot be done, without what is said to whoever has tried: that nothing was recorded."""
    return refusal.replace(" Chưa ghi gì.", "").replace(", chưa ghi gì thêm.", ".")
