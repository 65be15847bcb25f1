"""Read models of a commune's year: training classes, who attended, what schools ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, delete, insert, select, update

from services.inspection.domain.team_facts import TeamSetUp
from services.inspection.domain.year import training_facts as tf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import CommuneCode, PersonId, Position, SchoolCode, TrainingId

_CLASSES = Table(
    "trainings",
    METADATA,
    Column("training", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("days", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("place", Text, nullable=False),
    Column("schools", Text, nullable=False),
    Column("budget_vnd", BigInteger, nullable=False),
    Column("held_on", Date),
    Column("present_count", Integer, nullable=False, server_default="0"),
    Column("asked_count", Integer, nullable=False, server_default="0"),
    Column("materials", Text, nullable=False, server_default=""),
    Column("cancelled_on", Date),
    Column("reason", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)
_ATTENDANCE = Table(
    "training_attendance",
    METADATA,
    Column("training", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("school", String, nullable=False),
    Column("present", Integer, nullable=False),
    Column("result", Text, nullable=False),
)
_WISHES = Table(
    "training_wishes",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("school", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("text", Text, nullable=False),
)
_SENT = Table(
    "sent_people",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
)


class TrainingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A class: `schools` empty for all, `held_on` and `cancelled_on` None until then, `version` that of its stream."""

    training: TrainingId
    commune: CommuneCode
    year: int
    topic: TrainingTopic
    title: str
    days: list[dt.date]
    first_day: dt.date
    last_day: dt.date
    place: str
    schools: list[SchoolCode]
    budget_vnd: int
    held_on: dt.date | None
    present_count: int
    asked_count: int
    materials: str
    cancelled_on: dt.date | None
    reason: str
    version: int
    position: Position


class AttendanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked to a class, whether present, with what result."""

    training: TrainingId
    person: PersonId
    school: SchoolCode
    present: bool
    result: str


class AttendedRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was present in a class on a topic."""

    person: PersonId
    topic: TrainingTopic
    school: SchoolCode
    training: TrainingId
    held_on: dt.date


class WishRow(msgspec.Struct, frozen=True, kw_only=True):
    """A school asks for a class."""

    school: SchoolCode
    topic: TrainingTopic
    asked_on: dt.date
    text: str
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is about neither training nor teams is passed over."""
    fact, version = logged.entry.fact, logged.entry.originator_version
    match fact:
        case tf.TrainingPlanned():
            _plan(conn, fact, version, logged.position)
        case tf.TrainingHeld():
            told = {"present_count": fact.present_count, "asked_count": fact.asked_count, "materials": fact.materials}
            _change(conn, fact.training, held_on=fact.held_on, reason=fact.reason, version=version, **told)
            _attend(conn, fact)
        case tf.TrainingCancelled():
            _change(conn, fact.training, cancelled_on=fact.cancelled_on, reason=fact.reason, version=version)
        case tf.TrainingAsked():
            named = ("commune", "year", "school", "asked_on", "text")
            values = {name: getattr(fact, name) for name in named}
            conn.execute(insert(_WISHES).values(**values, topic=fact.topic.value, position=logged.position))
        case TeamSetUp():
            _send(conn, fact)
        case _:
            pass


def _send(conn: Connection, fact: TeamSetUp) -> None:
    conn.execute(delete(_SENT).where(_SENT.c.inspection == fact.inspection))
    of = {"inspection": fact.inspection, "school": fact.school}
    rows = [of | {"person": person} for person in dict.fromkeys(member.person for member in fact.members)]
    if rows:
        conn.execute(insert(_SENT), rows)


def _plan(conn: Connection, fact: tf.TrainingPlanned, version: int, position: Position) -> None:
    named = ("training", "commune", "year", "title", "first_day", "last_day", "place", "budget_vnd")
    values = {name: getattr(fact, name) for name in named} | {"topic": fact.topic.value}
    lists = {name: msgspec.json.encode(getattr(fact, name)).decode() for name in ("days", "schools")}
    conn.execute(delete(_CLASSES).where(_CLASSES.c.training == fact.training))
    conn.execute(insert(_CLASSES).values(**values, **lists, version=version, position=position))


def _attend(conn: Connection, fact: tf.TrainingHeld) -> None:
    conn.execute(delete(_ATTENDANCE).where(_ATTENDANCE.c.training == fact.training))
    rows = [
        {
            "training": fact.training,
            "person": one.person,
            "place": place,
            "school": one.school,
            "present": int(one.present),
            "result": one.result,
        }
        for place, one in enumerate(fact.attendance)
    ]
    if rows:
        conn.execute(insert(_ATTENDANCE), rows)


def _change(conn: Connection, training: TrainingId, **values: Any) -> None:
    conn.execute(update(_CLASSES).where(_CLASSES.c.training == training).values(**values))


def training(conn: Connection, number: str) -> TrainingRow | None:
    """Return one class by its id."""
    row = conn.execute(select(_CLASSES).where(_CLASSES.c.training == number)).first()
    return _row(row) if row else None


def trainings(conn: Connection, commune: CommuneCode = CommuneCode(""), year: int = 0) -> list[TrainingRow]:
    """Return classes, of a commune and of a year where they are named, by day."""
    query = select(_CLASSES)
    if commune:
        query = query.where(_CLASSES.c.commune == commune)
    if year:
        query = query.where(_CLASSES.c.year == year)
    return [_row(row) for row in conn.execute(query.order_by(_CLASSES.c.first_day, _CLASSES.c.position))]


def trainings_named(conn: Connection, numbers: Collection[TrainingId]) -> list[TrainingRow]:
    """Return those of these classes that there are."""
    query, c = select(_CLASSES), _CLASSES.c
    return [_row(row) for some in slices(numbers) for row in conn.execute(query.where(c.training.in_(some)))]


def attendance(conn: Connection, number: TrainingId) -> list[AttendanceRow]:
    """Return who was asked to a class, in the order in which they were told."""
    query = select(_ATTENDANCE).where(_ATTENDANCE.c.training == number).order_by(_ATTENDANCE.c.place)
    return [
        AttendanceRow(
            training=number,
            person=PersonId(row.person),
            school=SchoolCode(row.school),
            present=bool(row.present),
            result=row.result,
        )
        for row in conn.execute(query)
    ]


def attended(
    conn: Connection,
    *,
    commune: CommuneCode = CommuneCode(""),
    topic: TrainingTopic | None = None,
    people: Iterable[PersonId] | None = None,
) -> list[AttendedRow]:
    """Return who was present in classes, of a commune, on a topic, of these people where they are named, by day."""
    c, a = _CLASSES.c, _ATTENDANCE.c
    query = select(a.person, c.topic, a.school, c.training, c.held_on).join(_CLASSES, c.training == a.training)
    query = query.where(a.present == 1)
    if commune:
        query = query.where(c.commune == commune)
    if topic:
        query = query.where(c.topic == topic.value)
    if people is not None:
        query = query.where(a.person.in_(sorted(people)))
    return [msgspec.convert(dict(_plain(row)), AttendedRow) for row in conn.execute(query.order_by(c.held_on, a.person))]


def sent_people(conn: Connection, schools: Iterable[SchoolCode]) -> list[tuple[PersonId, SchoolCode]]:
    """Return who is in the team of a visit to one of these schools, with the school, each once."""
    c = _SENT.c
    query = select(c.person, c.school).distinct().where(c.school.in_(sorted(schools))).order_by(c.school, c.person)
    return [(PersonId(row.person), SchoolCode(row.school)) for row in conn.execute(query)]


def wishes(conn: Connection, commune: CommuneCode, year: int) -> list[WishRow]:
    """Return what classes schools of a commune ask for in a year, in the order of the log."""
    c = _WISHES.c
    shown = (c.school, c.topic, c.asked_on, c.text, c.position)
    query = select(*shown).where(c.commune == commune, c.year == year).order_by(c.position)
    return [msgspec.convert(dict(_plain(row)), WishRow) for row in conn.execute(query)]


def _row(row: Any) -> TrainingRow:
    told = dict(_plain(row))
    return msgspec.convert(told | {name: msgspec.json.decode(told[name]) for name in ("days", "schools")}, TrainingRow)


def _plain(row: Any) -> Iterable[tuple[str, Any]]:
    """Return the columns of a row by names that are plain strings, which msgspec wants."""
    return ((str(name), value) for name, value in row._mapping.items())
