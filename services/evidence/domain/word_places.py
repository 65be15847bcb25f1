"""Where on a page a word that a person gives is to stand: in place of another, beside it, or in a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from services.evidence.domain.corrections import CorrectedWord, corrected_word
from services.evidence.domain.page_frame import PageArea, area_of
from services.evidence.domain.text import ReadPage, ReadWord

_THIN = 0.2
_LETTER = 8.0
_LINE_STEP = 24.0
_OF_STEP = 0.7
"""So much of the way from line to line a line is high."""
_CLOSEST = 3.0
_MARGIN = 80.0
_FOOT = 999.0


def replaced(page: ReadPage, at: int, right: str) -> CorrectedWord:
    """Return that the word at a place in reading order (from 0) reads otherwise; '' takes it away."""
    word = page.words[at]
    return corrected_word(page, area_of(word), word.text, right)


def added_beside(page: ReadPage, at: int, text: str, *, before: bool = False) -> CorrectedWord:
    """Return that words stand after the word at a place in reading order, or before it, in the same line."""
    word = page.words[at]
    next_to = at - 1 if before else at + 1
    beyond = page.words[next_to] if 0 <= next_to < len(page.words) else None
    if beyond is not None and (beyond.block, beyond.line) != (word.block, word.line):
        beyond = None
    wide = len(text) * word.width / max(len(word.text), 1)
    left, right = _gap(word, beyond, wide, before=before)
    return corrected_word(page, PageArea(left, word.top, right - left, word.height), "", text)


def _gap(word: ReadWord, beyond: ReadWord | None, wide: float, *, before: bool) -> tuple[float, float]:
    """Return where the added words begin and end: as wide as they would be, but never over the words beside them."""
    here = float(word.left if before else word.left + word.width)
    if beyond is None:
        return (max(here - wide, 0.0), here) if before else (here, min(here + wide, 1000.0))
    there = float(beyond.left + beyond.width if before else beyond.left)
    if abs(there - here) > 2 * _THIN and (there < here) == before:
        return (max(here - wide, there), here) if before else (here, min(here + wide, there))
    # No room between the two: a hair's breadth half way between their middles keeps the order.
    middle = (word.left + word.width / 2 + beyond.left + beyond.width / 2) / 2
    return middle - _THIN / 2, middle + _THIN / 2


def added_lines(page: ReadPage, lines: Sequence[str], area: PageArea | None = None) -> list[CorrectedWord]:
    """Return that lines of words stand below all others, or where an area on the page as it was read says.

    Where the page has no room left they stand in one line at its foot.
    """
    if area is None:
        top = max((word.top + word.height + _LINE_STEP / 3 for word in page.words), default=_MARGIN / 2)
        left = min((float(word.left) for word in page.words), default=_MARGIN)
        step = min(_LINE_STEP, (_FOOT - top) / len(lines))
        if step < _CLOSEST:
            lines, top, step = [" ".join(lines)], min(top, _FOOT - _CLOSEST), _CLOSEST
        area = PageArea(left, top, 1000.0 - left, step * len(lines))
    step = area.height / len(lines)
    places = [
        PageArea(area.left, area.top + at * step, min(len(line) * _LETTER, area.width), step * _OF_STEP)
        for at, line in enumerate(lines)
    ]
    return [corrected_word(page, place, "", line) for place, line in zip(places, lines, strict=True)]
