"""Roles with a last day: they count on it and no longer, in sessions, tokens, tickets and lists, and nobody has to act."""

from __future__ import annotations

import datetime as dt

import pytest

from services.identity.domain.facts import FACTS, RoleGranted
from services.identity.errors import RoleNotHeld, TermsRefused
from shared.contracts.calls.identity import (
    GrantRequest,
    HoldersRequest,
    IssueToken,
    ProgramRequest,
    SchoolAccountsRequest,
    SessionRequest,
    StandingRequest,
)
from shared.identity.call_context import CallContext
from shared.identity.secret_hash import hash_secret
from shared.problems import BadRequest
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.signing import SigningAs
from tests.unit.identity.as_gateway import GATEWAY
from tests.unit.identity.test_identity_application import ADMIN, GOOD, IdentityScene, change, clerk

LAST = dt.date(2026, 11, 4)
"""Two days after the scene's Monday."""
TO_ITS_EVENING = dt.timedelta(days=2, hours=15, minutes=50)
"""From 08:00 on Monday in Việt Nam to 23:50 on the last day."""
OVER_MIDNIGHT = dt.timedelta(minutes=20)
SCHOOL = SchoolCode("TH-A")
MEMBER = GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL, until=LAST)


@pytest.fixture
def scene() -> IdentityScene:
    return IdentityScene()


def ending(role: Role, scope_kind: ScopeKind, scope: str = "", until: dt.date = LAST) -> GrantRequest:
    return GrantRequest(role=role, scope_kind=scope_kind, scope=scope, until=until)


def held_in(acting: CallContext | None) -> set[Role]:
    assert acting is not None
    return {grant.role for grant in acting.grants}


def test_a_role_counts_on_its_last_day_and_not_on_the_day_after(scene: IdentityScene) -> None:
    scene.person("thu-ky", clerk(SCHOOL), MEMBER)
    scene.clock.move(TO_ITS_EVENING)
    session = scene.gate.sign_in("thu-ky", GOOD)[1]

    on_the_last = scene.gate.acting_of_session(session)
    assert on_the_last is not None
    assert held_in(on_the_last[1]) == {Role.CLERK, Role.COUNCIL_MEMBER}

    scene.clock.move(OVER_MIDNIGHT)

    after = scene.gate.acting_of_session(session)
    assert after is not None
    assert held_in(after[1]) == {Role.CLERK}
    assert [grant.role for grant in after[0].grants] == [Role.CLERK]


def test_who_acts_is_remembered_no_longer_than_to_the_end_of_the_last_day(scene: IdentityScene) -> None:
    scene.person("thu-ky", MEMBER)
    token = scene.app.issue_token(ADMIN, IssueToken(name="Máy", login="thu-ky")).token
    scene.clock.move(TO_ITS_EVENING)
    session = scene.gate.sign_in("thu-ky", GOOD)[1]

    by_session = scene.app.session_holder(GATEWAY, SessionRequest(sitting=hash_secret(session)))
    by_token = scene.app.token_holder(GATEWAY, ProgramRequest(secret=hash_secret(token)))

    assert by_session.good_s == by_token.good_s == 10 * 60


def test_a_token_of_the_person_loses_the_role_as_well_and_one_narrowed_to_it_may_nothing(scene: IdentityScene) -> None:
    scene.person("thu-ky", clerk(SCHOOL), MEMBER)
    whole = scene.app.issue_token(ADMIN, IssueToken(name="Máy", login="thu-ky")).token
    only = [GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL)]
    narrowed = scene.app.issue_token(ADMIN, IssueToken(name="Máy 2", login="thu-ky", grants=only)).token

    scene.clock.move(TO_ITS_EVENING)
    assert held_in(scene.gate.acting_of_token(narrowed)) == {Role.COUNCIL_MEMBER}
    scene.clock.move(OVER_MIDNIGHT)

    assert held_in(scene.gate.acting_of_token(whole)) == {Role.CLERK}
    assert held_in(scene.gate.acting_of_token(narrowed)) == set()
    with pytest.raises(RoleNotHeld):
        scene.app.issue_token(ADMIN, IssueToken(name="Máy 3", login="thu-ky", grants=only))


def test_a_ticket_of_before_opens_nothing_after_the_last_day(scene: IdentityScene) -> None:
    account = scene.person("thu-ky", MEMBER)
    ticket = StandingRequest(actor=account, operation="assessment.judge", concerns=SCHOOL)
    assert scene.app.standing(ADMIN, ticket).stands

    scene.clock.move(TO_ITS_EVENING + OVER_MIDNIGHT)

    assert not scene.app.standing(ADMIN, ticket).stands


def test_lists_of_people_tell_the_last_day_and_then_no_more_of_the_role(scene: IdentityScene) -> None:
    account = scene.person("kiem-tra", ending(Role.INSPECTOR, ScopeKind.COMMUNE, "NL"))
    member = scene.person("thu-ky", MEMBER)

    def told() -> tuple[list[dt.date | None], list[str], list[str]]:
        (mine,) = [one for one in scene.app.accounts(ADMIN).accounts if one.account == account]
        holders = scene.app.holders(ADMIN, HoldersRequest(school=SCHOOL, roles=[Role.INSPECTOR])).holders
        of_school = scene.app.accounts_of_school(ADMIN, SchoolAccountsRequest(school=SCHOOL)).accounts
        return [g.until for g in mine.grants], [h.account for h in holders], [a.account for a in of_school]

    assert told() == ([LAST], [account], [member])

    scene.clock.move(TO_ITS_EVENING + OVER_MIDNIGHT)

    assert told() == ([], [], [])


def test_given_again_the_role_has_another_last_day_or_none_and_a_repeat_records_nothing(scene: IdentityScene) -> None:
    account = scene.person("thu-ky", MEMBER)
    later = ending(Role.COUNCIL_MEMBER, ScopeKind.SCHOOL, SCHOOL, LAST + dt.timedelta(days=30))

    scene.app.grant_role(ADMIN, change(account, later))
    head = scene.app.log.head()
    scene.app.grant_role(ADMIN, change(account, later))
    assert scene.app.log.head() == head
    assert [g.until for g in scene.app.account(account).grants] == [later.until]

    scene.clock.move(dt.timedelta(days=60))
    assert scene.app.account(account).grants == []
    lasting = GrantRequest(role=Role.COUNCIL_MEMBER, scope_kind=ScopeKind.SCHOOL, scope=SCHOOL)
    scene.app.grant_role(ADMIN, change(account, lasting))
    assert [g.until for g in scene.app.account(account).grants] == [None]


def test_a_role_that_is_over_can_still_be_taken_back(scene: IdentityScene) -> None:
    account = scene.person("thu-ky", MEMBER)
    scene.clock.move(TO_ITS_EVENING + OVER_MIDNIGHT)

    scene.app.revoke_role(ADMIN, change(account, MEMBER))

    assert scene.facts()[-1] == "role-revoked"


@pytest.mark.parametrize(
    ("refused", "says"),
    [
        (ending(Role.CLERK, ScopeKind.SCHOOL, SCHOOL, dt.date(2026, 11, 1)), "01/11/2026 đã qua"),
        (ending(Role.ADMINISTRATOR, ScopeKind.INSTALLATION), "Quản trị không có ngày hết"),
        (ending(Role.SUBSCRIBER, ScopeKind.INSTALLATION), "Chương trình không có ngày hết"),
    ],
)
def test_a_day_that_is_over_and_roles_that_do_not_end_are_refused(
    scene: IdentityScene, refused: GrantRequest, says: str
) -> None:
    account = scene.person()

    for ask in (lambda: scene.app.grant_role(ADMIN, change(account, refused)), lambda: scene.invite("moi-1", refused)):
        with pytest.raises(TermsRefused, match=says):
            ask()


def test_the_role_of_a_token_ends_with_the_token_and_on_no_day_of_its_own(scene: IdentityScene) -> None:
    with pytest.raises(BadRequest, match="Bỏ ngày hết"):
        scene.app.issue_token(ADMIN, IssueToken(name="Cổng", grants=[MEMBER]))


def test_in_whose_place_somebody_signs_is_told_with_the_role_and_stands_in_no_public_event(scene: IdentityScene) -> None:
    deputy = GrantRequest(role=Role.COMMUNE_LEADER, scope_kind=ScopeKind.COMMUNE, scope="NL", signs=SigningAs.FOR_THE_HEAD)
    account = scene.person("pho-chu-tich", deputy)

    assert [g.signs for g in scene.app.account(account).grants] == [SigningAs.FOR_THE_HEAD]
    (granted,) = [one for one in scene.app.log.read(0) if isinstance(one.entry.fact, RoleGranted)]
    assert set(scene.app.published(granted).data) == {"account", "role", "scope_kind", "scope"}


def test_a_role_of_before_there_were_last_days_lasts() -> None:
    meta, data = (
        b'{"actor":"a","occurred":"2026-01-01T00:00:00Z"}',
        b'{"account":"p","role":"van_thu","scope_kind":"truong","scope":"TH-A"}',
    )
    stored = b'{"v":1,"meta":%s,"data":%s}' % (meta, data)

    _, fact = FACTS.decode(RoleGranted.TOPIC, stored)

    assert fact == RoleGranted(account="p", role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
