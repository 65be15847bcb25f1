"""Loading an aggregate of a thousand events: eventsourcing's own `Aggregate` against a `Stream` of facts, in one run.

    python tests/bench/bench_aggregate.py [--events 1000] [--rounds 15]

Both are stored and read by the same kind of recorder (SQLite in memory), so the difference is what each makes of the stored
bytes. Rounds alternate. ADR 1 rests on the factor.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import time
import uuid
from collections.abc import Callable

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate as LibraryAggregate
from eventsourcing.domain import event

from shared.clock import SystemClock
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.storage.database_url import StoreSettings

MOMENT = dt.datetime(2026, 9, 14, 1, 41, tzinfo=dt.UTC)


class Decorated(LibraryAggregate):
    """The library's way, as its tutorial has it."""

    def __init__(self) -> None:
        self.count = 0

    @event("Counted")
    def count_one(self, by: str, note: str) -> None:
        """Count one."""
        self.count += 1


class Explicit(LibraryAggregate):
    """The library's way with an event class written out, which is its faster one."""

    def __init__(self) -> None:
        self.count = 0

    class Counted(LibraryAggregate.Event):
        """What happened."""

        by: str
        note: str

        def apply(self, aggregate: LibraryAggregate) -> None:
            """Count one."""
            aggregate.count += 1

    def count_one(self, by: str, note: str) -> None:
        """Count one."""
        self.trigger_event(self.Counted, by=by, note=note)


class Counted(Fact, frozen=True, kw_only=True):
    """Our way: what happened."""

    TOPIC = "bench.counted"
    by: str
    note: str


class Counter(Aggregate):
    """Our way: what follows from it."""

    count = 0

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Count one."""
        self.count += 1


class Counting(EventSourcedApplication):
    """Our application."""

    name = "bench"
    facts = FactRegistry([Counted])


def milliseconds(load: Callable[[], object]) -> float:
    """Return what processor time one call takes: the same on a busy machine."""
    start = time.process_time()
    load()
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print one line for people and one of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()

    library = Application[uuid.UUID](
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": "file:bench?mode=memory&cache=shared"}
    )
    tallies: list[Decorated | Explicit] = [Decorated(), Explicit()]
    for tally in tallies:
        for number in range(options.events):
            tally.count_one("a", f"note {number}")
        library.save(tally)

    ours = Counting(StoreSettings("sqlite://"), SystemClock(), installation="bench")
    counter = Counter(uuid.uuid4())
    for number in range(options.events):
        counter.record(Counted(by="a", note=f"note {number}"), EventMetadata(actor="a", occurred=MOMENT))
    ours.append(counter)

    loads: dict[str, Callable[[], object]] = {
        "library_decorated": lambda: library.repository.get(tallies[0].id),
        "library_explicit": lambda: library.repository.get(tallies[1].id),
        "ours": lambda: ours.load(Counter, counter.id),
    }
    times: dict[str, list[float]] = {name: [] for name in loads}
    for turn in range(options.rounds):
        for name in loads if turn % 2 else reversed(loads):
            times[name].append(milliseconds(loads[name]))
    result = {name: round(statistics.median(taken), 2) for name, taken in times.items()}
    for name in ("decorated", "explicit"):
        result[f"factor_{name}"] = round(result[f"library_{name}"] / result["ours"], 1)
    print(f"{options.events} events, milliseconds: " + ", ".join(f"{name} {value}" for name, value in result.items()))
    print(json.dumps({"bench": "streams", "events": options.events, **result}))
    library.close()
    ours.close()


if __name__ == "__main__":
    main()
