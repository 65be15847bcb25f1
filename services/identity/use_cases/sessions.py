"""Sessions and the links that open them: how long they last, and whom they let in."""

from __future__ import annotations

import secrets
import uuid

import msgspec

from services.identity.domain.account import Account
from services.identity.errors import LinkSpent
from services.identity.ports import Link, Session
from services.identity.settings import MINUTE_S, Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from shared.contracts.calls.identity import SignedIn
from shared.identity.call_context import CallContext
from shared.identity.secret_hash import hash_secret
from shared.vocabulary.accounts import AccountState

_TOUCH_S = MINUTE_S
"""A session's last use is noted at most once a minute: reading a page must not cost a write."""


class Sessions:
    """Starts sessions, says whether they last, and which links still open one."""

    def __init__(self, accounts: AccountRepository, lifetimes: Lifetimes) -> None:
        self._accounts = accounts
        self._lifetimes = lifetimes

    def enter(self, account: str) -> SignedIn:
        """Start a session of an account."""
        # Here and not when the password is set: a crash between the two heals at the next sign-in.
        meta = self._accounts.application.meta(CallContext(actor=account))
        self._accounts.application.change(Account, uuid.UUID(account), lambda stream: stream.open(meta))
        now = self._accounts.now_s()
        self._accounts.people.purge(now)
        secret = secrets.token_urlsafe(32)
        lasting = Session(account=account, seen_at=now, expires_at=now + self._lifetimes.session_absolute_s)
        self._accounts.people.add_session(hash_secret(secret), lasting)
        return SignedIn(account=self._accounts.account(account), session=secret, lasts_s=self._lifetimes.session_absolute_s)

    def may_enter(self, account: str) -> bool:
        """Say whether an account may come in: it is there and not closed."""
        stream = self._accounts.application.load(Account, uuid.UUID(account))
        return stream.exists and stream.state is not AccountState.CLOSED

    def usable_link(self, secret_hash: str, purpose: str) -> Link:
        """Return a link that still opens what it is for. Raises LinkSpent."""
        link = self._accounts.people.link(secret_hash)
        if (
            link is None
            or link.purpose != purpose
            or link.expires_at <= self._accounts.now_s()
            or not self.may_enter(link.account)
        ):
            raise LinkSpent("Đường dẫn đã dùng, đã được thay hoặc quá hạn. Xin đường dẫn mới.")
        return link

    def lasts(self, session: Session, now: int) -> bool:
        """Say whether a session is still good."""
        return now < session.expires_at and now - session.seen_at < self._lifetimes.session_idle_s

    def touched(self, sitting: str, session: Session, now: int) -> Session:
        """Note that a session was used now; return it as it stands."""
        if now - session.seen_at < _TOUCH_S:
            return session
        self._accounts.people.touch_session(sitting, now)
        return msgspec.structs.replace(session, seen_at=now)
