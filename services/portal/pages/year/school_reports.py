"""The form of one school for a report that its commune asks for, and what else it is asked for."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from flask import request as sent
from werkzeug.wrappers import Response

from services.portal.pages import forms
from services.portal.pages.form_refill import refill
from services.portal.pages.paper_options import PaperOption, papers
from services.portal.pages.site import blueprint, render, school_name
from services.portal.pages.year.report_marks import PartMark, mark
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls.year.reports import (
    GivenFigure,
    HandInReport,
    ReportRequestAsked,
    ReportRequestsAnswer,
    ReportRequestView,
    ReportsAsked,
    ReportText,
    SchoolPartView,
)
from shared.paging import every_line
from shared.problems import NotFound, Problem
from shared.vocabulary import year_labels as labels
from shared.vocabulary.commune_year import HandedInState
from shared.vocabulary.ids import DocumentId, Position, ReportRequestId, SchoolCode

PAPERS_OFFERED = 20
SEARCH = "tim"
_AREA, _NUMBER = "phan-", "so-"
_NOT_OWED = frozenset({HandedInState.HANDED_IN, HandedInState.ACCEPTED, HandedInState.SCHOOL_CLOSED})


class SchoolReportLine(NamedTuple):
    """A report that is asked of a school, its own part, and how it stands."""

    asked: ReportRequestView
    part: SchoolPartView
    mark: PartMark

    @property
    def address(self) -> str:
        """Where the school writes it."""
        return f"/truong/{quote(self.part.school)}/bao-cao/{quote(self.asked.id)}"

    @property
    def waits(self) -> bool:
        """Whether the school is to do something."""
        return self.asked.closed_on is None and self.part.state not in _NOT_OWED


def requests_to(school: SchoolCode) -> list[ReportRequestView]:
    """Return the requests to a school, the newest first."""
    return every_line(
        lambda after: call_service(
            "inspection", "report_requests", ReportsAsked(school=school, after=after), ReportRequestsAnswer
        ),
        lambda answer: answer.requests,
    )


def reports_of_school(school: SchoolCode) -> list[SchoolReportLine]:
    """Return what is asked of a school: what waits for it first, by due day, then the rest, the newest first."""
    lines = [_line(one, school) for one in requests_to(school)]
    return sorted(lines, key=lambda line: (not line.waits, line.asked.due if line.waits else today(SystemClock())))


@blueprint.get("/truong/<school>/bao-cao/<request>")
def school_report(school: SchoolCode, request: ReportRequestId) -> str:
    """Show what the commune asks a school to report, and what it sent."""
    return _page(school, request)


@blueprint.post("/truong/<school>/bao-cao/<request>")
def hand_in_report(school: SchoolCode, request: ReportRequestId) -> str | Response:
    """Hand the school's part in; looking for papers keeps what was typed."""
    if forms.text("viec") == SEARCH:
        return _page(school, request, looking=True)
    try:
        done = _hand_in(school, request)
    except Problem as problem:
        return _page(school, request, problem)
    return forms.go(f"/truong/{quote(school)}/bao-cao/{quote(request)}", done)


def _page(school: SchoolCode, number: ReportRequestId, problem: Problem | None = None, *, looking: bool = False) -> str:
    asked = call_service("inspection", "report_request", ReportRequestAsked(request=number), ReportRequestView)
    line = _line(asked, school)
    writing = may("inspection.hand_in_report", school=school) and asked.closed_on is None
    ticked = [DocumentId(one) for one in forms.several("tai-lieu")] if problem or looking else line.part.documents
    offered = _offered(school, ticked) if may("evidence.documents", school=school) else []
    html = render(
        "bao-cao-truong.html",
        active="cai-tien",
        school=school,
        at_school=school,
        name=school_name(school),
        line=line,
        asked=asked,
        part=line.part,
        others=[one for one in reports_of_school(school) if one.asked.id != asked.id],
        writing=writing and line.part.state is not HandedInState.ACCEPTED,
        texts={one.heading: one.text for one in line.part.texts},
        figures={one.name: one.value for one in line.part.figures},
        offered=offered,
        ticked=frozenset(ticked),
        names=dict(offered),
        query=forms.text("tim-giay") if looking else "",
        here=line.address,
        today=today(SystemClock()),
        problem=problem,
        AREA=_AREA,
        NUMBER=_NUMBER,
        KINDS=labels.REPORT_KIND_LABELS,
    )
    return refill(html, line.address, sent.form) if looking else html


def _offered(school: SchoolCode, ticked: list[DocumentId]) -> list[PaperOption]:
    options = papers(school, ticked, forms.text("tim-giay"))
    first = [option for option in options if option.document in ticked]
    return first + [option for option in options if option.document not in ticked][:PAPERS_OFFERED]


def _line(asked: ReportRequestView, school: SchoolCode) -> SchoolReportLine:
    part = next((one for one in asked.parts if one.school == school), None)
    if part is None:
        raise NotFound("Yêu cầu này không hỏi trường. Xem các báo cáo khác của trường.")
    return SchoolReportLine(asked, part, mark(part, asked.due, today(SystemClock())))


def _hand_in(school: SchoolCode, number: ReportRequestId) -> Position:
    asked = call_service("inspection", "report_request", ReportRequestAsked(request=number), ReportRequestView)
    call = HandInReport(
        school=school,
        request=number,
        texts=[
            ReportText(heading=heading, text=forms.text(f"{_AREA}{place}"))
            for place, heading in enumerate(asked.sections, start=1)
        ],
        figures=[
            GivenFigure(name=name, value=forms.whole(f"{_NUMBER}{place}"))
            for place, name in enumerate(asked.figures, start=1)
            if forms.text(f"{_NUMBER}{place}")
        ],
        documents=[DocumentId(one) for one in forms.several("tai-lieu")],
    )
    return call_service("inspection", "hand_in_report", call, Done).position
