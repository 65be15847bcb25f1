"""Documents that somebody names: each once, few enough, and kept for the school."""

from __future__ import annotations

from collections.abc import Sequence

from services.inspection import views
from shared.contracts.problems import DocumentUnknown
from shared.eventlog.read_model import ReadModel
from shared.problems import BadRequest
from shared.vocabulary.ids import DocumentId, SchoolCode

MOST_DOCUMENTS = 50
"""Papers with one answer."""


def chosen_documents(documents: Sequence[DocumentId]) -> tuple[DocumentId, ...]:
    """Return the documents, each once; raises BadRequest for too many."""
    chosen = tuple(dict.fromkeys(documents))
    if len(chosen) > MOST_DOCUMENTS:
        raise BadRequest(f"Mỗi trả lời gắn nhiều nhất {MOST_DOCUMENTS} tài liệu. Chưa gửi gì.", path="$.documents")
    return chosen


def require_kept(known: ReadModel, documents: Sequence[DocumentId], school: SchoolCode) -> None:
    """Raise DocumentUnknown unless all are kept for the school; one that nobody has yet may be on its way."""
    if not documents:
        return
    with known.reading() as conn:
        owners = {document: views.document_school(conn, document) for document in documents}
    foreign = [document for document, owner in owners.items() if owner != school]
    if foreign:
        raise DocumentUnknown(
            "Kho của trường chưa có tài liệu đã chọn. Chưa gửi gì. Tải lên trước; nếu vừa tải, thử lại sau vài giây.",
            documents=foreign,
        ).awaiting_news(awaited=not any(owners[document] for document in foreign))
