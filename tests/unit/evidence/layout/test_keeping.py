"""Words and tables are kept in one order, and where they lie on the whole sheet, in thousandths of it."""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
import pytest

from services.evidence.domain.text import PageKind
from services.evidence.extraction.layout.keeping import kept
from services.evidence.extraction.layout.position import skew
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.sheet import CellOnPage, Sheet, TableOnPage

FAR = 1e12


def word(text: str, left: int = 0, top: int = 0, *, wide: int = 60, block: int = 0, line: int = 0) -> PixelWord:
    return PixelWord(
        text=text, confidence=91.6, left=left, top=top, right=left + wide, bottom=top + 30, block=block, line=line
    )


def table(*texts: str, left: int = 0, top: int = 0, wide: int = 400, high: int = 100) -> TableOnPage:
    """A table of one row; what is empty has no words."""
    cells = [
        CellOnPage(row=0, column=n, rows=1, columns=1, words=[word(text, left + 80 * n, top + 10)] if text else [])
        for n, text in enumerate(texts)
    ]
    return TableOnPage(left=left, top=top, right=left + wide, bottom=top + high, rows=1, columns=len(texts), cells=cells)


def sheet(*words: PixelWord, tables: tuple[TableOnPage, ...] = (), width: int = 1000, height: int = 1000) -> Sheet:
    one = Sheet.of(np.full((height, width, 3), 250, np.uint8), FAR)
    one.words, one.tables = list(words), list(tables)
    return one


def joined(*halves: Sheet, width: int = 2000) -> Sheet:
    whole = sheet(width=width)
    whole.parts, whole.offsets = list(halves), [0, width // 2][: len(halves)]
    whole.join()
    return whole


def texts(one: Sheet) -> list[str]:
    return [word.text for word in kept(one)[0]]


def test_a_table_stands_after_the_last_line_above_it_and_before_what_follows():
    one = sheet(word("trên", top=100), word("dưới", top=600, line=1), tables=(table("a", "b", top=300),))
    assert texts(one) == ["trên", "a", "b", "dưới"]


def test_two_tables_stand_in_the_order_of_their_heights():
    one = sheet(word("trên", top=100), tables=(table("b", top=600), table("a", top=300)))
    assert texts(one) == ["trên", "a", "b"]


def test_a_table_with_nothing_above_it_stands_before_what_is_below_it():
    assert texts(sheet(word("dưới", top=600), tables=(table("a", top=300),))) == ["a", "dưới"]
    assert texts(sheet(word("cạnh", left=700, top=600), tables=(table("a", top=300),))) == ["cạnh", "a"]


def test_lines_beside_a_table_do_not_hold_it_back():
    one = sheet(
        word("trên", top=100), word("cạnh", left=700, top=150, block=1), word("dưới", top=700, block=2),
        tables=(table("a", top=300),),
    )  # fmt: skip
    assert texts(one) == ["trên", "a", "cạnh", "dưới"]


def test_every_cell_with_words_is_a_block_and_so_is_what_follows_a_table():
    one = sheet(word("trên", top=100), word("dưới", top=600, line=1), tables=(table("a", "", "b", top=300),))
    words, (kept_table,) = kept(one)
    assert [(word.text, word.block) for word in words] == [("trên", 0), ("a", 1), ("b", 2), ("dưới", 3)]
    assert [cell.block for cell in kept_table.cells] == [1, -1, 2]


def test_places_are_kept_in_thousandths_and_nothing_lies_beside_the_page():
    one = sheet(word("a", 500, 200, wide=100), word("b", -20, 1990, wide=1, line=1), width=2000, height=2000)
    first, second = kept(one)[0]
    assert (first.left, first.top, first.width, first.height, first.confidence) == (250, 100, 50, 15, 92)
    assert (second.left, second.top, second.width) == (0, 995, 1)
    (box,) = kept(sheet(tables=(table("a", left=200, top=300),), width=2000))[1]
    assert (box.left, box.top, box.width, box.height) == (100, 300, 200, 100)


def test_all_of_the_left_page_its_table_too_comes_before_the_right():
    left = sheet(word("trái", top=100), tables=(table("a", "b", top=700),))
    right = sheet(word("phải", top=50), word("cuối", top=900, line=1), tables=(table("c", top=300),))
    whole = joined(left, right)
    assert texts(whole) == ["trái", "a", "b", "phải", "c", "cuối"]
    words, tables = kept(whole)
    assert [word.block for word in words] == [0, 1, 2, 3, 4, 5]
    assert [cell.block for one in tables for cell in one.cells] == [1, 2, 4]


def test_lines_of_both_pages_that_have_the_same_number_stay_apart():
    whole = joined(sheet(word("trái", top=100)), sheet(word("phải", top=100)))
    assert [(word.text, word.block) for word in kept(whole)[0]] == [("trái", 0), ("phải", 1)]


def test_what_was_read_of_the_right_page_lies_to_the_right_on_the_sheet():
    whole = joined(sheet(), sheet(word("phải", 100, 100), tables=(table("c", left=100, top=300),)))
    words, (box,) = kept(whole)
    assert [word.left for word in words] == [550, 550]
    assert (box.left, box.width) == (550, 200)
    assert [word.left for word in whole.words] == [1100]
    assert whole.tables[0].left == whole.tables[0].cells[0].words[0].left == 1100


def test_a_sheet_takes_over_the_doubts_of_both_pages_once_and_what_kind_they_are():
    left, right = sheet(), sheet()
    left.doubts, right.doubts, right.kind = ["unsure"], ["unsure", "faint"], PageKind.TABLE
    whole = joined(left, right)
    assert (whole.doubts, whole.kind) == (["unsure", "faint"], PageKind.TABLE)


CORNERS = [(80, 90), (500, 500), (880, 120), (120, 900), (860, 880)]


def levelled(degrees: float) -> Sheet:
    """A page that leaned, with a square at every corner and in the middle, read as five words once it is level."""
    raw = np.full((1000, 1000, 3), 250, np.uint8)
    for x, y in CORNERS:
        cv2.rectangle(raw, (x, y), (x + 30, y + 30), (10, 10, 10), -1)
    one = Sheet.of(raw, FAR)
    one.skew = degrees
    one.put(skew.turned(one.colour, degrees))
    _, _, stats, middles = cv2.connectedComponentsWithStats((one.grey < 130).astype(np.uint8))
    found = sorted(zip(stats[1:], middles[1:], strict=True), key=lambda pair: _nearest(pair[1]))
    one.words = [
        PixelWord(text=str(n), confidence=90, left=x, top=y, right=x + w, bottom=y + h, line=n)
        for n, (x, y, w, h) in enumerate([int(v) for v in stat[:4]] for stat, _ in found)
    ]
    return one


def _nearest(middle: np.ndarray) -> int:
    return int(np.argmin([np.hypot(x + 15 - middle[0], y + 15 - middle[1]) for x, y in CORNERS]))


def middles(words: list[PixelWord]) -> np.ndarray:
    return np.array([((word.left + word.right) / 2, (word.top + word.bottom) / 2) for word in words])


@pytest.mark.parametrize("degrees", [-3.0, -0.7, 0.0, 1.2, 4.0])
@pytest.mark.parametrize("side", [0, 1])
def test_words_of_a_page_that_was_levelled_lie_where_the_letters_are_on_the_sheet(degrees, side):
    halves = [sheet(), sheet()]
    halves[side] = levelled(degrees)
    whole = joined(*halves)
    right = np.array(CORNERS) + 15.5 + (1000 * side, 0)
    assert np.abs(middles(whole.words) - right).max() <= 2
    assert np.abs(middles(halves[side].words) - right).max() <= 2


def test_the_table_of_a_page_that_was_levelled_lies_where_it_is_on_the_sheet():
    one = levelled(3.0)
    words = one.words
    cells = [CellOnPage(row=0, column=n, rows=1, columns=1, words=[word]) for n, word in enumerate(words)]
    box = {"left": words[0].left, "top": words[0].top, "right": words[0].right, "bottom": words[0].bottom}
    one.words, one.tables = [], [TableOnPage(**box, rows=1, columns=len(cells), cells=cells)]
    (found,) = joined(sheet(), one).tables
    assert abs(found.left + found.right - 2 * (1000 + 80 + 15)) <= 4
    assert abs(found.top + found.bottom - 2 * (90 + 15)) <= 4
    assert np.abs(middles([cell.words[0] for cell in found.cells]) - np.array(CORNERS) - 15.5 - (1000, 0)).max() <= 2


def test_the_words_of_a_tables_cells_change_and_its_boxes_do_not():
    one = table("a", "", "b")
    new = one.with_words(lambda words: [msgspec.structs.replace(word, text=word.text * 2) for word in words])
    assert [[word.text for word in cell.words] for cell in new.cells] == [["aa"], [], ["bb"]]
    assert (new.left, new.right, new.columns) == (one.left, one.right, one.columns)
    assert one.cells[0].words[0].text == "a"
