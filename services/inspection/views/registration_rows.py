"""Which registrations there are, by the service's own log; how far each went is what its stream says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, insert, select, update

from services.inspection.domain import registration_facts as rf
from services.inspection.views.known import SCHOOLS
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode, CycleId, RegistrationId, SchoolCode

_REGISTRATIONS = Table(
    "registrations",
    METADATA,
    Column("registration", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
    Column("cycle", String, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("drafted", Integer, nullable=False, server_default="0"),
    Column("decided", Integer, nullable=False, server_default="0"),
)


class RegistrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A registration; `commune` is '' while the school is not known. `decided`: the department decided."""

    registration: RegistrationId
    school: SchoolCode
    commune: CommuneCode
    cycle: CycleId
    decided: bool


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about registrations is passed over."""
    fact = logged.entry.fact
    match fact:
        case rf.RegistrationOpened():
            told = {"position": logged.position, "opened_on": fact.opened_on}
            if not _change(conn, fact, **told):
                values = {"registration": fact.registration, "school": fact.school, "cycle": fact.cycle}
                conn.execute(insert(_REGISTRATIONS).values(**told, **values))
        case rf.DraftReportSent():
            _change(conn, fact, drafted=1)
        case rf.SchoolReplied() | rf.SilenceTaken() | rf.ReportFinalised():
            _change(conn, fact, drafted=0)
        case rf.RegistrationDecided():
            _change(conn, fact, decided=1)
        case _:
            pass


def _change(conn: Connection, fact: rf.RegistrationFact, **values: Any) -> int:
    changed = conn.execute(update(_REGISTRATIONS).where(_REGISTRATIONS.c.registration == fact.registration).values(**values))
    return changed.rowcount


def registered_cycle(conn: Connection, school: SchoolCode) -> CycleId:
    """Return the cycle that a school registered last, '' when it registered none."""
    c = _REGISTRATIONS.c
    query = select(c.cycle).where(c.school == school).order_by(c.position.desc()).limit(1)
    return CycleId(conn.execute(query).scalar() or "")


def registration_days(conn: Connection, schools: Sequence[SchoolCode]) -> dict[SchoolCode, list[dt.date]]:
    """Return the days on which each of these schools opened its registrations, the earliest first."""
    c = _REGISTRATIONS.c
    query = select(c.school, c.opened_on).where(c.school.in_(schools)).order_by(c.opened_on)
    found: dict[SchoolCode, list[dt.date]] = {}
    for row in conn.execute(query):
        found.setdefault(SchoolCode(row.school), []).append(row.opened_on)
    return found


def awaiting_reply(conn: Connection) -> list[tuple[SchoolCode, CycleId]]:
    """Return school and cycle of the registrations whose draft waits for a reply, in the order of their schools."""
    c = _REGISTRATIONS.c
    query = select(c.school, c.cycle).where(c.drafted == 1, c.decided == 0).order_by(c.school, c.cycle)
    return [(SchoolCode(row.school), CycleId(row.cycle)) for row in conn.execute(query)]


def registrations(conn: Connection, *, commune: CommuneCode = CommuneCode("")) -> list[RegistrationRow]:
    """Return the registration that each school made last, of a commune's schools when it is named."""
    c = _REGISTRATIONS.c
    query = select(*c, SCHOOLS.c.commune).outerjoin(SCHOOLS, SCHOOLS.c.school == c.school)
    if commune:
        query = query.where(SCHOOLS.c.commune == commune)
    last = {row.school: row for row in conn.execute(query.order_by(c.position))}
    return [
        RegistrationRow(
            registration=row.registration,
            school=row.school,
            commune=CommuneCode(row.commune or ""),
            cycle=row.cycle,
            decided=bool(row.decided),
        )
        for row in last.values()
    ]
