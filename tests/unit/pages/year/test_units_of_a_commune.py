"""Units of a commune see their own tasks at first, mass organisations no others, and each reports its own."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls.year import tasks as t
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_recommendation_pages import send
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

DAY = today(SystemClock())
BOARD = f"/xa/{COMMUNE}/viec?nam={DAY.year}"


@pytest.mark.parametrize(
    ("role", "unit", "reads_all"),
    [(Role.ECONOMIC_OFFICE, "phong_kinh_te", True), (Role.MASS_ORGANISATION, "doan_the", False)],
)
def test_a_unit_sees_its_own_tasks_at_first_and_reports_them(role, unit, reads_all):
    village = Village()
    to = [SCHOOL, "phong_kinh_te", "doan_the"]
    asked = t.GiveTask(commune=COMMUNE, year=DAY.year, to=to, text="Rà soát", due=DAY + dt.timedelta(days=9))
    given = village.do(Role.COMMUNE_OFFICER, "give_task", asked, t.TasksGiven, "inspection")
    own = given.ids[to.index(unit)]
    client = village.enter(role)

    page = client.get(BOARD).text
    assert page.count('<tr id="v-') == 1
    assert f'id="v-{own}"' in page
    assert 'id="giao"' not in page
    assert client.get(f"{BOARD}&don-vi=moi").text.count('<tr id="v-') == (3 if reads_all else 1)
    assert client.get(f"/xa/{COMMUNE}/viec/{given.ids[0]}").status_code == (200 if reads_all else 404)

    told = send(client, f"/xa/{COMMUNE}/viec/{own}", **{"hanh-dong": "bao-cao", "bao-cao": "Đã rà soát"})
    assert told.status_code == 303
    assert "đã báo cáo" in words_of(main_of(client.get(told.location).text))
