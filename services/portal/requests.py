"""Requests and answers about accounts, roles and tokens: what pages and the REST API pass to the application."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from shared.contracts.calls import Answer, Call
from shared.vocabulary.roles import Role, ScopeKind


class AccountState(enum.StrEnum):
    """Where an account stands."""

    INVITED = "da_moi"
    OPEN = "dang_dung"
    CLOSED = "da_dong"


class TokenState(enum.StrEnum):
    """Where a program's token stands."""

    ACTIVE = "con_hieu_luc"
    EXPIRED = "het_han"
    REVOKED = "thu_hoi"


class GrantRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One role in one scope; `scope` is the school or commune code, empty for department and installation."""

    role: Role
    scope_kind: ScopeKind
    scope: str = ""


class GrantView(Answer, frozen=True, kw_only=True):
    """One role in one scope, with the name of the school or commune (empty when none or not known yet)."""

    role: Role
    scope_kind: ScopeKind
    scope: str = ""
    scope_name: str = ""


class Invite(Call, frozen=True, kw_only=True):
    """Ask a person in: they set their password themselves by the invitation link.

    `login` is 3 to 64 of a–z, 0–9 and ``. _ - @``, stored in lower case.
    """

    login: str
    display_name: str
    grants: list[GrantRequest]


class Invited(Answer, frozen=True, kw_only=True):
    """The account, and the link that lets the person in once; it is shown only now."""

    account: str
    invitation_url: str
    expires_at: dt.datetime


class AccountRequest(Call, frozen=True, kw_only=True):
    """Name one account."""

    account: str


class RoleChange(Call, frozen=True, kw_only=True):
    """Give an account a role in a scope, or take it back."""

    account: str
    role: Role
    scope_kind: ScopeKind
    scope: str = ""


class AccountView(Answer, frozen=True, kw_only=True):
    """One account as people who manage accounts, and its owner, see it."""

    account: str
    login: str
    display_name: str
    state: AccountState
    grants: list[GrantView] = []


class AccountsAnswer(Answer, frozen=True, kw_only=True):
    """Accounts by Vietnamese order of name."""

    accounts: list[AccountView]


class InvitationView(Answer, frozen=True, kw_only=True):
    """What the page that sets a password says about the invitation."""

    login: str
    display_name: str
    expires_at: dt.datetime


class IssueToken(Call, frozen=True, kw_only=True):
    """Give a program a token with roles of its own, good for `days` (1 to 1096)."""

    name: str
    grants: list[GrantRequest]
    days: int = 365


class TokenIssued(Answer, frozen=True, kw_only=True):
    """The token (``kd_…``), shown only now; what is kept is its hash."""

    id: str
    token: str
    expires_at: dt.datetime


class TokenRequest(Call, frozen=True, kw_only=True):
    """Name one token by its id (not by the token itself)."""

    token: str


class TokenView(Answer, frozen=True, kw_only=True):
    """One program's token."""

    id: str
    name: str
    state: TokenState
    issued_at: dt.datetime
    expires_at: dt.datetime
    grants: list[GrantView] = []


class TokensAnswer(Answer, frozen=True, kw_only=True):
    """Tokens, newest first."""

    tokens: list[TokenView]


class Me(Answer, frozen=True, kw_only=True):
    """Who is signed in. `account` is empty for a program's token and for the owner of the data folder."""

    actor: str
    account: str
    display_name: str
    grants: list[GrantView]


class ServiceStatus(Answer, frozen=True, kw_only=True):
    """One service as it answered; `problem` says why it did not."""

    service: str
    healthy: bool
    head: int = 0
    lag: dict[str, int] = {}
    details: dict[str, str] = {}
    problem: str = ""


class QueueView(Answer, frozen=True, kw_only=True):
    """One queue of the bus."""

    name: str
    waiting: int
    consumers: int = 0


class MachineStatus(Answer, frozen=True, kw_only=True):
    """What the composition knows of the machine and the bus. Sizes in bytes.

    `space` says in a sentence that the disk fills or is full, and what to do; empty while there is enough room.
    """

    profile: str = ""
    free_bytes: int = 0
    total_bytes: int = 0
    space: str = ""
    dead_letters: int = 0
    queues: list[QueueView] = []
    details: dict[str, str] = {}


class InstallationStatus(Answer, frozen=True, kw_only=True):
    """How the installation is; `healthy` when every service is and nothing lies among the dead letters."""

    healthy: bool
    services: list[ServiceStatus]
    machine: MachineStatus


class DeadLetterRequest(Call, frozen=True, kw_only=True):
    """Name one dead letter."""

    letter: str


class DeadLetterView(Answer, frozen=True, kw_only=True):
    """An event that a consumer could not apply, or a message it could not read; `reason` is for the administrator.

    `kind` is dung_nguon (the source waits for it) or khong_doc_duoc; `state` dang_cho, thu_lai, da_xong or da_bo.
    """

    id: str
    consumer: str
    source: str
    sequence: int
    type: str
    kind: str
    state: str
    reason: str
    first_at: dt.datetime
    last_at: dt.datetime
    attempts: int


class DeadLettersAnswer(Answer, frozen=True, kw_only=True):
    """Dead letters that wait, the latest first."""

    letters: list[DeadLetterView]


class Retried(Answer, frozen=True, kw_only=True):
    """The event was handed to its consumer again."""

    letter: str
