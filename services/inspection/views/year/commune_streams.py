"""Which streams of the log tell of a commune's years."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import Column, Connection, Integer, String, Table, insert, or_, select

from services.inspection.domain.year.base import YearFact
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode

_STREAMS = Table(
    "commune_streams",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("begins", String, nullable=False),
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Note the stream of a fact of a year under its commune, with its year and the fact ("task-given") it begins with."""
    fact = logged.entry.fact
    if isinstance(fact, YearFact) and logged.entry.originator_version == 1:
        begins = {"year": fact.year, "begins": fact.TOPIC.rpartition(".")[2]}
        conn.execute(insert(_STREAMS).values(commune=fact.commune, stream=str(logged.entry.originator_id), **begins))


def streams_of_commune(conn: Connection, commune: CommuneCode) -> list[uuid.UUID]:
    """Return the streams that tell of a commune's years."""
    query = select(_STREAMS.c.stream).where(_STREAMS.c.commune == commune).order_by(_STREAMS.c.stream)
    return [uuid.UUID(stream) for stream in conn.execute(query).scalars()]


def streams_about_year(
    conn: Connection, commune: CommuneCode, year: int, *, of_one_year: Collection[str], without: str
) -> list[uuid.UUID]:
    """Return the streams of a commune that may tell of a year.

    Those that begin with a fact `of_one_year` tell of their own year only; those that begin with `without` are left out.
    """
    c = _STREAMS.c
    told = or_(c.year == year, c.begins.not_in(sorted(of_one_year)))
    query = select(c.stream).where(c.commune == commune, told, c.begins != without).order_by(c.stream)
    return [uuid.UUID(stream) for stream in conn.execute(query).scalars()]
