"""The portal in a real browser on a real installation: with scripts and without, by keyboard, online and cut off."""

from __future__ import annotations

import re
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SIZES = [(1366, 768), (390, 844)]


def screens(village) -> list[tuple[str, str, str]]:
    """Name, login and path of every screen of the journey."""
    school, cycle, document = "/truong/TH-BC", village.cycle, village.document
    return [
        ("01-dang-nhap", "", "/vao"),
        ("02-truong", "tam.bch", school),
        ("02-minh-chung", "van.bch", f"{school}/minh-chung"),
        ("03-tai-len", "van.bch", f"{school}/tai-len"),
        ("04-tai-lieu", "van.bch", f"/tai-lieu/{document}/1?q=ke+hoach"),
        ("05-danh-gia", "thinh.bch", f"{school}/danh-gia/{cycle}/2.2"),
        ("05-phieu", "thinh.bch", f"{school}/danh-gia/{cycle}/2.2/phieu"),
        ("05-tu-danh-gia", "tam.bch", f"{school}/danh-gia"),
        ("05-so-lieu", "van.bch", f"{school}/so-lieu"),
        ("05-xet-thu", "tam.bch", f"{school}/thu?neu=4.2"),
        ("07-xet-thu", "nhung.xa", "/xa/NAM-LAM/thu-nghiem?bo=v2026_tt57/pho_thong&tc-4.1=bo&muc-2-others_at_least=6"),
        ("07-xet-thu-2018", "ha.kt", "/xa/NAM-LAM/thu-nghiem?bo=v2018/tieu_hoc&tc-5.5=bo"),
        ("06-dong-thoi-gian", "ha.kt", f"{school}/lich-su"),
        ("07-xa", "nhung.xa", "/xa/NAM-LAM"),
        ("07-kiem-tra", "nhung.xa", f"/xa/NAM-LAM/kiem-tra/{village.visit}?truong=TH-BC&tieu-chi=4.1"),
        ("08-tim-kiem", "van.bch", "/tim?q=ke+hoach"),
        ("09-so-cong-nhan", "", "/so-cong-nhan"),
        ("09-bang", "", "/bang?so=214/Q%C4%90-UBND"),
        ("10-ho-so", "son.so", "/so/ho-so"),
        ("10-quyet-dinh", "son.so", "/so/quyet-dinh?truong=TH-BC"),
        ("10-nhat-ky", "ha.kt", "/nhat-ky"),
        ("10-moc-niem", "ha.kt", "/nhat-ky/moc-niem"),
        ("10-bien-nhan", "van.bch", f"/bien-nhan/{village.receipt['position']}"),
        ("10-loi", "van.bch", "/khong-co"),
        ("10-tro-giup", "", "/tro-giup"),
        ("10-them", "van.bch", "/them"),
    ]


def test_every_screen_is_accessible_and_never_wider_than_the_window(window, village):
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    windows: dict[str, object] = {}
    for name, login, path in screens(village):
        one = windows.setdefault(login, window(login) if login not in windows else None)
        page = one.open(path)
        for width, height in ((1366, 768), (683, 384), (320, 700), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                found.append(f"{name} at {width}: {over} px too wide")
            if width in (1366, 320):
                results = axe.run(page)
                for broken in results.response["violations"]:
                    nodes = "; ".join(node["html"][:120] for node in broken["nodes"][:2])
                    found.append(f"{name} at {width}: {broken['id']}: {nodes}")
            if width in (1366, 390):
                one.keep(name)
        page.set_viewport_size({"width": 1366, "height": 768})
    assert not found, "\n".join(found)


def test_a_document_shows_its_pages_its_image_and_where_the_words_stand(window, village):
    one = window("van.bch")
    page = one.open(f"/tai-lieu/{village.document}/1?q=ke+hoach")

    assert page.locator(".strip a").count() == 2
    assert page.locator(".sheet img").evaluate("image => image.naturalWidth") > 600
    page.wait_for_function("document.querySelector('.strip img').naturalWidth > 0")
    hit, word = page.locator(".hit.cur").bounding_box(), page.locator(".sheet img").bounding_box()
    assert word["x"] < hit["x"] < word["x"] + word["width"]
    assert word["y"] < hit["y"] < word["y"] + word["height"]
    page.keyboard.press("]")
    page.wait_for_url("**/2?q=ke+hoach")


def test_the_home_of_a_school_shows_three_layers_and_fifteen_tiles_without_scrolling(window, village):
    page = window("tam.bch").open("/truong/TH-BC")

    assert page.locator(".sums section").count() == 3
    tiles = page.locator(".tile")
    assert tiles.count() == 15
    assert max(tiles.nth(k).bounding_box()["y"] + tiles.nth(k).bounding_box()["height"] for k in range(15)) <= 768
    assert page.locator(".todo a").first.get_attribute("href").startswith("/truong/TH-BC/danh-gia/")


def test_a_file_chosen_in_the_browser_gets_one_receipt_and_the_same_file_again_the_first_one(window, village):
    one = window("van.bch")
    page = one.open("/truong/TH-BC/tai-len")
    page.locator("#tep").set_input_files(village.scans[1])
    page.locator("#hang .rcpt").wait_for()
    first = page.locator("#hang .rcpt a").get_attribute("href")
    one.keep("03-tai-len-xong")

    page.locator("#tep").set_input_files(village.scans[1])
    page.get_by_text("Không lưu lần hai").wait_for()

    assert page.locator("#hang .rcpt a").last.get_attribute("href") == first


def test_a_locked_file_is_refused_with_its_own_sentence(window, village, tmp_path):
    from deploy.demo.scans import hostile

    locked = next(f.path for f in hostile(tmp_path / "xau") if "mat-khau" in str(f.path) or "khoa" in str(f.path).lower())
    page = window("van.bch").open("/truong/TH-BC/tai-len")
    page.locator("#tep").set_input_files(locked)
    page.locator("#hang .say.no").wait_for()

    assert "mật khẩu" in page.locator("#hang .say").inner_text()
    assert page.locator("#hang .refused .pill.no").inner_text() == "Không nhận"


@pytest.fixture
def large_scan(tmp_path):
    """An uncompressed page of 24 MB, mostly white, so that sending takes long and reading does not."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (2480, 3400), "white")
    ImageDraw.Draw(page).text((200, 200), f"BIEN BAN {time.time()}", fill="black")
    path = tmp_path / "bien-ban-hop.tif"
    page.save(path, dpi=(300, 300))
    return path


def test_an_upload_goes_on_after_the_network_was_pulled_with_one_receipt_and_no_double(window, village, large_scan):
    one = window("van.bch")
    page = one.open("/truong/TH-BC/tai-len")
    before = village.api("GET", "schools/TH-BC/documents")["total"]
    wire = one.context.new_cdp_session(page)
    wire.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": 4 << 20, "uploadThroughput": 5 << 20}
    wire.send("Network.emulateNetworkConditions", slow)
    page.locator("#tep").set_input_files(large_scan)
    bar = page.locator("#hang progress")
    while bar.evaluate("bar => bar.value") < 300:
        page.wait_for_timeout(50)

    wire.send("Network.emulateNetworkConditions", slow | {"offline": True})
    page.get_by_text(re.compile(r"Mất mạng ở \d+%\. Phần đã gửi còn nguyên")).wait_for()
    one.keep("03-mat-mang")
    wire.send(
        "Network.emulateNetworkConditions", slow | {"offline": False, "uploadThroughput": -1, "downloadThroughput": -1}
    )
    page.locator("#hang .rcpt").wait_for(timeout=60_000)

    assert page.locator("#hang .rcpt").count() == 1
    assert village.api("GET", "schools/TH-BC/documents")["total"] == before + 1
    one.breaches[:] = [b for b in one.breaches if "net::ERR" not in b]


def test_without_scripts_a_paper_is_uploaded_and_the_answer_page_is_the_receipt(window, village, tmp_path):
    from PIL import Image

    path = tmp_path / "anh chup sổ.png"
    Image.new("RGB", (600, 400), (250, 250, 240)).save(path)
    one = window("van.bch", java_script_enabled=False)
    page = one.open("/truong/TH-BC/tai-len")
    page.locator("#tep").set_input_files(path)
    page.locator("#gui").click()

    page.locator("#may-chu .rcpt").wait_for()
    one.keep("03-khong-script")
    page.locator("#may-chu .rcpt a").click()
    assert "Đã lưu" in page.locator("main").inner_text()


def test_without_scripts_a_criterion_is_judged_and_searching_and_paging_work(window, village):
    one = window("thinh.bch", java_script_enabled=False)
    page = one.open(f"/truong/TH-BC/danh-gia/{village.cycle}/1.4")
    page.locator('[name="kq-1_-"][value=met]').check()
    page.locator('[name="gc-1_-"]').fill("Có báo cáo công khai.")
    page.get_by_role("button", name="Lưu", exact=True).click()

    assert "Đã lưu, số" in page.locator("#da-luu").inner_text()
    assert page.locator('[name="kq-1_-"][value=met]').is_checked()
    page = one.open("/tim?q=ke+hoach")
    page.locator(".hitrow h3 a").first.click()
    assert page.locator(".sheet img").is_visible()
    assert page.locator("mark").count() > 0
    assert page.locator(".hit").count() > 0


def test_one_radio_changes_level_and_reason_together_and_the_schools_too(window, village):
    one = window("thinh.bch")
    page = one.open(f"/truong/TH-BC/danh-gia/{village.cycle}/2.3")
    assert (
        "Chưa đánh giá" in page.locator("#ket-qua").inner_text() or "Chưa kết luận" in page.locator("#ket-qua").inner_text()
    )

    page.locator('[name="kq-1_-"][value=met]').check()
    page.get_by_text(re.compile("Đã lưu .*số")).wait_for()
    page.locator("#ket-qua .lone-lv.lq").wait_for()
    page.locator('[name="kq-2_-"][value=not_met]').check()
    page.locator("#ket-qua .lone-lv.l1").wait_for()

    assert "không đạt" in page.locator("#vi-sao").inner_text().lower()
    assert page.locator(".crits [aria-current] .l1").count() == 1
    one.keep("05-tu-luu")


def test_judging_works_by_keyboard_alone_with_the_focus_always_visible(window, village):
    page = window("thinh.bch").open(f"/truong/TH-BC/danh-gia/{village.cycle}/3.4")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.get_by_text(re.compile("Đã lưu .*số")).wait_for()

    assert page.locator('[name="kq-1_-"][value=met]').is_checked()
    outline = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "tim"


def test_two_people_on_one_description_lose_no_words(window, village):
    path = f"/truong/TH-BC/danh-gia/{village.cycle}/3.2"
    first, second = window("thinh.bch"), window("kien.bch")
    mine, theirs = first.open(path), second.open(path)
    theirs.locator("#strengths").fill("Sinh hoạt chuyên môn đều")
    theirs.locator("#strengths").blur()
    theirs.get_by_text(re.compile("Đã lưu .*số")).wait_for()

    mine.locator("#strengths").fill("Có dự giờ chéo")
    mine.locator("#strengths").blur()
    mine.locator(".merge").wait_for()
    assert "Sinh hoạt chuyên môn đều" in mine.locator(".merge").inner_text()
    mine.get_by_role("button", name="Ghép hai bản").click()
    mine.get_by_text(re.compile("Đã lưu .*số")).wait_for()
    mine.reload()

    kept = mine.locator("#strengths").input_value()
    assert "Sinh hoạt chuyên môn đều" in kept
    assert "Có dự giờ chéo" in kept


def test_without_scripts_figures_are_stated_and_a_commune_is_tried_without_keeping_anything(window, village):
    one = window("van.bch", java_script_enabled=False)
    page = one.open("/truong/TH-BC/so-lieu?nam=2025-2026")
    page.locator("#tu-PT\\.2\\.2\\.Q03").fill("29")
    page.locator('[name="mau-PT.2.2.Q03"]').fill("31")
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert "Đã ghi, số" in page.locator(".note.ok").inner_text()
    assert page.locator("#tu-PT\\.2\\.2\\.Q03").input_value() == "29"
    head = village.api("GET", "schools/TH-BC/history?limit=1000")["head"]

    office = window("nhung.xa", java_script_enabled=False)
    page = office.open("/xa/NAM-LAM/thu-nghiem?bo=v2026_tt57/pho_thong")
    page.locator("summary", has_text="Sửa thành dự thảo").click()
    page.locator("#muc-2-others_at_least").fill("6")
    page.get_by_role("button", name="Xét thử").last.click()

    assert "trường đổi mức" in page.locator("#kq").inner_text()
    assert "dự thảo" in page.locator("section", has=page.locator("#kq")).locator("header").inner_text()
    assert village.api("GET", "schools/TH-BC/history?limit=1000")["head"] == head


def test_two_people_on_one_field_lose_no_words(window, village):
    path = f"/truong/TH-BC/danh-gia/{village.cycle}/3.5"
    first, second = window("thinh.bch"), window("kien.bch")
    mine, theirs = first.open(path), second.open(path)
    theirs.locator('[name="gc-1_-"]').fill("29/31 dạy đúng chuyên môn")
    theirs.locator('[name="gc-1_-"]').blur()
    theirs.get_by_text(re.compile("Đã lưu .*số")).wait_for()

    mine.locator('[name="gc-1_-"]').fill("28/31 dạy đúng chuyên môn, 3 kiêm nhiệm")
    mine.locator('[name="gc-1_-"]').blur()
    mine.locator(".merge").wait_for()
    first.keep("05-hai-ban")
    assert "29/31" in mine.locator(".merge").inner_text()
    assert "28/31" in mine.locator(".merge").inner_text()
    mine.get_by_role("button", name="Ghép hai bản").click()
    mine.get_by_text(re.compile("Đã lưu .*số")).wait_for()
    mine.reload()

    kept = mine.locator('[name="gc-1_-"]').input_value()
    assert "29/31" in kept
    assert "28/31" in kept


def test_the_slider_replays_the_school_and_the_same_address_gives_the_same_page(window, village):
    one = window("ha.kt")
    page = one.open("/truong/TH-BC/lich-su")
    now = page.locator("#hai-ban").inner_text()
    page.locator('a[href*="hieu-luc="]').last.click()
    assert page.locator(".past").is_visible()
    assert page.locator("main form[method=post]").count() == 0
    then = page.locator("main").inner_text()
    address = page.url
    one.keep("11-qua-khu")

    village.api(
        "POST",
        f"schools/TH-BC/cycles/{village.cycle}/judgements",
        {"layer": "school", "judgements": [{"criterion": "4.2", "level": 1, "indicator": "-", "result": "met"}]},
        village.token("hieu_truong", "truong", "TH-BC"),
    )

    page.goto(address)
    assert page.locator("main").inner_text() == then
    page = one.open("/truong/TH-BC/lich-su")
    assert page.locator("#hai-ban").inner_text() != now


def test_an_administrator_comes_in_by_the_one_time_link_and_invites_a_clerk_who_sets_a_password(window, village):
    admin = window()
    page = admin.page
    page.goto(village.sign_in)
    page.goto(f"{village.url}/quan-tri/nguoi-dung")
    admin.keep("10-nguoi-dung")
    page.locator("#ho-ten").fill("Người Mới")
    page.locator("#ten-dang-nhap").fill("moi.bch")
    page.locator("#vai-tro").select_option("van_thu")
    page.locator("#pham-vi").select_option("truong:TH-BC")
    page.get_by_role("button", name="Mời", exact=True).click()
    link = page.locator(".secret").inner_text()
    page.goto(f"{village.url}/quan-tri/tinh-trang")
    assert "Các phần" in page.locator("main").inner_text()
    admin.keep("10-tinh-trang")

    guest = window()
    page = guest.page
    page.goto(link)
    assert page.url == f"{village.url}/loi-moi"
    page.locator("#password").fill("nui cao song dai 2027")
    page.locator("#again").fill("nui cao")
    page.get_by_text("Chưa giống mật khẩu ở trên.").wait_for()
    guest.keep("01-loi-moi")
    page.locator("#again").fill("nui cao song dai 2027")
    page.get_by_role("button", name="Đặt mật khẩu và vào").click()
    page.wait_for_url("**/truong/TH-BC")
    assert page.locator(".nav [aria-current]").inner_text() == "Tổng quan"


def test_in_grey_the_states_are_still_told_apart_by_shape_and_text(window, village):
    page = window("tam.bch").open("/truong/TH-BC")
    tile = page.locator(".tile", has_text="4.1").first
    marks = tile.locator(".mk")

    assert marks.nth(1).inner_text().startswith("✕")
    assert "–" in marks.nth(2).inner_text()
    shapes = {marks.nth(k).locator("use").first.get_attribute("href") for k in range(3)}
    assert len(shapes) == 3
