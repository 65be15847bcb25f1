"""The auditor's checks over a log: every leaf from the stored rows, every index, every checkpoint; apart from the writer.

It reads only what is stored and the public key, goes through the whole log once in bounded memory, and names what it finds.
It uses none of the kept subtree hashes but checks them as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from shared.eventlog.log import microseconds
from shared.eventlog.recorders import CheckpointRow, MerkleLogStore, open_tables
from shared.problems import Problem
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFault, said
from shared.tlog.checkpoint import BadNote, Verifier
from shared.tlog.digest import stored_digest
from shared.tlog.kept_notes import KeptNote
from shared.tlog.leaf import hash_stored
from shared.tlog.merkle import TILE_HEIGHT, CompactRange
from shared.vocabulary.ids import (
    BEGINNING,
    Digest,
    LeafIndex,
    Position,
    last_position,
    leaf_after,
    leaf_of,
    next_position,
    position_before,
    position_of,
)

_BATCH = 1000
_NO_LEAF = Digest(b"\0" * 32)
"""Stands in the tree for a leaf that is not there."""


class Unverifiable(Exception):
    """There is no log here, or it cannot be read; nothing is said about it."""


class NoLog(Unverifiable):
    """The store answers and holds no log."""


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was stored. `kind` is for programs, `detail` (Vietnamese) for people.

    Kinds: event-altered, leaf-altered, event-removed, event-without-leaf, event-moved, leaf-missing, time-went-back,
    log-truncated, checkpoint-missing, checkpoint-forged, checkpoint-altered, checkpoint-disagrees, checkpoint-doubled,
    checkpoint-absent, kept-checkpoint-ahead, kept-checkpoint-disagrees, kept-checkpoint-forged,
    cached-hash-altered, guard-removed, guard-altered, guard-foreign.
    """

    kind: str
    where: str
    detail: str


class LogVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked in one log, its root, and what was found. `untimed` checkpoints have no time in their note."""

    service: str
    events: int
    checkpoints: int
    root: Digest
    findings: list[AuditFinding]
    untimed: int = 0

    @property
    def sound(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings


def verify_log(
    store: StoreSettings,
    service: str,
    verifier: Verifier | None = None,
    *,
    signed_before_us: int = 0,
    kept_notes: Sequence[KeptNote] = (),
) -> LogVerdict:
    """Check one service's log. Without `verifier` signatures are not checked, only what checkpoints say.

    Every event recorded before `signed_before_us` (microseconds since 1970) must be under a checkpoint by now. The log must
    also be a continuation of the `kept_notes`, which somebody has had in another place.

    Raises NoLog when the store has none, Unverifiable when it cannot be read.
    """
    try:
        tables, close = open_tables(store, service)
    except FileNotFoundError as error:
        raise NoLog(f"{service}: không có nhật ký ở đây") from error
    except Exception as error:
        raise Unverifiable(f"{service}: {error}") from error
    try:
        return _Audit(tables, service, verifier, signed_before_us, kept_notes).run()
    except Exception as error:
        if says_no_table(error):
            raise NoLog(f"{service}: không có nhật ký ở đây") from error
        if isinstance(error, Problem) and not isinstance(error, StoreFault):
            raise Unverifiable(f"{service}: {error.detail}") from error
        if "not a database" in said(error):
            raise Unverifiable(f"{service}: {said(error)}") from error
        raise
    finally:
        close()


def has_events(store: StoreSettings, service: str) -> bool:
    """Say whether a log is there and has events; nothing is created."""
    try:
        tables, close = open_tables(store, service)
    except FileNotFoundError:
        return False
    try:
        return tables.leaf_count() > 0
    except Exception as error:
        if says_no_table(error):
            return False
        raise
    finally:
        close()


def _is_signed(note: str, verifier: Verifier) -> bool:
    try:
        verifier.open(note)
    except BadNote:
        return False
    return True


def _fits(stream: str, row: Mapping[str, Any]) -> bool:
    try:
        stored = (stream, row["originator_version"], row["topic"], row["state"])
        return hash_stored([stored], row["recorded_at_us"])[0] == _digest(row["leaf_hash"])
    except (TypeError, AttributeError, ValueError):
        return False  # a column holds another type than was stored


def says_no_table(error: BaseException) -> bool:
    """Say whether a store that answers told that a table is not there."""
    if isinstance(error, Problem) and error.__cause__ is not None:
        return says_no_table(error.__cause__)
    return "no such table" in str(error) or "does not exist" in str(error)


_GUARD_FAULTS = {
    "removed": "Khóa chống sửa, xóa của bảng này đã bị gỡ hoặc tắt.",
    "altered": "Khóa chống sửa, xóa của bảng này khác bản gốc.",
    "foreign": "Bảng này có trigger hoặc rule lạ.",
}


class _Audit:
    """One pass over one log."""

    def __init__(
        self,
        tables: MerkleLogStore,
        service: str,
        verifier: Verifier | None,
        signed_before_us: int,
        kept_notes: Sequence[KeptNote],
    ) -> None:
        self._tables = tables
        self._service = service
        self._verifier = verifier
        self._signed_before_us = signed_before_us
        self._kept_notes = kept_notes
        self._untimed = 0
        self._findings: list[AuditFinding] = []
        self._tree = CompactRange()
        self._last_us = 0
        self._last_notification = 0
        self._last_versions: dict[str, int] = {}

    def run(self) -> LogVerdict:
        checkpoints = self._checkpoints()
        due = {checkpoint.size for checkpoint in checkpoints} | {note.statement.size for note in self._kept_notes}
        roots = {0: self._tree.root()} if 0 in due else {}
        events = 0
        for row in self._leaves():
            events += row["state"] is not None
            self._check_leaf(row)
            if self._tree.size in due:
                roots[self._tree.size] = self._tree.root()
        events += self._check_events_without_leaf()
        for checkpoint in checkpoints:
            self._check_root(checkpoint, roots.get(checkpoint.size))
        self._check_cover(last_position(checkpoints[-1].size) if checkpoints else BEGINNING)
        for note in self._kept_notes:
            self._check_kept(note, roots.get(note.statement.size))
        self._check_kept_hashes()
        self._check_guards()
        return LogVerdict(
            service=self._service,
            events=events,
            checkpoints=len(checkpoints),
            root=self._tree.root(),
            findings=self._findings,
            untimed=self._untimed,
        )

    def _find(self, kind: str, where: str, detail: str) -> None:
        self._findings.append(AuditFinding(kind=kind, where=f"{self._service}: {where}", detail=detail))

    # --- leaves and events -------------------------------------------------------------------------------------------

    def _leaves(self) -> Iterator[Mapping[str, Any]]:
        sql = (
            "SELECT l.leaf_index, l.notification_id, l.originator_id AS leaf_stream, l.originator_version AS leaf_version, "
            "l.leaf_hash, l.recorded_at_us, e.originator_id, e.originator_version, e.topic, e.state "
            "FROM {leaves} l LEFT JOIN {events} e ON e.notification_id = l.notification_id "
            "WHERE l.leaf_index > ? ORDER BY l.leaf_index LIMIT ?"
        )
        last = -1
        while rows := self._tables.query(sql, (last, _BATCH)):
            yield from rows
            last = rows[-1]["leaf_index"]

    def _check_leaf(self, row: Mapping[str, Any]) -> None:
        position, expected = position_of(row["leaf_index"]), position_of(LeafIndex(self._tree.size))
        where = f"số {position}"
        if position != expected:
            last_missing = position_before(position)
            missing = f"số {expected}" + (f"–{last_missing}" if last_missing > expected else "")
            self._find("leaf-missing", missing, "Nhật ký thiếu lá ở đây: có dòng đã bị gỡ.")
            while self._tree.size < last_missing:
                self._tree.append(_NO_LEAF)
        if row["recorded_at_us"] < self._last_us:
            self._find("time-went-back", where, "Giờ ghi sớm hơn dòng đứng trước.")
        self._last_us = row["recorded_at_us"]
        if row["notification_id"] <= self._last_notification:
            self._find("event-moved", where, "Thứ tự của lá khác thứ tự của sự kiện.")
        self._last_notification = row["notification_id"]
        self._tree.append(_digest(row["leaf_hash"]))
        if row["state"] is None:
            self._find("event-removed", where, "Có lá nhưng sự kiện của nó không còn.")
            return
        self._check_event(row, where)

    def _check_event(self, row: Mapping[str, Any], where: str) -> None:
        stream, version = _text_id(row["originator_id"]), row["originator_version"]
        if not _fits(stream, row):
            self._find("event-altered", where, f"Sự kiện {row['topic']} hoặc lá của nó khác lúc ghi.")
        elif (_text_id(row["leaf_stream"]), row["leaf_version"]) != (stream, version):
            self._find("leaf-altered", where, "Lá chỉ sang dòng sự kiện khác.")
        expected = self._last_versions.get(stream, 0) + 1
        if version != expected:
            self._find("event-moved", where, f"Bản {version} của dòng {stream} đứng ở chỗ của bản {expected}.")
        self._last_versions[stream] = version

    def _check_events_without_leaf(self) -> int:
        sql = (
            "SELECT e.notification_id, e.topic FROM {events} e "
            "LEFT JOIN {leaves} l ON {leaf_of_event} WHERE l.leaf_index IS NULL ORDER BY e.notification_id"
        )
        rows = self._tables.query(sql)
        for row in rows:
            self._find("event-without-leaf", f"thông báo {row['notification_id']}", f"Sự kiện {row['topic']} không có lá.")
        return len(rows)

    # --- checkpoints -------------------------------------------------------------------------------------------------

    def _checkpoints(self) -> list[CheckpointRow]:
        checkpoints: list[CheckpointRow] = []
        number = 0
        while batch := self._tables.select_checkpoints(number, _BATCH):
            for row in batch:
                self._check_checkpoint(row, checkpoints[-1] if checkpoints else None)
                checkpoints.append(row)
            number = batch[-1].number
        return checkpoints

    def _check_checkpoint(self, row: CheckpointRow, before: CheckpointRow | None) -> None:
        where = f"mốc niêm {row.number}"
        if row.number != (before.number if before else 0) + 1:
            self._find("checkpoint-missing", where, "Các mốc niêm đứng trước không đủ số.")
        if before and (row.size < before.size or row.signed_at_us < before.signed_at_us):
            self._find("checkpoint-altered", where, "Mốc niêm này nhỏ hơn hoặc sớm hơn mốc đứng trước.")
        if before and row.size == before.size:
            self._find("checkpoint-doubled", where, "Mốc niêm này ký đúng những sự kiện mà mốc đứng trước đã ký.")
        if self._verifier is None:
            return
        try:
            statement = self._verifier.open(row.note)
        except BadNote:
            self._find("checkpoint-forged", where, "Chữ ký của mốc niêm không đúng.")
            return
        if (statement.origin, statement.size, statement.root) != (self._verifier.name, row.size, row.root):
            self._find("checkpoint-altered", where, "Cỡ hoặc gốc đã lưu khác điều được ký.")
        if statement.signed_at is None:
            self._untimed += 1
        elif microseconds(statement.signed_at) != row.signed_at_us:
            self._find("checkpoint-altered", where, "Giờ ký đã lưu khác giờ được ký.")

    def _check_root(self, row: CheckpointRow, root: Digest | None) -> None:
        where = f"mốc niêm {row.number}"
        if root is None:
            detail = f"Đã ký {row.size} sự kiện nhưng nhật ký chỉ còn {self._tree.size}."
            self._find("log-truncated", where, detail)
        elif root != row.root:
            self._find("checkpoint-disagrees", where, f"{row.size} sự kiện đầu không cho ra gốc đã ký.")
        elif row.size and row.signed_at_us < self._tables.recorded_at_us(leaf_of(last_position(row.size))):
            self._find("checkpoint-altered", where, "Giờ ký sớm hơn giờ ghi của sự kiện được ký.")

    def _check_cover(self, covered: Position) -> None:
        """Check that what was recorded long ago is under a checkpoint: signing follows within a minute."""
        if covered < self._tree.size:
            uncovered = self._tables.select_logged(leaf_after(covered), 1)
            if uncovered and uncovered[0].recorded_at_us < self._signed_before_us:
                detail = "Các sự kiện từ số này đã lâu mà chưa có mốc niêm nào phủ: mốc niêm đã bị gỡ, hoặc không ký được."
                self._find("checkpoint-absent", f"số {next_position(covered)}", detail)

    def _check_kept(self, note: KeptNote, root: Digest | None) -> None:
        """Check that this log continues the one that somebody's note speaks of."""
        where, size = f"mốc niêm trong {note.name}", note.statement.size
        if self._verifier is not None and not _is_signed(note.text, self._verifier):
            detail = "Không được ký bằng khóa hiện nay của nhật ký: khóa đã bị thay, hoặc mốc này không phải của hệ thống."
            self._find("kept-checkpoint-forged", where, detail)
        if root is None:
            detail = f"Mốc này ký {size} sự kiện nhưng nhật ký chỉ còn {self._tree.size}: phần đuôi đã bị cắt."
            self._find("kept-checkpoint-ahead", where, detail)
        elif root != note.statement.root:
            detail = f"{size} sự kiện đầu không cho ra gốc đã ký trong mốc này: nhật ký đã bị sửa rồi ký lại."
            self._find("kept-checkpoint-disagrees", where, detail)

    # --- what is derived, and what guards ----------------------------------------------------------------------------

    def _check_kept_hashes(self) -> None:
        level = TILE_HEIGHT
        while kept := self._tables.count_nodes(level):
            for tile in range(kept):
                self._check_kept_hash(level, tile)
            level += TILE_HEIGHT

    def _check_kept_hash(self, level: int, tile: int) -> None:
        below = self._tables.select_nodes(level - TILE_HEIGHT, tile << TILE_HEIGHT, (tile + 1) << TILE_HEIGHT)
        node = CompactRange()
        for value in below:
            node.append(value)
        if [node.root()] != self._tables.select_nodes(level, tile, tile + 1):
            self._find("cached-hash-altered", f"nút {level}/{tile}", "Mã băm trung gian khác các lá bên dưới.")

    def _check_guards(self) -> None:
        for fault in self._tables.guard_faults():
            self._find(f"guard-{fault.kind}", fault.table, _GUARD_FAULTS[fault.kind])


def _text_id(stored: object) -> str:
    """Return a stream id as it is hashed. A text is taken as it stands: parsing would forgive ``A`` for ``a``."""
    return stored.hex if isinstance(stored, uuid.UUID) else str(stored)


def _digest(stored: object) -> Digest:
    """Return a stored hash; SQLite holds whatever was put there, whatever the column says."""
    return stored_digest(stored if isinstance(stored, bytes | memoryview | bytearray) else str(stored).encode())
