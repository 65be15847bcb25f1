"""The department's decisions on one school: what it may decide now, what it decided before, and how a slip is put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, paper_options, query_params
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.offices import department_office
from services.portal.pages.registrations.strip import registration_for
from services.portal.pages.rulebook_labels import law
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import (
    AwardView,
    CertificateView,
    CorrectAward,
    CyclesAnswer,
    CycleView,
    GrantCertificate,
    GrantRecognition,
    RecognitionView,
    RefusalView,
    RefuseRecognition,
    RegisterAnswer,
    RegisterRequest,
    RequestRemedy,
    RevokeCertificate,
    RevokeRecognition,
    SchoolRequest,
    Status,
    StatusRequest,
)
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.inspection import InspectionsAnswer, InspectionsRequest, InspectionView
from shared.contracts.calls.registration import StationView
from shared.problems import BadRequest, Problem
from shared.rulebook.loader import load_library
from shared.text import format_date, parse_date
from shared.vocabulary.assessment import AwardKind, Corrected, Layer
from shared.vocabulary.ids import DocumentId, Position, SchoolCode
from shared.vocabulary.inspection import RegistrationStep

SHOWN = 50

PARTICULARS = {
    Corrected.NUMBER: "Số quyết định",
    Corrected.DEGREE: "Mức độ (hoặc cấp độ của Chứng nhận)",
    Corrected.CERTIFICATE_DEGREE: "Cấp độ Chứng nhận ghi trong quyết định",
    Corrected.DECIDED_ON: "Ngày ký",
    Corrected.EXPIRES_ON: "Ngày hết hạn",
}


class DecisionStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the path to a decision: taken, or not yet."""

    taken: bool
    text: str


class Degrees(msgspec.Struct, frozen=True, kw_only=True):
    """What the circular of the school's cycle may award: degrees, and why there are none."""

    recognition: list[int]
    certificate: list[int]
    remedy_first: bool


@blueprint.get("/so/quyet-dinh")
def decisions() -> str:
    """Choose a school, see the path and its conditions, record what was decided."""
    return _page()


@blueprint.post("/so/quyet-dinh")
def decide() -> str | Response:
    """Record a decision, a correction, a refusal, a request to remedy, or a revocation."""
    try:
        school = SchoolCode(forms.required("truong", "trường"))
        act = _ACTS.get(forms.text("viec") or "cong-nhan")
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        if act is _revoke and not is_confirmed():
            return _ask_to_revoke(school)
        position = act(school)
    except Problem as problem:
        return _page(problem)
    return forms.go(f"/so/quyet-dinh?truong={quote(school)}", position)


def _page(problem: Problem | None = None) -> str:
    department_office()
    schools = [s for s in directory().schools() if may("assessment.status", school=s.code)]
    chosen = next((s for s in schools if s.code == query_params.text_or_field("truong")), None)
    deciding = may("assessment.grant_recognition")
    register = call_service("assessment", "register", RegisterRequest(), RegisterAnswer)
    status = _status(chosen) if chosen else None
    return render(
        "quyet-dinh.html",
        active="quyet-dinh",
        schools=schools,
        chosen=chosen,
        status=status,
        law=law(status.rulebook) if status else None,
        degrees=_degrees(status, chosen) if status and chosen else None,
        path=_path(status) if status else [],
        papers=paper_options.papers(chosen.code) if chosen and deciding else [],
        awards=_listed([*register.recognitions, *register.certificates], chosen),
        particulars=PARTICULARS,
        deciding=deciding,
        problem=problem,
    )


def _status(school: SchoolEntry) -> Status:
    return call_service("assessment", "status", StatusRequest(school=school.code, layer=Layer.DEPARTMENT), Status)


def _listed(awards: Iterable[AwardView], chosen: SchoolEntry | None) -> list[tuple[AwardKind, AwardView]]:
    """Return the awards of the school, or of all, the newest decision first, each with its kind."""
    pairs: list[tuple[AwardKind, AwardView]] = [
        (AwardKind.RECOGNITION if isinstance(award, RecognitionView) else AwardKind.CERTIFICATE, award)
        for award in awards
        if chosen is None or award.school == chosen.code
    ]
    return sorted(pairs, key=lambda pair: (pair[1].decided_on, pair[1].position), reverse=True)[:SHOWN]


def _degrees(status: Status, chosen: SchoolEntry) -> Degrees:
    rules = load_library().get(status.rulebook).rules
    of_today = load_library().choose(chosen.kind, today(SystemClock())).rulebook.rules
    return Degrees(
        recognition=sorted(set(rules.recognition.degrees.values())),
        certificate=sorted(set(rules.certificate.degrees.values())),
        remedy_first=of_today.revocation.remedy_first,
    )


def _path(status: Status) -> list[DecisionStep]:
    """Return the steps that a decision needs before its conditions are looked at."""
    cycles = call_service("assessment", "cycles", SchoolRequest(school=status.school), CyclesAnswer).cycles
    visits = call_service(
        "inspection", "inspections", InspectionsRequest(school=status.school), InspectionsAnswer
    ).inspections
    cycle = next((candidate for candidate in cycles if candidate.cycle == status.cycle), None)
    view = registration_for(status.school, cycle.cycle) if cycle is not None else None
    stations = view.stations if view is not None else []
    evaluated = next((n for n, one in enumerate(stations) if one.step is RegistrationStep.EVALUATE), len(stations))
    return [
        _submitted(cycle),
        *map(_station, stations[:evaluated]),
        _visited(cycle, visits, status),
        *[_station(one) for one in stations[evaluated + 1 :] if one.step is not RegistrationStep.DECIDE],
    ]


def _station(station: StationView) -> DecisionStep:
    if station.done_on is not None:
        return DecisionStep(taken=True, text=f"{station.label}: {format_date(station.done_on)}")
    return DecisionStep(taken=False, text=f"{station.label}: chưa có")


def _submitted(cycle: CycleView | None) -> DecisionStep:
    if cycle is None:
        return DecisionStep(taken=False, text="Trường chưa mở đợt tự đánh giá nào")
    if cycle.submitted_on is None:
        return DecisionStep(taken=False, text=f"Trường chưa trình báo cáo đợt {cycle.cycle}")
    return DecisionStep(taken=True, text=f"Trường trình báo cáo đợt {cycle.cycle} ngày {format_date(cycle.submitted_on)}")


def _visited(cycle: CycleView | None, visits: list[InspectionView], status: Status) -> DecisionStep:
    own = [visit for visit in visits if cycle and visit.cycle == cycle.cycle and visit.layer is Layer.DEPARTMENT]
    if any(visit.concluded for visit in own):
        return DecisionStep(taken=True, text="Đoàn của Sở đã kết luận đợt đánh giá ngoài")
    draft = status.drafts.get(Layer.DEPARTMENT)
    progress = f": mới xem {draft.seen}/{draft.total} tiêu chí, còn là dự thảo" if draft else ""
    return DecisionStep(taken=False, text=f"Đoàn của Sở chưa kết luận{progress}")


# --- what the forms do


def _day(name: str = "ngay") -> dt.date:
    return forms.date(name) or today(SystemClock())


def _grant(school: SchoolCode) -> Position:
    why, paper = forms.text("ly-do"), DocumentId(forms.text("tai-lieu"))
    if forms.text("loai") == AwardKind.CERTIFICATE:
        certificate = GrantCertificate(
            school=school,
            number=forms.required("so", "số quyết định"),
            decided_on=_day(),
            degree=forms.whole("cap-do"),
            expires_on=forms.date("het-han"),
            override=why,
            copied_from_paper=paper,
        )
        return call_service("assessment", "grant_certificate", certificate, CertificateView).position
    recognition = GrantRecognition(
        school=school,
        number=forms.required("so", "số quyết định"),
        decided_on=_day(),
        degree=forms.whole("muc-do"),
        expires_on=forms.date("het-han"),
        override=why,
        copied_from_paper=paper,
    )
    return call_service("assessment", "grant_recognition", recognition, RecognitionView).position


def _named() -> tuple[AwardKind, str]:
    """Return kind and number of the award a form is about: "recognition 118/QĐ"."""
    kind, _, number = forms.required("giay", "số quyết định").partition(" ")
    try:
        return AwardKind(kind), number
    except ValueError as error:
        raise BadRequest("Chọn quyết định trong danh sách. Chưa ghi gì.", path="giay") from error


def _correct(school: SchoolCode) -> Position:
    kind, number = _named()
    try:
        what = Corrected(forms.required("muc", "mục ghi sai"))
    except ValueError as error:
        raise BadRequest("Chọn mục ghi sai trong danh sách. Chưa ghi gì.", path="muc") from error
    new = forms.required("dung", "nội dung đúng")
    if what in {Corrected.DECIDED_ON, Corrected.EXPIRES_ON}:
        new = parse_date(new).isoformat()
    correction = CorrectAward(
        school=school,
        award=kind,
        number=number,
        what=what,
        new=new,
        reason=forms.required("ly-do", "lý do đính chính"),
        document=DocumentId(forms.text("tai-lieu")),
    )
    return call_service("assessment", "correct_award", correction, AwardView).position


def _refuse(school: SchoolCode) -> Position:
    refusal = RefuseRecognition(
        school=school,
        reason=forms.required("ly-do", "lý do không công nhận"),
        refused_on=_day(),
        number=forms.text("so"),
        document=DocumentId(forms.text("tai-lieu")),
    )
    return call_service("assessment", "refuse_recognition", refusal, RefusalView).position


def _remedy(school: SchoolCode) -> Position:
    _, number = _named()
    until = forms.date("han")
    if until is None:
        raise BadRequest("Thiếu hạn khắc phục. Chưa ghi gì.", path="han")
    remedy = RequestRemedy(
        school=school,
        number=number,
        until=until,
        reason=forms.required("ly-do", "nội dung phải khắc phục"),
        requested_on=_day(),
        document=DocumentId(forms.text("tai-lieu")),
    )
    return call_service("assessment", "request_remedy", remedy, RecognitionView).position


def _ask_to_revoke(school: SchoolCode) -> str:
    kind, number = _named()
    forms.required("ly-do", "lý do thu hồi")
    entry = directory().school(school)
    return ask_to_confirm(
        f"Thu hồi {'Bằng' if kind is AwardKind.RECOGNITION else 'Chứng nhận'} số {number}?",
        says=[
            f"{entry.name if entry else school} không còn giữ quyết định này kể từ ngày thu hồi. Sổ công khai ghi thu hồi.",
            "Ghi sai số, ngày hay mức độ thì đính chính, không thu hồi.",
        ],
        undo="Không hoàn lại được: công nhận lại là một quyết định mới.",
        yes="Thu hồi",
        back=f"/so/quyet-dinh?truong={quote(school)}",
        active="quyet-dinh",
    )


def _revoke(school: SchoolCode) -> Position:
    kind, number = _named()
    reason, document = forms.required("ly-do", "lý do thu hồi"), DocumentId(forms.text("tai-lieu"))
    if kind is AwardKind.CERTIFICATE:
        certificate = RevokeCertificate(school=school, number=number, revoked_on=_day(), reason=reason, document=document)
        return call_service("assessment", "revoke_certificate", certificate, CertificateView).position
    recognition = RevokeRecognition(school=school, number=number, revoked_on=_day(), reason=reason, document=document)
    return call_service("assessment", "revoke_recognition", recognition, RecognitionView).position


_ACTS: dict[str, Callable[[SchoolCode], Position]] = {
    "cong-nhan": _grant,
    "dinh-chinh": _correct,
    "khong-cong-nhan": _refuse,
    "khac-phuc": _remedy,
    "thu-hoi": _revoke,
}
