"""A second look at numbers in tables: comma or full stop by the shape of its ink, and digits that were read as letters.

The recogniser tells "8,5" from "8.5" badly, for one sign of ink is little to go by. Its ink is plain, however: a comma
reaches a fifth of a digit below the base line and is near twice as high as wide, a full stop stands on the base line and is as
wide as high (over 500 marks of pages of 150 to 300 dpi: 0.13 to 0.25 of a digit for commas, at most 0.03 for full stops). A
mark that cannot be measured goes as its column does; so the numbers of criteria (1.1, 5.3) keep theirs.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.cells import letter_height, lines_of, read_line
from services.evidence.extraction.layout.recogniser import DIGITS, Grey, PixelWord, Recogniser
from services.evidence.extraction.layout.rules import ink_limit
from services.evidence.extraction.layout.sheet import TableCell, TableOnPage
from services.evidence.extraction.layout.strokes import enlarged, softened

_PARTED = re.compile(r"\d+(?:[.,]\d+)+")
_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*%?")
_MARK = re.compile(r"[.,]")
_TENTHS = re.compile(r"\d{1,2}[.,]\d")

_LIKE_ONE, _LIKE_NOUGHT = "IiÍíÌìl|!¡][", "Oo"
_LIKE_DIGITS = _LIKE_ONE + _LIKE_NOUGHT + "SsZzBgq?&§°"
_ROMAN = re.compile(r"I{3}|IV|V|VI{1,3}|IX|X[IVX]*")
_AS_DIGITS = str.maketrans(
    dict.fromkeys(_LIKE_ONE, "1")
    | dict.fromkeys(_LIKE_NOUGHT, "0")
    | {"S": "5", "s": "5", "Z": "2", "z": "2", "B": "8", "g": "9", "q": "9"}
)

_TALL, _LOW = 0.75, 0.6
_UPPER_HALF = 0.5
_SPECK = 3
_COMMA_DEPTH, _COMMA_HIGH, _COMMA_SLIM = 0.09, 0.26, 1.25
_STOP_DEPTH, _STOP_HIGH, _STOP_SLIM = 0.06, 0.28, 1.35
_PAD = 6

_LEAST, _MOSTLY, _NEARLY_ALL = 3, 0.6, 0.85
_LEAST_AGAINST = 5
_THOUSANDS = 3
_HIGHEST_MARK = 10
_MOST_READ = 16
_LONGEST = 6
_DOUBTED = 80.0


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A comma or full stop as it is printed: digits before it, and its shape as shares of the height of a digit."""

    after: int
    depth: float
    """How far its ink reaches below the base line."""

    high: float
    slim: float
    """Its height by its width."""

    @property
    def sign(self) -> str:
        """Return "," or "." where the shape is plain, else nothing."""
        if self.depth >= _COMMA_DEPTH and self.high >= _COMMA_HIGH and self.slim >= _COMMA_SLIM:
            return ","
        if abs(self.depth) <= _STOP_DEPTH and self.high <= _STOP_HIGH and 1 / _STOP_SLIM <= self.slim <= _STOP_SLIM:
            return "."
        return ""


class Print(msgspec.Struct, frozen=True):
    """What the ink of a number is made of: how many tall signs, and the low marks between them."""

    digits: int
    marks: tuple[Mark, ...]


class _Number(msgspec.Struct):
    """A cell that is one word."""

    place: int
    cell: TableCell
    word: PixelWord
    text: str


def print_of(part: Grey, limit: int) -> Print:
    """Return tall signs and low marks between them on a part of a page that shows one number; ink is darker than `limit`."""
    ink = (part < limit).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, area = (stats[1:, column] for column in range(5))
    if not len(high):
        return Print(0, ())
    tall = high >= _TALL * high.max()
    size, base = float(np.median(high[tall])), float(np.median((top + high)[tall]))
    low = ~tall & (high < _LOW * size) & (top > base - _UPPER_HALF * size) & (area >= _SPECK)
    middles = left + wide / 2
    marks = []
    for k in np.flatnonzero(low)[np.argsort(middles[low])]:
        after = int((middles[tall] < middles[k]).sum())
        if 0 < after < tall.sum():
            depth = float(top[k] + high[k] - base) / size
            marks.append(Mark(after=after, depth=depth, high=float(high[k]) / size, slim=float(high[k]) / float(wide[k])))
    return Print(int(tall.sum()), tuple(marks))


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
        prints = {number.place: print_of(_part(page, number.word), limit) for number in numbers if _is_near(number.text)}
        columns = _columns(numbers, table.cells)
        for column in columns:
            _mend_codes(column)
        for number, shape in _doubtful(columns, prints):
            if left <= 0 or time.monotonic() >= until:
                break
            left -= 1
            _read_again(page, table, number, shape, limit, recogniser)
        _set_marks(columns, prints)
        looked.append(_with(table, numbers))
    return looked


def _part(page: Grey, word: PixelWord) -> Grey:
    return page[max(0, word.top - _PAD) : word.bottom + _PAD, max(0, word.left - _PAD) : word.right + _PAD]


def _is_near(text: str) -> bool:
    return len(text) <= 2 * _LONGEST and all(sign in "0123456789.,/-%" or sign in _LIKE_DIGITS for sign in text)


def _columns(numbers: Sequence[_Number], cells: Sequence[TableCell]) -> list[list[_Number]]:
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


# Codes and letters.


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


def _doubtful(
    columns: Sequence[Sequence[_Number]], prints: dict[int, Print]
) -> Iterator[tuple[_Number, re.Pattern[str] | str]]:
    """Yield cells that want another reading, each with what it must come out as: a text, or a pattern."""
    for column in columns:
        sure = [number for number in column if _NUMBER.fullmatch(number.text)]
        if (
            len(sure) < _LEAST
            or len(sure) < _MOSTLY * len(column)
            or any(_ROMAN.fullmatch(number.text) for number in column)
        ):
            continue
        serial = _is_serial(sure)
        tenths = sum(bool(_TENTHS.fullmatch(number.text)) for number in sure) >= _MOSTLY * len(sure)
        for place, number in enumerate(column):
            seen = prints.get(number.place)
            if serial:
                wanted = _expected(column, place)
                if wanted and wanted != number.text and _is_stray(number):
                    yield number, wanted
            elif seen is None:
                continue
            elif not _NUMBER.fullmatch(number.text):
                if _is_nearly_number(number.text):
                    yield number, _NUMBER
            elif tenths and _WHOLE.fullmatch(number.text) and int(number.text) > _HIGHEST_MARK and seen.marks:
                yield number, _TENTHS


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
    if _NUMBER.fullmatch(number.text):
        return number.word.confidence < _DOUBTED
    return len(number.text) <= _LONGEST and (_is_near(number.text) or len(number.text) <= 2)


def _is_nearly_number(text: str) -> bool:
    """Say whether a text may be a number: all its signs look like digits; letters alone must look like 1 or 0."""
    if any(sign.isdigit() for sign in text):
        return len(text) <= _LONGEST
    return len(text) <= 2 and all(sign in _LIKE_ONE + _LIKE_NOUGHT for sign in text)


def _read_again(
    page: Grey, table: TableOnPage, number: _Number, wanted: re.Pattern[str] | str, limit: int, recogniser: Recogniser
) -> None:
    """Give a cell the text on which two readings as digits agree (the letters, taken for digits, are one of them)."""
    part = _part(page, number.word)
    seen = print_of(part, limit)
    tall = letter_height(page[max(0, table.top) : table.bottom, max(0, table.left) : table.right], limit)
    votes: Counter[str] = Counter({number.text.translate(_AS_DIGITS): 1})
    if isinstance(wanted, str):
        votes = Counter({wanted: 1})
    for grey, factor in ((part, 1.0), (enlarged(part), 1.3), (softened(part), 1.0)):
        lines = lines_of((grey < limit).astype(np.uint8))
        if len(lines) != 1:
            continue
        text = "".join(word.text for word in read_line(grey, lines[0], tall * factor, recogniser, DIGITS))
        votes[text] += 1
        fits = text == wanted if isinstance(wanted, str) else wanted.fullmatch(text) is not None
        if fits and votes[text] > 1 and sum(sign.isdigit() for sign in text) == seen.digits:
            number.text = text
            return


# Commas and full stops.


def _set_marks(columns: Sequence[Sequence[_Number]], prints: dict[int, Print]) -> None:
    """Give every number of the columns the marks that its ink shows, or those that its column has."""
    shown: dict[tuple[int, bool], Counter[str]] = defaultdict(Counter)
    read: dict[tuple[int, bool], Counter[str]] = defaultdict(Counter)
    for place, column in enumerate(columns):
        for number in column:
            seen = prints.get(number.place)
            if seen is None:
                continue
            number.text = _with_missing_mark(number.text, seen, column)
            for sign, mark, thousands in _marks(number.text, seen):
                read[place, thousands][sign] += 1
                if mark is not None and mark.sign:
                    shown[place, thousands][mark.sign] += 1
    for place, column in enumerate(columns):
        for number in column:
            seen = prints.get(number.place)
            if seen is not None and _PARTED.fullmatch(number.text):
                signs = [
                    _sign(sign, mark, shown[place, thousands], read[place, thousands])
                    for sign, mark, thousands in _marks(number.text, seen)
                ]
                given = iter(signs)
                number.text = _MARK.sub(lambda _, given=given: next(given), number.text)


def _marks(text: str, seen: Print) -> Iterator[tuple[str, Mark | None, bool]]:
    """Yield each mark of a number: as it was read, as it is printed (if that is told apart), whether three digits follow."""
    if not _PARTED.fullmatch(text):
        return
    digits = sum(sign.isdigit() for sign in text)
    groups = _MARK.split(text)
    before = np.cumsum([len(group) for group in groups])
    for index, found in enumerate(_MARK.finditer(text)):
        printed = [mark for mark in seen.marks if mark.after == before[index]] if seen.digits == digits else []
        yield found.group(), printed[0] if len(printed) == 1 else None, len(groups[index + 1]) == _THOUSANDS


def _sign(read: str, mark: Mark | None, shown: Counter[str], texts: Counter[str]) -> str:
    """Return a comma or a full stop: as the ink shows unless nearly all others speak against it, else as most others are."""
    most, count = shown.most_common(1)[0] if shown else ("", 0)
    of_all = count / max(1, shown.total())
    own = mark.sign if mark is not None else ""
    if own and not (own != most and count >= _LEAST_AGAINST and of_all >= _NEARLY_ALL and own != read):
        return own
    if count >= _LEAST and of_all >= _NEARLY_ALL:
        return most
    # Nothing to measure: full stops among commas are commas, never the other way, for codes have full stops.
    return "," if texts[","] >= _LEAST and texts[","] >= 0.75 * texts.total() else read


def _with_missing_mark(text: str, seen: Print, column: Sequence[_Number]) -> str:
    """Return whole digits with the mark that the ink shows between them, if others of the column are parted so."""
    if not _WHOLE.fullmatch(text) or len(seen.marks) != 1 or seen.digits != len(text) or not seen.marks[0].sign:
        return text
    mark = seen.marks[0]
    tail = len(text) - mark.after
    alike = sum(bool(re.fullmatch(rf"\d+[.,]\d{{{tail}}}", number.text)) for number in column)
    return f"{text[: mark.after]}{mark.sign}{text[mark.after :]}" if alike >= _LEAST else text


def _with(table: TableOnPage, numbers: Sequence[_Number]) -> TableOnPage:
    """Return a table with the texts of its cells as they are now."""
    cells = list(table.cells)
    for number in numbers:
        if number.text != number.word.text:
            word = msgspec.structs.replace(number.word, text=number.text)
            cells[number.place] = msgspec.structs.replace(number.cell, words=[word])
    return msgspec.structs.replace(table, cells=cells)
