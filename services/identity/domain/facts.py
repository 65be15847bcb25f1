"""What is stored about accounts and tokens: ids, roles and scopes, never a name, a login or a secret."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from shared.eventlog.facts import Fact, FactRegistry
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.signing import SigningAs


class GrantFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One role in one scope, as stored."""

    role: Role
    scope_kind: ScopeKind
    scope: str = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On what terms a role is held; as in `RoleGranted`."""

    until: dt.date | None = None
    signs: SigningAs = SigningAs.ITSELF

    def hold_on(self, day: dt.date) -> bool:
        """Say whether the role counts on a day."""
        return self.until is None or day <= self.until


LASTING = Terms()


class AccountInvited(Fact, frozen=True, kw_only=True):
    """Somebody was asked in."""

    TOPIC = "identity.account-invited"
    account: str


class AccountOpened(Fact, frozen=True, kw_only=True):
    """The person came in for the first time and set a password."""

    TOPIC = "identity.account-opened"
    account: str


class RoleGranted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The account got a role in a scope; of a role that it has, the terms changed.

    `until` is the last day on which it counts, none for a role that lasts; nothing has to happen for it to be over
    from the day after. `signs` is in whose place the holder signs papers in this role.
    """

    TOPIC = "identity.role-granted"
    VERSION = 2
    account: str
    role: Role
    scope_kind: ScopeKind
    scope: str = ""
    until: dt.date | None = None
    signs: SigningAs = SigningAs.ITSELF


class RoleRevoked(Fact, frozen=True, kw_only=True):
    """The account lost a role in a scope."""

    TOPIC = "identity.role-revoked"
    account: str
    role: Role
    scope_kind: ScopeKind
    scope: str = ""


class AccountClosed(Fact, frozen=True, kw_only=True):
    """The account was closed for good; what it did stays."""

    TOPIC = "identity.account-closed"
    account: str


class AdministratorLeft(Fact, frozen=True, kw_only=True):
    """An account stopped administering the installation; `remaining` is one that stays and can sign in, if any was needed.

    All such facts stand in one stream, so that of two who let each other go at the same moment the second is refused.
    """

    TOPIC = "identity.administrator-left"
    account: str
    remaining: str


class TokenIssued(Fact, frozen=True, kw_only=True):
    """A program got a token until a moment: with roles of its own, or to act as the person of an `account`.

    Of the latter, `grants` are the roles to which it was narrowed; none: all that the account has at any moment.
    """

    TOPIC = "identity.token-issued"
    VERSION = 2
    token: str
    grants: tuple[GrantFact, ...]
    expires_at: dt.datetime
    account: str = ""


class TokenRevoked(Fact, frozen=True, kw_only=True):
    """A program's token was taken back."""

    TOPIC = "identity.token-revoked"
    token: str


class PersonRecorded(Fact, frozen=True, kw_only=True):
    """A person was put on a school's list for papers, or is called otherwise there; how, no fact says."""

    TOPIC = "identity.person-recorded"
    person: PersonId
    school: SchoolCode


class PersonOfCommuneRecorded(Fact, frozen=True, kw_only=True):
    """A person was put on a commune's list for papers, or is called otherwise there; how, no fact says."""

    TOPIC = "identity.person-of-commune-recorded"
    person: PersonId
    commune: CommuneCode


class PersonErased(Fact, frozen=True, kw_only=True):
    """The name of a person was erased for good; what they did stays under their id."""

    TOPIC = "identity.person-erased"
    person: PersonId


def _unchanged(data: dict[str, Any]) -> dict[str, Any]:
    """Only fields with defaults came."""
    return data


FACTS = FactRegistry(
    [
        AccountInvited,
        AccountOpened,
        RoleGranted,
        RoleRevoked,
        AccountClosed,
        AdministratorLeft,
        TokenIssued,
        TokenRevoked,
        PersonRecorded,
        PersonOfCommuneRecorded,
        PersonErased,
    ],
    upcasters={(RoleGranted.TOPIC, 1): _unchanged, (TokenIssued.TOPIC, 1): _unchanged},
)
"""The closed list of facts of source ``identity``."""
