"""Fields found by where they stand: hand-made pages of the kinds of paper that schools and communes write."""

from __future__ import annotations

import datetime as dt
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence.domain.fields import propose
from services.evidence.domain.fields.grammar import code_in, date_in, distance
from services.evidence.domain.fields.lines import lines_of
from services.evidence.domain.fields.spelling import body_mark, body_name, repeated, surname
from services.evidence.domain.text import ReadCell, ReadTable, ReadWord
from shared.text import format_date
from tests.unit.evidence.laid_out import LEFT, RIGHT, Sheet, text_of


def field(sheet: Sheet, name: str):
    return next(found for found in sheet.fields() if found.name == name)


def plan() -> Sheet:
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ")
    sheet.put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ năm học 2026 - 2027", 188)
    return sheet.body(240).signed()


def test_a_plan_gives_all_six():
    assert plan().found() == {
        "loai_van_ban": "Kế hoạch",
        "so_ky_hieu": "12/KH-THSM",
        "ngay_ban_hanh": "05/9/2026",
        "co_quan": "TRƯỜNG TIỂU HỌC SUỐI MƠ",
        "trich_yeu": "Kiểm tra nội bộ năm học 2026 - 2027",
        "nguoi_ky": "Lò Thị Mẫu",
    }


def test_the_order_in_which_words_were_read_does_not_matter():
    sheet = plan()
    lines = {}
    for word in sheet.words:
        lines.setdefault((word.block, word.line), []).append(word)
    groups = list(lines.values())
    random.Random(4).shuffle(groups)
    sheet.words = [word for group in groups for word in group]
    assert sheet.found() == plan().found()


def test_columns_that_were_read_as_one_line_are_parted():
    sheet = Sheet()
    sheet.put("UBND XÃ MẪU SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, left=200)
    sheet.put("TRƯỜNG TIỂU HỌC SUỐI MƠ Độc lập - Tự do - Hạnh phúc", 78, left=170)
    sheet.put("Số: 12/KH-THSM Mẫu Sơn, ngày 05 tháng 9 năm 2026", 120, left=200)
    sheet.put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ", 188).body(240)
    found = sheet.found()
    assert found["co_quan"] == "TRƯỜNG TIỂU HỌC SUỐI MƠ"
    assert found["so_ky_hieu"] == "12/KH-THSM"
    assert found["ngay_ban_hanh"] == "05/9/2026"


def test_a_number_in_pieces_is_put_together():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="")
    sheet.put("Số:", 120, left=230).put("12/KH", 120, left=258).put("-THSM", 121, left=300)
    assert sheet.put("KẾ HOẠCH", 170).found()["so_ky_hieu"] == "12/KH-THSM"


def test_a_broken_date_line_is_read_on():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", dated="")
    sheet.put("Mẫu Sơn, ngày 05", 120, 690).put("tháng 9 năm 2026", 135, 690)
    assert sheet.put("KẾ HOẠCH", 170).found()["ngay_ban_hanh"] == "05/9/2026"


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC", "SUỐI MƠ"), "TRƯỜNG TIỂU HỌC SUỐI MƠ"),
        (("ỦY BAN NHÂN DÂN", "XÃ MẪU SƠN"), "ỦY BAN NHÂN DÂN XÃ MẪU SƠN"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC VÀ", "TRUNG HỌC CƠ SỞ SUỐI MƠ"), "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ SUỐI MƠ"),
        (("SỞ GIÁO DỤC VÀ", "ĐÀO TẠO MẪU LA", "TRƯỜNG PTDT", "BÁN TRÚ THCS SỐ 1"), "TRƯỜNG PTDT BÁN TRÚ THCS SỐ 1"),
        (("TRƯỜNG TIỂU HỌC", "SỐ 2 SUỐI MƠ", "HỘI ĐỒNG TỰ ĐÁNH GIÁ"), "HỘI ĐỒNG TỰ ĐÁNH GIÁ"),
        (("ĐẢNG ỦY XÃ MẪU SƠN", "CHI BỘ TRƯỜNG TIỂU HỌC"), "CHI BỘ TRƯỜNG TIỂU HỌC"),
        (("TRƯỜNG TIỂU HỌC SUỐI MƠ",), "TRƯỜNG TIỂU HỌC SUỐI MƠ"),
        (("UBND XÃ MẪU SƠN", "TRƯƠNG MAM NON SUỐI MƠ _—_"), "TRƯỜNG MẦM NON SUỐI MƠ"),
    ],
)
def test_the_lower_body_issues_with_all_the_lines_of_its_name(lines, issuer):
    assert Sheet().head(*lines).put("KẾ HOẠCH", 175).found()["co_quan"] == issuer


def test_a_misread_place_is_spelled_as_the_paper_spells_it_elsewhere():
    sheet = Sheet().head("ỦY BAN NHÂN DÂN", "", dated="Pác Uống, ngày 05 tháng 9 năm 2026")
    sheet.put("XÃ PÁC UÔNG", 77, LEFT, sure=60)
    assert sheet.put("KẾ HOẠCH", 175).found()["co_quan"] == "ỦY BAN NHÂN DÂN XÃ PÁC UỐNG"


def test_an_issuer_without_the_states_name_is_one_that_begins_like_a_body():
    assert Sheet().put("TRƯỜNG TIỂU HỌC SUỐI MƠ", 50, left=110).put("DANH SÁCH", 90).found()["co_quan"].startswith("TRƯỜNG")
    assert "co_quan" not in Sheet().put("NHỮNG ĐIỀU CẦN BIẾT", 50, left=110).put("DANH SÁCH", 90).found()


def test_a_letter_has_its_subject_under_its_number():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 07/THSM-CM")
    sheet.put("V/v nộp báo cáo tự đánh giá", 138, LEFT).put("năm học 2026 - 2027", 153, LEFT)
    found = sheet.put("Kính gửi: Các tổ chuyên môn.", 190).body(220).signed().found()
    assert found["loai_van_ban"] == "Công văn"
    assert found["so_ky_hieu"] == "07/THSM-CM"
    assert found["trich_yeu"] == "nộp báo cáo tự đánh giá năm học 2026 - 2027"


@pytest.mark.parametrize("read", ["V/v", "V/V", "Vív", "V/y", "W/v", "Viv"])
def test_a_letters_v_v_is_known_when_misread(read):
    sheet = Sheet().head("TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 07/THSM-CM").put(f"{read} tuyển sinh lớp 1", 138, LEFT)
    assert sheet.put("Kính gửi: Các thôn", 190).found()["trich_yeu"] == "tuyển sinh lớp 1"


def test_a_subject_is_enough_for_a_letter_whose_number_is_lost():
    sheet = Sheet().head("TRƯỜNG TIỂU HỌC SUỐI MƠ", number="").put("V/v tuyển sinh lớp 1", 138, LEFT)
    kind = field(sheet.put("Kính gửi: Các thôn", 190), "loai_van_ban")
    assert (kind.value, kind.fit < 100) == ("Công văn", True)


def test_several_lines_say_what_a_paper_is_about_and_the_body_ends_them():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 9/QĐ-THSM")
    sheet.put("QUYẾT ĐỊNH", 170).put("Về việc thành lập hội đồng tự đánh giá", 187).put("năm học 2026", 203).put(
        "- 2027", 219
    )
    sheet.put("_______", 229).put("HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC SUỐI MƠ", 240).body(262).put("QUYẾT ĐỊNH:", 300)
    assert sheet.found()["trich_yeu"] == "Về việc thành lập hội đồng tự đánh giá năm học 2026 - 2027"


@pytest.mark.parametrize(
    "after", ["HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC", "Căn cứ Điều lệ", "Kính gửi: Phòng", "(Kèm theo Quyết định)", "I. MỤC ĐÍCH"]
)
def test_what_follows_is_no_part_of_it_even_when_it_stands_close(after):
    assert Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ", 187).put(after, 204).found()[
        "trich_yeu"
    ] == ("Kiểm tra nội bộ")


def test_a_paragraph_that_stands_close_is_told_by_its_margin():
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ", 187)
    assert (
        sheet.put("Nhà trường thực hiện như sau: tổ chức kiểm tra", 204, left=160).found()["trich_yeu"] == "Kiểm tra nội bộ"
    )


def test_a_heading_may_carry_what_the_paper_is_about():
    sheet = Sheet().head("TRƯỜNG A").put("BÁO CÁO TỰ ĐÁNH GIÁ", 170).put("Năm học 2026 - 2027", 187).body()
    assert sheet.found()["loai_van_ban"] == "Báo cáo"
    assert sheet.found()["trich_yeu"] == "TỰ ĐÁNH GIÁ Năm học 2026 - 2027"


@pytest.mark.parametrize(
    ("read", "kind", "whole"),
    [
        ("QUYÉT ĐỊNH", "Quyết định", True),
        ("QUYẾT ĐỊNHI", "Quyết định", False),
        ("TỜTRÌNH", "Tờ trình", True),
        ("BIỂN BẢN", "Biên bản", True),
    ],
)
def test_a_misread_heading_is_known(read, kind, whole):
    found = field(Sheet().head("TRƯỜNG A", number="").put(read, 170), "loai_van_ban")
    assert (found.value, found.fit == 100) == (kind, whole)


def test_a_lost_heading_is_told_by_the_mark_of_the_number():
    found = field(Sheet().head("TRƯỜNG A", number="Số: 3/TB-THA"), "loai_van_ban")
    assert (found.value, found.fit) == ("Thông báo", 85)


def test_a_number_without_a_kind_alone_makes_no_letter():
    assert "loai_van_ban" not in Sheet().head("TRƯỜNG A", number="Số: 3/THA-CM").found()


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("Số: l2/KH-THSM", "12/KH-THSM"),
        ("Số: 1O/KH-THSM,", "10/KH-THSM"),
        ("Số:05/KH-THSM", "05/KH-THSM"),
        ("Sô : 05/KH-THSM", "05/KH-THSM"),
        ("Só 05 /KH - THSM", "05/KH-THSM"),
        ("Số: 05/KH–THSM", "05/KH-THSM"),
        ("Số: 05/KH THSM", "05/KH-THSM"),
        ("Số: 05/KE-THSM", "05/KH-THSM"),
        ("Số: 05|KH-THSM", "05/KH-THSM"),
        ("Số: 051KH-THSM", "05/KH-THSM"),
        ("Số: 05/2026/KH-THSM", "05/2026/KH-THSM"),
        ("Số: 05a/KH-HÐTÐG", "05a/KH-HĐTĐG"),
        ("Số: 05/KH-PGDDT", "05/KH-PGDĐT"),
    ],
)
def test_a_number_is_set_right_where_its_grammar_leaves_one_way(read, number):
    assert Sheet().head("TRƯỜNG A", number=read).put("KẾ HOẠCH", 170).found()["so_ky_hieu"] == number


@pytest.mark.parametrize(
    "read", ["Số: /KH-THSM", "Số: ../KH-THSM", "Số: ab/KH", "Số học sinh: 40", "Số:", "17/2018/TT-BGDĐT"]
)
def test_what_is_no_number_gives_none(read):
    assert "so_ky_hieu" not in Sheet().head("TRƯỜNG A", number="").put(read, 200, LEFT).put("KẾ HOẠCH", 170).found()


def test_a_number_whose_word_was_lost_stands_under_the_issuer_all_the_same():
    found = field(Sheet().head("TRƯỜNG A", number="12/KH-THSM").put("KẾ HOẠCH", 170), "so_ky_hieu")
    assert (found.value, found.fit) == ("12/KH-THSM", 75)


@pytest.mark.parametrize(
    ("read", "date"),
    [
        ("Mẫu Sơn, ngày l5 tháng 9 năm 2O26", "15/9/2026"),
        ("Mẫu Sơn, ngày05 tháng 9năm 2026", "05/9/2026"),
        ("Mẫu Sơn, ngảy 0 5 thảng 9 nắm 2 0 2 6", "05/9/2026"),
        ("Mẫu Sơn, ngày 45 tháng 9 năm 2026", None),
        ("Mẫu Sơn, ngày 30 tháng 02 năm 2026", None),
        ("Mẫu Sơn, ngày 05 tháng 9 năm 1026", None),
        ("Mẫu Sơn, ngày      tháng      năm 2026", None),
        ("Mẫu Sơn, ngày 05/9/2026", "05/9/2026"),
    ],
)
def test_a_date_is_one_of_the_calendar_or_none(read, date):
    assert Sheet().head("TRƯỜNG A", dated=read).put("KẾ HOẠCH", 170).found().get("ngay_ban_hanh") == date


def test_misread_digits_lower_the_confidence():
    sure = field(Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170), "ngay_ban_hanh")
    mended = field(Sheet().head("TRƯỜNG A", dated="Mẫu, ngày l5 tháng 9 năm 2026").put("KẾ HOẠCH", 170), "ngay_ban_hanh")
    assert (sure.confidence, mended.confidence) == (95, 71)
    assert mended.box == (mended.words[0].left, 120, mended.words[-1].left + 32 - mended.words[0].left, 12)


def minutes() -> Sheet:
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG A", number="Số: 4/BB-THA", dated="")
    sheet.put("BIÊN BẢN", 170).put("Họp hội đồng trường", 187)
    sheet.body(
        230,
        "Hôm nay, hồi 8 giờ 00 phút, ngày 05 tháng 9 năm 2026, tại phòng họp.",
        "Theo Quyết định ngày 01 tháng 8 năm 2026",
    )
    return sheet.put("THƯ KÝ", 700, 290).put("CHỦ TỌA", 700, 740).put("Ngọ Văn Ví", 790, 290).put("Lò Thị Mẫu", 790, 740)


def test_minutes_are_of_the_day_that_they_name_and_signed_by_the_chair():
    found = minutes().found()
    assert (found["ngay_ban_hanh"], found["nguoi_ky"]) == ("05/9/2026", "Lò Thị Mẫu")


def test_the_chair_signs_wherever_she_stands():
    sheet = Sheet().put("BIÊN BẢN", 60).put("CHỦ TRÌ", 700, 290).put("THƯ KÝ", 701, 740)
    assert sheet.put("Ngọ Văn Ví", 790, 290).put("Lò Thị Mẫu", 790, 740).found()["nguoi_ky"] == "Ngọ Văn Ví"


def test_the_name_stands_under_the_last_office_whatever_seal_and_pen_left_between():
    sheet = Sheet().put("TỜ TRÌNH", 60).signed("Lò Thị Mẫu", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    sheet.put("* XÃ Mơ ~", 752, 700, sure=20).put("Ju (Á", 765, 745, sure=15)
    assert sheet.found()["nguoi_ky"] == "Lò Thị Mẫu"


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("ThS. Lò Thị Mẫu", "Lò Thị Mẫu"),
        ("Ông Đình Sơn", "Ông Đình Sơn"),
        ("Lò ThịMẫu", "Lò Thị Mẫu"),
        ("LÒ THỊ MẪU", "LÒ THỊ MẪU"),
        ("~ Lò Thị Mẫu |", "Lò Thị Mẫu"),
        ("(đã ký)", None),
        ("Lò", None),
    ],
)
def test_a_name_is_words_with_capitals(read, name):
    assert Sheet().put("KẾ HOẠCH", 60).signed(read).found().get("nguoi_ky") == name


def test_a_surname_without_its_mark_is_given_it_where_only_one_is_spelled_so():
    sheet = Sheet().put("KẾ HOẠCH", 60).put("HIỆU TRƯỞNG", 700, 740).put("Nguyên Thị Mẫu", 790, 740, sure=70)
    found = field(sheet, "nguoi_ky")
    assert (found.value, found.fit) == ("Nguyễn Thị Mẫu", 90)
    assert surname("Luong", 50) == "Luong"
    assert surname("NGUYÊN", 50) == "NGUYỄN"
    assert surname("Nguyên", 99) == "Nguyên"


def test_an_office_in_the_text_is_signed_by_nobody():
    sheet = Sheet().head("TRƯỜNG A").put("QUYẾT ĐỊNH", 170).put("Về việc khen thưởng", 187)
    sheet.put("HIỆU TRƯỞNG TRƯỜNG A", 230).put("Lò Thị Mẫu", 300)
    assert "nguoi_ky" not in sheet.found()


def test_the_signature_is_on_the_last_page_that_has_one():
    assert next(f for f in propose(text_of(plan(), Sheet().put("Trang trắng", 60))) if f.name == "nguoi_ky").page == 1
    second = Sheet().body(60).signed("Ngọ Văn Ví")
    assert next(f for f in propose(text_of(plan(), second)) if f.name == "nguoi_ky").value == "Ngọ Văn Ví"


def test_a_list_has_its_date_above_the_signature():
    sheet = Sheet().put("TRƯỜNG TIỂU HỌC SUỐI MƠ", 50, left=110).put("DANH SÁCH", 90).put("Học sinh lớp 3A", 107)
    sheet.put("Mẫu Sơn, ngày 05 tháng 9 năm 2026", 680, 740).signed()
    assert sheet.found() == {
        "loai_van_ban": "Danh sách",
        "ngay_ban_hanh": "05/9/2026",
        "co_quan": "TRƯỜNG TIỂU HỌC SUỐI MƠ",
        "trich_yeu": "Học sinh lớp 3A",
        "nguoi_ky": "Lò Thị Mẫu",
    }


CELLS = [
    "QUYẾT ĐỊNH",
    "Số: 12/QĐ-THSM",
    "ngày 05 tháng 9 năm 2026",
    "HIỆU TRƯỞNG",
    "Lò Thị Mẫu",
    "TRƯỜNG A",
    "V/v họp",
    "x",
    "7,5",
]


@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=3, max_size=3), min_size=4, max_size=12))
def test_nothing_is_taken_from_a_table(rows):
    sheet, cells = Sheet(), []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cells.append(ReadCell(r, c, 1, 1, 100 * r + c))
            sheet.put(text, 60 + 40 * r, 200 + 280 * c, block=100 * r + c)
    sheet.tables.append(ReadTable(60, 50, 880, 40 * len(rows), len(rows), 3, tuple(cells)))
    assert sheet.fields() == []


def test_a_table_that_only_arranges_the_head_is_read():
    sheet = plan()
    sheet.tables.append(
        ReadTable(60, 50, 880, 90, 2, 2, tuple(ReadCell(0, 0, 1, 1, word.block) for word in sheet.words[:9]))
    )
    assert sheet.found() == plan().found()


@given(st.lists(st.sampled_from(plan().words), max_size=40), st.integers(1, 99))
def test_whatever_is_lost_of_a_page_a_value_is_of_its_words_and_surely_no_surer(words, sure):
    sheet = Sheet()
    sheet.words = [msgspec.structs.replace(word, confidence=sure) for word in words]
    for found in sheet.fields():
        assert set(found.words) <= set(sheet.words)
        assert 0 <= found.confidence <= sure


def test_a_stroke_along_the_edge_hides_nothing():
    sheet = plan()
    sheet.words.insert(0, ReadWord("Iìl¡", 5, 10, 20, 8, 300, 0, 999))
    assert sheet.found() == plan().found()


def test_a_page_without_a_size_is_taken_for_an_upright_one():
    sheet = plan()
    page = msgspec.structs.replace(sheet.page(), width=0, height=0)
    assert lines_of(page)[0].ratio == pytest.approx(1.414)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2080, 1, 1)))
def test_every_date_that_is_written_out_is_read_back(date):
    day, month, year = format_date(date).split("/")
    found = date_in(f"xa mau, ngay {day} thang {month} nam {year}")
    assert found is not None
    assert (found[0], found[3]) == (date, False)


def test_letters_are_set_right_in_digit_places_only():
    assert code_in("lO/QĐ-THlO").text == "10/QĐ-THlO"
    assert code_in("no/QĐ") is None


def test_distance_counts_letters_up_to_a_bound():
    assert distance("ban", "bàn") == 1
    assert distance("a", "abcdef", 3) == 4
    assert distance("kitten", "sitting") == 3


def test_what_a_paper_says_once_is_left_as_it_was_read():
    words = Sheet().put("SUỐI MƠ", 10).words
    assert repeated(words, words) is None
    assert repeated(words[:1], words) is None
    assert repeated(words, ()) is None
    assert body_name(words, words) == ("SUỐI MƠ", False)


def test_a_last_part_that_was_read_unsurely_is_checked_against_the_issuers_name():
    def read(number: str, sure: int) -> str:
        sheet = (
            Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TRUNG HỌC CƠ SỞ SUỐI MƠ", number="").put(number, 120, LEFT, sure=sure)
        )
        return sheet.put("KẾ HOẠCH", 170).found()["so_ky_hieu"]

    assert read("Số: 12/KH-TRCSSM", 40) == "12/KH-THCSSM"
    assert read("Số: 12/KH-TRCSSM", 95) == "12/KH-TRCSSM"
    assert read("Số: 12/KH-ABC", 40) == "12/KH-ABC"


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("TRƯỜNG TIỂU HỌC SUỐI MƠ", "THSM"),
        ("ỦY BAN NHÂN DÂN XÃ MẪU SƠN", "UBND"),
        ("TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ SUỐI MƠ", ""),
        ("HỘI ĐỒNG TỰ ĐÁNH GIÁ", ""),
    ],
)
def test_a_body_is_abbreviated_where_its_name_tells_how(name, mark):
    assert body_mark(name) == mark


def test_the_left_of_two_pages_scanned_as_one_is_the_paper():
    sheet = Sheet(height=1754)
    for text, y, middle in (
        ("UBND XÃ MẪU", 60, 130),
        ("TRƯỜNG TIỂU HỌC", 78, 130),
        ("Số: 12/KH-THSM", 110, 130),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, 340),
        ("Độc lập - Tự do - Hạnh phúc", 78, 340),
        ("Mẫu, ngày 05 tháng 9 năm 2026", 110, 340),
        ("KẾ HOẠCH", 170, 280),
        ("Kiểm tra nội bộ", 190, 280),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, 800),
        ("ngày 29 tháng 11 năm 2025", 110, 800),
        ("TỜ TRÌNH", 170, 760),
        ("Xin kinh phí", 190, 760),
    ):
        sheet.put(text, y, middle)
    found = sheet.found()
    assert found == {
        "loai_van_ban": "Kế hoạch",
        "so_ky_hieu": "12/KH-THSM",
        "ngay_ban_hanh": "05/9/2026",
        "co_quan": "TRƯỜNG TIỂU HỌC",
        "trich_yeu": "Kiểm tra nội bộ",
    }


def test_a_cover_has_its_issuer_in_the_middle():
    sheet = Sheet().put("UBND XÃ MẪU SƠN", 60).put("TRƯỜNG TIỂU HỌC SUỐI MƠ", 77).put("BÁO CÁO", 370).put("TỰ ĐÁNH GIÁ", 390)
    assert (sheet.found()["co_quan"], field(sheet, "co_quan").fit) == ("TRƯỜNG TIỂU HỌC SUỐI MƠ", 85)


def test_a_list_may_have_its_date_on_the_page_that_is_signed():
    second = Sheet().put("Mẫu Sơn, ngày 05 tháng 9 năm 2026", 660, 740).signed()
    found = propose(text_of(Sheet().put("DANH MỤC", 60), second))
    assert {f.name: f.page for f in found} == {"loai_van_ban": 1, "ngay_ban_hanh": 2, "nguoi_ky": 2}


def test_a_birthday_is_no_date_of_issue():
    sheet = Sheet().put("GIẤY KHEN", 60).put("Sinh ngày 05 tháng 9 năm 2016, lớp 3A, Trường Tiểu học", 300, 700).signed()
    assert "ngay_ban_hanh" not in sheet.found()


def test_where_seal_and_pen_took_the_office_the_name_stands_beside_the_receivers():
    sheet = Sheet().put("KẾ HOẠCH", 60).put("Nơi nhận:", 700, left=110).put("- Lưu: VT.", 715, left=110)
    sheet.put("c6 VRƯỜNG", 701, 740, sure=40).put("Lò Thị Mẫu", 790, 740)
    found = field(sheet, "nguoi_ky")
    assert (found.value, found.fit) == ("Lò Thị Mẫu", 55)


def test_minutes_whose_offices_were_lost_are_signed_at_their_foot_on_the_right():
    sheet = Sheet().put("BIÊN BẢN", 60).body().put("Ngọ Văn Ví", 790, 290).put("Lò Thị Mẫu", 791, 740)
    assert sheet.found()["nguoi_ky"] == "Lò Thị Mẫu"
    assert "nguoi_ky" not in Sheet().put("BIÊN BẢN", 60).put("Lò Thị Mẫu", 300, 740).body(790).found()


def test_the_party_writes_its_numbers_with_the_hyphen_first():
    sheet = Sheet().put("ĐẢNG BỘ XÃ MẪU SƠN", 60, LEFT).put("CHI BỘ TRƯỜNG TIỂU HỌC", 77, LEFT).put("Số 05-NQ/CB", 110, LEFT)
    sheet.put("ĐẢNG CỘNG SẢN VIỆT NAM", 60, RIGHT).put("Mẫu Sơn, ngày 05 tháng 9 năm 2026", 110, RIGHT).put(
        "NGHỊ QUYẾT", 170
    )
    found = sheet.found()
    assert (found["so_ky_hieu"], found["co_quan"], found["ngay_ban_hanh"]) == (
        "05-NQ/CB",
        "CHI BỘ TRƯỜNG TIỂU HỌC",
        "05/9/2026",
    )


def test_the_number_of_a_stamp_is_not_the_papers_own():
    sheet = Sheet().head("TRƯỜNG A", number="").put("Số: 345", 100, LEFT).put("Số: 12/KH-THA", 120, LEFT)
    assert sheet.put("KẾ HOẠCH", 170).found()["so_ky_hieu"] == "12/KH-THA"
