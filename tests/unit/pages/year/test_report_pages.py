"""Pages of reports on real services: who has not sent is first, a number leads to what it counts, a school has its form."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

YEAR = today(SystemClock()).year
PAGE = f"/xa/{COMMUNE}/bao-cao?nam={YEAR}"
ASK = f"/xa/{COMMUNE}/bao-cao/yeu-cau?nam={YEAR}"


@pytest.fixture
def village():
    with scope():
        made = Village()
        other = a.RegisterSchool(commune=COMMUNE, code="MN-SM", name="Mầm non Sao Mai", kind=a.SchoolKind.KINDERGARTEN)
        made.do(Role.ADMINISTRATOR, "register_school", other, a.SchoolView)
        made.relay()
        yield made


def sent(browser: Any, path: str, **fields: Any) -> Any:
    csrf = re.search(r'name="csrf" content="([^"]+)"', browser.get("/them").text)[1]  # type: ignore[index]
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return browser.post(path, data=named | {"csrf": csrf}, headers={"Accept": "text/html"})


def ask(browser: Any, **more: Any) -> str:
    due = (today(SystemClock()) + dt.timedelta(days=10)).isoformat()
    fields = {"loai": "tien_do", "ky": "Tháng này", "han": due, "hoi": "moi", "so_lieu": "Số phòng học"} | more
    went = sent(browser, ASK, **fields)
    assert went.status_code == 303, went.text
    return re.search(r"yeu-cau=([0-9a-f-]{36})", went.location)[1]  # type: ignore[index]


def hand_in(village: Village, number: str, **more: Any) -> Any:
    fields = {"phan_1": "Đã xong 12 tiêu chí.", "so_1": "14"} | more
    return sent(village.enter(Role.HEAD), f"/truong/{SCHOOL}/bao-cao/{number}", **fields)


def synthesise(browser: Any, number: str) -> str:
    went = sent(browser, PAGE, hanh_dong="tong-hop", loai="tien_do", yeu_cau=number, tu_ngay="", den_ngay="")
    assert went.status_code == 303, went.text
    return re.search(r"ban=([0-9a-f-]{36})", went.location)[1]  # type: ignore[index]


def test_the_first_day_says_what_belongs_here_and_what_to_do(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    page = officer.get(PAGE)
    assert page.status_code == 200
    assert f"Chưa yêu cầu báo cáo nào trong năm {YEAR}" in page.text
    assert 'id="lap"' in page.text
    reader = village.enter(Role.INSPECTOR).get(PAGE)
    assert "Yêu cầu báo cáo</a>" not in reader.text


def test_schools_that_have_not_sent_stand_first_with_a_text_to_paste(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    number = ask(officer)
    assert hand_in(village, number).status_code == 303
    page = officer.get(PAGE).text
    assert "1 trường chưa gửi" in page
    assert page.index("Mầm non Sao Mai") < page.index("Trường Tiểu học Bản Chuông")
    assert f"http://localhost/truong/MN-SM/bao-cao/{number}" in page
    assert "còn 10 ngày" in page


def test_a_part_is_read_accepted_and_returned_in_place(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    number = ask(officer)
    hand_in(village, number)
    opened = officer.get(f"{PAGE}&yeu-cau={number}&xem={SCHOOL}").text
    assert "Đã xong 12 tiêu chí." in opened
    back = sent(officer, PAGE, hanh_dong="tra-lai", yeu_cau=number, truong=SCHOOL, ly_do="ok")
    assert "Ghi rõ lý do trả lại" in unescape(back.text)
    done = sent(officer, PAGE, hanh_dong="tra-lai", yeu_cau=number, truong=SCHOOL, ly_do="Thiếu số phòng kiên cố")
    assert done.status_code == 303
    assert "Thiếu số phòng kiên cố" in village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/bao-cao/{number}").text
    hand_in(village, number)
    assert sent(officer, PAGE, hanh_dong="duyet", yeu_cau=number, truong=SCHOOL).status_code == 303
    form = village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/bao-cao/{number}").text
    assert "Xã đã duyệt" in form
    assert "<textarea" not in form


def test_what_was_handed_in_anew_while_it_was_read_is_not_accepted(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    number = ask(officer)
    hand_in(village, number)
    read = re.search(r'name="ban" value="(\d+)"', officer.get(f"{PAGE}&yeu-cau={number}&xem={SCHOOL}").text)
    assert read
    hand_in(village, number, phan_1="Bản thứ hai.")

    stale = sent(officer, PAGE, hanh_dong="duyet", yeu_cau=number, truong=SCHOOL, ban=read[1])

    assert "trường đã gửi lại" in unescape(stale.text)
    assert "Xã đã duyệt" not in village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/bao-cao/{number}").text


def test_a_refused_part_comes_back_as_it_was_typed(village):
    number = ask(village.enter(Role.COMMUNE_OFFICER))
    refused = hand_in(village, number, phan_1="Chữ vừa gõ.", so_1="mười bốn")
    text = unescape(refused.text)
    assert "không phải là số" in text
    assert "Chữ vừa gõ." in text
    assert 'value="mười bốn"' in text


def test_a_synthesis_leads_from_each_number_to_what_it_counts_and_names_who_has_not_sent(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    number = ask(officer)
    hand_in(village, number)
    synthesis = synthesise(officer, number)
    page = officer.get(f"{PAGE}&ban={synthesis}").text
    assert "Thiếu báo cáo của <b>Mầm non Sao Mai</b>" in page
    links = [unescape(link) for link in re.findall(r'class="so" href="([^"]+)"', page)]
    assert len(links) > 30
    missing = officer.get(next(link for link in links if link.endswith("so=reports_missing"))).text
    assert "Trong đó: chưa gửi: 1 trường" in missing
    assert "Mầm non Sao Mai" in missing
    assert "Trường Tiểu học Bản Chuông" not in missing


def test_the_written_part_is_saved_apart_and_a_stale_one_comes_back_as_typed(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    synthesis = synthesise(officer, ask(officer))
    empty = dict.fromkeys(("phan_1", "phan_2", "phan_3"), "")
    written = empty | {"hanh_dong": "viet", "tong_hop": synthesis, "phan_4": "Sửa hai phòng học."}
    assert sent(officer, PAGE, **written, ban="0").status_code == 303
    page = officer.get(f"{PAGE}&ban={synthesis}").text
    assert "lần ghi 1" in page
    assert "Sửa hai phòng học." in page
    stale = unescape(sent(officer, PAGE, **written | {"phan_4": "Bản khác."}, ban="0").text)
    assert "Chưa ghi đè gì" in stale
    assert ">Bản khác.</textarea>" in stale
    assert "Bản đang lưu: Sửa hai phòng học." in stale


def test_a_sent_synthesis_is_read_only_and_prints(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    synthesis = synthesise(officer, ask(officer))
    on = today(SystemClock()).isoformat()
    send = {"hanh_dong": "gui", "tong_hop": synthesis, "gui_ai": "ubnd_xa", "ngay": on}
    assert "Thiếu số văn bản" in unescape(sent(officer, PAGE, **send, so="").text)
    assert sent(officer, PAGE, **send, so="45/BC-VHXH").status_code == 303
    page = officer.get(f"{PAGE}&ban={synthesis}").text
    assert "số 45/BC-VHXH" in page
    assert "Lưu phần viết tay" not in page
    for form, begins in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        printed = officer.get(f"/xa/{COMMUNE}/bao-cao/in?nam={YEAR}&ban={synthesis}&dang={form}")
        assert printed.status_code == 200
        assert printed.data.startswith(begins)


def test_a_school_has_no_page_of_the_commune_and_no_report_of_another(village):
    officer, head = village.enter(Role.COMMUNE_OFFICER), village.enter(Role.HEAD)
    number = ask(officer)
    assert head.get(PAGE).status_code == 403
    assert head.get(f"/truong/MN-SM/bao-cao/{number}").status_code == 404
    own = head.get(f"/truong/{SCHOOL}/bao-cao/{number}")
    assert own.status_code == 200
    assert "Sao Mai" not in own.text


def test_a_request_that_is_refused_comes_back_with_what_was_typed(village):
    officer = village.enter(Role.COMMUNE_OFFICER)
    refused = sent(officer, ASK, loai="tien_do", ky="Tháng 11", han="01/01/2020", hoi="moi", muc="Kết quả")
    text = unescape(refused.text)
    assert "đã qua" in text
    assert 'value="Tháng 11"' in text
    assert ">Kết quả</textarea>" in text
