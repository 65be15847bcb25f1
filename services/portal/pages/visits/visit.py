"""The page of one visit: a member sees a criterion of the school and judges it; evidence is asked for, the visit ended."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, render, school_name
from services.portal.pages.visits.frame import Opened, open_visit
from services.portal.pages.visits.sheet import VisitStep, opinions_of, sheet, steps
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.inspection import (
    ConcludeInspection,
    InspectionView,
    OpinionView,
    OtherOpinion,
    RescheduleInspection,
)
from shared.contracts.calls.teams import EvidenceRequestAdded, Opinion, RecordOpinions, RequestEvidence
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, InspectionId, Position
from shared.vocabulary.inspection import VisitConclusion
from shared.vocabulary.labels import VISIT_CONCLUSION_LABELS

_NO_OPINION = (Result.NOT_ASSESSED, "")


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>")
def commune_visit(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show a criterion to be judged in a visit of the commune, or, once it is concluded, what it found."""
    return _visit(open_visit(commune_office(commune), inspection))


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>")
def record_commune_visit(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Judge, ask for evidence, move the day, or conclude."""
    return _act(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>")
def department_visit(inspection: InspectionId) -> str:
    """Show a criterion to be judged in a visit of the department, or, once it is concluded, what it found."""
    return _visit(open_visit(department_office(), inspection))


@blueprint.post("/so/ho-so/<inspection>")
def record_department_visit(inspection: InspectionId) -> str | Response:
    """Judge, ask for evidence, move the day, or conclude."""
    return _act(department_office(), inspection)


def _visit(found: Opened, problem: Problem | None = None) -> str:
    view = found.view
    listed = steps(view, found.seat, found.book.criteria.values()) if found.book else []
    # A visit that is concluded opens with what it found; a criterion is then looked at when somebody asks for it.
    asked = query_params.text_or_field("tieu-chi")
    chosen = _chosen(listed, asked) if found.changing or asked else None
    shown = sheet(view, found.cycle.cycle, chosen.code, found.seat) if chosen and found.cycle else None
    place = listed.index(chosen) if chosen else 0
    return render(
        "dot-kiem-tra.html",
        active=found.office.active,
        found=found,
        view=view,
        steps=listed,
        chosen=chosen,
        place=place,
        before=listed[place - 1] if chosen and place else None,
        after=listed[place + 1] if chosen and place + 1 < len(listed) else None,
        sheet=shown,
        requests=[one for one in view.requests if chosen and one.criterion == chosen.code],
        asking=found.seat.judging and may("inspection.request_evidence", school=view.school),
        conclusions=VISIT_CONCLUSION_LABELS,
        photographing=found.seat.judging and may("inspection.take_photo", school=view.school),
        problem=problem,
    )


def _chosen(listed: list[VisitStep], asked: str) -> VisitStep | None:
    """Return the criterion that was asked for, else the caller's first that is not judged to the end."""
    own = [one for one in listed if one.own]
    wanted = [one for one in listed if one.code == asked] or [one for one in own if not one.done] or own or listed
    return next(iter(wanted), None)


def _act(office: OfficeView, inspection: InspectionId) -> str | Response:
    acts = {
        "doi-ngay": reschedule,
        "ket-luan": conclude,
        "yeu-cau": _request_evidence,
        "chon": _choose,
    }
    act = acts.get(forms.text("viec").partition(":")[0], _record)
    found = open_visit(office, inspection)
    try:
        return act(found)
    except Problem as problem:
        return _visit(found, problem)


def reschedule(found: Opened) -> Response:
    """Move the day of a visit; raises Problem."""
    move = RescheduleInspection(
        school=found.view.school,
        inspection=found.view.inspection,
        on=forms.date("ngay") or today(SystemClock()),
        reason=forms.required("ly-do", "lý do"),
    )
    done = call_service("inspection", "reschedule", move, InspectionView).position
    return forms.go(found.href(), done)


def conclude(found: Opened) -> str | Response:
    """Conclude a visit, having asked first; raises Problem."""
    words = forms.text("ket-qua")
    if words not in {"", *VisitConclusion}:
        raise BadRequest("Kết luận này không có trong danh sách. Chưa ghi gì.", path="ket-qua")
    conclusion = VisitConclusion(words) if words else None
    asked = ConcludeInspection(
        school=found.view.school,
        inspection=found.view.inspection,
        summary=forms.required("tom-tat", "kết luận"),
        conclusion=conclusion,
    )
    if not is_confirmed():
        return _ask_to_conclude(found, conclusion)
    done = call_service("inspection", "conclude", asked, InspectionView).position
    return forms.go(found.href(), done)


def _ask_to_conclude(found: Opened, conclusion: VisitConclusion | None) -> str:
    view = found.view
    left = view.criteria_total - view.criteria_seen
    asks = sum(finding.result is Result.NOT_MET or finding.answer_by is not None for finding in view.findings)
    loose = sum(bool(one.opinions) and one.agreed is None for one in view.opinions)
    progress = f"Đoàn đã xem {view.criteria_seen} trong {view.criteria_total} tiêu chí, ghi {len(view.findings)} phát hiện."
    said = [
        f"{progress} Những phát hiện này thành chính thức, trường đọc được ngay.",
        f"Còn {left} tiêu chí chưa xem, và không ghi thêm được nữa."
        if left
        else "Mọi tiêu chí đã được xem; không ghi thêm, không sửa được nữa.",
        f"Trường phải trả lời {asks} phát hiện." if asks else "Không phát hiện nào chờ trường trả lời.",
    ]
    if loose:
        said.insert(1, f"{loose} chỉ báo mới có ý kiến thành viên, chưa thống nhất: không vào kết quả của đợt.")
    if conclusion is not None:
        said.insert(0, f"Kết luận: {VISIT_CONCLUSION_LABELS[conclusion].lower()}.")
    return ask_to_confirm(
        f"Kết luận “{view.title}” tại {school_name(view.school)}?",
        says=said,
        undo="Không mở lại được; xem tiếp thì lập một đợt kiểm tra lại.",
        yes="Kết luận đợt",
        back=found.href("thong-nhat") if loose else found.href(),
        active=found.office.active,
    )


# --- judging without a script


def _record(found: Opened) -> Response:
    """Record what was changed of a criterion, then show the one that was chosen to go on with."""
    code, onward = CriterionCode(forms.required("tieu-chi", "tiêu chí")), forms.text("sang")
    if forms.text("viec") == "sang":
        onward = forms.required("tiep", "tiêu chí xem tiếp")
    mine = {place[1:]: opinion for place, opinion in opinions_of(found.view, found.seat.person).items() if place[0] == code}
    opinions = _changed(code, mine)
    if not opinions and not onward:
        raise BadRequest("Chưa đổi gì so với lần ghi trước. Chưa ghi gì.")
    done = _send(found, opinions) if opinions else BEGINNING
    return forms.go(found.href(criterion=onward or code), done)


def _send(found: Opened, opinions: list[Opinion]) -> Position:
    record = RecordOpinions(school=found.view.school, inspection=found.view.inspection, opinions=opinions)
    view = call_service("inspection", "record_opinions", record, InspectionView)
    kept = opinions_of(view, found.seat.person).values()
    return max((opinion.position for opinion in kept), default=view.position)


def _changed(code: CriterionCode, mine: dict[tuple[int, str], OpinionView]) -> list[Opinion]:
    """Return what the form says otherwise than the caller's opinions stand."""
    opinions = []
    for key in dict.fromkeys(name[3:] for name in request.form if name.startswith(("kq-", "gc-"))):
        level, _, indicator = key.partition("_")
        if not level.isdecimal():
            continue
        was = mine.get((int(level), indicator))
        result, note = _result(forms.text(f"kq-{key}")), forms.text(f"gc-{key}")
        if (result, note) == ((was.result, was.note) if was else _NO_OPINION):
            continue
        opinions.append(
            Opinion(
                criterion=code,
                level=int(level),
                indicator=indicator,
                result=result,
                note=note,
                documents=list(was.documents) if was else [],
                seen=Position(forms.whole(f"vt-{key}")),
            )
        )
    return opinions


def _result(text: str) -> Result:
    try:
        return Result(text or Result.NOT_ASSESSED)
    except ValueError as error:
        raise BadRequest("Kết quả không có trong danh sách. Chưa ghi gì.") from error


def _choose(found: Opened) -> Response:
    """Let one of two versions stand that a member wrote on two devices (``chon:4.1_1_-:17402``)."""
    place, _, position = forms.text("viec").removeprefix("chon:").rpartition(":")
    code, level, indicator = place_of(place)
    mine = opinions_of(found.view, found.seat.person).get((code, level, indicator))
    versions: list[OpinionView | OtherOpinion] = [mine, *mine.others] if mine else []
    chosen = next((one for one in versions if str(one.position) == position), None)
    if mine is None or chosen is None:
        raise BadRequest("Không còn bản này. Chưa ghi gì. Mở lại trang để xem các bản.")
    opinion = Opinion(
        criterion=code,
        level=level,
        indicator=indicator,
        result=chosen.result,
        note=chosen.note,
        documents=list(chosen.documents),
        seen=mine.position,
    )
    return forms.go(found.href(criterion=code), _send(found, [opinion]))


def place_of(text: str) -> tuple[CriterionCode, int, str]:
    """Return the indicator that a form names (``4.1_1_a``); level 0 for what names none."""
    code, level, indicator = [*text.split("_", 2), "", ""][:3]
    return CriterionCode(code), int(level) if level.isdecimal() else 0, indicator


def _request_evidence(found: Opened) -> Response:
    code = CriterionCode(forms.required("tieu-chi", "tiêu chí"))
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn bổ sung. Chưa ghi gì.", path="han")
    asked = RequestEvidence(
        school=found.view.school,
        inspection=found.view.inspection,
        criterion=code,
        what=forms.required("can", "minh chứng cần bổ sung"),
        due=due,
    )
    done = call_service("inspection", "request_evidence", asked, EvidenceRequestAdded).position
    return forms.go(found.href(criterion=code), done)
