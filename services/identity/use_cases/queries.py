"""Questions about accounts: all that the caller may see, and who holds a role that reaches a school."""

from __future__ import annotations

from sqlalchemy import select

from services.identity import presenters
from services.identity import views as v
from services.identity.domain import roles
from services.identity.use_cases.accounts import AccountRepository
from shared.contracts.calls.identity import AccountsAnswer, Holder, HoldersAnswer, HoldersRequest
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.text import vietnamese_key
from shared.vocabulary.accounts import AccountState


class AccountQueries:
    """Answers questions about accounts; records nothing."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def accounts(self, acting: CallContext) -> AccountsAnswer:
        """List accounts: all for an administrator, those of the own school for a head."""
        permissions.require(acting, "identity.accounts")
        people = {person.account: person for person in self._accounts.people.all_people()}
        with self._accounts.views.reading() as conn:
            grants = v.grants_by_holder(conn, self._accounts.today())
            rows = conn.execute(select(v.ACCOUNTS)).all()
        if not roles.is_administrator(acting):
            own = roles.own_schools(acting, "identity.accounts")
            rows = [row for row in rows if self._accounts.belongs(row.account, AccountState(row.state), grants, own)]
            # What a person does elsewhere is not this school's to know.
            grants = {
                holder: {grant: terms for grant, terms in held.items() if grant.scope in own}
                for holder, held in grants.items()
            }
        account_views = [
            presenters.account_view(
                self._accounts.directory,
                row.account,
                AccountState(row.state),
                grants.get(row.account, {}),
                people.get(row.account),
            )
            for row in rows
        ]
        return AccountsAnswer(accounts=sorted(account_views, key=lambda view: vietnamese_key(view.display_name)))

    def holders(self, acting: CallContext, request: HoldersRequest) -> HoldersAnswer:
        """Return the people whose role among these reaches the school, by name: who may be sent there, and who was."""
        permissions.require(acting, "identity.holders", school=request.school)
        people = {person.account: person for person in self._accounts.people.all_people()}
        reach = self._accounts.directory.scopes_reaching(request.school)
        with self._accounts.views.reading() as conn:
            held = v.grants_by_holder(conn, self._accounts.today())
            open_ones = select(v.ACCOUNTS.c.account).where(v.ACCOUNTS.c.state != AccountState.CLOSED.value)
            accounts = conn.execute(open_ones).scalars().all()
        holders = [
            Holder(account=account, display_name=people[account].display_name if account in people else "")
            for account in accounts
            if any(g.role in request.roles and (g.scope_kind, g.scope) in reach for g in held.get(account, ()))
        ]
        return HoldersAnswer(holders=sorted(holders, key=lambda holder: vietnamese_key(holder.display_name)))
