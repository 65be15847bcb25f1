"""Finds round seals and takes out what they are made of: circles, the star, words that run around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_RING, _CANDIDATES, _LETTER, _RIM = 0.6, 10, 40, 14
_TURNS = np.linspace(0, 2 * np.pi, 120, endpoint=False)
_ROUND = np.cos(_TURNS), np.sin(_TURNS)
_ARC, _ARC_GAP = 22, 5
_STAR, _STAR_POINTS = 9, 16


class Ring(NamedTuple):
    """A round seal on a map of 150 dots an inch: its middle across and down, its radius with the rim."""

    across: int
    down: int
    radius: int


def find_rings(dark: Grey) -> list[Ring]:
    """Return the round seals on a map of ink at 150 dots an inch."""
    large = _large(dark)
    if not large.any():
        return []
    thick = cv2.dilate(large, np.ones((3, 3), np.uint8))
    small = cv2.resize(thick * 255, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    found = cv2.HoughCircles(small, cv2.HOUGH_GRADIENT, 1, 12, param1=120, param2=18, minRadius=16, maxRadius=36)
    rings: list[Ring] = []
    for x, y, r in [] if found is None else np.reshape(found, (-1, found.shape[-1]))[:_CANDIDATES, :3]:
        near = _best(thick, (4 * x, 4 * y, 4 * r), 8, 4)
        if near[0] < 0.6 * _RING:
            continue
        _, across, down, radius = _best(large, near[1:], 4, 1)
        share = _covered(thick, across, down, radius)
        # A rim is drawn double as a rule.
        radius = max(wide for wide in np.arange(radius, radius + _RIM) if _covered(thick, across, down, wide) > 0.7 * share)
        # Lines of print cover any circle alike; a rim has paper or other things outside.
        plain = _covered(thick, across, down, radius + 8) < 0.7 * share
        if share > _RING and plain and all(np.hypot(across - a, down - b) > radius for a, b, _ in rings):
            rings.append(Ring(round(across), round(down), round(radius) + 3))
    return rings


def _large(dark: Grey) -> Grey:
    """Return the parts of a map that are larger than letters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    large = np.maximum(stats[:, 2], stats[:, 3]) > _LETTER
    large[0] = False
    return large.astype(np.uint8)[labels] if count > 1 else np.zeros_like(dark)


def _best(thick: Grey, circle: Sequence[float], reach: int, step: int) -> tuple[float, float, float, float]:
    """Return the circle near one (across, down, radius) that lies on ink for the largest share, which stands first."""
    # Of circles that lie on ink alike the nearest is taken, and max takes the first.
    ways = sorted(range(-reach, reach + 1, step), key=abs)
    x, y, r = circle
    near = ((x + dx, y + dy, r + dr) for dr in ways for dx in ways for dy in ways)
    return max(((_covered(thick, *one), *one) for one in near), key=lambda one: one[0])


def _covered(thick: Grey, across: float, down: float, radius: float) -> float:
    """Return which share of a circle lies on ink."""
    x, y = (across + radius * _ROUND[0]).astype(int), (down + radius * _ROUND[1]).astype(int)
    there = (x >= 0) & (y >= 0) & (x < thick.shape[1]) & (y < thick.shape[0])
    return float(thick[y[there], x[there]].sum()) / len(x)


def arcs(dark: Grey, ring: Ring) -> Grey:
    """Return where the circles of a seal run, on a map of the size of `dark`.

    Seen from its middle a circle is a straight line; beyond half its radius no letter runs along one for twenty degrees.
    """
    radius, turns = ring.radius + 6, 720
    middle = (float(ring.across), float(ring.down))
    polar = cv2.warpPolar(dark, (radius, turns), middle, radius, cv2.INTER_NEAREST)
    around = cv2.copyMakeBorder(polar, 90, 90, 0, 0, cv2.BORDER_WRAP)
    joined = cv2.morphologyEx(around, cv2.MORPH_CLOSE, np.ones((2 * _ARC_GAP, 1), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((2 * _ARC, 1), np.uint8))
    # Small gaps were closed to find the lines; what is worn away there is no ink.
    runs = cv2.bitwise_and(runs, cv2.dilate(around, np.ones((1, 3), np.uint8)))
    runs[:, : radius // 2] = 0
    return _unrolled(cv2.dilate(runs, np.ones((1, 3), np.uint8))[90:-90], dark, middle, radius)


def _unrolled(polar: Grey, like: Grey, middle: tuple[float, float], radius: int) -> Grey:
    left, top = int(middle[0]) - radius, int(middle[1]) - radius
    down, across = np.mgrid[0 : 2 * radius, 0 : 2 * radius].astype(np.float32)
    x, y = across + left - middle[0], down + top - middle[1]
    turn = np.mod(np.arctan2(y, x), 2 * np.pi) * (len(polar) / (2 * np.pi))
    found = cv2.remap(polar, np.hypot(x, y), turn.astype(np.float32), cv2.INTER_NEAREST)
    whole = np.zeros_like(like)
    rows = slice(max(0, top), min(like.shape[0], top + 2 * radius))
    columns = slice(max(0, left), min(like.shape[1], left + 2 * radius))
    whole[rows, columns] = found[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return whole


def star(dark: Grey, ring: Ring) -> Grey:
    """Return where the star in the middle of a seal is: it is solid, which no letter is."""
    inner = np.zeros_like(dark)
    cv2.circle(inner, (ring.across, ring.down), round(0.5 * ring.radius), 1, -1)
    solid = cv2.morphologyEx(dark & inner, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_STAR, _STAR)))
    if not solid.any():
        return solid
    grown = solid
    for _ in range(_STAR_POINTS):
        # Along ink alone: what stands beside the star is print.
        grown = cv2.bitwise_and(cv2.dilate(grown, np.ones((3, 3), np.uint8)), dark)
    return grown


def disc(like: Grey, ring: Ring) -> Grey:
    """Return a seal's whole area."""
    area = np.zeros_like(like)
    cv2.circle(area, (ring.across, ring.down), ring.radius, 1, -1)
    return area
