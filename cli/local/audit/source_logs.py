"""Every log as the auditor reads it: nothing is created, and an event that cannot be read is somebody else's finding."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator

from cli.local.audit.target import UNREADABLE, AuditTarget
from deploy.compose.container import IDENTITY
from services.assessment.domain.facts import FACTS as ASSESSMENT_FACTS
from services.assessment.published import published as assessment_event
from services.evidence.domain.facts import CATALOGUE as EVIDENCE_FACTS
from services.evidence.published import published as evidence_event
from services.identity.domain.facts import FACTS as IDENTITY_FACTS
from services.identity.published import published as identity_event
from services.inspection.domain.facts import FACTS as INSPECTION_FACTS
from services.inspection.published import published as inspection_event
from services.notification.domain.feed import FACTS as NOTIFICATION_FACTS
from shared.contracts.events.base import CloudEvent
from shared.eventlog.facts import FactRegistry
from shared.eventlog.log import Log, RecordedEvent
from shared.eventlog.recorders import LogRecorder, open_tables
from shared.vocabulary.ids import BEGINNING, Position, next_position, position_before

BATCH = 500

FACTS: dict[str, FactRegistry] = {
    "evidence": EVIDENCE_FACTS,
    "assessment": ASSESSMENT_FACTS,
    "inspection": INSPECTION_FACTS,
    "notification": NOTIFICATION_FACTS,
    IDENTITY: IDENTITY_FACTS,
}
PUBLISHED: dict[str, Callable[[str, RecordedEvent], CloudEvent]] = {
    "evidence": evidence_event,
    "assessment": assessment_event,
    "inspection": inspection_event,
    IDENTITY: identity_event,
}
"""What the world was told of each event of a log that is relayed."""


class SourceLog:
    """One log, open for reading."""

    def __init__(self, service: str, tables: LogRecorder) -> None:
        self.service = service
        self.tables = tables
        self.log = Log(tables, FACTS[service])

    def head(self) -> Position:
        """Return the last position."""
        return self.log.head()

    def between(self, first: Position, last: Position) -> dict[Position, RecordedEvent]:
        """Return the events at positions `first` to `last` that are there and can be read."""
        try:
            events = self.log.read(position_before(first), last - first + 1)
        except UNREADABLE:
            events = [logged for position in range(first, last + 1) for logged in self._one(Position(position))]
        return {logged.position: logged for logged in events if logged.position <= last}

    def after(self, position: Position = BEGINNING) -> Iterator[RecordedEvent]:
        """Yield the events that can be read with positions above `position`, up to where the log ends now."""
        head = self.head()
        while position < head:
            last = min(Position(position + BATCH), head)
            yield from self.between(next_position(position), last).values()
            position = last

    def versions(self, stream: uuid.UUID) -> Iterator[RecordedEvent]:
        """Yield the events of one stream that can be read, in order."""
        after = 0
        while rows := self.tables.select_versions(stream, after, BATCH):
            for row in rows:
                after = row.originator_version
                with contextlib.suppress(*UNREADABLE):
                    yield self.log.logged(row)

    def received(self, source: str) -> Position:
        """Return the position up to which this log says it has taken in another one's events."""
        return Position(self.tables.max_tracking_id(source) or 0)

    def _one(self, position: Position) -> list[RecordedEvent]:
        with contextlib.suppress(*UNREADABLE):
            return [one for one in self.log.read(position_before(position), 1) if one.position == position]
        return []


@contextlib.contextmanager
def source_log(target: AuditTarget, service: str) -> Iterator[SourceLog]:
    """Give one log, open for reading; raises FileNotFoundError when it is not there."""
    tables, close = open_tables(target.container.store(service), service)
    try:
        yield SourceLog(service, tables)
    finally:
        close()
