"""The way of every use case to an account: who it is, what it may give, which schools its roles reach."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

import msgspec
from sqlalchemy import select

from services.identity import presenters
from services.identity import views as v
from services.identity.directory import Directory
from services.identity.domain import roles
from services.identity.domain.account import Account
from services.identity.domain.facts import GrantFact, Terms
from services.identity.errors import WrongScope
from services.identity.ports import People, Person
from shared.clock import Clock, today
from shared.contracts.calls.identity import AccountView, GrantRequest
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext, Grant
from shared.problems import NotFound
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import ScopeKind


class AccountRepository:
    """Accounts to decide on and to ask about; `people` are their names and secrets, `directory` says where roles reach."""

    def __init__(self, application: EventSourcedApplication, people: People, directory: Directory, views: ReadModel) -> None:
        self.application = application
        self.people = people
        self.directory = directory
        self.views = views

    @property
    def clock(self) -> Clock:
        """What says what time it is."""
        return self.application.clock

    def now_s(self) -> int:
        """Return the time in seconds since 1970."""
        return int(self.clock.now().timestamp())

    def today(self) -> dt.date:
        """Return the day in Việt Nam: on which roles count, or count no more."""
        return today(self.clock)

    def person(self, account: str) -> Person:
        """Return the personal part of an account. Raises NotFound."""
        person = self.people.person(account)
        if person is None:
            raise NotFound("Không có tài khoản này.")
        return person

    def account(self, account: str) -> AccountView:
        """Return one account (not checked: for its own holder and for the system).

        Raises NotFound.
        """
        return self.account_view(account, self.people.person(account))

    def account_view(self, account: str, person: Person | None) -> AccountView:
        """Return the account of a person whose personal part is at hand. Raises NotFound."""
        with self.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == account)).scalar_one_or_none()
            if state is None:
                raise NotFound("Không có tài khoản này.")
            return presenters.account_view(
                self.directory, account, AccountState(state), v.grants_of(conn, account, self.today()), person
            )

    def places_of(self, account: str) -> list[str]:
        """Return codes and names of where a person works: what others try in their password."""
        places = {
            (grant.scope_kind, grant.scope)
            for grant in self.application.load(Account, uuid.UUID(account)).grants
            if grant.scope
        }
        return [text for kind, code in places for text in (code, self.directory.name(kind, code))]

    def checked_grants(self, acting: CallContext, operation: str, wanted: list[GrantRequest]) -> tuple[GrantFact, ...]:
        """Return the roles asked for, each once. Raises WrongScope, NotAllowed for one that the caller may not give."""
        grants = tuple(GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in wanted)
        for grant in grants:
            roles.check_scope(grant)
            roles.check_may_give(acting, operation, grant)
            if not self.directory.knows(grant.scope_kind, grant.scope):
                raise WrongScope(f"Không có đơn vị {grant.scope}. Lập trường hoặc xã trước.", scope=grant.scope)
        return tuple(dict.fromkeys(grants))

    def checked_terms(self, wanted: list[GrantRequest]) -> dict[GrantFact, Terms]:
        """Return the terms of roles that were asked for; of one that is named twice the last count.

        Raises TermsRefused for a last day in the past, or of a role that only ends by being taken back.
        """
        terms = {}
        for asked in wanted:
            roles.check_terms(asked.role, asked.until, self.today())
            grant = GrantFact(role=asked.role, scope_kind=asked.scope_kind, scope=asked.scope)
            terms[grant] = Terms(until=asked.until, signs=asked.signs)
        return terms

    def require_belongs(self, acting: CallContext, operation: str, stream: uuid.UUID) -> None:
        """Require that the account is one of the caller's people; that another one exists is not told.

        Raises NotFound.
        """
        if roles.is_administrator(acting):
            return
        account = self.application.load(Account, stream)
        if not roles.belongs(account.held_on(self.today()), account.home, roles.own_schools(acting, operation)):
            raise NotFound("Không có tài khoản này trong trường mình. Chưa đổi gì. Mời người ấy bằng tên đăng nhập.")

    def belongs(
        self, account: str, state: AccountState, grants: Mapping[str, Collection[GrantFact]], schools: frozenset[SchoolCode]
    ) -> bool:
        """Say whether an account is one of the people of these schools; a person without roles belongs where the home is."""
        held = grants.get(account, ())
        if held or state is AccountState.CLOSED:
            return roles.belongs(held, None, schools)
        return roles.belongs((), self.application.load(Account, uuid.UUID(account)).home, schools)

    def reaching(self, grants: Iterable[GrantFact], holder: str) -> tuple[Grant, ...]:
        """Return roles with the schools that they reach where their scope does not tell them."""
        reaching = (Grant(role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope) for grant in grants)
        return tuple(msgspec.structs.replace(grant, schools=self._schools_of(grant, holder)) for grant in reaching)

    def _schools_of(self, grant: Grant, holder: str) -> tuple[SchoolCode, ...]:
        """Return the schools that have to be listed in a grant, since its scope does not tell them."""
        if grant.is_by_visits:
            return self.directory.evaluated_by(holder)
        return self.directory.codes_in(CommuneCode(grant.scope)) if grant.scope_kind is ScopeKind.COMMUNE else ()
