"""What the assessment service told of communes, their schools and what these hold, kept as it was told: for the past.

The rows of `known…` say how things stand now. A paper of an earlier moment names a school as it was called then, and counts
the schools that there were; both follow from these events alone, so a rebuild of the read models changes no paper.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, String, Table, Text, insert, or_, select

from services.inspection.views import known_awards
from services.inspection.views.tables import METADATA
from shared.clock import vietnam_date
from shared.contracts.events.assessment import CommuneRegistered, SchoolClosed, SchoolRegistered
from shared.contracts.events.base import CloudEvent
from shared.eventlog.log import microseconds
from shared.vocabulary.ids import CommuneCode

_TOLD = Table(
    "told_of_schools",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("about", String, nullable=False),
    Column("commune", String, nullable=False, index=True),
    Column("school", String, nullable=False, index=True),
    Column("recorded_us", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("event", Text, nullable=False),
)
"""`commune` is '' in what does not say in which commune a school is, `school` in what is about a commune."""


class About(enum.StrEnum):
    """What an event tells of."""

    COMMUNE = "commune"
    SCHOOL = "school"
    AWARD = "award"


class News(NamedTuple):
    """One event as it was told: when its source recorded it (microseconds since 1970), and the day on which it holds."""

    about: About
    recorded_us: int
    day: dt.date
    event: CloudEvent
    data: Any


_KINDS: dict[str, tuple[type[Any], About]] = {
    CommuneRegistered.type(): (CommuneRegistered, About.COMMUNE),
    SchoolRegistered.type(): (SchoolRegistered, About.SCHOOL),
    SchoolClosed.type(): (SchoolClosed, About.SCHOOL),
    **{kind.type(): (kind, About.AWARD) for kind, _ in known_awards.HEARD},
}


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Keep an event of the assessment service; what tells of no commune, school or award is passed over."""
    if event.type not in _KINDS:
        return
    conn.execute(
        insert(_TOLD).values(
            sequence=event.sequence,
            about=_KINDS[event.type][1].value,
            commune=event.data.get("commune", ""),
            school=event.data.get("school", ""),
            recorded_us=microseconds(event.recordedtime),
            day=vietnam_date(event.time),
            event=msgspec.json.encode(event).decode(),
        )
    )


def news_of(conn: Connection, commune: CommuneCode, *about: About) -> list[News]:
    """Return what was told about a commune and every school that was ever in it, in the order of its source."""
    c, here = _TOLD.c, _TOLD.alias()
    schools = select(here.c.school).where(here.c.commune == commune, here.c.school != "")
    query = (
        select(c.about, c.recorded_us, c.day, c.event)
        .where(or_(c.commune == commune, c.school.in_(schools)), c.about.in_([one.value for one in about]))
        .order_by(c.sequence)
    )
    return [_news(*row) for row in conn.execute(query)]


def _news(about: str, recorded_us: int, day: dt.date, told: str) -> News:
    event = msgspec.json.decode(told, type=CloudEvent)
    return News(About(about), recorded_us, day, event, msgspec.convert(event.data, _KINDS[event.type][0]))
