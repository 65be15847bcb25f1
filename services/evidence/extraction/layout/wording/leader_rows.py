"""Rows that a leader holds together: a title and its page in a contents list, a label and what was filled in.

Without its dots such a row falls apart into columns, and its parts are read far from each other. So the parts are put side
by side and read as the one line that they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.cleaning.marks import FormMark
from services.evidence.extraction.layout.recogniser import PageMode, PixelWord, Recogniser
from services.evidence.extraction.layout.wording.lines import TextLine, find_lines
from services.evidence.extraction.pixels import Grey

_LEAST_LEADER, _LEAST_OF_MANY, _MANY = 90, 36, 4
_NEAR = 0.75
_GAP = 1.1
_PAD = 12
_GROWN = 4
_TALLEST = 2.4
_DOTS = "._…·"


class LeaderRow(msgspec.Struct, frozen=True):
    """The pieces of text of one row, from left to right, one at least; where its leaders begin and end."""

    pieces: tuple[TextLine, ...]
    leaders: tuple[tuple[int, int], ...] = ()

    @property
    def top(self) -> int:
        """Return where the row begins, in pixels from the top of the page."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> int:
        """Return where the row ends."""
        return max(piece.bottom for piece in self.pieces)

    @property
    def reach(self) -> tuple[int, int]:
        """Return from where to where the row reaches across, its leaders with it."""
        ends = [(piece.left, piece.right) for piece in self.pieces] + list(self.leaders)
        return min(left for left, _ in ends), max(right for _, right in ends)


def find_leader_rows(page: Grey, leaders: Sequence[FormMark]) -> list[LeaderRow]:
    """Return the rows, from top to bottom, of a page from which the leaders were taken; `leaders` tells where they were."""
    long = sum(leader.right - leader.left >= _LEAST_LEADER for leader in leaders)
    # Among many rows of a contents list some title leaves room for a few dots only.
    least = _LEAST_LEADER if long < _MANY else _LEAST_OF_MANY
    leaders = [leader for leader in leaders if leader.right - leader.left >= least]
    if not long:
        return []
    pieces = find_lines(page)
    if not pieces:
        return []
    letter = float(np.median([piece.letter for piece in pieces]))
    rows: list[LeaderRow] = []
    free = [piece for piece in pieces if piece.bottom - piece.top < _TALLEST * max(letter, piece.letter)]
    for level in _levels([leader.bottom for leader in leaders], _NEAR * letter):
        on_it = [piece for piece in free if abs(_base(piece) - level) < _NEAR * max(letter, piece.letter)]
        free = [piece for piece in free if piece not in on_it]
        if on_it:
            dots = tuple((one.left, one.right) for one in leaders if abs(one.bottom - level) < _NEAR * letter)
            rows.append(LeaderRow(tuple(sorted(on_it, key=lambda piece: piece.left)), dots))
    return rows


def _base(piece: TextLine) -> float:
    """Return about where the letters of a piece stand: descents reach below it."""
    return max(piece.top + piece.letter, piece.bottom - 0.25 * piece.letter)


def _levels(bottoms: Sequence[int], near: float) -> list[float]:
    """Return the heights at which leaders run, each once."""
    levels: list[list[int]] = []
    for bottom in sorted(bottoms):
        if levels and bottom - levels[-1][-1] < near:
            levels[-1].append(bottom)
        else:
            levels.append([bottom])
    return [sum(level) / len(level) for level in levels]


def read_leader_row(page: Grey, row: LeaderRow, recogniser: Recogniser) -> list[PixelWord]:
    """Return the words of a row, its pieces read side by side. Raises EngineFailed, EngineTimeout."""
    top, bottom = max(0, row.top - _GROWN), min(page.shape[0], row.bottom + _GROWN)
    gap = round(_GAP * max(piece.letter for piece in row.pieces))
    paper = int(np.percentile(page[top:bottom], 80))
    parts: list[Grey] = []
    begins: list[tuple[int, int]] = []
    across = _PAD
    for piece in row.pieces:
        left, right = max(0, piece.left - _GROWN), min(page.shape[1], piece.right + _GROWN)
        if parts:
            parts.append(np.full((bottom - top, gap), paper, np.uint8))
            across += gap
        begins.append((across, left))
        parts.append(page[top:bottom, left:right])
        across += right - left
    line = cv2.copyMakeBorder(np.hstack(parts), _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=paper)
    words = [word.moved(_back(word, begins), top - _PAD) for word in recogniser.words(line, mode=PageMode.LINE)]
    return [word for word in _without_last_dots(words, row) if word.text]


def _without_last_dots(words: Sequence[PixelWord], row: LeaderRow) -> list[PixelWord]:
    """Take what is left of a leader off the ends of pieces: its first dot stands by the last word, its last by a number."""
    free = []
    near = max(piece.letter for piece in row.pieces)
    for word in words:
        text = word.text
        if any(abs(word.right - left) < near for left, _ in row.leaders):
            text = text.rstrip(_DOTS)
        if any(abs(word.left - right) < near for _, right in row.leaders):
            text = text.lstrip(_DOTS)
        free.append(msgspec.structs.replace(word, text=text))
    return free


def _back(word: PixelWord, begins: Sequence[tuple[int, int]]) -> int:
    """Return by how much a word lies further right on the page than on the line."""
    middle = (word.left + word.right) / 2
    begin, left = max((pair for pair in begins if pair[0] <= middle), default=begins[0])
    return left - begin


def without_leader_rows(page: Grey, rows: Sequence[LeaderRow]) -> Grey:
    """Return the page with paper where the pieces of rows were."""
    free = page.copy()
    paper = int(np.median(page[::8, ::8]))
    for row in rows:
        for piece in row.pieces:
            left, top = max(0, piece.left - _GROWN), max(0, piece.top - _GROWN)
            free[top : piece.bottom + _GROWN, left : piece.right + _GROWN] = paper
    return free
