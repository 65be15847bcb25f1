"""What is read of scanned pages: the product, plain Tesseract and OCRmyPDF on the same images in one run.

    python tests/bench/bench_reading.py [--seed 1] [--count 24] [--held-out] [--ablation] [--images FOLDER]

Pages come from `tests.scanned`, with what stands on them. The peers' answers are kept by image outside this folder. The time
of plain Tesseract and ours is taken on clean text pages, in seconds of a processor; two readers are held against twice one.
OCRmyPDF needs unpaper; where a peer is not installed, its column is left out and the output says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.scanned import comparison
from tests.scanned.comparison import OURS, Result, mark
from tests.scanned.pages import make_pages
from tests.scanned.readers import ProductReader, Reader, peers, read_plainly
from tests.scanned.truth import Truth

IMAGES = {".png", ".jpg", ".tif"}


def main() -> None:
    """Draw or find the pages, let everybody read them, print."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="kiemdinh-pages-") as name:
        folder = asked.images or Path(name)
        if not asked.images:
            draw(folder, asked)
        pages = [(path, Truth.from_json(path.with_suffix(".json").read_text("utf-8"))) for path in images(folder)]
        with ProductReader(without=asked.without) as ours:
            readers: dict[str, Reader] = {OURS: ours, **peers(present(asked.peers))}
            results = compare(pages, readers, quiet=asked.quiet)
            steps = ours.steps() if asked.ablation else ()
        report(results, list(readers))
        if asked.json:
            asked.json.write_text(json.dumps([as_row(result) for result in results], ensure_ascii=False, indent=1), "utf-8")
        if asked.ablation:
            ablation(pages, results, [step for step in steps if step not in asked.without], asked.without)
    if asked.time_pages:
        timing(asked.seed, asked.time_pages)


def arguments() -> argparse.Namespace:
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--kinds", nargs="+", default=())
    parser.add_argument("--wear", nargs="+", default=())
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--images", type=Path, help="a folder that `python -m tests.scanned` made")
    parser.add_argument("--peers", nargs="*", default=("plain", "ocrmypdf"))
    parser.add_argument("--without", nargs="*", default=(), help="steps of the pipeline to leave out")
    parser.add_argument("--ablation", action="store_true", help="read everything again without each step")
    parser.add_argument("--time-pages", type=int, default=4, help="clean text pages to take the time on; 0 for none")
    parser.add_argument("--json", type=Path, help="where to write one row a page")
    parser.add_argument("--quiet", action="store_true", help="no line for each page")
    return parser.parse_args()


def draw(folder: Path, asked: argparse.Namespace) -> None:
    """Draw the pages that were asked for."""
    for page in make_pages(asked.seed, asked.count, kinds=asked.kinds, wears=asked.wear, held_out=asked.held_out):
        page.save(folder)


def images(folder: Path) -> list[Path]:
    """The images of a folder that have their truth beside them."""
    return sorted(path for path in folder.iterdir() if path.suffix in IMAGES and path.with_suffix(".json").exists())


def present(wanted: Sequence[str]) -> list[str]:
    """The peers that can run on this machine."""
    programs = {"plain": ("tesseract",), "ocrmypdf": ("tesseract", "unpaper")}
    lacking = {name: [program for program in programs[name] if not shutil.which(program)] for name in wanted}
    for name, missing in lacking.items():
        if missing:
            print(f"left out: {name} ({', '.join(missing)} is not installed)", file=sys.stderr)
    return [name for name in wanted if not lacking[name]]


def compare(pages: Sequence[tuple[Path, Truth]], readers: dict[str, Reader], *, quiet: bool) -> list[Result]:
    """Let every reader read every page."""
    results = []
    for path, truth in pages:
        answers = {name: reader(path) for name, reader in readers.items()}
        results.append(Result(path.stem, truth, {name: mark(truth, answer) for name, answer in answers.items()}))
        if not quiet:
            told = "  ".join(
                f"{name} {found.letters.percent:6.2f} {found.seconds:5.1f} s" for name, found in results[-1].marks.items()
            )
            failed = "".join(f"  [{name}: {answer.failure}]" for name, answer in answers.items() if answer.failure)
            print(f"{path.stem:<36} {told}{failed}", flush=True)
    return results


def report(results: Sequence[Result], readers: Sequence[str]) -> None:
    """Print what came out."""
    lines = ["", *comparison.table(results, readers), "", *comparison.fields_line(results, OURS), *comparison.turns(results)]
    lines += comparison.empties(results, readers)
    if comparison.PLAIN in readers:
        worse = comparison.worse_than_plain(results)
        lines.append(f"text pages worse than plain by more than {comparison.ALLOWED} points: {len(worse)}")
        lines += [f"  {line}" for line in worse]
    for name in readers:
        lines.append(
            f"processor seconds a page, {name}: {statistics.mean(result.marks[name].seconds for result in results):.2f}"
        )
    print("\n".join(lines), flush=True)


def ablation(
    pages: Sequence[tuple[Path, Truth]], whole: Sequence[Result], steps: Sequence[str], without: Sequence[str]
) -> None:
    """Print what the error is without each step of the pipeline, against the error with all of them."""
    heads = ("CER", "text", "table", "points", "pays", "harms")
    print(f"\n{'without':<16} " + " ".join(f"{head:>6}" for head in heads) + "   (pays, harms: on so many pages)")
    base = {result.name: result.marks[OURS].letters.percent for result in whole}
    print(ablation_row("(nothing)", whole, base), flush=True)
    for step in steps:
        with ProductReader(without=[*without, step]) as ours:
            print(ablation_row(step, compare(pages, {OURS: ours}, quiet=True), base), flush=True)


def ablation_row(label: str, results: Sequence[Result], base: dict[str, float]) -> str:
    """One line of the ablation."""

    def rate(group: str = "") -> float:
        return comparison.mean(result.marks[OURS].letters for result in results if group in ("", result.truth.group))

    gains = [result.marks[OURS].letters.percent - base[result.name] for result in results]
    more = rate() - statistics.mean(min(value, 100.0) for value in base.values())
    pays, harms = sum(gain > 0.05 for gain in gains), sum(gain < -0.05 for gain in gains)
    return f"{label:<16} {rate():6.2f} {rate('text'):6.2f} {rate('table'):6.2f} {more:+6.2f} {pays:6} {harms:6}"


def timing(seed: int, count: int) -> None:
    """Print our time against plain Tesseract's on clean text pages, and two readers against twice one."""
    with tempfile.TemporaryDirectory(prefix="kiemdinh-time-") as name:
        kinds = ("cong-van", "quyet-dinh", "bao-cao", "van-xuoi")
        paths = [page.save(Path(name)) for page in make_pages(seed, count, kinds=kinds, wears=("sach",))]
        with ProductReader() as ours:
            ours(paths[0])
            ratios = [ours(path).seconds / read_plainly(path).seconds for path in paths]
            print(
                f"text page, ours ÷ plain, processor seconds: {statistics.median(ratios):.2f} (median of {count})",
                flush=True,
            )
        one, two = (timed(paths, children) for children in (1, 2))
        speeds = f"{60 * count / one:.1f} and {60 * count / two:.1f} pages a minute"
        print(f"two readers ÷ twice one: {one / (2 * two):.2f} ({speeds})")


def timed(paths: Sequence[Path], children: int) -> float:
    """Seconds for all pages with so many children, which have read one page each before."""
    with ProductReader(children=children) as ours, ThreadPoolExecutor(children + 1) as pool:
        list(pool.map(ours, paths[:children]))
        begin = time.perf_counter()
        list(pool.map(ours, paths))
        return time.perf_counter() - begin


def as_row(result: Result) -> dict[str, object]:
    """A page for the JSON file."""
    marks = {
        name: {
            "cer": round(found.letters.percent, 3),
            "wer": round(found.words.percent, 3),
            "seconds": round(found.seconds, 2),
        }
        for name, found in result.marks.items()
    }
    fields = dict(result.marks[OURS].fields)
    where = {"name": result.name, "kind": result.truth.kind, "wear": result.truth.wear, "group": result.truth.group}
    return {**where, "upright": result.marks[OURS].upright, "fields": fields, **marks}


if __name__ == "__main__":
    main()
