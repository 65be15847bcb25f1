"""Mends the strokes of coarse, bilevel, blurred or broken print before it is read."""

from __future__ import annotations

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_FULL = 300
_EVEN, _SHARP = 0.7, 0.3


def is_bilevel(grey: Grey) -> bool:
    """Say whether a page knows black and white alone, as a fax or a copier's scan does."""
    counts = np.bincount(grey[::3, ::3].ravel(), minlength=256)
    return bool(counts[:6].sum() + counts[250:].sum() > 0.997 * counts.sum())


def finer(grey: Grey, dpi: int) -> Grey:
    """Return a coarse page at 300 dpi; steps of a bilevel one are evened out on the way. At 250 dpi and more it stays."""
    if not 60 <= dpi < 250:
        return grey
    factor = _FULL / dpi
    if is_bilevel(grey):
        grey = cv2.GaussianBlur(grey, (0, 0), 0.6)
    return cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)


def softened(grey: Grey, radius: float = 1.0) -> Grey:
    """Return the page with its steps and grain evened: bilevel strokes join, broken ones nearly do."""
    return cv2.GaussianBlur(grey, (0, 0), radius)


def steepness(grey: Grey) -> float:
    """Return how steep the edges of letters are: the step between neighbours as a share of the contrast, on most edges."""
    high, wide = grey.shape
    part = grey[high // 6 : high - high // 6 : 2, wide // 8 : wide - wide // 8].astype(np.int16)
    steps = np.abs(np.diff(part, axis=1))
    paper, ink = np.percentile(part[:, ::3], [75, 1])
    edges = steps[steps > 0.12 * (paper - ink)]
    return float(np.percentile(edges, 90) / max(1.0, paper - ink)) if edges.size > 500 else 0.0


def evened(grey: Grey) -> Grey:
    """Return the page with the edges of its letters a little softer; as it is where they are soft.

    The recogniser scales lines down by taking single places; what is sharp then comes out jagged.
    """
    return cv2.GaussianBlur(grey, (0, 0), _EVEN) if steepness(grey) > _SHARP else grey


def enlarged(grey: Grey, factor: float = 1.3) -> Grey:
    """Return the page at another size: a recogniser that stumbles over a line at one size often does not at another."""
    way = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return cv2.resize(grey, None, fx=factor, fy=factor, interpolation=way)


def binarised(grey: Grey, window: int = 61, weight: float = 0.2) -> Grey:
    """Return black on white by a threshold of its own for every place (Sauvola: mean and spread of the window around)."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32)
    side = (window // 2, window // 2)
    mean = cv2.boxFilter(small, cv2.CV_32F, side, borderType=cv2.BORDER_REPLICATE)
    square = cv2.boxFilter(small * small, cv2.CV_32F, side, borderType=cv2.BORDER_REPLICATE)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    threshold = cv2.resize(mean * (1 + weight * (spread / 128 - 1)), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(grey > threshold, 255, 0).astype(np.uint8)
