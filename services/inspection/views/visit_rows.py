"""Visits and what they ask of schools, by the service's own log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, func, insert, select, update

from services.inspection.domain import facts as f
from services.inspection.views.known import SCHOOLS
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CommuneCode, CriterionCode, CycleId, InspectionId, SchoolCode, Sha256

INSPECTIONS = Table(
    "inspections",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
    Column("cycle", String, nullable=False),
    Column("layer", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("concluded_on", Date),
    Column("position", BigInteger, nullable=False),
    Column("concluded_at", BigInteger),
)
"""`position` and `concluded_at` are log positions: of the plan, and of the conclusion."""

_FINDINGS = Table(
    "findings",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("criterion", String, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("result", String, nullable=False),
    Column("answer_by", Date),
    Column("answered_on", Date),
)


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of a concluded visit, as the list of an office needs it."""

    school: SchoolCode
    inspection: InspectionId
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    answer_by: dt.date | None
    answered: bool


class VisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as the list of an office needs it."""

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    digest: Sha256
    layer: Layer
    title: str
    planned_on: dt.date
    concluded_on: dt.date | None
    criteria_seen: int


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about visits is passed over."""
    fact = logged.entry.fact
    match fact:
        case f.InspectionPlanned():
            named = ("inspection", "school", "cycle", "digest", "title")
            values = {name: getattr(fact, name) for name in named} | {"layer": fact.layer.value}
            conn.execute(insert(INSPECTIONS).values(planned_on=fact.planned_on, position=logged.position, **values))
        case f.InspectionRescheduled():
            _change_visit(conn, fact.inspection, planned_on=fact.planned_on)
        case f.FindingRecorded():
            _put_finding(conn, fact)
        case f.InspectionConcluded():
            _change_visit(conn, fact.inspection, concluded_on=fact.concluded_on, concluded_at=logged.position)
        case f.FindingAnswered():
            conn.execute(update(_FINDINGS).where(*_of_finding(fact)).values(answered_on=fact.answered_on))
        case _:
            pass


def _change_visit(conn: Connection, inspection: InspectionId, **values: Any) -> None:
    conn.execute(update(INSPECTIONS).where(INSPECTIONS.c.inspection == inspection).values(**values))


def _put_finding(conn: Connection, fact: f.FindingRecorded) -> None:
    values = {"result": fact.result.value, "answer_by": fact.answer_by}
    changed = conn.execute(update(_FINDINGS).where(*_of_finding(fact)).values(**values))
    if changed.rowcount == 0:
        key = {name: getattr(fact, name) for name in ("inspection", "criterion", "level", "indicator")}
        conn.execute(insert(_FINDINGS).values(**key, **values))


def _of_finding(fact: f.FindingRecorded | f.FindingAnswered) -> tuple[Any, ...]:
    return tuple(_FINDINGS.c[name] == getattr(fact, name) for name in ("inspection", "criterion", "level", "indicator"))


def inspections(conn: Connection, school: SchoolCode) -> list[InspectionId]:
    """Return the ids of a school's inspections, newest planned day first."""
    query = select(INSPECTIONS.c.inspection).where(INSPECTIONS.c.school == school)
    return list(conn.execute(query.order_by(INSPECTIONS.c.planned_on.desc(), INSPECTIONS.c.inspection)).scalars())


def cycle_of(conn: Connection, inspection: InspectionId) -> CycleId:
    """Return the cycle that a visit is for, '' when there is no such visit."""
    query = select(INSPECTIONS.c.cycle).where(INSPECTIONS.c.inspection == inspection)
    return CycleId(conn.execute(query).scalar() or "")


def visits_to(
    conn: Connection, school: SchoolCode, cycle: CycleId, layer: Layer
) -> list[tuple[InspectionId, dt.date | None]]:
    """Return id and day of conclusion of a layer's visits to a cycle, in the order in which they were planned."""
    c = INSPECTIONS.c
    query = select(c.inspection, c.concluded_on).where(c.school == school, c.cycle == cycle, c.layer == layer.value)
    return [(row.inspection, row.concluded_on) for row in conn.execute(query.order_by(c.position))]


def visits(conn: Connection, *, commune: CommuneCode = CommuneCode(""), layer: str = "") -> list[VisitRow]:
    """Return the visits, to a commune's schools when it is named, newest planned day first."""
    visit, finding = INSPECTIONS.c, _FINDINGS.c
    criteria_seen = func.count(func.distinct(finding.criterion)).label("criteria_seen")
    names = ("inspection", "school", "cycle", "digest", "layer", "title", "planned_on", "concluded_on")
    shown = [visit[name] for name in names]
    query = select(*shown, criteria_seen).outerjoin(_FINDINGS, finding.inspection == visit.inspection).group_by(*shown)
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.school == visit.school).where(SCHOOLS.c.commune == commune)
    if layer:
        query = query.where(visit.layer == layer)
    rows = conn.execute(query.order_by(visit.planned_on.desc(), visit.inspection))
    return [VisitRow(**{**row._mapping, "layer": Layer(row.layer)}) for row in rows]


def asked(conn: Connection, *, commune: CommuneCode = CommuneCode(""), layer: str = "") -> list[FindingRow]:
    """Return the findings of concluded visits, of a commune's schools when it is named."""
    visit, finding = INSPECTIONS.c, _FINDINGS.c
    query = select(visit.school, *finding).join(_FINDINGS, finding.inspection == visit.inspection)
    query = query.where(visit.concluded_on.is_not(None))
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.school == visit.school).where(SCHOOLS.c.commune == commune)
    if layer:
        query = query.where(visit.layer == layer)
    return [
        FindingRow(
            school=row.school,
            inspection=row.inspection,
            criterion=row.criterion,
            level=row.level,
            indicator=row.indicator,
            result=Result(row.result),
            answer_by=row.answer_by,
            answered=row.answered_on is not None,
        )
        for row in conn.execute(query)
    ]
