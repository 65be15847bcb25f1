"""Read models of a commune's year: its steering committees, and its register of directives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, insert, select

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode, DirectiveId, Position

_COMMITTEES = Table(
    "year_committees",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("members", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)
_DIRECTIVES = Table(
    "year_directives",
    METADATA,
    Column("directive", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class CommitteeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A committee as one decision made it."""

    commune: CommuneCode
    version: int
    year: int
    number: str
    decided_on: dt.date
    members: tuple[tf.CommitteeMember, ...]
    position: Position


class DirectiveRow(msgspec.Struct, frozen=True, kw_only=True):
    """A directive in the register."""

    directive: DirectiveId
    commune: CommuneCode
    year: int
    number: str
    issued_on: dt.date
    abstract: str
    section: str
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about committee and directives is passed over."""
    fact = logged.entry.fact
    match fact:
        case tf.CommitteeSet():
            values = {name: getattr(fact, name) for name in ("commune", "year", "number", "decided_on")}
            members = msgspec.json.encode(fact.members).decode()
            of = {"version": logged.entry.originator_version, "position": logged.position}
            conn.execute(insert(_COMMITTEES).values(**values, **of, members=members))
        case tf.DirectiveIssued():
            names = ("directive", "commune", "year", "number", "issued_on", "abstract", "section")
            values = {name: getattr(fact, name) for name in names}
            conn.execute(insert(_DIRECTIVES).values(**values, position=logged.position))
        case _:
            pass


def committees(conn: Connection, commune: CommuneCode) -> list[CommitteeRow]:
    """Return the committees of a commune, the newest first."""
    query = select(_COMMITTEES).where(_COMMITTEES.c.commune == commune).order_by(_COMMITTEES.c.version.desc())
    return [_committee(row) for row in conn.execute(query)]


def _committee(row: Any) -> CommitteeRow:
    told = {name: row._mapping[name] for name in CommitteeRow.__struct_fields__}
    return msgspec.convert(told | {"members": msgspec.json.decode(row.members)}, CommitteeRow)


def directives(conn: Connection, commune: CommuneCode, year: int) -> list[DirectiveRow]:
    """Return the register of a year, the newest first."""
    c = _DIRECTIVES.c
    query = select(_DIRECTIVES).where(c.commune == commune, c.year == year).order_by(c.issued_on.desc(), c.position.desc())
    return [_directive(row) for row in conn.execute(query)]


def directive(conn: Connection, number: DirectiveId) -> DirectiveRow | None:
    """Return one directive by its id."""
    row = conn.execute(select(_DIRECTIVES).where(_DIRECTIVES.c.directive == number)).first()
    return _directive(row) if row else None


def _directive(row: Any) -> DirectiveRow:
    return DirectiveRow(**{name: row._mapping[name] for name in DirectiveRow.__struct_fields__})
