"""Rich answers about what visits ask for and how far registrations are; `ways` holds one for every state of the path."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls import registration as g
from shared.contracts.calls import teams as t
from shared.vocabulary.assessment import AwardKind, Layer
from shared.vocabulary.inspection import (
    PointAnswer,
    RecommendationSeverity,
    RecommendationState,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    Responsible,
    RouteStation,
    Verification,
)
from shared.vocabulary.labels import REGISTRATION_STEP_LABELS

HOSTILE = '<script>alert("x")</script>'
SCHOOL, CYCLE = "TH-BC", "2026-2027"
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
RECOMMENDED = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f2{:03d}"
ASKED = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f3001"
_IS = RecommendationState


def recommendation(number: int, state: RecommendationState, text: str, **said: Any) -> r.RecommendationView:
    """Return a recommendation of the commune's visit to the school, unless said otherwise."""
    plain: dict[str, Any] = {
        "criterion": "4.1",
        "severity": RecommendationSeverity.MUST,
        "due": dt.date(2026, 12, 27),
        "responsible": Responsible.SCHOOL,
        "layer": Layer.COMMUNE,
        "school": SCHOOL,
    }
    return r.RecommendationView(
        id=RECOMMENDED.format(number),
        text=text,
        state=state,
        inspection="kt-07",
        title="Kiểm tra kỹ thuật năm trước",
        cycle=CYCLE,
        made_on=dt.date(2026, 10, 6),
        position=17410 + number,
        **(plain | said),
    )


def _answer(text: str) -> r.RecommendationAnswerView:
    return r.RecommendationAnswerView(text=text, documents=[DOC], answered_on=dt.date(2026, 11, 18), position=17600)


def _found(result: Verification, note: str) -> r.VerificationView:
    return r.VerificationView(result=result, note=note, verified_on=dt.date(2026, 11, 20), position=17650)


MORE_TIME = r.ExtensionView(
    due=dt.date(2027, 1, 15), reason="Lớp bồi dưỡng mở tháng 1", extended_on=dt.date(2026, 11, 20), position=17651
)
EVERY_STATE = [
    recommendation(1, _IS.OVERDUE, f"Sửa 2 phòng học xuống cấp {HOSTILE}", due=dt.date(2026, 11, 20)),
    recommendation(2, _IS.OPEN, "Ghi rõ nguồn của từng số liệu.", criterion="1.3", severity=RecommendationSeverity.SHOULD),
    recommendation(3, _IS.ANSWERED, "Bổ sung hồ sơ vệ sinh.", criterion="4.2", answers=[_answer(f"Đã nộp {HOSTILE}")]),
    recommendation(
        4,
        _IS.PARTLY,
        "Bổ sung chứng nhận bồi dưỡng của 2 giáo viên.",
        criterion="2.2",
        due=dt.date(2027, 1, 15),
        answers=[_answer("Mới có 1.")],
        verifications=[_found(Verification.PARTLY, "có 1/2")],
        extensions=[MORE_TIME],
        carried_into=["kt-08"],
    ),
    recommendation(5, _IS.OPEN, "Cấp kinh phí sửa nhà vệ sinh.", criterion="", responsible=Responsible.ECONOMIC_OFFICE),
    recommendation(
        6,
        _IS.DONE,
        "Lưu kế hoạch bài dạy theo tổ.",
        criterion="3.1",
        answers=[_answer("Đã lưu.")],
        verifications=[_found(Verification.DONE, "")],
    ),
]
REQUEST = i.EvidenceRequestView(
    request=ASKED,
    criterion="4.1",
    what="Biên bản kiểm định phòng cháy 2026",
    due=dt.date(2026, 12, 30),
    state="mo",
    position=17700,
)
SUPPLIED = msgspec.structs.replace(
    REQUEST,
    request="0b7f7f43-0b5e-4c58-9a50-6a6a7d3f3002",
    criterion="1.3",
    what=f"Sổ số liệu {HOSTILE}",
    state="da_tra_loi",
    documents=[DOC],
    text="Đã gửi sổ.",
    supplied_on=dt.date(2026, 11, 21),
)


def school_recommendations(_: r.SchoolRecommendationsRequest) -> r.SchoolRecommendationsAnswer:
    """Return one recommendation in every state."""
    return r.SchoolRecommendationsAnswer(recommendations=EVERY_STATE)


def recommendations(request: r.RecommendationsRequest) -> r.RecommendationsAnswer:
    """Return those of a state, a school and who is responsible; counts are of all."""
    found = [
        one
        for one in EVERY_STATE
        if request.state in {None, one.state}
        and request.responsible in {None, one.responsible}
        and request.school in {None, one.school}
    ]
    if request.layer is Layer.DEPARTMENT:
        found = [msgspec.structs.replace(one, layer=Layer.DEPARTMENT) for one in found]
    counts = {state.value: sum(one.state is state for one in EVERY_STATE) for state in RecommendationState}
    return r.RecommendationsAnswer(recommendations=found, counts=counts, total=len(found), by_school={SCHOOL: counts})


# --- registrations

_S, _T = RegistrationState, RegistrationStep
PATH = [_T.OPEN, _T.CHECK, _T.FORWARD, _T.ACCEPT, _T.EVALUATE, _T.DRAFT, _T.REPLY, _T.FINAL, _T.DECIDE]
REACHED = {
    _S.NONE: 0,
    _S.RETURNED: 0,
    _S.REGISTERED: 1,
    _S.INCOMPLETE: 1,
    _S.CHECKED: 2,
    _S.FORWARDED: 3,
    _S.ACCEPTED: 4,
    _S.EVALUATION: 4,
    _S.DRAFT_SENT: 6,
    _S.REPLIED: 7,
    _S.SILENCE: 7,
    _S.FINAL: 8,
    _S.GRANTED: 9,
    _S.REFUSED: 9,
}
"""How many stations of the path lie behind a registration in each state."""


def registration(state: RegistrationState, **said: Any) -> g.RegistrationView:
    """Return a registration in a state, the steps before it done day by day from 12/9/2026."""
    done = REACHED[state]
    days = [dt.date(2026, 9, 12) + dt.timedelta(days=7 * n) for n in range(len(PATH))]
    stations = [
        g.StationView(
            step=step,
            label=REGISTRATION_STEP_LABELS[step],
            done_on=days[n] if n < done else None,
            now=n == done,
            refusal="" if n <= done else f"Chưa đến: còn thiếu {REGISTRATION_STEP_LABELS[PATH[n - 1]].lower()}.",
        )
        for n, step in enumerate(PATH)
    ]
    history = [
        g.RegistrationEvent(
            step=step,
            label=REGISTRATION_STEP_LABELS[step],
            on=days[n],
            by="",
            position=17000 + n,
            text=HOSTILE if n == 1 else "",
            document=DOC if n == 2 else "",
            late_days=3 if n == 0 else 0,
        )
        for n, step in enumerate(PATH[:done])
    ]
    ended = state in {_S.GRANTED, _S.REFUSED}
    deadlines = [
        g.RegistrationDeadline(
            what="Đăng ký lại",
            due=dt.date(2026, 10, 15),
            source="5 tháng trước ngày hết hạn",
            confidence="high",
            met_on=days[0] if done else None,
        ),
        g.RegistrationDeadline(
            what="Cả việc đánh giá", due=None, source="", confidence="low", note="Chưa tìm thấy điều nào."
        ),
    ]
    if done and not ended:
        deadlines.insert(
            1,
            g.RegistrationDeadline(
                what="Trường phản hồi dự thảo",
                due=dt.date(2026, 12, 30),
                source="10 ngày làm việc",
                confidence="low",
                note="Tính thứ hai đến thứ sáu; chưa có lịch nghỉ.",
            ),
        )
    plain: dict[str, Any] = {
        "registration": "dk-1" if done or state is _S.RETURNED else "",
        "cycle": CYCLE,
        "purpose": RegistrationPurpose.BOTH if done else None,
        "degree": 1 if done else 0,
        "route": [*RouteStation],
        "missing": [f"Bảng kiểm phòng cháy {HOSTILE}"] if state is _S.INCOMPLETE else [],
        "visit": "kt-09" if done > 4 or state is _S.EVALUATION else "",
        "points": [],
        "warnings": ["Đường đi trường – xã – Sở là cách cài đặt, chưa phải quy định."],
        "position": 17000 + done,
    }
    if state in {_S.REPLIED, _S.FINAL}:
        answer = PointAnswer.TAKEN_IN if state is _S.FINAL else None
        plain["points"] = [g.ReplyPoint(number=1, text=f"Sửa số liệu 2.2 {HOSTILE}", answer=answer)]
    plain |= {"deadlines": deadlines, "history": history, "stations": stations}
    return g.RegistrationView(school=SCHOOL, state=state, **(plain | said))


class Ways:
    """In which state the school's registration stands; a test may move it."""

    def __init__(self) -> None:
        self.state = _S.DRAFT_SENT
        self.said: dict[str, Any] = {}

    def show(self, _: Any = None) -> g.RegistrationView:
        """Answer with the registration as it stands."""
        return registration(self.state, **self.said)


WAYS = Ways()


def line(state: RegistrationState, school: str = SCHOOL, **said: Any) -> g.RegistrationLine:
    """Return a registration of the queue in a state."""
    view = registration(state)
    following = next((one for one in view.deadlines if one.met_on is None and one.due), None)
    plain: dict[str, Any] = {"next": following, "days_left": 30 if following else None, "visit": view.visit}
    plain |= {"purpose": view.purpose, "degree": view.degree}
    return g.RegistrationLine(
        school=school,
        commune="NAM-LAM",
        registration="dk-1",
        cycle=CYCLE,
        state=state,
        since=dt.date(2026, 11, 16),
        **(plain | said),
    )


QUEUE = [
    line(
        _S.FINAL,
        "MN-SM",
        next=g.RegistrationDeadline(
            what="Ra quyết định", due=dt.date(2026, 11, 20), source="20 ngày làm việc", confidence="high"
        ),
    ),
    line(_S.DRAFT_SENT, evaluators=["0b7f7f43-0b5e-4c58-9a50-6a6a7d3f4001"] * 7),
    line(_S.ACCEPTED, "MN-HB"),
    line(_S.FORWARDED, "THCS-NL", next=None),
]


def registrations(request: g.RegistrationsRequest) -> g.RegistrationsAnswer:
    """Return the queue, narrowed by state; two registrations are still at the commune."""
    found = [one for one in QUEUE if request.state in {None, one.state} and not (request.mine and not one.evaluators)]
    counts = {one.state.value: 1 for one in QUEUE}
    return g.RegistrationsAnswer(registrations=found, total=len(found), counts=counts, coming=2)


def renewal(school: str, due: dt.date | None, **more: Any) -> g.RenewalLine:
    known = {"source": "TT17/2018 Đ38", "confidence": "high"} if due else {"source": "TT57/2026 Đ18", "confidence": "low"}
    deadline = g.RegistrationDeadline(what="Đăng ký lại", due=due, **known)
    told = {"commune": "NAM-LAM", "kind": AwardKind.RECOGNITION, "number": "7/QĐ-SGDĐT", "expires_on": dt.date(2027, 6, 30)}
    return g.RenewalLine(school=school, deadline=deadline, **(told | more))


RENEWALS = g.RenewalsAnswer(
    on=dt.date(2026, 11, 23),
    renewals=[
        renewal("TH-BC", dt.date(2026, 10, 30), days_left=-24),
        renewal("MN-HB", dt.date(2027, 1, 30), days_left=68, registered_on=dt.date(2026, 11, 2)),
        renewal("THCS-NL", None, expires_on=dt.date(2027, 8, 1)),
    ],
)

_ACTS = (
    "open_registration",
    "check_registration",
    "forward_registration",
    "accept_registration",
    "return_registration",
    "send_draft_report",
    "reply_to_draft",
    "finalise_report",
)
_RECOMMENDING = ("answer_recommendation", "verify_recommendation", "extend_recommendation")

INSPECTING: dict[str, Any] = {
    "inspection.school_recommendations": school_recommendations,
    "inspection.recommendations": recommendations,
    "inspection.registration": WAYS.show,
    "inspection.registrations": registrations,
    "inspection.commune_registrations": registrations,
    "inspection.renewals": lambda _: RENEWALS,
    **{f"inspection.{name}": WAYS.show for name in _ACTS},
    **{f"inspection.{name}": lambda _: EVERY_STATE[2] for name in _RECOMMENDING},
}
ASKING = frozenset({*_ACTS, *_RECOMMENDING, "supply_evidence", "plan_programme", "record_opinions"})
"""Commands whose answer is a view."""


def programme(request: t.PlanProgramme, visit: i.InspectionView) -> t.ProgrammeAnswer:
    """Return a visit for each that was planned."""
    return t.ProgrammeAnswer(
        visits=[
            msgspec.structs.replace(visit, school=one.school, on=one.on, title=one.title or request.title)
            for one in request.visits
        ]
    )
