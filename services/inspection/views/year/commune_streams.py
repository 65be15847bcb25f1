"""Which streams of the log tell of a commune's years, and how far each has come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    update,
)

from services.inspection.domain.year.base import YearFact
from services.inspection.views.tables import METADATA
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CommuneCode, Position

_STREAMS = Table(
    "commune_streams",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("begins", String, nullable=False),
    Column("last_position", BigInteger, nullable=False),
    Column("last_day", Date, nullable=False),
)
_DAY = bindparam("day", type_=Date)
_GO_ON = (
    update(_STREAMS)
    .where(_STREAMS.c.commune == bindparam("of"), _STREAMS.c.stream == bindparam("told"))
    .values(
        last_position=bindparam("position"), last_day=case((_STREAMS.c.last_day < _DAY, _DAY), else_=_STREAMS.c.last_day)
    )
)


class Telling(NamedTuple):
    """Streams that begin with a kind of fact, of a year and so many after it; of every year where that is None."""

    begins: type[YearFact]
    years_after: int | None = 0


class ToldStream(NamedTuple):
    """A stream, the position of its last event and the latest day on which one of its events holds."""

    stream: uuid.UUID
    last_position: Position
    last_day: dt.date


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Note the stream of a fact of a year under its commune, with its year and the fact ("task-given") it begins with."""
    fact = logged.entry.fact
    if not isinstance(fact, YearFact):
        return
    stream, day = str(logged.entry.originator_id), vietnam_date(logged.entry.meta.occurred)
    if logged.entry.originator_version == 1:
        begins = {"year": fact.year, "begins": _name(type(fact)), "last_position": logged.position, "last_day": day}
        conn.execute(insert(_STREAMS).values(commune=fact.commune, stream=stream, **begins))
        return
    conn.execute(_GO_ON, {"of": fact.commune, "told": stream, "position": logged.position, "day": day})


def streams_telling(conn: Connection, commune: CommuneCode, year: int, tellings: Iterable[Telling]) -> list[ToldStream]:
    """Return the streams of a commune that tell of some things of a year."""
    c = _STREAMS.c
    wanted = [
        and_(
            c.begins == _name(one.begins),
            *(() if one.years_after is None else (c.year.between(year, year + one.years_after),)),
        )
        for one in tellings
    ]
    query = select(c.stream, c.last_position, c.last_day).where(c.commune == commune, or_(*wanted)).order_by(c.stream)
    return [ToldStream(uuid.UUID(row.stream), Position(row.last_position), row.last_day) for row in conn.execute(query)]


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


def _name(begins: type[YearFact]) -> str:
    return begins.TOPIC.rpartition(".")[2]
