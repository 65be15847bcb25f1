"""Ending what an account may do: the one way by which a role or an account ends, so that an administrator always remains."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import select

from services.identity import views as v
from services.identity.domain.account import Account
from services.identity.domain.administrators import ADMINISTRATORS, Administrators, AdministratorState
from services.identity.ports import People
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata
from shared.eventlog.read_model import ReadModel
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.ids import Position
from shared.vocabulary.roles import Role


class Endings:
    """Ends roles and accounts. Every end of an administrator's role also stands in one stream of its own.

    That stream is loaded before the others are looked at and stored together with the account, so of two ends at the same
    moment, in whatever processes, one is decided anew after the other: with the other gone.
    """

    def __init__(self, application: EventSourcedApplication, views: ReadModel, people: People) -> None:
        self._application = application
        self._views = views
        self._people = people

    def end(self, stream: uuid.UUID, decide: Callable[[Account], None], meta: EventMetadata) -> Position:
        """Let `decide` end something of an account; return the position.

        Raises LastAdministrator, and whatever `decide` raises.
        """

        return self._application.change_together(lambda: (None, self._decided(stream, decide, meta)))[1]

    def check(self, stream: uuid.UUID, decide: Callable[[Account], None], meta: EventMetadata) -> None:
        """Do nothing where `end` would succeed now, else raise what it raises. Nothing is stored."""
        self._decided(stream, decide, meta)

    def _decided(self, stream: uuid.UUID, decide: Callable[[Account], None], meta: EventMetadata) -> Sequence[Aggregate]:
        administrators = self._application.load(Administrators, ADMINISTRATORS)
        account = self._application.load(Account, stream)
        leaving = self._state_of(account) if account.administers else None
        decide(account)
        if leaving is None or account.administers:
            return (account,)
        administrators.let_go(leaving, self._others(stream), meta)
        return (administrators, account)

    def _others(self, leaving: uuid.UUID) -> list[AdministratorState]:
        grants = v.GRANTS.c
        with self._views.reading() as conn:
            holders = conn.execute(select(grants.holder).where(grants.role == Role.ADMINISTRATOR.value)).scalars().all()
            accounts = conn.execute(select(v.ACCOUNTS.c.account).where(v.ACCOUNTS.c.account.in_(holders))).scalars().all()
        # The log itself, not its read model, says what they hold at this moment.
        loaded = [self._application.load(Account, uuid.UUID(account)) for account in accounts]
        return [self._state_of(account) for account in loaded if account.administers and account.id != leaving]

    def _state_of(self, account: Account) -> AdministratorState:
        person = self._people.person(str(account.id))
        return AdministratorState(
            account=str(account.id),
            signs_in=bool(person and person.password_hash),
            came_in=account.state is AccountState.OPEN,
        )
