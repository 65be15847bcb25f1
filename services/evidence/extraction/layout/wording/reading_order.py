"""Puts lines that were read by themselves where they belong among those that were read together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, zip_longest

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord

_LEAST_COLUMNS, _LEAST_LINES, _WIDEST, _NARROW = 3, 3, 0.45, 0.2


def lines_of_words(words: Sequence[PixelWord]) -> list[list[PixelWord]]:
    """Return words line by line."""
    return [list(group) for _, group in groupby(words, key=lambda word: (word.block, word.line))]


def place_among(box: tuple[int, int, int, int], lines: Sequence[Sequence[PixelWord]]) -> int:
    """Return where among lines a box (left, top, right, bottom) stands: after the last line above it in its columns."""
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


def with_lines(
    words: Sequence[PixelWord], new: Sequence[Sequence[PixelWord]], reach: Sequence[tuple[int, int]] = ()
) -> list[PixelWord]:
    """Return words in reading order with lines put among them; lines that follow each other are one block.

    `reach` tells for each new line from where to where it reaches across, its leader with it.
    """
    lines = lines_of_words(words)
    added: set[int] = set()
    pairs = [(list(line), ends) for line, ends in zip_longest(new, reach) if line]
    for line, ends in sorted(pairs, key=lambda pair: min(word.top for word in pair[0])):
        left, right = ends or (min(word.left for word in line), max(word.right for word in line))
        box = (left, min(word.top for word in line), right, max(word.bottom for word in line))
        lines.insert(place_among(box, lines), line)
        added.add(id(line))
    numbered: list[PixelWord] = []
    block, before = -1, None
    for number, line in enumerate(lines):
        own = "added" if id(line) in added else line[0].block
        block, before = block + (own != before), own
        numbered += [msgspec.structs.replace(word, block=block, line=number) for word in line]
    return numbered


class _Block(msgspec.Struct, frozen=True):
    """The lines of one block, and the box around them."""

    lines: list[list[PixelWord]]
    left: int
    top: int
    right: int
    bottom: int


def with_rows_across(words: Sequence[PixelWord], width: int) -> list[PixelWord]:
    """Return words with what was read as three columns or more side by side read across: a table whose rules are gone.

    `width` is that of the page in pixels. Two columns are left as they are: heads, signatures and newspapers have two.
    """
    blocks = [_boxed([list(line) for line in lines]) for lines in _blocks_of(words)]
    done: list[list[PixelWord]] = []
    taken: set[int] = set()
    for number, block in enumerate(blocks):
        if number in taken:
            continue
        free = [other for other in range(len(blocks)) if other not in taken]
        beside = [other for other in free if _is_beside(block, blocks[other])]
        # The first column may have fallen into blocks too.
        beyond = [other for other in free if any(_is_beside(blocks[one], blocks[other]) for one in beside)]
        group = sorted({number, *beside, *beyond})
        columns = [blocks[other] for other in group]
        if _is_table(columns, width):
            taken |= set(group)
            done += _across([line for column in columns for line in column.lines])
        else:
            taken.add(number)
            done += block.lines
    return with_lines([word for line in done for word in line], [])


def _blocks_of(words: Sequence[PixelWord]) -> list[list[list[PixelWord]]]:
    return [lines_of_words(list(group)) for _, group in groupby(words, key=lambda word: word.block)]


def _boxed(lines: list[list[PixelWord]]) -> _Block:
    words = [word for line in lines for word in line]
    return _Block(
        lines,
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
    )


def _is_beside(block: _Block, other: _Block) -> bool:
    """Say whether a block stands beside another, over most of the height of the lower one."""
    shared = min(block.bottom, other.bottom) - max(block.top, other.top)
    apart = other.left >= block.right or other.right <= block.left
    return apart and shared > 0.6 * min(block.bottom - block.top, other.bottom - other.top)


def _is_table(blocks: Sequence[_Block], width: int) -> bool:
    """Say whether blocks are columns of a table: three and more side by side, none as wide as prose, one of them narrow."""
    columns: list[list[_Block]] = []
    for block in sorted(blocks, key=lambda block: block.left):
        if columns and block.left < max(other.right for other in columns[-1]):
            columns[-1].append(block)
        else:
            columns.append([block])
    widths = [max(block.right for block in column) - min(block.left for block in column) for column in columns]
    if len(columns) < _LEAST_COLUMNS or max(widths) > _WIDEST * width or min(widths) > _NARROW * width:
        return False
    return sum(sum(len(block.lines) for block in column) >= _LEAST_LINES for column in columns) >= _LEAST_COLUMNS


def _across(lines: Sequence[list[PixelWord]]) -> list[list[PixelWord]]:
    """Return lines as rows over all columns, from top to bottom, their words from left to right, in a block of their own."""
    rows: list[list[PixelWord]] = []
    for line in sorted(lines, key=lambda line: sum(word.top + word.bottom for word in line) / len(line)):
        middle = sum(word.top + word.bottom for word in line) / (2 * len(line))
        if rows and middle < max(word.bottom for word in rows[-1]) - 0.25 * (rows[-1][0].bottom - rows[-1][0].top):
            rows[-1] += line
        else:
            rows.append(list(line))
    block = lines[0][0].block
    return [
        [msgspec.structs.replace(word, block=block, line=number) for word in sorted(row, key=lambda word: word.left)]
        for number, row in enumerate(rows)
    ]
