"""The base of every aggregate: decide in a public method, apply in `apply`, which is pure."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Self

from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact


class Aggregate(ABC):
    """One consistent sequence of facts.

    A public command method checks, then calls `record`; `apply` only assigns (no clock, no uuid, no I/O), because it runs
    again at every replay. Satisfies eventsourcing's collect-events protocol.
    """

    def __init__(self, stream_id: uuid.UUID) -> None:
        self.id = stream_id
        self.version = 0
        self._pending: list[EventEnvelope] = []
        self._commands: set[str] = set()

    @abstractmethod
    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Apply a fact, the `version`-th of this stream, to the state."""

    def record(self, fact: Fact, meta: EventMetadata) -> None:
        """Apply a new fact and keep it to be stored."""
        self.version += 1
        self._commands.add(meta.command)
        self.apply(fact, meta, self.version)
        self._pending.append(
            EventEnvelope(originator_id=self.id, originator_version=self.version, meta=meta, fact=fact),
        )

    def replay(self, entries: Iterable[EventEnvelope]) -> Self:
        """Apply stored entries in order."""
        for entry in entries:
            self.version = entry.originator_version
            self._commands.add(entry.meta.command)
            self.apply(entry.fact, entry.meta, entry.originator_version)
        return self

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
