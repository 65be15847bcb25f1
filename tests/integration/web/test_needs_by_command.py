"""Needs and money by the command line, as people type it, against all services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts.calls.assessment import CommuneView, RegisterCommune
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import COMMUNE, SCHOOL

HEAD, ECONOMIC, OFFICER = Role.HEAD, Role.ECONOMIC_OFFICE, Role.COMMUNE_OFFICER


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk("need")
    yield made
    made.close()


RAISE = ("raise", SCHOOL, "--item", "Phòng học", "--quantity", "2", "--cost", "900000000", "--year", "2026")


def test_a_need_goes_its_way_by_the_command_line_and_its_sums_are_a_line_each(desk: Desk) -> None:
    need = desk.ok(HEAD, *RAISE, "--criterion", "3.2")[-1]["id"]
    money = ("fund", need, "--source", "ns_xa", "--year", "2026", "--amount")
    assert desk.refused(ECONOMIC, *money, "1000000") == "nhu-cau-sai-buoc"
    assert desk.refused(OFFICER, "appraise", need, "--verdict", "co_so") == "khong-du-quyen"
    desk.ok(ECONOMIC, "appraise", need, "--verdict", "co_so")
    assert desk.ok(ECONOMIC, *money, "500000000")[-1]["replaced_vnd"] == 0
    assert desk.ok(ECONOMIC, *money, "600000000")[-1]["replaced_vnd"] == 500_000_000
    desk.ok(ECONOMIC, "fund", need, "--source", "xhh", "--year", "2027", "--amount", "200000000", "--document", "45/QĐ")
    assert desk.refused(ECONOMIC, *money, "800000000") == "von-vuot-nhu-cau"
    assert desk.run(ECONOMIC, *money, "1.5")[0] == 2

    by = ("list", "--by")
    assert desk.ok(OFFICER, *by, "source") == [
        {"source": "ns_xa", "amount": 600_000_000},
        {"source": "xhh", "amount": 200_000_000},
    ]
    assert desk.ok(OFFICER, *by, "school", "--commune", COMMUNE) == [{"school": SCHOOL, "amount": 800_000_000}]
    assert desk.ok(OFFICER, *by, "year", "--year", "2027") == [{"year": 2027, "amount": 200_000_000}]
    (listed,) = desk.ok(HEAD, "list")
    assert (listed["id"], listed["funded_vnd"], listed["unfunded_vnd"]) == (need, 800_000_000, 100_000_000)
    assert desk.ok(OFFICER, "list", "--year", "2027") == []

    desk.ok(ECONOMIC, "start", need)
    desk.ok(ECONOMIC, "work", need, "--progress", "60", "--quality", "Móng đạt")
    desk.ok(ECONOMIC, "hand-over", need)
    assert [act["kind"] for act in desk.ok(HEAD, "show", need)[-1]["history"]][-1] == "need-handed-over"
    assert desk.refused(HEAD, "withdraw", need, "--reason", "Đã được tặng đủ thiết bị") == "nhu-cau-sai-buoc"


def test_a_need_is_changed_and_withdrawn_by_its_school(desk: Desk) -> None:
    need = desk.ok(HEAD, *RAISE)[-1]["id"]
    assert desk.ok(HEAD, *RAISE)[-1]["id"] == need
    changed = ("change", need, "--item", "Bếp ăn", "--quantity", "1", "--year", "2027")
    assert desk.refused(ECONOMIC, *changed) == "khong-du-quyen"
    assert desk.ok(HEAD, *changed)[-1]["need"]["item"] == "Bếp ăn"
    desk.ok(HEAD, "withdraw", need, "--reason", "Đã được tặng đủ thiết bị")
    assert desk.ok(OFFICER, "list")[-1]["state"] == "da_rut"
    assert desk.refused(OFFICER, "show", "khong") == "nhu-cau-khong-co"
    assert desk.refused(HEAD, *RAISE, "--criterion", "9.9") == "tieu-chi-khong-co"
    assert desk.refused(OFFICER, *RAISE) == "khong-du-quyen"


def test_the_commune_and_the_year_stand_in_the_address_over_rest(desk: Desk) -> None:
    client = desk.village.app.test_client()

    def call(method: str, path: str, role: Role, **options: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {desk.token(role)}"}
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **options)
        desk.village.relay()
        return answer.status_code, answer.get_json()

    year = f"/communes/{COMMUNE}/years/2026"
    body = {"school": SCHOOL, "item": "Bếp ăn", "quantity": 1, "cost_vnd": 5_000_000}
    status, added = call("POST", f"{year}/needs", HEAD, json=body)
    assert status == 200, added
    assert call("POST", "/communes/KHAC/years/2026/needs", HEAD, json=body)[1]["type"] == "xa-khong-co"
    desk.village.do(Role.ADMINISTRATOR, "register_commune", RegisterCommune(commune="KHAC", name="Xã Khác"), CommuneView)
    desk.village.relay()
    assert call("POST", "/communes/KHAC/years/2026/needs", HEAD, json=body)[1]["type"] == "truong-xa-khac"
    for wrong in ({"cost_vnd": 1.5}, {"year": 2027}):
        assert call("POST", f"{year}/needs", HEAD, json=body | wrong)[0] == 400
    assert call("POST", f"/communes/{COMMUNE}/years/nay/needs", HEAD, json=body)[0] == 400
    found = call("GET", f"{year}/needs", OFFICER)[1]
    assert ([one["id"] for one in found["needs"]], found["counts"]["moi_neu"]) == ([added["id"]], 1)
    assert call("GET", f"/communes/{COMMUNE}/years/2025/needs", OFFICER)[1]["needs"] == []
    assert call("GET", f"{year}/need-sums", OFFICER)[1]["wanted"][0]["unfunded_vnd"] == 5_000_000
