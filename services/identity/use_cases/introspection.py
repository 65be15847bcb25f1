"""Use cases about who acts: the holder of a token or a session, and whether somebody may still do a thing."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from services.identity import views as v
from services.identity.domain.api_token import token_state
from services.identity.domain.facts import GrantFact
from services.identity.settings import Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.sessions import Sessions
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


class Introspection:
    """Says who acts, and in which roles, as they stand at this moment."""

    def __init__(self, accounts: AccountRepository, sessions: Sessions, lifetimes: Lifetimes) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._lifetimes = lifetimes

    def token_holder(self, acting: CallContext, request: ProgramRequest) -> TokenHolder:
        """Say who acts with a program's token; nobody when there is none, it ended or was revoked."""
        permissions.require(acting, "identity.token_holder")
        program = self._accounts.people.program(request.secret)
        if program is None:
            return TokenHolder()
        with self._accounts.views.reading() as conn:
            row = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == program.token)).one_or_none()
            held = v.grants_of(conn, program.token)
        if row is None:
            return TokenHolder()
        expires_at, now = moment(row.expires_at_us), self._accounts.clock.now()
        if token_state(bool(row.revoked), expires_at, now) is not TokenState.ACTIVE:
            return TokenHolder()
        grants = list(self._accounts.reaching(held, program.token))
        return TokenHolder(actor=program.token, grants=grants, good_s=int((expires_at - now).total_seconds()))

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
            good_s=min(session.expires_at - now, session.seen_at + self._lifetimes.session_idle_s - now),
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

    def _held_now(self, request: StandingRequest) -> tuple[Grant, ...] | None:
        if request.actor == OWNER_ACTOR:
            return OWNER_GRANTS
        if request.sitting and not self._sits(request.sitting, request.actor):
            return None
        with self._accounts.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == request.actor)).scalar()
            token = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == request.actor)).one_or_none()
            grants = v.grants_of(conn, request.actor)
        if token is not None:
            state = token_state(bool(token.revoked), moment(token.expires_at_us), self._accounts.clock.now())
            return self._accounts.reaching(grants, request.actor) if state is TokenState.ACTIVE else None
        return self._accounts.reaching(grants, request.actor) if state == AccountState.OPEN.value else None

    def _sits(self, secret_hash: str, account: str) -> bool:
        session, now = self._accounts.people.session(secret_hash), self._accounts.now_s()
        if session is None or session.account != account or not self._sessions.lasts(session, now):
            return False
        # An upload of hours over a bad line is work, though no page is opened meanwhile.
        self._sessions.touched(secret_hash, session, now)
        return True
