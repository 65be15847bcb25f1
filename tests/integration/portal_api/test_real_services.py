"""The REST API over the real services, in one process and without a bus: every role, scope and moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.assessment.application import AssessmentApplication
from services.assessment.service import AssessmentService
from services.evidence.service import EvidenceService
from services.inspection.application import InspectionApplication
from services.inspection.service import InspectionService
from services.notification.adapters.http_post import HttpPoster
from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.service import NotificationService
from shared.bus.expose import check
from shared.bus.following import Following
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import today
from shared.contracts.operations import KEPT_FROM_DRAFTS
from shared.identity.permissions import RULES
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later
from tests.unit.evidence.evidence_kit import World as EvidenceWorld
from tests.unit.portal_api.world import World

STAFF = {Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD}
READERS = set(Role) - {
    Role.SUBSCRIBER,
    Role.ECONOMIC_OFFICE,
    Role.STEERING_COMMITTEE,
    Role.MASS_ORGANISATION,
}
ELSEWHERE = {
    Role.CLERK: (ScopeKind.SCHOOL, "TH-X"),
    Role.COUNCIL_MEMBER: (ScopeKind.SCHOOL, "TH-X"),
    Role.HEAD: (ScopeKind.SCHOOL, "TH-X"),
    Role.COMMUNE_OFFICER: (ScopeKind.COMMUNE, "BM"),
    Role.COMMUNE_LEADER: (ScopeKind.COMMUNE, "BM"),
    Role.INSPECTOR: (ScopeKind.COMMUNE, "BM"),
    Role.EXTERNAL_EVALUATOR: (ScopeKind.SCHOOL, "TH-X"),
    Role.AUDITOR: (ScopeKind.COMMUNE, "BM"),
}
"""The narrow roles, in another school and commune."""


class House:
    """All services of one installation that answer questions, with two communes of a school each."""

    def __init__(self, *, fresh_s: float = 0.0, wait_s: float = 0.0) -> None:
        self.evidence = EvidenceWorld(schools=())
        store, clock = StoreSettings("sqlite://"), self.evidence.clock
        named = {"installation": "test", "views_url": "sqlite://", "library": load_library()}
        signer = Signer("test/assessment", Ed25519PrivateKey.generate())
        self.assessment = closed_later(AssessmentApplication(store, clock, signer=signer, **named))
        self.inspection = closed_later(InspectionApplication(StoreSettings("sqlite://"), clock, **named))
        self.notification = closed_later(
            NotificationApplication(
                StoreSettings("sqlite://"),
                clock,
                installation="test",
                views_url="sqlite://",
                poster=HttpPoster(allow_private_targets=False),
                secret_cipher=AesGcmCipher(b"k" * 32),
            )
        )
        self.services = {
            "assessment": (AssessmentService, self.assessment),
            "evidence": (EvidenceService, self.evidence.application),
            "inspection": (InspectionService, self.inspection),
            "notification": (NotificationService, self.notification),
        }
        rpc_client = InProcessRpcClient(
            self.services,
            # Waiting brings no news here unless a test says so: only `pump` does, never in the middle of a question.
            following=Following(wait_s=wait_s),
        )
        self.world = World(rpc_client, fresh_s=fresh_s)
        self._told: dict[str, int] = {}
        for commune, school in (("NL", "TH-A"), ("BM", "TH-X")):
            self.ok("POST", "/communes", json={"commune": commune, "name": f"Xã {commune}"})
            body = {"commune": commune, "code": school, "name": f"Trường {school}", "kind": "tieu_hoc"}
            self.ok("POST", "/schools", json=body)
        self.pump()
        self.tokens = {role: self.world.token(role) for role in Role}

    def ok(self, method: str, path: str, role: Role | None = None, **options: Any) -> Any:
        token = {"token": self.tokens[role]} if role else {}
        response = self.world.call(method, path, **token, **options)
        assert response.status_code == 200, response.get_json()
        return response.get_json()

    def pump(self) -> None:
        """Hand every service what the others said since the last time."""
        flows = (
            ("assessment", self.assessment, (self.evidence.application, self.inspection)),
            ("evidence", self.evidence.application, (self.assessment, self.inspection)),
            ("inspection", self.inspection, (self.assessment,)),
        )
        for name, source, inboxes in flows:
            for logged in source.log.read(self._told.get(name, 0)):
                for inbox in inboxes:
                    inbox.receive(source.published(logged))
                self._told[name] = logged.position


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def document(house: House) -> str:
    return house.evidence.receive(school="TH-A").document


def test_every_application_answers_what_its_table_declares(house: House) -> None:
    for service, application in house.services.values():
        check(service, application)
    assert all(service.operations for service, _ in house.services.values())


@pytest.mark.parametrize("suffix", ["", "/original"])
def test_a_document_is_for_readers_of_its_school_and_does_not_exist_for_others(
    house: House, document: str, suffix: str
) -> None:
    never_was = house.world.call("GET", "/documents/0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52" + suffix)
    for role in Role:
        inside = house.world.call("GET", f"/documents/{document}{suffix}", token=house.tokens[role])
        assert inside.status_code == ((302 if suffix else 200) if role in READERS else 403), role
    for role, scope in ELSEWHERE.items():
        outside = house.world.call("GET", f"/documents/{document}{suffix}", token=house.world.token(role, scope))
        assert outside.status_code == 404, role
        assert {**outside.get_json(), "correlation": ""} == {**never_was.get_json(), "correlation": ""}


def test_a_receipt_is_for_readers_of_its_school_and_does_not_exist_for_others(house: House, document: str) -> None:
    position = house.ok("GET", f"/documents/{document}")["position"]
    never_was = house.world.call("GET", "/receipts/999999")

    assert house.ok("GET", f"/receipts/{position}", Role.CLERK)["document"] == document
    for role, scope in ELSEWHERE.items():
        outside = house.world.call("GET", f"/receipts/{position}", token=house.world.token(role, scope))
        assert {**outside.get_json(), "correlation": ""} == {**never_was.get_json(), "correlation": ""}, role


def test_only_the_own_staff_confirms_fields_and_asks_to_read_again(house: House, document: str) -> None:
    body = {"fields": {"so_ky_hieu": "47/KH-TH"}}
    for role in Role:
        confirm = house.world.call("POST", f"/documents/{document}/fields", token=house.tokens[role], json=body)
        assert (confirm.status_code != 403) == (role in STAFF), role
        read = house.world.call("POST", f"/documents/{document}/reading", token=house.tokens[role])
        assert (read.status_code != 403) == (role in STAFF | {Role.ADMINISTRATOR}), role
    for role in STAFF:
        token = house.world.token(role, ELSEWHERE[role])
        assert house.world.call("POST", f"/documents/{document}/fields", token=token, json=body).status_code == 404


def test_search_and_lists_hold_only_what_the_caller_may_read(house: House, document: str) -> None:
    stranger = house.world.token(Role.CLERK, ELSEWHERE[Role.CLERK])

    assert house.ok("GET", "/schools/TH-A/documents", Role.CLERK)["total"] == 1
    assert house.world.call("GET", "/schools/TH-A/documents", token=stranger).status_code == 403
    seen = house.world.call("GET", "/schools", token=stranger).get_json()["schools"]
    assert [school["code"] for school in seen] == ["TH-X"]
    assert document


def test_a_school_is_judged_replayed_compared_and_recognised(house: House, document: str) -> None:
    cycle = house.ok("POST", "/schools/TH-A/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    house.pump()
    place = f"/schools/TH-A/cycles/{cycle}"
    indicator = house.ok("GET", f"{place}/criteria/1.1", Role.HEAD)["indicators"][0]
    judged = {"criterion": "1.1", "level": indicator["level"], "indicator": indicator["indicator"], "result": "met"}
    before = house.ok("GET", "/schools/TH-A/status", Role.AUDITOR)["known_at"]["position"]
    moment = house.evidence.clock.now().isoformat()
    house.evidence.clock.move(dt.timedelta(minutes=5))
    body = {"layer": "school", "judgements": [judged]}

    done = house.ok("POST", f"{place}/judgements", Role.COUNCIL_MEMBER, json=body, headers={"Idempotency-Key": "k-1"})
    again = house.ok("POST", f"{place}/judgements", Role.COUNCIL_MEMBER, json=body, headers={"Idempotency-Key": "k-1"})
    described = {"strengths": "Kế hoạch sát thực tế.", "improvement": "Công khai sớm hơn."}
    house.ok("PUT", f"{place}/criteria/1.1", Role.HEAD, json=described)

    assert done == again
    then = house.ok("GET", "/schools/TH-A/status", Role.AUDITOR, query_string={"known_at": moment})
    assert then["known_at"]["position"] == before
    day = today(house.evidence.clock).isoformat()
    query = {"a": day, "a_known": moment, "b": day}
    compared = house.ok("GET", "/schools/TH-A/compare", Role.AUDITOR, query_string=query)
    assert compared["a"]["known_at"]["position"] == before
    assert house.ok("GET", "/schools/TH-A/explain?criterion=1.1", Role.AUDITOR)["reasons"]
    assert house.ok("GET", "/schools/TH-A/history", Role.AUDITOR)["items"]

    visit = {"cycle": cycle, "layer": "commune", "on": day, "title": "Kiểm tra kỹ thuật"}
    inspection = house.ok("POST", "/schools/TH-A/inspections", Role.COMMUNE_OFFICER, json=visit)["inspection"]
    finding = {"findings": [{**judged, "result": "not_met"}]}
    house.ok("POST", f"/schools/TH-A/inspections/{inspection}/findings", Role.INSPECTOR, json=finding)
    house.ok("POST", f"/schools/TH-A/inspections/{inspection}/conclusion", Role.COMMUNE_OFFICER, json={"summary": "Đủ."})
    house.pump()
    commune = house.ok("GET", "/schools/TH-A/status?layer=commune", Role.HEAD)
    assert commune["layer"] == "commune"

    decision = {
        "number": "118/QĐ-SGDĐT",
        "decided_on": day,
        "degree": 1,
        "override": "Quyết định ký trước khi có hệ thống.",
        "copied_from_paper": document,
    }
    house.ok("POST", "/schools/TH-A/recognitions", Role.DEPARTMENT_OFFICER, json=decision)
    listed = house.world.call("GET", "/recognitions", token="", query_string={"number": "118/QĐ-SGDĐT"}).get_json()
    assert [r["school"] for r in listed["recognitions"]] == ["TH-A"]
    assert (
        house.world.call("POST", "/schools/TH-A/recognitions", token=house.tokens[Role.HEAD], json=decision).status_code
        == 403
    )


def test_every_list_and_view_answers_every_role_that_may_see_it(house: House) -> None:
    views = {
        "/communes": "assessment.communes",
        "/schools": "assessment.schools",
        "/schools/TH-A": "assessment.school",
        "/schools/TH-A/status": "assessment.status",
        "/schools/TH-A/cycles": "assessment.cycles",
        "/schools/TH-A/evidence": "assessment.evidence",
        "/schools/TH-A/history": "assessment.history",
        "/schools/TH-A/documents": "evidence.documents",
        "/schools/TH-A/reading": "evidence.progress",
        "/schools/TH-A/inspections": "inspection.inspections",
        "/search?q=ke+hoach": "evidence.search",
    }
    # Nothing is submitted here, and neither an evaluator nor a committee reads a draft.
    of_drafts = {"assessment.status", "assessment.evidence", "assessment.history"}
    for path, operation in views.items():
        for role in Role:
            status = house.world.call("GET", path, token=house.tokens[role]).status_code
            a_draft = role in KEPT_FROM_DRAFTS and operation in of_drafts
            assert status == (200 if role in RULES[operation] and not a_draft else 403), (path, role)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/schools/TH-KHONG-CO", None, 404),
        ("GET", "/schools/TH-A/cycles/khong-co/criteria/1.1", None, 404),
        ("POST", "/schools", {"commune": "XX", "code": "TH-B", "name": "B", "kind": "tieu_hoc"}, None),
        ("POST", "/schools", {"commune": "NL", "code": "không hợp lệ", "name": "B", "kind": "tieu_hoc"}, None),
        ("GET", "/schools/TH-A/status?known_at=999999", None, None),
        ("GET", "/schools/TH-A/history?after=-1", None, None),
        ("GET", "/schools/TH-A/history?limit=1000000", None, None),
    ],
)
def test_what_does_not_exist_or_is_out_of_bounds_is_never_an_inner_failure(
    house: House, method: str, path: str, body: Any, status: int | None
) -> None:
    response = house.world.call(method, path, json=body) if body else house.world.call(method, path)

    assert response.status_code < 500, response.get_json()
    if status:
        assert response.status_code == status
