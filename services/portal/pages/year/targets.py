"""Pages of a commune's year: what schools are to reach by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import chosen_year, year_tabs
from services.portal.pages.year.target_matrix import CELL_SIGNS, COLUMNS_A_PAGE, SIGNS, matrix, rulebooks
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from services.portal.web.context import call_service, may
from shared.contracts.calls import Done
from shared.contracts.calls.year.targets import (
    DropTarget,
    ReviseTarget,
    SchoolTarget,
    SchoolTargets,
    SchoolTargetsRequest,
    SetTargets,
    TargetBoard,
    TargetBoardRequest,
    TargetDetail,
    TargetRequest,
    TargetsSet,
    TargetWanted,
)
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState, YearPaperKind
from shared.vocabulary.ids import CommuneCode, CriterionCode, Position, SchoolCode
from shared.vocabulary.self_assessment import PaperFormat
from shared.vocabulary.year_labels import TARGET_LEAD_LABELS, TARGET_STATE_LABELS

LAYERS: Mapping[Layer, str] = {
    Layer.SCHOOL: "Trường tự đánh giá",
    Layer.COMMUNE: "Xã kiểm tra",
    Layer.DEPARTMENT: "Sở đánh giá",
}
ACTS: Mapping[str, str] = {
    "criterion-target-set": "Đặt chỉ tiêu",
    "criterion-target-revised": "Điều chỉnh",
    "criterion-target-met": "Đạt",
    "criterion-target-lost": "Không còn đạt",
    "criterion-target-dropped": "Bỏ chỉ tiêu",
}


@blueprint.get("/xa/<commune>/chi-tieu")
def year_targets(commune: CommuneCode) -> str:
    """Show criteria × schools of one rulebook: what is late, on its way, met, and not set."""
    tabs, layer = year_tabs(commune, "chi-tieu"), _layer()
    asked = TargetBoardRequest(commune=commune, year=tabs.calendar_year, layer=layer)
    board = call_service("inspection", "target_board", asked, TargetBoard)
    books = rulebooks(board)
    rulebook = _chosen(query_params.text("bo", 60), [book.id for book in books])
    state, school = _state(), SchoolCode(query_params.text("truong", 40))
    number = query_params.number("trang", 1, low=1)
    found = matrix(board, rulebook, state, school, number) if rulebook else None
    here = {"bo": rulebook if len(books) > 1 else "", "lop": "" if layer is Layer.SCHOOL else layer.value}
    return render(
        "chi-tieu.html",
        active="ke-hoach",
        tabs=tabs,
        board=board,
        books=books,
        rulebook=rulebook,
        found=found,
        number=number,
        pages=-(-found.every // COLUMNS_A_PAGE) if found else 1,
        state=state,
        chosen=school,
        here=here,
        layer=layer,
        planning=may("inspection.set_targets", commune=commune),
        done=query_params.number("xong"),
        **_WORDS,
    )


@blueprint.get("/xa/<commune>/chi-tieu/dat")
def new_targets(commune: CommuneCode) -> str:
    """Set a target for several schools and criteria at once."""
    return _form(commune)


@blueprint.post("/xa/<commune>/chi-tieu/dat")
def set_targets(commune: CommuneCode) -> str | Response:
    """Set what was ticked: each criterion for each school."""
    try:
        return _set(commune)
    except Problem as problem:
        return _form(commune, problem)


@blueprint.get("/xa/<commune>/chi-tieu/in")
def print_targets(commune: CommuneCode) -> Response:
    """Print the table of targets as the file that the address asks for, a sheet by default."""
    wanted = query_params.text("dang", 10)
    file_format = next((one for one in PaperFormat if one.value == wanted), PaperFormat.SHEET)
    question = YearPrintQuestion(commune=commune, year=chosen_year(), kind=YearPaperKind.TARGETS, format=file_format)
    return file_response(print_year_paper(question))


@blueprint.get("/xa/<commune>/chi-tieu/<school>/<criterion>")
def target(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> str:
    """Show one criterion of a school: its target, what is missing, what is under way, what was done."""
    return _target(commune, school, criterion)


@blueprint.post("/xa/<commune>/chi-tieu/<school>/<criterion>")
def change_target(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> str | Response:
    """Set, revise or give up the target of one criterion."""
    acts = {"dat": _set_one, "sua": _revise, "bo": _drop}
    act = acts.get(forms.text("viec"))
    try:
        if act is None:
            raise BadRequest("Không rõ làm gì với chỉ tiêu này. Chưa ghi gì. Bấm lại một nút trên trang.")
        done = act(commune, school, criterion)
    except Problem as problem:
        return _target(commune, school, criterion, problem)
    return forms.go(_address(commune, school, criterion), done)


def targets_of_school(school: SchoolCode, year: int) -> list[SchoolTarget]:
    """Return the targets that its commune set for a school in a year: late first, then by day."""
    asked = SchoolTargetsRequest(school=school, year=year)
    return call_service("inspection", "school_targets", asked, SchoolTargets).targets


# --- what is asked


def _layer() -> Layer:
    wanted = query_params.text("lop", 20)
    return next((layer for layer in Layer if layer.value == wanted), Layer.SCHOOL)


def _state() -> TargetState | None:
    wanted = query_params.text("loc", 20)
    return next((state for state in TargetState if state.value == wanted), None)


def _chosen(wanted: str, known: Sequence[str]) -> str:
    return wanted if wanted in known else next(iter(known), "")


def _address(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> str:
    return keep(f"/xa/{quote(commune)}/chi-tieu/{quote(school)}/{quote(criterion)}", None, nam=chosen_year())


# --- one criterion of one school


def _target(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "chi-tieu")
    asked = TargetRequest(commune=commune, year=tabs.calendar_year, school=school, criterion=criterion)
    found = call_service("inspection", "target", asked, TargetDetail)
    return render(
        "chi-tieu-o.html",
        active="ke-hoach",
        tabs=tabs,
        found=found,
        circular=law(found.rulebook).circular,
        planning=may("inspection.set_targets", commune=commune),
        done=query_params.number("xong"),
        problem=problem,
        **_WORDS,
    )


def _set_one(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> Position:
    wanted = [_wanted(school, criterion)]
    return call_service("inspection", "set_targets", _setting(commune, wanted), TargetsSet).position


def _revise(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> Position:
    asked = _wanted(school, criterion)
    revised = ReviseTarget(
        commune=commune,
        year=chosen_year(),
        school=school,
        criterion=criterion,
        reason=forms.text("ly-do"),
        level=asked.level,
        by=asked.by,
        lead=asked.lead,
        means=asked.means,
        layer=asked.layer,
        seen=forms.whole("ban"),
    )
    return call_service("inspection", "revise_target", revised, Done).position


def _drop(commune: CommuneCode, school: SchoolCode, criterion: CriterionCode) -> Position:
    dropped = DropTarget(
        commune=commune, year=chosen_year(), school=school, criterion=criterion, reason=forms.text("ly-do-bo")
    )
    return call_service("inspection", "drop_target", dropped, Done).position


def _wanted(school: SchoolCode, criterion: CriterionCode) -> TargetWanted:
    return TargetWanted(
        school=school,
        criterion=criterion,
        level=forms.whole("muc"),
        by=_day(),
        lead=_lead(),
        means=forms.text("bien-phap"),
        layer=_counting_layer(),
    )


def _day() -> dt.date:
    day = forms.date("han")
    if day is None:
        raise BadRequest("Thiếu hạn. Chưa ghi gì. Nhập ngày/tháng/năm.", path="han")
    return day


def _lead() -> TargetLead:
    wanted = forms.text("chu-tri")
    return next((lead for lead in TargetLead if lead.value == wanted), TargetLead.SCHOOL)


def _counting_layer() -> Layer:
    wanted = forms.text("lop-tinh")
    return next((layer for layer in Layer if layer.value == wanted), Layer.SCHOOL)


def _setting(commune: CommuneCode, wanted: list[TargetWanted]) -> SetTargets:
    return SetTargets(commune=commune, year=chosen_year(), targets=wanted)


# --- many at once


def _form(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = year_tabs(commune, "chi-tieu")
    board = call_service(
        "inspection", "target_board", TargetBoardRequest(commune=commune, year=tabs.calendar_year), TargetBoard
    )
    books = rulebooks(board)
    rulebook = _chosen(query_params.text("bo", 60), [book.id for book in books])
    return render(
        "chi-tieu-dat.html",
        active="ke-hoach",
        tabs=tabs,
        books=books,
        rulebook=rulebook,
        schools=[one for one in board.schools if one.rulebook == rulebook and one.closed_on is None],
        law=law(rulebook) if rulebook else None,
        planning=may("inspection.set_targets", commune=commune),
        problem=problem,
        **_WORDS,
    )


def _set(commune: CommuneCode) -> Response:
    schools, criteria = forms.several("truong"), forms.several("tieu-chi")
    if not schools or not criteria:
        raise BadRequest("Chưa chọn trường nào, hoặc chưa chọn tiêu chí nào. Chưa ghi gì. Đánh dấu ít nhất một ô mỗi bên.")
    wanted = [_wanted(SchoolCode(school), CriterionCode(criterion)) for school in schools for criterion in criteria]
    done = call_service("inspection", "set_targets", _setting(commune, wanted), TargetsSet)
    tabs = year_tabs(commune, "chi-tieu")
    return forms.go(tabs.address("chi-tieu", bo=query_params.text("bo", 60)), done.position)


_WORDS: Mapping[str, Any] = {
    "LAYERS": LAYERS,
    "LEADS": TARGET_LEAD_LABELS,
    "STATES": TARGET_STATE_LABELS,
    "SIGNS": SIGNS,
    "CELL_SIGNS": CELL_SIGNS,
    "ACTS": ACTS,
}
