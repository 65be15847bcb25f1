"""The consistency boundary of decisions that read several streams and write to some of them.

An `Aggregate` is its own boundary: its version is its guard. Here a fact goes to the stream that `stream_of` names, so that
people who write on different streams do not meet; and what a decision has read besides is named by `rest_on`. The recorder
looks in the transaction that stores the facts whether all of that still stands as it was read, so an invariant that reaches
across streams holds as if there were one.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from shared.eventlog.facts import EventEnvelope, EventMetadata, Fact
from shared.eventlog.log import RecordedEvent


class Boundary(ABC):
    """Several streams that are decided on together, folded in the order of the log.

    A public command method checks, names by `rest_on` what it has read beside the streams it writes to, then calls `record`;
    `apply` only assigns. Satisfies eventsourcing's collect-events protocol.
    """

    def __init__(self) -> None:
        self.position = 0
        """The last log position of what is folded here, 0 when there is nothing."""
        self._order = 0
        self._versions: dict[uuid.UUID, int] = {}
        self._read: dict[uuid.UUID, int] = {}
        self._written: set[uuid.UUID] = set()
        self._pending: list[EventEnvelope] = []
        self._commands: set[str] = set()

    @abstractmethod
    def stream_of(self, fact: Fact) -> uuid.UUID:
        """Return the stream that a new fact belongs to."""

    @abstractmethod
    def apply(self, fact: Fact, meta: EventMetadata, order: int) -> None:
        """Apply a fact to the state. `order` is its log position; of a fact that is not stored yet, a number beyond it."""

    def rest_on(self, *streams: uuid.UUID) -> None:
        """Name streams that the decision has read: what it records is stored only while they stand as they were read."""
        for stream in streams:
            if stream not in self._written:
                self._read[stream] = self._versions.get(stream, 0)

    def record(self, fact: Fact, meta: EventMetadata) -> None:
        """Apply a new fact and keep it to be stored in its stream."""
        stream = self.stream_of(fact)
        self._written.add(stream)
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        self._order += 1
        self._commands.add(meta.command)
        self.apply(fact, meta, self._order)
        self._pending.append(EventEnvelope(originator_id=stream, originator_version=version, meta=meta, fact=fact))

    def replay(self, entries: Iterable[RecordedEvent]) -> Self:
        """Apply stored entries of all the streams in the order of the log."""
        for logged in entries:
            entry = logged.entry
            self.position = self._order = logged.position
            self._versions[entry.originator_id] = entry.originator_version
            self._commands.add(entry.meta.command)
            self.apply(entry.fact, entry.meta, logged.position)
        return self

    def has_processed(self, command: str) -> bool:
        """Say whether facts of this command are here already: a repeat then records nothing. Never true of ``""``."""
        return command != "" and command in self._commands

    @property
    def changed(self) -> bool:
        """Say whether there are facts to store."""
        return bool(self._pending)

    @property
    def expected(self) -> Mapping[uuid.UUID, int]:
        """Return stream → version at which it was read, of the streams that the decision rests on and does not write to.

        The others are guarded by the versions of the facts themselves.
        """
        return {stream: version for stream, version in self._read.items() if stream not in self._written}

    def collect_events(self) -> Sequence[EventEnvelope]:
        """Hand over the facts to store, once (called by eventsourcing when saving)."""
        pending, self._pending = self._pending, []
        return pending
