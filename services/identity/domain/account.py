"""One account: invited, opened, given and stripped of roles, closed."""

from __future__ import annotations

import uuid

from services.identity.domain.administrators import ADMINISTERING
from services.identity.domain.facts import (
    AccountClosed,
    AccountInvited,
    AccountOpened,
    GrantFact,
    RoleGranted,
    RoleRevoked,
)
from services.identity.errors import AccountEnded
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.problems import NotFound
from shared.vocabulary.accounts import AccountState

OWNER = natural_id("account", "owner")
"""The account of the owner of the data folder: the first administrator, let in by the launcher's one-time link."""


class Account(Aggregate):
    """The roles of one person. Repeating a command that holds already records nothing."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.state = AccountState.INVITED
        self.grants: frozenset[GrantFact] = frozenset()
        self.home: GrantFact | None = None
        """The first role ever given: whose school this is the home of, whatever is given elsewhere later."""

    @property
    def administers(self) -> bool:
        """Say whether this account runs the installation."""
        return ADMINISTERING in self.grants

    @property
    def exists(self) -> bool:
        """Say whether anybody was ever invited here."""
        return self.version > 0

    def invite(self, grants: tuple[GrantFact, ...], meta: EventMetadata) -> None:
        """Ask a person in, with these roles; once more for one who is in.

        Raises AccountEnded for a closed account.
        """
        if not self.exists:
            self.record(AccountInvited(account=str(self.id)), meta)
        self.require_usable()
        for grant in grants:
            self.grant(grant, meta)

    def open(self, meta: EventMetadata) -> None:
        """Note that the person came in.

        Raises AccountEnded for a closed account, NotFound for one that was never invited.
        """
        self.require_usable()
        if self.state is AccountState.INVITED:
            self.record(AccountOpened(account=str(self.id)), meta)

    def grant(self, grant: GrantFact, meta: EventMetadata) -> None:
        """Give a role in a scope.

        Raises AccountEnded for a closed account, NotFound for one that was never invited.
        """
        self.require_usable()
        if grant not in self.grants:
            fact = RoleGranted(account=str(self.id), role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope)
            self.record(fact, meta)

    def revoke(self, grant: GrantFact, meta: EventMetadata) -> None:
        """Take a role in a scope back.

        Raises NotFound when the account does not hold it.
        """
        if self.has_processed(meta.command):
            return
        if grant not in self.grants:
            raise NotFound("Tài khoản không giữ vai trò này. Chưa đổi gì.")
        fact = RoleRevoked(account=str(self.id), role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope)
        self.record(fact, meta)

    def close(self, meta: EventMetadata) -> None:
        """End the account.

        Raises NotFound for one that was never invited.
        """
        self._require_exists()
        if self.state is not AccountState.CLOSED:
            self.record(AccountClosed(account=str(self.id)), meta)

    def _require_exists(self) -> None:
        if not self.exists:
            raise NotFound("Không có tài khoản này.")

    def require_usable(self) -> None:
        """Do nothing when the account is there and not closed.

        Raises NotFound, AccountEnded.
        """
        self._require_exists()
        if self.state is AccountState.CLOSED:
            raise AccountEnded("Tài khoản đã đóng, không giao vai trò hay mời lại được. Mời bằng tên đăng nhập khác.")

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case AccountOpened():
                self.state = AccountState.OPEN
            case AccountClosed():
                self.state = AccountState.CLOSED
                self.grants = frozenset()
            case RoleGranted():
                grant = GrantFact(role=fact.role, scope_kind=fact.scope_kind, scope=fact.scope)
                self.grants |= {grant}
                self.home = self.home or grant
            case RoleRevoked():
                self.grants -= {GrantFact(role=fact.role, scope_kind=fact.scope_kind, scope=fact.scope)}
            case _:
                pass
