"""A school's history: tracks of what happened, two moments A and B on both clocks, what differs between them and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from flask import redirect, request
from werkzeug.wrappers import Response

from services.portal.pages import formatting, query_params
from services.portal.pages.as_of import PastMoment, position
from services.portal.pages.csv_export import csv_file
from services.portal.pages.former_years import history_tabs
from services.portal.pages.rulebook_labels import law
from services.portal.pages.school import MatrixRow, matrix
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, directory, may, public
from shared import tlog
from shared.clock import VIETNAM, SystemClock, today, vietnam_date
from shared.contracts.calls.assessment import (
    CompareAnswer,
    CompareRequest,
    Difference,
    HistoryAnswer,
    HistoryItem,
    HistoryRequest,
    Moment,
    ProofAnswer,
    ProveRequest,
    Status,
)
from shared.problems import BadRequest
from shared.text import fold, parse_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import BEGINNING, Position, SchoolCode, next_position

PAGE, MOST_PAGES, SHOWN = 1000, 5, 50
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years that are drawn: nothing of a school happened outside."""

WIDTH, LEFT, TOP, TRACK = 1180, 100, 30, 26
TRACKS = ("Tài liệu", "Đánh giá", "Kiểm tra", "Quyết định")
_DOCUMENT_FACTS = frozenset({"evidence-coded", "evidence-linked", "evidence-unlinked"})
_KINDS = {"figures-stated": "Số liệu", "conditions-stated": "Điều kiện công nhận"}
_DECISION_FACTS = frozenset(
    {
        "cycle-opened",
        "self-assessment-submitted",
        "recognition-granted",
        "recognition-corrected",
        "recognition-refused",
        "recognition-revoked",
        "remedy-requested",
        "certificate-granted",
        "certificate-corrected",
        "certificate-revoked",
    }
)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A moment as the forms hold it: a day, and the position up to which the log is believed."""

    valid_at: dt.date
    known_at: Position

    @property
    def past(self) -> PastMoment:
        """The same for addresses of pages."""
        return PastMoment(valid_at=self.valid_at, known_at=self.known_at)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One sign on a track: `shape` is bar, T, X or S; bars have a height."""

    shape: str
    x: float
    y: float
    height: float
    text: str


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """The picture of one year."""

    year: int
    marks: list[Mark]
    months: list[tuple[float, str]]
    borders: list[tuple[float, str]]
    a: float | None
    b: float | None
    height: int = TOP + 4 * TRACK + 30


class TimelineStop(msgspec.Struct, frozen=True, kw_only=True):
    """A place the slider stops at: one day on which something was recorded."""

    day: str
    position: Position
    x: float
    label: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What happened on one day to one criterion, or of one kind; `unfolded` when one of them is looked for."""

    day: dt.date
    label: str
    items: list[HistoryItem]
    unfolded: bool


def grouped(items: list[HistoryItem], sought: Container[int] = ()) -> list[Group]:
    """Return events by day and by what they are about, in the order in which each group first appears."""
    groups: dict[tuple[dt.date, str], list[HistoryItem]] = {}
    for item in items:
        groups.setdefault((vietnam_date(item.occurred), _about(item)), []).append(item)
    return [
        Group(day=day, label=label, items=those, unfolded=any(entry.position in sought for entry in those))
        for (day, label), those in groups.items()
    ]


def _about(item: HistoryItem) -> str:
    criterion = item.data.get("criterion")
    return f"Tiêu chí {criterion}" if criterion else _KINDS.get(item.fact, "Việc của trường")


def history_of(school: SchoolCode) -> tuple[list[HistoryItem], Position]:
    """Return a school's events, oldest first, and the head of the log."""
    items: list[HistoryItem] = []
    head = BEGINNING
    for _ in range(MOST_PAGES):
        after = items[-1].position if items else BEGINNING
        answer = call_service("assessment", "history", HistoryRequest(school=school, after=after, limit=PAGE), HistoryAnswer)
        items += answer.items
        head = answer.head
        if len(answer.items) < PAGE:
            break
    return items, head


def _point(prefix: str, items: list[HistoryItem], head: Position) -> Point | None:
    day = query_params.text(prefix)
    if not day:
        return None
    return Point(valid_at=parse_date(day), known_at=_known(query_params.text(f"{prefix}-biet"), items, head))


def _known(text: str, items: list[HistoryItem], head: Position) -> Position:
    """Read what a person typed for “đã biết đến”: a position, or a day, which means the end of that day."""
    text = text.strip()
    if not text:
        return head
    if "/" not in text and "-" not in text:
        return min(position(text), head) or head
    day = parse_date(text)
    return max((i.position for i in items if vietnam_date(i.recorded) <= day), default=min(next_position(BEGINNING), head))


@blueprint.get("/truong/<school>/lich-su")
def history_page(school: SchoolCode) -> str | Response:
    """Show the timeline, the state at A, and, when B is given, what differs."""
    items, head = history_of(school)
    a, b = _point("a", items, head), _point("b", items, head)
    if (a is not None and not query_params.text("a-biet")) or (b is not None and not query_params.text("b-biet")):
        return redirect(_address(school, a, b))
    now = today(SystemClock())
    wanted = next((i for i in items if i.position == query_params.number("so")), None)
    if wanted:
        year = vietnam_date(wanted.occurred).year
    else:
        year = (
            query_params.number("nam", low=FIRST_YEAR, high=LAST_YEAR)
            or (b or a or Point(valid_at=now, known_at=head)).valid_at.year
        )
    first = a or Point(valid_at=now, known_at=head)
    second = b or first
    compared = _compare(school, first, second) if items else None
    before = query_params.number("truoc") or head + 1
    if wanted:  # One event of a derivation: the list opens with it in sight.
        before = min(before, wanted.position + SHOWN // 2)
    listed = [i for i in reversed(items) if vietnam_date(i.occurred).year == year and i.position < before]
    causes = {c.position for d in compared.differences for c in d.causes} if compared and b else set()
    return render(
        "lich-su.html",
        active="lich-su",
        school=school,
        groups=grouped(listed[:SHOWN], causes | ({wanted.position} if wanted else set())),
        older=listed[SHOWN - 1].position if len(listed) > SHOWN else 0,
        total=len(items),
        head=head,
        a=first,
        b=b,
        asked=a is not None,
        compared=compared,
        boards=_boards(compared, with_b=b is not None),
        drawing=draw(items, year, first if a else None, b, *((compared.a, compared.b) if compared else ())),
        stops=_stops(items, year),
        years=sorted({vietnam_date(i.occurred).year for i in items} | {now.year}),
        year=year,
        proving=may("assessment.prove", school=school),
        width=WIDTH,
        left=LEFT,
        top=TOP,
        track=TRACK,
        tracks=TRACKS,
        tabs_of_years=history_tabs(school),
    )


def _address(school: SchoolCode, a: Point | None, b: Point | None) -> str:
    query: dict[str, Any] = {}
    for name, point in (("a", a), ("b", b)):
        if point is not None:
            query |= {name: point.valid_at.isoformat(), f"{name}-biet": point.known_at}
    return keep(f"/truong/{quote(school)}/lich-su", **query)


def _compare(school: SchoolCode, a: Point, b: Point) -> CompareAnswer:
    compare_request = CompareRequest(
        school=school,
        a=Moment(valid_at=a.valid_at, known_at=a.known_at),
        b=Moment(valid_at=b.valid_at, known_at=b.known_at),
    )
    return call_service("assessment", "compare", compare_request, CompareAnswer)


DIFFERENCE_NAMES = {
    "rulebook": "Bộ tiêu chí",
    "cycle": "Đợt",
    "school_level": "Cả trường",
    "recognition": "Bằng",
    "conditions": "Điều kiện",
}
"""What differs where no criterion does."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The state at one moment: a cell a criterion, three layers; `changed` holds (criterion, layer)."""

    letter: str
    status: Status
    rows: list[MatrixRow]
    changed: frozenset[tuple[str, str]]


def _boards(compared: CompareAnswer | None, *, with_b: bool) -> list[Board]:
    if compared is None:
        return []
    changed = frozenset((d.criterion, d.layer) for d in compared.differences if d.criterion)
    boards = [
        Board(letter="A", status=compared.a, rows=matrix(compared.a, law(compared.a.rulebook), None), changed=frozenset())
    ]
    if with_b:
        boards.append(
            Board(letter="B", status=compared.b, rows=matrix(compared.b, law(compared.b.rulebook), None), changed=changed)
        )
    return boards


def _x(day: dt.date, year: int) -> float:
    start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    share = (day - start).days / (end - start).days
    return round(LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - 10), 1)


def draw(items: list[HistoryItem], year: int, a: Point | None, b: Point | None, *statuses: Status) -> Drawing:
    """Return one year as tracks: bars of papers a week, discs of judging days, hexagons of visits, squares of decisions."""
    dated = [(vietnam_date(i.occurred), i) for i in items if vietnam_date(i.occurred).year == year]
    drawn = [*_bars(dated, year), *_signs(dated, year)]
    months = [(_x(dt.date(year, m, 1), year), f"Th {m}") for m in range(1, 13)]
    laws = {labels.id: labels for labels in (law(status.rulebook) for status in statuses)}
    borders = [(_x(labels.since, year), labels.circular) for labels in laws.values() if labels.since.year == year]
    return Drawing(
        year=year,
        marks=drawn,
        months=months,
        borders=borders,
        a=_x(a.valid_at, year) if a and a.valid_at.year == year else None,
        b=_x(b.valid_at, year) if b and b.valid_at.year == year else None,
    )


def _bars(seen: list[tuple[dt.date, HistoryItem]], year: int) -> list[Mark]:
    weeks: dict[int, int] = {}
    for day, item in seen:
        if item.fact in _DOCUMENT_FACTS:
            week = (day - dt.date(year, 1, 1)).days // 7
            weeks[week] = weeks.get(week, 0) + 1
    top = max(weeks.values(), default=1)
    marks = []
    for week, count in sorted(weeks.items()):
        height = 3 + 17 * count / top
        day = dt.date(year, 1, 1) + dt.timedelta(days=7 * week)
        marks.append(
            Mark(shape="bar", x=_x(day, year), y=TOP + TRACK - 2 - height, height=round(height, 1), text=f"{count}")
        )
    return marks


def _signs(seen: list[tuple[dt.date, HistoryItem]], year: int) -> list[Mark]:
    days = {(kind, day) for day, item in seen if (kind := _kind(item))}
    rows = {"T": 1, "X": 2, "S": 3}
    return [Mark(shape=k, x=_x(d, year), y=TOP + rows[k] * TRACK + 14, height=0, text="") for k, d in sorted(days)]


def _kind(item: HistoryItem) -> str:
    if item.fact == "indicator-judged":
        return "T" if item.data.get("layer") == Layer.SCHOOL else "X"
    return "S" if item.fact in _DECISION_FACTS else ""


def _stops(items: list[HistoryItem], year: int) -> list[TimelineStop]:
    last: dict[dt.date, Position] = {}
    for item in items:
        day = vietnam_date(item.recorded)
        if day.year == year:
            last[day] = max(last.get(day, BEGINNING), item.position)
    return [
        TimelineStop(day=d.isoformat(), position=p, x=_x(d, year), label=f"{d.day:02}/{d.month:02}/{d.year}")
        for d, p in sorted(last.items())
    ]


@blueprint.get("/truong/<school>/khac-nhau.csv")
def differences_file(school: SchoolCode) -> Response:
    """Hand out what differs between A and B as a table for a spreadsheet."""
    items, head = history_of(school)
    a, b = _point("a", items, head), _point("b", items, head)
    if a is None or b is None:
        raise BadRequest("Bảng này so hai thời điểm. Nhập cả A và B ở trang Lịch sử rồi tải lại.")
    rows = [_difference_row(difference) for difference in _compare(school, a, b).differences]
    header = ("Tiêu chí hoặc mục", "Lớp", "A", "B", "Nguyên nhân", "Xảy ra", "Ghi nhận", "Biết muộn (ngày)", "Số")
    return csv_file(f"khac-nhau-{a.valid_at}-{b.valid_at}.csv", header, rows)


def _difference_row(difference: Difference) -> list[str]:
    cause = difference.causes[-1] if difference.causes else None
    return [
        difference.criterion or DIFFERENCE_NAMES.get(difference.what, ""),
        formatting.LAYER_LABELS[formatting.layer_of(difference.layer)] if difference.layer else "",
        difference.before,
        difference.after,
        cause.summary if cause else "",
        formatting.date(cause.occurred) if cause else "",
        formatting.date(cause.recorded) if cause else "",
        str(difference.known_late_days or "") if cause else "",
        str(cause.position) if cause else "",
    ]


@blueprint.get("/ban-tu-kiem/verify_proof.py")
@public
def verifier() -> Response:
    """Hand out the program that checks a proof: one file that needs nothing of this installation."""
    program = (Path(tlog.__file__).parent / "verify_proof.py").read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="verify_proof.py"'}
    return Response(program, content_type="text/x-python; charset=utf-8", headers=headers)


@blueprint.get("/truong/<school>/ban-tu-kiem")
def proof(school: SchoolCode) -> Response:
    """Hand out the offline proof of a school's events as a file."""
    prove_request = ProveRequest(school=school, known_at=position(query_params.text("biet-den")))
    bundle = call_service("assessment", "prove", prove_request, ProofAnswer).bundle
    stamp = SystemClock().now().astimezone(VIETNAM).strftime("%Y%m%d-%H%M")
    name = f"ban-tu-kiem-{''.join(c for c in school if c.isascii() and (c.isalnum() or c == '-'))}-{stamp}.json"
    return Response(
        bundle, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@blueprint.get("/kiem-toan")
def audit_schools() -> str:
    """Let the auditor choose a school, by name, code or commune."""
    units, query = directory(), query_params.text("tim")
    names: dict[str, Any] = {c.code: c.name for c in units.communes()}
    readable = [s for s in units.schools() if may("assessment.history", school=s.code)]
    schools = [s for s in readable if fold(query) in fold(f"{s.name} {s.code} {names.get(s.commune, '')}")]
    return render("kiem-toan.html", active="lich-su", schools=schools, communes=names, asked=query, total=len(readable))


@blueprint.get("/kiem-toan/<school>")
def audit_school(school: SchoolCode) -> Response:
    """Go to the school's timeline with the same moments."""
    query = request.query_string.decode("ascii", "ignore")
    return redirect(f"/truong/{quote(school)}/lich-su" + (f"?{query}" if query else ""))
