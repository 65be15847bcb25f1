"""A task goes its whole way on the pages, on real services: given, reported with a paper, returned, accepted, printed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.papers.reading import read_office
from shared.text import format_date
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_recommendation_pages import send
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

DAY = today(SystemClock())
BOARD, OWN = f"/xa/{COMMUNE}/viec?nam={DAY.year}", f"/truong/{SCHOOL}/viec"


@pytest.fixture
def village() -> Village:
    return Village()


def sent(village: Village, role: Role, path: str, **fields: Any) -> str:
    """Send a form, let the services hear of it, and return the page that follows."""
    client = village.enter(role)
    told = send(client, path, **fields)
    assert told.status_code == 303, words_of(main_of(told.text))
    village.relay()
    return client.get(told.location).text


def test_a_task_goes_its_whole_way_on_the_pages(village):
    paper = village.paper("Danh mục minh chứng")
    due = format_date(DAY + dt.timedelta(days=30))
    given = {"hanh-dong": "giao", "noi-dung": "Nộp danh mục", "han": due, "gui-lai": "paper", "dinh-ky": ""}
    board = sent(village, Role.COMMUNE_OFFICER, BOARD, **given, **{"noi-nhan": ["moi_truong", "phong_kinh_te"]})
    rows = re.findall(r'<tr id="v-([^"]+)">(.*?)</tr>', board, re.DOTALL)
    (number,) = [one for one, row in rows if "Trường Tiểu học Bản Chuông" in row]
    assert len(rows) == 2

    own = village.enter(Role.CLERK).get(OWN).text
    assert "Nộp danh mục" in words_of(main_of(own))
    assert "Rà soát" not in own
    sent(village, Role.CLERK, OWN, viec_nao=number, bao_cao="Đã nộp", tai_lieu=paper)

    page = f"/xa/{COMMUNE}/viec/{number}"
    seen = re.search(r'name="ban" value="(\d+)"', village.enter(Role.COMMUNE_OFFICER).get(page).text)
    assert seen
    returned = {"hanh-dong": "tra-lai", "ly-do": "Danh mục còn thiếu tiêu chí 3.5", "ban": seen[1]}
    assert "trả lại" in sent(village, Role.COMMUNE_OFFICER, page, **returned)
    assert "Danh mục còn thiếu tiêu chí 3.5" in village.enter(Role.HEAD).get(OWN).text
    stale = send(village.enter(Role.COMMUNE_OFFICER), page, **{"hanh-dong": "nhan", "ban": seen[1]})
    assert "Việc này vừa có người ghi thêm" in stale.text

    sent(village, Role.HEAD, OWN, viec_nao=number, bao_cao="Đã bổ sung", tai_lieu=paper)
    done = sent(village, Role.COMMUNE_OFFICER, page, **{"hanh-dong": "nhan", "ban": str(int(seen[1]) + 2)})
    assert "đã nhận" in words_of(main_of(done))
    assert "1 xong, đã hủy" in words_of(main_of(village.enter(Role.HEAD).get(OWN).text))


def test_the_letter_is_printed_from_the_board_of_what_was_given_together(village):
    given = {"hanh-dong": "giao", "noi-dung": "Nộp danh mục", "han": format_date(DAY), "gui-lai": "report", "dinh-ky": ""}
    board = sent(village, Role.COMMUNE_OFFICER, BOARD, **given, **{"noi-nhan": "moi_truong"})
    (number,) = re.findall(r'<tr id="v-([^"]+)">', board)
    page = village.enter(Role.COMMUNE_OFFICER).get(f"/xa/{COMMUNE}/viec/{number}").text
    link = re.search(r'href="(/xa/[^"]+loai=cong_van_giao_viec[^"]+)"', page)
    assert link
    printed = village.enter(Role.COMMUNE_OFFICER).get(link[1].replace("&amp;", "&"))
    assert printed.status_code == 200
    assert "Nộp danh mục" in str(read_office(printed.data))
    assert (
        village.enter(Role.COMMUNE_OFFICER).get(f"/xa/{COMMUNE}/giay/in?nam={DAY.year}&loai=qd_ban_chi_dao").status_code
        == 409
    )
