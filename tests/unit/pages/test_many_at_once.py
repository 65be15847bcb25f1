"""Many at once: visits to many schools in one act, many indicators in one save, and no half of either."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import inspection as i
from shared.contracts.calls import teams as t
from shared.problems import Problem
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole, VisitKind
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import words_of
from tests.unit.pages.test_recommendation_pages import send

PROGRAMME = "/xa/NAM-LAM/kiem-tra/chuong-trinh"
INDICATORS = "/xa/NAM-LAM/kiem-tra/kt-08/nhieu-chi-bao"
LATER = today(SystemClock()) + dt.timedelta(days=20)
DAY = f"{LATER:%d/%m/%Y}"


class Busy(Problem):
    """What the service says of one school."""

    type = "thu-con-dot-mo"
    status = 409
    title = "Trường còn đợt chưa kết luận"


def test_a_programme_is_one_command_with_a_day_for_each_school(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    fields = {"ten": "Kiểm tra kỳ I", "loai": "giam_sat", "chon": ["TH-BC", "MN-HB"]}
    days = {"ngay-TH-BC": DAY, "ngay-MN-HB": DAY, "ngay-THCS-NL": ""}
    response = send(client, PROGRAMME, **fields, **days)
    assert response.status_code == 303
    assert "so-dot=2" in response.location
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.plan_programme"]
    assert command == t.PlanProgramme(
        layer=Layer.COMMUNE,
        title="Kiểm tra kỳ I",
        kind=VisitKind.SUPERVISION,
        visits=[t.ProgrammeVisit(school=code, on=LATER) for code in ("TH-BC", "MN-HB")],
    )
    assert "Đã lập 2 đợt" in client.get(response.location).text


def test_every_wrong_row_is_told_beside_its_school_and_nothing_is_planned(enter, house):
    days = {"ngay-TH-BC": "", "ngay-MN-HB": "31/02/2026", "ngay-THCS-NL": "01/01/2020"}
    page = send(enter(Role.COMMUNE_OFFICER), PROGRAMME, ten="X", chon=["TH-BC", "MN-HB", "THCS-NL"], **days).text
    for code, said in (("TH-BC", "Thiếu ngày."), ("MN-HB", "31/02/2026"), ("THCS-NL", "đã qua")):
        assert said in re.search(rf'id="loi-{code}">([^<]+)<', page)[1]  # type: ignore[index]
    assert "Chưa lập đợt nào" in page
    assert re.search(r'name="chon" value="TH-BC" checked', page), "what was ticked stays ticked"
    assert 'value="01/01/2020"' in page
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]


def test_what_the_service_says_of_one_school_stands_in_its_row(enter, house):
    house.rpc_client.problems["inspection.plan_programme"] = Busy("Còn đợt chưa kết luận. Chưa ghi gì.", school="TH-BC")
    page = send(enter(Role.COMMUNE_OFFICER), PROGRAMME, ten="X", chon=["TH-BC"], **{"ngay-TH-BC": DAY}).text
    assert "Còn đợt chưa kết luận" in re.search(r'id="loi-TH-BC">([^<]+)<', page)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"ten": "X"}, "Chưa chọn trường nào."), ({"chon": ["TH-BC"]}, "Thiếu tên"), ({"ten": "X", "loai": "la"}, "Loại đợt")],
)
def test_a_programme_that_lacks_something_says_so(fields, said, enter):
    assert said in send(enter(Role.COMMUNE_OFFICER), PROGRAMME, **fields).text


def test_whoever_plans_no_visits_has_no_programme(enter):
    assert enter(Role.INSPECTOR).get(PROGRAMME).status_code == 403
    assert "chuong-trinh" not in enter(Role.INSPECTOR).get("/xa/NAM-LAM/kiem-tra").text
    assert f'href="{PROGRAMME}"' in enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kiem-tra").text


def test_nothing_is_chosen_beforehand_and_one_save_takes_what_was_chosen(enter, house):
    client = enter(Role.INSPECTOR)
    page = client.get(f"{INDICATORS}?truong=TH-BC&tieu-chuan=4").text
    table = page[page.index('class="cards marks"') :]
    assert " checked" not in table
    assert "Đoàn: không đạt" in words_of(table), "what the visit found stands beside"
    fields = {"truong": "TH-BC", "tieu-chuan": "4", "kq-4.1_1_-": "met", "kq-4.2_1_-": "not_met"}
    response = send(client, f"{INDICATORS}?truong=TH-BC", **fields)
    assert response.status_code == 303
    assert "da-ghi=2" in response.location
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.record_opinions"]
    first, second = command.opinions
    assert (first.criterion, first.result, first.seen) == ("4.1", Result.MET, 0)
    assert (second.criterion, second.result) == ("4.2", Result.NOT_MET)
    assert "Đã ghi 2 chỉ báo" in client.get(response.location).text


def test_a_member_of_a_team_records_opinions_on_what_was_seen(enter, house, monkeypatch):
    client = enter(Role.INSPECTOR)
    own = client.get("/api/v1/me").json["account"]
    member = i.TeamMemberView(
        person=own, role=TeamRole.HEAD, criteria=[], worked_here=None, years_in_sector=None, trained=None, source=""
    )
    opinion = i.OpinionView(person=own, result=Result.MET, note="Đã xem", judged_on=LATER, position=77, documents=["d"])
    other = msgspec.structs.replace(opinion, person="khac", result=Result.NOT_MET, note="ý người khác")
    visit = msgspec.structs.replace(
        house.canned.INSPECTION,
        team=i.TeamView(decision="", decided_on=LATER, members=[member], position=5),
        opinions=[i.IndicatorOpinions(criterion="4.1", level=1, indicator="-", opinions=[other, opinion], diverging=True)],
    )
    monkeypatch.setitem(house.canned.CANNED, "inspection.inspection", lambda _: visit)
    page = client.get(f"{INDICATORS}?truong=TH-BC&tieu-chuan=4").text
    assert "ý người khác" not in page
    assert '<span class="vh">Tôi: Đạt. </span>' in page
    assert '<span class="vh">Xã: ' not in page, "what one member says is not the word of the commune"
    fields = {"truong": "TH-BC", "tieu-chuan": "4", "kq-4.1_1_-": "not_met", "kq-4.3_2_-": "met"}
    assert send(client, f"{INDICATORS}?truong=TH-BC", **fields).status_code == 303
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.record_opinions"]
    assert [(one.criterion, one.note, one.seen, one.documents) for one in command.opinions] == [
        ("4.1", "Đã xem", 77, ["d"]),
        ("4.3", "", 0, []),
    ]


def test_choosing_nothing_or_what_is_not_offered_records_nothing(enter, house):
    client, path = enter(Role.INSPECTOR), f"{INDICATORS}?truong=TH-BC"
    assert "Chưa chọn kết quả nào." in send(client, path, truong="TH-BC").text
    assert "Kết quả không có trong danh sách." in send(client, path, truong="TH-BC", **{"kq-4.1_1_-": "la"}).text
    assert client.get(INDICATORS).status_code == 400
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]


def test_the_page_is_a_tab_of_the_visit_for_those_who_judge(enter):
    visit = "/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC"
    assert f'href="{INDICATORS}?truong=TH-BC"' in enter(Role.INSPECTOR).get(visit).text


def test_a_concluded_visit_is_read_only(enter, house, monkeypatch):
    concluded = msgspec.structs.replace(house.canned.INSPECTION, concluded=True)
    monkeypatch.setitem(house.canned.CANNED, "inspection.inspection", lambda _: concluded)
    page = enter(Role.INSPECTOR).get(f"{INDICATORS}?truong=TH-BC").text
    assert "Đợt đã kết luận, chỉ đọc." in page
    assert 'type="radio"' not in page
