"""The streams: what an account and a token go through, and what a repeat records."""

from __future__ import annotations

import datetime as dt

import pytest

from services.identity.domain.account import Account
from services.identity.domain.api_token import ApiToken
from services.identity.domain.facts import (
    AccountClosed,
    AccountInvited,
    AccountOpened,
    GrantFact,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from services.identity.errors import AccountEnded
from shared.eventlog.facts import EventMetadata
from shared.ids import natural_id
from shared.problems import NotFound
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.roles import Role, ScopeKind

NOON = dt.datetime(2026, 11, 2, 5, 0, tzinfo=dt.UTC)
META = EventMetadata(actor="somebody", occurred=NOON)
CLERK = GrantFact(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-A")
HEAD = GrantFact(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-A")


def account() -> Account:
    return Account(natural_id("account", "test"))


def token() -> ApiToken:
    return ApiToken(natural_id("token", "test"))


def facts(stream: Account | ApiToken) -> list[type]:
    return [type(entry.fact) for entry in stream.collect_events()]


def test_an_invited_person_holds_the_roles_and_opens_the_account_once() -> None:
    person = account()

    person.invite((CLERK, HEAD), META)
    person.open(META)
    person.open(META)

    assert facts(person) == [AccountInvited, RoleGranted, RoleGranted, AccountOpened]
    assert person.state is AccountState.OPEN
    assert person.grants == {CLERK, HEAD}


def test_inviting_again_or_granting_what_is_held_records_nothing() -> None:
    person = account()
    person.invite((CLERK,), META)
    person.collect_events()

    person.invite((CLERK,), META)
    person.grant(CLERK, META)

    assert not person.changed


def test_a_revoked_role_is_gone_and_cannot_be_revoked_twice() -> None:
    person = account()
    person.invite((CLERK,), META)

    person.revoke(CLERK, META)

    assert person.grants == frozenset()
    assert facts(person)[-1] is RoleRevoked
    with pytest.raises(NotFound):
        person.revoke(CLERK, META)


def test_the_same_revoking_command_again_is_no_error() -> None:
    person = account()
    command = EventMetadata(actor="a", occurred=NOON, command="k-1")
    person.invite((CLERK,), META)

    person.revoke(CLERK, command)
    person.collect_events()
    person.revoke(CLERK, command)

    assert not person.changed


def test_a_closed_account_has_no_roles_and_takes_none() -> None:
    person = account()
    person.invite((CLERK,), META)

    person.close(META)
    person.close(META)

    assert facts(person)[-2:] == [RoleGranted, AccountClosed]
    assert person.grants == frozenset()
    for command in (lambda: person.grant(HEAD, META), lambda: person.open(META), lambda: person.invite((), META)):
        with pytest.raises(AccountEnded):
            command()


def test_an_account_that_was_never_invited_does_nothing() -> None:
    for command in (lambda: account().open(META), lambda: account().grant(CLERK, META), lambda: account().close(META)):
        with pytest.raises(NotFound):
            command()


def test_replay_gives_the_same_account() -> None:
    person = account()
    person.invite((CLERK, HEAD), META)
    person.open(META)
    person.revoke(CLERK, META)
    entries = person.collect_events()

    again = account().replay(entries)

    assert (again.state, again.grants, again.version) == (person.state, person.grants, person.version)


def test_a_token_is_issued_once_and_revoked_once() -> None:
    program = token()

    program.issue((CLERK,), NOON, META)
    program.issue((HEAD,), NOON, META)
    program.revoke(META)
    program.revoke(META)

    assert facts(program) == [TokenIssued, TokenRevoked]
    assert program.revoked


def test_a_token_that_was_never_issued_cannot_be_revoked() -> None:
    with pytest.raises(NotFound):
        token().revoke(META)
