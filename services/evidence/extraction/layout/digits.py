"""A second look at the numbers in tables: digits that were read as letters, lost strokes of dates, commas and full stops.

What may be a digit that was read as a letter is read again among digits alone. Two readings must agree, and have as many
digits as the ink has tall signs; in a column of running numbers the neighbours tell what is wanted. Letters that are meant,
roman numbers and codes stay: a column of numbers is known by what most of its cells are.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from services.evidence.extraction.layout.cells import GUIDE, letter_height, lines_of, read_line
from services.evidence.extraction.layout.number_marks import NumberInk, ink_of, with_marks
from services.evidence.extraction.layout.recogniser import DIGITS, PixelWord, Recogniser
from services.evidence.extraction.layout.rules import ink_limit
from services.evidence.extraction.layout.sheet import CellOnPage, TableOnPage
from services.evidence.extraction.layout.strokes import enlarged, softened
from services.evidence.extraction.pixels import Grey

_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*%?")
_TENTHS = re.compile(r"\d{1,2}[.,]\d")
_SCHOOL_MARK = re.compile(r"\d(?:[.,]\d)?|10(?:[.,]0)?")

_LIKE_ONE, _LIKE_NOUGHT = "IiÍíÌìl|!¡][", "Oo"
_LIKE_DIGITS = _LIKE_ONE + _LIKE_NOUGHT + "SsZzgq?&§°"
_ROMAN = re.compile(r"I{3}|IV|V|VI{1,3}|IX|X[IVX]*")
_AS_DIGITS = str.maketrans(
    dict.fromkeys(_LIKE_ONE, "1")
    | dict.fromkeys(_LIKE_NOUGHT, "0")
    | {"S": "5", "s": "5", "Z": "2", "z": "2", "g": "9", "q": "9"}
)
# Without the letters of the guide nothing is read of a lone sign, and without the space it is lost with the guide.
_ALLOWED = f"{DIGITS}{GUIDE} "
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/(19|20)\d\d")
_DATE_DIGITS = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)")
_DATE_MARKS = re.compile(r"[/⁄.,:|-]")

_PAD = 6

_LEAST, _MOSTLY = 3, 0.6
_HIGHEST_MARK = 10
_MOST_READ = 16
_LONGEST = 6
_DOUBTED, _SURE = 86.0, 88.0


class _Number(msgspec.Struct):
    """A cell that is one word."""

    place: int
    cell: CellOnPage
    word: PixelWord
    text: str
    ink: NumberInk | None = None
    """What its ink is made of, looked at where the text is nearly a number."""

    @property
    def is_number(self) -> bool:
        """Say whether it reads as a number already."""
        return _NUMBER.fullmatch(self.text) is not None


def second_look_at_numbers(
    page: Grey, tables: Sequence[TableOnPage], recogniser: Recogniser, until: float
) -> list[TableOnPage]:
    """Return tables with the numbers of their cells looked at again; boxes and lines of words stay.

    Few cells are read again, none after `until` (monotonic seconds). Raises EngineFailed, EngineTimeout.
    """
    limit = ink_limit(page)
    looked = []
    left = _MOST_READ
    for table in tables:
        numbers = [
            _Number(place, cell, cell.words[0], cell.words[0].text)
            for place, cell in enumerate(table.cells)
            if len(cell.words) == 1
        ]
        columns = _columns(numbers, table.cells)
        for number in (number for column in columns for number in column if _is_near(number.text)):
            number.ink = ink_of(_part(page, number.word), limit)
        for column in columns:
            _mend_codes(column)
            _mend_dates(column)
        asked = sorted(_doubtful(columns), key=lambda one: (one[0].is_number, one[0].word.confidence))
        tall = _tall(page, table, limit) if asked else 0.0
        for number, wanted in asked[:left]:
            if time.monotonic() >= until:
                break
            left -= 1
            number.text = _read_again(_part(page, number.word), number, wanted, tall, limit, recogniser)
        _set_marks(columns)
        looked.append(_with(table, numbers))
    return looked


def _set_marks(columns: Sequence[Sequence[_Number]]) -> None:
    told = [[number for number in column if number.ink is not None] for column in columns]
    texts = with_marks([[(number.text, number.ink) for number in column if number.ink is not None] for column in told])
    for column, new in zip(told, texts, strict=True):
        for number, text in zip(column, new, strict=True):
            number.text = text


def _tall(page: Grey, table: TableOnPage, limit: int) -> float:
    return letter_height(page[max(0, table.top) : table.bottom, max(0, table.left) : table.right], limit)


def _part(page: Grey, word: PixelWord) -> Grey:
    return page[max(0, word.top - _PAD) : word.bottom + _PAD, max(0, word.left - _PAD) : word.right + _PAD]


def _is_near(text: str) -> bool:
    return len(text) <= 2 * _LONGEST and all(sign in "0123456789.,/-%" or sign in _LIKE_DIGITS for sign in _bare(text))


def _bare(text: str) -> str:
    """Return a text without the marks over and under its letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _columns(numbers: Sequence[_Number], cells: Sequence[CellOnPage]) -> list[list[_Number]]:
    """Return the cells of every column that are one word, from the top; cells over several columns are nobody's."""
    columns: dict[int, list[_Number]] = defaultdict(list)
    for number in sorted(numbers, key=lambda number: number.cell.row):
        if number.cell.columns == 1:
            columns[number.cell.column].append(number)
    filled = Counter(cell.column for cell in cells if cell.words and cell.columns == 1)
    return [
        column
        for index, column in sorted(columns.items())
        if sum(any(sign.isdigit() for sign in number.text) for number in column) >= _LEAST
        and len(column) >= 0.5 * filled[index]
    ]


def _mend_codes(column: Sequence[_Number]) -> None:
    """Give cells the digits that others of a column have in the same place after the same letters: "BI" under "B2", "B3"."""
    shapes = Counter(_shape(number.text) for number in column)
    shape, count = shapes.most_common(1)[0]
    if count < _LEAST or count < _MOSTLY * len(column) or "9" not in shape or not any(sign in shape for sign in "Aa"):
        return
    digit = f"([0-9{re.escape(_LIKE_ONE + _LIKE_NOUGHT)}]+)"
    pattern = re.compile(
        "".join({"9": digit, "A": r"([^\W\d_])", "a": r"([^\W\d_])"}.get(sign, f"({re.escape(sign)})") for sign in shape)
    )
    for number in column:
        found = pattern.fullmatch(number.text)
        if found and shapes[_shape(number.text)] < _LEAST:
            parts = zip(shape, found.groups(), strict=True)
            number.text = "".join(part.translate(_AS_DIGITS) if sign == "9" else part for sign, part in parts)


def _shape(text: str) -> str:
    """Return "A9" for "B12": what kinds of signs follow each other, digits as one."""
    kinds = re.sub(r"\d+", "9", text)
    return "".join("A" if sign.isupper() else "a" if sign.islower() else sign for sign in kinds)


def _mend_dates(column: Sequence[_Number]) -> None:
    """Give dates of a column of dates the strokes between day, month and year that were lost or read as other marks."""
    dates = sum(_DATE.fullmatch(number.text) is not None for number in column)
    if dates < _LEAST or dates < 0.5 * len(column):
        return
    for number in column:
        found = _DATE_DIGITS.fullmatch(_DATE_MARKS.sub("", number.text))
        if found and not _DATE.fullmatch(number.text):
            number.text = "/".join(found.groups())


def _doubtful(columns: Sequence[Sequence[_Number]]) -> Iterator[tuple[_Number, re.Pattern[str] | str]]:
    """Yield cells that want another reading, each with what it must come out as: a text, or a pattern."""
    for column in columns:
        sure = [number for number in column if number.is_number]
        if len(sure) < _LEAST or len(sure) < _MOSTLY * len(column) or _has_roman_numbers(column):
            continue
        serial, of_marks = _is_serial(sure), _is_of_marks(sure)
        for place, number in enumerate(column):
            if serial:
                wanted = _expected(column, place)
                if wanted and wanted != number.text and _is_stray(number):
                    yield number, wanted
            elif number.ink is not None and not number.is_number:
                if _is_nearly_number(number.text, number.cell.column):
                    yield number, _SCHOOL_MARK if of_marks else _NUMBER
            elif of_marks and (number.word.confidence < _DOUBTED or _value(number.text) > _HIGHEST_MARK):
                yield number, _SCHOOL_MARK


def _is_of_marks(numbers: Sequence[_Number]) -> bool:
    """Say whether a column holds marks of pupils, 0 to 10, some with one decimal."""
    tenths = sum(_TENTHS.fullmatch(number.text) is not None for number in numbers)
    fitting = sum(_SCHOOL_MARK.fullmatch(number.text) is not None for number in numbers)
    return tenths >= max(_LEAST, 0.3 * len(numbers)) and fitting >= _MOSTLY * len(numbers)


def _value(text: str) -> float:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", text) else 0.0


def _has_roman_numbers(column: Sequence[_Number]) -> bool:
    """Say whether a column numbers in roman: "I" and "II" alone may be 1 and 11, but not one after the other."""
    strays = [number.text for number in column if not number.is_number]
    return any(_ROMAN.fullmatch(text) for text in strays) or strays[:2] == ["I", "II"]


def _is_serial(numbers: Sequence[_Number]) -> bool:
    """Say whether most numbers of a column follow upon the one before."""
    values = [int(number.text) for number in numbers if _WHOLE.fullmatch(number.text)]
    steps = sum(after == before + 1 for before, after in pairwise(values))
    return len(values) >= _LEAST and steps >= _MOSTLY * (len(values) - 1)


def _expected(column: Sequence[_Number], place: int) -> str:
    """Return what number the two before, the two after, or both neighbours of a cell make of it; nothing where none do."""
    values = [int(number.text) if _WHOLE.fullmatch(number.text) else -1 for number in column]

    def at(index: int) -> int:
        return values[index] if 0 <= index < len(values) else -1

    for first, second, wanted in (
        (at(place - 1), at(place + 1) - 2, at(place - 1) + 1),
        (at(place - 2), at(place - 1) - 1, at(place - 1) + 1),
        (at(place + 1), at(place + 2) - 1, at(place + 1) - 1),
    ):
        if first >= 0 and first == second and wanted > 0:
            return str(wanted)
    return ""


def _is_stray(number: _Number) -> bool:
    """Say whether a cell of a column of running numbers may be one of them that was read badly."""
    if number.is_number:
        return number.word.confidence < _DOUBTED
    return len(number.text) <= _LONGEST and (_is_near(number.text) or len(number.text) <= 2)


def _is_nearly_number(text: str, column: int) -> bool:
    """Say whether a text of a column of numbers may be one: all its signs look like digits.

    Letters alone must look like 1 or 0, and not stand in the first column, where headings are numbered I, II.
    """
    if any(sign.isdigit() for sign in text):
        return len(text) <= _LONGEST and _is_near(text.replace("©", "").replace("®", ""))
    return column > 0 and len(text) <= 2 and all(sign in _LIKE_ONE + _LIKE_NOUGHT for sign in text)


def _read_again(
    part: Grey, number: _Number, wanted: re.Pattern[str] | str, tall: float, limit: int, recogniser: Recogniser
) -> str:
    """Return what a cell reads as among digits alone, where that is well founded, else its text as it is.

    Well founded is what is wanted, is read twice (the letters, taken for digits, are a reading) or once surely, and has as
    many digits as the ink has tall signs. A number that was read as such gives way to sure readings only.
    """
    digits = (number.ink or ink_of(part, limit)).digits
    votes: Counter[str] = Counter()

    def well_founded(text: str) -> bool:
        fits = text == wanted if isinstance(wanted, str) else wanted.fullmatch(text) is not None
        return fits and sum(sign.isdigit() for sign in text) == digits

    taken = _bare(number.text).translate(_AS_DIGITS)
    if isinstance(wanted, str):
        votes[wanted] += 1
        if taken == wanted and well_founded(taken):
            return taken
    elif not number.is_number:
        votes[taken] += 1
    digits_fit = sum(sign.isdigit() for sign in number.text) == digits
    for grey, factor in ((enlarged(part), 1.3), (part, 1.0), (softened(part), 1.0)):
        lines = lines_of((grey < limit).astype(np.uint8))
        if len(lines) != 1:
            continue
        words = read_line(grey, lines[0], tall * factor, recogniser, _ALLOWED)
        text = "".join(word.text for word in words)
        if text == number.text and digits_fit and not votes:
            return text
        if not well_founded(text):
            continue
        sure = min(word.confidence for word in words)
        votes[text] += sure >= _SURE if number.is_number else 1
        if votes[text] > 1 or (sure >= _SURE and not digits_fit):
            return text
    return number.text


def _with(table: TableOnPage, numbers: Sequence[_Number]) -> TableOnPage:
    """Return a table with the texts of its cells as they are now."""
    cells = list(table.cells)
    for number in numbers:
        if number.text != number.word.text:
            word = msgspec.structs.replace(number.word, text=number.text)
            cells[number.place] = msgspec.structs.replace(number.cell, words=[word])
    return msgspec.structs.replace(table, cells=cells)
