"""The base of every service's application: its log, its streams, and the one way to change them."""

from __future__ import annotations

import contextlib
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Protocol, TypeVar, cast

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.persistence import (
    InfrastructureFactory,
    IntegrityError,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import Environment, EnvType

from shared.clock import Clock
from shared.consistency import note
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.boundary import Boundary
from shared.eventlog.facts import EventEnvelope, EventMetadata, FactRegistry, metadata_of
from shared.eventlog.log import Log, microseconds
from shared.eventlog.recorders import LogRecorder, log_factory
from shared.identity.call_context import CallContext
from shared.problems import Conflict
from shared.storage.database_url import StoreSettings
from shared.storage.disk_space import DiskSpaceGuard, UnlimitedDiskSpace
from shared.storage.errors import translate_database_errors
from shared.vocabulary.ids import BEGINNING, LeafIndex, Position, position_of

S = TypeVar("S", bound=Aggregate)
T = TypeVar("T")


class Closable(Protocol):
    """What holds connections until it is closed."""

    def close(self) -> None:
        """Close every connection."""


C = TypeVar("C", bound=Closable)

ATTEMPTS = 24
"""How often a decision is taken anew because somebody else changed the stream first: some two seconds of pauses."""


class AlreadyReceived(Exception):
    """The tracked event was applied before, by this process or another: acknowledge it and go on."""


class FactMapper(Mapper[uuid.UUID]):
    """Stores envelopes as their registry encodes them, under the fact's own topic."""

    def __init__(self, facts: FactRegistry) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._facts = facts

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        entry = cast("EventEnvelope", domain_event)
        return StoredEvent(entry.originator_id, entry.originator_version, entry.fact.TOPIC, self._facts.encode(entry))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        meta, fact = self._facts.decode(stored_event.topic, stored_event.state)
        return EventEnvelope(
            originator_id=cast("uuid.UUID", stored_event.originator_id),
            originator_version=stored_event.originator_version,
            meta=meta,
            fact=fact,
        )


class EventSourcedApplication(Application[uuid.UUID]):
    """One service's event-sourced application over one log.

    Subclasses set `name` (stable: PostgreSQL tables carry it) and `facts`. With SQLite, which runs in this process, events
    are recorded by `clock`; with PostgreSQL by the server's.
    """

    name: ClassVar[str]  # type: ignore[misc]  # a plain class attribute in the library
    facts: ClassVar[FactRegistry]
    room: DiskSpaceGuard | UnlimitedDiskSpace = UnlimitedDiskSpace()
    """What says whether there is room for new facts; the composition sets it."""

    def __init__(self, store: StoreSettings, clock: Clock, *, installation: str) -> None:
        self.store = store
        self.clock = clock
        self.installation = installation
        self._owned = contextlib.ExitStack()
        super().__init__({})
        self._log = Log(self._tables, self.facts, clock)

    @property
    def log(self) -> Log:  # type: ignore[override]  # the library's own `log` is deprecated
        """Reads this application's log."""
        return self._log

    def own(self, open_part: Callable[[], C]) -> C:
        """Open what is closed together with this application; when it cannot be opened, nothing else stays open either."""
        try:
            part = open_part()
        except BaseException:
            self.close()
            raise
        self._owned.callback(part.close)
        return part

    def close(self) -> None:
        """Close the log and what this application owns beside it; a second time there is nothing left to do."""
        with self._owned:
            super().close()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        # The library would mix in the process environment, where a stray setting could lose tracking.
        return Environment(name, dict(env or {}))

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return log_factory(self.store, env.name, now_us=lambda: microseconds(self.clock.now()))

    def construct_mapper(self) -> Mapper[uuid.UUID]:
        return FactMapper(self.facts)

    def construct_recorder(self) -> LogRecorder:
        try:
            with translate_database_errors():
                return cast("LogRecorder", self.factory.process_recorder())
        except BaseException:
            self.factory.close()
            raise

    def load(self, kind: type[S], stream_id: uuid.UUID) -> S:
        """Return a stream as it stands; one that has no events yet is empty, at version 0."""
        with translate_database_errors():
            return kind(stream_id).replay(cast("Iterator[EventEnvelope]", self.events.get(stream_id)))

    def change(
        self,
        kind: type[S],
        stream_id: uuid.UUID,
        decide: Callable[[S], T],
        *,
        tracking: Tracking | None = None,
    ) -> tuple[T, Position]:
        """Load a stream, let `decide` record facts on it, and store them; return its answer and the last position.

        When somebody else changed the stream first, `decide` runs again on what is there now, so it must have no other
        effect. It can ask ``stream.has_processed(command)`` whether the command was carried out before, then record
        nothing. The position is that of the last new event, or of the stream's last when there is nothing new (0 for an
        empty stream). With `tracking`, the position received from another log is stored in the same transaction.

        Raises whatever `decide` raises, AlreadyReceived, Conflict (others were always first), Unavailable, StoreFull.
        """

        def attempt() -> tuple[T, Sequence[Aggregate | Boundary]]:
            stream = self.load(kind, stream_id)
            return decide(stream), (stream,)

        return self.change_together(attempt, tracking=tracking)

    def change_together(
        self, decide: Callable[[], tuple[T, Sequence[Aggregate | Boundary]]], *, tracking: Tracking | None = None
    ) -> tuple[T, Position]:
        """Store what `decide` recorded on the streams it loaded and returns, all or nothing; else as `change`.

        A rule over several streams holds when all who could break it record on one stream that `decide` loads first, or when
        a `Boundary` names what it rests on.
        """
        for attempt in range(ATTEMPTS):
            answer, streams = decide()
            try:
                return answer, self.append(*streams, tracking=tracking)
            except IntegrityError:
                self._require_new(tracking)
                time.sleep(random.uniform(0, min(0.002 * 2**attempt, 0.2)))  # noqa: S311 - whoever lost must not lose again
        raise Conflict("Có nhiều người cùng sửa một nơi. Chưa ghi đè gì. Thử lại sau ít giây.")

    def append(self, *streams: Aggregate | Boundary, tracking: Tracking | None = None) -> Position:
        """Store what several streams recorded, and the tracking, in one transaction; return the last position.

        Raises IntegrityError when a stream, or one that a boundary rests on, was changed meanwhile, or the tracked position
        was stored before; StoreFull when the room for new facts is used up. What comes from another log was accepted there,
        and may use the reserve.
        """
        indexes: list[int] = []
        event: ProcessingEvent[uuid.UUID] = ProcessingEvent(tracking=tracking)
        expected = {
            id_: version for stream in streams if isinstance(stream, Boundary) for id_, version in stream.expected.items()
        }
        event.collect_events(assigned_indexes=indexes, expected=expected)
        event.events.extend(entry for stream in streams for entry in stream.collect_events())
        if event.events and tracking is None:
            self.room.require()
        with translate_database_errors():
            if event.events or tracking is not None:
                self._record(event)
            if indexes:
                last = position_of(LeafIndex(indexes[-1]))
            else:
                last = max((self._position_of(stream) for stream in streams), default=BEGINNING)
        note(self.name, last)
        return last

    def received_position(self, source: str) -> Position:
        """Return the position of the last event applied from another log, 0 when there is none."""
        return self.logged_position(source)

    def logged_position(self, source: str) -> Position:
        """Return the position up to which this log itself has taken another log in, 0 when it has taken nothing."""
        with translate_database_errors():
            return Position(self._tables.max_tracking_id(source) or 0)

    def last_position(self, stream_id: uuid.UUID) -> Position:
        """Return the position of a stream's last event, 0 for a stream that has none."""
        leaf = self._tables.last_leaf_of_stream(stream_id)
        return BEGINNING if leaf is None else position_of(leaf)

    def meta(self, acting: CallContext) -> EventMetadata:
        """Return the metadata of facts that `acting` brings about now."""
        return metadata_of(acting, self.clock.now())

    @property
    def _tables(self) -> LogRecorder:
        return cast("LogRecorder", self.recorder)

    def _require_new(self, tracking: Tracking | None) -> None:
        if tracking is not None and self.logged_position(tracking.application_name) >= tracking.notification_id:
            msg = f"{tracking.application_name} {tracking.notification_id}"
            raise AlreadyReceived(msg) from None

    def _position_of(self, streams: Aggregate | Boundary) -> Position:
        return streams.position if isinstance(streams, Boundary) else self.last_position(streams.id)
