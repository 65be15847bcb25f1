"""Worn papers as schools have them, read whole: what a clerk would search for is found, and the page lies the right way up.

Every generated page is the first of its kind and wear under one seed for tuning, whatever that seed draws.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from deploy.demo.scans import font_file
from services.evidence.adapters.file_reading import FileReader
from services.evidence.domain.search_query import hits, parse_query
from services.evidence.domain.text import ReadPage
from services.evidence.extraction.protocol import ReadingOptions
from tests.scanned.pages import TUNE_SEEDS, Page, make_page
from tests.scanned.score import letters_wrong

SEED = 11
NO_WORSE = 0.2
"""By how many letters in a hundred a page may be read worse than by one plain pass: a stray mark, no lost word."""

WORN = {
    "faded": ("ke-hoach", "phai", ("90/KH-THCSVS", "Kiểm tra hồ sơ phổ cập giáo dục", "240.100.000 đồng", "Bùi Thanh Long")),
    "copy-of-a-copy": (
        "bao-cao",
        "photo-lai",
        ("266/BC-UBND", "chất lượng bữa ăn học đường", "ĐẶC ĐIỂM TÌNH HÌNH"),
    ),
    "ink-under-a-black-seal": (
        "cong-van",
        "dau-den",
        ("155/MNHƯ-VHXH", "hội nghị viên chức", "221.900.000", "Phạm Công An"),
    ),
    "fax": ("quyet-dinh", "fax", ("QUYẾT ĐỊNH", "phòng, chống đuối nước", "Đặng Thị Long", "có hiệu lực kể từ ngày ký")),
    "photo-in-a-shadow": ("van-xuoi", "anh-chup", ("26 buổi ngoại khóa", "Mạc Quốc Cường Sơn", "4246", "95,8%")),
    "two-pages": ("ke-hoach", "hai-trang", ("91/KH-THCH", "Cầm Xuân Hậu Nghĩa", "19.750.000 đồng", "tai nạn thương tích")),
    "fed-sideways": ("danh-sach", "kho-ngang", ("DANH SÁCH HỌC SINH LỚP 6B", "Lý Gia Quý", "0614807429", "Sán Dìu")),
    "upside-down": ("bien-ban", "xoay", ("BIÊN BẢN", "Hoàng Thanh Tiến", "2848 đầu sách", "Huỳnh Thanh Ngân", "Hà Kim An")),
    "ticked-form": ("phieu", "200dpi", ("Quàng Bích Huệ", "28/08/2025", "0660824925", "Thôn Yên Lam", "Người kê khai")),
}
"""By name: kind, wear, and the words that must be found."""

CONTENTS = (
    ("MỞ ĐẦU", "3"),
    ("Chương I. Tổng quan về nhà trường", "7"),
    ("Chương II. Kết quả tự đánh giá", "15"),
    ("Chương III. Kế hoạch cải tiến chất lượng", "42"),
    ("Danh mục minh chứng", "68"),
)


@pytest.fixture(scope="module")
def reader():
    with FileReader(children=1) as reader:
        yield reader


@pytest.fixture(scope="module")
def plain_reader():
    with FileReader(children=1, options=ReadingOptions(engine="plain")) as reader:
        yield reader


@pytest.fixture(scope="module")
def worn(reader, tmp_path_factory):
    """Makes and reads the page of a name in `WORN`, once for all tests of this file."""
    read: dict[str, tuple[Page, Path, ReadPage]] = {}

    def of(name: str) -> tuple[Page, Path, ReadPage]:
        if name not in read:
            kind, wear, _words = WORN[name]
            page = make_page(kind, wear, SEED)
            path = page.save(tmp_path_factory.mktemp(name))
            read[name] = (page, path, only_page(reader, path))
        return read[name]

    return of


def only_page(reader: FileReader, path: Path) -> ReadPage:
    (page,) = reader.read(path).text.pages
    return page


def lost(page: ReadPage, words: tuple[str, ...]) -> list[str]:
    """Those of some phrases that a search for them as they stand would not find on a page."""
    return [phrase for phrase in words if not hits(page.words, parse_query(f'"{phrase}"'))]


def rows(page: ReadPage) -> list[list[list[str]]]:
    """For each table on a page the words of its rows' cells, spanned cells in the first row that they reach."""
    by_block: dict[int, list[str]] = {}
    for word in page.words:
        by_block.setdefault(word.block, []).append(word.text)
    return [
        [[" ".join(by_block.get(cell.block, [])) for cell in table.cells if cell.row == row] for row in range(table.rows)]
        for table in page.tables
    ]


def drawn(lines: list[tuple[str, str]], *, leaders: bool) -> Image.Image:
    """A page with a text at the left of each line and another at the right, dots between them if asked."""
    font = ImageFont.truetype(str(font_file()), 52)
    image = Image.new("L", (2000, 400 + 120 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    for number, (left, right) in enumerate(lines):
        y, end = 200 + 120 * number, 1800 - draw.textlength(right, font=font)
        draw.text((200, y), left, font=font, fill=0)
        draw.text((end, y), right, font=font, fill=0)
        begin = 200 + draw.textlength(left, font=font) + 12
        if leaders:
            draw.text((begin, y), "." * int((end - 12 - begin) / draw.textlength(".", font=font)), font=font, fill=0)
    return image


def saved(image: Image.Image, path: Path) -> Path:
    image.save(path, dpi=(300, 300))
    return path


def test_the_pages_are_of_a_seed_that_anybody_may_look_at():
    assert SEED in TUNE_SEEDS


@pytest.mark.parametrize("name", WORN)
def test_the_words_of_a_worn_paper_are_found(worn, name):
    page, _path, read = worn(name)
    assert lost(read, WORN[name][2]) == []
    assert read.turned == page.truth.turned


@pytest.mark.parametrize("name", WORN)
def test_no_worn_paper_is_read_worse_than_by_one_plain_pass(worn, plain_reader, name):
    page, path, read = worn(name)
    plain = only_page(plain_reader, path)
    assert letters_wrong(page.truth, read.text).percent <= letters_wrong(page.truth, plain.text).percent + NO_WORSE


def test_a_wide_table_fed_sideways_has_its_rows(worn):
    _page, _path, read = worn("fed-sideways")
    (table,) = rows(read)
    assert len(table) == 15
    assert table[8][:4] == ["33", "Lý Gia Quý", "04/02/2010", ""]
    assert table[14][-1] == "Cận nghèo"


def test_two_pages_on_a_sheet_are_read_one_after_the_other(worn):
    _page, _path, read = worn("two-pages")
    of_left = [word.left < 500 for word in read.words]
    assert of_left == sorted(of_left, reverse=True)


def test_the_table_of_a_ticked_form_has_its_rows(worn):
    _page, _path, read = worn("ticked-form")
    (table,) = rows(read)
    assert [row[:2] for row in table[-2:]] == [
        ["2", "Thực hiện quy chế dân chủ ở cơ sở"],
        ["3", "Bồi dưỡng thường xuyên cho giáo viên"],
    ]
    assert all(row[2:].count("x") == 1 for row in table[1:])


def test_titles_and_pages_of_a_contents_list_stay_in_one_line(reader, tmp_path):
    read = only_page(reader, saved(drawn(list(CONTENTS), leaders=True), tmp_path / "muc-luc.png"))
    # A full stop beside a leader may be lost with it; nobody searches for it.
    lines = [" ".join(line.replace(".", "").split()) for line in read.text.splitlines() if line.strip()]
    assert lines == [f"{title} {number}".replace(".", "") for title, number in CONTENTS]


def test_white_on_black_is_read(reader, tmp_path):
    image = ImageOps.invert(drawn([(title, "") for title, _number in CONTENTS], leaders=False))
    read = only_page(reader, saved(image, tmp_path / "am-ban.png"))
    assert lost(read, tuple(title for title, _number in CONTENTS)) == []
    assert read.turned == 0
