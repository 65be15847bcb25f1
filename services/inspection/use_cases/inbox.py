"""Takes in what other services tell: cycles, schools and awards, kept documents, accounts and tokens."""

from __future__ import annotations

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.events.base import CloudEvent
from shared.contracts.problems import UnknownEventVersion
from shared.vocabulary.ids import Position

SOURCES = ("assessment", "evidence", "identity")
"""Who tells of cycles, schools and awards, of kept documents, of accounts and tokens."""


class InspectionInbox:
    """Applies the events of other services exactly once."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        return self._visits.views.received_position(source)

    def receive(self, event: CloudEvent) -> None:
        """Apply another service's next event exactly once; raises UnknownEventVersion for a newer kind of what is needed."""

        def project(conn: Connection) -> None:
            if views.is_newer(event):
                raise UnknownEventVersion(
                    f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ kiểm tra, rồi gửi lại.", event=event.id
                )
            views.project_foreign(conn, event)

        self._visits.views.apply_once(event.service, event.sequence, project)
