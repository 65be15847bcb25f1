"""A visit in a real browser: judged without a network and sent once; two devices of one member; photos; whose is what."""

from __future__ import annotations

import base64
import re
import urllib.parse

import pytest

from tests.browser.conftest import PASSWORD, SCHOOL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PHONE, PC = (390, 844), (1366, 768)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"
)
LEFT = """async () => {
  const asked = request => new Promise(good => { request.onsuccess = () => good(request.result); });
  const db = await asked(indexedDB.open('kiem-tra', 1));
  const count = name => asked(db.transaction(name).objectStore(name).count());
  return [await count('y'), await count('anh'), (await caches.keys()).filter(name => name.startsWith('kt-')).length];
}"""
"""How many opinions, photos and caches of visits the device has."""
OWNERS = """async () => {
  const kept = await (await caches.open('kt-trang-1')).matchAll();
  return [...new Set((await Promise.all(kept.map(page => page.text()))).map(text => / data-nguoi="([^"]*)"/.exec(text)[1]))];
}"""
"""The accounts whose pages of visits the device has."""


@pytest.fixture(scope="module")
def visit(village):
    """A visit of the commune with a head and two members, each with criteria of their own."""
    for login in ("nhung.xa", "khai.xa", "mai.xa"):
        village.enter(login)
    officer = village.token("can_bo_xa", "xa", "NAM-LAM")
    plan = {"layer": "commune", "on": _today(), "title": "Kiểm tra kỹ thuật lần 2", "sites": ["Điểm trường chính"]}
    planned = village.eventually("POST", f"schools/{SCHOOL}/inspections", {**plan, "cycle": village.cycle}, officer)
    path = f"schools/{SCHOOL}/inspections/{planned['inspection']}"
    known = {"worked_here": False, "years_in_sector": 9, "trained": True, "source": "Lý lịch"}
    members = [
        {"login": "nhung.xa", "role": "truong", "criteria": [], **known},
        {"login": "khai.xa", "role": "thanh_vien", "criteria": ["2.2", "4.1", "4.2"], **known},
        {"login": "mai.xa", "role": "thu_ky", "criteria": ["4.1"], **known},
    ]
    body = {"decision": "45/QĐ-UBND", "decided_on": _today(), "members": members}
    village.eventually("POST", f"{path}/team", body, officer)
    return Visit(village, planned["inspection"], path, officer)


class Visit:
    """The visit as its office reads it over REST."""

    def __init__(self, village, inspection: str, path: str, officer: str) -> None:
        self.village, self.inspection, self.path, self.officer = village, inspection, path, officer

    def page(self, criterion: str) -> str:
        return f"/xa/NAM-LAM/kiem-tra/{self.inspection}?truong={SCHOOL}&tieu-chi={criterion}"

    def view(self) -> dict:
        found: dict = self.village.api("GET", self.path, token=self.officer)
        return found

    def opinions(self, criterion: str, level: int = 1) -> list[dict]:
        return [
            opinion
            for one in self.view()["opinions"]
            if (one["criterion"], one["level"]) == (criterion, level)
            for opinion in one["opinions"]
        ]

    def recorded(self, criterion: str) -> int:
        """Count the opinions on a criterion in the public feed."""
        events, after = [], 0
        while True:
            found = self.village.api("GET", f"feed?after={after}&limit=500")
            events += found["events"]
            if not found["events"]:
                break
            after = found["next_after"]
        return sum(
            e["type"].startswith("vn.kiemdinh.inspection.member-judged") and e["data"]["criterion"] == criterion
            for e in events
        )

    def photos(self) -> list[dict]:
        return list(self.view()["photos"])


def _today() -> str:
    from shared.clock import SystemClock, today

    return today(SystemClock()).isoformat()


def ready(page) -> None:
    """Wait until the page and its files are kept on the device."""
    page.locator("html[data-giu]").wait_for(state="attached")


def judge(page, result: str, note: str, level: int = 1) -> None:
    row = page.locator(f"#o-{level}_-")
    row.get_by_role("radio", name=result, exact=True).check()
    row.locator("textarea").fill(note)
    row.locator("textarea").blur()


def says(page, text: str) -> None:
    page.locator("#da-luu").get_by_text(re.compile(text)).wait_for()


def fill_in(page, login: str) -> None:
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.locator("#ra").wait_for(state="attached")


def signed_in(one, login: str, path: str):
    """Sign in by the form, with a session of its own, and go on to a page."""
    page = one.open("/vao?tiep=" + urllib.parse.quote(path, safe=""))
    fill_in(page, login)
    return page


def sign_out(page, village) -> None:
    """Sign out from a page that no service worker looks after."""
    page.goto(village.url + "/them")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/vao"))


def until(page, promised: str) -> None:
    """Wait until a promise of the page comes true; `wait_for_function` takes any promise for true."""
    for _ in range(100):
        if page.evaluate(promised):
            return
        page.wait_for_timeout(100)
    raise AssertionError(promised)


def test_what_is_judged_without_a_network_survives_a_reload_and_is_sent_exactly_once(window, visit):
    one = window("khai.xa", size=PHONE)
    page = one.open(visit.page("4.2"))
    ready(page)

    one.context.set_offline(True)
    judge(page, "Không đạt", "Nhà vệ sinh hỏng một phòng.")
    says(page, "Mất mạng, còn trên máy. 1 mục chờ gửi")
    assert "Ngoại tuyến từ" in page.locator("#ngoai").inner_text()
    page.reload()
    says(page, "Mất mạng, còn trên máy. 1 mục chờ gửi")
    assert page.locator("#o-1_- textarea").input_value() == "Nhà vệ sinh hỏng một phòng."
    one.keep("20-ngoai-tuyen")
    assert visit.opinions("4.2") == []

    one.context.set_offline(False)
    says(page, "Đã lưu")
    (opinion,) = visit.opinions("4.2")
    assert (opinion["result"], opinion["note"], opinion.get("others", [])) == ("not_met", "Nhà vệ sinh hỏng một phòng.", [])
    page.reload()
    says(page, "Tự lưu")
    assert not page.locator("#ngoai").is_visible()
    assert visit.recorded("4.2") == 1


def test_a_criterion_taken_along_opens_without_a_network_with_its_papers(window, visit):
    one = window("khai.xa", size=PHONE)
    page = one.open(visit.page("4.1"))
    ready(page)
    page.get_by_role("button", name="Tải về máy").click()
    page.locator("#co-san").get_by_text(re.compile("Có sẵn trên máy")).wait_for()

    one.context.set_offline(True)
    page.locator('.kt-nut [name=sang][value="2.2"]').click()
    page.get_by_role("heading", name=re.compile("2.2"), level=1).wait_for()
    page.locator("[data-giay] .co").first.wait_for()
    page.locator("[data-giay]").first.click()
    image = page.locator("#xem-trang img").first
    image.wait_for()
    page.wait_for_function("document.querySelector('#xem-trang img').naturalWidth > 0")
    page.get_by_role("button", name="Đóng").click()
    one.context.set_offline(False)


def test_two_devices_of_one_member_keep_both_versions_and_the_member_chooses(window, visit):
    first, second = window("khai.xa", size=PHONE), window("khai.xa", size=PC)
    phone, desk = first.open(visit.page("2.2")), second.open(visit.page("2.2"))
    ready(phone)
    first.context.set_offline(True)
    judge(phone, "Không đạt", "Ghi ở điện thoại.")
    says(phone, "Mất mạng")
    judge(desk, "Đạt", "Ghi ở máy bàn.")
    says(desk, "Đã lưu")

    first.context.set_offline(False)
    says(phone, "1 mục khác bản trên máy chủ")
    both = phone.locator(".hai-ban")
    assert "Ghi ở điện thoại." in both.inner_text()
    assert "Ghi ở máy bàn." in both.inner_text()
    first.keep("20-hai-ban")
    (opinion,) = visit.opinions("2.2")
    assert {opinion["note"], *(o["note"] for o in opinion["others"])} == {"Ghi ở điện thoại.", "Ghi ở máy bàn."}

    chosen = both.locator(".merge > div").filter(has_text="Ghi ở máy bàn.")
    chosen.get_by_role("button", name="Lấy bản này").click()
    phone.locator(".hai-ban").wait_for(state="detached")
    (opinion,) = visit.opinions("2.2")
    assert (opinion["note"], opinion.get("others", [])) == ("Ghi ở máy bàn.", [])


def test_a_session_that_ended_loses_nothing_and_another_account_sends_none_of_it(window, visit):
    one = window("khai.xa", size=PHONE)
    page = one.open(visit.page("4.1"))
    ready(page)
    one.context.clear_cookies()
    judge(page, "Đạt", "Ghi khi hết phiên.")
    says(page, "Hết phiên. 1 mục còn trên máy này")
    assert page.locator("#da-luu a").get_attribute("href").startswith("/vao?tiep=")

    another = {"name": "kd_phien", "value": visit.village.enter("mai.xa"), "url": visit.village.url}
    one.context.add_cookies([another])
    page.reload()
    page.get_by_text("của một tài khoản khác").wait_for()
    assert page.locator("#o-1_- textarea").input_value() == ""
    assert visit.opinions("4.1") == []

    one.context.add_cookies([{**another, "value": visit.village.enter("khai.xa")}])
    page.reload()
    says(page, "Đã lưu")
    (opinion,) = visit.opinions("4.1")
    assert opinion["note"] == "Ghi khi hết phiên."


def test_a_photo_waits_for_the_network_and_becomes_one_of_the_visit(window, visit):
    one = window("khai.xa", size=PHONE, geolocation={"latitude": 21.38, "longitude": 103.02}, permissions=["geolocation"])
    page = one.open(visit.page("4.1"))
    ready(page)
    one.context.set_offline(True)
    page.get_by_label("Nơi chụp").fill("Điểm trường Pù Luông")
    page.get_by_label("Nơi chụp").blur()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Chụp ảnh", exact=True).click()
    choosing.value.set_files({"name": "phong-5.png", "mimeType": "image/png", "buffer": PICTURE})
    page.locator("#anh-cho li").get_by_text("chờ gửi").wait_for()
    page.locator("#anh-cho li").get_by_text("Điểm trường Pù Luông · có vị trí").wait_for()
    page.reload()
    page.locator("#anh-cho li").get_by_text("chờ gửi").wait_for()
    one.keep("20-anh-cho-gui")
    one.context.set_offline(False)
    page.locator("#anh-da-gui li").get_by_text("đã gửi").wait_for()
    assert page.locator("#anh-cho li").count() == 0
    (photo,) = visit.photos()
    assert (photo["criterion"], photo["place"], photo["latitude"]) == ("4.1", "Điểm trường Pù Luông", 21.38)


def test_without_scripts_a_member_judges_and_sends_a_photo_by_forms(window, visit):
    one = window("mai.xa", size=PHONE, java_script_enabled=False)
    page = one.open(visit.page("4.3"))
    row = page.locator("#o-1_-")
    row.get_by_role("radio", name="Đạt", exact=True).check()
    row.locator("textarea").fill("Ghi không có kịch bản.")
    page.locator("#luu").click()
    assert "Đã ghi, số" in page.locator("main").inner_text()
    (opinion,) = visit.opinions("4.3")
    assert (opinion["result"], opinion["note"]) == ("met", "Ghi không có kịch bản.")

    before = len(visit.photos())
    page.get_by_role("link", name="Gửi ảnh").click()
    page.get_by_label("Chụp hoặc chọn ảnh").set_input_files(
        {"name": "san.png", "mimeType": "image/png", "buffer": PICTURE + b"\0"}
    )
    page.get_by_role("button", name="Gửi").click()
    page.get_by_role("button", name="Ghi là ảnh của đợt").click()
    page.get_by_role("heading", name="4.3", level=1).wait_for()
    assert len(visit.photos()) == before + 1


def test_keys_judge_and_move_between_rows_on_a_desk(window, visit):
    one = window("khai.xa", size=PC)
    page = one.open(visit.page("1.1"))
    ready(page)
    page.locator("#o-1_- input:checked").focus()
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.keyboard.press("1")
    says(page, "Đã lưu")
    assert [visit.opinions("1.1", level)[0]["result"] for level in (1, 2)] == ["not_met", "met"]


def test_the_head_agrees_to_what_does_not_differ_in_one_act(window, visit):
    one = window("nhung.xa", size=PC)
    page = one.open(f"/xa/NAM-LAM/kiem-tra/{visit.inspection}/thong-nhat?truong={SCHOOL}")
    assert page.get_by_text("Chưa cho ý kiến").count() >= 1, "a member who was given 4.1 has not judged it"
    page.get_by_role("button", name="Thống nhất các mục không lệch").click()
    page.locator("main").get_by_text("Đã ghi, số").wait_for()
    agreed = {f"{f['criterion']}-{f['level']}": f["result"] for f in visit.view()["findings"]}
    assert agreed["2.2-1"] == "met"
    assert agreed["4.2-1"] == "not_met"
    assert "4.1-1" not in agreed


def test_the_pages_of_a_visit_are_accessible_and_never_wider_than_the_window(window, visit):
    from axe_playwright_python.sync_playwright import Axe

    head = window("nhung.xa", size=PC)
    found, axe = [], Axe()
    member = window("khai.xa", size=PC)
    for one, path, name in [
        (head, f"/xa/NAM-LAM/kiem-tra/{visit.inspection}/thong-nhat?truong={SCHOOL}", "20-thong-nhat"),
        (head, f"/xa/NAM-LAM/kiem-tra/{visit.inspection}/doan?truong={SCHOOL}", "20-doan"),
        (member, visit.page("2.2"), "20-doan-kiem-tra"),
    ]:
        page = one.open(path)
        page.wait_for_timeout(500)
        for size in (PC, (320, 700), PHONE):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                found.append(f"{name} at {size[0]}: {over} px too wide")
            if size != (320, 700):
                one.keep(name)
            if size != PHONE:
                results = axe.run(page)
                found += [
                    f"{name} at {size[0]}: {v['id']} {v['nodes'][0]['html'][:200]}" for v in results.response["violations"]
                ]
    assert found == []


def test_signing_out_asks_where_something_is_not_sent_and_leaves_nothing_on_the_device(window, visit):
    one = window("mai.xa", size=PC)
    page = one.open(visit.page("4.2"))
    ready(page)
    one.context.set_offline(True)
    judge(page, "Đạt", "Chưa gửi.", level=2)
    says(page, "Mất mạng")
    asked = []

    def answer(dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.locator("details.me summary").click()
    leave = page.get_by_role("button", name="Đăng xuất")
    leave.click()
    for _ in range(50):
        if asked:
            break
        page.wait_for_timeout(100)
    assert "Còn 1 mục của đợt kiểm tra chưa gửi" in asked[0]
    assert page.locator("#o-2_- textarea").input_value() == "Chưa gửi."
    one.context.set_offline(False)
    says(page, "Đã lưu|mục khác bản")
    leave.click()
    page.wait_for_url(re.compile("/vao"))
    assert page.evaluate(LEFT) == [0, 0, 0]


def test_pages_of_a_visit_that_somebody_only_read_are_gone_after_signing_out_anywhere(window, visit, village):
    one = window(size=PC)
    page = signed_in(one, "khai.xa", visit.page("2.2"))
    ready(page)
    sign_out(page, village)
    assert page.evaluate(LEFT) == [0, 0, 0]

    read = f"/xa/NAM-LAM/kiem-tra/{village.visit}?truong={SCHOOL}"
    signed_in(one, "khai.xa", "/them")
    one.open(read)
    until(page, f"({OWNERS})().then(owners => owners.length === 1)")
    assert page.locator("script[src*='kiem-tra.js']").count() == 0, "read only"
    sign_out(page, village)
    assert page.evaluate(LEFT) == [0, 0, 0]

    signed_in(one, "khai.xa", "/them")
    one.open(read)
    until(page, f"({OWNERS})().then(owners => owners.length === 1)")
    one.context.clear_cookies()
    one.context.add_cookies([{"name": "kd_phien", "value": village.enter("nhung.xa"), "url": village.url}])
    one.open("/them")
    until(page, f"({LEFT})().then(left => left[2] === 0)")


def test_after_a_session_that_ended_the_next_account_gets_no_page_of_the_former_who_keeps_what_waits(window, visit, village):
    one = window(size=PHONE)
    page = signed_in(one, "khai.xa", visit.page("1.3"))
    ready(page)
    former = page.locator("#ra").get_attribute("data-nguoi")
    assert page.evaluate(OWNERS) == [former]
    one.context.clear_cookies()
    judge(page, "Không đạt", "Của người trước.")
    says(page, "Hết phiên. 1 mục còn trên máy này")

    page.locator("#da-luu a").click()
    page.wait_for_url(re.compile("/vao"))
    until(page, f"({LEFT})().then(left => left[2] === 0)")
    fill_in(page, "mai.xa")
    page.get_by_text("của một tài khoản khác").wait_for()
    ready(page)
    assert page.locator("#o-1_- textarea").input_value() == ""
    (owner,) = page.evaluate(OWNERS)
    assert owner != former
    one.context.set_offline(True)
    page.reload()
    says(page, "Mất mạng")
    assert page.locator("#ra").get_attribute("data-nguoi") == owner
    one.context.set_offline(False)
    sign_out(page, village)
    assert page.evaluate(LEFT) == [1, 0, 0]
    assert visit.opinions("1.3") == []

    signed_in(one, "khai.xa", visit.page("1.3"))
    says(page, "Đã lưu")
    (opinion,) = visit.opinions("1.3")
    assert opinion["note"] == "Của người trước."


def test_who_took_papers_along_is_told_that_they_went_when_the_password_was_asked_for(window, visit):
    one = window(size=PHONE)
    page = signed_in(one, "khai.xa", visit.page("2.2"))
    ready(page)
    page.get_by_role("button", name="Tải về máy").click()
    page.locator("#co-san").get_by_text(re.compile("Có sẵn trên máy")).wait_for()
    one.context.clear_cookies()
    page.reload()
    page.wait_for_url(re.compile("/vao"))
    fill_in(page, "khai.xa")
    page.locator("#co-san").get_by_text(re.compile("Tải lại trước khi mất mạng")).wait_for()


@pytest.mark.parametrize("broken", ["store", "script"])
def test_who_signs_out_is_signed_out_even_where_the_device_fails(window, visit, village, broken):
    one = window(size=PC)
    page = signed_in(one, "khai.xa", visit.page("2.2"))
    ready(page)
    if broken == "store":
        one.context.add_init_script("IDBFactory.prototype.open = () => { throw new Error('broken'); }")
    else:
        page.route("**/static/kiem-tra-kho.js", lambda route: route.fulfill(status=404))
    sign_out(page, village)
    assert page.evaluate("caches.keys()") == []
    one.open("/them")
    assert "/vao" in page.url


def test_a_device_that_is_full_shows_what_the_network_brings_and_says_what_it_did_not_keep(window, visit):
    one = window(size=PHONE)
    page = signed_in(one, "khai.xa", visit.page("2.2"))
    ready(page)
    (worker,) = one.context.service_workers
    worker.evaluate("() => { Cache.prototype.put = async () => { throw new DOMException('full', 'QuotaExceededError'); }; }")
    page.evaluate("caches.keys().then(names => Promise.all(names.map(name => caches.delete(name))))")
    one.open(visit.page("4.1"))
    page.get_by_role("heading", name=re.compile("4.1"), level=1).wait_for()
    ready(page)
    page.get_by_role("button", name="Tải về máy").click()
    page.locator("#co-san").get_by_text(re.compile(r"0 tiêu chí, 0 ảnh giấy.*Chưa giữ được 3 tiêu chí")).wait_for()


def test_the_sign_in_page_is_never_kept_as_the_image_of_a_paper(window, visit, village):
    one = window(size=PHONE)
    page = signed_in(one, "khai.xa", visit.page("4.1"))
    ready(page)
    image = f"/tai-lieu/{village.document}/1/anh"
    fetched = f"fetch('{image}', {{mode: 'no-cors'}}).then(a => a.text()).then(() => caches.match('{image}')).then(Boolean)"
    one.context.clear_cookies()
    assert page.evaluate(fetched) is False
    one.context.add_cookies([{"name": "kd_phien", "value": village.enter("khai.xa"), "url": village.url}])
    assert page.evaluate(fetched) is True


def test_what_was_not_sent_before_the_conclusion_is_shown_to_be_copied(window, visit, village):
    one = window("khai.xa", size=PHONE)
    page = one.open(visit.page("1.2"))
    ready(page)
    one.context.set_offline(True)
    judge(page, "Không đạt", "Thiếu sổ họp.")
    says(page, "Mất mạng")
    head = village.token_for("nhung.xa")
    village.api("POST", f"{visit.path}/conclusion", {"summary": "Đã xem xong tại chỗ."}, head)
    one.context.set_offline(False)
    page.goto(village.url + visit.page("1.2"))
    left = page.locator("#con-lai")
    left.get_by_text("đã kết luận").wait_for()
    assert "Thiếu sổ họp." in left.inner_text()
    left.get_by_role("button", name="Bỏ khỏi máy").click()
    left.wait_for(state="hidden")
