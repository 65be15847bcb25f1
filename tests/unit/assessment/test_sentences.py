"""A text is taken apart into sentences with their codes, put together again, and merged sentence by sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.domain.merging import merged
from services.assessment.domain.report_sections import report_sections, standards_are_described
from services.assessment.domain.self_assessment_facts import Sentence
from services.assessment.domain.sentences import sentences_of, text_of
from shared.rulebook import load_library

LIBRARY = load_library()
OLD = LIBRARY.get("v2018/tieu_hoc")
NEW = LIBRARY.get("v2026_tt57/pho_thong")


def texts(text, rulebook=NEW):
    return [sentence.text for sentence in sentences_of(text, rulebook)]


def codes(text, rulebook):
    return [sentence.codes for sentence in sentences_of(text, rulebook)]


@pytest.mark.parametrize(
    "text",
    [
        "TS. Nông Văn Páo và PGS. Lý dự họp.",
        "Theo Đ. 12 và k. 3 của Thông tư, xem tr. 45.",
        "Điểm trung bình 3.5 trên 1.000.000 lượt.",
        "Họp ngày 12. 9. 2025 tại trường.",
        "Trường ở H. Chi Lăng, TP. Lạng Sơn.",
        "Có sách, vở, v.v. và bàn ghế.",
        "1. Trường có kế hoạch.",
        "a. Có sổ theo dõi.",
        "I. Tình hình chung.",
        "Vì sao… không rõ?!",
    ],
)
def test_an_abbreviation_a_number_or_a_mark_that_counts_ends_no_sentence(text):
    if text.startswith("Vì sao"):
        assert texts(text) == ["Vì sao…", "không rõ?!"]
    else:
        assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Trường có kế hoạch. Kế hoạch rõ! Ai cũng biết?", ["Trường có kế hoạch.", "Kế hoạch rõ!", "Ai cũng biết?"]),
        ("Có 12. Trường đủ.", ["Có 12.", "Trường đủ."]),
        ("Có sách, vở, v.v. Trường đủ.", ["Có sách, vở, v.v.", "Trường đủ."]),
        ("“Dạy tốt.” Học tốt.", ["“Dạy tốt.”", "Học tốt."]),
        ("Không có dấu chấm", ["Không có dấu chấm"]),
        ("Dòng một\ntiếp dòng hai.\n- mục một\n- mục hai", ["Dòng một tiếp dòng hai.", "- mục một", "- mục hai"]),
        ("  \n\n ", []),
    ],
)
def test_sentences_end_at_their_stops_and_items_of_a_list_stand_alone(text, parts):
    assert texts(text) == parts


def test_codes_of_2018_belong_to_the_statement_before_them_on_either_side_of_its_stop():
    text = "Có kế hoạch [H1-1.1-01]; [H1-1.1-02]. Có sổ. [H2-1.1-03]; [H2-1.1-04] Có bảng tin [H1-1.2-01]"
    assert codes(text, OLD) == [("H1-1.1-01", "H1-1.1-02"), ("H2-1.1-03", "H2-1.1-04"), ("H1-1.2-01",)]


def test_codes_of_tt57_stand_before_the_stop():
    assert codes("Có kế hoạch (MC.1.1.01, MC.1.1.02). Có sổ.", NEW) == [("MC.1.1.01", "MC.1.1.02"), ()]


def test_a_code_is_read_by_the_pattern_of_its_own_circular_and_only_as_a_whole():
    assert codes("Có kế hoạch [H1-1.1-01].", NEW) == [()]
    assert codes("Xem XMC.1.1.01, MC.1.1.01.5 và MC.1.1.01a.", NEW) == [()]
    assert codes("Hai lần (MC.1.1.01), lại (MC.1.1.01).", NEW) == [("MC.1.1.01",)]
    assert codes("Không ngoặc MC.1.1.01.", NEW) == [("MC.1.1.01",)]


def test_brackets_behind_a_stop_that_hold_no_code_begin_a_sentence():
    assert texts("Có kế hoạch. [xem thêm] Có sổ.", OLD) == ["Có kế hoạch.", "[xem thêm] Có sổ."]


def test_a_blank_line_begins_a_paragraph_and_comes_back():
    text = "Một. Hai.\n\nBa.\n\n- Bốn."
    found = sentences_of(text, NEW)
    assert [sentence.starts_paragraph for sentence in found] == [True, False, True, True]
    assert text_of(found) == text
    assert sentences_of(text.replace("\n", "\r\n"), NEW) == found


PIECES = st.sampled_from(
    [
        "Trường có kế hoạch",
        "v.v.",
        " ",
        ". ",
        "\n\n",
        "\n",
        "- ",
        "TS. ",
        "Đ. 12",
        "(MC.1.1.01)",
        "{{ten}}",
        "<w:t>",
        "ạ\u0323",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30))
def test_a_text_put_together_again_is_taken_apart_the_same_way(pieces):
    once = sentences_of("".join(pieces), NEW)
    assert sentences_of(text_of(once), NEW) == once


def test_twenty_thousand_letters_of_stops_and_abbreviations_are_taken_apart_in_no_time():
    began = time.perf_counter()
    for text in ("TS. " * 5_000, "a. " * 6_600, ". " * 10_000, "[" * 20_000, "MC.1" * 5_000, "x. [" * 5_000):
        sentences_of(text, OLD)
        sentences_of(text, NEW)
    assert time.perf_counter() - began < 5


# --- merging


def said(*words):
    return tuple(Sentence(text=word) for word in words)


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        (said("A2", "B", "C"), said("A", "B", "C2"), said("A2", "B", "C2")),
        (said("A2", "B", "C"), said("A", "B2", "C"), said("A2", "B2", "C")),
        (said("A", "B", "C", "D"), said("A2", "B", "C"), said("A2", "B", "C", "D")),
        (said("A", "B", "C", "D"), said("A", "B", "C2"), said("A", "B", "C2", "D")),
        (said("O", "A", "B", "C"), said("A2", "B", "C"), said("O", "A2", "B", "C")),
        (said("B", "C"), said("A", "B", "C2"), said("B", "C2")),
        (said("A2", "B", "C"), said("A2", "B", "C3"), said("A2", "B", "C3")),
        (said("A2", "B", "C"), said("A", "B", "C"), said("A2", "B", "C")),
    ],
)
def test_changes_of_different_sentences_are_put_together(theirs, mine, both):
    assert merged(said("A", "B", "C"), theirs, mine) == both


@pytest.mark.parametrize(
    ("base", "theirs", "mine"),
    [
        (said("A", "B"), said("A2", "B"), said("A3", "B")),
        (said("A", "B"), said("A", "B", "C"), said("A", "B", "D")),
        (said("A", "B"), said("B"), said("A2", "B")),
        (said(), said("A"), said("B")),
        (said("A", "B", "C"), said("X"), said("A", "B", "N", "C")),
    ],
)
def test_changes_of_one_sentence_or_additions_at_one_place_are_not(base, theirs, mine):
    assert merged(base, theirs, mine) is None
    assert merged(base, mine, theirs) is None


@settings(max_examples=200)
@given(st.lists(st.integers(0, 3), max_size=8), st.data())
def test_what_only_one_changed_always_goes_through_and_nothing_is_made_up(base, data):
    change = st.lists(st.integers(0, 9), max_size=8)
    start = said(*map(str, base))
    mine = said(*map(str, data.draw(change)))
    assert merged(start, start, mine) == mine
    assert merged(start, mine, start) == mine
    assert merged(start, mine, mine) == mine
    theirs = said(*map(str, data.draw(change)))
    both = merged(start, theirs, mine)
    assert both is None or set(both) <= {*start, *mine, *theirs}


# --- parts of the report


def test_the_parts_of_the_report_of_tt57_have_the_keys_of_its_form():
    keys = [section.key for section in report_sections(NEW)]
    assert keys[:5] == ["I.1", "I.2", "I.3", "I.4", "III.1"]
    assert "III.4" in keys
    assert not any(key.startswith("II.") for key in keys)
    assert len(set(keys)) == len(keys)
    assert standards_are_described(NEW)


def test_the_parts_of_the_report_of_2018_have_an_opening_and_an_end_at_each_standard():
    sections = {section.key: section.title for section in report_sections(OLD)}
    assert sections["II.A.1"] == "Đặt vấn đề: tình hình chung"
    assert sections["II.B.I.5.mo-dau"] == "Tiêu chuẩn 5: mở đầu"
    assert sections["II.B.I.1.ket-luan"] == "Tiêu chuẩn 1: kết luận"
    assert not standards_are_described(OLD)


def test_every_rulebook_has_parts_of_its_report():
    assert all(report_sections(rulebook) for rulebook in LIBRARY)
