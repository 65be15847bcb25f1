"""Pages of a commune's year: the plan of a year and its list of schools."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from urllib.parse import quote

import msgspec
from flask import redirect
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import YearTabs, chosen_year, year_tabs
from services.portal.pages.year.plan_strip import PlanStrip, plan_strip
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.year.plan import (
    AdjustPlan,
    IssuePlan,
    PlanAdjustmentView,
    PlanComparison,
    PlanIssueView,
    PlanLineView,
    PlanProgressAnswer,
    SeenProposal,
    TakePlanProposals,
    YearPlanRequest,
    YearPlanView,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.commune_year import PlanKind, PlanState, YearPaperKind
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.self_assessment import PaperFormat
from shared.vocabulary.year_labels import PLAN_KIND_LABELS

KIND_SIGNS = {
    PlanKind.RECOGNISE_NEW: "plus",
    PlanKind.RECOGNISE_AGAIN: "retry",
    PlanKind.MAINTAIN: "check",
    PlanKind.RAISE: "up",
    PlanKind.CERTIFY_ONLY: "list",
    PlanKind.NOTHING: "x",
}
SHOWS = {
    "co": "Có mục",
    "chua": "Chưa có mục",
    "dat": "Đã đạt",
    "tre": "Trễ",
    **{kind.value: name for kind, name in PLAN_KIND_LABELS.items() if kind is not PlanKind.NOTHING},
}
"""What the list may be cut to: `xem` of the address."""
DONE = {
    "nhan": "Đã nhận các đề xuất đã xem.",
    "ban-hanh": "Đã ban hành kế hoạch.",
    "mo": "Kế hoạch đang mở để điều chỉnh. Sửa xong thì ban hành lại.",
    "muc": "Đã ghi mục của trường.",
    "bo": "Đã bỏ mục của trường.",
    "loi": "Đã ghi lời kế hoạch.",
}
"""What was done, by `da` of the address."""
_PAPERS = (YearPaperKind.PLAN, YearPaperKind.SCHOOL_LIST)
_FORMATS = {
    YearPaperKind.PLAN: (PaperFormat.WORD, PaperFormat.PDF),
    YearPaperKind.SCHOOL_LIST: (PaperFormat.WORD, PaperFormat.SHEET, PaperFormat.PDF),
}
_FORMAT_NAMES = {PaperFormat.WORD: "Word", PaperFormat.SHEET: "Excel", PaperFormat.PDF: "PDF"}
_PAPER_NAMES = {YearPaperKind.PLAN: "Kế hoạch", YearPaperKind.SCHOOL_LIST: "Danh sách trường"}


class PlanRowView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list: the school, its strip of the year, and how its register-by day stands."""

    line: PlanLineView
    strip: PlanStrip
    mark: str
    days: str
    sign: str

    @property
    def differs(self) -> bool:
        """Whether the commune chose otherwise than the register proposes."""
        return self.line.entry is not None and self.line.entry.kind is not self.line.proposal.kind


class PaperLink(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of the plan as a file of a format."""

    name: str
    href: str


@blueprint.get("/xa/<commune>/ke-hoach")
def commune_plan_page(commune: CommuneCode) -> str:
    """Show the list of schools of a year's plan: proposed, chosen, by when, how far."""
    return _page(commune)


@blueprint.post("/xa/<commune>/ke-hoach")
def change_commune_plan(commune: CommuneCode) -> str | Response:
    """Take all proposals, issue the plan, or open it to be adjusted."""
    act = {"nhan": _take, "ban-hanh": _issue, "dieu-chinh": _adjust}.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        done = act(commune, chosen_year())
    except Problem as problem:
        return _page(commune, problem)
    return redirect(keep(f"/xa/{quote(commune)}/ke-hoach", None, nam=chosen_year(), da=done), 303)


@blueprint.get("/xa/<commune>/ke-hoach/so-sanh")
def compare_plan_page(commune: CommuneCode) -> str:
    """Show the plan of a year beside that of the year before."""
    tabs = year_tabs(commune, "ke-hoach")
    asked = YearPlanRequest(commune=commune, year=tabs.calendar_year)
    compared = call_service("inspection", "compare_plan", asked, PlanComparison)
    return render(
        "ke-hoach-so-sanh.html",
        active="ke-hoach",
        tabs=tabs,
        compared=compared,
        KINDS=PLAN_KIND_LABELS,
        here=tabs.address("ke-hoach"),
        before=keep(f"/xa/{quote(commune)}/ke-hoach", None, nam=tabs.calendar_year - 1),
    )


@blueprint.get("/xa/<commune>/ke-hoach/in")
def print_commune_plan(commune: CommuneCode) -> Response:
    """Print the plan or its list as the file that the address asks for."""
    try:
        kind = YearPaperKind(query_params.text("giay", 40))
        file_format = PaperFormat(query_params.text("dang", 10))
    except ValueError as error:
        raise BadRequest("Không có giấy hoặc dạng tệp này. Chọn trên trang kế hoạch.") from error
    if kind not in _PAPERS:
        raise BadRequest("Giấy này không in ở trang kế hoạch. Chọn trên trang kế hoạch.")
    question = YearPrintQuestion(commune=commune, year=chosen_year(), kind=kind, format=file_format)
    return file_response(print_year_paper(question))


def asked_plan(commune: CommuneCode, year: int) -> YearPlanView:
    """Return the plan of a commune and a year."""
    return call_service("inspection", "commune_plan", YearPlanRequest(commune=commune, year=year), YearPlanView)


def _page(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "ke-hoach")
    plan = asked_plan(commune, tabs.calendar_year)
    day = today(SystemClock())
    wanted = query_params.text("xem", 20)
    if wanted not in {"", *SHOWS}:
        raise BadRequest("Không có cách xem này. Chọn trên trang kế hoạch.")
    rows = [_row(line, tabs.calendar_year, day) for line in plan.lines]
    open_lines = [line for line in plan.lines if line.closed_on is None]
    missing = [line for line in open_lines if line.entry is None]
    may_plan = may("inspection.set_plan_entry", commune=commune)
    return render(
        "ke-hoach-xa.html",
        active="ke-hoach",
        tabs=tabs,
        plan=plan,
        rows=[row for row in rows if _is_shown(row.line, wanted)],
        total=len(plan.lines),
        wanted=wanted,
        SHOWS=SHOWS,
        kinds=Counter(line.entry.kind for line in open_lines if line.entry),
        missing=missing,
        takeable=[line for line in missing if line.proposal.kind is not PlanKind.NOTHING],
        may_plan=may_plan,
        is_open=may_plan and plan.state is not PlanState.ISSUED,
        STATES=PlanState,
        KINDS=PLAN_KIND_LABELS,
        SIGNS=KIND_SIGNS,
        here=tabs.address("ke-hoach"),
        entry_page=f"/xa/{quote(commune)}/ke-hoach/muc",
        text_page=keep(f"/xa/{quote(commune)}/ke-hoach/loi", None, nam=tabs.calendar_year),
        compare_page=keep(f"/xa/{quote(commune)}/ke-hoach/so-sanh", None, nam=tabs.calendar_year),
        papers=_paper_links(tabs),
        today=day,
        said_done=DONE.get(query_params.text("da", 20), "") if problem is None else "",
        problem=problem,
    )


def _is_shown(line: PlanLineView, wanted: str) -> bool:
    entry = line.entry
    match wanted:
        case "":
            return True
        case "chua":
            return entry is None and line.closed_on is None
        case "co":
            return entry is not None
        case "dat":
            return entry is not None and entry.reached_on is not None
        case "tre":
            return entry is not None and entry.late
        case _:
            return entry is not None and entry.kind.value == wanted


def _row(line: PlanLineView, year: int, day: dt.date) -> PlanRowView:
    mark, days, sign = _days(line, day)
    return PlanRowView(line=line, strip=plan_strip(line, year, day), mark=mark, days=days, sign=sign)


def _days(line: PlanLineView, day: dt.date) -> tuple[str, str, str]:
    """Return the look, the words and the sign of how an entry's register-by day stands."""
    entry = line.entry
    if entry is None:
        return "", "", ""
    if entry.reached_on is not None:
        return "ok", "đã đạt", "yes"
    if entry.register_by is None:
        return ("no", "trễ: Bằng hết hạn", "clock") if entry.late else ("", "", "")
    if entry.registered_on is not None:
        return "blue", "đã đăng ký", "check"
    left = (entry.register_by - day).days
    if left < 0:
        return "no", f"quá {-left} ngày", "clock"
    return ("warn" if left <= 60 else "quiet"), ("hôm nay" if left == 0 else f"còn {left} ngày"), "clock"


def _paper_links(tabs: YearTabs) -> list[PaperLink]:
    base = f"/xa/{quote(tabs.commune)}/ke-hoach/in"
    return [
        PaperLink(
            name=f"{_PAPER_NAMES[kind]}, {_FORMAT_NAMES[file_format]}",
            href=keep(base, None, nam=tabs.calendar_year, giay=kind.value, dang=file_format.value),
        )
        for kind in _PAPERS
        for file_format in _FORMATS[kind]
    ]


# --- what the forms do: each returns which sentence tells of it (`da`)


def _take(commune: CommuneCode, year: int) -> str:
    seen = [one.partition("=") for one in forms.several("de-xuat")]
    try:
        proposals = [SeenProposal(school=SchoolCode(school), kind=PlanKind(kind)) for school, _, kind in seen]
    except ValueError as error:
        raise BadRequest("Loại mục không có trong danh sách. Chưa ghi gì. Mở lại trang rồi nhận.") from error
    asked = TakePlanProposals(commune=commune, year=year, proposals=proposals)
    call_service("inspection", "take_plan_proposals", asked, PlanProgressAnswer)
    return "nhan"


def _issue(commune: CommuneCode, year: int) -> str:
    issued = IssuePlan(
        commune=commune,
        year=year,
        number=forms.required("so", "số kế hoạch"),
        on=forms.date("ngay"),
        leave_out=forms.text("de-ngoai"),
        signer_office=forms.text("chuc-vu"),
    )
    call_service("inspection", "issue_plan", issued, PlanIssueView)
    return "ban-hanh"


def _adjust(commune: CommuneCode, year: int) -> str:
    adjusted = AdjustPlan(commune=commune, year=year, reason=forms.required("ly-do", "lý do điều chỉnh"))
    call_service("inspection", "adjust_plan", adjusted, PlanAdjustmentView)
    return "mo"
