"""How long a text is in Times New Roman: for lines drawn as long as words, and rows as high as what they hold.

The widths are those of the metric twins of the font, so that the numbers do not depend on what a machine has installed.
"""

from __future__ import annotations

import functools
import math
import unicodedata

MM_PER_POINT = 25.4 / 72
_FIRST = 32
# Thousandths of the size, for U+0020 to U+007E.
_REGULAR = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 "
    "278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 "
    "722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 "
    "500 333 389 278 500 500 722 500 500 444 480 200 480 541 "
)
_BOLD = (
    "250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 "
    "333 570 570 570 500 930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 "
    "722 1000 722 722 667 333 278 333 581 500 333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 "
    "556 444 389 333 556 500 722 500 500 444 394 220 394 520 "
)
_OTHER = 500
_HORNED = {"ư": ("u", 1.08), "ơ": ("o", 1.06), "Ư": ("U", 1.08), "Ơ": ("O", 1.0), "đ": ("d", 1.0), "Đ": ("D", 1.0)}


def text_width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Return the length of one line of text at `size` points; letters that are not Latin count as half their size."""
    return sum(_letter(letter, bold) for letter in text) * size / 1000 * MM_PER_POINT


def lines_needed(text: str, width_mm: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines the text takes in a column, broken at spaces, and inside a word that is longer than the
    column.
    """
    return sum(_lines(line, width_mm, size, bold) for line in text.split("\n"))


def _lines(line: str, width_mm: float, size: float, bold: bool) -> int:
    count, used = 1, 0.0
    space = text_width_mm(" ", size, bold=bold)
    for word in line.split(" "):
        length = text_width_mm(word, size, bold=bold)
        if used and used + space + length > width_mm:
            count, used = count + 1, 0.0
        if length > width_mm:
            more = math.ceil(length / width_mm) - 1
            count, length = count + more, length - more * width_mm
        used += length + (space if used else 0)
    return count


@functools.cache
def _letter(letter: str, bold: bool) -> float:
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.combining(base):
        return 0
    widened = 1.0
    composed = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in _TONES))
    if composed in _HORNED:
        base, widened = _HORNED[composed]
    if base == "\u00a0":
        base = " "
    place = ord(base) - _FIRST
    widths = _widths(bold)
    return widths[place] * widened if 0 <= place < len(widths) else _OTHER


_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@functools.cache
def _widths(bold: bool) -> tuple[int, ...]:
    return tuple(int(width) for width in (_BOLD if bold else _REGULAR).split())
