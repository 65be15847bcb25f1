"""Processes for tests to kill: a consumer that writes effects to SQLite, slowly, and a relay over a long log.

``python -m tests.integration.bus.killable consumer AMQP NAME FOLDER TOTAL`` / ``… relay AMQP NAME FOLDER TOTAL``
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from pathlib import Path

from shared.bus.events.consumer import Consumer
from shared.bus.events.dead_letters import DeadLetters
from shared.bus.events.relay import Relay
from shared.bus.events.relay_cursor import SqlRelayCursor
from shared.bus.events.sequence import RetryPolicy
from shared.bus.events.topology import Subscription, Topology
from shared.clock import SystemClock
from shared.contracts.events.base import CloudEvent
from tests.contract.bus.scene import INSTALLATION, Feeds, Source


class SqlRecordingHandler:
    """Effects and position in one SQLite transaction, with time between them to be killed in."""

    sources = ("evidence",)

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS effects (n INTEGER PRIMARY KEY AUTOINCREMENT, sequence INTEGER)")
            connection.execute("CREATE TABLE IF NOT EXISTS position (sequence INTEGER)")
        connection.close()

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)

    def received_position(self, source: str) -> int:
        connection = self._open()
        try:
            return connection.execute("SELECT max(sequence) FROM position").fetchone()[0] or 0
        finally:
            connection.close()

    def receive(self, event: CloudEvent) -> None:
        connection = self._open()
        try:
            with connection:
                connection.execute("INSERT INTO effects (sequence) VALUES (?)", (event.sequence,))
                time.sleep(0.004)
                connection.execute("INSERT INTO position VALUES (?)", (event.sequence,))
        finally:
            connection.close()

    def effects(self) -> list[int]:
        connection = self._open()
        try:
            return [row[0] for row in connection.execute("SELECT sequence FROM effects ORDER BY n")]
        finally:
            connection.close()


def full_source(name: str, total: int) -> Source:
    source = Source(name)
    source.append(total)
    return source


class SourceLog:
    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, after: int, limit: int = 500):
        time.sleep(0.002)
        return self._source.events[after : after + min(limit, 20)]  # small batches: more places to be killed in


def main() -> None:
    role, amqp, name, folder, total = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5])
    stop = threading.Event()
    if role == "consumer":
        source = full_source("evidence", total)
        source.silent = True  # only the queue may tell
        dead_letters = DeadLetters(f"sqlite:///{folder}/letters.sqlite", SystemClock())
        handler = SqlRecordingHandler(folder / "effects.sqlite")
        retry_policy = RetryPolicy(poll=3600, look=0.1)
        consumer = Consumer(
            name, handler, Feeds(source), amqp, dead_letters, installation=INSTALLATION, retry_policy=retry_policy
        )
        print("ready", flush=True)
        consumer.run(stop)
    else:
        source = full_source("evidence", total)
        progress = SqlRelayCursor(f"sqlite:///{folder}/progress.sqlite")
        topology = Topology([Subscription(name, ("evidence",))])
        relay = Relay("evidence", SourceLog(source), lambda one: one, amqp, progress, topology=topology)
        print("ready", flush=True)
        relay.run(stop)


if __name__ == "__main__":
    main()
