"""The board of targets of a commune of a hundred schools and ten years, against reading its rows barely, in one run.

    python tests/bench/bench_targets.py [--schools 100] [--years 10] [--times 20]

Every school has a target for every criterion in every year, half of them met, and an open improvement item for each.
Shown are the board as the service answers it and the bare limit: the same rows of the same year read from the database
and put into the same answer, without levels and forecasts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from services.inspection.application import InspectionApplication
from services.inspection.presenters.year_targets import target_view
from services.inspection.views.year.targets_rows import targets_in
from shared.clock import SystemClock, today
from shared.contracts.calls.year import targets as calls
from shared.contracts.events.assessment import CycleOpened, IndicatorJudged, SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.contracts.events.self_assessment import ImprovementItemSet
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.roles import Role, ScopeKind

COMMUNE = "NL01"
BOOK = load_library().get("v2026_tt57/pho_thong")
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))


def opened(folder: Path) -> InspectionApplication:
    """Open the service on a new store."""
    return InspectionApplication(
        StoreSettings(f"sqlite:///{folder}/log.sqlite"),
        SystemClock(),
        installation="bench",
        views_url=f"sqlite:///{folder}/views.sqlite",
        library=load_library(),
    )


def told(schools: list[str]) -> Iterator[PublicEvent]:
    """What the assessment service tells: schools, their cycles, half of the criteria judged, an item for each."""
    first = dt.date(today(SystemClock()).year, 1, 5)
    for school in schools:
        yield SchoolRegistered(school=school, name=f"Trường {school}", kind=SchoolKind.PRIMARY, commune=COMMUNE)
        named = {"school": school, "cycle": "c-1"}
        yield CycleOpened(**named, year="2026-2027", rulebook=BOOK.id, digest=BOOK.digest, opened_on=first)
        for number, key in enumerate(BOOK.keys):
            place = {"criterion": key.criterion, "level": key.level, "indicator": key.indicator}
            result = Result.MET if number % 4 < 2 else Result.NOT_MET
            yield IndicatorJudged(**named, layer=Layer.SCHOOL, **place, result=result)
        for number, criterion in enumerate(BOOK.criteria):
            item = {"item": f"i-{number}", "criterion": criterion, "standard": "1"}
            yield ImprovementItemSet(**named, **item, ends=dt.date(first.year, 12, 20))


def fill(application: InspectionApplication, schools: list[str], years: list[int]) -> None:
    """Let the service hear everything, and set every target."""
    now = application.clock.now()
    for sequence, data in enumerate(told(schools), start=1):
        moments = {"occurred": now, "recorded": now, "correlation": "", "cause": ""}
        application.receive(envelope(installation="bench", data=data, sequence=sequence, subject="school/x", **moments))
    for year in years:
        wanted = [
            calls.TargetWanted(school=school, criterion=criterion, level=1, by=dt.date(year, 12, 31))
            for school in schools
            for criterion in BOOK.criteria
        ]
        application.set_targets(OFFICER, calls.SetTargets(commune=COMMUNE, year=year, targets=wanted))


def barely(application: InspectionApplication, year: int) -> int:
    """Read the rows of a year and put them into the answer, without levels and forecasts."""
    with application.views.reading() as conn:
        rows = targets_in(conn, COMMUNE, year)
    return len([target_view(row, BOOK.id, row.met_on, None, row.by) for row in rows])


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    """Return how long an act took, each time."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)


def main() -> None:
    """Fill a store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    this_year = today(SystemClock()).year
    years = list(range(this_year - asked.years + 1, this_year + 1))
    with tempfile.TemporaryDirectory(prefix="kiemdinh-targets-") as name:
        application = opened(Path(name))
        fill(application, [f"T{number:03d}" for number in range(asked.schools)], years)
        request = calls.TargetBoardRequest(commune=COMMUNE, year=this_year)
        board = milliseconds(lambda: application.target_board(request), asked.times)
        bare = milliseconds(lambda: barely(application, this_year), asked.times)
        application.views.close()
        application.close()
    last = int(0.95 * len(board)) - 1
    row = {
        "targets a year": asked.schools * len(BOOK.criteria),
        "years": len(years),
        "board ms, median": round(statistics.median(board), 1),
        "board ms, p95": round(board[last], 1),
        "bare ms, median": round(statistics.median(bare), 1),
        "times the bare limit": round(statistics.median(board) / statistics.median(bare), 1),
    }
    print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
