"""The portal's application on the stores it runs on, with two processes at once: what one writes the other knows."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.portal.adapters.passwords import Argon2Hasher
from services.portal.adapters.people import PeopleTables
from services.portal.application import PortalApplication
from services.portal.assembly import people_beside, portal_application
from services.portal.directory import SchoolEntry
from services.portal.domain.administrators import Standing
from services.portal.errors import LastAdministrator, LoginTaken
from services.portal.requests import AccountRequest, GrantRequest, Invite, IssueToken, RoleChange, TokenRequest
from shared.clock import SystemClock
from shared.eventlog.store import StoreSettings
from shared.identity.call_context import system
from shared.vocabulary.roles import Role, ScopeKind

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
    found = [
        PortalApplication(
            StoreSettings(log),
            SystemClock(),
            installation="test",
            views_url=views,
            people=PeopleTables(people_beside(views)),
            passwords=Argon2Hasher(memory_kib=64, passes=1),
        )
        for _ in range(2)
    ]
    found[0].directory.put_school(SchoolEntry(code="TH-A", name="Trường A", kind="tieu_hoc", commune="NL"))
    yield found
    for app in found:
        app.close()


def invite(app: PortalApplication, login: str = "van-thu-1") -> tuple[str, str]:
    invited = app.invite(ADMIN, Invite(login=login, display_name="Người một", grants=[CLERK]))
    return invited.account, invited.invitation_url.rpartition("/")[2]


def test_invited_here_let_in_there_signed_out_here(processes: list[PortalApplication]) -> None:
    here, there = processes
    _, link = invite(here)

    _, session = there.accept_invitation(link, PASSWORD)

    assert here.acting_of_session(session) is not None
    here.sign_out(session)
    assert there.acting_of_session(session) is None
    assert there.sign_in("van-thu-1", PASSWORD)


def test_a_login_is_taken_in_every_process(processes: list[PortalApplication]) -> None:
    here, there = processes
    invite(here)

    with pytest.raises(LoginTaken):
        invite(there)


def test_a_token_revoked_here_ends_there_at_once(processes: list[PortalApplication]) -> None:
    here, there = processes
    issued = here.issue_token(ADMIN, IssueToken(name="Cổng", grants=[CLERK]))
    assert there.acting_of_token(issued.token, "") is not None

    here.revoke_token(ADMIN, TokenRequest(token=issued.id))

    assert there.acting_of_token(issued.token, "") is None


def test_an_account_closed_here_is_out_there_at_once(processes: list[PortalApplication]) -> None:
    here, there = processes
    account, link = invite(here)
    _, session = here.accept_invitation(link, PASSWORD)
    assert there.acting_of_session(session) is not None

    here.close_account(ADMIN, AccountRequest(account=account))

    assert there.acting_of_session(session) is None


def test_of_two_administrators_who_let_each_other_go_at_the_same_moment_one_stays(
    processes: list[PortalApplication],
) -> None:
    here, there = processes
    runs = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    accounts = []
    for number in (1, 2):
        asked = Invite(login=f"quan-tri-{number}", display_name="Quản trị", grants=[runs])
        invited = here.invite(ADMIN, asked)
        here.accept_invitation(invited.invitation_url.rpartition("/")[2], PASSWORD)
        accounts.append(invited.account)
    both_looked = threading.Barrier(2)

    def let_go(app: PortalApplication, account: str) -> bool:
        looking = app._endings._others
        first = [True]

        def others(stream: uuid.UUID) -> list[Standing]:
            found = looking(stream)
            if first:
                first.clear()
                both_looked.wait(timeout=10)
            return found

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


def test_throwing_the_views_away_and_rebuilding_keeps_people_and_sessions(processes: list[PortalApplication]) -> None:
    here, there = processes
    _, link = invite(here)
    _, session = here.accept_invitation(link, PASSWORD)

    there.views.rebuild()

    found = here.acting_of_session(session)
    assert found is not None
    assert [grant.role for grant in found[1].grants] == [Role.CLERK]
    assert here.sign_in("van-thu-1", PASSWORD)


def test_the_portal_starts_again_where_it_stopped(urls: tuple[str, str]) -> None:
    log, views = urls
    first = portal_application(StoreSettings(log), SystemClock(), installation="test", views_url=views)
    link = first.one_time_link().rpartition("/")[2]
    first.close()

    again = portal_application(StoreSettings(log), SystemClock(), installation="test", views_url=views)
    view, _ = again.sign_in_once(link)
    again.close()

    assert view.login == "quan-tri"
