"""What a log asks of its store beyond events: leaves, subtree hashes, checkpoints, guards; SQL that both stores share.

Indices are dense from 0 in the order of commit; `recorded_at` is the database's clock and never goes back; rows can be
neither changed nor removed (triggers).
"""

from __future__ import annotations

import functools
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from eventsourcing.persistence import StoredEvent

from shared.tlog.digest import stored_digest
from shared.tlog.leaf import StoredRow
from shared.vocabulary.ids import Digest, LeafIndex, Position, TreeSize


class LeafRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stored event with its leaf, as the tables hold them."""

    position: Position
    originator_id: uuid.UUID
    originator_version: int
    topic: str
    state: bytes
    leaf_hash: Digest
    recorded_at_us: int


class CheckpointRow(msgspec.Struct, frozen=True, kw_only=True):
    """One signed checkpoint as the table holds it."""

    number: int
    size: TreeSize
    root: Digest
    signed_at_us: int
    note: str


class GuardFault(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What is wrong with what forbids change: `kind` is removed, altered, or foreign (a trigger or rule not of ours)."""

    table: str
    kind: str


CHANGED = "a stream that the events rest on was changed"

_BY_STREAM = "ORDER BY e.originator_id, e.originator_version"
"""The order of the key: nothing is to be sorted."""

_IDS_AT_ONCE = 500
"""Stream ids in one question: SQLite takes 32 766 parameters, PostgreSQL 65 535."""


class MerkleLogStore(ABC):
    """The questions a `Log` puts to either store; SQL common to both, with ``?`` for parameters."""

    events_table: str
    leaves_table: str
    nodes_table: str
    checkpoints_table: str
    tracking_table: str
    leaf_of_event: ClassVar[str] = "l.notification_id = e.notification_id"
    """How a leaf `l` finds its event `e` and the other way round."""

    @abstractmethod
    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        """Return the rows of a SELECT over `{events}`, `{leaves}`, `{nodes}`, `{checkpoints}`, `{tracking}`."""

    @abstractmethod
    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for every row, in one transaction."""

    @abstractmethod
    def guard_faults(self) -> list[GuardFault]:
        """Compare the triggers against change and removal with what they were made as, to the letter; sorted."""

    @abstractmethod
    def stored_id(self, originator_id: uuid.UUID) -> object:
        """Return a stream id as the store holds it."""

    @staticmethod
    def report_indexes(kwargs: Mapping[str, Any], indices: Iterable[int]) -> None:
        """Give the caller of `insert_events`, who passed a list as `assigned_indexes`, the leaf indices of his events."""
        assigned_indexes: list[int] | None = kwargs.get("assigned_indexes")
        if assigned_indexes is not None:
            assigned_indexes[:] = indices

    @staticmethod
    def expected_in(kwargs: Mapping[str, Any]) -> Mapping[uuid.UUID, int]:
        """Return stream → version for the streams that must stand so, though nothing is appended to them here.

        Looked at in the transaction that appends, after it got the log to itself: what fails it is an IntegrityError, as
        when the version of an event is taken.
        """
        expected: Mapping[uuid.UUID, int] = kwargs.get("expected") or {}
        return expected

    def leaf_count(self) -> TreeSize:
        """Return how many leaves there are (indices are dense)."""
        rows = self.query("SELECT max(leaf_index) AS last FROM {leaves}")
        last = rows[0]["last"]
        return TreeSize(0 if last is None else int(last) + 1)

    def select_logged(self, start: LeafIndex, limit: int) -> list[LeafRow]:
        """Return events with leaf index ≥ start, in order."""
        return self._logged("l.leaf_index >= ? ORDER BY l.leaf_index LIMIT ?", (start, limit))

    def select_logged_stream(self, originator_id: uuid.UUID, stop: LeafIndex) -> list[LeafRow]:
        """Return the events of one stream with leaf index < stop, in order."""
        where = "e.originator_id = ? AND l.leaf_index < ? ORDER BY e.originator_version"
        return self._logged(where, (self.stored_id(originator_id), stop))

    def select_logged_streams(self, originator_ids: Sequence[uuid.UUID]) -> list[LeafRow]:
        """Return the events of many streams, stream by stream."""
        found = []
        for start in range(0, len(originator_ids), _IDS_AT_ONCE):
            wanted = [self.stored_id(one) for one in originator_ids[start : start + _IDS_AT_ONCE]]
            where = f"e.originator_id IN ({', '.join('?' * len(wanted))}) " + _BY_STREAM
            found += self._logged(where, wanted)
        return found

    def select_logged_range(self, first: uuid.UUID, last: uuid.UUID, stop: LeafIndex) -> list[LeafRow]:
        """Return the events with leaf index < stop of all streams whose ids lie from first to last, stream by stream."""
        where = "e.originator_id >= ? AND e.originator_id <= ? AND l.leaf_index < ? " + _BY_STREAM
        return self._logged(where, (self.stored_id(first), self.stored_id(last), stop))

    def count_range(self, first: uuid.UUID, last: uuid.UUID) -> int:
        """Return how many events all streams whose ids lie from first to last have."""
        sql = "SELECT count(*) AS size FROM {events} WHERE originator_id >= ? AND originator_id <= ?"
        return int(self.query(sql, (self.stored_id(first), self.stored_id(last)))[0]["size"])

    def select_versions(self, originator_id: uuid.UUID, after: int, limit: int) -> list[LeafRow]:
        """Return up to `limit` events of one stream with versions above `after`, in order."""
        where = "e.originator_id = ? AND e.originator_version > ? ORDER BY e.originator_version LIMIT ?"
        return self._logged(where, (self.stored_id(originator_id), after, limit))

    def last_leaf_of_stream(self, originator_id: uuid.UUID) -> LeafIndex | None:
        """Return the leaf index of a stream's last event, None when it has none."""
        sql = (
            "SELECT l.leaf_index FROM {events} e JOIN {leaves} l ON {leaf_of_event} "
            "WHERE e.originator_id = ? ORDER BY e.originator_version DESC LIMIT 1"
        )
        rows = self.query(sql, (self.stored_id(originator_id),))
        return LeafIndex(rows[0]["leaf_index"]) if rows else None

    def recorded_at_us(self, leaf_index: LeafIndex) -> int:
        """Return when the event at an index was recorded, in microseconds since 1970."""
        rows = self.query("SELECT recorded_at_us FROM {leaves} WHERE leaf_index = ?", (leaf_index,))
        return int(rows[0]["recorded_at_us"])

    def select_nodes(self, level: int, start: int, stop: int) -> list[Digest]:
        """Return leaf hashes (level 0) or hashes of complete subtrees (levels 8, 16, …), in order."""
        if level == 0:
            sql = "SELECT leaf_hash AS hash FROM {leaves} WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index"
            return [stored_digest(row["hash"]) for row in self.query(sql, (start, stop))]
        sql = "SELECT hash FROM {nodes} WHERE level = ? AND node_index >= ? AND node_index < ? ORDER BY node_index"
        return [stored_digest(row["hash"]) for row in self.query(sql, (level, start, stop))]

    def count_nodes(self, level: int) -> int:
        """Return how many subtree hashes a level holds."""
        last = self.query("SELECT max(node_index) AS last FROM {nodes} WHERE level = ?", (level,))[0]["last"]
        return 0 if last is None else int(last) + 1

    def insert_nodes(self, level: int, start: int, hashes: Sequence[Digest]) -> None:
        """Keep subtree hashes; another process may have kept the same ones already."""
        sql = "INSERT INTO {nodes} (level, node_index, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self.write(sql, [(level, start + offset, value) for offset, value in enumerate(hashes)])

    def insert_checkpoint(self, row: CheckpointRow) -> None:
        """Store a checkpoint; raises IntegrityError when its number is taken."""
        sql = "INSERT INTO {checkpoints} (number, size, root, signed_at_us, note) VALUES (?, ?, ?, ?, ?)"
        self.write(sql, [(row.number, row.size, row.root, row.signed_at_us, row.note)])

    def select_checkpoints(self, after: int, limit: int) -> list[CheckpointRow]:
        """Return checkpoints with a number above `after`, in order."""
        sql = "SELECT number, size, root, signed_at_us, note FROM {checkpoints} WHERE number > ? ORDER BY number LIMIT ?"
        return [_checkpoint(row) for row in self.query(sql, (after, limit))]

    def last_checkpoint(self) -> CheckpointRow | None:
        """Return the checkpoint with the highest number."""
        sql = "SELECT number, size, root, signed_at_us, note FROM {checkpoints} ORDER BY number DESC LIMIT 1"
        rows = self.query(sql)
        return _checkpoint(rows[0]) if rows else None

    def _logged(self, where: str, parameters: Sequence[object]) -> list[LeafRow]:
        sql = (
            "SELECT l.leaf_index + 1 AS position, e.originator_id, e.originator_version, e.topic, e.state, l.leaf_hash, "
            "l.recorded_at_us "
            "FROM {leaves} l JOIN {events} e ON {leaf_of_event} WHERE " + where
        )
        return [
            LeafRow(
                position=row["position"],
                originator_id=as_uuid(row["originator_id"]),
                originator_version=row["originator_version"],
                topic=row["topic"],
                state=bytes(row["state"]),
                leaf_hash=stored_digest(row["leaf_hash"]),
                recorded_at_us=row["recorded_at_us"],
            )
            for row in self.query(sql, parameters)
        ]

    def _named(self, sql: str) -> str:
        return sql.format(
            events=self.events_table,
            leaves=self.leaves_table,
            nodes=self.nodes_table,
            checkpoints=self.checkpoints_table,
            tracking=self.tracking_table,
            leaf_of_event=self.leaf_of_event,
        )


# The same few ids over and over when a log is read: a tenth of the time on SQLite.
@functools.lru_cache(maxsize=1024)
def as_uuid(stored: object) -> uuid.UUID:
    """Return a stored stream id as a UUID (PostgreSQL gives one, SQLite its hex digits)."""
    return stored if isinstance(stored, uuid.UUID) else uuid.UUID(str(stored))


def _checkpoint(row: Mapping[str, Any]) -> CheckpointRow:
    return CheckpointRow(
        number=row["number"],
        size=row["size"],
        root=stored_digest(row["root"]),
        signed_at_us=row["signed_at_us"],
        note=row["note"],
    )


def rows_of(events: Sequence[StoredEvent]) -> list[StoredRow]:
    """Return events as they are hashed: the stream as hex digits, the version, the topic, the stored bytes."""
    return [(as_uuid(e.originator_id).hex, e.originator_version, e.topic, e.state) for e in events]
