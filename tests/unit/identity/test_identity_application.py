"""Inviting, signing in, roles and tokens, in memory."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.domain.account import OWNER
from services.identity.errors import (
    AccountEnded,
    BadLogin,
    LinkSpent,
    LoginTaken,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
    WrongScope,
)
from services.identity.ports import Person
from services.identity.settings import HOUR_S, Lifetimes
from services.identity.use_cases.signing_in import OWNER_LOGIN
from shared.clock import FixedClock
from shared.contracts.calls.identity import (
    AccountRequest,
    CommuneEntry,
    GrantRequest,
    Invite,
    Invited,
    IssueToken,
    PersonEntry,
    PersonRequest,
    RecordCommunePeople,
    RecordPeople,
    RoleGrant,
    SchoolEntry,
    StandingRequest,
    TokenRequest,
)
from shared.identity.call_context import CallContext, system
from shared.identity.secret_hash import hash_secret
from shared.ids import new_id
from shared.problems import BadRequest, Conflict, NotAllowed, NotFound
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFull
from shared.vocabulary.accounts import AccountState, TokenState
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later
from tests.unit.identity.as_gateway import AsGateway

MONDAY = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)
ADMIN = system("test")
GOOD = "con trâu ăn cỏ non"
OTHER = "bốn mùa hoa nở rộ"


class PlainHasher:
    """Stands in for argon2: reversible, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.prefix = "v1:"

    def hash(self, password: str) -> str:
        return self.prefix + password

    def verify(self, password_hash: str, password: str) -> bool:
        self.asked += 1
        return password_hash.partition(":")[2] == password and password_hash != ""

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(self.prefix)


class IdentityScene:
    """The identity service in memory with a commune and two schools, and short ways to do things."""

    def __init__(self) -> None:
        self.clock = FixedClock(MONDAY)
        self.people = PeopleTables("sqlite://")
        self.hasher = PlainHasher()
        made = IdentityApplication(
            StoreSettings("sqlite://"),
            self.clock,
            installation="test",
            views_url="sqlite://",
            people=self.people,
            passwords=self.hasher,
            lifetimes=Lifetimes(),
        )
        self.app = closed_later(made)
        self.gate = AsGateway(self.app)
        self.app.directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))
        for code in ("TH-A", "TH-B"):
            self.app.directory.put_school(SchoolEntry(code=code, name=f"Trường {code}", kind="tieu_hoc", commune="NL"))

    def invite(self, login: str = "van-thu-1", *grants: GrantRequest, acting: CallContext = ADMIN) -> Invited:
        wanted = list(grants) or [clerk("TH-A")]
        return self.app.invite(acting, Invite(login=login, display_name=f"Người {login}", grants=wanted))

    def person(self, login: str = "van-thu-1", *grants: GrantRequest) -> str:
        """Invite somebody who sets a password; return the account."""
        invited = self.invite(login, *grants)
        self.gate.accept_invitation(secret(invited), GOOD)
        return invited.account

    def acting(self, login: str, *grants: GrantRequest) -> CallContext:
        self.person(login, *grants)
        found = self.gate.acting_of_session(self.gate.sign_in(login, GOOD)[1])
        assert found is not None
        return found[1]

    def facts(self) -> list[str]:
        return [logged.entry.fact.TOPIC.partition(".")[2] for logged in self.app.log.read(0)]


@pytest.fixture
def scene() -> IdentityScene:
    return IdentityScene()


def clerk(school: str) -> GrantRequest:
    return GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope=school)


def head(school: str) -> GrantRequest:
    return GrantRequest(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school)


def officer(commune: str) -> GrantRequest:
    return GrantRequest(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=commune)


def change(account: str, grant: GrantRequest) -> RoleGrant:
    return RoleGrant(
        account=account,
        role=grant.role,
        scope_kind=grant.scope_kind,
        scope=grant.scope,
        until=grant.until,
        signs=grant.signs,
    )


def secret(invited: Invited) -> str:
    return invited.invitation_url.rpartition("/")[2]


# --- inviting


def test_an_invited_person_sets_a_password_and_is_in(scene: IdentityScene) -> None:
    invited = scene.invite()
    told = scene.gate.invitation(secret(invited))

    view, session = scene.gate.accept_invitation(secret(invited), GOOD)

    assert (told.login, told.display_name) == ("van-thu-1", "Người van-thu-1")
    assert view.state is AccountState.OPEN
    assert [(g.role, g.scope, g.scope_name) for g in view.grants] == [(Role.CLERK, "TH-A", "Trường TH-A")]
    entered = scene.gate.acting_of_session(session)
    assert entered is not None
    assert entered[1].actor == invited.account
    assert scene.facts() == ["account-invited", "role-granted", "account-opened"]


def test_no_name_login_or_secret_is_in_the_log_or_the_public_events(scene: IdentityScene) -> None:
    invited = scene.invite()
    scene.gate.accept_invitation(secret(invited), GOOD)
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng dữ liệu", grants=[clerk("TH-A")]))
    logged = scene.app.log.read(0)

    stored = b"".join(scene.app.facts.encode(entry.entry) for entry in logged).decode()
    told = b"".join(msgspec.json.encode(scene.app.published(entry)) for entry in logged).decode()

    for private in ("van-thu-1", "Người", GOOD, secret(invited), issued.token, "Cổng dữ liệu"):
        assert private not in stored
        assert private not in told


def test_an_invitation_lets_in_once(scene: IdentityScene) -> None:
    invited = scene.invite()
    scene.gate.accept_invitation(secret(invited), GOOD)

    for use in (
        lambda: scene.gate.accept_invitation(secret(invited), OTHER),
        lambda: scene.gate.invitation(secret(invited)),
    ):
        with pytest.raises(LinkSpent):
            use()
    assert scene.gate.sign_in("van-thu-1", GOOD)


def test_an_invitation_ends_after_its_time(scene: IdentityScene) -> None:
    invited = scene.invite()
    scene.clock.move(dt.timedelta(seconds=scene.app.lifetimes.invitation_s))

    with pytest.raises(LinkSpent):
        scene.gate.accept_invitation(secret(invited), GOOD)


def test_a_weak_password_leaves_the_invitation_usable(scene: IdentityScene) -> None:
    invited = scene.invite()

    with pytest.raises(WeakPassword):
        scene.gate.accept_invitation(secret(invited), "123456789012")

    assert scene.gate.accept_invitation(secret(invited), GOOD)[0].account == invited.account


def test_two_who_use_one_invitation_at_the_same_moment_get_in_once(scene: IdentityScene) -> None:
    invited = scene.invite()
    hash_password = scene.hasher.hash

    def somebody_else_is_first(password: str) -> str:
        scene.hasher.hash = hash_password  # type: ignore[method-assign]
        scene.gate.accept_invitation(secret(invited), OTHER)
        return hash_password(password)

    scene.hasher.hash = somebody_else_is_first  # type: ignore[method-assign]

    with pytest.raises(LinkSpent):
        scene.gate.accept_invitation(secret(invited), GOOD)
    assert scene.gate.sign_in("van-thu-1", OTHER)


def test_a_login_that_is_taken_is_refused_and_nothing_is_recorded(scene: IdentityScene) -> None:
    scene.invite()
    before = scene.app.log.head()

    with pytest.raises(LoginTaken):
        scene.invite("VAN-THU-1")
    assert scene.app.log.head() == before


def test_a_login_whose_invitation_never_reached_the_log_is_taken_over(scene: IdentityScene) -> None:
    lost = str(new_id())
    scene.people.reserve(Person(account=lost, login="van-thu-1", display_name="Cũ"))

    invited = scene.invite()

    assert invited.account == lost
    assert scene.app.account(lost).display_name == "Người van-thu-1"


def test_a_command_that_invited_somebody_else_is_refused(scene: IdentityScene) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")
    scene.invite(acting=again)

    with pytest.raises(Conflict):
        scene.invite("van-thu-2", acting=again)


@pytest.mark.parametrize("login", ["", "ab", "Có dấu", "a b c", "-abc", "a" * 65, "a/b/c"])
def test_a_login_of_another_form_is_refused(scene: IdentityScene, login: str) -> None:
    with pytest.raises(BadLogin):
        scene.invite(login)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_empty_or_too_long_is_refused(scene: IdentityScene, name: str) -> None:
    with pytest.raises(BadRequest):
        scene.app.invite(ADMIN, Invite(login="van-thu-1", display_name=name, grants=[clerk("TH-A")]))


def test_an_invitation_needs_a_role_in_a_school_that_exists(scene: IdentityScene) -> None:
    with pytest.raises(BadRequest):
        scene.app.invite(ADMIN, Invite(login="van-thu-1", display_name="A", grants=[]))
    for missing in (clerk("TH-X"), officer("XX"), GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.INSTALLATION)):
        with pytest.raises(WrongScope):
            scene.invite("van-thu-1", missing)


def test_the_same_command_again_gives_the_same_account_and_a_new_link(scene: IdentityScene) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")

    first = scene.invite(acting=again)
    second = scene.invite(acting=again)

    assert first.account == second.account
    assert scene.facts() == ["account-invited", "role-granted"]
    with pytest.raises(LinkSpent):
        scene.gate.invitation(secret(first))
    assert scene.gate.invitation(secret(second)).login == "van-thu-1"


# --- what a head may


def test_a_head_invites_and_sees_people_of_the_own_school_only(scene: IdentityScene) -> None:
    acting = scene.acting("hieu-truong-a", head("TH-A"))
    scene.person("hieu-truong-b", head("TH-B"))
    scene.person("can-bo", officer("NL"))

    invited = scene.invite(
        "hoi-dong-1", GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope="TH-A"), acting=acting
    )

    seen = scene.app.accounts(acting).accounts
    assert {view.login for view in seen} == {"hieu-truong-a", "hoi-dong-1"}
    assert invited.account in {view.account for view in seen}
    for foreign in (clerk("TH-B"), officer("NL")):
        with pytest.raises(NotAllowed):
            scene.invite("them-mot", foreign, acting=acting)


def test_a_head_cannot_take_over_an_account_with_higher_roles_elsewhere(scene: IdentityScene) -> None:
    acting = scene.acting("hieu-truong-a", head("TH-A"))
    own = scene.person("van-thu-a", clerk("TH-A"))
    also_office = scene.person("van-thu-xa", clerk("TH-A"), officer("NL"))
    also_head = scene.person("van-thu-b", clerk("TH-A"), head("TH-B"))
    came_later = scene.person("van-thu-c", clerk("TH-B"), clerk("TH-A"))
    roleless = scene.person("het-vai", clerk("TH-A"))
    scene.app.revoke_role(ADMIN, change(roleless, clerk("TH-A")))

    assert scene.app.renew_invitation(acting, AccountRequest(account=own)).account == own
    for other in (also_office, also_head, came_later, roleless):
        with pytest.raises(NotAllowed):
            scene.app.renew_invitation(acting, AccountRequest(account=other))


def test_a_head_reaches_nobody_by_giving_a_role(scene: IdentityScene) -> None:
    """M8: a role at the own school, given to any account id, showed its name and locked its own head out."""
    own_head, other_head = scene.acting("ht-a", head("TH-A")), scene.acting("ht-b", head("TH-B"))
    person, office = scene.person("van-thu-b", clerk("TH-B")), scene.person("can-bo", officer("NL"))
    before = scene.app.log.head()

    for foreign in (person, office, scene.app.account(other_head.actor).account, str(uuid.uuid4())):
        told = []
        for attempt in (
            lambda f=foreign: scene.app.grant_role(own_head, change(f, clerk("TH-A"))),
            lambda f=foreign: scene.app.renew_invitation(own_head, AccountRequest(account=f)),
        ):
            with pytest.raises(NotFound) as refused:
                attempt()
            told.append(str(refused.value))
        assert len(set(told)) == 1, "that it exists is not told"

    assert scene.app.log.head() == before
    assert {view.login for view in scene.app.accounts(own_head).accounts} == {"ht-a"}
    assert scene.app.renew_invitation(other_head, AccountRequest(account=person)).account == person


def test_a_role_given_elsewhere_does_not_take_a_person_from_the_home_school(scene: IdentityScene) -> None:
    home_head, other_head = scene.acting("ht-a", head("TH-A")), scene.acting("ht-b", head("TH-B"))
    person = scene.person("van-thu-a", clerk("TH-A"))
    scene.app.grant_role(ADMIN, change(person, clerk("TH-B")))

    assert scene.app.renew_invitation(home_head, AccountRequest(account=person)).account == person
    with pytest.raises(NotAllowed):
        scene.app.renew_invitation(other_head, AccountRequest(account=person))
    for acting, school in ((home_head, "TH-A"), (other_head, "TH-B")):
        (seen,) = [view for view in scene.app.accounts(acting).accounts if view.account == person]
        assert [grant.scope for grant in seen.grants] == [school], "roles elsewhere are not shown"


def test_a_person_without_a_role_left_is_still_the_home_schools(scene: IdentityScene) -> None:
    home_head, other_head = scene.acting("ht-a", head("TH-A")), scene.acting("ht-b", head("TH-B"))
    person = scene.person("van-thu-a", clerk("TH-A"))
    scene.app.revoke_role(home_head, change(person, clerk("TH-A")))

    with pytest.raises(NotFound):
        scene.app.grant_role(other_head, change(person, clerk("TH-B")))
    assert person in {view.account for view in scene.app.accounts(home_head).accounts}
    scene.app.grant_role(home_head, change(person, clerk("TH-A")))
    scene.app.close_account(ADMIN, AccountRequest(account=person))
    assert person not in {view.account for view in scene.app.accounts(home_head).accounts}


@pytest.mark.parametrize(
    "grant",
    [
        GrantRequest(role=role, scope_kind=kind, scope=scope)
        for role, kind, scope in (
            (Role.CLERK, ScopeKind.SCHOOL, "TH-A"),
            (Role.COUNCIL_MEMBER, ScopeKind.SCHOOL, "TH-A"),
            (Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"),
            (Role.INSPECTOR, ScopeKind.COMMUNE, "NL"),
            (Role.EXTERNAL_EVALUATOR, ScopeKind.SCHOOL, "TH-A"),
            (Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, ""),
            (Role.AUDITOR, ScopeKind.INSTALLATION, ""),
        )
    ],
)
def test_who_is_neither_head_nor_administrator_sees_and_changes_no_account(
    scene: IdentityScene, grant: GrantRequest
) -> None:
    acting, person = scene.acting("ai-do", grant), scene.person("van-thu-1", clerk("TH-A"))

    for attempt in (
        lambda: scene.app.accounts(acting),
        lambda: scene.app.grant_role(acting, change(person, clerk("TH-A"))),
        lambda: scene.app.revoke_role(acting, change(person, clerk("TH-A"))),
        lambda: scene.app.renew_invitation(acting, AccountRequest(account=person)),
        lambda: scene.invite("them-mot", clerk("TH-A"), acting=acting),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_clerk_manages_nobody(scene: IdentityScene) -> None:
    acting = scene.acting("van-thu-1", clerk("TH-A"))
    other = scene.person("van-thu-2")

    for attempt in (
        lambda: scene.invite("van-thu-3", acting=acting),
        lambda: scene.app.accounts(acting),
        lambda: scene.app.grant_role(acting, change(other, head("TH-A"))),
        lambda: scene.app.revoke_role(acting, change(other, clerk("TH-A"))),
        lambda: scene.app.close_account(acting, AccountRequest(account=other)),
        lambda: scene.app.renew_invitation(acting, AccountRequest(account=other)),
        lambda: scene.app.issue_token(acting, IssueToken(name="x", grants=[clerk("TH-A")])),
        lambda: scene.app.tokens(acting),
        lambda: scene.app.revoke_token(acting, TokenRequest(token=other)),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- roles and closing


def test_a_granted_role_works_at_once_and_a_revoked_one_no_longer(scene: IdentityScene) -> None:
    account = scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]

    def held() -> set[Role]:
        found = scene.gate.acting_of_session(session)
        assert found is not None
        return {grant.role for grant in found[1].grants}

    scene.app.grant_role(ADMIN, change(account, head("TH-A")))
    assert held() == {Role.CLERK, Role.HEAD}
    scene.app.revoke_role(ADMIN, change(account, clerk("TH-A")))
    assert held() == {Role.HEAD}


def test_a_commune_grant_reaches_the_schools_of_the_commune_as_they_are_now(scene: IdentityScene) -> None:
    acting = scene.acting("can-bo", officer("NL"))
    assert acting.grants[0].schools == ("TH-A", "TH-B")

    scene.app.directory.put_school(SchoolEntry(code="TH-C", name="Trường TH-C", kind="tieu_hoc", commune="NL"))
    found = scene.gate.acting_of_session(scene.gate.sign_in("can-bo", GOOD)[1])

    assert found is not None
    assert found[1].grants[0].schools == ("TH-A", "TH-B", "TH-C")


def test_a_closed_account_is_out_at_once_and_for_good(scene: IdentityScene) -> None:
    account = scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]
    pending = scene.app.renew_invitation(ADMIN, AccountRequest(account=account))

    scene.app.close_account(ADMIN, AccountRequest(account=account))

    assert scene.gate.acting_of_session(session) is None
    with pytest.raises(WrongPassword):
        scene.gate.sign_in("van-thu-1", GOOD)
    with pytest.raises(LinkSpent):
        scene.gate.accept_invitation(secret(pending), OTHER)
    with pytest.raises(AccountEnded):
        scene.app.renew_invitation(ADMIN, AccountRequest(account=account))
    with pytest.raises(AccountEnded):
        scene.app.grant_role(ADMIN, change(account, clerk("TH-A")))
    assert scene.app.account(account).state is AccountState.CLOSED


def test_a_session_that_survived_the_closing_of_its_account_is_worth_nothing(scene: IdentityScene) -> None:
    account = scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]
    scene.people.drop_sessions = lambda _account: None  # type: ignore[method-assign]  # as if the process died there

    scene.app.close_account(ADMIN, AccountRequest(account=account))

    assert scene.gate.acting_of_session(session) is None


def test_nobody_closes_the_own_account_or_the_owners(scene: IdentityScene) -> None:
    scene.app.one_time_link()
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    acting, _ = scene.acting("quan-tri-2", runs), scene.acting("quan-tri-3", runs)

    for account in (acting.actor, str(OWNER)):
        with pytest.raises(NotAllowed):
            scene.app.close_account(acting, AccountRequest(account=account))


@pytest.mark.parametrize("account", ["", "not-an-id", "01980000-0000-7000-8000-000000000000"])
def test_an_account_that_does_not_exist_is_not_found(scene: IdentityScene, account: str) -> None:
    for attempt in (
        lambda: scene.app.account(account),
        lambda: scene.app.grant_role(ADMIN, change(account, clerk("TH-A"))),
        lambda: scene.app.revoke_role(ADMIN, change(account, clerk("TH-A"))),
        lambda: scene.app.close_account(ADMIN, AccountRequest(account=account)),
        lambda: scene.app.renew_invitation(ADMIN, AccountRequest(account=account)),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert scene.app.log.head() == 0


# --- signing in


def test_a_wrong_password_and_an_unknown_login_are_told_apart_by_nothing(scene: IdentityScene) -> None:
    scene.person()
    told = []
    for login in ("van-thu-1", "khong-co-ai"):
        scene.hasher.asked = 0
        with pytest.raises(WrongPassword) as refused:
            scene.gate.sign_in(login, "sai mật khẩu rồi")
        told.append((refused.value.to_document(), scene.hasher.asked))

    assert told[0] == told[1]
    assert told[0][1] == 1


def test_an_invited_person_without_a_password_cannot_sign_in(scene: IdentityScene) -> None:
    scene.invite()

    with pytest.raises(WrongPassword):
        scene.gate.sign_in("van-thu-1", "")


def test_login_is_taken_in_any_case_and_with_spaces_around(scene: IdentityScene) -> None:
    account = scene.person()

    assert scene.gate.sign_in("  Van-Thu-1 ", GOOD)[0].account == account


def test_a_guesser_is_slowed_down_and_the_owner_of_the_login_gets_in_after_the_pause(scene: IdentityScene) -> None:
    scene.person()
    for _ in range(6):
        with pytest.raises(WrongPassword):
            scene.gate.sign_in("van-thu-1", "sai mật khẩu rồi", address="10.0.0.1")

    with pytest.raises(TooManyAttempts) as paused:
        scene.gate.sign_in("van-thu-1", GOOD, address="10.0.0.2")
    assert paused.value.data["retry_after_s"] == 1
    scene.clock.move(dt.timedelta(seconds=1))
    assert scene.gate.sign_in("van-thu-1", GOOD, address="10.0.0.2")


def test_a_refused_try_does_not_lengthen_the_pause(scene: IdentityScene) -> None:
    scene.person()
    for _ in range(6):
        with pytest.raises(WrongPassword):
            scene.gate.sign_in("van-thu-1", "sai", address="10.0.0.1")

    for _ in range(50):
        with pytest.raises(TooManyAttempts):
            scene.gate.sign_in("van-thu-1", "sai", address="10.0.0.1")
    scene.clock.move(dt.timedelta(seconds=1))
    assert scene.gate.sign_in("van-thu-1", GOOD, address="10.0.0.1")


def test_an_address_that_tries_many_logins_is_slowed_down(scene: IdentityScene) -> None:
    for n in range(31):
        with pytest.raises(WrongPassword):
            scene.gate.sign_in(f"ai-do-{n}", "sai", address="10.0.0.1")

    with pytest.raises(TooManyAttempts):
        scene.gate.sign_in("ai-do-99", "sai", address="10.0.0.1")
    with pytest.raises(WrongPassword):
        scene.gate.sign_in("ai-do-99", "sai", address="10.0.0.9")


def test_a_whole_school_behind_one_address_signs_in_without_a_pause(scene: IdentityScene) -> None:
    scene.person()

    for _ in range(100):
        scene.gate.sign_in("van-thu-1", GOOD, address="10.0.0.1")


def test_a_hash_of_former_days_is_renewed_at_sign_in(scene: IdentityScene) -> None:
    scene.person()
    scene.hasher.prefix = "v2:"

    scene.gate.sign_in("van-thu-1", GOOD)

    person = scene.people.by_login("van-thu-1")
    assert person is not None
    assert person.password_hash == f"v2:{GOOD}"


def test_a_password_that_was_set_when_the_log_did_not_answer_opens_the_account_at_sign_in(scene: IdentityScene) -> None:
    invited = scene.invite()
    scene.people.redeem_link(
        hash_secret(secret(invited)), password_hash=scene.hasher.hash(GOOD), password_of=invited.account
    )

    view, _ = scene.gate.sign_in("van-thu-1", GOOD)

    assert view.state is AccountState.OPEN
    assert scene.facts()[-1] == "account-opened"


# --- sessions


def test_an_idle_session_ends_and_one_in_use_goes_on_until_its_last_hour(scene: IdentityScene) -> None:
    scene.person()
    idle, used = (scene.gate.sign_in("van-thu-1", GOOD)[1] for _ in range(2))

    for _ in range(11):
        scene.clock.move(dt.timedelta(hours=1))
        assert scene.gate.acting_of_session(used) is not None
    assert scene.gate.acting_of_session(idle) is None
    scene.clock.move(dt.timedelta(hours=1))
    assert scene.gate.acting_of_session(used) is None


def test_reading_within_a_minute_writes_nothing(scene: IdentityScene) -> None:
    scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]
    touched: list[int] = []
    scene.people.touch_session = lambda _secret, at: touched.append(at)  # type: ignore[method-assign]

    scene.clock.move(dt.timedelta(seconds=59))
    scene.gate.acting_of_session(session)
    assert touched == []
    scene.clock.move(dt.timedelta(seconds=1))
    scene.gate.acting_of_session(session)
    assert len(touched) == 1


def test_on_a_full_disk_a_session_still_reads_and_an_ended_one_still_does_not(scene: IdentityScene) -> None:
    def full(*_: object) -> None:
        raise StoreFull("full")

    scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]
    scene.people.touch_session = full  # type: ignore[method-assign,assignment]
    scene.people.drop_session = full  # type: ignore[method-assign,assignment]
    scene.clock.move(dt.timedelta(minutes=5))
    assert scene.gate.acting_of_session(session) is not None
    scene.clock.move(dt.timedelta(days=30))
    assert scene.gate.acting_of_session(session) is None


def test_signing_out_ends_the_session_and_no_other(scene: IdentityScene) -> None:
    scene.person()
    one, other = (scene.gate.sign_in("van-thu-1", GOOD)[1] for _ in range(2))

    scene.gate.sign_out(one)

    assert scene.gate.acting_of_session(one) is None
    assert scene.gate.acting_of_session(other) is not None
    assert scene.gate.acting_of_session("khong-co-phien-nay") is None


def test_setting_a_new_password_ends_all_earlier_sessions(scene: IdentityScene) -> None:
    account = scene.person()
    old = scene.gate.sign_in("van-thu-1", GOOD)[1]

    renewed = scene.app.renew_invitation(ADMIN, AccountRequest(account=account))
    _, new = scene.gate.accept_invitation(secret(renewed), OTHER)

    assert scene.gate.acting_of_session(old) is None
    assert scene.gate.acting_of_session(new) is not None
    with pytest.raises(WrongPassword):
        scene.gate.sign_in("van-thu-1", GOOD)


# --- the owner


def test_the_launchers_link_lets_the_owner_in_once_as_administrator(scene: IdentityScene) -> None:
    link = scene.app.one_time_link()
    token = link.rpartition("/")[2]

    view, session = scene.gate.sign_in_once(token)

    assert link.startswith("/vao/")
    assert view.login == OWNER_LOGIN
    found = scene.gate.acting_of_session(session)
    assert found is not None
    assert {grant.role for grant in found[1].grants} == {Role.ADMINISTRATOR}
    with pytest.raises(LinkSpent):
        scene.gate.sign_in_once(token)


def test_two_who_follow_the_launchers_link_at_the_same_moment_get_in_once(scene: IdentityScene) -> None:
    token = scene.app.one_time_link().rpartition("/")[2]
    scene.people.redeem_link = lambda *_a, **_k: False  # type: ignore[method-assign]  # somebody else was first

    with pytest.raises(LinkSpent):
        scene.gate.sign_in_once(token)


def test_the_launchers_link_is_short_lived_and_replaced_by_the_next(scene: IdentityScene) -> None:
    first = scene.app.one_time_link().rpartition("/")[2]
    second = scene.app.one_time_link().rpartition("/")[2]

    with pytest.raises(LinkSpent):
        scene.gate.sign_in_once(first)
    scene.clock.move(dt.timedelta(seconds=scene.app.lifetimes.one_time_link_s))
    with pytest.raises(LinkSpent):
        scene.gate.sign_in_once(second)
    assert scene.facts() == ["account-invited", "role-granted"]


def test_an_invitation_is_no_sign_in_link_and_the_other_way_round(scene: IdentityScene) -> None:
    link = scene.app.one_time_link().rpartition("/")[2]
    invitation = secret(scene.invite())

    with pytest.raises(LinkSpent):
        scene.gate.sign_in_once(invitation)
    with pytest.raises(LinkSpent):
        scene.gate.accept_invitation(link, GOOD)


def test_the_owner_has_no_password_until_one_is_set(scene: IdentityScene) -> None:
    scene.app.one_time_link()

    for guess in ("", "admin", OWNER_LOGIN):
        with pytest.raises(WrongPassword):
            scene.gate.sign_in(OWNER_LOGIN, guess)
    renewed = scene.app.renew_invitation(ADMIN, AccountRequest(account=str(OWNER)))
    scene.gate.accept_invitation(secret(renewed), GOOD)
    assert scene.gate.sign_in(OWNER_LOGIN, GOOD)


# --- tokens


def test_a_token_acts_with_its_own_roles_until_it_ends(scene: IdentityScene) -> None:
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[officer("NL")], days=1))

    acting = scene.gate.acting_of_token(issued.token)

    assert issued.token.startswith("kd_")
    assert acting is not None
    assert acting.actor == issued.id
    assert acting.grants[0].schools == ("TH-A", "TH-B")
    scene.clock.move(dt.timedelta(days=1))
    assert scene.gate.acting_of_token(issued.token) is None
    assert scene.app.tokens(ADMIN).tokens[0].state is TokenState.EXPIRED


def test_a_revoked_token_ends_at_once_and_keeps_its_name_in_the_list(scene: IdentityScene) -> None:
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    scene.app.issue_token(ADMIN, IssueToken(name="Mới hơn", grants=[clerk("TH-A")]))

    scene.app.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert scene.gate.acting_of_token(issued.token) is None
    listed = scene.app.tokens(ADMIN).tokens
    assert [(t.name, t.state) for t in listed] == [("Mới hơn", TokenState.ACTIVE), ("Cổng", TokenState.REVOKED)]
    assert [g.role for g in listed[0].grants] == [Role.CLERK]


def test_a_revoked_token_whose_secret_was_not_dropped_is_worth_nothing(scene: IdentityScene) -> None:
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    scene.people.drop_program = lambda _token: None  # type: ignore[method-assign]  # as if the process died there

    scene.app.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert scene.gate.acting_of_token(issued.token) is None


def test_a_token_whose_issuing_never_reached_the_log_is_worth_nothing(scene: IdentityScene) -> None:
    scene.app.change = lambda *_a, **_k: ((), 0)  # type: ignore[method-assign,assignment]
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))

    assert scene.gate.acting_of_token(issued.token) is None


def test_the_same_issuing_command_again_makes_the_first_secret_void(scene: IdentityScene) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")
    wanted = IssueToken(name="Cổng", grants=[clerk("TH-A")])

    first, second = scene.app.issue_token(again, wanted), scene.app.issue_token(again, wanted)

    assert first.id == second.id
    assert scene.gate.acting_of_token(first.token) is None
    assert scene.gate.acting_of_token(second.token) is not None
    assert scene.facts() == ["token-issued"]


@pytest.mark.parametrize("wanted", [{"days": 0}, {"days": 5000}, {"grants": []}, {"name": " "}])
def test_an_impossible_token_is_refused(scene: IdentityScene, wanted: dict[str, object]) -> None:
    request = msgspec.structs.replace(IssueToken(name="Cổng", grants=[clerk("TH-A")]), **wanted)

    with pytest.raises(BadRequest):
        scene.app.issue_token(ADMIN, request)
    assert scene.app.log.head() == 0


@pytest.mark.parametrize("token", ["", "x", "01980000-0000-7000-8000-000000000000"])
def test_a_token_that_does_not_exist_cannot_be_revoked(scene: IdentityScene, token: str) -> None:
    with pytest.raises(NotFound):
        scene.app.revoke_token(ADMIN, TokenRequest(token=token))


@pytest.mark.parametrize("token", ["", "kd_", "kd_khong-co", "xyz", "owner"])
def test_a_made_up_token_is_nobody(scene: IdentityScene, token: str) -> None:
    assert scene.gate.acting_of_token(token) is None


# --- who am I, rebuilding


def test_rebuilding_the_views_keeps_people_passwords_and_roles(scene: IdentityScene) -> None:
    scene.person()
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    before = scene.app.accounts(ADMIN)

    scene.app.views.rebuild()
    for code in ("TH-A", "TH-B"):
        scene.app.directory.put_school(SchoolEntry(code=code, name=f"Trường {code}", kind="tieu_hoc", commune="NL"))

    assert scene.app.accounts(ADMIN) == before
    assert scene.gate.sign_in("van-thu-1", GOOD)
    assert scene.gate.acting_of_token(issued.token) is not None


def test_an_account_whose_person_is_lost_is_still_listed_by_its_id(scene: IdentityScene) -> None:
    from sqlalchemy import delete

    from services.identity.adapters.people import PEOPLE

    invited = scene.invite()
    with scene.people._database.writing() as conn:
        conn.execute(delete(PEOPLE))

    listed = scene.app.accounts(ADMIN).accounts

    assert [(view.account, view.login) for view in listed] == [(invited.account, "")]
    with pytest.raises(NotFound):
        scene.gate.invitation(secret(invited))


def test_every_stored_fact_has_a_public_face_with_its_position_as_sequence(scene: IdentityScene) -> None:
    account = scene.person()
    scene.app.revoke_role(ADMIN, change(account, clerk("TH-A")))
    scene.app.close_account(ADMIN, AccountRequest(account=account))
    issued = scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A"), officer("NL")]))
    scene.app.revoke_token(ADMIN, TokenRequest(token=issued.id))
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    scene.app.one_time_link()
    withdrawn = scene.invite("quan-tri-2", runs).account
    scene.app.revoke_role(ADMIN, change(withdrawn, runs))
    entry = PersonEntry(name="Lò Thị Mai", office="Tổ trưởng")
    (person,) = scene.app.record_people(ADMIN, RecordPeople(school="TH-A", people=[entry])).persons
    scene.app.erase_person(ADMIN, PersonRequest(person=person))
    (member,) = scene.app.record_commune_people(ADMIN, RecordCommunePeople(commune="NL", people=[entry])).persons

    events = [scene.app.published(logged) for logged in scene.app.log.read(0)]

    assert [event.sequence for event in events] == list(range(1, 17))
    assert {event.type for event in events} == {
        f"vn.kiemdinh.identity.{t.partition('.')[2]}.v1" for t in scene.app.facts.topics
    }
    assert events[1].data == {"account": account, "role": "van_thu", "scope_kind": "truong", "scope": "TH-A"}
    assert events[1].subject == f"account/{account}"
    assert events[5].data["roles"] == ["can_bo_xa", "van_thu"]
    assert events[11].data == {"account": withdrawn, "remaining": str(OWNER)}
    assert events[11].subject == f"account/{withdrawn}"
    assert events[5].subject == f"token/{issued.id}"
    assert events[13].data == {"person": person, "school": "TH-A"}
    assert [event.subject for event in events[13:15]] == [f"person/{person}"] * 2
    assert (events[15].subject, events[15].data) == (f"person/{member}", {"person": member, "commune": "NL"})


def test_lifetimes_can_be_set(scene: IdentityScene) -> None:
    assert Lifetimes(session_idle_s=5).session_absolute_s == 12 * HOUR_S


# --- who still stands


def standing(scene: IdentityScene, actor: str, *, sitting: str = "", school: str = "TH-A") -> bool:
    asked = StandingRequest(actor=actor, operation="evidence.open_upload", concerns=school, sitting=sitting)
    return scene.app.standing(ADMIN, asked).stands


def test_a_session_stands_as_long_as_it_is_used_and_the_role_covers_the_school(scene: IdentityScene) -> None:
    account = scene.person()
    session = scene.gate.sign_in("van-thu-1", GOOD)[1]
    found = scene.gate.acting_of_session(session)
    assert found is not None
    sitting = found[1].sitting
    assert session not in sitting, "the hash, never the secret"

    assert standing(scene, account, sitting=sitting)
    assert not standing(scene, account, sitting=sitting, school="TH-B")
    assert not standing(scene, str(uuid.uuid4()), sitting=sitting)
    for _ in range(5):  # an upload of five hours counts as use
        scene.clock.move(dt.timedelta(hours=1))
        assert standing(scene, account, sitting=sitting)
    assert scene.gate.acting_of_session(session) is not None
    scene.clock.move(dt.timedelta(hours=3))
    assert not standing(scene, account, sitting=sitting)
    scene.gate.sign_out(session)
    assert not standing(scene, account, sitting=sitting)


def test_a_session_does_not_stand_beyond_its_longest_time(scene: IdentityScene) -> None:
    account = scene.person()
    found = scene.gate.acting_of_session(scene.gate.sign_in("van-thu-1", GOOD)[1])
    assert found is not None
    for _ in range(12):
        scene.clock.move(dt.timedelta(hours=1))
        last = standing(scene, account, sitting=found[1].sitting)
    assert not last


def test_nobody_unknown_stands_and_only_the_system_may_ask(scene: IdentityScene) -> None:
    for actor in ("", "system:door", "khach", str(uuid.uuid4())):
        assert not standing(scene, actor)
    assert standing(scene, "system:owner")
    with pytest.raises(NotAllowed):
        scene.app.standing(
            scene.acting("hieu-truong-a", head("TH-A")),
            StandingRequest(actor="x", operation="evidence.open_upload", concerns="TH-A"),
        )


def test_an_expired_token_does_not_stand(scene: IdentityScene) -> None:
    issued = scene.app.issue_token(ADMIN, IssueToken(name="máy quét", grants=[clerk("TH-A")], days=1))
    assert standing(scene, issued.id)
    scene.clock.move(dt.timedelta(days=2))
    assert not standing(scene, issued.id)
