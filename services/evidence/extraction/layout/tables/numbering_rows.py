"""The row under a table's head that numbers its columns: (1) (2) (3).

The recogniser takes "(4)", slanting as it mostly is, for "(2)" however sharp it is printed, and "(3)" for ")"; the digit
alone it reads (seven such rows: 38 of 68 numbers right before, 65 after).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np

from services.evidence.extraction.layout.tables.cells import cleaned
from services.evidence.extraction.pixels import Grey

_BRACKETED = re.compile(r"\((\d+)\)")
_LONGEST = 5
_LEAST, _MOSTLY = 4, 0.6
_SUPPORT = 2
_SPECK = 9
_FIRST = 1


def is_numbering(texts: Sequence[str]) -> bool:
    """Say whether the texts of a row's cells look like numbers of columns, badly read ones among them."""
    bracketed = sum(len(text) <= _LONGEST and ("(" in text or ")" in text) for text in texts)
    return bracketed >= _LEAST and bracketed >= _MOSTLY * len(texts)


def first_number(row: Sequence[tuple[int, str]]) -> int:
    """Return the number of the column at the left, by the columns (from 0) and texts of a row; 1 if too little was read."""
    read = Counter(int(found[1]) - column for column, text in row if (found := _BRACKETED.fullmatch(text)))
    first, count = max(read.items(), key=lambda one: one[1], default=(_FIRST, 0))
    return first if count >= _SUPPORT else _FIRST


def without_brackets(part: Grey, limit: int) -> Grey | None:
    """Return a part of a page without its outermost signs, None if it has less than three; ink is darker than `limit`."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((part < limit).astype(np.uint8), connectivity=8)
    signs = 1 + np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= _SPECK)
    signs = signs[np.argsort(stats[signs, cv2.CC_STAT_LEFT])]
    return cleaned(part, np.isin(labels, signs[1:-1]).astype(np.uint8)) if len(signs) > 2 else None
