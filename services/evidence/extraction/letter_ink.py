"""Tells where a page has ink that may be letters, so that a scan that a PDF's own words do not explain is read."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from services.evidence.extraction.pixels import Grey

_LETTER_INK = 0.75
_RULE = 60


def letter_ink(grey: Grey) -> Grey:
    """Return where a small grey page (about 100 dpi) has ink that may be letters: no long rules, no solid areas."""
    page = Image.fromarray(grey)
    paper = page.resize((max(1, page.width // 4), max(1, page.height // 4)), Image.Resampling.BOX)
    paper = paper.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(2)).resize(page.size)
    dark = grey < _LETTER_INK * np.asarray(paper, dtype=np.float32)
    # Sums instead of rank filters: they cost a twentieth.
    thick = _sums(_sums(dark, 7) == 49, 11) > 0
    return dark & ~thick & ~_runs(dark, _RULE) & ~_runs(dark.T, _RULE).T


def _runs(dark: Grey, length: int) -> Grey:
    """Return where a row is dark over at least so many pixels on end."""
    if dark.shape[1] < length:
        return np.zeros_like(dark)
    sums = np.pad(dark.cumsum(axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    starts = sums[:, length:] - sums[:, :-length] == length
    began = np.pad(starts.cumsum(axis=1, dtype=np.int32), ((0, 0), (length, length - 1)), mode="edge")
    began[:, :length] = 0
    return began[:, length:] - began[:, :-length] > 0


def _sums(marks: Grey, side: int) -> Grey:
    """Return how many places are marked in the square of an odd side around each place."""
    half = side // 2
    sums = np.pad(marks.astype(np.int32), ((half + 1, half), (half + 1, half))).cumsum(axis=0).cumsum(axis=1)
    return sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
