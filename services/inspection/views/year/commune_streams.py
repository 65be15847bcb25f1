"""Which streams of the log tell of a commune's years."""

from __future__ import annotations

import uuid

from sqlalchemy import Column, Connection, String, Table, insert, select

from services.inspection.domain.year.base import YearFact
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode

_STREAMS = Table(
    "commune_streams",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("stream", String, primary_key=True),
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Note the stream of a fact of a year under its commune."""
    fact = logged.entry.fact
    if isinstance(fact, YearFact) and logged.entry.originator_version == 1:
        conn.execute(insert(_STREAMS).values(commune=fact.commune, stream=str(logged.entry.originator_id)))


def streams_of_commune(conn: Connection, commune: CommuneCode) -> list[uuid.UUID]:
    """Return the streams that tell of a commune's years."""
    query = select(_STREAMS.c.stream).where(_STREAMS.c.commune == commune).order_by(_STREAMS.c.stream)
    return [uuid.UUID(stream) for stream in conn.execute(query).scalars()]
