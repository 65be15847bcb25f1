"""The reports of schools and the calendar of visits: each school in the state it is in, from few questions."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from services.portal.pages import report_queue
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls.identity import SchoolEntry
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, Village

VISITS = "/so/ho-so"
QUEUE = f"{VISITS}/bao-cao"
DAY = dt.date(2026, 10, 30)


def entry(code: str, name: str = "Trường") -> SchoolEntry:
    return SchoolEntry(code=code, name=name, kind="tieu_hoc", commune="NL")


def submission(school: str = "A", **more: object) -> a.SubmissionView:
    known = {"cycle": "2026-2027", "year": "2026-2027", "rulebook": "r", "opened_on": DAY, "submitted_on": DAY}
    return a.SubmissionView(school=school, **(known | more))


def visit(**more: object) -> i.VisitLine:
    known = {"inspection": "v", "school": "A", "cycle": "2026-2027", "layer": a.Layer.DEPARTMENT, "on": DAY, "title": "T"}
    return i.VisitLine(**(known | more))


@pytest.mark.parametrize(
    ("told", "visits", "state"),
    [
        (None, [], "chua-trinh"),
        (submission(submitted_on=None), [], "chua-trinh"),
        (submission(), [], "cho-xet"),
        (submission(), [visit()], "danh-gia"),
        (submission(decided_on=dt.date(2025, 1, 1)), [visit()], "danh-gia"),
        (submission(), [visit(concluded_on=DAY)], "cho-quyet-dinh"),
        (submission(decided_on=dt.date(2025, 1, 1)), [visit(concluded_on=DAY)], "cho-quyet-dinh"),
        (submission(decided_on=DAY), [visit(concluded_on=DAY)], "da-quyet-dinh"),
        (submission(), [visit(cycle="2025-2026", concluded_on=DAY)], "cho-xet"),
        (submission(cycle="2026-2027.2", reopens="2026-2027", submitted_on=None), [visit()], "danh-gia"),
        (submission(cycle="2026-2027.2", reopens="2026-2027", submitted_on=None), [visit(concluded_on=DAY)], "chua-trinh"),
    ],
)
def test_a_report_is_in_the_state_that_submission_visit_and_decision_say(told, visits, state):
    (line,) = report_queue.lines([entry("A")], {"A": told} if told else {}, visits)
    assert line.state == state


def test_the_longest_submitted_comes_first_unless_names_are_asked_for_and_words_need_no_marks():
    schools = [entry("A", "Trường Ánh Sao"), entry("B", "Trường Bản Chuông"), entry("C", "Trường Cốc Lếu")]
    days = {"B": DAY, "C": dt.date(2026, 10, 1)}
    found = report_queue.lines(schools, {code: submission(code, submitted_on=day) for code, day in days.items()}, [])

    def codes(state: str = "", text: str = "", by_name: bool = False) -> list[str]:
        return [one.entry.code for one in report_queue.narrowed(found, report_queue.QueueFilter(state, text, by_name))]

    assert codes() == ["C", "B", "A"]
    assert codes(by_name=True) == ["A", "B", "C"]
    assert codes(state="cho-xet") == ["C", "B"]
    assert codes(text="ban chuong") == ["B"]


def test_a_queue_of_200_schools_is_two_questions_with_filter_counts_and_numbered_pages(house):
    for n in range(200):
        house.identity.directory.put_school(entry(f"S{n:03}", f"Trường số {n}"))
    client = house.enter(Role.DEPARTMENT_OFFICER)
    house.rpc_client.calls.clear()
    page = client.get(f"{QUEUE}?xep=ten").text
    asked = [name for name in house.rpc_client.calls if not name.endswith(".checkpoint")]
    assert sorted(asked) == ["assessment.submissions", "inspection.visits"]
    assert page.count('<tr><th scope="row"') == report_queue.LINES_A_PAGE
    assert re.search(r"Chưa trình <b>20[0-9]</b>", page)
    assert "xep=ten&amp;trang=9" in page.replace("trang=9&amp;xep=ten", "xep=ten&amp;trang=9")
    assert "Trường số 150" in client.get(f"{QUEUE}?q=so+150").text
    assert client.get(f"{QUEUE}?tt=khac").status_code == 400


@pytest.fixture
def village() -> Village:
    return Village()


def recommend(village: Village, visit: str, *texts: str) -> None:
    due = today(SystemClock()) + dt.timedelta(days=30)
    for text in texts:
        said = r.AddRecommendation(school=SCHOOL, inspection=visit, text=text, due=due)
        village.do(Role.COMMUNE_OFFICER, "add_recommendation", said, r.RecommendationAdded, "inspection")


def states(village: Village, role: Role = Role.DEPARTMENT_OFFICER) -> tuple[str, str]:
    """The state of the only school, and the whole page."""
    page = village.enter(role).get(QUEUE).text
    found = re.findall(r'aria-current="true">|>([^<>]+) <b>1</b></a>', page)
    return " ".join(name.strip() for name in found if name), page


def test_the_queue_follows_a_report_from_draft_to_conclusion_and_the_calendar_its_visit(village):
    assert states(village)[0] == "Chưa trình"
    cycle = village.open_cycle()
    village.submit(cycle)
    state, page = states(village)
    assert state == "Đã trình, chờ xét"
    assert "hôm nay" in page
    plan = i.PlanInspection(
        school=SCHOOL, cycle=cycle, layer=a.Layer.DEPARTMENT, on=today(SystemClock()), title="Đánh giá ngoài lần đầu"
    )
    planned = village.do(Role.DEPARTMENT_OFFICER, "plan", plan, i.InspectionView, "inspection").inspection
    state, page = states(village)
    assert state == "Đang đánh giá"
    assert "dự thảo, mới xem 0/15" in page
    assert page.count(f'href="{VISITS}/{planned}?truong={SCHOOL}"') == 2, "in the queue and in the calendar"
    state, _ = states(village, Role.EXTERNAL_EVALUATOR)
    assert state == "Đang đánh giá", "the evaluator was sent there by a visit that names nobody"
    conclude = i.ConcludeInspection(school=SCHOOL, inspection=planned, summary="Đã xem tại trường, không có phát hiện.")
    village.do(Role.DEPARTMENT_OFFICER, "conclude", conclude, i.InspectionView, "inspection")
    state, page = states(village)
    assert state == "Đã kết luận, chờ quyết định"
    assert "0 đợt đang làm, 1 đợt đã kết luận" in page


def test_an_evaluator_sees_no_school_he_was_not_sent_to(village):
    village.submit(village.open_cycle())
    page = village.enter(Role.EXTERNAL_EVALUATOR).get(QUEUE).text
    assert "Chưa có trường nào trong phạm vi được giao" in page
    assert "Bản Chuông" not in page


def test_the_commune_sees_what_was_submitted_drafted_and_asked_for_and_its_visits_across_schools(village):
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1")
    found = village.visit(cycle, ("1.1", "not_met"))
    client = village.enter(Role.COMMUNE_OFFICER)
    page = client.get("/xa/NAM-LAM").text
    assert "dự thảo, mới xem 1/15" in page
    assert '<td data-l="Đã trình"><span class="quiet">Chưa</span>' in page
    board = f'href="/xa/NAM-LAM/kien-nghi?truong={SCHOOL}"'
    recommend(village, found, "Sửa mái hiên", "Lập sổ thiết bị")
    assert board not in client.get("/xa/NAM-LAM").text, "a draft waits for nobody"
    calendar = client.get("/xa/NAM-LAM/kiem-tra").text
    assert "1 đợt đang làm, 0 đợt đã kết luận" in calendar
    assert f'href="/xa/NAM-LAM/kiem-tra/{found}?truong={SCHOOL}"' in calendar
    village.submit(cycle)
    village.conclude(found)
    for address in ("/xa/NAM-LAM", "/xa/NAM-LAM/kiem-tra"):
        page = client.get(address).text
        assert "2 chờ làm" in page, "two recommendations, and one finding that is none"
        assert "quá hạn</span>" not in page
        assert board in page
    assert f'<td data-l="Đã trình">{today(SystemClock()):%d/%m/%Y}</td>' in page


@pytest.mark.parametrize("address", ["/xa/NAM-LAM", "/xa/NAM-LAM/kiem-tra"])
def test_recommendations_to_a_school_are_overdue_or_waiting_and_lead_to_the_board_of_that_school(address, enter):
    page = enter(Role.COMMUNE_OFFICER).get(address).text
    cells = re.findall(r'<td data-l="Kiến nghị">(.*?)</td>', page)
    told = [re.findall(r"(\d+) (quá hạn|chờ làm)", cell) for cell in cells]
    assert sorted(told)[-1] == [("1", "quá hạn"), ("3", "chờ làm")], "what is answered or done waits for no school"
    assert [cell.count("/xa/NAM-LAM/kien-nghi?truong=TH-BC") for cell in cells if "quá hạn" in cell] == [1]


def test_a_visit_that_was_planned_before_its_cycle_has_seen_no_criterion_and_counts_none(village):
    plan = i.PlanInspection(
        school=SCHOOL, cycle="", layer=a.Layer.COMMUNE, on=today(SystemClock()), title="Kiểm tra đầu năm", kind="giam_sat"
    )
    village.do(Role.COMMUNE_OFFICER, "plan", plan, i.InspectionView, "inspection")
    page = village.enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kiem-tra").text
    assert "Dự thảo, chưa xem tiêu chí nào</span>" in page, "in the calendar"
    assert '<span class="small quiet">dự thảo, chưa xem tiêu chí nào</span>' in page, "in the list of schools"
    assert "0/0" not in page.replace("0/0 <progress", "")
