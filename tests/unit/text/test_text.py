"""Vietnamese text as people write, scan, sort and print it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text import (
    UnreadableDate,
    find_date,
    find_document_numbers,
    fold,
    format_bytes,
    format_date,
    format_number,
    format_percent,
    format_time,
    kind_of,
    lower_first,
    nfc,
    parse_date,
    parse_document_number,
    roman,
    safe_name,
    same_words,
    vietnamese_key,
    words,
)


def test_folding_strips_every_mark_and_the_stroke_of_d():
    assert fold("KẾ HOẠCH Kiểm định chất lượng Đặng Ðức") == "ke hoach kiem dinh chat luong dang duc"


def test_decomposed_text_folds_like_composed_text():
    text = "Trường Tiểu học Bình Chánh, ngày 5 tháng 11"
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(st.text(alphabet="aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ ", max_size=30))
def test_every_vietnamese_letter_folds_to_plain_latin(text):
    assert fold(text).isascii()
    assert fold(fold(text)) == fold(text)


def test_normal_form_mends_the_icelandic_eth_of_scanners():
    assert nfc("QÐ-UBND ðược") == "QĐ-UBND được"


def test_words_are_split_at_punctuation():
    assert words("Số: 47/KH-THBC") == ["số", "47", "kh", "thbc"]


def test_the_same_words_are_recognised_without_accents_and_case():
    assert same_words("KẾ HOẠCH, kiểm định", "ke hoach kiem dinh")
    assert not same_words("kế hoạch", "kế toán")


def test_names_sort_in_the_order_of_the_vietnamese_alphabet():
    wrong_in_unicode = ["Đào", "Dương", "Ân", "Ăn", "An", "Ơn", "Ôn", "On", "Ưng", "Ung", "Êm", "Em"]
    assert sorted(wrong_in_unicode, key=vietnamese_key) == [
        "An", "Ăn", "Ân", "Dương", "Đào", "Em", "Êm", "On", "Ôn", "Ơn", "Ung", "Ưng",
    ]  # fmt: skip


def test_tones_sort_after_letters_and_in_dictionary_order():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=vietnamese_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(["bà con", "ba hoa", "bá"], key=vietnamese_key) == ["ba hoa", "bà con", "bá"]


def test_numbers_inside_names_sort_by_value():
    assert sorted(["Trường 10", "Trường 2", "Trường A"], key=vietnamese_key) == ["Trường 2", "Trường 10", "Trường A"]


def test_a_foreign_letter_sorts_after_the_alphabet():
    assert vietnamese_key("ß") > vietnamese_key("z")


@pytest.mark.parametrize(
    ("date", "printed"),
    [
        (dt.date(2026, 11, 5), "05/11/2026"),
        (dt.date(2027, 3, 15), "15/3/2027"),
        (dt.date(2027, 2, 1), "01/02/2027"),
        (dt.date(2026, 9, 14), "14/9/2026"),
        (dt.date(2026, 1, 30), "30/01/2026"),
    ],
)
def test_dates_take_a_zero_before_small_days_and_the_first_two_months_only(date, printed):
    assert format_date(date) == printed
    assert parse_date(printed) == date


@pytest.mark.parametrize("text", ["5/11/2026", "05-11-2026", "5.11.2026", "2026-11-05", " ngày 05 tháng 11 năm 2026 "])
def test_dates_are_read_in_every_usual_form(text):
    assert parse_date(text) == dt.date(2026, 11, 5)


def test_a_day_that_no_calendar_has_is_named():
    with pytest.raises(UnreadableDate, match="31/02/2026 không có trong lịch") as refused:
        parse_date("31/2/2026")
    assert refused.value.type == "ngay-sai"
    assert refused.value.status == 422


def test_a_text_that_is_no_date_is_told_so():
    with pytest.raises(UnreadableDate, match="không phải là ngày"):
        parse_date("hôm qua")


def test_a_date_is_found_in_running_text_and_misread_days_are_passed_over():
    found = find_date("Bình Chánh, ngày 32 tháng 13 năm 2026; ngày 15 tháng 9 năm 2026")
    assert found is not None
    assert found[0] == dt.date(2026, 9, 15)
    assert find_date("không có ngày nào") is None


def test_the_time_of_day_is_that_of_viet_nam():
    assert format_time(dt.datetime(2026, 11, 5, 7, 22, tzinfo=dt.UTC)) == "14:22"


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (18204, None, "18.204"),
        (93.5, None, "93,5"),
        (Decimal("84.96"), None, "84,96"),
        (Decimal("84.95"), 1, "85,0"),
        (Fraction(1, 3), None, "0,333333"),
        (Fraction(1, 3), 2, "0,33"),
        (Fraction(10000), None, "10.000"),
        (-1234567, None, "-1.234.567"),
        (0, None, "0"),
    ],
)
def test_numbers_are_printed_with_point_and_comma(value, decimals, printed):
    assert format_number(value, decimals) == printed


def test_percentages_carry_no_space():
    assert format_percent(93.5) == "93,5%"


@pytest.mark.parametrize(
    ("size", "printed"),
    [(0, "0 byte"), (1023, "1.023 byte"), (500 * 1024**2, "500 MB"), (812 * 1024**2 + 7, "812 MB"), (1_992_294, "1,9 MB"),
     (2 * 1024**5, "2.048 TB")],
)  # fmt: skip
def test_sizes_are_printed_so_that_a_clerk_can_compare_them(size, printed):
    assert format_bytes(size) == printed


@pytest.mark.parametrize(
    ("text", "clean", "kind", "year"),
    [
        ("Số: 47/KH-THBC", "47/KH-THBC", "Kế hoạch", 0),
        ("Thông tư số 17/2018/TT-BGDĐT ngày", "17/2018/TT-BGDĐT", "Thông tư", 2018),
        ("số 125 / QĐ - UBND.", "125/QĐ-UBND", "Quyết định", 0),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP", "Nghị định", 2020),
        ("Luật số 43/2019/QH14;", "43/2019/QH14", "Luật", 2019),
        ("01/VBHN-BGDĐT", "01/VBHN-BGDĐT", "Văn bản hợp nhất", 0),
        ("số 12/PGDĐT-KT", "12/PGDĐT-KT", "", 0),
        ("12a/TTr-THCS", "12a/TTr-THCS", "Tờ trình", 0),
        ("QÐ số 9/QÐ-SGDĐT", "9/QĐ-SGDĐT", "Quyết định", 0),
    ],
)
def test_document_numbers_are_found_and_cleaned(text, clean, kind, year):
    (found,) = find_document_numbers(text)
    assert (found.text, found.kind, found.year) == (clean, kind, year)


@pytest.mark.parametrize("text", ["ngày 05/11/2026", "tỷ lệ 12/15", "24/7", "lớp 5/A1x2yz34", ""])
def test_dates_and_ratios_are_no_document_numbers(text):
    assert parse_document_number(text) is None


def test_one_document_number_is_read_alone():
    number = parse_document_number(" 47/KH-THBC ")
    assert number is not None
    assert number.number == "47"
    assert number.mark == "KH-THBC"


def test_the_kind_of_a_heading_is_recognised_even_with_misread_marks():
    assert kind_of("KẾ HOẠCH") == "Kế hoạch"
    assert kind_of("KÊ HOACH") == "Kế hoạch"
    assert kind_of("Chuyện lạ") == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\van thu\\Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("..", "van-ban"),
        ("", "van-ban"),
        ("a\x00b\u202egpj.exe\n.pdf", "abgpj.exe.pdf"),
        (unicodedata.normalize("NFD", "Kế hoạch.pdf"), "Kế hoạch.pdf"),
        ("Kế hoạch.pdf".encode(), "Kế hoạch.pdf"),
        ("Kế hoạch.pdf".encode().decode("latin-1"), "Kế hoạch.pdf"),
        ("Kế hoạch.pdf".encode().decode("ascii", "surrogateescape"), "Kế hoạch.pdf"),
        ("Qu\u1ef3nh đ\xf4".encode("cp1258", "ignore"), "Qunh đô"),
        (b"\x8d\x9d.pdf", "pdf"),
        ("Công văn é.pdf", "Công văn é.pdf"),
        ("caf\xe9 \xd4.pdf", "café Ô.pdf"),
        ("số 12/QĐ-UBND.pdf", "số 12-QĐ-UBND.pdf"),
        ("Kế hoạch số 47/KH-THBC ngày 30/6/2026.pdf", "Kế hoạch số 47-KH-THBC ngày 30-6-2026.pdf"),
        ("17/2018/TT-BGDĐT.pdf", "17-2018-TT-BGDĐT.pdf"),
        ("17 / 2018 / TT-BGDĐT.pdf", "17-2018-TT-BGDĐT.pdf"),
        ("Nghị quyết 29-NQ/TW.pdf", "Nghị quyết 29-NQ-TW.pdf"),
        ("CV 12 V/v kiểm định.pdf", "CV 12 V-v kiểm định.pdf"),
        ("minh-chung/Số 12/QĐ-UBND.pdf", "Số 12-QĐ-UBND.pdf"),
        ("minh-chung/2026/scan.pdf", "scan.pdf"),
        ("17 / 2018 / TT-A/x.pdf", "x.pdf"),
        ("C:\\fakepath\\x.pdf", "x.pdf"),
        ("C:/quyet-dinh/12/QĐ-UBND.pdf", "QĐ-UBND.pdf"),
        ("/home/u/12/QĐ.pdf", "QĐ.pdf"),
        ("../../số 12/QĐ.pdf", "QĐ.pdf"),
        ("./12/QĐ.pdf", "QĐ.pdf"),
        ("~/12/QĐ.pdf", "QĐ.pdf"),
        ("\\\\may-chu\\12/QĐ.pdf", "QĐ.pdf"),
    ],
)
def test_file_names_become_safe_and_readable(sent, kept):
    assert safe_name(sent).name == kept


def test_a_long_name_keeps_its_extension_and_whole_characters():
    kept = safe_name("ộ" * 200 + ".pdf").name
    assert kept.endswith(".pdf")
    assert len(kept.encode()) <= 180
    assert safe_name("x" * 300).name == "x" * 180


def test_a_good_name_is_not_reported_as_changed():
    assert not safe_name("Kế hoạch 47.pdf").changed
    assert safe_name("../Kế hoạch 47.pdf").changed
    assert safe_name(b"abc.pdf").changed


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Xã Nậm Lam", "xã Nậm Lam"), ("Đặc khu Vân Đồn", "đặc khu Vân Đồn"), ("UBND xã", "UBND xã"), ("Xã", "xã"), ("", "")],
)
def test_a_name_in_the_middle_of_a_sentence_begins_small_and_an_abbreviation_stays(name, inside):
    assert lower_first(name) == inside


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "I"), (4, "IV"), (9, "IX"), (12, "XII"), (14, "XIV"), (39, "XXXIX"), (49, "XLIX"), (89, "LXXXIX")],
)
def test_parts_of_papers_have_roman_numbers(number, written):
    assert roman(number) == written
