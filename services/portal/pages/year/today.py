"""The commune's first page: what is overdue, what is due soon, what waits for whoever reads; and the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.calendar_feed import MEDIA_TYPE, CalendarQuestion, every_deadline, own_calendar
from services.portal.deadline_titles import titles_of, with_titles
from services.portal.pages import query_params
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.reminder_text import may_remind, reminder_text
from services.portal.web.context import call_service, caller, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.deadlines import DeadlinesAnswer, DeadlinesRequest, DeadlineView
from shared.contracts.calls.identity import CommuneEntry
from shared.contracts.calls.year.need_views import NeedsAnswer, NeedsRequest
from shared.contracts.operations import COMMUNE_PLANNERS
from shared.problems import NotFound
from shared.vocabulary.commune_year import DeadlineState, NeedState
from shared.vocabulary.ids import CommuneCode

SOON_DAYS = 30
LINES_SHOWN = 12
LINES_A_PAGE = 60
"""Of the column that one asked to see whole: with long names, a page more would outgrow what a page may weigh."""
IN_A_DAY = 3
WEEK = 7
_DAY_NAMES = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_LONG_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_FARTHEST = dt.timedelta(days=3660)


class DayColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its lines, those that are shown, what stands there when there are none; `pages` when seen whole."""

    key: str
    name: str
    sign: str
    tone: str
    empty: str
    lines: list[DeadlineView]
    shown: list[DeadlineView]
    pages: int = 0


class WeekDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the week strip; `free` says why nobody works, '' on a working day."""

    day: dt.date
    name: str
    free: str
    is_today: bool
    lines: list[DeadlineView]


@blueprint.get("/xa/<commune>/hom-nay")
def commune_today(commune: CommuneCode) -> str:
    """Show what is to be done in a commune: overdue, soon, waiting for the reader; done things are absent."""
    entry, day = _commune(commune), today(SystemClock())
    answer = _asked(commune)
    owed = [view for view in answer.deadlines if not view.waits_for]
    base = f"/xa/{quote(commune)}/hom-nay"
    monday = _monday(day)
    return render(
        "hom-nay.html",
        active="hom-nay",
        commune=entry,
        day=day,
        day_name=_LONG_NAMES[day.weekday()],
        columns=_titled(_columns(owed, answer.deadlines)),
        week=_week(owed, answer.free_days, monday, day),
        before=keep(base, None, tuan=(monday - dt.timedelta(days=WEEK)).isoformat()),
        after=keep(base, None, tuan=(monday + dt.timedelta(days=WEEK)).isoformat()),
        this_week=monday <= day < monday + dt.timedelta(days=WEEK),
        base=base,
        reminds={view.id for view in owed if may_remind(view, entry)},
        reminded=_reminded(owed, entry, day),
        number=_page_number(),
        seen={name: query_params.text(name, 20) for name in ("xem", "trang", "tuan")},
        in_a_day=IN_A_DAY,
        soon_days=SOON_DAYS,
        giving=any(grant.role in COMMUNE_PLANNERS and grant.scope == commune for grant in caller().grants),
        starting=not answer.deadlines and may("inspection.draft_plan", commune=commune),
        plan=keep(f"/xa/{quote(commune)}/ke-hoach", None, nam=day.year),
        tasks=keep(f"/xa/{quote(commune)}/viec", None, nam=day.year),
        appraising=_to_appraise(commune, day.year),
        needs=keep(f"/xa/{quote(commune)}/nhu-cau", None, nam=day.year),
    )


@blueprint.get("/xa/<commune>/hom-nay.ics")
def commune_calendar(commune: CommuneCode) -> Response:
    """Give the deadlines of a commune as a calendar."""
    _commune(commune)
    answer = Response(own_calendar(CalendarQuestion(commune=commune)).content, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="han-{quote(commune)}.ics"'
    return answer


def _commune(commune: CommuneCode) -> CommuneEntry:
    entry = directory().commune(commune)
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    return entry


def _asked(commune: CommuneCode) -> DeadlinesAnswer:
    """Return the commune's deadlines; a visit is no link for who may not open it."""
    answer = every_deadline(DeadlinesRequest(commune=commune))
    if may("inspection.inspections", commune=commune):
        return answer
    told = [msgspec.structs.replace(one, href="") if "/kiem-tra/" in one.href else one for one in answer.deadlines]
    return msgspec.structs.replace(answer, deadlines=told)


def _to_appraise(commune: CommuneCode, year: int) -> int:
    """Return how many needs of a year and the next wait for the reader to appraise; they have no day of their own."""
    if not may("inspection.appraise_need", commune=commune):
        return 0
    asked = NeedsRequest(commune=commune, year=year, until=year + 1, state=NeedState.RAISED, limit=1)
    return call_service("inspection", "needs", asked, NeedsAnswer).total


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """The line under which the words to paste stand open; '' for none."""

    line: str = ""
    text: str = ""


def _reminded(owed: Iterable[DeadlineView], commune: CommuneEntry, day: dt.date) -> Reminded:
    wanted = query_params.text("nhac", 200)
    found = next((view for view in owed if view.id == wanted and may_remind(view, commune)), None)
    return Reminded(line=found.id, text=reminder_text(found, commune, day)) if found else Reminded()


def _columns(owed: Iterable[DeadlineView], everything: Iterable[DeadlineView]) -> list[DayColumn]:
    owed, wanted, number = list(owed), query_params.text("xem", 20), _page_number()
    found = (
        (
            "qua-han",
            "Quá hạn",
            "clock",
            "no",
            "Không có việc quá hạn.",
            [v for v in owed if v.state is DeadlineState.OVERDUE],
        ),
        ("sap-den", "Sắp đến hạn", "calendar", "warn", f"Không có hạn nào trong {SOON_DAYS} ngày tới.", _soon(owed)),
        ("cho-toi", "Chờ tôi", "inbox", "blue", "Không có việc nào chờ tôi.", _my_turn(everything)),
    )
    return [
        DayColumn(
            key=key,
            name=name,
            sign=sign,
            tone=tone,
            empty=empty,
            lines=lines,
            shown=lines[(number - 1) * LINES_A_PAGE : number * LINES_A_PAGE] if key == wanted else lines[:LINES_SHOWN],
            pages=-(-len(lines) // LINES_A_PAGE) if key == wanted else 0,
        )
        for key, name, sign, tone, empty, lines in found
    ]


def _page_number() -> int:
    return query_params.number("trang", 1, low=1)


def _titled(columns: list[DayColumn]) -> list[DayColumn]:
    """Return the columns with the titles of the lines that are shown: one question for all of them."""
    titles = titles_of(view for column in columns for view in column.shown)
    return [msgspec.structs.replace(column, shown=with_titles(column.shown, titles)) for column in columns]


def _soon(owed: Iterable[DeadlineView]) -> list[DeadlineView]:
    return [view for view in owed if view.days_left is not None and 0 <= view.days_left <= SOON_DAYS]


def _my_turn(everything: Iterable[DeadlineView]) -> list[DeadlineView]:
    return sorted((view for view in everything if view.my_turn), key=lambda view: (view.since, view.id))


def _monday(day: dt.date) -> dt.date:
    """Return the Monday of the week that the address names, of this one by default."""
    try:
        asked = dt.date.fromisoformat(query_params.text("tuan", 10))
    except ValueError:
        asked = day
    asked = asked if abs(asked - day) <= _FARTHEST else day
    return asked - dt.timedelta(days=asked.weekday())


def _week(owed: Iterable[DeadlineView], free: Iterable[dt.date], monday: dt.date, day: dt.date) -> list[WeekDay]:
    owed, holidays, days = list(owed), frozenset(free), list[WeekDay]()
    for number, name in enumerate(_DAY_NAMES):
        on = monday + dt.timedelta(days=number)
        days.append(
            WeekDay(
                day=on,
                name=name,
                free="nghỉ lễ" if on in holidays else "ngày nghỉ" if number >= WEEK - 2 else "",
                is_today=on == day,
                lines=[view for view in owed if view.due == on],
            )
        )
    return days
