"""What decides keeps its new facts until they are stored, and knows which commands it has answered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact


class NewFacts:
    """The facts that were decided and are not stored yet. Satisfies eventsourcing's collect-events protocol."""

    def __init__(self) -> None:
        self._pending: list[EventEnvelope] = []
        self._commands: set[str] = set()

    def has_processed(self, command: str) -> bool:
        """Say whether facts of this command are here already: a repeat then records nothing. Never true of ``""``."""
        return command != "" and command in self._commands

    @property
    def changed(self) -> bool:
        """Say whether there are facts to store."""
        return bool(self._pending)

    def collect_events(self) -> Sequence[EventEnvelope]:
        """Hand over the facts to store, once (called by eventsourcing when saving)."""
        pending, self._pending = self._pending, []
        return pending

    def _keep(self, stream: uuid.UUID, version: int, meta: EventMetadata, fact: Fact) -> None:
        """Keep a new fact, the `version`-th of its stream, to be stored."""
        self._pending.append(EventEnvelope(originator_id=stream, originator_version=version, meta=meta, fact=fact))
