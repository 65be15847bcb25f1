"""The programme of an office's visits: many schools in one act, a day for each; all are planned, or none."""

from __future__ import annotations

import datetime as dt

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params, report_queue
from services.portal.pages.offices import VISIT_KINDS, OfficeView, commune_office, department_office, kind_of_visit
from services.portal.pages.site import blueprint, render, school_name
from services.portal.visit_planning import plan_programme
from services.portal.web.context import may
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.inspection import VisitLine
from shared.contracts.calls.teams import PlanProgramme, ProgrammeVisit
from shared.problems import BadRequest, NotAllowed, Problem
from shared.text import parse_date, vietnamese_key
from shared.vocabulary import labels
from shared.vocabulary.ids import CommuneCode, SchoolCode


class ProgrammeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A school that may be visited: its last visit of the layer, and what is wrong with what was typed for it."""

    entry: SchoolEntry
    visit: VisitLine | None
    problem: str


class RowsRefused(BadRequest):
    """Rows of the form are wrong; `rows` says what, by school."""

    def __init__(self, rows: dict[SchoolCode, str]) -> None:
        super().__init__(f"Có {len(rows)} trường chưa điền đúng. Chưa lập đợt nào. Sửa ở từng dòng rồi lập lại.")
        self.rows = rows


@blueprint.get("/xa/<commune>/kiem-tra/chuong-trinh")
def commune_programme(commune: CommuneCode) -> str:
    """Choose schools of a commune and a day for each."""
    return _page(commune_office(commune))


@blueprint.post("/xa/<commune>/kiem-tra/chuong-trinh")
def plan_commune_programme(commune: CommuneCode) -> str | Response:
    """Plan the commune's visits to the chosen schools."""
    return _plan(commune_office(commune))


@blueprint.get("/so/ho-so/chuong-trinh")
def department_programme() -> str:
    """Choose schools for the department's visits and a day for each."""
    return _page(department_office())


@blueprint.post("/so/ho-so/chuong-trinh")
def plan_department_programme() -> str | Response:
    """Plan the department's visits to the chosen schools."""
    return _plan(department_office())


def _schools(office: OfficeView) -> list[SchoolEntry]:
    schools = [school for school in office.schools() if may("inspection.plan", school=school.code)]
    return sorted(schools, key=lambda school: vietnamese_key(school.name))


def _page(office: OfficeView, problem: Problem | None = None) -> str:
    if not may("inspection.plan_programme"):
        raise NotAllowed("Lập chương trình kiểm tra là việc của cán bộ phụ trách. Xin quyền ở người quản trị.")
    wrong = _wrong_rows(problem)
    last: dict[SchoolCode, VisitLine] = {}
    for visit in report_queue.visits(office.layer, office.commune):
        last.setdefault(visit.school, visit)
    rows = [
        ProgrammeRow(entry=school, visit=last.get(school.code), problem=wrong.get(school.code, ""))
        for school in _schools(office)
    ]
    return render(
        "chuong-trinh.html",
        active=office.active,
        office=office,
        rows=rows,
        here=f"{office.base}/chuong-trinh",
        kinds=VISIT_KINDS[office.layer],
        planned=query_params.number("so-dot"),
        problem=problem,
        KIND=labels.VISIT_KIND_LABELS,
    )


def _wrong_rows(problem: Problem | None) -> dict[SchoolCode, str]:
    """Return what is wrong by school: of the form's own rows, or of the one school that the service names."""
    if isinstance(problem, RowsRefused):
        return problem.rows
    named = str(problem.data.get("school", "")) if problem is not None else ""
    if problem is None or not named:
        return {}
    return {SchoolCode(named): problem.detail.removeprefix(f"{school_name(SchoolCode(named))}: ")}


def _plan(office: OfficeView) -> str | Response:
    try:
        programme = PlanProgramme(
            layer=office.layer,
            title=forms.required("ten", "tên chương trình"),
            kind=kind_of_visit(office),
            visits=_visits(office),
        )
        planned = plan_programme(programme)
    except Problem as problem:
        return _page(office, _in_words(problem))
    position = max(visit.position for visit in planned)
    return forms.go(f"{office.base}/chuong-trinh?so-dot={len(planned)}", position)


def _in_words(problem: Problem) -> Problem:
    """Return a refusal that names one school by its name: services know codes alone."""
    code = str(problem.data.get("school", ""))
    problem.detail = (
        problem.detail.replace(f"Trường {code}: ", f"{school_name(SchoolCode(code))}: ") if code else problem.detail
    )
    return problem


def _visits(office: OfficeView) -> list[ProgrammeVisit]:
    """Return the visits of the form; raises RowsRefused with every row that is wrong."""
    offered = {school.code for school in _schools(office)}
    chosen = [SchoolCode(code) for code in forms.several("chon") if code in offered]
    if not chosen:
        raise BadRequest("Chưa chọn trường nào. Chưa lập đợt nào.", path="chon")
    days: dict[SchoolCode, dt.date] = {}
    wrong: dict[SchoolCode, str] = {}
    for code in chosen:
        try:
            days[code] = _day(code)
        except Problem as problem:
            wrong[code] = problem.detail
    if wrong:
        raise RowsRefused(wrong)
    return [ProgrammeVisit(school=code, on=days[code]) for code in chosen]


def _day(school: SchoolCode) -> dt.date:
    typed = forms.text(f"ngay-{school}")
    if not typed:
        raise BadRequest("Thiếu ngày.")
    day = parse_date(typed)
    if day < today(SystemClock()):
        raise BadRequest(f"{typed} đã qua. Chọn ngày từ hôm nay.")
    return day
