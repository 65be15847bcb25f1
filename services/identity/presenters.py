"""How the identity service tells of accounts and of the roles that they hold."""

from __future__ import annotations

from collections.abc import Mapping

from services.identity.directory import Directory
from services.identity.domain.facts import GrantFact, Terms
from services.identity.ports import Person
from shared.contracts.calls.identity import AccountView, GrantView
from shared.vocabulary.accounts import AccountState


def account_view(
    directory: Directory, account: str, state: AccountState, grants: Mapping[GrantFact, Terms], person: Person | None
) -> AccountView:
    """Return an account with its roles; one whose person is not known has no name."""
    return AccountView(
        account=account,
        login=person.login if person and not person.is_erased else "",
        display_name=person.display_name if person else "",
        state=state,
        grants=[grant_view(directory, grant, terms) for grant, terms in grants.items()],
    )


def grant_view(directory: Directory, grant: GrantFact, terms: Terms) -> GrantView:
    """Return a role with the name of its scope and the terms on which it is held."""
    name = directory.name(grant.scope_kind, grant.scope)
    return GrantView(
        role=grant.role,
        scope_kind=grant.scope_kind,
        scope=grant.scope,
        scope_name=name,
        until=terms.until,
        signs=terms.signs,
    )
