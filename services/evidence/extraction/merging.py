"""Puts the words of two readings of one page together, and turns their boxes with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import msgspec
import numpy as np

from services.evidence.domain.text import ReadWord

_DOUBLE = 0.4


def merged(first: Sequence[ReadWord], more: Sequence[ReadWord]) -> list[ReadWord]:
    """Return the words of both readings down the page; where they lie over each other, those of the first stay."""
    more = [word for word in more if not any(_overlap(word, other) > _DOUBLE for other in first)]
    if not first or not more:
        return list(first or more)
    # Lines of the first keep their order; a block of the second goes before the first line that begins below its top.
    lines = [(0, line) for line in _groups(first, by_line=True)]
    for block in _groups(more, by_line=False):
        top = min(word.top for word in block)
        place = next((n for n, (_, line) in enumerate(lines) if min(word.top for word in line) > top), len(lines))
        lines.insert(place, (1, block))
    words: list[ReadWord] = []
    number, before = -1, (-1, -1)
    for source, group in lines:
        if (source, group[0].block) != before:
            number, before = number + 1, (source, group[0].block)
        words.extend(msgspec.structs.replace(word, block=number) for word in group)
    return words


def turned(word: ReadWord, degrees: int, skew: float, shape: tuple[int, int]) -> ReadWord:
    """Return a word with its box after its page (width, height) was turned counter-clockwise and then levelled by `skew`."""
    left, top, width, height = word.left, word.top, word.width, word.height
    if degrees == 90:
        left, top, width, height = top, 1000 - left - width, height, width
    elif degrees == 180:
        left, top = 1000 - left - width, 1000 - top - height
    elif degrees == 270:
        left, top, width, height = 1000 - top - height, left, height, width
    across, down = shape if degrees in {0, 180} else shape[::-1]
    angle = math.radians(skew)
    x, y = (left + width / 2 - 500) * across, (top + height / 2 - 500) * down
    x, y = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    left, top = round(x / across + 500 - width / 2), round(y / down + 500 - height / 2)
    return msgspec.structs.replace(word, left=max(0, left), top=max(0, top), width=width, height=height)


def sure_lines(words: Sequence[ReadWord], least: int) -> list[ReadWord]:
    """Return the lines of which a reading is sure: what is left of a picture, a seal or a rule is no text."""
    sure_words: list[ReadWord] = []
    for line in _groups(words, by_line=True):
        letters = "".join(word.text for word in line)
        if np.mean([word.confidence for word in line]) >= least and sum(sign.isalnum() for sign in letters) >= 2:
            sure_words.extend(line)
    return sure_words


def _groups(words: Sequence[ReadWord], *, by_line: bool) -> list[list[ReadWord]]:
    return [list(group) for _, group in groupby(words, key=lambda word: (word.block, word.line if by_line else 0))]


def _overlap(word: ReadWord, other: ReadWord) -> float:
    """Return which share of the smaller box the two have in common."""
    across = min(word.left + word.width, other.left + other.width) - max(word.left, other.left)
    down = min(word.top + word.height, other.top + other.height) - max(word.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / max(1, min(word.width * word.height, other.width * other.height))
