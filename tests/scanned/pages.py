"""Pages by seed: which kind meets which wear, and the image with its truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np

from tests.scanned.held_out import HELD_OUT
from tests.scanned.kinds import KINDS, LANDSCAPE, PORTRAIT_TEXT, draw
from tests.scanned.scanned_image import Dice, Scan
from tests.scanned.truth import Truth
from tests.scanned.typesetting import Sheet
from tests.scanned.wear import SIDEWAYS, TWO_PAGES, WEAR_NAMES, spread, worn

TUNE_SEEDS = range(1, 1000)
"""Whoever builds a reader may look at these pages."""
JUDGE_SEEDS = range(700_001, 700_100)
"""Drawn to judge and never looked at while building; nobody tunes on them."""


@dataclass(frozen=True)
class Page:
    """A worn page image with all that is known of it; `name` is the stem of its files."""

    name: str
    scan: Scan
    truth: Truth

    def save(self, folder: Path) -> Path:
        """Write image and truth beside each other; returns the image's path."""
        (folder / f"{self.name}.json").write_text(self.truth.to_json(), encoding="utf-8")
        return self.scan.save(folder / self.name)


def make_page(kind: str, wear: str, seed: int, number: int = 0) -> Page:
    """One page; the same four give the same bytes (with the same fonts installed).

    A wide sheet fed sideways is always one of the wide tables, and a sheet of two pages holds two texts: kinds that do not
    fit are drawn as another that does.
    """
    rng = Random(f"{seed}:{kind}:{wear}:{number}")
    if wear == SIDEWAYS:
        kind = kind if kind in LANDSCAPE else rng.choice(sorted(LANDSCAPE))
        page = _page(LANDSCAPE[kind](rng), wear, rng)
    elif wear == TWO_PAGES:
        page = _two_pages(kind if kind in PORTRAIT_TEXT else rng.choice(PORTRAIT_TEXT), rng)
    else:
        page = _page(draw(kind, rng), wear, rng)
    return replace(page, name=f"{seed}-{number:03}-{page.truth.kind}-{wear}")


def _page(sheet: Sheet, wear: str, rng: Random) -> Page:
    scan = worn(Scan(np.asarray(sheet.image)), wear, rng)
    return Page("", scan, sheet.truth().with_wear(wear, scan.turned, scan.dpi))


def _two_pages(kind: str, rng: Random) -> Page:
    left, right = draw(kind, rng), draw(rng.choice(("van-xuoi", "van-xuoi", "ke-hoach", "bao-cao")), rng)
    scan = spread(Scan(np.asarray(left.image)), Scan(np.asarray(right.image)), Dice(rng))
    truth = left.truth()
    both = replace(truth, segments=truth.segments + right.truth().segments)
    return Page("", scan, both.with_wear(TWO_PAGES, scan.turned, scan.dpi))


def pairs(count: int, kinds: Sequence[str], wears: Sequence[str]) -> Iterator[tuple[str, str]]:
    """`count` pairs in which kinds and wears are met as evenly as can be, and no pair twice before all were."""
    whole = len(kinds) * len(wears)
    seen: set[tuple[str, str]] = set()
    step = 0
    for number in range(count):
        if len(seen) == whole:
            seen.clear()
        while (pair := (kinds[number % len(kinds)], wears[(number + step) % len(wears)])) in seen:
            step += 1
        seen.add(pair)
        yield pair


def make_pages(
    seed: int, count: int, *, kinds: Sequence[str] = (), wears: Sequence[str] = (), held_out: bool = False
) -> Iterator[Page]:
    """Pages of one seed, kinds and wears spread evenly; `held_out` draws only the kinds that nobody tunes on."""
    if held_out and seed in TUNE_SEEDS:
        raise ValueError("a seed for tuning draws no held-out kind: use one of JUDGE_SEEDS")
    names = tuple(HELD_OUT) if held_out else tuple(kinds) or tuple(KINDS)
    chosen = tuple(wears) or WEAR_NAMES
    if strange := [name for name in (*names, *chosen) if name not in {*KINDS, *HELD_OUT, *WEAR_NAMES}]:
        raise ValueError(f"no such kind or wear: {', '.join(strange)}")
    shift = seed % len(chosen)
    for number, (kind, wear) in enumerate(pairs(count, names, chosen[shift:] + chosen[:shift])):
        yield make_page(kind, wear, seed, number)
