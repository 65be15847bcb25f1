"""eventsourcing's recorders for SQLite and PostgreSQL that give every stored event its Merkle leaf, in one transaction.

Indices are dense from 0 in the order of commit; `recorded_at` is the database's clock and never goes back; rows can be
neither changed nor removed (triggers). SQLite keeps synchronous=FULL for the log, so that a receipt survives a power cut as
well as a kill; read models beside it make do with NORMAL, since they can be rebuilt.
"""

from __future__ import annotations

import functools
import sqlite3
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, LiteralString, cast

import msgspec
import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Notification,
    OperationalError,
    StoredEvent,
    Tracking,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory, PostgresProcessRecorder
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteProcessRecorder,
)
from eventsourcing.utils import Environment, retry
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from shared.eventlog.store import LOCK_TIMEOUT_SECONDS, StoreSettings, translate_database_errors
from shared.tlog.leaf import StoredRow, hash_stored

ATTEMPTS = 3
"""How often a call to a PostgreSQL that went away is made, a fifth of a second apart."""


class LeafRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stored event with its leaf, as the tables hold them."""

    leaf_index: int
    originator_id: uuid.UUID
    originator_version: int
    topic: str
    state: bytes
    leaf_hash: bytes
    recorded_at_us: int


class CheckpointRow(msgspec.Struct, frozen=True, kw_only=True):
    """One signed checkpoint as the table holds it."""

    number: int
    size: int
    root: bytes
    signed_at_us: int
    note: str


class GuardFault(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What is wrong with what forbids change: `kind` is removed, altered, or foreign (a trigger or rule not of ours)."""

    table: str
    kind: str


class MerkleLogStore(ABC):
    """The questions a `Log` puts to either store; SQL common to both, with ``?`` for parameters."""

    events_table: str
    leaves_table: str
    nodes_table: str
    checkpoints_table: str
    leaf_of_event: ClassVar[str] = "l.notification_id = e.notification_id"
    """How a leaf `l` finds its event `e` and the other way round."""

    @abstractmethod
    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        """Return the rows of a SELECT over `{events}`, `{leaves}`, `{nodes}`, `{checkpoints}`."""

    @abstractmethod
    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for every row, in one transaction."""

    @abstractmethod
    def guard_faults(self) -> list[GuardFault]:
        """Compare the triggers against change and removal with what they were made as, to the letter; sorted."""

    @abstractmethod
    def stored_id(self, originator_id: uuid.UUID) -> object:
        """Return a stream id as the store holds it."""

    def leaf_count(self) -> int:
        """Return how many leaves there are (indices are dense)."""
        rows = self.query("SELECT max(leaf_index) AS last FROM {leaves}")
        last = rows[0]["last"]
        return 0 if last is None else int(last) + 1

    def select_logged(self, start: int, limit: int) -> list[LeafRow]:
        """Return events with leaf index ≥ start, in order."""
        return self._logged("l.leaf_index >= ? ORDER BY l.leaf_index LIMIT ?", (start, limit))

    def select_logged_stream(self, originator_id: uuid.UUID, stop: int) -> list[LeafRow]:
        """Return the events of one stream with leaf index < stop, in order."""
        where = "e.originator_id = ? AND l.leaf_index < ? ORDER BY e.originator_version"
        return self._logged(where, (self.stored_id(originator_id), stop))

    def select_versions(self, originator_id: uuid.UUID, after: int, limit: int) -> list[LeafRow]:
        """Return up to `limit` events of one stream with versions above `after`, in order."""
        where = "e.originator_id = ? AND e.originator_version > ? ORDER BY e.originator_version LIMIT ?"
        return self._logged(where, (self.stored_id(originator_id), after, limit))

    def last_index_of_stream(self, originator_id: uuid.UUID) -> int:
        """Return the leaf index of a stream's last event, -1 when it has none."""
        sql = (
            "SELECT l.leaf_index FROM {events} e JOIN {leaves} l ON {leaf_of_event} "
            "WHERE e.originator_id = ? ORDER BY e.originator_version DESC LIMIT 1"
        )
        rows = self.query(sql, (self.stored_id(originator_id),))
        return int(rows[0]["leaf_index"]) if rows else -1

    def recorded_at_us(self, leaf_index: int) -> int:
        """Return when the event at an index was recorded, in microseconds since 1970."""
        rows = self.query("SELECT recorded_at_us FROM {leaves} WHERE leaf_index = ?", (leaf_index,))
        return int(rows[0]["recorded_at_us"])

    def select_nodes(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return leaf hashes (level 0) or hashes of complete subtrees (levels 8, 16, …), in order."""
        if level == 0:
            sql = "SELECT leaf_hash AS hash FROM {leaves} WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index"
            return [bytes(row["hash"]) for row in self.query(sql, (start, stop))]
        sql = "SELECT hash FROM {nodes} WHERE level = ? AND node_index >= ? AND node_index < ? ORDER BY node_index"
        return [bytes(row["hash"]) for row in self.query(sql, (level, start, stop))]

    def count_nodes(self, level: int) -> int:
        """Return how many subtree hashes a level holds."""
        last = self.query("SELECT max(node_index) AS last FROM {nodes} WHERE level = ?", (level,))[0]["last"]
        return 0 if last is None else int(last) + 1

    def insert_nodes(self, level: int, start: int, hashes: Sequence[bytes]) -> None:
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
            "SELECT l.leaf_index, e.originator_id, e.originator_version, e.topic, e.state, l.leaf_hash, l.recorded_at_us "
            "FROM {leaves} l JOIN {events} e ON {leaf_of_event} WHERE " + where
        )
        return [
            LeafRow(
                leaf_index=row["leaf_index"],
                originator_id=as_uuid(row["originator_id"]),
                originator_version=row["originator_version"],
                topic=row["topic"],
                state=bytes(row["state"]),
                leaf_hash=bytes(row["leaf_hash"]),
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
        root=bytes(row["root"]),
        signed_at_us=row["signed_at_us"],
        note=row["note"],
    )


def _rows(events: Sequence[StoredEvent]) -> list[StoredRow]:
    return [(as_uuid(e.originator_id).hex, e.originator_version, e.topic, e.state) for e in events]


# --- SQLite -----------------------------------------------------------------------------------------------------------

_SQLITE_TABLES = (
    # An explicit integer key: SQLite may renumber implicit rowids when a file is vacuumed or dumped.
    (
        "CREATE TABLE IF NOT EXISTS stored_events (notification_id INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, "
        "originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
        "UNIQUE (originator_id, originator_version))"
    ),
    (
        # Both ids are given here, so the constraint makes the second as unique as the first without an index to keep.
        "CREATE TABLE IF NOT EXISTS log_leaves (leaf_index INTEGER PRIMARY KEY, "
        "notification_id INTEGER NOT NULL CHECK (notification_id = leaf_index + 1), "
        "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, leaf_hash BLOB NOT NULL, "
        "recorded_at_us INTEGER NOT NULL)"
    ),
    (
        "CREATE TABLE IF NOT EXISTS log_nodes (level INTEGER NOT NULL, node_index INTEGER NOT NULL, hash BLOB NOT NULL, "
        "PRIMARY KEY (level, node_index)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS log_checkpoints (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, "
        "signed_at_us INTEGER NOT NULL, note TEXT NOT NULL)"
    ),
)
GUARDED_TABLES = ("stored_events", "log_leaves", "log_checkpoints")
_SQLITE_GUARDS = {
    f"{table}_{verb.lower()}_denied": (
        table,
        (
            f"CREATE TRIGGER {table}_{verb.lower()}_denied BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        ),
    )
    for table in GUARDED_TABLES
    for verb in ("UPDATE", "DELETE")
}
"""Name → table and text, as SQLite keeps it."""

_SQLITE_TRIGGERS = tuple(
    sql.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for _, sql in _SQLITE_GUARDS.values()
)

_INSERT_FIRST = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?) RETURNING "
    "notification_id, (SELECT recorded_at_us FROM log_leaves ORDER BY leaf_index DESC LIMIT 1)"
)
_INSERT_NEXT = "INSERT INTO stored_events VALUES (?,?,?,?,?)"


def machine_clock_us() -> int:
    """Return the machine's time in microseconds since 1970; SQLite runs in this process and has no clock of its own."""
    return time.time_ns() // 1000


class LoggedSQLiteRecorder(SQLiteProcessRecorder, MerkleLogStore):
    """Stored events, tracking and leaves in one SQLite file (or in memory)."""

    # The first half finds an event for its leaf, the second a leaf for its event; both use a key.
    leaf_of_event = "e.notification_id = l.notification_id AND l.leaf_index = e.notification_id - 1"
    events_table = "stored_events"
    leaves_table = "log_leaves"
    nodes_table = "log_nodes"
    checkpoints_table = "log_checkpoints"

    def __init__(self, datastore: SQLiteDatastore, *, now_us: Callable[[], int] = machine_clock_us) -> None:
        super().__init__(datastore)
        self.now_us = now_us
        self.select_max_notification_id_statement = "SELECT MAX(notification_id) FROM stored_events"

    def construct_create_table_statements(self) -> list[str]:
        # The first of the library's statements is its own shape of stored_events, which ours replaces.
        return [*_SQLITE_TABLES, *super().construct_create_table_statements()[1:], *_SQLITE_TRIGGERS]

    @retry((OperationalError, IntegrityError), max_attempts=10, wait=0.1)
    def create_table(self) -> None:
        # Two processes may open a new file at once; the one that comes second finds everything there.
        super().create_table()

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        if stored_events:
            self._insert_with_leaves(c, stored_events, kwargs)
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            self._insert_tracking(c, tracking)
        return [index + 1 for index in kwargs["placed"]] if stored_events else []

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return super().insert_events(stored_events, **{"placed": [], **kwargs})

    def _insert_with_leaves(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], kwargs: Mapping[str, Any]) -> None:
        rows = _rows(stored_events)
        # The first insert takes the write lock and tells where the log ends; all the others then go in at one stroke.
        c.execute(_INSERT_FIRST, rows[0])
        first_id, last_us = c.fetchall()[0]
        if len(rows) > 1:
            c.executemany(_INSERT_NEXT, [(first_id + offset, *row) for offset, row in enumerate(rows[1:], 1)])
        at = max(self.now_us(), last_us or 0)
        hashes = hash_stored(rows, at)
        leaves = [
            (index, index + 1, row[0], row[1], hashed, at)
            for index, (row, hashed) in enumerate(zip(rows, hashes, strict=True), first_id - 1)
        ]
        c.executemany("INSERT INTO log_leaves VALUES (?,?,?,?,?,?)", leaves)
        kwargs["placed"][:] = range(first_id - 1, first_id - 1 + len(rows))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 0 if start is None else start + (not inclusive_of_start)
        sql = "SELECT * FROM {events} WHERE notification_id >= ? AND notification_id <= ?"
        if topics:
            sql += f" AND topic IN ({','.join('?' * len(topics))})"
        last = 2**63 - 1 if stop is None else stop
        rows = self.query(sql + " ORDER BY notification_id LIMIT ?", (first, last, *topics, limit))
        return [
            Notification(
                id=row["notification_id"],
                originator_id=as_uuid(row["originator_id"]),
                originator_version=row["originator_version"],
                topic=row["topic"],
                state=row["state"],
            )
            for row in rows
        ]

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        with translate_database_errors(), self.datastore.transaction(commit=False) as c:
            c.execute(self._named(sql), tuple(parameters))
            return cast("list[Mapping[str, Any]]", c.fetchall())

    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with translate_database_errors(), self.datastore.transaction(commit=True) as c:
            c.executemany(self._named(sql), list(rows))

    def guard_faults(self) -> list[GuardFault]:
        rows = self.query("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {row["name"]: (row["tbl_name"], row["sql"]) for row in rows}
        faults = set[GuardFault]()
        for name, (table, sql) in _SQLITE_GUARDS.items():
            if name not in there:
                faults.add(GuardFault(table=table, kind="removed"))
            elif there.pop(name) != (table, sql):
                faults.add(GuardFault(table=table, kind="altered"))
        return sorted(faults | {GuardFault(table=str(table), kind="foreign") for table, _ in there.values()})

    def stored_id(self, originator_id: uuid.UUID) -> object:
        return originator_id.hex


def _place(kwargs: Mapping[str, Any], indices: Iterable[int]) -> None:
    """Tell the caller, who passed a list as `placed`, which leaf indices his events got."""
    placed: list[int] | None = kwargs.get("placed")
    if placed is not None:
        placed[:] = indices


class _DurablePool(SQLiteConnectionPool):
    """Connections that keep their statements prepared (the library's keep one) and wait for the disk."""

    def _create_connection(self) -> SQLiteConnection:
        deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while True:
            try:
                return SQLiteConnection(self._connect(), max_age=self.max_age)
            except sqlite3.OperationalError as error:
                # Turning a new file to WAL needs it alone for a moment and does not wait for the busy timeout.
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise InterfaceError(str(error)) from error
                time.sleep(0.02)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.db_name,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            cached_statements=128,
            timeout=LOCK_TIMEOUT_SECONDS,
        )
        try:
            if not self.is_sqlite_memory_mode:
                connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return connection


class LoggedSQLiteDatastore(SQLiteDatastore):
    """A SQLite file whose commits are on the disk when they return."""

    def __init__(self, db_name: str) -> None:
        super().__init__(db_name, lock_timeout=LOCK_TIMEOUT_SECONDS)
        self.pool = _DurablePool(db_name=db_name, lock_timeout=LOCK_TIMEOUT_SECONDS)


class LoggedSQLiteFactory(SQLiteFactory):
    """Makes SQLite recorders with leaves."""

    def __init__(self, env: Environment, now_us: Callable[[], int] = machine_clock_us) -> None:
        super().__init__(env)
        self.datastore = LoggedSQLiteDatastore(self.datastore.pool.db_name)
        self._now_us = now_us

    def process_recorder(self) -> LoggedSQLiteRecorder:
        recorder = LoggedSQLiteRecorder(self.datastore, now_us=self._now_us)
        if self.env_create_table():
            recorder.create_table()
        return recorder


# --- PostgreSQL -------------------------------------------------------------------------------------------------------

_POSTGRES_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_GUARD = "append_only"
_GUARD_TYPE = 2 | 8 | 16 | 32
"""Before, delete, update, truncate; for each statement (pg_trigger.tgtype, src/include/catalog/pg_trigger.h)."""
_DENIED_BODY = " BEGIN RAISE EXCEPTION 'the log is append-only'; END "
_SETUP_LOCK = 0x6B69656D  # "kiem": one process at a time creates tables in a database


class LoggedPostgresRecorder(PostgresProcessRecorder, MerkleLogStore):
    """Stored events, tracking and leaves in one PostgreSQL database.

    An append takes no more statements and round trips than eventsourcing's own: the insert brings the head of the log back
    with the new ids, and the leaves travel with the commit.
    """

    clock_sql: LiteralString = _POSTGRES_CLOCK

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str, tracking_table_name: str) -> None:
        super().__init__(datastore, events_table_name=events_table_name, tracking_table_name=tracking_table_name)
        # This function would insert without the table lock and lose tracking; it must not even exist.
        del self.sql_create_statements[self.create_insert_function_statement_index]
        prefix = events_table_name.removesuffix("_events")
        names = {
            "events": events_table_name,
            "leaves": f"{prefix}_log_leaves",
            "nodes": f"{prefix}_log_nodes",
            "checkpoints": f"{prefix}_log_checkpoints",
            "denied": f"{prefix}_log_denied",
        }
        for name in names.values():
            self.check_identifier_length(name)
        tracking = SQL("{}.{}").format(Identifier(datastore.schema), Identifier(tracking_table_name))
        self._tracking_table = tracking.as_string()
        quoted = {key: SQL("{}.{}").format(Identifier(datastore.schema), Identifier(name)) for key, name in names.items()}
        self.events_table, self.leaves_table = quoted["events"].as_string(), quoted["leaves"].as_string()
        self.nodes_table, self.checkpoints_table = quoted["nodes"].as_string(), quoted["checkpoints"].as_string()
        self._denied = quoted["denied"].as_string()
        self.sql_create_statements += _postgres_tables(quoted)
        # Plain columns: the library's array of a composite type takes several times as long to write and to read. The head
        # of the log comes back with the ids: the table lock was taken in the statement before, so it is the true one.
        self.insert_events_statement = SQL(
            "INSERT INTO {events} (originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[]) "
            "RETURNING notification_id, {clock} AS now_us, "
            "(SELECT leaf_index FROM {leaves} ORDER BY leaf_index DESC LIMIT 1) AS leaf_index, "
            "(SELECT recorded_at_us FROM {leaves} ORDER BY leaf_index DESC LIMIT 1) AS recorded_at_us"
        ).format(events=quoted["events"], leaves=quoted["leaves"], clock=SQL(self.clock_sql))
        # The lock timeout is set once a connection, by the factory.
        self.lock_table_statements = [SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(quoted["events"])]
        self._leaves_statement = SQL(
            "INSERT INTO {} (leaf_index, notification_id, originator_id, originator_version, leaf_hash, recorded_at_us) "
            "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::bigint[], %s::bytea[], %s::bigint[])"
        ).format(quoted["leaves"])

    def create_table(self) -> None:
        with self.datastore.transaction(commit=True) as curs:
            curs.execute("SELECT pg_advisory_xact_lock(%s)", (_SETUP_LOCK,))
            super().create_table()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Store events with their leaves, and the tracking in `kwargs`, or nothing at all.

        A connection may die after the server committed: the repeat then meets its own rows. It is taken for what it is
        when they are equal to the byte.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._insert_once(stored_events, **kwargs)
            except (InterfaceError, OperationalError):
                if attempt == ATTEMPTS:
                    raise
                time.sleep(0.2)
            except IntegrityError:
                ids = self._stored_before(stored_events, kwargs) if attempt > 1 else None
                if ids is None:
                    raise
                return ids
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _insert_once(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        plain = PostgresApplicationRecorder.insert_events.__wrapped__  # the library's, without its ten repeats
        ids: Sequence[int] | None = plain(self, stored_events, **kwargs)
        return ids

    def _insert_stored_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> None:
        self._lock_table(curs)  # and no NOTIFY: nobody listens, and it would take a database-wide lock at commit
        columns = [
            [event.originator_id for event in stored_events],
            [event.originator_version for event in stored_events],
            [event.topic for event in stored_events],
            [event.state for event in stored_events],
        ]
        curs.execute(self.insert_events_statement, columns, prepare=True)

    def _fetch_ids_after_insert_events(
        self, curs: psycopg.Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        rows = curs.fetchall()
        ids = [row["notification_id"] for row in rows]
        last = rows[0]
        start = 0 if last["leaf_index"] is None else last["leaf_index"] + 1
        at = max(last["now_us"], last["recorded_at_us"] or 0)
        indices = range(start, start + len(ids))
        columns = [
            list(indices),
            ids,
            [event.originator_id for event in stored_events],
            [event.originator_version for event in stored_events],
            hash_stored(_rows(stored_events), at),
            [at] * len(ids),
        ]
        with curs.connection.cursor() as leaves:
            leaves.execute(self._leaves_statement, columns, prepare=True)
        _place(kwargs, indices)
        return ids

    def _stored_before(self, stored_events: Sequence[StoredEvent], kwargs: Mapping[str, Any]) -> list[int] | None:
        ids, indices = [], []
        for event in stored_events:
            sql = (
                "SELECT e.notification_id, l.leaf_index FROM {events} e JOIN {leaves} l USING (notification_id) "
                "WHERE e.originator_id = ? AND e.originator_version = ? AND e.topic = ? AND e.state = ?"
            )
            rows = self.query(sql, (event.originator_id, event.originator_version, event.topic, event.state))
            if not rows:
                return None
            ids.append(int(rows[0]["notification_id"]))
            indices.append(int(rows[0]["leaf_index"]))
        _place(kwargs, indices)
        return ids

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        with translate_database_errors():
            rows: list[Mapping[str, Any]] = self._query(sql, parameters)
            return rows

    @retry((InterfaceError, OperationalError), max_attempts=ATTEMPTS, wait=0.2)
    def _query(self, sql: str, parameters: Sequence[object]) -> list[Mapping[str, Any]]:
        with self.datastore.get_connection() as conn, conn.cursor() as curs:
            curs.execute(self._statement(sql), tuple(parameters), prepare=True)
            return cast("list[Mapping[str, Any]]", curs.fetchall())

    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with translate_database_errors(), self.datastore.transaction(commit=True) as curs:
            curs.executemany(self._statement(sql), list(rows))

    def _statement(self, sql: str) -> SQL:
        return SQL(self._named(sql).replace("?", "%s"))

    def guard_faults(self) -> list[GuardFault]:
        guarded = (self.events_table, self.leaves_table, self.checkpoints_table)
        body_is_ours = self._body_is_ours()
        faults = set[GuardFault]()
        for table in (*guarded, self.nodes_table, self._tracking_table):
            for name, is_ours, is_on in self._triggers(table):
                if name != _GUARD or table not in guarded:
                    faults.add(GuardFault(table=table, kind="foreign"))
                elif not is_on:
                    faults.add(GuardFault(table=table, kind="removed"))
                elif not (is_ours and body_is_ours):
                    faults.add(GuardFault(table=table, kind="altered"))
            if table in guarded and _GUARD not in {name for name, _, _ in self._triggers(table)}:
                faults.add(GuardFault(table=table, kind="removed"))
            if self.query("SELECT 1 AS there FROM pg_rewrite WHERE ev_class = ?::regclass", (table,)):
                faults.add(GuardFault(table=table, kind="foreign"))
        return sorted(faults)

    def _triggers(self, table: str) -> list[tuple[str, bool, bool]]:
        """Return name, whether it is the guard as it was made, and whether it fires, of every trigger of a table."""
        sql = (
            "SELECT tgname, tgtype, tgqual IS NULL AND tgnargs = 0 AND tgattr = ''::int2vector AND tgfoid = "
            "to_regprocedure(?)::oid AS plain, tgenabled IN ('O', 'A') AS is_on FROM pg_trigger "
            "WHERE tgrelid = ?::regclass AND NOT tgisinternal"
        )
        rows = self.query(sql, (f"{self._denied}()", table))
        return [(row["tgname"], bool(row["plain"]) and row["tgtype"] == _GUARD_TYPE, row["is_on"]) for row in rows]

    def _body_is_ours(self) -> bool:
        sql = (
            "SELECT p.prosrc, l.lanname, p.proconfig IS NULL AS plain FROM pg_proc p "
            "JOIN pg_language l ON l.oid = p.prolang WHERE p.oid = to_regprocedure(?)"
        )
        rows = self.query(sql, (f"{self._denied}()",))
        return bool(rows) and (rows[0]["prosrc"], rows[0]["lanname"], rows[0]["plain"]) == (_DENIED_BODY, "plpgsql", True)

    def stored_id(self, originator_id: uuid.UUID) -> object:
        return originator_id


def _postgres_tables(names: Mapping[str, Composed]) -> list[Composed]:
    statements = [
        (
            "CREATE TABLE IF NOT EXISTS {leaves} (leaf_index bigint PRIMARY KEY, notification_id bigint NOT NULL UNIQUE, "
            "originator_id uuid NOT NULL, originator_version bigint NOT NULL, leaf_hash bytea NOT NULL, "
            "recorded_at_us bigint NOT NULL)"
        ),
        (
            "CREATE TABLE IF NOT EXISTS {nodes} (level integer NOT NULL, node_index bigint NOT NULL, hash bytea NOT NULL, "
            "PRIMARY KEY (level, node_index))"
        ),
        (
            "CREATE TABLE IF NOT EXISTS {checkpoints} (number bigint PRIMARY KEY, size bigint NOT NULL, "
            "root bytea NOT NULL, signed_at_us bigint NOT NULL, note text NOT NULL)"
        ),
        f"CREATE OR REPLACE FUNCTION {{denied}}() RETURNS trigger LANGUAGE plpgsql AS $${_DENIED_BODY}$$",
    ]
    created: list[Composed] = [SQL(text).format(**names) for text in statements]
    for table in ("events", "leaves", "checkpoints"):
        text = (
            "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION {denied}()"
        )
        created.append(SQL(text).format(table=names[table], denied=names["denied"]))
    return created


class LoggedPostgresFactory(PostgresFactory):
    """Makes PostgreSQL recorders with leaves."""

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        settings = self.datastore.pool.kwargs
        assert isinstance(settings, dict)
        settings["options"] = f"-c lock_timeout={LOCK_TIMEOUT_SECONDS}s"

    def process_recorder(self) -> LoggedPostgresRecorder:
        prefix = self.env.name.lower()
        recorder = LoggedPostgresRecorder(
            self.datastore, events_table_name=f"{prefix}_events", tracking_table_name=f"{prefix}_tracking"
        )
        if self.env_create_table():
            recorder.create_table()
        return recorder


def open_tables(
    store: StoreSettings, service: str
) -> tuple[LoggedSQLiteRecorder | LoggedPostgresRecorder, Callable[[], None]]:
    """Open a log that exists, creating nothing; return its tables and how to close them.

    Raises FileNotFoundError for a SQLite file that is not there.
    """
    settings = Environment(service, {**store.environment(), "CREATE_TABLE": "no"})
    if store.is_postgres:
        postgres = LoggedPostgresFactory(settings)
        return postgres.process_recorder(), postgres.close
    path = Path(settings["SQLITE_DBNAME"])
    if not path.is_file():
        raise FileNotFoundError(path.name)
    sqlite = LoggedSQLiteFactory(settings)
    return sqlite.process_recorder(), sqlite.close
