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
from tests.unit.identity.test_identity_application import ADMIN, IdentityScene, change, clerk

RUNS = GrantRequest(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)


@pytest.fixture
def scene() -> IdentityScene:
    return IdentityScene()


def revoke(scene: IdentityScene, acting: CallContext, account: str) -> None:
    scene.app.revoke_role(acting, change(account, RUNS))


def close(scene: IdentityScene, acting: CallContext, account: str) -> None:
    scene.app.close_account(acting, AccountRequest(account=account))


ENDS = pytest.mark.parametrize("end", [revoke, close])
End = Callable[[IdentityScene, CallContext, str], None]


@ENDS
def test_the_last_administrator_stays_whoever_asks(scene: IdentityScene, end: End) -> None:
    acting = scene.acting("quan-tri-1", RUNS)
    before = scene.app.log.head()

    for asking in (ADMIN, acting):
        with pytest.raises(LastAdministrator) as refused:
            end(scene, asking, acting.actor)

    assert (refused.value.status, refused.value.type) == (409, "quan-tri-cuoi")
    assert scene.app.log.head() == before
    assert scene.gate.acting_of_session(scene.gate.sign_in("quan-tri-1", "con trâu ăn cỏ non")[1])


@ENDS
def test_of_two_administrators_the_second_stays(scene: IdentityScene, end: End) -> None:
    first, second = scene.acting("quan-tri-1", RUNS), scene.acting("quan-tri-2", RUNS)

    end(scene, second, first.actor)

    with pytest.raises(LastAdministrator):
        end(scene, ADMIN, second.actor)


@ENDS
def test_an_administrator_who_never_set_a_password_does_not_count(scene: IdentityScene, end: End) -> None:
    acting = scene.acting("quan-tri-1", RUNS)
    scene.invite("quan-tri-2", RUNS)

    with pytest.raises(LastAdministrator):
        end(scene, ADMIN, acting.actor)


@ENDS
def test_an_invitation_that_nobody_followed_is_withdrawn(scene: IdentityScene, end: End) -> None:
    scene.app.one_time_link()
    invited = scene.invite("quan-tri-2", RUNS)

    end(scene, ADMIN, invited.account)

    assert scene.app.account(invited.account).grants == []


def test_the_only_invitation_of_an_administrator_is_not_withdrawn(scene: IdentityScene) -> None:
    invited = scene.invite("quan-tri-1", RUNS)

    with pytest.raises(LastAdministrator):
        revoke(scene, ADMIN, invited.account)


def test_the_owner_who_came_in_by_the_link_alone_keeps_the_role(scene: IdentityScene) -> None:
    link = scene.app.one_time_link().rpartition("/")[2]
    view, _ = scene.gate.sign_in_once(link)
    scene.invite("quan-tri-2", RUNS)

    with pytest.raises(LastAdministrator):
        revoke(scene, ADMIN, view.account)

    scene.person("quan-tri-3", RUNS)
    revoke(scene, ADMIN, view.account)
    assert scene.app.account(str(OWNER)).grants == []


def test_a_second_administrator_still_does_not_close_the_own_account(scene: IdentityScene) -> None:
    first, _ = scene.acting("quan-tri-1", RUNS), scene.acting("quan-tri-2", RUNS)

    with pytest.raises(NotAllowed):
        close(scene, first, first.actor)
    assert scene.app.account(first.actor).state is AccountState.OPEN


def test_other_roles_of_the_last_administrator_end_as_ever(scene: IdentityScene) -> None:
    acting = scene.acting("quan-tri-1", RUNS, clerk("TH-A"))

    scene.app.revoke_role(ADMIN, change(acting.actor, clerk("TH-A")))

    assert [grant.role for grant in scene.app.account(acting.actor).grants] == [Role.ADMINISTRATOR]
    assert "administrator-left" not in scene.facts()


def test_a_repeat_of_the_same_command_records_one_end(scene: IdentityScene) -> None:
    first, second = scene.acting("quan-tri-1", RUNS), scene.acting("quan-tri-2", RUNS)
    acting = CallContext(actor=second.actor, grants=second.grants, command="lenh-1")

    for _ in range(2):
        scene.app.revoke_role(acting, change(first.actor, RUNS))

    assert scene.facts().count("administrator-left") == 1
