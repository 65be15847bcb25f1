"""Brings lines and tables of a page into one order and into the shape in which they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from services.evidence.domain.text import ReadCell, ReadTable, ReadWord
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.sheet import Sheet, TableOnPage

_Part = list[PixelWord] | TableOnPage


def kept(sheet: Sheet) -> tuple[list[ReadWord], tuple[ReadTable, ...]]:
    """Return words and tables of a page in reading order; of two pages on a sheet all of the left one come first."""
    height, width = sheet.raw.shape
    words: list[ReadWord] = []
    tables: list[ReadTable] = []
    number = -1
    for page in sheet.parts or [sheet]:
        before = -1
        for part in _in_reading_order(page):
            if isinstance(part, list):
                number, before = number + (part[0].block != before), part[0].block
                words += _words(part, number, width, height)
                continue
            cells: list[ReadCell] = []
            for cell in part.cells:
                number += bool(cell.words)
                words += _words(cell.words, number, width, height)
                cells.append(ReadCell(cell.row, cell.column, cell.rows, cell.columns, number if cell.words else -1))
            # What follows a table is a block of its own.
            before = -1
            left, top = _thousandths(part.left, width), _thousandths(part.top, height)
            box = (left, top, _thousandths(part.right, width) - left, _thousandths(part.bottom, height) - top)
            tables.append(ReadTable(*box, part.rows, part.columns, tuple(cells)))
    return words, tuple(tables)


def _in_reading_order(sheet: Sheet) -> list[_Part]:
    """Return lines and tables: a table stands after the last line above it, whatever block that is of."""
    parts: list[_Part] = [list(group) for _, group in groupby(sheet.words, key=lambda word: (word.block, word.line))]
    for table in sorted(sheet.tables, key=lambda table: table.top):
        parts.insert(_place_of(table, parts), table)
    return parts


def _place_of(table: TableOnPage, parts: Sequence[_Part]) -> int:
    """Return where in the order of lines and tables a table stands: after the last line above it in its columns."""
    above, below = -1, len(parts)
    for number, part in enumerate(parts):
        if isinstance(part, TableOnPage):
            above = number if part.top <= table.top else above
            continue
        middle = sum(word.top + word.bottom for word in part) / (2 * len(part))
        shares = min(word.left for word in part) < table.right and max(word.right for word in part) > table.left
        if shares and middle < table.top:
            above = number
        elif shares and middle > table.bottom and below == len(parts):
            below = number
    return above + 1 if above >= 0 else below


def _words(words: list[PixelWord], block: int, width: int, height: int) -> list[ReadWord]:
    return [
        ReadWord(
            text=word.text,
            confidence=min(100, round(word.confidence)),
            left=_thousandths(word.left, width),
            top=_thousandths(word.top, height),
            width=max(1, _thousandths(word.right - word.left, width)),
            height=max(1, _thousandths(word.bottom - word.top, height)),
            line=word.line,
            block=block,
        )
        for word in words
    ]


def _thousandths(value: int, whole: int) -> int:
    return min(1000, max(0, round(value * 1000 / whole)))
