"""Use cases about what an account may do: roles given and taken back, accounts closed."""

from __future__ import annotations

from services.identity.domain import roles
from services.identity.domain.account import OWNER, Account
from services.identity.domain.facts import GrantFact
from services.identity.ending import Endings
from services.identity.use_cases.accounts import AccountRepository
from services.identity.use_cases.texts import account_id
from shared.contracts.calls import Done
from shared.contracts.calls.identity import AccountRequest, GrantRequest, RoleChange, RoleGrant
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import NotAllowed


class Granting:
    """Gives and takes roles; closes accounts."""

    def __init__(self, accounts: AccountRepository, endings: Endings) -> None:
        self._accounts = accounts
        self._endings = endings

    def grant_role(self, acting: CallContext, request: RoleGrant) -> Done:
        """Give an account a role in a scope, or give it on other terms.

        A head gives roles to people of the own school; all others are invited.

        Raises NotAllowed, NotFound (for a head also when the account is none of the own school: it must not tell that it
        exists), WrongScope, TermsRefused, AccountEnded.
        """
        permissions.require(acting, "identity.grant_role")
        wanted = GrantRequest(
            role=request.role,
            scope_kind=request.scope_kind,
            scope=request.scope,
            until=request.until,
            signs=request.signs,
        )
        (grant,) = self._accounts.checked_grants(acting, "identity.grant_role", [wanted])
        terms = self._accounts.checked_terms([wanted])[grant]
        stream = account_id(request.account)
        self._accounts.require_belongs(acting, "identity.grant_role", stream)
        _, position = self._accounts.application.change(
            Account, stream, lambda account: account.grant(grant, self._accounts.application.meta(acting), terms=terms)
        )
        return Done(position=position)

    def revoke_role(self, acting: CallContext, request: RoleChange) -> Done:
        """Take a role in a scope back.

        Raises NotAllowed, NotFound, LastAdministrator.
        """
        permissions.require(acting, "identity.revoke_role")
        grant = GrantFact(role=request.role, scope_kind=request.scope_kind, scope=request.scope)
        roles.check_may_give(acting, "identity.revoke_role", grant)
        stream = account_id(request.account)
        meta = self._accounts.application.meta(acting)
        return Done(position=self._endings.end(stream, lambda account: account.revoke(grant, meta), meta))

    def close_account(self, acting: CallContext, request: AccountRequest) -> Done:
        """Close an account for good; its sessions and links end at once.

        Raises NotAllowed (also for one's own account), NotFound, LastAdministrator.
        """
        permissions.require(acting, "identity.close_account")
        stream, meta = account_id(request.account), self._accounts.application.meta(acting)

        def close(account: Account) -> None:
            account.close(meta)

        if request.account in {acting.actor, str(OWNER)}:
            self._endings.check(stream, close, meta)  # the only administrator is told of that first
            raise NotAllowed("Không tự đóng tài khoản đang dùng hay tài khoản của chủ hệ thống. Chưa đổi gì.")
        position = self._endings.end(stream, close, meta)
        self._accounts.people.drop_sessions(request.account)
        self._accounts.people.drop_links(request.account)
        return Done(position=position)
