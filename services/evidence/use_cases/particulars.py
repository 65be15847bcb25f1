"""Particulars of documents as papers print them: what people confirmed by a moment, never what a machine only proposes."""

from __future__ import annotations

import uuid

from services.evidence.domain.document import Document
from services.evidence.domain.papers import ABOUT, ISSUED, NUMBER, title_of
from services.evidence.errors import TooManyDocuments
from services.evidence.use_cases.documents import DocumentRepository
from shared.contracts.calls.evidence import DocumentFields, DocumentFieldsAnswer, DocumentFieldsRequest
from shared.vocabulary.ids import DocumentId, Position

MOST_DOCUMENTS = 500
ISSUER = "co_quan"
_PLACES = {"application/pdf": "PDF", "image/jpeg": "Ảnh", "image/png": "Ảnh", "image/tiff": "Ảnh", "image/heic": "Ảnh"}


class DocumentParticulars:
    """Tells particulars of documents; records nothing."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents

    def document_fields(self, request: DocumentFieldsRequest) -> DocumentFieldsAnswer:
        """Return the particulars of documents of a school, as the log told them at a moment, now by default.

        What is not of the school, or was not kept yet then, is left out. Raises TooManyDocuments.
        """
        if len(request.documents) > MOST_DOCUMENTS:
            raise TooManyDocuments(f"Mỗi lần hỏi nhiều nhất {MOST_DOCUMENTS} tài liệu. Chia ra hỏi nhiều lần.")
        log = self._documents.log
        upto = log.position_at(request.known_at_time) if request.known_at_time else log.head()
        found = (self._fields(document, upto) for document in request.documents)
        return DocumentFieldsAnswer(documents=[fields for school, fields in filter(None, found) if school == request.school])

    def _fields(self, document: DocumentId, upto: Position) -> tuple[str, DocumentFields] | None:
        try:
            stream = uuid.UUID(document)
        except ValueError:
            return None
        folded = Document(stream).replay(logged.entry for logged in self._documents.log.stream(stream, upto=upto))
        if folded.file is None:
            return None
        confirmed = folded.confirmed
        fields = DocumentFields(
            document=document,
            number=confirmed.get(NUMBER, ""),
            issued_on=confirmed.get(ISSUED, ""),
            number_and_date=", ".join(filter(None, (confirmed.get(NUMBER), confirmed.get(ISSUED)))),
            issuer=confirmed.get(ISSUER, ""),
            title=confirmed.get(ABOUT, "") or title_of(confirmed),
            location=f"{_PLACES.get(folded.file.media_type, 'Tệp')}; kho minh chứng số của trường",
        )
        return folded.file.school, fields
