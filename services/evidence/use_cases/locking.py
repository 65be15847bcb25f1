"""Use cases about retention: what waits to be locked in the archive, until when, and that it is."""

from __future__ import annotations

import datetime as dt

from services.evidence import views
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.views import DocumentRow
from shared.clock import vietnam_date
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import DocumentId


class Locking:
    """Tells what is to be locked, and notes what was."""

    def __init__(self, documents: DocumentRepository, settings: EvidenceSettings) -> None:
        self._documents = documents
        self._settings = settings

    def documents_to_lock(self, limit: int = 50) -> list[DocumentRow]:
        """Return documents that are received and not locked, oldest first."""
        with self._documents.views.reading() as conn:
            return views.unlocked_rows(conn, limit, self._documents.clock.now())

    def retention_end(self, row: DocumentRow) -> dt.date:
        """Return the day until whose end a document is kept locked."""
        day = vietnam_date(row.received_at)
        try:
            return day.replace(year=day.year + self._settings.retention_years)
        except ValueError:
            return day.replace(year=day.year + self._settings.retention_years, month=3, day=1)

    def record_lock(self, acting: CallContext, document: DocumentId, until: dt.date) -> None:
        """Note that the archive locked a document."""
        meta = self._documents.application.meta(acting)
        self._documents.change(document, lambda stream: stream.record_lock(until, meta))
