"""Papers that are named beside what is said of a school: kept documents of that school, and of no other."""

from __future__ import annotations

from collections.abc import Collection

from services.inspection import views
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.problems import DocumentUnknown
from shared.vocabulary.ids import DocumentId, SchoolCode


def require_documents(visits: VisitRepository, documents: Collection[DocumentId], school: SchoolCode) -> None:
    """Raise DocumentUnknown unless all are kept documents of the school."""
    with visits.views.reading() as conn:
        owners = {document: views.document_school(conn, document) for document in documents}
    foreign = [document for document, owner in owners.items() if owner != school]
    if foreign:
        raise DocumentUnknown(
            "Kho của trường chưa có tài liệu đã chọn. Chưa gửi gì. Tải lên trước; nếu vừa tải, thử lại sau vài giây.",
            documents=foreign,
        ).awaiting_news(awaited=not any(owners[document] for document in foreign))
