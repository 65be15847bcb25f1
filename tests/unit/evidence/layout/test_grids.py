"""Tables come of rules, with spans, merged heads, open sides and broken edges, or of the white between columns."""

from __future__ import annotations

import pytest

from services.evidence.extraction.layout.tables.finding import find_tables
from tests.unit.evidence.layout.drawn_tables import blank, level, ruled, upright, word

XS, YS = (100, 350, 600, 900), (100, 180, 260, 340)


def find_grids(page):
    return list(find_tables(page).grids)


def spans(grid):
    return [(cell.row, cell.column, cell.rows, cell.columns) for cell in grid.cells]


def test_a_full_grid_gives_every_cell_inside_its_rules():
    (grid,) = find_grids(ruled(XS, YS))
    assert (grid.rows, grid.columns, len(grid.cells)) == (3, 3, 9)
    first = grid.cells[0]
    assert 103 <= first.left <= 106
    assert 103 <= first.top <= 106
    assert 345 <= first.right <= 350
    assert 175 <= first.bottom <= 180


def test_a_head_over_two_columns_and_one_over_two_rows_are_one_cell_each():
    page = ruled(XS, YS)
    page[104:180, 598:606] = 255  # the second and third column share a head
    page[178:186, 104:350] = 255  # the first column's head goes over two rows
    (grid,) = find_grids(page)
    assert spans(grid)[:3] == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1)]


def test_sides_that_were_not_drawn_are_taken_from_where_the_rows_end():
    page = blank()
    for y in YS:
        level(page, y, 100, 900)
    for x in (350, 600):
        upright(page, x, YS[0], YS[-1])
    (grid,) = find_grids(page)
    assert (grid.rows, grid.columns, len(grid.cells)) == (3, 3, 9)


def test_a_broken_edge_of_which_a_trace_shows_does_not_join_two_cells():
    page = ruled(XS, YS)
    page[205:240, 350:353] = 255
    (grid,) = find_grids(page)
    assert len(grid.cells) == 9


def test_an_edge_that_is_gone_leaves_cells_that_are_rectangles():
    page = ruled(XS, YS)
    page[184:260, 348:356] = 255
    page[258:266, 356:600] = 255
    (grid,) = find_grids(page)
    assert sum(cell.rows * cell.columns for cell in grid.cells) == 9


def test_letters_beside_an_edge_that_was_not_drawn_are_no_edge():
    page = ruled(XS, YS)
    page[184:260, 598:606] = 255
    word(page, 520, 205, letters=7)
    (grid,) = find_grids(page)
    assert (1, 1, 1, 2) in spans(grid)


def test_two_tables_on_a_page_are_two_and_one_in_a_cell_of_another_is_one_of_its_own():
    page = ruled((60, 940), (60, 340, 640), blank())
    ruled((120, 300, 500), (120, 180, 240), page)
    outer, inner = find_grids(page)
    assert (len(outer.cells), len(inner.cells)) == (2, 4)


def test_a_frame_round_a_page_is_no_table():
    page = ruled((10, 985), (10, 685))
    word(page, 300, 300)
    assert find_grids(page) == []


@pytest.mark.parametrize("rows", [True, False])
def test_columns_that_no_rule_parts_are_found_by_the_white_between_them(rows):
    page = blank(900)
    level(page, 96, 60, 940)
    level(page, 180, 60, 940)
    for row in range(8):
        y = 120 if row == 0 else 120 + 90 * row
        word(page, 80, y, letters=1 + row % 2)
        word(page, 220, y, letters=5 + row % 3)
        word(page, 560, y, letters=8 - row % 4)
        if rows and row:
            level(page, y + 60, 60, 940)
    level(page, 810, 60, 940)
    found = find_tables(page)
    (grid,) = found.grids
    assert (grid.rows, grid.columns, len(grid.cells)) == (8, 3, 24)
    assert found.page[97, 500] == 255


def test_lines_to_write_on_are_no_table():
    page = blank()
    for y in (100, 200, 300, 400):
        level(page, y, 60, 940)
    word(page, 80, 340, letters=6)
    assert find_grids(page) == []
