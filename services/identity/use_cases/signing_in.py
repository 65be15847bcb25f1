"""Use cases about sessions: begun by password or by the launcher's link, ended; and the change of a password."""

from __future__ import annotations

import secrets

from services.identity.domain.account import OWNER, Account
from services.identity.domain.facts import GrantFact
from services.identity.domain.login_throttle import BY_ADDRESS, BY_LOGIN
from services.identity.domain.passwords import check_password
from services.identity.errors import LinkSpent, TooManyAttempts, WrongOldPassword, WrongPassword
from services.identity.ports import Link, PasswordHasher, Person
from services.identity.settings import Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.sessions import Sessions
from services.identity.use_cases.texts import normal_login
from shared.contracts.calls import Acknowledged
from shared.contracts.calls.identity import ChangePassword, LinkRequest, SessionRequest, SignedIn, SignIn
from shared.identity import permissions
from shared.identity.call_context import CallContext, system
from shared.identity.secret_hash import hash_secret
from shared.problems import NotSignedIn
from shared.text import nfc
from shared.vocabulary.roles import Role, ScopeKind

ONE_TIME = "vao"
OWNER_LOGIN = "quan-tri"


class SigningIn:
    """Lets people in and out."""

    def __init__(
        self, accounts: AccountRepository, sessions: Sessions, passwords: PasswordHasher, lifetimes: Lifetimes
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._lifetimes = lifetimes

    def sign_in(self, acting: CallContext, request: SignIn) -> SignedIn:
        """Start a session by login and password.

        A try is counted as failed before the password is looked at, so that many at once gain nothing. Raises
        WrongPassword (the same, after the same time, for an unknown login) or TooManyAttempts.
        """
        permissions.require(acting, "identity.sign_in")
        login, password = normal_login(request.login), request.password
        by_login, by_address = f"login:{login}", f"address:{request.address}"
        wait = self._accounts.people.begin_try({by_login: BY_LOGIN, by_address: BY_ADDRESS}, self._accounts.now_s())
        if wait:
            raise TooManyAttempts(f"Thử quá nhiều lần. Thử lại sau {wait} giây.", retry_after_s=wait)
        person = self._accounts.people.by_login(login)
        right = self._passwords.verify(person.password_hash if person else "", password)
        if person is None or not right or not self._sessions.may_enter(person.account):
            raise WrongPassword("Sai tên đăng nhập hoặc mật khẩu. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.")
        self._accounts.people.forget_tries(by_login)
        self._accounts.people.forgive_try({by_address: BY_ADDRESS})
        if self._passwords.is_outdated(person.password_hash):
            self._accounts.people.set_password(person.account, self._passwords.hash(password))
        return self._sessions.enter(person.account)

    def change_password(self, acting: CallContext, request: ChangePassword) -> Acknowledged:
        """Set another password for a person who is in; the old one is asked if there is one. All other sessions end.

        A wrong one counts as a try to sign in. Raises NotSignedIn, WrongOldPassword, TooManyAttempts, WeakPassword.
        """
        permissions.require(acting, "identity.change_password")
        session = self._accounts.people.session(request.sitting)
        if (
            session is None
            or not self._sessions.lasts(session, self._accounts.now_s())
            or not self._sessions.may_enter(session.account)
        ):
            raise NotSignedIn("Hết phiên hoặc chưa đăng nhập. Chưa đổi gì. Đăng nhập rồi thử lại.")
        account, new = session.account, request.new
        person = self._accounts.person(account)
        by_login = f"login:{person.login}"
        if person.password_hash:
            wait = self._accounts.people.begin_try({by_login: BY_LOGIN}, self._accounts.now_s())
            if wait:
                raise TooManyAttempts(f"Thử quá nhiều lần. Chưa đổi gì. Thử lại sau {wait} giây.", retry_after_s=wait)
            if not self._passwords.verify(person.password_hash, request.old):
                raise WrongOldPassword("Mật khẩu đang dùng chưa đúng. Chưa đổi gì. Nhập lại.", path="old")
            self._accounts.people.forget_tries(by_login)
        check_password(nfc(new), person.login, [person.display_name, *self._accounts.places_of(account)])
        self._accounts.people.set_password(account, self._passwords.hash(new))
        self._accounts.people.drop_sessions(account, but=request.sitting)
        return Acknowledged()

    def sign_out(self, acting: CallContext, request: SessionRequest) -> Acknowledged:
        """End a session."""
        permissions.require(acting, "identity.sign_out")
        self._accounts.people.drop_session(request.sitting)
        return Acknowledged()

    def one_time_link(self) -> str:
        """Return the path ``/vao/<secret>`` that lets the owner in once, as administrator; for the launcher.

        The owner's account is set up at the first call. It has no password until the owner sets one.
        """
        acting = system("launcher")
        self._accounts.people.reserve(Person(account=str(OWNER), login=OWNER_LOGIN, display_name="Người quản trị"))
        grant = GrantFact(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
        self._accounts.application.change(
            Account, OWNER, lambda account: account.invite((grant,), self._accounts.application.meta(acting))
        )
        secret = secrets.token_urlsafe(32)
        expires_at = self._accounts.now_s() + self._lifetimes.one_time_link_s
        self._accounts.people.add_link(
            hash_secret(secret), Link(account=str(OWNER), purpose=ONE_TIME, expires_at=expires_at)
        )
        return f"/{ONE_TIME}/{secret}"

    def sign_in_once(self, acting: CallContext, request: LinkRequest) -> SignedIn:
        """Let the owner in by the launcher's link.

        Raises LinkSpent.
        """
        permissions.require(acting, "identity.sign_in_once")
        link = self._sessions.usable_link(request.link, ONE_TIME)
        if not self._accounts.people.redeem_link(request.link):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Khởi động lại hệ thống để có đường dẫn mới.")
        return self._sessions.enter(link.account)
