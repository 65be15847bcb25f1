"""Recommendations with all that was done about each, and the later visits that took them over, by the service's own log."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Select, String, Table, Text, insert, select, update

from services.inspection.domain import recommendation_facts as rf
from services.inspection.domain.recommendation import AFTER_VERIFICATION
from services.inspection.views.known import SCHOOLS
from services.inspection.views.tables import METADATA
from services.inspection.views.visit_rows import INSPECTIONS
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import (
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    InspectionId,
    Position,
    RecommendationId,
    SchoolCode,
)
from shared.vocabulary.inspection import RecommendationSeverity, RecommendationState, Responsible, Verification

_RECOMMENDATIONS = Table(
    "recommendations",
    METADATA,
    Column("recommendation", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
    Column("inspection", String, nullable=False, index=True),
    Column("layer", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("severity", String, nullable=False),
    Column("responsible", String, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("done_at", BigInteger),
)
_ACTS = Table(
    "recommendation_acts",
    METADATA,
    Column("recommendation", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("acted_on", Date, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("documents", Text, nullable=False, server_default="[]"),
    Column("result", String),
    Column("inspection", String, nullable=False, server_default=""),
    Column("due", Date),
)


class ActKind(enum.Enum):
    """What was done about a recommendation."""

    ANSWERED = "answered"
    VERIFIED = "verified"
    EXTENDED = "extended"


class RecommendationAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done about a recommendation: `text` is an answer, a note or a reason, as the kind says."""

    kind: ActKind
    acted_on: dt.date
    text: str
    documents: list[DocumentId]
    result: Verification | None
    inspection: InspectionId
    due: dt.date | None
    position: Position


class RecommendationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation and what its visit is: `due` as extended, `state` what was done last, `concluded_on` the visit's."""

    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    criterion: CriterionCode
    text: str
    severity: RecommendationSeverity
    responsible: Responsible
    due: dt.date
    state: RecommendationState
    made_on: dt.date
    position: Position
    done_at: Position | None
    title: str
    cycle: CycleId
    concluded_on: dt.date | None
    planned_at: Position

    @property
    def draft(self) -> bool:
        """Say whether its visit is not concluded."""
        return self.concluded_on is None


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about recommendations is passed over."""
    fact = logged.entry.fact
    match fact:
        case rf.RecommendationMade():
            _add(conn, fact, logged.position)
        case rf.RecommendationAnswered():
            documents = msgspec.json.encode(fact.documents).decode()
            _act(conn, fact, logged.position, ActKind.ANSWERED, fact.answered_on, text=fact.text, documents=documents)
            _change(conn, fact.recommendation, state=RecommendationState.ANSWERED.value)
        case rf.RecommendationVerified():
            found = {"text": fact.note, "result": fact.result.value, "inspection": fact.seen_in}
            _act(conn, fact, logged.position, ActKind.VERIFIED, fact.verified_on, **found)
            done_at = logged.position if fact.result is Verification.DONE else None
            _change(conn, fact.recommendation, state=AFTER_VERIFICATION[fact.result].value, done_at=done_at)
        case rf.RecommendationExtended():
            _act(conn, fact, logged.position, ActKind.EXTENDED, fact.extended_on, text=fact.reason, due=fact.due)
            _change(conn, fact.recommendation, due=fact.due)
        case _:
            pass


def _add(conn: Connection, fact: rf.RecommendationMade, position: Position) -> None:
    named = ("recommendation", "school", "inspection", "criterion", "text", "due", "made_on")
    values = {name: getattr(fact, name) for name in named} | {"layer": fact.layer.value}
    chosen = {"severity": fact.severity.value, "responsible": fact.responsible.value}
    state = RecommendationState.OPEN.value
    conn.execute(insert(_RECOMMENDATIONS).values(**values, **chosen, state=state, position=position))


def _act(conn: Connection, fact: Any, position: Position, kind: ActKind, on: dt.date, **values: Any) -> None:
    of = {"recommendation": fact.recommendation, "position": position, "kind": kind.value, "acted_on": on}
    conn.execute(insert(_ACTS).values(**of, **values))


def _change(conn: Connection, recommendation: RecommendationId, **values: Any) -> None:
    conn.execute(update(_RECOMMENDATIONS).where(_RECOMMENDATIONS.c.recommendation == recommendation).values(**values))


def recommendation(conn: Connection, number: RecommendationId) -> RecommendationRow | None:
    """Return one recommendation by its id."""
    row = conn.execute(_rows().where(_RECOMMENDATIONS.c.recommendation == number)).first()
    return _row(row) if row else None


def recommendations(
    conn: Connection, *, commune: CommuneCode = CommuneCode(""), school: SchoolCode = SchoolCode(""), layer: str = ""
) -> list[RecommendationRow]:
    """Return the recommendations, of a commune's schools or of one school when it is named, in the order of the log."""
    c = _RECOMMENDATIONS.c
    query = _rows()
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.school == c.school).where(SCHOOLS.c.commune == commune)
    if school:
        query = query.where(c.school == school)
    if layer:
        query = query.where(c.layer == layer)
    return [_row(row) for row in conn.execute(query.order_by(c.position))]


def recommendations_named(conn: Connection, numbers: Collection[RecommendationId]) -> list[RecommendationRow]:
    """Return those of these recommendations that there are."""
    c = _RECOMMENDATIONS.c
    return [_row(row) for some in slices(numbers) for row in conn.execute(_rows().where(c.recommendation.in_(some)))]


class OpenRecommendation(NamedTuple):
    """A recommendation about a criterion that is not done: whose school, and by which day it is due."""

    school: SchoolCode
    criterion: CriterionCode
    due: dt.date


def open_about_criteria(conn: Connection, schools: Iterable[SchoolCode]) -> list[OpenRecommendation]:
    """Return what concluded visits recommended to some schools about criteria, and is not done."""
    c = _RECOMMENDATIONS.c
    query = (
        select(c.school, c.criterion, c.due)
        .join(INSPECTIONS, INSPECTIONS.c.inspection == c.inspection)
        .where(c.criterion != "", c.state != RecommendationState.DONE.value, INSPECTIONS.c.concluded_on.is_not(None))
        .order_by(c.due)
    )
    return [OpenRecommendation(*row) for some in slices(schools) for row in conn.execute(query.where(c.school.in_(some)))]


def _rows() -> Select[Any]:
    visit = INSPECTIONS.c
    of_visit = (visit.title, visit.cycle, visit.concluded_on, visit.position.label("planned_at"))
    return select(_RECOMMENDATIONS, *of_visit).join(INSPECTIONS, visit.inspection == _RECOMMENDATIONS.c.inspection)


def _row(row: Any) -> RecommendationRow:
    # SQLAlchemy's names of columns are no plain strings, which msgspec wants.
    return msgspec.convert({name: row._mapping[name] for name in RecommendationRow.__struct_fields__}, RecommendationRow)


def acts_of(conn: Connection, numbers: Collection[RecommendationId]) -> dict[RecommendationId, list[RecommendationAct]]:
    """Return what was done about each of these recommendations, in the order of the log."""
    found: dict[RecommendationId, list[RecommendationAct]] = {}
    for some in slices(numbers):
        query = select(_ACTS).where(_ACTS.c.recommendation.in_(some)).order_by(_ACTS.c.position)
        for row in conn.execute(query):
            told = {name: row._mapping[name] for name in RecommendationAct.__struct_fields__}
            told["documents"] = msgspec.json.decode(row.documents)
            found.setdefault(row.recommendation, []).append(msgspec.convert(told, RecommendationAct))
    return found


def carried_into(conn: Connection, rows: Collection[RecommendationRow]) -> dict[RecommendationId, list[InspectionId]]:
    """Return for each of these recommendations the later visits of its layer that found it open, in the order planned.

    A visit finds open what was made before its conclusion and was not done when it was planned; one that was planned before
    the visit that made it is no later one.
    """
    visits: dict[tuple[str, str], list[Any]] = {}
    c = INSPECTIONS.c
    for some in slices({row.school for row in rows}):
        shown = (c.inspection, c.school, c.layer, c.position, c.concluded_at)
        for visit in conn.execute(select(*shown).where(c.school.in_(some)).order_by(c.position)):
            visits.setdefault((visit.school, visit.layer), []).append(visit)
    return {
        row.recommendation: [
            visit.inspection for visit in visits.get((row.school, row.layer.value), []) if _finds_open(visit, row)
        ]
        for row in rows
    }


def _finds_open(visit: Any, row: RecommendationRow) -> bool:
    is_later = visit.position > row.planned_at
    was_made = visit.concluded_at is None or row.position < visit.concluded_at
    was_open = row.done_at is None or row.done_at > visit.position
    return bool(is_later and was_made and was_open)
