"""A council's year in a real browser: a meeting with its votes, papers printed, what is lacking, the improvement plan."""

from __future__ import annotations

import re
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCHOOL = "TH-BC"
SIZES = [(1366, 768), (390, 844)]
COUNCIL = [
    ("Lường Thị Minh Tâm", "Hiệu trưởng", "chu_tich", "tam.bch"),
    ("Lò Văn Thịnh", "Tổ trưởng", "thu_ky", "thinh.bch"),
    ("Vàng A Kiên", "Giáo viên", "uy_vien", "kien.bch"),
    ("Hoàng Thị Vân", "Văn thư", "uy_vien", "van.bch"),
    ("Cà Văn Dũng", "Kế toán", "uy_vien", ""),
]


def too_wide(page) -> int:
    """Return by how many pixels the page can be moved sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def council(village):
    """Let a council be set up and two criteria be written and reviewed."""
    for *_, login in COUNCIL:
        if login:
            village.enter(login)
    as_person = {
        login: village.api("POST", "tokens", {"name": f"thử {login}", "login": login})["token"]
        for login in ("tam.bch", "thinh.bch", "kien.bch")
    }
    cycle = f"schools/{SCHOOL}/cycles/{village.cycle}"
    members = [
        {"name": name, "office": office, "role": role, "task": "Theo quyết định"} | ({"login": login} if login else {})
        for name, office, role, login in COUNCIL
    ]
    body = {"decision": "31/QĐ-THBC", "decided_on": _day(village), "members": members}
    village.api("PUT", f"{cycle}/council", body, as_person["tam.bch"])
    for criterion in ("1.1", "1.2"):
        place = f"{cycle}/criteria/{criterion}"
        work = {"writer": "kien.bch", "reviewer": "thinh.bch"}
        village.api("PUT", f"{place}/assignment", work, as_person["tam.bch"])
        text = {"level": 1, "text": "Trường có kế hoạch năm học và công khai."}
        village.api("PUT", f"{place}/texts", text, as_person["kien.bch"])
        village.api("POST", f"{place}/hand-in", {}, as_person["kien.bch"])
        village.api("POST", f"{place}/review", {}, as_person["thinh.bch"])
    return village


def _day(village) -> str:
    cycles = village.api("GET", f"schools/{SCHOOL}/cycles")["cycles"]
    return str(next(one["opened_on"] for one in cycles if one["cycle"] == village.cycle))


def test_votes_are_typed_into_the_list_and_say_at_once_whether_they_add_up(window, council):
    one = window("thinh.bch")
    page = one.open(f"/truong/{SCHOOL}/hop")
    page.get_by_label("Nội dung họp").fill("Thông qua các tiêu chí đã soát")
    page.get_by_label("Cà Văn Dũng").uncheck()
    page.get_by_role("button", name="Ghi cuộc họp").click()
    page.get_by_role("heading", name="Họp Hội đồng lần 1").wait_for()
    assert "4 / 5" in page.locator("main").inner_text()

    row = page.locator("#tc-1-1")
    row.get_by_label("Tán thành").fill("2")
    row.get_by_text("Mới 2/4 phiếu").wait_for()
    assert row.get_by_role("button", name="Ghi kết quả").is_disabled()
    page.keyboard.press("j")
    assert page.locator("#tc-1-2 input:focus").count() == 1
    row.get_by_label("Tán thành").fill("3")
    row.get_by_label("Ý kiến khác").fill("1")
    assert row.get_by_role("button", name="Ghi kết quả").is_enabled()
    row.get_by_label("Ý kiến khác").press("Enter")
    page.locator("#tc-1-1").get_by_text("Thông qua", exact=True).wait_for()
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        one.keep("17-hop")
        assert too_wide(page) <= 0


def test_without_scripts_a_vote_that_does_not_add_up_comes_back_as_typed(window, council):
    one = window("thinh.bch", java_script_enabled=False)
    page = one.open(f"/truong/{SCHOOL}/hop")
    row = page.locator("#tc-1-2")
    row.get_by_label("Tán thành").fill("2")
    row.get_by_role("button", name="Ghi kết quả").click()
    assert "Mới 2/4 phiếu" in row.inner_text()
    assert row.get_by_label("Tán thành").input_value() == "2"
    row.get_by_label("Tán thành").fill("4")
    row.get_by_role("button", name="Ghi kết quả").click()
    assert "Thông qua" in page.locator("#tc-1-2").inner_text()


def test_a_paper_is_printed_as_it_stands_and_as_of_a_day(window, council):
    one = window("van.bch")
    page = one.open(f"/truong/{SCHOOL}/giay-to")
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        one.keep("16-giay-to")
        assert too_wide(page) <= 0
    page.set_viewport_size({"width": 1366, "height": 768})
    link = page.get_by_role("row", name=re.compile("Danh mục mã minh chứng")).get_by_role("link", name=re.compile("Word"))
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"danh_muc_minh_chung-{SCHOOL}-{council.cycle}.docx"
    page.get_by_label("Có hiệu lực ngày").fill("31/02/2026")
    page.get_by_role("button", name="Chọn giấy để in").click()
    assert page.get_by_label("Có hiệu lực ngày").input_value() == "31/02/2026"


def test_a_signed_paper_is_sent_and_filed_with_its_print_without_scripts(window, council):
    one = window("van.bch", java_script_enabled=False)
    printing = one.context.request.get(f"{council.url}/truong/{SCHOOL}/giay-to/in?loai=danh_muc_minh_chung&dang=docx")
    assert printing.ok
    page = one.open(f"/truong/{SCHOOL}/giay-to/dinh")
    page.set_input_files("#tep", council.scans[1])
    page.get_by_role("button", name="Gửi").click()
    page.get_by_text("Biên nhận số").wait_for()
    end = time.monotonic() + 90
    while page.get_by_text("Đang đọc trang").count() and time.monotonic() < end:
        time.sleep(1)
        page.reload()
    page.get_by_text("Không thấy mã của bản in trên giấy").wait_for()
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        one.keep("16-dinh-ban-da-ky")
        assert too_wide(page) <= 0
    sent = page.get_by_role("region", name="Giấy vừa gửi")
    sent.get_by_label("Bản in của giấy nào").select_option(index=1)
    sent.get_by_role("button", name="Đính").click()
    assert "Đã đính bản đã ký của “Danh mục mã minh chứng" in page.locator("main").inner_text()
    one.keep("16-ban-ky-khac-ban-in")


def test_what_is_lacking_leads_into_its_field_and_the_head_is_told_why_the_button_is_shut(window, council):
    one = window("tam.bch")
    page = one.open(f"/truong/{SCHOOL}/truoc-khi-trinh")
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        one.keep("15-truoc-khi-trinh")
        assert too_wide(page) <= 0
    assert page.get_by_role("button", name="Trình và khóa bản 1").is_disabled()
    first = page.locator(".gaps .where a").first
    target = first.get_attribute("href")
    first.click()
    assert page.url.endswith(target)
    assert page.locator(f'[id="{target.partition("#")[2]}"]').count() == 1


def test_an_improvement_is_added_moved_and_done_only_with_evidence(window, council):
    one = window("tam.bch")
    page = one.open(f"/truong/{SCHOOL}/cai-tien")
    page.get_by_role("link", name="Thêm việc").first.click()
    page.get_by_label("Cho tiêu chí").select_option("2.2")
    page.get_by_label("Mục tiêu").fill("Mọi giáo viên có chứng nhận")
    page.get_by_label("Việc làm").fill("Cử giáo viên đi bồi dưỡng")
    page.get_by_label("Kinh phí").fill("4.500.000")
    page.get_by_role("button", name="Thêm vào kế hoạch").click()
    page.get_by_role("button", name=re.compile("Bắt đầu làm")).click()
    page.get_by_role("button", name=re.compile("Xong việc, chờ minh chứng")).click()
    page.get_by_role("link", name=re.compile("Chọn minh chứng")).click()
    page.get_by_label("Tình trạng").select_option("xong")
    page.get_by_label("Kết quả").fill("Đã bồi dưỡng đủ")
    page.get_by_role("button", name="Ghi rà soát").click()
    assert "Việc chỉ xong khi có minh chứng" in page.locator("#loi").inner_text()
    assert page.get_by_label("Kết quả").input_value() == "Đã bồi dưỡng đủ"
    page.locator('[name="minh-chung"]').first.check()
    page.get_by_role("button", name="Ghi rà soát").click()
    page.locator(".pill.ok").get_by_text("xong").wait_for()
    for path, name in (("/cai-tien", "18-cai-tien"), ("/cai-tien?dang=bang", "18-cai-tien-bang")):
        page = one.open(f"/truong/{SCHOOL}{path}")
        assert "4,5\xa0triệu" in page.locator("main").inner_text()
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            one.keep(name)
            assert too_wide(page) <= 0
