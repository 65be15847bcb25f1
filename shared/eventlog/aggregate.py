"""The base of every aggregate: decide in a public method, apply in `apply`, which is pure."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Self

from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact
from shared.eventlog.new_facts import NewFacts


class Aggregate(NewFacts, ABC):
    """One consistent sequence of facts.

    A public command method checks, then calls `record`; `apply` only assigns (no clock, no uuid, no I/O), because it runs
    again at every replay.
    """

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__()
        self.id = stream_id
        self.version = 0

    @abstractmethod
    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Apply a fact, the `version`-th of this stream, to the state."""

    def record(self, fact: Fact, meta: EventMetadata) -> None:
        """Apply a new fact and keep it to be stored."""
        self.version += 1
        self._commands.add(meta.command)
        self.apply(fact, meta, self.version)
        self._keep(self.id, self.version, meta, fact)

    def replay(self, entries: Iterable[EventEnvelope]) -> Self:
        """Apply stored entries in order."""
        for entry in entries:
            self.version = entry.originator_version
            self._commands.add(entry.meta.command)
            self.apply(entry.fact, entry.meta, entry.originator_version)
        return self
