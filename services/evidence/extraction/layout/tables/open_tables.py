"""Finds the columns of tables whose columns no rule parts: by the white that runs down between them through all rows.

Three sorts of such tables are found: with a rule under every row, with a frame and rows but no columns, and with rules only
above and below the head and at the foot, whose rows are then parted by the white across all columns that is higher than
between lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.tables.grids import Grid, GridCell
from services.evidence.extraction.layout.tables.rules import PageRule
from services.evidence.extraction.pixels import Grey

_EVEN_ENDS = 30
_WIDE = 700
_GUTTER = 0.62
_ROW_GAP = 0.62
_LEAST_ROWS = 3
_CROSSED = 0.09
_SPECK = 12
_USUAL = 32.0
_TALL_ROW = 3.2


class _Band(msgspec.Struct, frozen=True):
    """One row: from where to where down the page."""

    top: int
    bottom: int


def open_grids(ink: Grey, rules: Sequence[PageRule]) -> list[Grid]:
    """Return tables made of level rules that cross no other. `ink` is 1 where the page without its rules is inked."""
    found = []
    for stack in _stacks(rules):
        left = min(rule.begin for rule in stack)
        right = max(rule.end for rule in stack)
        bands = [
            _Band(round(upper.middle + upper.thickness / 2) + 2, round(lower.middle - lower.thickness / 2) - 1)
            for upper, lower in pairwise(stack)
        ]
        grid = _with_columns(ink, left, right, bands)
        if grid is not None:
            found.append(grid)
    return found


def with_columns(ink: Grey, grid: Grid) -> Grid:
    """Return a grid of one column cut into the columns that its text shows; as it was if it shows none."""
    if grid.columns != 1:
        return grid
    bands = [_Band(cell.top, cell.bottom) for cell in grid.cells]
    cut = _with_columns(ink, grid.cells[0].left, grid.cells[0].right, bands)
    return (
        grid
        if cut is None
        else msgspec.structs.replace(cut, left=grid.left, top=grid.top, right=grid.right, bottom=grid.bottom)
    )


def _stacks(rules: Sequence[PageRule]) -> list[list[PageRule]]:
    """Return sets of long rules under each other that begin and end alike, from top to bottom."""
    stacks: list[list[PageRule]] = []
    for rule in sorted(rules, key=lambda rule: rule.middle):
        if rule.length < _WIDE:
            continue
        for stack in stacks:
            last = stack[-1]
            if abs(last.begin - rule.begin) <= _EVEN_ENDS and abs(last.end - rule.end) <= _EVEN_ENDS:
                if rule.middle - last.middle > 14:
                    stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) >= _LEAST_ROWS]


def _with_columns(ink: Grey, left: int, right: int, bands: Sequence[_Band]) -> Grid | None:
    left, right = max(0, left), min(ink.shape[1], right)
    clean = _without_specks(ink[:, left:right], bands)
    tall = _letter_height(clean, bands)
    bands = [part for band in bands for part in _rows_within(clean, band, tall)]
    bands = [band for band in bands if clean[band.top : band.bottom].any()]
    if len(bands) < _LEAST_ROWS:
        return None
    filled = np.array([clean[band.top : band.bottom].any(axis=0) for band in bands])
    edges = _gutters(filled, tall)
    if len(edges) < 3:
        return None
    return _grid(filled, bands, edges, left)


def _without_specks(ink: Grey, bands: Sequence[_Band]) -> Grey:
    top, bottom = max(0, bands[0].top), bands[-1].bottom
    clean = np.zeros_like(ink)
    part = np.ascontiguousarray(ink[top:bottom])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    kept = (stats[:, cv2.CC_STAT_AREA] >= _SPECK) & (
        np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > 2
    )
    kept[0] = False
    clean[top:bottom] = kept.astype(np.uint8)[labels]
    return clean


def _letter_height(ink: Grey, bands: Sequence[_Band]) -> float:
    """Return how tall the capitals of a table are, in pixels."""
    part = np.ascontiguousarray(ink[max(0, bands[0].top) : bands[-1].bottom])
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights >= 12) & (heights <= 90)]
    return float(np.percentile(heights, 75)) if len(heights) else _USUAL


def _rows_within(ink: Grey, band: _Band, tall: float) -> list[_Band]:
    """Cut a high band into rows where white runs across all of it, higher than between lines."""
    if band.bottom - band.top < _TALL_ROW * tall:
        return [band]
    filled = ink[band.top : band.bottom].any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    gaps = [after[0] - before[1] for before, after in pairwise(runs)]
    least = _row_gap(gaps, tall)
    rows, begin = [], 0
    for (before, after), gap in zip(pairwise(runs), gaps, strict=True):
        if gap >= least:
            middle = (before[1] + after[0]) // 2
            rows.append(_Band(band.top + begin, band.top + middle))
            begin = middle
    return [*rows, _Band(band.top + begin, band.bottom)]


def _row_gap(gaps: Sequence[int], tall: float) -> float:
    """Return how high white must be to part rows: past the widest step between small gaps and large ones."""
    some = sorted(gap for gap in gaps if gap > 2)
    if not some:
        return _ROW_GAP * tall
    steps = [(after / before, after) for before, after in pairwise(some)]
    widest, after = max(steps, default=(1.0, some[0]))
    if widest > 1.5 and 0.3 * tall < after < 1.6 * tall:
        return float(after)
    return _ROW_GAP * tall


def _gutters(filled: Any, tall: float) -> list[tuple[int, int]]:
    """Return the white strips between columns as begin and end, the outer sides included as the first and last."""
    body = filled[1:] if len(filled) > _LEAST_ROWS else filled
    often = body.sum(axis=0)
    white = often <= int(_CROSSED * len(body))
    columns = np.flatnonzero(often)
    if not len(columns):
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], white.astype(np.int8), [0]))))
    strips = [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    inner = [
        strip for strip in strips if strip[1] - strip[0] >= _GUTTER * tall and strip[0] > 0 and strip[1] < filled.shape[1]
    ]
    outer_left = [strip for strip in strips if strip[0] == 0]
    outer_right = [strip for strip in strips if strip[1] == filled.shape[1]]
    cut = [part for strip in inner for part in _parted(filled[0], strip, tall)]
    first = _parted(filled[0], outer_left[0], tall)[1:] if outer_left else []
    last = _parted(filled[0], outer_right[0], tall)[:-1] if outer_right else []
    return [(0, 0), *first, *cut, *last, (filled.shape[1], filled.shape[1])]


def _parted(head: Any, strip: tuple[int, int], tall: float) -> list[tuple[int, int]]:
    """Cut a strip in two where a head stands in the middle of it: an empty column."""
    inside = np.flatnonzero(head[strip[0] : strip[1]])
    if not len(inside):
        return [strip]
    first, last = strip[0] + int(inside[0]), strip[0] + int(inside[-1]) + 1
    alone = first - strip[0] >= _GUTTER * tall or strip[0] == 0
    if not alone or (strip[1] - last < _GUTTER * tall and strip[1] != len(head)) or last - first < tall:
        return [strip]
    return [(strip[0], first), (last, strip[1])]


def _grid(filled: Any, bands: Sequence[_Band], strips: Sequence[tuple[int, int]], left: int) -> Grid:
    edges = [(first + last) // 2 for first, last in strips]
    cells = []
    for row, band in enumerate(bands):
        column = 0
        while column < len(edges) - 1:
            after = column + 1
            while after < len(edges) - 1 and _crosses(filled[row], strips[after]):
                after += 1
            cells.append(
                GridCell(
                    row=row,
                    column=column,
                    rows=1,
                    columns=after - column,
                    left=left + edges[column],
                    top=band.top,
                    right=left + edges[after],
                    bottom=band.bottom,
                )
            )
            column = after
    return Grid(
        left=left,
        top=bands[0].top,
        right=left + edges[-1],
        bottom=bands[-1].bottom,
        rows=len(bands),
        columns=len(edges) - 1,
        cells=tuple(cells),
    )


def _crosses(filled: Any, strip: tuple[int, int]) -> bool:
    """Say whether a row's letters run over a strip: nowhere on it is there white of half its width."""
    part = filled[strip[0] : strip[1]]
    edges = np.flatnonzero(np.diff(np.concatenate(([1], part.astype(np.int8), [1]))))
    widest = max((int(last - first) for first, last in zip(edges[::2], edges[1::2], strict=False)), default=0)
    return widest < min(14, 0.5 * len(part))
