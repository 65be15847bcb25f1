"""Use cases about reading: asked for again by people, and what readers made of a document."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Sequence

from services.evidence import views
from services.evidence.derived_objects import text_key
from services.evidence.domain.document import Document
from services.evidence.domain.facts import TextExtracted
from services.evidence.domain.fields import propose
from services.evidence.domain.text import FailureReason, ReadText, encode_text
from services.evidence.effective_texts import EffectiveTexts
from services.evidence.ports import DerivedStore
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.prints import Prints
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import RetryReading
from shared.eventlog.aggregate import Aggregate
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import DocumentId, Sha256


class Reading:
    """Has documents read again; takes the texts that readers made, and their failures."""

    def __init__(
        self,
        documents: DocumentRepository,
        derived: DerivedStore,
        texts: EffectiveTexts,
        projection: views.Projection,
        prints: Prints,
    ) -> None:
        self._documents = documents
        self._texts = texts
        self._prints = prints
        self._derived = derived
        self._projection = projection

    def retry_reading(self, acting: CallContext, request: RetryReading) -> Done:
        """Have a document read again. Raises NotYetReadable while a reading is still to come."""
        row = self._documents.allowed(acting, "evidence.retry_reading", request.document)
        meta = self._documents.application.meta(acting)
        return Done(position=self._documents.change(row.document, lambda d: d.request_reading(meta))[1])

    def record_text(
        self,
        acting: CallContext,
        document: DocumentId,
        text: ReadText,
        *,
        images_sha256: Sha256 = Sha256(""),
        wanted: str = "",
    ) -> str:
        """Store a text object and note it; return its SHA-256. The same text again repairs what was lost of it.

        `images_sha256` stands for the page images that were stored with it, `wanted` names the pipeline that was to read.
        Fields are found in the text as people corrected it before. Where its pages name prints of the same school, the
        document is filed as their signed version, in the same transaction.
        """
        data, sha256 = encode_text(text)
        self._derived.put(text_key(document, sha256), data)
        fact = functools.partial(
            TextExtracted,
            engine=text.engine,
            engine_version=text.engine_version,
            language=text.language,
            pages=len(text.pages),
            words=text.words,
            confidence=text.confidence,
            text_sha256=sha256,
            images_sha256=images_sha256,
            pipeline=text.pipeline,
            wanted_pipeline=wanted if wanted != text.pipeline else "",
        )
        corrected = self._texts.corrected(document, text, self._documents.said(document))
        fields = [field.proposed() for field in propose(corrected)]
        meta = self._documents.application.meta(acting)
        school = self._documents.row(document).school
        filings = self._prints.filings(document, school, corrected)
        application = self._documents.application

        def decide() -> tuple[bool, Sequence[Aggregate]]:
            stream = application.load(Document, uuid.UUID(document))
            new = stream.record_text(fact(school=school), fields, meta)
            return new, (stream, *self._prints.signed(filings, document, meta))

        new, _ = application.change_together(decide)
        if not new:
            self._repair(document, sha256, text)
        return sha256

    def fail_reading(self, acting: CallContext, document: DocumentId, reason: FailureReason) -> None:
        """Note that a document cannot be read."""
        meta = self._documents.application.meta(acting)
        self._documents.change(document, lambda stream: stream.fail_reading(reason, meta))

    def text(self, document: DocumentId, sha256: Sha256) -> ReadText | None:
        """Return a text object from the derived store; None when it is lost or not what its SHA-256 says."""
        return self._texts.read(document, sha256)

    def corrected_text(self, document: DocumentId, sha256: Sha256) -> ReadText | None:
        """Return the same with what people corrected on its pages."""
        text = self._texts.read(document, sha256)
        return None if text is None else self._texts.corrected(document, text, self._documents.said(document))

    def _repair(self, document: DocumentId, sha256: Sha256, text: ReadText) -> None:
        self._documents.views.catch_up()
        with self._documents.views.writing() as conn:
            self._projection.text(conn, document, sha256, text.confidence, len(text.pages))
