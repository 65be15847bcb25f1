"""How much more is read by several children than by one: pages a second over the same files, in the same run.

    python tests/bench/reading_throughput.py [--pages 12] [--children 2]

One run of one and one of several are taken in turn, so that a neighbour on the machine hurts both; the median ratio counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.demo.scans import pages_of_text
from services.evidence.adapters.file_reading import FileReader
from services.evidence.extraction.protocol import ReadingOptions


def pages_a_second(files: Sequence[Path], *, children: int, options: ReadingOptions | None = None) -> float:
    """Return how many pages children that live already read in a second; each has loaded its model before."""
    with FileReader(children=children, options=options) as reader:
        warm = [files[0]] * children
        for _ in reader.each(warm, reader.read):
            pass
        began = time.perf_counter()
        pages = sum(len(read.text.pages) for _, read in reader.each(files, reader.read))
        return pages / (time.perf_counter() - began)


def gain(files: Sequence[Path], *, children: int = 2, times: int = 3, options: ReadingOptions | None = None) -> float:
    """Return pages a second of several children ÷ (pages a second of one × their number): 1 where nothing is lost."""
    ratios = []
    for _ in range(times):
        one = pages_a_second(files, children=1, options=options)
        several = pages_a_second(files, children=children, options=options)
        ratios.append(several / (one * children))
    return statistics.median(ratios)


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{number}.png" for number in range(asked.pages)]
        for file, image in zip(files, pages_of_text(asked.pages, seed=3), strict=True):
            image.save(file, dpi=(300, 300))
        found = gain(files, children=asked.children, times=asked.times)
        print(json.dumps({"pages": asked.pages, "children": asked.children, "gain": round(found, 3)}))


if __name__ == "__main__":
    main()
