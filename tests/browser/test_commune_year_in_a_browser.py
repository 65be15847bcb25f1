"""A commune's year in a real browser: its plan, targets by keyboard, needs, reports to copy, what is owed today."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.text import format_date

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SCHOOL, COMMUNE = "TH-BC", "NAM-LAM"
DAY = today(SystemClock())
YEAR = DAY.year
LATER, NEW_YEAR = DAY + dt.timedelta(days=20), dt.date(DAY.year, 1, 1)
OF_YEAR, HOME = f"communes/{COMMUNE}/years/{YEAR}", f"/xa/{COMMUNE}"
WIDTHS = (1366, 390, 320)
TABS = (
    "hom-nay",
    "ke-hoach",
    "chi-tieu",
    "viec",
    "van-ban",
    "ban-chi-dao",
    "tap-huan",
    "kho-khan",
    "nhu-cau",
    "thong-bao",
    "bao-cao",
)
OF_SCHOOL = tuple(f"/truong/{SCHOOL}/{page}" for page in ("viec", "kho-khan", "nhu-cau"))


def overflow(page: Any) -> int:
    """Return by how many pixels the page can be moved sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def squeezed(page: Any) -> int:
    """Return how many buttons beside the tabs have lost the room around their words."""
    lost = "e => parseFloat(getComputedStyle(e).paddingLeft) < 8"
    return int(page.evaluate(f"[...document.querySelectorAll('.ctx .b')].filter({lost}).length"))


def faults(one: Any, path: str, name: str, checked: int = 1366) -> list[str]:
    """Open a page and return what is wrong with it: refused, too wide at a width, not accessible at the checked one."""
    from axe_playwright_python.sync_playwright import Axe

    page = one.open(path)
    found = [f"{path}: {page.locator('h1').first.inner_text()}"] if "Không" in page.title() else []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        if (over := overflow(page)) > 0:
            found.append(f"{path} at {width}: {over} px too wide")
        if squeezed(page):
            found.append(f"{path} at {width}: a button has no room around its words")
        if width == checked:
            for broken in Axe().run(page).response["violations"]:
                nodes = "; ".join(node["html"][:120] for node in broken["nodes"][:2])
                found.append(f"{path} at {width}: {broken['id']}: {nodes}")
        if name and width in (1366, 390):
            one.keep(name)
    page.set_viewport_size({"width": 1366, "height": 768})
    return found


def test_the_first_day_of_every_page_fits_and_is_accessible(window, village):
    officer, head = window("nhung.xa"), window("tam.bch")
    found = [fault for tab in TABS for fault in faults(officer, f"{HOME}/{tab}", "", 320)]
    found += [fault for path in OF_SCHOOL for fault in faults(head, path, "", 320)]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def year(village: Any) -> dict[str, str]:
    """Let the year be planned, worked and reported; the ids of what was made."""
    officer, office = (village.token(role, "xa", COMMUNE) for role in ("can_bo_xa", "phong_kinh_te"))
    clerk = village.token("van_thu", "truong", SCHOOL)
    made: dict[str, str] = {}

    def tell(path: str, body: Any, who: str = officer, method: str = "POST") -> str:
        return str((village.eventually(method, path, body, who) or {}).get("id", ""))

    entry = {"kind": "cong_nhan_moi", "target_level": 1, "target_degree": 1, "responsible": "Hiệu trưởng"}
    for school in ("MN-HB", "THCS-NL"):
        tell(f"{OF_YEAR}/plan/entries/{school}", entry | {"register_by": LATER.isoformat()}, method="PUT")
    targets = [("1.1", 1, LATER), ("4.1", 1, LATER), ("2.2", 2, dt.date(YEAR + 1, 6, 30))]
    wanted = [{"school": SCHOOL, "criterion": c, "level": n, "by": by.isoformat()} for c, n, by in targets]
    tell(f"{OF_YEAR}/targets", {"targets": wanted})
    given, due = (max(NEW_YEAR, DAY - dt.timedelta(days=days)) for days in (10, 3))
    late = {"to": [SCHOOL, "phong_kinh_te"], "text": "Nộp danh mục minh chứng", "on": given.isoformat()}
    made["task"] = tell(f"{OF_YEAR}/tasks", late | {"due": due.isoformat(), "wanted": "report"})
    tell(
        f"{OF_YEAR}/tasks", {"to": ["moi_truong"], "text": "Rà soát số liệu", "due": LATER.isoformat(), "wanted": "figures"}
    )
    training = {
        "topic": "hoi_dong",
        "title": "Tập huấn tự đánh giá",
        "days": [LATER.isoformat()],
        "place": "Hội trường UBND xã",
    }
    made["training"] = tell(f"{OF_YEAR}/trainings", training | {"budget_vnd": 12_500_000})
    difficulty = {"text": "Thiếu giáo viên Tin học", "asks": "Bố trí thêm một giáo viên", "criterion": "2.2"}
    tell(f"schools/{SCHOOL}/difficulties", difficulty, clerk)
    need = {"year": YEAR + 1, "item": "Nhà vệ sinh học sinh", "quantity": 1, "unit": "khối", "cost_vnd": 150_000_000}
    made["need"] = tell(f"schools/{SCHOOL}/needs", need | {"criterion": "4.1"}, clerk)
    other = tell(f"schools/{SCHOOL}/needs", {"year": YEAR, "item": "Sửa mái", "quantity": 2, "cost_vnd": 240_000_000}, clerk)
    tell(f"needs/{other}/appraisals", {"verdict": "co_so"}, office)
    money = {"source": "ns_xa", "money_year": YEAR, "amount_vnd": 180_000_000, "decision": "12/QĐ-UBND"}
    tell(f"needs/{other}/funding", money, office)
    notice = {"title": "Lịch kiểm tra kỹ thuật", "body": "Xã kiểm tra ba trường trong tháng tới.", "number": "21/TB-UBND"}
    made["notice"] = tell(f"{OF_YEAR}/notices", notice)
    asked = {
        "kind": "tien_do",
        "period": "tháng này",
        "due": DAY.isoformat(),
        "sections": ["Việc đã làm"],
        "figures": ["Số lớp"],
    }
    made["report"] = tell(f"{OF_YEAR}/reports", asked)
    written = {"texts": [{"heading": "Việc đã làm", "text": "Đã rà soát."}], "figures": [{"name": "Số lớp", "value": 12}]}
    tell(f"schools/{SCHOOL}/reports/{made['report']}", written, clerk)
    tell(f"{OF_YEAR}/syntheses", {"kind": "tien_do", "request": made["report"]})
    return made


def test_every_page_of_a_filled_year_fits_and_is_accessible(window, village, year):
    pages = {
        "nhung.xa": [
            *(f"{HOME}/{tab}" for tab in TABS),
            f"{HOME}/ke-hoach/muc?nam={YEAR}&truong={SCHOOL}",
            f"{HOME}/ke-hoach/loi?nam={YEAR}",
            f"{HOME}/ke-hoach/so-sanh?nam={YEAR}",
            f"{HOME}/chi-tieu/dat?nam={YEAR}",
            f"{HOME}/chi-tieu/{SCHOOL}/4.1?nam={YEAR}",
            f"{HOME}/viec/{year['task']}",
            f"{HOME}/tap-huan/{year['training']}",
            f"{HOME}/tap-huan/chua-du",
            f"{HOME}/bao-cao/yeu-cau?nam={YEAR}",
            "/hop-thu",
            "/tai-khoan/nhac-viec",
        ],
        "khanh.xa": [f"{HOME}/hom-nay", f"{HOME}/nhu-cau", f"{HOME}/nhu-cau/{year['need']}"],
        "tam.bch": [
            *OF_SCHOOL,
            f"/truong/{SCHOOL}/nhu-cau/{year['need']}",
            f"/truong/{SCHOOL}/bao-cao/{year['report']}",
        ],
        "": [f"/thong-bao/{COMMUNE}", f"/thong-bao/{COMMUNE}/{year['notice']}"],
    }
    found = []
    for login, paths in pages.items():
        one = window(login)
        for path in paths:
            name = re.sub(r"[^a-z]+", "-", path.partition("?")[0].lower().replace(COMMUNE.lower(), ""))
            found += faults(one, path, f"22-{login.partition('.')[0]}{name}")
    assert not found, "\n".join(found)


def test_the_roles_of_the_commune_land_where_their_work_is(window, year):
    for login in ("huong.xa", "khanh.xa", "ban.xa", "hoi.xa"):
        one = window(login)
        page = one.open("/")
        assert COMMUNE in page.url, login
        assert overflow(page) <= 0
        one.keep(f"22-nha-{login.partition('.')[0]}")


def test_a_plan_names_the_school_that_has_no_entry_and_is_issued_without_scripts(window, year):
    one = window("nhung.xa", java_script_enabled=False)
    page = one.open(f"{HOME}/ke-hoach?nam={YEAR}")
    assert "thiếu mục của 1 trường" in page.locator("main").inner_text()
    page.get_by_label("Số kế hoạch").fill("112/KH-UBND")
    page.get_by_role("button", name="Ban hành kế hoạch").click()
    assert "Trường Tiểu học Bản Chuông" in page.locator("#loi, .note.bad, .note.no, [role=alert]").first.inner_text()
    assert page.get_by_label("Số kế hoạch").input_value() == "112/KH-UBND"
    page.get_by_role("button", name="Nhận mọi đề xuất").click()
    page.get_by_label("Số kế hoạch").fill("112/KH-UBND")
    page.get_by_role("button", name="Ban hành kế hoạch").click()
    page.get_by_text(f"Đã ban hành: 112/KH-UBND, {format_date(DAY)}").wait_for()
    one.keep("22-ke-hoach-da-ban-hanh")


def test_arrows_move_in_the_matrix_of_targets_and_enter_opens_one(window, year):
    page = window("nhung.xa").open(f"{HOME}/chi-tieu?nam={YEAR}")
    first = page.locator("table.ct tbody td a").first
    first.focus()
    page.keyboard.press("ArrowDown")
    below = page.locator("table.ct tbody tr").nth(1).locator("td a").first
    assert below.evaluate("e => e === document.activeElement")
    page.keyboard.press("ArrowUp")
    assert first.evaluate("e => e === document.activeElement")
    opened = first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/chi-tieu/[^/?]+/1\.1"))
    assert page.url.endswith(str(opened))


def test_a_need_is_appraised_on_its_page_and_its_row_says_so(window, year):
    one = window("khanh.xa")
    page = one.open(f"{HOME}/nhu-cau?nam={YEAR}")
    assert "180" in page.locator("table").first.inner_text()
    page.get_by_role("link", name=re.compile("Nhà vệ sinh học sinh")).first.click()
    page.wait_for_url(re.compile(f"/nhu-cau/{year['need']}"))
    page.get_by_role("button", name=re.compile("thẩm định", re.IGNORECASE)).first.click()
    page.get_by_text("Đã ghi").first.wait_for()


def test_the_reminder_of_a_report_is_copied_with_the_schools_own_link(window, year):
    one = window("nhung.xa", permissions=["clipboard-read", "clipboard-write"])
    page = one.open(f"{HOME}/bao-cao?nam={YEAR}")
    assert page.get_by_role("link", name=re.compile(r"^Tháng này")).count() == 1
    page.get_by_role("link", name=re.compile("Nhắc Trường Mầm non Hoa Ban")).click()
    page.get_by_role("button", name="Chép lời nhắc").click()
    page.get_by_text("Đã chép.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#loi-nhac").input_value()
    assert f"/truong/MN-HB/bao-cao/{year['report']}" in copied


def test_what_is_owed_today_leads_to_its_place_and_what_was_done_is_absent(window, village, year):
    one = window("nhung.xa")
    page = one.open(f"{HOME}/hom-nay")
    overdue = page.get_by_role("region", name=re.compile("Quá hạn"))
    assert "quá" in overdue.inner_text()
    overdue.get_by_role("link").first.click()
    assert "/hom-nay" not in page.url
    assert page.locator("h1").count() == 1
