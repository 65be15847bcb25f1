"""Tables as offices rule them: wrapped cells, merged heads, ragged widths, open sides; and the orders to read them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.scanned.truth import Line, across, in_order
from tests.scanned.typesetting import DPI, Sheet, words_of


class Cell(NamedTuple):
    """One cell: its marked text, how it stands, how many columns and rows it covers."""

    text: str = ""
    align: str = "left"
    columns: int = 1
    rows: int = 1
    middle: bool = True


class Rules(NamedTuple):
    """Which rules are drawn: outer sides, between columns, between rows, below the head; how thick in pixels."""

    sides: bool = True
    columns: bool = True
    rows: bool = True
    top: bool = True
    thick: int = 3
    outer: int = 3


GRID = Rules()


@dataclass
class _Placed:
    """A cell of the grid with its lines and the pixels they need."""

    cell: Cell
    row: int
    column: int
    lines: list[Line] = field(default_factory=list)


class Table:
    """A table whose rows are drawn one by one from the sheet's `y` downwards. `widths` are shares of `width` pixels."""

    def __init__(
        self,
        sheet: Sheet,
        widths: Sequence[float],
        *,
        size: float,
        rules: Rules = GRID,
        left: float | None = None,
        width: float | None = None,
    ) -> None:
        self.sheet, self.size, self.rules = sheet, size, rules
        self.left = sheet.left if left is None else left
        whole = (sheet.right - self.left) if width is None else width
        self.edges = [self.left]
        for share in widths:
            self.edges.append(self.edges[-1] + whole * share / sum(widths))
        self.pad = sheet.mm(1.1)
        self.leading = 1.14
        self._drew = False

    @property
    def step(self) -> float:
        """The height of a line in pixels."""
        return self.size * DPI / 72 * self.leading

    def height(self, rows: Sequence[Sequence[Cell]]) -> float:
        """The pixels that rows will take."""
        return sum(self._heights(_grid(rows), len(rows)))

    def add(self, *rows: Sequence[Cell], least_mm: float = 0.0) -> bool:
        """Draw rows that belong together (a merged head, or one row); False when the page has no room for them."""
        placed, sheet = _grid(rows), self.sheet
        heights = [max(height, sheet.mm(least_mm)) for height in self._heights(placed, len(rows))]
        if sum(heights) > sheet.room:
            return False
        tops = [sheet.y]
        for height in heights:
            tops.append(tops[-1] + height)
        for item in placed:
            self._draw(item, tops)
        by_row = " ".join(_read(item) for item in placed)
        by_column = " ".join(_read(item) for item in sorted(placed, key=lambda item: (item.column, item.row)))
        lines = across(line for item in placed for line in item.lines)
        sheet.segments.append(in_order(by_row, lines, *([by_column] if len(rows) > 1 else [])))
        sheet.y = tops[-1]
        self._drew = True
        return True

    def _heights(self, placed: list[_Placed], count: int) -> list[float]:
        heights = [self.step + 2 * self.pad] * count
        for item in sorted(placed, key=lambda item: item.cell.rows):
            need = self._count(item) * self.step + 2 * self.pad
            own = range(item.row, item.row + item.cell.rows)
            lack = need - sum(heights[row] for row in own)
            if lack > 0:
                heights[own[-1]] += lack
        return heights

    def _count(self, item: _Placed) -> int:
        """How many lines a cell has."""
        room, size = self._right(item) - self._inner_left(item), self._fitting(item)
        return sum(len(self.sheet.broken(part, size, room)) for part in item.cell.text.split("\n"))

    def _fitting(self, item: _Placed) -> float:
        """The size of a cell's letters: smaller where its longest word would run over the rule."""
        room, size = self._right(item) - self._inner_left(item), self.size
        words = words_of(item.cell.text)
        while size > 8 and any(self.sheet.width(word, size) > room for word in words):
            size -= 0.5
        return size

    def _inner_left(self, item: _Placed) -> float:
        return self.edges[item.column] + self.pad * 1.2

    def _right(self, item: _Placed) -> float:
        return self.edges[item.column + item.cell.columns] - self.pad * 1.2

    def _draw(self, item: _Placed, tops: list[float]) -> None:
        sheet, cell = self.sheet, item.cell
        top, bottom = tops[item.row], tops[item.row + cell.rows]
        left, right = self.edges[item.column], self.edges[item.column + cell.columns]
        begin = top + self.pad if not cell.middle else top + (bottom - top - self._count(item) * self.step) / 2
        item.lines, _ = sheet.block(
            cell.text,
            self._inner_left(item),
            self._right(item),
            begin,
            size=self._fitting(item),
            align=cell.align,
            leading=self.leading,
        )
        self._rule(left, right, top, bottom)

    def _rule(self, left: float, right: float, top: float, bottom: float) -> None:
        sheet, rules = self.sheet, self.rules
        ink = sheet.look.ink
        if rules.rows or (rules.top and not self._drew):
            sheet.draw.line((left, top, right, top), fill=ink, width=rules.thick)
        if rules.rows or (rules.top and not self._drew):
            sheet.draw.line((left, bottom, right, bottom), fill=ink, width=rules.thick)
        for x in (left, right):
            outer = x in (self.edges[0], self.edges[-1])
            if rules.sides if outer else rules.columns:
                sheet.draw.line((x, top, x, bottom), fill=ink, width=rules.outer if outer else rules.thick)

    def close(self) -> None:
        """Draw the last rule of a table without rules between its rows."""
        if not self.rules.rows and self.rules.top:
            self.sheet.rule(self.edges[0], self.edges[-1], self.sheet.y, self.rules.thick)


def some_rules(rng: Random) -> Rules:
    """A full grid of some weight."""
    thick = rng.choice((2, 3, 3, 4, 5))
    return Rules(thick=thick, outer=thick + rng.choice((0, 0, 2)))


def ragged(rng: Random, *shares: float) -> list[float]:
    """Shares of columns, each a little off."""
    return [share * rng.uniform(0.88, 1.15) for share in shares]


def heads(*texts: str) -> list[Cell]:
    """A row of centred bold heads."""
    return [Cell(f"<b>{text}</b>" if text else "", "centre") for text in texts]


def _read(item: _Placed) -> str:
    return " ".join(line.text for line in item.lines)


def _grid(rows: Sequence[Sequence[Cell]]) -> list[_Placed]:
    """Cells at their places: a cell that covers more than one place pushes those after it aside."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            placed.append(_Placed(cell, row, column))
            taken |= {(row + down, column + along) for down in range(cell.rows) for along in range(cell.columns)}
            column += cell.columns
    return placed
