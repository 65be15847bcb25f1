"""What is left out of running text as junk, how run-on numbers are parted, and what is read across without rules."""

from __future__ import annotations

import numpy as np
import pytest

from services.evidence.extraction.layout import judging, light, streaks
from services.evidence.extraction.layout.capitals import is_in_capitals, voted, with_document_number, with_formulas
from services.evidence.extraction.layout.reading_order import place_among, with_lines, with_rows_across
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.tidying import tidied


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


def test_a_line_read_by_itself_goes_below_the_last_one_above_it_in_its_columns():
    words = [word("trên", 0, 0, line=0), word("dưới", 0, 200, line=1), word("cạnh", 600, 0, line=0, block=1)]
    assert place_among((0, 100, 100, 130), [[one] for one in words]) == 1
    assert texts(with_lines(words, [[word("giữa", 0, 100)]])) == ["trên", "giữa", "dưới", "cạnh"]


def test_a_line_with_nothing_above_it_goes_before_what_is_below():
    assert texts(with_lines([word("dưới", 0, 200)], [[word("đầu", 0, 0)]])) == ["đầu", "dưới"]
    assert texts(with_lines([word("cạnh", 600, 200)], [[word("riêng", 0, 0)]])) == ["cạnh", "riêng"]


def test_most_readings_of_a_line_in_capitals_win():
    first = [word("TRƯỜNG"), word("ĐUÔNG", 120, confidence=96)]
    others = [
        [word("TRƯỜNG"), word("ĐUỐNG", 120)],
        [word("TRƯỜNG"), word("ĐUỐNG", 120)],
        [word("TRƯỞNG"), word("ĐUÔNG", 120)],
    ]
    assert texts(voted([first, *others[:2]])) == ["TRƯỜNG", "ĐUỐNG"]
    assert texts(voted([first, others[0], others[2]])) == ["TRƯỜNG", "ĐUÔNG"]


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


def test_a_line_from_rim_to_rim_goes_and_a_rule_of_a_table_stays():
    dirty = page()
    dirty[:, 400:403] = 120
    dirty[200:1000, 600:603] = 40
    clean = streaks.without_through_lines(dirty)
    assert clean[:, 395:408].min() > 230
    assert (clean[300:900, 601] == 40).all()
    assert streaks.without_through_lines(page()).min() == 245


def test_a_letter_on_such_a_line_stays_dark():
    dirty = page()
    dirty[:, 400:403] = 150
    dirty[500:530, 380:425] = 30
    assert streaks.without_through_lines(dirty)[510, 401] < 60


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
