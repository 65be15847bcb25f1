"""The identity application on the stores it runs on, with two processes at once: what one writes the other knows."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.identity.adapters.passwords import Argon2Hasher
from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.bootstrap import identity_application, people_beside
from services.identity.domain.administrators import AdministratorState
from services.identity.errors import LastAdministrator, LoginTaken
from shared.clock import SystemClock
from shared.contracts.calls.identity import (
    AccountRequest,
    CommuneEntry,
    CommunePeopleRequest,
    GrantRequest,
    Invite,
    IssueToken,
    PeopleOnPapersRequest,
    PersonEntry,
    PersonRequest,
    RecordCommunePeople,
    RecordPeople,
    RoleChange,
    SchoolEntry,
    TokenRequest,
)
from shared.identity.call_context import system
from shared.storage.database_url import StoreSettings
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.identity.as_gateway import AsGateway

ADMIN = system("test")
PASSWORD = "con trâu ăn cỏ non"
CLERK = GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Return the addresses of the log and of the views."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    url = str(request.getfixturevalue("postgresql").new_database())
    return url, url


@pytest.fixture
def processes(urls: tuple[str, str]):
    """Two applications on the same databases, as two processes have them."""
    log, views = urls
    applications = [
        IdentityApplication(
            StoreSettings(log),
            SystemClock(),
            installation="test",
            views_url=views,
            people=PeopleTables(people_beside(views)),
            passwords=Argon2Hasher(memory_kib=64, passes=1),
        )
        for _ in range(2)
    ]
    applications[0].directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))
    yield applications
    for app in applications:
        app.close()


def invite(app: IdentityApplication, login: str = "van-thu-1") -> tuple[str, str]:
    invited = app.invite(ADMIN, Invite(login=login, display_name="Người một", grants=[CLERK]))
    return invited.account, invited.invitation_url.rpartition("/")[2]


def test_invited_here_let_in_there_signed_out_here(processes: list[IdentityApplication]) -> None:
    here, there = processes
    _, link = invite(here)

    _, session = AsGateway(there).accept_invitation(link, PASSWORD)

    assert AsGateway(here).acting_of_session(session) is not None
    AsGateway(here).sign_out(session)
    assert AsGateway(there).acting_of_session(session) is None
    assert AsGateway(there).sign_in("van-thu-1", PASSWORD)


def test_a_login_is_taken_in_every_process(processes: list[IdentityApplication]) -> None:
    here, there = processes
    invite(here)

    with pytest.raises(LoginTaken):
        invite(there)


def test_a_token_revoked_here_ends_there_at_once(processes: list[IdentityApplication]) -> None:
    here, there = processes
    issued = here.issue_token(ADMIN, IssueToken(name="Cổng", grants=[CLERK]))
    assert AsGateway(there).acting_of_token(issued.token) is not None

    here.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert AsGateway(there).acting_of_token(issued.token) is None


def test_an_account_closed_here_is_out_there_at_once(processes: list[IdentityApplication]) -> None:
    here, there = processes
    account, link = invite(here)
    _, session = AsGateway(here).accept_invitation(link, PASSWORD)
    assert AsGateway(there).acting_of_session(session) is not None

    here.close_account(ADMIN, AccountRequest(account=account))

    assert AsGateway(there).acting_of_session(session) is None


def test_of_two_administrators_who_let_each_other_go_at_the_same_moment_one_stays(
    processes: list[IdentityApplication],
) -> None:
    here, there = processes
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    accounts = []
    for number in (1, 2):
        asked = Invite(login=f"quan-tri-{number}", display_name="Quản trị", grants=[runs])
        invited = here.invite(ADMIN, asked)
        AsGateway(here).accept_invitation(invited.invitation_url.rpartition("/")[2], PASSWORD)
        accounts.append(invited.account)
    both_looked = threading.Barrier(2)

    def let_go(app: IdentityApplication, account: str) -> bool:
        looking = app._endings._others
        first = [True]

        def others(stream: uuid.UUID) -> list[AdministratorState]:
            administrators = looking(stream)
            if first:
                first.clear()
                both_looked.wait(timeout=10)
            return administrators

        app._endings._others = others  # type: ignore[method-assign]  # both have looked before either stores
        change = RoleChange(account=account, role=runs.role, scope_kind=runs.scope_kind)
        try:
            app.revoke_role(ADMIN, change)
        except LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        gone = list(pool.map(let_go, processes, reversed(accounts)))

    assert sorted(gone) == [False, True]
    assert sum(bool(there.account(account).grants) for account in accounts) == 1


def test_throwing_the_views_away_and_rebuilding_keeps_people_and_sessions(processes: list[IdentityApplication]) -> None:
    here, there = processes
    _, link = invite(here)
    _, session = AsGateway(here).accept_invitation(link, PASSWORD)

    there.views.rebuild()

    found = AsGateway(here).acting_of_session(session)
    assert found is not None
    assert [grant.role for grant in found[1].grants] == [Role.CLERK]
    assert AsGateway(here).sign_in("van-thu-1", PASSWORD)


def test_the_portal_starts_again_where_it_stopped(urls: tuple[str, str]) -> None:
    log, views = urls
    first = identity_application(StoreSettings(log), SystemClock(), installation="test", views_url=views)
    link = first.one_time_link().rpartition("/")[2]
    first.close()

    again = identity_application(StoreSettings(log), SystemClock(), installation="test", views_url=views)
    view, _ = AsGateway(again).sign_in_once(link)
    again.close()

    assert view.login == "quan-tri"


def test_no_secret_is_kept_as_it_is(tmp_path: Path) -> None:
    app = identity_application(
        StoreSettings(f"sqlite:///{tmp_path}/log.sqlite"),
        SystemClock(),
        installation="test",
        views_url=f"sqlite:///{tmp_path}/views.sqlite",
    )
    app.directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))
    gate, owner = AsGateway(app), app.one_time_link().rpartition("/")[2]
    account, link = invite(app)
    _, first = gate.accept_invitation(link, PASSWORD)
    _, second = gate.sign_in("van-thu-1", PASSWORD, address="10.20.30.40")
    unused = app.renew_invitation(ADMIN, AccountRequest(account=account)).invitation_url.rpartition("/")[2]
    token = app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[CLERK])).token
    app.close()

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert account.encode() in stored
    for secret in (owner, link, unused, first, second, token, PASSWORD, "10.20.30.40"):
        assert secret.encode() not in stored


def test_people_put_down_here_are_named_there_and_no_file_but_their_own_holds_a_name(
    processes: list[IdentityApplication], urls: tuple[str, str], tmp_path: Path
) -> None:
    here, there = processes
    account, _ = invite(here)
    people = [
        PersonEntry(name="Lo Thi Mai", office="To truong", phone="0912345678"),
        PersonEntry(name="Ha Van Doan", office="Uy vien", login="van-thu-1"),
    ]

    persons = here.record_people(ADMIN, RecordPeople(school="TH-A", people=people)).persons
    named = there.people_on_papers(ADMIN, PeopleOnPapersRequest(school="TH-A", persons=persons)).people
    there.erase_person(ADMIN, PersonRequest(person=persons[0]))

    assert [(one.person, one.name) for one in named] == [(persons[0], "Lo Thi Mai"), (account, "Ha Van Doan")]
    left = here.people_on_papers(ADMIN, PeopleOnPapersRequest(school="TH-A")).people
    assert [one.name for one in left] == ["Ha Van Doan"]
    logged = b"".join(here.facts.encode(entry.entry) for entry in here.log.read(0))
    files = [file for file in tmp_path.iterdir() if not file.name.startswith("people.sqlite")]
    stored = b"".join(file.read_bytes() for file in files) if "sqlite" in urls[0] else logged
    for text in (logged, stored):
        assert persons[0].encode() in text
        for private in (b"Lo Thi", b"To truong", b"0912345678", b"Ha Van", b"Uy vien", b"van-thu-1"):
            assert private not in text


def test_people_of_a_commune_put_down_here_are_named_there_apart_from_those_of_schools(
    processes: list[IdentityApplication],
) -> None:
    here, there = processes
    here.directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))
    there.directory.put_commune(CommuneEntry(code="NL", name="Xã Nậm Lam"))
    hoa = PersonEntry(name="Đèo Thị Hoa", office="Trưởng ban")

    (person,) = here.record_commune_people(ADMIN, RecordCommunePeople(commune="NL", people=[hoa])).persons
    repeated = there.record_commune_people(ADMIN, RecordCommunePeople(commune="NL", people=[hoa])).persons

    named = there.commune_people(ADMIN, CommunePeopleRequest(commune="NL")).people
    assert repeated == [person]
    assert [(one.person, one.name, one.office) for one in named] == [(person, "Đèo Thị Hoa", "Trưởng ban")]
    assert there.people_on_papers(ADMIN, PeopleOnPapersRequest(school="NL")).people == []
    there.erase_person(ADMIN, PersonRequest(person=person))
    assert here.commune_people(ADMIN, CommunePeopleRequest(commune="NL", persons=[person])).people == []


def test_a_token_of_a_person_issued_here_acts_there_and_ends_with_the_account(
    processes: list[IdentityApplication],
) -> None:
    here, there = processes
    account, _ = invite(here)
    token = here.issue_token(ADMIN, IssueToken(name="Máy", login="van-thu-1")).token

    acting = AsGateway(there).acting_of_token(token)

    assert acting is not None
    assert (acting.actor, [grant.role for grant in acting.grants]) == (account, [Role.CLERK])
    here.close_account(ADMIN, AccountRequest(account=account))
    assert AsGateway(there).acting_of_token(token) is None
