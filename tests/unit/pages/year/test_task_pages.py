"""Pages of tasks: what is overdue comes first, each line has its next act, and a school sees its own list."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec
import pytest

from services.portal.pages.year.task_marks import mark
from services.portal.pages.year.tasks import LINES_A_PAGE
from shared.contracts.calls.year import directing as d
from shared.contracts.calls.year import tasks as t
from shared.problems import Conflict
from shared.vocabulary.commune_year import TaskState, TaskWanted
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_recommendation_pages import send
from tests.unit.pages.year import canned_tasks as canned

BOARD, SCHOOL_PAGE = "/xa/NAM-LAM/viec", "/truong/TH-BC/viec"
OVERDUE, GIVEN, REPORTED, RETURNED, PLAIN, UNIT, ACCEPTED, CANCELLED = (canned.TASK.format(n) for n in range(1, 9))
TODAY = dt.date(2026, 11, 30)


def commands(house: Any, name: str) -> list[Any]:
    return [request for asked, request in house.rpc_client.commands if asked == f"inspection.{name}"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "clock|no|quá hạn 10 ngày|hạn 20/11/2026"),
        (1, "clock|warn|đã giao|hạn 27/12/2026, còn 27 ngày"),
        (2, "inbox|blue|đã báo cáo 18/11/2026|chờ xã xem"),
        (3, "retry|warn|trả lại 12/11/2026|hạn 27/12/2026, còn 27 ngày"),
        (6, "yes|ok|đã nhận 06/11/2026|"),
        (7, "x|grey|đã hủy 04/11/2026|"),
    ],
)
def test_a_task_says_how_it_stands_and_the_day_that_matters(number, said):
    shown = mark(canned.EVERY_STATE[number], TODAY)
    assert f"{shown.sign}|{shown.css}|{shown.text}|{shown.day}" == said


def test_the_board_lists_what_is_open_with_the_one_act_that_moves_it(enter):
    page = enter(Role.COMMUNE_OFFICER).get(f"{BOARD}?nam=2026").text
    rows = dict(re.findall(r'<tr id="v-([^"]+)">(.*?)</tr>', page, re.DOTALL))
    assert list(rows) == [OVERDUE, GIVEN, REPORTED, RETURNED, PLAIN, UNIT]
    assert "Gia hạn hoặc đôn đốc" in rows[OVERDUE]
    assert "Nhận hoặc trả lại" in rows[REPORTED]
    assert "Ghi là xong" in rows[PLAIN]
    assert "chờ Phòng Kinh tế" in words_of(rows[UNIT])
    assert f'href="{BOARD}/{REPORTED}?nam=2026"' in rows[REPORTED]


def test_every_count_of_the_board_opens_what_it_counts(enter):
    client = enter(Role.COMMUNE_OFFICER)
    page = client.get(f"{BOARD}?nam=2026").text
    for state, number in {TaskState.OVERDUE: 1, TaskState.ACCEPTED: 1, TaskState.GIVEN: 3}.items():
        assert f"nam=2026&amp;trang-thai={state.value}" in page
        assert client.get(f"{BOARD}?nam=2026&trang-thai={state.value}").text.count('<tr id="v-') == number


def test_two_hundred_tasks_come_in_pages(enter):
    page = enter(Role.COMMUNE_OFFICER).get(f"{BOARD}?nam=2027&trang=3").text
    assert page.count('<tr id="v-') == LINES_A_PAGE
    assert "Trang </span>8</a>" in page


def test_a_year_without_tasks_says_what_belongs_here_and_offers_to_give_one(enter):
    assert "Chưa giao việc nào trong năm 2025" in enter(Role.COMMUNE_OFFICER).get(f"{BOARD}?nam=2025").text
    inspector = enter(Role.INSPECTOR).get(f"{BOARD}?nam=2025").text
    assert "Giao việc đầu tiên" not in inspector
    assert 'id="giao"' not in inspector


def test_a_task_is_given_to_all_that_are_ticked(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    sent = {"hanh_dong": "giao", "noi-dung": "Nộp danh mục", "han": "15/12/2026", "gui-lai": "paper", "dinh-ky": ""}
    told = send(
        client, f"{BOARD}?nam=2026", **sent, **{"noi-nhan": ["TH-BC", "phong_kinh_te"], "can-cu": "", "muc": "III.2"}
    )
    assert told.status_code == 303
    (given,) = commands(house, "give_task")
    assert (given.to, given.due, given.wanted) == (["TH-BC", "phong_kinh_te"], dt.date(2026, 12, 15), TaskWanted.PAPER)
    assert (given.year, given.section, given.every) == (2026, "III.2", None)


@pytest.mark.parametrize("wrong", [{"han": ""}, {"han": "31/02/2026"}, {"gui-lai": "thu"}, {"noi-dung": " "}])
def test_a_form_that_is_refused_comes_back_with_its_words(enter, house, wrong):
    sent = {"noi-dung": "Nộp danh mục", "han": "15/12/2026", "gui-lai": "paper", "noi-nhan": "TH-BC", "muc": "III.2"}
    page = send(enter(Role.COMMUNE_OFFICER), f"{BOARD}?nam=2026", hanh_dong="giao", **(sent | wrong)).text
    assert 'role="alert"' in page
    assert 'value="III.2"' in page
    assert re.search(r'value="TH-BC" checked', page)
    assert commands(house, "give_task") == []


def test_a_rule_is_ended_with_its_reason(enter, house):
    sent = {"hanh-dong": "thoi", "dinh-ky-nao": canned.RULE, "ly-do": "Đã có báo cáo tự động"}
    assert send(enter(Role.COMMUNE_OFFICER), f"{BOARD}?nam=2026", **sent).status_code == 303
    assert commands(house, "end_recurring_task") == [t.EndRecurringTask(rule=canned.RULE, reason="Đã có báo cáo tự động")]


# --- one task


@pytest.mark.parametrize(
    ("sent", "command", "asked"),
    [
        ({"hanh-dong": "nhan", "ban": "2"}, "accept_task", t.AcceptTask(task=REPORTED, seen=2)),
        (
            {"hanh-dong": "tra-lai", "ly-do": "Còn thiếu biểu mẫu", "ban": "2"},
            "return_task",
            t.ReturnTask(task=REPORTED, reason="Còn thiếu biểu mẫu", seen=2),
        ),
        (
            {"hanh-dong": "gia-han", "han": "15/01/2027", "ly-do": "Chờ hướng dẫn"},
            "extend_task",
            t.ExtendTask(task=REPORTED, due=dt.date(2027, 1, 15), reason="Chờ hướng dẫn"),
        ),
        ({"hanh-dong": "huy", "ly-do": "Sở đã hoãn"}, "cancel_task", t.CancelTask(task=REPORTED, reason="Sở đã hoãn")),
    ],
)
def test_the_commune_decides_on_the_page_of_a_task(enter, house, sent, command, asked):
    told = send(enter(Role.COMMUNE_OFFICER), f"{BOARD}/{REPORTED}", **sent)
    assert told.status_code == 303
    assert commands(house, command) == [asked]


def test_what_may_not_be_accepted_stays_grey_with_the_reason(enter):
    page = enter(Role.COMMUNE_OFFICER).get(f"{BOARD}/{GIVEN}").text
    assert re.search(r"<button[^>]* disabled[^>]*>Nhận kết quả", page)
    assert "Chưa có báo cáo nào chờ xem" in page
    assert "Trả lại báo cáo" not in page


def test_what_changed_meanwhile_is_told_and_the_reason_is_kept(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    house.rpc_client.problems["inspection.return_task"] = Conflict("Việc này vừa có người ghi thêm. Chưa ghi đè gì.")
    sent = {"hanh-dong": "tra-lai", "ly-do": "Còn thiếu biểu mẫu", "ban": "2"}
    page = send(client, f"{BOARD}/{REPORTED}", **sent).text
    assert "Việc này vừa có người ghi thêm" in page
    assert 'value="Còn thiếu biểu mẫu"' in page


def test_an_inspector_reads_a_task_and_decides_nothing(enter):
    page = main_of(enter(Role.INSPECTOR).get(f"{BOARD}/{REPORTED}").text)
    assert "Đã xong 12 tiêu chí" in page
    assert "<form" not in page


def test_a_task_of_another_commune_is_not_shown_under_this_one(enter, house):
    foreign = msgspec.structs.replace(canned.EVERY_STATE[0], commune="XA-KHAC")
    client = enter(Role.AUDITOR)
    known = house.canned.CANNED["inspection.task"]
    house.canned.CANNED["inspection.task"] = lambda _: foreign
    try:
        assert client.get(f"{BOARD}/{OVERDUE}").status_code == 404
    finally:
        house.canned.CANNED["inspection.task"] = known


# --- the school's own


def test_the_most_urgent_task_of_a_school_is_open_to_be_reported_and_the_others_one_click_away(enter):
    page = enter(Role.CLERK).get(SCHOOL_PAGE).text
    assert words_of(main_of(page)).startswith("Việc của trường")
    assert page.count('name="viec-nao"') == 1
    assert f'name="viec-nao" value="{OVERDUE}"' in page
    assert f'href="{SCHOOL_PAGE}?chon={GIVEN}#v-{GIVEN}"' in page
    assert f"chon={ACCEPTED}" not in page


def test_a_school_reports_with_words_and_its_own_papers(enter, house):
    told = send(enter(Role.CLERK), SCHOOL_PAGE, viec_nao=OVERDUE, bao_cao="Đã nộp.", tai_lieu=[canned.DOC])
    assert told.status_code == 303
    assert commands(house, "report_task") == [t.ReportTask(task=OVERDUE, text="Đã nộp.", documents=[canned.DOC])]


def test_looking_for_a_paper_keeps_what_was_typed_and_reports_nothing(enter, house):
    sent = {"viec_nao": GIVEN, "bao_cao": "Đang viết", "so_lieu": "12 lớp", "viec": "tim", "tim_giay": "ke hoach"}
    page = send(enter(Role.CLERK), SCHOOL_PAGE, **sent).text
    assert f'name="viec-nao" value="{GIVEN}"' in page
    assert "Đang viết</textarea>" in page
    assert "12 lớp</textarea>" in page
    assert commands(house, "report_task") == []


def test_counts_of_the_school_are_links_to_what_they_count(enter):
    client = enter(Role.HEAD)
    page = client.get(SCHOOL_PAGE).text
    for key, number in {"truong": 4, "cho": 1, "xong": 2}.items():
        assert re.search(rf'href="{SCHOOL_PAGE}\?xem={key}"[^>]*><svg.*?</svg>{number} ', page)
        assert client.get(f"{SCHOOL_PAGE}?xem={key}").text.count('<article class="kn') == number


def test_an_auditor_reads_the_list_of_a_school_and_reports_nothing(enter):
    page = main_of(enter(Role.AUDITOR).get(SCHOOL_PAGE).text)
    assert "Nộp danh mục minh chứng" in page
    assert "<form" not in page


def test_a_school_does_not_open_the_board_of_the_commune(enter):
    assert enter(Role.HEAD).get(BOARD).status_code == 403
    assert enter(Role.HEAD).get("/xa/NAM-LAM/van-ban").status_code == 403


# --- directives and committee


def test_a_directive_is_entered_in_the_register(enter, house):
    sent = {"so": "45/UBND-VHXH", "ngay": "02/3/2026", "trich-yeu": "Về việc tự đánh giá", "muc": ""}
    assert send(enter(Role.COMMUNE_OFFICER), "/xa/NAM-LAM/van-ban?nam=2026", **sent).status_code == 303
    assert commands(house, "issue_directive") == [
        d.IssueDirective(
            commune="NAM-LAM",
            year=2026,
            number="45/UBND-VHXH",
            issued_on=dt.date(2026, 3, 2),
            abstract="Về việc tự đánh giá",
        )
    ]


def test_the_register_counts_the_tasks_of_each_directive_with_a_link(enter):
    page = enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/van-ban?nam=2026").text
    assert f'href="/xa/NAM-LAM/viec?nam=2026&amp;van-ban={canned.DIRECTIVE}"' in page


def test_the_committee_shows_roles_and_duties_and_earlier_decisions(enter):
    said = words_of(main_of(enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/ban-chi-dao?nam=2026").text))
    for expected in (
        "Quyết định 12/QĐ-UBND ngày 20/01/2026",
        "2 thành viên",
        "Trưởng ban",
        "Chỉ đạo chung",
        "1 lần kiện toàn",
    ):
        assert expected in said
    assert "Xã chưa có Ban Chỉ đạo" in enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/ban-chi-dao?nam=2025").text


def test_a_committee_is_set_with_names_on_the_list_of_people_and_ids_in_the_decision(enter, house):
    sent = {"so": "88/QĐ-UBND", "ngay": "03/8/2026", "ban": "1", "hang": "7"}
    first = {"ten-1": "Nông Văn A", "chuc-vu-1": "Chủ tịch", "vai-tro-1": "truong_ban", "nhiem-vu-1": "Chỉ đạo"}
    new = {"ten-3": "Hà Thị B", "chuc-vu-3": "Trưởng phòng", "vai-tro-3": "uy_vien", "nhiem-vu-3": "Vốn"}
    told = send(enter(Role.COMMUNE_OFFICER), "/xa/NAM-LAM/ban-chi-dao?nam=2026", **sent, **first, **new)
    assert told.status_code == 303, words_of(main_of(told.text))
    (decided,) = commands(house, "set_committee")
    assert [(one.role, one.duty) for one in decided.members] == [("truong_ban", "Chỉ đạo"), ("uy_vien", "Vốn")]
    assert (decided.seen, decided.number) == (1, "88/QĐ-UBND")
    assert "Nông" not in str(decided)


def test_a_row_of_a_committee_without_a_name_is_refused_and_the_rows_come_back(enter, house):
    sent = {"so": "88/QĐ-UBND", "ngay": "03/8/2026", "hang": "7", "ban": "1"}
    known = {f"nguoi-{number}": person for number, person in enumerate(canned.PERSONS, start=1)}
    row = {"ten-3": "", "chuc-vu-3": "", "vai-tro-3": "uy_vien", "nhiem-vu-3": "Phụ trách vốn"}
    page = send(enter(Role.COMMUNE_OFFICER), "/xa/NAM-LAM/ban-chi-dao?nam=2026", **sent, **known, **row).text
    assert "Hàng 3 chưa có tên" in page
    assert 'value="Phụ trách vốn"' in page
    page = send(
        enter(Role.COMMUNE_OFFICER), "/xa/NAM-LAM/ban-chi-dao?nam=2026", **sent, **known, **row | {"ten-3": "A"}
    ).text
    assert "Hàng 3 chưa có chức vụ" in page
    assert commands(house, "set_committee") == []
