"""What is left out of running text as junk, how run-on numbers are parted, and what is read across without rules."""

from __future__ import annotations

import numpy as np
import pytest

from services.evidence.extraction.layout import judging
from services.evidence.extraction.layout.cleaning import light
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.wording.capitals import is_in_capitals, voted, with_document_number, with_formulas
from services.evidence.extraction.layout.wording.reading_order import place_among, with_lines, with_rows_across
from services.evidence.extraction.layout.wording.tidying import tidied


def word(text, left=0, top=0, *, wide=100, high=30, confidence=90.0, line=0, block=0):
    return PixelWord(
        text=text, confidence=confidence, left=left, top=top, right=left + wide, bottom=top + high, line=line, block=block
    )


def texts(words):
    return [one.text for one in words]


@pytest.mark.parametrize("text", ["~", "^", "|", "xk", "qz)"])
def test_a_sign_or_scrap_of_which_the_reading_is_unsure_goes(text):
    kept = tidied([word("trường", confidence=95), word(text, 120, confidence=20)])
    assert texts(kept) == ["trường"]


@pytest.mark.parametrize("text", ["17/2018/TT-BGDĐT,", "./.", "nhà"])
def test_codes_the_end_mark_and_syllables_stay_however_unsure(text):
    assert texts(tidied([word("trường", confidence=95), word(text, 120, confidence=10)])) == ["trường", text]


def test_a_line_without_anything_that_makes_sense_goes_whole():
    assert tidied([word("Sx", confidence=50), word("qz", 120, confidence=55)]) == []


def test_a_bullet_at_the_beginning_of_a_line_stays():
    assert texts(tidied([word("-", confidence=40), word("Như", 60), word("trên", 200)])) == ["-", "Như", "trên"]


def test_a_number_is_parted_from_the_word_that_was_run_on_to_it():
    kept = tidied([word("ngày"), word("23tháng", 120, wide=140), word("4", 300)])
    assert texts(kept) == ["ngày", "23", "tháng", "4"]
    assert kept[1].right == kept[2].left == 160


def test_a_number_that_was_split_is_put_together_only_where_its_parts_touch():
    near = tidied([word("1", 0, wide=15), word("5tháng", 20, wide=120)])
    far = tidied([word("1", 0, wide=15), word("5tháng", 90, wide=120)])
    assert texts(near) == ["15", "tháng"]
    assert texts(far) == ["1", "5", "tháng"]


def test_a_code_with_letters_is_no_run_on_number():
    assert texts(tidied([word("lớp"), word("5A", 120), word("63km2", 200)])) == ["lớp", "5A", "63km2"]


@pytest.mark.parametrize(
    ("read", "right"), [("HI.", "III."), ("IH", "III"), ("HI", "III"), ("HIỆU", "HIỆU"), ("HINH", "HINH")]
)
def test_the_number_three_is_not_read_as_letters(read, right):
    assert texts(tidied([word(read), word("NỘI", 120)])) == [right, "NỘI"]


def test_three_columns_side_by_side_are_read_across():
    words = [
        word(f"{name}{row}", left, 100 * row, line=row, block=number)
        for number, (name, left) in enumerate((("a", 0), ("b", 400), ("c", 800)))
        for row in range(4)
    ]
    assert texts(with_rows_across(words, 1000)) == [f"{name}{row}" for row in range(4) for name in "abc"]


def test_two_columns_and_a_head_are_left_as_they_are():
    words = [
        word(f"{name}{row}", left, 100 * row, line=row, block=n)
        for n, (name, left) in enumerate((("a", 0), ("b", 500)))
        for row in range(4)
    ]
    assert texts(with_rows_across(words, 1000)) == texts(words)


def column(name: str, left: int, wide: int, *blocks: range, first: int = 0):
    """A column of lines, some rows to a block."""
    return [
        word(f"{name}{row}", left, 50 * row, wide=wide, line=row, block=first + number)
        for number, rows in enumerate(blocks)
        for row in rows
    ]


def test_a_newspaper_whose_right_column_has_several_blocks_is_not_read_across():
    words = column("a", 0, 400, range(12)) + column("b", 500, 400, range(4), range(4, 8), range(8, 12), first=1)
    assert texts(with_rows_across(words, 1000)) == texts(words)


def test_three_columns_of_prose_as_wide_as_each_other_are_not_read_across():
    words = (
        column("a", 0, 300, range(6)) + column("b", 340, 300, range(6), first=1) + column("c", 680, 300, range(6), first=2)
    )
    assert texts(with_rows_across(words, 1000)) == texts(words)


@pytest.mark.parametrize("narrow", [0, 1, 2])
def test_a_table_of_three_columns_one_of_them_narrow_is_read_across(narrow):
    widths = [300, 300, 300]
    widths[narrow] = 80
    words = [one for n, name in enumerate("abc") for one in column(name, 340 * n, widths[n], range(6), first=n)]
    assert texts(with_rows_across(words, 1000)) == [f"{name}{row}" for row in range(6) for name in "abc"]


def test_a_column_of_a_table_that_fell_into_blocks_is_one_column_still():
    words = column("b", 340, 300, range(4)) + column("a", 0, 80, range(2), range(2, 4), first=1)
    words += column("c", 680, 300, range(4), first=3)
    assert texts(with_rows_across(words, 1000)) == [f"{name}{row}" for row in range(4) for name in "abc"]


def test_a_first_column_that_fell_into_blocks_is_one_column_too():
    words = column("a", 0, 80, range(2), range(2, 4)) + column("b", 340, 300, range(4), first=2)
    words += column("c", 680, 300, range(4), first=3)
    assert texts(with_rows_across(words, 1000)) == [f"{name}{row}" for row in range(4) for name in "abc"]


def test_a_column_as_wide_as_half_the_page_is_prose():
    words = (
        column("a", 0, 80, range(6)) + column("b", 120, 480, range(6), first=1) + column("c", 680, 300, range(6), first=2)
    )
    assert texts(with_rows_across(words, 1000)) == texts(words)


def test_a_line_read_by_itself_goes_below_the_last_one_above_it_in_its_columns():
    words = [word("trên", 0, 0, line=0), word("dưới", 0, 200, line=1), word("cạnh", 600, 0, line=0, block=1)]
    assert place_among((0, 100, 100, 130), [[one] for one in words]) == 1
    assert texts(with_lines(words, [[word("giữa", 0, 100)]])) == ["trên", "giữa", "dưới", "cạnh"]


def test_a_line_with_nothing_above_it_goes_before_what_is_below():
    assert texts(with_lines([word("dưới", 0, 200)], [[word("đầu", 0, 0)]])) == ["đầu", "dưới"]
    assert texts(with_lines([word("cạnh", 600, 200)], [[word("riêng", 0, 0)]])) == ["cạnh", "riêng"]


def test_a_row_with_a_leader_goes_below_what_lies_above_its_leader():
    words = [word("trên", 600, 0, line=0), word("dưới", 600, 200, line=1)]
    row = [word("Họ", 0, 100)]
    assert texts(with_lines(words, [row])) == ["trên", "dưới", "Họ"]
    assert texts(with_lines(words, [row], [(0, 900)])) == ["trên", "Họ", "dưới"]
    assert texts(with_lines(words, [[], row], [(0, 50), (0, 900)])) == ["trên", "Họ", "dưới"]


def test_a_leader_reaches_to_the_left_too():
    words = [word("trên", 0, 0, line=0), word("dưới", 0, 200, line=1)]
    assert texts(with_lines(words, [[word("12", 900, 100)]])) == ["trên", "dưới", "12"]
    assert texts(with_lines(words, [[word("12", 900, 100)]], [(50, 880)])) == ["trên", "12", "dưới"]


def test_of_new_lines_only_those_with_a_leader_reach_further_than_their_words():
    words = [word("trên", 600, 0, line=0), word("dưới", 600, 200, line=1)]
    rows = [[word("Họ", 0, 100)], [word("Tên", 0, 150)]]
    assert texts(with_lines(words, rows, [(0, 900)])) == ["trên", "Họ", "Tên", "dưới"]


def test_most_readings_of_a_line_in_capitals_win():
    first = [word("TRƯỜNG"), word("ĐUÔNG", 120, confidence=96)]
    others = [
        [word("TRƯỜNG"), word("ĐUỐNG", 120)],
        [word("TRƯỜNG"), word("ĐUỐNG", 120)],
        [word("TRƯỞNG"), word("ĐUÔNG", 120)],
    ]
    assert texts(voted([first, *others[:2]])) == ["TRƯỜNG", "ĐUỐNG"]
    assert texts(voted([first, others[0], others[2]])) == ["TRƯỜNG", "ĐUÔNG"]


@pytest.mark.parametrize("read", ["_UBND", "UBND_", "'UBND.", "-UBND—"])
def test_a_mark_that_only_the_other_readings_have_at_an_end_of_a_word_is_not_taken_over(read):
    others = [[word(read, confidence=99), word("XÃ", 120)]] * 3
    assert texts(voted([[word("UBND"), word("XÃ", 120)], *others])) == ["UBND", "XÃ"]
    assert texts(voted([[word("UBNO"), word("XÃ", 120)], *others])) == ["UBND", "XÃ"]


def test_a_mark_that_the_first_reading_has_too_stays():
    others = [[word("“NÂNG", confidence=99), word("CAO.”", 120)]] * 3
    assert texts(voted([[word("“NÀNG"), word("CAO.”", 120)], *others])) == ["“NÂNG", "CAO.”"]


def test_a_full_stop_that_all_readings_have_stays_though_some_have_a_mark_behind_it():
    others = [[word("NAM.,"), word("XÃ", 120)]] * 2
    assert texts(voted([[word("NAM."), word("XÃ", 120)], *others])) == ["NAM.", "XÃ"]


def test_a_reading_that_is_nothing_but_marks_is_compared_as_it_is():
    assert texts(voted([[word("-"), word("HIỆU")], [word("–"), word("HIỆU")], [word("–"), word("HIỆU")]])) == ["–", "HIỆU"]


def test_a_word_that_agrees_but_for_a_stray_mark_makes_it_surer():
    [sure, _] = voted([[word("UBND", confidence=60), word("XÃ")], [word("_UBND", confidence=95), word("XÃ")]])
    assert (sure.text, sure.confidence) == ("UBND", 95)


def test_a_reading_of_another_number_of_words_has_no_vote_on_them():
    assert texts(voted([[word("CHỦ"), word("TỊCH")], [word("CHUTICH")]])) == ["CHỦ", "TỊCH"]


def test_what_official_papers_must_say_gets_its_marks_and_names_do_not():
    line = [word(text) for text in ["UY", "BAN", "NHAN", "DAN", "XÃ", "VINH", "KY"]]
    assert texts(with_formulas(line)) == ["ỦY", "BAN", "NHÂN", "DÂN", "XÃ", "VINH", "KY"]
    assert is_in_capitals(line)
    assert not is_in_capitals([word("Độc"), word("lập")])


@pytest.mark.parametrize("read", ["155MNHƯ-VHXH", "155.MNHƯ-VHXH", "155/MNHƯ-VHXH"])
def test_the_stroke_between_number_and_sign_of_a_document_is_put_back(read):
    assert texts(with_document_number([word("Số:"), word(read, 120)])) == ["Số:", "155/MNHƯ-VHXH"]


@pytest.mark.parametrize(
    ("before", "read"), [("mã", "155MNHƯ-VHXH"), ("Số:", "2025-2026"), ("số", "12a-b"), ("Số:", "155/QĐ")]
)
def test_what_is_no_number_and_sign_is_left_alone(before, read):
    assert texts(with_document_number([word(before), word(read, 120)])) == [before, read]


def test_a_negative_is_told_by_sense_and_signs_make_none():
    assert judging.sense([word("trường"), word("học")]) > 0
    assert judging.sense([word("|l"), word("o1}"), word("UBND"), word("12")]) == 0


def page(paper=245):
    return np.full((1200, 900), paper, np.uint8)


def test_grey_paper_becomes_white_and_white_paper_is_left_alone():
    grey = page(230)
    grey[500:600, 300:600] = 120
    assert light.on_white(grey)[0, 0] == 255
    white = page(255)
    assert light.on_white(white) is white


def test_faint_ink_is_ink():
    assert not judging.has_ink(page(240))
    faint = page(240)
    faint[500:520, 300:600] = 185
    assert judging.has_ink(faint)
