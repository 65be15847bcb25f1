"""Takes out the lines that dirt on a scanner's glass draws down a page, and leaves what they cross."""

from __future__ import annotations

import cv2
import numpy as np

from services.evidence.extraction.layout.cleaning.blots import ink_map
from services.evidence.extraction.pixels import Grey

_RULE = 150
_STREAK, _STEM, _LETTERS = 0.05, 60, 1.8
"""The least length of a streak: as a share of the page, in half pixels (10 mm at 300 dpi), and in letters with a stem."""
_BESIDE, _DARKER, _RIM, _THROUGH, _MOST_THROUGH = 7, 10, 0.015, 0.35, 60


def without_through_lines(grey: Grey) -> Grey:
    """Return the page without thin lines that run down all of it, from rim to rim: a rule of a table ends before a margin.

    Dirt on the glass of a sheet feeder draws them; read with them, every line of print falls into columns.
    """
    rows = np.ascontiguousarray(grey[::3]).astype(np.int16)
    darker = np.minimum(np.roll(rows, _BESIDE, axis=1), np.roll(rows, -_BESIDE, axis=1)) - rows > _DARKER
    rim = max(4, round(_RIM * len(rows)))
    bands = [*np.array_split(darker, 8), darker[:rim], darker[-rim:]]
    through = np.flatnonzero(np.minimum.reduce([band.mean(axis=0) for band in bands]) > _THROUGH)
    through = through[(through > 2 * _BESIDE) & (through < grey.shape[1] - 2 * _BESIDE)]
    if not through.size or through.size > _MOST_THROUGH:
        return grey
    page = grey.copy()
    for group in np.split(through, np.flatnonzero(np.diff(through) > 2) + 1):
        first, last = int(group[0]) - 3, int(group[-1]) + 3
        left, right = page[:, first - 1].astype(np.float32), page[:, last + 1].astype(np.float32)
        shares = np.linspace(0, 1, last - first + 1, dtype=np.float32)
        between = left[:, None] * (1 - shares) + right[:, None] * shares
        # Where a letter crosses it is dark beside, or darker than any streak.
        page[:, first : last + 1] = np.maximum(page[:, first : last + 1], between.astype(np.uint8))
    return page


def without_streaks(grey: Grey) -> Grey:
    """Return the page without thin lines that run down it, longer than any stem, and meet no rule.

    Dust on a scanner's glass draws them. A letter that such a line crosses is dark on both sides of it, and stays so.
    """
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    sides = cv2.min(np.roll(half, 5, axis=1), np.roll(half, -5, axis=1))
    # Between the lines of print a streak goes on and a column of stems does not: hence no gap is closed that is as high.
    line = cv2.morphologyEx((cv2.subtract(sides, half) > 18).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 1), np.uint8))
    length = max(_STEM, round(_STREAK * len(half)))
    runs = cv2.morphologyEx(cv2.dilate(line, np.ones((1, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    rules = cv2.morphologyEx(ink_map(half), cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8)) if count > 1 else runs
    least = _LETTERS * _tall(half) if count > 1 else 0.0
    page = grey
    for k in range(1, count):
        left, top, wide, high = (int(v) for v in stats[k, :4])
        if wide > 9 or high < least or rules[max(0, top - 8) : top + high + 8, max(0, left - 8) : left + wide + 8].any():
            continue
        if page is grey:
            page = grey.copy()
        first, last = max(4, 2 * left - 2), min(grey.shape[1] - 5, 2 * (left + wide) + 2)
        rows = slice(max(0, 2 * top - 20), min(len(grey), 2 * (top + high) + 20))
        part = page[rows, first : last + 1]
        beside = cv2.max(page[rows, first - 1 : first], page[rows, last + 1 : last + 2])
        level = float(np.median(part.min(axis=1)[beside[:, 0] > 200])) if (beside > 200).any() else 0.0
        page[rows, first : last + 1] = np.where(part < level - 25, part, np.maximum(part, beside))
    return page


def _tall(half: Grey) -> float:
    """Return how tall the letters of a page are that have a stem, in its pixels; 0 for a page without any."""
    _, dark = cv2.threshold(half, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high = stats[1:, 2], stats[1:, 3]
    letters = high[(high >= 7) & (wide >= 3) & (high <= 6 * wide) & (wide <= 6 * high)]
    return float(np.percentile(letters, 90)) if letters.size else 0.0
