"""Puts numbers of items, read as a column of their own, before the lines that they stand before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord

_NUMBER = re.compile(r"\(?\d{1,3}[.)]?")
_LEAST = 3
"""So many numbers below each other are a list; fewer may be anything."""

_Line = list[PixelWord]


def with_item_numbers(words: Sequence[PixelWord]) -> list[PixelWord]:
    """Return words in reading order with every number of a list at the head of its line, in the block of that line."""
    lines = [list(group) for _, group in groupby(words, key=lambda word: (word.block, word.line))]
    alone = [line for line in lines if all(_NUMBER.fullmatch(word.text) for word in line)]
    found = [(word, target) for line in alone for word in line if (target := _line_after(word, lines)) is not None]
    if len(found) < _LEAST:
        # A line that begins with the full stop of its number says it by itself.
        found = [(word, target) for word, target in found if target[0].text == "."]
    moved = {id(word) for word, _ in found}
    for word, target in found:
        head = target[0]
        number = msgspec.structs.replace(word, block=head.block, line=head.line)
        # Its full stop was read with the line.
        target[: 1 if head.text == "." else 0] = [number if word.text.endswith((".", ")")) else _stopped(number, head)]
    return [word for line in lines for word in line if id(word) not in moved]


def _stopped(number: PixelWord, head: PixelWord) -> PixelWord:
    return msgspec.structs.replace(number, text=f"{number.text}.") if head.text == "." else number


def _line_after(word: PixelWord, lines: Sequence[_Line]) -> _Line | None:
    """Return the line that begins right of a number, level with it and near, or None."""
    high = word.bottom - word.top
    for line in lines:
        head = line[0]
        overlap = min(word.bottom, max(other.bottom for other in line)) - max(word.top, min(other.top for other in line))
        near = -0.5 * high < head.left - word.right < 2.0 * high
        if word not in line and near and overlap > 0.5 * high and not _NUMBER.fullmatch(head.text):
            return line
    return None
