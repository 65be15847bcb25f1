"""Training on pages: a class is planned, its attendance written down, who has attended none is shown."""

from __future__ import annotations

import re

import pytest

from shared.identity.call_context import system
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import SCHOOL, Village
from tests.unit.pages.year.year_page_kit import TRAINING, YEAR, day, main_of, peopled, send, sent, words_of

PLAN = {"ten": "Tự đánh giá theo TT57", "noi_dung": "hoi_dong", "noi": "Hội trường xã"}


@pytest.fixture
def village():
    with scope():
        yield peopled()


def planned(village: Village, **more: str) -> str:
    """Plan a class and return its page."""
    return sent(village, Role.COMMUNE_OFFICER, TRAINING, **(PLAN | {"ngay": day(-1)} | more)).partition("?")[0]


def persons(village: Village, path: str) -> list[str]:
    return re.findall(r'name="nguoi-\d+" value="([^"]+)"', village.enter(Role.COMMUNE_OFFICER).get(path).text)


def test_on_the_first_day_the_page_says_that_there_is_none_and_offers_to_plan_one(village):
    page = main_of(village, Role.COMMUNE_OFFICER, TRAINING)
    assert f"Năm {YEAR} chưa có lớp tập huấn nào" in page
    assert "disabled" not in page
    seen = main_of(village, Role.ECONOMIC_OFFICE, TRAINING)
    assert re.search(r"<button[^>]*disabled[^>]*>Lập lớp", seen)
    assert "Phòng Văn hóa – Xã hội hoặc lãnh đạo UBND xã lập lớp" in seen


def test_a_class_is_planned_and_listed_with_how_it_stands(village):
    address = planned(village, kinh_phi="5.000.000")
    row = words_of(main_of(village, Role.COMMUNE_LEADER, TRAINING))
    assert "Tự đánh giá theo TT57" in row
    assert "5.000.000 đ" in row
    assert "Quá 1 ngày, chưa điểm danh" in row
    assert "Hội trường xã" in words_of(main_of(village, Role.COMMUNE_LEADER, address))


def test_a_refused_plan_comes_back_as_it_was_typed(village):
    answer = send(village, Role.COMMUNE_OFFICER, TRAINING, **PLAN, ngay="31/02/2026")
    assert answer.status_code == 200
    assert 'value="Tự đánh giá theo TT57"' in answer.text
    assert "31/02/2026 không có trong lịch" in words_of(answer.text)


def test_several_days_are_typed_in_one_field(village):
    address = planned(village, ngay=f"{day(3)}, {day(4)} và {day(5)}")
    page = words_of(main_of(village, Role.COMMUNE_OFFICER, address))
    assert all(day(number) in page for number in (3, 4, 5))


def test_a_class_to_come_is_cancelled_after_being_asked_once_more(village):
    address = planned(village, ngay=day(5))
    reason = "Trùng kỳ thi học kỳ một"
    asked = send(village, Role.COMMUNE_OFFICER, address, viec="huy", ly_do=reason)
    assert "Hủy lớp tập huấn này?" in asked.text
    sent(village, Role.COMMUNE_OFFICER, address, viec="huy", ly_do=reason, chac="co")
    page = main_of(village, Role.COMMUNE_OFFICER, address)
    assert reason in page
    assert re.search(r"<button[^>]*disabled[^>]*>Hủy lớp", page)
    assert "Lớp đã hủy" in page


def test_who_is_told_by_id_is_counted_and_may_be_corrected(village):
    address = planned(village)
    accounts = {one.login: one.account for one in village.identity.accounts(system("thu")).accounts}
    row = {"nguoi-1": accounts["hieu.truong"], "truong-1": SCHOOL, "co-1": "co", "kq-1": "Đạt"}
    sent(village, Role.COMMUNE_OFFICER, address, viec="diem-danh", ngay=day(-1), ban="0", **row)
    page = main_of(village, Role.COMMUNE_OFFICER, address)
    assert "Có mặt 1/1" in words_of(page)
    assert persons(village, address) == [accounts["hieu.truong"]]
    version = re.search(r'name="ban" value="(\d+)"', page)
    assert version
    stale = send(village, Role.COMMUNE_OFFICER, address, viec="diem-danh", ngay=day(-1), ban="1", **(row | {"co-1": "vang"}))
    assert "Chưa ghi đè gì" in words_of(stale.text)
    sent(village, Role.COMMUNE_OFFICER, address, viec="diem-danh", ngay=day(-1), ban=version[1], **(row | {"co-1": "vang"}))
    assert "Có mặt 0/1" in words_of(main_of(village, Role.COMMUNE_LEADER, TRAINING))


def test_a_class_on_another_day_says_why_and_the_page_shows_it(village):
    address = planned(village)
    accounts = {one.login: one.account for one in village.identity.accounts(system("thu")).accounts}
    row = {"nguoi-1": accounts["hieu.truong"], "truong-1": SCHOOL, "co-1": "co"}
    refused = send(village, Role.COMMUNE_OFFICER, address, viec="diem-danh", ngay=day(-2), ban="0", **row)
    assert "ghi lý do mở vào ngày khác" in words_of(refused.text)
    reason = "Bão, mở sớm một ngày"
    held = {"ngay": day(-2), "ban": "0", "ly_do": reason}
    sent(village, Role.COMMUNE_OFFICER, address, viec="diem-danh", **held, **row)
    page = main_of(village, Role.COMMUNE_OFFICER, address)
    assert f"Mở ngày khác vì {reason}" in words_of(page)
    assert f'name="ly-do" value="{reason}"' in page


def test_who_attended_none_is_shown_by_topic(village):
    for topic in ("hoi_dong", "danh_gia_ngoai"):
        page = words_of(main_of(village, Role.COMMUNE_OFFICER, f"{TRAINING}/chua-du?noi-dung={topic}"))
        assert "0 / 0 người" in page
        assert "Chưa có ai để xem" in page


def test_schools_and_mass_organisations_are_kept_out(village):
    for role in (Role.HEAD, Role.MASS_ORGANISATION):
        assert village.enter(role).get(TRAINING).status_code == 403
    assert village.enter(Role.COMMUNE_OFFICER).get(f"{TRAINING}/khong-co").status_code == 404
    assert village.enter(Role.COMMUNE_OFFICER).get("/xa/KHONG-CO/tap-huan").status_code == 404


def test_invitation_and_list_are_printed_from_the_page(village):
    address = planned(village, ngay=day(5))
    number = address.rpartition("/")[2]
    page = main_of(village, Role.COMMUNE_OFFICER, address)
    assert "In giấy mời, danh sách ký" in page
    for form in ("docx", "xlsx", "pdf"):
        printed = village.enter(Role.COMMUNE_OFFICER).get(f"{TRAINING}/in?nam={YEAR}&lop={number}&dang={form}")
        assert printed.status_code == 200
        assert len(printed.data) > 1_000
