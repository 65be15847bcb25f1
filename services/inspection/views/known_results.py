"""What the assessment service tells of single criteria: what each layer judged last, and what schools plan to improve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Column, Connection, Date, String, Table, Text, delete, insert, select, update

from services.inspection.domain.year.criterion_results import WHOLE, JudgedPart, ToldJudgement, with_judgement
from services.inspection.views.known_cycles import CYCLES, cycle_named
from services.inspection.views.tables import METADATA
from shared.clock import vietnam_date
from shared.contracts.events.assessment import CycleOpened, IndicatorJudged, PartJudged, SchoolRegistered
from shared.contracts.events.base import CloudEvent
from shared.contracts.events.self_assessment import ImprovementItemSet, ImprovementReviewed
from shared.storage.slices import slices
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.ids import CriterionCode, CycleId, SchoolCode
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS
from shared.vocabulary.self_assessment import ImprovementStatus

_RESULTS = Table(
    "known_results",
    METADATA,
    Column("school", String, primary_key=True),
    Column("layer", String, primary_key=True),
    Column("criterion", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("cycle", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("digest", String, nullable=False),
    Column("results", Text, nullable=False),
)
_EDUCATION_LEVELS = Table(
    "known_education_levels",
    METADATA,
    Column("school", String, primary_key=True),
    Column("levels", Text, nullable=False),
)
_IMPROVEMENTS = Table(
    "known_improvements",
    METADATA,
    Column("school", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("cycle", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("ends", Date),
    Column("status", String, nullable=False),
)
_PART = tuple(_RESULTS.c[name] for name in ("part", "cycle", "opened_on", "digest", "results"))

PartsOfCriteria = Mapping[tuple[SchoolCode, CriterionCode], list[JudgedPart]]
"""School and criterion → what one layer judged of it."""


class KnownImprovement(NamedTuple):
    """An item of a school's improvement plan that is about a criterion and not done; `year` is the school year."""

    school: SchoolCode
    criterion: CriterionCode
    ends: dt.date | None
    year: str


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of the assessment service; what tells of no criterion is passed over."""
    heard = _LEARNT.get(event.type)
    if heard is not None:
        kind, learn = heard
        learn(conn, msgspec.convert(event.data, kind), vietnam_date(event.time))


def judged_of(conn: Connection, layer: Layer, schools: Collection[SchoolCode]) -> PartsOfCriteria:
    """Return what a layer judged last of every criterion of some schools."""
    found: dict[tuple[SchoolCode, CriterionCode], list[JudgedPart]] = {}
    c = _RESULTS.c
    for some in slices(schools):
        query = select(c.school, c.criterion, *_PART).where(c.school.in_(some), c.layer == layer.value)
        for school, criterion, *told in conn.execute(query):
            found.setdefault((school, criterion), []).append(_part(told))
    return found


def judged_of_criterion(conn: Connection, layer: Layer, school: SchoolCode, criterion: CriterionCode) -> list[JudgedPart]:
    """Return what a layer judged last of one criterion, empty for nothing."""
    c = _RESULTS.c
    query = select(*_PART).where(c.school == school, c.layer == layer.value, c.criterion == criterion)
    return [_part(row) for row in conn.execute(query)]


def education_levels(conn: Connection, schools: Collection[SchoolCode]) -> dict[SchoolCode, list[str]]:
    """Return the levels of education of those of some schools that have several, from the lowest."""
    c = _EDUCATION_LEVELS.c
    return {
        row.school: msgspec.json.decode(row.levels)
        for some in slices(schools)
        for row in conn.execute(select(_EDUCATION_LEVELS).where(c.school.in_(some)))
    }


def open_improvements(conn: Connection, schools: Collection[SchoolCode]) -> list[KnownImprovement]:
    """Return what some schools still have to improve, criterion by criterion."""
    c, done = _IMPROVEMENTS.c, [ImprovementStatus.DONE.value, ImprovementStatus.DROPPED.value]
    shown = (c.school, c.criterion, c.ends, CYCLES.c.year)
    query = (
        select(*shown)
        .join(CYCLES, (CYCLES.c.school == c.school) & (CYCLES.c.cycle == c.cycle))
        .where(c.status.not_in(done), c.criterion != "")
        .order_by(c.school, c.item)
    )
    return [KnownImprovement(*row) for some in slices(schools) for row in conn.execute(query.where(c.school.in_(some)))]


def _part(told: Any) -> JudgedPart:
    part, cycle, opened_on, digest, results = told
    return JudgedPart(part=part, cycle=cycle, opened_on=opened_on, digest=digest, told=results)


def _opened(conn: Connection, event: CycleOpened, _: dt.date) -> None:
    """Let a version that reopens a cycle begin with what the school judged; the other layers judged the former one."""
    if event.reopens:
        c = _RESULTS.c
        own = (c.school == event.school, c.layer == Layer.SCHOOL.value, c.cycle == event.reopens)
        conn.execute(update(_RESULTS).where(*own).values(cycle=event.cycle, opened_on=event.opened_on, digest=event.digest))


def _judged(conn: Connection, event: IndicatorJudged | PartJudged, day: dt.date) -> None:
    cycle = cycle_named(conn, event.school, CycleId(event.cycle))
    if cycle is None:
        return
    parts = judged_of_criterion(conn, event.layer, event.school, event.criterion)
    new = with_judgement(parts, judgement_of(event, day), cycle)
    if new is not None:
        _put(conn, event, new)


def judgement_of(event: IndicatorJudged | PartJudged, day: dt.date) -> ToldJudgement:
    """Return what an event that holds on a day judges."""
    return ToldJudgement(
        part=event.part if isinstance(event, PartJudged) else WHOLE,
        criterion=event.criterion,
        level=event.level,
        indicator=event.indicator,
        result=event.result,
        judged_on=day,
    )


def _put(conn: Connection, event: IndicatorJudged | PartJudged, part: JudgedPart) -> None:
    c = _RESULTS.c
    names = {"school": event.school, "layer": event.layer.value, "criterion": event.criterion, "part": part.part}
    conn.execute(delete(_RESULTS).where(*(c[name] == value for name, value in names.items())))
    values = {"cycle": part.cycle, "opened_on": part.opened_on, "digest": part.digest, "results": part.told}
    conn.execute(insert(_RESULTS).values(**names, **values))


def _school(conn: Connection, event: SchoolRegistered, _: dt.date) -> None:
    conn.execute(delete(_EDUCATION_LEVELS).where(_EDUCATION_LEVELS.c.school == event.school))
    if event.kind is SchoolKind.MULTI_LEVEL:
        levels = [level for level in EDUCATION_LEVEL_LABELS if level in event.levels]
        conn.execute(insert(_EDUCATION_LEVELS).values(school=event.school, levels=msgspec.json.encode(levels).decode()))


def _item(conn: Connection, event: ImprovementItemSet, _: dt.date) -> None:
    c = _IMPROVEMENTS.c
    own = (c.school == event.school, c.item == event.item)
    status = conn.execute(select(c.status).where(*own)).scalar() or ImprovementStatus.NOT_STARTED.value
    conn.execute(delete(_IMPROVEMENTS).where(*own))
    values = {name: getattr(event, name) for name in ("school", "item", "cycle", "criterion", "ends")}
    conn.execute(insert(_IMPROVEMENTS).values(**values, status=status))


def _reviewed(conn: Connection, event: ImprovementReviewed, _: dt.date) -> None:
    c = _IMPROVEMENTS.c
    own = (c.school == event.school, c.item == event.item)
    conn.execute(update(_IMPROVEMENTS).where(*own).values(status=event.status.value))


_Learning: TypeAlias = tuple[type[Any], Callable[[Connection, Any, dt.date], None]]
HEARD: tuple[_Learning, ...] = (
    (CycleOpened, _opened),
    (IndicatorJudged, _judged),
    (PartJudged, _judged),
    (ImprovementItemSet, _item),
    (ImprovementReviewed, _reviewed),
)
"""The kinds of event about criteria that are learnt from, and what each is learnt by."""
_OF_SCHOOLS: _Learning = (SchoolRegistered, _school)
_LEARNT = {kind.type(): (kind, learn) for kind, learn in (*HEARD, _OF_SCHOOLS)}
TYPES = frozenset(_LEARNT)
"""The types of event that are learnt from."""
