"""Tasks, directives and the committee over REST on the real services: who gives, who reports, who sees what."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from shared.clock import today
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.portal_api.test_real_services import House


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def place(house: House) -> str:
    return f"/communes/NL/years/{today(house.evidence.clock).year}"


def due(house: House, days: int = 10) -> str:
    return (today(house.evidence.clock) + dt.timedelta(days=days)).isoformat()


def asked(house: House, **more: Any) -> dict[str, Any]:
    return {"to": ["TH-A"], "text": "Nộp danh mục", "due": due(house), "wanted": "paper"} | more


def refused(house: House, method: str, path: str, role: Role, body: dict[str, Any] | None = None) -> str:
    answer = house.world.call(method, path, token=house.tokens[role], json=body)
    return f"{answer.status_code} {answer.get_json()['type']}"


def test_a_task_goes_the_whole_way_over_rest(house: House) -> None:
    given = house.ok("POST", f"{place(house)}/tasks", Role.COMMUNE_OFFICER, json=asked(house))
    assert given["ids"] == [given["id"]]
    task = f"/tasks/{given['id']}"
    assert refused(house, "POST", f"{task}/reports", Role.HEAD, {"text": "Đã nộp"}) == "409 bao-cao-viec-con-thieu"
    document = house.evidence.receive(school="TH-A").document
    house.pump()
    assert refused(house, "POST", f"{task}/acceptance", Role.COMMUNE_OFFICER, {}) == "409 viec-chua-bao-cao"
    reported = house.ok("POST", f"{task}/reports", Role.CLERK, json={"text": "Đã nộp", "documents": [document]})
    assert (reported["state"], reported["acts"][0]["documents"]) == ("da_bao_cao", [document])
    assert refused(house, "POST", f"{task}/returns", Role.COMMUNE_OFFICER, {"reason": "."}).startswith("400")
    returned = house.ok("POST", f"{task}/returns", Role.COMMUNE_OFFICER, json={"reason": "Danh mục thiếu tiêu chí 3.5"})
    assert returned["state"] == "tra_lai"
    longer = {"due": due(house, 20), "reason": "Chờ hướng dẫn của Sở"}
    assert house.ok("POST", f"{task}/extensions", Role.COMMUNE_OFFICER, json=longer)["due"] == longer["due"]
    house.ok("POST", f"{task}/reports", Role.HEAD, json={"text": "Đã bổ sung", "documents": [document]})
    assert house.ok("POST", f"{task}/acceptance", Role.COMMUNE_OFFICER, json={})["state"] == "da_nhan"
    assert refused(house, "POST", f"{task}/cancellation", Role.COMMUNE_OFFICER, {"reason": "Không cần nữa rồi"}) == (
        "409 viec-da-xong"
    )


def test_schools_and_communes_see_what_is_theirs_over_rest(house: House) -> None:
    given = house.ok("POST", f"{place(house)}/tasks", Role.COMMUNE_OFFICER, json=asked(house, text="Chỉ của trường A"))
    for role, scope in ((Role.HEAD, (ScopeKind.SCHOOL, "TH-X")), (Role.COMMUNE_OFFICER, (ScopeKind.COMMUNE, "BM"))):
        stranger = house.world.token(role, scope)
        assert house.world.call("GET", f"/tasks/{given['id']}", token=stranger).status_code == 404
        assert house.world.call("GET", "/tasks", token=stranger).get_json()["total"] == 0
        assert house.world.call("GET", f"{place(house)}/tasks", token=stranger).status_code in {200, 403}
    own = house.ok("GET", "/tasks", Role.HEAD, query_string={"open_only": "true"})
    assert given["id"] in {task["id"] for task in own["tasks"]}
    assert refused(house, "POST", f"{place(house)}/tasks", Role.HEAD, asked(house)) == "403 khong-du-quyen"
    assert refused(house, "POST", f"{place(house)}/tasks", Role.COMMUNE_OFFICER, asked(house, to=["TH-X"])) == (
        "403 truong-xa-khac"
    )
    assert refused(house, "POST", f"{place(house)}/tasks", Role.COMMUNE_OFFICER, asked(house, to=["la"])) == (
        "404 truong-chua-thay"
    )


def test_a_task_by_rule_and_a_directive_are_listed_over_rest(house: House) -> None:
    day = today(house.evidence.clock).isoformat()
    body = {"number": "45/UBND-VHXH", "issued_on": day, "abstract": "Về việc tự đánh giá"}
    directive = house.ok("POST", f"{place(house)}/directives", Role.COMMUNE_OFFICER, json=body)
    by_rule = asked(house, text="Báo cáo tháng", due=day, every="hang_thang", directive=directive["id"], wanted="report")
    given = house.ok("POST", f"{place(house)}/tasks", Role.COMMUNE_OFFICER, json=by_rule)
    (rule,) = house.ok("GET", f"{place(house)}/recurring-tasks", Role.AUDITOR)["rules"]
    assert (rule["id"], rule["every"], rule["given"]) == (given["rule"], "hang_thang", 1)
    (found,) = house.ok("GET", f"{place(house)}/directives", Role.INSPECTOR)["directives"]
    assert (found["number"], found["tasks"]) == ("45/UBND-VHXH", 1)
    beyond = house.ok("GET", f"{place(house)}/directives", Role.INSPECTOR, query_string={"after": "1", "limit": "1"})
    assert (beyond["directives"], beyond["total"]) == ([], 1)
    reason = {"reason": "Đã có báo cáo tự động"}
    ended = house.ok("POST", f"/recurring-tasks/{rule['id']}/end", Role.COMMUNE_OFFICER, json=reason)
    assert ended["ended_on"] == day


def test_the_committee_is_set_and_read_over_rest(house: House) -> None:
    member = {"person": "0198f2c4-0000-7000-8000-000000000001", "role": "truong_ban", "duty": "Chỉ đạo chung"}
    day = today(house.evidence.clock).isoformat()
    body = {"number": "12/QĐ-UBND", "decided_on": day, "members": [member]}
    decided = house.ok("PUT", f"{place(house)}/committee", Role.COMMUNE_OFFICER, json=body)
    assert house.ok("GET", f"{place(house)}/committee", Role.AUDITOR)["committees"] == [decided]
    assert refused(house, "GET", f"{place(house)}/committee", Role.HEAD) == "403 khong-du-quyen"
    wrong = body | {"members": [member, member | {"role": "uy_vien"}]}
    assert refused(house, "PUT", f"{place(house)}/committee", Role.COMMUNE_OFFICER, wrong) == "400 viec-khong-dung"


def test_a_past_paper_calls_a_person_as_identity_does_now_and_an_erased_one_not_at_all(house: House) -> None:
    def called(name: str, **more: str) -> str:
        told = {"people": [{"name": name, "office": "Phó Chủ tịch"} | more]}
        return str(house.ok("POST", "/communes/NL/people", Role.COMMUNE_OFFICER, json=told)["persons"][0])

    person = called("Nông Văn Một")
    body = {
        "number": "90/QĐ-UBND",
        "decided_on": today(house.evidence.clock).isoformat(),
        "members": [{"person": person, "role": "truong_ban", "duty": "Chỉ đạo chung"}],
    }
    house.ok("PUT", f"{place(house)}/committee", Role.COMMUNE_OFFICER, json=body)
    then = house.inspection.log.head()

    def printed() -> str:
        asked_for = {"known_at": then, "format": "docx"}
        paper = f"{place(house)}/papers/qd_ban_chi_dao"
        answer = house.world.call("GET", paper, token=house.tokens[Role.COMMUNE_OFFICER], query_string=asked_for)
        assert answer.status_code == 200, answer.get_json()
        return text_of(answer.data)

    first = printed()
    assert printed() == first
    assert "Nông Văn Một" in first
    assert called("Nông Văn Mốt", person=person) == person
    second = printed()
    assert "Nông Văn Một" not in second
    assert "Nông Văn Mốt" in second
    house.ok("DELETE", f"/people/{person}", Role.ADMINISTRATOR)
    third = printed()
    assert "Nông Văn M" not in third
    assert "Chỉ đạo chung" in third


def text_of(document: bytes) -> str:
    """Return the words of a .docx, foot and all."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
