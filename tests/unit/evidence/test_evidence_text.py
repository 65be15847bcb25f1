"""Fields proposed from a page, and words found on it."""

from __future__ import annotations

import hashlib
import unicodedata

import msgspec
import pytest

from services.evidence.domain.fields import propose
from services.evidence.domain.search_query import hits, parse_query, snippet
from services.evidence.domain.text import ReadText, UnknownText, decode_text, encode_text, mean_confidence, page_text
from tests.unit.evidence.evidence_kit import page, read_text

PLAN = (
    "ỦY BAN NHÂN DÂN XÃ MẪU CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "TRƯỜNG TIỂU HỌC SUỐI MƠ Độc lập - Tự do - Hạnh phúc",
    "Số: 47/KH-TH Xã Mẫu, ngày 05 tháng 11 năm 2026",
    "KẾ HOẠCH",
    "Kiểm định chất lượng giáo dục",
    "năm học 2026 - 2027",
    "Căn cứ Thông tư số 17/2018/TT-BGDĐT ngày 22 tháng 8 năm 2018;",
    "Nhà trường xây dựng kế hoạch kiểm định như sau:",
    "§ HIỆU TRƯỞNG",
    "§ Khổng Thị Thử",
)


def proposed(*lines: str) -> dict[str, str]:
    return {found.name: found.value for found in propose(read_text(*lines))}


def test_the_fields_of_a_plan_are_found():
    assert proposed(*PLAN) == {
        "loai_van_ban": "Kế hoạch",
        "so_ky_hieu": "47/KH-TH",
        "ngay_ban_hanh": "05/11/2026",
        "co_quan": "TRƯỜNG TIỂU HỌC SUỐI MƠ",
        "trich_yeu": "Kiểm định chất lượng giáo dục năm học 2026 - 2027",
        "nguoi_ky": "Khổng Thị Thử",
    }


def test_a_number_that_is_only_cited_is_not_the_documents_own():
    assert "so_ky_hieu" not in proposed("KẾ HOẠCH", "Căn cứ Thông tư số 17/2018/TT-BGDĐT")


def test_a_letter_has_no_heading_and_is_told_by_its_number():
    found = proposed("TRƯỜNG TIỂU HỌC SUỐI MƠ", "Số: 12/PGDĐT-KT", "V/v nộp báo cáo tự đánh giá", "Kính gửi: các trường")
    assert found["loai_van_ban"] == "Công văn"
    assert found["trich_yeu"] == "nộp báo cáo tự đánh giá"


def test_a_fields_box_holds_its_words_and_its_confidence_is_theirs():
    number = next(found for found in propose(read_text(*PLAN)) if found.name == "so_ky_hieu")
    assert number.confidence == 95
    assert number.page == 1
    left, top, width, height = number.box
    assert (top, height) == (100, 30)
    assert left > 100
    assert width == 80
    assert number.proposed().value == "47/KH-TH"


def test_white_space_ends_what_the_document_is_about():
    lines = ("KẾ HOẠCH", "Kiểm định chất lượng", "", "", "Đoạn văn đầu tiên của thân bài")
    assert proposed(*lines)["trich_yeu"] == "Kiểm định chất lượng"


def test_the_signer_may_stand_on_the_last_page():
    assert proposed("KẾ HOẠCH", "---", "§ KT. HIỆU TRƯỞNG", "§ PHÓ HIỆU TRƯỞNG", "§ Ngọ Văn Ví")["nguoi_ky"] == "Ngọ Văn Ví"
    assert "nguoi_ky" not in proposed("KẾ HOẠCH", "§ HIỆU TRƯỞNG", "§ (đã ký)")
    assert "nguoi_ky" not in proposed("KẾ HOẠCH", "không ai ký")


def test_misread_digits_make_no_date_and_a_page_of_noise_no_field():
    assert "ngay_ban_hanh" not in proposed("Số: 1/KH-TH ngày 45 tháng 11 năm 2026")
    assert proposed("~ ^ _", "a1 b2") == {}
    assert propose(ReadText(engine="t", engine_version="5", language="vie", pages=())) == []
    assert propose(read_text()) == []


def test_an_issuer_is_written_in_capitals_above_the_number():
    assert "co_quan" not in proposed("Trường tiểu học", "Số: 1/KH-TH")


def test_text_keeps_lines_and_blocks():
    first, second = page("a b", "c"), page("d")
    words = [*first.words, *(w.__class__(w.text, 9, 0, 0, 1, 1, 0, 1) for w in second.words)]
    assert page_text(words) == "a b\nc\n\nd"
    assert page_text(()) == ""


def test_long_words_weigh_more_in_the_mean():
    words = [*page("dài-lắm-luôn", confidence=90).words, *page("x", confidence=10).words]
    assert mean_confidence(words) == 84
    assert mean_confidence(()) == 0


def test_a_text_object_is_named_by_its_bytes():
    text = read_text(*PLAN)
    data, sha256 = encode_text(text)
    assert decode_text(data) == text
    assert len(sha256) == 64
    assert text.words == sum(len(p.words) for p in text.pages)
    assert text.confidence == 95


def test_a_text_stored_without_a_format_is_of_the_first_and_keeps_its_name():
    stored = (
        b'{"engine":"tesseract","engine_version":"5.3","language":"vie","pages":[{"number":1,"width":10,"height":20,'
        b'"confidence":90,"source":"ocr","words":[["ch\xe1\xbb\xaf",90,1,2,3,4,0,0]]}]}'
    )
    text = decode_text(stored)
    assert text.format == 1
    assert encode_text(text) == (stored, hashlib.sha256(stored).hexdigest())


def test_a_text_of_a_later_format_is_not_taken_for_a_lost_one():
    later = b'{"format":3,"engine":"x","pages":"of another shape"}'
    with pytest.raises(UnknownText, match="3"):
        decode_text(later)
    with pytest.raises(msgspec.DecodeError):
        decode_text(b'{"engine":"x","pages":"of another shape"}')


BODY = page("Kế hoạch kiểm định chất lượng", "kế toán và hoạch định", "KẾ HOẠCH KIỂM ĐỊNH lần hai")


@pytest.mark.parametrize(
    "asked", ["ke hoach kiem dinh", "Kế hoạch kiểm định", unicodedata.normalize("NFD", "kế hoạch kiểm định")]
)
def test_a_phrase_is_marked_where_it_stands_and_nowhere_else(asked):
    found = hits(BODY.words, parse_query(asked))
    assert [BODY.words[n].text for n in found] == ["Kế", "hoạch", "kiểm", "định", "KẾ", "HOẠCH", "KIỂM", "ĐỊNH"]


def test_words_that_stand_apart_are_marked_each():
    found = hits(BODY.words, parse_query("toán lượng"))
    assert [BODY.words[n].text for n in found] == ["lượng", "toán"]


def test_quotes_ask_for_words_together():
    assert hits(BODY.words, parse_query('"toán lượng"')) == []
    assert len(hits(BODY.words, parse_query("“kế toán”"))) == 2


def test_a_document_number_is_found_inside_one_word():
    words = page("Số: 47/KH-THBC ngày").words
    assert hits(words, parse_query("47/KH-THBC")) == [1]
    assert hits(words, parse_query("kh thbc")) == [1]


def test_nothing_asked_finds_nothing():
    assert parse_query(" !? ").empty
    assert hits(BODY.words, parse_query("")) == []


def test_a_snippet_shows_the_words_around_the_first_hit():
    assert snippet(BODY.words, hits(BODY.words, parse_query("ke toan"))) == (
        "Kế hoạch kiểm định chất lượng ⟦kế toán⟧ và hoạch định KẾ HOẠCH KIỂM ĐỊNH lần hai"
    )
    long = page(" ".join(f"chữ{n}" for n in range(60))).words
    assert snippet(long, [30]).startswith("… chữ20 ")
    assert snippet(long, [30]).endswith(" chữ47 …")
    assert "⟦chữ30⟧" in snippet(long, [30])
    assert snippet(long, []).startswith("chữ0 ")
    assert snippet((), []) == ""
