"""Appending with its Merkle leaf, against eventsourcing's own recorders in the same run, on both stores.

    python tests/bench/bench_append.py [--seconds 3] [--postgres postgresql://user:password@host:port/database]

Without ``--postgres`` a server is started for the run when Debian's PostgreSQL is installed. Rounds of the two recorders
alternate, so a noisy neighbour slows both; the aim is a ratio of at least 0.8.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from eventsourcing.persistence import ProcessRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import Environment

from deploy.servers import PostgreSQL, ProgramMissing
from shared.eventlog.recorders import LoggedPostgresFactory, LoggedSQLiteFactory
from shared.storage.database_url import StoreSettings

AIM = 0.8
BATCHES = (1, 10, 100)
STATE_BYTES = 600
ROUND_SECONDS = 0.1

Open = Callable[[], ProcessRecorder]


def events(count: int) -> list[StoredEvent]:
    """Return new events of one stream, each about as large as a real one."""
    stream = uuid.uuid4()
    return [StoredEvent(stream, version, "bench.thing-happened", b"x" * STATE_BYTES) for version in range(1, count + 1)]


def rate(recorder: ProcessRecorder, batch: int, seconds: float) -> float:
    """Return events appended a second, `batch` in one transaction."""
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        recorder.insert_events(events(batch))
        done += batch
    return done / elapsed


def compare(store: str, plain: ProcessRecorder, logged: ProcessRecorder, seconds: float) -> list[dict[str, object]]:
    """Return a row for every batch size: the median over alternating rounds of each recorder."""
    rows: list[dict[str, object]] = []
    for batch in BATCHES:
        rates: dict[str, list[float]] = {"plain": [], "logged": []}
        rate(plain, batch, 0.1), rate(logged, batch, 0.1)
        for turn in range(max(int(seconds / (2 * ROUND_SECONDS)), 2)):
            pair = [("plain", plain), ("logged", logged)]
            for name, recorder in pair if turn % 2 else pair[::-1]:
                rates[name].append(rate(recorder, batch, ROUND_SECONDS))
        without, with_leaf = statistics.median(rates["plain"]), statistics.median(rates["logged"])
        rows.append(
            {
                "store": store,
                "events_in_one_transaction": batch,
                "plain_events_per_second": round(without),
                "logged_events_per_second": round(with_leaf),
                "ratio": round(with_leaf / without, 3),
            },
        )
    return rows


def sqlite_rows(folder: Path, seconds: float) -> list[dict[str, object]]:
    """Compare on SQLite files, both with synchronous=FULL (the library's default)."""
    plain = SQLiteFactory(Environment("bench", {"SQLITE_DBNAME": str(folder / "plain.sqlite")}))
    logged = LoggedSQLiteFactory(StoreSettings(f"sqlite:///{folder}/log.sqlite"), "bench")
    try:
        return compare("sqlite", plain.process_recorder(), logged.process_recorder(), seconds)
    finally:
        plain.close()
        logged.close()


def postgres_rows(url: str, seconds: float) -> list[dict[str, object]]:
    """Compare on one PostgreSQL database, in tables side by side."""
    store = StoreSettings(url)
    run = uuid.uuid4().hex[:8]
    pool = {"POSTGRES_LOCK_TIMEOUT": "5", "POSTGRES_CONNECT_TIMEOUT": "5", "POSTGRES_POOL_SIZE": "2"}
    reached = {f"POSTGRES_{name.upper()}": value for name, value in store.postgres_parameters().items()}
    plain = PostgresFactory(Environment(f"plain{run}", {**reached, **pool, "POSTGRES_MAX_OVERFLOW": "8"}))
    logged = LoggedPostgresFactory(store, f"logged{run}")
    try:
        return compare("postgresql", plain.process_recorder(), logged.process_recorder(), seconds)
    finally:
        plain.close()
        logged.close()


@contextlib.contextmanager
def postgres(url: str, folder: Path) -> Iterator[str]:
    """Give the URL of a database: the one named, or one on a server started for this run; raises ProgramMissing."""
    if url:
        yield url
        return
    with contextlib.ExitStack() as stack:
        server = PostgreSQL(folder / "postgresql")
        stack.callback(server.stop)
        server.start()
        yield server.new_database()


def main() -> None:
    """Print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each store and batch size")
    parser.add_argument("--postgres", default="", help="URL of an existing database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = sqlite_rows(folder, options.seconds)
        try:
            with postgres(options.postgres, folder) as url:
                rows += postgres_rows(url, options.seconds)
        except ProgramMissing as missing:
            print(f"postgresql: skipped, {missing}")
    print(f"{'store':12}{'batch':>6}{'plain/s':>10}{'with leaf/s':>13}{'ratio':>8}")
    for row in rows:
        store, batch, plain, logged, ratio = row.values()
        print(f"{store!s:12}{batch!s:>6}{plain!s:>10}{logged!s:>13}{ratio!s:>8}")
    print(json.dumps({"bench": "append", "aim": AIM, "rows": rows}))


if __name__ == "__main__":
    main()
