"""Read models: SQLAlchemy Core tables beside a log, rebuilt from it and caught up with it whenever they are read.

So an answer is never older than the log at the moment of the question, and no projector process can fall behind. On SQLite
they live in a file of their own with WAL and synchronous=NORMAL: they survive a kill, and a power cut at worst costs the
last of what the log can give again.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    select,
    text,
)
from sqlalchemy.pool import StaticPool

from shared.eventlog.log import Log, Logged
from shared.eventlog.store import store_problems

BATCH = 500
"""Events applied in one transaction."""

OWN_LOG = ""
"""The name under which the position in the own log is kept."""

Projection = Callable[[Connection, Logged], None]


def open_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:////path``, ``sqlite://`` (memory, one connection) or ``postgresql://…``.

    A transaction takes SQLite's write lock at its start when its connection has the execution option ``writing``.
    """
    if url.startswith("postgresql://"):
        return create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=2,
            max_overflow=8,
            pool_timeout=5,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5, "options": "-c lock_timeout=5s"},
        )
    if is_memory(url):
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"timeout": 5})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_memory(url: str) -> bool:
    """Say whether a URL names a database in memory."""
    return url in {"sqlite://", "sqlite:///:memory:"}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins by reading and then writes is refused, not kept waiting, when another wrote in between.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Views:
    """The read models of one service.

    `project` applies one event through the connection it is given; raise `version` whenever it or the tables change, and
    everything is rebuilt from the log. `name` tells apart several views in one database.
    """

    def __init__(
        self,
        url: str,
        metadata: MetaData,
        project: Projection,
        log: Log,
        *,
        version: int,
        name: str = "views",
    ) -> None:
        self._engine = open_engine(url)
        self._writer = self._engine.execution_options(writing=True)
        self._metadata = metadata
        self._project = project
        self._log = log
        self._version = version
        self._lock_key = zlib.crc32(f"kiemdinh {name}".encode())
        self._progress = Table(
            f"{name}_progress",
            MetaData(),
            Column("source", String, primary_key=True),
            Column("position", BigInteger, nullable=False),
            Column("version", Integer, nullable=False),
        )
        self._is_memory = is_memory(url)
        # Writers of one process queue here instead of on SQLite's lock, which would hold up every greenlet; a database in
        # memory has one connection, so its readers queue as well.
        self._turn = threading.RLock()
        self._current = threading.local()
        self._set_up()

    def catch_up(self) -> int:
        """Apply what the log has and the views have not; return the position reached. Two look-ups when nothing is new.

        Events are applied in batches, each in one transaction with its position, so several processes may do this at once.
        """
        position = self.position()
        head = self._log.head()
        if position > head:
            # These views come from another log, or the log was restored to an earlier state.
            self.rebuild()
            return self.position()
        while position < head:
            position = self._apply(self._log.read(position, BATCH))
        return position

    def position(self) -> int:
        """Return the position up to which the own log is applied."""
        with self._session(self._engine) as conn:
            return self.foreign_position(conn, OWN_LOG)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Catch up, then give a connection in one consistent snapshot. Inside another session of this thread: that one's."""
        current = self._nested()
        if current is not None:
            yield current
            return
        self.catch_up()
        with self._session(self._engine) as conn:
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end, alone among writers of these views."""
        current = self._nested()
        if current is not None:
            yield current
            return
        with self._turn, self._session(self._writer) as conn:
            self._lock(conn)
            yield conn

    def foreign_position(self, conn: Connection, source: str) -> int:
        """Return the sequence up to which another service's events are applied, 0 when none are."""
        query = select(self._progress.c.position).where(self._progress.c.source == source)
        return conn.execute(query).scalar_one_or_none() or 0

    def advance(self, conn: Connection, source: str, sequence: int) -> None:
        """Remember, in the transaction of `conn`, that another service's events are applied up to `sequence`."""
        table = self._progress
        changed = conn.execute(table.update().where(table.c.source == source).values(position=sequence))
        if changed.rowcount == 0:
            conn.execute(table.insert().values(source=source, position=sequence, version=self._version))

    def rebuild(self) -> None:
        """Empty everything, also what came from other services (whose consumers then start from 0), and catch up."""
        with self.writing() as conn:
            self._start_over(conn)
        self.catch_up()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _set_up(self) -> None:
        with self.writing() as conn:
            self._progress.create(conn, checkfirst=True)
            query = select(self._progress.c.version).where(self._progress.c.source == OWN_LOG)
            if conn.execute(query).scalar_one_or_none() != self._version:
                self._start_over(conn)

    def _start_over(self, conn: Connection) -> None:
        self._metadata.drop_all(conn)
        self._metadata.create_all(conn)
        conn.execute(self._progress.delete())
        self.advance(conn, OWN_LOG, 0)

    def _apply(self, entries: list[Logged]) -> int:
        with self.writing() as conn:
            position = self.foreign_position(conn, OWN_LOG)
            for entry in entries:
                if entry.position == position + 1:
                    self._project(conn, entry)
                    position = entry.position
            self.advance(conn, OWN_LOG, position)
        return position

    def _lock(self, conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._lock_key})

    def _nested(self) -> Connection | None:
        connection: Connection | None = getattr(self._current, "connection", None)
        return connection

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Connection]:
        if self._is_memory:
            self._turn.acquire()
        try:
            with self._begun(engine) as conn:
                self._current.connection = conn
                try:
                    yield conn
                finally:
                    self._current.connection = None
        finally:
            if self._is_memory:
                self._turn.release()

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[Connection]:
        with store_problems(), engine.connect() as conn:
            if engine is self._engine and conn.dialect.name == "postgresql":
                conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin():
                yield conn
