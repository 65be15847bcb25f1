"""Teams and minutes over REST: people come by name and login, the log of visits knows ids alone, answers come with names."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
import pytest

from services.inspection.application import InspectionApplication
from services.inspection.service import InspectionService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import FixedClock
from shared.contracts.calls.identity import GrantRequest, Invite, IssueToken, PeopleOnPapersRequest
from shared.contracts.events.assessment import CycleOpened, SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import system
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later
from tests.unit.portal_api.world import MONDAY, World, accept

ADMIN = system("test")
SCHOOL = "TH-A"
TT57 = load_library().get("v2026_tt57/pho_thong")
DAY = dt.date(2026, 11, 2)
LOGINS = {
    "can-bo": (Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"),
    "hoa": (Role.INSPECTOR, ScopeKind.COMMUNE, "NL"),
    "lan": (Role.INSPECTOR, ScopeKind.COMMUNE, "NL"),
    "hoi-dong": (Role.COUNCIL_MEMBER, ScopeKind.SCHOOL, SCHOOL),
    "so-gd": (Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, ""),
    "danh-gia": (Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""),
    "dung-ngoai": (Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""),
}
MEMBERS: list[dict[str, Any]] = [
    {"login": "hoa", "role": "truong", "criteria": ["1.1"]},
    {"login": "lan", "role": "thu_ky"},
    {"name": "Vàng A Sùng", "office": "Chuyên gia", "role": "thanh_vien", "worked_here": None, "trained": True},
]


class Commune:
    """A school of a commune with an open cycle, offices that sign in, the inspection service, identity."""

    def __init__(self) -> None:
        made = InspectionApplication(
            StoreSettings("sqlite://"),
            FixedClock(MONDAY),
            installation="thu",
            views_url="sqlite://",
            library=load_library(),
        )
        self.inspection = closed_later(made)
        self._services = InProcessRpcClient({"inspection": (InspectionService, self.inspection)})
        opened = CycleOpened(
            school=SCHOOL,
            cycle="2026-2027",
            year="2026-2027",
            rulebook=TT57.id,
            digest=TT57.digest,
            opened_on=dt.date(2026, 9, 25),
        )
        for event in (SchoolRegistered(school=SCHOOL, name="Trường A", kind=SchoolKind.PRIMARY, commune="NL"), opened):
            self._hear(event)
        self.world = World(self)
        self.tokens = {login: self._token(login, *place) for login, place in LOGINS.items()}

    def _hear(self, data: Any) -> None:
        sequence = self.inspection.received_position("assessment") + 1
        told = {"installation": "thu", "subject": "", "correlation": "", "cause": ""}
        self.inspection.receive(envelope(data=data, sequence=sequence, occurred=MONDAY, recorded=MONDAY, **told))

    def call(self, service: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call the inspection service as the bus does, once it has heard what identity told."""
        self._follow_identity()
        return self._services.call(service, method, *arguments, **named)

    def _follow_identity(self) -> None:
        for logged in self.world.identity.log.read(self.inspection.received_position("identity"), 1000):
            self.inspection.receive(self.world.identity.published(logged))

    def _token(self, login: str, role: Role, kind: ScopeKind, scope: str) -> str:
        grant = GrantRequest(role=role, scope_kind=kind, scope=scope)
        invited = self.world.identity.invite(ADMIN, Invite(login=login, display_name=f"Tên {login}", grants=[grant]))
        accept(self.world.identity, invited, "mat-khau-rat-dai-2026")
        return self.world.identity.issue_token(ADMIN, IssueToken(name=login, login=login)).token

    def ask(self, method: str, path: str, login: str = "can-bo", **options: Any) -> Any:
        return self.world.call(method, path, token=self.tokens[login], **options)

    def plan(self, layer: str = "commune", login: str = "can-bo") -> str:
        body = {"layer": layer, "on": DAY.isoformat(), "title": "Kiểm tra"}
        answer = self.ask("POST", f"/schools/{SCHOOL}/inspections", login, json=body)
        assert answer.status_code == 200, answer.json
        return f"/schools/{SCHOOL}/inspections/{answer.json['inspection']}"

    def set_up(self, visit: str, members: list[dict[str, Any]], login: str = "can-bo", **more: Any) -> Any:
        body = {"decision": "12/QĐ", "decided_on": "2026-10-20", "members": members, **more}
        return self.ask("POST", f"{visit}/team", login, json=body)

    def names_kept(self) -> list[str]:
        asked = PeopleOnPapersRequest(school=SCHOOL)
        return [one.name for one in self.world.identity.people_on_papers(ADMIN, asked).people]

    def stored(self) -> str:
        """Return everything that the log of visits holds, as text."""
        entries = self.inspection.log.read(0, 1000)
        return b"".join(msgspec.json.encode([one.entry.fact, one.entry.meta]) for one in entries).decode()


@pytest.fixture
def commune() -> Commune:
    return Commune()


def test_a_team_told_by_name_and_login_is_stored_by_id_and_shown_with_names(commune: Commune) -> None:
    visit = commune.plan()
    answer = commune.set_up(visit, MEMBERS)

    assert answer.status_code == 200, answer.json
    called = [("Tên hoa", "hoa"), ("Tên lan", "lan"), ("Vàng A Sùng", "")]
    assert [(one["name"], one["login"]) for one in answer.json["team"]["members"]] == called
    shown = commune.ask("GET", visit, "hoi-dong").json
    assert [(one["name"], one["login"]) for one in shown["team"]["members"]] == called
    (listed,) = commune.ask("GET", f"/schools/{SCHOOL}/inspections").json["inspections"]
    assert listed["team"]["members"][2]["name"] == "Vàng A Sùng"
    assert "Sùng" not in commune.stored()
    assert "Tên hoa" not in commune.stored()
    again = commune.set_up(visit, MEMBERS).json
    assert again["team"]["position"] == answer.json["team"]["position"]


def test_a_team_that_is_refused_leaves_no_names_behind(commune: Commune) -> None:
    visit = commune.plan()
    assert commune.set_up(visit, MEMBERS[1:]).json["type"] == "doan-khong-hop"
    assert commune.set_up(visit, [*MEMBERS, {"role": "thanh_vien"}]).status_code == 400
    assert commune.names_kept() == []


def test_a_team_that_is_only_looked_at_has_its_names_and_keeps_none(commune: Commune) -> None:
    visit = commune.plan()
    looked_at = commune.set_up(visit, MEMBERS, only_check=True).json["team"]
    assert [(one["name"], one["login"]) for one in looked_at["members"]] == [("", "hoa"), ("", "lan"), ("Vàng A Sùng", "")]
    assert commune.names_kept() == []
    assert commune.ask("GET", visit).json["team"] is None


def test_the_same_person_twice_is_refused_whether_told_by_name_or_login(commune: Commune) -> None:
    visit = commune.plan()
    for twin in ({"login": "HOA", "role": "thanh_vien"}, {**MEMBERS[2], "name": "vàng a sùng"}):
        assert commune.set_up(visit, [*MEMBERS, twin]).json["type"] == "doan-khong-hop"


def test_somebody_of_the_schools_council_is_refused_and_a_login_of_nobody_too(commune: Commune) -> None:
    visit = commune.plan()
    refused = commune.set_up(visit, [*MEMBERS, {"login": "hoi-dong", "role": "thanh_vien"}])
    assert (refused.status_code, refused.json["type"]) == (409, "thanh-vien-khong-hop")
    assert commune.set_up(visit, [{"login": "khong-ai", "role": "truong"}]).json["type"] == "khong-co-tai-khoan"
    assert "team-set-up" not in commune.stored()


def test_members_judge_the_head_agrees_and_the_minutes_are_written_with_names(commune: Commune) -> None:
    visit = commune.plan()
    commune.set_up(visit, MEMBERS)
    place = {"criterion": "1.1", "level": 1, "indicator": "-"}
    for login, result in (("hoa", "met"), ("lan", "not_met")):
        body = {"opinions": [{**place, "result": result}]}
        judged = commune.ask("POST", f"{visit}/opinions", login, json=body)
        assert judged.status_code == 200, judged.json
    assert {one["name"] for one in judged.json["opinions"][0]["opinions"]} == {"Tên hoa", "Tên lan"}
    assert commune.ask("POST", f"{visit}/agreements", "can-bo", json={"unanimous": True}).status_code == 403
    agreed = commune.ask("POST", f"{visit}/agreements", "hoa", json={"agreements": [{**place, "result": "met"}]}).json
    assert len(agreed["opinions"][0]["agreed"]["dissent"]) == 1
    people = [{"name": "Lò Thị Mai", "office": "Hiệu trưởng"}, {"login": "lan"}]
    held = commune.ask("POST", f"{visit}/minutes", "hoa", json={"held_on": [DAY.isoformat()], "participants": people}).json
    assert [(one["name"], one["office"]) for one in held["minutes"]["participants"]] == [
        ("Lò Thị Mai", "Hiệu trưởng"),
        ("Tên lan", ""),
    ]
    assert "Mai" not in commune.stored()
    done = commune.ask("POST", f"{visit}/conclusion", "hoa", json={"summary": "Đủ", "conclusion": "du_dieu_kien"}).json
    assert (done["conclusion"], done["team"]["members"][0]["name"]) == ("du_dieu_kien", "Tên hoa")


def test_opinions_on_a_visit_without_a_team_have_the_names_of_the_office(commune: Commune) -> None:
    visit = commune.plan()
    body = {"opinions": [{"criterion": "1.1", "level": 1, "indicator": "-", "result": "met"}]}
    commune.ask("POST", f"{visit}/opinions", "lan", json=body)
    (one,) = commune.ask("GET", visit).json["opinions"]
    assert one["opinions"][0]["name"] == "Tên lan"


def test_an_evaluator_reads_a_school_once_in_its_team_and_whoever_is_left_out_no_longer_does(commune: Commune) -> None:
    visit = commune.plan("department", "so-gd")
    assert commune.ask("GET", visit, "dung-ngoai").status_code == 200
    answer = commune.set_up(visit, [{"login": "danh-gia", "role": "truong"}], "so-gd")
    assert answer.status_code == 200, answer.json
    assert any("TT57/2026" in warning for warning in answer.json["team"]["warnings"])
    assert commune.ask("GET", visit, "danh-gia").status_code == 200
    assert commune.ask("GET", visit, "dung-ngoai").status_code == 403


def test_a_programme_is_planned_over_rest_and_names_the_school_that_does_not_fit(commune: Commune) -> None:
    wanted = {"layer": "commune", "title": "Năm học", "visits": [{"school": SCHOOL, "on": DAY.isoformat()}]}
    answer = commune.ask("POST", "/inspections/programme", json=wanted)
    assert answer.status_code == 200, answer.json
    assert [one["kind"] for one in answer.json["visits"]] == ["ky_thuat"]
    foreign = {**wanted, "visits": [*wanted["visits"], {"school": "TH-X", "on": DAY.isoformat()}]}
    refused = commune.ask("POST", "/inspections/programme", json=foreign)
    assert (refused.status_code, refused.json["school"]) == (403, "TH-X")


def test_who_does_not_go_on_a_visit_neither_sends_photos_of_it_nor_leaves_names_behind(commune):
    visit = commune.plan()
    commune.set_up(visit, MEMBERS[:1])
    before = commune.names_kept()
    minutes = {"held_on": [DAY.isoformat()], "participants": [{"name": "Sầm Thị Nọi", "office": "Hiệu trưởng"}]}
    photo = {"name": "cong.jpg", "size_bytes": 9}
    for place, status in ((visit, 403), (f"/schools/{SCHOOL}/inspections/{uuid.uuid4()}", 404)):
        for address, body in (("minutes", minutes), ("uploads", photo)):
            refused = commune.ask("POST", f"{place}/{address}", "lan", json=body)
            assert refused.status_code == status, (address, refused.json)
    assert commune.names_kept() == before
