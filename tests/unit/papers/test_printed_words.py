"""The printed words, their hash, the id and the code: the same for every format, and different for every different paper."""

import datetime as dt
import re
import unicodedata

import pytest
import segno

from shared.papers.imprint import imprint
from shared.papers.model import (
    Addressees,
    Code,
    Heading,
    Listing,
    Marker,
    Missing,
    PaperForm,
    PartialDate,
    PersonName,
    Style,
    Text,
)
from shared.papers.qr import paper_id, qr_content, qr_png, qr_svg
from shared.papers.resolving import resolve
from shared.papers.text import printed_text, text_sha256
from shared.papers.wording import clean, date_words, foot_lines, listed, number_line, place_line
from tests.unit.papers.samples import ALL, DOCUMENTS, PEOPLE, criterion_sheet, decision, letter, paper, said, words


def filled(made):
    return resolve(made, PEOPLE, DOCUMENTS)


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (PartialDate(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (PartialDate(2025, 9, 8), "ngày 08 tháng 9 năm 2025"),
        (PartialDate.of(dt.date(2026, 12, 31)), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_day_below_ten_and_the_first_two_months_take_a_zero(date, text):
    assert date_words(date) == text


def test_parts_of_a_date_that_are_not_known_leave_room_that_does_not_break():
    assert re.fullmatch("ngày \u00a0{7} tháng 9 năm 2025", date_words(PartialDate(2025, 9)))
    assert re.fullmatch("Pá Sa, ngày \u00a0+ tháng \u00a0+ năm \u00a0+", place_line("Pá Sa", None))


def test_a_number_that_is_not_given_leaves_room_for_the_clerk():
    assert number_line(Heading(body=("A",), symbol="QĐ-THPS", number="05")) == "Số: 05/QĐ-THPS"
    assert number_line(Heading(body=("A",), symbol="QĐ-THPS")) == f"Số: {chr(160) * 9}/QĐ-THPS"
    assert number_line(Heading(body=("A",))) == ""


def test_points_are_lettered_in_the_vietnamese_order():
    listing = Listing(tuple(words("x") for _ in range(26)), Marker.LETTER)
    assert "".join(marker for marker, _ in listed(listing)) == "".join(
        f"{letter})" for letter in [*"abcdđeghiklmnopqrstuvxy", "aa", "bb", "cc"]
    )


def test_the_words_of_a_heading_come_first_in_the_order_of_reading():
    assert printed_text(filled(decision()))[0].split("\n") == [
        "UBND XÃ PÁ SA",
        "TRƯỜNG TIỂU HỌC PÁ SA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: /QĐ-THPS",
        "Pá Sa, ngày tháng 9 năm 2025",
        "QUYẾT ĐỊNH",
        "Về việc thành lập Hội đồng tự đánh giá năm học 2025 - 2026",
        "HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC PÁ SA",
    ]


def test_a_letter_has_its_abstract_under_the_number_and_ends_its_lists():
    text = printed_text(filled(letter()))
    assert "Số: 15/THPS-VP\nV/v đăng ký đánh giá ngoài năm 2026\nPá Sa, ngày 05 tháng 02 năm 2026" in text[0]
    assert text[1] == "Kính gửi:\n- Ủy ban nhân dân xã Pá Sa;\n- Sở Giáo dục và Đào tạo tỉnh Sơn Lam."
    assert text[-1] == "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG\nLò Văn Sơn\nNơi nhận:\n- Như trên;\n- Lưu: VT."


def test_one_addressee_stands_without_a_hyphen():
    assert printed_text(paper("x", Addressees((words("Phòng Văn hóa"),)))) == ["Kính gửi:\nPhòng Văn hóa"]


def test_a_row_of_a_table_is_a_line_and_a_cell_between_tabs():
    table = next(text for text in printed_text(filled(criterion_sheet())) if text.startswith("Mức 1\t"))
    assert table.split("\n")[:3] == [
        "Mức 1\tMức 2\tMức 3",
        "Chỉ báo\tĐạt/Không đạt\tChỉ báo\tĐạt/Không đạt\tChỉ báo\tĐạt/Không đạt",
        "a\tĐạt\ta\tĐạt\ta\tĐạt",
    ]


def test_words_are_compared_in_one_form():
    text = "Số\u00a0\u00a05: kế hoạch\u2011năm"
    assert printed_text(paper("x", said(unicodedata.normalize("NFD", text)))) == ["Số 5: kế hoạch-năm"]


def test_what_is_not_filled_in_is_not_printed():
    with pytest.raises(ValueError, match="PersonName"):
        printed_text(paper("x", said(PersonName("p1"))))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a\x00b\x0bc\x1fd\x7fe\x85f", "abcdef"),
        ("a\tb\r\nc\rd\u2028e", "a b\nc\nd\ne"),
        ("\u202eđảo\u202c \ufeffx\u200bz\ufffe\ud800", "đảo xz"),
        ("{{ x }} <w:t>&amp;</w:t> =1+1", "{{ x }} <w:t>&amp;</w:t> =1+1"),
        ("Ðại 😀 ⟨x⟩", "Đại 😀 ⟨x⟩"),
    ],
)
def test_text_of_users_is_data_and_only_what_cannot_be_printed_is_left_out(written, printed):
    assert clean(written) == printed


def test_capitals_and_gaps_are_part_of_the_words():
    made = paper("x", said("I. Tình hình", style=Style.HEADING_1), said(Missing(), " ", Missing("chưa đo"), Text("!")))
    assert printed_text(made) == ["I. TÌNH HÌNH", "⟨chưa có⟩ ⟨chưa đo⟩!"]


def test_the_hash_is_of_the_words_alone():
    one = paper("x", said("Một câu ", Text("đậm"), "."))
    assert text_sha256(one) == text_sha256(paper("y", said("Một câu ", Text("đậm", bold=True), "."), draft=True, known_at=9))
    assert text_sha256(one) != text_sha256(paper("x", said("Một câu đậm!")))
    assert text_sha256(paper("x", said("a"), said("b"))) != text_sha256(paper("x", said("a\nb")))


def test_an_id_tells_papers_apart_by_every_part_of_what_they_are():
    same = paper()
    others = [
        paper("khac"),
        paper(subject="2024-2025"),
        paper(school="TH-KHAC"),
        paper(valid_at=dt.date(2026, 6, 1)),
        paper(known_at=18205),
        paper("thu", said("Câu khác.")),
    ]
    ids = [paper_id(one) for one in (same, *others)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Z2-7]{20}", one) for one in ids)
    assert paper_id(paper(title="Tên khác", checkpoint="khác", form=PaperForm("mẫu"), draft=True)) == ids[0]


def test_the_code_says_id_and_hash_in_letters_that_keep_its_squares_large():
    made = paper()
    content = qr_content(made)
    assert content == f"KD:1:{paper_id(made)}:{text_sha256(made)[:16].upper()}"
    assert segno.make(content, micro=False).mode == "alphanumeric"
    assert imprint(made).code == content


def test_the_code_is_drawn_the_same_as_picture_and_as_path():
    content = qr_content(paper())
    matrix = [bytes(row) for row in segno.make(content, error="q", micro=False, boost_error=False).matrix]
    assert len(matrix) == 29
    drawn = [bytearray(29) for _ in matrix]
    for left, top, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr_svg(content, 16)):
        for column in range(int(left), int(left) + int(length)):
            drawn[int(top)][column] = 1
    assert [bytes(row) for row in drawn] == matrix
    assert qr_png(content).startswith(b"\x89PNG")
    assert qr_png(content) == qr_png(content) != qr_png(content.replace("KD", "KE"))


def test_the_foot_says_what_is_printed_from_where_and_how_to_recognise_it():
    assert foot_lines(filled(criterion_sheet()), "ABC", "0123456789abcdef99") == [
        "Phiếu đánh giá tiêu chí 1.4 · Trường Tiểu học Pá Sa · mẫu Phụ lục 5a, CV 5932",
        "Bản in từ kiemdinh, số 18204 (ghi lúc 14:22 ngày 30/5/2026) · mốc c41e-90ab · tính đến ngày 31/5/2026",
        "Mã giấy ABC · băm văn bản 0123456789abcdef · tên người lấy từ danh bạ lúc in",
    ]
    bare = foot_lines(paper(recorded_at=None, checkpoint="", title="a\nb"), "ABC", "0" * 64)
    assert bare[0] == "a b · Trường Tiểu học Pá Sa · mẫu tự xây dựng, chưa có mẫu chính thức"
    assert bare[1] == "Bản in từ kiemdinh, số 18204 · tính đến ngày 31/5/2026"


def test_a_title_that_is_too_long_does_not_push_the_foot_into_the_page():
    lines = foot_lines(paper(title="chữ " * 5000, issuer="y" * 200, notes=("z" * 200,)), "ABC", "0" * 64)
    assert [len(part) for part in lines[0].split(" · ")] == [120, 120, 39]
    assert lines[0].split(" · ")[1] == "y" * 119 + "…"
    assert lines[2].endswith("…")


@pytest.mark.parametrize("name", ALL)
def test_the_foot_is_no_part_of_the_words(name):
    made = filled(ALL[name]())
    text = "\n".join(printed_text(made))
    assert "Bản in từ" not in text
    assert made.checkpoint not in text
    assert unicodedata.is_normalized("NFC", text)


def test_a_code_stays_one_word():
    assert printed_text(paper("x", said("Có ", Code("[H1 1.4\u201101]"), "."))) == ["Có [H1 1.4-01]."]
