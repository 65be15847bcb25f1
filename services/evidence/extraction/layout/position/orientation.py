"""Tells which way up a page lies: which way its lines run, and on which side of them the marks of Vietnamese letters stand.

Vietnamese puts most of its marks above (sắc, huyền, hỏi, ngã, mũ, trăng) and two thirds of the letters that leave the middle
of a line go up, so that a line's upper side weighs more. Where that is not plain a strip of the page is read both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.position.skew import find_skew, letter_map, levelness, turned
from services.evidence.extraction.pixels import Grey

_PLAINLY = 1.8
_SURE = 4.0
_HEAVIER = 1.25
_PLAIN_SENSE = 250
_STRIP = 0.16

Worth = Callable[[Grey], float]
"""How much a recogniser makes of a strip of a page: letters times confidence, nothing for what it is not sure of."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """By how many degrees counter-clockwise a page must be turned to stand upright (0, 90, 180, 270), and how sure that is.

    Sureness is a number of standard deviations; below 4 somebody should have read a strip of the page.
    """

    degrees: int
    sure: float


def find_turn(grey: Grey, worth: Worth | None = None, ink: Grey | None = None) -> Turn:
    """Return how a page must be turned. Without plain evidence, and without `worth`, it stays as it was scanned.

    `ink` is the page's `letter_map`, where it was made already.
    """
    ink = letter_map(grey) if ink is None else ink
    if int((ink > 0).sum()) < 400:
        return Turn(degrees=0, sure=0.0)
    lying = np.ascontiguousarray(np.rot90(ink))
    across, down = levelness(ink), levelness(lying)
    if across >= _PLAINLY * down:
        return _of_two(grey, ink, 0, worth)
    if down >= _PLAINLY * across:
        return _of_two(grey, lying, 90, worth)
    # Bent or broken lines: what has marks above it along one way and nothing plain along the other runs that way.
    upright, sideways = abs(upper_weight(ink)), abs(upper_weight(lying))
    if upright >= max(_SURE, 1.5 * sideways):
        return _of_two(grey, ink, 0, worth)
    if worth is not None:
        # Columns of a table look like lines that run down: only reading tells.
        return _most_worth(grey, (0, 180, 90, 270), worth)
    return _of_two(grey, lying, 90, None) if sideways >= max(_SURE, 1.5 * upright) else _of_two(grey, ink, 0, None)


def _of_two(grey: Grey, ink: Grey, degrees: int, worth: Worth | None) -> Turn:
    """Return the better of two ways that are opposite, given the letter map turned by the first."""
    upper = upper_weight(turned(ink, find_skew(ink)))
    if upper >= _SURE:
        return Turn(degrees=degrees, sure=upper)
    if upper <= -_SURE - 1 and worth is None:
        return Turn(degrees=degrees + 180, sure=-upper)
    if worth is None:
        return Turn(degrees=degrees, sure=abs(upper))
    return _most_worth(grey, (degrees, degrees + 180), worth)


def upper_weight(ink: Grey) -> float:
    """Return by how many standard deviations more lines of a levelled map weigh more above their middle than below it.

    Middle means the band of letters without ascent. Positive for a page that stands, negative for one upside down.
    """
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 21), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    votes: list[float] = []
    for k in range(1, count):
        left, top, wide, high = (int(v) for v in stats[k, :4])
        if not (9 <= high <= 90 and wide >= 2.5 * high):
            continue
        part = (labels[top : top + high, left : left + wide] == k) & (ink[top : top + high, left : left + wide] > 0)
        # A bent line is level enough over six times its height.
        pieces = max(1, round(wide / (6 * high)))
        votes += [_vote(piece) for piece in np.array_split(part, pieces, axis=1)]
    if len(votes) < 3:
        return 0.0
    return float(np.sum(np.sign(votes)) / np.sqrt(len(votes)))


def _vote(part: Any) -> float:
    """Return how much more of a piece of a line lies above its middle than below it, as a share of it; 0 for a draw."""
    down, across = np.nonzero(part)
    if len(down) < 30:
        return 0.0
    x = across - across.mean()
    slope = float((x * down).sum() / max(1.0, (x * x).sum()))
    rows = np.bincount(np.rint(down - slope * x - (down - slope * x).min()).astype(np.int32)).astype(np.float64)
    core = np.flatnonzero(rows >= 0.5 * np.percentile(rows, 90))
    share = float((rows[: core[0]].sum() - rows[core[-1] + 1 :].sum()) / len(down))
    return share if abs(share) > 0.02 else 0.0


def _most_worth(grey: Grey, ways: tuple[int, ...], worth: Worth) -> Turn:
    """Return the way in which a strip of the page reads best; the first, the scan's own, unless another does plainly."""
    best, most, first = ways[0], 0.0, 0.0
    for way in ways:
        page = np.ascontiguousarray(np.rot90(grey, (way // 90) % 4))
        value = worth(page[_strip(page)])
        if way == ways[0]:
            first = most = value
        elif value > most and value > _HEAVIER * first + _PLAIN_SENSE:
            best, most = way, value
    return Turn(degrees=best % 360, sure=_SURE if most > _HEAVIER * first + _PLAIN_SENSE or first > 60 else 1.0)


def _strip(page: Grey) -> slice:
    """Return the rows of the fullest strip of a page, about six lines of print."""
    small = letter_map(page, 620)
    rows = (small > 0).sum(axis=1).astype(np.float64)
    length = max(1, round(_STRIP * len(rows)))
    sums = np.convolve(rows, np.ones(length), mode="valid")
    first = int(sums.argmax()) / len(rows)
    return slice(round(first * len(page)), round((first + _STRIP) * len(page)))
