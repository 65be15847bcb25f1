"""Pages of the offices: the commune's schools and visits, the department's evaluations and decisions. No ranking."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, level_badges, query_params, report_queue
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, places, render
from services.portal.pages.visits.recommendation_marks import UNFINISHED
from services.portal.visit_planning import eligible, plan_visit
from services.portal.web.context import call_service, caller, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import (
    CyclesAnswer,
    RecognitionView,
    RegisterAnswer,
    RegisterRequest,
    SchoolRequest,
    Status,
    StatusRequest,
    SubmissionView,
)
from shared.contracts.calls.identity import CommuneEntry, SchoolEntry
from shared.contracts.calls.inspection import (
    InspectionsAnswer,
    InspectionsRequest,
    PlanInspection,
    VisitLine,
)
from shared.problems import BadRequest, NotAllowed, NotFound, Problem
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, CycleId, SchoolCode
from shared.vocabulary.inspection import RecommendationState, VisitKind

SCHOOLS_A_PAGE = 12
"""One question a school: twelve stay well under the time a page may take."""
PUBLISHED_A_PAGE = 50
"""Lines that cost no question each."""
VISIT_KINDS = {
    Layer.COMMUNE: (VisitKind.TECHNICAL, VisitKind.SUPERVISION, VisitKind.ADVICE),
    Layer.DEPARTMENT: (VisitKind.EXTERNAL_EVALUATION, VisitKind.APPRAISAL),
}
"""Why an office goes; what the department does follows from the circular unless it says so."""


_KEPT_BACK = "Trường chưa trình báo cáo tự đánh giá; trình rồi thì xem được ở đây."
_NOT_YET_KNOWN = "Trường vừa được lập; mở lại trang sau ít phút."


class SchoolLine(msgspec.Struct, frozen=True, kw_only=True):
    """One school in an office's list; `status` is None where it could not be asked, and `why_not` says why.

    `visit` is the commune's last, `recommended` how many recommendations to the school are in each state.
    """

    entry: SchoolEntry
    status: Status | None
    recognition: RecognitionView | None
    total: int
    judged: dict[Layer, int]
    steps: int = 1
    submission: SubmissionView | None = None
    visit: VisitLine | None = None
    recommended: dict[str, int] = {}
    why_not: str = ""

    @property
    def overdue(self) -> int:
        """Recommendations on which somebody should have acted before today."""
        return self.recommended.get(RecommendationState.OVERDUE, 0)

    @property
    def waiting(self) -> int:
        """Recommendations on which somebody has to act, and whose day has not passed."""
        return sum(self.recommended.get(state, 0) for state in UNFINISHED - {RecommendationState.OVERDUE})


def lines_of(schools: list[SchoolEntry], recognitions: list[RecognitionView]) -> list[SchoolLine]:
    """Return the list, a line a school; a school that cannot be asked is shown without its numbers."""
    newest: dict[str, RecognitionView] = {}
    for view in sorted(recognitions, key=lambda r: r.decided_on):
        newest[view.school] = view
    return [_school_line(entry, newest.get(entry.code)) for entry in schools]


def _with_visits(lines: list[SchoolLine], commune: CommuneCode) -> list[SchoolLine]:
    """Return the lines with what was submitted, visited and recommended: three questions, however many schools."""
    submitted = report_queue.submissions(commune)
    recommended = report_queue.recommended_to_schools(commune) if may("inspection.recommendations") else {}
    last: dict[str, VisitLine] = {}
    for visit in report_queue.visits(Layer.COMMUNE, commune):
        last.setdefault(visit.school, visit)
    return [
        msgspec.structs.replace(
            line,
            submission=submitted.get(line.entry.code),
            visit=last.get(line.entry.code),
            recommended=recommended.get(line.entry.code, {}),
        )
        for line in lines
    ]


def _school_line(entry: SchoolEntry, recognition: RecognitionView | None) -> SchoolLine:
    try:
        status = call_service("assessment", "status", StatusRequest(school=entry.code), Status)
    except Problem as problem:
        if problem.status >= 500:
            raise
        why_not = _KEPT_BACK if problem.type == NotAllowed.type else _NOT_YET_KNOWN
        return SchoolLine(entry=entry, status=None, recognition=recognition, total=0, judged={}, why_not=why_not)
    labels = law(status.rulebook)
    criteria = labels.criteria
    judged = {
        layer: sum(level_badges.level_badge(status.layers.get(layer, {}).get(c.code), c.steps).judged for c in criteria)
        for layer in Layer
    }
    return SchoolLine(
        entry=entry,
        status=status,
        recognition=status.recognition or recognition,
        total=len(criteria),
        judged=judged,
        steps=labels.steps,
    )


def _page_number() -> int:
    return query_params.number("trang", 1, low=1)


@blueprint.get("/xa/<commune>")
def commune_page(commune: CommuneCode) -> str:
    """Show a commune's schools by name: three layers, recognition, no order of merit."""
    entry = directory().commune(commune)
    schools = [s for s in directory().schools(commune) if may("assessment.status", school=s.code)]
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    if not schools and _is_of(commune) and not may("assessment.status", commune=commune):
        return _published_page(entry)
    _for_offices(schools, commune, "assessment.status")
    number = _page_number()
    shown = schools[(number - 1) * SCHOOLS_A_PAGE : number * SCHOOLS_A_PAGE]
    register = call_service("assessment", "register", RegisterRequest(commune=commune), RegisterAnswer).recognitions
    return render(
        "xa.html",
        active="truong",
        commune=entry,
        lines=_with_visits(lines_of(shown, register), commune),
        total=len(schools),
        kinds=_kinds(schools),
        ending=_ending(register),
        number=number,
        pages=-(-len(schools) // SCHOOLS_A_PAGE),
        base=f"/xa/{quote(commune)}",
        visits=f"/xa/{quote(commune)}/kiem-tra",
        board=f"/xa/{quote(commune)}/kien-nghi",
    )


def _is_of(commune: CommuneCode) -> bool:
    return any(place.kind == "xa" and place.code == commune for place in places(caller()))


def _published_page(commune: CommuneEntry) -> str:
    """Show to who works for a commune, but reads no assessment, its schools and what the public register says of them."""
    register = call_service("assessment", "register", RegisterRequest(commune=commune.code), RegisterAnswer).recognitions
    newest = {view.school: view for view in sorted(register, key=lambda view: view.decided_on)}
    schools = directory().schools(commune.code)
    number = _page_number()
    shown = schools[(number - 1) * PUBLISHED_A_PAGE : number * PUBLISHED_A_PAGE]
    return render(
        "xa-cong-bo.html",
        active="truong",
        commune=commune,
        lines=[(school, newest.get(school.code)) for school in shown],
        total=len(schools),
        kinds=_kinds(schools),
        ending=_ending(register),
        number=number,
        pages=-(-len(schools) // PUBLISHED_A_PAGE),
        base=f"/xa/{quote(commune.code)}",
    )


def _for_offices(schools: list[SchoolEntry], commune: CommuneCode, operation: str) -> None:
    """Refuse whoever works inside a school, or reaches nothing of the commune by what the page asks."""
    office = any(p.kind in {"xa", "so", "kiem-toan", "quan-tri"} for p in places(caller()))
    if not office or not (schools or may(operation, commune=commune)):
        raise NotAllowed("Trang này dành cho Phòng VH-XH của xã. Xin quyền ở người quản trị.")


def _kinds(schools: list[SchoolEntry]) -> dict[str, int]:
    found: dict[str, int] = {}
    for school in schools:
        found[school.kind] = found.get(school.kind, 0) + 1
    return found


def _ending(register: list[RecognitionView]) -> int:
    day = today(SystemClock())
    return sum(r.state == "con_hieu_luc" and (r.expires_on - day).days <= 365 for r in register)


class OfficeView(msgspec.Struct, frozen=True, kw_only=True):
    """Whose visits a page is about: base address, layer, words and schools."""

    layer: Layer
    base: str
    commune: CommuneCode
    name: str
    active: str

    @property
    def noun(self) -> str:
        """What the office calls a visit."""
        return "đợt kiểm tra" if self.layer is Layer.COMMUNE else "đợt đánh giá ngoài"

    @property
    def board(self) -> str:
        """The address of what its visits recommended."""
        return f"/xa/{quote(self.commune)}/kien-nghi" if self.layer is Layer.COMMUNE else "/so/kien-nghi"

    def schools(self) -> list[SchoolEntry]:
        """Return the office's schools that the caller may read."""
        return [s for s in directory().schools(self.commune) if may("inspection.inspections", school=s.code)]


def commune_office(commune: CommuneCode) -> OfficeView:
    """Return the office of a commune; raises NotFound, and NotAllowed for whoever is of no office."""
    entry = directory().commune(commune)
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    office = OfficeView(
        layer=Layer.COMMUNE, base=f"/xa/{quote(commune)}/kiem-tra", commune=commune, name=entry.name, active="kiem-tra"
    )
    _for_offices(office.schools(), commune, "inspection.inspections")
    return office


def department_office() -> OfficeView:
    """Return the department's office; raises NotAllowed for whoever has nothing to read there."""
    if not any(p.kind in {"so", "quan-tri", "kiem-toan"} for p in places(caller())):
        raise NotAllowed("Trang này dành cho Sở Giáo dục và Đào tạo. Xin quyền ở người quản trị.")
    return OfficeView(
        layer=Layer.DEPARTMENT, base="/so/ho-so", commune=CommuneCode(""), name="Sở Giáo dục và Đào tạo", active="ho-so"
    )


@blueprint.get("/xa/<commune>/kiem-tra")
def commune_visits(commune: CommuneCode) -> str:
    """Choose a school, plan a technical inspection, see those there are."""
    return visits_page(commune_office(commune))


@blueprint.post("/xa/<commune>/kiem-tra")
def plan_commune_visit(commune: CommuneCode) -> str | Response:
    """Plan a technical inspection."""
    return _plan(commune_office(commune))


@blueprint.get("/so/ho-so/bao-cao")
def department_reports() -> str:
    """Show where the report of every school is, and the department's visits."""
    office = department_office()
    return report_queue.queue_page(office.schools(), f"{office.base}/bao-cao", office.base)


@blueprint.post("/so/ho-so")
def plan_department_visit() -> str | Response:
    """Plan an external evaluation."""
    return _plan(department_office())


def visits_page(office: OfficeView, problem: Problem | None = None) -> str:
    """Show an office's visits; of a school that is chosen, its visits and the form to plan one."""
    schools = office.schools()
    chosen = query_params.text_or_field("truong")
    school = next((s for s in schools if s.code == chosen), None)
    number = _page_number()
    data: dict[str, Any] = {"inspections": [], "cycles": [], "lines": [], "pages": 1, "number": number}
    if school is not None:
        inspections_request = InspectionsRequest(school=school.code)
        data["inspections"] = call_service("inspection", "inspections", inspections_request, InspectionsAnswer).inspections
        data["cycles"] = call_service("assessment", "cycles", SchoolRequest(school=school.code), CyclesAnswer).cycles
    else:
        shown = lines_of(schools[(number - 1) * SCHOOLS_A_PAGE : number * SCHOOLS_A_PAGE], [])
        data["lines"] = _with_visits(shown, office.commune)
        data["pages"] = -(-len(schools) // SCHOOLS_A_PAGE)
        data["calendar"] = report_queue.calendar(office.layer, office.commune)
    planning = school is not None and may("inspection.plan", school=school.code)
    return render(
        "kiem-tra.html",
        active=office.active,
        office=office,
        schools=schools,
        chosen=school,
        planning=planning,
        people=eligible(office.layer, school.code) if school is not None and planning else [],
        problem=problem,
        kinds=VISIT_KINDS[office.layer],
        KIND=labels.VISIT_KIND_LABELS,
        **data,
    )


def kind_of_visit(office: OfficeView) -> VisitKind | None:
    """Return the kind that a form chose, None where it leaves that to the circular; raises BadRequest."""
    chosen = forms.text("loai")
    if not chosen:
        return None
    if chosen not in VISIT_KINDS[office.layer]:
        raise BadRequest("Loại đợt này không có. Chọn trong danh sách. Chưa lập đợt nào.", path="loai")
    return VisitKind(chosen)


def _plan(office: OfficeView) -> str | Response:
    try:
        planned = PlanInspection(
            school=SchoolCode(forms.required("truong", "trường")),
            cycle=CycleId(forms.text("dot")),
            layer=office.layer,
            kind=kind_of_visit(office),
            sites=[line.strip() for line in forms.text("noi-den").split("\n") if line.strip()],
            on=forms.date("ngay") or today(SystemClock()),
            title=forms.required("ten", f"tên {office.noun}"),
            members=request.form.getlist("thanh-vien"),
        )
        view = plan_visit(planned)
    except Problem as problem:
        return visits_page(office, problem)
    return forms.go(f"{office.base}/{quote(view.inspection)}?truong={quote(view.school)}", view.position)
