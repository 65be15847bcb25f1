"""Tokens that act as a person: never more than the account may, at the moment of use, and under its id."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import msgspec
import pytest

from services.identity.domain.facts import FACTS, TokenIssued
from services.identity.errors import AccountEnded, NoSuchAccount, RoleNotHeld
from services.identity.ports import Person
from shared.contracts.calls.identity import (
    AccountRequest,
    GrantRequest,
    Invite,
    IssueToken,
    PersonRequest,
    ProgramRequest,
    StandingRequest,
    TokenRequest,
)
from shared.contracts.calls.identity import TokenIssued as Issued
from shared.identity.call_context import CallContext
from shared.identity.secret_hash import hash_secret
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.accounts import TokenState
from shared.vocabulary.ids import InspectionId, PersonId, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.identity.as_gateway import GATEWAY
from tests.unit.identity.test_identity_application import ADMIN, GOOD, IdentityScene, change, clerk, head, officer

LOGIN = "hieu-truong-a"


@pytest.fixture
def scene() -> IdentityScene:
    return IdentityScene()


def issue(scene: IdentityScene, *grants: GrantRequest, login: str = LOGIN, acting: CallContext = ADMIN) -> Issued:
    return scene.app.issue_token(acting, IssueToken(name="Máy của hiệu trưởng", grants=list(grants), login=login))


def roles_of(acting: CallContext | None) -> set[tuple[Role, str]] | None:
    return None if acting is None else {(grant.role, grant.scope) for grant in acting.grants}


def test_it_acts_under_the_account_of_a_session_with_the_same_roles(scene: IdentityScene) -> None:
    signed_in = scene.acting(LOGIN, head("TH-A"), clerk("TH-A"))

    acting = scene.gate.acting_of_token(issue(scene).token)

    assert acting is not None
    assert acting.actor == signed_in.actor
    assert acting.grants == signed_in.grants


def test_what_is_done_with_it_stands_in_the_log_under_the_account(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"))
    acting = scene.gate.acting_of_token(issue(scene).token)
    assert acting is not None

    scene.app.invite(acting, Invite(login="van-thu-a", display_name="Văn thư", grants=[clerk("TH-A")]))

    (*_, logged) = scene.app.log.read(0)
    assert (logged.entry.fact.TOPIC, logged.entry.meta.actor) == ("identity.role-granted", account)


def test_it_has_what_the_account_has_at_the_moment_of_use(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"))
    token = issue(scene).token

    scene.app.grant_role(ADMIN, change(account, clerk("TH-B")))
    assert roles_of(scene.gate.acting_of_token(token)) == {(Role.HEAD, "TH-A"), (Role.CLERK, "TH-B")}

    scene.app.revoke_role(ADMIN, change(account, head("TH-A")))
    assert roles_of(scene.gate.acting_of_token(token)) == {(Role.CLERK, "TH-B")}

    scene.app.revoke_role(ADMIN, change(account, clerk("TH-B")))
    assert roles_of(scene.gate.acting_of_token(token)) == set()


def test_narrowed_it_has_only_those_of_its_roles_that_the_account_still_holds(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"), clerk("TH-A"))
    token = issue(scene, clerk("TH-A")).token
    assert roles_of(scene.gate.acting_of_token(token)) == {(Role.CLERK, "TH-A")}

    scene.app.grant_role(ADMIN, change(account, clerk("TH-B")))
    scene.app.revoke_role(ADMIN, change(account, clerk("TH-A")))
    assert roles_of(scene.gate.acting_of_token(token)) == set(), "not the head's role, and no new one"

    scene.app.grant_role(ADMIN, change(account, clerk("TH-A")))
    assert roles_of(scene.gate.acting_of_token(token)) == {(Role.CLERK, "TH-A")}


def test_it_ends_with_the_account_and_is_listed_so(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"))
    issued = issue(scene)
    (listed,) = scene.app.tokens(ADMIN).tokens
    assert (listed.state, listed.account, listed.login, listed.grants) == (TokenState.ACTIVE, account, LOGIN, [])

    scene.app.close_account(ADMIN, AccountRequest(account=account))

    assert scene.gate.acting_of_token(issued.token) is None
    assert scene.app.tokens(ADMIN).tokens[0].state is TokenState.REVOKED
    scene.app.erase_person(ADMIN, PersonRequest(person=PersonId(account)))
    assert scene.app.tokens(ADMIN).tokens[0].login == ""


def test_it_is_revoked_and_expires_as_any_other(scene: IdentityScene) -> None:
    scene.person(LOGIN, head("TH-A"))
    first, second = issue(scene), issue(scene)

    scene.app.revoke_token(ADMIN, TokenRequest(token=first.id))
    assert scene.gate.acting_of_token(first.token) is None
    assert scene.gate.acting_of_token(second.token) is not None
    scene.clock.move(dt.timedelta(days=366))
    assert scene.gate.acting_of_token(second.token) is None


def test_somebody_invited_who_has_not_come_in_yet_can_be_acted_for(scene: IdentityScene) -> None:
    invited = scene.invite(LOGIN, head("TH-A"))

    acting = scene.gate.acting_of_token(issue(scene).token)

    assert acting is not None
    assert (acting.actor, roles_of(acting)) == (invited.account, {(Role.HEAD, "TH-A")})


def test_an_evaluator_reaches_with_it_the_schools_of_the_own_visits(scene: IdentityScene) -> None:
    evaluator = GrantRequest(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT)
    account = scene.person("danh-gia-1", evaluator)
    scene.app.directory.put_evaluation(InspectionId(str(uuid.uuid4())), SchoolCode("TH-B"), [account])

    acting = scene.gate.acting_of_token(issue(scene, login="danh-gia-1").token)

    assert acting is not None
    assert acting.grants[0].schools == ("TH-B",)


# --- refused


@pytest.mark.parametrize("login", ["khong-ai", "x", "HIEU_TRUONG"])
def test_an_unknown_login_is_refused_and_nothing_is_issued(scene: IdentityScene, login: str) -> None:
    with pytest.raises(NoSuchAccount, match=f"Không có tài khoản {login}. Chưa cấp mã."):
        issue(scene, login=login)
    assert scene.app.log.head() == 0
    assert scene.people.programs() == []


def test_a_login_that_was_reserved_and_never_invited_is_nobody(scene: IdentityScene) -> None:
    scene.people.reserve(Person(account=str(uuid.uuid4()), login=LOGIN, display_name="Người"))

    with pytest.raises(NoSuchAccount):
        issue(scene)


def test_a_closed_account_is_refused(scene: IdentityScene) -> None:
    scene.app.close_account(ADMIN, AccountRequest(account=scene.person(LOGIN, head("TH-A"))))

    with pytest.raises(AccountEnded):
        issue(scene)


@pytest.mark.parametrize("grant", [clerk("TH-A"), head("TH-B"), officer("NL")])
def test_a_role_that_the_person_does_not_hold_is_refused(scene: IdentityScene, grant: GrantRequest) -> None:
    scene.person(LOGIN, head("TH-A"))
    before = scene.app.log.head()

    with pytest.raises(RoleNotHeld, match="không giữ vai trò"):
        issue(scene, head("TH-A"), grant)
    assert (scene.app.log.head(), scene.people.programs()) == (before, [])


def test_without_a_login_a_role_is_still_needed(scene: IdentityScene) -> None:
    with pytest.raises(BadRequest, match="ít nhất một vai trò"):
        issue(scene, login="")


def test_a_head_does_not_issue_one_not_even_for_the_own_account(scene: IdentityScene) -> None:
    acting = scene.acting(LOGIN, head("TH-A"))

    with pytest.raises(NotAllowed):
        issue(scene, acting=acting)


# --- tickets


def stands(scene: IdentityScene, actor: str, sitting: str, school: str = "TH-A") -> bool:
    asked = StandingRequest(actor=actor, operation="evidence.open_upload", concerns=SchoolCode(school), sitting=sitting)
    return scene.app.standing(ADMIN, asked).stands


def test_what_was_given_through_it_ends_with_it_and_reaches_no_further(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, clerk("TH-A"), clerk("TH-B"))
    other = scene.person("van-thu-a", clerk("TH-A"))
    issued = issue(scene, clerk("TH-A"))
    sitting = hash_secret(issued.token)

    assert stands(scene, account, sitting)
    assert not stands(scene, account, sitting, "TH-B"), "the person may there, the token may not"
    assert not stands(scene, other, sitting)
    assert not stands(scene, issued.id, ""), "it is never an actor itself"
    scene.app.revoke_token(ADMIN, TokenRequest(token=issued.id))
    assert not stands(scene, account, sitting)
    session = hash_secret(scene.gate.sign_in(LOGIN, GOOD)[1])
    assert stands(scene, account, session, "TH-B")


# --- stored


def test_a_token_of_version_1_is_one_with_roles_of_its_own(scene: IdentityScene) -> None:
    grant = {"role": "van_thu", "scope_kind": "truong", "scope": "TH-A"}
    data = {"token": "t-1", "grants": [grant], "expires_at": "2027-11-02T01:00:00Z"}
    meta = {"actor": "system:test", "occurred": "2026-11-02T01:00:00Z"}
    stored = json.dumps({"v": 1, "meta": meta, "data": data}).encode()

    _, fact = FACTS.decode("identity.token-issued", stored)

    assert isinstance(fact, TokenIssued)
    assert fact.account == ""
    assert [one.scope for one in fact.grants] == ["TH-A"]


def test_the_log_names_the_account_and_neither_login_nor_name(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"))
    issued = issue(scene)
    (*_, logged) = scene.app.log.read(0)

    stored = scene.app.facts.encode(logged.entry).decode()
    told = scene.app.published(logged)

    assert told.data == {"token": issued.id, "roles": [], "expires_at": told.data["expires_at"], "account": account}
    for text in (stored, msgspec.json.encode(told).decode()):
        for private in (LOGIN, "Máy của", "Người", issued.token):
            assert private not in text


def test_the_answer_to_who_acts_tells_of_the_person(scene: IdentityScene) -> None:
    account = scene.person(LOGIN, head("TH-A"))
    held = scene.app.token_holder(GATEWAY, ProgramRequest(secret=hash_secret(issue(scene).token)))

    assert held.account is not None
    assert (held.account.account, held.account.login) == (account, LOGIN)
    assert held.good_s == 365 * 24 * 3600
