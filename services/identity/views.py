"""Read models of identity: accounts' states and roles, tokens, and the directory of communes and schools."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)

from services.identity.domain.facts import (
    LASTING,
    AccountClosed,
    AccountInvited,
    AccountOpened,
    GrantFact,
    RoleGranted,
    RoleRevoked,
    Terms,
    TokenIssued,
    TokenRevoked,
)
from shared.eventlog.log import RecordedEvent, microseconds
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.signing import SigningAs

VERSION = 3
"""Raise it whenever a table or the projection changes: everything is rebuilt."""

METADATA = MetaData()

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account", String, primary_key=True),
    Column("state", String, nullable=False),
)
GRANTS = Table(
    "grants",
    METADATA,
    Column("holder", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope_kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("until", Date),
    Column("signs", String, nullable=False, server_default=SigningAs.ITSELF.value),
)
TOKENS = Table(
    "tokens",
    METADATA,
    Column("token", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("issued_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("revoked", BigInteger, nullable=False, server_default="0"),
)
COMMUNES = Table(
    "communes",
    METADATA,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
)
SCHOOLS = Table(
    "schools",
    METADATA,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("commune", String, nullable=False, index=True),
    Column("closed_on", Date),
)
EVALUATIONS = Table(
    "evaluations",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("members", String, nullable=False),
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of source ``identity``."""
    match logged.entry.fact:
        case AccountInvited(account=account):
            conn.execute(insert(ACCOUNTS).values(account=account, state=AccountState.INVITED.value))
        case AccountOpened(account=account):
            _set_state(conn, account, AccountState.OPEN)
        case AccountClosed(account=account):
            _set_state(conn, account, AccountState.CLOSED)
            conn.execute(delete(GRANTS).where(GRANTS.c.holder == account))
        case RoleGranted(account=account, role=role, scope_kind=kind, scope=scope, until=until, signs=signs):
            grant = GrantFact(role=role, scope_kind=kind, scope=scope)
            _revoke(conn, account, grant)
            _grant(conn, account, grant, Terms(until=until, signs=signs))
        case RoleRevoked(account=account, role=role, scope_kind=kind, scope=scope):
            _revoke(conn, account, GrantFact(role=role, scope_kind=kind, scope=scope))
        case TokenIssued() as fact:
            _issue(conn, fact, logged)
        case TokenRevoked(token=token):
            conn.execute(update(TOKENS).where(TOKENS.c.token == token).values(revoked=1))
        case _:
            pass


def _set_state(conn: Connection, account: str, state: AccountState) -> None:
    conn.execute(update(ACCOUNTS).where(ACCOUNTS.c.account == account).values(state=state.value))


def _grant(conn: Connection, holder: str, grant: GrantFact, terms: Terms = LASTING) -> None:
    values = {"role": grant.role.value, "scope_kind": grant.scope_kind.value, "scope": grant.scope}
    conn.execute(insert(GRANTS).values(holder=holder, **values, until=terms.until, signs=terms.signs.value))


def _revoke(conn: Connection, holder: str, grant: GrantFact) -> None:
    c = GRANTS.c
    same = (c.role == grant.role.value, c.scope_kind == grant.scope_kind.value, c.scope == grant.scope)
    conn.execute(delete(GRANTS).where(c.holder == holder, *same))


def _issue(conn: Connection, fact: TokenIssued, logged: RecordedEvent) -> None:
    conn.execute(
        insert(TOKENS).values(
            token=fact.token,
            position=logged.position,
            issued_at_us=microseconds(logged.recorded_at),
            expires_at_us=microseconds(fact.expires_at),
        )
    )
    for grant in fact.grants:
        _grant(conn, fact.token, grant)


def grants_of(conn: Connection, holder: str, day: dt.date) -> dict[GrantFact, Terms]:
    """Return the roles of an account or a token that count on a day."""
    c = GRANTS.c
    query = select(GRANTS).where(c.holder == holder, _counts_on(day)).order_by(c.scope_kind, c.scope, c.role)
    return {_grant_of(row): _terms_of(row) for row in conn.execute(query)}


def grants_by_holder(conn: Connection, day: dt.date) -> dict[str, dict[GrantFact, Terms]]:
    """Return the roles of every account and every token that count on a day."""
    c = GRANTS.c
    by_holder: dict[str, dict[GrantFact, Terms]] = {}
    for row in conn.execute(select(GRANTS).where(_counts_on(day)).order_by(c.holder, c.scope_kind, c.scope, c.role)):
        by_holder.setdefault(row.holder, {})[_grant_of(row)] = _terms_of(row)
    return by_holder


def _counts_on(day: dt.date) -> ColumnElement[bool]:
    return or_(GRANTS.c.until.is_(None), GRANTS.c.until >= day)


def _grant_of(row: Row[Any]) -> GrantFact:
    return GrantFact(role=Role(row.role), scope_kind=ScopeKind(row.scope_kind), scope=row.scope)


def _terms_of(row: Row[Any]) -> Terms:
    return Terms(until=row.until, signs=SigningAs(row.signs))
