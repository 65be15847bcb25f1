"""Calls of the inspection service about registrations for external evaluation: from the school's letter to the decision."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import (
    BOARD_READERS,
    DEPARTMENT,
    HEADS,
    OFFICE_READERS,
    READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import (
    BEGINNING,
    CommuneCode,
    CycleId,
    DocumentId,
    InspectionId,
    PersonId,
    Position,
    RegistrationId,
    SchoolCode,
)
from shared.vocabulary.inspection import (
    ForwardedTo,
    PointAnswer,
    RegistrationPurpose,
    RegistrationState,
    RegistrationStep,
    RouteStation,
)
from shared.vocabulary.roles import Role


class OpenRegistration(Call, frozen=True, kw_only=True):
    """A school registers a submitted cycle, the newest one by default. `degree` is the one it aims at, 0 while unsaid.

    `copies` of the report go with it (2018 Đ26: 02); 0 while unsaid. `document` is the kept letter.
    """

    school: SchoolCode
    cycle: CycleId = CycleId("")
    purpose: RegistrationPurpose = RegistrationPurpose.BOTH
    degree: int = 0
    copies: int = 0
    number: str = ""
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class CheckRegistration(Call, frozen=True, kw_only=True):
    """The commune checks the dossier: complete, or what is `missing`. `inspection` is the visit it rests on, '' for none."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    missing: list[str] = []
    inspection: InspectionId = InspectionId("")
    on: dt.date | None = None


class ForwardRegistration(Call, frozen=True, kw_only=True):
    """The commune forwards the dossier with its letter."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    to: ForwardedTo = ForwardedTo.DEPARTMENT
    number: str = ""
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class AcceptRegistration(Call, frozen=True, kw_only=True):
    """The department accepts the dossier."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    number: str = ""
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class ReturnRegistration(Call, frozen=True, kw_only=True):
    """The department returns the dossier, with the reason and by when it is to come back."""

    school: SchoolCode
    reason: str
    cycle: CycleId = CycleId("")
    due: dt.date | None = None
    number: str = ""
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class SendDraftReport(Call, frozen=True, kw_only=True):
    """The team sends the school the draft of its report; the time to reply runs from that day."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    document: DocumentId = DocumentId("")
    summary: str = ""
    on: dt.date | None = None


class ReplyToDraft(Call, frozen=True, kw_only=True):
    """The school replies: point by point, or agrees. Too late is taken all the same, and says so."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    points: list[str] = []
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class AnsweredPoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team does with a point of the reply, by its number from 1."""

    point: int
    answer: PointAnswer
    note: str = ""


class FinaliseReport(Call, frozen=True, kw_only=True):
    """The team's report is final; every point of the school's reply is answered in it."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    answers: list[AnsweredPoint] = []
    document: DocumentId = DocumentId("")
    on: dt.date | None = None


class RegistrationRequest(Call, frozen=True, kw_only=True):
    """Ask for a school's registration of a cycle, of its newest one by default; answered with none open too."""

    school: SchoolCode
    cycle: CycleId = CycleId("")


class RegistrationsRequest(Call, frozen=True, kw_only=True):
    """List registrations that wait, by the day on which something is due; `limit` 1 to 500.

    `state` and `commune` narrow; `mine`: those that the caller is sent to evaluate; `decided`: ended ones too.
    """

    commune: CommuneCode = CommuneCode("")
    state: RegistrationState | None = None
    mine: bool = False
    decided: bool = False
    after: int = 0
    limit: int = 100


class RenewalsRequest(Call, frozen=True, kw_only=True):
    """List the schools that are to register again, seen on a day (today by default): within so many months, or late.

    `commune` narrows; `within_months` 0 to 60.
    """

    commune: CommuneCode = CommuneCode("")
    on: dt.date | None = None
    within_months: int = 12


class RegistrationDeadline(Answer, frozen=True, kw_only=True):
    """By when something is due, by which source, and how well that is known (high, medium, low).

    `due` is None where the law is not known to say a day, and where it is certain (high) that there is none. `what` in
    Vietnamese; `met_on` is when it was done.
    """

    what: str
    due: dt.date | None
    source: str
    confidence: str
    note: str = ""
    met_on: dt.date | None = None


class RegistrationEvent(Answer, frozen=True, kw_only=True):
    """One thing that was done to a registration. `late_days` counts calendar days after the day it was due.

    `number` is that of the letter or notice that goes with it, '' for none or while unsaid.
    """

    step: RegistrationStep
    label: str
    on: dt.date
    by: PersonId
    position: Position
    text: str = ""
    document: DocumentId = DocumentId("")
    late_days: int = 0
    number: str = ""


class StationView(Answer, frozen=True, kw_only=True):
    """One step of the path as a strip shows it: done on a day, now, or to come; `refusal` says why it cannot be done now."""

    step: RegistrationStep
    label: str
    done_on: dt.date | None = None
    now: bool = False
    refusal: str = ""


class ReplyPoint(Answer, frozen=True, kw_only=True):
    """A point of the school's reply and what the team did with it."""

    number: int
    text: str
    answer: PointAnswer | None = None
    note: str = ""


class RegistrationView(Answer, frozen=True, kw_only=True):
    """A registration, or that there is none (`state` chua_dang_ky, `registration` '').

    `visit` is the department's visit that the evaluation rests on, '' while there is none; `forwarded_to` is None while the
    commune has not forwarded it. `warnings` in Vietnamese:
    what is late, what is a setting and not law.
    """

    school: SchoolCode
    state: RegistrationState
    deadlines: list[RegistrationDeadline]
    history: list[RegistrationEvent]
    registration: RegistrationId = RegistrationId("")
    cycle: CycleId = CycleId("")
    purpose: RegistrationPurpose | None = None
    degree: int = 0
    route: list[RouteStation] = []
    stations: list[StationView] = []
    missing: list[str] = []
    points: list[ReplyPoint] = []
    visit: InspectionId = InspectionId("")
    forwarded_to: ForwardedTo | None = None
    warnings: list[str] = []
    position: Position = BEGINNING


class RegistrationLine(Answer, frozen=True, kw_only=True):
    """One registration in the queue: what for, its step since a day, what is due next, who evaluates (ids; `evaluators`)."""

    school: SchoolCode
    commune: CommuneCode
    registration: RegistrationId
    cycle: CycleId
    state: RegistrationState
    since: dt.date
    next: RegistrationDeadline | None = None
    days_left: int | None = None
    visit: InspectionId = InspectionId("")
    evaluators: list[PersonId] = []
    purpose: RegistrationPurpose | None = None
    degree: int = 0


class RegistrationsAnswer(Answer, frozen=True, kw_only=True):
    """One page of the queue, how many there are, and how many in each state before `state` narrows.

    `coming` counts registrations that wait at the commune.
    """

    registrations: list[RegistrationLine]
    total: int
    counts: dict[str, int]
    coming: int = 0


_COMMUNE = frozenset({Role.COMMUNE_OFFICER})
_TEAM = DEPARTMENT | {Role.EXTERNAL_EVALUATOR}  # of an evaluator the application asks that the visit is his
_HERE = "/schools/{school}/registrations"


class RenewalLine(Answer, frozen=True, kw_only=True):
    """A school with a decision that runs out: by when it registers again, by the rulebook that decision was granted under.

    `days_left` until then, negative once it is late, None where that circular names no day; `registered_on` is when it
    registered since the decision.
    """

    school: SchoolCode
    commune: CommuneCode
    kind: AwardKind
    number: str
    expires_on: dt.date
    deadline: RegistrationDeadline
    days_left: int | None = None
    registered_on: dt.date | None = None


class RenewalsAnswer(Answer, frozen=True, kw_only=True):
    """Schools that are to register again, the earliest day first, as seen on a day."""

    on: dt.date
    renewals: list[RenewalLine]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="open_registration",
        request=OpenRegistration,
        answer=RegistrationView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Trường đăng ký đánh giá ngoài, công nhận.",
        routes=(post(_HERE),),
        commands=("registration open",),
        follows=("assessment", "evidence"),
    ),
    Operation(
        name="check_registration",
        request=CheckRegistration,
        answer=RegistrationView,
        roles=_COMMUNE,
        scope=Scope.SCHOOL,
        summary="Xã kiểm tra hồ sơ đăng ký: đủ, hoặc còn thiếu gì.",
        routes=(post(f"{_HERE}/check"),),
        commands=("registration check",),
    ),
    Operation(
        name="forward_registration",
        request=ForwardRegistration,
        answer=RegistrationView,
        roles=_COMMUNE,
        scope=Scope.SCHOOL,
        summary="Xã chuyển hồ sơ đăng ký.",
        routes=(post(f"{_HERE}/forward"),),
        commands=("registration forward",),
        follows=("evidence",),
    ),
    Operation(
        name="accept_registration",
        request=AcceptRegistration,
        answer=RegistrationView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Sở tiếp nhận hồ sơ đăng ký.",
        routes=(post(f"{_HERE}/acceptance"),),
        commands=("registration accept",),
        follows=("evidence",),
    ),
    Operation(
        name="return_registration",
        request=ReturnRegistration,
        answer=RegistrationView,
        roles=DEPARTMENT,
        scope=Scope.SCHOOL,
        summary="Sở trả hồ sơ đăng ký, có lý do và hạn nộp lại.",
        routes=(post(f"{_HERE}/return"),),
        commands=("registration return",),
        follows=("evidence",),
    ),
    Operation(
        name="send_draft_report",
        request=SendDraftReport,
        answer=RegistrationView,
        roles=_TEAM,
        scope=Scope.SCHOOL,
        summary="Đoàn gửi trường dự thảo báo cáo.",
        routes=(post(f"{_HERE}/draft"),),
        commands=("registration draft",),
        follows=("evidence",),
    ),
    Operation(
        name="reply_to_draft",
        request=ReplyToDraft,
        answer=RegistrationView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Trường phản hồi dự thảo từng điểm, hoặc nhất trí.",
        routes=(post(f"{_HERE}/reply"),),
        commands=("registration reply",),
        follows=("evidence",),
    ),
    Operation(
        name="finalise_report",
        request=FinaliseReport,
        answer=RegistrationView,
        roles=_TEAM,
        scope=Scope.SCHOOL,
        summary="Báo cáo chính thức, trả lời từng điểm phản hồi.",
        routes=(post(f"{_HERE}/final"),),
        commands=("registration final",),
        follows=("evidence",),
    ),
    Operation(
        name="registration",
        request=RegistrationRequest,
        answer=RegistrationView,
        roles=READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.SCHOOL,
        summary="Hồ sơ đăng ký của trường đã đến đâu, hạn của từng bước; cả khi chưa đăng ký.",
        routes=(get(_HERE),),
        commands=("registration show",),
        follows=("assessment",),
    ),
    Operation(
        name="registrations",
        request=RegistrationsRequest,
        answer=RegistrationsAnswer,
        roles=OFFICE_READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.NARROWED,
        summary="Hồ sơ đăng ký đang chờ, việc đến hạn trước đứng trên.",
        routes=(get("/registrations"),),
        follows=("assessment",),
    ),
    Operation(
        name="commune_registrations",
        request=RegistrationsRequest,
        answer=RegistrationsAnswer,
        roles=BOARD_READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.NARROWED,
        summary="Hồ sơ đăng ký đang chờ của các trường trong xã, việc đến hạn trước đứng trên.",
        routes=(get("/communes/{commune}/registrations"),),
        follows=("assessment",),
    ),
    Operation(
        name="renewals",
        request=RenewalsRequest,
        answer=RenewalsAnswer,
        roles=BOARD_READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.NARROWED,
        summary="Các trường sắp phải đăng ký lại hoặc đã trễ, hạn gần nhất trước.",
        routes=(get("/renewals"), get("/communes/{commune}/renewals", "Như trên, các trường trong xã.")),
        commands=("registration due",),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
