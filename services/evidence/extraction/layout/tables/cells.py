"""Reads the cells of tables one by one: each line of a cell by itself, empty cells not at all.

A lone number or sign tells the recogniser nothing of how large its letters are and where they stand: "5,7" is read as
"S,/", "x" as "X", a dash not at all. So a short line is read with a drawn word before it, of the size of the table's letters
and on the same base line, and what was read of that word is dropped (marks in cells: 4.2 % of letters wrong without it,
0.2 % with it).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import msgspec
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from services.evidence.extraction.layout.recogniser import PageMode, PixelWord, Recogniser
from services.evidence.extraction.layout.tables.grids import Grid, GridCell
from services.evidence.extraction.layout.tables.rules import ink_limit
from services.evidence.extraction.pixels import Grey

GUIDE, OTHER_GUIDE = ("Ngày", 1.1), ("Lớp 6", 0.9)
"""Words to be read before a short line, each with its height as a share of that of the table's tall letters."""

_PAD = 10
_GUIDE_GAP = 0.7
_SURE = 91.0
_SHORT = 9.0
_SPECK = 9
_LOW = 0.45
_TALL = 0.75
_AS_TALL = 1.15
_TWO_LINES = 2.1
_SMALL = 24
_WANTED = 32
_USUAL = 30.0
_EDGE = 6
_LETTER = (14, 90)
_SMALL_PART = 0.3
_NEAR = 0.45
_THIN = 4


class CellWords(msgspec.Struct, frozen=True):
    """The words of one cell in reading order, their lines numbered from 0; none in an empty cell."""

    cell: GridCell
    words: tuple[PixelWord, ...]


class CellLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of letters on a part of a page: its box, the height of its tall letters, its base line from its top."""

    left: int
    top: int
    right: int
    bottom: int
    tall: float
    base: float

    @property
    def high(self) -> int:
        """Return its height in pixels."""
        return self.bottom - self.top


def read_grids(grey: Grey, grids: Sequence[Grid], recogniser: Recogniser) -> list[list[CellWords]]:
    """Return the words of every cell of every grid, on a page without rules. Raises EngineFailed, EngineTimeout."""
    limit = ink_limit(grey)
    return [_read_grid(grey, grid, [other for other in grids if other is not grid], recogniser, limit) for grid in grids]


def _read_grid(grey: Grey, grid: Grid, others: Sequence[Grid], recogniser: Recogniser, limit: int) -> list[CellWords]:
    inner = [other for other in others if _within(other, grid)]
    tall = letter_height(grey[max(0, grid.top) : grid.bottom, max(0, grid.left) : grid.right], limit)
    parts = []
    for cell in grid.cells:
        part = _part(grey, cell, inner)
        ink = letters_of(part, limit, tall)
        parts.append((cell, part, ink, lines_of(ink, tall)))
    heights = [line.tall for *_, lines in parts for line in lines if line.tall > 0.6 * tall]
    tall = float(np.median(heights)) if heights else tall
    read = [_read_cell(part, ink, lines, tall, cell, recogniser) for cell, part, ink, lines in parts]
    if _sureness(read) < _SURE:
        # With digits of some typefaces one guide misleads ("8" is read as "§") and another does not.
        for number, (cell, part, ink, lines) in enumerate(parts):
            if lines and min(word.confidence for word in read[number] or [_NOTHING]) < _SURE:
                other = _read_cell(part, ink, lines, tall, cell, recogniser, OTHER_GUIDE)
                read[number] = max(read[number], other, key=lambda words: _sureness([words]))
    return [CellWords(cell, tuple(words)) for (cell, *_), words in zip(parts, read, strict=True)]


def _sureness(cells: Sequence[Sequence[PixelWord]]) -> float:
    letters = sum(len(word.text) for words in cells for word in words)
    return sum(word.confidence * len(word.text) for words in cells for word in words) / letters if letters else 0.0


def letter_height(part: Grey, limit: int) -> float:
    """Return how tall the capitals and ascenders on a part of a page are, in pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((part < limit).astype(np.uint8), connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights >= _LETTER[0]) & (heights <= _LETTER[1]) & (stats[1:, cv2.CC_STAT_WIDTH] >= 3)]
    return float(np.percentile(heights, 70)) if len(heights) else _USUAL


def _within(inner: Grid, outer: Grid) -> bool:
    return (
        inner.left >= outer.left and inner.top >= outer.top and inner.right <= outer.right and inner.bottom <= outer.bottom
    )


def _part(grey: Grey, cell: GridCell, inner: Sequence[Grid]) -> Grey:
    part = grey[max(0, cell.top) : cell.bottom, max(0, cell.left) : cell.right]
    if inner:
        part = part.copy()
        for grid in inner:
            top, left = max(0, grid.top - 4 - cell.top), max(0, grid.left - 4 - cell.left)
            part[top : max(0, grid.bottom + 4 - cell.top), left : max(0, grid.right + 4 - cell.left)] = 255
    return part


def letters_of(part: Grey, limit: int, tall: float) -> Grey:
    """Return where a cell has ink that may be letters: no dust, no remains of rules along its edges.

    What is smaller than a third of a tall letter must stand near a letter, as marks and punctuation do, or is dust.
    """
    ink = (part < limit).astype(np.uint8)
    if not ink.any():
        return ink
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high, wide = ink.shape
    left, top, across, down, area = (stats[:, column] for column in range(5))
    at_side = ((left < _EDGE) | (left + across > wide - _EDGE)) & (across <= _THIN) & (down > 2 * across)
    at_end = ((top < _EDGE) | (top + down > high - _EDGE)) & (down <= _THIN) & (across > 2 * down)
    touching = ((top == 0) | (top + down == high) | (left == 0) | (left + across == wide)) & (
        np.minimum(across, down) <= _THIN
    )
    kept = (area >= _SPECK) & ~at_side & ~at_end & ~touching
    kept[0] = False
    small = kept & (np.maximum(across, down) < _SMALL_PART * tall)
    if small.any():
        kept &= ~small | _near_letters(labels, kept & ~small, small, round(_NEAR * tall))
    return kept.astype(np.uint8)[labels]


def _near_letters(labels: Any, letters: Any, small: Any, reach: int) -> Any:
    """Return for each label whether it is small and stands near a letter."""
    near = cv2.dilate(letters.astype(np.uint8)[labels], np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    beside = np.zeros(len(small), dtype=bool)
    beside[np.unique(labels[near > 0])] = True
    return small & beside


def lines_of(ink: Grey, tall: float = 0.0) -> list[CellLine]:
    """Cut the ink of a cell into lines of letters by its rows; marks over and under letters stay with them.

    `tall` is how high capitals are in its table, if that is known.
    """
    filled = np.concatenate(([0], ink.any(axis=1).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(filled))
    runs = [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    if not runs:
        return []
    usual = float(np.percentile([last - first for first, last in runs], 70))
    lines: list[tuple[int, int]] = []
    for first, last in runs:
        low = last - first < _LOW * usual or (lines and lines[-1][1] - lines[-1][0] < _LOW * usual)
        if lines and low and first - lines[-1][1] <= max(3.0, 0.2 * usual):
            lines[-1] = lines[-1][0], last
        else:
            lines.append((first, last))
    return [line for first, last in lines if (line := _line(ink, first, last, tall))]


def _line(ink: Grey, top: int, bottom: int, usual: float) -> CellLine | None:
    columns = np.flatnonzero(ink[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    if bottom - top < 3 or (bottom - top) * (right - left) < 2 * _SPECK:
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink[top:bottom, left:right], connectivity=8)
    heights, ends = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_TOP] + stats[1:, cv2.CC_STAT_HEIGHT]
    # Brackets and slashes reach above and below the letters between them.
    upright = heights >= _TALL * heights.max()
    letters = (heights >= _TALL * usual) & (heights <= _AS_TALL * usual) if usual else upright
    tall = letters if letters.any() else upright
    return CellLine(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        tall=float(np.median(heights[tall])),
        base=float(np.median(ends[tall])),
    )


def _read_cell(
    part: Grey,
    ink: Grey,
    lines: Sequence[CellLine],
    tall: float,
    cell: GridCell,
    recogniser: Recogniser,
    guide: tuple[str, float] = GUIDE,
) -> list[PixelWord]:
    if not lines:
        return []
    if any(line.high > _TWO_LINES * max(tall, 0.5 * line.tall) for line in lines) and len(lines) < 40:
        words = _read_block(cleaned(part, ink), recogniser)
    else:
        words = [
            msgspec.structs.replace(word, line=number)
            for number, line in enumerate(lines)
            for word in read_line(cleaned(part, ink), line, tall, recogniser, guide=guide)
        ]
    return [msgspec.structs.replace(word.moved(max(0, cell.left), max(0, cell.top)), block=0) for word in words]


def cleaned(part: Grey, ink: Grey) -> Grey:
    """Return a part of a page with nothing but what hangs together with its letters."""
    near = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    return np.where(near > 0, part, 255).astype(np.uint8)


def _read_block(part: Grey, recogniser: Recogniser) -> list[PixelWord]:
    padded = cv2.copyMakeBorder(part, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=255)
    words = [word.moved(-_PAD, -_PAD) for word in recogniser.words(padded, mode=PageMode.BLOCK)]
    numbers: dict[tuple[int, int], int] = {}
    return [msgspec.structs.replace(word, line=numbers.setdefault((word.block, word.line), len(numbers))) for word in words]


def read_line(
    part: Grey, line: CellLine, tall: float, recogniser: Recogniser, only: str = "", guide: tuple[str, float] = GUIDE
) -> list[PixelWord]:
    """Return the words of one line of a part of a page; a short one is read with a guide of the height of tall letters."""
    image = part[max(0, line.top - 2) : line.bottom + 2, max(0, line.left - 2) : line.right + 2]
    across, down = max(0, line.left - 2), max(0, line.top - 2)
    own = line.tall if 0.8 * tall <= line.tall <= 1.15 * tall else tall
    factor = _WANTED / own if own < _SMALL else 1.0
    if factor != 1.0:
        image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    if line.right - line.left > _SHORT * own:
        image = cv2.copyMakeBorder(image, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=255)
        words, shift_x, shift_y = recogniser.words(image, mode=PageMode.LINE, only=only), _PAD, _PAD
    else:
        base = line.base + line.top - down if line.high > 0.5 * own else line.high / 2 + line.top - down + 0.35 * own
        image, shift_x, shift_y = _with_guide(image, base * factor, own * factor, guide)
        words = [
            word
            for word in recogniser.words(image, mode=PageMode.LINE, only=only)
            if word.left + word.right > 2 * shift_x - own * factor * _GUIDE_GAP
        ]
    return [_back(word, shift_x, shift_y, factor).moved(across, down) for word in words]


def _back(word: PixelWord, across: int, down: int, factor: float) -> PixelWord:
    return msgspec.structs.replace(
        word,
        left=round((word.left - across) / factor),
        top=round((word.top - down) / factor),
        right=round((word.right - across) / factor),
        bottom=round((word.bottom - down) / factor),
    )


def _with_guide(image: Grey, base: float, tall: float, words: tuple[str, float]) -> tuple[Grey, int, int]:
    """Return a line with the guide before it, and where on it the line begins."""
    guide, guide_base = _guide(words[0], round(tall * words[1]))
    gap = round(tall * _GUIDE_GAP)
    above = max(0, round(guide_base - base))
    below = max(0, guide.shape[0] - (above + image.shape[0]) + max(0, round(base - guide_base)))
    high = above + image.shape[0] + below
    whole = np.full((high + 2 * _PAD, guide.shape[1] + gap + image.shape[1] + 2 * _PAD), 255, np.uint8)
    guide_top = _PAD + max(0, round(base - guide_base))
    whole[guide_top : guide_top + guide.shape[0], _PAD : _PAD + guide.shape[1]] = guide
    left, top = _PAD + guide.shape[1] + gap, _PAD + above
    whole[top : top + image.shape[0], left : left + image.shape[1]] = image
    return whole, left, top


_NOTHING = PixelWord(text="", confidence=0.0, left=0, top=0, right=0, bottom=0)


@lru_cache(maxsize=64)
def _guide(words: str, tall: int) -> tuple[Grey, float]:
    """Return the drawn guide, its capitals so many pixels high, and its base line from its top."""
    trial = ImageFont.load_default(size=100)
    _, top, _, bottom = trial.getbbox("N")
    font = ImageFont.load_default(size=max(8.0, 100 * tall / (bottom - top)))
    left, top, right, bottom = (round(side) for side in font.getbbox(words, anchor="ls"))
    image = Image.new("L", (right - left, bottom - top), 255)
    ImageDraw.Draw(image).text((-left, -top), words, font=font, fill=0, anchor="ls")
    return np.asarray(image), float(-top)
