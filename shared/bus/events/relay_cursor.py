"""Relay cursors: how far each relay has published, one row for each, in SQLite or PostgreSQL."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from shared.storage.database import open_migrated
from shared.storage.migrations import Migration, Migrations, statements
from shared.vocabulary.ids import BEGINNING, Position

metadata = sa.MetaData()
POSITIONS = sa.Table(
    "relay_progress",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)

MIGRATIONS = Migrations(
    "relay_progress",
    Migration(
        1, "positions", statements("CREATE TABLE relay_progress (name TEXT NOT NULL PRIMARY KEY, position BIGINT NOT NULL)")
    ),
    proof="relay_progress",
)
"""A change of the table above is a new step here."""


class SqlRelayCursor:
    """Positions in a database table, which is made when it is not there."""

    def __init__(self, url: str) -> None:
        self._engine = open_migrated(url, MIGRATIONS)
        # The relays of one process share one connection when the database is in memory.
        self._lock = threading.Lock()

    def load(self, name: str) -> Position:
        with self._lock, self._engine.connect() as connection:
            kept = connection.execute(sa.select(POSITIONS.c.position).where(POSITIONS.c.name == name)).scalar()
            return Position(kept or 0)

    def save(self, name: str, position: Position) -> None:
        with self._lock, self._engine.begin() as connection:
            moved = connection.execute(sa.update(POSITIONS).where(POSITIONS.c.name == name).values(position=position))
            if not moved.rowcount:
                connection.execute(sa.insert(POSITIONS).values(name=name, position=position))

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()


class MemoryRelayCursor:
    """Positions that die with the process, for tests and for the in-process broker, whose queues die with it too."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._lock = threading.Lock()

    def load(self, name: str) -> Position:
        return self._positions.get(name, BEGINNING)

    def save(self, name: str, position: Position) -> None:
        with self._lock:
            self._positions[name] = position
