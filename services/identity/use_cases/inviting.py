"""Use cases about invitations: asked for, renewed, looked at, accepted."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid

from services.identity.domain import roles
from services.identity.domain.account import Account
from services.identity.domain.passwords import check_password
from services.identity.errors import BadLogin, LinkSpent, LoginTaken
from services.identity.ports import Link, PasswordHasher, Person
from services.identity.settings import Lifetimes
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.sessions import Sessions
from services.identity.use_cases.texts import account_id, checked_name, normal_login
from shared.contracts.calls.identity import (
    AcceptInvitation,
    AccountRequest,
    InvitationView,
    Invite,
    Invited,
    LinkRequest,
    SignedIn,
)
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.identity.secret_hash import hash_secret
from shared.ids import natural_id, new_id
from shared.problems import BadRequest, Conflict, NotAllowed
from shared.text import nfc

INVITATION = "loi-moi"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}\Z")


class Inviting:
    """Asks people in, and lets them in by their link."""

    def __init__(
        self, accounts: AccountRepository, sessions: Sessions, passwords: PasswordHasher, lifetimes: Lifetimes
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._lifetimes = lifetimes

    def invite(self, acting: CallContext, request: Invite) -> Invited:
        """Ask a person in. `invitation_url` is the path ``/loi-moi/<secret>``: the web layer puts the address before it.

        A repeat of the same command gives the same account with a new link. Raises NotAllowed, BadLogin, LoginTaken,
        WrongScope, TermsRefused, BadRequest.
        """
        permissions.require(acting, "identity.invite")
        if not request.grants:
            raise BadRequest("Lời mời cần ít nhất một vai trò.", path="$.grants")
        grants = self._accounts.checked_grants(acting, "identity.invite", request.grants)
        terms = self._accounts.checked_terms(request.grants)
        person = self._reserve(acting, request)
        self._accounts.application.change(
            Account,
            uuid.UUID(person.account),
            lambda account: account.invite(grants, self._accounts.application.meta(acting), terms=terms),
        )
        return self._link_for(person.account)

    def renew_invitation(self, acting: CallContext, request: AccountRequest) -> Invited:
        """Give a person who lost the password a new link; earlier links end, the password stays until the link is used.

        Raises NotAllowed, NotFound, AccountEnded.
        """
        permissions.require(acting, "identity.invite")
        stream = account_id(request.account)
        self._accounts.require_belongs(acting, "identity.invite", stream)
        account = self._accounts.application.load(Account, stream)
        account.require_usable()
        own = roles.own_schools(acting, "identity.invite")
        held = account.held_on(self._accounts.today())
        if not roles.is_administrator(acting) and not roles.may_renew(held, account.home, own):
            raise NotAllowed("Tài khoản này giữ vai trò ngoài trường mình. Việc này cần người quản trị. Chưa đổi gì.")
        return self._link_for(request.account)

    def invitation(self, acting: CallContext, request: LinkRequest) -> InvitationView:
        """Return what an invitation is for.

        Raises LinkSpent.
        """
        permissions.require(acting, "identity.invitation")
        link = self._sessions.usable_link(request.link, INVITATION)
        person = self._accounts.person(link.account)
        expires_at = dt.datetime.fromtimestamp(link.expires_at, tz=dt.UTC)
        return InvitationView(login=person.login, display_name=person.display_name, expires_at=expires_at)

    def accept_invitation(self, acting: CallContext, request: AcceptInvitation) -> SignedIn:
        """Set the password of the invited person and start a session.

        Other sessions of the account end. Raises LinkSpent, or WeakPassword, after which the link still works.
        """
        permissions.require(acting, "identity.accept_invitation")
        link = self._sessions.usable_link(request.link, INVITATION)
        person = self._accounts.person(link.account)
        check_password(nfc(request.password), person.login, [person.display_name, *self._accounts.places_of(link.account)])
        hashed = self._passwords.hash(request.password)
        if not self._accounts.people.redeem_link(request.link, password_hash=hashed, password_of=link.account):
            raise LinkSpent("Đường dẫn này đã dùng rồi. Đăng nhập, hoặc xin lời mời mới.")
        self._accounts.people.forget_tries(f"login:{person.login}")
        return self._sessions.enter(link.account)

    def _reserve(self, acting: CallContext, request: Invite) -> Person:
        login = normal_login(request.login)
        if not _LOGIN.match(login):
            raise BadLogin("Tên đăng nhập gồm 3 đến 64 ký tự: a–z, 0–9, dấu chấm, gạch, @; bắt đầu bằng chữ hoặc số.")
        name = checked_name(request.display_name, "$.display_name")
        account = natural_id("account", acting.actor, acting.command) if acting.command else new_id()
        person = self._accounts.people.reserve(Person(account=str(account), login=login, display_name=name))
        if person.login != login:
            raise Conflict("Lệnh này đã mời một người khác. Chưa mời thêm ai. Dùng Idempotency-Key mới.", path="$.login")
        taken = person.account != str(account) and self._accounts.application.load(Account, uuid.UUID(person.account)).exists
        if taken:
            raise LoginTaken("Tên đăng nhập này đã có người dùng. Chưa mời ai. Chọn tên khác.", path="$.login")
        if person.display_name != name:
            # A reservation whose invitation never reached the log: it is taken over with the new name.
            self._accounts.people.rename(person.account, name)
        return person

    def _link_for(self, account: str) -> Invited:
        secret = secrets.token_urlsafe(32)
        expires_at = self._accounts.now_s() + self._lifetimes.invitation_s
        self._accounts.people.add_link(hash_secret(secret), Link(account=account, purpose=INVITATION, expires_at=expires_at))
        return Invited(
            account=account,
            invitation_url=f"/{INVITATION}/{secret}",
            expires_at=dt.datetime.fromtimestamp(expires_at, tz=dt.UTC),
        )
