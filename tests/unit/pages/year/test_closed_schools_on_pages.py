"""Forms of a commune's year offer no school that was closed: whatever they were sent for it would be refused."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls.year.reports import AskReport, ReportWasAsked
from shared.contracts.calls.year.targets import SetTargets, TargetsSet, TargetWanted
from shared.contracts.calls.year.tasks import GiveTask, TasksGiven
from shared.vocabulary.commune_year import ReportKind, TaskWanted
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import COMMUNE, SCHOOL, Village
from tests.unit.pages.year.year_page_kit import YEAR, main_of

CLOSED = "TH-DONG"
FORMS = ("viec", "tap-huan", "bao-cao/yeu-cau", "chi-tieu/dat")


@pytest.fixture
def village():
    with scope():
        made = Village()
        school = a.RegisterSchool(commune=COMMUNE, code=CLOSED, name="Trường Tiểu học Đóng", kind=a.SchoolKind.PRIMARY)
        made.do(Role.ADMINISTRATOR, "register_school", school, a.SchoolView)
        yield made


def offered(village: Village, form: str) -> set[str]:
    page = main_of(village, Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}/{form}?nam={YEAR}")
    ticked = re.findall(r'<input type="checkbox" name="(?:truong|noi-nhan)" value="([^"]+)"', page)
    return {code for code in ticked if code in {SCHOOL, CLOSED}}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_offers_open_schools_alone(village, form):
    assert offered(village, form) == {SCHOOL, CLOSED}
    closing = a.CloseSchool(school=CLOSED, number="15/QĐ-UBND", on=today(SystemClock()), reason="Sáp nhập vào trường khác")
    village.do(Role.ADMINISTRATOR, "close_school", closing, a.SchoolView)
    assert offered(village, form) == {SCHOOL}


def test_a_question_to_all_schools_counts_those_that_are_asked(village):
    asking = f"/xa/{COMMUNE}/bao-cao/yeu-cau?nam={YEAR}"
    assert "Mọi trường của xã (2)" in main_of(village, Role.COMMUNE_OFFICER, asking)
    closing = a.CloseSchool(school=CLOSED, number="15/QĐ-UBND", on=today(SystemClock()), reason="Sáp nhập vào trường khác")
    village.do(Role.ADMINISTRATOR, "close_school", closing, a.SchoolView)
    assert "Mọi trường của xã (1)" in main_of(village, Role.COMMUNE_OFFICER, asking)


def test_pages_of_work_of_a_closed_school_say_so_and_remind_nobody(village):
    due = today(SystemClock()) + dt.timedelta(days=20)
    of = {"commune": COMMUNE, "year": int(YEAR)}
    task = GiveTask(to=[CLOSED], text="Nộp danh mục", due=due, wanted=TaskWanted.REPORT, **of)
    village.do(Role.COMMUNE_OFFICER, "give_task", task, TasksGiven, "inspection")
    asked = AskReport(kind=ReportKind.PROGRESS, period="Tháng này", due=due, schools=[CLOSED], **of)
    report = village.do(Role.COMMUNE_OFFICER, "ask_report", asked, ReportWasAsked, "inspection")
    target = TargetWanted(school=CLOSED, criterion="1.1", level=1, by=due)
    village.do(Role.COMMUNE_OFFICER, "set_targets", SetTargets(targets=[target], **of), TargetsSet, "inspection")
    closing = a.CloseSchool(school=CLOSED, number="15/QĐ-UBND", on=today(SystemClock()), reason="Sáp nhập vào trường khác")
    village.do(Role.ADMINISTRATOR, "close_school", closing, a.SchoolView)
    pages = {
        form: main_of(village, Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}/{form}")
        for form in (
            f"viec?nam={YEAR}&trang-thai=truong_dong",
            f"bao-cao?nam={YEAR}&yeu-cau={report.id}",
            f"chi-tieu?nam={YEAR}",
            f"chi-tieu/{CLOSED}/1.1?nam={YEAR}",
        )
    }
    task_page, report_page, board, one = pages.values()
    assert "Nộp danh mục" in task_page
    assert "trường đã đóng" in task_page
    assert "trường đã đóng" in report_page
    assert "nhac=" not in report_page
    assert "Đã đóng" in board
    assert "Trường đã đóng" in one
