"""Finds by how much a page must be turned to level its lines, and straightens lines that are bent."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_WIDTH = 1240
_WIDEST = 12.0
_MARGIN = 0.03
_PLAIN = 1.08


def letter_map(grey: Grey, width: int = _WIDTH) -> Grey:
    """Return where a page (any light) may have letters, non-zero, shrunk to a width: no rules, no pictures, no edges."""
    factor = width / min(grey.shape)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else grey
    light = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8)), (0, 0), 9)
    darker = cv2.subtract(light, small)
    noise = 1.4826 * float(np.median(darker))
    level = max(0.5 * _ink(darker, noise), 3.5 * noise, 10.0)
    ink = (darker > level).astype(np.uint8)
    down, across = (round(side * _MARGIN) for side in ink.shape)
    ink[:down] = ink[len(ink) - down :] = 0
    ink[:, :across] = ink[:, ink.shape[1] - across :] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letters = (np.maximum(wide, high) < 120) & (np.maximum(wide, high) > 3) & (np.minimum(wide, high) < 60) & (area > 5)
    letters[0] = False
    return letters.astype(np.uint8)[labels] * 255


def _ink(darker: Grey, noise: float) -> float:
    """Return by how much ink is darker than paper, typically."""
    inked = darker[darker > max(12.0, 4 * noise)]
    return float(np.percentile(inked, 70)) if inked.size > 200 else 0.0


def find_skew(ink: Grey) -> float:
    """Return the degrees (counter-clockwise) that level the lines of a letter map, to 0.02; 0 where no lines stand out."""
    down, across = np.nonzero(ink)
    if len(down) < 400:
        return 0.0
    down, across = _sample(down, across - ink.shape[1] / 2, 60_000)
    best, score = 0.0, _evenness(down, across, 0.0)
    flat = score
    for step, reach in ((0.5, _WIDEST), (0.1, 0.5), (0.02, 0.1)):
        for angle in best + np.arange(-reach, reach + step / 2, step):
            value = _evenness(down, across, float(angle))
            if value > score:
                best, score = float(angle), value
    return round(best, 2) if score > _PLAIN * flat or abs(best) < 0.3 else 0.0


def levelness(ink: Grey) -> float:
    """Return how sharply the rows of a letter map differ when it is turned best: high where lines run across."""
    down, across = np.nonzero(ink[::2, ::2])
    if not len(down):
        return 0.0
    places = _sample(down, across, 25_000)
    return max(_evenness(*places, float(angle)) for angle in np.arange(-8.0, 8.1, 0.4))


def _sample(down: Any, across: Any, most: int) -> tuple[Any, Any]:
    """Return at most so many places, chosen by a fixed shuffle: every n-th would fall on columns of its own."""
    if len(down) > most:
        chosen = np.random.default_rng(0).permutation(len(down))[:most]
        down, across = down[chosen], across[chosen]
    return down.astype(np.float32), across.astype(np.float32)


def _evenness(down: Any, across: Any, degrees: float) -> float:
    """Return how sharply rows differ from their neighbours when the map is turned: highest when lines are level."""
    angle = np.radians(degrees)
    rows = (down * np.cos(angle) - across * np.sin(angle) + 4096).astype(np.int32)
    counts = np.bincount(rows - int(rows.min())).astype(np.float64)
    return float(((counts[1:] - counts[:-1]) ** 2).sum())


def turned(page: Any, degrees: float) -> Any:
    """Return a page (grey or colour) turned counter-clockwise by a small angle, its size kept, corners filled with paper."""
    if not degrees:
        return page
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = np.percentile(page[::16, ::16], 75, axis=(0, 1))
    fill = tuple(float(value) for value in np.atleast_1d(paper))
    return cv2.warpAffine(
        page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=fill
    )
