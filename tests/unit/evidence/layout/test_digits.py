"""Numbers in tables: commas and full stops by their ink, columns that vote, digits read as letters, and what must stay."""

from __future__ import annotations

import time
from typing import ClassVar

import cv2
import msgspec
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from services.evidence.extraction.layout.sheet import CellOnPage, TableOnPage
from services.evidence.extraction.layout.tables.digits import second_look_at_numbers
from services.evidence.extraction.layout.tables.number_columns import as_digits, is_near_number
from services.evidence.extraction.layout.tables.number_marks import DecimalMark, NumberInk, ink_of, with_marks
from services.evidence.extraction.layout.tables.numbering_rows import without_brackets

FAR = time.monotonic() + 3600
LIMIT = 150
ROW, COLUMN = 80, 300

COMMA = DecimalMark(after=1, depth=0.2, high=0.35, slim=1.8)
STOP = DecimalMark(after=1, depth=0.0, high=0.17, slim=1.0)
UNCLEAR = DecimalMark(after=1, depth=0.08, high=0.25, slim=1.2)


def drawn(text: str, size: float = 40, blur: float = 0.0) -> np.ndarray:
    """A number as it is printed, on white."""
    font = ImageFont.load_default(size=size)
    image = Image.new("L", (round(size * len(text)) + 40, round(size * 2)), 255)
    ImageDraw.Draw(image).text((20, size * 1.5), text, font=font, fill=0, anchor="ls")
    grey = np.array(image)
    return cv2.GaussianBlur(grey, (0, 0), blur) if blur else grey


def seen(*marks: DecimalMark, digits: int = 2) -> NumberInk:
    return NumberInk(digits, marks)


class Reader:
    """Reads every line as the next of the texts that it was given, over and over, and counts."""

    def __init__(self, *texts: str, sure: float = 95) -> None:
        self.texts, self.sure, self.asked = texts, sure, 0

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        text = self.texts[self.asked % len(self.texts)]
        self.asked += 1
        high, wide = grey.shape
        return [PixelWord(text=text, confidence=self.sure, left=wide - 12, top=10, right=wide - 10, bottom=high - 10)]


def table(*columns: list[tuple[str, str] | str], sure: dict[str, float] | None = None):
    """A page and its table, column by column: what is printed in each cell, and what was read if that differs."""
    rows = max(len(column) for column in columns)
    page = np.full((ROW * rows + 20, COLUMN * len(columns) + 20), 255, np.uint8)
    cells = []
    for across, column in enumerate(columns):
        for down, cell in enumerate(column):
            printed, read = cell if isinstance(cell, tuple) else (cell, cell)
            image = drawn(printed)[20:78]
            top, left = ROW * down + 10, COLUMN * across + 10
            page[top : top + image.shape[0], left : left + min(image.shape[1], COLUMN)] = image[:, :COLUMN]
            ink = np.argwhere(page[top : top + ROW, left : left + COLUMN] < LIMIT)
            words = []
            if len(ink):
                (first, begin), (last, end) = ink.min(axis=0), ink.max(axis=0) + 1
                words = [
                    PixelWord(
                        text=read,
                        confidence=(sure or {}).get(read, 95.0),
                        left=left + int(begin),
                        top=top + int(first),
                        right=left + int(end),
                        bottom=top + int(last),
                        line=0,
                    )
                ]
            cells.append(CellOnPage(row=down, column=across, rows=1, columns=1, words=words))
    box = {"left": 0, "top": 0, "right": page.shape[1], "bottom": page.shape[0]}
    return page, TableOnPage(**box, rows=rows, columns=len(columns), cells=cells)


def looked(*columns, reader: Reader | None = None, until: float = FAR, sure: dict[str, float] | None = None):
    """The texts of the columns after a second look."""
    page, one = table(*columns, sure=sure)
    [new] = second_look_at_numbers(page, [one], reader or Reader("?"), until)
    assert [[w.left for w in cell.words] for cell in new.cells] == [[w.left for w in cell.words] for cell in one.cells]
    texts = [[] for _ in columns]
    for cell in new.cells:
        texts[cell.column].append(" ".join(word.text for word in cell.words))
    return texts


@pytest.mark.parametrize("size", [24, 40, 64])
@pytest.mark.parametrize("blur", [0.0, 0.02, 0.035])
def test_a_drawn_comma_is_told_from_a_drawn_full_stop(size, blur):
    for sign in ",.":
        ink = ink_of(drawn(f"8{sign}5", size, blur * size), LIMIT)
        assert ink.digits == 2
        assert [(mark.after, mark.sign) for mark in ink.marks] == [(1, sign)]


def test_a_bare_number_shows_no_mark_and_white_shows_nothing():
    assert ink_of(drawn("85"), LIMIT) == NumberInk(2, ())
    assert ink_of(np.full((40, 40), 255, np.uint8), LIMIT) == NumberInk(0, ())


def test_what_lies_outside_the_digits_or_above_them_is_no_mark():
    outside, above = drawn("85"), drawn("8 5")
    outside[55:60, 5:9] = 0
    above[33:38, 45:49] = 0
    assert not ink_of(outside, LIMIT).marks
    assert not ink_of(above, LIMIT).marks


def test_each_mark_is_what_its_ink_shows():
    assert with_marks([("8.5", seen(COMMA)), ("5,3", seen(STOP)), ("7,0", seen(COMMA))]) == ["8,5", "5.3", "7,0"]


def test_a_mark_that_cannot_be_measured_goes_as_its_column():
    told = [("8,5", seen(COMMA))] * 3
    assert with_marks([*told, ("7.5", seen(UNCLEAR)), ("6.5", seen(digits=1))]) == ["8,5"] * 3 + ["7,5", "6,5"]
    told = [("1.5", seen(STOP))] * 3
    assert with_marks([*told, ("1,6", seen(UNCLEAR))]) == ["1.5"] * 3 + ["1.6"]


def test_one_mark_against_all_others_of_its_column_is_dust():
    told = [("8,5", seen(COMMA))] * 9
    assert with_marks([*told, ("7,5", seen(STOP))])[-1] == "7,5"
    assert with_marks([*told[:2], ("7,5", seen(STOP))])[-1] == "7.5"


def test_where_nothing_can_be_measured_stops_among_commas_are_commas_and_codes_keep_theirs():
    assert with_marks([("8,5", seen()), ("8,6", seen()), ("9,1", seen()), ("7.5", seen())])[-1] == "7,5"
    assert with_marks([("1.1", seen()), ("1.2", seen()), ("1.3", seen()), ("1,4", seen())])[-1] == "1,4"


def test_thousands_and_decimals_are_judged_apart():
    column = [("8,5", seen(COMMA))] * 5 + [("1.250", seen(STOP, digits=4))] * 3 + [("2.400", seen(digits=3))]
    assert with_marks(column)[-4:] == ["1.250"] * 3 + ["2.400"]


def test_a_mark_that_was_not_read_is_put_in_where_others_of_the_column_have_one():
    told = [("8,5", seen(COMMA))] * 3
    assert with_marks([*told, ("69", seen(COMMA))])[-1] == "6,9"
    assert with_marks([*told, ("69", seen(UNCLEAR))])[-1] == "69"
    assert with_marks([*told, ("69", seen(COMMA, digits=1))])[-1] == "69"
    assert with_marks([("12", seen()), ("13", seen()), ("69", seen(COMMA))])[-1] == "69"


def test_a_column_of_marks_gets_its_commas_back():
    [column] = looked([("8,5", "8.5"), "7", ("9,0", "9.0"), ("6,9", "69"), "5,3", "10"])
    assert column == ["8,5", "7", "9,0", "6,9", "5,3", "10"]


def test_numbers_of_criteria_and_dates_and_codes_stay():
    columns = [
        ["1.1", "1.2", "5.3"],
        ["23/04/2023", "01/12/2022", "05/09/2021"],
        ["[H8-5.1-02]", "[H8-5.1-03]", "[H8-5.1-04]"],
    ]
    assert looked(*columns, reader=Reader("88")) == columns


def test_words_and_empty_cells_and_signs_stay():
    columns = [["", "x", "-", "Khá", "12", "13", "47"], ["Giỏi", "Khá", "Tốt"]]
    reader = Reader("1")
    assert looked(*columns, reader=reader) == columns
    assert not reader.asked


@pytest.mark.parametrize(("printed", "read"), [("1", "I"), ("1", "l"), ("1", "¡"), ("0", "O"), ("11", "II"), ("6", "ó6")])
def test_letters_in_a_column_of_numbers_are_digits_if_a_reading_of_digits_says_so(printed, read):
    names = ["An", "Bình", "Chi", "Dung"]
    [_, column] = looked(names, ["35", "8", "46", (printed, read)], reader=Reader(printed))
    assert column[-1] == printed


@pytest.mark.parametrize(
    ("read", "digits"),
    [("§", "8"), ("ó", "6"), ("Ó", "6"), ("2ó", "26"), ("1§,5", "18,5"), ("O", "0"), ("í", "1"), ("ô", "0")],
)
def test_signs_that_digits_are_read_as_count_as_those(read, digits):
    assert as_digits(read) == digits
    assert is_near_number(read)


@pytest.mark.parametrize(("printed", "read"), [("18", "1§"), ("26", "2ó"), ("26", "2Ó"), ("864", "§ó4")])
def test_in_a_column_of_numbers_one_reading_that_says_the_same_is_enough(printed, read):
    column = ["35", "42", "46", "11", (printed, read)]
    once = Reader(printed, "", "", sure=60)
    assert looked(["a"], column, reader=once)[1][-1] == printed
    assert once.asked == 1


@pytest.mark.parametrize(("printed", "read"), [("8", "§"), ("6", "ó")])
def test_in_a_column_of_values_a_sign_alone_is_read_again_too(printed, read):
    column = ["35", "42", "46", "11", (printed, read)]
    assert looked(["a"], column, reader=Reader(printed))[1][-1] == printed


def test_in_running_numbers_they_are_what_their_place_wants_without_another_reading():
    column = ["1", "2", "3", "4", "5", ("6", "ó"), "7", ("8", "§"), "9"]
    reader = Reader("?")
    assert looked(column, reader=reader) == [[str(n) for n in range(1, 10)]]
    assert not reader.asked


def test_the_second_of_three_readings_has_the_other_guide_before_it():
    page, one = table(["a"], ["35", "42", "46", "11", ("18", "1§")])

    class Seeing(Reader):
        heights: ClassVar[list[int]] = []

        def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
            self.heights.append(int((grey[:, :40] < 128).any(axis=1).sum()))
            assert set("Ngày Lớp 6") <= set(only)
            return super().words(grey, mode=mode, dpi=dpi, only=only)

    reader = Seeing("", "", "")
    second_look_at_numbers(page, [one], reader, FAR)
    assert reader.asked == 3
    assert reader.heights[1] < reader.heights[2] < reader.heights[0]


def test_a_reading_with_other_digits_than_the_ink_has_is_not_taken():
    assert looked(["a"], ["35", "8", "46", ("11", "II")], reader=Reader("1"))[1][-1] == "II"
    assert looked(["a"], ["35", "8", "46", ("81", "8!")], reader=Reader("8"))[1][-1] == "8!"


def test_letters_that_are_meant_stay_among_numbers():
    column = ["35", "8", "46", "12A", "27", "90"]
    assert looked(["a"], column, reader=Reader("124"))[1] == column


@pytest.mark.parametrize("roman", [["I", "II"], ["I", "III"], ["IV"]])
def test_a_column_with_roman_numbers_keeps_them(roman):
    column = ["7", "9", "23", "31", "36", *roman]
    reader = Reader("1")
    assert looked(["a"], column, reader=reader)[1] == column
    assert not reader.asked


def test_a_heading_numbered_in_roman_stays_among_running_numbers():
    column = ["I", "1", "2", "3", "4", "II", "1", "2", "3"]
    assert looked(column, reader=Reader("1", "11")) == [column]


def test_running_numbers_tell_what_was_read_badly():
    column = [("1", "I"), "2", "3", ("4", "á"), "5", "6", "7", "8", ("9", "©"), "10", "11", ("12", "¡2")]
    assert looked(column, reader=Reader("4", "9")) == [[str(n) for n in range(1, 13)]]


def test_a_doubted_running_number_gives_way_to_its_neighbours_only_if_it_reads_so_and_a_sure_one_never_does():
    column = ["1", "2", "3", ("4", "9"), "5", "6", "7"]
    assert looked(column, reader=Reader("4"), sure={"9": 40})[0][3] == "4"
    assert looked(column, reader=Reader("9"), sure={"9": 40})[0][3] == "9"
    assert looked(column, reader=Reader("4"))[0][3] == "9"


def test_a_doubted_mark_gives_way_to_two_sure_readings():
    column = ["8,5", "7,2", "9,1", "6,4", ("8,3", "5,3")]
    assert looked(["a"], column, reader=Reader("8,3"), sure={"5,3": 70})[1][-1] == "8,3"
    assert looked(["a"], column, reader=Reader("8,3", sure=60), sure={"5,3": 70})[1][-1] == "5,3"
    reader = Reader("5,3")
    assert looked(["a"], column, reader=reader, sure={"5,3": 70})[1][-1] == "5,3"
    assert reader.asked == 1


def test_a_mark_above_ten_is_read_again():
    column = ["8,5", "7,2", "9,1", "6", ("10,0", "190,0")]
    assert looked(["a"], column, reader=Reader("10,0"))[1][-1] == "10,0"


def test_a_code_gets_the_digits_that_others_of_its_column_have():
    read = ["B2", "B3", "B12", "B4", "B5", ("B1", "BI"), ("B10", "B1O"), "Ba"]
    assert looked(read) == [["B2", "B3", "B12", "B4", "B5", "B1", "B10", "Ba"]]
    assert looked(["a-2", "a-3", "a-4", ("a-1", "a-l")]) == [["a-2", "a-3", "a-4", "a-1"]]


def test_dates_of_a_column_of_dates_get_their_strokes_back():
    dates = ["23/04/2023", "01/12/2022", "05/09/2021", "30/6/2021"]
    read = ["24062016", "13.09/2011", "62/05/2011", "mai"]
    assert looked([*dates, *read]) == [[*dates, "24/06/2016", "13/09/2011", "62/05/2011", "mai"]]


def test_nothing_is_read_again_when_time_is_up():
    reader = Reader("1")
    assert looked(["a"], ["35", "8", "46", ("1", "I")], reader=reader, until=0)[1][-1] == "I"
    assert not reader.asked


def test_a_cell_of_two_lines_is_not_read_again():
    page, one = table(["a"], ["35", "8", "46", ("1", "I")])
    word = one.cells[-1].words[0]
    one.cells[-1].words[0] = msgspec.structs.replace(word, top=word.top - ROW)
    [new] = second_look_at_numbers(page, [one], Reader("1"), FAR)
    assert new.cells[-1].words[0].text == "I"


def test_a_date_or_telephone_number_is_read_again_and_must_come_out_as_one():
    dates = ["23/04/2023", "01/12/2022", "05/09/2021", ("02/05/2011", "62/05/2011")]
    assert looked(["a"], dates, reader=Reader("02/05/2011"))[1][-1] == "02/05/2011"
    assert looked(["a"], dates, reader=Reader("2/05/2011"))[1][-1] == "62/05/2011"
    numbers = ["0900000001", "0900000002", "0900000003", ("0900000006", "09o00000é6"), "không"]
    assert looked(["a"], numbers, reader=Reader("0900000006"))[1][-2:] == ["0900000006", "không"]


def test_a_column_that_runs_through_all_rows_is_known_though_most_of_it_was_read_badly():
    column = ["4", ("5", "é"), ("6", "S"), "7", ("8", "§"), "9", ("10", "to"), ("11", "tt"), ("12", "xx")]
    reader = Reader("5", "6", "8", "10", "13")
    assert looked(column, reader=reader)[0] == ["4", "5", "6", "7", "8", "9", "10", "11", "xx"]


def numbered(*texts: str, first: int = 1):
    """A column for each text: what was read of its number in brackets, over nothing."""
    return [[(f"({number})", text)] for number, text in enumerate(texts, first)]


def test_the_row_that_numbers_columns_is_read_without_brackets():
    assert looked(*numbered("(1)", "(2)", ")", "(2)", "(5)"), reader=Reader("3", "4")) == [[f"({n})"] for n in range(1, 6)]
    found = looked(*numbered("(6)", "(7)", "(8)", "(2)", first=6), reader=Reader("9"))
    assert found == [["(6)"], ["(7)"], ["(8)"], ["(9)"]]


def test_a_row_in_brackets_that_does_not_number_columns_stays():
    columns = numbered("(7)", "(3)", "(9)", "(2)", "(5)")
    assert looked(*columns, reader=Reader("6")) == [["(7)"], ["(3)"], ["(9)"], ["(2)"], ["(5)"]]
    few = [["(1)"], ["(2"], ["(3)"]]
    assert looked(*few, reader=Reader("2")) == few


def test_what_has_no_brackets_has_nothing_inside_them():
    assert without_brackets(drawn("12"), LIMIT) is None
    bare = without_brackets(drawn("(4)"), LIMIT)
    assert bare is not None
    assert 0 < (bare < LIMIT).sum() < (drawn("(4)") < LIMIT).sum()


def test_a_head_over_several_columns_belongs_to_none():
    page, one = table(["B2", "B3", "B4"], [("BI", "BI"), "12", "13"])
    one.cells[3] = msgspec.structs.replace(one.cells[3], column=0, columns=2)
    [new] = second_look_at_numbers(page, [one], Reader("81"), FAR)
    assert new.cells[3].words[0].text == "BI"
