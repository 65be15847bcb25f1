"""Use cases about who acts: the holder of a token or a session, and whether somebody may still do a thing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import suppress

import msgspec
from sqlalchemy import select

from services.identity import views as v
from services.identity.domain.api_token import ApiToken, token_state
from services.identity.domain.facts import GrantFact
from services.identity.settings import Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.sessions import Sessions
from shared.clock import VIETNAM
from shared.contracts.calls.identity import (
    ProgramRequest,
    SessionHolder,
    SessionRequest,
    StandingAnswer,
    StandingRequest,
    TokenHolder,
)
from shared.eventlog.log import moment
from shared.identity import permissions
from shared.identity.call_context import OWNER_ACTOR, OWNER_GRANTS, CallContext, Grant
from shared.storage.errors import StoreFull
from shared.vocabulary.accounts import AccountState, TokenState


class _Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts with a token that is good: the token itself, or the person of an account."""

    actor: str
    account: str
    grants: tuple[Grant, ...]
    expires_at: dt.datetime


class Introspection:
    """Says who acts, and in which roles, as they stand at this moment."""

    def __init__(self, accounts: AccountRepository, sessions: Sessions, lifetimes: Lifetimes) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._lifetimes = lifetimes

    def token_holder(self, acting: CallContext, request: ProgramRequest) -> TokenHolder:
        """Say who acts with a program's token; nobody when there is none, it ended or was revoked, or its person left."""
        permissions.require(acting, "identity.token_holder")
        program = self._accounts.people.program(request.secret)
        holder = self._holder_of(program.token) if program is not None else None
        if holder is None:
            return TokenHolder()
        return TokenHolder(
            actor=holder.actor,
            account=self._accounts.account(holder.account) if holder.account else None,
            grants=list(holder.grants),
            good_s=int((holder.expires_at - self._accounts.clock.now()).total_seconds()),
        )

    def session_holder(self, acting: CallContext, request: SessionRequest) -> SessionHolder:
        """Say who acts in a session; nobody when there is none, it ended, or the account was closed. It counts as used."""
        permissions.require(acting, "identity.session_holder")
        session, now = self._accounts.people.session(request.sitting), self._accounts.now_s()
        if session is None:
            return SessionHolder()
        if not self._sessions.lasts(session, now):
            with suppress(StoreFull):
                self._accounts.people.drop_session(request.sitting)
            return SessionHolder()
        person = self._accounts.people.person(session.account)
        view = self._accounts.account_view(session.account, person)
        if view.state is not AccountState.OPEN:
            return SessionHolder()
        with suppress(StoreFull):
            # On a full disk people go on reading; a session then ends a little early.
            session = self._sessions.touched(request.sitting, session, now)
        held = [GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in view.grants]
        return SessionHolder(
            account=view,
            grants=list(self._accounts.reaching(held, session.account)),
            has_password=bool(person and person.password_hash),
            good_s=min(
                session.expires_at - now,
                session.seen_at + self._lifetimes.session_idle_s - now,
                self._until_a_role_ends_s([grant.until for grant in view.grants], session.expires_at - now),
            ),
        )

    def standing(self, acting: CallContext, request: StandingRequest) -> StandingAnswer:
        """Say whether somebody may still do what was opened for them: asked by doors that take tickets.

        A session, a token, an account and its roles are looked up as they stand now, and the session counts as used. Raises
        NotAllowed for who is no part of the system.
        """
        permissions.require(acting, "identity.standing")
        held = self._held_now(request)
        now = CallContext(actor=request.actor, grants=held or ())
        return StandingAnswer(stands=permissions.may(now, request.operation, school=request.concerns))

    def _until_a_role_ends_s(self, last_days: Iterable[dt.date | None], otherwise: int) -> int:
        """Return in how many seconds the first of these last days is over, `otherwise` where there is none."""
        days = [day for day in last_days if day is not None]
        return int((_end_of(min(days)) - self._accounts.clock.now()).total_seconds()) if days else otherwise

    def _held_now(self, request: StandingRequest) -> tuple[Grant, ...] | None:
        if request.actor == OWNER_ACTOR:
            return OWNER_GRANTS
        program = self._accounts.people.program(request.sitting) if request.sitting else None
        token = self._holder_of(program.token if program is not None else request.actor)
        if token is not None or program is not None:
            return token.grants if token is not None and token.actor == request.actor else None
        if request.sitting and not self._sits(request.sitting, request.actor):
            return None
        with self._accounts.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == request.actor)).scalar()
            grants = v.grants_of(conn, request.actor, self._accounts.today())
        return self._accounts.reaching(grants, request.actor) if state == AccountState.OPEN.value else None

    def _holder_of(self, token: str) -> _Holder | None:
        """Return who acts with a token at this moment, None for nobody.

        One that acts as a person has of the person's roles those that it was narrowed to, as the person holds them now. An
        invitation that was not followed yet keeps nobody from it: whoever gave the token let the person in.
        """
        today = self._accounts.today()
        with self._accounts.views.reading() as conn:
            row = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == token)).one_or_none()
            grants = v.grants_of(conn, token, today)
        if row is None:
            return None
        expires_at = moment(row.expires_at_us)
        if token_state(bool(row.revoked), expires_at, self._accounts.clock.now()) is not TokenState.ACTIVE:
            return None
        account = self._accounts.application.load(ApiToken, uuid.UUID(token)).account
        if account:
            with self._accounts.views.reading() as conn:
                state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == account)).scalar()
                held = v.grants_of(conn, account, today)
            grants = {grant: terms for grant, terms in held.items() if not grants or grant in grants}
            expires_at = min([expires_at, *(_end_of(one.until) for one in grants.values() if one.until is not None)])
            if state in {None, AccountState.CLOSED.value}:
                return None
        actor = account or token
        return _Holder(actor=actor, account=account, grants=self._accounts.reaching(grants, actor), expires_at=expires_at)

    def _sits(self, secret_hash: str, account: str) -> bool:
        session, now = self._accounts.people.session(secret_hash), self._accounts.now_s()
        if session is None or session.account != account or not self._sessions.lasts(session, now):
            return False
        # An upload of hours over a bad line is work, though no page is opened meanwhile.
        self._sessions.touched(secret_hash, session, now)
        return True


def _end_of(day: dt.date) -> dt.datetime:
    """Return the moment with which a day in Việt Nam is over."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM)
