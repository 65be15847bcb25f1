"""Read models of identity: accounts' states and roles, tokens, and the directory of communes and schools."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, delete, insert, select, update

from services.identity.domain.facts import (
    AccountClosed,
    AccountInvited,
    AccountOpened,
    GrantFact,
    RoleGranted,
    RoleRevoked,
    TokenIssued,
    TokenRevoked,
)
from shared.eventlog.log import RecordedEvent, microseconds
from shared.vocabulary.accounts import AccountState
from shared.vocabulary.roles import Role, ScopeKind

VERSION = 2
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
        case RoleGranted(account=account, role=role, scope_kind=kind, scope=scope):
            _grant(conn, account, GrantFact(role=role, scope_kind=kind, scope=scope))
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


def _grant(conn: Connection, holder: str, grant: GrantFact) -> None:
    values = {"role": grant.role.value, "scope_kind": grant.scope_kind.value, "scope": grant.scope}
    conn.execute(insert(GRANTS).values(holder=holder, **values))


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


def grants_of(conn: Connection, holder: str) -> list[GrantFact]:
    """Return the roles of an account or a token."""
    c = GRANTS.c
    query = select(c.role, c.scope_kind, c.scope).where(c.holder == holder).order_by(c.scope_kind, c.scope, c.role)
    return [GrantFact(role=Role(r.role), scope_kind=ScopeKind(r.scope_kind), scope=r.scope) for r in conn.execute(query)]


def grants_by_holder(conn: Connection) -> dict[str, list[GrantFact]]:
    """Return the roles of every account and every token."""
    c = GRANTS.c
    by_holder: dict[str, list[GrantFact]] = {}
    for row in conn.execute(select(GRANTS).order_by(c.holder, c.scope_kind, c.scope, c.role)):
        grant = GrantFact(role=Role(row.role), scope_kind=ScopeKind(row.scope_kind), scope=row.scope)
        by_holder.setdefault(row.holder, []).append(grant)
    return by_holder
