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
    RoleChange,
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


class Portal:
    """A portal in memory with a commune and two schools, and short ways to do things."""

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
def portal() -> Portal:
    return Portal()


def clerk(school: str) -> GrantRequest:
    return GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope=school)


def head(school: str) -> GrantRequest:
    return GrantRequest(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school)


def officer(commune: str) -> GrantRequest:
    return GrantRequest(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=commune)


def change(account: str, grant: GrantRequest) -> RoleChange:
    return RoleChange(account=account, role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope)


def secret(invited: Invited) -> str:
    return invited.invitation_url.rpartition("/")[2]


# --- inviting


def test_an_invited_person_sets_a_password_and_is_in(portal: Portal) -> None:
    invited = portal.invite()
    told = portal.gate.invitation(secret(invited))

    view, session = portal.gate.accept_invitation(secret(invited), GOOD)

    assert (told.login, told.display_name) == ("van-thu-1", "Người van-thu-1")
    assert view.state is AccountState.OPEN
    assert [(g.role, g.scope, g.scope_name) for g in view.grants] == [(Role.CLERK, "TH-A", "Trường TH-A")]
    entered = portal.gate.acting_of_session(session)
    assert entered is not None
    assert entered[1].actor == invited.account
    assert portal.facts() == ["account-invited", "role-granted", "account-opened"]


def test_no_name_login_or_secret_is_in_the_log_or_the_public_events(portal: Portal) -> None:
    invited = portal.invite()
    portal.gate.accept_invitation(secret(invited), GOOD)
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng dữ liệu", grants=[clerk("TH-A")]))
    logged = portal.app.log.read(0)

    stored = b"".join(portal.app.facts.encode(entry.entry) for entry in logged).decode()
    told = b"".join(msgspec.json.encode(portal.app.published(entry)) for entry in logged).decode()

    for private in ("van-thu-1", "Người", GOOD, secret(invited), issued.token, "Cổng dữ liệu"):
        assert private not in stored
        assert private not in told


def test_an_invitation_lets_in_once(portal: Portal) -> None:
    invited = portal.invite()
    portal.gate.accept_invitation(secret(invited), GOOD)

    for use in (
        lambda: portal.gate.accept_invitation(secret(invited), OTHER),
        lambda: portal.gate.invitation(secret(invited)),
    ):
        with pytest.raises(LinkSpent):
            use()
    assert portal.gate.sign_in("van-thu-1", GOOD)


def test_an_invitation_ends_after_its_time(portal: Portal) -> None:
    invited = portal.invite()
    portal.clock.move(dt.timedelta(seconds=portal.app.lifetimes.invitation_s))

    with pytest.raises(LinkSpent):
        portal.gate.accept_invitation(secret(invited), GOOD)


def test_a_weak_password_leaves_the_invitation_usable(portal: Portal) -> None:
    invited = portal.invite()

    with pytest.raises(WeakPassword):
        portal.gate.accept_invitation(secret(invited), "123456789012")

    assert portal.gate.accept_invitation(secret(invited), GOOD)[0].account == invited.account


def test_two_who_use_one_invitation_at_the_same_moment_get_in_once(portal: Portal) -> None:
    invited = portal.invite()
    hash_password = portal.hasher.hash

    def somebody_else_is_first(password: str) -> str:
        portal.hasher.hash = hash_password  # type: ignore[method-assign]
        portal.gate.accept_invitation(secret(invited), OTHER)
        return hash_password(password)

    portal.hasher.hash = somebody_else_is_first  # type: ignore[method-assign]

    with pytest.raises(LinkSpent):
        portal.gate.accept_invitation(secret(invited), GOOD)
    assert portal.gate.sign_in("van-thu-1", OTHER)


def test_a_login_that_is_taken_is_refused_and_nothing_is_recorded(portal: Portal) -> None:
    portal.invite()
    before = portal.app.log.head()

    with pytest.raises(LoginTaken):
        portal.invite("VAN-THU-1")
    assert portal.app.log.head() == before


def test_a_login_whose_invitation_never_reached_the_log_is_taken_over(portal: Portal) -> None:
    lost = str(new_id())
    portal.people.reserve(Person(account=lost, login="van-thu-1", display_name="Cũ"))

    invited = portal.invite()

    assert invited.account == lost
    assert portal.app.account(lost).display_name == "Người van-thu-1"


def test_a_command_that_invited_somebody_else_is_refused(portal: Portal) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")
    portal.invite(acting=again)

    with pytest.raises(Conflict):
        portal.invite("van-thu-2", acting=again)


@pytest.mark.parametrize("login", ["", "ab", "Có dấu", "a b c", "-abc", "a" * 65, "a/b/c"])
def test_a_login_of_another_form_is_refused(portal: Portal, login: str) -> None:
    with pytest.raises(BadLogin):
        portal.invite(login)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_empty_or_too_long_is_refused(portal: Portal, name: str) -> None:
    with pytest.raises(BadRequest):
        portal.app.invite(ADMIN, Invite(login="van-thu-1", display_name=name, grants=[clerk("TH-A")]))


def test_an_invitation_needs_a_role_in_a_school_that_exists(portal: Portal) -> None:
    with pytest.raises(BadRequest):
        portal.app.invite(ADMIN, Invite(login="van-thu-1", display_name="A", grants=[]))
    for missing in (clerk("TH-X"), officer("XX"), GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.INSTALLATION)):
        with pytest.raises(WrongScope):
            portal.invite("van-thu-1", missing)


def test_the_same_command_again_gives_the_same_account_and_a_new_link(portal: Portal) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")

    first = portal.invite(acting=again)
    second = portal.invite(acting=again)

    assert first.account == second.account
    assert portal.facts() == ["account-invited", "role-granted"]
    with pytest.raises(LinkSpent):
        portal.gate.invitation(secret(first))
    assert portal.gate.invitation(secret(second)).login == "van-thu-1"


# --- what a head may


def test_a_head_invites_and_sees_people_of_the_own_school_only(portal: Portal) -> None:
    acting = portal.acting("hieu-truong-a", head("TH-A"))
    portal.person("hieu-truong-b", head("TH-B"))
    portal.person("can-bo", officer("NL"))

    invited = portal.invite(
        "hoi-dong-1", GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope="TH-A"), acting=acting
    )

    seen = portal.app.accounts(acting).accounts
    assert {view.login for view in seen} == {"hieu-truong-a", "hoi-dong-1"}
    assert invited.account in {view.account for view in seen}
    for foreign in (clerk("TH-B"), officer("NL")):
        with pytest.raises(NotAllowed):
            portal.invite("them-mot", foreign, acting=acting)


def test_a_head_cannot_take_over_an_account_with_higher_roles_elsewhere(portal: Portal) -> None:
    acting = portal.acting("hieu-truong-a", head("TH-A"))
    own = portal.person("van-thu-a", clerk("TH-A"))
    also_office = portal.person("van-thu-xa", clerk("TH-A"), officer("NL"))
    also_head = portal.person("van-thu-b", clerk("TH-A"), head("TH-B"))
    came_later = portal.person("van-thu-c", clerk("TH-B"), clerk("TH-A"))
    roleless = portal.person("het-vai", clerk("TH-A"))
    portal.app.revoke_role(ADMIN, change(roleless, clerk("TH-A")))

    assert portal.app.renew_invitation(acting, AccountRequest(account=own)).account == own
    for other in (also_office, also_head, came_later, roleless):
        with pytest.raises(NotAllowed):
            portal.app.renew_invitation(acting, AccountRequest(account=other))


def test_a_head_reaches_nobody_by_giving_a_role(portal: Portal) -> None:
    """M8: a role at the own school, given to any account id, showed its name and locked its own head out."""
    own_head, other_head = portal.acting("ht-a", head("TH-A")), portal.acting("ht-b", head("TH-B"))
    person, office = portal.person("van-thu-b", clerk("TH-B")), portal.person("can-bo", officer("NL"))
    before = portal.app.log.head()

    for foreign in (person, office, portal.app.account(other_head.actor).account, str(uuid.uuid4())):
        told = []
        for attempt in (
            lambda f=foreign: portal.app.grant_role(own_head, change(f, clerk("TH-A"))),
            lambda f=foreign: portal.app.renew_invitation(own_head, AccountRequest(account=f)),
        ):
            with pytest.raises(NotFound) as refused:
                attempt()
            told.append(str(refused.value))
        assert len(set(told)) == 1, "that it exists is not told"

    assert portal.app.log.head() == before
    assert {view.login for view in portal.app.accounts(own_head).accounts} == {"ht-a"}
    assert portal.app.renew_invitation(other_head, AccountRequest(account=person)).account == person


def test_a_role_given_elsewhere_does_not_take_a_person_from_the_home_school(portal: Portal) -> None:
    home_head, other_head = portal.acting("ht-a", head("TH-A")), portal.acting("ht-b", head("TH-B"))
    person = portal.person("van-thu-a", clerk("TH-A"))
    portal.app.grant_role(ADMIN, change(person, clerk("TH-B")))

    assert portal.app.renew_invitation(home_head, AccountRequest(account=person)).account == person
    with pytest.raises(NotAllowed):
        portal.app.renew_invitation(other_head, AccountRequest(account=person))
    for acting, school in ((home_head, "TH-A"), (other_head, "TH-B")):
        (seen,) = [view for view in portal.app.accounts(acting).accounts if view.account == person]
        assert [grant.scope for grant in seen.grants] == [school], "roles elsewhere are not shown"


def test_a_person_without_a_role_left_is_still_the_home_schools(portal: Portal) -> None:
    home_head, other_head = portal.acting("ht-a", head("TH-A")), portal.acting("ht-b", head("TH-B"))
    person = portal.person("van-thu-a", clerk("TH-A"))
    portal.app.revoke_role(home_head, change(person, clerk("TH-A")))

    with pytest.raises(NotFound):
        portal.app.grant_role(other_head, change(person, clerk("TH-B")))
    assert person in {view.account for view in portal.app.accounts(home_head).accounts}
    portal.app.grant_role(home_head, change(person, clerk("TH-A")))
    portal.app.close_account(ADMIN, AccountRequest(account=person))
    assert person not in {view.account for view in portal.app.accounts(home_head).accounts}


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
def test_who_is_neither_head_nor_administrator_sees_and_changes_no_account(portal: Portal, grant: GrantRequest) -> None:
    acting, person = portal.acting("ai-do", grant), portal.person("van-thu-1", clerk("TH-A"))

    for attempt in (
        lambda: portal.app.accounts(acting),
        lambda: portal.app.grant_role(acting, change(person, clerk("TH-A"))),
        lambda: portal.app.revoke_role(acting, change(person, clerk("TH-A"))),
        lambda: portal.app.renew_invitation(acting, AccountRequest(account=person)),
        lambda: portal.invite("them-mot", clerk("TH-A"), acting=acting),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_clerk_manages_nobody(portal: Portal) -> None:
    acting = portal.acting("van-thu-1", clerk("TH-A"))
    other = portal.person("van-thu-2")

    for attempt in (
        lambda: portal.invite("van-thu-3", acting=acting),
        lambda: portal.app.accounts(acting),
        lambda: portal.app.grant_role(acting, change(other, head("TH-A"))),
        lambda: portal.app.revoke_role(acting, change(other, clerk("TH-A"))),
        lambda: portal.app.close_account(acting, AccountRequest(account=other)),
        lambda: portal.app.renew_invitation(acting, AccountRequest(account=other)),
        lambda: portal.app.issue_token(acting, IssueToken(name="x", grants=[clerk("TH-A")])),
        lambda: portal.app.tokens(acting),
        lambda: portal.app.revoke_token(acting, TokenRequest(token=other)),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- roles and closing


def test_a_granted_role_works_at_once_and_a_revoked_one_no_longer(portal: Portal) -> None:
    account = portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]

    def held() -> set[Role]:
        found = portal.gate.acting_of_session(session)
        assert found is not None
        return {grant.role for grant in found[1].grants}

    portal.app.grant_role(ADMIN, change(account, head("TH-A")))
    assert held() == {Role.CLERK, Role.HEAD}
    portal.app.revoke_role(ADMIN, change(account, clerk("TH-A")))
    assert held() == {Role.HEAD}


def test_a_commune_grant_reaches_the_schools_of_the_commune_as_they_are_now(portal: Portal) -> None:
    acting = portal.acting("can-bo", officer("NL"))
    assert acting.grants[0].schools == ("TH-A", "TH-B")

    portal.app.directory.put_school(SchoolEntry(code="TH-C", name="Trường TH-C", kind="tieu_hoc", commune="NL"))
    found = portal.gate.acting_of_session(portal.gate.sign_in("can-bo", GOOD)[1])

    assert found is not None
    assert found[1].grants[0].schools == ("TH-A", "TH-B", "TH-C")


def test_a_closed_account_is_out_at_once_and_for_good(portal: Portal) -> None:
    account = portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]
    pending = portal.app.renew_invitation(ADMIN, AccountRequest(account=account))

    portal.app.close_account(ADMIN, AccountRequest(account=account))

    assert portal.gate.acting_of_session(session) is None
    with pytest.raises(WrongPassword):
        portal.gate.sign_in("van-thu-1", GOOD)
    with pytest.raises(LinkSpent):
        portal.gate.accept_invitation(secret(pending), OTHER)
    with pytest.raises(AccountEnded):
        portal.app.renew_invitation(ADMIN, AccountRequest(account=account))
    with pytest.raises(AccountEnded):
        portal.app.grant_role(ADMIN, change(account, clerk("TH-A")))
    assert portal.app.account(account).state is AccountState.CLOSED


def test_a_session_that_survived_the_closing_of_its_account_is_worth_nothing(portal: Portal) -> None:
    account = portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]
    portal.people.drop_sessions = lambda _account: None  # type: ignore[method-assign]  # as if the process died there

    portal.app.close_account(ADMIN, AccountRequest(account=account))

    assert portal.gate.acting_of_session(session) is None


def test_nobody_closes_the_own_account_or_the_owners(portal: Portal) -> None:
    portal.app.one_time_link()
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    acting, _ = portal.acting("quan-tri-2", runs), portal.acting("quan-tri-3", runs)

    for account in (acting.actor, str(OWNER)):
        with pytest.raises(NotAllowed):
            portal.app.close_account(acting, AccountRequest(account=account))


@pytest.mark.parametrize("account", ["", "not-an-id", "01980000-0000-7000-8000-000000000000"])
def test_an_account_that_does_not_exist_is_not_found(portal: Portal, account: str) -> None:
    for attempt in (
        lambda: portal.app.account(account),
        lambda: portal.app.grant_role(ADMIN, change(account, clerk("TH-A"))),
        lambda: portal.app.revoke_role(ADMIN, change(account, clerk("TH-A"))),
        lambda: portal.app.close_account(ADMIN, AccountRequest(account=account)),
        lambda: portal.app.renew_invitation(ADMIN, AccountRequest(account=account)),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert portal.app.log.head() == 0


# --- signing in


def test_a_wrong_password_and_an_unknown_login_are_told_apart_by_nothing(portal: Portal) -> None:
    portal.person()
    told = []
    for login in ("van-thu-1", "khong-co-ai"):
        portal.hasher.asked = 0
        with pytest.raises(WrongPassword) as refused:
            portal.gate.sign_in(login, "sai mật khẩu rồi")
        told.append((refused.value.to_document(), portal.hasher.asked))

    assert told[0] == told[1]
    assert told[0][1] == 1


def test_an_invited_person_without_a_password_cannot_sign_in(portal: Portal) -> None:
    portal.invite()

    with pytest.raises(WrongPassword):
        portal.gate.sign_in("van-thu-1", "")


def test_login_is_taken_in_any_case_and_with_spaces_around(portal: Portal) -> None:
    account = portal.person()

    assert portal.gate.sign_in("  Van-Thu-1 ", GOOD)[0].account == account


def test_a_guesser_is_slowed_down_and_the_owner_of_the_login_gets_in_after_the_pause(portal: Portal) -> None:
    portal.person()
    for _ in range(6):
        with pytest.raises(WrongPassword):
            portal.gate.sign_in("van-thu-1", "sai mật khẩu rồi", address="10.0.0.1")

    with pytest.raises(TooManyAttempts) as paused:
        portal.gate.sign_in("van-thu-1", GOOD, address="10.0.0.2")
    assert paused.value.data["retry_after_s"] == 1
    portal.clock.move(dt.timedelta(seconds=1))
    assert portal.gate.sign_in("van-thu-1", GOOD, address="10.0.0.2")


def test_a_refused_try_does_not_lengthen_the_pause(portal: Portal) -> None:
    portal.person()
    for _ in range(6):
        with pytest.raises(WrongPassword):
            portal.gate.sign_in("van-thu-1", "sai", address="10.0.0.1")

    for _ in range(50):
        with pytest.raises(TooManyAttempts):
            portal.gate.sign_in("van-thu-1", "sai", address="10.0.0.1")
    portal.clock.move(dt.timedelta(seconds=1))
    assert portal.gate.sign_in("van-thu-1", GOOD, address="10.0.0.1")


def test_an_address_that_tries_many_logins_is_slowed_down(portal: Portal) -> None:
    for n in range(31):
        with pytest.raises(WrongPassword):
            portal.gate.sign_in(f"ai-do-{n}", "sai", address="10.0.0.1")

    with pytest.raises(TooManyAttempts):
        portal.gate.sign_in("ai-do-99", "sai", address="10.0.0.1")
    with pytest.raises(WrongPassword):
        portal.gate.sign_in("ai-do-99", "sai", address="10.0.0.9")


def test_a_whole_school_behind_one_address_signs_in_without_a_pause(portal: Portal) -> None:
    portal.person()

    for _ in range(100):
        portal.gate.sign_in("van-thu-1", GOOD, address="10.0.0.1")


def test_a_hash_of_former_days_is_renewed_at_sign_in(portal: Portal) -> None:
    portal.person()
    portal.hasher.prefix = "v2:"

    portal.gate.sign_in("van-thu-1", GOOD)

    person = portal.people.by_login("van-thu-1")
    assert person is not None
    assert person.password_hash == f"v2:{GOOD}"


def test_a_password_that_was_set_when_the_log_did_not_answer_opens_the_account_at_sign_in(portal: Portal) -> None:
    invited = portal.invite()
    portal.people.redeem_link(
        hash_secret(secret(invited)), password_hash=portal.hasher.hash(GOOD), password_of=invited.account
    )

    view, _ = portal.gate.sign_in("van-thu-1", GOOD)

    assert view.state is AccountState.OPEN
    assert portal.facts()[-1] == "account-opened"


# --- sessions


def test_an_idle_session_ends_and_one_in_use_goes_on_until_its_last_hour(portal: Portal) -> None:
    portal.person()
    idle, used = (portal.gate.sign_in("van-thu-1", GOOD)[1] for _ in range(2))

    for _ in range(11):
        portal.clock.move(dt.timedelta(hours=1))
        assert portal.gate.acting_of_session(used) is not None
    assert portal.gate.acting_of_session(idle) is None
    portal.clock.move(dt.timedelta(hours=1))
    assert portal.gate.acting_of_session(used) is None


def test_reading_within_a_minute_writes_nothing(portal: Portal) -> None:
    portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]
    touched: list[int] = []
    portal.people.touch_session = lambda _secret, at: touched.append(at)  # type: ignore[method-assign]

    portal.clock.move(dt.timedelta(seconds=59))
    portal.gate.acting_of_session(session)
    assert touched == []
    portal.clock.move(dt.timedelta(seconds=1))
    portal.gate.acting_of_session(session)
    assert len(touched) == 1


def test_on_a_full_disk_a_session_still_reads_and_an_ended_one_still_does_not(portal: Portal) -> None:
    def full(*_: object) -> None:
        raise StoreFull("full")

    portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]
    portal.people.touch_session = full  # type: ignore[method-assign,assignment]
    portal.people.drop_session = full  # type: ignore[method-assign,assignment]
    portal.clock.move(dt.timedelta(minutes=5))
    assert portal.gate.acting_of_session(session) is not None
    portal.clock.move(dt.timedelta(days=30))
    assert portal.gate.acting_of_session(session) is None


def test_signing_out_ends_the_session_and_no_other(portal: Portal) -> None:
    portal.person()
    one, other = (portal.gate.sign_in("van-thu-1", GOOD)[1] for _ in range(2))

    portal.gate.sign_out(one)

    assert portal.gate.acting_of_session(one) is None
    assert portal.gate.acting_of_session(other) is not None
    assert portal.gate.acting_of_session("khong-co-phien-nay") is None


def test_setting_a_new_password_ends_all_earlier_sessions(portal: Portal) -> None:
    account = portal.person()
    old = portal.gate.sign_in("van-thu-1", GOOD)[1]

    renewed = portal.app.renew_invitation(ADMIN, AccountRequest(account=account))
    _, new = portal.gate.accept_invitation(secret(renewed), OTHER)

    assert portal.gate.acting_of_session(old) is None
    assert portal.gate.acting_of_session(new) is not None
    with pytest.raises(WrongPassword):
        portal.gate.sign_in("van-thu-1", GOOD)


# --- the owner


def test_the_launchers_link_lets_the_owner_in_once_as_administrator(portal: Portal) -> None:
    link = portal.app.one_time_link()
    token = link.rpartition("/")[2]

    view, session = portal.gate.sign_in_once(token)

    assert link.startswith("/vao/")
    assert view.login == OWNER_LOGIN
    found = portal.gate.acting_of_session(session)
    assert found is not None
    assert {grant.role for grant in found[1].grants} == {Role.ADMINISTRATOR}
    with pytest.raises(LinkSpent):
        portal.gate.sign_in_once(token)


def test_two_who_follow_the_launchers_link_at_the_same_moment_get_in_once(portal: Portal) -> None:
    token = portal.app.one_time_link().rpartition("/")[2]
    portal.people.redeem_link = lambda *_a, **_k: False  # type: ignore[method-assign]  # somebody else was first

    with pytest.raises(LinkSpent):
        portal.gate.sign_in_once(token)


def test_the_launchers_link_is_short_lived_and_replaced_by_the_next(portal: Portal) -> None:
    first = portal.app.one_time_link().rpartition("/")[2]
    second = portal.app.one_time_link().rpartition("/")[2]

    with pytest.raises(LinkSpent):
        portal.gate.sign_in_once(first)
    portal.clock.move(dt.timedelta(seconds=portal.app.lifetimes.one_time_link_s))
    with pytest.raises(LinkSpent):
        portal.gate.sign_in_once(second)
    assert portal.facts() == ["account-invited", "role-granted"]


def test_an_invitation_is_no_sign_in_link_and_the_other_way_round(portal: Portal) -> None:
    link = portal.app.one_time_link().rpartition("/")[2]
    invitation = secret(portal.invite())

    with pytest.raises(LinkSpent):
        portal.gate.sign_in_once(invitation)
    with pytest.raises(LinkSpent):
        portal.gate.accept_invitation(link, GOOD)


def test_the_owner_has_no_password_until_one_is_set(portal: Portal) -> None:
    portal.app.one_time_link()

    for guess in ("", "admin", OWNER_LOGIN):
        with pytest.raises(WrongPassword):
            portal.gate.sign_in(OWNER_LOGIN, guess)
    renewed = portal.app.renew_invitation(ADMIN, AccountRequest(account=str(OWNER)))
    portal.gate.accept_invitation(secret(renewed), GOOD)
    assert portal.gate.sign_in(OWNER_LOGIN, GOOD)


# --- tokens


def test_a_token_acts_with_its_own_roles_until_it_ends(portal: Portal) -> None:
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[officer("NL")], days=1))

    acting = portal.gate.acting_of_token(issued.token)

    assert issued.token.startswith("kd_")
    assert acting is not None
    assert acting.actor == issued.id
    assert acting.grants[0].schools == ("TH-A", "TH-B")
    portal.clock.move(dt.timedelta(days=1))
    assert portal.gate.acting_of_token(issued.token) is None
    assert portal.app.tokens(ADMIN).tokens[0].state is TokenState.EXPIRED


def test_a_revoked_token_ends_at_once_and_keeps_its_name_in_the_list(portal: Portal) -> None:
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    portal.app.issue_token(ADMIN, IssueToken(name="Mới hơn", grants=[clerk("TH-A")]))

    portal.app.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert portal.gate.acting_of_token(issued.token) is None
    listed = portal.app.tokens(ADMIN).tokens
    assert [(t.name, t.state) for t in listed] == [("Mới hơn", TokenState.ACTIVE), ("Cổng", TokenState.REVOKED)]
    assert [g.role for g in listed[0].grants] == [Role.CLERK]


def test_a_revoked_token_whose_secret_was_not_dropped_is_worth_nothing(portal: Portal) -> None:
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    portal.people.drop_program = lambda _token: None  # type: ignore[method-assign]  # as if the process died there

    portal.app.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert portal.gate.acting_of_token(issued.token) is None


def test_a_token_whose_issuing_never_reached_the_log_is_worth_nothing(portal: Portal) -> None:
    portal.app.change = lambda *_a, **_k: ((), 0)  # type: ignore[method-assign,assignment]
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))

    assert portal.gate.acting_of_token(issued.token) is None


def test_the_same_issuing_command_again_makes_the_first_secret_void(portal: Portal) -> None:
    again = msgspec.structs.replace(ADMIN, command="k-1")
    wanted = IssueToken(name="Cổng", grants=[clerk("TH-A")])

    first, second = portal.app.issue_token(again, wanted), portal.app.issue_token(again, wanted)

    assert first.id == second.id
    assert portal.gate.acting_of_token(first.token) is None
    assert portal.gate.acting_of_token(second.token) is not None
    assert portal.facts() == ["token-issued"]


@pytest.mark.parametrize("wanted", [{"days": 0}, {"days": 5000}, {"grants": []}, {"name": " "}])
def test_an_impossible_token_is_refused(portal: Portal, wanted: dict[str, object]) -> None:
    request = msgspec.structs.replace(IssueToken(name="Cổng", grants=[clerk("TH-A")]), **wanted)

    with pytest.raises(BadRequest):
        portal.app.issue_token(ADMIN, request)
    assert portal.app.log.head() == 0


@pytest.mark.parametrize("token", ["", "x", "01980000-0000-7000-8000-000000000000"])
def test_a_token_that_does_not_exist_cannot_be_revoked(portal: Portal, token: str) -> None:
    with pytest.raises(NotFound):
        portal.app.revoke_token(ADMIN, TokenRequest(token=token))


@pytest.mark.parametrize("token", ["", "kd_", "kd_khong-co", "xyz", "owner"])
def test_a_made_up_token_is_nobody(portal: Portal, token: str) -> None:
    assert portal.gate.acting_of_token(token) is None


# --- who am I, rebuilding


def test_rebuilding_the_views_keeps_people_passwords_and_roles(portal: Portal) -> None:
    portal.person()
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A")]))
    before = portal.app.accounts(ADMIN)

    portal.app.views.rebuild()
    for code in ("TH-A", "TH-B"):
        portal.app.directory.put_school(SchoolEntry(code=code, name=f"Trường {code}", kind="tieu_hoc", commune="NL"))

    assert portal.app.accounts(ADMIN) == before
    assert portal.gate.sign_in("van-thu-1", GOOD)
    assert portal.gate.acting_of_token(issued.token) is not None


def test_an_account_whose_person_is_lost_is_still_listed_by_its_id(portal: Portal) -> None:
    from sqlalchemy import delete

    from services.identity.adapters.people import PEOPLE

    invited = portal.invite()
    with portal.people._database.writing() as conn:
        conn.execute(delete(PEOPLE))

    listed = portal.app.accounts(ADMIN).accounts

    assert [(view.account, view.login) for view in listed] == [(invited.account, "")]
    with pytest.raises(NotFound):
        portal.gate.invitation(secret(invited))


def test_every_stored_fact_has_a_public_face_with_its_position_as_sequence(portal: Portal) -> None:
    account = portal.person()
    portal.app.revoke_role(ADMIN, change(account, clerk("TH-A")))
    portal.app.close_account(ADMIN, AccountRequest(account=account))
    issued = portal.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[clerk("TH-A"), officer("NL")]))
    portal.app.revoke_token(ADMIN, TokenRequest(token=issued.id))
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    portal.app.one_time_link()
    withdrawn = portal.invite("quan-tri-2", runs).account
    portal.app.revoke_role(ADMIN, change(withdrawn, runs))

    events = [portal.app.published(logged) for logged in portal.app.log.read(0)]

    assert [event.sequence for event in events] == list(range(1, 14))
    assert {event.type for event in events} == {
        f"vn.kiemdinh.identity.{t.partition('.')[2]}.v1" for t in portal.app.facts.topics
    }
    assert events[1].data == {"account": account, "role": "van_thu", "scope_kind": "truong", "scope": "TH-A"}
    assert events[1].subject == f"account/{account}"
    assert events[5].data["roles"] == ["can_bo_xa", "van_thu"]
    assert events[11].data == {"account": withdrawn, "remaining": str(OWNER)}
    assert events[11].subject == f"account/{withdrawn}"
    assert events[5].subject == f"token/{issued.id}"


def test_lifetimes_can_be_set(portal: Portal) -> None:
    assert Lifetimes(session_idle_s=5).session_absolute_s == 12 * HOUR_S


# --- who still stands


def standing(portal: Portal, actor: str, *, sitting: str = "", school: str = "TH-A") -> bool:
    asked = StandingRequest(actor=actor, operation="evidence.open_upload", concerns=school, sitting=sitting)
    return portal.app.standing(ADMIN, asked).stands


def test_a_session_stands_as_long_as_it_is_used_and_the_role_covers_the_school(portal: Portal) -> None:
    account = portal.person()
    session = portal.gate.sign_in("van-thu-1", GOOD)[1]
    found = portal.gate.acting_of_session(session)
    assert found is not None
    sitting = found[1].sitting
    assert session not in sitting, "the hash, never the secret"

    assert standing(portal, account, sitting=sitting)
    assert not standing(portal, account, sitting=sitting, school="TH-B")
    assert not standing(portal, str(uuid.uuid4()), sitting=sitting)
    for _ in range(5):  # an upload of five hours counts as use
        portal.clock.move(dt.timedelta(hours=1))
        assert standing(portal, account, sitting=sitting)
    assert portal.gate.acting_of_session(session) is not None
    portal.clock.move(dt.timedelta(hours=3))
    assert not standing(portal, account, sitting=sitting)
    portal.gate.sign_out(session)
    assert not standing(portal, account, sitting=sitting)


def test_a_session_does_not_stand_beyond_its_longest_time(portal: Portal) -> None:
    account = portal.person()
    found = portal.gate.acting_of_session(portal.gate.sign_in("van-thu-1", GOOD)[1])
    assert found is not None
    for _ in range(12):
        portal.clock.move(dt.timedelta(hours=1))
        last = standing(portal, account, sitting=found[1].sitting)
    assert not last


def test_nobody_unknown_stands_and_only_the_system_may_ask(portal: Portal) -> None:
    for actor in ("", "system:door", "khach", str(uuid.uuid4())):
        assert not standing(portal, actor)
    assert standing(portal, "system:owner")
    with pytest.raises(NotAllowed):
        portal.app.standing(
            portal.acting("hieu-truong-a", head("TH-A")),
            StandingRequest(actor="x", operation="evidence.open_upload", concerns="TH-A"),
        )


def test_an_expired_token_does_not_stand(portal: Portal) -> None:
    issued = portal.app.issue_token(ADMIN, IssueToken(name="máy quét", grants=[clerk("TH-A")], days=1))
    assert standing(portal, issued.id)
    portal.clock.move(dt.timedelta(days=2))
    assert not standing(portal, issued.id)
