"""Takes in what the assessment service tells: schools, codes of documents, citations."""

from __future__ import annotations

from services.evidence import views
from services.evidence.use_cases.documents import DocumentRepository
from shared.contracts.events.base import CloudEvent
from shared.vocabulary.ids import Position

ASSESSMENT = "assessment"


class EvidenceInbox:
    """Applies the events of other services exactly once."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._documents.views.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once: schools, codes and citations are learnt, no more."""
        self._documents.views.apply_once(event.service, event.sequence, lambda conn: views.project_foreign(conn, event))
