"""Two pages that lie on one sheet: each is taken for a page of its own, so that places on it mean what they mean on one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from services.evidence.domain.fields.lines import ColumnLine, lines_of
from services.evidence.domain.fields.zones import begins_paper, zones_of
from services.evidence.domain.text import ReadPage, ReadWord

_WIDE = 1.15
"""A sheet of two pages is this much wider than it is high."""
_MIDDLE = (400, 600)
"""The gutter lies here across the sheet, in thousandths."""
_WHITE = 30
"""The gutter is at least this wide: two margins."""
_SURE = 50
"""What is read less surely may be the shade of the fold."""
_LEAST_LINES = 4


class Side(msgspec.Struct, frozen=True):
    """A page as it lies on its sheet: its lines, and for each of its words (by page) the word as the sheet has it."""

    lines: list[ColumnLine]
    on_sheet: dict[tuple[int, ReadWord], ReadWord]


def first_paper(pages: Sequence[ReadPage]) -> list[Side]:
    """Return the pages of the paper that a document begins with: those before the state's name stands on top again.

    Of a folded sheet the first page lies on the right and the last on the left.
    """
    sheets = [found for page in pages if (found := [side for side in _sides_of(page) if side.lines])]
    if not sheets:
        return []
    first = sheets[0]
    if len(first) > 1 and begins_paper(first[1].lines) and not _heads(first[0].lines):
        return [first[1], *_before_another([side for sheet in sheets[1:] for side in sheet]), first[0]]
    sides = [side for sheet in sheets for side in sheet]
    return [sides[0], *_before_another(sides[1:])] if begins_paper(sides[0].lines) else sides


def _heads(lines: Sequence[ColumnLine]) -> bool:
    """Say whether a page has the head of a paper, or its title."""
    return begins_paper(lines) or zones_of(lines).title is not None


def _before_another(sides: Sequence[Side]) -> Iterator[Side]:
    return itertools.takewhile(lambda side: not begins_paper(side.lines), sides)


def _sides_of(page: ReadPage) -> list[Side]:
    """Return the page, or the two pages that lie beside each other on it, the left one first."""
    gutter = _gutter(page)
    if gutter is None:
        return [Side(lines_of(page), {})]
    return [_side(page, 0, gutter), _side(page, gutter, 1000)]


def _gutter(page: ReadPage) -> int | None:
    """Return where the white between two pages lies: no line crosses it, and lines stand on either side."""
    if not page.height or page.width < _WIDE * page.height:
        return None
    words = [word for word in page.words if word.confidence > _SURE and any(map(str.isalnum, word.text))]
    white = max(_whites(words), key=lambda span: span[1] - span[0], default=(0, 0))
    middle = sum(white) // 2
    left = {(word.block, word.line) for word in words if word.left < middle}
    right = {(word.block, word.line) for word in words if word.left >= middle}
    return middle if white[1] - white[0] >= _WHITE and min(len(left), len(right)) >= _LEAST_LINES else None


def _whites(words: Sequence[ReadWord]) -> Iterator[tuple[int, int]]:
    """Yield the stretches without a word in the middle of a sheet."""
    low, high = _MIDDLE
    reached = 0
    for word in sorted(words, key=lambda word: word.left):
        if word.left > reached and reached < high and word.left > low:
            yield max(reached, low), min(word.left, high)
        reached = max(reached, word.left + word.width)


def _side(page: ReadPage, start: int, end: int) -> Side:
    """Return what stands between two places across a sheet as a page."""
    share = (end - start) / 1000
    words = {
        msgspec.structs.replace(word, left=round((word.left - start) / share), width=round(word.width / share)): word
        for word in page.words
        if start <= word.left + word.width / 2 < end
    }
    own = msgspec.structs.replace(page, width=round(page.width * share), words=tuple(words))
    return Side(lines_of(own), {(page.number, moved): word for moved, word in words.items()})
