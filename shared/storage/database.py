"""SQLAlchemy databases beside a log: engines, transactions, and who may write when; SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

from shared.storage.errors import translate_database_errors
from shared.storage.migrations import Migrations, SqlSchema


def open_engine(url: str, *, durable: bool = False) -> Engine:
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
    event.listen(engine, "connect", _prepare_durable_sqlite if durable else _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_migrated(url: str, migrations: Migrations) -> Engine:
    """Return an engine for a database in which a store is brought to its latest version; raises NewerSchema."""
    engine = open_engine(url)
    try:
        with engine.connect() as conn:
            done = migrations.is_done(SqlSchema(conn))
        if not done:
            with engine.execution_options(writing=True).begin() as conn:
                migrations.migrate(SqlSchema(conn))
    except BaseException:
        engine.dispose()
        raise
    return engine


def is_memory(url: str) -> bool:
    """Say whether a URL names a database in memory."""
    return url in {"sqlite://", "sqlite:///:memory:"}


def is_there(url: str) -> bool:
    """Say whether a database can be opened: always said of a server, of a file when it is there and not empty."""
    if not url.startswith("sqlite:///"):
        return True
    file = Path(url.removeprefix("sqlite:///"))
    return file.is_file() and file.stat().st_size > 0


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    try:
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        # The pool forgets a connection that it could not make ready.
        connection.close()
        raise


def _prepare_durable_sqlite(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # a name that was erased must not lie on in a free page


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins by reading and then writes is refused, not kept waiting, when another wrote in between.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Database:
    """One database and its transactions. `name` tells apart several that share one PostgreSQL database.

    `durable` makes SQLite wait for the disk at every commit, and overwrite what is deleted: for what cannot be had again
    from a log, and must be gone when it is taken away.
    """

    def __init__(self, url: str, name: str, *, durable: bool = False) -> None:
        self._engine = open_engine(url, durable=durable)
        self._writer = self._engine.execution_options(writing=True)
        self._lock_key = zlib.crc32(f"kiemdinh {name}".encode())
        self._is_memory = is_memory(url)
        # Writers of one process queue here instead of on SQLite's lock, which would hold up every greenlet; a database in
        # memory has one connection, so its readers queue as well.
        self._turn = threading.RLock()
        self._current = threading.local()

    @property
    def current(self) -> Connection | None:
        """The connection of the session this thread is in, if it is in one."""
        connection: Connection | None = getattr(self._current, "connection", None)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in one consistent snapshot; inside another session of this thread, that one's connection."""
        if self.current is not None:
            yield self.current
            return
        with self._session(self._engine) as conn:
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end, alone among writers under this name."""
        if self.current is not None:
            yield self.current
            return
        with self._turn, self._session(self._writer) as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._lock_key})
            yield conn

    @contextmanager
    def opening(self) -> Iterator[Connection]:
        """As `writing`, for what a store makes when it opens: if that fails, no connection stays open."""
        try:
            with self.writing() as conn:
                yield conn
        except BaseException:
            self.close()
            raise

    def migrate(self, migrations: Migrations) -> None:
        """Bring a store in this database to its latest version; raises NewerSchema. If that fails nothing stays open."""
        try:
            with self.reading() as conn:
                done = migrations.is_done(SqlSchema(conn))
            if not done:
                with self.writing() as conn:
                    migrations.migrate(SqlSchema(conn))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

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
        with translate_database_errors(), engine.connect() as conn:
            if engine is self._engine and conn.dialect.name == "postgresql":
                conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin():
                yield conn
