"""Cycles of self-assessment, as the assessment service tells of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, Date, String, Table, delete, insert, select, update

from services.inspection.domain.planning import KnownCycle
from services.inspection.views.tables import METADATA
from shared.contracts.events.assessment import CycleOpened, SelfAssessmentSubmitted
from shared.storage.slices import slices
from shared.vocabulary.ids import CycleId, SchoolCode

CYCLES = Table(
    "known_cycles",
    METADATA,
    Column("school", String, primary_key=True),
    Column("cycle", String, primary_key=True),
    Column("year", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("submitted_on", Date),
)


def cycles(conn: Connection, school: SchoolCode) -> list[KnownCycle]:
    """Return a school's cycles."""
    c = CYCLES.c
    query = select(c.cycle, c.year, c.digest, c.opened_on, c.submitted_on).where(c.school == school)
    return [KnownCycle(**row._mapping) for row in conn.execute(query)]


def cycle_named(conn: Connection, school: SchoolCode, cycle: CycleId) -> KnownCycle | None:
    """Return a cycle of a school, None when it is not known (yet)."""
    return next((known for known in cycles(conn, school) if known.cycle == cycle), None)


def newest_cycles(conn: Connection, schools: Collection[SchoolCode]) -> dict[SchoolCode, KnownCycle]:
    """Return the newest cycle of each of some schools that has any."""
    c = CYCLES.c
    found: dict[SchoolCode, KnownCycle] = {}
    for some in slices(schools):
        query = select(c.school, c.cycle, c.year, c.digest, c.opened_on, c.submitted_on).where(c.school.in_(some))
        for school, *told in conn.execute(query):
            cycle = KnownCycle(**dict(zip(KnownCycle.__struct_fields__, told, strict=True)))
            if school not in found or cycle.age > found[school].age:
                found[school] = cycle
    return found


def add_cycle(conn: Connection, opened: CycleOpened) -> None:
    """Note a cycle."""
    conn.execute(delete(CYCLES).where(*_of_cycle(opened)))
    values = {name: getattr(opened, name) for name in ("school", "cycle", "year", "digest", "opened_on")}
    conn.execute(insert(CYCLES).values(**values))


def submitted(conn: Connection, event: SelfAssessmentSubmitted) -> None:
    """Note on which day a cycle was submitted."""
    conn.execute(update(CYCLES).where(*_of_cycle(event)).values(submitted_on=event.submitted_on))


def _of_cycle(event: CycleOpened | SelfAssessmentSubmitted) -> tuple[Any, ...]:
    return CYCLES.c.school == event.school, CYCLES.c.cycle == event.cycle
