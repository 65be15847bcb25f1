"""Small drawn pages for tests of how rules, tables and marks are found: no font, no recogniser."""

from __future__ import annotations

import numpy as np


def blank(high: int = 700, wide: int = 1000):
    return np.full((high, wide), 255, np.uint8)


def level(page, y: int, first: int, last: int, thick: int = 3):
    page[y : y + thick, first : last + thick] = 0


def upright(page, x: int, first: int, last: int, thick: int = 3):
    page[first : last + thick, x : x + thick] = 0


def ruled(xs, ys, page=None, thick: int = 3):
    page = blank() if page is None else page
    for y in ys:
        level(page, y, xs[0], xs[-1], thick)
    for x in xs:
        upright(page, x, ys[0], ys[-1], thick)
    return page


def word(page, x: int, y: int, letters: int = 4, tall: int = 30):
    """Stems with feet that nearly touch, as a bold serif face has them."""
    for number in range(letters):
        left = x + 24 * number
        page[y : y + tall, left + 4 : left + 10] = 0
        page[y + tall - 3 : y + tall, left : left + 20] = 0
        page[y : y + 3, left : left + 16] = 0


def dots(page, y: int, first: int, last: int, pitch: int = 13, size: int = 6):
    for x in range(first, last, pitch):
        page[y : y + size, x : x + size] = 0


def box(page, x: int, y: int, side: int = 40, thick: int = 3):
    page[y : y + side, x : x + side] = 0
    page[y + thick : y + side - thick, x + thick : x + side - thick] = 255
