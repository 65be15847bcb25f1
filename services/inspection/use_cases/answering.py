"""The use case of a school that answers what a visit found."""

from __future__ import annotations

from services.inspection import views
from services.inspection.domain.inspection import Inspection
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.inspection import AnswerFinding, InspectionView
from shared.contracts.problems import DocumentUnknown
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.ids import DocumentId, SchoolCode

MOST_DOCUMENTS = 50
"""Papers with one answer."""


class Answering:
    """Takes the answers of schools."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def answer_finding(self, acting: CallContext, request: AnswerFinding) -> InspectionView:
        """Answer a finding for the school.

        Raises NoSuchInspection, VisitNotConcluded, NoSuchFinding, DocumentUnknown, BadRequest.
        """
        text = typed_text(request.text, "trả lời")
        documents = tuple(dict.fromkeys(request.documents))
        if len(documents) > MOST_DOCUMENTS:
            raise BadRequest(f"Mỗi trả lời gắn nhiều nhất {MOST_DOCUMENTS} tài liệu.", path="$.documents")
        if not text and not documents:
            raise BadRequest("Chưa có chữ nào và chưa chọn tài liệu nào. Chưa gửi gì.", path="$.text")
        self._require_documents(documents, request.school)
        meta, on = self._visits.metadata_on(acting)
        key = (request.criterion, request.level, request.indicator)

        def decide(inspection: Inspection) -> None:
            inspection.answer_finding(request.school, key, text, documents, on, meta)

        return self._visits.change(acting, request.inspection, decide)

    def _require_documents(self, documents: tuple[DocumentId, ...], school: SchoolCode) -> None:
        with self._visits.views.reading() as conn:
            owners = {document: views.document_school(conn, document) for document in documents}
        foreign = [document for document, owner in owners.items() if owner != school]
        if foreign:
            raise DocumentUnknown(
                "Kho của trường chưa có tài liệu đã chọn. Chưa gửi gì. Tải lên trước; nếu vừa tải, thử lại sau vài giây.",
                documents=foreign,
            ).awaiting_news(awaited=not any(owners[document] for document in foreign))
