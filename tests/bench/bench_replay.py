"""How fast a commune's history is replayed and evaluated: 30 schools × 10 years in under a second, and how it grows.

Run: python tests/bench/bench_replay.py [--schools 30] [--years 10]
Prints one line a measurement. The history is stored in an SQLite file first; "from the log" includes reading and decoding
it, the others start from what the service's cache holds. The bare limit reads the same rows with sqlite3 and parses their
JSON into dicts, and does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.school import School
from services.assessment.domain.school_assessment import assess
from services.assessment.domain.streams import school_stream
from shared.clock import FixedClock
from shared.eventlog.facts import EventMetadata
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.assessment import Layer, Result, SchoolKind

AIM_SECONDS = 1.0
FIRST_YEAR = 2018
LIBRARY = load_library()


def happenings(school: str, years: int, seed: int) -> list[tuple[f.Fact, dt.date]]:
    """Return what happens at one school: a cycle a year, judged whole, some of it again; every fifth year inspected."""
    chance = random.Random(seed)  # a fixed story
    told: list[tuple[f.Fact, dt.date]] = [
        (
            f.SchoolRegistered(school=school, name=f"Trường {school}", kind=SchoolKind.PRIMARY, commune="NL01"),
            dt.date(FIRST_YEAR, 10, 10),
        )
    ]
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        opened = dt.date(year, 11, 1)
        choice = LIBRARY.choose(SchoolKind.PRIMARY, opened)
        cycle = f"{year}-{year + 1}"
        told.append(
            (
                f.CycleOpened(
                    school=school,
                    cycle=cycle,
                    year=cycle,
                    rulebook=choice.rulebook.id,
                    digest=choice.rulebook.digest,
                    opened_on=opened,
                    because=choice.because,
                ),
                opened,
            )
        )
        layers = [Layer.SCHOOL, Layer.COMMUNE, Layer.DEPARTMENT] if year % 5 == 0 else [Layer.SCHOOL]
        for layer in layers:
            for key in choice.rulebook.keys:
                for _ in range(2 if chance.random() < 0.2 else 1):
                    result = Result.MET if chance.random() < 0.95 else Result.NOT_MET
                    fact = f.IndicatorJudged(
                        school=school,
                        cycle=cycle,
                        layer=layer,
                        criterion=key.criterion,
                        level=key.level,
                        indicator=key.indicator,
                        result=result,
                    )
                    told.append((fact, opened + dt.timedelta(days=chance.randrange(200))))
        for number, criterion in enumerate(choice.rulebook.criteria):
            place = {
                "school": school,
                "cycle": cycle,
                "document": f"d{number}",
                "code": f"x{number}",
                "criterion": criterion,
            }
            told.append((f.EvidenceLinked(**place), opened + dt.timedelta(days=20)))
        told.append((f.SelfAssessmentSubmitted(school=school, cycle=cycle, submitted_on=opened), opened))
    return told


def fill(application: AssessmentApplication, schools: int, years: int) -> int:
    """Store the history of the commune; return how many events it has."""
    for number in range(schools):
        code = f"TH-{number:02}"
        told = happenings(code, years, number)

        def decide(school: School, told: list[tuple[f.Fact, dt.date]] = told) -> None:
            for fact, day in told:
                occurred = dt.datetime(day.year, day.month, day.day, 3, tzinfo=dt.UTC)
                school.record(fact, EventMetadata(actor="0198f2c4-0000-7000-8000-000000000001", occurred=occurred))

        application.school_repository.change(code, decide)
    return application.log.head()


def best_of(times: int, act: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    spent = []
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        act()
        spent.append(time.perf_counter() - started)
    return min(spent)


def bare(file: Path) -> int:
    """Read every stored row of a log and parse its JSON; return how many there are."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT state FROM stored_events ORDER BY originator_id, originator_version")
        return sum(1 for (state,) in rows if msgspec.json.decode(state))


def measure(schools: int, years: int, folder: Path) -> dict[str, float]:
    """Return the seconds that each way of asking all schools takes, and the number of events."""
    file = folder / f"log-{schools}-{years}.sqlite"
    application = AssessmentApplication(
        StoreSettings(f"sqlite:///{file}"),
        FixedClock(dt.datetime(FIRST_YEAR + years + 1, 9, 1, tzinfo=dt.UTC)),
        installation="bench",
        views_url="sqlite://",
        library=LIBRARY,
        signer=Signer.generate("kiemdinh/bench/assessment"),
    )
    with contextlib.closing(application):
        return timed(application, file, schools, years)


def timed(application: AssessmentApplication, file: Path, schools: int, years: int) -> dict[str, float]:
    """Fill an application and time every way of asking it."""
    events = fill(application, schools, years)
    streams = [school_stream(f"TH-{number:02}") for number in range(schools)]
    valid_at, known_at = dt.date(FIRST_YEAR + years, 8, 1), events

    def evaluated(history: SchoolHistory) -> int:
        assessed = assess(history.at(valid_at, known_at), LIBRARY)
        return sum(assessed.evaluation(layer).school.floor for layer in Layer)

    # First, while nothing else is held: a service keeps some thousands of entries, not a whole commune's.
    read = best_of(3, lambda: [evaluated(SchoolHistory(application.log.group(stream))) for stream in streams])
    histories = [SchoolHistory(application.log.group(stream)) for stream in streams]
    assessments = [assess(history.at(valid_at, known_at), LIBRARY) for history in histories]
    assert bare(file) == events
    return {
        "events": events,
        "bare: rows read and parsed": best_of(3, lambda: bare(file)),
        "from the log, three layers": read,
        "decoded entries, ordered and replayed": best_of(
            3, lambda: [evaluated(SchoolHistory(history.entries)) for history in histories]
        ),
        "ordered history, replayed": best_of(3, lambda: [evaluated(history) for history in histories]),
        "evaluation alone, three layers": best_of(
            3, lambda: [one.evaluation(layer) for one in assessments for layer in Layer]
        ),
    }


def main(arguments: list[str] | None = None) -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=30)
    parser.add_argument("--years", type=int, default=10)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for years in sorted({max(1, chosen.years // 4), max(1, chosen.years // 2), chosen.years}):
            found = measure(chosen.schools, years, Path(folder))
            events = found.pop("events")
            print(f"{chosen.schools} schools × {years} years = {events:.0f} events")
            limit = found["bare: rows read and parsed"]
            for name, seconds in found.items():
                each_us = seconds / events * 1e6
                print(f"  {name:<40} {seconds:7.3f} s  {each_us:6.2f} µs an event  {limit / seconds:6.2f} of bare")
    replayed, read = found["decoded entries, ordered and replayed"], found["from the log, three layers"]
    verdict = "held" if replayed < AIM_SECONDS else "missed"
    print(
        f"aim: replayed and evaluated in < {AIM_SECONDS} s: {replayed:.3f} s, {verdict}; with reading the log: {read:.3f} s"
    )


if __name__ == "__main__":
    main()
