"""Cells are read one by one, short lines behind a guide; where that reads doubtfully another guide has its turn."""

from __future__ import annotations

import numpy as np
import pytest

from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from services.evidence.extraction.layout.tables.cells import GUIDE, OTHER_GUIDE, CellWords, read_grids
from services.evidence.extraction.layout.tables.grids import Grid, GridCell
from tests.unit.evidence.layout.drawn_tables import word

HIGH, WIDE = 80, 400

Reading = tuple[str, float]


class Reader:
    """Reads the lines that it is asked for as it is told, one after the other; no text, no word. Keeps what it was shown."""

    def __init__(self, *readings: Reading) -> None:
        self.readings, self.seen, self.modes = list(readings), [], []

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        text, sure = self.readings[len(self.seen)]
        self.seen.append(grey)
        self.modes.append(mode)
        high, wide = grey.shape
        guide = PixelWord(text="Guide", confidence=99, left=10, top=10, right=60, bottom=high - 10)
        cell = PixelWord(text=text, confidence=sure, left=wide - 30, top=10, right=wide - 10, bottom=high - 10)
        return [guide, cell] if text else [guide]


def table(*filled: bool) -> tuple[np.ndarray, Grid]:
    """A column of cells, two letters in each that is filled."""
    page = np.full((HIGH * len(filled), WIDE), 255, np.uint8)
    cells = []
    for row, full in enumerate(filled):
        if full:
            word(page, 60, HIGH * row + 25, letters=2)
        cells.append(
            GridCell(row=row, column=0, rows=1, columns=1, left=0, top=HIGH * row, right=WIDE, bottom=HIGH * (row + 1))
        )
    box = {"left": 0, "top": 0, "right": WIDE, "bottom": page.shape[0]}
    return page, Grid(**box, rows=len(filled), columns=1, cells=tuple(cells))


def read(reader: Reader, *filled: bool) -> list[CellWords]:
    page, grid = table(*filled)
    [cells] = read_grids(page, [grid], reader)
    return cells


def texts(cells: list[CellWords]) -> list[str]:
    return [" ".join(one.text for one in cell.words) for cell in cells]


def test_cells_that_read_surely_are_read_once_and_empty_ones_never():
    reader = Reader(("8", 96), ("5", 95))
    assert texts(read(reader, True, False, True)) == ["8", "", "5"]
    assert len(reader.seen) == 2
    assert set(reader.modes) == {PageMode.LINE}


def test_what_was_read_of_the_guide_is_dropped_and_the_words_lie_in_their_cells():
    _, second = read(Reader(("8", 96), ("5", 95)), True, True)
    [five] = second.words
    assert (five.line, five.block) == (0, 0)
    assert HIGH <= five.top < five.bottom <= 2 * HIGH
    assert 60 <= five.left < five.right <= 120


@pytest.mark.parametrize(
    ("other", "text", "sure"), [(("8", 95), "8", 95), (("8", 41), "8", 41), (("B", 39), "§", 40), (("", 0), "§", 40)]
)
def test_a_cell_that_reads_doubtfully_is_read_with_the_other_guide_and_the_surer_stands(other, text, sure):
    reader = Reader(("§", 40), other)
    [cell] = read(reader, True)
    assert [(one.text, one.confidence) for one in cell.words] == [(text, sure)]
    assert len(reader.seen) == 2


def test_a_cell_of_which_one_guide_lets_nothing_be_read_is_read_with_the_other():
    assert texts(read(Reader(("", 0), ("8", 60)), True)) == ["8"]


def test_in_a_doubtful_table_only_its_doubtful_cells_are_read_again():
    reader = Reader(("8", 97), ("§", 40), ("5", 96), ("8", 93))
    assert texts(read(reader, True, True, False, True)) == ["8", "8", "", "5"]
    assert len(reader.seen) == 4


def test_a_doubtful_cell_of_a_table_that_reads_surely_is_left():
    reader = Reader(("2026", 99), ("2027", 99), ("7", 60))
    assert texts(read(reader, True, True, True)) == ["2026", "2027", "7"]
    assert len(reader.seen) == 3


def test_the_two_guides_differ_in_letters_and_in_height_and_the_cell_is_the_same():
    reader = Reader(("§", 40), ("8", 95))
    read(reader, True)
    first, second = reader.seen
    assert GUIDE != OTHER_GUIDE
    assert first.shape != second.shape
    assert np.array_equal(first[:, -40:].min(axis=0), second[:, -40:].min(axis=0))

    def tall(image: np.ndarray) -> int:
        rows = np.flatnonzero((image[:, :40] < 128).any(axis=1))
        return int(rows[-1] - rows[0])

    assert tall(first) > tall(second)
