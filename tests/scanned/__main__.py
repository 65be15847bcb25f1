"""Draws pages into a folder: images, and a JSON beside each with what stands on it."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2

from tests.scanned.kinds import KINDS
from tests.scanned.pages import make_pages
from tests.scanned.wear import WEAR_NAMES


def main() -> None:
    """Draw what was asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.scanned", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--kinds", nargs="+", default=(), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--wear", nargs="+", default=(), metavar="WEAR", help=", ".join(WEAR_NAMES))
    parser.add_argument(
        "--held-out", action="store_true", help="the two kinds that nobody tunes on (only with seeds to judge)"
    )
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for page in make_pages(asked.seed, asked.count, kinds=asked.kinds, wears=asked.wear, held_out=asked.held_out):
        print(page.save(asked.folder))


if __name__ == "__main__":
    main()
