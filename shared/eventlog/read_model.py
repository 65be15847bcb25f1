"""Read models: SQLAlchemy Core tables beside a log, rebuilt from it and caught up with it whenever they are read.

So an answer is never older than the log at the moment of the question, and no projector process can fall behind. On SQLite
they live in a file of their own with WAL and synchronous=NORMAL: they survive a kill, and a power cut at worst costs the
last of what the log can give again.

Home-made (ADR 3): the library's ProjectionRunner needs a process that is never behind, and its subscriptions break under
eventlet.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Dialect, Integer, MetaData, String, Table, bindparam, select
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.sql.ddl import DropTable

from shared.eventlog.log import Log, RecordedEvent
from shared.logs import Journal
from shared.storage.database import Database
from shared.storage.errors import StoreFull
from shared.vocabulary.ids import BEGINNING, Position, next_position

journal = Journal("eventlog.views")

BATCH = 500
"""Events applied in one transaction."""

OWN_LOG = ""
"""The name under which the position in the own log is kept."""

Projection = Callable[[Connection, RecordedEvent], None]


@functools.cache
def progress_table(name: str) -> Table:
    """Return the table that says how far the views `name` have come with each log."""
    return Table(
        f"{name}_progress",
        MetaData(),
        Column("source", String, primary_key=True),
        Column("position", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
    )


@functools.cache
def _made_anew(metadata: MetaData, dialect: Callable[[], Dialect]) -> tuple[str, ...]:
    """Return the statements that drop whatever is there of some tables and create them.

    They are worked out once: SQLAlchemy compiles such statements anew every time, for ten times as long as SQLite needs.
    """
    compiler = dialect()
    found: list[str] = []

    def keep(statement: Any, *_: Any, **__: Any) -> None:
        if isinstance(statement, DropTable):
            statement = DropTable(statement.element, if_exists=True)
        found.append(str(statement.compile(dialect=compiler)))

    collected = MockConnection(compiler, keep)
    metadata.drop_all(collected, checkfirst=False)
    metadata.create_all(collected, checkfirst=False)
    return tuple(found)


class ReadModel:
    """The read models of one service.

    `project` applies one event through the connection it is given; raise `version` whenever it or the tables change, and
    everything is rebuilt from the log. `name` tells apart several views in one database.

    On a full disk they may fall behind. They are then read as they stand, which `behind` tells; not where `never_stale`:
    there a question raises StoreFull, because an old answer would let somebody in whose rights were taken away.
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
        never_stale: bool = False,
    ) -> None:
        self.behind = 0
        """How many events of the own log the last question did not see, for want of room to apply them."""
        self._name = name
        self._never_stale = never_stale
        self._database = Database(url, name)
        self._metadata = metadata
        self._project = project
        self._log = log
        self._version = version
        self._progress = progress_table(name)
        self._position_of = select(self._progress.c.position).where(self._progress.c.source == bindparam("wanted"))
        self._set_up()

    def catch_up(self) -> Position:
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

    def position(self) -> Position:
        """Return the position up to which the own log is applied."""
        with self._database.reading() as conn:
            return self.upstream_position(conn, OWN_LOG)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Catch up, then give a connection in one consistent snapshot. Inside another session of this thread: that one's."""
        if self._database.current is None:
            # Mostly nothing is new: then the snapshot in which that was seen is the one to read from.
            head = self._log.head()
            with self._database.reading() as conn:
                if self.upstream_position(conn, OWN_LOG) == head:
                    self.behind = 0
                    yield conn
                    return
            self._try_to_catch_up(head)
        with self._database.reading() as conn:
            yield conn

    def _try_to_catch_up(self, head: Position) -> None:
        try:
            self.catch_up()
        except StoreFull:
            if self._never_stale:
                raise
            was, self.behind = self.behind, head - self.position()
            if not was:
                journal.warning("read-model-stale", views=self._name, behind=self.behind)
        else:
            self.behind = 0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end, alone among writers of these views."""
        with self._database.writing() as conn:
            yield conn

    def upstream_position(self, conn: Connection, source: str) -> Position:
        """Return the sequence up to which another service's events are applied, 0 when none are."""
        return Position(conn.execute(self._position_of, {"wanted": source}).scalar_one_or_none() or 0)

    def save_position(self, conn: Connection, source: str, sequence: Position) -> None:
        """Store, in the transaction of `conn`, that another service's events are applied up to `sequence`."""
        table = self._progress
        changed = conn.execute(table.update().where(table.c.source == source).values(position=sequence))
        if changed.rowcount == 0:
            conn.execute(table.insert().values(source=source, position=sequence, version=self._version))

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied, once these views are up to date."""
        with self.reading() as conn:
            return self.upstream_position(conn, source)

    def apply_once(self, source: str, sequence: Position, project: Callable[[Connection], None]) -> None:
        """Apply another service's next event and remember its sequence, in one transaction; a repeat does nothing."""
        with self.writing() as conn:
            if sequence <= self.upstream_position(conn, source):
                return
            project(conn)
            self.save_position(conn, source, sequence)

    def rebuild(self) -> None:
        """Empty everything, also what came from other services (whose consumers then start from 0), and catch up."""
        with self.writing() as conn:
            self._start_over(conn)
        self.catch_up()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _set_up(self) -> None:
        with self._database.opening() as conn:
            self._progress.create(conn, checkfirst=True)
            query = select(self._progress.c.version).where(self._progress.c.source == OWN_LOG)
            if conn.execute(query).scalar_one_or_none() != self._version:
                self._start_over(conn)

    def _start_over(self, conn: Connection) -> None:
        dialect: Callable[[], Dialect] = type(conn.dialect)
        for statement in _made_anew(self._metadata, dialect):
            conn.exec_driver_sql(statement)
        conn.execute(self._progress.delete())
        self.save_position(conn, OWN_LOG, BEGINNING)

    def _apply(self, entries: list[RecordedEvent]) -> Position:
        with self.writing() as conn:
            position = self.upstream_position(conn, OWN_LOG)
            for entry in entries:
                if entry.position == next_position(position):
                    self._project(conn, entry)
                    position = entry.position
            self.save_position(conn, OWN_LOG, position)
        return position
