"""Tells what the columns of a table hold: running numbers, marks, dates, codes; and which cells do not read like the others.

Letters that are meant, roman numbers and codes stay: a column of numbers is known by what most of its cells are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.sheet import CellOnPage
from services.evidence.extraction.layout.tables.number_marks import NumberInk

_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*%?")
_TENTHS = re.compile(r"\d{1,2}[.,]\d")
_SCHOOL_MARK = re.compile(r"\d(?:[.,]\d)?|10(?:[.,]0)?")
_TELEPHONE = re.compile(r"0\d{9}")
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/(19|20)\d\d")
_FULL_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(19|20)\d\d")
_DATE_DIGITS = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)")
_DATE_MARKS = re.compile(r"[/⁄.,:|-]")
_ROMAN = re.compile(r"I{3}|IV|V|VI{1,3}|IX|X[IVX]*")

_LIKE_ONE, _LIKE_NOUGHT = "IiÍíÌìl|!¡][", "Oo"
_ALONE = "§óÓ"
_LIKE_DIGITS = _LIKE_ONE + _LIKE_NOUGHT + "SsZzgqte?&§°©®"
_AS_DIGITS = str.maketrans(
    dict.fromkeys(_LIKE_ONE + "t", "1")
    | dict.fromkeys(_LIKE_NOUGHT, "0")
    | {"S": "5", "s": "5", "Z": "2", "z": "2", "e": "6", "g": "9", "q": "9", "?": "7", "§": "8", "⁄": "/"}
)

_LEAST, _MOSTLY, _NEARLY_ALL = 3, 0.6, 0.75
_SOME = 0.25
_HIGHEST_MARK = 10
_LONGEST, _LONGEST_NEAR, _SHORT = 6, 13, 3
_DOUBTED = 86.0


class NumberCell(msgspec.Struct, kw_only=True):
    """A cell that is one word: its number among the cells of its table, what it was read as, the text it is to have."""

    place: int
    cell: CellOnPage
    text: str
    ink: NumberInk | None = None
    """What its ink is made of, looked at where the text is nearly a number."""

    @property
    def word(self) -> PixelWord:
        """Return its word as it was read."""
        return self.cell.words[0]

    @property
    def is_number(self) -> bool:
        """Say whether it reads as a number already."""
        return _NUMBER.fullmatch(self.text) is not None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a doubtful cell must come out as: a pattern; `certain` where neighbours leave but one text.

    `counted` tells that the pattern says how many digits there are.
    """

    pattern: re.Pattern[str]
    certain: str = ""
    counted: bool = False

    def is_met(self, text: str, digits: int) -> bool:
        """Say whether a text will do for ink with so many tall signs; those of long numbers touch, and do not count."""
        if self.pattern.fullmatch(text) is None or (self.certain and text != self.certain):
            return False
        return self.counted or digits_in(text) == digits


def digits_in(text: str) -> int:
    """Return how many digits a text has."""
    return sum(sign.isdigit() for sign in text)


def as_digits(text: str) -> str:
    """Return a text with the digits for which its letters may stand."""
    return _bare(text.replace("ó", "6").replace("Ó", "6")).translate(_AS_DIGITS)


def is_near_number(text: str) -> bool:
    """Say whether all signs of a text are those of numbers, or look like digits."""
    return len(text) <= _LONGEST_NEAR and all(sign in "0123456789.,/-%" or sign in _LIKE_DIGITS for sign in _bare(text))


def _bare(text: str) -> str:
    """Return a text without the marks over and under its letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def mend_by_shape(column: Sequence[NumberCell]) -> None:
    """Give codes and dates what all others of their column have in that place."""
    _mend_codes(column)
    _mend_dates(column)


def _mend_codes(column: Sequence[NumberCell]) -> None:
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


def _mend_dates(column: Sequence[NumberCell]) -> None:
    """Give dates of a column of dates the strokes between day, month and year that were lost or read as other marks."""
    dates = sum(_DATE.fullmatch(number.text) is not None for number in column)
    if dates < _LEAST or dates < 0.5 * len(column):
        return
    for number in column:
        found = _DATE_DIGITS.fullmatch(_DATE_MARKS.sub("", number.text))
        if found and not _DATE.fullmatch(number.text):
            number.text = "/".join(found.groups())


def doubtful(column: Sequence[NumberCell]) -> Iterator[tuple[NumberCell, Wanted]]:
    """Yield the cells of a column, given from the top, that want another reading, each with what it must come out as."""
    for pattern, full in ((_DATE, _FULL_DATE), (_TELEPHONE, _TELEPHONE)):
        if sum(pattern.fullmatch(number.text) is not None for number in column) >= max(_LEAST, _SOME * len(column)):
            asked = [number for number in column if not pattern.fullmatch(number.text) and _is_long(number.text)]
            yield from ((number, Wanted(pattern=full, counted=True)) for number in asked)
            return
    if _has_roman_numbers(column):
        return
    sure = [number for number in column if number.is_number]
    first = _first_of_running(column)
    if first is not None or _is_running(sure):
        yield from _doubtful_running(column, first)
    elif len(sure) >= max(_LEAST, _MOSTLY * len(column)):
        yield from _doubtful_values(column, of_marks=_is_of_marks(sure))


def _doubtful_running(column: Sequence[NumberCell], first: int | None) -> Iterator[tuple[NumberCell, Wanted]]:
    for place, number in enumerate(column):
        value = _expected(column, place)
        if not value and first is not None:
            value = first + number.cell.row
        if value > 0 and str(value) != number.text and _is_stray(number):
            yield number, Wanted(pattern=_WHOLE, certain=str(value))


def _doubtful_values(column: Sequence[NumberCell], *, of_marks: bool) -> Iterator[tuple[NumberCell, Wanted]]:
    pattern = _SCHOOL_MARK if of_marks else _NUMBER
    for number in column:
        if not number.is_number:
            odd = number.ink is not None and _is_nearly_number(number)
        else:
            odd = of_marks and (number.word.confidence < _DOUBTED or _value(number.text) > _HIGHEST_MARK)
        if odd:
            yield number, Wanted(pattern=pattern)


def _is_long(text: str) -> bool:
    return 7 <= len(text) <= 13 and digits_in(text) >= 4


def _is_of_marks(numbers: Sequence[NumberCell]) -> bool:
    """Say whether a column holds marks of pupils, 0 to 10, some with one decimal."""
    tenths = sum(_TENTHS.fullmatch(number.text) is not None for number in numbers)
    fitting = sum(_SCHOOL_MARK.fullmatch(number.text) is not None for number in numbers)
    return tenths >= max(_LEAST, 0.3 * len(numbers)) and fitting >= _MOSTLY * len(numbers)


def _value(text: str) -> float:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", text) else 0.0


def _has_roman_numbers(column: Sequence[NumberCell]) -> bool:
    """Say whether a column numbers in roman: "I" and "II" alone may be 1 and 11, but not one after the other."""
    strays = [number.text for number in column if not number.is_number]
    return any(_ROMAN.fullmatch(text) for text in strays) or strays[:2] == ["I", "II"]


def _is_running(numbers: Sequence[NumberCell]) -> bool:
    """Say whether most numbers of a column follow upon the one before."""
    values = [int(number.text) for number in numbers if _WHOLE.fullmatch(number.text)]
    steps = sum(after == before + 1 for before, after in pairwise(values))
    return len(values) >= _LEAST and steps >= _MOSTLY * (len(values) - 1)


def _first_of_running(column: Sequence[NumberCell]) -> int | None:
    """Return which number row 0 of a table would have, if the column runs through all rows, many of them read badly."""
    firsts = Counter(int(number.text) - number.cell.row for number in column if _WHOLE.fullmatch(number.text))
    first, count = max(firsts.items(), key=lambda one: one[1], default=(0, 0))
    short = all(len(number.text) <= _SHORT for number in column)
    return first if short and count >= _LEAST and count >= _NEARLY_ALL * firsts.total() else None


def _expected(column: Sequence[NumberCell], place: int) -> int:
    """Return what number the two before, the two after, or both neighbours of a cell make of it; 0 where none do."""
    values = [int(number.text) if _WHOLE.fullmatch(number.text) else -1 for number in column]

    def at(index: int) -> int:
        return values[index] if 0 <= index < len(values) else -1

    for first, second, wanted in (
        (at(place - 1), at(place + 1) - 2, at(place - 1) + 1),
        (at(place - 2), at(place - 1) - 1, at(place - 1) + 1),
        (at(place + 1), at(place + 2) - 1, at(place + 1) - 1),
    ):
        if first >= 0 and first == second:
            return wanted
    return 0


def _is_stray(number: NumberCell) -> bool:
    """Say whether a cell of a column of running numbers may be one of them that was read badly."""
    if number.is_number:
        return number.word.confidence < _DOUBTED
    return len(number.text) <= _LONGEST and (is_near_number(number.text) or len(number.text) <= 2)


def _is_nearly_number(number: NumberCell) -> bool:
    """Say whether a cell of a column of numbers may be one: all its signs look like digits.

    Letters alone must look like 1, 0, 6 or 8, and not stand in the first column, where headings are numbered I, II.
    """
    text = number.text
    if digits_in(text):
        return len(text) <= _LONGEST
    return number.cell.column > 0 and len(text) <= 2 and all(sign in _LIKE_ONE + _LIKE_NOUGHT + _ALONE for sign in text)
