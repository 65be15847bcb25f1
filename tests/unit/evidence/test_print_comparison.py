"""A signed paper differs from its print where numbers or words do, and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evidence.domain.print_comparison import PrintDifference, compare, pages_of_paper
from services.evidence.domain.text import ReadPage, ReadWord

LETTER, SPACE, LINE, FIRST = 9, 9, 20, 80

DECISION = """QUYẾT ĐỊNH
Về việc thành lập Hội đồng tự đánh giá năm học 2026-2027
Căn cứ Thông tư số 17/2018/TT-BGDĐT ngày 22 tháng 8 năm 2018 của Bộ trưởng Bộ Giáo dục và Đào tạo;
Điều 1. Thành lập Hội đồng tự đánh giá Trường Tiểu học Bản Chuông gồm 09 thành viên, họp ngày 12 tháng 10 năm 2026.
Điều 2. Hội đồng hoàn thành báo cáo trước ngày 30 tháng 4 năm 2027, kinh phí 1.250.000 đồng mỗi nhóm.
Điều 3. Các thành viên Hội đồng chịu trách nhiệm thi hành Quyết định này kể từ ngày ký.
HIỆU TRƯỞNG
Lò Thị Thử"""
PARAGRAPHS = [
    f"Đoạn {n}: nhà trường có {n + 20} phòng học, {n * 7} bộ bàn ghế và {n + 300} học sinh đang theo học."
    for n in range(1, 13)
]


def page(text: str, *, number: int = 1, wide: int = 90, sure: int = 94) -> ReadPage:
    """A page as it is read: its lines broken after so many letters, each word in its place.

    "word~50" was read with confidence 50; "_" leaves the room of a letter free.
    """
    words, row = [], 0
    for paragraph in text.split("\n"):
        left = 0
        for token in paragraph.split():
            word, _, doubt = token.partition("~")
            if left + len(word) > wide:
                row, left = row + 1, 0
            if word.strip("_"):
                place = (FIRST + LETTER * left, FIRST + LINE * row, LETTER * len(word), 12)
                words.append(ReadWord(word, int(doubt or sure), *place, row, 0))
            left += len(word) + 1
        row += 1
    return ReadPage(number=number, width=1654, height=2339, confidence=sure, source="tesseract", words=tuple(words))


def told(printed: str | list[str], *pages: ReadPage | str) -> list[tuple[str, str]]:
    """What differs, as (printed, read)."""
    read = [page(one, number=n) if isinstance(one, str) else one for n, one in enumerate(pages, start=1)]
    return [(one.printed, one.read) for one in compare([printed] if isinstance(printed, str) else printed, read)]


# ---- what is no difference


def test_the_very_text_differs_nowhere_however_its_lines_are_broken():
    for wide in (30, 50, 90):
        assert compare([DECISION], [page(DECISION, wide=wide)]) == ()


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("năm học 2026-2027 của trường", "năm học 2026–2027 của trường"),
        ("mã H1-1.1-01 và H1-1.1-02 kèm theo", "mã H1‑1.1‑01 và H1-1.1-02 kèm theo"),
        ("kinh phí 1.250.000 đồng mỗi nhóm", "kinh phí 1.250,000 đồng mỗi nhóm"),
        ("kinh phí 1.250.000 đồng mỗi nhóm", "kinh phí 1250.000 đồng mỗi nhóm"),
        ("họp ngày 10 tháng 12 năm 2026", "họp ngày lO tháng l2 năm 2O26"),
        ("tỉnh Lam Sơn hoà giải thuý", "tinh Lam Son hòa giai thúy"),
        ("QUYẾT ĐỊNH thành lập", "Quyết định thành lập"),
        ("mã H1-1.1-01 của kế hoạch", "mã HI1-1.1-01~60 của kế hoạch"),
        ("trách nhiệm thi hành", "tráchnhiệm thi hành"),
        ("trách nhiệm thi hành", "trách nhiê m thi hành"),
        ("Bản in từ kiemdinh, số 41", "Bản im từ Riemdinh, số 41"),
        ("ngày 05 tháng 02 năm 2026", "ngày 5 tháng 2 năm 2026"),
        ("Hiệu trưởng đã ký", "Hiệu trưởng đã ký ."),
    ],
)
def test_reading_noise_is_no_difference(printed, read):
    assert told(f"Mở đầu của đoạn {printed} và phần cuối", f"Mở đầu của đoạn {read} và phần cuối") == []


def test_decomposed_letters_are_the_same_letters():
    import unicodedata

    assert told(unicodedata.normalize("NFD", DECISION), DECISION) == []


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Số:      /QĐ-THBC\nvề việc họp", "Số: 47/QĐ-THBC\nvề việc họp"),
        ("Số: ....../QĐ-THBC\nvề việc họp", "Số: 47/QĐ-THBC\nvề việc họp"),
        ("Số:      /QĐ-THBC\nvề việc họp", "Số:4Z/QĐ-THBC\nvề việc họp"),
        ("Bản Chuông, ngày ... tháng ... năm 2026", "Bản Chuông, ngày 15 tháng 11 năm 2026"),
        ("Bản Chuông, ngày      tháng      năm 2026", "Bản Chuông, ngày 15 tháng 11 năm 2026"),
        ("Bản Chuông, ngày……tháng……năm 2026", "Bản Chuông, ngày.1S.tháng..11..năm 2026"),
        ("Hồi .... giờ .... phút, tại phòng họp", "Hồi 14 giờ 30 phút, tại phòng họp"),
    ],
)
def test_what_was_printed_blank_may_be_filled_in_by_hand(printed, read):
    assert told(f"TRƯỜNG TIỂU HỌC\n{printed}\ncủa nhà trường", f"TRƯỜNG TIỂU HỌC\n{read}\ncủa nhà trường") == []


def test_a_signature_and_a_seal_over_the_foot_are_no_difference():
    signed = DECISION.replace("HIỆU TRƯỞNG\nLò Thị Thử", "HIỆU~80 TRƯ0NG~41 »~12\nAle~23 x~40 (/y~31\nL0~38 Thi__~44 ____")
    assert told(DECISION, signed) == []


def test_words_that_a_seal_hides_leave_room_and_are_no_difference():
    hidden = DECISION.replace("chịu trách nhiệm thi hành", "____ _____ _____ ___ ____")
    assert told(DECISION, hidden) == []


def test_a_stamp_of_the_office_is_no_difference():
    stamped = DECISION.replace("QUYẾT ĐỊNH\n", "CÔNG VĂN ĐẾN\nSố: 318~70\nQUYẾT ĐỊNH\n", 1)
    assert told(DECISION, stamped) == []


def test_columns_that_are_read_in_another_order_are_no_difference():
    left = ["UBND XÃ NẬM LAM", "TRƯỜNG TIỂU HỌC BẢN CHUÔNG", "Số: 12/QĐ-THBC"]
    right = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Nậm Lam, ngày 12 tháng 10 năm 2026"]
    rows = "\n".join(f"{one} {other}" for one, other in zip(left, right, strict=True))
    assert told("\n".join([*left, *right, DECISION]), f"{rows}\n{DECISION}") == []


def test_the_head_of_a_table_and_the_page_number_on_each_page_are_no_difference():
    head = "TT Tiêu chí Mã minh chứng Tên minh chứng Số, ngày ban hành Nơi ban hành Ghi chú"
    rows = [f"{n} 1.{n} H1-1.{n}-01 Kế hoạch năm học số {n}/KH-TH" for n in range(1, 9)]
    first, second = "\n".join([head, *rows[:4]]), "\n".join(["2", head, *rows[4:]])
    assert told("\n".join([head, *rows]), first, second) == []


def test_what_is_printed_above_and_below_the_text_of_each_page_is_no_difference():
    head = ReadWord("2", 96, 500, 38, 10, 12, 0, 1)
    foot = [
        ReadWord(word, 96, 100 + 70 * n, 900 + 11 * line, 60, 9, line, 2)
        for line, words in enumerate(
            ("Phiếu tiêu chí 1.4 mẫu 5a", "Bản in từ kiemdinh, số 41 ghi lúc", "Mã giấy HEWJNQ5UA5WZ")
        )
        for n, word in enumerate(words.split())
    ]
    body = page(DECISION)
    first = ReadPage(
        **{name: getattr(body, name) for name in body.__struct_fields__} | {"words": (head, *body.words, *foot)}
    )
    second = page("\n".join(PARAGRAPHS), number=2)
    assert told([DECISION, "\n".join(PARAGRAPHS)], first, second) == []


def test_a_code_that_stands_in_another_cell_order_is_no_difference():
    printed = "Mã cấp H1-1.1-02 và mã H1-1.3-04 của phòng\nNghị quyết của Hội đồng trường năm học này"
    read = "Mã cấp và của phòng H1-1.1-02 mã H1-1.3-04\nNghị quyết của Hội đồng trường năm học này"
    assert told(printed, read) == []


def test_pages_scanned_in_another_order_are_no_difference():
    first, second = "\n".join(PARAGRAPHS[:6]), "\n".join(PARAGRAPHS[6:])
    assert told([first, second], second, first) == []


def test_a_word_of_which_the_reading_is_not_sure_is_no_difference():
    assert told(DECISION, DECISION.replace("trách nhiệm", "thvuat~55 o0hien~48")) == []


def test_nothing_printed_or_nothing_scanned_differs_nowhere():
    assert compare([], [page(DECISION)]) == ()
    assert compare([DECISION], []) == ()


# ---- what is a difference


def test_another_day_is_found_with_its_page_and_the_word_in_front():
    second = DECISION.replace("ngày 12 tháng", "ngày 15~83 tháng")
    (found,) = compare(
        ["Trang một của tờ này có chữ", DECISION], [page("Trang một của tờ này có chữ"), page(second, number=2)]
    )
    assert found == PrintDifference(printed="12", read="15", page=2, before="ngày", confidence=83)


def test_a_number_painted_over_and_read_with_little_confidence_is_found():
    assert told(DECISION, DECISION.replace("ngày 12 tháng", "ngày 15~36 tháng")) == [("12", "15")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.250.000", "1.260.000", ("1.250.000", "1.260.000")),
        ("17/2018/TT-BGDĐT", "17/2019/TT-BGDĐT", ("17/2018/TT-BGDĐT", "17/2019/TT-BGDĐT")),
        ("2026-2027", "2026-2028", ("2026-2027", "2026-2028")),
        ("09", "11", ("09", "11")),
        ("Lò Thị Thử", "Ngọ Văn Mẫu", ("Lò Thị Thử", "Ngọ Văn Mẫu")),
        ("chịu trách nhiệm", "không phải", ("chịu trách nhiệm", "không phải")),
        ("tự đánh giá Trường", "kiểm tra Trường", ("tự đánh giá", "kiểm tra")),
    ],
)
def test_other_numbers_and_words_are_found(old, new, expected):
    assert told(DECISION, DECISION.replace(old, new)) == [expected]


def test_a_word_that_was_put_in_is_found():
    found = compare(["Trường đạt Mức 1 của tiêu chí này."], [page("Trường không đạt Mức 1 của tiêu chí này.")])
    assert [(one.printed, one.read, one.before) for one in found] == [("", "không", "Trường")]


def test_a_word_that_was_taken_out_is_found():
    found = compare(["Trường không đạt Mức 1 của tiêu chí này."], [page("Trường đạt Mức 1 của tiêu chí này.")])
    assert [(one.printed, one.read, one.before, one.page) for one in found] == [("không", "", "Trường", 1)]


def test_a_sentence_that_was_put_in_is_found():
    added = "Mọi khoản chi ngoài dự toán do thủ quỹ quyết định."
    longer = DECISION.replace("Điều 3.", f"{added}\nĐiều 3.")
    assert told(DECISION, longer) == [("", added.strip("."))]


def test_a_paragraph_that_was_taken_out_is_found():
    gone = PARAGRAPHS[5:8]
    left = "\n".join(part for part in PARAGRAPHS if part not in gone)
    ((printed, read),) = told("\n".join(PARAGRAPHS), left)
    assert (read, "Đoạn 6:" in printed, "308 học sinh" in printed) == ("", True, True)


def test_a_page_that_was_not_scanned_is_found():
    pages = ["\n".join(f"{n}{k}. Nội dung số {n * 40 + k} của báo cáo này" for k in range(40)) for n in range(3)]
    for missing in range(3):
        kept = [page(text, number=n) for n, text in enumerate((p for at, p in enumerate(pages) if at != missing), start=1)]
        ((printed, read),) = ((one.printed, one.read) for one in compare(pages, kept))
        assert read == ""
        assert f"số {missing * 40} của" in printed
        assert f"Nội dung số {missing * 40 + 39} của" in printed
        assert "[…]" in printed


def test_numbers_that_changed_places_are_found():
    printed = "từ ngày 12 tháng 10 đến hết ngày 25 tháng 11 năm 2026"
    assert told(printed, "từ ngày 25 tháng 10 đến hết ngày 12 tháng 11 năm 2026") == [("12", "25"), ("25", "12")]


def test_differences_come_in_the_order_of_the_print():
    changed = DECISION.replace("ngày 12", "ngày 15").replace("30 tháng 4", "31 tháng 5")
    assert told(DECISION, changed) == [("12", "15"), ("30", "31"), ("4", "5")]


def test_another_text_altogether_differs_once_as_a_whole():
    ((printed, read),) = told(DECISION, "\n".join(PARAGRAPHS))
    assert printed == "QUYẾT ĐỊNH Về việc thành lập Hội đồng tự đánh giá năm…"
    assert read == "Đoạn 1: nhà trường có 21 phòng học, 7 bộ bàn ghế…"
    assert told(DECISION, "") == [(printed, "")]


# ---- read twice


def test_what_a_second_reading_reads_as_printed_is_no_difference():
    first = page(DECISION.replace("ngày 12", "ngày 15").replace("1.250.000", "1.260.000"))
    second = page(DECISION.replace("ngày 12", "ngày 16"))
    assert [(one.printed, one.read) for one in compare([DECISION], [first], [second])] == [("12", "15")]


def test_a_second_reading_need_not_read_what_was_written_instead():
    first, second = (page(DECISION.replace("ngày 12", f"ngày {read}")) for read in ("15", "Ír~20"))
    assert [(one.printed, one.read) for one in compare([DECISION], [first], [second])] == [("12", "15")]


def test_a_word_put_in_or_taken_out_must_be_so_in_both_readings():
    printed = "Trường không đạt Mức 1 của tiêu chí này. Tổ đạt chuẩn của ngành."
    first = page(printed.replace("không ", "").replace("Tổ đạt", "Tổ chưa đạt"))
    assert len(compare([printed], [first], [first])) == 2
    assert compare([printed], [first], [page(printed)]) == ()


# ---- for any text

WORDS = st.sampled_from(
    ["nhà", "trường", "có", "phòng", "học", "sinh", "giáo", "viên", "kế", "hoạch", "đồng", "đạt", "chuẩn", "lớp", "tổ"]
)
NUMBERS = st.integers(min_value=100, max_value=9999).map(str)
SENTENCES = st.lists(st.one_of(WORDS, WORDS, WORDS, NUMBERS), min_size=8, max_size=120)
"""Two numbers in a row may be the same: then it does not show which one was changed."""


@settings(max_examples=150, deadline=None)
@given(SENTENCES, st.integers(min_value=25, max_value=95))
def test_any_text_read_as_it_was_printed_differs_nowhere(words, wide):
    text = " ".join(words)
    assert compare([text], [page(text, wide=wide)]) == ()


@settings(max_examples=150, deadline=None)
@given(SENTENCES, st.data())
def test_any_one_number_that_changed_is_named_and_nothing_else(words, data):
    numbers = [at for at, word in enumerate(words) if word.isdecimal()]
    if not numbers:
        words, numbers = [*words, "lớp", "1234", "nhà"], [len(words) + 1]
    at = data.draw(st.sampled_from(numbers))
    new = data.draw(NUMBERS.filter(lambda number: number != words[at]))
    changed = [*words[:at], new, *words[at + 1 :]]

    found = compare([" ".join(words)], [page(" ".join(changed))])

    assert found
    if not any(beside.isdecimal() for beside in [*words[max(0, at - 1) : at], *words[at + 1 : at + 2]]):
        assert len(found) == 1, found
        assert words[at] in found[0].printed.split()
        assert new in found[0].read.split()


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), max_size=40))
def test_no_text_whatever_is_too_odd_to_be_compared(printed, read):
    words = tuple(ReadWord(text, 90, 10, 10 * n % 1000, 20, 12, n, 0) for n, text in enumerate(read))
    odd = ReadPage(number=1, width=100, height=100, confidence=90, source="tesseract", words=words)
    assert all(re.search(r"\S", one.printed + one.read) for one in compare([printed], [odd]))


# ---- which pages of a scan


def test_pages_without_a_code_belong_to_the_paper_before_them():
    marked = [(2, "A"), (4, "B"), (7, "A")]
    assert pages_of_paper("A", marked, 8) == {1, 2, 3, 7, 8}
    assert pages_of_paper("B", marked, 8) == {4, 5, 6}


def test_a_paper_without_a_code_has_all_pages():
    assert pages_of_paper("A", [], 3) == {1, 2, 3}
    assert pages_of_paper("A", [(2, "B")], 3) == {1, 2, 3}
