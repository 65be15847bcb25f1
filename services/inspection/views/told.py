"""What the assessment service told of communes, their schools, what these hold and how their criteria stand, kept as told.

The rows of `known…` say how things stand now. A paper of an earlier moment names a school as it was called then, and counts
the schools that there were; targets are asked for as they were known. Both follow from these events alone, so a rebuild of
the read models changes neither.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Date, Index, String, Table, Text, insert, select

from services.inspection.views import known_awards, known_results
from services.inspection.views.tables import METADATA
from shared.clock import vietnam_date
from shared.contracts.events.assessment import CommuneRegistered, IndicatorJudged, PartJudged, SchoolClosed, SchoolRegistered
from shared.contracts.events.base import CloudEvent
from shared.eventlog.log import microseconds
from shared.storage.slices import slices
from shared.vocabulary.ids import CommuneCode, CriterionCode, SchoolCode

_TOLD = Table(
    "told_by_assessment",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("about", String, nullable=False),
    Column("commune", String, nullable=False),
    Column("school", String, nullable=False),
    Column("judged", String, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("event", Text, nullable=False),
    Index("told_of_commune", "commune", "about"),
    Index("told_of_school", "school", "about", "judged"),
)
"""`commune` is '' in what does not say in which commune a school is, `school` in what is about a commune, `judged` (the
criterion that an event judges) in what judges none."""


class About(enum.StrEnum):
    """What an event tells of."""

    COMMUNE = "commune"
    SCHOOL = "school"
    AWARD = "award"
    CRITERION = "criterion"


class News(NamedTuple):
    """One event as it was told: when its source recorded it (microseconds since 1970), and the day on which it holds."""

    about: About
    recorded_us: int
    day: dt.date
    event: CloudEvent
    data: Any


_TELLING: tuple[tuple[About, list[type[Any]]], ...] = (
    (About.COMMUNE, [CommuneRegistered]),
    (About.SCHOOL, [SchoolRegistered, SchoolClosed]),
    (About.AWARD, [kind for kind, _ in known_awards.HEARD]),
    (About.CRITERION, [kind for kind, _ in known_results.HEARD]),
)
_KINDS = {kind.type(): (kind, about) for about, kinds in _TELLING for kind in kinds}


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Keep an event of the assessment service; what tells of no commune, school, award or criterion is passed over."""
    if event.type not in _KINDS:
        return
    kind, about = _KINDS[event.type]
    conn.execute(
        insert(_TOLD).values(
            sequence=event.sequence,
            about=about.value,
            commune=event.data.get("commune", ""),
            school=event.data.get("school", ""),
            judged=event.data["criterion"] if kind in {IndicatorJudged, PartJudged} else "",
            recorded_us=microseconds(event.recordedtime),
            day=vietnam_date(event.time),
            event=msgspec.json.encode(event).decode(),
        )
    )


def news_of(conn: Connection, commune: CommuneCode, *about: About) -> list[News]:
    """Return what was told about a commune and every school that was ever in it, in the order of its source."""
    c = _TOLD.c
    ever = select(c.school).where(c.commune == commune, c.about == About.SCHOOL.value).distinct()
    schools = conn.execute(ever).scalars().all()
    wanted = c.about.in_([one.value for one in about])
    own = c.about == About.COMMUNE.value, c.commune == commune
    rows = _rows(conn, [*own, wanted], *((c.school.in_(some), wanted) for some in slices(schools)))
    return [_news(*row[1:]) for row in rows]


def told_until(
    conn: Connection, schools: Collection[SchoolCode], judged: Collection[CriterionCode], moment: dt.datetime
) -> Iterator[CloudEvent]:
    """Give what was told of communes and, but for awards, of some schools up to a moment, in order.

    Of judgements, those of some criteria alone.
    """
    c = _TOLD.c
    by_then = c.recorded_us <= microseconds(moment)
    of_schools = c.about != About.AWARD.value, c.judged.in_(sorted({*judged, CriterionCode("")}))
    communes = c.school == "", c.about == About.COMMUNE.value
    for row in _rows(conn, [*communes, by_then], *((c.school.in_(some), *of_schools, by_then) for some in slices(schools))):
        yield msgspec.json.decode(row.event, type=CloudEvent)


def _rows(conn: Connection, *wanted: Iterable[ColumnElement[bool]]) -> list[Any]:
    """Return what fits one of some questions that share no row, in the order of its source."""
    c = _TOLD.c
    shown = select(c.sequence, c.about, c.recorded_us, c.day, c.event)
    rows = [row for one in wanted for row in conn.execute(shown.where(*one))]
    return sorted(rows, key=lambda row: int(row.sequence))


def _news(about: str, recorded_us: int, day: dt.date, told: str) -> News:
    event = msgspec.json.decode(told, type=CloudEvent)
    return News(About(about), recorded_us, day, event, msgspec.convert(event.data, _KINDS[event.type][0]))
