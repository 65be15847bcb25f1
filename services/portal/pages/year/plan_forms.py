"""Forms of a commune's plan: what one school is to do in the year, and the words of the plan."""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec
from flask import redirect
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import chosen_year, year_tabs
from services.portal.pages.year.plan import KIND_SIGNS, asked_plan
from services.portal.web.context import call_service, may
from shared.contracts.calls.year.plan import (
    DraftPlan,
    DropPlanEntry,
    PlanEntryView,
    PlanLineView,
    PlanProgressAnswer,
    PlanSectionText,
    PlanText,
    SetPlanEntry,
)
from shared.problems import BadRequest, NotFound, Problem
from shared.vocabulary.commune_year import PlanKind, PlanState, TargetLead
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.year_labels import PLAN_KIND_LABELS, TARGET_LEAD_LABELS

LEVELS, DEGREES = range(5), range(3)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
SECTIONS = 8
"""Sections that the form has room for; the law of such plans knows four."""


class SectionField(msgspec.Struct, frozen=True, kw_only=True):
    """A section in the form: items parted by an empty line."""

    number: int
    heading: str
    items: str


@blueprint.get("/xa/<commune>/ke-hoach/muc")
def plan_entry_page(commune: CommuneCode) -> str:
    """Show the form of one school's entry."""
    return _entry_page(commune)


@blueprint.post("/xa/<commune>/ke-hoach/muc")
def change_plan_entry(commune: CommuneCode) -> str | Response:
    """Set the entry of a school, or take the school off the list."""
    try:
        done = _drop(commune) if forms.text("hanh-dong") == "bo" else _set(commune)
    except Problem as problem:
        return _entry_page(commune, problem)
    return _back(commune, done)


@blueprint.get("/xa/<commune>/ke-hoach/loi")
def commune_plan_text_page(commune: CommuneCode) -> str:
    """Show the words of the plan, to be changed."""
    return _text_page(commune)


@blueprint.post("/xa/<commune>/ke-hoach/loi")
def change_commune_plan_text(commune: CommuneCode) -> str | Response:
    """Put the words of the plan."""
    try:
        call_service("inspection", "draft_plan", _drafted(commune), PlanText)
    except Problem as problem:
        return _text_page(commune, problem)
    return _back(commune, "loi")


def _back(commune: CommuneCode, done: str) -> Response:
    return redirect(keep(f"/xa/{quote(commune)}/ke-hoach", None, nam=chosen_year(), da=done), 303)


# --- one school


def _entry_page(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "ke-hoach")
    plan = asked_plan(commune, tabs.calendar_year)
    line = _line(plan.lines, query_params.text("truong", 40))
    return render(
        "ke-hoach-muc.html",
        active="ke-hoach",
        tabs=tabs,
        plan=plan,
        line=line,
        here=tabs.address("ke-hoach"),
        action=keep(f"/xa/{quote(commune)}/ke-hoach/muc", None, nam=tabs.calendar_year, truong=line.school),
        may_plan=may("inspection.set_plan_entry", commune=commune),
        is_open=plan.state is not PlanState.ISSUED,
        reason=plan.adjustments[-1].reason if plan.state is PlanState.ADJUSTED else "",
        KINDS={kind: name for kind, name in PLAN_KIND_LABELS.items() if kind is not PlanKind.NOTHING},
        ALL_KINDS=PLAN_KIND_LABELS,
        SIGNS=KIND_SIGNS,
        LEADS=TARGET_LEAD_LABELS,
        LEVELS=LEVELS,
        DEGREES=DEGREES,
        problem=problem,
    )


def _line(lines: list[PlanLineView], school: str) -> PlanLineView:
    line = next((one for one in lines if one.school == school), None)
    if line is None:
        raise NotFound("Xã này không có trường ấy. Chọn trường trên trang kế hoạch.")
    return line


def _set(commune: CommuneCode) -> str:
    try:
        kind = PlanKind(forms.required("loai", "loại mục"))
        lead = TargetLead(forms.text("chu-tri") or TargetLead.SCHOOL)
    except ValueError as error:
        raise BadRequest("Loại mục hoặc nơi chủ trì không có trong danh sách. Chưa ghi gì.", path="loai") from error
    entry = SetPlanEntry(
        commune=commune,
        year=chosen_year(),
        school=SchoolCode(query_params.text("truong", 40)),
        kind=kind,
        target_level=forms.whole("muc"),
        target_degree=forms.whole("muc-do"),
        register_by=forms.date("dang-ky"),
        evaluate_by=forms.date("danh-gia"),
        responsible=forms.text("don-vi"),
        lead=lead,
        override=forms.text("ly-do"),
        seen=forms.whole("ban"),
    )
    call_service("inspection", "set_plan_entry", entry, PlanEntryView)
    return "muc"


def _drop(commune: CommuneCode) -> str:
    dropped = DropPlanEntry(
        commune=commune,
        year=chosen_year(),
        school=SchoolCode(query_params.text("truong", 40)),
        reason=forms.required("ly-do-bo", "lý do bỏ mục"),
    )
    call_service("inspection", "drop_plan_entry", dropped, PlanProgressAnswer)
    return "bo"


# --- the words


def _text_page(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "ke-hoach")
    plan = asked_plan(commune, tabs.calendar_year)
    return render(
        "ke-hoach-loi.html",
        active="ke-hoach",
        tabs=tabs,
        plan=plan,
        bases="\n".join(plan.text.bases),
        sections=_fields(plan.text.sections),
        here=tabs.address("ke-hoach"),
        action=keep(f"/xa/{quote(commune)}/ke-hoach/loi", None, nam=tabs.calendar_year),
        may_plan=may("inspection.draft_plan", commune=commune),
        is_open=plan.state is not PlanState.ISSUED,
        problem=problem,
    )


def _fields(sections: list[PlanSectionText]) -> list[SectionField]:
    """Return the sections, and one that is empty while there is room."""
    shown = [*sections, PlanSectionText(heading="")] if len(sections) < SECTIONS else sections
    return [
        SectionField(number=number, heading=one.heading, items="\n\n".join(one.items))
        for number, one in enumerate(shown, start=1)
    ]


def _drafted(commune: CommuneCode) -> DraftPlan:
    numbers = [number for number in range(1, SECTIONS + 1) if forms.text(f"phan-{number}")]
    return DraftPlan(
        commune=commune,
        year=chosen_year(),
        bases=[line for line in forms.text("can-cu").splitlines() if line.strip()],
        aims=_lines(forms.text("muc-dich")),
        goals=_lines(forms.text("muc-tieu")),
        sections=[
            PlanSectionText(heading=forms.text(f"phan-{number}"), items=_items(forms.text(f"noi-dung-{number}")))
            for number in numbers
        ],
        seen=forms.whole("ban"),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _items(text: str) -> list[str]:
    """Return the items of a section: what empty lines part."""
    return [item for item in _BLANK_LINES.split(_lines(text)) if item.strip()]
