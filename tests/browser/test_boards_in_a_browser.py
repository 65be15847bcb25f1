"""What only a browser shows of boards and registrations: drafts kept on the machine, phones, acts without a script."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.clock import SystemClock, today

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SCHOOL, COMMUNE = "TH-BC", "NAM-LAM"
ANSWERS, BOARD = f"/truong/{SCHOOL}/kien-nghi", f"/xa/{COMMUNE}/kien-nghi"
LATER = today(SystemClock()) + dt.timedelta(days=30)


@pytest.fixture(scope="module")
def asked(village: Any) -> str:
    """One recommendation of the concluded visit; its id."""
    officer = village.token("can_bo_xa", "xa", COMMUNE)
    body = {
        "inspection": village.visit,
        "text": "Sửa hai phòng học xuống cấp.",
        "due": LATER.isoformat(),
        "criterion": "4.1",
    }
    made = village.eventually("POST", f"schools/{SCHOOL}/recommendations", body, officer)
    return str(made["id"])


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_every_new_page_fits_every_width_and_is_accessible(window, village, asked):
    from axe_playwright_python.sync_playwright import Axe

    pages = {
        "tam.bch": ["", "/kien-nghi", "/dang-ky"],
        "nhung.xa": [
            BOARD,
            f"{BOARD}?chon={asked}",
            f"{BOARD}/phat-hien",
            f"/xa/{COMMUNE}/ho-so",
            f"/xa/{COMMUNE}/kiem-tra/chuong-trinh",
            f"/xa/{COMMUNE}/kiem-tra/{village.visit}/nhieu-chi-bao?truong={SCHOOL}",
        ],
        "son.so": ["/so/ho-so", "/so/ho-so/bao-cao", "/so/kien-nghi"],
    }
    found = []
    for login, paths in pages.items():
        one = window(login)
        for path in paths:
            page = one.open(path if path.startswith("/") and path.count("/") > 1 else f"/truong/{SCHOOL}{path}")
            for width in (1366, 683, 390, 320):
                page.set_viewport_size({"width": width, "height": 768})
                if overflow(page) > 0:
                    found.append(f"{path} at {width}: {overflow(page)} px too wide")
                if width in (1366, 320):
                    found += [f"{path} at {width}: {one['id']}" for one in Axe().run(page).response["violations"]]
                if width in (1366, 390):
                    one.keep("30" + path.partition("?")[0].replace("/", "-"))
    assert not found, "\n".join(found)


def test_a_draft_stays_on_the_machine_until_it_is_sent_and_leaves_with_its_writer(window, asked):
    one = window("van.bch")
    page = one.open(f"{ANSWERS}?chon={asked}")
    box = page.locator("textarea[data-nhap]")
    box.fill("Đã chuyển lớp sang nhà đa năng.")
    assert page.locator(".nhap").inner_text().startswith("Nháp đã lưu trên máy này")
    one.open(f"{ANSWERS}?chon={asked}")
    assert box.input_value() == "Đã chuyển lớp sang nhà đa năng."
    page.get_by_role("button", name="Gửi trả lời").first.click()
    page.get_by_text("Đã gửi trả lời").wait_for()
    assert "chờ đoàn xác minh" in page.locator(f"#kn-{asked}").inner_text()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('nhap:')).length") == 0

    one.open(f"{ANSWERS}?chon={asked}")
    box.fill("Viết dở")
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/vao*")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('nhap:')).length") == 0


def test_without_a_script_the_commune_verifies_in_the_row(window, village, asked):
    clerk = village.token("van_thu", "truong", SCHOOL)
    village.eventually("POST", f"schools/{SCHOOL}/recommendations/{asked}/answers", {"text": "Đã sửa thêm."}, clerk)
    page = window("nhung.xa", java_script_enabled=False).open(f"{BOARD}?trang-thai=da_tra_loi")
    page.get_by_role("link", name="Xác minh kiến nghị").click()
    page.get_by_label("Đạt một phần").check()
    page.get_by_label("Ghi chú").fill("Mới một phòng")
    page.get_by_role("button", name="Ghi kết quả").click()
    page.get_by_text("Đã ghi, số").wait_for()
    page.get_by_role("link", name="Tất cả").click()
    assert "đạt một phần" in page.locator(f"#kn-{asked}").inner_text()


def test_without_a_script_many_schools_are_planned_in_one_act_on_a_phone(window):
    page = window("nhung.xa", java_script_enabled=False, size=(390, 844)).open(f"/xa/{COMMUNE}/kiem-tra/chuong-trinh")
    page.get_by_label("Tên chung của các đợt").fill("Giám sát học kỳ I")
    for name in ("Trường Mầm non Hoa Ban", "Trường THCS Nậm Lam"):
        page.get_by_label(f"Chọn {name}").check()
    page.get_by_label("Ngày đến Trường Mầm non Hoa Ban").fill(f"{LATER:%d/%m/%Y}")
    page.get_by_role("button", name="Lập các đợt đã chọn").click()
    assert page.get_by_text("Thiếu ngày.").is_visible()
    assert page.get_by_label("Chọn Trường THCS Nậm Lam").is_checked()
    page.get_by_label("Ngày đến Trường THCS Nậm Lam").fill(f"{LATER:%d/%m/%Y}")
    page.get_by_role("button", name="Lập các đợt đã chọn").click()
    page.get_by_text("Đã lập 2 đợt.").wait_for()


def test_the_strip_lies_along_the_window_on_a_screen_and_stands_on_a_phone(window):
    one = window("tam.bch")
    page = one.open(f"/truong/{SCHOOL}/dang-ky")
    first, second = page.locator(".chang li").nth(0), page.locator(".chang li").nth(1)
    assert first.bounding_box()["y"] == second.bounding_box()["y"]
    page.set_viewport_size({"width": 390, "height": 844})
    assert first.bounding_box()["x"] == second.bounding_box()["x"]
    assert second.bounding_box()["y"] > first.bounding_box()["y"]


@pytest.fixture(scope="module")
def registered(village: Any, asked: str) -> Any:
    """The school handed its report in although much lacks, registered, and the dossier came to the department."""
    head, officer = village.token("hieu_truong", "truong", SCHOOL), village.token("can_bo_xa", "xa", COMMUNE)
    cycle = f"schools/{SCHOOL}/cycles/{village.cycle}"
    gaps = village.api("GET", f"{cycle}/gaps", None, head)["gaps"]
    reasons = [
        {name: gap[name] for name in ("kind", "criterion", "level", "indicator")} | {"reason": "Chờ đợt sau bổ sung đủ"}
        for gap in gaps
    ]
    village.api("POST", f"{cycle}/submission", {"gaps": reasons}, head)
    village.eventually("POST", f"schools/{SCHOOL}/registrations", {"purpose": "ca_hai", "degree": 1}, head)
    village.api("POST", f"schools/{SCHOOL}/registrations/check", {}, officer)
    village.api("POST", f"schools/{SCHOOL}/registrations/forward", {"to": "so"}, officer)
    return village


def test_the_department_goes_through_its_queue_by_keys_and_takes_the_dossier_without_a_script(window, registered):
    one = window("son.so")
    page = one.open("/so/ho-so")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").startswith("Tiếp nhận hoặc trả")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/truong/{SCHOOL}/dang-ky*")
    one.open(f"/so/ho-so?chon={SCHOOL}")
    for width in (1366, 390, 320):
        page.set_viewport_size({"width": width, "height": 768})
        assert overflow(page) <= 0, width
        one.keep("31-ho-so-cho")

    plain = window("son.so", java_script_enabled=False).open(f"/truong/{SCHOOL}/dang-ky")
    assert plain.get_by_role("button", name="Gửi dự thảo báo cáo").is_disabled()
    plain.get_by_role("button", name="Tiếp nhận", exact=True).click()
    plain.get_by_role("heading", name="Tiếp nhận hồ sơ của Trường Tiểu học Bản Chuông?").wait_for()
    plain.get_by_role("button", name="Tiếp nhận", exact=True).click()
    plain.get_by_text("Đã ghi, số").wait_for()
    assert plain.get_by_role("link", name="Phân công đoàn đánh giá").is_visible()
