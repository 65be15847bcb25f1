"""A table that was read stays one: on the page, in its text, and where its words are looked for."""

from __future__ import annotations

import msgspec

from services.evidence import presenters
from services.evidence.domain.text import ReadCell, ReadTable, ReadText, ReadWord
from shared.contracts.calls.evidence import PageRequest, PageTableCell, SearchRequest
from tests.unit.evidence.evidence_kit import SCHOOL, World, clerk, page

CELLS = (
    ReadCell(0, 0, 1, 1, 1),
    ReadCell(0, 1, 1, 2, 2),
    ReadCell(1, 0, 1, 1, 3),
    ReadCell(1, 1, 1, 1, -1),
    ReadCell(1, 2, 1, 1, 4),
)
TABLE = ReadTable(100, 200, 800, 150, 2, 3, CELLS)


def words(*said: tuple[int, str]) -> tuple[ReadWord, ...]:
    return tuple(ReadWord(text, 95, 10, 10, 20, 10, 0, block) for block, block_text in said for text in block_text.split())


ALL = words((0, "Bảng điểm"), (1, "TT"), (2, "Họ và tên"), (3, "1"), (4, "Lò Mẫu"), (9, "Người lập"))


def test_cells_name_the_words_that_are_theirs_and_what_they_span():
    (table,) = presenters.tables(ALL, (TABLE,))
    assert (table.rows, table.columns, table.box.top) == (2, 3, 200)
    assert [(c.text, c.first_word, c.words) for c in table.cells] == [
        ("TT", 2, 1),
        ("Họ và tên", 3, 3),
        ("1", 6, 1),
        ("", 0, 0),
        ("Lò Mẫu", 7, 2),
    ]
    assert table.cells[1] == PageTableCell(row=0, column=1, rows=1, columns=2, text="Họ và tên", first_word=3, words=3)


def test_tables_stand_in_reading_order_and_one_without_words_is_none():
    later = ReadTable(0, 0, 9, 9, 1, 1, (ReadCell(0, 0, 1, 1, 9),))
    empty = ReadTable(0, 0, 9, 9, 1, 1, (ReadCell(0, 0, 1, 1, -1),))
    assert [table.rows for table in presenters.tables(ALL, (later, empty, TABLE))] == [2, 1]


def test_a_table_that_other_words_run_through_is_left_to_the_text():
    among = words((1, "TT"), (0, "giữa"), (2, "Họ tên"), (3, "1"), (4, "Lò"))
    assert presenters.tables(among, (TABLE,)) == []


def read_world() -> tuple[World, str]:
    world = World()
    name = world.receive().document
    made = msgspec.structs.replace(page(), words=ALL, tables=(TABLE,))
    text = ReadText(engine="t", engine_version="5", language="vie", pages=(made,))
    world.application.record_text(clerk(), name, text)
    return world, name


def test_a_page_gives_its_tables_and_a_rows_cells_are_parted_by_tabs():
    world, name = read_world()
    answer = world.application.page(clerk(), PageRequest(document=name, number=1))
    assert [cell.text for cell in answer.tables[0].cells] == ["TT", "Họ và tên", "1", "", "Lò Mẫu"]
    assert answer.page.text == "Bảng điểm\n\nTT\tHọ và tên\n1\tLò Mẫu\n\nNgười lập"


def test_what_stands_in_a_row_is_found_and_shown_with_spaces():
    world, _ = read_world()
    (hit,) = world.application.search(clerk(), SearchRequest(school=SCHOOL, query="mẫu người")).hits
    assert "\t" not in hit.snippet
    assert hit.snippet.endswith("1 Lò ⟦Mẫu⟧ ⟦Người⟧ lập") or hit.snippet.endswith("1 Lò ⟦Mẫu Người⟧ lập")
