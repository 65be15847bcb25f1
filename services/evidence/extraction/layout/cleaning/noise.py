"""Takes dust, salt and grain out of a page that has them, and leaves the marks of Vietnamese letters alone."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_SALTED = 0.0012
_DUSTY = 14.0
_OF_A_POINT, _STROKES = 0.4, 2.2
_WIDE = 0.97


def grain(grey: Grey) -> float:
    """Return the standard deviation of a page's grain in steps of grey, measured on its paper, letters left aside."""
    height, width = grey.shape
    part = grey[height // 8 : height - height // 8 : 1, width // 8 : width - width // 8][::2]
    rough = cv2.filter2D(part, cv2.CV_16S, np.array([[1, -2, 1]], dtype=np.float32))
    return float(np.median(np.abs(rough)) * 1.4826 / np.sqrt(6))


def is_salted(grey: Grey) -> bool:
    """Say whether pepper and salt lie over the page: single places far from all eight around, which no stroke has."""
    height, width = grey.shape
    part = np.ascontiguousarray(grey[height // 4 : height // 2, width // 6 : width - width // 6])
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    pepper = cv2.subtract(cv2.erode(part, around), part) > 80
    white = cv2.subtract(part, cv2.dilate(part, around)) > 80
    return float(pepper.mean() + white.mean()) > _SALTED


def without_salt(grey: Grey) -> Grey:
    """Return the page without pepper and salt; a place that is near its neighbours stays as it was."""
    even = cv2.medianBlur(grey, 3)
    apart = cv2.absdiff(grey, even)
    return np.where(apart > 60, even, grey)


class Specks:
    """What is dark on a page, component by component."""

    def __init__(self, grey: Grey, dpi: int = 300) -> None:
        self.scale = dpi / 300
        _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
        self.count, self.labels, self.stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
        self.dark = dark

    def lone(self, least: float = 5.0) -> Any:
        """Return the numbers of the specks that belong to no letter: small, and with nothing of a letter's size near.

        What has no more area than `least` (pixels at 300 dpi) is none wherever it lies.
        """
        wide, high, area = self.stats[:, 2], self.stats[:, 3], self.stats[:, 4]
        side = 12 * self.scale
        small = (wide <= side) & (high <= side)
        letters = ~small & (high >= 14 * self.scale) & (high <= 160 * self.scale) & (wide <= 400 * self.scale)
        letters[0] = small[0] = False
        near = self._near(letters)
        left, top = self.stats[:, 0], self.stats[:, 1]
        across = np.clip((left + wide // 2) // 4, 0, near.shape[1] - 1)
        down = np.clip((top + high // 2) // 4, 0, near.shape[0] - 1)
        tiny = small & (area <= least * self.scale * self.scale)
        return np.flatnonzero((small & (near[down, across] == 0)) | tiny)

    def point(self) -> float:
        """Return the area that a full stop has at least, in pixels: from the width of the strokes of letters."""
        wide, high = self.stats[:, 2], self.stats[:, 3]
        letters = (high >= 14 * self.scale) & (high <= 60 * self.scale) & (wide <= 80 * self.scale)
        letters[0] = False
        inside = cv2.distanceTransform(letters.astype(np.uint8)[self.labels], cv2.DIST_L2, 3)
        inside = inside[inside > 0]
        return _OF_A_POINT * float(_STROKES * np.percentile(inside, 85)) ** 2 if inside.size else 0.0

    def _near(self, letters: Any) -> Grey:
        """Return, on a quarter of the page, where a mark, a point or a dash of a letter may lie."""
        kept = np.where(letters, 255, 0).astype(np.uint8)[self.labels[::4, ::4]]
        across, down = round(7 * self.scale), round(4 * self.scale)
        return cv2.dilate(kept, np.ones((2 * down + 1, 2 * across + 1), np.uint8))


def is_dusty(specks: Specks) -> bool:
    """Say whether more specks lie about than points and stray marks of a clean page, per million places."""
    return bool(specks.lone().size / max(1, specks.dark.size) * 1e6 > _DUSTY)


def without_dust(grey: Grey, specks: Specks) -> Grey:
    """Return the page with its lone specks as bright as paper, and the soft rim of each with it."""
    lone = np.zeros(specks.count, dtype=np.uint8)
    lone[specks.lone(max(5.0, specks.point()))] = 255
    marks = cv2.dilate(lone[specks.labels], np.ones((3, 3), np.uint8))
    rest = np.where(lone[specks.labels] > 0, 0, specks.dark)
    marks[cv2.dilate(rest, np.ones((3, 3), np.uint8)) > 0] = 0
    even = grey.copy()
    even[(marks > 0) | (lone[specks.labels] > 0)] = np.uint8(np.percentile(grey[::8, ::8], 75))
    return even


def without_fax_lines(grey: Grey) -> Grey:
    """Return the page without lines that run from rim to rim and are at most three rows high: a rule of a table ends before.

    Where letters cross such a line they are kept: what is dark above and below it stays dark.
    """
    dark = grey < 128
    rows = np.flatnonzero(dark.mean(axis=1) > _WIDE)
    if not rows.size or rows.size > 0.02 * len(grey):
        return grey
    even = grey.copy()
    for group in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        first, last = int(group[0]), int(group[-1])
        if last - first > 3 or first < 2 or last > len(grey) - 3:
            continue
        even[first : last + 1] = np.maximum(grey[first - 1], grey[last + 1])
    return even
