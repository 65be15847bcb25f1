"""What people corrected lies over every later reading of the page, turned and levelled as it may be."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.corrections import CorrectedWord, corrected, corrected_word, lay_over
from services.evidence.domain.page_frame import PageArea, area_of, as_read, as_scanned
from services.evidence.domain.pipelines import is_older
from services.evidence.domain.reading_errors import page_errors, word_differences
from services.evidence.domain.text import ReadCell, ReadPage, ReadTable, ReadText, ReadWord
from services.evidence.domain.word_places import added_beside, added_lines
from services.evidence.extraction.merging import turned
from tests.unit.evidence.evidence_kit import page

LINES = ("Kế hoạch năm học", "Hiệu trưởng Lò Thị Thử", "Số học sinh 245")


def text_of(*pages: ReadPage, again: tuple[ReadPage, ...] = ()) -> ReadText:
    return ReadText(engine="tesseract", engine_version="5", language="vie", pages=pages, again=again)


def said(of: ReadPage, read: str, right: str) -> CorrectedWord:
    """A person gives a word of a page; the first that reads so is meant."""
    word = next(word for word in of.words if word.text == read)
    return corrected_word(of, area_of(word), read, right)


def texts(read: ReadText, number: int = 1) -> list[str]:
    return [word.text for word in read.pages[number - 1].words]


def seen_otherwise(of: ReadPage, degrees: int, skew: float, **words: str) -> ReadPage:
    """The same scan as another reading sees it: turned and levelled by so much more, some words read otherwise."""
    upright = degrees in {0, 180}
    size = (of.width, of.height)
    moved = tuple(
        msgspec.structs.replace(turned(word, degrees, skew, size), text=words.get(word.text, word.text)) for word in of.words
    )
    width, height = size if upright else size[::-1]
    return msgspec.structs.replace(of, words=moved, width=width, height=height, turned=degrees, skew=skew)


def test_a_word_is_replaced_where_it_stands_and_nothing_else_is_changed():
    read = page(*LINES)
    laid = lay_over(text_of(read), [said(read, "Thử", "Thủ")])
    assert laid.unplaced == ()
    changed = [(a, b) for a, b in zip(read.words, laid.text.pages[0].words, strict=True) if a != b]
    assert [(a.text, b.text, b.confidence) for a, b in changed] == [("Thử", "Thủ", 100)]
    assert area_of(changed[0][1]) == area_of(changed[0][0])


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 1.7, -2.4])
def test_a_correction_is_found_again_however_another_reading_turned_the_page(degrees, skew):
    read = page(*LINES)
    again = seen_otherwise(read, degrees, skew, Thử="Thừ", học="hoc")
    laid = lay_over(text_of(again), [said(read, "Thử", "Thủ"), said(read, "245", "254")])
    assert laid.unplaced == ()
    assert texts(laid.text) == [
        "Kế",
        "hoạch",
        "năm",
        "hoc",
        "Hiệu",
        "trưởng",
        "Lò",
        "Thị",
        "Thủ",
        "Số",
        "hoc",
        "sinh",
        "254",
    ]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_place_that_was_turned_is_where_the_reading_has_it(degrees):
    read = page(*LINES)
    again = seen_otherwise(read, degrees, 2.0)
    for word, moved in zip(read.words, again.words, strict=True):
        there = as_read(area_of(word), again)
        assert there.likeness(area_of(moved)) > 0.85


def test_a_word_that_a_later_reading_splits_or_joins_is_still_corrected():
    read = page("Hội đồng tựđánh giá")
    word = said(read, "tựđánh", "tự đánh")
    split = page("Hội đồng tự đanh giá")
    joined = page("Hội đồngtựđánh giá")
    assert texts(corrected(text_of(read), [word])) == ["Hội", "đồng", "tự", "đánh", "giá"]
    narrow = tuple(
        msgspec.structs.replace(one, left=190 + 35 * at, width=30) if one.text in {"tự", "đanh"} else one
        for at, one in enumerate(split.words, start=-2)
    )
    split = msgspec.structs.replace(split, words=narrow)
    assert texts(corrected(text_of(split), [word])) == ["Hội", "đồng", "tự", "đánh", "giá"]
    assert texts(corrected(text_of(joined), [word])) == ["Hội", "đồngtự", "đánh", "giá"]


def test_a_removed_stain_stays_away_and_a_missing_word_stays_there():
    read = page("Số || học sinh", "Ghi chú")
    removed = said(read, "||", "")
    beside = read.words[-1]
    added = corrected_word(read, PageArea(beside.left + beside.width + 5, beside.top, 60, beside.height), "", "hết năm")
    assert texts(corrected(text_of(read), [removed, added])) == ["Số", "học", "sinh", "Ghi", "chú", "hết", "năm"]
    cleaner = page("Số §", "Ghi chú")
    laid = lay_over(text_of(cleaner), [removed, added])
    assert (texts(laid.text), laid.unplaced) == (["Số", "Ghi", "chú", "hết", "năm"], ())
    sees = msgspec.structs.replace(
        read, words=(*read.words, ReadWord("hết", 60, 165, 60, 25, 30, 1, 0), ReadWord("năm", 60, 195, 60, 30, 30, 1, 0))
    )
    assert texts(corrected(text_of(sees), [removed, added])) == ["Số", "học", "sinh", "Ghi", "chú", "hết", "năm"]


def test_a_place_that_holds_something_else_by_now_is_told_and_nothing_is_lost():
    read = page(*LINES)
    word = said(read, "Thử", "Thủ")
    other = page("Kế hoạch năm học", "Một câu dài hơn nhiều so với trước")
    laid = lay_over(text_of(other), [word])
    assert laid.unplaced == (word,)
    assert laid.text == text_of(other)


def test_a_sheet_that_was_cut_out_otherwise_keeps_its_corrections():
    read = page(*LINES)
    moved = tuple(msgspec.structs.replace(word, left=word.left + 18, top=word.top + 31) for word in read.words)
    other = msgspec.structs.replace(read, words=moved)
    laid = lay_over(text_of(other), [said(read, "trưởng", "tưởng"), said(read, "học", "hoc"), said(read, "245", "254")])
    assert laid.unplaced == ()
    assert " ".join(texts(laid.text)) == "Kế hoạch năm hoc Hiệu tưởng Lò Thị Thử Số học sinh 254"


def test_a_page_that_is_gone_keeps_its_corrections():
    read = page(*LINES, number=3)
    word = said(read, "Thử", "Thủ")
    assert lay_over(text_of(page(*LINES)), [word]).unplaced == (word,)


def test_the_second_reading_is_corrected_too():
    read = page(*LINES)
    laid = lay_over(text_of(read, again=(page("Kế hoạch năm học", "Hiệu trưởng Lò Thị Thừ"),)), [said(read, "Thử", "Thủ")])
    assert laid.text.again[0].words[-1].text == "Thủ"


def test_later_corrections_lie_over_earlier_ones():
    read = page(*LINES)
    first = said(read, "Lò", "Là Văn")
    once = corrected(text_of(read), [first]).pages[0]
    second = said(once, "Là", "Lò")
    assert texts(corrected(text_of(read), [first, second]))[6:9] == ["Lò", "Văn", "Thị"]


def test_words_of_an_empty_page_make_lines_in_order():
    empty = ReadPage(number=1, width=1240, height=1754, confidence=0, source="tesseract", words=())
    rows = [CorrectedWord(1, "", line, 80, 80 + 30 * at, 500, 20) for at, line in enumerate(LINES)]
    laid = corrected(text_of(empty), rows)
    assert laid.pages[0].text == "\n".join(LINES)
    assert laid.pages[0].confidence == 100


def test_a_line_added_below_a_table_is_no_cell():
    words = (ReadWord("1", 90, 100, 100, 20, 20, 0, 0), ReadWord("2", 90, 300, 100, 20, 20, 0, 1))
    table = ReadTable(80, 90, 400, 40, 1, 2, (ReadCell(0, 0, 1, 1, 0), ReadCell(0, 1, 1, 1, 1)))
    read = ReadPage(number=1, width=1000, height=1000, confidence=90, source="t", words=words, tables=(table,))
    laid = corrected(
        text_of(read), [CorrectedWord(1, "", "Tổng", 100, 125, 60, 20), CorrectedWord(1, "", "Bảng", 100, 40, 60, 20)]
    )
    assert laid.pages[0].text == "Bảng\n\n1\t2\n\nTổng"


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("gap", [0, 1, 40])
def test_a_word_is_added_beside_another_however_close_the_next_one_stands(gap, before):
    words = tuple(ReadWord(text, 90, 100 + at * (40 + gap), 20, 40, 20, 0, 0) for at, text in enumerate(("a", "b", "c")))
    read = msgspec.structs.replace(page("x"), words=words)
    added = added_beside(read, 1, "mới", before=before)
    assert texts(corrected(text_of(read), [added])) == (["a", "mới", "b", "c"] if before else ["a", "b", "mới", "c"])


def test_a_word_is_added_at_either_end_of_a_line():
    read = page("Số 48", "Kế hoạch")
    first, last = added_beside(read, 2, "BẢN", before=True), added_beside(read, 1, "KH-TH")
    assert texts(corrected(text_of(read), [first, last])) == ["Số", "48", "KH-TH", "BẢN", "Kế", "hoạch"]


@pytest.mark.parametrize("count", [1, 3, 40])
@pytest.mark.parametrize("top", [20, 900, 985])
def test_lines_are_added_below_all_others_in_order_however_little_room_there_is(top, count):
    word = ReadWord("cuối", 90, 100, top, 60, 12, 0, 0)
    read = msgspec.structs.replace(page("x"), words=(word,))
    lines = [f"dòng {number}" for number in range(count)]
    laid = corrected(text_of(read), added_lines(read, lines))
    assert " ".join(texts(laid)) == " ".join(["cuối", *lines])
    assert all(one.top >= 0 and one.top + one.height <= 1000 for one in laid.pages[0].words)


def test_a_longer_word_that_already_reads_right_within_is_left_as_it_is():
    read = page("Hội tựđánh giá")
    wider = page("Hội bảntựđánhgiá")
    assert texts(corrected(text_of(wider), [said(read, "tựđánh", "tựđánhgiá")])) == ["Hội", "bảntựđánhgiá"]


WORD = st.text(alphabet="abcđêươ19.", min_size=1, max_size=8)


@st.composite
def pages(draw) -> ReadPage:
    rows = draw(st.lists(st.lists(WORD, min_size=1, max_size=6), min_size=1, max_size=6))
    return page(*(" ".join(row) for row in rows))


@given(pages(), st.data(), st.sampled_from([0, 90, 180, 270]), st.floats(-3, 3))
def test_no_correction_is_lost_and_nothing_beside_its_place_is_changed(read, data, degrees, skew):
    at = data.draw(st.integers(0, len(read.words) - 1))
    right = data.draw(st.one_of(st.just(""), WORD))
    word = read.words[at]
    correction = corrected_word(read, area_of(word), word.text, right)
    seen = seen_otherwise(read, degrees, skew)
    laid = lay_over(text_of(seen), [correction])
    assert laid.unplaced == ()
    rest = [one for place, one in enumerate(seen.words) if place != at]
    new = laid.text.pages[0].words
    assert list(new[:at]) + list(new[at + bool(right) :]) == rest
    assert [one.text for one in new[at : at + 1]] == [right] * bool(right) + [
        one.text for one in seen.words[at + 1 : at + 2]
    ] * (not right)


@given(pages(), st.lists(st.tuples(st.integers(0, 30), WORD), max_size=6))
def test_every_correction_is_laid_or_told_whatever_was_read_since(read, changes):
    made = [
        corrected_word(read, area_of(read.words[at % len(read.words)]), read.words[at % len(read.words)].text, right)
        for at, right in changes
    ]
    other = page("a b c đ", "xy z", "1 2 3")
    laid = lay_over(text_of(other), made)
    shown = " ".join(texts(laid.text))
    assert all(one in laid.unplaced or any(one.right == later.right or one.right in shown for later in made) for one in made)
    assert len(laid.unplaced) <= len(made)


@given(st.floats(0, 900), st.floats(0, 900), st.sampled_from([0, 90, 180, 270]), st.floats(-5, 5))
def test_the_way_to_the_scan_and_back_ends_where_it_began(left, top, degrees, skew):
    read = ReadPage(number=1, width=1240, height=1754, confidence=0, source="t", words=(), turned=degrees, skew=skew)
    area = PageArea(left, top, 80, 20)
    there = as_read(as_scanned(area, read), read)
    assert abs(there.left - area.left) < 0.3
    assert abs(there.top - area.top) < 0.3
    assert (round(there.width), round(there.height)) == (80, 20)


def test_errors_are_counted_in_words_and_letters():
    errors = page_errors(["Lò", "Thi", "Thử", "||", "dự"], ["Lò", "Thị", "Thử", "dự", "họp"])
    assert msgspec.structs.astuple(errors) == (5, 1, 1, 1, 12, 6)
    same = word_differences(["a"], ["a"])
    assert msgspec.structs.astuple(same) == (0, 0, 0, 0)


def test_the_errors_of_a_long_page_that_is_all_wrong_are_counted_too():
    read, right = ["ab"] * 700, ["cd"] * 700
    assert page_errors(read, right).letters_wrong >= 1400
    assert page_errors([], right).words_missing == 700


def test_an_older_pipeline_is_known():
    assert is_older("", "layout-1")
    assert is_older("layout-1", "layout-2")
    assert is_older("plain-9", "layout-1")
    assert not is_older("layout-2", "layout-2")
    assert not is_older("layout-3", "layout-2")
    assert not is_older("", "")
