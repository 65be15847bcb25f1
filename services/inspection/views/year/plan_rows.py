"""Read models of a commune's year: the plan of a year and its list of schools."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
)

from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year.base import YearFact
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.commune_year import PlanState
from shared.vocabulary.ids import CommuneCode, Position, SchoolCode

_STEPS = Table(
    "year_plan_steps",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("fact", LargeBinary, nullable=False),
)
"""What was done to each plan beside its list: drafted, issued, adjusted."""

_ENTRIES = Table(
    "year_plan_entries",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("school", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fact", LargeBinary, nullable=False),
)
"""What stands on the list of each plan."""

_KINDS: dict[str, type[pf.PlanDrafted | pf.PlanIssued | pf.PlanAdjusted]] = {
    kind.TOPIC: kind for kind in (pf.PlanDrafted, pf.PlanIssued, pf.PlanAdjusted)
}


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a plan as it stands, and where it was said."""

    entry: pf.PlanEntrySet
    version: int
    position: Position


class PlanStep(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a plan beside its list."""

    fact: pf.PlanDrafted | pf.PlanIssued | pf.PlanAdjusted
    version: int
    position: Position


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: what was done to it in this order, and its list by school code."""

    commune: CommuneCode
    year: int
    steps: tuple[PlanStep, ...]
    entries: tuple[EntryRow, ...]

    @property
    def text(self) -> PlanStep | None:
        """The words as drafted last."""
        return next((step for step in reversed(self.steps) if isinstance(step.fact, pf.PlanDrafted)), None)

    @property
    def issues(self) -> list[pf.PlanIssued]:
        """Every time it was issued, the last one last."""
        return [step.fact for step in self.steps if isinstance(step.fact, pf.PlanIssued)]

    @property
    def adjustments(self) -> list[pf.PlanAdjusted]:
        """Every time it was opened again."""
        return [step.fact for step in self.steps if isinstance(step.fact, pf.PlanAdjusted)]

    @property
    def state(self) -> PlanState:
        """How far it is."""
        last = next((s.fact for s in reversed(self.steps) if not isinstance(s.fact, pf.PlanDrafted)), None)
        if last is None:
            return PlanState.DRAFT
        return PlanState.ISSUED if isinstance(last, pf.PlanIssued) else PlanState.ADJUSTED

    @property
    def issued_on(self) -> dt.date | None:
        """When it was issued last."""
        return self.issues[-1].issued_on if self.issues else None


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about plans is passed over."""
    fact = logged.entry.fact
    match fact:
        case pf.PlanDrafted() | pf.PlanIssued() | pf.PlanAdjusted():
            conn.execute(insert(_STEPS).values(kind=fact.TOPIC, **_told(fact, logged)))
        case pf.PlanEntrySet():
            conn.execute(delete(_ENTRIES).where(*_of_school(fact)))
            conn.execute(insert(_ENTRIES).values(school=fact.school, **_told(fact, logged)))
        case pf.PlanEntryDropped():
            conn.execute(delete(_ENTRIES).where(*_of_school(fact)))
        case _:
            pass


def plan_of(conn: Connection, commune: CommuneCode, year: int) -> PlanRow:
    """Return the plan of a commune and a year; one that nobody began has no steps and no entries."""
    s, e = _STEPS.c, _ENTRIES.c
    steps = conn.execute(select(_STEPS).where(s.commune == commune, s.year == year).order_by(s.position))
    entries = conn.execute(select(_ENTRIES).where(e.commune == commune, e.year == year).order_by(e.school))
    return PlanRow(
        commune=commune,
        year=year,
        steps=tuple(
            PlanStep(
                fact=msgspec.json.decode(row.fact, type=_KINDS[row.kind]),
                version=row.version,
                position=Position(row.position),
            )
            for row in steps
        ),
        entries=tuple(
            EntryRow(
                entry=msgspec.json.decode(row.fact, type=pf.PlanEntrySet),
                version=row.version,
                position=Position(row.position),
            )
            for row in entries
        ),
    )


def _told(fact: YearFact, logged: RecordedEvent) -> dict[str, object]:
    return {
        "commune": fact.commune,
        "year": fact.year,
        "position": logged.position,
        "version": logged.entry.originator_version,
        "fact": msgspec.json.encode(fact),
    }


def _of_school(fact: pf.PlanEntrySet | pf.PlanEntryDropped) -> tuple[ColumnElement[bool], ...]:
    c = _ENTRIES.c
    return c.commune == fact.commune, c.year == fact.year, c.school == SchoolCode(fact.school)
