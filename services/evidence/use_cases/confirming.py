"""The use case of what a person says of a document: its fields, confirmed."""

from __future__ import annotations

from services.evidence import views
from services.evidence.domain.document import Document
from services.evidence.domain.text import SIGNER
from services.evidence.use_cases.documents import DocumentRepository
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import ConfirmFields
from shared.identity.call_context import CallContext


class Confirming:
    """Takes the fields that people confirm."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents

    def confirm_fields(self, acting: CallContext, request: ConfirmFields) -> Done:
        """Take what a person says of a document."""
        row = self._documents.allowed(acting, "evidence.confirm_fields", request.document)
        with self._documents.views.reading() as conn:
            fields = views.fields_of(conn, [row.document])[row.document]
        signer = next((field.value for field in fields if field.name == SIGNER), "")
        meta = self._documents.application.meta(acting)

        def decide(document: Document) -> bool:
            return document.confirm(request.fields, meta, signer_read=signer)

        return Done(position=self._documents.change(row.document, decide)[1])
