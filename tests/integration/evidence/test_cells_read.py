"""Cells of a drawn table read with the real recogniser: lone numbers and signs as they stand, empty cells empty."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from services.evidence.extraction.layout.recogniser import Recogniser
from services.evidence.extraction.layout.tables.cells import read_grids
from services.evidence.extraction.layout.tables.finding import find_tables

ROWS = (("TT", "Hai", "Ba"), ("1", "5,7", "x"), ("2", "", "7,1"), ("13", "8,3", "-"))
XS, HIGH = (200, 420, 700, 1000), 90


def drawn_table():
    image = Image.new("L", (1200, 700), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=44)
    for row, texts in enumerate(ROWS):
        top = 150 + HIGH * row
        for column, text in enumerate(texts):
            draw.rectangle((XS[column], top, XS[column + 1], top + HIGH), outline=0, width=3)
            draw.text(((XS[column] + XS[column + 1]) / 2, top + 60), text, font=font, fill=0, anchor="ms")
    return np.asarray(image)


def test_every_cell_is_read_and_an_empty_one_is_empty():
    found = find_tables(drawn_table())
    (cells,) = read_grids(found.page, found.grids, Recogniser())
    assert [" ".join(word.text for word in cell.words) for cell in cells] == [text for row in ROWS for text in row]


def test_words_lie_where_they_stand_on_the_page():
    found = find_tables(drawn_table())
    (cells,) = read_grids(found.page, found.grids, Recogniser())
    for read in cells:
        for word in read.words:
            assert read.cell.left <= word.left < word.right <= read.cell.right
            assert read.cell.top <= word.top < word.bottom <= read.cell.bottom
