"""Where the cells of a table stand once spans are counted: the same for Word, Excel and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shared.papers.model import Cell, Row


class BadTable(ValueError):
    """Rows whose cells, with their spans, do not fill the columns exactly: whoever built the table counted wrongly."""


class GridPlace(NamedTuple):
    """A cell in a row of the grid; `continued` where it is the lower part of a cell that began further up."""

    column: int
    cell: Cell
    continued: bool


_MOST_HELD = 8
"""Rows of a merged cell that are kept on one page."""


def placed(rows: Sequence[Row], columns: int) -> list[list[GridPlace]]:
    """Return the places of each row, left to right, with a continued one below each cell that spans rows.

    Raises BadTable when a row has too few or too many cells, or a cell reaches below the last row.
    """
    if columns < 1:
        raise BadTable("a table has at least one column")
    grid: list[list[GridPlace]] = []
    hanging: dict[int, tuple[Cell, int]] = {}
    for number, row in enumerate(rows):
        places, hanging = _row(row, columns, hanging, number)
        grid.append(places)
    if hanging:
        raise BadTable(f"{len(hanging)} cells reach below the last row")
    return grid


def holds_next(grid: Sequence[Sequence[GridPlace]], row: int) -> bool:
    """Whether a row stays on the page of the next one: a cell spans both, and not so many rows that they fill a page."""
    below = grid[row + 1] if row + 1 < len(grid) else ()
    return any(place.continued and place.cell.row_span <= _MOST_HELD for place in below)


def _row(
    row: Row, columns: int, hanging: dict[int, tuple[Cell, int]], number: int
) -> tuple[list[GridPlace], dict[int, tuple[Cell, int]]]:
    places: list[GridPlace] = []
    below: dict[int, tuple[Cell, int]] = {}
    cells = iter(row.cells)
    column = 0
    while column < columns:
        if column in hanging:
            cell, left = hanging[column]
            places.append(GridPlace(column, cell, continued=True))
        else:
            own = next(cells, None)
            if own is None:
                raise BadTable(f"row {number} has too few cells for {columns} columns")
            cell, left = own, own.row_span
            places.append(GridPlace(column, cell, continued=False))
        if left > 1:
            below[column] = (cell, left - 1)
        column += cell.column_span
    if (
        column > columns
        or next(cells, None) is not None
        or any(place not in {p.column for p in places} for place in hanging)
    ):
        raise BadTable(f"row {number} does not fit {columns} columns")
    return places, below
