"""Who has ever held a role inside a school, by the events of identity: a role that was taken back was still held."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, insert, select

from services.inspection.views.tables import METADATA
from shared.contracts.events.identity import RoleGranted
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.roles import SCHOOL_ROLES, ScopeKind

_STAFF = Table(
    "known_staff",
    METADATA,
    Column("holder", String, primary_key=True),
    Column("school", String, primary_key=True),
)


def ever_worked_at(conn: Connection, holder: str, school: SchoolCode) -> bool:
    """Say whether an account holds, or once held, a role of the staff of a school."""
    c = _STAFF.c
    return conn.execute(select(c.holder).where(c.holder == holder, c.school == school)).first() is not None


def note_staff(conn: Connection, granted: RoleGranted) -> None:
    """Remember a role of a school's staff; others are passed over."""
    if granted.role not in SCHOOL_ROLES or granted.scope_kind != ScopeKind.SCHOOL:
        return
    school = SchoolCode(granted.scope)
    if not ever_worked_at(conn, granted.account, school):
        conn.execute(insert(_STAFF).values(holder=granted.account, school=school))
