"""A small application for the contract tests, and a program that appends until it is killed."""

from __future__ import annotations

import datetime as dt
import sys
import uuid

from shared.clock import SystemClock
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.storage.database_url import StoreSettings

MOMENT = dt.datetime(2026, 9, 14, 1, 41, tzinfo=dt.UTC)


class Counted(Fact, frozen=True, kw_only=True):
    TOPIC = "counting.counted"
    by: str


class Counter(Aggregate):
    def __init__(self, stream_id):
        super().__init__(stream_id)
        self.count = 0

    def count_one(self, by: str, command: str = "") -> int:
        if not self.has_processed(command):
            self.record(Counted(by=by), EventMetadata(actor=by, occurred=MOMENT, command=command))
        return self.count

    def apply(self, fact, meta, version):
        self.count = version


class CountingApplication(EventSourcedApplication):
    name = "counting"
    facts = FactRegistry([Counted])


def open_counting(store: StoreSettings, clock=None) -> CountingApplication:
    return CountingApplication(store, clock or SystemClock(), installation="thu")


def append_for_ever(url: str, by: str, rounds: int) -> None:
    """Append to a stream of its own and to one that all writers share, telling each position."""
    app = open_counting(StoreSettings(url))
    own, common = uuid.uuid5(uuid.NAMESPACE_URL, by), uuid.UUID(int=1)
    for _ in range(rounds):
        for stream in (own, common):
            _, position = app.change(Counter, stream, lambda counter: counter.count_one(by))
            print(position, flush=True)
    app.close()


if __name__ == "__main__":
    append_for_ever(sys.argv[1], sys.argv[2], int(sys.argv[3]))
