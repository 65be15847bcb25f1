"""Calls of the inspection service: technical inspections of the commune and evaluations of the department."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call, maintenance, registration, visit_papers
from shared.contracts.operations import (
    BOARD_READERS,
    CLERKS_AND_COUNCIL,
    OFFICE_READERS,
    OFFICERS,
    OFFICES,
    READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import (
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceRequestId,
    InspectionId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.inspection import TeamRole, VisitConclusion, VisitKind
from shared.vocabulary.roles import Role


class PlanInspection(Call, frozen=True, kw_only=True):
    """Plan a visit. `layer` is commune (technical inspection, advisory) or department (external evaluation, deciding).

    Without a `cycle` the visit is for the one that the school will open: it joins that cycle once something is recorded.
    `kind` left out is the usual one of the layer; `sites` are places of the school, as people call them.

    `members` are ids of accounts or tokens (`GET /me` tells a caller its own) of roles that judge this layer: only they
    record what is found. Without any, everybody of the layer's team in scope may. A visit after a concluded one is its
    recheck; `recheck_of` names another one than the last.
    """

    school: SchoolCode
    layer: Layer
    on: dt.date
    title: str
    cycle: CycleId = CycleId("")
    kind: VisitKind | None = None
    sites: list[str] = []
    members: list[str] = []
    recheck_of: InspectionId = InspectionId("")


class RescheduleInspection(Call, frozen=True, kw_only=True):
    """Move the day of a visit, with the reason."""

    school: SchoolCode
    inspection: InspectionId
    on: dt.date
    reason: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the team found of one indicator; `answer_by` asks the school to answer by a day."""

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str = ""
    answer_by: dt.date | None = None


class RecordFindings(Call, frozen=True, kw_only=True):
    """Record findings of a visit; a later finding on the same indicator replaces the earlier one in the state."""

    school: SchoolCode
    inspection: InspectionId
    findings: list[Finding]
    on: dt.date | None = None


class ConcludeInspection(Call, frozen=True, kw_only=True):
    """Close a visit with a summary; `conclusion` is the commune's, None where the team draws none."""

    school: SchoolCode
    inspection: InspectionId
    summary: str
    conclusion: VisitConclusion | None = None
    on: dt.date | None = None


class AnswerFinding(Call, frozen=True, kw_only=True):
    """The school answers one finding of a concluded visit, with words, with kept documents of its own, or with both."""

    school: SchoolCode
    inspection: InspectionId
    criterion: CriterionCode
    level: int
    indicator: str
    text: str = ""
    documents: list[DocumentId] = []


class InspectionRequest(Call, frozen=True, kw_only=True):
    """Ask for one inspection."""

    school: SchoolCode
    inspection: InspectionId


class InspectionsRequest(Call, frozen=True, kw_only=True):
    """List inspections of a school, newest first."""

    school: SchoolCode


class FindingsRequest(Call, frozen=True, kw_only=True):
    """List what concluded visits ask of schools, the most urgent first; `commune`, `layer` and `state` narrow.

    `state` is mo, da_tra_loi or qua_han; `limit` 1 to 500.
    """

    commune: CommuneCode = CommuneCode("")
    layer: Layer | None = None
    state: str = ""
    after: int = 0
    limit: int = 100


class VisitsRequest(Call, frozen=True, kw_only=True):
    """List visits across the schools that the caller reaches, newest planned day first; `commune` and `layer` narrow.

    `limit` 1 to 2 000.
    """

    commune: CommuneCode = CommuneCode("")
    layer: Layer | None = None
    after: int = 0
    limit: int = 100


class AnswerView(Answer, frozen=True, kw_only=True):
    """One answer of the school."""

    text: str
    documents: list[DocumentId]
    answered_on: dt.date
    position: Position


class FindingView(Answer, frozen=True, kw_only=True):
    """One recorded finding.

    `state` is mo (asks for an answer), da_tra_loi (answered), qua_han (its day has passed without one), or empty: a finding
    that is met and names no day asks for nothing. While the visit is open it is a draft, and asks for nothing either.
    """

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str
    recorded_on: dt.date
    position: Position
    answer_by: dt.date | None = None
    state: str = ""
    answers: list[AnswerView] = []


class TeamMemberView(Answer, frozen=True, kw_only=True):
    """A member of a team. `name` and `login` are told over REST alone; '' when the name was erased."""

    person: PersonId
    role: TeamRole
    criteria: list[CriterionCode]
    worked_here: bool | None
    years_in_sector: int | None
    trained: bool | None
    source: str
    name: str = ""
    login: str = ""


class TeamView(Answer, frozen=True, kw_only=True):
    """The team of a visit and the decision that set it up. `warnings` say what is not known or not usual, in Vietnamese."""

    decision: str
    decided_on: dt.date
    members: list[TeamMemberView]
    position: Position
    warnings: list[str] = []


class OtherOpinion(Answer, frozen=True, kw_only=True):
    """An opinion of the same member that stands beside another one."""

    result: Result
    note: str
    position: Position
    documents: list[DocumentId] = []


class OpinionView(Answer, frozen=True, kw_only=True):
    """What one member judges of an indicator.

    `others` are what the same member said on another device without having seen this: none is lost, the member chooses.
    `unassigned`: the criterion was not given to the member.
    """

    person: PersonId
    result: Result
    note: str
    judged_on: dt.date
    position: Position
    documents: list[DocumentId] = []
    unassigned: bool = False
    others: list[OtherOpinion] = []
    name: str = ""


class AgreementView(Answer, frozen=True, kw_only=True):
    """What a team agreed on of an indicator, and who judged otherwise or not at all."""

    result: Result
    note: str
    agreed_on: dt.date
    position: Position
    dissent: list[PersonId] = []
    missing: list[PersonId] = []
    reason: str = ""


class IndicatorOpinions(Answer, frozen=True, kw_only=True):
    """The opinions on one indicator side by side. `diverging`: not all members who judged said the same."""

    criterion: CriterionCode
    level: int
    indicator: str
    opinions: list[OpinionView]
    diverging: bool
    agreed: AgreementView | None = None


class EvidenceRequestView(Answer, frozen=True, kw_only=True):
    """What a team asked for of one criterion. `state` is mo, da_tra_loi or qua_han, as of a finding."""

    request: EvidenceRequestId
    criterion: CriterionCode
    what: str
    due: dt.date
    state: str
    position: Position
    documents: list[DocumentId] = []
    text: str = ""
    supplied_on: dt.date | None = None


class PhotoView(Answer, frozen=True, kw_only=True):
    """A photo of the visit: a kept document of the school, with when and where it was taken (degrees, WGS 84; metres)."""

    document: DocumentId
    taken_at: dt.datetime
    criterion: CriterionCode
    place: str
    position: Position
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


class ParticipantView(Answer, frozen=True, kw_only=True):
    """Somebody who took part; `name` is told over REST alone."""

    person: PersonId
    office: str
    name: str = ""


class MinutesView(Answer, frozen=True, kw_only=True):
    """That a visit was held: days, sites, who took part, what the school says of it."""

    held_on: list[dt.date]
    participants: list[ParticipantView]
    sites: list[str]
    school_opinion: str
    position: Position


class InspectionView(Answer, frozen=True, kw_only=True):
    """One inspection with its findings, which are a draft until it is concluded: the school sees none before.

    `on` is the planned day as it stands, `moved_because` why it was moved last. `criteria_seen` of `criteria_total` criteria
    have a finding. `cycle` is '' while the school has opened none that the visit could join. `findings` of a visit with a
    team are what it agreed on; `opinions` are what its members judge, told to the layer's offices alone, as are `photos`.
    `requests` are told to the school at once: it is asked.
    """

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    on: dt.date
    title: str
    concluded: bool
    summary: str
    findings: list[FindingView]
    position: Position
    members: list[str] = []
    recheck_of: InspectionId = InspectionId("")
    moved_because: str = ""
    concluded_on: dt.date | None = None
    criteria_seen: int = 0
    criteria_total: int = 0
    kind: VisitKind | None = None
    sites: list[str] = []
    team: TeamView | None = None
    opinions: list[IndicatorOpinions] = []
    requests: list[EvidenceRequestView] = []
    photos: list[PhotoView] = []
    minutes: MinutesView | None = None
    conclusion: VisitConclusion | None = None


class InspectionsAnswer(Answer, frozen=True, kw_only=True):
    """Inspections, newest first."""

    inspections: list[InspectionView]


class VisitLine(Answer, frozen=True, kw_only=True):
    """One visit in a list: its planned day as it stands, and how many criteria of how many have a finding."""

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    on: dt.date
    title: str
    concluded_on: dt.date | None = None
    criteria_seen: int = 0
    criteria_total: int = 0
    kind: VisitKind | None = None


class VisitsAnswer(Answer, frozen=True, kw_only=True):
    """One page of visits, and how many there are."""

    visits: list[VisitLine]
    total: int


class AskedFinding(Answer, frozen=True, kw_only=True):
    """One finding that asked a school for an answer, with the visit that made it."""

    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    title: str
    on: dt.date
    concluded_on: dt.date
    finding: FindingView


class FindingsAnswer(Answer, frozen=True, kw_only=True):
    """What visits ask of schools: one page of it, and how many there are in each state (before `state` narrows).

    `by_school` counts the same for each school that something is asked of.
    """

    findings: list[AskedFinding]
    counts: dict[str, int]
    total: int
    by_school: dict[SchoolCode, dict[str, int]] = {}


OPERATIONS = (
    Operation(
        name="plan",
        request=PlanInspection,
        answer=InspectionView,
        roles=OFFICERS,
        scope=Scope.SCHOOL,
        summary="Lập kế hoạch một cuộc kiểm tra hay đánh giá ngoài.",
        routes=(post("/schools/{school}/inspections"),),
        commands=("inspection plan",),
        follows=("assessment", "identity"),
    ),
    Operation(
        name="reschedule",
        request=RescheduleInspection,
        answer=InspectionView,
        roles=OFFICERS,
        scope=Scope.SCHOOL,
        summary="Dời ngày, kèm lý do.",
        routes=(post("/schools/{school}/inspections/{inspection}/schedule"),),
        commands=("inspection move",),
        follows=("assessment",),
    ),
    Operation(
        name="record_findings",
        request=RecordFindings,
        answer=InspectionView,
        roles=OFFICES,  # whose layer it is, the application decides by the team of the visit
        scope=Scope.SCHOOL,
        summary="Ghi phát hiện.",
        routes=(post("/schools/{school}/inspections/{inspection}/findings"),),
        commands=("inspection find",),
    ),
    Operation(
        name="conclude",
        request=ConcludeInspection,
        answer=InspectionView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Kết luận.",
        routes=(post("/schools/{school}/inspections/{inspection}/conclusion"),),
        commands=("inspection conclude",),
    ),
    Operation(
        name="answer_finding",
        request=AnswerFinding,
        answer=InspectionView,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Trường trả lời một phát hiện của đợt đã kết luận, kèm tài liệu của trường.",
        routes=(post("/schools/{school}/inspections/{inspection}/answers"),),
        commands=("inspection answer",),
        follows=("evidence",),
    ),
    Operation(
        name="inspection",
        request=InspectionRequest,
        answer=InspectionView,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Một cuộc kiểm tra.",
        routes=(get("/schools/{school}/inspections/{inspection}"),),
    ),
    Operation(
        name="inspections",
        request=InspectionsRequest,
        answer=InspectionsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Các cuộc kiểm tra, mới nhất trước.",
        routes=(get("/schools/{school}/inspections"),),
        commands=("inspection list",),
    ),
    Operation(
        name="visits",
        request=VisitsRequest,
        answer=VisitsAnswer,
        roles=OFFICE_READERS | {Role.STEERING_COMMITTEE},
        scope=Scope.NARROWED,
        summary="Các đợt kiểm tra ở mọi trường được xem: ngày, tên đợt, đã xem bao nhiêu tiêu chí, đã kết luận hay chưa.",
        routes=(get("/inspections"),),
    ),
    Operation(
        name="findings",
        request=FindingsRequest,
        answer=FindingsAnswer,
        roles=BOARD_READERS,
        scope=Scope.NARROWED,
        summary="Phát hiện các trường của xã còn phải trả lời, đã trả lời, quá hạn.",
        routes=(
            get("/communes/{commune}/findings"),
            get("/findings", "Như trên, ở mọi trường được xem."),
        ),
        commands=("inspection findings",),
    ),
    *registration.OPERATIONS,
    *maintenance.OPERATIONS,
    *visit_papers.OPERATIONS,
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
