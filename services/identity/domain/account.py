"""One account: invited, opened, given and stripped of roles, closed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from types import MappingProxyType

from services.identity.domain.administrators import ADMINISTERING
from services.identity.domain.facts import (
    LASTING,
    AccountClosed,
    AccountInvited,
    AccountOpened,
    GrantFact,
    RoleGranted,
    RoleRevoked,
    Terms,
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
        self._terms: dict[GrantFact, Terms] = {}
        self.home: GrantFact | None = None
        """The first role ever given: whose school this is the home of, whatever is given elsewhere later."""

    @property
    def grants(self) -> frozenset[GrantFact]:
        """Every role that was given and not taken back, also those whose last day has passed."""
        return frozenset(self._terms)

    def held_on(self, day: dt.date) -> frozenset[GrantFact]:
        """Return the roles that count on a day."""
        return frozenset(grant for grant, terms in self._terms.items() if terms.hold_on(day))

    @property
    def administers(self) -> bool:
        """Say whether this account runs the installation."""
        return ADMINISTERING in self.grants

    @property
    def exists(self) -> bool:
        """Say whether anybody was ever invited here."""
        return self.version > 0

    def invite(
        self, grants: tuple[GrantFact, ...], meta: EventMetadata, *, terms: Mapping[GrantFact, Terms] = MappingProxyType({})
    ) -> None:
        """Ask a person in, with these roles on these `terms` (lasting where none are said); once more for one who is in.

        Raises AccountEnded for a closed account.
        """
        if not self.exists:
            self.record(AccountInvited(account=str(self.id)), meta)
        self.require_usable()
        for grant in grants:
            self.grant(grant, meta, terms=terms.get(grant, LASTING))

    def open(self, meta: EventMetadata) -> None:
        """Note that the person came in.

        Raises AccountEnded for a closed account, NotFound for one that was never invited.
        """
        self.require_usable()
        if self.state is AccountState.INVITED:
            self.record(AccountOpened(account=str(self.id)), meta)

    def grant(self, grant: GrantFact, meta: EventMetadata, *, terms: Terms = LASTING) -> None:
        """Give a role in a scope, or give it on other terms.

        Raises AccountEnded for a closed account, NotFound for one that was never invited.
        """
        self.require_usable()
        if self._terms.get(grant) != terms:
            fact = RoleGranted(
                account=str(self.id),
                role=grant.role,
                scope_kind=grant.scope_kind,
                scope=grant.scope,
                until=terms.until,
                signs=terms.signs,
            )
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
                self._terms = {}
            case RoleGranted():
                grant = GrantFact(role=fact.role, scope_kind=fact.scope_kind, scope=fact.scope)
                self._terms[grant] = Terms(until=fact.until, signs=fact.signs)
                self.home = self.home or grant
            case RoleRevoked():
                self._terms.pop(GrantFact(role=fact.role, scope_kind=fact.scope_kind, scope=fact.scope), None)
            case _:
                pass
