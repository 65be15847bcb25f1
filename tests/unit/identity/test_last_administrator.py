"""The installation is never left without somebody who can sign in and administer it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.identity.domain.account import OWNER
from services.identity.errors import LastAdministrator
from shared.contracts.calls.identity import AccountRequest, GrantRequest
from shared.identity.call_context import CallContext
from shared.problems import NotAllowed
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.identity.test_identity_application import ADMIN, Portal, change, clerk

RUNS = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)


@pytest.fixture
def portal() -> Portal:
    return Portal()


def revoke(portal: Portal, acting: CallContext, account: str) -> None:
    portal.app.revoke_role(acting, change(account, RUNS))


def close(portal: Portal, acting: CallContext, account: str) -> None:
    portal.app.close_account(acting, AccountRequest(account=account))


ENDS = pytest.mark.parametrize("end", [revoke, close])
End = Callable[[Portal, CallContext, str], None]


@ENDS
def test_the_last_administrator_stays_whoever_asks(portal: Portal, end: End) -> None:
    acting = portal.acting("quan-tri-1", RUNS)
    before = portal.app.log.head()

    for asking in (ADMIN, acting):
        with pytest.raises(LastAdministrator) as refused:
            end(portal, asking, acting.actor)

    assert (refused.value.status, refused.value.type) == (409, "quan-tri-cuoi")
    assert portal.app.log.head() == before
    assert portal.gate.acting_of_session(portal.gate.sign_in("quan-tri-1", "con trâu ăn cỏ non")[1])


@ENDS
def test_of_two_administrators_the_second_stays(portal: Portal, end: End) -> None:
    first, second = portal.acting("quan-tri-1", RUNS), portal.acting("quan-tri-2", RUNS)

    end(portal, second, first.actor)

    with pytest.raises(LastAdministrator):
        end(portal, ADMIN, second.actor)


@ENDS
def test_an_administrator_who_never_set_a_password_does_not_count(portal: Portal, end: End) -> None:
    acting = portal.acting("quan-tri-1", RUNS)
    portal.invite("quan-tri-2", RUNS)

    with pytest.raises(LastAdministrator):
        end(portal, ADMIN, acting.actor)


@ENDS
def test_an_invitation_that_nobody_followed_is_withdrawn(portal: Portal, end: End) -> None:
    portal.app.one_time_link()
    invited = portal.invite("quan-tri-2", RUNS)

    end(portal, ADMIN, invited.account)

    assert portal.app.account(invited.account).grants == []


def test_the_only_invitation_of_an_administrator_is_not_withdrawn(portal: Portal) -> None:
    invited = portal.invite("quan-tri-1", RUNS)

    with pytest.raises(LastAdministrator):
        revoke(portal, ADMIN, invited.account)


def test_the_owner_who_came_in_by_the_link_alone_keeps_the_role(portal: Portal) -> None:
    link = portal.app.one_time_link().rpartition("/")[2]
    view, _ = portal.gate.sign_in_once(link)
    portal.invite("quan-tri-2", RUNS)

    with pytest.raises(LastAdministrator):
        revoke(portal, ADMIN, view.account)

    portal.person("quan-tri-3", RUNS)
    revoke(portal, ADMIN, view.account)
    assert portal.app.account(str(OWNER)).grants == []


def test_a_second_administrator_still_does_not_close_the_own_account(portal: Portal) -> None:
    first, _ = portal.acting("quan-tri-1", RUNS), portal.acting("quan-tri-2", RUNS)

    with pytest.raises(NotAllowed):
        close(portal, first, first.actor)
    assert portal.app.account(first.actor).state is AccountState.OPEN


def test_other_roles_of_the_last_administrator_end_as_ever(portal: Portal) -> None:
    acting = portal.acting("quan-tri-1", RUNS, clerk("TH-A"))

    portal.app.revoke_role(ADMIN, change(acting.actor, clerk("TH-A")))

    assert [grant.role for grant in portal.app.account(acting.actor).grants] == [Role.ADMINISTRATOR]
    assert "administrator-left" not in portal.facts()


def test_a_repeat_of_the_same_command_records_one_end(portal: Portal) -> None:
    first, second = portal.acting("quan-tri-1", RUNS), portal.acting("quan-tri-2", RUNS)
    acting = CallContext(actor=second.actor, grants=second.grants, command="lenh-1")

    for _ in range(2):
        portal.app.revoke_role(acting, change(first.actor, RUNS))

    assert portal.facts().count("administrator-left") == 1
