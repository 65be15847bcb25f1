"""The text beside a page's image shows a table as a table, where reading comes to it."""

from __future__ import annotations

import re

from services.portal.pages.page_text import shown_text
from shared.contracts.calls.evidence import Box, PageAnswer, PageTable, PageTableCell, PageView, ReadingState, Word
from shared.vocabulary.roles import Role
from tests.unit.pages import canned as canned_answers

DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
BOX = Box(left=1, top=1, width=1, height=1)
TEXT = "Bảng điểm\n\nTT\tHọ và tên\n1\tLò <Mẫu>\n\nNgười lập\nLò Mẫu"


def cell(row: int, column: int, text: str, first: int, *, rows: int = 1, columns: int = 1) -> PageTableCell:
    return PageTableCell(
        row=row, column=column, rows=rows, columns=columns, text=text, first_word=first, words=len(text.split())
    )


TABLE = PageTable(
    box=BOX,
    rows=2,
    columns=3,
    cells=[
        cell(0, 0, "TT", 2),
        cell(0, 1, "Họ và tên", 3, columns=2),
        cell(1, 0, "1", 6, rows=2),
        cell(1, 1, "", 0),
        cell(1, 2, "Lò <Mẫu>", 7),
    ],
)


def answer(*tables: PageTable, hits: tuple[int, ...] = (), doubtful: tuple[int, ...] = (), text: str = TEXT) -> PageAnswer:
    words = [
        Word(text=word, confidence=50 if n in doubtful else 96, box=BOX, hit=n in hits, place=int(n in hits))
        for n, word in enumerate(text.split())
    ]
    page = PageView(number=1, width=1240, height=1754, confidence=96, text=text, image_url="/static/icon.svg")
    document = canned_answers.document(state=ReadingState.READ)
    return PageAnswer(document=document, page=page, words=words, tables=list(tables))


def test_a_table_stands_between_the_text_before_and_after_it():
    assert shown_text(answer(TABLE)) == (
        "Bảng điểm"
        '<div class="tbl" role="region" tabindex="0" aria-label="Bảng 1: 2 hàng, 3 cột"><table><tbody>'
        '<tr><td>TT</td><td colspan="2">Họ và tên</td></tr>'
        '<tr><td rowspan="2">1</td><td></td><td>Lò &lt;Mẫu&gt;</td></tr>'
        "</tbody></table></div>"
        "Người lập\nLò Mẫu"
    )


def test_what_was_asked_for_and_what_is_doubtful_is_marked_in_cells_and_around():
    shown = shown_text(answer(TABLE, hits=(4, 5, 12), doubtful=(7,)))
    assert '<td colspan="2">Họ <mark>và tên</mark></td>' in shown
    assert '<td><span class="doubt">Lò</span> &lt;Mẫu&gt;</td>' in shown
    assert shown.endswith("Người lập\nLò <mark>Mẫu</mark>")


def test_a_page_without_tables_is_running_text_as_before():
    assert shown_text(answer(text="a\n\nb")) == "a\n\nb"


def test_a_page_that_is_a_table_alone_and_two_tables_in_a_row():
    one = PageTable(box=BOX, rows=1, columns=1, cells=[cell(0, 0, "a", 0)])
    two = PageTable(box=BOX, rows=1, columns=1, cells=[cell(0, 0, "a", 1)])
    shown = shown_text(answer(one, two, text="a\n\na"))
    assert re.sub(r"<[^>]+>", "|", shown).strip("|") == "a||||||||||a"
    assert 'aria-label="Bảng 2: 1 hàng, 1 cột"' in shown


def test_the_page_of_a_document_shows_it_beside_the_image(enter, house, monkeypatch):
    monkeypatch.setitem(house.canned.CANNED, "evidence.page", lambda _: answer(TABLE))
    html = enter(Role.CLERK).get(f"/tai-lieu/{DOC}/1").text
    assert '<div class="words">Bảng điểm<div class="tbl" role="region"' in html
    assert "Lò &lt;Mẫu&gt;" in html
