"""Makes tables of ruled lines: rows, columns and cells with what they span, with merged heads and with open sides.

Rules that cross or meet belong together. Where they cross is the lattice of a table; an edge of the lattice is there if a
rule was found on it, or shows on it near both its ends, where no letter stands. What no edge parts is one cell. A broken
edge would leave a cell that is no rectangle: the best of the missing edges are then taken for drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.tables.rules import FAR, STEP, PageRule, PageRules, Response, find_rules, ink_limit

Grey = Any
"""A two-dimensional array of bytes: 0 is ink, 255 is paper."""

_TOUCH = 16
_SAME = 13
_STICKS_OUT = 34
_EVEN_ENDS = 26
_DRAWN = 0.6
_DRAWN_ENDS = 0.5
_TRACE = 0.22
_SHORT = 110
_FRAME_SHARE = 0.55
_FRAME_CELLS = 3
_MOST_RULES = 400
_LONE = 150
_LONE_CLEAR = 0.8


class GridCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell: first row and column (from 0), how many of each it spans, and its box in pixels inside its rules."""

    row: int
    column: int
    rows: int
    columns: int
    left: int
    top: int
    right: int
    bottom: int


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A ruled table: its box in pixels, numbers of rows and columns, and its cells row by row."""

    left: int
    top: int
    right: int
    bottom: int
    rows: int
    columns: int
    cells: tuple[GridCell, ...]


class _Line(msgspec.Struct, frozen=True):
    """All pieces of rules at one level of a table; `open` marks a side that was not drawn."""

    pieces: tuple[PageRule, ...]
    slope: float
    open: bool = False

    def position(self, along: float) -> float:
        nearest = min(self.pieces, key=lambda piece: max(piece.begin - along, along - piece.end, 0))
        inside = min(max(along, nearest.begin), nearest.end)
        return nearest.position(inside) + self.slope * (along - inside)

    def covered(self, begin: float, end: float) -> float:
        """Return the share of a stretch on which a rule was found."""
        if self.open:
            return 1.0
        found = sum(max(0.0, min(end, piece.end) - max(begin, piece.begin)) for piece in self.pieces)
        return min(1.0, found / max(1.0, end - begin))

    @property
    def thickness(self) -> int:
        return 0 if self.open else max(piece.thickness for piece in self.pieces)


def grids_of(rules: PageRules, shape: tuple[int, int]) -> list[Grid]:
    """Return the tables that crossing rules make on a page of a height and width in pixels; a frame round a page is none."""
    found = [
        grid for across, down in _crossing(rules) if (grid := _grid(across, down, rules)) and not _is_frame(grid, shape)
    ]
    return sorted(found, key=lambda grid: (grid.top, grid.left))


def lone_rules(rules: PageRules) -> list[PageRule]:
    """Return the level rules that cross no other."""
    crossing = {id(rule) for across, _ in _crossing(rules) for rule in across}
    return [rule for rule in rules.across if id(rule) not in crossing]


def without_rules(grey: Grey, rules: PageRules | None = None) -> Grey:
    """Return a page with its rules whitened, letters that touch or cross them kept whole.

    Left alone are short pieces that cross nothing: they may be dashes.
    """
    rules = find_rules(grey) if rules is None else rules
    across, down = _worth_whitening(rules)
    lines = np.zeros(grey.shape, np.uint8)
    _paint(lines, across)
    upright = np.zeros((grey.shape[1], grey.shape[0]), np.uint8)
    _paint(upright, down)
    upright = cv2.transpose(upright)
    letters = ((grey < ink_limit(grey)) & (lines == 0) & (upright == 0)).astype(np.uint8)
    clean = grey.copy()
    _whiten(clean, grey, lines, letters, across)
    turned, turned_grey = cv2.transpose(clean), cv2.transpose(grey)
    _whiten(turned, turned_grey, cv2.transpose(upright), cv2.transpose(letters), down)
    return cv2.transpose(turned)


def _worth_whitening(rules: PageRules) -> tuple[list[PageRule], list[PageRule]]:
    crossing = _crossing(rules)
    across = {id(rule) for part, _ in crossing for rule in part}
    down = {id(rule) for _, part in crossing for rule in part}
    return (
        [rule for rule in rules.across if id(rule) in across or _is_lone(rule, rules.across_response)],
        [rule for rule in rules.down if id(rule) in down or _is_lone(rule, rules.down_response)],
    )


def _is_lone(rule: PageRule, response: Response) -> bool:
    """Say whether a rule that crosses no other is one for sure: long, with nothing close to it that may be its letters."""
    return rule.length >= _LONE and min(response.beside(rule, FAR)) >= _LONE_CLEAR


def _paint(lines: Grey, rules: Sequence[PageRule]) -> None:
    high, wide = lines.shape
    for rule in rules:
        half = rule.thickness / 2 + 1.5
        for number, at in enumerate(rule.path):
            first = rule.begin + number * STEP
            lines[max(0, round(at - half)) : min(high, round(at + half) + 1), max(0, first) : min(wide, first + STEP)] = 1


def _whiten(clean: Grey, grey: Grey, lines: Grey, letters: Grey, rules: Sequence[PageRule]) -> None:
    """Whiten the pixels of rules that no letter crosses: ink right above and right below a place is a stroke through it."""
    high, wide = clean.shape
    for rule in rules:
        reach = rule.thickness + 5
        top = max(0, int(min(rule.path)) - reach - 2)
        bottom = min(high, int(max(rule.path)) + reach + 3)
        left, right = max(0, rule.begin), min(wide, rule.end)
        if top >= bottom or left >= right:
            continue
        part = slice(top, bottom), slice(left, right)
        ink = letters[part]
        kernel = np.ones((reach, 1), np.uint8)
        above = cv2.dilate(ink, kernel, anchor=(0, reach - 1))
        below = cv2.dilate(ink, kernel, anchor=(0, 0))
        gone = (lines[part] > 0) & ~((above > 0) & (below > 0))
        clean[part][gone] = 255


def _crossing(rules: PageRules) -> list[tuple[list[PageRule], list[PageRule]]]:
    """Return the sets of rules that hang together: two across and one down at least, or one across and two down."""
    across, down = list(rules.across[:_MOST_RULES]), list(rules.down[:_MOST_RULES])
    meets = [(h, v) for h, one in enumerate(across) for v, other in enumerate(down) if _meet(one, other)]
    often_h: dict[int, list[int]] = defaultdict(list)
    often_v: dict[int, list[int]] = defaultdict(list)
    for h, v in meets:
        often_h[h].append(v)
        often_v[v].append(h)
    meets = [
        (h, v)
        for h, v in meets
        if _belongs(across[h], [down[other] for other in often_h[h]])
        and _belongs(down[v], [across[other] for other in often_v[v]])
    ]
    parent = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for h, v in meets:
        parent[root(h)] = root(len(across) + v)
    parts: dict[int, tuple[list[PageRule], list[PageRule]]] = defaultdict(lambda: ([], []))
    for h in sorted({h for h, _ in meets}):
        parts[root(h)][0].append(across[h])
    for v in sorted({v for _, v in meets}):
        parts[root(len(across) + v)][1].append(down[v])
    return [part for part in parts.values() if len(part[0]) + len(part[1]) > 2]


def _belongs(rule: PageRule, others: Sequence[PageRule]) -> bool:
    """Say whether a rule that meets others can be part of a table: a short one only if others stand at both its ends."""
    if rule.length >= _SHORT:
        return True
    places = [other.middle for other in others]
    first = {number for number, at in enumerate(places) if abs(at - rule.begin) < 2 * _TOUCH}
    last = {number for number, at in enumerate(places) if abs(at - rule.end) < 2 * _TOUCH}
    return bool(first and last) and len(first | last) > 1


def _meet(across: PageRule, down: PageRule) -> bool:
    x, y = _crossing_point(across.position, down.position, down.middle)
    return across.begin - _TOUCH <= x <= across.end + _TOUCH and down.begin - _TOUCH <= y <= down.end + _TOUCH


def _crossing_point(across: Callable[[float], float], down: Callable[[float], float], x: float) -> tuple[float, float]:
    y = across(x)
    x = down(y)
    return x, across(x)


def _levels(rules: Sequence[PageRule]) -> list[_Line]:
    """Group rules by the level they lie at, as seen along the longest of them, whose bend and slant the others share."""
    longest = max(rules, key=lambda rule: rule.length)
    slope = (longest.path[-1] - longest.path[0]) / max(1, longest.length) if longest.length > 600 else 0.0

    def level(rule: PageRule) -> float:
        places = np.linspace(rule.begin, rule.end, 5)
        return float(np.mean([rule.position(at) - longest.position(at) for at in places]))

    lines: list[list[PageRule]] = []
    before = 0.0
    for at, rule in sorted(((level(rule), rule) for rule in rules), key=lambda pair: pair[0]):
        if lines and at - before < _SAME:
            lines[-1].append(rule)
        else:
            lines.append([rule])
        before = at
    return [_Line(tuple(pieces), slope) for pieces in lines]


def _with_open_sides(lines: list[_Line], others: Sequence[_Line]) -> list[_Line]:
    """Add a side that was not drawn where the rules that should end on it end beyond the outermost that is drawn."""
    pieces = [piece for line in others for piece in line.pieces]
    first, last = (line_middle(lines[0]), line_middle(lines[-1])) if lines else (float("inf"), float("-inf"))
    begins = [piece.begin for piece in pieces if piece.begin < first - _STICKS_OUT]
    ends = [piece.end for piece in pieces if piece.end > last + _STICKS_OUT]
    whole = list(lines)
    for places, index in ((begins, 0), (ends, len(whole) + 1)):
        if len(places) < max(2, len(others) // 2):
            continue
        side = median(places)
        if sum(abs(place - side) <= _EVEN_ENDS for place in places) < 0.7 * len(places):
            continue
        low, high = line_middle(others[0]), line_middle(others[-1])
        count = max(2, int((high - low) // STEP) + 1)
        whole.insert(
            index,
            _Line((PageRule(begin=int(low), end=int(high), thickness=1, path=(float(side),) * count),), 0.0, open=True),
        )
    return whole


def line_middle(line: _Line) -> float:
    """Return the mean position of a level, long pieces weighing most."""
    total = sum(piece.length for piece in line.pieces)
    return sum(piece.middle * piece.length for piece in line.pieces) / total


class _Lattice:
    """Where the levels of a table cross, and which of its edges are drawn."""

    def __init__(self, across: Sequence[_Line], down: Sequence[_Line], rules: PageRules) -> None:
        self.across, self.down = across, down
        middles = [line_middle(line) for line in down]
        self.points = [
            [_crossing_point(row.position, line.position, x) for line, x in zip(down, middles, strict=True)]
            for row in across
        ]
        self.level = np.array(
            [
                [
                    _strength(row, rules.across_response, self.points[i][j], self.points[i][j + 1])
                    for j in range(len(down) - 1)
                ]
                for i, row in enumerate(across)
            ]
        ).reshape(len(across), len(down) - 1)
        self.upright = np.array(
            [
                [
                    _strength(line, rules.down_response, self.points[i][j][::-1], self.points[i + 1][j][::-1])
                    for j, line in enumerate(down)
                ]
                for i in range(len(across) - 1)
            ]
        ).reshape(len(across) - 1, len(down))


def _strength(line: _Line, response: Response, first: tuple[float, float], last: tuple[float, float]) -> float:
    """Return how sure an edge is drawn, 0 to 1, from where it begins and ends (place along it, position across)."""
    begin, end = first[0] + 4, last[0] - 4
    covered = line.covered(begin, end)
    if covered > 0.8:
        return 1.0
    shown = response.shown(begin, end, line.position(begin), line.position(end))
    if len(shown) < 3:
        return covered
    part = max(2, len(shown) // 6)
    share, ends = float(shown.mean()), min(float(shown[:part].mean()), float(shown[-part:].mean()))
    if share >= _DRAWN and ends >= _DRAWN_ENDS:
        return 1.0
    # Letters show too, but in the middle: without both ends it is a trace at most.
    return max(covered, share) * (1.0 if ends >= _DRAWN_ENDS else 0.5) * 0.99


def _grid(across_rules: Sequence[PageRule], down_rules: Sequence[PageRule], rules: PageRules) -> Grid | None:
    if not across_rules or not down_rules:
        return None
    across, down = _levels(across_rules), _levels(down_rules)
    down = _with_open_sides(down, across)
    across = _with_open_sides(across, down)
    while len(across) > 1 and len(down) > 1:
        lattice = _Lattice(across, down, rules)
        kept_across = [line for line, row in zip(across, lattice.level, strict=True) if line.open or row.max() >= _DRAWN]
        kept_down = [line for line, row in zip(down, lattice.upright.T, strict=True) if line.open or row.max() >= _DRAWN]
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return _of_lattice(lattice)
        across, down = kept_across, kept_down
    return None


def _of_lattice(lattice: _Lattice) -> Grid | None:
    rows, columns = len(lattice.across) - 1, len(lattice.down) - 1
    level, upright = lattice.level >= _DRAWN, lattice.upright >= _DRAWN
    regions = _regions(level, upright)
    if any(not _is_rectangle(region) for region in regions):
        for region in regions:
            if not _is_rectangle(region):
                _mend(region, level, upright, lattice)
        regions = [part for region in _regions(level, upright) for part in _rectangles(region)]
    cells = sorted((_cell(region, lattice) for region in regions), key=lambda cell: (cell.row, cell.column))
    cells = [cell for cell in cells if cell.right - cell.left > 3 and cell.bottom - cell.top > 3]
    if len(cells) < 2:
        return None
    xs = [x for row in lattice.points for x, _ in row]
    ys = [y for row in lattice.points for _, y in row]
    return Grid(
        left=round(min(xs)),
        top=round(min(ys)),
        right=round(max(xs)) + 1,
        bottom=round(max(ys)) + 1,
        rows=rows,
        columns=columns,
        cells=tuple(cells),
    )


_Region = list[tuple[int, int]]
"""Unit cells (row, column) that no drawn edge parts."""


def _regions(level: Any, upright: Any) -> list[_Region]:
    rows, columns = upright.shape[0], level.shape[1]
    seen: set[tuple[int, int]] = set()
    regions = []
    for start in ((i, j) for i in range(rows) for j in range(columns)):
        if start in seen:
            continue
        seen.add(start)
        region, ahead = [], [start]
        while ahead:
            i, j = ahead.pop()
            region.append((i, j))
            for there, free in (
                ((i - 1, j), i > 0 and not level[i, j]),
                ((i + 1, j), i + 1 < rows and not level[i + 1, j]),
                ((i, j - 1), j > 0 and not upright[i, j]),
                ((i, j + 1), j + 1 < columns and not upright[i, j + 1]),
            ):
                if free and there not in seen:
                    seen.add(there)
                    ahead.append(there)
        regions.append(sorted(region))
    return regions


def _is_rectangle(region: _Region) -> bool:
    rows, columns = {i for i, _ in region}, {j for _, j in region}
    return len(region) == len(rows) * len(columns) == (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def _mend(region: _Region, level: Any, upright: Any, lattice: _Lattice) -> None:
    """Take for drawn, inside a region that is no rectangle, every missing edge of which a trace shows."""
    inside = set(region)
    for i, j in region:
        if (i + 1, j) in inside and lattice.level[i + 1, j] >= _TRACE:
            level[i + 1, j] = True
        if (i, j + 1) in inside and lattice.upright[i, j + 1] >= _TRACE:
            upright[i, j + 1] = True


def _rectangles(region: _Region) -> list[_Region]:
    """Cut a region into rectangles: runs along its rows, joined with the same run of the row below."""
    if _is_rectangle(region):
        return [region]
    inside, done = set(region), set()
    parts = []
    for i, j in region:
        if (i, j) in done:
            continue
        last = j
        while (i, last + 1) in inside and (i, last + 1) not in done:
            last += 1
        bottom = i
        while all((bottom + 1, k) in inside for k in range(j, last + 1)) and not (
            (bottom + 1, j - 1) in inside or (bottom + 1, last + 1) in inside
        ):
            bottom += 1
        part = [(row, k) for row in range(i, bottom + 1) for k in range(j, last + 1)]
        done.update(part)
        parts.append(part)
    return parts


def _cell(region: _Region, lattice: _Lattice) -> GridCell:
    top, bottom = region[0][0], region[-1][0] + 1
    left, right = min(j for _, j in region), max(j for _, j in region) + 1
    points = lattice.points

    def inside(line: _Line) -> int:
        return line.thickness // 2 + 1 if not line.open else 0

    return GridCell(
        row=top,
        column=left,
        rows=bottom - top,
        columns=right - left,
        left=round((points[top][left][0] + points[bottom][left][0]) / 2) + inside(lattice.down[left]),
        top=round((points[top][left][1] + points[top][right][1]) / 2) + inside(lattice.across[top]),
        right=round((points[top][right][0] + points[bottom][right][0]) / 2) - inside(lattice.down[right]) + 1,
        bottom=round((points[bottom][left][1] + points[bottom][right][1]) / 2) - inside(lattice.across[bottom]) + 1,
    )


def _is_frame(grid: Grid, shape: tuple[int, int]) -> bool:
    """Say whether a grid is a frame round a page rather than a table: one cell of it takes most of the page."""
    area = shape[0] * shape[1]
    biggest = max((cell.right - cell.left) * (cell.bottom - cell.top) for cell in grid.cells)
    return len(grid.cells) <= _FRAME_CELLS and biggest > _FRAME_SHARE * area
