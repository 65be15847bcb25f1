"""Read models of the inspection service: the visits of a school, and the schools' cycles as the assessment service told."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Column, Connection, Date, MetaData, String, Table, delete, insert, select

from services.inspection.domain import facts as f
from shared.contracts.assessment import CycleOpened
from shared.contracts.base import CloudEvent
from shared.eventlog.log import Logged

VERSION = 1
"""Raised whenever a table or a projection changes: the views are then rebuilt, and the assessment feed read anew."""

METADATA = MetaData()

_INSPECTIONS = Table(
    "inspections",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
    Column("planned_on", Date, nullable=False),
)
_CYCLES = Table(
    "known_cycles",
    METADATA,
    Column("school", String, primary_key=True),
    Column("cycle", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("opened_on", Date, nullable=False),
)


def project(conn: Connection, logged: Logged) -> None:
    """Apply one event of the own log."""
    fact = logged.entry.fact
    if isinstance(fact, f.InspectionPlanned):
        values = {"inspection": fact.inspection, "school": fact.school, "planned_on": fact.planned_on}
        conn.execute(insert(_INSPECTIONS).values(**values))


def inspections(conn: Connection, school: str) -> list[str]:
    """Return the ids of a school's inspections, newest planned day first."""
    query = select(_INSPECTIONS.c.inspection).where(_INSPECTIONS.c.school == school)
    return list(conn.execute(query.order_by(_INSPECTIONS.c.planned_on.desc(), _INSPECTIONS.c.inspection)).scalars())


def cycle(conn: Connection, school: str, name: str) -> tuple[str, dt.date] | None:
    """Return the rulebook digest and the opening day of a school's cycle."""
    query = select(_CYCLES.c.digest, _CYCLES.c.opened_on).where(_CYCLES.c.school == school, _CYCLES.c.cycle == name)
    row = conn.execute(query).first()
    return (row.digest, row.opened_on) if row else None


def hear(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of the assessment service: cycles are learnt, the rest is passed over."""
    if event.type == CycleOpened.type():
        add_cycle(conn, msgspec.convert(event.data, CycleOpened))


def add_cycle(conn: Connection, opened: CycleOpened) -> None:
    """Remember a cycle."""
    key = (_CYCLES.c.school == opened.school) & (_CYCLES.c.cycle == opened.cycle)
    conn.execute(delete(_CYCLES).where(key))
    values = {"school": opened.school, "cycle": opened.cycle, "digest": opened.digest, "opened_on": opened.opened_on}
    conn.execute(insert(_CYCLES).values(**values))
