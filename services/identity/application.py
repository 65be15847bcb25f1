"""Accounts, sign-in, roles and tokens: the use cases of the identity log."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from contextlib import suppress
from typing import ClassVar

import msgspec
from sqlalchemy import Connection, select

from services.identity import views as v
from services.identity.directory import Directory
from services.identity.domain import roles
from services.identity.domain.account import OWNER, Account
from services.identity.domain.api_token import ApiToken
from services.identity.domain.facts import FACTS, GrantFact
from services.identity.domain.login_throttle import BY_ADDRESS, BY_LOGIN
from services.identity.domain.passwords import check_password
from services.identity.ending import Endings
from services.identity.errors import (
    BadLogin,
    LinkSpent,
    LoginTaken,
    TooManyAttempts,
    WrongOldPassword,
    WrongPassword,
    WrongScope,
)
from services.identity.ports import Link, PasswordHasher, People, Person, ProgramSecret, Session
from services.identity.published import published
from services.identity.settings import MINUTE_S, Lifetimes
from shared.clock import Clock
from shared.contracts.calls import Acknowledged, Done
from shared.contracts.calls.identity import (
    TOKEN_PREFIX,
    AcceptInvitation,
    AccountRequest,
    AccountsAnswer,
    AccountView,
    ChangePassword,
    GrantRequest,
    GrantView,
    Holder,
    HoldersAnswer,
    HoldersRequest,
    InvitationView,
    Invite,
    Invited,
    IssueToken,
    LinkRequest,
    NoteUnits,
    ProgramRequest,
    RoleChange,
    SessionHolder,
    SessionRequest,
    SignedIn,
    SignIn,
    StandingAnswer,
    StandingRequest,
    TokenHolder,
    TokenIssued,
    TokenRequest,
    TokensAnswer,
    TokenView,
    UnitsAnswer,
    UnitsRequest,
)
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import FactRegistry
from shared.eventlog.log import RecordedEvent, moment
from shared.eventlog.read_model import ReadModel
from shared.identity import permissions
from shared.identity.call_context import OWNER_ACTOR, OWNER_GRANTS, CallContext, Grant, system
from shared.identity.secret_hash import hash_secret
from shared.ids import natural_id, new_id
from shared.problems import BadRequest, Conflict, NotAllowed, NotFound, NotSignedIn
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFull
from shared.text import nfc, vietnamese_key
from shared.vocabulary.accounts import AccountState, TokenState
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind

INVITATION = "loi-moi"
ONE_TIME = "vao"
OWNER_LOGIN = "quan-tri"
LONGEST_TOKEN_DAYS = 1096
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}\Z")
_LONGEST_NAME = 120
_TOUCH_S = MINUTE_S
"""A session's last use is noted at most once a minute: reading a page must not cost a write."""


class IdentityApplication(EventSourcedApplication):
    """Keeps accounts, roles and tokens (source ``identity``), and the directory.

    `views_url` is the database of the read models; `people` keeps names, logins and secrets, which no log can give back.
    `services.identity.bootstrap` puts the real adapters in.
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

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event, in its envelope."""
        return published(self.installation, logged)

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
        account_views = [
            self._account_view(row.account, AccountState(row.state), grants.get(row.account, []), people.get(row.account))
            for row in rows
        ]
        return AccountsAnswer(accounts=sorted(account_views, key=lambda view: vietnamese_key(view.display_name)))

    def holders(self, acting: CallContext, request: HoldersRequest) -> HoldersAnswer:
        """Return the people whose role among these reaches the school, by name: who may be sent there, and who was."""
        permissions.require(acting, "identity.holders", school=request.school)
        people = {person.account: person for person in self._people.all_people()}
        entry = self.directory.school(request.school)
        reach = {(ScopeKind.SCHOOL, request.school), (ScopeKind.DEPARTMENT, "")}
        if entry is not None:
            reach.add((ScopeKind.COMMUNE, entry.commune))
        with self.views.reading() as conn:
            held = _grants_by_holder(conn)
            open_ones = select(v.ACCOUNTS.c.account).where(v.ACCOUNTS.c.state != AccountState.CLOSED.value)
            accounts = conn.execute(open_ones).scalars().all()
        holders = [
            Holder(account=account, display_name=people[account].display_name if account in people else "")
            for account in accounts
            if any(g.role in request.roles and (g.scope_kind, g.scope) in reach for g in held.get(account, []))
        ]
        return HoldersAnswer(holders=sorted(holders, key=lambda holder: vietnamese_key(holder.display_name)))

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
        self._people.put_program(hash_secret(secret), ProgramSecret(token=str(token_id), name=name))
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
        return Done(position=position)

    # who acts

    def token_holder(self, acting: CallContext, request: ProgramRequest) -> TokenHolder:
        """Say who acts with a program's token; nobody when there is none, it ended or was revoked."""
        permissions.require(acting, "identity.token_holder")
        program = self._people.program(request.secret)
        if program is None:
            return TokenHolder()
        with self.views.reading() as conn:
            row = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == program.token)).one_or_none()
            held = _grants_of(conn, program.token)
        if row is None:
            return TokenHolder()
        expires_at, now = moment(row.expires_at_us), self.clock.now()
        if _token_state(bool(row.revoked), expires_at, now) is not TokenState.ACTIVE:
            return TokenHolder()
        grants = list(self._reaching(held, program.token))
        return TokenHolder(actor=program.token, grants=grants, good_s=int((expires_at - now).total_seconds()))

    def session_holder(self, acting: CallContext, request: SessionRequest) -> SessionHolder:
        """Say who acts in a session; nobody when there is none, it ended, or the account was closed. It counts as used."""
        permissions.require(acting, "identity.session_holder")
        session, now = self._people.session(request.sitting), self._now_s()
        if session is None:
            return SessionHolder()
        if not self._lasts(session, now):
            with suppress(StoreFull):
                self._people.drop_session(request.sitting)
            return SessionHolder()
        person, view = self._people.person(session.account), self.account(session.account)
        if view.state is not AccountState.OPEN:
            return SessionHolder()
        with suppress(StoreFull):
            # On a full disk people go on reading; a session then ends a little early.
            session = self._touched(request.sitting, session, now)
        held = [GrantFact(role=g.role, scope_kind=g.scope_kind, scope=g.scope) for g in view.grants]
        return SessionHolder(
            account=view,
            grants=list(self._reaching(held, session.account)),
            has_password=bool(person and person.password_hash),
            good_s=min(session.expires_at - now, session.seen_at + self.lifetimes.session_idle_s - now),
        )

    def _lasts(self, session: Session, now: int) -> bool:
        return now < session.expires_at and now - session.seen_at < self.lifetimes.session_idle_s

    def _touched(self, sitting: str, session: Session, now: int) -> Session:
        if now - session.seen_at < _TOUCH_S:
            return session
        self._people.touch_session(sitting, now)
        return msgspec.structs.replace(session, seen_at=now)

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
        with self.views.reading() as conn:
            state = conn.execute(select(v.ACCOUNTS.c.state).where(v.ACCOUNTS.c.account == request.actor)).scalar()
            token = conn.execute(select(v.TOKENS).where(v.TOKENS.c.token == request.actor)).one_or_none()
            grants = _grants_of(conn, request.actor)
        if token is not None:
            state = _token_state(bool(token.revoked), moment(token.expires_at_us), self.clock.now())
            return self._reaching(grants, request.actor) if state is TokenState.ACTIVE else None
        return self._reaching(grants, request.actor) if state == AccountState.OPEN.value else None

    def _sits(self, secret_hash: str, account: str) -> bool:
        session, now = self._people.session(secret_hash), self._now_s()
        if session is None or session.account != account or not self._lasts(session, now):
            return False
        # An upload of hours over a bad line is work, though no page is opened meanwhile.
        self._touched(secret_hash, session, now)
        return True

    # signing in

    def sign_in(self, acting: CallContext, request: SignIn) -> SignedIn:
        """Start a session by login and password.

        A try is counted as failed before the password is looked at, so that many at once gain nothing. Raises
        WrongPassword (the same, after the same time, for an unknown login) or TooManyAttempts.
        """
        permissions.require(acting, "identity.sign_in")
        login, password = _normal_login(request.login), request.password
        by_login, by_address = f"login:{login}", f"address:{request.address}"
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

    def change_password(self, acting: CallContext, request: ChangePassword) -> Acknowledged:
        """Set another password for a person who is in; the old one is asked if there is one. All other sessions end.

        A wrong one counts as a try to sign in. Raises NotSignedIn, WrongOldPassword, TooManyAttempts, WeakPassword.
        """
        permissions.require(acting, "identity.change_password")
        session = self._people.session(request.sitting)
        if session is None or not self._lasts(session, self._now_s()) or not self._may_enter(session.account):
            raise NotSignedIn("Hết phiên hoặc chưa đăng nhập. Chưa đổi gì. Đăng nhập rồi thử lại.")
        account, new = session.account, request.new
        person = self._person(account)
        by_login = f"login:{person.login}"
        if person.password_hash:
            wait = self._people.begin_try({by_login: BY_LOGIN}, self._now_s())
            if wait:
                raise TooManyAttempts(f"Thử quá nhiều lần. Chưa đổi gì. Thử lại sau {wait} giây.", retry_after_s=wait)
            if not self._passwords.verify(person.password_hash, request.old):
                raise WrongOldPassword("Mật khẩu đang dùng chưa đúng. Chưa đổi gì. Nhập lại.", path="old")
            self._people.forget_tries(by_login)
        check_password(nfc(new), person.login, [person.display_name, *self._places_of(account)])
        self._people.set_password(account, self._passwords.hash(new))
        self._people.drop_sessions(account, but=request.sitting)
        return Acknowledged()

    def sign_out(self, acting: CallContext, request: SessionRequest) -> Acknowledged:
        """End a session."""
        permissions.require(acting, "identity.sign_out")
        self._people.drop_session(request.sitting)
        return Acknowledged()

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
        self._people.add_link(hash_secret(secret), Link(account=str(OWNER), purpose=ONE_TIME, expires_at=expires_at))
        return f"/{ONE_TIME}/{secret}"

    def sign_in_once(self, acting: CallContext, request: LinkRequest) -> SignedIn:
        """Let the owner in by the launcher's link.

        Raises LinkSpent.
        """
        permissions.require(acting, "identity.sign_in_once")
        link = self._usable(request.link, ONE_TIME)
        if not self._people.redeem_link(request.link):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Khởi động lại hệ thống để có đường dẫn mới.")
        return self._enter(link.account)

    def invitation(self, acting: CallContext, request: LinkRequest) -> InvitationView:
        """Return what an invitation is for.

        Raises LinkSpent.
        """
        permissions.require(acting, "identity.invitation")
        link = self._usable(request.link, INVITATION)
        person = self._person(link.account)
        expires_at = dt.datetime.fromtimestamp(link.expires_at, tz=dt.UTC)
        return InvitationView(login=person.login, display_name=person.display_name, expires_at=expires_at)

    def accept_invitation(self, acting: CallContext, request: AcceptInvitation) -> SignedIn:
        """Set the password of the invited person and start a session.

        Other sessions of the account end. Raises LinkSpent, or WeakPassword, after which the link still works.
        """
        permissions.require(acting, "identity.accept_invitation")
        link = self._usable(request.link, INVITATION)
        person = self._person(link.account)
        check_password(nfc(request.password), person.login, [person.display_name, *self._places_of(link.account)])
        hashed = self._passwords.hash(request.password)
        if not self._people.redeem_link(request.link, password_hash=hashed, password_of=link.account):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Đăng nhập, hoặc xin lời mời mới.")
        self._people.forget_tries(f"login:{person.login}")
        return self._enter(link.account)

    # the directory

    def units(self, acting: CallContext, request: UnitsRequest) -> UnitsAnswer:
        """Return every commune and school, unless the caller knows this version."""
        permissions.require(acting, "identity.units")
        return self.directory.told(request.known)

    def note_units(self, acting: CallContext, request: NoteUnits) -> Acknowledged:
        """Take in what was just set up, ahead of its events."""
        permissions.require(acting, "identity.note_units")
        for commune in request.communes:
            self.directory.put_commune(commune)
        for school in request.schools:
            self.directory.put_school(school)
        for visit in request.evaluations:
            self.directory.put_evaluation(visit.inspection, visit.code, visit.members.split())
        return Acknowledged()

    # inside

    def _enter(self, account: str) -> SignedIn:
        # Here and not when the password is set: a crash between the two heals at the next sign-in.
        meta = self.meta(CallContext(actor=account))
        self.change(Account, uuid.UUID(account), lambda stream: stream.open(meta))
        now = self._now_s()
        self._people.purge(now)
        secret = secrets.token_urlsafe(32)
        lasting = Session(account=account, seen_at=now, expires_at=now + self.lifetimes.session_absolute_s)
        self._people.add_session(hash_secret(secret), lasting)
        return SignedIn(account=self.account(account), session=secret, lasts_s=self.lifetimes.session_absolute_s)

    def _may_enter(self, account: str) -> bool:
        stream = self.load(Account, uuid.UUID(account))
        return stream.exists and stream.state is not AccountState.CLOSED

    def _usable(self, secret_hash: str, purpose: str) -> Link:
        link = self._people.link(secret_hash)
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
        return person

    def _places_of(self, account: str) -> list[str]:
        """Return codes and names of where a person works: what others try in their password."""
        places = {(grant.scope_kind, grant.scope) for grant in self.load(Account, uuid.UUID(account)).grants if grant.scope}
        return [text for kind, code in places for text in (code, self.directory.name(kind, code))]

    def _link_for(self, account: str) -> Invited:
        secret = secrets.token_urlsafe(32)
        expires_at = self._now_s() + self.lifetimes.invitation_s
        self._people.add_link(hash_secret(secret), Link(account=account, purpose=INVITATION, expires_at=expires_at))
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
        self, account: str, state: AccountState, grants: dict[str, list[GrantFact]], schools: frozenset[SchoolCode]
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

    def _schools_of(self, grant: Grant, holder: str) -> tuple[SchoolCode, ...]:
        """Return the schools that have to be listed in a grant, since its scope does not tell them."""
        if grant.is_by_visits:
            return self.directory.evaluated_by(holder)
        return self.directory.codes_in(CommuneCode(grant.scope)) if grant.scope_kind is ScopeKind.COMMUNE else ()

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
    by_holder: dict[str, list[GrantFact]] = {}
    for row in conn.execute(select(v.GRANTS).order_by(c.holder, c.scope_kind, c.scope, c.role)):
        grant = GrantFact(role=Role(row.role), scope_kind=ScopeKind(row.scope_kind), scope=row.scope)
        by_holder.setdefault(row.holder, []).append(grant)
    return by_holder


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
