"""The years after a recognition over REST on the real services: checks, five years, divergences, for whom they are."""

from __future__ import annotations

from typing import Any

import pytest

from shared.clock import today
from shared.identity.permissions import RULES
from shared.text import school_year_of
from shared.vocabulary.roles import Role
from tests.integration.portal_api.test_real_services import House

SCHOOL = "/schools/TH-A"


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def refused(house: House, role: Role, body: dict[str, Any]) -> str:
    answer = house.world.call("POST", f"{SCHOOL}/maintenance", token=house.tokens[role], json=body)
    return f"{answer.status_code} {answer.get_json()['type']}"


def test_a_recognised_school_is_checked_every_year_and_looked_back_on(house: House) -> None:
    day = today(house.evidence.clock)
    year = school_year_of(day)
    check = {"year": year, "result": "nguy_co", "note": "Thiếu hai phòng học"}
    assert refused(house, Role.COMMUNE_OFFICER, check) == "409 chua-cong-nhan"

    document = house.evidence.receive(school="TH-A").document
    house.pump()
    decision = {
        "number": "118/QĐ-SGDĐT",
        "decided_on": day.isoformat(),
        "degree": 1,
        "override": "Quyết định ký trước khi có hệ thống.",
        "copied_from_paper": document,
    }
    house.ok("POST", f"{SCHOOL}/recognitions", Role.DEPARTMENT_OFFICER, json=decision)
    house.pump()
    assert refused(house, Role.COMMUNE_OFFICER, check | {"year": "2999-3000"}) == "422 nam-hoc-sai"
    assert refused(house, Role.COMMUNE_OFFICER, check | {"inspection": "khong-co"}) == "404 dot-kiem-tra-khong-co"
    assert refused(house, Role.HEAD, check) == "403 khong-du-quyen"

    made = house.ok("POST", f"{SCHOOL}/maintenance", Role.COMMUNE_OFFICER, json=check)
    assert (made["year"], made["result"], made["note"]) == (year, "nguy_co", "Thiếu hai phòng học")
    assert house.ok("GET", f"{SCHOOL}/maintenance", Role.HEAD)["checks"] == [made]
    for path in ("/maintenance", "/communes/NL/maintenance"):
        listed = house.ok("GET", path, Role.COMMUNE_OFFICER, query_string={"year": year})
        assert [(line["school"], line["check"]["result"]) for line in listed["checks"]] == [("TH-A", "nguy_co")]

    looked_back = house.ok("GET", f"{SCHOOL}/years", Role.HEAD)
    assert [one["year"] for one in looked_back["years"]][-1] == year
    assert looked_back["years"][-1]["recognition"]["number"] == "118/QĐ-SGDĐT"


def test_divergences_are_counted_by_criterion_of_one_family(house: House) -> None:
    cycle = house.ok("POST", f"{SCHOOL}/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    house.pump()
    place = f"{SCHOOL}/cycles/{cycle}"
    levels = house.ok("GET", f"{place}/criteria/1.1", Role.HEAD)["indicators"]
    met = [{"criterion": "1.1", "level": i["level"], "indicator": i["indicator"], "result": "met"} for i in levels]
    house.ok("POST", f"{place}/judgements", Role.HEAD, json={"layer": "school", "judgements": met})
    day = today(house.evidence.clock).isoformat()
    visit = {"cycle": cycle, "layer": "commune", "on": day, "title": "Kiểm tra kỹ thuật"}
    inspection = house.ok("POST", f"{SCHOOL}/inspections", Role.COMMUNE_OFFICER, json=visit)["inspection"]
    found = {"findings": [{**met[0], "result": "not_met"}]}
    house.ok("POST", f"{SCHOOL}/inspections/{inspection}/findings", Role.INSPECTOR, json=found)
    house.ok("POST", f"{SCHOOL}/inspections/{inspection}/conclusion", Role.COMMUNE_OFFICER, json={"summary": "Đủ."})
    house.pump()

    one = next(row for row in house.ok("GET", f"{SCHOOL}/divergence", Role.HEAD)["criteria"] if row["criterion"] == "1.1")
    assert (one["differed"], one["years"][0]["levels"]["commune"]["level"]) == (1, 0)
    for path in ("/divergence", "/communes/NL/divergence"):
        sheet = house.ok("GET", path, Role.COMMUNE_OFFICER, query_string={"family": "2026/pho_thong"})
        counted = next(row for row in sheet["criteria"] if row["criterion"] == "1.1")
        assert (counted["compared"], counted["differed"], counted["schools"][0]["school"]) == (1, 1, "TH-A")
    assert house.ok("GET", "/divergence", Role.COMMUNE_OFFICER, query_string={"family": "2018/tieu_hoc"})["schools"] == 0


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        (f"{SCHOOL}/years", "assessment.years"),
        (f"{SCHOOL}/divergence", "assessment.divergence"),
        ("/divergence", "assessment.divergences"),
        (f"{SCHOOL}/maintenance", "inspection.maintenance"),
        ("/maintenance?year=2026-2027", "inspection.maintenance_list"),
    ],
)
def test_who_looks_back_is_who_may(house: House, path: str, operation: str) -> None:
    for role in Role:
        status = house.world.call("GET", path, token=house.tokens[role]).status_code
        assert status == (200 if role in RULES[operation] else 403), role
