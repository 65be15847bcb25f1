"""The check that holds of each school and school year, by the service's own log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, String, Table, Text, delete, insert, select

from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.views.known import SCHOOLS
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode, InspectionId, PersonId, Position, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult

_CHECKS = Table(
    "maintenance_checks",
    METADATA,
    Column("school", String, primary_key=True),
    Column("year", String, primary_key=True),
    Column("result", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("checked_on", Date, nullable=False),
    Column("by", String, nullable=False),
    Column("inspection", String, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class MaintenanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """The check that holds of a school and a school year."""

    school: SchoolCode
    year: str
    result: MaintenanceResult
    note: str
    checked_on: dt.date
    by: PersonId
    inspection: InspectionId
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about yearly checks is passed over."""
    fact = logged.entry.fact
    if not isinstance(fact, MaintenanceChecked):
        return
    of_year = (_CHECKS.c.school == fact.school, _CHECKS.c.year == fact.year)
    present = conn.execute(select(_CHECKS.c.checked_on).where(*of_year)).scalar()
    if present is not None and fact.checked_on < present:
        return
    conn.execute(delete(_CHECKS).where(*of_year))
    values = {name: getattr(fact, name) for name in ("school", "year", "note", "checked_on")}
    conn.execute(
        insert(_CHECKS).values(
            result=fact.result.value,
            by=logged.entry.meta.actor,
            inspection=fact.inspection or "",
            position=logged.position,
            **values,
        )
    )


def maintenance_of(conn: Connection, school: SchoolCode) -> list[MaintenanceRow]:
    """Return a school's checks, the newest year first."""
    query = select(_CHECKS).where(_CHECKS.c.school == school).order_by(_CHECKS.c.year.desc())
    return [_row(row._mapping) for row in conn.execute(query)]


def maintenance_in(conn: Connection, year: str, commune: CommuneCode = CommuneCode("")) -> list[MaintenanceRow]:
    """Return the checks of a school year, of a commune's schools when it is named, by the code of the school."""
    query = select(_CHECKS).where(_CHECKS.c.year == year)
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.school == _CHECKS.c.school).where(SCHOOLS.c.commune == commune)
    return [_row(row._mapping) for row in conn.execute(query.order_by(_CHECKS.c.school))]


def maintenance_of_schools(
    conn: Connection, schools: Sequence[SchoolCode], years: Sequence[str]
) -> dict[SchoolCode, list[MaintenanceRow]]:
    """Return the checks of some school years of each of these schools that has any, the earlier year first."""
    query = select(_CHECKS).where(_CHECKS.c.school.in_(schools), _CHECKS.c.year.in_(years))
    found: dict[SchoolCode, list[MaintenanceRow]] = {}
    for row in conn.execute(query.order_by(_CHECKS.c.year)):
        found.setdefault(SchoolCode(row.school), []).append(_row(row._mapping))
    return found


def _row(values: object) -> MaintenanceRow:
    return msgspec.convert(values, MaintenanceRow)
