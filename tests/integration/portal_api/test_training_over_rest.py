"""Training, notices and difficulties over the REST API: people by name, every role inside its scope, the public outside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.clock import today
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.portal_api.test_real_services import House

YEAR = "/communes/NL/years/2026"
LAN, BA = {"name": "Vàng Thị Lan", "office": "Giáo viên"}, {"name": "Lò Văn Ba", "office": "Phó Hiệu trưởng"}


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def refused(house: House, method: str, path: str, role: Role, status: int, kind: str, **options: Any) -> None:
    response = house.world.call(method, path, token=house.tokens[role], **options)
    document = response.get_json()
    assert (response.status_code, document["type"]) == (status, kind), document


def day(house: House, days: int = 0) -> str:
    return (today(house.evidence.clock) + dt.timedelta(days=days)).isoformat()


def planned(house: House, title: str, topic: str = "hoi_dong") -> str:
    body = {"topic": topic, "title": title, "days": [day(house)], "place": "Hội trường xã", "budget_vnd": 5_000_000}
    made: str = house.ok("POST", f"{YEAR}/trainings", Role.COMMUNE_OFFICER, json=body)["id"]
    return made


def council(house: House) -> None:
    """Open a cycle at TH-A and set up its council: Lan chairs, Ba writes."""
    cycle = house.ok("POST", "/schools/TH-A/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    roles = ("chu_tich", "thu_ky", "uy_vien", "uy_vien", "uy_vien")
    names = [LAN, BA, *({"name": f"Người {letter}", "office": "Giáo viên"} for letter in "CDE")]
    members = [name | {"role": role, "task": "Viết"} for name, role in zip(names, roles, strict=True)]
    body = {"decided_on": day(house), "decision": "01/QĐ", "members": members}
    house.ok("PUT", f"/schools/TH-A/cycles/{cycle}/council", Role.HEAD, json=body)
    house.pump()


def test_who_is_told_by_name_is_the_person_of_the_council_and_no_longer_untrained(house: House) -> None:
    council(house)
    asked = {"topic": "hoi_dong"}
    before = house.ok("GET", "/communes/NL/untrained", Role.COMMUNE_OFFICER, query_string=asked)
    assert (len(before["people"]), before["of"]) == (5, 5)
    assert {"Vàng Thị Lan", "Lò Văn Ba"} <= {one["name"] for one in before["people"]}
    number = planned(house, "Tự đánh giá")
    present = [LAN | {"school": "TH-A", "result": "Đạt"}, BA | {"school": "TH-A", "present": False}, {"name": "Cán bộ xã"}]
    body = {"held_on": day(house), "attendance": present}
    held = house.ok("POST", f"/trainings/{number}/attendance", Role.COMMUNE_OFFICER, json=body)
    assert (held["present_count"], held["asked_count"]) == (2, 3)
    assert [one["name"] for one in held["attendance"]] == ["Vàng Thị Lan", "Lò Văn Ba", "Cán bộ xã"]
    left = house.ok("GET", "/communes/NL/untrained", Role.COMMUNE_OFFICER, query_string=asked)
    assert "Vàng Thị Lan" not in {one["name"] for one in left["people"]}
    assert len(left["people"]) == 4
    other = house.ok("GET", "/communes/NL/untrained", Role.COMMUNE_OFFICER, query_string={"topic": "minh_chung"})
    assert len(other["people"]) == 5
    assert house.ok("GET", "/communes/NL/untrained", Role.STEERING_COMMITTEE, query_string=asked) == left


def test_who_reads_no_councils_is_not_told_who_is_untrained(house: House) -> None:
    asked = {"topic": "hoi_dong"}
    for role in (Role.ECONOMIC_OFFICE, Role.MASS_ORGANISATION, Role.HEAD):
        refused(house, "GET", "/communes/NL/untrained", role, 403, "khong-du-quyen", query_string=asked)
    refused(house, "GET", "/communes/XA-LA/untrained", Role.DEPARTMENT_OFFICER, 404, "xa-khong-co", query_string=asked)


def test_a_school_reads_its_own_people_of_a_class(house: House) -> None:
    (one,) = house.ok("GET", "/trainings", Role.HEAD)["trainings"]
    seen = house.ok("GET", f"/trainings/{one['id']}", Role.HEAD)
    assert [person["name"] for person in seen["attendance"]] == ["Vàng Thị Lan", "Lò Văn Ba"]
    refused(house, "GET", "/communes/NL/untrained", Role.HEAD, 403, "khong-du-quyen", query_string={"topic": "hoi_dong"})


def test_only_the_planners_of_the_commune_plan_and_hold_classes(house: House) -> None:
    body = {"topic": "phan_mem", "title": "Phần mềm", "days": [day(house, 3)], "place": "Xã"}
    for role in (Role.HEAD, Role.ECONOMIC_OFFICE, Role.MASS_ORGANISATION, Role.INSPECTOR, Role.STEERING_COMMITTEE):
        refused(house, "POST", f"{YEAR}/trainings", role, 403, "khong-du-quyen", json=body)
    number = house.ok("POST", f"{YEAR}/trainings", Role.COMMUNE_LEADER, json=body)["id"]
    absent = {"held_on": day(house), "attendance": [{"name": "Ai đó", "school": "TH-X"}]}
    refused(house, "POST", f"/trainings/{number}/attendance", Role.ECONOMIC_OFFICE, 403, "khong-du-quyen", json=absent)
    elsewhere = house.world.token(Role.COMMUNE_OFFICER, (ScopeKind.COMMUNE, "BM"))
    answer = house.world.call("POST", f"/trainings/{number}/attendance", token=elsewhere, json=absent)
    assert answer.status_code == 404


def test_a_difficulty_is_raised_forwarded_decided_and_closed_by_those_who_may(house: House) -> None:
    body = {"text": "Thiếu phòng tin học", "asks": "Bố trí một phòng", "criterion": "3.2", "year": 2026}
    number = house.ok("POST", "/schools/TH-A/difficulties", Role.HEAD, json=body)["id"]
    of_it = f"/difficulties/{number}"
    refused(house, "POST", f"{of_it}/decision", Role.COMMUNE_LEADER, 409, "kho-khan-chua-chuyen", json={"text": "Đồng ý"})
    refused(house, "POST", f"{of_it}/closing", Role.HEAD, 409, "kho-khan-chua-tra-loi", json={"word": "thoa_dang"})
    house.ok("POST", f"{of_it}/taking", Role.COMMUNE_OFFICER, json={"due": day(house, 7)})
    forwarding = {"to": "phong_kinh_te", "summary": "Cần vốn sửa phòng"}
    house.ok("POST", f"{of_it}/forwarding", Role.COMMUNE_OFFICER, json=forwarding)
    refused(house, "POST", f"{of_it}/decision", Role.COMMUNE_LEADER, 403, "khong-du-quyen", json={"text": "Đồng ý"})
    decided = house.ok("POST", f"{of_it}/decision", Role.ECONOMIC_OFFICE, json={"text": "Bố trí vốn"})
    assert decided["state"] == "da_quyet_dinh"
    refused(house, "POST", f"{of_it}/closing", Role.CLERK, 403, "khong-du-quyen", json={"word": "thoa_dang"})
    reopened = house.ok("POST", f"{of_it}/closing", Role.HEAD, json={"word": "chua", "note": "Chưa rõ năm"})
    assert reopened["state"] == "moi_neu"
    listed = house.ok("GET", f"{YEAR}/difficulties", Role.STEERING_COMMITTEE, query_string={"state": "moi_neu"})
    assert [one["id"] for one in listed["difficulties"]] == [number]
    assert house.ok("GET", "/difficulties", Role.MASS_ORGANISATION)["difficulties"] == []
    refused(house, "GET", "/difficulties?commune=NL", Role.MASS_ORGANISATION, 403, "khong-du-quyen")
    refused(house, "GET", "/difficulties?school=TH-A", Role.MASS_ORGANISATION, 403, "khong-du-quyen")


def test_a_difficulty_does_not_exist_for_other_schools_and_communes(house: House) -> None:
    (one,) = house.ok("GET", "/difficulties", Role.HEAD)["difficulties"]
    for role, scope in (
        (Role.HEAD, (ScopeKind.SCHOOL, "TH-X")),
        (Role.COMMUNE_OFFICER, (ScopeKind.COMMUNE, "BM")),
        (Role.ECONOMIC_OFFICE, (ScopeKind.COMMUNE, "BM")),
    ):
        token = house.world.token(role, scope)
        assert house.world.call("GET", f"/difficulties/{one['id']}", token=token).status_code == 404, role
        assert house.world.call("GET", "/difficulties", token=token).get_json()["total"] == 0, role


def test_the_public_reads_notices_and_no_comments_without_a_token(house: House) -> None:
    number = house.ok("POST", f"{YEAR}/notices", Role.COMMUNE_OFFICER, json={"title": "Họp dân", "body": "19 giờ"})["id"]
    made = house.ok("POST", f"/notices/{number}/comments", Role.MASS_ORGANISATION, json={"text": "Nên họp tối"})["id"]
    refused(house, "POST", f"/notices/{number}/comments", Role.HEAD, 403, "khong-du-quyen", json={"text": "Nên họp tối"})
    public = house.world.call("GET", "/public/communes/NL/notices", token="")
    (item,) = public.get_json()["items"]
    assert (item["id"], item["comments"]) == (number, [])
    showing = {"shown": True}
    house.ok("POST", f"/notices/{number}/comments/{made}/showing", Role.COMMUNE_OFFICER, json=showing)
    shown = house.world.call("GET", f"/public/notices/{number}", token="").get_json()
    assert [(one["text"], one["person"]) for one in shown["comments"]] == [("Nên họp tối", "")]
    house.ok("POST", f"/notices/{number}/withdrawal", Role.COMMUNE_LEADER, json={"reason": "Ghi nhầm ngày họp dân"})
    assert house.world.call("GET", f"/public/notices/{number}", token="").status_code == 404


@pytest.mark.parametrize("kind", ["tap_huan", "thong_bao", "tong_hop_kho_khan"])
def test_papers_are_printed_and_the_same_moment_gives_the_same_bytes(house: House, kind: str) -> None:
    house.ok("POST", f"{YEAR}/notices", Role.COMMUNE_OFFICER, json={"title": "Khai giảng", "body": "7 giờ"})
    path = f"{YEAR}/papers/{kind}?format=docx"
    first = house.world.call("GET", path, token=house.tokens[Role.COMMUNE_OFFICER])
    assert first.status_code == 200, first.get_json()
    known = first.headers["X-Kiemdinh-Known-At"]
    body = {"text": "Thiếu nước", "asks": "Khoan giếng", "year": 2026, "criterion": ""}
    house.ok("POST", "/schools/TH-A/difficulties", Role.HEAD, json=body | {"text": f"Thiếu nước {kind}"})
    again = house.world.call("GET", f"{path}&known_at={known}", token=house.tokens[Role.COMMUNE_OFFICER])
    assert again.data == first.data


def test_public_events_hold_no_typed_words_and_no_people(house: House) -> None:
    told = b"".join(
        house.inspection.published(logged).__repr__().encode() for logged in house.inspection.log.read(0, 1000)
    ).decode()
    for word in ("Vàng Thị Lan", "Hội trường xã", "Thiếu phòng", "Bố trí", "Họp dân", "Nên họp", "Chưa rõ năm"):
        assert word not in told
