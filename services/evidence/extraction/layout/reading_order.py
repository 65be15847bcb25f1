"""Puts lines that were read by themselves where they belong among those that were read together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord


def lines_of_words(words: Sequence[PixelWord]) -> list[list[PixelWord]]:
    """Return words line by line."""
    return [list(group) for _, group in groupby(words, key=lambda word: (word.block, word.line))]


def place_among(box: tuple[int, int, int, int], lines: Sequence[Sequence[PixelWord]]) -> int:
    """Return where in the order of lines a box (left, top, right, bottom) stands: after the last line above it in its columns."""
    left, top, right, bottom = box
    above, below = -1, len(lines)
    for number, line in enumerate(lines):
        middle = sum(word.top + word.bottom for word in line) / (2 * len(line))
        shares = min(word.left for word in line) < right and max(word.right for word in line) > left
        if shares and middle < top + (bottom - top) / 4:
            above = number
        elif shares and middle > bottom and below == len(lines):
            below = number
    return above + 1 if above >= 0 else below


def with_lines(words: Sequence[PixelWord], new: Sequence[Sequence[PixelWord]]) -> list[PixelWord]:
    """Return words in reading order with lines put among them; lines that follow each other are one block."""
    lines = lines_of_words(words)
    added: set[int] = set()
    for line in sorted((list(line) for line in new if line), key=lambda line: min(word.top for word in line)):
        box = (
            min(word.left for word in line),
            min(word.top for word in line),
            max(word.right for word in line),
            max(word.bottom for word in line),
        )
        lines.insert(place_among(box, lines), line)
        added.add(id(line))
    numbered: list[PixelWord] = []
    block, before = -1, None
    for number, line in enumerate(lines):
        own = "added" if id(line) in added else line[0].block
        block, before = block + (own != before), own
        numbered += [msgspec.structs.replace(word, block=block, line=number) for word in line]
    return numbered
