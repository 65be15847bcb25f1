"""Difficulties of schools on the boards of the commune and the department, which treat and decide them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.pages.offices import department_office
from services.portal.pages.paper_options import papers
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import year_tabs
from services.portal.pages.year.print_links import FORMAT_NAMES, year_paper
from services.portal.pages.year.tasks import speaks_for_unit
from services.portal.pages.year.training import require_reader
from services.portal.web.context import call_service, caller, directory, may
from shared.contracts.calls import Call
from shared.contracts.calls.year.difficulties import (
    AnswerDifficulty,
    DecideDifficulty,
    DifficultiesAnswer,
    DifficultiesRequest,
    DifficultyView,
    ForwardDifficulty,
    MergeDifficulty,
    TakeDifficulty,
)
from shared.problems import BadRequest, Problem
from shared.text import parse_date
from shared.vocabulary.commune_year import DifficultyState, ForwardedDifficulty, YearPaperKind
from shared.vocabulary.ids import CommuneCode, DifficultyId, Position, SchoolCode
from shared.vocabulary.roles import Role
from shared.vocabulary.year_labels import (
    CLOSING_WORD_LABELS,
    COMMUNE_UNIT_LABELS,
    DIFFICULTY_STATE_LABELS,
    FORWARDED_DIFFICULTY_LABELS,
)

LINES_A_PAGE = 25
MOST = 500
PAPERS_OFFERED = 20
MARKS = {
    DifficultyState.RAISED: ("flag", "warn"),
    DifficultyState.TAKEN: ("pen", "blue"),
    DifficultyState.ANSWERED: ("info", "blue"),
    DifficultyState.FORWARDED: ("right", "warn"),
    DifficultyState.DECIDED: ("info", "blue"),
    DifficultyState.CLOSED: ("yes", "ok"),
}
_DECIDERS = {
    ForwardedDifficulty.LEADERS: Role.COMMUNE_LEADER,
    ForwardedDifficulty.ECONOMIC_OFFICE: Role.ECONOMIC_OFFICE,
    ForwardedDifficulty.DEPARTMENT: Role.DEPARTMENT_OFFICER,
}
_OFFICE_OPEN = frozenset({DifficultyState.RAISED, DifficultyState.TAKEN})


class DifficultyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A difficulty on a board: whose, its mark, and what this reader may do with it now."""

    view: DifficultyView
    school: str
    sign: str
    css: str
    treating: bool
    answering: bool
    deciding: bool

    @property
    def next(self) -> str:
        """The one act that moves it; '' where another has to act."""
        if self.deciding:
            return "Quyết định"
        if self.view.state not in _OFFICE_OPEN:
            return ""
        return "Trả lời, chuyển" if self.treating else "Trả lời" if self.answering else ""


@blueprint.get("/xa/<commune>/kho-khan")
def commune_difficulties(commune: CommuneCode) -> str:
    """List what schools of the commune find difficult, what waits for the office first."""
    return _board(commune)


@blueprint.post("/xa/<commune>/kho-khan")
def act_on_difficulty(commune: CommuneCode) -> str | Response:
    """Take, answer, forward, decide or merge a difficulty."""
    return _act(commune)


@blueprint.get("/xa/<commune>/kho-khan/in")
def print_difficulties(commune: CommuneCode) -> Response:
    """Print the synthesis of the year's difficulties."""
    require_reader(commune)
    return year_paper(commune, YearPaperKind.DIFFICULTIES)


@blueprint.get("/so/kho-khan")
def department_difficulties() -> str:
    """List difficulties of all communes; what was forwarded to the department is decided here."""
    return _board(CommuneCode(""))


@blueprint.post("/so/kho-khan")
def decide_for_department() -> str | Response:
    """Decide a difficulty for the department."""
    return _act(CommuneCode(""))


def _address(commune: CommuneCode) -> str:
    return f"/xa/{quote(commune)}/kho-khan" if commune else "/so/kho-khan"


def _board(commune: CommuneCode, problem: Problem | None = None) -> str:
    if commune:
        require_reader(commune)
        tabs = year_tabs(commune, "kho-khan")
        year, name = tabs.calendar_year, tabs.name
    else:
        tabs, year, name = None, 0, department_office().name
    wanted, school = query_params.text("trang-thai", 40), query_params.text("truong", 40)
    number = query_params.number("trang", 1, low=1)
    found = call_service(
        "inspection",
        "difficulties",
        DifficultiesRequest(
            commune=commune,
            year=year,
            school=SchoolCode(school) if school else None,
            state=DifficultyState(wanted) if wanted in set(DifficultyState) else None,
            after=(number - 1) * LINES_A_PAGE,
            limit=LINES_A_PAGE,
        ),
        DifficultiesAnswer,
    )
    names = {entry.code: entry.name for entry in directory().schools(commune)}
    lines = [_line(view, names) for view in found.difficulties]
    chosen = _chosen(lines)
    return render(
        "kho-khan-xa.html",
        active="ke-hoach" if commune else "ho-so",
        tabs=tabs,
        office=name,
        base=_address(commune),
        year=year,
        lines=lines,
        chosen=chosen,
        found=found,
        everything=sum(found.counts.values()),
        wanted=wanted,
        wanted_school=school,
        schools=sorted(names.items(), key=lambda item: list(names).index(item[0])),
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        others=_mergeable(commune, year, chosen) if chosen and chosen.treating else [],
        papers=dict(papers(chosen.view.school, set(chosen.view.documents))) if chosen and chosen.view.documents else {},
        names=names,
        problem=problem,
        formats=FORMAT_NAMES,
        **LABELS,
    )


LABELS: dict[str, Any] = {
    "STATES": DIFFICULTY_STATE_LABELS,
    "TO": FORWARDED_DIFFICULTY_LABELS,
    "UNITS": COMMUNE_UNIT_LABELS,
    "WORDS": CLOSING_WORD_LABELS,
}


def _line(view: DifficultyView, names: Mapping[SchoolCode, str]) -> DifficultyLine:
    sign, css = ("clock", "no") if view.overdue else MARKS[view.state]
    apart = not view.merged_into and view.state is not DifficultyState.CLOSED
    treating = apart and may("inspection.forward_difficulty", school=view.school)
    forwarded = view.state is DifficultyState.FORWARDED and view.forwarded_to is not None and not view.merged_into
    return DifficultyLine(
        view=view,
        school=names.get(view.school, view.school),
        sign=sign,
        css=css,
        treating=treating,
        answering=treating or (apart and _answers(view)),
        deciding=forwarded and _decides(view),
    )


def _answers(view: DifficultyView) -> bool:
    """Say whether the reader answers for the unit that took a difficulty."""
    took = view.unit is not None and speaks_for_unit(view.commune, view.unit)
    return took and may("inspection.answer_difficulty", school=view.school)


def _decides(view: DifficultyView) -> bool:
    """Say whether the reader decides for those to whom a difficulty was forwarded."""
    assert view.forwarded_to is not None
    role = _DECIDERS[view.forwarded_to]
    return any(grant.role is role and grant.covers_school(view.school) for grant in caller().grants)


def _chosen(lines: Sequence[DifficultyLine]) -> DifficultyLine | None:
    wanted = forms.text("kho-khan") if request.method == "POST" else query_params.text("chon", 40)
    return next((line for line in lines if line.view.id == wanted), None)


def _mergeable(commune: CommuneCode, year: int, chosen: DifficultyLine) -> list[DifficultyView]:
    """Return what the chosen difficulty may be merged into: others that stand open, where it holds none itself."""
    if not commune or chosen.view.merged:
        return []
    asked = DifficultiesRequest(commune=commune, year=year, limit=MOST)
    every = call_service("inspection", "difficulties", asked, DifficultiesAnswer).difficulties
    return [
        one for one in every if one.id != chosen.view.id and not one.merged_into and one.state is not DifficultyState.CLOSED
    ]


def _act(commune: CommuneCode) -> str | Response:
    try:
        operation, call = _asked(DifficultyId(forms.required("kho-khan", "khó khăn")))
        done = call_service("inspection", operation, call, DifficultyView)
    except Problem as problem:
        return _board(commune, problem)
    return forms.go(keep(_address(commune), None, nam=query_params.number("nam"), chon=done.id), last_position(done))


def _asked(number: DifficultyId) -> tuple[str, Call]:
    """Return the operation that the form asks for, and its request; raises BadRequest."""
    seen = forms.whole(VERSION_SEEN)
    match forms.text("viec"):
        case "nhan":
            due = parse_date(forms.required("han", "hạn trả lời"))
            return "take_difficulty", TakeDifficulty(difficulty=number, due=due)
        case "tra-loi":
            return "answer_difficulty", AnswerDifficulty(difficulty=number, text=forms.text("tra-loi"), seen=seen)
        case "chuyen":
            to = forms.text("den")
            if to not in set(ForwardedDifficulty):
                raise BadRequest("Chọn nơi chuyển đến. Chưa ghi gì.", path="den")
            call = ForwardDifficulty(difficulty=number, to=ForwardedDifficulty(to), summary=forms.text("tom-tat"), seen=seen)
            return "forward_difficulty", call
        case "quyet-dinh":
            return "decide_difficulty", DecideDifficulty(difficulty=number, text=forms.text("quyet-dinh"), seen=seen)
        case "gop":
            into = DifficultyId(forms.required("vao", "khó khăn để gộp vào"))
            return "merge_difficulty", MergeDifficulty(difficulty=number, into=into)
        case _:
            raise BadRequest("Không rõ làm việc gì. Chưa ghi gì. Tải lại trang rồi bấm lại.")


def last_position(view: DifficultyView) -> Position:
    """Return the position of what was done about a difficulty last."""
    return view.acts[-1].position if view.acts else view.position
