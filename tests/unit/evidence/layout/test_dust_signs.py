"""Signs that specks were read as go: alone, before and behind words, between two; those that were printed stay."""

from __future__ import annotations

import msgspec
import pytest

from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.wording.dust_signs import without_dust_signs


def word(text: str, left: int = 100, wide: int = 100) -> PixelWord:
    return PixelWord(text=text, confidence=90, left=left, top=10, right=left + wide, bottom=40, line=3, block=2)


def freed(*texts: str, cell: bool = False) -> list[str]:
    return [one.text for one in without_dust_signs([word(text) for text in texts], cell=cell)]


@pytest.mark.parametrize("speck", [".", "..", "'", "·", ":", "^", "°", ",'"])
def test_a_speck_alone_is_no_word(speck):
    assert freed("trường", speck, "học") == ["trường", "học"]
    assert freed(speck, cell=True) == []


@pytest.mark.parametrize("dots", ["...", "......", "…"])
def test_a_row_of_dots_is_no_speck(dots):
    assert freed("Lớp", dots) == ["Lớp", dots]


@pytest.mark.parametrize(("read", "free"), [("·Trường", "Trường"), (".'học", "học"), ("^12", "12"), (".-", "-")])
def test_what_stands_before_a_word_goes(read, free):
    assert freed(read) == [free]


@pytest.mark.parametrize(
    "text", ["trường.", "học,", "gồm:", "UBND;", "12.", "12:", "12;", "-", "(5)", "17/2018/TT-BGDĐT", "1.1."]
)
def test_what_is_written_behind_words_and_numbers_stays(text):
    assert freed(text) == [text]


@pytest.mark.parametrize("speck", ["'", "·", "`", "’"])
def test_behind_a_number_of_running_text_a_speck_goes(speck):
    assert freed(f"2026{speck}") == ["2026"]
    assert freed(f"học{speck}") == [f"học{speck}"]


@pytest.mark.parametrize(
    ("read", "free"),
    [("8,5'", "8,5"), (".8,5", "8,5"), ("12:", "12"), ("5-", "5"), ("12%,", "12%"), ("5,", "5"), ("5.", "5.")],
)
def test_in_a_cell_a_number_has_nothing_around_it_but_its_full_stop(read, free):
    assert freed(read, cell=True) == [free]


@pytest.mark.parametrize("number", ["-5", "-0,3", "–12"])
def test_in_a_cell_a_number_below_nought_keeps_its_minus(number):
    assert freed(number, cell=True) == [number]


@pytest.mark.parametrize("text", ["12A", "Khá", "x", "-", "5A1", "(5)", "B12", "12-14"])
def test_what_else_stands_in_a_cell_stays(text):
    assert freed(text, cell=True) == [text]


@pytest.mark.parametrize("sign", list(".·'"))
def test_a_speck_between_two_syllables_parts_them(sign):
    assert freed(f"học{sign}sinh") == ["học", "sinh"]


def test_two_words_that_were_parted_share_the_box_and_the_line_and_keep_the_mark_behind():
    first, second = without_dust_signs([word("học.sinh,", 100, 90)])
    assert (first.text, first.left, second.text, second.right) == ("học", 100, "sinh,", 190)
    assert first.right == second.left == 135
    assert {(one.line, one.block, one.top, one.bottom, one.confidence) for one in (first, second)} == {(3, 2, 10, 40, 90)}


@pytest.mark.parametrize(
    "text", ["TP.HCM", "Ma.mẫu", "mẫu.Mơ", "a.học", "xq.học", "học.xq", "học.sinh.giỏi", "minh@mau.vn", "3.học"]
)
def test_names_codes_and_what_is_no_syllable_are_not_parted(text):
    assert freed(text) == [text]


def test_words_without_specks_are_the_same_words():
    words = [word("trường"), word("8,5")]
    assert all(new is old for new, old in zip(without_dust_signs(words, cell=True), words, strict=True))


@pytest.mark.parametrize("text", ["mít-tinh", "xi-măng", "cà-phê", "gồm:sách"])
def test_a_hyphen_or_a_colon_that_was_printed_between_syllables_is_not_lost(text):
    assert [one.text for one in without_dust_signs([msgspec.structs.replace(word(text), confidence=93)])] == [text]


def test_a_speck_that_was_read_as_a_hyphen_without_sureness_parts_two_syllables():
    unsure = msgspec.structs.replace(word("tờ-trình"), confidence=82)
    assert [one.text for one in without_dust_signs([unsure])] == ["tờ", "trình"]
