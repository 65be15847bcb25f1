"""How long papers take to print, how large they are, and how that grows with the rows of a table; against bare limits.

    python tests/bench/bench_papers.py [--sheets 27] [--rows 300] [--json]

Bare limits, in the same run: for .docx packing the finished parts, for .xlsx a workbook of the same words without looks,
for PDF the same words as bare paragraphs. Processor time counts, for neighbours on the machine do not. The aims: the
criteria sheets of a school (27) in any format within 20 s; a row of a long table costs at most half as much again as one of
a short table.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import openpyxl
import weasyprint

from shared.papers.docx import to_docx
from shared.papers.model import Paper
from shared.papers.package import packed
from shared.papers.pdf import to_pdf
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from tests.unit.papers.samples import DOCUMENTS, PEOPLE, criterion_sheet, evidence_list, report

AIM_SECONDS = 20.0
AIM_GROWTH = 1.5
BASE_ROWS = 75


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Return the processor time of the quickest of three rounds, and what came out."""
    rounds = []
    for _ in range(3):
        start = time.process_time()
        data = work()
        rounds.append(time.process_time() - start)
    return min(rounds), data


def filled(paper: Paper) -> Paper:
    """Return the paper ready to be printed."""
    return resolve(paper, PEOPLE, DOCUMENTS)


def only_packed(data: bytes) -> Callable[[], bytes]:
    """Return the bare limit of a Word document: its parts, packed again."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return lambda: packed(parts)


def only_cells(paper: Paper) -> Callable[[], bytes]:
    """Return the bare limit of a workbook: the same words, each line a row."""
    lines = [line.split("\t") for text in printed_text(paper) for line in text.split("\n")]

    def work() -> bytes:
        book = openpyxl.Workbook()
        for line in lines:
            book.worksheets[0].append(line)
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()

    return work


def only_paragraphs(paper: Paper) -> Callable[[], bytes]:
    """Return the bare limit of a PDF: the same words as paragraphs."""
    html = "".join(f"<p>{escape(line)}</p>" for text in printed_text(paper) for line in text.split("\n"))
    return lambda: bytes(weasyprint.HTML(string=html).write_pdf())


PRINTERS: dict[str, tuple[Callable[[Paper], bytes], Callable[[Paper, bytes], Callable[[], bytes]]]] = {
    "docx": (to_docx, lambda _, data: only_packed(data)),
    "xlsx": (to_xlsx, lambda paper, _: only_cells(paper)),
    "pdf": (to_pdf, lambda paper, _: only_paragraphs(paper)),
}


def printed(what: str, paper: Paper, kind: str) -> dict[str, object]:
    """Return one row: seconds, bytes, and the bare limit beside."""
    printer, bare = PRINTERS[kind]
    seconds, data = timed(lambda: printer(paper))
    limit, _ = timed(bare(paper, data))
    return {
        "paper": what,
        "format": kind,
        "seconds": round(seconds, 3),
        "bytes": len(data),
        "bare_s": round(limit, 4),
        "bare_per_print": round(limit / seconds, 3),
    }


def sheets(count: int, kind: str) -> dict[str, object]:
    """Return one row for the criteria sheets of a school."""
    papers = [filled(criterion_sheet(f"{place // 7 + 1}.{place % 7 + 1}")) for place in range(count)]
    printer, bare = PRINTERS[kind]
    seconds, data = timed(lambda: b"".join(printer(paper) for paper in papers))
    limits = [bare(paper, printer(paper)) for paper in papers]
    limit, _ = timed(lambda: b"".join(work() for work in limits))
    return {
        "paper": f"{count} criterion sheets",
        "format": kind,
        "seconds": round(seconds, 3),
        "bytes": len(data),
        "bare_s": round(limit, 4),
        "bare_per_print": round(limit / seconds, 3),
    }


def grown(rows: int) -> list[dict[str, object]]:
    """Return a row for each format and number of rows, doubled from BASE_ROWS up to `rows`.

    `growth` is the time for one row of the table against that in the shortest one: 1 where time grows with rows alone.
    """
    found: list[dict[str, object]] = []
    for kind in PRINTERS:
        shortest, count = 0.0, BASE_ROWS
        while count <= rows:
            row = printed(f"evidence list, {count} rows", filled(evidence_list(count)), kind)
            each = float(str(row["seconds"])) / count
            shortest = shortest or each
            found.append(row | {"growth": round(each / shortest, 2)})
            count *= 2
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=27)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    start = time.process_time()
    to_pdf(filled(criterion_sheet()))
    first = time.process_time() - start
    school = [sheets(arguments.sheets, kind) for kind in ("docx", "pdf")]
    table = [*school, printed("report", filled(report()), "docx"), printed("report", filled(report()), "pdf")]
    table += grown(arguments.rows)
    slowest = max(float(str(row["seconds"])) for row in school)
    steepest = max(float(str(row.get("growth", 0))) for row in table)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    held = slowest <= AIM_SECONDS and steepest <= AIM_GROWTH
    if arguments.json:
        print(json.dumps({"first_pdf_s": round(first, 2), "peak_mb": memory, "held": held, "rows": table}))
    else:
        for row in table:
            print("  ".join(f"{key} {value}" for key, value in row.items()))
        print(f"first PDF of a process {first:.2f} s; peak of memory {memory} MB")
        print(f"aims: sheets within {AIM_SECONDS:g} s, growth at most {AIM_GROWTH:g}: {'held' if held else 'missed'}")


if __name__ == "__main__":
    main()
