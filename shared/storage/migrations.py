"""Numbered migrations: how the tables of a durable store became what they are, step by step, the same on either database.

A database keeps the version of each store in it in the table `schema_version`. One that says none, but has the store's
tables, was made before versions were kept and is at version 1. Steps run in one transaction, alone in their database.

Home-made (ADR 20): Alembic works through SQLAlchemy, which does not open our logs, and wants an environment for each of
seven databases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

SETUP_LOCK = 0x6B69656D  # "kiem": one process at a time makes or changes tables in a PostgreSQL database
BASELINE = 1


class Schema(Protocol):
    """A database in a transaction, as migrations see it. Statements have no parameters."""

    @property
    def is_postgres(self) -> bool:
        """Say which of the two databases this is."""

    def run(self, sql: str) -> None:
        """Carry out one statement."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what one statement gives."""


class SqlSchema:
    """A schema over a SQLAlchemy connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def is_postgres(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def run(self, sql: str) -> None:
        self._connection.exec_driver_sql(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.exec_driver_sql(sql)]


def has_table(schema: Schema, name: str) -> bool:
    """Say whether a table is there."""
    if schema.is_postgres:
        return bool(schema.rows(f"SELECT to_regclass('{name}') IS NOT NULL")[0][0])
    return bool(schema.rows(f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{name}'"))  # noqa: S608 - ours


def has_column(schema: Schema, table: str, column: str) -> bool:
    """Say whether a table that is there has a column."""
    if schema.is_postgres:
        where = f"attrelid = to_regclass('{table}') AND attname = '{column}' AND NOT attisdropped"
        return bool(schema.rows(f"SELECT 1 FROM pg_attribute WHERE {where}"))  # noqa: S608 - our own names
    return column in {row[1] for row in schema.rows(f"PRAGMA table_info({table})")}


class NewerSchema(Exception):
    """A store was last opened by a newer version of this software; the text says what to do, in Vietnamese."""

    def __init__(self, store: str, version: int, known: int) -> None:
        super().__init__(
            f"Kho “{store}” do bản phần mềm mới hơn dựng (phiên bản lược đồ {version}, bản này chỉ biết đến {known}). "
            "Chưa đổi gì. Dùng lại bản phần mềm mới, hoặc khôi phục bản sao lưu làm trước lúc nâng cấp: "
            "kiemdinh restore --from NƠI_CẤT --data THƯ_MỤC_MỚI."
        )


class Migration(msgspec.Struct, frozen=True):
    """One step, from the version before to `number`. Once released it never changes: a mistake is mended by the next one."""

    number: int
    name: str
    apply: Callable[[Schema], None]


def statements(*sqls: str) -> Callable[[Schema], None]:
    """Return a step that carries out statements; ``{bytes}`` is the type of bytes, BLOB or BYTEA."""

    def apply(schema: Schema) -> None:
        for sql in sqls:
            schema.run(sql.replace("{bytes}", "BYTEA" if schema.is_postgres else "BLOB"))

    return apply


class Migrations:
    """The steps of one store, numbered from 1. Its table `proof` tells a store from before versions were kept."""

    def __init__(self, store: str, *steps: Migration, proof: str) -> None:
        assert [step.number for step in steps] == list(range(BASELINE, len(steps) + 1)), store
        self.store = store
        self.steps: Sequence[Migration] = steps
        self._proof = proof

    @property
    def latest(self) -> int:
        """The version that this software makes and reads."""
        return len(self.steps)

    def kept_version(self, schema: Schema) -> int | None:
        """Return the version that the database says this store has, None when it says none."""
        if not has_table(schema, "schema_version"):
            return None
        rows = schema.rows(f"SELECT version FROM schema_version WHERE store = '{self.store}'")  # noqa: S608 - our own name
        return int(rows[0][0]) if rows else None

    def version(self, schema: Schema) -> int:
        """Return the version of what is there: 0 for nothing, 1 for tables of before versions were kept."""
        kept = self.kept_version(schema)
        if kept is None:
            return BASELINE if has_table(schema, self._proof) else 0
        return kept

    def is_done(self, schema: Schema) -> bool:
        """Say whether there is nothing to do; raises NewerSchema when the store is newer than this software."""
        kept = self.kept_version(schema)
        if kept is not None and kept > self.latest:
            raise NewerSchema(self.store, kept, self.latest)
        return kept == self.latest

    def migrate(self, schema: Schema) -> None:
        """Carry out what is missing, in the transaction of `schema`. Whoever comes second waits, and finds it done.

        Raises NewerSchema when the store is newer than this software; nothing was changed then.
        """
        if schema.is_postgres:
            schema.run(f"SELECT pg_advisory_xact_lock({SETUP_LOCK})")
        if self.is_done(schema):
            return
        version = self.version(schema)
        schema.run(
            "CREATE TABLE IF NOT EXISTS schema_version (store VARCHAR NOT NULL PRIMARY KEY, version INTEGER NOT NULL)"
        )
        for step in self.steps[version:]:
            step.apply(schema)
        schema.run(
            f"INSERT INTO schema_version (store, version) VALUES ('{self.store}', {self.latest}) "  # noqa: S608 - ours
            "ON CONFLICT (store) DO UPDATE SET version = excluded.version"
        )
