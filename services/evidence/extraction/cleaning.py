"""Makes a page fit to be read: paper found, light evened, stamp taken out, lines levelled."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter

Grey = Any
"""A two-dimensional array of bytes."""

_SMALL = 16
_WIDEST_SKEW = 8.0
_TRIED = (-4.0, -2.0, 0.0, 2.0, 4.0)
_MARGIN = 0.06
_STAMP_RED = 45
_INK = 0.6
_LETTER_INK = 0.75
_RULE = 60
_LEAST_DARK = 0.0004
_QUARTER = 4
_EDGE = 0.03
_FAINTEST = 9
_CLUSTER = 5
_LEAST_MARKS = 15
_BLACK, _WHITE = 40, 205
_STRETCH = np.clip((np.arange(256) - _BLACK) * 255 // (_WHITE - _BLACK), 0, 255).astype(np.uint8)
"""Fixed, since the light is even by now: a stretch by percentiles blows up the grain of a page with few words."""


def find_skew(ink: Image.Image | None) -> float:
    """Return by how many degrees (counter-clockwise) a page must be turned to level its lines; 0 when none stand out."""
    if ink is None:
        return 0.0
    flat = _evenness(ink, 0.0)
    best, score = 0.0, flat
    for step, reach in ((1.0, _WIDEST_SKEW), (0.25, 0.75), (0.05, 0.2)):
        around = best
        for angle in np.arange(around - reach, around + reach + step / 2, step):
            value = _evenness(ink, float(angle))
            if value > score:
                best, score = float(angle), value
    # A page without lines has no peak: leave it as it is.
    return round(best, 2) if score > 1.05 * flat else 0.0


def is_sideways(ink: Image.Image | None) -> bool:
    """Say whether lines of text run down the page instead of across it."""
    if ink is None:
        return False
    lying = ink.transpose(Image.Transpose.ROTATE_90)
    across = max(_evenness(ink, angle) for angle in _TRIED)
    down = max(_evenness(lying, angle) for angle in _TRIED)
    return down > 2 * across


def turn(image: Image.Image, degrees: float) -> Image.Image:
    """Turn a page counter-clockwise by a small angle, its size kept, corners filled with paper."""
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)) if degrees else image


def is_blank(image: Image.Image) -> bool:
    """Say whether a page as scanned holds nothing like letters, however faint: grain and dust do not hang together.

    Judged at a quarter of the size, where grain is evened out and a faint stroke is not, against the page's own grain.
    """
    small = image.convert("L").reduce(_QUARTER)
    paper = small.resize((max(1, small.width // 8), max(1, small.height // 8)), Image.Resampling.BOX)
    paper = paper.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(2)).resize(small.size)
    darker = np.asarray(paper, dtype=np.int16) - np.asarray(small, dtype=np.int16)
    grain = 1.4826 * float(np.median(np.abs(darker - np.median(darker))))
    marks = darker - np.median(darker) > max(_FAINTEST, 5 * grain)
    down, across = (round(side * _EDGE) for side in marks.shape)
    marks = marks[down : marks.shape[0] - down, across : marks.shape[1] - across]
    return int((marks & (_sums(marks, 5) >= _CLUSTER)).sum()) < _LEAST_MARKS


def is_faint(grey: Grey) -> bool:
    """Say whether next to nothing dark is left on a cleaned page."""
    return float((grey < 128).mean()) < _LEAST_DARK


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


def clean(image: Image.Image) -> Grey:
    """Return a grey page with even light, without a red stamp, with its darkest ink near black."""
    paper = _paper_box(image)
    small = image.resize((max(1, image.width // _SMALL), max(1, image.height // _SMALL)), Image.Resampling.BOX)
    light = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(3))
    even = [_divide(channel, lit) for channel, lit in zip(image.split(), light.split(), strict=True)]
    red, green, blue = even
    grey = (red.astype(np.uint16) * 77 + green.astype(np.uint16) * 150 + blue.astype(np.uint16) * 29 >> 8).astype(np.uint8)
    # A red stamp lies over the words that matter most; in the red channel it is paper.
    stamp = red.astype(np.int16) - np.maximum(green, blue) > _STAMP_RED
    grey[stamp] = red[stamp]
    left, top, right, bottom = paper
    outside = np.ones(grey.shape, dtype=bool)
    outside[top:bottom, left:right] = False
    grey[outside] = 255
    return _STRETCH[grey]


def _divide(channel: Image.Image, light: Image.Image) -> Grey:
    lit = np.asarray(light.resize(channel.size, Image.Resampling.BILINEAR), dtype=np.uint16)
    values = np.asarray(channel, dtype=np.uint16)
    return np.minimum(values * 255 // np.maximum(lit, 24), 255).astype(np.uint8)


def ink_map(image: Image.Image) -> Image.Image | None:
    """Return a small map of ink, white on black, or None for a page with next to nothing on it."""
    factor = 700 / max(image.size)
    grey = image.convert("L").resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))))
    values = np.asarray(grey, dtype=np.float32)
    light = np.asarray(grey.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.GaussianBlur(9)), dtype=np.float32)
    ink = values < _INK * light
    # Edges of the paper and the shadow of a binding are straight too, but they are no lines of text.
    down, across = (round(side * _MARGIN) for side in ink.shape)
    ink = ink[down : ink.shape[0] - down, across : ink.shape[1] - across]
    if ink.size == 0 or ink.mean() < 0.001:
        return None
    ink_image = Image.fromarray((ink * 255).astype(np.uint8))
    # Whatever is thicker than letters (a desk, a picture) has edges that would outweigh all lines.
    thick = ink_image.filter(ImageFilter.MinFilter(7)).filter(ImageFilter.MaxFilter(11))
    return ImageChops.subtract(ink_image, thick)


def _evenness(ink: Image.Image, degrees: float) -> float:
    """Return how sharply rows differ from their neighbours when the map is turned: highest when lines are level."""
    turned = ink.rotate(degrees, Image.Resampling.NEAREST) if degrees else ink
    rows = np.asarray(turned, dtype=np.float32).sum(axis=1)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())


def _paper_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Return where the paper lies on a darker desk, as left, top, right, bottom; the whole image when it fills it."""
    factor = 200 / max(image.size)
    small = image.convert("L").resize((max(2, round(image.width * factor)), max(2, round(image.height * factor))))
    values = np.asarray(small.filter(ImageFilter.MedianFilter(5)), dtype=np.float32)
    bright = values > _otsu(values)
    rows, columns = bright.mean(axis=1) > 0.5, bright.mean(axis=0) > 0.5
    if values[bright].mean() - values[~bright].mean() < 60 or not rows.any() or not columns.any():
        return (0, 0, image.width, image.height)
    top, bottom = int(rows.argmax()), len(rows) - int(rows[::-1].argmax())
    left, right = int(columns.argmax()), len(columns) - int(columns[::-1].argmax())
    share = (bottom - top) * (right - left) / values.size
    if not 0.25 < share < 0.97:
        return (0, 0, image.width, image.height)
    return (int(left / factor), int(top / factor), int(right / factor), int(bottom / factor))


def _otsu(values: Grey) -> float:
    counts, edges = np.histogram(values, bins=64, range=(0, 256))
    weights = counts / max(1, counts.sum())
    centres = (edges[:-1] + edges[1:]) / 2
    below = weights.cumsum()
    mean_below = (weights * centres).cumsum()
    spread = below * (1 - below)
    between = np.where(spread > 0, (mean_below[-1] * below - mean_below) ** 2 / np.maximum(spread, 1e-9), 0)
    return float(centres[int(between.argmax())])
