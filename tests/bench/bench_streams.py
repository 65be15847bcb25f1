"""An evening: thirty people write on fifteen criteria of one school, in one stream as before and in many, in one run.

    python tests/bench/bench_streams.py [--seconds 60] [--people 30] [--processes 2]

A PostgreSQL server is started for the run when Debian's is installed. Every person saves one field over and over, naming
what was there, as the page of a criterion does, without a pause between. Shown are saves a second, how many decisions one of
them took, and what people were told of conflicts: the aim is nothing. The bare limit is the same people, each appending to a
stream of its own without deciding anything.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime as dt
import json
import multiprocessing
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from deploy.servers import PostgreSQL, ProgramMissing
from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as f
from services.assessment.domain import school as deciding
from services.assessment.domain.streams import school_stream, stream_of
from shared.clock import SystemClock
from shared.contracts.calls import assessment as calls
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.identity.call_context import CallContext, Grant
from shared.problems import Problem
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind

SCHOOL, CYCLE = "TH-BC", "2026-2027"
CRITERIA = 15
SHAPES = ("one stream", "many streams", "bare append")
ADMIN = CallContext(actor="account-1", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),))


class Page(Aggregate):
    """A stream of one person's own."""

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Keep nothing."""


def opened(store: str, views: str) -> AssessmentApplication:
    """Open the service on a store."""
    return AssessmentApplication(
        StoreSettings(store),
        SystemClock(),
        installation="bench",
        views_url=views,
        library=load_library(),
        signer=Signer.generate("kiemdinh/bench/assessment"),
    )


def set_up(application: AssessmentApplication) -> None:
    """Register the school and open a cycle, the year before."""
    application.register_commune(ADMIN, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
    school = calls.RegisterSchool(commune="NL01", code=SCHOOL, name="Trường Bản Chuông", kind=calls.SchoolKind.PRIMARY)
    application.register_school(ADMIN, school)
    application.open_cycle(
        ADMIN, calls.OpenCycle(school=SCHOOL, year=CYCLE, on=dt.date(2026, 8, 1), rulebook="v2026_tt57/pho_thong")
    )


def saving(application: AssessmentApplication, number: int) -> Callable[[], object]:
    """Return what a person does again and again: the even ones describe their criterion, the odd ones judge it."""
    rulebook = application.library.get("v2026_tt57/pho_thong")
    criterion = list(rulebook.criteria)[number // 2 % CRITERIA]
    key = next(key for key in rulebook.keys if key.criterion == criterion)
    position, turn = 0, 0

    def save() -> None:
        nonlocal position, turn
        turn += 1
        if number % 2:
            result = calls.Result.MET if turn % 2 else calls.Result.NOT_MET
            one = calls.Judgement(
                criterion=criterion, level=key.level, indicator=key.indicator, result=result, expected=position
            )
            request = calls.SaveCriterion(school=SCHOOL, cycle=CYCLE, criterion=criterion, judgements=[one])
        else:
            said = calls.Description(strengths=f"Kế hoạch rõ, lần {turn}", expected=position)
            request = calls.SaveCriterion(school=SCHOOL, cycle=CYCLE, criterion=criterion, description=said)
        position = application.save_criterion(ADMIN, request).position

    return save


def appending(application: AssessmentApplication) -> Callable[[], object]:
    """Return an append to a stream of one's own, of an event as large as a saved one."""
    stream = uuid.uuid4()
    fact = f.CriterionDescribed(school=SCHOOL, cycle=CYCLE, criterion="1.1", strengths="Kế hoạch rõ, lần 1")
    meta = EventMetadata(actor="account-1", occurred=dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))
    page = Page(stream)

    def append() -> None:
        page.record(fact, meta)
        application.append(page)

    return append


def work(store: str, views: str, shape: str, people: range, seconds: float, results: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    """Let some of the people work in this process; tell how many saves, decisions and which refusals there were."""
    application = opened(store, views)
    of_shape = {"one stream": lambda fact: school_stream(fact.school)}.get(shape, stream_of)
    deciding.stream_of = of_shape
    told: collections.Counter[str] = collections.Counter()
    lock, ends = threading.Lock(), time.monotonic() + seconds
    store_them = application.append

    def append(*streams: object, **more: object) -> int:
        with lock:
            told["tries"] += 1
        return store_them(*streams, **more)  # type: ignore[arg-type]

    application.append = append  # type: ignore[method-assign, assignment]

    def person(number: int) -> None:
        act = appending(application) if shape == "bare append" else saving(application, number)
        while time.monotonic() < ends:
            try:
                act()
                done = "saves"
            except Problem as problem:
                done = problem.type
            with lock:
                told[done] += 1

    threads = [threading.Thread(target=person, args=(number,)) for number in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    application.close()
    results.put(dict(told))


def evening(store: str, views: str, shape: str, options: argparse.Namespace) -> dict[str, object]:
    """Let everybody work at once; return what came of it."""
    first = opened(store, views)
    set_up(first)
    first.close()
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    parts = [range(number, options.people, options.processes) for number in range(options.processes)]
    workers = [spawn.Process(target=work, args=(store, views, shape, part, options.seconds, results)) for part in parts]
    for one in workers:
        one.start()
    told: collections.Counter[str] = collections.Counter()
    for _ in workers:
        told.update(results.get())
    for one in workers:
        one.join()
    saves, tries = told.pop("saves", 0), told.pop("tries", 0)
    return {
        "shape": shape,
        "saves_per_second": round(saves / options.seconds, 1),
        "tries_per_save": round(tries / max(saves, 1), 2),
        "told": dict(told),
    }


def rows_of(store: str, place: Callable[[str], tuple[str, str]], options: argparse.Namespace) -> list[dict[str, object]]:
    """Measure every shape on one kind of store."""
    rows = [{"store": store, **evening(*place(shape.replace(" ", "-")), shape, options)} for shape in SHAPES]
    bare = float(str(rows[-1]["saves_per_second"]))
    return [{**row, "of_bare": round(float(str(row["saves_per_second"])) / bare, 3)} for row in rows]


def main() -> None:
    """Print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each store and shape")
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def files(shape: str) -> tuple[str, str]:
            return f"sqlite:///{folder}/{shape}.sqlite", f"sqlite:///{folder}/{shape}-views.sqlite"

        rows = rows_of("sqlite", files, options)
        try:
            with contextlib.ExitStack() as stack:
                server = PostgreSQL(folder / "postgresql")
                stack.callback(server.stop)
                server.start()
                rows += rows_of("postgresql", lambda _: (server.new_database(),) * 2, options)
        except ProgramMissing as missing:
            print(f"postgresql: skipped, {missing}")
    print(f"{'store':12}{'shape':14}{'saves/s':>9}{'tries a save':>14}{'of bare':>9}  told")
    for row in rows:
        store, shape, rate, tries, told, of_bare = row.values()
        print(f"{store!s:12}{shape!s:14}{rate!s:>9}{tries!s:>14}{of_bare!s:>9}  {told or 'nobody of a conflict'}")
    print(json.dumps({"bench": "streams", "rows": rows}))


if __name__ == "__main__":
    main()
