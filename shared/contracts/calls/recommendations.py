"""Calls of the inspection service about recommendations: made by a visit, answered with papers, verified, or extended."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import (
    BOARD_READERS,
    CLERKS_AND_COUNCIL,
    OFFICES,
    READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import (
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    InspectionId,
    Position,
    RecommendationId,
    SchoolCode,
)
from shared.vocabulary.inspection import RecommendationSeverity, RecommendationState, Responsible, Verification
from shared.vocabulary.roles import Role


class AddRecommendation(Call, frozen=True, kw_only=True):
    """A team recommends something: what, how strongly, by when, to whom. The same words again are the same one."""

    school: SchoolCode
    inspection: InspectionId
    text: str
    due: dt.date
    severity: RecommendationSeverity = RecommendationSeverity.MUST
    responsible: Responsible = Responsible.SCHOOL
    criterion: CriterionCode = CriterionCode("")


class RecommendationAdded(Answer, frozen=True, kw_only=True):
    """A recommendation was made."""

    id: RecommendationId
    position: Position


class AnswerRecommendation(Call, frozen=True, kw_only=True):
    """Whoever is responsible answers with words, with kept documents of the school, or with both."""

    school: SchoolCode
    recommendation: RecommendationId
    text: str = ""
    documents: list[DocumentId] = []


class VerifyRecommendation(Call, frozen=True, kw_only=True):
    """The office that recommended says what it found; `inspection` is the visit in which it looked, '' for none."""

    school: SchoolCode
    recommendation: RecommendationId
    result: Verification
    note: str = ""
    inspection: InspectionId = InspectionId("")


class ExtendRecommendation(Call, frozen=True, kw_only=True):
    """Give more time, with the reason."""

    school: SchoolCode
    recommendation: RecommendationId
    due: dt.date
    reason: str


class RecommendationRequest(Call, frozen=True, kw_only=True):
    """Ask for one recommendation by its id alone."""

    recommendation: RecommendationId


class SchoolRecommendationsRequest(Call, frozen=True, kw_only=True):
    """List the recommendations to a school, the most urgent first; `inspection`: what that visit made or took over."""

    school: SchoolCode
    inspection: InspectionId = InspectionId("")


class RecommendationsRequest(Call, frozen=True, kw_only=True):
    """List recommendations to the schools that the caller reaches, by due date; `limit` 1 to 500."""

    commune: CommuneCode = CommuneCode("")
    school: SchoolCode | None = None
    layer: Layer | None = None
    state: RecommendationState | None = None
    responsible: Responsible | None = None
    overdue: bool = False
    after: int = 0
    limit: int = 100


class RecommendationAnswerView(Answer, frozen=True, kw_only=True):
    """One answer."""

    text: str
    documents: list[DocumentId]
    answered_on: dt.date
    position: Position


class VerificationView(Answer, frozen=True, kw_only=True):
    """What was found of an answer."""

    result: Verification
    note: str
    verified_on: dt.date
    position: Position
    inspection: InspectionId = InspectionId("")


class ExtensionView(Answer, frozen=True, kw_only=True):
    """More time that was given."""

    due: dt.date
    reason: str
    extended_on: dt.date
    position: Position


class RecommendationView(Answer, frozen=True, kw_only=True):
    """One recommendation. `due` is the day as extended; `state` is computed on the day of the question.

    `draft`: its visit is not concluded, so the school neither sees nor answers it. `carried_into` are later visits of the
    same layer that found it open. `layer`, `title` and `cycle` are those of the visit that made it.
    """

    id: RecommendationId
    school: SchoolCode
    criterion: CriterionCode
    text: str
    severity: RecommendationSeverity
    due: dt.date
    state: RecommendationState
    responsible: Responsible
    inspection: InspectionId
    layer: Layer
    title: str
    cycle: CycleId
    made_on: dt.date
    position: Position
    draft: bool = False
    answers: list[RecommendationAnswerView] = []
    verifications: list[VerificationView] = []
    extensions: list[ExtensionView] = []
    carried_into: list[InspectionId] = []


class SchoolRecommendationsAnswer(Answer, frozen=True, kw_only=True):
    """Recommendations to a school, the most urgent first."""

    recommendations: list[RecommendationView]


class RecommendationsAnswer(Answer, frozen=True, kw_only=True):
    """One page of recommendations, how many there are, and how many in each state before `state` and `overdue` narrow.

    `by_school` counts the same for each school that was given some; drafts are not in it, for nobody has to act on them yet.
    """

    recommendations: list[RecommendationView]
    counts: dict[str, int]
    total: int
    by_school: dict[SchoolCode, dict[str, int]] = {}


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="add_recommendation",
        request=AddRecommendation,
        answer=RecommendationAdded,
        roles=OFFICES,  # whose layer it is, the application decides by the team of the visit
        scope=Scope.SCHOOL,
        summary="Đoàn (hoặc cơ quan lập đợt) nêu một kiến nghị: việc gì, bắt buộc hay nên làm, hạn, ai làm.",
        routes=(post("/schools/{school}/recommendations"),),
        commands=("recommendation add",),
        follows=("assessment",),
    ),
    Operation(
        name="answer_recommendation",
        request=AnswerRecommendation,
        answer=RecommendationView,
        roles=CLERKS_AND_COUNCIL
        | {Role.COMMUNE_OFFICER, Role.ECONOMIC_OFFICE},  # which of them, the one who is responsible says
        scope=Scope.SCHOOL,
        summary="Bên chịu trách nhiệm trả lời một kiến nghị, kèm tài liệu trong kho của trường.",
        routes=(post("/schools/{school}/recommendations/{recommendation}/answers"),),
        commands=("recommendation answer",),
        follows=("evidence",),
    ),
    Operation(
        name="verify_recommendation",
        request=VerifyRecommendation,
        answer=RecommendationView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Đoàn (hoặc cơ quan lập đợt) xác nhận kiến nghị đã trả lời: đạt, đạt một phần, chưa làm.",
        routes=(post("/schools/{school}/recommendations/{recommendation}/verifications"),),
        commands=("recommendation verify",),
    ),
    Operation(
        name="extend_recommendation",
        request=ExtendRecommendation,
        answer=RecommendationView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Gia hạn một kiến nghị, kèm lý do.",
        routes=(post("/schools/{school}/recommendations/{recommendation}/extensions"),),
        commands=("recommendation extend",),
    ),
    Operation(
        name="recommendation",
        request=RecommendationRequest,
        answer=RecommendationView,
        roles=READERS | {Role.ECONOMIC_OFFICE},  # which sees those that are its own
        scope=Scope.BY_ID,
        summary="Một kiến nghị với mọi lần trả lời, xác nhận, gia hạn.",
        routes=(get("/recommendations/{recommendation}"),),
    ),
    Operation(
        name="school_recommendations",
        request=SchoolRecommendationsRequest,
        answer=SchoolRecommendationsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Kiến nghị đối với một trường, gấp nhất trước; của một đợt thì gồm cả kiến nghị đợt trước chuyển sang.",
        routes=(get("/schools/{school}/recommendations"),),
        commands=("recommendation list",),
    ),
    Operation(
        name="recommendations",
        request=RecommendationsRequest,
        answer=RecommendationsAnswer,
        roles=BOARD_READERS | {Role.ECONOMIC_OFFICE},  # which sees its own
        scope=Scope.NARROWED,
        summary="Kiến nghị ở các trường của xã: quá hạn trước, rồi theo hạn.",
        routes=(
            get("/communes/{commune}/recommendations"),
            get("/recommendations", "Như trên, ở mọi trường được xem."),
        ),
        commands=("recommendation list",),
    ),
)
"""What may be asked, by whom."""
