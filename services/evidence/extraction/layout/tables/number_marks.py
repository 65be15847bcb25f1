"""Tells decimal commas from full stops by the shape of their ink, one by one and over the columns of a table.

The recogniser tells "8,5" from "8.5" badly, for one sign of ink is little to go by. Its ink is plain, however: a comma
reaches a fifth of a digit below the base line and is near twice as high as wide, a full stop stands on the base line and is
as wide as high (over 500 marks of pages of 150 to 300 dpi: 0.13 to 0.25 of a digit for commas, at most 0.03 for full stops).
A mark that cannot be measured goes as its column does; so the numbers of criteria (1.1, 5.3) keep theirs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.pixels import Grey

_PARTED = re.compile(r"\d+(?:[.,]\d+)+")
_WHOLE = re.compile(r"\d+")
_MARK = re.compile(r"[.,]")

_TALL, _LOW = 0.75, 0.6
_UPPER_HALF = 0.5
_SPECK = 3
_COMMA_DEPTH, _COMMA_HIGH, _COMMA_SLIM = 0.09, 0.26, 1.25
_STOP_DEPTH, _STOP_HIGH, _STOP_SLIM = 0.06, 0.28, 1.35

_LEAST, _LEAST_AGAINST = 3, 5
_MOST, _NEARLY_ALL = 0.75, 0.85
_THOUSANDS = 3


class DecimalMark(msgspec.Struct, frozen=True, kw_only=True):
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


class NumberInk(msgspec.Struct, frozen=True):
    """What the ink of a number is made of: how many tall signs, and the low marks between them."""

    digits: int
    marks: tuple[DecimalMark, ...]


def ink_of(part: Grey, limit: int) -> NumberInk:
    """Return tall signs and low marks between them on a part of a page that shows one number; ink is darker than `limit`."""
    ink = (part < limit).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high, area = (stats[1:, column] for column in range(5))
    if not len(high):
        return NumberInk(0, ())
    tall = high >= _TALL * high.max()
    size, base = float(np.median(high[tall])), float(np.median((top + high)[tall]))
    low = ~tall & (high < _LOW * size) & (top > base - _UPPER_HALF * size) & (area >= _SPECK)
    middles = left + wide / 2
    marks = []
    for k in np.flatnonzero(low)[np.argsort(middles[low])]:
        after = int((middles[tall] < middles[k]).sum())
        if 0 < after < tall.sum():
            depth = float(top[k] + high[k] - base) / size
            marks.append(
                DecimalMark(after=after, depth=depth, high=float(high[k]) / size, slim=float(high[k]) / float(wide[k]))
            )
    return NumberInk(int(tall.sum()), tuple(marks))


def with_marks(column: Sequence[tuple[str, NumberInk]]) -> list[str]:
    """Return the numbers of a column with the marks that their ink shows, or that most others of the column have.

    Marks before three digits part thousands and are judged apart from those before decimals.
    """
    shown: dict[bool, Counter[str]] = defaultdict(Counter)
    read: dict[bool, Counter[str]] = defaultdict(Counter)
    texts = [_with_missing_mark(text, seen, column) for text, seen in column]
    for text, (_, seen) in zip(texts, column, strict=True):
        for sign, mark, thousands in _marks(text, seen):
            read[thousands][sign] += 1
            if mark is not None and mark.sign:
                shown[thousands][mark.sign] += 1
    given = []
    for text, (_, seen) in zip(texts, column, strict=True):
        signs = [_sign(sign, mark, shown[tail], read[tail]) for sign, mark, tail in _marks(text, seen)]
        groups = _MARK.split(text) if signs else [text]
        given.append("".join(group + sign for group, sign in zip(groups, [*signs, ""], strict=True)))
    return given


def _marks(text: str, seen: NumberInk) -> Iterator[tuple[str, DecimalMark | None, bool]]:
    """Yield each mark of a number: as it was read, as it is printed (if that is told apart), whether three digits follow."""
    if not _PARTED.fullmatch(text):
        return
    digits = sum(sign.isdigit() for sign in text)
    groups = _MARK.split(text)
    before = np.cumsum([len(group) for group in groups])
    for index, found in enumerate(_MARK.finditer(text)):
        printed = [mark for mark in seen.marks if mark.after == before[index]] if seen.digits == digits else []
        yield found.group(), printed[0] if len(printed) == 1 else None, len(groups[index + 1]) == _THOUSANDS


def _sign(read: str, mark: DecimalMark | None, shown: Counter[str], texts: Counter[str]) -> str:
    """Return a comma or a full stop: as the ink shows unless nearly all others speak against it, else as most others are."""
    most, count = shown.most_common(1)[0] if shown else ("", 0)
    of_all = count / max(1, shown.total())
    own = mark.sign if mark is not None else ""
    if own and not (own != most and count >= _LEAST_AGAINST and of_all >= _NEARLY_ALL and own != read):
        return own
    if count >= _LEAST and of_all >= _NEARLY_ALL:
        return most
    # Nothing to measure: full stops among commas are commas, never the other way, for codes have full stops.
    return "," if texts[","] >= _LEAST and texts[","] >= _MOST * texts.total() else read


def _with_missing_mark(text: str, seen: NumberInk, column: Sequence[tuple[str, NumberInk]]) -> str:
    """Return whole digits with the mark that the ink shows between them, if others of the column are parted so."""
    if not _WHOLE.fullmatch(text) or len(seen.marks) != 1 or seen.digits != len(text) or not seen.marks[0].sign:
        return text
    mark = seen.marks[0]
    tail = len(text) - mark.after
    alike = sum(bool(re.fullmatch(rf"\d+[.,]\d{{{tail}}}", other)) for other, _ in column)
    return f"{text[: mark.after]}{mark.sign}{text[mark.after :]}" if alike >= _LEAST else text
