"""Two hundred papers in a real browser: the tray, the list, choosing several, finding, a long paper before it is read."""

from __future__ import annotations

import hashlib
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import COMMUNE, SCHOOL, Village

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PAPERS = 210
LIST = f"/truong/{SCHOOL}/minh-chung"
SUBJECTS = ("Họp Hội đồng trường", "Kiểm tra nội bộ", "Phân công chuyên môn", "Tổng kết năm học")
KINDS = (("BIÊN BẢN", "BB"), ("KẾ HOẠCH", "KH"), ("QUYẾT ĐỊNH", "QĐ"), ("BÁO CÁO", "BC"))


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    """A school with 210 papers, most of them read, three of them coded; a cycle is open."""
    with tempfile.TemporaryDirectory(prefix="kiemdinh-papers-") as folder:
        data = Path(folder) / "data"
        built = Village(data)
        built.api("POST", "communes", {"commune": COMMUNE, "name": "Xã Nậm Lam"})
        school = {"commune": COMMUNE, "code": SCHOOL, "name": "Trường Tiểu học Bản Chuông", "kind": "tieu_hoc"}
        built.api("POST", "schools", school)
        head = built.token("hieu_truong", "truong", SCHOOL)
        built.stop()
        _file_papers(data)
        built = Village(data)
        try:
            cycle = built.api("POST", f"schools/{SCHOOL}/cycles", {"year": "2026-2027"}, head)["cycle"]
            listed = built.api("GET", f"schools/{SCHOOL}/documents?limit=3", token=head)["documents"]
            for document in listed:
                code = {"cycle": cycle, "document": document["document"], "criterion": "1.1", "title": document["title"]}
                built.eventually("POST", f"schools/{SCHOOL}/evidence", code, head)
            built.cycle = cycle  # type: ignore[attr-defined]
            yield built
        finally:
            built.stop()


def _file_papers(data: Path) -> None:
    """Hand papers straight to the application, with the text that reading would have found: 210 readings take minutes."""
    from deploy.compose.addresses import embedded_addresses
    from deploy.compose.container import Container
    from deploy.installation.data_folder import DataFolder
    from deploy.installation.settings import Profile
    from services.evidence.domain.document import ReceivedFile
    from services.evidence.domain.text import ReadText
    from shared.identity.call_context import system
    from tests.unit.evidence.evidence_kit import page

    folder = DataFolder.open(data, Profile.EMBEDDED)
    parts = Container(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))
    acting, spooled = system("thu"), data / "spooled.png"
    for number in range(PAPERS):
        image = _png(number)
        spooled.write_bytes(image)
        sha256 = hashlib.sha256(image).hexdigest()
        file = ReceivedFile(
            school=SCHOOL,
            sha256=sha256,
            size_bytes=len(image),
            media_type="image/png",
            name=f"anh-chup-van-ban-{number}.png",
            version=parts.archive.put(spooled, sha256),
            pages=1,
        )
        document = parts.evidence.register_document(acting, file).document
        (kind, mark), subject = KINDS[number % 4], SUBJECTS[number // 4 % 4]
        lines = ("TRƯỜNG TIỂU HỌC BẢN CHUÔNG", f"Số: {number}/{mark}-TH § ngày 20 tháng 9 năm {2024 + number % 3}", kind)
        made = page(*lines, subject, "Căn cứ kế hoạch năm học")
        text = ReadText(engine="tesseract", engine_version="5", language="vie", pages=(made,))
        parts.evidence.record_text(acting, document, text)
    spooled.unlink()
    parts.close()


def _png(number: int) -> bytes:
    """A small grey image, every number another one."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes([number % 256, number // 256, 200, 255] * 15) for _ in range(60))
    header = struct.pack(">IIBBBBB", 60, 60, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


IN_VIEW = """a => { const b = a.getBoundingClientRect(), s = a.parentElement.getBoundingClientRect();
return b.left >= s.left && b.right <= s.right + 1 && b.top >= s.top && b.bottom <= s.bottom + 1; }"""


def too_wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_a_list_of_two_hundred_is_counted_narrowed_and_paged_on_the_desk_and_on_the_phone(window, village):
    one = window("van.bch")
    for size in ((1366, 768), (390, 844)):
        page = one.open(LIST)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert "210 tài liệu · 3 có mã" in page.locator("h1").inner_text()
        assert page.get_by_role("link", name="Chưa có mã 207").is_visible()
        one.keep("02-kho-210")
        assert too_wide(page) <= 0
        assert page.evaluate("document.documentElement.scrollHeight") < (7_500 if size[0] < 720 else 4_600)

        page.locator("#loc").fill("209/KH-TH")
        page.locator("#loc").press("Enter")
        assert page.locator(".paperlist tbody tr").count() == 1
        page.get_by_role("link", name="Tất cả").click()
        page = one.open(f"{LIST}?xep=so&trang=5")
        assert "201–210 trong 210" in page.locator("main").inner_text()


def test_several_papers_are_chosen_and_cited_with_one_button_and_the_criterion_shows_them(window, village):
    one = window("thinh.bch")
    for size in ((1366, 768), (390, 844)):
        page = one.open(f"{LIST}?gan=1.2_1_-&dot={village.cycle}")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        one.keep("02-chon-minh-chung")
        assert too_wide(page) <= 0
    boxes = page.locator('[name="tai-lieu"]')
    boxes.nth(0).check()
    boxes.nth(4).check()
    page.locator('[name="dong-y"]').check()
    page.get_by_role("button", name="Gắn mục đã chọn").click()

    assert "Đã gắn 2 minh chứng. Đã cấp 1 mã mới." in page.locator(".told").inner_text()
    assert page.locator('[id="o-1_-"] .chip').count() == 2


def test_codes_numbers_and_file_names_are_found_and_named_as_in_the_list(window, village):
    one = window("van.bch")
    for query, by in (("MC.1.1.01", "khớp mã"), ("42/QĐ-TH", "khớp số, ký hiệu"), ("anh-chup-van-ban-42", "khớp tên")):
        page = one.open(f"/tim?q={query}")
        assert by in page.locator(".paperhit").first.inner_text()
    assert "Quyết định 42/QĐ-TH · Phân công chuyên môn" in page.locator(".paperhit").first.inner_text()
    one.keep("08-tim-ten-tep")
    page.set_viewport_size({"width": 390, "height": 844})
    one.keep("08-tim-ten-tep")
    assert too_wide(page) <= 0


def test_the_tray_follows_what_happens_and_no_file_stands_twice(window, village, tmp_path):
    paths = []
    for number in (901, 902):
        paths.append(tmp_path / f"giay-{number}.png")
        paths[-1].write_bytes(_png(number))
    one = window("van.bch")
    page = one.open(f"/truong/{SCHOOL}/tai-len")
    page.locator("#tep").set_input_files(paths)
    page.locator("#may-chu [data-state=da_doc]").nth(1).wait_for(timeout=60_000)
    page.locator("#tep").set_input_files(paths[0])
    page.get_by_text("Không lưu lần hai").wait_for()

    assert page.locator("h3", has_text="giay-901.png").count() == 1
    assert "đang đọc" not in page.locator("main").inner_text().lower()
    assert page.locator("#may-chu .pill").all_inner_texts() == ["Chưa có mã", "Chưa có mã"]
    page.reload()
    assert page.locator("#may-chu .file").count() == 2, "after a reload this upload is still told"
    one.keep("03-lan-tai-nay")
    page.set_viewport_size({"width": 390, "height": 844})
    one.keep("03-lan-tai-nay")
    assert too_wide(page) <= 0


def test_any_page_of_a_long_paper_can_be_looked_at_before_it_is_read(window, village, tmp_path):
    from PIL import Image, ImageDraw

    pages = []
    for number in range(1, 101):
        pages.append(Image.new("L", (1000, 1414), "white"))
        for line in range(30):
            ImageDraw.Draw(pages[-1]).text(
                (80, 80 + 40 * line), f"TRANG {number} DONG {line} KE HOACH KIEM TRA", fill="black"
            )
    path = tmp_path / "so-theo-doi.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    document = village.upload(path)["document"]

    one = window("van.bch")
    page = one.open(f"/tai-lieu/{document}/1")
    for size in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.locator("#trang-so").fill("88")
        page.locator("#trang-so").press("Enter")
        page.wait_for_url(f"**/tai-lieu/{document}/88")
        assert page.locator(".sheet img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
        assert page.locator("#tien-do progress").get_attribute("max") == "100"
        assert "Trang 88/100" in page.locator("main").inner_text()
        assert page.locator(".strip [aria-current]").evaluate(IN_VIEW), "the strip shows where one is"
        one.keep("04-dai-chua-doc")
        assert too_wide(page) <= 0
        page.locator("body").press("}")
        page.wait_for_url(f"**/tai-lieu/{document}/100")
        page.locator("body").press("[")
        page.wait_for_url(f"**/tai-lieu/{document}/99")
