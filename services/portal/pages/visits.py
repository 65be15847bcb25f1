"""The page of one visit: what it found criterion by criterion, saved before one goes on; its day, and its conclusion."""

from __future__ import annotations

from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, render, school_name
from services.portal.visit_planning import eligible
from services.portal.web.context import call_service, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.contracts.calls.inspection import (
    ConcludeInspection,
    Finding,
    FindingView,
    InspectionRequest,
    InspectionView,
    RecordFindings,
    RescheduleInspection,
)
from shared.problems import BadRequest, Problem
from shared.rulebook.loader import load_library
from shared.rulebook.model import Criterion
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, InspectionId, SchoolCode


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>")
def commune_visit(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show one inspection; record its findings."""
    return _visit(commune_office(commune), inspection)


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>")
def record_commune_visit(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Record findings, move the day, or conclude."""
    return _act(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>")
def department_visit(inspection: InspectionId) -> str:
    """Show one external evaluation; record its findings."""
    return _visit(department_office(), inspection)


@blueprint.post("/so/ho-so/<inspection>")
def record_department_visit(inspection: InspectionId) -> str | Response:
    """Record findings, move the day, or conclude."""
    return _act(department_office(), inspection)


def _told(school: SchoolCode, inspection: InspectionId) -> InspectionView:
    return call_service("inspection", "inspection", InspectionRequest(school=school, inspection=inspection), InspectionView)


def _visit(office: OfficeView, inspection: InspectionId, problem: Problem | None = None) -> str:
    school = SchoolCode(query_params.text_or_field("truong"))
    if not school:
        raise BadRequest("Thiếu mã trường trong địa chỉ. Mở từ danh sách.")
    view = _told(school, inspection)
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    cycle = next((c for c in cycles if c.cycle == view.cycle), None)
    book = load_library().by_digest(cycle.digest) if cycle else None
    code = CriterionCode(query_params.text_or_field("tieu-chi"))
    criterion: Criterion | None = book.criteria.get(code) if book else None
    recording = not view.concluded and view.layer is office.layer and may("inspection.record_findings", school=school)
    return render(
        "dot-kiem-tra.html",
        active=office.active,
        office=office,
        view=view,
        law=law(cycle.rulebook) if cycle else None,
        criterion=criterion,
        found=_by_place(view),
        seen={finding.criterion for finding in view.findings},
        recording=recording,
        team=[holder.display_name for holder in eligible(office.layer, school) if holder.account in view.members],
        moving=not view.concluded and view.layer is office.layer and may("inspection.reschedule", school=school),
        school_entry=directory().school(school),
        at_school=school,
        problem=problem,
    )


def _by_place(view: InspectionView) -> dict[tuple[str, int, str], FindingView]:
    return {(f.criterion, f.level, f.indicator): f for f in view.findings}


def _act(office: OfficeView, inspection: InspectionId) -> str | Response:
    act = {"doi-ngay": _reschedule, "ket-luan": _conclude}.get(forms.text("viec"), _record)
    try:
        return act(office, inspection, SchoolCode(forms.required("truong", "trường")))
    except Problem as problem:
        return _visit(office, inspection, problem)


def _address(office: OfficeView, inspection: InspectionId, school: SchoolCode) -> str:
    return f"{office.base}/{quote(inspection)}?truong={quote(school)}"


def _reschedule(office: OfficeView, inspection: InspectionId, school: SchoolCode) -> Response:
    move = RescheduleInspection(
        school=school,
        inspection=inspection,
        on=forms.date("ngay") or today(SystemClock()),
        reason=forms.required("ly-do", "lý do"),
    )
    done = call_service("inspection", "reschedule", move, InspectionView).position
    return forms.go(_address(office, inspection, school), done)


def _conclude(office: OfficeView, inspection: InspectionId, school: SchoolCode) -> str | Response:
    conclude = ConcludeInspection(school=school, inspection=inspection, summary=forms.required("tom-tat", "kết luận"))
    if not is_confirmed():
        return _ask_to_conclude(office, _told(school, inspection))
    done = call_service("inspection", "conclude", conclude, InspectionView).position
    return forms.go(_address(office, inspection, school), done)


def _ask_to_conclude(office: OfficeView, view: InspectionView) -> str:
    left = view.criteria_total - view.criteria_seen
    asks = sum(finding.result is Result.NOT_MET or finding.answer_by is not None for finding in view.findings)
    final = "Những phát hiện này thành chính thức, trường đọc được ngay."
    progress = f"Đoàn đã xem {view.criteria_seen} trong {view.criteria_total} tiêu chí, ghi {len(view.findings)} phát hiện."
    return ask_to_confirm(
        f"Kết luận “{view.title}” tại {school_name(view.school)}?",
        says=[
            f"{progress} {final}",
            f"Còn {left} tiêu chí chưa xem, và không ghi thêm được nữa."
            if left
            else "Mọi tiêu chí đã được xem; không ghi thêm, không sửa được nữa.",
            f"Trường phải trả lời {asks} phát hiện." if asks else "Không phát hiện nào chờ trường trả lời.",
        ],
        undo="Không mở lại được; xem tiếp thì lập một đợt kiểm tra lại.",
        yes="Kết luận đợt",
        back=_address(office, view.inspection, view.school),
        active=office.active,
    )


def _record(office: OfficeView, inspection: InspectionId, school: SchoolCode) -> Response:
    """Record what was changed, then show the criterion that was chosen to go on with."""
    code, onward = CriterionCode(forms.required("tieu-chi", "tiêu chí")), ""
    if forms.text("viec") == "sang":
        onward = forms.required("sang", "tiêu chí xem tiếp")
    findings = _findings(code)
    if not findings and not onward:
        raise BadRequest("Chưa chọn kết quả nào. Chưa ghi gì.")
    known = _by_place(_told(school, inspection))
    new = [
        finding
        for finding in findings
        if not _same(finding, known.get((finding.criterion, finding.level, finding.indicator)))
    ]
    done = BEGINNING
    if new:
        record = RecordFindings(school=school, inspection=inspection, findings=new, on=forms.date("ngay"))
        view = call_service("inspection", "record_findings", record, InspectionView)
        done = max((f.position for f in view.findings), default=view.position)
    return forms.go(f"{_address(office, inspection, school)}&tieu-chi={quote(onward or code)}", done)


def _same(finding: Finding, was: FindingView | None) -> bool:
    """Say whether this stands already: it keeps the day on which it was found."""
    return was is not None and (was.result, was.note, was.answer_by) == (finding.result, finding.note, finding.answer_by)


def _findings(criterion: CriterionCode) -> list[Finding]:
    """Return what the form says of indicators; raises BadRequest for words beside which no result is chosen."""
    places = dict.fromkeys(name[3:] for name in request.form if name.startswith(("kq-", "gc-")))
    places |= dict.fromkeys(name[4:] for name in request.form if name.startswith("han-"))
    findings = []
    for key in places:
        level, _, indicator = key.partition("_")
        if not level.isdecimal():
            continue
        result, note, answer_by = forms.text(f"kq-{key}"), forms.text(f"gc-{key}"), forms.text(f"han-{key}")
        if not result and (note or answer_by):
            where = f"{criterion} Mức {level}" + (f" {indicator}" if indicator != "-" else "")
            raise BadRequest(f"{where} có phát hiện mà chưa chọn kết quả. Chọn kết quả rồi ghi lại.", path=f"kq-{key}")
        if result:
            findings.append(
                Finding(
                    criterion=criterion,
                    level=int(level),
                    indicator=indicator,
                    result=_result(result),
                    note=note,
                    answer_by=forms.date(f"han-{key}"),
                )
            )
    return findings


def _result(text: str) -> Result:
    try:
        return Result(text)
    except ValueError as error:
        raise BadRequest("Kết quả không có trong danh sách. Chưa ghi gì.") from error
