"""Use cases about programs' tokens, their own or a person's: issued, listed, revoked."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Collection

from sqlalchemy import select

from services.identity import presenters
from services.identity import views as v
from services.identity.domain.account import Account
from services.identity.domain.api_token import ApiToken, token_state
from services.identity.domain.facts import GrantFact
from services.identity.errors import NoSuchAccount, RoleNotHeld
from services.identity.ports import ProgramSecret
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.texts import checked_name, checked_uuid, normal_login
from shared.contracts.calls import Done
from shared.contracts.calls.identity import TOKEN_PREFIX, IssueToken, TokenIssued, TokenRequest, TokensAnswer, TokenView
from shared.eventlog.log import moment
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.identity.secret_hash import hash_secret
from shared.ids import natural_id, new_id
from shared.problems import BadRequest
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.labels import ROLE_LABELS

LONGEST_TOKEN_DAYS = 1096
_CLOSED = AccountState.CLOSED.value


class Tokens:
    """Issues, lists and revokes the tokens of programs."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def issue_token(self, acting: CallContext, request: IssueToken) -> TokenIssued:
        """Give a program a token with roles of its own, or one that acts as a person.

        It is shown only now; a repeat of the same command makes the first one void.

        Raises NotAllowed, WrongScope, BadRequest; for a person's also NoSuchAccount, AccountEnded, RoleNotHeld.
        """
        permissions.require(acting, "identity.issue_token")
        name = checked_name(request.name, "$.name")
        if not 1 <= request.days <= LONGEST_TOKEN_DAYS:
            raise BadRequest(f"Số ngày hiệu lực từ 1 đến {LONGEST_TOKEN_DAYS}.", path="$.days")
        if not request.grants and not request.login:
            raise BadRequest("Mã truy cập cần ít nhất một vai trò.", path="$.grants")
        if any(grant.until is not None for grant in request.grants):
            raise BadRequest(
                "Mã truy cập hết theo số ngày hiệu lực của mã. Chưa cấp mã. Bỏ ngày hết của vai trò.", path="$.grants"
            )
        account = self._account_of(request.login) if request.login else None
        grants = self._accounts.checked_grants(acting, "identity.issue_token", request.grants)
        if account is not None:
            _check_held(account.held_on(self._accounts.today()), grants, request.login)
        expires_at = self._accounts.clock.now() + dt.timedelta(days=request.days)
        token_id = natural_id("token", acting.actor, acting.command) if acting.command else new_id()
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self._accounts.people.put_program(hash_secret(secret), ProgramSecret(token=str(token_id), name=name))
        self._accounts.application.change(
            ApiToken,
            token_id,
            lambda token: token.issue(
                grants,
                expires_at,
                self._accounts.application.meta(acting),
                account=str(account.id) if account is not None else "",
            ),
        )
        return TokenIssued(id=str(token_id), token=secret, expires_at=expires_at)

    def _account_of(self, login: str) -> Account:
        """Return the account whose person a token shall act as. Raises NoSuchAccount, AccountEnded."""
        person = self._accounts.people.by_login(normal_login(login))
        account = self._accounts.application.load(Account, uuid.UUID(person.account)) if person is not None else None
        if account is None or not account.exists:
            raise NoSuchAccount(
                f"Không có tài khoản {login}. Chưa cấp mã. Xem tên đăng nhập bằng kiemdinh user list, hoặc mời người ấy "
                "trước (kiemdinh user add).",
                login=login,
                path="$.login",
            )
        account.require_usable()
        return account

    def tokens(self, acting: CallContext) -> TokensAnswer:
        """List tokens, newest first, never the secrets."""
        permissions.require(acting, "identity.tokens")
        logins = {person.account: person.login for person in self._accounts.people.all_people() if not person.is_erased}
        names = {program.token: program.name for program in self._accounts.people.programs()}
        now = self._accounts.clock.now()
        with self._accounts.views.reading() as conn:
            grants = v.grants_by_holder(conn, self._accounts.today())
            closed = set(conn.execute(select(v.ACCOUNTS.c.account).where(v.ACCOUNTS.c.state == _CLOSED)).scalars())
            rows = conn.execute(select(v.TOKENS).order_by(v.TOKENS.c.position.desc())).all()
        accounts = {row.token: self._accounts.application.load(ApiToken, uuid.UUID(row.token)).account for row in rows}
        listed = [
            TokenView(
                id=row.token,
                name=names.get(row.token, ""),
                state=token_state(bool(row.revoked) or accounts[row.token] in closed, moment(row.expires_at_us), now),
                issued_at=moment(row.issued_at_us),
                expires_at=moment(row.expires_at_us),
                grants=[
                    presenters.grant_view(self._accounts.directory, grant, terms)
                    for grant, terms in grants.get(row.token, {}).items()
                ],
                account=accounts[row.token],
                login=logins.get(accounts[row.token], ""),
            )
            for row in rows
        ]
        return TokensAnswer(tokens=listed)

    def revoke_token(self, acting: CallContext, request: TokenRequest) -> Done:
        """Take a token back; it ends at once.

        Raises NotAllowed, NotFound.
        """
        permissions.require(acting, "identity.revoke_token")
        stream = checked_uuid(request.token, "Không có mã truy cập này.")
        _, position = self._accounts.application.change(
            ApiToken, stream, lambda token: token.revoke(self._accounts.application.meta(acting))
        )
        self._accounts.people.drop_program(request.token)
        return Done(position=position)


def _check_held(held: Collection[GrantFact], grants: tuple[GrantFact, ...], login: str) -> None:
    for grant in grants:
        if grant not in held:
            raise RoleNotHeld(
                f"Tài khoản {login} không giữ vai trò {ROLE_LABELS[grant.role]} ở đó. Chưa cấp mã. Bỏ vai trò ra để mã có "
                "đúng các vai trò của người ấy, hoặc giao vai trò trước (kiemdinh user grant).",
                role=grant.role,
                scope_kind=grant.scope_kind,
                scope=grant.scope,
            )
