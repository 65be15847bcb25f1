"""Tables that are ruled across alone: their columns are told by the white between them, their rows by rules or white."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.evidence.extraction.layout.grids import Grid, GridCell
from services.evidence.extraction.layout.lines import TextLine, find_lines
from services.evidence.extraction.layout.recogniser import Grey
from services.evidence.extraction.layout.rules import Rule, Rules

_SAME_END = 45
_LEAST_SHARE = 0.4
_LEAST_HIGH = 110
_LANE = 0.55
_LEAST_COLUMNS = 3
_TIDY = 1.5


def open_tables(grey: Grey, rules: Rules, grids: Sequence[Grid]) -> list[Grid]:
    """Return the tables of a page that have rules across of one length and none down, beside those that are ruled both ways."""
    long = [rule for rule in rules.across if rule.length > _LEAST_SHARE * grey.shape[1] and not _within(rule, grids)]
    tables = []
    for group in _alike(long):
        top, bottom = round(group[0].middle), round(group[-1].middle)
        left, right = min(rule.begin for rule in group), max(rule.end for rule in group)
        if bottom - top < _LEAST_HIGH or any(_meets(rule, left, right, top, bottom) for rule in rules.down):
            continue
        part = grey[top + 6 : bottom - 5, max(0, left - 12) : right + 12]
        lines = find_lines(part, gap=0.8)
        columns = _lanes(lines, part.shape[1])
        if len(columns) < _LEAST_COLUMNS:
            continue
        ruled = [round(rule.middle) - top - 6 for rule in group[1:-1]]
        rows = _rows(lines, ruled, part.shape[0])
        tables.append(_grid(columns, rows, (max(0, left - 12), top + 6), (left, top, right, bottom)))
    return tables


def _within(rule: Rule, grids: Sequence[Grid]) -> bool:
    return any(grid.top - 20 < rule.middle < grid.bottom + 20 for grid in grids)


def _alike(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return groups of rules that begin and end at the same places, each from top to bottom, of two at least."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.middle):
        for group in groups:
            if abs(group[-1].begin - rule.begin) < _SAME_END and abs(group[-1].end - rule.end) < _SAME_END:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) > 1]


def _meets(rule: Rule, left: int, right: int, top: int, bottom: int) -> bool:
    """Say whether a rule down the page runs through a stretch of it, other than along its sides."""
    inside = left + _SAME_END < rule.middle < right - _SAME_END
    return inside and min(rule.end, bottom) - max(rule.begin, top) > 0.5 * (bottom - top)


def _lanes(lines: Sequence[TextLine], width: int) -> list[tuple[int, int]]:
    """Return the columns of pieces of lines, from left to right: what white parts from top to bottom, but for a stray piece."""
    if not lines:
        return []
    letter = float(np.median([line.letter for line in lines]))
    covered = np.zeros(width + 1, np.int32)
    for line in lines:
        covered[max(0, line.left) : min(width, line.right)] += 1
    # A heading that runs over several columns may cross the white.
    stray = 0 if len(lines) < 30 else 1
    free = covered[:width] <= stray
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (~free).astype(np.int8), [0]))))
    spans = [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    columns: list[tuple[int, int]] = []
    for begin, end in spans:
        if columns and begin - columns[-1][1] < _LANE * letter:
            columns[-1] = columns[-1][0], end
        else:
            columns.append((begin, end))
    return [column for column in columns if column[1] - column[0] > 0.3 * letter]


def _rows(lines: Sequence[TextLine], ruled: Sequence[int], high: int) -> list[int]:
    """Return where rows are parted, in pixels from the top: at rules, and where the white between lines is plainly wider."""
    cuts = [0, *ruled, high]
    if len(ruled) > 2:
        return cuts
    covered = np.zeros(high + 1, dtype=bool)
    for line in lines:
        covered[max(0, line.top) : line.bottom] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([0], covered[:high].astype(np.int8), [0]))))
    bands = [(int(end), int(begin)) for end, begin in zip(edges[1::2], edges[2::2], strict=False)]
    if not bands:
        return cuts
    heights = sorted(begin - end for end, begin in bands)
    # Rows of one line each have one distance; where some have more lines there are two.
    least = (heights[0] + heights[-1]) / 2 if heights[-1] > _TIDY * heights[0] + 4 else 0.0
    white = [(end + begin) // 2 for end, begin in bands if begin - end > least]
    return sorted({*cuts, *(cut for cut in white if min(abs(cut - other) for other in cuts) > 12)})


def _grid(
    columns: Sequence[tuple[int, int]], rows: Sequence[int], origin: tuple[int, int], box: tuple[int, int, int, int]
) -> Grid:
    across, down = origin
    sides = [0, *((before[1] + after[0]) // 2 for before, after in zip(columns, columns[1:], strict=False))]
    sides.append(max(columns[-1][1] + 6, box[2] - across))
    cells = tuple(
        GridCell(
            row=row,
            column=column,
            rows=1,
            columns=1,
            left=across + sides[column],
            top=down + rows[row],
            right=across + sides[column + 1],
            bottom=down + rows[row + 1],
        )
        for row in range(len(rows) - 1)
        for column in range(len(columns))
    )
    left, top, right, bottom = box
    return Grid(left=left, top=top, right=right, bottom=bottom, rows=len(rows) - 1, columns=len(columns), cells=cells)
