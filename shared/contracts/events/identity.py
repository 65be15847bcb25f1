"""Public events of the identity service: accounts, roles and programs' tokens, by id only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode


class AccountInvited(PublicEvent, frozen=True, kw_only=True):
    """Somebody was asked in."""

    LABEL: ClassVar[str] = "Mời tài khoản"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "account-invited"
    account: str


class AccountOpened(PublicEvent, frozen=True, kw_only=True):
    """The person came in for the first time."""

    LABEL: ClassVar[str] = "Mở tài khoản"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "account-opened"
    account: str


class RoleGranted(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An account got a role in a scope: scope_kind is truong, xa, so or tat_ca; scope the school or commune code.

    `until` is the last day on which the role counts; left out, it lasts until it is taken back. Said again of a role that
    the account has, it tells of another such day.
    """

    LABEL: ClassVar[str] = "Giao vai trò"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "role-granted"
    account: str
    role: str
    scope_kind: str
    scope: str
    until: dt.date | None = None


class RoleRevoked(PublicEvent, frozen=True, kw_only=True):
    """An account lost a role in a scope."""

    LABEL: ClassVar[str] = "Thôi giao vai trò"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "role-revoked"
    account: str
    role: str
    scope_kind: str
    scope: str


class AccountClosed(PublicEvent, frozen=True, kw_only=True):
    """An account was closed; what it did stays."""

    LABEL: ClassVar[str] = "Đóng tài khoản"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "account-closed"
    account: str


class AdministratorLeft(PublicEvent, frozen=True, kw_only=True):
    """An account stopped administering the installation; `remaining` names one that still does."""

    LABEL: ClassVar[str] = "Một người thôi quản trị"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "administrator-left"
    account: str
    remaining: str


class TokenIssued(PublicEvent, frozen=True, kw_only=True):
    """A program got a token until a moment; `roles` are the roles it holds.

    With an `account` it acts as that person, in these of the person's roles only, or, where none is named, in all.
    """

    LABEL: ClassVar[str] = "Cấp mã truy cập"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "token-issued"
    token: str
    roles: list[str]
    expires_at: dt.datetime
    account: str = ""


class TokenRevoked(PublicEvent, frozen=True, kw_only=True):
    """A program's token was taken back."""

    LABEL: ClassVar[str] = "Thu hồi mã truy cập"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "token-revoked"
    token: str


class PersonRecorded(PublicEvent, frozen=True, kw_only=True):
    """A person was put on a school's list for papers, or is called otherwise there. Names are asked of identity."""

    LABEL: ClassVar[str] = "Ghi người có tên trên giấy tờ"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "person-recorded"
    person: PersonId
    school: SchoolCode


class PersonOfCommuneRecorded(PublicEvent, frozen=True, kw_only=True):
    """A person was put on a commune's list for papers, or is called otherwise there. Names are asked of identity."""

    LABEL: ClassVar[str] = "Ghi người có tên trên giấy tờ của xã"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "person-of-commune-recorded"
    person: PersonId
    commune: CommuneCode


class PersonErased(PublicEvent, frozen=True, kw_only=True):
    """The name of a person was erased for good; what they did stays under their id."""

    LABEL: ClassVar[str] = "Xóa tên một người"
    SERVICE: ClassVar[str] = "identity"
    FACT: ClassVar[str] = "person-erased"
    person: PersonId
