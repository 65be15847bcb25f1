"""The use case of a school that answers what a visit found."""

from __future__ import annotations

from services.inspection.domain.inspection import Inspection
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.inspection import AnswerFinding, InspectionView
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text


class Answering:
    """Takes the answers of schools."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def answer_finding(self, acting: CallContext, request: AnswerFinding) -> InspectionView:
        """Answer a finding for the school.

        Raises NoSuchInspection, VisitNotConcluded, NoSuchFinding, DocumentUnknown, BadRequest.
        """
        text = typed_text(request.text, "trả lời")
        documents = chosen_documents(request.documents)
        if not text and not documents:
            raise BadRequest("Chưa có chữ nào và chưa chọn tài liệu nào. Chưa gửi gì.", path="$.text")
        require_kept(self._visits.views, documents, request.school)
        meta, on = self._visits.metadata_on(acting)
        key = (request.criterion, request.level, request.indicator)

        def decide(inspection: Inspection) -> None:
            inspection.answer_finding(request.school, key, text, documents, on, meta)

        return self._visits.change(acting, request.inspection, decide)
