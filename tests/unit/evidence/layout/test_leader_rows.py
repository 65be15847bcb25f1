"""Rows that leaders hold together are found, read as one line, and freed of the last dots of their leaders alone."""

from __future__ import annotations

import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning.marks import FormMark, MarkKind
from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from services.evidence.extraction.layout.wording.leader_rows import (
    LeaderRow,
    find_leader_rows,
    read_leader_row,
    without_leader_rows,
)
from services.evidence.extraction.layout.wording.lines import TextLine
from tests.unit.evidence.layout.drawn_tables import blank, word


def leader(left: int, right: int, bottom: int) -> FormMark:
    return FormMark(kind=MarkKind.LEADER, left=left, top=bottom - 6, right=right, bottom=bottom)


def contents(rows: int, titles: int = 6) -> tuple[np.ndarray, list[FormMark]]:
    """A contents list: titles on the left, numbers on the right, where their leaders were, and a long title at the end."""
    page, leaders = blank(900), []
    for row in range(rows):
        word(page, 100, 100 + 100 * row, letters=titles)
        word(page, 900, 100 + 100 * row, letters=2)
        leaders.append(leader(300, 850, 130 + 100 * row))
    word(page, 100, 100 + 100 * rows, letters=29)
    word(page, 900, 100 + 100 * rows, letters=2)
    return page, leaders


def short(rows: int, wide: int = 40) -> FormMark:
    return leader(830, 830 + wide, 130 + 100 * rows)


def tops(rows: list[LeaderRow]) -> list[int]:
    return [round(row.top, -2) for row in rows]


def test_a_title_and_its_number_are_one_row_with_its_leader_between_them():
    page, leaders = contents(2)
    first, second = find_leader_rows(page, leaders)
    assert [len(row.pieces) for row in (first, second)] == [2, 2]
    assert first.leaders == second.leaders == ((300, 850),)
    assert first.pieces[0].right < 300 < 850 < first.pieces[1].left


def test_a_title_that_leaves_room_for_a_few_dots_is_a_row_of_its_contents_list():
    page, leaders = contents(4)
    rows = find_leader_rows(page, [*leaders, short(4)])
    assert tops(rows) == [100, 200, 300, 400, 500]
    assert rows[-1].leaders == ((830, 870),)
    assert rows[-1].pieces[-1].left >= 895


@pytest.mark.parametrize(("rows", "wide"), [(3, 40), (4, 30)], ids=["few-rows", "three-dots"])
def test_a_few_dots_among_few_rows_are_an_ellipsis_and_three_are_one_anywhere(rows, wide):
    page, leaders = contents(rows)
    assert tops(find_leader_rows(page, [*leaders, short(rows, wide)])) == [100 * n for n in range(1, rows + 1)]


def test_without_a_long_leader_there_are_no_rows():
    page, _ = contents(4)
    assert find_leader_rows(page, [short(n) for n in range(5)]) == []
    assert find_leader_rows(page, []) == find_leader_rows(blank(), [leader(300, 850, 130)]) == []


LETTER = 30.0
LEFT, RIGHT = (
    TextLine(left=100, top=100, right=300, bottom=130, letter=LETTER),
    TextLine(left=900, top=100, right=960, bottom=130, letter=LETTER),
)


class Reader:
    """Reads a row as words, each given with where its letters begin and end on the page."""

    def __init__(self, *words: tuple[str, int, int]) -> None:
        self.given, self.modes = words, []

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        self.modes.append(mode)
        gap = grey.shape[1] - 2 * 12 - (300 - 100 + 8) - (960 - 900 + 8)
        shift = {True: 12 - 96, False: 12 + 208 + gap - 896}
        return [
            PixelWord(
                text=text, confidence=90, left=left + shift[left < 600], top=16, right=right + shift[left < 600], bottom=46
            )
            for text, left, right in self.given
        ]


def read(*words: tuple[str, int, int], leaders: tuple[tuple[int, int], ...] = ((310, 880),)) -> list[PixelWord]:
    return read_leader_row(blank(), LeaderRow((LEFT, RIGHT), leaders), Reader(*words))


def test_a_row_reaches_as_far_as_its_pieces_and_its_leaders():
    assert LeaderRow((LEFT,), ((310, 880),)).reach == (100, 880)
    assert LeaderRow((RIGHT,), ((310, 880),)).reach == (310, 960)
    assert LeaderRow((LEFT, RIGHT)).reach == (100, 960)


def test_a_row_is_read_as_one_line_and_its_words_lie_where_they_are_on_the_page():
    reader = Reader(("Mở", 100, 180), ("đầu", 200, 300), ("12", 900, 960))
    words = read_leader_row(blank(), LeaderRow((LEFT, RIGHT), ((310, 880),)), reader)
    assert reader.modes == [PageMode.LINE]
    assert [(one.text, one.left, one.right, one.top) for one in words] == [
        ("Mở", 100, 180, 100),
        ("đầu", 200, 300, 100),
        ("12", 900, 960, 100),
    ]


def test_the_last_dots_of_a_leader_go_off_the_words_beside_it():
    words = read(("đầu...", 200, 312), ("…", 295, 305), ("._12", 885, 960))
    assert [one.text for one in words] == ["đầu", "12"]


def test_full_stops_that_are_not_beside_a_leader_stay():
    words = read(("A.", 100, 140), ("1.1.", 150, 200), ("v.v.", 210, 270), (".12.", 885, 960))
    assert [one.text for one in words] == ["A.", "1.1.", "v.v.", "12."]


def test_the_full_stop_at_the_end_of_a_piece_stays_where_no_leader_begins():
    assert [one.text for one in read(("hết.", 230, 300), leaders=((600, 880),))] == ["hết."]
    assert [one.text for one in read(("hết.", 230, 300))] == ["hết"]


def test_the_pieces_of_rows_are_paper_once_they_were_read():
    page, leaders = contents(1)
    rest = without_leader_rows(page, find_leader_rows(page, leaders))
    assert rest[90:140].min() == 255
    assert np.array_equal(rest[180:], page[180:])
