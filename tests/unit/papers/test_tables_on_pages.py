"""Which rows of a table stay together when a page ends: short tables told to, and rows that one cell spans."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from shared.papers.docx import to_docx
from shared.papers.grid import holds_next, placed
from shared.papers.model import Cell, Column, Row, Table, Text
from tests.unit.papers.samples import criterion_sheet

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def row(*words: str, span: int = 1) -> Row:
    first, *others = words
    return Row((Cell((Text(first),), row_span=span), *(Cell((Text(word),)) for word in others)))


def kept(table: Table) -> list[bool]:
    """Return for each row of a table whether Word keeps it on the page of the next."""
    with zipfile.ZipFile(io.BytesIO(to_docx(replace(criterion_sheet(), blocks=(table,))))) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))
    return [line.find(f".//{_W}keepNext") is not None for line in body.iter(f"{_W}tr")]


COLUMNS = (Column(40), Column(40))


@pytest.mark.parametrize(("whole", "found"), [(True, [True, True, False]), (False, [False, False, False])])
def test_a_whole_table_is_kept_up_to_its_last_row(whole, found):
    rows = tuple(row(word, "x") for word in "abc")
    assert kept(Table(COLUMNS, rows, whole=whole)) == found


def test_rows_that_a_cell_spans_are_kept_together():
    table = Table(COLUMNS, (row("a", "1", span=3), row("2"), row("3"), row("b", "4")))
    assert kept(table) == [True, True, False, False]


def test_a_cell_that_spans_many_rows_lets_the_page_end():
    long = placed([row("a", "0", span=9), *(row(str(number)) for number in range(1, 9))], 2)
    assert not any(holds_next(long, number) for number in range(9))
    short = placed([row("a", "0", span=8), *(row(str(number)) for number in range(1, 8))], 2)
    assert [holds_next(short, number) for number in range(8)] == [*[True] * 7, False]
