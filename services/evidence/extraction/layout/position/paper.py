"""Tells two pages on one sheet from one page, and parts them at the gutter."""

from __future__ import annotations

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_LYING = 1.2
_SIDE = 1000
_RULE = 25


def find_gutter(grey: Grey) -> int | None:
    """Return where a levelled sheet of two facing pages is parted, in pixels from the left, or None where it is one page.

    Two pages are a sheet that lies, with columns of print on both sides and a lane of paper (or the dark fold of a book)
    between them from top to bottom that is wider than any gap between words and lies near the middle.
    """
    height, width = grey.shape
    if width < _LYING * height:
        return None
    factor = _SIDE / width
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), (0, 0), 8)
    ink = (small < 0.72 * light.astype(np.float32)).astype(np.uint8)
    rows = slice(round(0.03 * len(ink)), round(0.97 * len(ink)))
    ink = ink[rows]
    columns = ink.sum(axis=0).astype(np.float32)
    middle = range(round(0.42 * _SIDE), min(round(0.58 * _SIDE), len(columns)))
    # A rule or a line of print across the middle says that the sheet is one page.
    empty = [x for x in middle if columns[x] <= 2]
    lanes = _runs(empty)
    if not lanes:
        return None
    first, last = max(lanes, key=lambda lane: lane[1] - lane[0])
    ink = _without_rules(ink)
    columns = ink.sum(axis=0).astype(np.float32)
    left, right = columns[:first], columns[last + 1 :]
    if last - first < 22 or min(_lines(ink[:, :first]), _lines(ink[:, last + 1 :])) < 8:
        return None
    if min(float(left.sum()), float(right.sum())) < 0.12 * float(columns.sum()) or _crossed(ink, first, last):
        return None
    middle_of_lane: float = (first + last + 1) / 2 / factor
    return round(middle_of_lane)


def _without_rules(ink: Grey) -> Grey:
    """Return ink without the rules of tables: those of two tables side by side stand level on both sides of the lane."""
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_RULE, 1), np.uint8))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    return np.where(cv2.dilate(cv2.bitwise_or(down, across), np.ones((3, 3), np.uint8)) > 0, 0, ink).astype(np.uint8)


def _runs(places: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _lines(ink: Grey) -> int:
    """Return about how many lines of print a part of the sheet has: the rows where ink begins."""
    rows = ink.sum(axis=1) > 3
    return int((rows[1:] & ~rows[:-1]).sum())


def _crossed(ink: Grey, first: int, last: int) -> bool:
    """Say whether lines begin left of the lane and end right of it at the same heights with nothing of a margin between.

    The cells of one wide table stand level on both sides; those of two pages seldom do, and rules would cross the lane.
    """
    reach = 12
    before, after = ink[:, max(0, first - reach) : first].any(axis=1), ink[:, last + 1 : last + 1 + reach].any(axis=1)
    return bool(before.any() and (before & after).sum() > 0.8 * max(1, before.sum()) and before.mean() > 0.2)


def halves(page: Grey, gutter: int) -> tuple[Grey, Grey]:
    """Return the left and the right page of a sheet (grey or colour), parted at the gutter."""
    return np.ascontiguousarray(page[:, :gutter]), np.ascontiguousarray(page[:, gutter:])
