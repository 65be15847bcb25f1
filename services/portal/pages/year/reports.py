"""Pages of a commune's year: reports asked of schools, who has not sent, what was sent, and the synthesis beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.site import NavItem, blueprint, keep, render
from services.portal.pages.year.frame import YearTabs, open_schools, year_tabs
from services.portal.pages.year.report_acts import ACTS, AREA, kind_chosen
from services.portal.pages.year.report_marks import PartMark, mark
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from services.portal.web.context import call_service, may, public_url
from shared.clock import SystemClock, today
from shared.contracts.calls.year.reports import (
    AskReport,
    MissingReport,
    MissingReportsAnswer,
    ReportRequestAsked,
    ReportRequestsAnswer,
    ReportRequestView,
    ReportWasAsked,
    SchoolPartView,
    YearReportsAsked,
)
from shared.contracts.calls.year.syntheses import (
    SynthesesAnswer,
    SynthesesAsked,
    SynthesisNumberAnswer,
    SynthesisNumberRequest,
    SynthesisView,
)
from shared.paging import every_line
from shared.problems import BadRequest, NotAllowed, NotFound, Problem
from shared.vocabulary import year_labels as labels
from shared.vocabulary.commune_year import HandedInState, ReportKind, YearPaperKind
from shared.vocabulary.ids import CommuneCode, ReportRequestId, SchoolCode, SynthesisId
from shared.vocabulary.self_assessment import PaperFormat

TABS_SHOWN = 6
"""So many requests stand as tabs, the newest; the others are in the list below."""
LINES_A_PAGE = 50
MAIN = frozenset(
    {"schools", "with_entry", "reached", "recognised", "visits_concluded", "recommendations_open", "money_funded"}
)
"""The numbers that stand in the first sentence; the others follow by group."""
PAPERS = {
    ReportKind.PROGRESS: YearPaperKind.PROGRESS_REPORT,
    ReportKind.MID_YEAR: YearPaperKind.MID_YEAR_REPORT,
    ReportKind.FINAL: YearPaperKind.FINAL_REPORT,
    ReportKind.THEMATIC: YearPaperKind.PROGRESS_REPORT,
}
"""Which paper a synthesis of a kind makes."""
NOT_SENT = frozenset({HandedInState.ASKED, HandedInState.RETURNED, HandedInState.OVERDUE})


class PartLine(msgspec.Struct, frozen=True, kw_only=True):
    """A school's part on the list, and how it stands."""

    view: SchoolPartView
    mark: PartMark


class Chosen(NamedTuple):
    """What the page shows: a request (None: none was made), and a synthesis beside it (None: none was made)."""

    request: ReportRequestView | None
    synthesis: SynthesisView | None


class NumberGroup(NamedTuple):
    """Numbers of a synthesis under one title."""

    title: str
    numbers: Sequence[object]


@blueprint.get("/xa/<commune>/bao-cao")
def year_reports(commune: CommuneCode) -> str:
    """Show who has not sent a report, who waits to be accepted, and the synthesis beside them."""
    return _page(commune)


@blueprint.post("/xa/<commune>/bao-cao")
def act_on_reports(commune: CommuneCode) -> str | Response:
    """Accept or return a part, close a request, compute, write or send a synthesis."""
    tabs, act = year_tabs(commune, "bao-cao"), ACTS.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        done = act(commune, tabs.calendar_year)
    except Problem as problem:
        return _page(commune, problem)
    return forms.go(_here(tabs, **done.query), done.position)


@blueprint.get("/xa/<commune>/bao-cao/yeu-cau")
def ask_for_report(commune: CommuneCode) -> str:
    """Show the form that asks schools for a report."""
    return _ask_page(commune)


@blueprint.post("/xa/<commune>/bao-cao/yeu-cau")
def send_request(commune: CommuneCode) -> str | Response:
    """Ask schools for a report."""
    tabs = year_tabs(commune, "bao-cao")
    try:
        asked = call_service("inspection", "ask_report", _asked(commune, tabs.calendar_year), ReportWasAsked)
    except Problem as problem:
        return _ask_page(commune, problem)
    return forms.go(_here(tabs, yeu_cau=asked.id), asked.position)


@blueprint.get("/xa/<commune>/bao-cao/so")
def synthesis_number(commune: CommuneCode) -> str:
    """Show what a number of a synthesis counts, thing by thing."""
    tabs = year_tabs(commune, "bao-cao")
    number = SynthesisId(query_params.text("ban", 80))
    asked = SynthesisNumberRequest(synthesis=number, key=query_params.text("so", 80))
    return render(
        "bao-cao-so.html",
        active="bao-cao",
        tabs=tabs,
        found=call_service("inspection", "synthesis_number", asked, SynthesisNumberAnswer),
        synthesis=number,
        back=_here(tabs, ban=number),
    )


@blueprint.get("/xa/<commune>/bao-cao/in")
def print_report(commune: CommuneCode) -> Response:
    """Print the paper of a synthesis, as Word, PDF or a workbook."""
    tabs = year_tabs(commune, "bao-cao")
    found = _syntheses(commune, tabs.calendar_year)
    wanted = query_params.text("ban", 80)
    synthesis = next((one for one in found if one.id == wanted), None)
    if synthesis is None:
        raise NotFound("Không có bản tổng hợp này trong năm. Chọn trong danh sách báo cáo.")
    try:
        chosen = PaperFormat(query_params.text("dang", 10) or PaperFormat.WORD)
    except ValueError as error:
        raise BadRequest("Dạng tệp này không có. Chọn docx, pdf hoặc xlsx.") from error
    asked = YearPrintQuestion(
        commune=commune,
        year=tabs.calendar_year,
        kind=PAPERS[synthesis.kind],
        subject=synthesis.id,
        format=chosen,
    )
    return file_response(print_year_paper(asked))


# --- the page


def _page(commune: CommuneCode, problem: Problem | None = None) -> str:
    plain = year_tabs(commune, "bao-cao")
    if not may("inspection.syntheses", commune=commune):
        raise NotAllowed("Trang này của các đơn vị của xã. Trường xem báo cáo của mình ở Việc của trường.")
    requests, syntheses = _requests(commune, plain.calendar_year), _syntheses(commune, plain.calendar_year)
    chosen = _chosen(requests, syntheses)
    waiting = {one.id: _waiting(one) for one in requests}
    planning = may("inspection.ask_report", commune=commune)
    lines = [_line(part, chosen.request) for part in chosen.request.parts] if chosen.request else []
    opened = query_params.text("xem", 40)
    return render(
        "bao-cao-xa.html",
        active="bao-cao",
        tabs=_tabs(plain, requests, chosen, waiting),
        year=plain.calendar_year,
        here=_here(plain, yeu_cau=_id(chosen.request), ban=_id(chosen.synthesis)),
        base=_here(plain),
        asked=chosen.request,
        requests=requests,
        waiting=waiting,
        lines=lines,
        counts={name: sum(line.view.state in states for line in lines) for name, states in _COUNTS.items()},
        opened=next((line for line in lines if line.view.school == opened), None),
        reminder=_reminder(chosen.request),
        synthesis=chosen.synthesis,
        groups=_groups(chosen.synthesis),
        main=[one for one in chosen.synthesis.numbers if one.key in MAIN] if chosen.synthesis else [],
        number=query_params.number("trang", 1, low=1),
        pages=-(-len(lines) // LINES_A_PAGE),
        a_page=LINES_A_PAGE,
        syntheses=syntheses,
        texts={one.heading: one.text for one in chosen.synthesis.texts} if chosen.synthesis else {},
        planning=planning,
        today=today(SystemClock()),
        problem=problem,
        AREA=AREA,
        KINDS=labels.REPORT_KIND_LABELS,
        RECEIVERS=labels.REPORT_RECEIVER_LABELS,
        PLAN_KINDS=labels.PLAN_KIND_LABELS,
    )


_COUNTS = {
    "missing": NOT_SENT,
    "waiting": frozenset({HandedInState.HANDED_IN}),
    "received": frozenset({HandedInState.HANDED_IN, HandedInState.ACCEPTED}),
}
_DONE = frozenset({HandedInState.ACCEPTED, HandedInState.SCHOOL_CLOSED})


def _requests(commune: CommuneCode, year: int) -> list[ReportRequestView]:
    return every_line(
        lambda after: call_service(
            "inspection",
            "year_report_requests",
            YearReportsAsked(commune=commune, year=year, after=after),
            ReportRequestsAnswer,
        ),
        lambda answer: answer.requests,
    )


def _syntheses(commune: CommuneCode, year: int) -> list[SynthesisView]:
    return every_line(
        lambda after: call_service(
            "inspection", "syntheses", SynthesesAsked(commune=commune, year=year, after=after), SynthesesAnswer
        ),
        lambda answer: answer.syntheses,
    )


def _chosen(requests: Sequence[ReportRequestView], syntheses: Sequence[SynthesisView]) -> Chosen:
    """Return what the address names, else the newest request for which schools are waited for, and its synthesis."""
    wanted = forms.text("tong-hop") or query_params.text("ban", 80)
    named = next((one for one in syntheses if one.id == wanted), None)
    asked = forms.text("yeu-cau") or query_params.text("yeu-cau", 80) or (named.request if named else "")
    found = next((one for one in requests if one.id == asked), None)
    if named is not None:
        return Chosen(found, named)
    if found is None:
        found = next((one for one in requests if _waiting(one)), requests[0] if requests else None)
    return Chosen(found, next((one for one in syntheses if found is None or one.request == found.id), None))


def _waiting(asked: ReportRequestView) -> int:
    """Return how much waits behind a request: schools that have not sent, parts to accept; nothing once it is closed."""
    if asked.closed_on is not None:
        return 0
    return sum(part.state not in _DONE for part in asked.parts)


def _tabs(
    plain: YearTabs, requests: Sequence[ReportRequestView], chosen: Chosen, waiting: dict[ReportRequestId, int]
) -> YearTabs:
    """Return the second level: a tab a request, with what waits behind it."""
    shown = list(requests[:TABS_SHOWN])
    if chosen.request is not None and chosen.request not in shown:
        shown[-1] = chosen.request
    items = [
        NavItem(name=one.period[:1].upper() + one.period[1:], href=_here(plain, yeu_cau=one.id), sign="", key=one.id)
        for one in shown
    ]
    active = chosen.request.id if chosen.request else ""
    return msgspec.structs.replace(plain, items=items, active=active, counts={str(key): n for key, n in waiting.items()})


def _line(part: SchoolPartView, asked: ReportRequestView) -> PartLine:
    return PartLine(view=part, mark=mark(part, asked.due, today(SystemClock())))


def _reminder(asked: ReportRequestView | None) -> MissingReport | None:
    """Return the text to paste for the school that is named, else for the first that has not sent."""
    if asked is None or asked.closed_on is not None:
        return None
    found = call_service("inspection", "missing_reports", ReportRequestAsked(request=asked.id), MissingReportsAnswer).missing
    wanted = query_params.text("nhac", 40)
    one = next((line for line in found if line.school == wanted), found[0] if found else None)
    return msgspec.structs.replace(one, text=one.text.replace(one.path, public_url(one.path))) if one else None


def _groups(synthesis: SynthesisView | None) -> list[NumberGroup]:
    if synthesis is None:
        return []
    titles = dict.fromkeys(number.group for number in synthesis.numbers)
    return [NumberGroup(title, [one for one in synthesis.numbers if one.group == title]) for title in titles]


def _here(tabs: YearTabs, **query: str) -> str:
    return keep(f"/xa/{quote(tabs.commune)}/bao-cao", None, nam=tabs.calendar_year, **{k: v for k, v in query.items() if v})


def _id(view: ReportRequestView | SynthesisView | None) -> str:
    return view.id if view is not None else ""


# --- asking


def _ask_page(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "bao-cao")
    return render(
        "bao-cao-yeu-cau.html",
        active="bao-cao",
        tabs=tabs,
        here=f"/xa/{quote(commune)}/bao-cao/yeu-cau",
        back=_here(tabs),
        year=tabs.calendar_year,
        schools=open_schools(commune),
        asking=may("inspection.ask_report", commune=commune),
        problem=problem,
        KINDS=labels.REPORT_KIND_LABELS,
    )


def _asked(commune: CommuneCode, year: int) -> AskReport:
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn gửi. Chưa ghi gì.", path="han")
    return AskReport(
        commune=commune,
        year=year,
        kind=kind_chosen(),
        period=forms.required("ky", "tên kỳ báo cáo"),
        due=due,
        schools=[SchoolCode(one) for one in forms.several("truong")] if forms.text("hoi") == "chon" else [],
        sections=_lines("muc"),
        figures=_lines("so-lieu"),
        text=forms.text("loi-dan"),
        from_on=forms.date("tu-ngay"),
        to_on=forms.date("den-ngay"),
    )


def _lines(name: str) -> list[str]:
    return [line.strip() for line in forms.text(name).splitlines() if line.strip()]
