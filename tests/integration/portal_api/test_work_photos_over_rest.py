"""The economic office sends photos of a work over the REST API, of its commune's needs and while there is a work."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shared.contracts.calls.evidence import Receipt
from shared.identity.call_context import CallContext
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.portal_api.test_real_services import House
from tests.unit.evidence.evidence_kit import received_file


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def need(house: House) -> str:
    body = {"year": 2026, "item": "Mái tôn", "quantity": 1, "cost_vnd": 90_000_000}
    return str(house.ok("POST", "/schools/TH-A/needs", Role.CLERK, json=body)["id"])


def opened(house: House, need: str, token: str, school: str = "TH-A") -> Any:
    body = {"name": "mai-ton.jpg", "size_bytes": 9}
    return house.world.call("POST", f"/schools/{school}/needs/{need}/uploads", token=token, json=body)


def kept(house: House, data: bytes) -> Receipt:
    file = msgspec.structs.replace(received_file(data, school="TH-A"), media_type="image/jpeg")
    receipt = house.evidence.application.register_document(CallContext(actor="kinh-te"), file)
    house.pump()
    return receipt


def test_a_photo_is_sent_and_shown_once_there_is_money_by_the_economic_office_of_the_commune_alone(
    house: House, need: str
) -> None:
    office = house.tokens[Role.ECONOMIC_OFFICE]
    early = opened(house, need, office)
    assert early.status_code == 409, early.get_json()
    house.ok("POST", f"/needs/{need}/appraisals", Role.ECONOMIC_OFFICE, json={"verdict": "co_so"})
    money = {"source": "ns_xa", "money_year": 2026, "amount_vnd": 90_000_000}
    house.ok("POST", f"/needs/{need}/funding", Role.ECONOMIC_OFFICE, json=money)

    assert opened(house, need, office).get_json()["ticket"]
    assert opened(house, "khong-co", office).status_code == 404
    assert opened(house, need, office, "TH-X").status_code in {403, 404}
    elsewhere = house.world.token(Role.ECONOMIC_OFFICE, (ScopeKind.COMMUNE, "BM"))
    assert opened(house, need, elsewhere).status_code == 403
    assert opened(house, need, elsewhere, "TH-X").status_code == 404
    for role in set(Role) - {Role.ECONOMIC_OFFICE}:
        assert opened(house, need, house.tokens[role]).status_code == 403, role

    photo = kept(house, b"mai ton").document
    house.ok("POST", f"/needs/{need}/photos", Role.ECONOMIC_OFFICE, json={"photos": [photo], "note": "Lợp mái"})
    assert house.ok("GET", f"/needs/{need}", Role.HEAD)["history"][-1]["photos"] == [photo]


def test_the_economic_office_still_reads_no_paper_of_a_school(house: House, need: str) -> None:
    photo = kept(house, b"mong nha")
    office = house.tokens[Role.ECONOMIC_OFFICE]
    for path in (f"/documents/{photo.document}", f"/receipts/{photo.position}", "/schools/TH-A/documents"):
        assert house.world.call("GET", path, token=office).status_code == 403, path
    assert (
        house.world.call("POST", "/schools/TH-A/uploads", token=office, json={"name": "a.pdf", "size_bytes": 9}).status_code
        == 403
    )
