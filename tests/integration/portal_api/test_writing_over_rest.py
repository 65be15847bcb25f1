"""A criterion goes from its first word to its review over the REST API, each step refused to who must not take it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from shared.vocabulary.roles import Role
from tests.integration.portal_api.test_real_services import House


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def place(house: House) -> str:
    cycle = house.ok("POST", "/schools/TH-A/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    return f"/schools/TH-A/cycles/{cycle}"


def refused(house: House, method: str, path: str, role: Role, status: int, kind: str, **options: Any) -> dict[str, Any]:
    response = house.world.call(method, path, token=house.tokens[role], **options)
    document = response.get_json()
    assert (response.status_code, document["type"]) == (status, kind), document
    return document


def test_a_criterion_is_written_handed_in_sent_back_and_reviewed(house: House, place: str) -> None:
    criterion = f"{place}/criteria/1.1"
    text = unicodedata.normalize("NFD", "Trường có kế hoạch {{ ten }}. Có <w:t>.")
    typed = {"level": 1, "text": text, "expected": 0}
    written = house.ok("PUT", f"{criterion}/texts", Role.COUNCIL_MEMBER, json=typed)
    assert written["text"] == "Trường có kế hoạch {{ ten }}. Có <w:t>."
    assert written["unanchored"] == [1, 2]
    stale = refused(
        house, "PUT", f"{criterion}/texts", Role.HEAD, 409, "da-sua", json={"level": 1, "text": "Khác.", "expected": 0}
    )
    assert (stale["theirs"], stale["yours"]) == (written["text"], "Khác.")

    refused(house, "POST", f"{criterion}/review", Role.HEAD, 409, "chua-nop-soat")
    house.ok("POST", f"{criterion}/hand-in", Role.COUNCIL_MEMBER, json={})
    refused(house, "PUT", f"{criterion}/texts", Role.COUNCIL_MEMBER, 409, "dang-cho-soat", json={"level": 1, "text": "Sửa."})
    refused(house, "POST", f"{criterion}/review", Role.COUNCIL_MEMBER, 403, "tu-soat")
    refused(house, "POST", f"{criterion}/review", Role.CLERK, 403, "khong-du-quyen")
    house.ok("POST", f"{criterion}/change-requests", Role.HEAD, json={"text": "Ghi rõ nơi công bố"})
    house.ok("PUT", f"{criterion}/texts", Role.COUNCIL_MEMBER, json={"level": 1, "text": "Niêm yết ở bảng tin."})
    house.ok("POST", f"{criterion}/hand-in", Role.COUNCIL_MEMBER, json={})
    house.ok("POST", f"{criterion}/take-back", Role.COUNCIL_MEMBER, json={})
    house.ok("POST", f"{criterion}/hand-in", Role.COUNCIL_MEMBER, json={})
    house.ok("POST", f"{criterion}/review", Role.HEAD, json={})

    work = house.ok("GET", f"{criterion}/work", Role.AUDITOR)
    assert (work["step"], work["levels"][0]["text"], work["may"]) == ("da_soat", "Niêm yết ở bảng tin.", [])
    past = house.ok("GET", f"{criterion}/work", Role.AUDITOR, query_string={"known_at": written["position"]})
    assert past["step"] == "dang_viet"
    board = house.ok("GET", f"{place}/work", Role.AUDITOR)
    assert board["criteria"][0]["step"] == "da_soat"
    refused(house, "GET", f"{criterion}/work", Role.EXTERNAL_EVALUATOR, 403, "khong-du-quyen")


def test_comments_and_parts_of_the_report_are_kept(house: House, place: str) -> None:
    said = {"text": "Công bố ở đâu?", "place": {"level": 0}}
    comment = house.ok("POST", f"{place}/criteria/1.2/comments", Role.CLERK, json=said)["comment"]
    house.ok("PUT", f"{place}/comments/{comment}", Role.COUNCIL_MEMBER, json={"resolved": True})
    comments = house.ok("GET", f"{place}/comments", Role.HEAD, query_string={"criterion": "1.2"})["comments"]
    assert [(one["comment"], one["resolved"]) for one in comments] == [(comment, True)]
    open_ones = house.ok("GET", f"{place}/comments", Role.HEAD, query_string={"open_only": "true"})
    assert open_ones["comments"] == []
    house.ok("PUT", f"{place}/standards/1", Role.COUNCIL_MEMBER, json={"strengths": "Nền nếp"})
    house.ok("PUT", f"{place}/sections/I.2", Role.COUNCIL_MEMBER, json={"text": "Xã vùng cao."})
    refused(house, "PUT", f"{place}/sections/X.9", Role.COUNCIL_MEMBER, 404, "phan-khong-co", json={"text": "Gì đó."})
    board = house.ok("GET", f"{place}/work", Role.HEAD)
    assert board["standards"][0]["strengths"] == "Nền nếp"
    assert {one["section"]: one["text"] for one in board["sections"]}["I.2"] == "Xã vùng cao."
