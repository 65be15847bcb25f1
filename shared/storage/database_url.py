"""Where a service's log is kept: one URL, turned into what the databases' drivers connect with."""

from __future__ import annotations

import secrets
from urllib.parse import unquote, urlsplit

import msgspec

LOCK_TIMEOUT_SECONDS = 5


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

    def sqlite_database(self) -> str:
        """Return what SQLite opens: a path, or the name of a database in memory that is new with every call."""
        path = self.url.removeprefix("sqlite://")[1:]
        if path in {"", ":memory:"}:
            return f"file:log-{secrets.token_hex(8)}?mode=memory&cache=shared"
        return path

    def postgres_parameters(self) -> dict[str, str]:
        """Return what libpq connects with."""
        parts = urlsplit(self.url)
        return {
            "dbname": unquote(parts.path.lstrip("/")),
            "host": unquote(parts.hostname or "127.0.0.1"),
            "port": str(parts.port or 5432),
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
        }
