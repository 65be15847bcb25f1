"""A recommendation goes from the visit to its verification over the REST API, and evidence is asked for and cited."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.clock import today
from shared.vocabulary.roles import Role
from tests.integration.portal_api.test_real_services import ELSEWHERE, House

SUMMARY = "Đã kiểm tra tại trường."


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


def planned(house: House, cycle: str, title: str) -> str:
    """Plan a visit of the commune for today and return its address."""
    body = {"cycle": cycle, "layer": "commune", "on": today(house.evidence.clock).isoformat(), "title": title}
    visit = house.ok("POST", "/schools/TH-A/inspections", Role.COMMUNE_OFFICER, json=body)["inspection"]
    return f"/schools/TH-A/inspections/{visit}"


def in_days(house: House, days: int) -> str:
    return (today(house.evidence.clock) + dt.timedelta(days=days)).isoformat()


def test_a_recommendation_is_made_answered_verified_and_extended_by_those_who_may(house: House, cycle: str) -> None:
    visit = planned(house, cycle, "Kiểm tra kỹ thuật")
    number = visit.rpartition("/")[2]
    body = {"inspection": number, "text": "Lập sổ theo dõi thiết bị", "due": in_days(house, 7), "criterion": "1.1"}
    refused(house, "POST", "/schools/TH-A/recommendations", Role.EXTERNAL_EVALUATOR, 403, "khong-du-quyen", json=body)
    made = house.ok("POST", "/schools/TH-A/recommendations", Role.INSPECTOR, json=body)["id"]
    of_it = f"/schools/TH-A/recommendations/{made}"

    answer = {"text": "Đã lập sổ."}
    refused(house, "GET", f"/recommendations/{made}", Role.HEAD, 404, "kien-nghi-khong-co")
    refused(house, "POST", f"{of_it}/answers", Role.HEAD, 409, "chua-ket-luan", json=answer)
    house.ok("POST", f"{visit}/conclusion", Role.COMMUNE_OFFICER, json={"summary": SUMMARY})
    refused(house, "POST", f"{of_it}/verifications", Role.INSPECTOR, 409, "chua-tra-loi", json={"result": "dat"})
    refused(house, "POST", f"{of_it}/answers", Role.COMMUNE_OFFICER, 403, "khong-du-quyen", json=answer)
    paper = house.evidence.receive(b"so", school="TH-A").document
    house.pump()
    answered = house.ok("POST", f"{of_it}/answers", Role.CLERK, json=answer | {"documents": [paper]})
    assert (answered["state"], answered["answers"][0]["documents"]) == ("da_tra_loi", [paper])

    found = house.ok("POST", f"{of_it}/verifications", Role.INSPECTOR, json={"result": "mot_phan", "note": "Thiếu dấu"})
    assert found["state"] == "mot_phan"
    longer = {"due": in_days(house, 30), "reason": "Chờ kinh phí đợt hai"}
    refused(house, "POST", f"{of_it}/extensions", Role.HEAD, 403, "khong-du-quyen", json=longer)
    assert house.ok("POST", f"{of_it}/extensions", Role.COMMUNE_OFFICER, json=longer)["due"] == in_days(house, 30)

    seen = house.ok("GET", f"/recommendations/{made}", Role.HEAD)
    assert house.ok("GET", "/schools/TH-A/recommendations", Role.HEAD)["recommendations"] == [seen]
    listed = house.ok("GET", "/communes/NL/recommendations", Role.COMMUNE_OFFICER, query_string={"state": "mot_phan"})
    assert (listed["recommendations"], listed["counts"]["mot_phan"]) == ([seen], 1)
    none_late = house.ok("GET", "/recommendations", Role.AUDITOR, query_string={"overdue": "true"})
    assert (none_late["total"], none_late["counts"]) == (0, listed["counts"])


def test_a_recommendation_does_not_exist_for_other_schools_and_communes(house: House, cycle: str) -> None:
    (made,) = house.ok("GET", "/schools/TH-A/recommendations", Role.AUDITOR)["recommendations"]
    never_was = house.world.call("GET", "/recommendations/0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52")
    assert never_was.status_code == 404
    for role, scope in ELSEWHERE.items():
        outside = house.world.call("GET", f"/recommendations/{made['id']}", token=house.world.token(role, scope))
        assert outside.status_code == 404, role
        told = [{**one.get_json(), "correlation": "", "recommendation": ""} for one in (outside, never_was)]
        assert told[0] == told[1], role


def test_evidence_is_asked_for_and_cited_after_the_submission_and_a_photo_is_taken(house: House, cycle: str) -> None:
    place = f"/schools/TH-A/cycles/{cycle}"
    kinds = {gap["kind"] for gap in house.ok("GET", f"{place}/gaps", Role.HEAD)["gaps"]}
    lacking = [
        {"kind": kind, "criterion": criterion, "reason": "Trường mới thành lập, chưa có hồ sơ"}
        for kind in kinds
        for criterion in house.ok("GET", "/schools/TH-A/status", Role.HEAD)["criteria"]
    ]
    house.ok("POST", f"{place}/submission", Role.HEAD, json={"gaps": lacking})
    house.pump()
    visit = planned(house, cycle, "Phúc tra")
    paper = house.evidence.receive(b"so hop", school="TH-A").document
    photo = house.evidence.receive(b"anh", school="TH-A").document
    house.pump()
    coding = {"cycle": cycle, "document": paper, "criterion": "1.1", "title": "Sổ họp", "cite": True}
    refused(house, "POST", "/schools/TH-A/evidence", Role.CLERK, 409, "da-trinh", json=coding)

    asked = {"criterion": "1.1", "what": "Sổ họp phụ huynh", "due": in_days(house, 3)}
    request = house.ok("POST", f"{visit}/requests", Role.INSPECTOR, json=asked)["request"]
    house.pump()
    assert house.ok("GET", visit, Role.HEAD)["requests"][0]["state"] == "mo"
    assert house.ok("GET", f"{place}/criteria/1.1", Role.HEAD)["linking_reopened"]
    house.ok("POST", "/schools/TH-A/evidence", Role.CLERK, json=coding)
    supplied = house.ok("POST", f"{visit}/requests/{request}/supply", Role.CLERK, json={"documents": [paper]})
    assert supplied["requests"][0]["state"] == "da_tra_loi"

    taken = {"document": photo, "taken_at": house.evidence.clock.now().isoformat(), "latitude": 22.5, "longitude": 103.9}
    refused(house, "POST", f"{visit}/photos", Role.CLERK, 403, "khong-du-quyen", json=taken)
    assert house.ok("POST", f"{visit}/photos", Role.INSPECTOR, json=taken)["photos"][0]["document"] == photo
    upload = {"name": "a.jpg", "size_bytes": 9}
    assert house.ok("POST", f"{visit}/uploads", Role.INSPECTOR, json=upload)["ticket"]
    refused(house, "POST", f"{visit}/uploads", Role.CLERK, 403, "khong-du-quyen", json=upload)
    refused(house, "POST", "/schools/TH-A/uploads", Role.INSPECTOR, 403, "khong-du-quyen", json=upload)
