"""Read models of a commune's year: targets: what schools are to reach by when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, Table, Text, delete, insert, select, update

from services.inspection.domain.year import targets_facts as tf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.ids import CommuneCode, CriterionCode, SchoolCode, Sha256, TargetId

_TARGETS = Table(
    "criterion_targets",
    METADATA,
    Column("target", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("school", String, nullable=False, index=True),
    Column("criterion", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("level", Integer, nullable=False),
    Column("by", Date, nullable=False),
    Column("lead", String, nullable=False),
    Column("means", Text, nullable=False),
    Column("layer", String, nullable=False),
    Column("set_on", Date, nullable=False),
    Column("is_revised", Boolean, nullable=False),
    Column("met_on", Date),
)


_LEADS = {lead.value: lead for lead in TargetLead}
_LAYERS = {layer.value: layer for layer in Layer}


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """A target that stands: `met_on` is the day on which its own layer reached it, None while it did not."""

    target: TargetId
    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    digest: Sha256
    level: int
    by: dt.date
    lead: TargetLead
    means: str
    layer: Layer
    set_on: dt.date
    is_revised: bool
    met_on: dt.date | None


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about targets is passed over."""
    fact = logged.entry.fact
    match fact:
        case tf.CriterionTargetSet():
            conn.execute(delete(_TARGETS).where(_TARGETS.c.target == fact.target))
            named = ("target", "commune", "year", "school", "criterion", "digest", "set_on")
            values = {name: getattr(fact, name) for name in named}
            conn.execute(insert(_TARGETS).values(**values, **_asked(fact), is_revised=False))
        case tf.CriterionTargetRevised():
            _change(conn, fact, **_asked(fact), is_revised=True, met_on=None)
        case tf.CriterionTargetMet():
            _change(conn, fact, met_on=fact.met_on)
        case tf.CriterionTargetLost():
            _change(conn, fact, met_on=None)
        case tf.CriterionTargetDropped():
            conn.execute(delete(_TARGETS).where(_TARGETS.c.target == fact.target))
        case _:
            pass


def targets_in(conn: Connection, commune: CommuneCode, year: int) -> list[TargetRow]:
    """Return the targets of a commune's year, by school and criterion."""
    c = _TARGETS.c
    return _rows(conn, c.commune == commune, c.year == year)


def targets_of_school(conn: Connection, school: SchoolCode) -> list[TargetRow]:
    """Return the targets of a school of every year."""
    return _rows(conn, _TARGETS.c.school == school)


def targets_about(conn: Connection, school: SchoolCode, criterion: CriterionCode, layer: Layer) -> list[TargetRow]:
    """Return the targets of a school for a criterion whose results in a layer count, of every year."""
    c = _TARGETS.c
    return _rows(conn, c.school == school, c.criterion == criterion, c.layer == layer.value)


def _rows(conn: Connection, *where: Any) -> list[TargetRow]:
    c = _TARGETS.c
    names = TargetRow.__struct_fields__
    query = select(*(c[name] for name in names)).where(*where).order_by(c.year, c.school, c.criterion)
    return [_row(names, row) for row in conn.execute(query)]


def _row(names: tuple[str, ...], row: Any) -> TargetRow:
    told = dict(zip(names, row, strict=True))
    told["lead"], told["layer"] = _LEADS[told["lead"]], _LAYERS[told["layer"]]
    return TargetRow(**told)


def _asked(fact: tf.CriterionTargetSet | tf.CriterionTargetRevised) -> dict[str, Any]:
    return {
        "level": fact.level,
        "by": fact.by,
        "lead": fact.lead.value,
        "means": fact.means,
        "layer": fact.layer.value,
    }


def _change(conn: Connection, fact: tf.TargetFact, **values: Any) -> None:
    conn.execute(update(_TARGETS).where(_TARGETS.c.target == fact.target).values(**values))
