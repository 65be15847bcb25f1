"""A second look at the numbers in tables: digits that were read as letters, lost strokes of dates, commas and full stops.

What may be a digit that was read as a letter is read again among digits alone. Two readings must agree, and have as many
digits as the ink has tall signs; in a column of running numbers the neighbours tell what is wanted.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from services.evidence.extraction.layout.cleaning.strokes import enlarged, softened
from services.evidence.extraction.layout.recogniser import DIGITS, PixelWord, Recogniser
from services.evidence.extraction.layout.sheet import CellOnPage, TableOnPage
from services.evidence.extraction.layout.tables.cells import GUIDE, OTHER_GUIDE, letter_height, lines_of, read_line
from services.evidence.extraction.layout.tables.number_columns import (
    NumberCell,
    Wanted,
    as_digits,
    digits_in,
    doubtful,
    is_near_number,
    mend_by_shape,
)
from services.evidence.extraction.layout.tables.number_marks import ink_of, with_marks
from services.evidence.extraction.layout.tables.numbering_rows import first_number, is_numbering, without_brackets
from services.evidence.extraction.layout.tables.rules import ink_limit
from services.evidence.extraction.pixels import Grey

# Without the letters of the guide nothing is read of a lone sign, and without the space it is lost with the guide.
_ALLOWED = f"{DIGITS}{GUIDE[0]}{OTHER_GUIDE[0]} "
_PAD = 6
_LEAST = 3
_MOST_READINGS = 26
_SURE = 88.0


class _Digits(msgspec.Struct, kw_only=True):
    """Reads parts of a page among digits alone, `left` times at most, and not after `until` (monotonic seconds)."""

    recogniser: Recogniser
    limit: int
    until: float
    left: int = _MOST_READINGS

    def readings(self, part: Grey, tall: float) -> Iterator[tuple[str, float]]:
        """Yield a line of letters so tall as it reads in several renderings, each with its least confidence."""
        for grey, factor, guide in ((enlarged(part), 1.3, GUIDE), (part, 1.0, OTHER_GUIDE), (softened(part), 1.0, GUIDE)):
            if self.left <= 0 or time.monotonic() >= self.until:
                return
            lines = lines_of((grey < self.limit).astype(np.uint8))
            if len(lines) == 1:
                self.left -= 1
                words = read_line(grey, lines[0], tall * factor, self.recogniser, _ALLOWED, guide)
                yield "".join(word.text for word in words), min((word.confidence for word in words), default=0.0)


def second_look_at_numbers(
    page: Grey, tables: Sequence[TableOnPage], recogniser: Recogniser, until: float
) -> list[TableOnPage]:
    """Return tables with the numbers of their cells looked at again; boxes and lines of words stay.

    Few cells are read again, none after `until` (monotonic seconds). Raises EngineFailed, EngineTimeout.
    """
    reader = _Digits(recogniser=recogniser, limit=ink_limit(page), until=until)
    return [_looked_at(page, table, reader) for table in tables]


def _looked_at(page: Grey, table: TableOnPage, reader: _Digits) -> TableOnPage:
    numbers = [
        NumberCell(place=place, cell=cell, text=cell.words[0].text)
        for place, cell in enumerate(table.cells)
        if len(cell.words) == 1
    ]
    columns = _columns(numbers, table.cells)
    for column in columns:
        for number in column:
            if is_near_number(number.text):
                number.ink = ink_of(_part(page, number.word), reader.limit)
        mend_by_shape(column)
    asked = sorted(
        (one for column in columns for one in doubtful(column)),
        key=lambda one: (not one[1].certain, one[0].is_number, one[0].word.confidence),
    )
    rows = _numbering_rows(numbers)
    if asked or rows:
        tall = letter_height(page[max(0, table.top) : table.bottom, max(0, table.left) : table.right], reader.limit)
        for row in rows:
            _mend_numbering(page, row, tall, reader)
        for number, wanted in asked:
            number.text = _read_again(_part(page, number.word), number, wanted, tall, reader)
    _set_marks(columns)
    return _with(table, numbers)


def _part(page: Grey, word: PixelWord) -> Grey:
    return page[max(0, word.top - _PAD) : word.bottom + _PAD, max(0, word.left - _PAD) : word.right + _PAD]


def _columns(numbers: Sequence[NumberCell], cells: Sequence[CellOnPage]) -> list[list[NumberCell]]:
    """Return the cells of every column that are one word, from the top; cells over several columns are nobody's."""
    columns: dict[int, list[NumberCell]] = defaultdict(list)
    for number in sorted(numbers, key=lambda number: number.cell.row):
        if number.cell.columns == 1:
            columns[number.cell.column].append(number)
    filled = Counter(cell.column for cell in cells if cell.words and cell.columns == 1)
    return [
        column
        for index, column in sorted(columns.items())
        if sum(digits_in(number.text) > 0 for number in column) >= _LEAST and len(column) >= 0.5 * filled[index]
    ]


def _numbering_rows(numbers: Sequence[NumberCell]) -> list[list[NumberCell]]:
    rows: dict[int, list[NumberCell]] = defaultdict(list)
    for number in numbers:
        rows[number.cell.row].append(number)
    return [row for row in rows.values() if is_numbering([number.text for number in row])]


def _mend_numbering(page: Grey, row: Sequence[NumberCell], tall: float, reader: _Digits) -> None:
    """Give the cells of a numbering row the numbers that their places want, where they read so without their brackets."""
    first = first_number([(number.cell.column, number.text) for number in row])
    wanted = [str(first + number.cell.column) for number in row]
    fits = [
        number.text == f"({text})" or _reads_inside(page, number.word, text, tall, reader)
        for number, text in zip(row, wanted, strict=True)
    ]
    if 2 * sum(fits) < len(row):
        return
    for number, text, fit in zip(row, wanted, fits, strict=True):
        number.text = f"({text})" if fit else number.text


def _reads_inside(page: Grey, word: PixelWord, text: str, tall: float, reader: _Digits) -> bool:
    bare = without_brackets(_part(page, word), reader.limit)
    return bare is not None and any(reading == text for reading, _ in reader.readings(bare, tall))


def _read_again(part: Grey, number: NumberCell, wanted: Wanted, tall: float, reader: _Digits) -> str:
    """Return what a cell reads as among digits alone, where that is well founded, else its text as it is.

    Well founded is what is wanted and is read twice (the letters, taken for digits, are a reading, and so is what neighbours
    want), or once surely where the former text has not the digits of the ink. A number that was read as such gives way to
    sure readings only.
    """
    digits = (number.ink or ink_of(part, reader.limit)).digits
    digits_fit = digits_in(number.text) == digits
    taken = as_digits(number.text)
    if taken == wanted.certain and wanted.is_met(taken, digits):
        return taken
    votes: Counter[str] = Counter([wanted.certain] if wanted.certain else [] if number.is_number else [taken])
    for text, sure in reader.readings(part, tall):
        if text == number.text and digits_fit and not votes:
            break
        if not wanted.is_met(text, digits):
            continue
        votes[text] += sure >= _SURE if number.is_number and not wanted.certain else 1
        if votes[text] > 1 or (sure >= _SURE and not digits_fit):
            return text
    return number.text


def _set_marks(columns: Sequence[Sequence[NumberCell]]) -> None:
    """Give the numbers of the columns the commas and full stops that their ink shows."""
    for column in columns:
        told = [(number, number.ink) for number in column if number.ink is not None]
        for (number, _), text in zip(told, with_marks([(number.text, ink) for number, ink in told]), strict=True):
            number.text = text


def _with(table: TableOnPage, numbers: Sequence[NumberCell]) -> TableOnPage:
    """Return a table with the texts of its cells as they are now."""
    cells = list(table.cells)
    for number in numbers:
        if number.text != number.word.text:
            word = msgspec.structs.replace(number.word, text=number.text)
            cells[number.place] = msgspec.structs.replace(number.cell, words=[word])
    return msgspec.structs.replace(table, cells=cells)
