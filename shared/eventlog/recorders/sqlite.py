"""The recorder of a log in one SQLite file, or in memory: every stored event gets its leaf in the same transaction.

synchronous=FULL, so that a receipt survives a power cut as well as a kill; read models beside the log make do with NORMAL,
since they can be rebuilt.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from eventsourcing.persistence import (
    Connection,
    ConnectionPool,
    Cursor,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import retry

from shared.eventlog.recorders.merkle_store import CHANGED, GuardFault, rows_of
from shared.eventlog.recorders.recorder import LogFactory, LogRecorder, library_errors, require_newer
from shared.storage.database_url import LOCK_TIMEOUT_SECONDS, StoreSettings
from shared.storage.errors import translate_database_errors
from shared.storage.migrations import Migration, Migrations, statements
from shared.tlog.leaf import hash_stored

_NODES = (
    "CREATE TABLE IF NOT EXISTS log_nodes (level INTEGER NOT NULL, node_index INTEGER NOT NULL, hash BLOB NOT NULL, "
    "PRIMARY KEY (level, node_index)) WITHOUT ROWID"
)
_FIRST = statements(
    # An explicit integer key: SQLite may renumber implicit rowids when a file is vacuumed or dumped.
    (
        "CREATE TABLE stored_events (notification_id INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, "
        "originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
        "UNIQUE (originator_id, originator_version))"
    ),
    (
        # Both ids are given here, so the constraint makes the second as unique as the first without an index to keep.
        "CREATE TABLE log_leaves (leaf_index INTEGER PRIMARY KEY, "
        "notification_id INTEGER NOT NULL CHECK (notification_id = leaf_index + 1), "
        "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, leaf_hash BLOB NOT NULL, "
        "recorded_at_us INTEGER NOT NULL)"
    ),
    (
        "CREATE TABLE log_checkpoints (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, "
        "signed_at_us INTEGER NOT NULL, note TEXT NOT NULL)"
    ),
    ("CREATE TABLE tracking (application_name TEXT, notification_id INTEGER, PRIMARY KEY (application_name)) WITHOUT ROWID"),
    # The library's own mark of a tracking table with one row for each source.
    "INSERT INTO tracking VALUES ('__migration__', 1)",
)
GUARDED_TABLES = ("stored_events", "log_leaves", "log_checkpoints")
_GUARDS = {
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

_TRIGGERS = tuple(sql.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for _, sql in _GUARDS.values())

_INSERT_FIRST = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?) RETURNING "
    "notification_id, (SELECT recorded_at_us FROM log_leaves ORDER BY leaf_index DESC LIMIT 1)"
)
_INSERT_NEXT = (
    "INSERT INTO stored_events (notification_id, originator_id, originator_version, topic, state) VALUES (?,?,?,?,?)"
)
_INSERT_LEAF = (
    "INSERT INTO log_leaves (leaf_index, notification_id, originator_id, originator_version, leaf_hash, recorded_at_us) "
    "VALUES (?,?,?,?,?,?)"
)
_INSERT_TRACKING = (
    "INSERT INTO tracking (application_name, notification_id) VALUES (?,?) "
    "ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id "
    "WHERE tracking.notification_id < excluded.notification_id RETURNING notification_id"
)


def machine_clock_us() -> int:
    """Return the machine's time in microseconds since 1970; SQLite runs in this process and has no clock of its own."""
    return time.time_ns() // 1000


def log_migrations(name: str) -> Migrations:
    """Return the steps of the tables of the log `name`; a change of them is a new step here and one for PostgreSQL."""
    return Migrations(f"{name}_log", Migration(1, "events, leaves, checkpoints, tracking", _FIRST), proof="stored_events")


class _LogSchema:
    """A log's database as migrations see it."""

    is_postgres = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str) -> None:
        self._connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.execute(sql).fetchall()]


class _SQLiteConnection(Connection[Cursor]):
    """One connection of a pool."""

    def __init__(self, sqlite: sqlite3.Connection, max_age: float | None) -> None:
        super().__init__(max_age=max_age)
        self.sqlite = sqlite

    def commit(self) -> None:
        self.sqlite.commit()

    def rollback(self) -> None:
        self.sqlite.rollback()

    def cursor(self) -> Cursor:
        return cast("Cursor", self.sqlite.cursor())

    def _close(self) -> None:
        self.sqlite.close()
        super()._close()


class SQLiteDatastore(ConnectionPool[_SQLiteConnection]):
    """A SQLite database whose commits are on the disk when they return; writers of this process queue for their turn."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._in_memory = "mode=memory" in database
        super().__init__(pool_timeout=LOCK_TIMEOUT_SECONDS, mutually_exclusive_read_write=self._in_memory)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for one SELECT."""
        with self._lent(is_writer=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in a transaction that is committed at the end, alone among writers."""
        with self._lent(is_writer=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def _lent(self, *, is_writer: bool) -> Iterator[sqlite3.Connection]:
        with library_errors(sqlite3.Error):
            connection = self.get_connection(is_writer=is_writer)
            try:
                yield connection.sqlite
            finally:
                self.put_connection(connection)

    def _create_connection(self) -> _SQLiteConnection:
        deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while True:
            try:
                return _SQLiteConnection(self._connect(), max_age=self.max_age)
            except sqlite3.OperationalError as error:
                # Turning a new file to WAL needs it alone for a moment and does not wait for the busy timeout.
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise InterfaceError(str(error)) from error
                time.sleep(0.02)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._database,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            cached_statements=128,
            timeout=LOCK_TIMEOUT_SECONDS,
        )
        try:
            if not self._in_memory:
                connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return connection


class LoggedSQLiteRecorder(LogRecorder):
    """Stored events, tracking and leaves in one SQLite file (or in memory)."""

    # The first half finds an event for its leaf, the second a leaf for its event; both use a key.
    leaf_of_event = "e.notification_id = l.notification_id AND l.leaf_index = e.notification_id - 1"
    events_table = "stored_events"
    leaves_table = "log_leaves"
    nodes_table = "log_nodes"
    checkpoints_table = "log_checkpoints"
    tracking_table = "tracking"

    def __init__(self, datastore: SQLiteDatastore, name: str, *, now_us: Callable[[], int] = machine_clock_us) -> None:
        self.datastore = datastore
        self.migrations = log_migrations(name)
        self.now_us = now_us

    @retry((OperationalError, IntegrityError), max_attempts=10, wait=0.1)
    def create_table(self) -> None:
        with self.datastore.reading() as connection:
            done = self.migrations.is_done(_LogSchema(connection))
            there = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master").fetchall()}
        if done and there >= {"log_nodes", *_GUARDS}:
            return  # and nothing was written: a log on a full disk can be opened and read
        with self.datastore.writing() as connection:
            self.migrations.migrate(_LogSchema(connection))
            # What guards, and what can be computed again, is made again when it is gone.
            for statement in (_NODES, *_TRIGGERS):
                connection.execute(statement)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Store events with their leaves, and the `tracking` in `kwargs`, or nothing at all.

        A list given as `assigned_indexes` gets the leaf indices; streams in `expected` must be at the versions it names.
        """
        tracking: Tracking | None = kwargs.get("tracking")
        if not stored_events and tracking is None:
            return []
        indices = range(0)
        with self.datastore.writing() as connection:
            if stored_events:
                self._require_expected(connection, self.expected_in(kwargs))
                indices = self._insert_with_leaves(connection, stored_events)
            if tracking is not None:
                tracked = (tracking.application_name, tracking.notification_id)
                require_newer(tracking, next(iter(connection.execute(_INSERT_TRACKING, tracked).fetchall()), None))
        self.report_indexes(kwargs, indices)
        return [index + 1 for index in indices]

    @staticmethod
    def _require_expected(connection: sqlite3.Connection, expected: Mapping[uuid.UUID, int]) -> None:
        for stream, version in expected.items():
            sql = "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?"
            if (connection.execute(sql, (stream.hex,)).fetchone()[0] or 0) != version:
                raise IntegrityError(CHANGED)

    def _insert_with_leaves(self, connection: sqlite3.Connection, stored_events: Sequence[StoredEvent]) -> range:
        rows = rows_of(stored_events)
        # The first insert tells where the log ends; all the others then go in at one stroke.
        first_id, last_us = connection.execute(_INSERT_FIRST, rows[0]).fetchall()[0]
        if len(rows) > 1:
            connection.executemany(_INSERT_NEXT, [(first_id + offset, *row) for offset, row in enumerate(rows[1:], 1)])
        at = max(self.now_us(), last_us or 0)
        hashes = hash_stored(rows, at)
        leaves = [
            (index, index + 1, row[0], row[1], hashed, at)
            for index, (row, hashed) in enumerate(zip(rows, hashes, strict=True), first_id - 1)
        ]
        connection.executemany(_INSERT_LEAF, leaves)
        return range(first_id - 1, first_id - 1 + len(rows))

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        with translate_database_errors(), self.datastore.reading() as connection:
            return cast("list[Mapping[str, Any]]", connection.execute(self._named(sql), tuple(parameters)).fetchall())

    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with translate_database_errors(), self.datastore.writing() as connection:
            connection.executemany(self._named(sql), list(rows))

    def guard_faults(self) -> list[GuardFault]:
        rows = self.query("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {row["name"]: (row["tbl_name"], row["sql"]) for row in rows}
        faults = set[GuardFault]()
        for name, (table, sql) in _GUARDS.items():
            if name not in there:
                faults.add(GuardFault(table=table, kind="removed"))
            elif there.pop(name) != (table, sql):
                faults.add(GuardFault(table=table, kind="altered"))
        return sorted(faults | {GuardFault(table=str(table), kind="foreign") for table, _ in there.values()})

    def stored_id(self, originator_id: uuid.UUID) -> object:
        return originator_id.hex


class LoggedSQLiteFactory(LogFactory):
    """Makes the recorder of a log in SQLite."""

    def __init__(
        self, store: StoreSettings, name: str, *, now_us: Callable[[], int] = machine_clock_us, creating: bool = True
    ) -> None:
        super().__init__(name, creating=creating)
        self.datastore = SQLiteDatastore(store.sqlite_database())
        self._name = name
        self._now_us = now_us

    def _recorder(self) -> LoggedSQLiteRecorder:
        return LoggedSQLiteRecorder(self.datastore, self._name, now_us=self._now_us)

    def close(self) -> None:
        self.datastore.close()
