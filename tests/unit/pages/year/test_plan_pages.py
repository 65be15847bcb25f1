"""The commune's plan on pages: proposed beside chosen, taken by a person, refused with what was typed, issued, adjusted."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from services.portal.pages.year.plan_strip import WIDTH, plan_strip
from shared.contracts.calls.year import plan as p
from shared.vocabulary.commune_year import PlanKind, PlanState
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, Village
from tests.unit.pages.year import canned_plan

LIST = f"/xa/{COMMUNE}/ke-hoach?nam=2026"
ENTRY = f"/xa/{COMMUNE}/ke-hoach/muc?nam=2026&truong={SCHOOL}"
WORDS = f"/xa/{COMMUNE}/ke-hoach/loi?nam=2026"
OFFICER = Role.COMMUNE_OFFICER


@pytest.fixture
def village() -> Village:
    return Village()


def send(client: Any, path: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert token
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(path, data={"csrf": token[1], **named}, headers={"Accept": "text/html"})


def plan(village: Village) -> p.YearPlanView:
    asked = p.YearPlanRequest(commune=COMMUNE, year=2026)
    found: p.YearPlanView = village.do(OFFICER, "commune_plan", asked, p.YearPlanView, "inspection")
    return found


def take(client: Any) -> Any:
    return send(client, LIST, hanh_dong="nhan", de_xuat=f"{SCHOOL}=cong_nhan_moi")


# --- the list


def test_on_the_first_day_the_page_offers_to_begin_from_the_register_and_sets_nothing(village):
    page = village.enter(OFFICER).get(LIST).text
    assert "Lập từ Sổ công nhận: 1 trường" in page
    assert "Nháp, thiếu mục của 1 trường" in page
    assert plan(village).progress.with_entry == 0


def test_a_person_takes_the_proposals_as_they_were_seen(village):
    client = village.enter(OFFICER)
    taken = take(client)
    assert (taken.status_code, taken.location) == (303, f"/xa/{COMMUNE}/ke-hoach?nam=2026&da=nhan")
    entry = plan(village).lines[0].entry
    assert (entry.kind, entry.target_level, entry.target_degree) == (PlanKind.RECOGNISE_NEW, 2, 1)
    assert "Nhận mọi đề xuất" not in client.get(LIST).text


def test_proposals_that_are_others_by_now_are_not_taken(village):
    refused = send(village.enter(OFFICER), LIST, hanh_dong="nhan", de_xuat=f"{SCHOOL}=duy_tri")
    assert "nay khác lúc xem" in refused.text
    assert plan(village).progress.with_entry == 0


@pytest.mark.parametrize("wanted", ["co", "chua", "dat", "tre", "duy_tri", "chi_kdcl"])
def test_every_count_leads_to_the_schools_that_it_counts(enter, wanted):
    page = enter(OFFICER).get(f"/xa/NAM-LAM/ke-hoach?nam=2026&xem={wanted}").text
    shown = set(re.findall(r'<tr id="([^"]+)">', page))
    assert (
        shown
        == {
            "co": {"TH-BC", "TH-DAT", "TH-DK", "TH-SAP", "TH-RO"},
            "chua": {"TH-TRONG"},
            "dat": {"TH-DAT"},
            "tre": {"TH-BC"},
            "duy_tri": {"TH-DAT"},
            "chi_kdcl": {"TH-RO"},
        }[wanted]
    )


def test_a_row_says_how_its_day_stands_and_what_differs_from_the_proposal(enter):
    page = enter(OFFICER).get("/xa/NAM-LAM/ke-hoach?nam=2026").text
    rows = dict(re.findall(r'<tr id="([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert re.search(r"quá \d+ ngày", rows["TH-BC"])
    assert "đã đạt" in rows["TH-DAT"]
    assert "khác đề xuất" in rows["TH-DAT"]
    assert "đã đăng ký" in rows["TH-DK"]
    assert re.search(r"còn \d+ ngày", rows["TH-SAP"])
    assert "chưa rõ" in rows["TH-RO"]
    assert "đóng cửa 31/5/2026" in rows["TH-DONG"]


def test_who_may_not_plan_sees_the_button_shut_with_the_reason(enter):
    page = enter(Role.INSPECTOR).get("/xa/NAM-LAM/ke-hoach?nam=2027").text
    assert re.search(r"<button[^>]*disabled>.*?Ban hành kế hoạch</button>", page)
    assert "lãnh đạo UBND xã ban hành" in page
    assert "Nhận mọi đề xuất" not in page


def test_an_unknown_view_of_the_list_is_refused(enter):
    assert enter(OFFICER).get("/xa/NAM-LAM/ke-hoach?xem=la").status_code == 400


# --- the strip


def test_the_strip_says_in_words_what_it_shows_and_stays_within_its_year():
    line = canned_plan.LINES[0]
    strip = plan_strip(line, 2026, dt.date(2026, 11, 23))
    assert strip.words == "đăng ký trước 15/10/2026; xã đã kiểm tra 20/10/2026; xã dự kiến kiểm tra 30/12/2026"
    assert [mark.shape for mark in strip.marks] == ["late", "held", "visit"]
    assert all(0 < mark.x < WIDTH for mark in strip.marks)
    assert plan_strip(line, 2025, dt.date(2026, 11, 23)).today is None
    assert plan_strip(canned_plan.LINES[5], 2026, dt.date(2026, 1, 1)).words == "không có mốc nào trong năm"


# --- one school


def test_an_entry_is_set_changed_and_dropped_by_its_form(village):
    client = village.enter(OFFICER)
    fields = {"loai": "cong_nhan_moi", "muc": "2", "muc_do": "1", "dang_ky": "31/12/2026", "don_vi": "Nhà trường"}
    assert send(client, ENTRY, hanh_dong="ghi", ban="0", **fields).status_code == 303
    entry = plan(village).lines[0].entry
    assert (entry.register_by, entry.responsible) == (dt.date(2026, 12, 31), "Nhà trường")
    assert 'value="31/12/2026"' in client.get(ENTRY).text
    assert send(client, ENTRY, hanh_dong="bo", ly_do_bo="Chuyển sang kế hoạch năm sau").status_code == 303
    assert plan(village).lines[0].entry is None


def test_a_kind_against_the_register_comes_back_with_what_was_typed(village):
    fields = {"loai": "duy_tri", "don_vi": "Phòng VH-XH lo việc này", "dang_ky": "31/12/2026"}
    refused = send(village.enter(OFFICER), ENTRY, hanh_dong="ghi", **fields)
    assert "trái với Sổ công nhận" in refused.text
    assert 'value="Phòng VH-XH lo việc này"' in refused.text
    assert re.search(r'value="duy_tri"[^>]* checked', refused.text)


def test_a_school_of_another_commune_has_no_form_here(enter):
    assert enter(OFFICER).get("/xa/NAM-LAM/ke-hoach/muc?nam=2026&truong=TH-LA").status_code == 404


def test_an_issued_plan_has_no_form_but_says_how_to_go_on(village):
    client = village.enter(OFFICER)
    take(client)
    send(client, LIST, hanh_dong="ban-hanh", so="08/KH-UBND")
    page = client.get(ENTRY).text
    assert "Ghi mục" not in page
    assert "Điều chỉnh, ghi lý do" in page


# --- the words


def test_words_are_kept_section_by_section_and_item_by_item(village):
    client = village.enter(OFFICER)
    fields = {
        "can-cu": "Căn cứ thứ nhất;\r\n\r\nCăn cứ thứ hai.",
        "muc-dich": "Mục đích",
        "muc-tieu": "Mục tiêu",
        "phan-1": "Mục đích, yêu cầu",
        "noi-dung-1": "Yêu cầu\r\nTrung thực.\r\n\r\nMột dòng",
        "phan-2": "",
    }
    assert send(client, WORDS, **fields).status_code == 303
    text = plan(village).text
    assert text.bases == ["Căn cứ thứ nhất", "Căn cứ thứ hai"]
    assert text.sections == [p.PlanSectionText(heading="Mục đích, yêu cầu", items=["Yêu cầu\nTrung thực.", "Một dòng"])]
    page = client.get(WORDS).text
    assert "Yêu cầu\nTrung thực.\n\nMột dòng</textarea>" in page


# --- issued, adjusted, printed, compared


def test_a_plan_is_issued_with_a_reason_for_whom_it_leaves_out_and_then_only_adjusted(village):
    client = village.enter(OFFICER)
    refused = send(client, LIST, hanh_dong="ban-hanh", so="08/KH-UBND")
    assert f"1 trường chưa có mục trong kế hoạch: Trường Tiểu học Bản Chuông ({SCHOOL})" in refused.text
    done = send(client, LIST, hanh_dong="ban-hanh", so="08/KH-UBND", de_ngoai="Trường mới lập, chưa đủ khóa học")
    assert done.status_code == 303
    assert "Đã ban hành: 08/KH-UBND" in client.get(LIST).text
    assert send(client, LIST, hanh_dong="dieu-chinh", ly_do="Trường xin vào kế hoạch").status_code == 303
    assert plan(village).state is PlanState.ADJUSTED
    assert "Đang điều chỉnh kế hoạch 08/KH-UBND" in client.get(LIST).text


def test_an_act_that_is_not_on_the_page_does_nothing(village):
    assert "không có trên trang" in send(village.enter(OFFICER), LIST, hanh_dong="xoa").text


def test_the_plan_and_its_list_are_printed_from_the_page(village):
    client = village.enter(OFFICER)
    take(client)
    addresses = re.findall(r'href="(/xa/[^"]+/in\?[^"]+)"', client.get(LIST).text)
    assert len(addresses) == 5
    sheet = client.get(f"/xa/{COMMUNE}/ke-hoach/in?nam=2026&giay=danh_sach_truong&dang=xlsx")
    cells = [cell.value for row in load_workbook(io.BytesIO(sheet.data)).active.rows for cell in row]
    assert "Trường Tiểu học Bản Chuông" in cells
    assert client.get(f"/xa/{COMMUNE}/ke-hoach/in?nam=2026&giay=ke_hoach_xa&dang=pdf").data.startswith(b"%PDF")
    for wrong in ("giay=la&dang=pdf", "giay=ke_hoach_xa&dang=la", "giay=tap_huan&dang=pdf"):
        assert client.get(f"/xa/{COMMUNE}/ke-hoach/in?nam=2026&{wrong}").status_code == 400


def test_two_years_are_shown_school_by_school(enter):
    page = enter(OFFICER).get("/xa/NAM-LAM/ke-hoach/so-sanh?nam=2026").text
    row = page[page.index("Trường Tiểu học Bản Chuông</a>") :]
    assert row.index("đạt 20/5/2025") < row.index("trễ")
    assert "không có mục" in page


def test_a_head_of_school_has_no_page_of_the_plan(enter):
    assert enter(Role.HEAD).get("/xa/NAM-LAM/ke-hoach").status_code == 403
