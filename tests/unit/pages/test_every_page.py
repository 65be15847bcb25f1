"""Every page, in the roles that use it, keeps the rules of the house: words, headings, escaping, no inline code, budgets."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from shared.vocabulary.roles import Role
from tests.unit.pages.year import canned_plan, canned_work_of_year
from tests.unit.pages.year.canned_tasks import TASK

STATIC = Path(__file__).parents[3] / "services" / "portal" / "static"
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
PAST = "hieu-luc=2026-06-30&biet-den=13940"

SCHOOL_PAGES = [
    "/truong/TH-BC",
    f"/truong/TH-BC?{PAST}",
    "/truong/TH-BC/minh-chung",
    "/truong/TH-BC/minh-chung?gan=2.2_1_-&dot=2026-2027",
    "/truong/TH-BC/danh-gia",
    f"/truong/TH-BC/danh-gia?{PAST}",
    "/truong/TH-BC/danh-gia?xong=18298",
    "/truong/TH-BC/danh-gia/2026-2027/2.2?xong=18298",
    "/truong/TH-BC/danh-gia/2026-2027/4.1",
    f"/truong/TH-BC/danh-gia/2025-2026/1.1?{PAST}",
    "/truong/TH-BC/danh-gia/2026-2027/4.2",
    "/truong/TH-BC/danh-gia/2026-2027/2.2/noi-ham",
    "/truong/TH-BC/danh-gia/2026-2027/phan-chung",
    "/truong/TH-BC/hoi-dong",
    "/truong/TH-BC/hoi-dong?buoc=dang_viet&xong=18298",
    "/truong/TH-BC/hoi-dong/quyet-dinh",
    "/truong/TH-BC/hoi-dong/nhom",
    "/truong/TH-BC/hoi-dong/phan-cong",
    "/truong/TH-BC/hoi-dong/ke-hoach",
    "/truong/TH-BC/thu",
    "/truong/TH-BC/thu?neu=4.2",
    "/truong/TH-BC/thu?neu=3.5&muc=1",
    "/truong/TH-BC/so-lieu",
    "/truong/TH-BC/so-lieu?nam=2024-2025",
    f"/truong/TH-BC/so-lieu?{PAST}",
    "/truong/TH-BC/hop",
    "/truong/TH-BC/hop?lan=1",
    "/truong/TH-BC/hop?viec=ghi",
    "/truong/TH-BC/truoc-khi-trinh",
    "/truong/TH-BC/giay-to",
    f"/truong/TH-BC/giay-to?{PAST}",
    "/truong/TH-BC/giay-to?ban=ABCDEFGHIJKLMNOPQRST&da-dinh=co",
    "/truong/TH-BC/cai-tien",
    "/truong/TH-BC/cai-tien?dang=bang",
    "/truong/TH-BC/cai-tien/them?cho=4.2",
    "/truong/TH-BC/cai-tien/han-che",
    "/truong/TH-BC/cai-tien/viec?ma=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1005",
    "/truong/TH-BC/lich-su",
    "/truong/TH-BC/lich-su?so=14320",
    "/truong/TH-BC/lich-su?a=2026-09-30&a-biet=14600",
    "/truong/TH-BC/lich-su?a=2026-09-30&a-biet=14600&b=2026-11-20&b-biet=18117",
    "/truong/TH-BC/nam-nam",
    f"/truong/TH-BC/nam-nam?{PAST}",
    "/truong/TH-BC/chenh-lech",
    "/truong/TH-BC/chenh-lech?bo=2018/tieu_hoc",
    "/truong/TH-BC/duy-tri",
    f"/tai-lieu/{DOC}/1",
    f"/tai-lieu/{DOC}/1?q=ke+hoach&cho=2",
    "/truong/TH-BC/xem-lai",
    "/truong/TH-BC/xem-lai?trang=2",
    "/truong/TH-BC/xem-lai?trang=9",
    f"/tai-lieu/{DOC}/1/sua",
    f"/tai-lieu/{DOC}/2/sua?lam=sua-3",
    f"/tai-lieu/{DOC}/3/sua",
    "/tim",
    "/tim?q=ke+hoach",
    "/tim?q=khongco",
    "/bien-nhan/18204",
    "/them",
]
REVIEWS = [page for page in SCHOOL_PAGES if re.search(r"/(sua|xem-lai)", page)]
WORK = [page for page in SCHOOL_PAGES if re.search(r"/(hop|truoc-khi-trinh|giay-to|cai-tien)", page)]
UPLOADS = [
    "/truong/TH-BC/giay-to/so",
    "/truong/TH-BC/giay-to/dinh",
    "/truong/TH-BC/giay-to/dinh?bien-nhan=18204,18205*&tu-choi=pdf-hong",
    "/truong/TH-BC/kien-nghi",
    "/truong/TH-BC/kien-nghi?chon=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f3001",
    "/truong/TH-BC/kien-nghi?xem=xong&xong=18298&da-gui=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f2001",
    "/truong/TH-BC/viec",
    f"/truong/TH-BC/viec?chon={TASK.format(2)}&xem=truong",
    "/truong/TH-BC/viec?xem=xong",
    "/truong/TH-BC/dang-ky",
    "/truong/TH-BC/tai-len",
    "/truong/TH-BC/tai-len?bien-nhan=18204,18205*&tu-choi=pdf-co-mat-khau,la",
]
PUBLIC = [
    "/vao",
    "/so-cong-nhan",
    "/so-cong-nhan?ngay=01/9/2026&xa=NAM-LAM",
    "/bang?so=214/Q%C4%90-UBND",
    "/bang?so=0175/CQG",
    "/bang?so=khong-co",
    "/bang?so=214/Q%C4%90-UBND&ngay=01/9/2026",
    "/tro-giup",
    "/tro-giup/phim-tat",
    "/tro-giup/tu-kiem",
]
COMMUNE = [
    "/xa/NAM-LAM",
    "/xa/NAM-LAM/hom-nay",
    "/xa/NAM-LAM/hom-nay?tuan=2026-02-16&xem=qua-han",
    "/hop-thu",
    "/hop-thu?da-ghi=1",
    "/tai-khoan/nhac-viec",
    "/xa/NAM-LAM/kien-nghi",
    "/xa/NAM-LAM/kien-nghi?chon=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f2003",
    "/xa/NAM-LAM/kien-nghi?chon=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f2005&xong=5",
    "/xa/NAM-LAM/kien-nghi?trang-thai=qua_han&ai=truong&truong=TH-BC",
    "/xa/NAM-LAM/kien-nghi/phat-hien",
    "/xa/NAM-LAM/ho-so",
    "/xa/NAM-LAM/ho-so?chon=TH-BC&buoc=du_thao",
    "/xa/NAM-LAM/kiem-tra/kt-08/nhieu-chi-bao?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-08/nhieu-chi-bao?truong=TH-BC&tieu-chuan=4&xong=5&da-ghi=3",
    "/truong/TH-BC/dang-ky",
    "/xa/NAM-LAM/duy-tri",
    *canned_plan.PAGES,
    "/xa/NAM-LAM/chenh-lech",
    "/xa/NAM-LAM/kiem-tra",
    "/xa/NAM-LAM/kiem-tra?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC&tieu-chi=4.1&xong=5",
    "/xa/NAM-LAM/kiem-tra/kt-09?truong=TH-BC&tieu-chi=4.1",
    "/xa/NAM-LAM/kiem-tra/kt-09?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-09/thong-nhat?truong=TH-BC&xong=5",
    "/xa/NAM-LAM/kiem-tra/kt-09/doan?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-10?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-10/thong-nhat?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-10/doan?truong=TH-BC",
    "/xa/NAM-LAM/kiem-tra/kt-10?truong=TH-BC&tieu-chi=2.2",
    "/truong/TH-BC/giay-doan",
    "/truong/TH-BC/giay-doan?dot=kt-08",
    "/xa/NAM-LAM/chi-tieu?nam=2026",
    "/xa/NAM-LAM/chi-tieu?nam=2026&loc=tre&lop=commune&truong=TH-BC&xong=5",
    "/xa/NAM-LAM/chi-tieu/TH-BC/1.1?nam=2026",
    "/xa/NAM-LAM/chi-tieu/TH-BC/1.2?nam=2026",
    "/xa/NAM-LAM/chi-tieu/dat?nam=2026",
]
YEAR = [
    "/xa/NAM-LAM/viec",
    "/xa/NAM-LAM/viec?nam=2025",
    "/xa/NAM-LAM/viec?nam=2027&trang=3",
    "/xa/NAM-LAM/viec?nam=2026&trang-thai=qua_han&don-vi=phong_kinh_te",
    *(f"/xa/NAM-LAM/viec/{TASK.format(number)}" for number in (1, 3, 4, 6, 7)),
    "/xa/NAM-LAM/van-ban",
    "/xa/NAM-LAM/van-ban?nam=2025",
    "/xa/NAM-LAM/ban-chi-dao",
    "/xa/NAM-LAM/ban-chi-dao?nam=2025",
]
TRYING = [
    "/xa/NAM-LAM/thu-nghiem",
    "/xa/NAM-LAM/thu-nghiem?bo=v2026_tt57/pho_thong&lop=commune&tc-1.1=bo&muc-2-others_at_least=7",
    "/xa/NAM-LAM/thu-nghiem?bo=v2018/mam_non",
]
DEPARTMENT = [
    "/so/ho-so",
    "/so/ho-so?truong=TH-BC",
    "/so/ho-so/kt-08?truong=TH-BC",
    "/so/ho-so/kt-08/thong-nhat?truong=TH-BC",
    "/so/ho-so/kt-08/doan?truong=TH-BC",
    "/so/ho-so?chon=TH-BC",
    "/so/ho-so?buoc=cong_nhan",
    "/so/ho-so/bao-cao",
    "/truong/TH-BC/dang-ky",
    "/so/ho-so/kt-08/nhieu-chi-bao?truong=TH-BC",
    "/so/kien-nghi?trang-thai=mo",
    "/so/kien-nghi?chon=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f2003",
    "/so/kien-nghi/phat-hien?trang-thai=mo",
    "/so/ho-so/chuong-trinh",
    "/so/duy-tri?nam=2025-2026",
    "/so/chenh-lech?bo=2018/tieu_hoc",
    "/so/quyet-dinh",
    "/so/quyet-dinh?truong=TH-BC&xong=5",
]
AUDIT = ["/kiem-toan", "/nhat-ky", "/nhat-ky?sau=10", "/nhat-ky/moc-niem"]
ADMIN = [
    "/quan-tri",
    "/quan-tri/nguoi-dung",
    "/quan-tri/ma-truy-cap",
    "/quan-tri/bo-tieu-chi",
    "/quan-tri/tin-chua-gui",
    "/quan-tri/tinh-trang",
]
EVERY = [
    *((Role.HEAD, p) for p in [*SCHOOL_PAGES, *UPLOADS]),
    *((Role.CLERK, p) for p in [f"/tai-lieu/{DOC}/1?q=ke+hoach", "/truong/TH-BC/danh-gia/2026-2027/2.2", *UPLOADS]),
    *((Role.COUNCIL_MEMBER, p) for p in [*SCHOOL_PAGES[2:8], *WORK]),
    *((role, p) for role in (Role.CLERK, Role.AUDITOR) for p in SCHOOL_PAGES if "hoi-dong" in p or "phan-chung" in p),
    *((Role.COMMUNE_OFFICER, p) for p in [*COMMUNE, *YEAR, SCHOOL_PAGES[0], "/truong/TH-BC/duy-tri?xong=5", *WORK]),
    *((role, p) for role in (Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.AUDITOR) for p in TRYING),
    *(
        (Role.INSPECTOR, p)
        for p in [*COMMUNE, *YEAR, "/xa/NAM-LAM/kiem-tra/kt-09/anh?truong=TH-BC&tieu-chi=4.1&bien-nhan=18204"]
    ),
    *((Role.DEPARTMENT_OFFICER, p) for p in DEPARTMENT),
    *((Role.EXTERNAL_EVALUATOR, p) for p in DEPARTMENT[:9]),
    *(
        (Role.COMMUNE_OFFICER, p)
        for p in ("/xa/NAM-LAM/kiem-tra/chuong-trinh", "/xa/NAM-LAM/kiem-tra/chuong-trinh?so-dot=3")
    ),
    *((role, "/truong/TH-BC/dang-ky") for role in (Role.COUNCIL_MEMBER, Role.AUDITOR)),
    *((Role.AUDITOR, p) for p in [*AUDIT, *SCHOOL_PAGES[:12:3]]),
    *(
        (role, p)
        for role in (Role.CLERK, Role.COUNCIL_MEMBER, Role.AUDITOR)
        for p in SCHOOL_PAGES
        if "/sua" in p or "xem" in p
    ),
    *((Role.ADMINISTRATOR, p) for p in ADMIN),
    *((Role.COMMUNE_OFFICER, p) for p in [*canned_work_of_year.OF_COMMUNE, *canned_work_of_year.OF_PLANNERS]),
    *((role, p) for role in (Role.COMMUNE_LEADER, Role.ECONOMIC_OFFICE) for p in canned_work_of_year.OF_COMMUNE),
    *((role, p) for role in (Role.HEAD, Role.CLERK) for p in canned_work_of_year.OF_SCHOOL),
    *((None, p) for p in canned_work_of_year.PUBLIC),
    *((None, p) for p in PUBLIC),
]


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_title = tag == "title"
        if "id" in dict(attrs):
            self.ids.append(str(dict(attrs)["id"]))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def read(html: str) -> Seen:
    seen = Seen()
    seen.feed(html)
    return seen


@pytest.fixture(scope="module", params=EVERY, ids=lambda p: f"{p[0]}:{p[1]}")
def page(request, house):
    role, path = request.param
    response = house.enter(role).get(path)
    assert response.status_code == 200, response.text[:2000]
    return response.text


def test_a_page_speaks_vietnamese_under_one_heading_inside_one_main_landmark(page):
    seen = read(page)

    assert seen.all("html")[0]["lang"] == "vi"
    assert len(seen.all("h1")) == 1
    assert len(seen.all("main")) == 1
    assert seen.all("a")[0]["href"] == "#noi-dung"
    assert seen.title.endswith("kiemdinh")
    assert len(seen.ids) == len(set(seen.ids))
    assert {str(use["href"])[1:] for use in seen.all("use")} <= set(seen.ids)


def test_a_page_carries_no_inline_code_and_fetches_nothing_from_elsewhere(page):
    seen = read(page)

    for tag, attrs in seen.tags:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        if tag == "script":
            assert str(attrs["src"]).startswith("/static/")
        if tag == "a" and attrs.get("href") == canned_work_of_year.OUTSIDE:
            # Nothing is fetched from there, and nobody there is told where one came from: the one way out of a page.
            assert attrs == {"href": canned_work_of_year.OUTSIDE, "rel": "noopener noreferrer nofollow"}
            continue
        for name in ("src", "href", "action"):
            assert not str(attrs.get(name) or "").startswith(("http:", "https:", "//", "javascript:", "data:"))
    assert "<style" not in page


def test_hostile_text_stays_text(page):
    assert "<script>alert" not in page


def test_no_page_shows_a_part_of_its_template(page):
    assert "&lt;Macro" not in page


def test_every_form_that_changes_something_carries_the_form_token(page):
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", page, re.S):
        assert 'name="csrf"' in form or 'name="ticket"' in form


def test_every_control_has_a_name(page):
    seen = read(page)
    labelled = {attrs.get("for") for attrs in seen.all("label")}
    wrapped = re.findall(r"<label[^>]*>(?:(?!</label>).)*?<(?:input|select)[^>]*>", page, re.S)
    for tag in ("input", "select", "textarea"):
        for attrs in seen.all(tag):
            if attrs.get("type") in {"hidden", "radio", "checkbox"} or "aria-label" in attrs or "aria-hidden" in attrs:
                continue
            assert attrs.get("id") in labelled, attrs
    assert len(wrapped) >= sum(a.get("type") in {"radio", "checkbox"} for a in seen.all("input"))


def test_budgets_hold(page):
    seen = read(page)
    scripts = {re.sub(r"\?.*", "", str(a["src"])).rpartition("/")[2] for a in seen.all("script")}
    if scripts:
        scripts.add("kiemdinh.js")
    js = b"".join((STATIC / name).read_bytes() for name in sorted(scripts))
    sheets = [re.sub(r"\?.*", "", str(a["href"])).rpartition("/")[2] for a in seen.all("link") if a["rel"] == "stylesheet"]
    css = b"".join((STATIC / name).read_bytes() for name in sheets)
    whole = page.encode() + css + js

    assert len(js) <= 25_000
    assert len(whole) <= 100_000
    assert len(gzip.compress(page.encode())) + len(gzip.compress(css)) + len(gzip.compress(js)) <= 30_000


def test_no_persons_name_is_in_a_title_or_an_address(page):
    seen = read(page)
    for name in ("Hoàng Thị Vân", "Lường Thị Minh Tâm", "Triệu Thị Nhung"):
        assert name not in seen.title
        assert not [a for a in seen.all("a") if name in str(a.get("href"))]


@pytest.mark.parametrize("path", [*SCHOOL_PAGES[:2], "/xa/NAM-LAM", "/quan-tri", "/nhat-ky", "/tim?q=a"])
def test_a_stranger_is_sent_to_sign_in(enter, path):
    response = enter(None).get(path)

    assert response.status_code == 303
    assert response.location.startswith("/vao?tiep=")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.CLERK, "/quan-tri"),
        (Role.CLERK, "/quan-tri/nguoi-dung"),
        (Role.CLERK, "/xa/NAM-LAM"),
        (Role.CLERK, "/so/ho-so"),
        (Role.HEAD, "/xa/NAM-LAM/thu-nghiem"),
        (Role.INSPECTOR, "/xa/NAM-LAM/thu-nghiem"),
        (Role.HEAD, "/so/quyet-dinh"),
        (Role.HEAD, "/quan-tri/tinh-trang"),
        (Role.CLERK, "/truong/MN-HB"),
        (Role.AUDITOR, "/truong/TH-BC/tai-len"),
        (Role.COMMUNE_OFFICER, "/quan-tri/ma-truy-cap"),
    ],
)
def test_a_page_of_others_is_refused_with_what_to_do_next(enter, role, path):
    response = enter(role).get(path)

    assert response.status_code == 403
    assert "khong-du-quyen" in response.text
    assert "quyền" in response.text


def test_an_unknown_address_is_a_page_with_a_way_back(enter):
    for role in (None, Role.HEAD):
        response = enter(role).get("/khong-co")
        assert response.status_code == 404
        assert "Về trang đầu" in response.text


def test_text_is_never_upper_cased_and_nothing_newer_than_the_oldest_browser_is_used():
    css = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.css"))
    for word in (
        "text-transform",
        "color-mix",
        "field-sizing",
        ":popover",
        "@container",
        "anchor(",
        "@starting-style",
        "http",
        "@import",
    ):
        assert word not in css
    assert not re.search(r"&[\s:.]", css)
    for path in STATIC.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for word in ("Iterator.from", "Object.groupBy", "Promise.try", "popover", "innerHTML", "eval(", "Array.fromAsync"):
            assert word not in script, path
