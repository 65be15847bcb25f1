"""Identity as the gateway asks it: who acts, the ways in and out, communes and schools; cached for a moment.

The gateway asks for itself, as a machine without any role (shared.identity.permissions.MACHINES): before people are in,
there is nobody else to ask as. What people do to accounts goes through `web.context.call_service`, in their own name.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from services.portal.directory import DirectoryCopy
from services.portal.ttl_cache import TtlCache
from shared.contracts.calls import Acknowledged, Call, Health, Nothing
from shared.contracts.calls.identity import (
    AcceptInvitation,
    ChangePassword,
    InvitationView,
    LinkRequest,
    NoteUnits,
    ProgramRequest,
    SessionHolder,
    SessionRequest,
    SignedIn,
    SignIn,
    TokenHolder,
    UnitsAnswer,
    UnitsRequest,
)
from shared.identity.call_context import CallContext, gateway
from shared.identity.secret_hash import hash_secret
from shared.logs import correlation
from shared.problems import Problem, Unavailable

T = TypeVar("T")

SERVICE = "identity"

FRESH_S = 1.0
"""For how long pages are read on what is remembered of a session or token: so late another process learns of a change.

Whatever changes anything is asked for anew, and what this process changes it knows at once: a gateway that is alone in front
of its installation may remember longer."""

UNITS_FRESH_S = 1.0
HEALTH_FRESH_S = 1.0
"""For how long identity's answer to a health check counts: probes, however many, cost it one call a second."""

HOLDER_TIMEOUT_S = 3.0
UNITS_TIMEOUT_S = 1.0
"""Whoever has a copy of communes and schools does not wait long for a newer one."""

PASSWORD_TIMEOUT_S = 15.0
"""A password costs identity some 60 ms on purpose, and many people may come at once."""

PASSWORDS_AT_ONCE = 4
"""More passwords at the same time would hold up every other call of this process; they wait for their turn here."""

_MOST_REMEMBERED = 2000
_AWAY = (
    "Chưa hỏi được dịch vụ tài khoản nên chưa mở được trang. Phiên đăng nhập vẫn còn, không cần đăng nhập lại. "
    "Tải lại sau ít giây; nếu vẫn vậy, báo người quản trị chạy kiemdinh doctor."
)
_CANNOT_ASK = (
    "Chưa hỏi được dịch vụ tài khoản nên chưa kiểm tra được. Thử lại sau ít giây; nếu vẫn vậy, báo người quản trị chạy "
    "kiemdinh doctor."
)


class ServiceClient(Protocol):
    """The part of the bus that the portal uses (shared.bus.rpc.server)."""

    def call(
        self, service: str, method: str, acting: CallContext, request: Call, answer: type[T], *, timeout: float = 5.0
    ) -> T:
        """Ask a service; raises Problem."""
        ...


class _Known(msgspec.Struct, frozen=True):
    """What identity said of a session or token, and until when on this process's steady clock it can be true."""

    holder: SessionHolder | TokenHolder
    until: float


class Identity:
    """Asks identity. `fresh_s` is for how long who acts is cached, in seconds.

    Raises Unavailable, in words that fit, while identity does not answer: nobody comes in unasked, and nobody is put out.
    """

    def __init__(
        self, rpc_client: ServiceClient, *, fresh_s: float = FRESH_S, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rpc_client = rpc_client
        self._monotonic = monotonic
        self._units_fresh_s = min(fresh_s, UNITS_FRESH_S)
        self._known: TtlCache[_Known] = TtlCache(fresh_s, _MOST_REMEMBERED, monotonic=monotonic)
        self._passwords = threading.BoundedSemaphore(PASSWORDS_AT_ONCE)
        self._directory: DirectoryCopy | None = None
        self._directory_until = 0.0
        self._health_fresh_s = min(fresh_s, HEALTH_FRESH_S)
        self._answers_until = 0.0
        self._changes = 0

    # who acts

    def session(self, secret: str, *, anew: bool) -> SessionHolder | None:
        """Return who acts in a session, None when nobody does (any more); `anew` passes the cache by."""
        digest = hash_secret(secret)

        def ask(_: str) -> _Known | None:
            holder = self._ask("session_holder", SessionRequest(sitting=digest), SessionHolder, HOLDER_TIMEOUT_S, _AWAY)
            return self._until(holder) if holder.account is not None else None

        holder = self._holder(f"session:{digest}", ask, anew=anew)
        return holder if isinstance(holder, SessionHolder) else None

    def token(self, secret: str, *, anew: bool) -> TokenHolder | None:
        """Return who acts with a program's token, None when nobody does (any more)."""
        digest = hash_secret(secret)

        def ask(_: str) -> _Known | None:
            holder = self._ask("token_holder", ProgramRequest(secret=digest), TokenHolder, HOLDER_TIMEOUT_S, _CANNOT_ASK)
            return self._until(holder) if holder.actor else None

        holder = self._holder(f"token:{digest}", ask, anew=anew)
        return holder if isinstance(holder, TokenHolder) else None

    def forget(self) -> None:
        """Ask anew from now on: this process changed who may act."""
        self._known.forget()

    def _holder(self, key: str, ask: Callable[[str], _Known | None], *, anew: bool) -> SessionHolder | TokenHolder | None:
        found = ask(key) if anew else self._known.get(key, ask)
        if found is not None and self._monotonic() >= found.until:
            found = ask(key)
        return found.holder if found is not None else None

    def _until(self, holder: SessionHolder | TokenHolder) -> _Known:
        return _Known(holder, self._monotonic() + holder.good_s)

    # the ways in and out

    def sign_in(self, login: str, password: str, *, address: str) -> SignedIn:
        """Start a session by login and password."""
        return self._with_password("sign_in", SignIn(login=login, password=password, address=address), SignedIn)

    def sign_in_once(self, link: str) -> SignedIn:
        """Start a session by the launcher's link."""
        return self._ask("sign_in_once", LinkRequest(link=hash_secret(link)), SignedIn)

    def invitation(self, link: str) -> InvitationView:
        """Return what an invitation is for."""
        return self._ask("invitation", LinkRequest(link=hash_secret(link)), InvitationView)

    def accept_invitation(self, link: str, password: str) -> SignedIn:
        """Set the password of an invited person and start a session."""
        return self._with_password(
            "accept_invitation", AcceptInvitation(link=hash_secret(link), password=password), SignedIn
        )

    def change_password(self, session: str, old: str, new: str) -> None:
        """Set another password for the person of a session."""
        self._with_password("change_password", ChangePassword(sitting=hash_secret(session), old=old, new=new), Acknowledged)

    def sign_out(self, session: str) -> None:
        """End a session."""
        try:
            self._ask("sign_out", SessionRequest(sitting=hash_secret(session)), Acknowledged)
        finally:
            self.forget()

    def _with_password(self, method: str, request: Call, answer: type[T]) -> T:
        with self._passwords:
            try:
                return self._ask(method, request, answer, PASSWORD_TIMEOUT_S)
            finally:
                self.forget()

    # communes and schools

    def directory(self) -> DirectoryCopy:
        """Return communes and schools as they were a moment ago; the last ones known while identity does not answer."""
        known = self._directory
        if known is not None and self._monotonic() < self._directory_until:
            return known
        # What was read while this process changed something is given once, and not taken for fresh.
        changes, asked_at = self._changes, self._monotonic()
        timeout_s = UNITS_TIMEOUT_S if known else HOLDER_TIMEOUT_S
        try:
            answer = self._ask("units", UnitsRequest(known=known.version if known else ""), UnitsAnswer, timeout_s)
        except Unavailable:
            if known is None:
                raise
            answer, asked_at = UnitsAnswer(version=known.version), self._monotonic()
        if known is None or answer.version != known.version:
            known = DirectoryCopy(answer.version, answer.communes, answer.schools)
        if changes == self._changes:
            self._directory, self._directory_until = known, asked_at + self._units_fresh_s
        return known

    def note(self, units: NoteUnits) -> None:
        """Tell identity of what was just set up, ahead of its events; the next page knows it."""
        try:
            self._ask("note_units", units, Acknowledged)
        finally:
            self._changes += 1
            self._directory_until = 0.0
            self.forget()

    # inside

    def check(self) -> None:
        """Do nothing when identity answers, or did within the last second. Raises Unavailable, which is never remembered."""
        asked_at = self._monotonic()
        if asked_at >= self._answers_until:
            self._ask("health", Nothing(), Health, HOLDER_TIMEOUT_S)
            self._answers_until = asked_at + self._health_fresh_s

    def _ask(self, method: str, request: Call, answer: type[T], timeout: float = 5.0, away: str = _CANNOT_ASK) -> T:
        try:
            acting = gateway(correlation=correlation())
            return self._rpc_client.call(SERVICE, method, acting, request, answer, timeout=timeout)
        except Problem as problem:
            if problem.type == Unavailable.type:
                raise Unavailable(away, service=SERVICE) from problem
            raise
