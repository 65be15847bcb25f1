"""Notices on pages: published, read by everybody and as RSS, withdrawn; comments are for the office first."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import COMMUNE, Village
from tests.unit.pages.year.year_page_kit import NOTICES, TODAY, day, main_of, peopled, send, sent, words_of

PUBLIC = f"/thong-bao/{COMMUNE}"
HOSTILE = "<script>alert('x')</script> & ]]> \x07"


@pytest.fixture
def village():
    with scope():
        yield peopled()


def published(village: Village, title: str = "Họp dân", **more: str) -> str:
    """Publish a notice and return its id."""
    sent(village, Role.COMMUNE_OFFICER, NOTICES, viec="dang", tieu_de=title, noi_dung="19 giờ tại nhà văn hóa", **more)
    found = re.search(r'id="tb-([^"]+)"', main_of(village, Role.COMMUNE_OFFICER, NOTICES))
    assert found
    return found[1]


def feed(village: Village) -> ET.Element:
    answer = village.enter(None).get(f"{PUBLIC}/rss.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/rss+xml")
    channel = ET.fromstring(answer.data).find("channel")
    assert channel is not None
    return channel


def test_on_the_first_day_every_page_says_that_there_is_none(village):
    assert "chưa có thông báo nào" in main_of(village, Role.COMMUNE_OFFICER, NOTICES)
    assert "chưa đăng thông báo nào" in main_of(village, None, PUBLIC)
    assert feed(village).findall("item") == []


def test_a_notice_is_read_by_everybody_without_signing_in(village):
    number = published(village, so="12/TB-UBND", ngay=day(-2))
    listed = words_of(main_of(village, None, PUBLIC))
    assert "Thông báo số 12/TB-UBND" in listed
    assert day(-2) in listed
    assert "19 giờ tại nhà văn hóa" in main_of(village, None, f"{PUBLIC}/{number}")


def test_the_feed_names_absolute_addresses_and_days_that_readers_understand(village):
    number = published(village, ngay=day(-2))
    (item,) = feed(village).findall("item")
    assert item.findtext("title") == "Họp dân"
    link = item.findtext("link") or ""
    assert link.startswith("http")
    assert link.endswith(f"{PUBLIC}/{number}")
    assert item.findtext("guid") == link
    told = parsedate_to_datetime(item.findtext("pubDate") or "")
    assert (told.date(), told.utcoffset()) == (TODAY - dt.timedelta(days=2), dt.timedelta(hours=7))


def test_hostile_words_stay_words_on_pages_and_in_the_feed(village):
    number = published(village, HOSTILE.replace("\x07", ""))
    for path in (PUBLIC, f"{PUBLIC}/{number}"):
        assert "<script>alert" not in village.enter(None).get(path).text
    (item,) = feed(village).findall("item")
    assert item.findtext("title") == " ".join(HOSTILE.replace("\x07", "").split())


def test_publicity_stands_beside_notices(village):
    done = {"hinh_thuc": "loa", "ten_viec": "Loa thôn", "so_nguoi": "400", "muc": "II.3"}
    sent(village, Role.COMMUNE_OFFICER, NOTICES, viec="tuyen-truyen", **done, duong_dan="https://xa.vn/tin")
    assert "400 người nghe, đọc" in words_of(main_of(village, Role.COMMUNE_OFFICER, NOTICES))
    public = main_of(village, None, PUBLIC)
    assert "Loa truyền thanh" in public
    assert "400" not in public


def test_a_link_to_elsewhere_is_shown_as_one_and_tells_nobody_where_one_came_from(village):
    done = {"viec": "tuyen-truyen", "hinh_thuc": "loa", "ten_viec": "Loa thôn"}
    sent(village, Role.COMMUNE_OFFICER, NOTICES, **done, duong_dan="https://xa.vn/tin?a=1&b=2")
    office = main_of(village, Role.COMMUNE_OFFICER, NOTICES)
    item = re.search(rf'href="({PUBLIC}/[^"]+)"', office)
    assert item
    for page in (office, main_of(village, None, item[1])):
        assert '<a href="https://xa.vn/tin?a=1&amp;b=2" rel="noopener noreferrer nofollow">' in page
        assert "trang ngoài hệ thống" in page


@pytest.mark.parametrize("link", ["http://xa.vn/tin", "javascript:alert(1)", "https://xa.vn@noi-khac.vn/"])
def test_a_link_that_cannot_be_shown_to_everybody_is_refused_with_what_to_do(village, link):
    done = {"viec": "tuyen-truyen", "hinh_thuc": "loa", "ten_viec": "Loa thôn", "duong_dan": link}
    assert "bắt đầu bằng https://" in send(village, Role.COMMUNE_OFFICER, NOTICES, **done).text.partition('role="alert"')[2]
    assert "Loa thôn" not in main_of(village, None, PUBLIC)


def test_a_withdrawn_notice_is_gone_for_the_public(village):
    number = published(village)
    gone = {"viec": "go", "ban_tin": number, "ly_do": "Ghi nhầm ngày họp"}
    assert "Gỡ khỏi trang công khai?" in send(village, Role.COMMUNE_OFFICER, NOTICES, **gone).text
    sent(village, Role.COMMUNE_OFFICER, NOTICES, **gone, chac="co")
    assert "Lý do gỡ: Ghi nhầm ngày họp" in words_of(main_of(village, Role.COMMUNE_OFFICER, NOTICES))
    assert village.enter(None).get(f"{PUBLIC}/{number}").status_code == 404
    assert feed(village).findall("item") == []
    assert number not in main_of(village, Role.MASS_ORGANISATION, NOTICES)


def test_a_comment_reaches_the_office_and_the_public_only_when_the_office_lets_it(village):
    number = published(village)
    sent(village, Role.MASS_ORGANISATION, NOTICES, viec="gop-y", ban_tin=number, gop_y="Nên họp buổi tối")
    office = main_of(village, Role.COMMUNE_OFFICER, NOTICES)
    assert "Nên họp buổi tối" in office
    assert "Nên họp buổi tối" not in main_of(village, None, f"{PUBLIC}/{number}")
    comment = re.search(r'name="cua" value="([^"]+)"', office)
    assert comment
    sent(village, Role.COMMUNE_OFFICER, NOTICES, viec="cho-hien", ban_tin=number, cua=comment[1], hien="co")
    assert "Nên họp buổi tối" in main_of(village, None, f"{PUBLIC}/{number}")


def test_mass_organisations_comment_and_do_nothing_else(village):
    number = published(village)
    page = main_of(village, Role.MASS_ORGANISATION, NOTICES)
    assert "Gửi góp ý" in page
    assert "Đăng thông báo" not in page
    refused = send(
        village, Role.MASS_ORGANISATION, NOTICES, viec="go", ban_tin=number, ly_do="Không đồng ý với xã", chac="co"
    )
    assert "khong-du-quyen" in refused.text
    assert village.enter(Role.HEAD).get(NOTICES).status_code == 403


def test_a_refused_notice_comes_back_as_it_was_typed(village):
    answer = send(village, Role.COMMUNE_OFFICER, NOTICES, viec="dang", tieu_de="Họp", noi_dung="Lời đã gõ", ngay="32/1/2026")
    assert "Lời đã gõ" in answer.text
    assert answer.status_code == 200


def test_an_unknown_commune_has_no_public_page(village):
    for path in ("/thong-bao/KHONG-CO", "/thong-bao/KHONG-CO/rss.xml", f"{PUBLIC}/khong-co"):
        assert village.enter(None).get(path).status_code == 404
