"""How long a commune of 100 schools waits for the answers behind the pages of its year, with ten years in the log.

    python tests/bench/bench_year_pages.py [--schools 100] [--years 10] [--times 40] [--json]

Facts of plans, targets, tasks, difficulties and needs are written straight into the log of a service on SQLite files, with
invented values. Then every question is asked that names no more than a commune and a year, as the pages ask it. Shown are
the median and the 95th percentile, and the median against the bare query: the rows of the commune's needs of that year, read
by SQL in the same run. Processor time counts, for neighbours on the machine do not. The aim: the 95th percentile of each
within 200 ms.
"""

from __future__ import annotations

import argparse
import datetime as dt
import enum
import json
import statistics
import sys
import tempfile
import time
import typing
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[2]))

from services.inspection.application import InspectionApplication
from services.inspection.domain.year import YEAR_FACTS
from services.inspection.views.year.needs_rows import NEEDS
from shared.clock import FixedClock
from shared.contracts.calls.year import OPERATIONS
from shared.contracts.events.assessment import CommuneRegistered, SchoolRegistered
from shared.contracts.events.base import envelope
from shared.contracts.operations import Operation
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.identity.call_context import CallContext, Grant
from shared.ids import natural_id
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.roles import Role, ScopeKind

COMMUNE, FIRST_YEAR = "NL", 2017
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
META = EventMetadata(actor="account-1", occurred=NOW)
AIM_MS = 200.0
A_SCHOOL = (
    ("criterion-target-set", "target", 3),
    ("task-given", "task", 3),
    ("difficulty-raised", "difficulty", 1),
    ("need-raised need-appraised need-funded", "need", 2),
)
"""What each school has in each year: the facts of one stream, the field that names it, how many such streams."""
_TOPICS = {fact.TOPIC.partition(".")[2]: fact for fact in YEAR_FACTS}


class Written(Aggregate):
    """A stream into which facts are written as they are."""

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Keep nothing."""


def invented(kind: type[Fact], **told: Any) -> Fact:
    """Return a fact of which `told` says what is known, and whose other fields have any value of their type."""
    hints = typing.get_type_hints(kind)
    fields = msgspec.structs.fields(kind)
    known = {name: value for name, value in told.items() if name in hints}
    return kind(**{field.name: _value(hints[field.name]) for field in fields if field.required} | known)


def _value(hint: Any) -> Any:
    hint = getattr(hint, "__supertype__", hint)
    origin = typing.get_origin(hint)
    if origin in {tuple, list}:
        return origin()
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint)
        return hint(**{field.name: _value(hints[field.name]) for field in msgspec.structs.fields(hint) if field.required})
    plain: dict[Any, Any] = {
        int: 1,
        str: "Sửa phòng học",
        bool: True,
        dt.date: dt.date(2026, 6, 30),
        dict: {},
        type(None): None,
    }
    return plain[hint] if hint in plain else _value(typing.get_args(hint)[0])


def streams(schools: list[str], years: list[int]) -> Iterator[tuple[uuid.UUID, list[Fact]]]:
    """Return the streams of all years and what stands in each; topics that the service does not have are left out."""
    for year in years:
        of_year = {"commune": COMMUNE, "year": year}
        if {"plan-drafted", "plan-entry-set"} <= set(_TOPICS):
            entries = [invented(_TOPICS["plan-entry-set"], **of_year, school=school) for school in schools]
            yield natural_id("bench-plan", str(year)), [invented(_TOPICS["plan-drafted"], **of_year), *entries]
        for school in schools:
            for topics, named, count in A_SCHOOL:
                kinds = [_TOPICS[topic] for topic in topics.split() if topic in _TOPICS]
                for number in range(count if kinds else 0):
                    stream = natural_id("bench", named, school, str(year), str(number))
                    told = {**of_year, "school": school, named: str(stream), "money_year": year, "cost_vnd": 10**9}
                    yield stream, [invented(kind, **told, to=school) for kind in kinds]


def filled(folder: str, schools: list[str], years: list[int]) -> InspectionApplication:
    """Return a service whose log holds all of it."""
    application = InspectionApplication(
        StoreSettings(f"sqlite:///{folder}/log.sqlite"),
        FixedClock(NOW),
        installation="bench",
        views_url=f"sqlite:///{folder}/views.sqlite",
        library=load_library(),
    )
    told = [CommuneRegistered(commune=COMMUNE, name="Xã Nậm Lam")]
    heard = [
        *told,
        *(SchoolRegistered(school=s, name=f"Trường {s}", kind=SchoolKind.PRIMARY, commune=COMMUNE) for s in schools),
    ]
    for sequence, data in enumerate(heard, start=1):
        application.receive(
            envelope(
                installation="bench",
                data=data,
                sequence=sequence,
                subject="",
                occurred=NOW,
                recorded=NOW,
                correlation="",
                cause="",
            )
        )
    for stream, facts in streams(schools, years):
        application.change(Written, stream, lambda written, facts=facts: _write(written, facts))
    return application


def _write(written: Aggregate, facts: list[Fact]) -> None:
    for fact in facts:
        written.record(fact, META)


def questions() -> list[Operation]:
    """Return what the pages of a year ask: what is read, and names no more than a commune and a year."""
    return [
        one for one in OPERATIONS if any(r.method == "GET" for r in one.routes) and _required(one) <= {"commune", "year"}
    ]


def _required(operation: Operation) -> set[str]:
    return {field.name for field in msgspec.structs.fields(operation.request) if field.required}


def asked(application: InspectionApplication, operation: Operation, year: int, acting: CallContext) -> Callable[[], Any]:
    """Return what asks one question of the commune's year."""
    names = {field.name for field in msgspec.structs.fields(operation.request)}
    told: dict[str, Any] = {"commune": COMMUNE, "wanted_from": year, "wanted_until": year + 1}
    if "wanted_from" not in names:
        told["year"] = year
    request = operation.request(**{name: value for name, value in told.items() if name in names})
    method = getattr(application, operation.name)
    taken = {"acting": acting, "request": request}
    wanted = typing.get_type_hints(method)
    return lambda: method(**{name: value for name, value in taken.items() if name in wanted})


def timed(act: Callable[[], Any], times: int) -> list[float]:
    """Return how many milliseconds of the processor each of so many runs took, after one that is not counted."""
    act()
    found = []
    for _ in range(times):
        start = time.process_time()
        act()
        found.append((time.process_time() - start) * 1000)
    return found


def row(what: str, found: list[float], bare: float) -> dict[str, str | float]:
    """Return a line: median, 95th percentile, and the median against the bare query."""
    middle = statistics.median(found)
    late = statistics.quantiles(found, n=20)[-1]
    return {"what": what, "median_ms": round(middle, 2), "p95_ms": round(late, 2), "vs_bare": round(middle / bare, 1)}


def measured(application: InspectionApplication, schools: list[str], years: list[int], times: int) -> list[dict[str, Any]]:
    """Return a line for the bare query and one for every question."""
    grant = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE, schools=tuple(schools))
    acting = CallContext(actor="account-1", grants=(grant,))
    query = select(NEEDS).where(NEEDS.c.commune == COMMUNE, NEEDS.c.year == years[-1])

    def bare() -> None:
        with application.views.reading() as conn:
            conn.execute(query).all()

    limit = timed(bare, times)
    middle = statistics.median(limit)
    asking = [(one.name, asked(application, one, years[-1], acting)) for one in questions()]
    return [row("bare query", limit, middle), *(row(name, timed(act, times), middle) for name, act in asking)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    schools = [f"T-{number:03}" for number in range(arguments.schools)]
    years = list(range(FIRST_YEAR, FIRST_YEAR + arguments.years))
    with tempfile.TemporaryDirectory() as folder:
        application = filled(folder, schools, years)
        rows = measured(application, schools, years, arguments.times)
        events = application.log.head()
        application.views.close()
        application.close()
    held = all(float(one["p95_ms"]) <= AIM_MS for one in rows)
    if arguments.json:
        print(json.dumps({"held": held, "events": events, "rows": rows}))
        return
    print(f"{events} events, {len(schools)} schools, {len(years)} years")
    for one in rows:
        print("  ".join(f"{key} {value}" for key, value in one.items()))
    print(f"aim: p95 within {AIM_MS:g} ms: {'held' if held else 'missed'}")


if __name__ == "__main__":
    main()
