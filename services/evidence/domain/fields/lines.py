"""The lines of a page as they lie on paper, whatever the reading order: pieces of one line joined, columns parted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

import msgspec

from services.evidence.domain.text import ReadPage, ReadTable, ReadWord
from shared.text import fold

_COLUMN_GAP = 2.4
"""White wider than this many heights of a line parts columns; justified text stays below."""
_PIECE_GAP = 0.9
"""Pieces of one line lie nearer than this many heights."""
_SAME_ROW = 0.5
"""Pieces of one line share at least this part of the smaller height."""
_LEVEL = 0.4
"""Words of one line share at least this part of the smaller height with the word before; a hyphen lies within it."""
_LAYOUT_ROWS, _LAYOUT_COLUMNS = 3, 2
"""A table of at most this size only arranges a page: the head or the signatures of a paper are often set in one."""

_HIGH, _UNSURE = 3.5, 50


class ColumnLine(msgspec.Struct, frozen=True):
    """Words that stand beside each other in one column, from left to right.

    `ratio` is the height of the page over its width. Places across and down are in thousandths of the page's *width*, so
    that both can be compared; the words keep their boxes as they are.
    """

    words: tuple[ReadWord, ...]
    page: int
    ratio: float

    @property
    def text(self) -> str:
        """Return the words, a space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def folded(self) -> str:
        """Return the text without marks and case, and without the punctuation around it."""
        return fold(self.text).strip(" .,:;-–—_'\"|*()")

    @property
    def letters(self) -> str:
        """Return nothing but the letters, without marks and case."""
        return letters(self.text)

    @property
    def left(self) -> float:
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        return max(word.left + word.width for word in self.words)

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def top(self) -> float:
        return min(word.top for word in self.words) * self.ratio

    @property
    def bottom(self) -> float:
        return max(word.top + word.height for word in self.words) * self.ratio

    @property
    def height(self) -> float:
        """Return the height of its words, the usual one: a dash is lower and a rule read as a word higher."""
        return median([word.height for word in self.words if any(map(str.isalnum, word.text))] or [self.words[0].height]) * (
            self.ratio
        )

    @property
    def upper(self) -> bool:
        """Say whether it is written in capitals; a letter in six may be misread."""
        cased = [letter for letter in self.text if letter.isalpha()]
        return len(cased) >= 2 and sum(letter.isupper() for letter in cased) * 6 >= len(cased) * 5

    def of(self, words: Sequence[ReadWord]) -> ColumnLine:
        """Return a line of the same page."""
        return ColumnLine(tuple(words), self.page, self.ratio)

    def beside(self, other: ColumnLine) -> bool:
        """Say whether both stand at the same height."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared >= _SAME_ROW * min(self.bottom - self.top, other.bottom - other.top)


def letters(text: str) -> str:
    """Return nothing but the letters of a text, without marks and case."""
    return "".join(filter(str.isalpha, fold(text)))


def lines_of(page: ReadPage) -> list[ColumnLine]:
    """Return the lines of a page from top to bottom, those of real tables left out."""
    ratio = page.height / page.width if page.width and page.height else 1.414
    skipped = {cell.block for table in page.tables if not _arranges(table) for cell in table.cells}
    words = _without_edges([word for word in page.words if word.block not in skipped])
    pieces: list[ColumnLine] = []
    for _, group in groupby(words, key=lambda word: (word.block, word.line)):
        for level in _levels(sorted(group, key=lambda word: word.left)):
            pieces.extend(_columns(ColumnLine(tuple(level), page.number, ratio)))
    return sorted(_joined(pieces), key=lambda line: (line.top, line.left))


def _without_edges(words: Sequence[ReadWord]) -> list[ReadWord]:
    """Return the words without what an edge, a fold or a pen was read as: far higher than words are, and unsure."""
    usual = median([word.height for word in words] or [1])
    return [word for word in words if word.height <= _HIGH * usual or word.confidence > _UNSURE]


def _levels(words: Sequence[ReadWord]) -> list[list[ReadWord]]:
    """Part what was read as one line and stands at several heights: rows that were read into each other, word by word."""
    levels: list[list[ReadWord]] = []
    for word in words:
        nearest = max(levels, key=lambda level: _shared(level[-1], word), default=[])
        if nearest and _shared(nearest[-1], word) >= _LEVEL:
            nearest.append(word)
        else:
            levels.append([word])
    return levels


def _shared(one: ReadWord, other: ReadWord) -> float:
    """Return which part of the lower of two words stands beside the other."""
    return (min(one.top + one.height, other.top + other.height) - max(one.top, other.top)) / max(
        1, min(one.height, other.height)
    )


def _arranges(table: ReadTable) -> bool:
    return table.rows <= _LAYOUT_ROWS and table.columns <= _LAYOUT_COLUMNS


def _columns(line: ColumnLine) -> Iterable[ColumnLine]:
    """Part a line where white wider than between words shows that it runs through several columns."""
    room = _COLUMN_GAP * line.height
    start, end = 0, float(line.words[0].left)
    for index, word in enumerate(line.words):
        if word.left - end > room and index > start:
            yield line.of(line.words[start:index])
            start = index
        end = max(end, word.left + word.width)
    yield line.of(line.words[start:])


def _joined(pieces: list[ColumnLine]) -> list[ColumnLine]:
    """Put together again what is one line on paper and was read in pieces."""
    lines: list[ColumnLine] = []
    for piece in sorted(pieces, key=lambda line: line.left):
        for index, line in enumerate(lines):
            room = _PIECE_GAP * max(line.height, piece.height)
            if -room < piece.left - line.right < room and line.beside(piece):
                lines[index] = line.of((*line.words, *piece.words))
                break
        else:
            lines.append(piece)
    return lines
