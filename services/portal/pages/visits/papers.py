"""The papers of a visit, of a school's registration, and of a commune's programme: which can be printed, and the files."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import query_params
from services.portal.pages.site import blueprint, render, school_name
from services.portal.printing import PrintQuestion, print_paper
from services.portal.printing_response import file_response
from services.portal.web.context import call_service, directory
from shared.contracts.calls.inspection import InspectionRequest, InspectionView
from shared.contracts.calls.papers import GroundRequest, PaperGround
from shared.contracts.calls.visit_papers import VisitPapersAnswer, VisitPapersRequest, VisitPaperView
from shared.problems import NotFound, Problem
from shared.vocabulary.ids import CommuneCode, InspectionId, SchoolCode
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.self_assessment import PaperFormat

FORMAT_NAMES = {PaperFormat.WORD: "Word", PaperFormat.SHEET: "Excel", PaperFormat.PDF: "PDF"}


def visit_papers(school: SchoolCode, visit: InspectionView | None = None) -> list[VisitPaperView]:
    """Return the papers about a visit that the caller may print; without one, those of the school's registration."""
    cycle = GroundRequest(school=school, cycle=visit.cycle) if visit else GroundRequest(school=school)
    ground = call_service("assessment", "paper_ground", cycle, PaperGround)
    inspection = visit.inspection if visit else InspectionId("")
    asked = VisitPapersRequest(school=school, inspection=inspection, ground=ground)
    return call_service("inspection", "visit_papers", asked, VisitPapersAnswer).papers


@blueprint.get("/truong/<school>/giay-doan")
def visit_papers_page(school: SchoolCode) -> str:
    """List the papers of the visit that ``?dot=`` names, else those of the registration."""
    return _page(school, InspectionId(query_params.text("dot", 40)))


@blueprint.get("/truong/<school>/giay-doan/in")
def print_visit_paper(school: SchoolCode) -> Response | tuple[str, int]:
    """Print one of them as the file that the address asks for."""
    inspection = InspectionId(query_params.text("dot", 40))
    try:
        return file_response(print_paper(_question(school, inspection, _kind(query_params.text("loai", 40)))))
    except Problem as problem:
        return _page(school, inspection, problem), problem.status


@blueprint.get("/xa/<commune>/kiem-tra/lich")
def print_programme(commune: CommuneCode) -> Response:
    """Print the plan of all visits of a commune in the year, as the file that the address asks for."""
    schools = directory().schools(commune)
    if not schools:
        raise NotFound("Xã này chưa có trường nào. Xem lại địa chỉ.")
    return file_response(print_paper(_question(schools[0].code, InspectionId(""), VisitPaperKind.VISIT_PLAN)))


def _page(school: SchoolCode, inspection: InspectionId, problem: Problem | None = None) -> str:
    visit = None
    if inspection:
        wanted = InspectionRequest(school=school, inspection=inspection)
        visit = call_service("inspection", "inspection", wanted, InspectionView)
    return render(
        "giay-doan.html",
        active="kien-nghi",
        at_school=school,
        name=school_name(school),
        visit=visit,
        papers=visit_papers(school, visit),
        formats=FORMAT_NAMES,
        here=request.path.removesuffix("/in"),
        problem=problem,
    )


def _question(school: SchoolCode, inspection: InspectionId, kind: VisitPaperKind) -> PrintQuestion:
    return PrintQuestion(
        school=school, kind=kind.value, inspection=inspection, format=_format(query_params.text("dang", 10))
    )


def _kind(text: str) -> VisitPaperKind:
    if text not in set(VisitPaperKind):
        raise NotFound("Không có loại giấy này. Chọn trong danh sách giấy của đoàn.")
    return VisitPaperKind(text)


def _format(text: str) -> PaperFormat:
    if text and text not in set(PaperFormat):
        raise NotFound("Không in dạng này. Chọn Word, Excel hoặc PDF.")
    return PaperFormat(text or PaperFormat.WORD)
