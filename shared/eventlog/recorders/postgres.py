"""The recorder of a log in one PostgreSQL database: every stored event gets its leaf in the same transaction.

An append takes no more statements and round trips than eventsourcing's own recorder: the insert brings the head of the log
back with the new ids, and the leaves travel with the commit.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, cast

import psycopg
import psycopg_pool
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import retry
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL, Composed, Identifier

from shared.eventlog.recorders.merkle_store import CHANGED, GuardFault, rows_of
from shared.eventlog.recorders.recorder import LogFactory, LogRecorder, library_errors, require_newer
from shared.storage.database_url import LOCK_TIMEOUT_SECONDS, StoreSettings
from shared.storage.errors import translate_database_errors
from shared.storage.migrations import SETUP_LOCK, Migration, Migrations, statements
from shared.tlog.leaf import hash_stored

ATTEMPTS = 3
"""How often a call to a PostgreSQL that went away is made, a fifth of a second apart."""

POOL_SIZE = 2
POOL_OVERFLOW = 8
POOL_TIMEOUT_SECONDS = 5.0
IDLE_IN_TRANSACTION_MS = 5000

LONGEST_NAME = 63
"""PostgreSQL cuts longer names short, without a word."""

_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_GUARD = "append_only"
_GUARD_TYPE = 2 | 8 | 16 | 32
"""Before, delete, update, truncate; for each statement (pg_trigger.tgtype, src/include/catalog/pg_trigger.h)."""
_DENIED_BODY = " BEGIN RAISE EXCEPTION 'the log is append-only'; END "

# What goes wrong with a connection is raised to the caller, who tells it; the pool would say it once more on standard error.
for _name in ("psycopg", "psycopg.pool"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class PostgresDatastore:
    """Pooled connections to one database, in autocommit mode; opened when first asked for."""

    def __init__(self, store: StoreSettings) -> None:
        self.pool = psycopg_pool.ConnectionPool(
            connection_class=psycopg.Connection[DictRow],
            kwargs={
                **store.postgres_parameters(),
                "row_factory": dict_row,
                "autocommit": True,
                "options": (
                    f"-c lock_timeout={LOCK_TIMEOUT_SECONDS}s "
                    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}"
                ),
            },
            min_size=POOL_SIZE,
            max_size=POOL_SIZE + POOL_OVERFLOW,
            timeout=POOL_TIMEOUT_SECONDS,
            open=False,
        )

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        """Give a connection of the pool; raises the library's errors."""
        with library_errors(psycopg.Error):
            self.pool.open()
            with self.pool.connection() as connection:
                yield connection

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[psycopg.Cursor[DictRow]]:
        """Give a cursor in a transaction that is committed at the end, or rolled back."""
        with self.connection() as connection, connection.transaction(force_rollback=not commit):
            yield connection.cursor()

    def close(self) -> None:
        """Close every connection."""
        self.pool.close()


class _LogSchema:
    """A log's database as migrations see it."""

    is_postgres = True

    def __init__(self, cursor: psycopg.Cursor[DictRow]) -> None:
        self._cursor = cursor

    def run(self, sql: str) -> None:
        self._cursor.execute(sql.encode(), prepare=False)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self._cursor.execute(sql.encode(), prepare=False).fetchall()]


class LoggedPostgresRecorder(LogRecorder):
    """Stored events, tracking and leaves in one PostgreSQL database."""

    clock_sql: LiteralString = _CLOCK

    def __init__(self, datastore: PostgresDatastore, *, prefix: str) -> None:
        self.datastore = datastore
        names = {
            "events": f"{prefix}_events",
            "leaves": f"{prefix}_log_leaves",
            "nodes": f"{prefix}_log_nodes",
            "checkpoints": f"{prefix}_log_checkpoints",
            "denied": f"{prefix}_log_denied",
            "tracking": f"{prefix}_tracking",
        }
        by_id = f"{names['events']}_notification_id_idx"
        for name in (*names.values(), by_id):
            if len(name) > LONGEST_NAME:
                msg = f"Identifier too long: {name}"
                raise ProgrammingError(msg)
        quoted = {key: SQL("{}.{}").format(Identifier("public"), Identifier(name)) for key, name in names.items()}
        self.events_table, self.leaves_table = quoted["events"].as_string(), quoted["leaves"].as_string()
        self.nodes_table, self.checkpoints_table = quoted["nodes"].as_string(), quoted["checkpoints"].as_string()
        self.tracking_table, self._denied = quoted["tracking"].as_string(), quoted["denied"].as_string()
        tables = [statement.as_string() for statement in _tables(quoted, Identifier(by_id))]
        first = Migration(1, "events, leaves, checkpoints, tracking", statements(*tables))
        self.migrations = Migrations(f"{prefix}_log", first, proof=names["events"])
        self._guards = _guards(quoted)
        # Plain columns: the library's array of a composite type takes several times as long to write and to read. The head
        # of the log comes back with the ids: the table lock was taken in the statement before, so it is the true one.
        self.insert_events_statement: SQL | Composed = SQL(
            "INSERT INTO {events} (originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[]) "
            "RETURNING notification_id, {clock} AS now_us, "
            "(SELECT leaf_index FROM {leaves} ORDER BY leaf_index DESC LIMIT 1) AS leaf_index, "
            "(SELECT recorded_at_us FROM {leaves} ORDER BY leaf_index DESC LIMIT 1) AS recorded_at_us"
        ).format(events=quoted["events"], leaves=quoted["leaves"], clock=SQL(self.clock_sql))
        # So that commits come in the order of their ids, and a reader never passes over one that is filled in later.
        self._lock_statement = SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(quoted["events"])
        self._changed_statement = SQL(
            "SELECT wanted.id FROM unnest(%s::uuid[], %s::bigint[]) AS wanted (id, version) WHERE wanted.version <> "
            "coalesce((SELECT max(e.originator_version) FROM {} e WHERE e.originator_id = wanted.id), 0)"
        ).format(quoted["events"])
        self._leaves_statement = SQL(
            "INSERT INTO {} (leaf_index, notification_id, originator_id, originator_version, leaf_hash, recorded_at_us) "
            "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::bigint[], %s::bytea[], %s::bigint[])"
        ).format(quoted["leaves"])
        self._tracking_statement = SQL(
            "INSERT INTO {tracking} AS t (application_name, notification_id) VALUES (%s, %s) "
            "ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id "
            "WHERE t.notification_id < excluded.notification_id RETURNING notification_id"
        ).format(tracking=quoted["tracking"])

    def create_table(self) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(SQL("SELECT pg_advisory_xact_lock({})").format(SETUP_LOCK))
            self.migrations.migrate(_LogSchema(cursor))
            # What guards, and what can be computed again, is made again when it is gone.
            for statement in self._guards:
                cursor.execute(statement, prepare=False)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Store events with their leaves, and the `tracking` in `kwargs`, or nothing at all.

        A list given as `assigned_indexes` gets the leaf indices; streams in `expected` must be at the versions it names. A
        connection may die after the server committed: the repeat then
        meets its own rows. It is taken for what it is when they are equal to the byte.
        """
        tracking: Tracking | None = kwargs.get("tracking")
        if not stored_events and tracking is None:
            return []
        for attempt in range(1, ATTEMPTS + 1):
            try:
                ids, indices = self._insert_once(stored_events, self.expected_in(kwargs), tracking=tracking)
                break
            except (InterfaceError, OperationalError):
                if attempt == ATTEMPTS:
                    raise
                time.sleep(0.2)
            except IntegrityError:
                before = self._stored_before(stored_events) if attempt > 1 else None
                if before is None:
                    raise
                ids, indices = before
                break
        self.report_indexes(kwargs, indices)
        return ids

    def _insert_once(
        self, stored_events: Sequence[StoredEvent], expected: Mapping[uuid.UUID, int], *, tracking: Tracking | None
    ) -> tuple[list[int], Sequence[int]]:
        failed: Exception | None = None
        ids: list[int] = []
        indices: Sequence[int] = range(0)
        with self.datastore.connection() as connection:
            with connection.pipeline() as pipeline, connection.transaction() as transaction:
                if tracking is not None:
                    self._insert_tracking(connection, tracking)
                if stored_events:
                    try:
                        ids, indices = self._insert_with_leaves(connection, pipeline, stored_events, expected)
                    except Exception as error:
                        # psycopg grumbles about an error that leaves a pipeline.
                        failed = error
                        raise psycopg.Rollback(transaction) from error
            if failed is not None:
                raise failed
        return ids, indices

    def _insert_tracking(self, connection: psycopg.Connection[DictRow], tracking: Tracking) -> None:
        with connection.cursor() as cursor:
            told = (tracking.application_name, tracking.notification_id)
            cursor.execute(self._tracking_statement, told, prepare=True)
            require_newer(tracking, cursor.fetchone())

    def _insert_with_leaves(
        self,
        connection: psycopg.Connection[DictRow],
        pipeline: psycopg.Pipeline,
        stored_events: Sequence[StoredEvent],
        expected: Mapping[uuid.UUID, int],
    ) -> tuple[list[int], range]:
        streams = [event.originator_id for event in stored_events]
        versions = [event.originator_version for event in stored_events]
        topics, states = [event.topic for event in stored_events], [event.state for event in stored_events]
        with connection.cursor() as cursor:
            # And no NOTIFY: nobody listens, and it would take a database-wide lock at commit.
            cursor.execute(self._lock_statement, prepare=True)
            if expected:
                cursor.execute(self._changed_statement, [list(expected), list(expected.values())], prepare=True)
                if cursor.fetchall():
                    raise IntegrityError(CHANGED)
            cursor.execute(self.insert_events_statement, [streams, versions, topics, states], prepare=True)
            pipeline.sync()  # so that a version that is taken is told here, as what it is
            rows = cursor.fetchall()
        ids = [row["notification_id"] for row in rows]
        last = rows[0]
        start = 0 if last["leaf_index"] is None else last["leaf_index"] + 1
        at = max(last["now_us"], last["recorded_at_us"] or 0)
        indices = range(start, start + len(ids))
        hashes = hash_stored(rows_of(stored_events), at)
        with connection.cursor() as cursor:
            columns = [list(indices), ids, streams, versions, hashes, [at] * len(ids)]
            cursor.execute(self._leaves_statement, columns, prepare=True)
        return ids, indices

    def _stored_before(self, stored_events: Sequence[StoredEvent]) -> tuple[list[int], list[int]] | None:
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
        return ids, indices

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Mapping[str, Any]]:
        with translate_database_errors():
            rows: list[Mapping[str, Any]] = self._query(sql, parameters)
            return rows

    @retry((InterfaceError, OperationalError), max_attempts=ATTEMPTS, wait=0.2)
    def _query(self, sql: str, parameters: Sequence[object]) -> list[Mapping[str, Any]]:
        with self.datastore.connection() as connection, connection.cursor() as cursor:
            cursor.execute(self._statement(sql), tuple(parameters), prepare=True)
            return cast("list[Mapping[str, Any]]", cursor.fetchall())

    def write(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with translate_database_errors(), self.datastore.transaction(commit=True) as cursor:
            cursor.executemany(self._statement(sql), list(rows))

    def _statement(self, sql: str) -> SQL:
        return SQL(self._named(sql).replace("?", "%s"))

    def guard_faults(self) -> list[GuardFault]:
        guarded = (self.events_table, self.leaves_table, self.checkpoints_table)
        body_is_ours = self._body_is_ours()
        faults = set[GuardFault]()
        for table in (*guarded, self.nodes_table, self.tracking_table):
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


_SELDOM_VACUUMED = (
    "WITH (autovacuum_enabled = true, autovacuum_vacuum_threshold = 100000000, autovacuum_vacuum_scale_factor = 0.5, "
    "autovacuum_analyze_threshold = 1000, autovacuum_analyze_scale_factor = 0.01)"
)
"""Nothing is ever removed; the planner only must know how large the table has become."""


def _tables(names: Mapping[str, Composed], by_id: Identifier) -> list[Composed]:
    texts = (
        (
            "CREATE TABLE {events} (originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text, "
            "state bytea, notification_id bigserial, PRIMARY KEY (originator_id, originator_version)) " + _SELDOM_VACUUMED
        ),
        "CREATE UNIQUE INDEX {by_id} ON {events} (notification_id ASC)",
        (
            "CREATE TABLE {tracking} (application_name text, notification_id bigint, PRIMARY KEY (application_name)) "
            + _SELDOM_VACUUMED
        ),
        # The library's own mark of a tracking table with one row for each source.
        "INSERT INTO {tracking} VALUES ('__migration__', 1)",
        (
            "CREATE TABLE {leaves} (leaf_index bigint PRIMARY KEY, notification_id bigint NOT NULL UNIQUE, "
            "originator_id uuid NOT NULL, originator_version bigint NOT NULL, leaf_hash bytea NOT NULL, "
            "recorded_at_us bigint NOT NULL)"
        ),
        (
            "CREATE TABLE {checkpoints} (number bigint PRIMARY KEY, size bigint NOT NULL, root bytea NOT NULL, "
            "signed_at_us bigint NOT NULL, note text NOT NULL)"
        ),
    )
    return [SQL(text).format(by_id=by_id, **names) for text in texts]


def _guards(names: Mapping[str, Composed]) -> list[Composed]:
    texts: list[LiteralString] = [
        (
            "CREATE TABLE IF NOT EXISTS {nodes} (level integer NOT NULL, node_index bigint NOT NULL, hash bytea NOT NULL, "
            "PRIMARY KEY (level, node_index))"
        ),
        f"CREATE OR REPLACE FUNCTION {{denied}}() RETURNS trigger LANGUAGE plpgsql AS $${_DENIED_BODY}$$",
    ]
    texts += [
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {denied}()"
        for table in ("{events}", "{leaves}", "{checkpoints}")
    ]
    return [SQL(text).format(**names) for text in texts]


class LoggedPostgresFactory(LogFactory):
    """Makes the recorder of a log in PostgreSQL, in tables that carry the log's name."""

    def __init__(self, store: StoreSettings, name: str, *, creating: bool = True) -> None:
        super().__init__(name, creating=creating)
        self.datastore = PostgresDatastore(store)
        self._prefix = name.lower()

    def _recorder(self) -> LoggedPostgresRecorder:
        return LoggedPostgresRecorder(self.datastore, prefix=self._prefix)

    def close(self) -> None:
        self.datastore.close()
