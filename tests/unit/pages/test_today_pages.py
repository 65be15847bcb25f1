"""The commune's day, the in-box behind the bell, mail and calendars: on canned answers, and on real services."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import icalendar
import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import deadlines as d
from shared.contracts.calls.deadlines import RunReminders
from shared.contracts.calls.identity import RoleChange
from shared.contracts.calls.year.tasks import GiveTask, TasksGiven
from shared.identity.call_context import system
from shared.problems import Unavailable
from shared.text.icalendar import AllDay, calendar
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.pages import canned_deadlines
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

OFFICER = Role.COMMUNE_OFFICER
PAGE = "/xa/NAM-LAM/hom-nay"


def column(html: str, key: str) -> str:
    found = re.search(rf'aria-labelledby="{key}".*?</section>', html, re.S)
    assert found
    return found[0]


def posted(client: Any, page: str, **fields: str) -> Any:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(page, data={"csrf": token[1], **{name.replace("_", "-"): value for name, value in fields.items()}})


def test_the_day_shows_what_is_overdue_soon_and_mine_each_with_the_act_that_moves_it(enter):
    html = enter(OFFICER).get(PAGE).text

    assert "quá 39 ngày" in column(html, "qua-han")
    assert "trả lời kiến nghị 4.1" in column(html, "sap-den")
    assert "Xác minh trả lời" in column(html, "cho-toi")
    assert "kiến nghị 1.3" not in column(html, "qua-han")


def test_needs_that_wait_for_the_economic_office_wait_for_it_alone(enter):
    mine = column(enter(Role.ECONOMIC_OFFICE).get(PAGE).text, "cho-toi")
    assert f'href="/xa/NAM-LAM/nhu-cau?nam={today(SystemClock()).year}">Thẩm định 1 nhu cầu</a>' in mine
    assert "Không có việc nào chờ tôi." not in mine
    assert "Thẩm định" not in column(enter(OFFICER).get(PAGE).text, "cho-toi")


def test_the_week_names_free_days_and_leads_to_the_weeks_beside_it(enter):
    html = enter(OFFICER).get(f"{PAGE}?tuan=2026-09-16").text

    week = html[html.index('aria-labelledby="tuan"') :]
    assert week.count("ngày nghỉ") == 2
    assert "tuan=2026-09-07" in week
    assert "tuan=2026-09-21" in week


@pytest.mark.parametrize("week", ["khong-phai", "0001-01-01", "9999-12-31", "2026-13-40"])
def test_a_week_that_is_none_shows_this_one(enter, week):
    assert ">Tuần này<" in enter(OFFICER).get(f"{PAGE}?tuan={week}").text


def test_an_empty_day_says_so_in_every_column(enter, monkeypatch):
    monkeypatch.setattr(canned_deadlines, "LINES", [])

    html = enter(OFFICER).get(PAGE).text

    assert 'href="/xa/NAM-LAM/ke-hoach?nam=' in html
    assert "Lập kế hoạch năm" in html
    assert "Lập kế hoạch năm" not in enter(Role.STEERING_COMMITTEE).get(PAGE).text
    for words in ("Không có việc quá hạn.", "Không có hạn nào trong 30 ngày tới.", "Không có việc nào chờ tôi."):
        assert words in html


def test_two_hundred_lines_are_folded_and_all_a_link_away(enter, monkeypatch):
    school = "Trường Phổ thông dân tộc bán trú Trung học cơ sở Khe Vàng"
    many = [canned_deadlines.view(DeadlineKind.TASK, -n, f"Việc số {n}. {school}") for n in range(1, 201)]
    monkeypatch.setattr(canned_deadlines, "LINES", many)
    client = enter(OFFICER)

    folded = column(client.get(PAGE).text, "qua-han")
    first = client.get(f"{PAGE}?xem=qua-han").text
    addresses = re.findall(r'href="([^"]*trang=[^"]*)"', column(first, "qua-han"))
    pages = [client.get(unescape(one)) for one in addresses if "nhac" not in one]

    assert folded.count("<li ") == 12
    assert "Xem cả 200 việc" in folded
    shown = "".join(column(page.text, "qua-han") for page in pages)
    # All stood on one page, which with names of this length weighed half as much again as a page may.
    assert {f"{n}." for n in range(1, 201)} <= set(re.findall(r"\d+\.", shown))
    assert max(len(page.data) for page in pages) < 90_000


def test_of_what_others_owe_the_words_to_paste_are_a_link_away(enter):
    client = enter(OFFICER)
    opened = re.search(r'href="([^"]+nhac=[^"]+#nhac)"', column(client.get(PAGE).text, "qua-han"))
    assert opened

    html = client.get(unescape(opened[1])).text

    (words,) = re.findall(r'<textarea id="loi-nhac"[^>]*>([^<]+)</textarea>', html)
    assert words.startswith("Xã Nậm Lam nhắc: Trường Tiểu học Bản Chuông: đăng ký công nhận lại (Bằng hết hạn 15/3/2027)")
    assert "quá 39 ngày. Mở http://localhost/truong/TH-BC/dang-ky để làm." in words
    assert 'data-chep="loi-nhac"' in html
    assert "nhac=" not in column(html, "cho-toi")


def test_nobody_reminds_themselves_and_who_does_not_plan_reminds_nobody(enter, monkeypatch):
    owed_by_me = canned_deadlines.view(DeadlineKind.TASK, -3, "Nộp báo cáo", who=[OFFICER])
    without_a_day = canned_deadlines.view(DeadlineKind.DIFFICULTY, None, "Trả lời khó khăn")
    monkeypatch.setattr(canned_deadlines, "LINES", [owed_by_me, without_a_day])

    for role in (OFFICER, Role.STEERING_COMMITTEE, Role.ECONOMIC_OFFICE, Role.MASS_ORGANISATION):
        page = enter(role).get(f"{PAGE}?nhac={owed_by_me.id}")
        assert page.status_code == 200
        assert "loi-nhac" not in page.text, role
    assert f"nhac={owed_by_me.id}".replace(":", "%3A") not in enter(Role.COMMUNE_OFFICER).get(PAGE).text


@pytest.mark.parametrize("kind", DeadlineKind)
def test_words_of_every_kind_lead_to_a_page_of_who_owes_it_and_name_no_id(enter, monkeypatch, kind):
    line = canned_deadlines.view(kind, -3, "Việc phải làm", href=f"/x/{'0b7f7f43' * 4}")
    monkeypatch.setattr(canned_deadlines, "LINES", [line])

    html = enter(OFFICER).get(PAGE, query_string={"nhac": line.id}).text

    (words,) = re.findall(r'<textarea id="loi-nhac"[^>]*>([^<]+)</textarea>', html)
    (page,) = re.findall(r"http://localhost(/truong/TH-BC/[a-z-]+) ", words)
    assert enter(Role.HEAD).get(page).status_code == 200
    assert "0b7f7f43" not in words
    assert line.id not in words


def test_the_bell_counts_what_is_new_and_a_page_stands_without_it(enter, house):
    counted = enter(OFFICER).get(PAGE).text
    house.rpc_client.problems["notification.unseen"] = Unavailable("Vắng.")

    silent = enter(OFFICER)
    house.rpc_client.problems["notification.unseen"] = Unavailable("Vắng.")
    html = silent.get(PAGE).text

    assert "chưa xem</span></b>" in counted
    assert "chưa xem</span></b>" not in html
    assert 'href="/hop-thu"' in html


def test_every_role_of_a_person_has_a_bell_and_a_stranger_has_none(enter):
    assert 'class="bell"' in enter(Role.HEAD).get("/hop-thu").text
    assert 'class="bell"' in enter(Role.DEPARTMENT_OFFICER).get("/hop-thu").text
    assert 'class="bell"' not in enter(None).get("/so-cong-nhan").text


def test_a_reminder_is_marked_as_seen_or_put_off(enter, house):
    client = enter(OFFICER)
    seen = posted(client, "/hop-thu", hanh_dong="da-xem", han="task:1")
    put_off = posted(client, "/hop-thu", hanh_dong="de-lai", han="task:1", ngay="3")

    assert (seen.status_code, put_off.status_code) == (303, 303)
    requests = dict(house.rpc_client.commands)
    assert requests["notification.see_reminders"].deadlines == ["task:1"]
    assert requests["notification.snooze_reminder"].until == today(SystemClock()) + dt.timedelta(days=3)


@pytest.mark.parametrize(
    "fields", [{"hanh_dong": "de-lai", "ngay": "99"}, {"hanh_dong": "la"}, {"hanh_dong": "de-lai", "ngay": "x"}]
)
def test_what_the_page_does_not_offer_is_refused_in_words(enter, fields):
    answer = posted(enter(OFFICER), "/hop-thu", han="task:1", **fields)

    assert 'role="alert"' in answer.text
    assert "Chưa ghi gì." in answer.text


def test_an_opened_calendar_shows_its_address_once(enter):
    client = enter(OFFICER)

    opened = posted(client, "/tai-khoan/nhac-viec", hanh_dong="mo-lich", vai_tro="can_bo_xa").text

    assert f"/lich/{'ab' * 24}.ics" in opened
    assert "ab" * 24 not in client.get("/tai-khoan/nhac-viec").text


# --- on real services


@pytest.fixture
def village() -> Village:
    made = Village()
    made.open_cycle()
    visit = made.visit("2026-2027")
    assert visit
    return made


def remind(village: Village, day: dt.datetime | None = None) -> list[d.ReminderTold]:
    asked = RunReminders(at=day or SystemClock().now())
    told: list[d.ReminderTold] = village.services["notification"].run_reminders(system("thu"), asked).reminders
    return told


def test_whoever_was_told_finds_it_in_the_in_box_and_the_bell_is_quiet_once_it_was_seen(village):
    remind(village)
    client = village.enter(OFFICER)

    html = client.get("/hop-thu").text
    posted(client, "/hop-thu", hanh_dong="da-xem")

    assert "Kiểm tra kỹ thuật: Trường Tiểu học Bản Chuông" in html
    assert "chưa xem</span></b>" in html
    assert "chưa xem</span></b>" not in client.get("/hop-thu").text


def test_a_calendar_is_read_by_whoever_has_its_address_until_it_is_closed(village):
    client, stranger = village.enter(OFFICER), village.enter(None)
    opened = posted(client, "/tai-khoan/nhac-viec", hanh_dong="mo-lich").text
    address = re.search(r"/lich/[0-9a-f]+\.ics", opened)
    assert address

    answer = stranger.get(address[0])
    read = icalendar.Calendar.from_ical(answer.data)
    closing = re.search(r'name="lich" value="([^"]+)"', client.get("/tai-khoan/nhac-viec").text)
    assert closing
    posted(client, "/tai-khoan/nhac-viec", hanh_dong="dong-lich", lich=closing[1])

    assert answer.mimetype == "text/calendar"
    assert [str(event["SUMMARY"]) for event in read.walk("VEVENT")] == ["Kiểm tra kỹ thuật: Trường Tiểu học Bản Chuông"]
    assert stranger.get(address[0]).status_code == 404
    assert stranger.get("/lich/khong-co.ics").status_code == 404


def test_a_calendar_ends_with_the_role_it_shows(village):
    opened = posted(village.enter(OFFICER), "/tai-khoan/nhac-viec", hanh_dong="mo-lich").text
    address = re.search(r"/lich/[0-9a-f]+\.ics", opened)
    assert address
    accounts = {one.login: one.account for one in village.identity.accounts(system("thu")).accounts}

    taken = RoleChange(account=accounts["can.bo.xa"], role=OFFICER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE)
    village.identity.revoke_role(system("thu"), taken)
    village.relay()

    read = icalendar.Calendar.from_ical(village.enter(None).get(address[0]).data)
    assert read.walk("VEVENT") == []


def given(village: Village, *texts: str) -> list[str]:
    """Let the commune give the school tasks of one day; return their ids."""
    due, year = today(SystemClock()) + dt.timedelta(days=7), today(SystemClock()).year
    asked = [GiveTask(commune=COMMUNE, year=year, to=[SCHOOL], text=text, due=due) for text in texts]
    return [village.do(OFFICER, "give_task", one, TasksGiven, service="inspection").id for one in asked]


def test_two_tasks_of_one_day_are_told_apart_in_the_in_box_on_the_day_and_over_rest(village):
    given(village, "Nộp danh mục minh chứng", "Rà soát sân chơi")
    remind(village)
    client = village.enter(OFFICER)

    for html in (client.get("/hop-thu").text, column(client.get(PAGE).text, "sap-den")):
        assert "Nộp danh mục minh chứng" in html
        assert "Rà soát sân chơi" in html
        assert "(việc thứ 1 năm" in html
        assert "(việc thứ 2 năm" in html
    told = client.get(f"/api/v1/deadlines?commune={COMMUNE}").json["deadlines"]
    inbox = client.get("/api/v1/me/inbox").json["lines"]
    assert {one["title"] for one in told if one["kind"] == "task"} == {"Nộp danh mục minh chứng", "Rà soát sân chơi"}
    assert {one["deadline"]["title"] for one in inbox if one["deadline"]["kind"] == "task"} == {
        "Nộp danh mục minh chứng",
        "Rà soát sân chơi",
    }


def test_what_was_written_of_two_tasks_goes_into_no_calendar_and_they_are_told_apart_there(village):
    given(village, "Nộp danh mục minh chứng", "Rà soát sân chơi")
    client = village.enter(OFFICER)
    opened = posted(client, "/tai-khoan/nhac-viec", hanh_dong="mo-lich").text
    address = re.search(r"/lich/[0-9a-f]+\.ics", opened)
    assert address

    files = [client.get(path).data for path in (address[0], f"{PAGE}.ics", "/api/v1/me/deadlines.ics")]

    for file in files:
        summaries = [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(file).walk("VEVENT")]
        assert len(summaries) == len(set(summaries)) == 3
        assert "Nộp danh mục".encode() not in file.replace(b"\r\n ", b"")


def test_the_in_box_and_the_day_stand_without_titles_while_the_service_of_inspections_is_stopped(village, monkeypatch):
    given(village, "Nộp danh mục minh chứng")
    remind(village)
    client = village.enter(OFFICER)
    monkeypatch.delitem(village.rpc_client._services, "inspection")

    pages = [client.get("/hop-thu"), client.get(PAGE)]
    (line,) = [one["deadline"] for one in client.get("/api/v1/me/inbox").json["lines"] if one["deadline"]["kind"] == "task"]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("báo cáo việc được giao (việc thứ 1 năm" in page.text for page in pages)
    assert all("Nộp danh mục" not in page.text for page in pages)
    assert line["title"] == ""


def test_a_page_asks_for_the_titles_of_all_its_lines_in_one_question_and_of_no_others(enter, house, monkeypatch):
    many = [canned_deadlines.view(DeadlineKind.TASK, -n, f"Việc số {n}") for n in range(1, 201)]
    monkeypatch.setattr(canned_deadlines, "LINES", many)
    client = enter(OFFICER)
    house.rpc_client.calls.clear()

    html = client.get(PAGE).text

    assert house.rpc_client.calls.count("inspection.titles") == 1
    assert column(html, "qua-han").count("Tên của Việc số") == 12


def test_a_head_sees_the_day_of_no_commune_beyond_their_own_school(village):
    html = village.enter(Role.HEAD).get(f"/xa/{COMMUNE}/hom-nay")

    assert html.status_code == 403


def test_programs_see_deadlines_and_the_in_box_over_rest(village):
    remind(village)
    client = village.enter(OFFICER)

    deadlines = client.get(f"/api/v1/deadlines?commune={COMMUNE}").json["deadlines"]
    inbox = client.get("/api/v1/me/inbox").json
    ics = client.get("/api/v1/me/deadlines.ics")

    (visit,) = [one for one in deadlines if one["kind"] == "visit"]
    assert (visit["school"], visit["commune"], visit["state"]) == (SCHOOL, COMMUNE, "hom_nay")
    assert [line["deadline"]["id"] for line in inbox["lines"]] == [visit["id"]]
    (event,) = icalendar.Calendar.from_ical(ics.data).walk("VEVENT")
    assert event.decoded("DTSTART") == today(SystemClock())


# --- the calendar itself


def test_a_calendar_folds_escapes_and_keeps_every_letter():
    said = "Tiểu học Bản Chuông; đăng ký, nộp\\hồ sơ\ndòng hai " + "ươ" * 120
    events = [AllDay(uid="1@kiemdinh", day=dt.date(2026, 12, 31), summary=said, url="https://vi-du.vn/xa")]

    written = calendar("Hạn", events, dt.datetime(2026, 11, 30, tzinfo=dt.UTC))

    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")
    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == said
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    assert event.errors == []


def test_a_long_in_box_comes_by_pages_and_says_how_much_there_is(enter, monkeypatch):
    on, many = today(SystemClock()), [canned_deadlines.view(DeadlineKind.TASK, n, f"Việc số {n:02}") for n in range(60)]
    lines = [
        d.InboxLine(deadline=one, step="0", told_on=on, seen=False, snoozed_until=on if n > 55 else None)
        for n, one in enumerate(many)
    ]

    def inbox(request: d.InboxRequest) -> d.InboxAnswer:
        page = lines[request.after : request.after + request.limit]
        return d.InboxAnswer(lines=page, total=60, unseen=56, put_off=4)

    monkeypatch.setattr(canned_deadlines, "told", inbox)
    first, last = (enter(OFFICER).get(f"/hop-thu?trang={number}").text for number in (1, 3))

    assert "56 việc" in first
    assert "56 chưa xem" in first
    assert "Việc số 24" in first
    assert "Việc số 25" not in first
    assert "Việc số 59" in last
    assert "Đang để lại: 4" in last
    assert 'href="/hop-thu?trang=2"' in first
    assert len(first.encode()) < 100_000
