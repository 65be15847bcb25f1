"""Targets over the REST API: set by the office, met by what the school judges, read by those who may, printed as a sheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.clock import today
from shared.rulebook import load_library
from shared.vocabulary.roles import Role
from tests.integration.portal_api.test_real_services import House


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def cycle(house: House) -> str:
    opened: str = house.ok("POST", "/schools/TH-A/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    house.pump()
    return opened


def refused(house: House, method: str, path: str, role: Role, status: int, kind: str, **options: Any) -> None:
    response = house.world.call(method, path, token=house.tokens[role], **options)
    document = response.get_json()
    assert (response.status_code, document["type"]) == (status, kind), document


def wanted(house: House, **more: Any) -> dict[str, Any]:
    by = today(house.evidence.clock) + dt.timedelta(days=30)
    return {"targets": [{"school": "TH-A", "criterion": "1.1", "level": 1, "by": by.isoformat(), **more}]}


def test_a_target_goes_from_the_office_to_what_the_school_judges(house: House, cycle: str) -> None:
    year = today(house.evidence.clock).year
    base = f"/communes/NL/years/{year}/targets"
    for role in (Role.HEAD, Role.INSPECTOR, Role.ECONOMIC_OFFICE, Role.STEERING_COMMITTEE):
        refused(house, "POST", base, role, 403, "khong-du-quyen", json=wanted(house))
    refused(house, "POST", base, Role.COMMUNE_OFFICER, 403, "truong-xa-khac", json=wanted(house, school="TH-X"))
    refused(house, "POST", base, Role.COMMUNE_OFFICER, 404, "truong-chua-thay", json=wanted(house, school="TH-Z"))
    refused(house, "POST", base, Role.COMMUNE_OFFICER, 422, "tieu-chi-khong-co", json=wanted(house, level=9))
    made = house.ok("POST", base, Role.COMMUNE_LEADER, json=wanted(house, lead="phong_kinh_te"))
    assert len(made["ids"]) == 1
    refused(house, "POST", base, Role.COMMUNE_OFFICER, 409, "chi-tieu-da-dat", json=wanted(house, lead="truong"))

    line = house.ok("GET", base, Role.ECONOMIC_OFFICE)["targets"][0]
    assert (line["school"], line["criterion"], line["level"], line["lead"]) == ("TH-A", "1.1", 1, "phong_kinh_te")
    assert (line["state"], line["met_on"], line["earliest"]) == ("dang_lam", None, None)
    assert "chưa rõ ngày" in line["because"]

    keys = [key for key in load_library().get("v2026_tt57/pho_thong").keys if key.criterion == "1.1" and key.level == 1]
    judged = [{"criterion": c, "level": level, "indicator": i, "result": "met"} for c, level, i in keys]
    house.ok("POST", f"/schools/TH-A/cycles/{cycle}/judgements", Role.HEAD, json={"layer": "school", "judgements": judged})
    house.pump()
    line = house.ok("GET", base, Role.STEERING_COMMITTEE)["targets"][0]
    assert (line["state"], line["met_on"]) == ("dat", today(house.evidence.clock).isoformat())
    assert house.ok("GET", f"{base}?layer=commune", Role.INSPECTOR)["targets"][0]["state"] == "dang_lam"
    assert house.ok("GET", f"{base}/TH-A/1.1", Role.COMMUNE_OFFICER)["acts"][0]["kind"] == "criterion-target-met"


def test_a_school_reads_its_own_targets_and_mass_organisations_read_none(house: House, cycle: str) -> None:
    year = today(house.evidence.clock).year
    own = house.ok("GET", f"/schools/TH-A/targets?year={year}", Role.HEAD)["targets"]
    assert [one["target"]["criterion"] for one in own] == ["1.1"]
    refused(house, "GET", "/schools/TH-X/targets", Role.HEAD, 403, "khong-du-quyen")
    for role in (Role.HEAD, Role.MASS_ORGANISATION):
        refused(house, "GET", f"/communes/NL/years/{year}/targets", role, 403, "khong-du-quyen")
    refused(house, "GET", "/schools/TH-A/targets", Role.MASS_ORGANISATION, 403, "khong-du-quyen")


def test_a_target_is_revised_given_up_and_looked_back_at(house: House, cycle: str) -> None:
    year = today(house.evidence.clock).year
    base = f"/communes/NL/years/{year}/targets"
    of = {"school": "TH-A", "criterion": "1.1"}
    later = {**of, "by": f"{year + 1}-03-31", "reason": "Công trình chậm ba tháng"}
    house.ok("POST", f"{base}/revisions", Role.COMMUNE_OFFICER, json=later)
    assert house.ok("GET", base, Role.COMMUNE_OFFICER)["targets"][0]["state"] == "dat"
    head = house.inspection.log.head()
    sheet = house.world.call(
        "GET", f"/communes/NL/years/{year}/papers/giao_chi_tieu?format=xlsx", token=house.tokens[Role.COMMUNE_OFFICER]
    )
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")
    house.ok("POST", f"{base}/drops", Role.COMMUNE_OFFICER, json={**of, "reason": "Trường sáp nhập trong năm"})
    assert house.ok("GET", base, Role.COMMUNE_OFFICER)["targets"] == []
    assert len(house.ok("GET", f"{base}?known_at={head}", Role.COMMUNE_OFFICER)["targets"]) == 1
    looked = house.ok("GET", f"/communes/NL/years/{year}/target-backtest?days=30", Role.COMMUNE_OFFICER)
    assert looked["forecasts"] == []
    refused(house, "GET", f"{base}?known_at=9999", Role.COMMUNE_OFFICER, 422, "vi-tri-chua-co")
