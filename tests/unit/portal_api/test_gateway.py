"""The gateway and identity: what it caches and for how long, what happens while identity is away, who may ask as it."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import msgspec
import pytest

from services.identity.service import IdentityService
from services.portal.identity import FRESH_S, PASSWORDS_AT_ONCE, Identity
from services.portal.web.context import Wiring
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import SystemClock
from shared.contracts.calls import Acknowledged, Done, Nothing
from shared.contracts.calls import identity as c
from shared.identity.call_context import GATEWAY, OWNER_ACTOR, OWNER_GRANTS, CallContext, Grant, gateway, system
from shared.identity.call_token import CallTokens
from shared.identity.permissions import MACHINES, RULES, may
from shared.identity.secret_hash import hash_secret
from shared.problems import NotAllowed, Problem, Unavailable
from shared.vocabulary.roles import Role, ScopeKind
from tests.portal_app import portal_app
from tests.unit.identity.as_gateway import AsGateway
from tests.unit.portal_api.world import OWNER_TOKEN, PASSWORD, World

ADMIN = system("test")
CLERK = c.GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")


class Line:
    """The way to identity: counts what is asked, and can be cut."""

    def __init__(self, world: World) -> None:
        self._identity = InProcessRpcClient({"identity": (IdentityService, world.identity)})
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.away = False

    def call(
        self, service: str, method: str, acting: CallContext, request: Any, answer: Any, *, timeout: float = 5.0
    ) -> Any:
        self.asked.append(method)
        self.bodies.append(msgspec.json.encode(request))
        if self.away:
            raise Unavailable(service=service)
        return self._identity.call(service, method, acting, request, answer, timeout=timeout)


class Steady:
    """A steady clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Gateways:
    """Two web processes in front of one identity, each with its own line and clock."""

    def __init__(self) -> None:
        self.world = World()
        self.lines = [Line(self.world), Line(self.world)]
        self.clocks = [Steady(), Steady()]
        self.here, self.there = (
            Identity(line, fresh_s=FRESH_S, monotonic=clock) for line, clock in zip(self.lines, self.clocks, strict=True)
        )
        invited = self.world.identity.invite(ADMIN, c.Invite(login="van-thu-1", display_name="Người một", grants=[CLERK]))
        self.account = invited.account
        self.session = self.here.accept_invitation(invited.invitation_url.rpartition("/")[2], PASSWORD).session

    def later(self, seconds: float) -> None:
        for clock in self.clocks:
            clock.now += seconds

    def roles_there(self, *, anew: bool = False) -> set[Role] | None:
        held = self.there.session(self.session, anew=anew)
        return {grant.role for grant in held.grants} if held is not None else None


@pytest.fixture
def gateways() -> Gateways:
    return Gateways()


# --- what is taken back


def take_the_role(g: Gateways) -> None:
    change = c.RoleChange(account=g.account, role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
    g.world.identity.revoke_role(ADMIN, change)


def close_the_account(g: Gateways) -> None:
    g.world.identity.close_account(ADMIN, c.AccountRequest(account=g.account))


def sign_out(g: Gateways) -> None:
    g.here.sign_out(g.session)


def change_the_password(g: Gateways) -> None:
    other = AsGateway(g.world.identity).sign_in("van-thu-1", PASSWORD)[1]
    g.here.change_password(other, PASSWORD, "bốn mùa hoa nở rộ")


ENDS = {take_the_role: set(), close_the_account: None, sign_out: None, change_the_password: None}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_what_is_taken_back_here_is_gone_there_for_whatever_changes_something_and_within_a_second_for_reading(
    gateways: Gateways, end: Any
) -> None:
    assert gateways.roles_there() == {Role.CLERK}

    end(gateways)

    assert gateways.roles_there(anew=True) == ENDS[end]
    gateways.later(FRESH_S)
    assert gateways.roles_there() == ENDS[end]
    assert FRESH_S <= 1.0


def test_a_token_taken_back_here_is_gone_there_within_a_second(gateways: Gateways) -> None:
    issued = gateways.world.identity.issue_token(ADMIN, c.IssueToken(name="Cổng", grants=[CLERK]))
    assert gateways.there.token(issued.token, anew=False) is not None

    gateways.world.identity.revoke_token(ADMIN, c.TokenRequest(token=issued.id))

    assert gateways.there.token(issued.token, anew=True) is None
    gateways.later(FRESH_S)
    assert gateways.there.token(issued.token, anew=False) is None


def test_the_process_that_signs_somebody_out_knows_it_at_once(gateways: Gateways) -> None:
    assert gateways.here.session(gateways.session, anew=False) is not None

    gateways.here.sign_out(gateways.session)

    assert gateways.here.session(gateways.session, anew=False) is None


def test_what_is_cached_is_not_believed_beyond_the_end_of_the_session(gateways: Gateways) -> None:
    slow = Identity(gateways.lines[0], fresh_s=3600 * 24, monotonic=gateways.clocks[0])
    assert slow.session(gateways.session, anew=False) is not None
    idle = dt.timedelta(seconds=gateways.world.identity.lifetimes.session_idle_s)
    gateways.world.clock.move(idle)
    gateways.later(idle.total_seconds())

    assert slow.session(gateways.session, anew=False) is None


def test_reading_asks_once_a_second_and_a_form_each_time() -> None:
    world = World()
    line = Line(world)
    app = portal_app(line, world.settings, fresh_s=FRESH_S)
    world.sign_in()
    browser = app.test_client()
    browser.set_cookie("kd_phien", AsGateway(world.identity).sign_in("van-thu-1", PASSWORD)[1])

    for _ in range(3):
        assert browser.get("/api/v1/me").status_code == 200
    assert line.asked.count("session_holder") == 1

    for _ in range(2):
        assert browser.post("/api/v1/users", json={}).status_code == 403  # no form token; who it is was asked all the same
    assert line.asked.count("session_holder") == 3


def test_a_token_taken_back_through_one_web_process_ends_in_another_measured() -> None:
    world = World()
    here, there = (portal_app(Line(world), world.settings, fresh_s=FRESH_S).test_client() for _ in range(2))
    owner, issued = (
        {"Authorization": f"Bearer {OWNER_TOKEN}"},
        world.identity.issue_token(ADMIN, c.IssueToken(name="Cổng", grants=[CLERK])),
    )
    program = {"Authorization": f"Bearer {issued.token}"}
    for browser in (here, there):
        assert browser.get("/api/v1/me", headers=program).status_code == 200

    assert here.delete(f"/api/v1/tokens/{issued.id}", headers=owner).status_code == 200
    began = time.monotonic()

    assert there.post("/api/v1/users", json={}, headers=program).status_code == 401, "nothing is changed any more"
    assert here.get("/api/v1/me", headers=program).status_code == 401, "at once where it was taken back"
    while there.get("/api/v1/me", headers=program).status_code == 200 and time.monotonic() < began + 5:
        time.sleep(0.02)
    assert time.monotonic() - began < FRESH_S + 0.5


def test_a_role_taken_back_by_the_page_of_this_process_ends_with_the_next_click() -> None:
    world = World(fresh_s=3600)
    browser = world.sign_in()
    assert browser.get("/api/v1/me").get_json()["grants"]
    (account,) = world.call("GET", "/users").get_json()["accounts"]

    place = {"account": account["account"], "role": "van_thu", "scope_kind": "truong", "scope": "TH-A"}
    taken = world.call("DELETE", f"/users/{place.pop('account')}/roles", json=place)
    assert taken.status_code == 200, taken.get_json()

    assert browser.get("/api/v1/me").get_json()["grants"] == []


# --- while identity is away


def away() -> tuple[World, Line, Any]:
    """Return a portal whose identity went away after somebody came in, and that person's browser."""
    world = World()
    line = Line(world)
    app = portal_app(line, world.settings, fresh_s=0.0)
    world.sign_in()
    browser = app.test_client()
    browser.set_cookie("kd_phien", AsGateway(world.identity).sign_in("van-thu-1", PASSWORD)[1])
    assert browser.get("/them").status_code == 200
    line.away = True
    return world, line, browser


def test_while_identity_is_away_a_page_says_so_and_nobody_is_put_out() -> None:
    _, line, browser = away()

    response = browser.get("/them")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    text = response.get_data(as_text=True)
    assert "dịch vụ tài khoản" in text
    assert "không cần đăng nhập lại" in text
    assert "kiemdinh doctor" in text
    assert browser.get_cookie("kd_phien") is not None
    line.away = False
    assert browser.get("/them").status_code == 200


def test_while_identity_is_away_nobody_comes_in_and_the_form_says_why() -> None:
    _, _, browser = away()
    browser.delete_cookie("kd_phien")
    page = browser.get("/vao").get_data(as_text=True)
    form_token = page.partition('name="csrf" value="')[2].partition('"')[0]

    response = browser.post("/vao", data={"login": "van-thu-1", "password": PASSWORD, "csrf": form_token})

    assert response.status_code == 503
    assert "dịch vụ tài khoản" in response.get_data(as_text=True)
    assert browser.get_cookie("kd_phien") is None


def test_while_identity_is_away_what_is_open_to_anyone_stays_open_and_the_cookie_stays() -> None:
    _, _, browser = away()

    assert browser.get("/vao").status_code == 200
    assert browser.get("/dia-chi-khong-co").status_code == 404
    assert browser.get_cookie("kd_phien") is not None
    assert browser.post("/ra").status_code == 503, "nobody is told to be out who is not"


def test_while_identity_is_away_a_token_is_not_called_wrong_and_the_owner_of_the_folder_still_looks_after_it() -> None:
    world, _, browser = away()
    token = world.token(Role.AUDITOR)

    program = browser.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    owner = browser.get("/api/v1/me", headers={"Authorization": f"Bearer {OWNER_TOKEN}"})
    status = browser.get("/api/v1/admin/status", headers={"Authorization": f"Bearer {OWNER_TOKEN}"})

    assert program.status_code == 503
    assert owner.status_code == 200
    assert {s["service"]: s["healthy"] for s in status.get_json()["services"]}["identity"] is False
    assert browser.get("/api/v1/health").status_code == 503


def test_names_of_schools_stay_known_while_identity_is_away(gateways: Gateways) -> None:
    assert gateways.there.directory().name(ScopeKind.COMMUNE, "NL") == "Xã Nậm Lam"
    gateways.later(60)
    gateways.lines[1].away = True

    assert gateways.there.directory().name(ScopeKind.COMMUNE, "NL") == "Xã Nậm Lam"
    gateways.there.directory()
    assert gateways.lines[1].asked.count("units") == 2, "asked again once a second, not for every name"
    with pytest.raises(Unavailable):
        Identity(gateways.lines[1]).directory()


# --- communes and schools


def test_a_school_set_up_here_is_known_here_at_once_and_there_within_a_second(gateways: Gateways) -> None:
    gateways.here.directory(), gateways.there.directory()
    school = c.SchoolEntry(code="TH-Z", name="Trường Z", kind="tieu_hoc", commune="NL")

    gateways.here.note(c.NoteUnits(schools=[school]))

    assert gateways.here.directory().school("TH-Z") == school
    assert gateways.there.directory().school("TH-Z") is None
    gateways.later(1.0)
    assert gateways.there.directory().school("TH-Z") == school


def test_what_was_read_while_a_school_was_set_up_is_not_taken_for_fresh(gateways: Gateways) -> None:
    school = c.SchoolEntry(code="TH-Z", name="Trường Z", kind="tieu_hoc", commune="NL")
    call = gateways.lines[0].call

    def overtaken(service: str, method: str, *arguments: Any, **named: Any) -> Any:
        answer = call(service, method, *arguments, **named)
        if method == "units":
            gateways.lines[0].call = call  # type: ignore[method-assign]
            gateways.here.note(c.NoteUnits(schools=[school]))
        return answer

    gateways.lines[0].call = overtaken  # type: ignore[method-assign]
    gateways.here.directory()

    assert gateways.here.directory().school("TH-Z") == school


def test_what_did_not_change_is_not_sent_again(gateways: Gateways) -> None:
    first = gateways.world.identity.units(gateway(), c.UnitsRequest())
    again = gateways.world.identity.units(gateway(), c.UnitsRequest(known=first.version))

    assert [entry.code for entry in first.schools] == ["TH-A", "TH-X"]
    assert again == c.UnitsAnswer(version=first.version)


# --- who may ask as the gateway


INWARD = sorted(operation for operation in MACHINES[GATEWAY] if not RULES[operation])


def test_the_ways_in_are_for_the_gateway_and_for_no_role_at_all() -> None:
    everything = tuple(Grant(role=role, scope_kind=ScopeKind.INSTALLATION) for role in Role)

    assert len(INWARD) == 11
    for operation in INWARD:
        assert may(gateway(), operation)
        for actor in ("a", "system:door", "system:owner", "khach", "", "gateway"):
            assert not may(CallContext(actor=actor, grants=everything), operation), (actor, operation)


def test_the_gateway_may_do_nothing_else_as_itself() -> None:
    allowed = {operation for operation in RULES if may(gateway(), operation)}

    assert allowed == MACHINES[GATEWAY]
    others = {"identity.health", "assessment.checkpoint", "evidence.checkpoint"}
    assert allowed - set(INWARD) == others, "nothing that reads or changes a school or an account"


CALLS: dict[str, tuple[Any, Any]] = {
    "sign_in": (c.SignIn(login="van-thu-1", password=PASSWORD), c.SignedIn),
    "sign_in_once": (c.LinkRequest(link="0" * 64), c.SignedIn),
    "invitation": (c.LinkRequest(link="0" * 64), c.InvitationView),
    "accept_invitation": (c.AcceptInvitation(link="0" * 64, password=PASSWORD), c.SignedIn),
    "sign_out": (c.SessionRequest(sitting="0" * 64), Acknowledged),
    "change_password": (c.ChangePassword(sitting="0" * 64, old=PASSWORD, new="bốn mùa hoa nở rộ"), Acknowledged),
    "session_holder": (c.SessionRequest(sitting="0" * 64), c.SessionHolder),
    "token_holder": (c.ProgramRequest(secret="0" * 64), c.TokenHolder),
    "units": (c.UnitsRequest(), c.UnitsAnswer),
    "note_units": (c.NoteUnits(), Acknowledged),
}


@pytest.mark.parametrize("method", CALLS)
def test_a_way_in_is_refused_without_the_gateways_call_token(gateways: Gateways, method: str) -> None:
    request, answer = CALLS[method]
    assert f"identity.{method}" in INWARD
    app, clock = gateways.world.identity, SystemClock()
    ours = CallTokens(b"k" * 32, clock)
    strangers = CallTokens(b"x" * 32, clock)
    rpc_client = InProcessRpcClient({"identity": (IdentityService, app)}, ours)
    held = gateways.here.session(gateways.session, anew=True)
    assert held is not None
    person = CallContext(actor=gateways.account, grants=tuple(held.grants), sitting=hash_secret(gateways.session))

    for acting in (person, system("door"), system("gateway-2"), CallContext(actor="khach")):
        with pytest.raises(Problem) as refused:
            rpc_client.call("identity", method, acting, request, answer)
        assert refused.value.type == NotAllowed.type, acting.actor
    for passport in ("", "kdp1.x", strangers.issue(gateway())):
        told = _raw(rpc_client, method, passport, ours.hide(msgspec.json.encode(request).decode(), passport))
        assert msgspec.json.decode(told["problem"])["status"] == 401, passport
    assert AsGateway(app).acting_of_session(gateways.session) is not None


def _raw(rpc_client: InProcessRpcClient, method: str, call_token: str, request: str) -> dict[str, str]:
    told: dict[str, str] = getattr(rpc_client._services["identity"], method)({"passport": call_token, "request": request})
    return told


def test_no_account_is_read_or_changed_over_the_bus_without_a_role_for_it(gateways: Gateways) -> None:
    """What the gateway refuses must not be open behind it, for the gateway itself neither."""
    rpc_client = InProcessRpcClient({"identity": (IdentityService, gateways.world.identity)})
    before = gateways.world.identity.log.head()
    change = c.RoleChange(account=gateways.account, role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
    named = c.AccountRequest(account=gateways.account)
    attempts: list[tuple[str, Any, Any]] = [
        ("accounts", Nothing(), c.AccountsAnswer),
        ("holders", c.HoldersRequest(school="TH-A", roles=[Role.CLERK]), c.HoldersAnswer),
        ("grant_role", change, Done),
        ("revoke_role", change, Done),
        ("renew_invitation", named, c.Invited),
        ("close_account", named, Done),
        ("invite", c.Invite(login="them-mot", display_name="Thêm", grants=[CLERK]), c.Invited),
        ("issue_token", c.IssueToken(name="Cổng", grants=[CLERK]), c.TokenIssued),
        ("tokens", Nothing(), c.TokensAnswer),
        ("revoke_token", c.TokenRequest(token="x"), Done),
    ]
    clerk = CallContext(actor="a", grants=(Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A"),))
    for method, request, answer in attempts:
        for acting in (gateway(), clerk, CallContext(actor="khach")):
            with pytest.raises(Problem) as refused:
                rpc_client.call("identity", method, acting, request, answer)
            assert refused.value.type == NotAllowed.type, (method, acting.actor)
    assert gateways.world.identity.log.head() == before


# --- secrets


def test_of_sessions_links_and_tokens_no_secret_travels(gateways: Gateways) -> None:
    portal, gate = gateways.world.identity, gateways.here
    owner = portal.one_time_link().rpartition("/")[2]
    renewed = portal.renew_invitation(ADMIN, c.AccountRequest(account=gateways.account)).invitation_url.rpartition("/")[2]
    issued = portal.issue_token(ADMIN, c.IssueToken(name="Cổng", grants=[CLERK]))
    gate.sign_in_once(owner)
    gate.invitation(renewed)
    session = gate.accept_invitation(renewed, PASSWORD).session
    gate.token(issued.token, anew=True)
    gate.session(session, anew=True)
    gate.change_password(session, PASSWORD, "bốn mùa hoa nở rộ")
    gate.sign_out(session)

    sent = b"".join(gateways.lines[0].bodies)

    assert hash_secret(session).encode() in sent
    for secret in (owner, renewed, issued.token, session, gateways.session):
        assert secret.encode() not in sent


@pytest.mark.parametrize(
    "carrying",
    [
        c.SignIn(login="bi-mat-1", password="bi-mat-2", address="bi-mat-3"),
        c.AcceptInvitation(link="bi-mat-1", password="bi-mat-2"),
        c.ChangePassword(sitting="bi-mat-1", old="bi-mat-2", new="bi-mat-3"),
        c.TokenIssued(id="x", token="bi-mat-1", expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        c.Invited(account="x", invitation_url="/loi-moi/bi-mat-1", expires_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_carries_a_secret_does_not_show_it_where_values_are_printed(carrying: Any) -> None:
    for shown in (repr(carrying), str(carrying), f"{carrying}", repr([carrying])):
        assert "bi-mat" not in shown


@pytest.mark.parametrize("body", ['{"login": "a", "password": 12345678}', '{"login": "bi-mat-1", "mat-khau": "bi-mat-2"}'])
def test_a_sign_in_that_cannot_be_read_is_refused_without_repeating_what_it_said(gateways: Gateways, body: str) -> None:
    call_tokens = CallTokens(b"k" * 32, SystemClock())
    service = InProcessRpcClient({"identity": (IdentityService, gateways.world.identity)}, call_tokens)._services["identity"]

    passport = call_tokens.issue(gateway())
    told = service.sign_in({"passport": passport, "request": call_tokens.hide(body, passport)})

    assert msgspec.json.decode(told["problem"])["status"] == 400
    assert "bi-mat" not in told["problem"].replace("mat-khau", "")
    assert "12345678" not in told["problem"]


# --- several at once


def test_passwords_wait_for_their_turn_so_that_other_calls_go_through(gateways: Gateways) -> None:
    inside, most, go, lock = 0, 0, threading.Event(), threading.Lock()

    class Slow:
        def call(self, *_: Any, **__: Any) -> Any:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            go.wait(5)
            with lock:
                inside -= 1
            raise Problem

    gate = Identity(Slow())
    threads = [threading.Thread(target=_try, args=(gate,)) for _ in range(PASSWORDS_AT_ONCE * 3)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 5
    while inside < PASSWORDS_AT_ONCE and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(0.05)  # for one too many, if there is one
    go.set()
    for thread in threads:
        thread.join()

    assert most == PASSWORDS_AT_ONCE


def _try(gate: Identity) -> None:
    with pytest.raises(Problem):
        gate.sign_in("a", "b", address="")


def test_tries_are_counted_together_whatever_process_they_come_through(gateways: Gateways) -> None:
    for number in range(5):
        gate = (gateways.here, gateways.there)[number % 2]
        with pytest.raises(Problem) as wrong:
            gate.sign_in("van-thu-1", "sai mật khẩu rồi", address="10.0.0.1")
        assert wrong.value.type == "sai-mat-khau"
    with pytest.raises(Problem):
        gateways.here.sign_in("van-thu-1", "sai mật khẩu rồi", address="10.0.0.1")

    with pytest.raises(Problem) as paused:
        gateways.there.sign_in("van-thu-1", PASSWORD, address="10.0.0.2")
    assert paused.value.type == "thu-lai-sau"


def test_the_owners_token_runs_the_installation_and_does_not_judge() -> None:
    world = World()

    assert world.call("GET", "/me").get_json()["actor"] == "system:owner"
    assert world.call("GET", "/users").status_code == 200
    upload = {"name": "a.pdf", "size_bytes": 1, "sha256": "0" * 64}
    assert world.call("POST", "/schools/TH-A/uploads", json=upload).status_code == 200
    acting = CallContext(actor=OWNER_ACTOR, grants=OWNER_GRANTS)
    assert not may(acting, "assessment.judge", school="TH-A")
    assert not may(acting, "assessment.grant_recognition", school="TH-A")


def test_me_tells_programs_and_people_apart() -> None:
    world = World()
    person = world.sign_in().get("/api/v1/me").get_json()
    program = world.call("GET", "/me", token=world.token(Role.SUBSCRIBER)).get_json()

    assert person["display_name"] == "Người một"
    assert person["account"] == person["actor"]
    assert person["grants"] == [{"role": "van_thu", "scope_kind": "truong", "scope": "TH-A", "scope_name": "TH-A"}]
    assert (program["account"], program["display_name"], program["grants"][0]["role"]) == ("", "", "chuong_trinh")


def test_the_wiring_of_the_portal_holds_no_database() -> None:
    assert set(Wiring.__dataclass_fields__) == {
        "identity",
        "rpc_client",
        "settings",
        "problem_page",
        "installation_admin",
        "unseen",
    }
