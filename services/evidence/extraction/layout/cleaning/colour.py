"""Takes seals and pens out of a page, and leaves the black print under them: coloured ink is told from black by its hue.

Ink lets light through, so that densities add: a place under a seal has the seal's density and the letter's. Knowing the
direction of the seal's density in red, green and blue, what is left beside it is black, also where the seal is dull.
"""

from __future__ import annotations

from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.pixels import Colour, Grey

_COARSE = 4
_LEAST_SHARE = 0.0002
_LEAST_CHROMA = 26
"""Of 255. The fringes of letters where a scanner's colours do not meet even out on a quarter of the page; a seal stays."""
_LEAST_SIDE = 28
"""In quarters of a pixel's side: 112 pixels, 1 cm. Lines of coloured print are lower, seals and signatures are higher."""
_NEAR = 3
_FLOOR = 10.0
_DULL = 0.10


class Inks(msgspec.Struct, frozen=True, kw_only=True):
    """Coloured ink on a page: where it is (non-zero, on a quarter of the page), and its directions in density, one a row."""

    places: Any
    directions: Any


def has_colour(rgb: Colour) -> bool:
    """Say whether a page may have coloured ink at all: most are scanned grey, or print black on white."""
    small = cv2.resize(rgb, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA).astype(np.int16)
    chroma = small.max(axis=2) - small.min(axis=2)
    # Paper may have a tint: what counts is more colour than most of the page has.
    return bool((chroma > np.median(chroma) + _LEAST_CHROMA // 2).mean() > _LEAST_SHARE)


def find_inks(rgb: Colour) -> Inks | None:
    """Return the seals and signatures of an evened page, or None for one without any, or printed in colour."""
    small = cv2.resize(rgb, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    chroma = cv2.subtract(small.max(axis=2), small.min(axis=2))
    coloured = (chroma > _LEAST_CHROMA).astype(np.uint8)
    if coloured.mean() < 0.0003:
        return None
    places = _large(coloured)
    if not places.any() or _printed_in_colour(small, coloured):
        return None
    return Inks(places=places, directions=_directions(small, cv2.bitwise_and(coloured, places)))


def _large(coloured: Grey) -> Grey:
    """Return where seals and signatures lie with all between their parts: letters in a ring belong to it."""
    joined = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    places = np.zeros_like(coloured)
    for k in range(1, count):
        left, top, wide, high, area = stats[k]
        if high >= _LEAST_SIDE and wide >= _LEAST_SIDE // 2 and area >= 2 * _LEAST_SIDE:
            cut = places[max(0, top - _NEAR) : top + high + _NEAR, max(0, left - _NEAR) : left + wide + _NEAR]
            # A ring or a frame that is closed around is filled; a pen's stroke is taken as it runs.
            cut[:] = 1 if area > 0.12 * wide * high and 0.5 < wide / high < 2 else cut
    strokes = np.isin(labels, [k for k in range(1, count) if stats[k, 3] >= _LEAST_SIDE]).astype(np.uint8)
    near = cv2.dilate(strokes, np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8))
    return cv2.bitwise_or(places, near)


def _printed_in_colour(small: Colour, coloured: Grey) -> bool:
    """Say whether most of what is written is in colour: then there is nothing black to be set free."""
    dark = small.max(axis=2) < 130
    black = int((dark & (cv2.dilate(coloured, np.ones((3, 3), np.uint8)) == 0)).sum())
    return black < 0.3 * int(coloured.sum())


def _directions(small: Colour, coloured: Grey) -> Any:
    """Return the unit directions of the inks in density, at most three: those of the hues that cover most."""
    density = -np.log(np.maximum(small[coloured > 0].astype(np.float32), _FLOOR) / 255.0)
    chroma = density - density.min(axis=1, keepdims=True)
    weight = chroma.max(axis=1)
    hue = np.arctan2(np.sqrt(3) * (chroma[:, 1] - chroma[:, 2]), 2 * chroma[:, 0] - chroma[:, 1] - chroma[:, 2])
    counts, _ = np.histogram(hue, bins=24, range=(-np.pi, np.pi), weights=weight)
    smooth = counts + 0.5 * (np.roll(counts, 1) + np.roll(counts, -1))
    found: list[Any] = []
    for peak in np.argsort(-smooth)[:12]:
        centre = -np.pi + (peak + 0.5) * 2 * np.pi / 24
        apart = np.abs((hue - centre + np.pi) % (2 * np.pi) - np.pi)
        near = (apart < 0.45) & (weight > 0.15)
        if near.sum() < 60 or smooth[peak] < 0.08 * smooth.max():
            continue
        # Where the ink is purest: black under it and paper beside it pull the direction towards grey.
        pure = density[near]
        share = (pure.max(axis=1) - pure.min(axis=1)) / np.maximum(pure.sum(axis=1), 1e-3)
        direction = np.median(pure[share >= np.percentile(share, 70)], axis=0)
        direction /= np.linalg.norm(direction)
        if all(float(direction @ other) < 0.97 for other in found):
            found.append(direction)
        if len(found) == 3:
            break
    return np.array(found, dtype=np.float32)


def without_inks(rgb: Colour, grey: Grey, inks: Inks) -> Grey:
    """Return the grey page with black alone where coloured ink lies; every other place is as it was."""
    if not len(inks.directions):
        return grey
    free = grey.copy()
    count, _, stats, _ = cv2.connectedComponentsWithStats(inks.places, connectivity=8)
    height, width = grey.shape
    for k in range(1, count):
        left, top, wide, high = (int(v) * _COARSE for v in stats[k, :4])
        rows, columns = slice(top, min(height, top + high)), slice(left, min(width, left + wide))
        small = inks.places[
            top // _COARSE : top // _COARSE + high // _COARSE, left // _COARSE : left // _COARSE + wide // _COARSE
        ]
        size = (columns.stop - columns.start, rows.stop - rows.start)
        if min(size) < 1:
            continue
        there = cv2.resize(small, size, interpolation=cv2.INTER_NEAREST) > 0
        black = _black(rgb[rows, columns], inks.directions)
        # Never darker than it was: what is set free of a seal has lost something, or nothing.
        free[rows, columns][there] = np.maximum(black, grey[rows, columns])[there]
    return free


def _black(rgb: Colour, directions: Any) -> Grey:
    """Return the grey of the black part alone: at every place the least of what the inks leave."""
    table = np.log(250.0 / np.clip(np.arange(256, dtype=np.float32), _FLOOR, 250.0))
    density = table[rgb]
    even = np.full(3, 1 / np.sqrt(3), dtype=np.float32)
    least = density.mean(axis=2)
    for direction in directions:
        along = float(direction @ even)
        apart = max(_DULL, 1 - along * along)
        onto_ink, onto_black = density @ direction, density @ even
        ink = np.maximum(0, (onto_ink - along * onto_black) / apart)
        least = np.minimum(least, np.maximum(0, (onto_black - along * ink) / np.sqrt(3)))
    return (250.0 * np.exp(-least)).clip(0, 255).astype(np.uint8)
