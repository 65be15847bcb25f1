"""Accounts, sign-in, roles and tokens: the use cases of the portal's own log."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import secrets
import uuid
from collections.abc import Collection
from contextlib import suppress
from typing import ClassVar

import msgspec
from eventsourcing.persistence import Tracking
from sqlalchemy import Connection, select

from services.portal import views as v
from services.portal.directory import Directory
from services.portal.domain import roles
from services.portal.domain.account import OWNER, Account
from services.portal.domain.facts import FACTS, GrantFact
from services.portal.domain.passwords import check_password
from services.portal.domain.pauses import BY_ADDRESS, BY_LOGIN
from services.portal.domain.program import ApiToken
from services.portal.domain.sealing import hash_secret
from services.portal.ending import Endings
from services.portal.errors import (
    BadLogin,
    LinkSpent,
    LoginTaken,
    TooManyAttempts,
    WrongOldPassword,
    WrongPassword,
    WrongScope,
)
from services.portal.ports import Link, PasswordHasher, People, Person, ProgramSecret, Session
from services.portal.published import published
from services.portal.remembered import TtlCache
from services.portal.requests import (
    AccountRequest,
    AccountsAnswer,
    AccountState,
    AccountView,
    GrantRequest,
    GrantView,
    InvitationView,
    Invite,
    Invited,
    IssueToken,
    Me,
    RoleChange,
    TokenIssued,
    TokenRequest,
    TokensAnswer,
    TokenState,
    TokenView,
)
from services.portal.settings import MINUTE_S, Lifetimes
from shared.clock import Clock
from shared.contracts.calls import Done
from shared.contracts.calls.identity import StandingAnswer, StandingRequest
from shared.contracts.events.base import CloudEvent
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import FactRegistry
from shared.eventlog.log import RecordedEvent, moment
from shared.eventlog.read_model import ReadModel
from shared.eventlog.store import StoreFull, StoreSettings
from shared.identity import permissions
from shared.identity.call_context import CallContext, Grant, system
from shared.ids import natural_id, new_id
from shared.problems import BadRequest, Conflict, NotAllowed, NotFound
from shared.text import nfc, vietnamese_key
from shared.vocabulary.roles import Role, ScopeKind

INVITATION = "loi-moi"
ONE_TIME = "vao"
OWNER_LOGIN = "quan-tri"
OWNER_ACTOR = "system:owner"
TOKEN_PREFIX = "kd_"  # noqa: S105 - the public beginning of every token
LONGEST_TOKEN_DAYS = 1096
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}\Z")
_LONGEST_NAME = 120
_TOUCH_S = MINUTE_S
"""A session's last use is noted at most once a minute: reading a page must not cost a write."""

FRESH_S = 0.0
"""For how long it is remembered who acts in a session or with a token. Not at all where another process may revoke it; a
composition that runs alone may remember longer, since what this process changes is known at once."""
_MOST_REMEMBERED = 2000

_OWNER_GRANTS = (
    Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),
    Grant(role=Role.CLERK, scope_kind=ScopeKind.INSTALLATION),
)
"""The owner of the data folder runs the installation, and may bring paper in by the command line; he does not judge."""


class PortalApplication(EventSourcedApplication):
    """Keeps accounts, roles and tokens (source ``identity``), and the directory.

    `views_url` is the database of the read models; `people` keeps names, logins and secrets, which no log can give back.
    `services.portal.assembly` puts the real adapters in.
    """

    name: ClassVar[str] = "identity"  # type: ignore[misc]  # a plain class attribute in the library
    facts: ClassVar[FactRegistry] = FACTS

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        people: People,
        passwords: PasswordHasher,
        lifetimes: Lifetimes | None = None,
        fresh_s: float = FRESH_S,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self._people = self.own(lambda: people)
        self.views = self.own(
            lambda: ReadModel(views_url, v.METADATA, v.project, self.log, version=v.VERSION, name="portal", never_stale=True)
        )
        self.directory = Directory(self.views)
        self.lifetimes = lifetimes or Lifetimes()
        self._endings = Endings(self, self.views, self._people)
        self._passwords = passwords
        self._sessions: TtlCache[tuple[Session, AccountView]] = TtlCache(fresh_s, _MOST_REMEMBERED)
        self._programs: TtlCache[tuple[str, dt.datetime, list[GrantFact]]] = TtlCache(fresh_s, _MOST_REMEMBERED)

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event, in its envelope."""
        return published(self.installation, logged)

    def append(self, *streams: Aggregate, tracking: Tracking | None = None) -> int:
        """Store what streams recorded; who acts is looked up anew from now on."""
        try:
            return super().append(*streams, tracking=tracking)
        finally:
            self._forget()

    def _forget(self) -> None:
        self._sessions.forget()
        self._programs.forget()

    # accounts and roles

    def invite(self, acting: CallContext, request: Invite) -> Invited:
        """Ask a person in. `invitation_url` is the path ``/loi-moi/<secret>``: the web layer puts the address before it.

        A repeat of the same command gives the same account with a new link. Raises NotAllowed, BadLogin, LoginTaken,
        WrongScope, BadRequest.
        """
        permissions.require(acting, "identity.invite")
        if not request.grants:
            raise BadRequest("Lời mời cần ít nhất một vai trò.", path="$.grants")
        grants = self._checked(acting, "identity.invite", request.grants)
        person = self._reserve(acting, request)
        self.change(Account, uuid.UUID(person.account), lambda account: account.invite(grants, self.meta(acting)))
        return self._link_for(person.account)

    def renew_invitation(self, acting: CallContext, request: AccountRequest) -> Invited:
        """Give a person who lost the password a new link; earlier links end, the password stays until the link is used.

        Raises NotAllowed, NotFound, AccountEnded.
        """
        permissions.require(acting, "identity.invite")
        stream = _account_id(request.account)
        self._require_belongs(acting, "identity.invite", stream)
        account = self.load(Account, stream)
        account.require_usable()
        own = roles.own_schools(acting, "identity.invite")
        if not roles.is_administrator(acting) and not roles.may_renew(account.grants, account.home, own):
            raise NotAllowed("Tài khoản này giữ vai trò ngoài trường mình. Việc này cần người quản trị. Chưa đổi gì.")
        return self._link_for(request.account)

    def accounts(self, acting: CallContext) -> AccountsAnswer:
        """List accounts: all for an administrator, those of the own school for a head."""
        permissions.require(acting, "identity.accounts")
        people = {person.account: person for person in self._people.all_people()}
        with self.views.reading() as conn:
            grants = _grants_by_holder(conn)
            rows = conn.execute(select(v.ACCOUNTS)).all()
        if not roles.is_administrator(acting):
            own = roles.own_schools(acting, "identity.accounts")
            rows = [row for row in rows if self._belongs(row.account, AccountState(row.state), grants, own)]
            # What a person does elsewhere is not this school's to know.
            grants = {holder: [g for g in held if g.scope in own] for holder, held in grants.items()}
        seen = [
            self._account_view(row.account, AccountState(row.state), grants.get(row.account, []), people.get(row.account))
            for row in rows
        ]
        return AccountsAnswer(accounts=sorted(seen, key=lambda view: vietnamese_key(view.display_name)))

    def holders(self, roles_wanted: Collection[Role], school: str, commune: str) -> list[AccountView]:
        """Return the accounts whose role among these reaches the school, by name (not checked: for who may plan there)."""
        people = {person.account: person for person in self._people.all_people()}
        reach = {(ScopeKind.SCHOOL, school), (ScopeKind.COMMUNE, commune), (ScopeKind.DEPARTMENT, "")}
        with self.views.reading() as conn:
            held = _grants_by_holder(conn)
            rows = conn.execute(select(v.ACCOUNTS).where(v.ACCOUNTS.c.state != AccountState.CLOSED.value)).all()
        found = [
            self._account_view(row.account, AccountState(row.state), held.get(row.account, []), people.get(row.account))
            for row in rows
            if any(g.role in roles_wanted and (g.scope_kind, g.scope) in reach for g in held.get(row.account, []))
        ]
        return sorted(found, key=lambda view: vietnamese_key(view.display_name))

    def account(self, account: str) -> AccountView:
        """Return one account (not checked: for its own holder and for the system).

        Raises NotFound.
        """
        person = self._people.person(account)
        with self.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == account)).scalar_one_or_none()
            if state is None:
                raise NotFound("Không có tài khoản này.")
            return self._account_view(account, AccountState(state), _grants_of(conn, account), person)

    def grant_role(self, acting: CallContext, request: RoleChange) -> Done:
        """Give an account a role in a scope. A head gives roles to people of the own school; all others are invited.

        Raises NotAllowed, NotFound (for a head also when the account is none of the own school: it must not tell that it
        exists), WrongScope, AccountEnded.
        """
        permissions.require(acting, "identity.grant_role")
        wanted = GrantRequest(role=request.role, scope_kind=request.scope_kind, scope=request.scope)
        (grant,) = self._checked(acting, "identity.grant_role", [wanted])
        stream = _account_id(request.account)
        self._require_belongs(acting, "identity.grant_role", stream)
        _, position = self.change(Account, stream, lambda account: account.grant(grant, self.meta(acting)))
        return Done(position=position)

    def revoke_role(self, acting: CallContext, request: RoleChange) -> Done:
        """Take a role in a scope back.

        Raises NotAllowed, NotFound, LastAdministrator.
        """
        permissions.require(acting, "identity.revoke_role")
        grant = GrantFact(role=request.role, scope_kind=request.scope_kind, scope=request.scope)
        roles.check_may_give(acting, "identity.revoke_role", grant)
        stream = _account_id(request.account)
        meta = self.meta(acting)
        return Done(position=self._endings.end(stream, lambda account: account.revoke(grant, meta), meta))

    def close_account(self, acting: CallContext, request: AccountRequest) -> Done:
        """Close an account for good; its sessions and links end at once.

        Raises NotAllowed (also for one's own account), NotFound, LastAdministrator.
        """
        permissions.require(acting, "identity.close_account")
        stream, meta = _account_id(request.account), self.meta(acting)

        def close(account: Account) -> None:
            account.close(meta)

        if request.account in {acting.actor, str(OWNER)}:
            self._endings.check(stream, close, meta)  # the only administrator is told of that first
            raise NotAllowed("Không tự đóng tài khoản đang dùng hay tài khoản của chủ hệ thống. Chưa đổi gì.")
        position = self._endings.end(stream, close, meta)
        self._people.drop_sessions(request.account)
        self._people.drop_links(request.account)
        self._forget()
        return Done(position=position)

    # programs' tokens

    def issue_token(self, acting: CallContext, request: IssueToken) -> TokenIssued:
        """Give a program a token. It is shown only now; a repeat of the same command makes the first one void.

        Raises NotAllowed, WrongScope, BadRequest.
        """
        permissions.require(acting, "identity.issue_token")
        name = _display_name(request.name, "$.name")
        if not 1 <= request.days <= LONGEST_TOKEN_DAYS:
            raise BadRequest(f"Số ngày hiệu lực từ 1 đến {LONGEST_TOKEN_DAYS}.", path="$.days")
        if not request.grants:
            raise BadRequest("Mã truy cập cần ít nhất một vai trò.", path="$.grants")
        grants = self._checked(acting, "identity.issue_token", request.grants)
        expires_at = self.clock.now() + dt.timedelta(days=request.days)
        token_id = natural_id("token", acting.actor, acting.command) if acting.command else new_id()
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self._people.put_program(secret, ProgramSecret(token=str(token_id), name=name))
        self.change(ApiToken, token_id, lambda token: token.issue(grants, expires_at, self.meta(acting)))
        return TokenIssued(id=str(token_id), token=secret, expires_at=expires_at)

    def tokens(self, acting: CallContext) -> TokensAnswer:
        """List tokens, newest first, never the secrets."""
        permissions.require(acting, "identity.tokens")
        names = {program.token: program.name for program in self._people.programs()}
        now = self.clock.now()
        with self.views.reading() as conn:
            grants = _grants_by_holder(conn)
            rows = conn.execute(select(v.TOKENS).order_by(v.TOKENS.c.position.desc())).all()
            listed = [
                TokenView(
                    id=row.token,
                    name=names.get(row.token, ""),
                    state=_token_state(bool(row.revoked), moment(row.expires_at_us), now),
                    issued_at=moment(row.issued_at_us),
                    expires_at=moment(row.expires_at_us),
                    grants=[self._grant_view(grant) for grant in grants.get(row.token, [])],
                )
                for row in rows
            ]
        return TokensAnswer(tokens=listed)

    def revoke_token(self, acting: CallContext, request: TokenRequest) -> Done:
        """Take a token back; it ends at once.

        Raises NotAllowed, NotFound.
        """
        permissions.require(acting, "identity.revoke_token")
        stream = _uuid(request.token, "Không có mã truy cập này.")
        _, position = self.change(ApiToken, stream, lambda token: token.revoke(self.meta(acting)))
        self._people.drop_program(request.token)
        self._forget()
        return Done(position=position)

    # who acts

    def acting_of_token(self, token: str, owner_token_sha256: str, *, correlation: str = "") -> CallContext | None:
        """Return who acts with a program's token or with the owner's; None when it is neither, ended or was revoked."""
        if owner_token_sha256 and hmac.compare_digest(hash_secret(token), owner_token_sha256.lower()):
            return CallContext(actor=OWNER_ACTOR, grants=_OWNER_GRANTS, correlation=correlation)
        known = self._programs.get(token, self._program) if token.startswith(TOKEN_PREFIX) else None
        if known is None:
            return None
        name, expires_at, held = known
        if _token_state(False, expires_at, self.clock.now()) is not TokenState.ACTIVE:
            return None
        return CallContext(actor=name, grants=self._reaching(held, name), correlation=correlation)

    def _program(self, token: str) -> tuple[str, dt.datetime, list[GrantFact]] | None:
        """Return a program's id, the end of its token and its roles; None for a token that is unknown or was revoked."""
        program = self._people.program(token)
        if program is None:
            return None
        with self.views.reading() as conn:
            row = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == program.token)).one_or_none()
            if row is None or row.revoked:
                return None
            return program.token, moment(row.expires_at_us), _grants_of(conn, program.token)

    def acting_of_session(self, secret: str, *, correlation: str = "") -> tuple[AccountView, CallContext] | None:
        """Return the account and who acts in a session; None when there is none, it ended, or the account was closed."""
        known = self._sessions.get(secret, self._session)
        if known is None:
            return None
        session, view = known
        now = self._now_s()
        if now >= session.expires_at or now - session.seen_at >= self.lifetimes.session_idle_s:
            with suppress(StoreFull):
                self._people.drop_session(secret)
            self._forget()
            return None
        if view.state is not AccountState.OPEN:
            return None
        if now - session.seen_at >= _TOUCH_S:
            with suppress(StoreFull):
                # On a full disk people go on reading; a session then ends a little early.
                self._people.touch_session(secret, now)
            self._sessions.forget()
        held = [GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in view.grants]
        grants = self._reaching(held, session.account)
        return view, CallContext(actor=session.account, grants=grants, correlation=correlation, sitting=hash_secret(secret))

    def _session(self, secret: str) -> tuple[Session, AccountView] | None:
        """Return a session with its account, as they stand; None when there is no such session."""
        session = self._people.session(secret)
        return (session, self.account(session.account)) if session is not None else None

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
            return _OWNER_GRANTS
        if request.sitting and not self._sits(request.sitting, request.actor):
            return None
        with self.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == request.actor)).scalar()
            token = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == request.actor)).one_or_none()
            grants = _grants_of(conn, request.actor)
        if token is not None:
            state = _token_state(bool(token.revoked), moment(token.expires_at_us), self.clock.now())
            return self._reaching(grants, request.actor) if state is TokenState.ACTIVE else None
        return self._reaching(grants, request.actor) if state == AccountState.OPEN.value else None

    def _sits(self, secret_hash: str, account: str) -> bool:
        session, now = self._people.sitting(secret_hash), self._now_s()
        if session is None or session.account != account or now >= session.expires_at:
            return False
        if now - session.seen_at >= self.lifetimes.session_idle_s:
            return False
        if now - session.seen_at >= _TOUCH_S:
            # An upload of hours over a bad line is work, though no page is opened meanwhile.
            self._people.touch_sitting(secret_hash, now)
            self._sessions.forget()
        return True

    def me(self, acting: CallContext, account: AccountView | None) -> Me:
        """Return who is signed in, as they may see it."""
        held = [GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in acting.grants]
        return Me(
            actor=acting.actor,
            account=account.account if account else "",
            display_name=account.display_name if account else "",
            grants=[self._grant_view(grant) for grant in held],
        )

    # signing in

    def sign_in(self, login: str, password: str, *, address: str = "") -> tuple[AccountView, str]:
        """Return the account and the secret of a new session.

        A try is counted as failed before the password is looked at, so that many at once gain nothing. Raises
        WrongPassword (the same, after the same time, for an unknown login) or TooManyAttempts.
        """
        login = _normal_login(login)
        by_login, by_address = f"login:{login}", f"address:{address}"
        wait = self._people.begin_try({by_login: BY_LOGIN, by_address: BY_ADDRESS}, self._now_s())
        if wait:
            raise TooManyAttempts(f"Thử quá nhiều lần. Thử lại sau {wait} giây.", retry_after_s=wait)
        person = self._people.by_login(login)
        right = self._passwords.verify(person.password_hash if person else "", password)
        if person is None or not right or not self._may_enter(person.account):
            raise WrongPassword("Sai tên đăng nhập hoặc mật khẩu. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.")
        self._people.forget_tries(by_login)
        self._people.forgive_try({by_address: BY_ADDRESS})
        if self._passwords.is_outdated(person.password_hash):
            self._people.set_password(person.account, self._passwords.hash(password))
        return self._enter(person.account)

    def has_password(self, account: str) -> bool:
        """Say whether a person has set a password; the owner may come in by the launcher's link alone."""
        return bool(self._person(account).password_hash)

    def change_password(self, account: str, session: str, old: str, new: str) -> None:
        """Set another password for a person who is in; the old one is asked if there is one. All other sessions end.

        A wrong one counts as a try to sign in. Raises WrongOldPassword, TooManyAttempts, WeakPassword.
        """
        person = self._person(account)
        by_login = f"login:{person.login}"
        if person.password_hash:
            wait = self._people.begin_try({by_login: BY_LOGIN}, self._now_s())
            if wait:
                raise TooManyAttempts(f"Thử quá nhiều lần. Chưa đổi gì. Thử lại sau {wait} giây.", retry_after_s=wait)
            if not self._passwords.verify(person.password_hash, old):
                raise WrongOldPassword("Mật khẩu đang dùng chưa đúng. Chưa đổi gì. Nhập lại.", path="old")
            self._people.forget_tries(by_login)
        check_password(nfc(new), person.login, [person.display_name, *self._places_of(account)])
        self._people.set_password(account, self._passwords.hash(new))
        self._people.drop_sessions(account, but=session)
        self._forget()

    def sign_out(self, secret: str) -> None:
        """End a session."""
        self._people.drop_session(secret)
        self._forget()

    def one_time_link(self) -> str:
        """Return the path ``/vao/<secret>`` that lets the owner in once, as administrator; for the launcher.

        The owner's account is set up at the first call. It has no password until the owner sets one.
        """
        acting = system("launcher")
        self._people.reserve(Person(account=str(OWNER), login=OWNER_LOGIN, display_name="Người quản trị"))
        grant = GrantFact(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
        self.change(Account, OWNER, lambda account: account.invite((grant,), self.meta(acting)))
        secret = secrets.token_urlsafe(32)
        expires_at = self._now_s() + self.lifetimes.one_time_link_s
        self._people.add_link(secret, Link(account=str(OWNER), purpose=ONE_TIME, expires_at=expires_at))
        return f"/{ONE_TIME}/{secret}"

    def sign_in_once(self, token: str) -> tuple[AccountView, str]:
        """Return the owner's account and the secret of a new session.

        Raises LinkSpent.
        """
        link = self._usable(token, ONE_TIME)
        if not self._people.redeem_link(token):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Khởi động lại hệ thống để có đường dẫn mới.")
        return self._enter(link.account)

    def invitation(self, token: str) -> InvitationView:
        """Return what an invitation is for.

        Raises LinkSpent.
        """
        link = self._usable(token, INVITATION)
        person = self._person(link.account)
        expires_at = dt.datetime.fromtimestamp(link.expires_at, tz=dt.UTC)
        return InvitationView(login=person.login, display_name=person.display_name, expires_at=expires_at)

    def accept_invitation(self, token: str, password: str) -> tuple[AccountView, str]:
        """Set the password of the invited person; return the account and the secret of a new session.

        Other sessions of the account end. Raises LinkSpent, or WeakPassword, after which the link still works.
        """
        link = self._usable(token, INVITATION)
        person = self._person(link.account)
        check_password(nfc(password), person.login, [person.display_name, *self._places_of(link.account)])
        hashed = self._passwords.hash(password)
        if not self._people.redeem_link(token, password_hash=hashed, password_of=link.account):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Đăng nhập, hoặc xin lời mời mới.")
        self._people.forget_tries(f"login:{person.login}")
        return self._enter(link.account)

    # inside

    def _enter(self, account: str) -> tuple[AccountView, str]:
        # Here and not when the password is set: a crash between the two heals at the next sign-in.
        meta = self.meta(CallContext(actor=account))
        self.change(Account, uuid.UUID(account), lambda stream: stream.open(meta))
        now = self._now_s()
        self._people.purge(now)
        secret = secrets.token_urlsafe(32)
        lasting = Session(account=account, seen_at=now, expires_at=now + self.lifetimes.session_absolute_s)
        self._people.add_session(secret, lasting)
        return self.account(account), secret

    def _may_enter(self, account: str) -> bool:
        stream = self.load(Account, uuid.UUID(account))
        return stream.exists and stream.state is not AccountState.CLOSED

    def _usable(self, token: str, purpose: str) -> Link:
        link = self._people.link(token)
        if link is None or link.purpose != purpose or link.expires_at <= self._now_s() or not self._may_enter(link.account):
            raise LinkSpent("Đường dẫn đã dùng, đã được thay hoặc quá hạn. Xin đường dẫn mới.")
        return link

    def _reserve(self, acting: CallContext, request: Invite) -> Person:
        login = _normal_login(request.login)
        if not _LOGIN.match(login):
            raise BadLogin("Tên đăng nhập gồm 3 đến 64 ký tự: a–z, 0–9, dấu chấm, gạch, @; bắt đầu bằng chữ hoặc số.")
        name = _display_name(request.display_name, "$.display_name")
        account = natural_id("account", acting.actor, acting.command) if acting.command else new_id()
        person = self._people.reserve(Person(account=str(account), login=login, display_name=name))
        if person.login != login:
            raise Conflict("Lệnh này đã mời một người khác. Chưa mời thêm ai. Dùng Idempotency-Key mới.", path="$.login")
        taken = person.account != str(account) and self.load(Account, uuid.UUID(person.account)).exists
        if taken:
            raise LoginTaken("Tên đăng nhập này đã có người dùng. Chưa mời ai. Chọn tên khác.", path="$.login")
        if person.display_name != name:
            # A reservation whose invitation never reached the log: it is taken over with the new name.
            self._people.rename(person.account, name)
            self._forget()
        return person

    def _places_of(self, account: str) -> list[str]:
        """Return codes and names of where a person works: what others try in their password."""
        places = {(grant.scope_kind, grant.scope) for grant in self.load(Account, uuid.UUID(account)).grants if grant.scope}
        return [text for kind, code in places for text in (code, self.directory.name(kind, code))]

    def _link_for(self, account: str) -> Invited:
        secret = secrets.token_urlsafe(32)
        expires_at = self._now_s() + self.lifetimes.invitation_s
        self._people.add_link(secret, Link(account=account, purpose=INVITATION, expires_at=expires_at))
        return Invited(
            account=account,
            invitation_url=f"/{INVITATION}/{secret}",
            expires_at=dt.datetime.fromtimestamp(expires_at, tz=dt.UTC),
        )

    def _checked(self, acting: CallContext, operation: str, wanted: list[GrantRequest]) -> tuple[GrantFact, ...]:
        grants = tuple(GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in wanted)
        for grant in grants:
            roles.check_scope(grant)
            roles.check_may_give(acting, operation, grant)
            if not self.directory.knows(grant.scope_kind, grant.scope):
                raise WrongScope(f"Không có đơn vị {grant.scope}. Lập trường hoặc xã trước.", scope=grant.scope)
        return tuple(dict.fromkeys(grants))

    def _require_belongs(self, acting: CallContext, operation: str, stream: uuid.UUID) -> None:
        """Require that the account is one of the caller's people; that another one exists is not told.

        Raises NotFound.
        """
        if roles.is_administrator(acting):
            return
        account = self.load(Account, stream)
        if not roles.belongs(account.grants, account.home, roles.own_schools(acting, operation)):
            raise NotFound("Không có tài khoản này trong trường mình. Chưa đổi gì. Mời người ấy bằng tên đăng nhập.")

    def _belongs(
        self, account: str, state: AccountState, grants: dict[str, list[GrantFact]], schools: frozenset[str]
    ) -> bool:
        held = grants.get(account, [])
        if held or state is AccountState.CLOSED:
            return roles.belongs(held, None, schools)
        return roles.belongs((), self.load(Account, uuid.UUID(account)).home, schools)

    def _person(self, account: str) -> Person:
        person = self._people.person(account)
        if person is None:
            raise NotFound("Không có tài khoản này.")
        return person

    def _account_view(
        self, account: str, state: AccountState, grants: list[GrantFact], person: Person | None
    ) -> AccountView:
        return AccountView(
            account=account,
            login=person.login if person else "",
            display_name=person.display_name if person else "",
            state=state,
            grants=[self._grant_view(grant) for grant in grants],
        )

    def _grant_view(self, grant: GrantFact) -> GrantView:
        name = self.directory.name(grant.scope_kind, grant.scope)
        return GrantView(role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope, scope_name=name)

    def _reaching(self, grants: list[GrantFact], holder: str) -> tuple[Grant, ...]:
        reaching = (Grant(role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope) for grant in grants)
        return tuple(msgspec.structs.replace(grant, schools=self._schools_of(grant, holder)) for grant in reaching)

    def _schools_of(self, grant: Grant, holder: str) -> tuple[str, ...]:
        """Return the schools that have to be listed in a grant, since its scope does not tell them."""
        if grant.is_by_visits:
            return self.directory.evaluated_by(holder)
        return self.directory.codes_in(grant.scope) if grant.scope_kind is ScopeKind.COMMUNE else ()

    def _now_s(self) -> int:
        return int(self.clock.now().timestamp())


def _token_state(revoked: bool, expires_at: dt.datetime, now: dt.datetime) -> TokenState:
    if revoked:
        return TokenState.REVOKED
    return TokenState.ACTIVE if now < expires_at else TokenState.EXPIRED


def _grants_of(conn: Connection, holder: str) -> list[GrantFact]:
    c = v.GRANTS.c
    query = select(c.role, c.scope_kind, c.scope).where(c.holder == holder).order_by(c.scope_kind, c.scope, c.role)
    return [GrantFact(role=Role(r.role), scope_kind=ScopeKind(r.scope_kind), scope=r.scope) for r in conn.execute(query)]


def _grants_by_holder(conn: Connection) -> dict[str, list[GrantFact]]:
    c = v.GRANTS.c
    found: dict[str, list[GrantFact]] = {}
    for row in conn.execute(select(v.GRANTS).order_by(c.holder, c.scope_kind, c.scope, c.role)):
        grant = GrantFact(role=Role(row.role), scope_kind=ScopeKind(row.scope_kind), scope=row.scope)
        found.setdefault(row.holder, []).append(grant)
    return found


def _normal_login(login: str) -> str:
    return nfc(login).strip().lower()


def _display_name(text: str, path: str) -> str:
    name = " ".join(nfc(text).split())
    if not name or len(name) > _LONGEST_NAME:
        raise BadRequest(f"Tên cần từ 1 đến {_LONGEST_NAME} ký tự.", path=path)
    return name


def _account_id(account: str) -> uuid.UUID:
    return _uuid(account, "Không có tài khoản này.")


def _uuid(text: str, missing: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(missing) from None
