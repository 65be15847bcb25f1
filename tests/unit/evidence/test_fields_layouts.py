"""Fields of papers laid out otherwise than a plain plan: long names, other bodies, other feet, two pages on a sheet."""

from __future__ import annotations

import msgspec
import pytest

from services.evidence.domain.fields import propose
from tests.unit.evidence.laid_out import LEFT, Sheet, text_of

HALF = 1754
"""The height of a sheet on which two pages lie, in the pixels of its image."""


def found(sheet: Sheet, name: str) -> str | None:
    return sheet.found().get(name)


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (("ỦY BAN NHÂN DÂN", "XÃ BẢN VẦU", "TRƯỜNG TIỂU HỌC", "BẢN VẦU"), "TRƯỜNG TIỂU HỌC BẢN VẦU"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TRUNG HỌC CƠ SỞ", "HỘI AN"), "TRƯỜNG TRUNG HỌC CƠ SỞ HỘI AN"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG MẦM NON", "BAN MAI"), "TRƯỜNG MẦM NON BAN MAI"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC VÀ TRUNG", "HỌC CƠ SỞ ĐẰNG UY"), "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ ĐẰNG UY"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG MẦM NON SUỐI", "MƠ"), "TRƯỜNG MẦM NON SUỐI MƠ"),
        (("ĐẢNG ỦY XÃ MẪU SƠN", "CHI BỘ", "TRƯỜNG TIỂU HỌC SUỐI MƠ"), "CHI BỘ TRƯỜNG TIỂU HỌC SUỐI MƠ"),
        (("CÔNG ĐOÀN XÃ MẪU SƠN", "CÔNG ĐOÀN CƠ SỞ", "TRƯỜNG MẦM NON A"), "CÔNG ĐOÀN CƠ SỞ TRƯỜNG MẦM NON A"),
        (("TRƯỜNG TIỂU HỌC SUỐI MƠ", "TỔ KHỐI 4 VÀ 5"), "TỔ KHỐI 4 VÀ 5"),
        (("TRƯỜNG TIỂU HỌC", "SUỐI MƠ", "HỘI ĐỒNG TRƯỜNG"), "HỘI ĐỒNG TRƯỜNG"),
        (("ỦY BAN NHÂN DÂN", "XÃ MẪU SƠN", "PHÒNG VĂN HÓA -", "XÃ HỘI"), "PHÒNG VĂN HÓA - XÃ HỘI"),
        (("UBND TỈNH MẪU LA", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"), "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (("UBND XÃ MẪU SƠN", "BAN CHỈ ĐẠO", "PHỔ CẬP GIÁO DỤC"), "BAN CHỈ ĐẠO PHỔ CẬP GIÁO DỤC"),
        (("HỘI ĐỒNG NHÂN DÂN", "XÃ MẪU SƠN"), "HỘI ĐỒNG NHÂN DÂN XÃ MẪU SƠN"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TRUNG HỌC CƠ SỞ", "THƯỢNG MƠ"), "TRƯỜNG TRUNG HỌC CƠ SỞ THƯỢNG MƠ"),
        (("UBND XÃ MẪU SƠN", "TEƯỜNG TIỂU HỌC SUỐI MƠ"), "TEƯỜNG TIỂU HỌC SUỐI MƠ"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG TH&THCS SUỐI MƠ"), "TRƯỜNG TH&THCS SUỐI MƠ"),
        (("UBND XÃ MẪU SƠN", "TRƯỜNG PTDTBT TIỂU HỌC", "VÀ THCS SUỐI MƠ"), "TRƯỜNG PTDTBT TIỂU HỌC VÀ THCS SUỐI MƠ"),
    ],
)
def test_all_lines_of_the_issuers_name_are_taken_and_none_of_the_body_above(lines, issuer):
    sheet = Sheet()
    sheet.head(*lines, number="", dated="").put("Số: 12/KH-ABC", 60 + 17 * len(lines) + 14, LEFT).put("KẾ HOẠCH", 200)
    assert found(sheet, "co_quan") == issuer


def test_boxes_that_spots_made_high_part_no_name():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC VÀ TRUNG", "HỌC CƠ SỞ SUỐI MƠ")
    sheet.words = [msgspec.structs.replace(word, height=24) if word.top == 94 else word for word in sheet.words]
    assert found(sheet.put("KẾ HOẠCH", 175), "co_quan") == "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ SUỐI MƠ"


def test_a_six_that_was_read_as_an_o_with_a_mark_is_a_six():
    def dated(read: str) -> str | None:
        return found(Sheet().head("TRƯỜNG A", dated=f"Mẫu Sơn, ngày {read}").put("KẾ HOẠCH", 170), "ngay_ban_hanh")

    assert dated("2ó tháng ó năm 202ó") == "26/6/2026"
    assert dated("Oó tháng 3 năm 2026") == "06/3/2026"


def test_a_heading_that_names_no_kind_of_paper_is_no_part_of_the_issuer():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "PHÒNG KINH TẾ", number="", dated="")
    sheet.put("TỔNG HỢP NHU CẦU ĐẦU TƯ CƠ SỞ VẬT CHẤT, 2026 - 2028", 105)
    assert sheet.found() == {"co_quan": "PHÒNG KINH TẾ"}


@pytest.mark.parametrize(
    ("read", "issuer"),
    [
        ("TRƯỜNG TIỂU HỌC.VÀ TRUNG HỌC CƠ SỞ LÁ", "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ LÁ"),
        ("TRƯỜNG TRUNG HỌ=S CƠ SỞ LÁ", "TRƯỜNG TRUNG HỌC CƠ SỞ LÁ"),
        ("TRƯỜNG MẦM NON LÁ MƠ _ˆ", "TRƯỜNG MẦM NON LÁ MƠ"),
        ("TRUONG MAM NON LÁ MƠ:", "TRƯỜNG MẦM NON LÁ MƠ"),
        ("TRƯỜNG MẦM NUN LÁ MƠ", "TRƯỜNG MẦM NON LÁ MƠ"),
        ("TRƯỜNG THCS MẦM NUN", "TRƯỜNG THCS MẦM NUN"),
        ("TRƯỜNG TIỂU HỌC MƠ SỐ 2", "TRƯỜNG TIỂU HỌC MƠ SỐ 2"),
        ("TRƯỜNG THCS TP.MẪU", "TRƯỜNG THCS TP.MẪU"),
    ],
)
def test_spots_beside_set_words_do_no_harm(read, issuer):
    assert found(Sheet().head("UBND XÃ MẪU SƠN", read).put("KẾ HOẠCH", 170), "co_quan") == issuer


def test_the_name_of_a_place_is_never_made_another_that_is_better_known():
    assert found(Sheet().head("UBND XÃ NAM MY", "TRƯỜNG MẦM NON NAM MY").put("KẾ HOẠCH", 170), "co_quan") == (
        "TRƯỜNG MẦM NON NAM MY"
    )


def test_rows_that_were_read_into_each_other_are_parted_by_their_height():
    sheet = Sheet().head("", "", number="Số: 07/THSM-CM")
    sheet.put("UBND XÃ MẪU SƠN", 60, LEFT, block=900).put("TRƯỜNG TIỂU HỌC SUỐI MƠ", 74, LEFT, block=900)
    sheet.words = [msgspec.structs.replace(word, line=0) if word.block == 900 else word for word in sheet.words]
    assert found(sheet.put("Kính gửi: Các tổ", 190), "co_quan") == "TRƯỜNG TIỂU HỌC SUỐI MƠ"


@pytest.mark.parametrize("read", ["3Õ: 12/KH-THSM", "SỬ. 12/KH-THSM", "F SỐ: 12/KH-THSM", "SÔ 12/KH-THSM"])
def test_a_number_whose_label_was_misread_is_no_part_of_the_issuer(read):
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="").put(read, 105, LEFT)
    assert sheet.put("KẾ HOẠCH", 170).found()["co_quan"] == "TRƯỜNG TIỂU HỌC SUỐI MƠ"
    assert found(sheet, "so_ky_hieu") == "12/KH-THSM"


@pytest.mark.parametrize("read", ["Số: 12/BC:THSM", "Số: 12/BC.THSM", "Số: 12/BC'THSM"])
def test_a_hyphen_of_a_number_that_was_read_as_a_spot_is_a_hyphen(read):
    assert found(Sheet().head("TRƯỜNG TIỂU HỌC SUỐI MƠ", number=read).put("BÁO CÁO", 170), "so_ky_hieu") == "12/BC-THSM"


@pytest.mark.parametrize(("read", "number"), [("Số: 2ó1/UBND-VP", "261/UBND-VP"), ("Số: ó/UBND-VP", "6/UBND-VP")])
def test_a_six_of_a_number_is_a_six_though_it_was_read_as_an_o_with_a_mark(read, number):
    sheet = Sheet().head("ỦY BAN NHÂN DÂN", "XÃ MẪU SƠN", number=read).put("Kính gửi: Các thôn", 190)
    assert found(sheet, "so_ky_hieu") == number


def test_a_last_word_of_the_issuer_that_was_lost_is_told_by_its_number_and_its_commune():
    def issuer(number: str) -> tuple[str, int]:
        sheet = Sheet().head("UBND XÃ ĐỒNG MƠ", "TRƯỜNG MẦM NON ĐỒNG", number=number).put("KẾ HOẠCH", 170)
        told = next(field for field in sheet.fields() if field.name == "co_quan")
        return told.value, told.fit

    assert issuer("Số: 12/KH-MNĐM") == ("TRƯỜNG MẦM NON ĐỒNG MƠ", 60)
    assert issuer("Số: 12/KH-MNĐV") == ("TRƯỜNG MẦM NON ĐỒNG", 60)
    assert issuer("Số: 12/KH-MNĐ") == ("TRƯỜNG MẦM NON ĐỒNG", 100)


def test_a_mark_that_the_number_lost_is_that_of_the_issuers_name():
    def read(number: str, sure: int = 90) -> str | None:
        sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG MẦM NON ĐỒNG ƯƠM", number="").put(number, 120, LEFT, sure=sure)
        return found(sheet.put("Kính gửi: Các thôn", 190), "so_ky_hieu")

    assert read("Số: 7/MNDU-VP") == "7/MNĐƯ-VP"
    assert read("Số: 7/MNDU-VP", 97) == "7/MNDU-VP"
    assert read("Số: 7/UBND-VP") == "7/UBND-VP"


@pytest.mark.parametrize(("read", "number"), [("Số: 191 RH-THSM", "191/KH-THSM"), ("Số: 191 THSM-CM", None)])
def test_a_lost_slash_is_known_by_the_mark_of_the_kind(read, number):
    assert found(Sheet().head("TRƯỜNG TIỂU HỌC SUỐI MƠ", number=read).put("KẾ HOẠCH", 170), "so_ky_hieu") == number


def test_a_spot_behind_a_subject_does_not_end_it():
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ năm học:", 187).put("2026 - 2027", 203).body()
    assert found(sheet, "trich_yeu") == "Kiểm tra nội bộ năm học: 2026 - 2027"


def test_a_full_stop_within_a_sentence_is_a_spot():
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Kiểm tra. nội bộ năm học tại TP. mẫu", 187).body()
    assert found(sheet, "trich_yeu") == "Kiểm tra nội bộ năm học tại TP. mẫu"


def test_a_spot_before_a_line_of_the_subject_is_no_sign_of_it():
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Kiểm tra nội bộ năm học", 187).put("-2026 -2027", 203).body()
    assert found(sheet, "trich_yeu") == "Kiểm tra nội bộ năm học 2026 -2027"


@pytest.mark.parametrize(
    ("read", "years"),
    [
        ("năm học 202ó - 2027", "năm học 2026 - 2027"),
        ("năm học 2026-2O27", "năm học 2026-2027"),
        ("năm học 201ó - 2030", "năm học 201ó - 2030"),
        ("giai đoạn 202ó - 2027", "giai đoạn 202ó - 2027"),
        ("năm học 2025 - 2027", "năm học 2025 - 2027"),
    ],
)
def test_a_sign_read_for_a_digit_of_a_school_year_is_told_by_the_other_year(read, years):
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put(f"Kiểm tra {read}", 187).body()
    assert found(sheet, "trich_yeu") == f"Kiểm tra {years}"


def test_four_lines_can_say_what_a_decision_is_about_and_who_decides_ends_them():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 9/QĐ-THSM").put("QUYẾT ĐỊNH", 170)
    for row, line in enumerate(
        ("Về việc thành lập tổ kiểm tra", "hồ sơ, sổ sách và cơ sở vật chất", "của các khối lớp", "năm học 2026 - 2027")
    ):
        sheet.put(line, 187 + 16 * row)
    sheet.put("BAN THƯỜNG TRỰC HỘI ĐỒNG TRƯỜNG", 252).body(280)
    assert found(sheet, "trich_yeu") == (
        "Về việc thành lập tổ kiểm tra hồ sơ, sổ sách và cơ sở vật chất của các khối lớp năm học 2026 - 2027"
    )


@pytest.mark.parametrize("read", ["V/v", "VW", "W", "Vv", "V/V:"])
def test_a_letters_subject_over_three_lines_ends_where_its_readers_are_named(read):
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 07/THSM-CM")
    sheet.put(f"{read} rà soát cơ sở vật chất và", 138, LEFT).put("thiết bị dạy học năm học 2026 -", 153, LEFT).put(
        "2027", 168, LEFT
    )
    sheet.put("Kính gửi: Các tổ chuyên môn.", 200).body(230)
    assert found(sheet, "trich_yeu") == "rà soát cơ sở vật chất và thiết bị dạy học năm học 2026 - 2027"


def test_a_subject_whose_v_v_was_lost_is_told_by_its_place_and_less_sure():
    sheet = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 07/THSM-CM")
    sheet.put("rà soát cơ sở vật chất", 138, LEFT).put("Kính gửi: Các tổ chuyên môn.", 200).body(230)
    told = next(field for field in sheet.fields() if field.name == "trich_yeu")
    assert (told.value, told.fit) == ("rà soát cơ sở vật chất", 75)


def test_a_word_of_the_subject_is_spelled_as_the_text_has_it_where_that_was_read_much_surer():
    def read(sure: int) -> str | None:
        sheet = Sheet().head("TRƯỜNG TIỂU HỌC SUỐI MƠ", number="Số: 07/THSM-CM")
        sheet.put("V/v", 138, left=190).put("quyền", 138, left=219, sure=sure).put("góp sách cũ", 138, left=266)
        return found(
            sheet.put("Kính gửi: Các tổ", 200).body(230, "Thực hiện kế hoạch quyên góp sách cũ của xã"), "trich_yeu"
        )

    assert read(80) == "quyên góp sách cũ"
    assert read(94) == "quyền góp sách cũ"


def test_what_a_certificate_says_is_no_subject():
    sheet = Sheet(height=1754).head("UBND XÃ MẪU SƠN", "TRƯỜNG A", number="", dated="").put("GIẤY KHEN", 170)
    sheet.put("Khen tặng em:", 192).put("Ngọ Văn Ví", 214).put("Mẫu Sơn, ngày 05 tháng 9 năm 2026", 600, 740)
    assert sheet.put("HIỆU TRƯỞNG", 625, 740).put("Lò Thị Mẫu", 760, 740).found() == {
        "loai_van_ban": "Giấy khen",
        "ngay_ban_hanh": "05/9/2026",
        "co_quan": "TRƯỜNG A",
        "nguoi_ky": "Lò Thị Mẫu",
    }


@pytest.mark.parametrize("said", ["(Đã ký)", "(ĐÃ KÝ)", "Đã Ký", "(Ký, Đóng Dấu)", "(Ký và ghi rõ họ tên)", "KÝ TÊN"])
@pytest.mark.parametrize("offices", [("HIỆU TRƯỞNG",), ("KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"), ("TM. HỘI ĐỒNG", "CHỦ TỊCH")])
def test_that_it_was_signed_is_no_name(said, offices):
    with_name = Sheet().put("KẾ HOẠCH", 60).signed("Lò Thị Mẫu", *offices).put(said, 760, 740)
    assert found(with_name, "nguoi_ky") == "Lò Thị Mẫu"
    assert found(Sheet().put("KẾ HOẠCH", 60).signed(said, *offices), "nguoi_ky") is None


def test_an_office_is_nobodys_name():
    sheet = Sheet().put("KẾ HOẠCH", 60).put("KT HIỆU TRƯỞNG", 700, 740).put("PHÓ HIỆU TRƯỞNG", 717, 740)
    assert found(sheet.put("Nơi nhận:", 700, left=110), "nguoi_ky") is None


def test_what_a_pen_left_before_and_behind_a_name_is_no_part_of_it():
    sheet = Sheet().put("KẾ HOẠCH", 60).put("HIỆU TRƯỞNG", 700, 740)
    sheet.put("Ju", 790, left=670, sure=25).put("Lò Thị Mẫu", 790, left=695).put("Á", 790, left=790, sure=20)
    assert found(sheet, "nguoi_ky") == "Lò Thị Mẫu"


def test_a_certificate_whose_office_the_seal_took_is_signed_under_its_date():
    def signed(name: str, y: int = 750) -> str | None:
        sheet = Sheet(height=HALF).head("UBND XÃ MẪU SƠN", "TRƯỜNG A", number="", dated="").put("GIẤY KHEN", 170)
        sheet.put("Khen tặng em:", 192).put("Ngọ Văn Ví", 214).put("Mẫu Sơn, ngày 05 tháng 9 năm 2026", 600, 740)
        return found(sheet.put("ˆU TRƯỞNG", 620, 740).put(name, y, 740), "nguoi_ky")

    assert signed("Lò Thị Mẫu") == "Lò Thị Mẫu"
    assert signed("Lĩnh Mẫu") is None
    assert signed("Lò Thị Mẫu", 990) is None


@pytest.mark.parametrize("read", ["M.UY BAN NHÂN DÂN", "mì “a„ CHỦ TỊCH:", "T4. HỘI ĐỒNG TRƯỜNG", "MN. TRƯỜNG TIỂU HỌC"])
def test_part_of_a_line_in_capitals_is_nobodys_name(read):
    sheet = Sheet().put("KẾ HOẠCH", 60).put(read, 701, 740).put("Nơi nhận:", 700, left=110).put("- Như trên;", 715, left=110)
    assert found(sheet, "nguoi_ky") is None


def test_a_name_whose_first_word_lies_under_the_seal_is_not_proposed():
    assert found(Sheet().put("GIẤY KHEN", 60).put("HIỆU TRƯỞNG", 700, 740).put("Thị Mẫu", 790, 740), "nguoi_ky") is None


def test_two_words_of_which_none_is_a_surname_are_what_is_left_of_a_name():
    assert found(Sheet().put("KẾ HOẠCH", 60).signed("Mỵ Nhã"), "nguoi_ky") is None
    assert found(Sheet().put("KẾ HOẠCH", 60).signed("Lò Nhã"), "nguoi_ky") == "Lò Nhã"


def test_a_name_without_a_surname_keeps_its_words():
    sheet = Sheet().put("KẾ HOẠCH", 60).put("HIỆU TRƯỞNG", 700, 740).put("Ksor", 790, left=690, sure=40)
    assert found(sheet.put("Mẫu Hơ", 790, left=727), "nguoi_ky") == "Ksor Mẫu Hơ"


def test_of_three_who_sign_beside_each_other_the_head_is_taken():
    sheet = Sheet().put("DANH SÁCH", 60).put("NGƯỜI LẬP", 700, 200).put("TỔ TRƯỞNG", 700, 480).put("HIỆU TRƯỞNG", 700, 780)
    sheet.put("Ngọ Văn Ví", 790, 200).put("Hà Thị Dụ", 791, 480).put("Lò Thị Mẫu", 790, 780)
    assert found(sheet, "nguoi_ky") == "Lò Thị Mẫu"


def test_a_council_is_signed_under_the_second_office_above_the_name():
    sheet = Sheet().put("DANH MỤC", 60).put("TM. HỘI ĐỒNG TỰ ĐÁNH GIÁ", 700, 740).put("CHỦ TỊCH", 717, 740)
    assert found(sheet.put("HIỆU TRƯỞNG", 800, 740).put("Lò Thị Mẫu", 818, 740), "nguoi_ky") == "Lò Thị Mẫu"


def two_pages(*, right: bool = False) -> Sheet:
    """A decision of one page, on one side of a sheet of two."""
    sheet, shift = Sheet(height=HALF), 520 if right else 0
    rows = (
        ("UBND XÃ MẪU", 60, 110),
        ("TRƯỜNG MẦM NON", 78, 110),
        ("Số: 12/QĐ-MNA", 110, 110),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, 330),
        ("Độc lập - Tự do - Hạnh phúc", 78, 330),
        ("Mẫu, ngày 05 tháng 9 năm 2026", 110, 330),
        ("QUYẾT ĐỊNH", 170, 250),
        ("Về việc kiểm kê tài sản", 190, 250),
        ("Căn cứ tình hình thực tế;", 250, 250),
        ("TM. BAN GIÁM HIỆU", 700, 360),
        ("HIỆU TRƯỞNG", 720, 360),
        ("Lò Thị Mẫu", 830, 360),
    )
    for text, y, middle in rows:
        sheet.put(text, y, middle + shift)
    return sheet


DECISION = {
    "loai_van_ban": "Quyết định",
    "so_ky_hieu": "12/QĐ-MNA",
    "ngay_ban_hanh": "05/9/2026",
    "co_quan": "TRƯỜNG MẦM NON",
    "trich_yeu": "Về việc kiểm kê tài sản",
    "nguoi_ky": "Lò Thị Mẫu",
}


def test_the_left_page_of_a_sheet_is_signed_on_its_own_right():
    sheet = two_pages()
    for row in range(12):
        sheet.put("Việc này giao cho các tổ chuyên môn làm", 60 + 20 * row, 770)
    assert sheet.found() == DECISION


def test_another_paper_on_the_right_page_gives_nothing_to_the_left():
    sheet = two_pages()
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, 800).put("TỜ TRÌNH", 170, 760).put("Xin kinh phí", 190, 760)
    sheet.put("CHỦ TỊCH", 700, 850).put("Ngọ Văn Ví", 800, 850).put("Việc cần làm ngay", 300, 760)
    assert sheet.found() == DECISION


def test_the_paper_of_a_folded_sheet_begins_on_its_right():
    sheet = two_pages(right=True)
    for row in range(12):
        sheet.put("Việc này giao cho các tổ chuyên môn làm", 60 + 20 * row, 220)
    assert sheet.found() == DECISION


def test_fields_of_a_half_keep_the_places_of_the_sheet():
    sheet = two_pages(right=True)
    for row in range(12):
        sheet.put("Việc này giao cho các tổ chuyên môn làm", 60 + 20 * row, 220)
    fields = sheet.fields()
    assert {word for field in fields for word in field.words} <= set(sheet.words)
    assert all(field.box[0] > 500 for field in fields)


def test_a_wide_page_whose_title_crosses_the_middle_is_one_page():
    sheet = Sheet(height=HALF).head("UBND XÃ MẪU SƠN", "TRƯỜNG TIỂU HỌC SUỐI MƠ").put("KẾ HOẠCH", 170)
    sheet.put("Kiểm tra nội bộ năm học 2026 - 2027", 188).signed()
    assert found(sheet, "trich_yeu") == "Kiểm tra nội bộ năm học 2026 - 2027"
    assert found(sheet, "nguoi_ky") == "Lò Thị Mẫu"


def test_a_paper_that_follows_in_the_same_file_does_not_sign_the_first():
    first = Sheet().head("TRƯỜNG A").put("QUYẾT ĐỊNH", 170).signed("Lò Thị Mẫu")
    second = Sheet().head("TRƯỜNG B").put("TỜ TRÌNH", 170).signed("Ngọ Văn Ví")
    signed = next(field for field in propose(text_of(first, second)) if field.name == "nguoi_ky")
    assert (signed.value, signed.page) == ("Lò Thị Mẫu", 1)


def test_a_sentence_that_names_the_state_is_no_head():
    said = "Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam"
    first = Sheet().head("UBND XÃ MẪU SƠN", "TRƯỜNG A").put("QUYẾT ĐỊNH", 170).put("Về việc kiểm kê", 187)
    first.body(240, said)
    assert first.found()["co_quan"] == "TRƯỜNG A"
    signed = propose(text_of(first, Sheet().body(60, said).signed("Lò Thị Mẫu")))
    assert {field.name: field.value for field in signed}["nguoi_ky"] == "Lò Thị Mẫu"


def test_running_text_proposes_nothing():
    sheet = Sheet().put("14", 30)
    for row in range(40):
        sheet.put(
            "Ông Lò Văn Mẫu (Hiệu trưởng) ký Quyết định số 12/QĐ-THA ngày 05 tháng 9 năm 2026 của trường",
            60 + 20 * row,
            left=110,
        )
    assert sheet.found() == {}


def test_running_text_close_under_the_title_is_no_part_of_what_a_paper_is_about():
    sheet = Sheet().head("TRƯỜNG A").put("THÔNG BÁO", 170).put("Công khai kết quả kiểm kê tài sản năm 2026", 187)
    sheet.body(205, "Đoàn đã xem xét hồ sơ, phỏng vấn 13 giáo viên, dự 3 tiết dạy và khảo sát thực tế các phòng học.")
    assert found(sheet, "trich_yeu") == "Công khai kết quả kiểm kê tài sản năm 2026"


def test_a_second_line_in_the_middle_goes_on_though_it_is_longer_and_begins_with_a_capital():
    sheet = Sheet().head("TRƯỜNG A").put("KẾ HOẠCH", 170).put("Về việc tự đánh giá của", 187)
    sheet.put("Trường Mầm non Mẫu Sơn năm học 2026 - 2027", 204).body(240)
    assert found(sheet, "trich_yeu") == "Về việc tự đánh giá của Trường Mầm non Mẫu Sơn năm học 2026 - 2027"


def test_a_long_name_in_the_left_column_may_reach_past_the_middle_between_the_two():
    sheet = Sheet().put("ỦY BAN NHÂN DÂN XÃ", 60, 318).put("TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ", 77, 330)
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 60, 740).put("Độc lập - Tự do - Hạnh phúc", 78, 740)
    sheet.put("Số: 25/BB-TH", 120, 318).put("Mẫu Sơn, ngày 13 tháng 10 năm 2026", 120, 740)
    sheet.put("BIÊN BẢN", 170).put("Kiểm tra cơ sở vật chất", 187).body()
    assert found(sheet, "co_quan") == "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ"
