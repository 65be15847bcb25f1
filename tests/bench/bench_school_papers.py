"""How long the papers of a whole school take, from its log to the file: 27 sheets, the list and the report of 300 papers.

    python tests/bench/bench_school_papers.py [--documents 300] [--json]

A school under TT17/2018 and TT22/2024 is made in memory: a council of nine, every criterion written and voted on. Composing
(replayed state to paper) and printing (paper to file) are told apart; names and particulars are at hand. `each_vs_first` is
what one sheet, or one document of a report, costs against the smallest number measured: 1 where time grows with numbers
alone. Processor time counts, for neighbours on the machine do not. The aims: 27 sheets as Word within 20 s, growth at most
one and a half.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from shared.papers.docx import to_docx
from shared.papers.model import Paper
from shared.papers.pdf import to_pdf
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.self_assessment import PaperKind
from tests.opened import scope
from tests.unit.assessment.conftest import Office
from tests.unit.assessment.papers_kit import TT22, PaperOffice, named

SHEETS = (7, 14, 27)
AIM_SECONDS = 20.0
AIM_GROWTH = 1.5
PRINTERS: dict[str, Callable[[Paper], bytes]] = {"docx": to_docx, "xlsx": to_xlsx, "pdf": to_pdf}

Printed = dict[str, str | float]


def measured(what: str, form: str, count: int, compose: Callable[[], Iterable[Paper]]) -> Printed:
    """Return a row: processor seconds to compose and to print `count` things, and the bytes of the files."""
    start = time.process_time()
    papers = [named(paper) for paper in compose()]
    composed = time.process_time()
    size = sum(len(PRINTERS[form](paper)) for paper in papers)
    printed = time.process_time()
    return {
        "what": what,
        "format": form,
        "count": count,
        "compose_s": round(composed - start, 3),
        "print_s": round(printed - composed, 3),
        "bytes": size,
    }


def grown(rows: list[Printed]) -> list[Printed]:
    """Return rows of one thing in growing numbers, each with what one costs against the first."""
    each = [(float(row["compose_s"]) + float(row["print_s"])) / float(row["count"]) for row in rows]
    return [row | {"each_vs_first": round(cost / each[0], 2)} for row, cost in zip(rows, each, strict=True)]


def school(documents: int) -> PaperOffice:
    """Return a school whose work is done, with so many papers."""
    return PaperOffice.opened(Office(), TT22).complete(documents=documents)


def of_sheets(work: PaperOffice) -> list[Printed]:
    """Measure the sheets of a growing number of criteria."""
    codes = list(work.rulebook.criteria)

    def sheets(count: int) -> Callable[[], Iterable[Paper]]:
        return lambda: [work.paper(PaperKind.CRITERION_SHEET, code) for code in codes[:count]]

    measured("warm up", "docx", 1, sheets(1))
    return grown([measured(f"{count} criterion sheets", "docx", count, sheets(count)) for count in SHEETS])


def of_long_papers(numbers: Iterable[int]) -> list[Printed]:
    """Measure the list and the report of schools with a growing number of papers."""
    works = {number: school(number) for number in numbers}
    found: list[Printed] = []
    for kind, form in ((PaperKind.EVIDENCE_LIST, "docx"), (PaperKind.EVIDENCE_LIST, "xlsx"), (PaperKind.REPORT, "docx")):
        found += [
            measured(f"{kind.value}, {number} papers", form, number, lambda work=work, kind=kind: [work.paper(kind)])
            for number, work in works.items()
        ]
    largest = works[max(works)]
    found.append(measured("bao_cao_tdg as PDF", "pdf", max(works), lambda: [largest.paper(PaperKind.REPORT)]))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with scope():
        sheets = of_sheets(school(60))
        long = of_long_papers((arguments.documents // 4, arguments.documents // 2, arguments.documents))
    last = sheets[-1]
    held = float(last["compose_s"]) + float(last["print_s"]) <= AIM_SECONDS and float(last["each_vs_first"]) <= AIM_GROWTH
    if arguments.json:
        print(json.dumps({"held": held, "rows": [*sheets, *long]}))
        return
    for row in (*sheets, *long):
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    print(
        f"aims: {SHEETS[-1]} sheets within {AIM_SECONDS:g} s, growth at most {AIM_GROWTH:g}: {'held' if held else 'missed'}"
    )


if __name__ == "__main__":
    main()
