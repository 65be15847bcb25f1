"""Use cases about recommendations: made, answered by whoever is responsible, verified, extended."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from services.inspection import views
from services.inspection.domain import recommendation_facts as rf
from services.inspection.domain.inspection import Inspection
from services.inspection.domain.recommendation import Recommendation, recommendation_id
from services.inspection.errors import NoSuchInspection, RecommendationUnknown, VisitNotConcluded
from services.inspection.presenters import recommendations as presenters
from services.inspection.teams import STAFF, require_member
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.texts import visit_stream
from services.inspection.use_cases.visit_criteria import VisitCriteria
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import today
from shared.contracts.calls.recommendations import (
    AddRecommendation,
    AnswerRecommendation,
    ExtendRecommendation,
    RecommendationAdded,
    RecommendationView,
    VerifyRecommendation,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import InspectionId, RecommendationId
from shared.vocabulary.inspection import Responsible
from shared.vocabulary.labels import RESPONSIBLE_LABELS
from shared.vocabulary.roles import Role

_RESPONSIBLE_ROLES = {
    Responsible.SCHOOL: STAFF,
    Responsible.COMMUNE: frozenset({Role.COMMUNE_OFFICER}),
    Responsible.ECONOMIC_OFFICE: frozenset({Role.ECONOMIC_OFFICE, Role.COMMUNE_OFFICER}),
}
"""Who answers for whom; for the economic office the commune's officer may, too, where nobody there has an account."""
_WHO_ANSWERS = {
    Responsible.SCHOOL: "văn thư, Hội đồng hoặc Hiệu trưởng của trường",
    Responsible.COMMUNE: "cán bộ của xã có trường này",
    Responsible.ECONOMIC_OFFICE: "Phòng Kinh tế hoặc cán bộ của xã có trường này",
}


class Recommending:
    """Takes recommendations, and what is done about them."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._criteria = VisitCriteria(visits)

    def add_recommendation(self, acting: CallContext, request: AddRecommendation) -> RecommendationAdded:
        """Recommend something for a visit, also after its conclusion; the same words again are the same recommendation.

        Raises NotAllowed, VisitDateRefused, RecommendationStands, BadRequest, and what `VisitCriteria.visit_with` raises.
        """
        text = typed_text(request.text, "kiến nghị")
        if not text:
            raise BadRequest("Chưa nhập nội dung kiến nghị. Chưa ghi gì.", path="$.text")
        meta, on = self._visits.metadata_on(acting)

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection, concluding=True)

        inspection = self._criteria.visit_with(acting, request.inspection, request.criterion, on, meta, may=may)
        planned = inspection.of_school(request.school)
        stream = recommendation_id(planned.inspection, request.criterion, text)
        made = rf.RecommendationMade(
            recommendation=RecommendationId(str(stream)),
            school=planned.school,
            inspection=planned.inspection,
            cycle=planned.cycle,
            layer=planned.layer,
            criterion=request.criterion,
            text=text,
            severity=request.severity,
            responsible=request.responsible,
            due=request.due,
            made_on=on,
        )
        _, position = self._visits.application.change(
            Recommendation, stream, lambda recommendation: recommendation.make(made, on, meta)
        )
        return RecommendationAdded(id=made.recommendation, position=position)

    def answer_recommendation(self, acting: CallContext, request: AnswerRecommendation) -> RecommendationView:
        """Answer a recommendation of a concluded visit, for whoever is responsible.

        Raises RecommendationUnknown, NotAllowed, VisitNotConcluded, RecommendationDone, DocumentUnknown, BadRequest.
        """
        text = typed_text(request.text, "trả lời")
        documents = chosen_documents(request.documents)
        if not text and not documents:
            raise BadRequest("Chưa có chữ nào và chưa chọn tài liệu nào. Chưa gửi gì.", path="$.text")
        meta, on = self._visits.metadata_on(acting)

        def decide(recommendation: Recommendation) -> None:
            made = recommendation.of_school(request.school)
            _require_responsible(acting, made)
            if self._visit_of(made).concluded is None:
                raise VisitNotConcluded(
                    "Đoàn chưa kết luận, kiến nghị còn là dự thảo. Chưa gửi gì. Chờ kết luận rồi trả lời."
                )
            require_kept(self._visits.views, documents, request.school)
            recommendation.answer(request.school, text, documents, on, meta)

        return self._change(request.recommendation, decide)

    def verify_recommendation(self, acting: CallContext, request: VerifyRecommendation) -> RecommendationView:
        """Say what the layer's team or office found of an answered recommendation.

        Raises RecommendationUnknown, NotAllowed, NoSuchInspection, NotAnswered, RecommendationDone, BadRequest.
        """
        note = typed_text(request.note, "nhận xét")
        meta, on = self._visits.metadata_on(acting)

        def decide(recommendation: Recommendation) -> None:
            self._require_office(acting, recommendation.of_school(request.school), request.inspection)
            recommendation.verify(request.school, request.result, note, request.inspection, on, meta)

        return self._change(request.recommendation, decide)

    def extend_recommendation(self, acting: CallContext, request: ExtendRecommendation) -> RecommendationView:
        """Give more time, with the reason.

        Raises RecommendationUnknown, NotAllowed, RecommendationDone, VisitDateRefused, BadRequest.
        """
        reason = typed_reason(request.reason, "lý do gia hạn")
        meta, on = self._visits.metadata_on(acting)

        def decide(recommendation: Recommendation) -> None:
            self._require_office(acting, recommendation.of_school(request.school), InspectionId(""))
            recommendation.extend(request.school, request.due, reason, on, meta)

        return self._change(request.recommendation, decide)

    def _change(self, number: RecommendationId, decide: Callable[[Recommendation], None]) -> RecommendationView:
        stream = recommendation_stream(number)
        self._visits.application.change(Recommendation, stream, decide)
        return self._view(RecommendationId(str(stream)))

    def _view(self, number: RecommendationId) -> RecommendationView:
        with self._visits.views.reading() as conn:
            row = views.recommendation(conn, number)
            assert row is not None
            acts, carried = views.acts_of(conn, [number]), views.carried_into(conn, [row])
        return presenters.recommendation_view(row, acts.get(number, []), carried[number], today(self._visits.clock))

    def _visit_of(self, made: rf.RecommendationMade) -> Inspection:
        return self._visits.visit(visit_stream(made.inspection)).inspection

    def _require_office(self, acting: CallContext, made: rf.RecommendationMade, seen_in: InspectionId) -> None:
        """Raise unless the caller is of the layer's office, or of the team that recommended it or that looked after it."""
        try:
            require_member(acting, self._visit_of(made), concluding=True)
        except NotAllowed:
            if not seen_in:
                raise
            require_member(acting, self._looked(made, seen_in), concluding=True)
        else:
            if seen_in:
                self._looked(made, seen_in)

    def _looked(self, made: rf.RecommendationMade, seen_in: InspectionId) -> Inspection:
        """Return the visit in which somebody looked; raises NoSuchInspection for one of another school or layer."""
        inspection = self._visits.visit(visit_stream(seen_in)).inspection
        if inspection.of_school(made.school).layer is not made.layer:
            raise NoSuchInspection("Đợt đã chọn không cùng loại với đợt nêu kiến nghị. Chưa ghi gì.", inspection=seen_in)
        return inspection


def recommendation_stream(recommendation: RecommendationId) -> uuid.UUID:
    """Return the stream of a recommendation; raises RecommendationUnknown for what cannot be one."""
    try:
        return uuid.UUID(recommendation)
    except ValueError:
        raise no_recommendation(recommendation) from None


def no_recommendation(recommendation: RecommendationId) -> RecommendationUnknown:
    """Return the refusal that there is no such recommendation."""
    return RecommendationUnknown(
        "Không có kiến nghị ấy. Chọn trong danh sách kiến nghị.", recommendation=str(recommendation)[:40]
    )


def _require_responsible(acting: CallContext, made: rf.RecommendationMade) -> None:
    roles = _RESPONSIBLE_ROLES[made.responsible]
    if not any(grant.role in roles and grant.covers_school(made.school) for grant in acting.grants):
        label, who = RESPONSIBLE_LABELS[made.responsible], _WHO_ANSWERS[made.responsible]
        raise NotAllowed(f"Kiến nghị này giao cho: {label}. Chưa gửi gì. Người trả lời là {who}.")
