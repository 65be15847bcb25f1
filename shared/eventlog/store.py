"""Where a service's log is kept: one URL, turned into the settings of eventsourcing's recorders."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import msgspec
import sqlalchemy.exc
from eventsourcing.persistence import InterfaceError, OperationalError

from shared.problems import Problem, Unavailable

LOCK_TIMEOUT_SECONDS = 5
CONNECT_TIMEOUT_SECONDS = 5


class StoreSettings(msgspec.Struct, frozen=True):
    """The database of one log.

    `url` is ``sqlite:////absolute/path/log.sqlite`` (one file a service, never shared), ``sqlite://`` (in memory, private
    to the application that opens it) or ``postgresql://user:password@host:port/database`` (one database a service).
    """

    url: str

    def __post_init__(self) -> None:
        scheme = self.url.partition(":")[0]
        if scheme not in {"sqlite", "postgresql"} or not self.url.startswith(f"{scheme}://"):
            msg = f"not a store: {scheme}://…"
            raise ValueError(msg)

    @property
    def is_postgres(self) -> bool:
        """Say whether the log is kept in PostgreSQL."""
        return self.url.startswith("postgresql:")

    def environment(self) -> dict[str, str]:
        """Return the settings eventsourcing's factories read. Nothing is taken from the process environment."""
        if self.is_postgres:
            return self._postgres()
        path = self.url.removeprefix("sqlite://")[1:]
        if path in {"", ":memory:"}:
            path = f"file:log-{secrets.token_hex(8)}?mode=memory&cache=shared"
        return {"SQLITE_DBNAME": path, "SQLITE_LOCK_TIMEOUT": str(LOCK_TIMEOUT_SECONDS)}

    def _postgres(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        return {
            "POSTGRES_DBNAME": unquote(parts.path.lstrip("/")),
            "POSTGRES_HOST": unquote(parts.hostname or "127.0.0.1"),
            "POSTGRES_PORT": str(parts.port or 5432),
            "POSTGRES_USER": unquote(parts.username or ""),
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
            "POSTGRES_LOCK_TIMEOUT": str(LOCK_TIMEOUT_SECONDS),
            "POSTGRES_CONNECT_TIMEOUT": str(CONNECT_TIMEOUT_SECONDS),
            "POSTGRES_POOL_SIZE": "2",
            "POSTGRES_MAX_OVERFLOW": "8",
        }


class StoreFull(Problem):
    """The disk under the log is full; nothing was stored."""

    type = "kho-day"
    status = 507
    title = "Kho hết chỗ"


@contextmanager
def translate_database_errors() -> Iterator[None]:
    """Turn a database that does not answer, or whose disk is full, into a Problem for the caller."""
    try:
        yield
    except (OperationalError, InterfaceError, sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as error:
        if "is full" in str(error) or "No space left" in str(error):
            raise StoreFull("Kho hết chỗ. Chưa lưu gì. Đã báo người quản trị.") from error
        raise Unavailable("Chưa nối được kho nhật ký. Thử lại sau ít phút.") from error
