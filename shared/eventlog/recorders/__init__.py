"""The recorders of a log: eventsourcing's `ProcessRecorder` interface, with a Merkle leaf for every stored event.

Our own, and not subclasses of the library's recorders: leaf and event must be one transaction, and a repeat after a lost
commit must be recognised; neither can be had there without reaching into private SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.eventlog.recorders.merkle_store import CheckpointRow, GuardFault, LeafRow, MerkleLogStore, as_uuid
from shared.eventlog.recorders.postgres import LoggedPostgresFactory, LoggedPostgresRecorder
from shared.eventlog.recorders.recorder import LogFactory, LogRecorder
from shared.eventlog.recorders.sqlite import LoggedSQLiteFactory, LoggedSQLiteRecorder, log_migrations, machine_clock_us
from shared.storage.database_url import StoreSettings

__all__ = [
    "CheckpointRow",
    "GuardFault",
    "LeafRow",
    "LogFactory",
    "LogRecorder",
    "LoggedPostgresFactory",
    "LoggedPostgresRecorder",
    "LoggedSQLiteFactory",
    "LoggedSQLiteRecorder",
    "MerkleLogStore",
    "as_uuid",
    "log_factory",
    "log_migrations",
    "open_tables",
]


def log_factory(
    store: StoreSettings, name: str, *, now_us: Callable[[], int] = machine_clock_us, creating: bool = True
) -> LogFactory:
    """Return the factory of a log's recorder. With SQLite, which runs in this process, events are recorded by `now_us`."""
    if store.is_postgres:
        return LoggedPostgresFactory(store, name, creating=creating)
    return LoggedSQLiteFactory(store, name, now_us=now_us, creating=creating)


def open_tables(store: StoreSettings, service: str) -> tuple[LogRecorder, Callable[[], None]]:
    """Open a log that exists, creating nothing; return its tables and how to close them.

    Raises FileNotFoundError for a SQLite file that is not there.
    """
    if not store.is_postgres and not Path(store.sqlite_database()).is_file():
        raise FileNotFoundError(Path(store.sqlite_database()).name)
    factory = log_factory(store, service, creating=False)
    return factory.process_recorder(), factory.close
