"""Visits and what they ask of schools, by the service's own log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, func, insert, select, update

from services.inspection.domain import facts as f
from services.inspection.domain import team_facts as tf
from services.inspection.views.known import SCHOOLS
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CommuneCode, CriterionCode, CycleId, InspectionId, SchoolCode, Sha256
from shared.vocabulary.inspection import VisitKind

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
    Column("kind", String, nullable=False, server_default=""),
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
    kind: VisitKind | None = None


class EarlierVisits(msgspec.Struct, frozen=True, kw_only=True):
    """A layer's visits to a cycle: those that go on, and those that were concluded, the last one last."""

    open: tuple[InspectionId, ...]
    concluded: tuple[InspectionId, ...]

    @property
    def last(self) -> InspectionId:
        """Return the visit that was concluded last, '' for none."""
        return self.concluded[-1] if self.concluded else InspectionId("")


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about visits is passed over."""
    fact = logged.entry.fact
    match fact:
        case f.InspectionPlanned():
            named = ("inspection", "school", "cycle", "digest", "title")
            values = {name: getattr(fact, name) for name in named} | {"layer": fact.layer.value, "kind": fact.kind or ""}
            conn.execute(insert(INSPECTIONS).values(planned_on=fact.planned_on, position=logged.position, **values))
        case f.InspectionRescheduled():
            _change_visit(conn, fact.inspection, planned_on=fact.planned_on)
        case tf.VisitJoinedCycle():
            _change_visit(conn, fact.inspection, cycle=fact.cycle, digest=fact.digest)
        case f.FindingRecorded():
            _put_finding(conn, fact, fact.answer_by)
        case tf.FindingAgreed():
            _put_finding(conn, fact, None)
        case f.InspectionConcluded():
            _change_visit(conn, fact.inspection, concluded_on=fact.concluded_on, concluded_at=logged.position)
        case f.FindingAnswered():
            conn.execute(update(_FINDINGS).where(*_of_finding(fact)).values(answered_on=fact.answered_on))
        case _:
            pass


def _change_visit(conn: Connection, inspection: InspectionId, **values: Any) -> None:
    conn.execute(update(INSPECTIONS).where(INSPECTIONS.c.inspection == inspection).values(**values))


def _put_finding(conn: Connection, fact: f.FindingRecorded | tf.FindingAgreed, answer_by: dt.date | None) -> None:
    values = {"result": fact.result.value, "answer_by": answer_by}
    changed = conn.execute(update(_FINDINGS).where(*_of_finding(fact)).values(**values))
    if changed.rowcount == 0:
        key = {name: getattr(fact, name) for name in ("inspection", "criterion", "level", "indicator")}
        conn.execute(insert(_FINDINGS).values(**key, **values))


def _of_finding(fact: f.FindingRecorded | f.FindingAnswered | tf.FindingAgreed) -> tuple[Any, ...]:
    return tuple(_FINDINGS.c[name] == getattr(fact, name) for name in ("inspection", "criterion", "level", "indicator"))


def inspections(conn: Connection, school: SchoolCode) -> list[InspectionId]:
    """Return the ids of a school's inspections, newest planned day first."""
    query = select(INSPECTIONS.c.inspection).where(INSPECTIONS.c.school == school)
    return list(conn.execute(query.order_by(INSPECTIONS.c.planned_on.desc(), INSPECTIONS.c.inspection)).scalars())


def cycle_of(conn: Connection, inspection: InspectionId) -> CycleId:
    """Return the cycle that a visit is for, '' when there is no such visit."""
    query = select(INSPECTIONS.c.cycle).where(INSPECTIONS.c.inspection == inspection)
    return CycleId(conn.execute(query).scalar() or "")


def earlier_visits(conn: Connection, school: SchoolCode, cycle: CycleId, layer: Layer) -> EarlierVisits:
    """Return a layer's visits to a cycle; with an empty `cycle`, those that belong to none yet."""
    c = INSPECTIONS.c
    query = select(c.inspection, c.concluded_on).where(c.school == school, c.cycle == cycle, c.layer == layer.value)
    rows = conn.execute(query.order_by(c.position)).all()
    concluded = sorted((row for row in rows if row.concluded_on), key=lambda row: row.concluded_on)
    return EarlierVisits(
        open=tuple(row.inspection for row in rows if row.concluded_on is None),
        concluded=tuple(row.inspection for row in concluded),
    )


def visits(conn: Connection, *, commune: CommuneCode = CommuneCode(""), layer: str = "") -> list[VisitRow]:
    """Return the visits, to a commune's schools when it is named, newest planned day first."""
    visit, finding = INSPECTIONS.c, _FINDINGS.c
    criteria_seen = func.count(func.distinct(finding.criterion)).label("criteria_seen")
    names = ("inspection", "school", "cycle", "digest", "layer", "title", "planned_on", "concluded_on", "kind")
    shown = [visit[name] for name in names]
    query = select(*shown, criteria_seen).outerjoin(_FINDINGS, finding.inspection == visit.inspection).group_by(*shown)
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.school == visit.school).where(SCHOOLS.c.commune == commune)
    if layer:
        query = query.where(visit.layer == layer)
    rows = conn.execute(query.order_by(visit.planned_on.desc(), visit.inspection))
    return [
        VisitRow(**{**row._mapping, "layer": Layer(row.layer), "kind": VisitKind(row.kind) if row.kind else None})
        for row in rows
    ]


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
