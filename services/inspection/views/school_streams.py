"""Which streams of the log tell of a school: visits, what they recommend, registrations; not a commune's year."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Column, Connection, String, Table, insert, select

from services.inspection.domain.year.base import YearFact
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import SchoolCode

_STREAMS = Table(
    "school_streams",
    METADATA,
    Column("school", String, primary_key=True),
    Column("stream", String, primary_key=True),
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Note the stream of an event under the school that it is about."""
    fact, stream = logged.entry.fact, str(logged.entry.originator_id)
    school = "" if isinstance(fact, YearFact) else getattr(fact, "school", "")
    if school and logged.entry.originator_version == 1:
        conn.execute(insert(_STREAMS).values(school=school, stream=stream))


def streams_of(conn: Connection, schools: Iterable[SchoolCode]) -> list[uuid.UUID]:
    """Return the streams that tell of schools."""
    query = select(_STREAMS.c.stream).where(_STREAMS.c.school.in_(list(schools))).order_by(_STREAMS.c.stream)
    return [uuid.UUID(stream) for stream in conn.execute(query).scalars()]
