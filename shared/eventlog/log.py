"""Reads one service's log: events by position, stream and time of recording, checkpoints and proofs, on either store."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from operator import attrgetter

import msgspec
from eventsourcing.persistence import IntegrityError

from shared.clock import Clock, SystemClock
from shared.eventlog.facts import EventEnvelope, FactRegistry
from shared.eventlog.recorders import CheckpointRow, LeafRow, MerkleLogStore
from shared.ids import group_range
from shared.tlog.checkpoint import BadNote, Checkpoint, Signer
from shared.tlog.leaf import leaf_hash
from shared.tlog.merkle import MissingNodes, Tree
from shared.vocabulary.ids import (
    BEGINNING,
    Digest,
    LeafIndex,
    Position,
    TreeSize,
    last_position,
    leaf_after,
    leaf_of,
    next_position,
)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_END = LeafIndex(2**62)


class RecordedEvent(msgspec.Struct, frozen=True):
    """One stored event. `recorded_at` (UTC) is when the log took it in."""

    position: Position
    recorded_at: dt.datetime
    entry: EventEnvelope
    leaf_hash: Digest


class InconsistentLog(Exception):
    """The log is not a continuation of its own last checkpoint, so nothing is signed: run the audit."""


def moment(microseconds: int) -> dt.datetime:
    """Return a stored time as an aware datetime in UTC."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def microseconds(at: dt.datetime) -> int:
    """Return an aware datetime as stored: whole microseconds since 1970."""
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


class Log:
    """One log, read only but for its checkpoints. `facts` decodes the stored bytes."""

    def __init__(self, tables: MerkleLogStore, facts: FactRegistry, clock: Clock | None = None) -> None:
        self.tables = tables
        self._facts = facts
        self._clock = clock or SystemClock()
        self._tree = Tree(tables)

    def head(self) -> Position:
        """Return the last position, 0 for an empty log."""
        return last_position(self.tables.leaf_count())

    def read(self, after: Position, limit: int = 500) -> list[RecordedEvent]:
        """Return up to `limit` events with positions above `after`, in order.

        Raises UnknownFact when the log is newer than this code.
        """
        return [self.logged(row) for row in self.tables.select_logged(leaf_after(max(after, BEGINNING)), limit)]

    def read_group(self, group: uuid.UUID, after: Position, limit: int) -> list[RecordedEvent]:
        """Return those of the next `limit` events after a position that belong to a group; the others are not decoded."""
        first, last = group_range(group)
        rows = self.tables.select_logged(leaf_after(max(after, BEGINNING)), limit)
        return [self.logged(row) for row in rows if first <= row.originator_id <= last]

    def stream(self, stream_id: uuid.UUID, *, upto: Position | None = None) -> list[RecordedEvent]:
        """Return one stream in order, its events with positions ≤ `upto` when that is given."""
        stop = _NO_END if upto is None else leaf_after(upto)
        return [self.logged(row) for row in self.tables.select_logged_stream(stream_id, stop)]

    def streams(self, stream_ids: Iterable[uuid.UUID]) -> list[RecordedEvent]:
        """Return the events of many streams, in the order of the log."""
        rows = self.tables.select_logged_streams(list(set(stream_ids)))
        return [self.logged(row) for row in sorted(rows, key=attrgetter("position"))]

    def group(self, group: uuid.UUID) -> list[RecordedEvent]:
        """Return the events of all streams of a group (`shared.ids.id_within`), in the order of the log."""
        return [self.logged(row) for row in self.group_rows(group)]

    def group_rows(self, group: uuid.UUID, *, upto: Position | None = None) -> list[LeafRow]:
        """Return the stored rows of all streams of a group, those with positions ≤ `upto` when that is given, in order."""
        stop = _NO_END if upto is None else leaf_after(upto)
        return sorted(self.tables.select_logged_range(*group_range(group), stop), key=attrgetter("position"))

    def group_size(self, group: uuid.UUID) -> int:
        """Return how many events the streams of a group have together."""
        return self.tables.count_range(*group_range(group))

    def position_at(self, at: dt.datetime) -> Position:
        """Return the last position recorded at or before a moment (aware), 0 when there is none.

        Recorded times never go back, so the place is found by halving: some twenty look-ups in a million events.
        """
        wanted = microseconds(at)
        low, high = 0, int(self.tables.leaf_count())
        while low < high:
            middle = (low + high) // 2
            if self.tables.recorded_at_us(LeafIndex(middle)) <= wanted:
                low = middle + 1
            else:
                high = middle
        return last_position(TreeSize(low))

    def root(self, size: TreeSize) -> Digest:
        """Return the Merkle root over the first `size` events."""
        return self._tree.root(size)

    def inclusion_proof(self, position: Position, size: TreeSize) -> list[Digest]:
        """Return the path that shows that the event at `position` is in the log of `size` events (RFC 6962 2.1.1)."""
        return self._tree.inclusion_proof(leaf_of(position), size)

    def consistency_proof(self, old: TreeSize, new: TreeSize) -> list[Digest]:
        """Return the path that shows that the log of `new` events continues that of `old` (RFC 6962 2.1.2)."""
        return self._tree.consistency_proof(old, new)

    def checkpoint(self) -> Checkpoint | None:
        """Return the last signed checkpoint."""
        row = self.tables.last_checkpoint()
        return _checkpoint(row) if row else None

    def checkpoints(self, after: int = 0, limit: int = 1000) -> list[Checkpoint]:
        """Return checkpoints with a number above `after`, in order."""
        return [_checkpoint(row) for row in self.tables.select_checkpoints(after, limit)]

    def next_checkpoint_number(self) -> int:
        """Return the number the next checkpoint will have: the one that will cover an event appended now."""
        row = self.tables.last_checkpoint()
        return row.number + 1 if row else 1

    def sign_checkpoint(self, signer: Signer) -> Checkpoint:
        """Sign the log as it stands; returns the last checkpoint when the log has not grown since.

        Raises InconsistentLog when the log is not a continuation of what was signed last, or when an event since then
        does not fit its leaf.
        """
        last = self.checkpoint()
        size = self.tables.leaf_count()
        if last is not None:
            self._require_continuation(last, size, signer)
            if last.size == size:
                return last
        self._require_leaves_fit(last_position(last.size) if last else BEGINNING, last_position(size))
        root, at_us = self.root(size), self._signing_time_us(last, size)
        row = CheckpointRow(
            number=last.number + 1 if last else 1,
            size=size,
            root=root,
            signed_at_us=at_us,
            note=signer.sign(size, root, moment(at_us)),
        )
        try:
            self.tables.insert_checkpoint(row)
        except IntegrityError:
            # Somebody else signed at the same moment; his checkpoint is as good, if it holds.
            return self.sign_checkpoint(signer)
        return _checkpoint(row)

    def _signing_time_us(self, last: Checkpoint | None, size: TreeSize) -> int:
        """Return now, but never before what is signed was recorded or before the checkpoint before."""
        recorded = self.tables.recorded_at_us(leaf_of(last_position(size))) if size else 0
        return max(microseconds(self._clock.now()), recorded, microseconds(last.signed_at) if last else 0)

    def _require_continuation(self, last: Checkpoint, size: TreeSize, signer: Signer) -> None:
        if size < last.size:
            msg = f"the log has {size} events, checkpoint {last.number} signed {last.size}"
            raise InconsistentLog(msg)
        if last.origin == signer.name:
            try:
                signed = signer.verifier.open(last.note)
            except BadNote as error:
                msg = f"checkpoint {last.number}: {error}"
                raise InconsistentLog(msg) from error
            if (signed.size, signed.root) != (last.size, last.root):
                msg = f"checkpoint {last.number} is not what was signed"
                raise InconsistentLog(msg)
        try:
            root = self.root(last.size)
        except MissingNodes as error:
            raise InconsistentLog(str(error)) from error
        if root != last.root:
            msg = f"the first {last.size} events differ from what checkpoint {last.number} signed"
            raise InconsistentLog(msg)

    def _require_leaves_fit(self, after: Position, upto: Position) -> None:
        while after < upto:
            rows = self.tables.select_logged(leaf_after(after), min(500, upto - after))
            if not rows:
                msg = f"position {next_position(after)} is missing"
                raise InconsistentLog(msg)
            for position, row in enumerate(rows, next_position(after)):
                if row.position != position or _expected(row) != row.leaf_hash:
                    msg = f"position {position} does not fit its leaf"
                    raise InconsistentLog(msg)
            after = rows[-1].position

    def logged(self, row: LeafRow) -> RecordedEvent:
        """Return a row of the tables as an event; raises UnknownFact when it is newer than this code."""
        meta, fact = self._facts.decode(row.topic, row.state)
        entry = EventEnvelope(
            originator_id=row.originator_id, originator_version=row.originator_version, meta=meta, fact=fact
        )
        return RecordedEvent(row.position, moment(row.recorded_at_us), entry, row.leaf_hash)


def _expected(row: LeafRow) -> Digest:
    return leaf_hash(row.originator_id, row.originator_version, row.topic, row.state, row.recorded_at_us)


def _checkpoint(row: CheckpointRow) -> Checkpoint:
    return Checkpoint(
        number=row.number,
        origin=row.note.partition("\n")[0],
        size=row.size,
        root=row.root,
        signed_at=moment(row.signed_at_us),
        note=row.note,
    )
