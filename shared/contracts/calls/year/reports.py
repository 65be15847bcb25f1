"""Calls of the inspection service about reports that a commune asks of its schools."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COMMUNE_PLANNERS,
    YEAR_READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.commune_year import HandedInState, ReportKind
from shared.vocabulary.ids import CommuneCode, DocumentId, Position, ReportRequestId, SchoolCode

_READERS = YEAR_READERS | CLERKS_AND_COUNCIL


class AskReport(Call, frozen=True, kw_only=True):
    """Ask schools for a report: without `schools` all of the commune that are open; without `sections` one heading.

    `period` is what people call the time it is about, `from_on` and `to_on` its days where it has some.
    """

    commune: CommuneCode
    year: int
    kind: ReportKind
    period: str
    due: dt.date
    schools: list[SchoolCode] = []
    sections: list[str] = []
    figures: list[str] = []
    text: str = ""
    from_on: dt.date | None = None
    to_on: dt.date | None = None


class ReportWasAsked(Answer, frozen=True, kw_only=True):
    """A report was asked for, of these schools."""

    id: ReportRequestId
    schools: list[SchoolCode]
    position: Position


class ReportText(Call, frozen=True, kw_only=True):
    """Words under a heading."""

    heading: str
    text: str


class GivenFigure(Call, frozen=True, kw_only=True):
    """A whole number, 0 or more, under the name that the request gave it."""

    name: str
    value: int


class HandInReport(Call, frozen=True, kw_only=True):
    """A school hands its part in: words under the headings that were asked, every figure, kept documents of its own.

    Anew until the office accepts it: what comes last holds.
    """

    school: SchoolCode
    request: ReportRequestId
    texts: list[ReportText] = []
    figures: list[GivenFigure] = []
    documents: list[DocumentId] = []


class ReturnReport(Call, frozen=True, kw_only=True):
    """Give a school's part back, with the reason; `seen` as in `AcceptReport`."""

    school: SchoolCode
    request: ReportRequestId
    reason: str
    seen: int = 0


class AcceptReport(Call, frozen=True, kw_only=True):
    """Accept a school's part; `seen` is the `version` that the caller read, 0 to ask for nothing."""

    school: SchoolCode
    request: ReportRequestId
    seen: int = 0


class CloseReport(Call, frozen=True, kw_only=True):
    """Await nothing more of a request, with the reason."""

    request: ReportRequestId
    reason: str


class ReportRequestAsked(Call, frozen=True, kw_only=True):
    """Ask for one request by its id alone."""

    request: ReportRequestId


class ReportsAsked(Call, frozen=True, kw_only=True):
    """List requests, the newest first; of a commune, a year, to a school, where these are named. `limit` 1 to 200."""

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    school: SchoolCode | None = None
    after: int = 0
    limit: int = 50


class YearReportsAsked(Call, frozen=True, kw_only=True):
    """List the requests of a commune's year, the newest first; `limit` 1 to 200."""

    commune: CommuneCode
    year: int
    after: int = 0
    limit: int = 50


class SchoolPartView(Answer, frozen=True, kw_only=True):
    """The part of one school. `state` is computed on the day of the question; `days_late` 0 unless it is overdue.

    `version` grows with everything that is done about it, 0 for what was never handed in.
    """

    school: SchoolCode
    name: str
    state: HandedInState
    days_late: int = 0
    handed_in_on: dt.date | None = None
    texts: list[ReportText] = []
    figures: list[GivenFigure] = []
    documents: list[DocumentId] = []
    reason: str = ""
    judged_on: dt.date | None = None
    position: Position | None = None
    version: int = 0


class ReportRequestView(Answer, frozen=True, kw_only=True):
    """One request, with the parts that the caller may see: those not sent first, then those to accept, then the others."""

    id: ReportRequestId
    commune: CommuneCode
    year: int
    kind: ReportKind
    period: str
    due: dt.date
    asked_on: dt.date
    sections: list[str]
    figures: list[str]
    text: str
    parts: list[SchoolPartView]
    position: Position
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    closed_on: dt.date | None = None
    closed_reason: str = ""


class ReportRequestsAnswer(Answer, frozen=True, kw_only=True):
    """One page of the requests that the caller may see, the newest first, and how many there are."""

    requests: list[ReportRequestView]
    total: int


class MissingReport(Answer, frozen=True, kw_only=True):
    """A school that has not sent its part: `days` after the day it was due (negative: still to come), where it writes it.

    `text` is a reminder to paste into a message; the address in it, `path`, begins at the portal's own.
    """

    school: SchoolCode
    name: str
    due: dt.date
    days: int
    state: HandedInState
    path: str
    text: str


class MissingReportsAnswer(Answer, frozen=True, kw_only=True):
    """Schools that have not sent their part, by name."""

    missing: list[MissingReport]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="ask_report",
        request=AskReport,
        answer=ReportWasAsked,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Yêu cầu các trường báo cáo: loại, kỳ, hạn, các mục viết, các số phải gửi.",
        routes=(post("/communes/{commune}/years/{year}/reports"),),
        commands=("report ask",),
        follows=("assessment",),
    ),
    Operation(
        name="report_requests",
        request=ReportsAsked,
        answer=ReportRequestsAnswer,
        roles=_READERS,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Các yêu cầu báo cáo được xem, mới nhất trước; trường chỉ thấy phần của mình.",
        routes=(get("/reports"),),
        commands=("report list",),
        follows=("assessment",),
    ),
    Operation(
        name="year_report_requests",
        request=YearReportsAsked,
        answer=ReportRequestsAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Các yêu cầu báo cáo của một năm của xã, mới nhất trước.",
        routes=(get("/communes/{commune}/years/{year}/reports"),),
        follows=("assessment",),
    ),
    Operation(
        name="report_request",
        request=ReportRequestAsked,
        answer=ReportRequestView,
        roles=_READERS,
        scope=Scope.BY_ID,
        summary="Một yêu cầu báo cáo và phần của các trường: chưa gửi trước, rồi chờ duyệt; trường chỉ thấy phần của mình.",
        routes=(get("/reports/{request}"),),
        commands=("report show",),
    ),
    Operation(
        name="missing_reports",
        request=ReportRequestAsked,
        answer=MissingReportsAnswer,
        roles=YEAR_READERS,
        scope=Scope.BY_ID,
        summary="Các trường chưa gửi một báo cáo, quá hạn bao nhiêu ngày, kèm lời nhắc để dán vào tin nhắn.",
        routes=(get("/reports/{request}/missing"),),
        commands=("report missing",),
    ),
    Operation(
        name="hand_in_report",
        request=HandInReport,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Trường nộp báo cáo được yêu cầu; nộp lại được đến khi xã duyệt.",
        routes=(post("/schools/{school}/reports/{request}"),),
        commands=("report hand-in",),
        follows=("evidence",),
    ),
    Operation(
        name="return_report",
        request=ReturnReport,
        answer=Done,
        roles=COMMUNE_PLANNERS,
        scope=Scope.SCHOOL,
        summary="Xã trả lại báo cáo của trường, kèm lý do.",
        routes=(post("/schools/{school}/reports/{request}/return"),),
        commands=("report return",),
    ),
    Operation(
        name="accept_report",
        request=AcceptReport,
        answer=Done,
        roles=COMMUNE_PLANNERS,
        scope=Scope.SCHOOL,
        summary="Xã duyệt báo cáo của trường.",
        routes=(post("/schools/{school}/reports/{request}/accept"),),
        commands=("report accept",),
    ),
    Operation(
        name="close_report",
        request=CloseReport,
        answer=Done,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Xã đóng một yêu cầu báo cáo, kèm lý do: không chờ trường nào nữa.",
        routes=(post("/reports/{request}/close"),),
        commands=("report close",),
    ),
)
"""What may be asked, by whom."""
