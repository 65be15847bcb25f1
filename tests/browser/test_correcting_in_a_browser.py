"""Pages that were read none too surely, in a real browser: gone through by keyboard, on the desk and on the phone."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ARTEFACTS, COMMUNE, SCHOOL, Village, missing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LIST = f"/truong/{SCHOOL}/xem-lai"
PAPERS, PAGES = 20, 10
WIDE, HIGH = 1240, 1754
LINES = (
    "UBND XÃ NẬM LAM",
    "TRƯỜNG TIỂU HỌC BẢN CHUÔNG",
    "Số: 4B/KH-THBC Nậm Lam, ngày 20 tháng 9 năm 2026",
    "KẾ HOẠCH",
    "Bồi dưỡng thường xuyên cán bộ quản 1ý, giáo viên",
    "Căn cứ Kế hoạch năm học 2026-2027 của nhà trường;",
    "Căn cứ tình hình đội ngũ, hiệu trướng ban hành kế hoạch như sau:",
    "1. Mục đích: nâng cao năng lực nghề nghiệp của giáo viên;",
    "2. Yêu cầu: mỗi giáo viên tự học ít nhất 40 tiết mỗi năm;",
    "3. Nội dung: chương trình giáo dục phổ thông, đánh giá học sinh;",
    "4. Kinh phí: theo dự toán được giao năm 2026.",
)
DOUBTFUL = {"4B/KH-THBC", "1ý,", "trướng"}


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    """A school without a doubtful page at first; `fill` hands it two hundred."""
    from deploy.demo.scans import NoFont, font_file

    try:
        font_file()
    except NoFont as no_font:
        missing(str(no_font))
    with tempfile.TemporaryDirectory(prefix="kiemdinh-correcting-") as folder:
        data = Path(folder) / "data"
        built = Village(data)
        built.api("POST", "communes", {"commune": COMMUNE, "name": "Xã Nậm Lam"})
        school = {"commune": COMMUNE, "code": SCHOOL, "name": "Trường Tiểu học Bản Chuông", "kind": "tieu_hoc"}
        built.api("POST", "schools", school)
        other = {"commune": COMMUNE, "code": "MN-HB", "name": "Trường Mầm non Hoa Ban", "kind": "mam_non"}
        built.api("POST", "schools", other)
        built.stop()
        first = _file_papers(data)
        built = Village(data)
        built.first = first  # type: ignore[attr-defined]
        try:
            yield built
        finally:
            built.stop()


def _page() -> tuple[bytes, bytes, list[Any]]:
    """Return the image of a page, its thumbnail, and the words on it where they were drawn."""
    from PIL import Image, ImageDraw, ImageFont

    from deploy.demo.scans import font_file
    from services.evidence.domain.text import ReadWord

    image = Image.new("RGB", (WIDE, HIGH), "#FBFAF4")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(font_file()), 26)
    words = []
    for row, line in enumerate(LINES):
        left, top = 120.0, 110 + 46 * row
        for text in line.split():
            right = left + pen.textlength(text, font)
            pen.text((left, top), text, "#1A1A1A", font)
            box = [1000 * left / WIDE, 1000 * top / HIGH, 1000 * (right - left) / WIDE, 1000 * 34 / HIGH]
            words.append(ReadWord(text, 38 if text in DOUBTFUL else 93, *map(round, box), row, row // 4))
            left = right + 9
    data = []
    for size in ((WIDE, HIGH), (170, 240)):
        into = io.BytesIO()
        image.resize(size).save(into, "WEBP", quality=70)
        data.append(into.getvalue())
    return data[0], data[1], words


def _file_papers(data: Path) -> str:
    """Hand papers straight to the application, with what reading would have found; return the newest paper."""
    from deploy.compose.addresses import embedded_addresses
    from deploy.compose.container import Container
    from deploy.installation.data_folder import DataFolder
    from deploy.installation.settings import Profile
    from services.evidence.derived_objects import image_key
    from services.evidence.domain.document import ReceivedFile
    from services.evidence.domain.text import PageDoubt, ReadPage, ReadText, encode_text
    from services.evidence.extraction.protocol import page_file, thumbnail_file
    from shared.identity.call_context import system

    folder = DataFolder.open(data, Profile.EMBEDDED)
    parts = Container(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))
    acting, spooled = system("thu"), data / "spooled.webp"
    image, thumbnail, words = _page()
    document = ""
    for number in range(PAPERS):
        content = image + bytes([number])
        spooled.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        file = ReceivedFile(
            school=SCHOOL,
            sha256=sha256,
            size_bytes=len(content),
            media_type="image/webp",
            name=f"quet-van-ban-{number}.webp",
            version=parts.archive.put(spooled, sha256),
            pages=PAGES,
        )
        document = str(parts.evidence.register_document(acting, file).document)
        pages = tuple(
            ReadPage(
                number=n,
                width=WIDE,
                height=HIGH,
                confidence=60,
                source="tesseract",
                words=() if n == PAGES else tuple(words),
                kind="van-ban",
                doubts=(PageDoubt.EMPTY,) if n == PAGES else (PageDoubt.UNSURE, PageDoubt.FAINT),
            )
            for n in range(1, PAGES + 1)
        )
        text = ReadText(engine="tesseract", engine_version="5", language=f"vie{number}", pages=pages, pipeline="layout-1")
        for n in range(1, PAGES + 1):
            key = encode_text(text)[1]
            parts.derived.put(image_key(document, key, page_file(n)), image)
            parts.derived.put(image_key(document, key, thumbnail_file(n)), thumbnail)
        parts.evidence.record_text(acting, document, text)
    spooled.unlink()
    parts.close()
    return document


def too_wide(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


FRAMED = """() => { const r = document.querySelector('#khung .dang').getBoundingClientRect(),
s = document.querySelector('#to').getBoundingClientRect();
return r.left >= s.left && r.right <= s.right && r.top >= s.top && r.bottom <= s.bottom; }"""


def test_two_hundred_pages_are_listed_on_the_desk_and_on_the_phone(window, village):
    one = window("van.bch")
    for size in ((1366, 768), (390, 844)):
        page = one.open(LIST)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert "200 trang trong 20 tài liệu" in page.locator("h1").inner_text()
        one.keep("20-xem-lai-200")
        assert too_wide(page) <= 0
        one.open(f"/truong/{SCHOOL}/minh-chung")
        assert page.get_by_role("link", name="Trang cần xem lại 200").is_visible()
        one.keep("20-kho")


def test_a_school_without_such_pages_is_told_what_the_list_is_for(window, village):
    one = window("ha.kt")
    for size in ((1366, 768), (390, 844)):
        page = one.open("/truong/MN-HB/xem-lai")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.get_by_role("heading", name="Không còn trang nào cần xem lại").is_visible()
        one.keep("19-xem-lai-lan-dau")
        assert too_wide(page) <= 0


def test_a_page_is_corrected_by_keyboard_alone(window, village):
    one = window("van.bch")
    page = one.open(LIST)
    page.get_by_role("link", name="Xem lần lượt từ đầu").press("Enter")
    page.wait_for_selector("#o-chu:focus")
    field = page.get_by_label("Chữ đang sửa")
    assert field.input_value() == "4B/KH-THBC"
    assert page.evaluate(FRAMED)
    one.keep("21-sua-trang")
    page.keyboard.type("48/KH-THBC")
    page.keyboard.press("Enter")
    assert field.input_value() == "1ý,"
    page.keyboard.type("lý,")
    page.keyboard.press("Tab")
    assert field.input_value() == "trướng"
    assert page.evaluate(FRAMED)
    page.keyboard.press("Control+z")
    assert field.input_value() == "1ý,"
    page.keyboard.type("lý,")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert field.input_value() == "lý,"
    page.keyboard.press("ArrowDown")
    assert field.input_value() == "giáo"
    page.keyboard.type("các giáo")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.value") == "luu"
    assert "đã xem hết chữ chưa chắc · 3 chỗ sửa chưa lưu" in page.locator("#con").inner_text()
    assert page.get_by_role("button", name="Đúng rồi").is_hidden()
    one.keep("22-da-sua")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tai-lieu/{village.first}/2/sua*")
    assert "Đã lưu 3 chỗ sửa." in page.locator(".told").inner_text()
    page = one.open(f"/tai-lieu/{village.first}/1")
    assert "48/KH-THBC" in page.locator(".words").inner_text()
    assert "cán bộ quản lý, các giáo viên" in page.locator(".words").inner_text()


def test_a_word_is_taken_away_and_the_page_is_saved_from_within_a_word(window, village):
    one = window("van.bch")
    page = one.open(f"/tai-lieu/{village.first}/3/sua")
    page.get_by_label("Chữ đang sửa").fill("")
    page.keyboard.press("Enter")
    assert page.locator(".tu.b0").inner_text() == "4B/KH-THBC"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/tai-lieu/{village.first}/4/sua*")
    page = one.open(f"/tai-lieu/{village.first}/3")
    assert "4B/KH-THBC" not in page.locator(".words").inner_text()


def test_the_second_of_two_windows_is_shown_both(window, village):
    first, second = window("van.bch"), window("van.bch")
    address = f"/tai-lieu/{village.first}/5/sua"
    pages = [one.open(address) for one in (first, second)]
    pages[0].get_by_label("Chữ đang sửa").fill("48/KH-THBC")
    pages[0].keyboard.press("Control+Enter")
    pages[0].wait_for_url("**/6/sua*")
    pages[1].get_by_label("Chữ đang sửa").fill("49/KH-THBC")
    pages[1].keyboard.press("Control+Enter")
    pages[1].wait_for_selector("#vua-go")
    assert "4B/KH-THBC → 49/KH-THBC" in pages[1].locator(".mine").inner_text()
    assert "48/KH-THBC" in pages[1].locator("#tu").inner_text()
    second.keep("23-hai-nguoi")


def test_a_page_is_corrected_on_the_phone(window, village):
    one = window("van.bch", size=(390, 844), has_touch=True)
    page = one.open(f"/tai-lieu/{village.first}/7/sua")
    assert too_wide(page) <= 0
    page.locator(".tu.d").nth(1).tap()
    assert page.get_by_label("Chữ đang sửa").input_value() == "1ý,"
    assert page.evaluate(FRAMED)
    page.screenshot(path=ARTEFACTS / "21-sua-trang-man-hinh-390.png")
    page.get_by_label("Chữ đang sửa").fill("lý,")
    page.get_by_role("button", name="Lưu chỗ đã sửa").tap()
    page.wait_for_url("**/8/sua*")
    assert "Đã lưu 1 chỗ sửa." in page.locator(".told").inner_text()


def test_without_scripts_lines_are_typed_over(chromium, village):
    from tests.browser.conftest import Window

    one = Window(chromium, village, "van.bch", java_script_enabled=False)
    page = one.open(f"/tai-lieu/{village.first}/8/sua")
    one.keep("24-khong-script")
    page.get_by_label("Dòng 3").fill("Số: 48/KH-THBC Nậm Lam, ngày 20 tháng 9 năm 2026")
    page.get_by_role("button", name="Lưu chỗ đã sửa").click()
    assert "Đã lưu 1 chỗ sửa." in page.locator(".told").inner_text()
    page = one.open(f"/tai-lieu/{village.first}/{PAGES}/sua")
    one.keep("25-trang-trong")
    page.get_by_label("Dòng còn thiếu").fill("KẾ HOẠCH\nNăm học 2026-2027")
    page.get_by_role("button", name="Lưu chỗ đã sửa").click()
    assert "Đã lưu 2 chỗ sửa." in page.locator(".told").inner_text()
    one.close()
