"""The page of a school's registration: how far it came, by when what is due, and what the reader may do to it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, paper_options
from services.portal.pages.confirmation import ask_to_confirm, is_confirmed
from services.portal.pages.cycle_tabs import cycle_tabs
from services.portal.pages.registrations.strip import ENDED, RegistrationStrip, refusals, registration_of, strip
from services.portal.pages.site import blueprint, render, school_name
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import CyclesAnswer, RefusalView, SchoolRequest, Status, StatusRequest
from shared.contracts.calls.inspection import InspectionsAnswer, InspectionsRequest, InspectionView
from shared.contracts.calls.registration import (
    AcceptRegistration,
    AnsweredPoint,
    CheckRegistration,
    FinaliseReport,
    ForwardRegistration,
    OpenRegistration,
    RegistrationView,
    ReplyToDraft,
    ReturnRegistration,
    SendDraftReport,
)
from shared.problems import BadRequest, NotAllowed, Problem
from shared.rulebook.loader import load_library
from shared.vocabulary import labels
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, SchoolCode
from shared.vocabulary.inspection import (
    ForwardedTo,
    PointAnswer,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    RouteStation,
)

_STATE = RegistrationState
Word = TypeVar("Word", RegistrationPurpose, ForwardedTo, PointAnswer)
MOST_COPIES = 20


class RegistrationAct(NamedTuple):
    """An act of a registration: the step that it takes, the operation behind it, who does it, in which states."""

    step: RegistrationStep
    operation: str
    title: str
    by: RouteStation
    states: frozenset[RegistrationState]


class ActCard(msgspec.Struct, frozen=True, kw_only=True):
    """An act as the page shows it: open, or shut with the reason."""

    key: str
    title: str
    refusal: str


_S, _R = RegistrationStep, RouteStation
ACTS = {
    "dang-ky": RegistrationAct(
        _S.OPEN,
        "open_registration",
        "Đăng ký đánh giá",
        _R.SCHOOL,
        frozenset({_STATE.NONE, _STATE.RETURNED}),
    ),
    "phan-hoi": RegistrationAct(
        _S.REPLY, "reply_to_draft", "Phản hồi dự thảo", _R.SCHOOL, frozenset({_STATE.DRAFT_SENT, _STATE.SILENCE})
    ),
    "kiem-tra": RegistrationAct(
        _S.CHECK,
        "check_registration",
        "Kiểm tra hồ sơ",
        _R.COMMUNE,
        frozenset({_STATE.REGISTERED, _STATE.INCOMPLETE}),
    ),
    "chuyen": RegistrationAct(_S.FORWARD, "forward_registration", "Chuyển hồ sơ", _R.COMMUNE, frozenset({_STATE.CHECKED})),
    "tiep-nhan": RegistrationAct(
        _S.ACCEPT, "accept_registration", "Tiếp nhận", _R.DEPARTMENT, frozenset({_STATE.FORWARDED})
    ),
    "tra": RegistrationAct(_S.RETURN, "return_registration", "Trả hồ sơ", _R.DEPARTMENT, frozenset({_STATE.FORWARDED})),
    "du-thao": RegistrationAct(
        _S.DRAFT, "send_draft_report", "Gửi dự thảo báo cáo", _R.DEPARTMENT, frozenset({_STATE.EVALUATION})
    ),
    "chinh-thuc": RegistrationAct(
        _S.FINAL, "finalise_report", "Báo cáo chính thức", _R.DEPARTMENT, frozenset({_STATE.REPLIED, _STATE.SILENCE})
    ),
}
_OUT_OF_ORDER = "Chưa đến bước này."
_NOT_SUBMITTED = "Chưa trình báo cáo tự đánh giá nào; trình rồi mới đăng ký được."


@blueprint.get("/truong/<school>/dang-ky")
def registration_page(school: SchoolCode) -> str:
    """Show a school's registration, its deadlines and its history, and what the reader may do to it now."""
    return _page(school)


@blueprint.post("/truong/<school>/dang-ky")
def act_on_registration(school: SchoolCode) -> str | Response:
    """Do one step of a registration; what cannot be undone asks first."""
    try:
        key = forms.text("viec")
        if key not in _CALLS:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        command = _CALLS[key](school)
        if not is_confirmed() and _asks_first(command):
            return _ask(school, key)
        done = call_service("inspection", ACTS[key].operation, command, RegistrationView).position
    except Problem as problem:
        return _page(school, problem)
    return forms.go(_address(school), done)


def _address(school: SchoolCode) -> str:
    return f"/truong/{quote(school)}/dang-ky"


def _page(school: SchoolCode, problem: Problem | None = None) -> str:
    cycles = call_service("assessment", "cycles", SchoolRequest(school=school), CyclesAnswer).cycles
    view = registration_of(school, cycles[0].cycle if cycles else CycleId(""))
    if view is None:
        raise NotAllowed("Vai trò hiện có không xem được hồ sơ đăng ký. Xin quyền ở người quản trị.")
    submitted = any(cycle.submitted_on for cycle in cycles)
    way, cards = strip(view, today(SystemClock())), _cards(school, view, submitted=submitted)
    open_acts = {card.key for card in cards if not card.refusal}
    linked = {event.document for event in view.history if event.document}
    options = paper_options.papers(school, linked) if open_acts or linked else []
    tabs = cycle_tabs(school, "dang-ky", cycles=cycles)
    return render(
        "dang-ky.html",
        active="danh-gia",
        at_school=school,
        tabs=tabs,
        way=way,
        view=view,
        ended=view.state in ENDED,
        refused=_refused(school, view),
        cards=cards,
        papers=options if open_acts else [],
        names=dict(options),
        visits=_commune_visits(school) if "kiem-tra" in open_acts else [],
        degrees=_degrees(tabs.cycle.rulebook) if tabs.cycle and "dang-ky" in open_acts else [],
        submitted=submitted,
        next=_elsewhere(school, way),
        problem=problem,
        PURPOSE=labels.REGISTRATION_PURPOSE_LABELS,
        FORWARDED=labels.FORWARDED_TO_LABELS,
        POINT=labels.POINT_ANSWER_LABELS,
        STATE=labels.REGISTRATION_STATE_LABELS,
    )


def _refused(school: SchoolCode, view: RegistrationView) -> RefusalView | None:
    """Return the decision not to recognise the school that ended a registration: why is kept where decisions are."""
    if view.state is not _STATE.REFUSED or not may("assessment.status", school=school):
        return None
    refusal = call_service("assessment", "status", StatusRequest(school=school), Status).refusal
    return refusal if refusal is not None and refusal.cycle == view.cycle else None


def _cards(school: SchoolCode, view: RegistrationView, *, submitted: bool) -> list[ActCard]:
    """Return the acts that the reader's roles may do at all, in the order of the path, each with why it cannot be now."""
    shut, to_do = refusals(view), {station.step for station in view.stations if station.done_on is None}
    if not submitted:
        shut.setdefault(RegistrationStep.OPEN, _NOT_SUBMITTED)
    return [
        ActCard(key=key, title=act.title, refusal=_refusal(act, view, shut))
        for key, act in ACTS.items()
        if may(f"inspection.{act.operation}", school=school)
        and act.by in (view.route or [*RouteStation])
        and (view.state in _states(act, view.route) or (view.state not in ENDED and _station_of(act) in to_do))
    ]


def _station_of(act: RegistrationAct) -> RegistrationStep:
    """Return the station at which an act is done: a dossier is returned where it would be accepted."""
    return RegistrationStep.ACCEPT if act.step is RegistrationStep.RETURN else act.step


def _refusal(act: RegistrationAct, view: RegistrationView, shut: dict[RegistrationStep, str]) -> str:
    if view.state in _states(act, view.route):
        return shut.get(act.step, "")
    return shut.get(act.step) or _OUT_OF_ORDER


def _states(act: RegistrationAct, route: list[RouteStation]) -> frozenset[RegistrationState]:
    """Return in which states an act is possible: without a commune on the route the department takes what is registered."""
    past_commune = act.step in {RegistrationStep.ACCEPT, RegistrationStep.RETURN}
    if past_commune and route and RouteStation.COMMUNE not in route:
        return act.states | {_STATE.REGISTERED}
    return act.states


def _commune_visits(school: SchoolCode) -> list[InspectionView]:
    found = call_service("inspection", "inspections", InspectionsRequest(school=school), InspectionsAnswer).inspections
    return [visit for visit in found if visit.layer is Layer.COMMUNE and visit.concluded]


def _degrees(rulebook: str) -> list[int]:
    return sorted(set(load_library().get(rulebook).rules.recognition.degrees.values()))


class Elsewhere(NamedTuple):
    """The next act where it is done on another page."""

    label: str
    href: str


def _elsewhere(school: SchoolCode, way: RegistrationStrip) -> Elsewhere | None:
    state, visit = way.view.state, way.view.visit
    if state is _STATE.ACCEPTED and may("inspection.plan", school=school):
        return Elsewhere("Phân công đoàn đánh giá", f"/so/ho-so?truong={quote(school)}")
    if state is _STATE.EVALUATION and visit and may("inspection.conclude", school=school):
        return Elsewhere("Mở đợt đánh giá", f"/so/ho-so/{quote(visit)}?truong={quote(school)}")
    if (state is _STATE.FINAL or state in ENDED) and may("assessment.grant_recognition", school=school):
        label = "Ghi quyết định" if state is _STATE.FINAL else "Xem quyết định"
        return Elsewhere(label, f"/so/quyet-dinh?truong={quote(school)}")
    return None


# --- what the forms do


def _document() -> DocumentId:
    return DocumentId(forms.text("tai-lieu"))


def _lines(name: str) -> list[str]:
    return [line.strip() for line in forms.text(name).split("\n") if line.strip()]


def _open(school: SchoolCode) -> OpenRegistration:
    copies = forms.whole("so-bo")
    if copies > MOST_COPIES:
        raise BadRequest(f"Số bộ báo cáo từ 1 đến {MOST_COPIES}. Chưa ghi gì.", path="so-bo")
    return OpenRegistration(
        school=school,
        purpose=_one_of(RegistrationPurpose, "muc-dich", "mục đích đăng ký"),
        degree=forms.whole("muc-do"),
        copies=copies,
        number=forms.text("so"),
        document=_document(),
        on=forms.date("ngay"),
    )


def _check(school: SchoolCode) -> CheckRegistration:
    complete, missing = forms.required("ket-qua", "kết quả kiểm tra hồ sơ") == "du", _lines("thieu")
    if not complete and not missing:
        raise BadRequest("Thiếu gì thì ghi mỗi dòng một giấy. Chưa ghi gì.", path="thieu")
    if complete and missing:
        raise BadRequest("Hồ sơ đủ thì không ghi giấy còn thiếu. Chưa ghi gì.", path="thieu")
    return CheckRegistration(
        school=school, missing=missing, inspection=InspectionId(forms.text("dot-kiem-tra")), on=forms.date("ngay")
    )


def _forward(school: SchoolCode) -> ForwardRegistration:
    to = _one_of(ForwardedTo, "noi-nhan", "nơi nhận")
    return ForwardRegistration(school=school, to=to, number=forms.text("so"), document=_document(), on=forms.date("ngay"))


def _accept(school: SchoolCode) -> AcceptRegistration:
    return AcceptRegistration(school=school, number=forms.text("so"), document=_document(), on=forms.date("ngay"))


def _return(school: SchoolCode) -> ReturnRegistration:
    return ReturnRegistration(
        school=school,
        reason=forms.required("ly-do", "lý do trả hồ sơ"),
        due=forms.date("han"),
        number=forms.text("so"),
        document=_document(),
        on=forms.date("ngay"),
    )


def _draft(school: SchoolCode) -> SendDraftReport:
    return SendDraftReport(school=school, document=_document(), summary=forms.text("tom-tat"), on=forms.date("ngay"))


def _reply(school: SchoolCode) -> ReplyToDraft:
    agrees, points = forms.required("tra-loi", "câu trả lời") == "dong-y", _lines("diem")
    if agrees == bool(points):
        words = "Đồng ý thì không ghi điểm nào" if agrees else "Ghi mỗi dòng một điểm, hoặc chọn đồng ý"
        raise BadRequest(f"{words}. Chưa ghi gì.", path="diem")
    return ReplyToDraft(school=school, points=points, document=_document(), on=forms.date("ngay"))


def _final(school: SchoolCode) -> FinaliseReport:
    numbers = [int(name.removeprefix("tl-")) for name in _form_names("tl-")]
    answers = [
        AnsweredPoint(
            point=number,
            answer=_one_of(PointAnswer, f"tl-{number}", f"ý kiến của đoàn về điểm {number}"),
            note=forms.text(f"gc-{number}"),
        )
        for number in numbers
    ]
    return FinaliseReport(school=school, answers=answers, document=_document(), on=forms.date("ngay"))


def _form_names(prefix: str) -> list[str]:
    return sorted(name for name in forms.names() if name.startswith(prefix) and name.removeprefix(prefix).isdecimal())


def _one_of(words: type[Word], name: str, label: str) -> Word:
    try:
        return words(forms.required(name, label))
    except ValueError as error:
        raise BadRequest(f"Chọn {label} trong danh sách. Chưa ghi gì.", path=name) from error


Command = (
    OpenRegistration
    | CheckRegistration
    | ForwardRegistration
    | AcceptRegistration
    | ReturnRegistration
    | SendDraftReport
    | ReplyToDraft
    | FinaliseReport
)
_CALLS: dict[str, Callable[[SchoolCode], Command]] = {
    "dang-ky": _open,
    "kiem-tra": _check,
    "chuyen": _forward,
    "tiep-nhan": _accept,
    "tra": _return,
    "du-thao": _draft,
    "phan-hoi": _reply,
    "chinh-thuc": _final,
}


# --- what cannot be undone asks first


class StepQuestion(NamedTuple):
    """What is asked before an act: what will happen, whether it can be undone, and the button."""

    question: str
    says: str
    undo: str
    yes: str


_QUESTIONS = {
    "dang-ky": StepQuestion(
        "Đăng ký đánh giá cho {}?",
        "Hồ sơ rời trường; xã và Sở thấy ngay. Hạn của các bước sau tính từ ngày đăng ký.",
        "Không rút lại được. Sai thì xã hay Sở trả hồ sơ, rồi đăng ký lại.",
        "Đăng ký",
    ),
    "chuyen": StepQuestion(
        "Chuyển hồ sơ của {}?",
        "Xã đã kiểm tra xong; nơi nhận thấy hồ sơ ngay.",
        "Không rút lại được. Cần bổ sung thì nơi nhận trả hồ sơ kèm lý do.",
        "Chuyển hồ sơ",
    ),
    "tiep-nhan": StepQuestion(
        "Tiếp nhận hồ sơ của {}?",
        "Hồ sơ vào bước đánh giá; bước sau là lập đoàn.",
        "Tiếp nhận rồi thì không trả hồ sơ được nữa.",
        "Tiếp nhận",
    ),
    "tra": StepQuestion(
        "Trả hồ sơ của {}?",
        "Trường và xã đọc được lý do. Trường bổ sung rồi đăng ký lại.",
        "Không rút lại được; muốn xét tiếp thì chờ trường đăng ký lại.",
        "Trả hồ sơ",
    ),
    "du-thao": StepQuestion(
        "Gửi dự thảo báo cáo cho {}?",
        "Trường đọc được ngay. Hạn phản hồi tính từ ngày gửi; hết hạn mà im lặng thì coi như đồng ý.",
        "Không rút lại được. Sửa gì thì sửa trong báo cáo chính thức.",
        "Gửi dự thảo",
    ),
    "phan-hoi": StepQuestion(
        "Gửi phản hồi của {} về dự thảo?",
        "Đoàn phải trả lời từng điểm trong báo cáo chính thức.",
        "Gửi rồi không sửa được.",
        "Gửi phản hồi",
    ),
    "chinh-thuc": StepQuestion(
        "Ghi báo cáo chính thức về {}?",
        "Báo cáo thành căn cứ để quyết định; trường đọc được ý kiến của đoàn về từng điểm.",
        "Không sửa lại được.",
        "Ghi báo cáo chính thức",
    ),
}


def _asks_first(command: Command) -> bool:
    return not isinstance(command, CheckRegistration)


def _ask(school: SchoolCode, key: str) -> str:
    asked = _QUESTIONS[key]
    return ask_to_confirm(
        asked.question.format(school_name(school)),
        says=[asked.says],
        undo=asked.undo,
        yes=asked.yes,
        back=_address(school),
        active="danh-gia",
        school=school,
    )
