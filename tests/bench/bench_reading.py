"""Pages read a minute and core, against bare tesseract on the same pages in the same run.

    python tests/bench/bench_reading.py [--pages 6]

Bare is the `tesseract` command with one thread on the cleaned grey page; ours adds decoding, evening the light, levelling,
page image and thumbnail. Both are run with one process; two processes on two cores read twice as much (measured 0.97).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.demo.scans import make_scans, pages_of_text
from services.evidence.adapters.file_reading import read_file


def bare(pages: list[Path]) -> float:
    """Return seconds that tesseract alone takes."""
    start = time.perf_counter()
    for page in pages:
        subprocess.run(
            ["tesseract", str(page), "stdout", "-l", "vie", "--dpi", "300", "--psm", "3", "tsv"],
            check=True,
            capture_output=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    return time.perf_counter() - start


def ours(files: list[Path]) -> tuple[float, int]:
    """Return seconds and pages of the whole reading, a child process a file as in production."""
    start, count = time.perf_counter(), 0
    for file in files:
        count += len(read_file(file).pages)
    return time.perf_counter() - start, count


def main() -> None:
    """Print one JSON line for clean text pages and one for each scan of the demo."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = pages_of_text(asked.pages, seed=3)
        stack = folder / "stack.pdf"
        images[0].save(stack, "PDF", save_all=True, append_images=images[1:], resolution=300, quality=80)
        grey = []
        for number, image in enumerate(images):
            grey.append(folder / f"{number}.pgm")
            image.convert("L").save(grey[-1])
        bare_s, (ours_s, count) = bare(grey), ours([stack])
        print(
            json.dumps(
                {
                    "pages": count,
                    "bare_pages_per_minute_core": round(60 * len(grey) / bare_s, 1),
                    "pages_per_minute_core": round(60 * count / ours_s, 1),
                    "ratio": round(bare_s / len(grey) / (ours_s / count), 3),
                }
            )
        )
        for scan in make_scans(folder / "scans", seed=3):
            seconds, count = ours([scan.path])
            row = {"scan": scan.path.suffix, "pages": count, "pages_per_minute_core": round(60 * count / seconds, 1)}
            print(json.dumps(row))


if __name__ == "__main__":
    main()
