"""Printed, signed, scanned, home: real images, the real reading child, the real tesseract."""

from __future__ import annotations

import time

import pytest
from PIL import Image

from services.evidence.adapters.file_reading import read_file
from services.evidence.adapters.subprocesses import SubprocessTextExtractor, find_codes
from services.evidence.domain.text import FoundCode
from services.evidence.extraction import paper_codes
from services.evidence.extraction_worker import ExtractionWorker
from shared.contracts.calls.evidence import PrintsRequest, SignedPaperRequest
from shared.papers.code import code_of
from tests.integration.evidence.signed_pages import (
    DPI,
    HEIGHT,
    WIDTH,
    Drawn,
    change,
    draw_page,
    qr,
    save,
    sign,
    worn,
    write_by_hand,
)
from tests.unit.evidence.evidence_kit import SCHOOL, MemoryArchive, World, clerk, received_file
from tests.unit.evidence.test_signed_papers import PAPER, SHA256, print_of

CODE = str(code_of(PAPER, SHA256))
HEADER = (
    "UBND XÃ NẬM LAM\nTRƯỜNG TIỂU HỌC BẢN CHUÔNG\nSố:       /QĐ-THBC",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nNậm Lam, ngày 12 tháng 10 năm 2026",
)
DECISION = (
    "=QUYẾT ĐỊNH",
    "=Về việc thành lập Hội đồng tự đánh giá năm học 2026-2027",
    "Căn cứ Thông tư số 17/2018/TT-BGDĐT ngày 22 tháng 8 năm 2018 của Bộ trưởng Bộ Giáo dục và Đào tạo;",
    "Điều 1. Thành lập Hội đồng tự đánh giá Trường Tiểu học Bản Chuông gồm 09 thành viên (có danh sách kèm theo).",
    "Điều 2. Hội đồng hoàn thành báo cáo trước ngày 30 tháng 4 năm 2027, kinh phí 1.250.000 đồng.",
    "Điều 3. Các thành viên Hội đồng và bộ phận liên quan chịu trách nhiệm thi hành, không có ngoại lệ.",
    ">HIỆU TRƯỞNG",
    "",
    "",
    ">Lò Thị Thử",
)
MEMBERS = (
    ("TT", "Họ và tên", "Chức vụ", "Nhiệm vụ"),
    ("1", "Lò Thị Thử", "Hiệu trưởng", "Chủ tịch Hội đồng"),
    ("2", "Khổng Văn Mẫu", "Phó Hiệu trưởng", "Phó Chủ tịch"),
    ("3", "Ngọ Thị Ví", "Thư ký trường", "Thư ký Hội đồng"),
    ("4", "Lường Văn Dụ", "Tổ trưởng tổ 4, 5", "Ủy viên"),
)
FOOT = "Bản in từ kiemdinh, số 41, mốc 3"


def decision(code: str = CODE) -> list[Drawn]:
    first = draw_page(DECISION, header=HEADER, code=code, foot=FOOT)
    second = draw_page(("=DANH SÁCH", "Tổng số học sinh: 466 em, 231 em nữ."), table=MEMBERS, code=code, foot=FOOT)
    return [first, second]


def signed(pages: list[Drawn]) -> list[Drawn]:
    """The pages with a number written by hand, a signature over the name, another over the foot."""
    first, second = pages
    name = next(box for word, box in first.boxes if word == "Lò")
    number = next(box for word, box in first.boxes if word == "Số:")
    first = sign(first, (name[0] - 20, name[1] - 60), seed=2)
    first = sign(first, (WIDTH - 760, HEIGHT - 190), seed=5)
    return [write_by_hand(first, (number[2] + 10, number[1] - 20), "47"), second]


class Reader:
    """An evidence service with its reading worker, on which a print was registered."""

    def __init__(self, printed: list[Drawn]) -> None:
        self.world = World()
        self.archive = MemoryArchive()
        self.worker = ExtractionWorker(self.world.application, self.archive, SubprocessTextExtractor())
        self.world.application.register_print(clerk(), print_of(pages=[page.text for page in printed]))

    def take(self, data: bytes, media: str) -> str:
        key = self.archive.keep(data)
        file = received_file(data, pages=1)
        made = {name: getattr(file, name) for name in file.__struct_fields__} | {"version": key[1], "media_type": media}
        document = self.world.application.register_document(clerk(), type(file)(**made)).document
        assert self.worker.step()
        return document

    def differences(self) -> list[tuple[str, str, str, int]]:
        answer = self.world.application.signed_paper(clerk(), SignedPaperRequest(paper=PAPER))
        assert answer.compared
        return [(one.before, one.printed, one.read, one.page) for one in answer.differences]


def scanned(pages: list[Drawn], tmp_path, **wear) -> bytes:
    return save([worn(page.image, **wear) for page in pages], tmp_path / "scan.tif").read_bytes()


# ---- the whole way


@pytest.mark.slow
@pytest.mark.parametrize("wear", [{}, {"degrees": -0.7, "noise": 12.0, "quality": 45, "seed": 8}])
def test_an_unchanged_signed_scan_comes_home_without_a_difference(tmp_path, wear):
    printed = decision()
    reader = Reader(printed)
    document = reader.take(scanned(signed(printed), tmp_path, **wear), "image/tiff")

    (found,) = reader.world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints
    assert (found.document, found.differences) == (document, 0)
    assert reader.differences() == []


@pytest.mark.slow
def test_another_day_another_number_and_another_word_are_named(tmp_path):
    printed = decision()
    changed = [change(change(printed[0], "12", "15"), "không", "luôn"), change(printed[1], "466", "486")]
    reader = Reader(printed)
    reader.take(scanned(changed, tmp_path), "image/tiff")

    assert reader.differences() == [
        ("ngày", "12", "15", 1),
        ("hành", "không", "luôn", 1),
        ("sinh", "466", "486", 2),
    ]


@pytest.mark.slow
def test_a_page_with_a_code_is_read_twice_and_others_once(tmp_path):
    pages = [decision()[0], decision(code="")[1]]
    text = read_file(save([worn(page.image) for page in pages], tmp_path / "scan.tif"))
    assert text.codes == (FoundCode(1, CODE),)
    assert [page.number for page in text.again] == [1]


# ---- finding the code


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 8])
@pytest.mark.parametrize("millimetres", [14, 16])
def test_a_code_is_found_whichever_way_the_page_lies(degrees, millimetres):
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    image.paste(qr(CODE, millimetres), (WIDTH - 260, HEIGHT - 230))
    page = worn(image, noise=14.0, quality=45).rotate(degrees, expand=True, fillcolor=255)
    assert paper_codes.find_codes(page) == [CODE]


def test_a_code_that_is_too_small_as_it_is_is_found_enlarged(monkeypatch):
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    image.paste(qr(CODE, 14), (WIDTH - 260, HEIGHT - 230))
    seen: list[tuple[int, int]] = []
    decoded = paper_codes._decoded

    def at_three_times(grey):
        seen.append(grey.shape)
        return decoded(grey) if grey.shape[1] > 2.5 * WIDTH else []

    monkeypatch.setattr(paper_codes, "_decoded", at_three_times)
    assert paper_codes.find_codes(worn(image)) == [CODE]
    assert len(seen) == 3


def test_other_peoples_codes_are_left_out():
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    image.paste(qr("https://example.vn/ho-so/1", 16), (WIDTH - 260, HEIGHT - 230))
    assert paper_codes.find_codes(image) == []


def test_a_page_without_a_code_is_not_enlarged(monkeypatch):
    page = draw_page(DECISION, header=HEADER, foot=FOOT)
    tried = []
    monkeypatch.setattr(paper_codes, "_decoded", lambda grey: tried.append(grey.shape) or [])
    assert paper_codes.find_codes(worn(page.image)) == []
    assert len(tried) == 1


def test_looking_for_a_code_costs_little_beside_reading(tmp_path):
    page = worn(draw_page(DECISION, header=HEADER, foot=FOOT).image)
    began = time.thread_time()
    for _ in range(3):
        paper_codes.find_codes(page)
    looking = (time.thread_time() - began) / 3
    # Reading such a page takes two seconds of a core and more; measured are 0.03 s.
    assert looking < 0.2


def test_a_client_finds_the_code_of_a_file_without_reading_it(tmp_path):
    scan = save([worn(decision()[0].image)], tmp_path / "scan.jpg")
    assert find_codes(scan) == [CODE]
    other = tmp_path / "note.txt"
    other.write_text("không phải bản quét")
    assert find_codes(other) == []
    blank = save([Image.new("L", (WIDTH // 4, DPI), 255)], tmp_path / "blank.jpg")
    assert find_codes(blank) == []
