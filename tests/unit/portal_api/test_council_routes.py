"""The council over REST: people come by name and login, the log of the council knows ids alone, answers come with names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.assessment.application import AssessmentApplication
from services.assessment.service import AssessmentService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import FixedClock
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.identity import GrantRequest, Invite, IssueToken, PeopleOnPapersRequest, PersonRequest
from shared.identity.call_context import system
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later
from tests.unit.portal_api.world import MONDAY, World, accept

ADMIN = system("test")
SCHOOL = "TH-A"
CYCLE = "2026-2027"
COUNCIL = f"/schools/{SCHOOL}/cycles/{CYCLE}/council"
NAMES = ["Lò Thị Hoa", "Quàng Văn Minh", "Cà Thị Lan", "Tòng Văn Sơn", "Lường Thị Mai"]
LOGINS = ["hoa", "minh", "lan", "", ""]


class Village:
    """A school with a head, a secretary and a teacher who sign in, an assessment service, identity."""

    def __init__(self) -> None:
        made = AssessmentApplication(
            StoreSettings("sqlite://"),
            FixedClock(MONDAY),
            installation="thu",
            views_url="sqlite://",
            library=load_library(),
            signer=Signer.generate("kiemdinh/thu/assessment"),
        )
        self.assessment = closed_later(made)
        self.assessment.register_commune(ADMIN, calls.RegisterCommune(commune="NL", name="Xã Nậm Lam"))
        school = calls.RegisterSchool(commune="NL", code=SCHOOL, name="Trường A", kind=calls.SchoolKind.PRIMARY)
        self.assessment.register_school(ADMIN, school)
        self.assessment.open_cycle(ADMIN, calls.OpenCycle(school=SCHOOL, year=CYCLE))
        self.world = World(InProcessRpcClient({"assessment": (AssessmentService, self.assessment)}))
        roles = {"hoa": Role.HEAD, "minh": Role.CLERK, "lan": Role.COUNCIL_MEMBER}
        self.tokens = {login: self._token(login, role) for login, role in roles.items()}

    def _token(self, login: str, role: Role) -> str:
        grant = GrantRequest(role=role, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL)
        invited = self.world.identity.invite(ADMIN, Invite(login=login, display_name=f"{login} ở máy", grants=[grant]))
        accept(self.world.identity, invited, "mat-khau-rat-dai-2026")
        return self.world.identity.issue_token(ADMIN, IssueToken(name=login, login=login)).token

    def call(self, method: str, path: str, login: str = "hoa", **options: Any) -> Any:
        return self.world.call(method, path, token=self.tokens[login], **options)

    def set_up(self, people: list[dict[str, Any]], login: str = "hoa", **fields: Any) -> Any:
        body = {"decision": "12/QĐ", "decided_on": "2026-11-02", "members": people, **fields}
        return self.call("PUT", COUNCIL, login, json=body)

    def names_kept(self) -> list[str]:
        asked = PeopleOnPapersRequest(school=SCHOOL)
        return [one.name for one in self.world.identity.people_on_papers(ADMIN, asked).people]

    def stored(self) -> str:
        """Return everything that the assessment's log holds, as text."""
        entries = self.assessment.log.read(0, 1000)
        return b"".join(msgspec.json.encode([one.entry.fact, one.entry.meta]) for one in entries).decode()


def people(count: int = 5) -> list[dict[str, Any]]:
    """Return members with names, three of them with a login."""
    roles = ["chu_tich", "thu_ky", *["uy_vien"] * 20]
    given = zip(NAMES, LOGINS, roles, strict=False)
    made = [
        {"name": n, "office": "Giáo viên", "role": r, "task": "Viết", **({"login": x} if x else {})} for n, x, r in given
    ]
    return made[:count]


@pytest.fixture
def village() -> Village:
    return Village()


def test_a_council_told_by_name_is_stored_by_id_and_shown_with_names(village: Village) -> None:
    answer = village.set_up(people())

    assert answer.status_code == 200, answer.json
    assert [member["name"] for member in answer.json["members"]] == NAMES
    shown = village.call("GET", COUNCIL, "lan").json
    assert [member["login"] for member in shown["members"]] == LOGINS
    stored = village.stored()
    assert "council-set-up" in {one.entry.fact.TOPIC.partition(".")[2] for one in village.assessment.log.read(0, 100)}
    for word in [*NAMES, *(name.encode("unicode_escape").decode() for name in NAMES)]:
        assert word not in stored
    assert all(member["person"] in stored for member in shown["members"])


def test_a_council_that_is_refused_leaves_no_names_behind(village: Village) -> None:
    answer = village.set_up(people(4))

    assert answer.status_code == 409
    assert answer.json["type"] == "hoi-dong-khong-dung"
    assert [rule["rule"] for rule in answer.json["rules"]] == ["so_thanh_vien", "so_le"]
    assert village.names_kept() == []


@pytest.mark.parametrize("login", ["minh", "lan"])
def test_only_the_head_sets_up(village: Village, login: str) -> None:
    assert village.set_up(people(), login).status_code == 403


def test_the_same_person_twice_is_refused_whether_told_by_name_or_login(village: Village) -> None:
    for twin in (people()[3] | {"name": NAMES[4].upper()}, {**people()[0], "name": "Tên khác", "role": "uy_vien"}):
        first = people()
        first[3] = twin if "login" not in twin else first[3]
        first[4] = twin if "login" in twin else first[4] | {"office": twin["office"]}
        answer = village.set_up(first)
        assert answer.status_code == 409, answer.json
        assert [rule["rule"] for rule in answer.json["rules"]] == ["moi_nguoi_mot_lan"]
    assert village.names_kept() == []


def test_a_council_is_looked_at_without_anything_being_kept(village: Village) -> None:
    answer = village.set_up(people(), only_check=True)

    assert answer.status_code == 200
    assert {rule["state"] for rule in answer.json["rules"]} == {"dat", "canh_bao"}
    assert village.names_kept() == []
    assert village.call("GET", COUNCIL).json["position"] == 0


def test_a_member_may_be_told_by_id_and_without_anything_is_refused(village: Village) -> None:
    shown = village.set_up(people()).json["members"]
    again = [{"person": one["person"], "role": one["role"], "office": one["office"], "task": one["task"]} for one in shown]

    answer = village.set_up(again, decision="15/QĐ")
    assert (answer.status_code, answer.json["decision"]) == (200, "15/QĐ")
    assert [member["name"] for member in answer.json["members"]] == NAMES

    nameless = village.set_up([*again[:4], {"role": "uy_vien", "office": "Giáo viên", "task": "Viết"}])
    assert (nameless.status_code, nameless.json["path"]) == (400, "$.members[4].name")


def test_a_login_that_nobody_has_is_refused_before_anything_is_stored(village: Village) -> None:
    answer = village.set_up([*people(4), people()[4] | {"login": "khong-co"}])

    assert 400 <= answer.status_code < 500
    assert "council-set-up" not in village.stored()
    assert village.names_kept() == []


def test_groups_and_criteria_are_given_to_logins(village: Village) -> None:
    mai = village.set_up(people()).json["members"][4]["person"]
    group = {"name": "Nhóm 1", "leader": "lan", "members": [mai, "Minh"]}
    assert village.call("PUT", f"/schools/{SCHOOL}/cycles/{CYCLE}/groups/nhom-1", "minh", json=group).status_code == 200

    one = {"group": "nhom-1", "writer": "lan", "reviewer": mai, "due": "2027-03-15"}
    place = f"/schools/{SCHOOL}/cycles/{CYCLE}"
    assert village.call("PUT", f"{place}/criteria/1.1/assignment", "minh", json=one).status_code == 200
    many = {"assignments": [{"criterion": code, "writer": "lan"} for code in ("1.2", "1.3")]}
    assert village.call("PUT", f"{place}/assignments", "minh", json=many).status_code == 200

    shown = village.call("GET", COUNCIL).json
    assert [member["name"] for member in shown["groups"][0]["members"]] == [NAMES[2], NAMES[4], NAMES[1]]
    assert shown["groups"][0]["criteria"] == ["1.1"]
    first, second = shown["assignments"][:2]
    assert (first["writer"]["login"], first["reviewer"]["name"], first["due"]) == ("lan", NAMES[4], "2027-03-15")
    assert (second["writer"]["name"], second["reviewer"]["person"]) == (NAMES[2], "")

    own = village.call("PUT", f"{place}/criteria/1.1/assignment", "minh", json={"writer": "lan", "reviewer": "lan"})
    assert (own.status_code, own.json["type"]) == (409, "nguoi-soat-la-nguoi-viet")
    stranger = village.call("PUT", f"{place}/criteria/1.1/assignment", "minh", json={"writer": "khong-co"})
    assert (stranger.status_code, stranger.json["login"]) == (400, "khong-co")
    assert village.call("DELETE", f"{place}/groups/nhom-1", "minh").json["type"] == "nhom-con-tieu-chi"


def test_the_chair_approves_the_plan_and_is_named(village: Village) -> None:
    village.set_up(people())
    place = f"/schools/{SCHOOL}/cycles/{CYCLE}/plan"
    assert village.call("GET", place).json["approval"] is None
    assert village.call("PUT", place, "minh", json={"sections": {"Mục đích": "Giữ chuẩn"}}).status_code == 200

    assert village.call("POST", f"{place}/approval", "lan", json={}).json["type"] == "khong-phai-viec-trong-hoi-dong"
    assert village.call("POST", f"{place}/approval", "hoa", json={}).status_code == 200

    assert village.call("GET", place, "lan").json["approval"]["by"]["name"] == NAMES[0]


def test_facets_are_defined_by_a_member(village: Village) -> None:
    village.set_up(people())
    place = f"/schools/{SCHOOL}/cycles/{CYCLE}/criteria/1.1/facets"
    body = {"level": 1, "indicator": "-", "facets": [{"text": "Có chiến lược"}]}

    assert village.call("PUT", place, "lan", json=body).status_code == 200
    assert village.call("GET", place).json["indicators"][0]["facets"][0]["text"] == "Có chiến lược"


def test_who_was_erased_is_shown_by_id(village: Village) -> None:
    mai = village.set_up(people()).json["members"][4]["person"]
    village.world.identity.erase_person(ADMIN, PersonRequest(person=mai))

    member = village.call("GET", COUNCIL).json["members"][4]

    assert (member["person"], member["name"]) == (mai, "")
