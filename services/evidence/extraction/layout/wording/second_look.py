"""Reads doubtful lines again, and ink that no word explains, from other renderings of the page; the better reading stays.

A line costs a fortieth of a page. Confidence, agreement of two readings and the spelling of syllables decide word by word.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Protocol

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from services.evidence.extraction.layout.wording.item_numbers import with_item_numbers
from services.evidence.extraction.layout.wording.syllables import plausibility
from services.evidence.extraction.pixels import Grey

_DOUBTFUL_LINE = 86.0
_DOUBTFUL_WORD = 78.0
_SENSELESS = 60.0
_JUNK = 30.0
_EMPTY_BOX = 40.0
_MARGIN = 12
_AGREED = 0.15
_KEPT = 0.03
"""A new reading must be worth so much more, for a tie says nothing and the first saw the whole page."""

_FEW, _MANY = 14, 90
_BAD_PAGE, _POOR_PAGE = 84.0, 91.0
_COARSER, _PLAINLY = 0.5, 1.01
_MOST_CELLS, _LONG = 60, 2.2


class LineReader(Protocol):
    """What reads a line: `Recogniser`, or a stand-in."""

    def words(self, grey: Grey, *, mode: int = ..., dpi: int = ..., only: str = ...) -> list[PixelWord]:
        """Return the words of an image."""


class _Line(msgspec.Struct):
    """A line to be looked at: the words there are, and the box that holds them and the ink beside them."""

    words: list[PixelWord]
    left: int
    top: int
    right: int
    bottom: int
    doubt: float


def second_look(
    variants: Mapping[str, Grey], words: Sequence[PixelWord], recogniser: LineReader, until: float, *, whole: bool = True
) -> list[PixelWord]:
    """Return the words of a page, doubtful lines read again from its variants, lines that were overlooked put in.

    The first variant is the page that gave the words, in whose pixels their boxes are; others show that page at any size.
    `whole` lets a bad page be read whole from another variant too: not where its rows were put together one by one.
    Ends at `until` (monotonic seconds) or after some fourteen readings; a page that was read badly is worth more of them.
    """
    names = list(variants)
    page = variants[names[0]]
    words = _whole(variants, words, recogniser, until) if whole else words
    junk = {id(word) for word in words if _is_junk(word)} | {id(word) for word in _running_down(words)}
    lines = _lines(word for word in words if id(word) not in junk)
    unread = unread_lines(page, [word for word in words if id(word) not in junk])
    asked = _doubtful(lines, unread)
    sure = _mean(words)
    left = _MANY if sure < _BAD_PAGE else _FEW + len(unread)
    for line in asked:
        readings = [line.words] if line.words else []
        # A box that reaches over unread ink may cut into the lines above and below: what they say is theirs.
        others = [word for other in lines if other is not line and _touch(line, other) for word in other.words]
        for name in names if not line.words or line.doubt >= 100 else [*names[1:], names[0]]:
            if left <= 0 or time.monotonic() >= until or _settled(readings):
                break
            found = _read(variants[name], page.shape, line, recogniser)
            readings.append([word for word in found if not any(_lies_in(word, other) for other in others)])
            left -= 1
        if len(readings) > 1 or (readings and not line.words):
            best = best_reading(readings, first_is_old=bool(line.words))
            line.words[:] = [msgspec.structs.replace(word, **_place(line.words[0])) for word in best] if line.words else best
    read = _in_order(lines, [line.words for line in asked if line not in lines and line.words])
    # What nobody read better stays, for somebody else to judge.
    rest = [word for word in words if id(word) in junk and not any(_over(word, other) for other in read)]
    return with_item_numbers([*read, *rest])


def _whole(
    variants: Mapping[str, Grey], words: Sequence[PixelWord], recogniser: LineReader, until: float
) -> Sequence[PixelWord]:
    """Return the words of a page, those of a bad one from the rendering in which the whole of it is worth most.

    Broken and fat strokes of copies read better coarser; and where cleaning did harm the page as it was scanned is better.
    """
    if not words or _mean(words) >= _POOR_PAGE:
        return words
    page = next(iter(variants.values()))
    others = [cv2.resize(page, None, fx=_COARSER, fy=_COARSER, interpolation=cv2.INTER_AREA)]
    if "raw" in variants and _mean(words) < _BAD_PAGE:
        others.append(variants["raw"])
    best = words
    for grey in others:
        if time.monotonic() >= until:
            break
        scale = grey.shape[1] / page.shape[1]
        found = [word.scaled(1 / scale) for word in recogniser.words(grey, mode=PageMode.AUTO, dpi=round(300 * scale))]
        if _worth(found) > _PLAINLY * _worth(best):
            best = found
    return best


def _place(word: PixelWord) -> dict[str, int]:
    return {"block": word.block, "line": word.line}


def _is_junk(word: PixelWord) -> bool:
    """Say whether a word makes no sense: the numbers of items, read as a column of their own, come out so."""
    code = len(word.text) > 4 and any(sign.isdigit() for sign in word.text)
    return word.confidence < _SENSELESS and not code and not plausibility(word.text)


def _running_down(words: Sequence[PixelWord]) -> Iterator[PixelWord]:
    """Yield the words of lines that run down the page: columns of numbers are taken for such ones, and give nonsense."""
    for _, group in groupby(words, key=lambda word: (word.block, word.line)):
        line = list(group)
        if len(line) > 1 and all(
            a.left < b.right and b.left < a.right and (a.bottom <= b.top or b.bottom <= a.top) for a, b in pairwise(line)
        ):
            yield from line


def _over(word: PixelWord, other: PixelWord) -> bool:
    return word.left < other.right and word.right > other.left and word.top < other.bottom and word.bottom > other.top


def second_look_at_cells(
    variants: Mapping[str, Grey], cells: Sequence[Sequence[PixelWord]], recogniser: LineReader, until: float
) -> list[list[PixelWord]]:
    """Return the words of cells, doubtful lines of some length read again; short ones tell nothing without their guide."""
    names = list(variants)
    page = variants[names[0]]
    looked = [_lines(words) for words in cells]
    asked = [line for lines in looked for line in lines if line.doubt > 0 and _is_long(line)]
    for line in sorted(asked, key=lambda line: -line.doubt)[:_MOST_CELLS]:
        readings = [line.words]
        for name in names[1:]:
            if time.monotonic() >= until or _settled(readings):
                break
            readings.append(_read(variants[name], page.shape, line, recogniser))
        number = line.words[0].line
        line.words[:] = [msgspec.structs.replace(word, line=number, block=0) for word in best_reading(readings)]
    return [[word for line in lines for word in line.words] for lines in looked]


def read_again(grey: Grey, shape: tuple[int, ...], words: Sequence[PixelWord], recogniser: LineReader) -> list[PixelWord]:
    """Return a line as it reads in another rendering of a page of that shape, its boxes in pixels of the page."""
    return _read(grey, shape, _boxed(list(words)), recogniser)


def _is_long(line: _Line) -> bool:
    return line.right - line.left > _LONG * (line.bottom - line.top)


def _lines(words: Iterable[PixelWord]) -> list[_Line]:
    return [_boxed(list(group)) for _, group in groupby(words, key=lambda word: (word.block, word.line))]


def _boxed(words: list[PixelWord]) -> _Line:
    return _Line(
        words=words,
        left=min(word.left for word in words),
        top=min(word.top for word in words),
        right=max(word.right for word in words),
        bottom=max(word.bottom for word in words),
        doubt=_doubt(words),
    )


def _mean(words: Iterable[PixelWord]) -> float:
    weights = [(word.confidence, len(word.text)) for word in words]
    letters = sum(weight for _, weight in weights)
    return sum(sure * weight for sure, weight in weights) / letters if letters else 0.0


def _doubt(words: Sequence[PixelWord]) -> float:
    """Return how much a line wants a second look: 0 for none, else how far its worst words are from sure."""
    mean, worst = _mean(words), min(word.confidence for word in words)
    empty = _EMPTY_BOX * any(_holds_more(word) for word in words)
    if mean >= _DOUBTFUL_LINE and worst >= _DOUBTFUL_WORD:
        return empty
    return empty + max(_DOUBTFUL_LINE - mean, 0.0) + 0.3 * max(_DOUBTFUL_WORD - worst, 0.0)


def _holds_more(word: PixelWord) -> bool:
    """Say whether a word without letters has the box of one with: "." where "1." stands."""
    high, wide = word.bottom - word.top, word.right - word.left
    return (
        high > 18 and wide > 0.7 * high * len(word.text) and not any(sign.isalnum() or sign in "-–—+*" for sign in word.text)
    )


def unread_lines(grey: Grey, words: Iterable[PixelWord]) -> list[tuple[int, int, int, int]]:
    """Return the boxes (left, top, right, bottom) of ink that looks like lines of print and lies in no word's box."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    local = cv2.boxFilter(half, cv2.CV_8U, (61, 61), borderType=cv2.BORDER_REPLICATE)
    dark = ((half < 0.72 * local.astype(np.float32)) & (half < 215)).astype(np.uint8)
    for word in words:
        grown = (word.bottom - word.top) // 6
        dark[
            max(0, word.top - grown) // 2 : (word.bottom + grown) // 2 + 1, max(0, word.left - 6) // 2 : word.right // 2 + 4
        ] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letters = (high >= 8) & (high <= 50) & (wide <= 90) & (wide >= 3) & (area >= 20) & (area < 0.85 * wide * high)
    letters[0] = False
    kept = letters.astype(np.uint8)[labels]
    joined = cv2.morphologyEx(kept, cv2.MORPH_CLOSE, np.ones((3, 31), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for k in range(1, count):
        left, top, wide_, high_ = (int(v) for v in stats[k, :4])
        letters_in = int(kept[top : top + high_, left : left + wide_].sum())
        # A single sign says nothing, but beside a line it is the number of its item.
        if 9 <= high_ <= 60 and wide_ >= 0.25 * high_ and 0.08 < letters_in / (wide_ * high_) < 0.6:
            boxes.append((2 * left, 2 * top, 2 * (left + wide_), 2 * (top + high_)))
    return boxes


def _doubtful(lines: list[_Line], unread: Sequence[tuple[int, int, int, int]]) -> list[_Line]:
    """Return the lines to look at, the most doubtful first: those with unread ink beside them reach over it."""
    asked: list[_Line] = []
    for left, top, right, bottom in unread:
        beside = [line for line in lines if _beside(line, (left, top, right, bottom))]
        if beside:
            line = min(beside, key=lambda one: max(one.left - right, left - one.right))
            line.left, line.right = min(line.left, left), max(line.right, right)
            line.top, line.bottom = min(line.top, top), max(line.bottom, bottom)
            line.doubt += 100
        elif right - left >= 1.6 * (bottom - top):
            asked.append(_Line(words=[], left=left, top=top, right=right, bottom=bottom, doubt=50.0 + (right - left) / 100))
    return sorted([*asked, *(line for line in lines if line.doubt > 0)], key=lambda line: -line.doubt)


def _beside(line: _Line, box: tuple[int, int, int, int]) -> bool:
    """Say whether ink lies in the row of a line, near an end of it or in a gap of it."""
    left, top, right, bottom = box
    high = min(line.bottom - line.top, bottom - top)
    overlap = min(line.bottom, bottom) - max(line.top, top)
    gap = max(line.left - right, left - line.right)
    return (
        overlap > 0.6 * high
        and bottom - top > 0.45 * (line.bottom - line.top)
        and gap < 2.5 * max(high, 30)
        and bottom - top < 1.8 * (line.bottom - line.top)
    )


def _read(grey: Grey, shape: tuple[int, ...], line: _Line, recogniser: LineReader) -> list[PixelWord]:
    """Return a line as it reads in one variant, its boxes in pixels of the page."""
    scale = grey.shape[1] / shape[1]
    high = line.bottom - line.top
    left, right = max(0, line.left - high // 2), min(shape[1], line.right + high // 2)
    top, bottom = max(0, line.top - high // 6), min(shape[0], line.bottom + high // 6)
    part = grey[round(top * scale) : round(bottom * scale), round(left * scale) : round(right * scale)]
    if min(part.shape, default=0) < 8:
        return []
    paper = int(np.percentile(part, 80))
    part = cv2.copyMakeBorder(part, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=paper)
    found = recogniser.words(part, mode=PageMode.LINE, dpi=round(300 * scale))
    return [_placed(word, scale, left, top) for word in found]


def _placed(word: PixelWord, scale: float, left: int, top: int) -> PixelWord:
    """Return a word of a part that was cut out at a place, given a margin and scaled, as it lies on the page."""
    across, down = (
        [round((x - _MARGIN) / scale) + left for x in (word.left, word.right)],
        [round((y - _MARGIN) / scale) + top for y in (word.top, word.bottom)],
    )
    return msgspec.structs.replace(word, left=across[0], right=across[1], top=down[0], bottom=down[1])


def _lies_in(word: PixelWord, other: PixelWord) -> bool:
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return other.left <= across < other.right and other.top <= down < other.bottom


def _touch(line: _Line, other: _Line) -> bool:
    return line.top < other.bottom and other.top < line.bottom and line.left < other.right and other.left < line.right


def _settled(readings: Sequence[Sequence[PixelWord]]) -> bool:
    """Say whether two readings agree, or one is sure: more would cost and tell nothing."""
    if not readings or not readings[-1]:
        return False
    texts = [[word.text for word in reading] for reading in readings]
    last = readings[-1]
    sure = len(readings) > 1 and _mean(last) >= 93 and min(word.confidence for word in last) >= 75
    return sure or texts[-1] in texts[:-1]


def best_reading(readings: Sequence[Sequence[PixelWord]], *, first_is_old: bool = True) -> list[PixelWord]:
    """Return one reading made of several of the same line: where they differ, the words that are worth most."""
    best = list(readings[0])
    if not first_is_old:
        best = max((list(reading) for reading in readings), key=_worth, default=[])
        return best if _mean(best) >= 50 and _worth(best) > 0 else []
    for other in readings[1:]:
        best = _better_parts(best, list(other), readings)
    return best


def _better_parts(best: list[PixelWord], other: list[PixelWord], readings: Sequence[Sequence[PixelWord]]) -> list[PixelWord]:
    texts = [" " + " ".join(word.text for word in reading) + " " for reading in readings]
    matcher = difflib.SequenceMatcher(None, [word.text for word in best], [word.text for word in other], autojunk=False)
    words: list[PixelWord] = []
    for operation, i, j, k, end in matcher.get_opcodes():
        old, new = best[i:j], other[k:end]
        if operation == "equal":
            # The surer of both knows the word's confidence.
            words += [
                a if a.confidence >= b.confidence else msgspec.structs.replace(a, confidence=b.confidence)
                for a, b in zip(old, new, strict=True)
            ]
            continue
        words += new if _value(new, texts) > _value(old, texts) + _KEPT * max(3, _letters(old)) else old
    return words


def _letters(words: Iterable[PixelWord]) -> int:
    return sum(len(word.text) for word in words)


def _value(words: Sequence[PixelWord], texts: Sequence[str]) -> float:
    """Return what words are worth, with something on top where another reading has them too."""
    if not words:
        return 0.0
    together = " " + " ".join(word.text for word in words) + " "
    agreed = sum(together in text for text in texts) > 1
    return _worth(words) * (1 + _AGREED * agreed)


def _worth(words: Iterable[PixelWord]) -> float:
    """Return what words are worth: letters times confidence, less where they are no syllables, negative for junk."""
    total = 0.0
    for word in words:
        share = plausibility(word.text)
        spelled = 1.0 if share is None else 0.75 + 0.25 * share
        total += len(word.text) * spelled * (word.confidence - _JUNK) / (100 - _JUNK)
    return total


def _in_order(lines: list[_Line], new: list[list[PixelWord]]) -> list[PixelWord]:
    """Return all words in reading order: a line that was overlooked goes after the nearest one above it in its column."""
    order = [line.words for line in lines if line.words]
    fresh = 1 + max((word.block for line in order for word in line), default=0)
    for words in sorted(new, key=lambda one: one[0].top):
        box = _boxed(words)
        above = [n for n, line in enumerate(order) if _is_above(_boxed(line), box)]
        if above:
            nearest = max(above, key=lambda n: (max(word.bottom for word in order[n]), n))
            block, place = order[nearest][0].block, nearest + 1
        else:
            block, place = fresh, next((n for n, line in enumerate(order) if line[0].top > box.top), len(order))
        number = 1 + max((word.line for line in order for word in line if word.block == block), default=0)
        order.insert(place, [msgspec.structs.replace(word, block=block, line=number) for word in words])
    return [msgspec.structs.replace(word, block=line[0].block, line=line[0].line) for line in order for word in line]


def _is_above(line: _Line, box: _Line) -> bool:
    """Say whether a line lies above a box and shares a good part of its width."""
    shared = min(line.right, box.right) - max(line.left, box.left)
    return line.bottom <= box.top + 0.4 * (box.bottom - box.top) and shared > 0.3 * min(
        line.right - line.left, box.right - box.left
    )
