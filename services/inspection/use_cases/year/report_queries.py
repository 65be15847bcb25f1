"""Questions about reports asked of schools: which there are, who has not sent, what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year.reports import state_on
from services.inspection.errors_year import ReportUnknown
from services.inspection.use_cases.year.reports import report_stream
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import reports_rows as rows
from shared.contracts.calls.year.reports import (
    GivenFigure,
    MissingReport,
    MissingReportsAnswer,
    ReportRequestAsked,
    ReportRequestsAnswer,
    ReportRequestView,
    ReportsAsked,
    ReportText,
    SchoolPartView,
    YearReportsAsked,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import may, reaches_school
from shared.paging import page_of
from shared.text import format_date, lower_first, vietnamese_key
from shared.vocabulary.commune_year import HandedInState
from shared.vocabulary.ids import CommuneCode, ReportRequestId, SchoolCode
from shared.vocabulary.year_labels import REPORT_KIND_LABELS

MOST_REQUESTS = 200
NOT_SENT = frozenset({HandedInState.ASKED, HandedInState.RETURNED, HandedInState.OVERDUE})
"""States in which a school is waited for."""
_ORDER = (
    HandedInState.OVERDUE,
    HandedInState.RETURNED,
    HandedInState.ASKED,
    HandedInState.HANDED_IN,
    HandedInState.ACCEPTED,
    HandedInState.SCHOOL_CLOSED,
)


class ReportQueries:
    """Answers questions about reports; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def report_requests(self, acting: CallContext, request: ReportsAsked) -> ReportRequestsAnswer:
        """Return one page of the requests that the caller reaches: whole for the commune's offices, a school's own part.

        Raises BadRequest.
        """
        with self._year.views.reading() as conn:
            found = rows.report_requests(
                conn, commune=request.commune, year=request.year, school=request.school or SchoolCode("")
            )
            seen = [(row, schools_reached(acting, "inspection.report_requests", row.asked)) for row in found]
            return self._page(conn, [(row, of) for row, of in seen if of], request.after, request.limit)

    def year_report_requests(self, request: YearReportsAsked) -> ReportRequestsAnswer:
        """Return one page of the requests of a commune's year; raises BadRequest."""
        with self._year.views.reading() as conn:
            found = rows.report_requests(conn, commune=request.commune, year=request.year)
            return self._page(conn, [(row, frozenset(row.asked.schools)) for row in found], request.after, request.limit)

    def report_request(self, acting: CallContext, request: ReportRequestAsked) -> ReportRequestView:
        """Return one request; raises ReportUnknown, whether there is none or the caller may not know of it."""
        with self._year.views.reading() as conn:
            row, reached = self._one(conn, acting, request.request, "inspection.report_request")
            return self._shown(conn, [(row, reached)])[0]

    def missing_reports(self, acting: CallContext, request: ReportRequestAsked) -> MissingReportsAnswer:
        """Return who has not sent, by name: no closed school, nobody once the request is closed. Raises ReportUnknown."""
        with self._year.views.reading() as conn:
            row, reached = self._one(conn, acting, request.request, "inspection.missing_reports")
            view = self._shown(conn, [(row, reached)])[0]
        if row.closed is not None:
            return MissingReportsAnswer(missing=[])
        commune = self._year.commune_name(view.commune)
        waited = sorted((part for part in view.parts if part.state in NOT_SENT), key=lambda one: vietnamese_key(one.name))
        return MissingReportsAnswer(missing=[_missing(view, part, commune, self._year.today) for part in waited])

    def _one(
        self, conn: Connection, acting: CallContext, request: ReportRequestId, operation: str
    ) -> tuple[rows.RequestRow, frozenset[SchoolCode]]:
        row = rows.report_request(conn, ReportRequestId(str(report_stream(request))))
        reached = schools_reached(acting, operation, row.asked) if row is not None else frozenset()
        if row is None or not reached:
            raise ReportUnknown("Không có yêu cầu báo cáo này. Chọn trong danh sách báo cáo.")
        return row, reached

    def _page(
        self, conn: Connection, seen: Sequence[tuple[rows.RequestRow, frozenset[SchoolCode]]], after: int, limit: int
    ) -> ReportRequestsAnswer:
        page = page_of(seen, after, limit, most=MOST_REQUESTS, what="yêu cầu báo cáo")
        return ReportRequestsAnswer(requests=self._shown(conn, page), total=len(seen))

    def _shown(
        self, conn: Connection, seen: Collection[tuple[rows.RequestRow, frozenset[SchoolCode]]]
    ) -> list[ReportRequestView]:
        reached = frozenset[SchoolCode]().union(*(of for _, of in seen))
        parts = rows.report_parts(conn, [row.asked.request for row, _ in seen], reached)
        names = self._names(row.asked.commune for row, _ in seen)
        closed = self._year.closed_schools()
        return [_view(row, of, parts, names, closed, self._year.today) for row, of in seen]

    def _names(self, communes: Iterable[CommuneCode]) -> dict[SchoolCode, str]:
        with self._year.known.reading() as conn:
            return {one.school: one.name for commune in set(communes) for one in views.known_schools(conn, commune)}


def schools_reached(acting: CallContext, operation: str, asked: rf.ReportAsked) -> frozenset[SchoolCode]:
    """Return the schools of a request whose part the caller may see."""
    if may(acting, operation, commune=asked.commune):
        return frozenset(asked.schools)
    return frozenset(school for school in asked.schools if reaches_school(acting, operation, school))


def _view(
    row: rows.RequestRow,
    reached: frozenset[SchoolCode],
    parts: Mapping[tuple[ReportRequestId, SchoolCode], rows.PartRow],
    names: Mapping[SchoolCode, str],
    closed: Collection[SchoolCode],
    today: dt.date,
) -> ReportRequestView:
    asked = row.asked
    shown = [
        _part(asked, school, names.get(school, school), parts.get((asked.request, school)), school in closed, today)
        for school in asked.schools
        if school in reached
    ]
    return ReportRequestView(
        id=asked.request,
        commune=asked.commune,
        year=asked.year,
        kind=asked.kind,
        period=asked.period,
        due=asked.due,
        asked_on=asked.asked_on,
        sections=list(asked.headings),
        figures=list(asked.figures),
        text=asked.text,
        parts=sorted(shown, key=lambda part: (_ORDER.index(part.state), vietnamese_key(part.name))),
        position=row.position,
        from_on=asked.from_on,
        to_on=asked.to_on,
        closed_on=row.closed.closed_on if row.closed else None,
        closed_reason=row.closed.reason if row.closed else "",
    )


def _part(
    asked: rf.ReportAsked, school: SchoolCode, name: str, row: rows.PartRow | None, is_closed: bool, today: dt.date
) -> SchoolPartView:
    last = row.state if row is not None else HandedInState.ASKED
    state = state_on(last, asked.due, today, is_closed=is_closed)
    if row is None:
        return SchoolPartView(school=school, name=name, state=state, days_late=_days_late(state, asked.due, today))
    return SchoolPartView(
        school=school,
        name=name,
        state=state,
        days_late=_days_late(state, asked.due, today),
        handed_in_on=row.handed_in.handed_in_on,
        texts=[ReportText(heading=one.heading, text=one.text) for one in row.handed_in.texts],
        figures=[GivenFigure(name=one.name, value=one.value) for one in row.handed_in.figures],
        documents=list(row.handed_in.documents),
        reason=row.reason,
        judged_on=row.judged_on,
        position=row.position,
        version=row.version,
    )


def _days_late(state: HandedInState, due: dt.date, today: dt.date) -> int:
    return (today - due).days if state is HandedInState.OVERDUE else 0


def _missing(view: ReportRequestView, part: SchoolPartView, commune: str, today: dt.date) -> MissingReport:
    days = (today - view.due).days
    path = f"/truong/{quote(part.school)}/bao-cao/{view.id}"
    since = f"hôm nay quá {days} ngày" if days > 0 else "hạn là hôm nay" if days == 0 else f"còn {-days} ngày"
    what = f"{REPORT_KIND_LABELS[view.kind].lower()} {view.period}"
    returned = f" Xã đã trả lại bản trước: {part.reason}" if part.reason else ""
    fill = f"điền {len(view.figures)} số, " if view.figures else ""
    return MissingReport(
        school=part.school,
        name=part.name,
        due=view.due,
        days=days,
        state=part.state,
        path=path,
        text=(
            f"Phòng Văn hóa – Xã hội {lower_first(commune)} nhắc {part.name}: {what} hạn {format_date(view.due)}, {since}."
            f"{returned} Nhà trường mở {path}, {fill}viết {len(view.sections)} mục, bấm Gửi. "
            "Chưa làm được thì ghi lý do ở cùng trang."
        ),
    )
