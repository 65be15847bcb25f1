"""What a visit rests on of other services' events: cycles and schools, awards, kept documents, accounts and tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, delete, insert, select, update

from services.inspection.views import known_awards, known_results, told
from services.inspection.views.known_cycles import add_cycle, submitted
from services.inspection.views.known_staff import note_staff
from services.inspection.views.tables import METADATA
from shared.contracts.events import assessment, identity
from shared.contracts.events.assessment import (
    CommuneRegistered,
    CycleOpened,
    SchoolClosed,
    SchoolRegistered,
    SelfAssessmentSubmitted,
)
from shared.contracts.events.base import CloudEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.eventlog.log import microseconds
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.ids import CommuneCode, DocumentId, SchoolCode

SCHOOLS = Table(
    "known_schools",
    METADATA,
    Column("school", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("closed_on", Date),
)
_COMMUNES = Table(
    "known_communes",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("name", String, nullable=False),
)
_DOCUMENTS = Table(
    "known_documents",
    METADATA,
    Column("document", String, primary_key=True),
    Column("school", String, nullable=False),
)
_HOLDERS = Table(
    "known_holders",
    METADATA,
    Column("holder", String, primary_key=True),
    Column("ended", Integer, nullable=False, server_default="0"),
    Column("expires_at_us", BigInteger),
)
_ROLES = Table(
    "known_roles",
    METADATA,
    Column("holder", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope_kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("until", Date),
)


class KnownSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school as its commune registered it, under the name that it has now; `closed_on` is None for one that is open."""

    school: SchoolCode
    name: str
    kind: SchoolKind
    commune: CommuneCode
    closed_on: dt.date | None = None

    def closed_by(self, on: dt.date) -> bool:
        """Say whether the school was closed by a day."""
        return self.closed_on is not None and self.closed_on <= on


class HeldRole(msgspec.Struct, frozen=True, kw_only=True):
    """One role of an account in a scope; of a token only the role is told, and its `scope_kind` is empty.

    `until` is the last day on which it counts, None for a role that lasts.
    """

    role: str
    scope_kind: str
    scope: str
    until: dt.date | None = None

    def counts_on(self, day: dt.date) -> bool:
        """Say whether the role counts on a day."""
        return self.until is None or day <= self.until


class MemberHolder(msgspec.Struct, frozen=True, kw_only=True):
    """An account or a token: whether it ended (a token ends by itself too), and its roles."""

    ended: bool
    expires_at_us: int | None
    roles: tuple[HeldRole, ...]


def commune_of(conn: Connection, school: SchoolCode) -> CommuneCode:
    """Return a school's commune, '' when it is not known (yet)."""
    return CommuneCode(conn.execute(select(SCHOOLS.c.commune).where(SCHOOLS.c.school == school)).scalar() or "")


def schools_of(conn: Connection, commune: CommuneCode) -> list[SchoolCode]:
    """Return the schools of a commune."""
    query = select(SCHOOLS.c.school).where(SCHOOLS.c.commune == commune).order_by(SCHOOLS.c.school)
    return list(conn.execute(query).scalars())


def known_schools(conn: Connection, commune: CommuneCode) -> list[KnownSchool]:
    """Return the schools of a commune with their names, by code."""
    query = select(SCHOOLS).where(SCHOOLS.c.commune == commune).order_by(SCHOOLS.c.school)
    return [KnownSchool(**{**row._mapping, "kind": SchoolKind(row.kind)}) for row in conn.execute(query)]


def closed_schools(conn: Connection, on: dt.date) -> frozenset[SchoolCode]:
    """Return the schools that were closed by a day."""
    query = select(SCHOOLS.c.school).where(SCHOOLS.c.closed_on <= on)
    return frozenset(SchoolCode(school) for school in conn.execute(query).scalars())


def commune_name(conn: Connection, commune: CommuneCode) -> str:
    """Return what a commune is called, '' when it is not known (yet)."""
    return conn.execute(select(_COMMUNES.c.name).where(_COMMUNES.c.commune == commune)).scalar() or ""


def communes_of_schools(conn: Connection) -> dict[SchoolCode, CommuneCode]:
    """Return the commune of every school that is known."""
    return {row.school: CommuneCode(row.commune) for row in conn.execute(select(SCHOOLS.c.school, SCHOOLS.c.commune))}


def document_school(conn: Connection, document: DocumentId) -> SchoolCode:
    """Return the school a kept document belongs to, '' when it is not known (yet)."""
    return SchoolCode(conn.execute(select(_DOCUMENTS.c.school).where(_DOCUMENTS.c.document == document)).scalar() or "")


def holder(conn: Connection, number: str) -> MemberHolder | None:
    """Return an account or token by its id."""
    row = conn.execute(select(_HOLDERS).where(_HOLDERS.c.holder == number)).first()
    if row is None:
        return None
    c = _ROLES.c
    held = conn.execute(select(c.role, c.scope_kind, c.scope, c.until).where(c.holder == number))
    roles = tuple(HeldRole(**role._mapping) for role in held)
    return MemberHolder(ended=bool(row.ended), expires_at_us=row.expires_at_us, roles=roles)


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of another service: what a visit rests on is learnt, the rest is passed over."""
    heard = _FOREIGN_PROJECTIONS.get(event.type)
    if heard is not None:
        kind, learn = heard
        learn(conn, msgspec.convert(event.data, kind))
    known_results.project_foreign(conn, event)
    told.project_foreign(conn, event)


def is_newer(event: CloudEvent) -> bool:
    """Say whether an event is of a kind that is learnt from, in a version that this code does not know."""
    return event.type not in _KNOWN_TYPES and event.type.rpartition(".")[0] in _FOREIGN_KINDS


def _school(conn: Connection, event: SchoolRegistered) -> None:
    values = {"commune": event.commune, "name": event.name, "kind": event.kind.value}
    renamed = conn.execute(update(SCHOOLS).where(SCHOOLS.c.school == event.school).values(**values))
    if renamed.rowcount == 0:
        conn.execute(insert(SCHOOLS).values(school=event.school, **values))


def _school_closed(conn: Connection, event: SchoolClosed) -> None:
    conn.execute(update(SCHOOLS).where(SCHOOLS.c.school == event.school).values(closed_on=event.closed_on))


def _commune(conn: Connection, event: CommuneRegistered) -> None:
    conn.execute(delete(_COMMUNES).where(_COMMUNES.c.commune == event.commune))
    conn.execute(insert(_COMMUNES).values(commune=event.commune, name=event.name))


def _document(conn: Connection, event: DocumentReceived) -> None:
    conn.execute(delete(_DOCUMENTS).where(_DOCUMENTS.c.document == event.document))
    conn.execute(insert(_DOCUMENTS).values(document=event.document, school=event.school))


def _invited(conn: Connection, event: identity.AccountInvited) -> None:
    _put_holder(conn, event.account)


def _closed(conn: Connection, event: identity.AccountClosed) -> None:
    _end(conn, event.account)


def _token_issued(conn: Connection, event: identity.TokenIssued) -> None:
    _put_holder(conn, event.token, microseconds(event.expires_at))
    for role in event.roles:
        conn.execute(insert(_ROLES).values(holder=event.token, role=role, scope_kind="", scope=""))


def _token_revoked(conn: Connection, event: identity.TokenRevoked) -> None:
    _end(conn, event.token)


def _granted(conn: Connection, event: identity.RoleGranted) -> None:
    conn.execute(delete(_ROLES).where(*_of_role(event)))
    values = {"holder": event.account, "role": event.role, "scope_kind": event.scope_kind, "scope": event.scope}
    conn.execute(insert(_ROLES).values(**values, until=event.until))
    note_staff(conn, event)


def _revoked(conn: Connection, event: identity.RoleRevoked) -> None:
    conn.execute(delete(_ROLES).where(*_of_role(event)))


def _of_role(event: identity.RoleGranted | identity.RoleRevoked) -> tuple[Any, ...]:
    c = _ROLES.c
    return c.holder == event.account, c.role == event.role, c.scope_kind == event.scope_kind, c.scope == event.scope


def _put_holder(conn: Connection, number: str, expires_at_us: int | None = None) -> None:
    conn.execute(delete(_HOLDERS).where(_HOLDERS.c.holder == number))
    conn.execute(delete(_ROLES).where(_ROLES.c.holder == number))
    conn.execute(insert(_HOLDERS).values(holder=number, expires_at_us=expires_at_us))


def _end(conn: Connection, number: str) -> None:
    conn.execute(update(_HOLDERS).where(_HOLDERS.c.holder == number).values(ended=1))


def _ends_a_registration(_: Connection, __: assessment.RecognitionRefused) -> None:
    """Learn nothing: a refusal is recorded in the registration it ends, and must not pass unseen in a newer version."""


_HEARD: tuple[tuple[type[Any], Callable[[Connection, Any], None]], ...] = (
    (CycleOpened, add_cycle),
    (SelfAssessmentSubmitted, submitted),
    (SchoolRegistered, _school),
    (SchoolClosed, _school_closed),
    (CommuneRegistered, _commune),
    (DocumentReceived, _document),
    (identity.AccountInvited, _invited),
    (identity.AccountClosed, _closed),
    (identity.RoleGranted, _granted),
    (identity.RoleRevoked, _revoked),
    (identity.TokenIssued, _token_issued),
    (identity.TokenRevoked, _token_revoked),
    (assessment.RecognitionRefused, _ends_a_registration),
    *known_awards.HEARD,
)
_FOREIGN_PROJECTIONS = {kind.type(): (kind, learn) for kind, learn in _HEARD}
_KNOWN_TYPES = frozenset(_FOREIGN_PROJECTIONS) | known_results.TYPES
_FOREIGN_KINDS = frozenset(name.rpartition(".")[0] for name in _KNOWN_TYPES)
