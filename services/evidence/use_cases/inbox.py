"""Takes in what the assessment service tells: schools, codes of documents, citations."""

from __future__ import annotations

from services.evidence import views
from services.evidence.use_cases.documents import DocumentRepository
from shared.contracts.events.base import CloudEvent

ASSESSMENT = "assessment"


class EvidenceInbox:
    """Applies the events of other services exactly once."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents

    def received_position(self, source: str) -> int:
        """Return the sequence up to which another service's events are applied."""
        with self._documents.views.reading() as conn:
            return self._documents.views.upstream_position(conn, source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once: schools, codes and citations are learnt, no more."""
        with self._documents.views.writing() as conn:
            if event.sequence <= self._documents.views.upstream_position(conn, event.service):
                return
            views.project_foreign(conn, event)
            self._documents.views.save_position(conn, event.service, event.sequence)
