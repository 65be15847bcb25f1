"""Read models of the assessment service: lists of communes, schools, cycles, recognitions, and the documents it knows of.

A school's status is never read from here: it is replayed from the log.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, GRANTS, Awards, AwardStatus, number_key
from shared.contracts.calls.assessment import CommuneView, CycleView, GapReason, SchoolView, SubmissionView
from shared.contracts.events.base import CloudEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import AwardKind, Corrected, SchoolKind

VERSION = 5
"""Raised whenever a table or a projection changes: the views are then rebuilt from the log."""

METADATA = MetaData()

_COMMUNES = Table(
    "communes",
    METADATA,
    Column("commune", String, primary_key=True),
    Column("name", Text, nullable=False),
)
_SCHOOLS = Table(
    "schools",
    METADATA,
    Column("code", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("commune", String, nullable=False, index=True),
    Column("levels", Text, nullable=False),
    Column("conditions", Text, nullable=False),
)
_CYCLES = Table(
    "cycles",
    METADATA,
    Column("school", String, primary_key=True),
    Column("cycle", String, primary_key=True),
    Column("year", String, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("because", Text, nullable=False),
    Column("submitted_on", Date),
    Column("gaps", Text, nullable=False),
    Column("reopens", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)
_AWARD_FACTS = Table(
    "award_facts",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("school", String, nullable=False, index=True),
    Column("topic", String, nullable=False),
    Column("fact", Text, nullable=False),
)
"""What was decided about awards, as it stands in the log: the register reads it with the same eyes as a replay."""

_NUMBERS = Table(
    "award_numbers",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("school", String, primary_key=True),
    Column("granted_number", String, primary_key=True),
    Column("number", String, nullable=False, index=True),
    Column("decided_on", Date, nullable=False),
)
"""The number each award bears now, as `number_key` reads it, and its day: a number is given once a year."""

_REFUSALS = Table(
    "refusals",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("school", String, nullable=False),
    Column("refused_on", Date, nullable=False),
)
_DOCUMENTS = Table(
    "known_documents",
    METADATA,
    Column("document", String, primary_key=True),
    Column("school", String, nullable=False),
)


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log."""
    apply = _PROJECT.get(type(logged.entry.fact))
    if apply is not None:
        apply(conn, logged.entry.fact, logged)


def communes(conn: Connection) -> list[CommuneView]:
    """Return every commune office."""
    return [CommuneView(commune=row.commune, name=row.name) for row in conn.execute(select(_COMMUNES))]


def commune_exists(conn: Connection, commune: str) -> bool:
    """Say whether a commune is registered."""
    return conn.execute(select(_COMMUNES.c.commune).where(_COMMUNES.c.commune == commune)).first() is not None


def schools(conn: Connection, commune: str = "") -> list[SchoolView]:
    """Return the schools, of one commune when it is named."""
    query = select(_SCHOOLS)
    if commune:
        query = query.where(_SCHOOLS.c.commune == commune)
    return [_school(row) for row in conn.execute(query)]


def school(conn: Connection, code: str) -> SchoolView | None:
    """Return one school."""
    row = conn.execute(select(_SCHOOLS).where(_SCHOOLS.c.code == code)).first()
    return _school(row) if row else None


def cycles(conn: Connection, code: str) -> list[CycleView]:
    """Return a school's cycles, newest first."""
    query = select(_CYCLES).where(_CYCLES.c.school == code).order_by(_CYCLES.c.opened_on.desc(), _CYCLES.c.position.desc())
    return [_cycle(row) for row in conn.execute(query)]


def submissions(conn: Connection, commune: str = "") -> list[SubmissionView]:
    """Return the newest cycle of each school, of one commune when it is named, with the day of the last decision."""
    c = _CYCLES.c
    query = select(_CYCLES, _SCHOOLS.c.commune).join(_SCHOOLS, _SCHOOLS.c.code == c.school)
    if commune:
        query = query.where(_SCHOOLS.c.commune == commune)
    newest: dict[str, Any] = {row.school: row for row in conn.execute(query.order_by(c.opened_on, c.position))}
    decided = _decided(conn)
    return [
        SubmissionView(
            school=row.school,
            cycle=row.cycle,
            year=row.year,
            rulebook=row.rulebook,
            opened_on=row.opened_on,
            submitted_on=row.submitted_on,
            gaps=msgspec.json.decode(row.gaps, type=list[GapReason]),
            reopens=row.reopens,
            decided_on=decided.get(row.school),
        )
        for row in newest.values()
    ]


def _decided(conn: Connection) -> dict[str, dt.date]:
    """Return the day of the last decision about each school: an award or a refusal."""
    granted = select(_NUMBERS.c.school, _NUMBERS.c.decided_on)
    refused = select(_REFUSALS.c.school, _REFUSALS.c.refused_on)
    found: dict[str, dt.date] = {}
    for school, day in (*conn.execute(granted), *conn.execute(refused)):
        found[school] = max(day, found.get(school, day))
    return found


def awards(conn: Connection, on: dt.date, *, number: str = "", commune: str = "") -> list[AwardStatus]:
    """Return the awards decided by a day, each in its state on it, the newest decision of a school first."""
    query, wanted = select(_AWARD_FACTS), number_key(number)
    if number:
        bearing = select(_NUMBERS.c.school).where((_NUMBERS.c.number == wanted) | (_NUMBERS.c.granted_number == wanted))
        query = query.where(_AWARD_FACTS.c.school.in_(bearing))
    if commune:
        query = query.join(_SCHOOLS, _SCHOOLS.c.code == _AWARD_FACTS.c.school).where(_SCHOOLS.c.commune == commune)
    schools: dict[str, Awards] = {}
    for row in conn.execute(query.order_by(_AWARD_FACTS.c.position)):
        fact = msgspec.json.decode(row.fact, type=_ABOUT_AWARDS[row.topic])
        schools.setdefault(row.school, Awards()).apply(fact, row.position)
    found = [held for one in schools.values() for kind in AwardKind for held in one.decided_by(kind, on)]
    if not number:
        return found
    return [held for held in found if wanted in {number_key(held.printed.number), number_key(held.award.key)}]


def holder_of(conn: Connection, kind: AwardKind, number: str, year: int) -> str:
    """Return the school a decision number of a year belongs to, '' when it is free. Numbering starts anew every year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    query = select(_NUMBERS.c.school).where(
        _NUMBERS.c.kind == kind.value, _NUMBERS.c.number == number_key(number), _NUMBERS.c.decided_on.between(first, last)
    )
    return conn.execute(query).scalar() or ""


def document_school(conn: Connection, document: str) -> str:
    """Return the school a kept document belongs to, '' when it is not known (yet)."""
    return conn.execute(select(_DOCUMENTS.c.school).where(_DOCUMENTS.c.document == document)).scalar() or ""


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of the evidence service: documents are learnt, the rest is passed over."""
    if event.type == DocumentReceived.type():
        received = msgspec.convert(event.data, DocumentReceived)
        add_document(conn, received.document, received.school)


def add_document(conn: Connection, document: str, code: str) -> None:
    """Remember a kept document."""
    conn.execute(delete(_DOCUMENTS).where(_DOCUMENTS.c.document == document))
    conn.execute(insert(_DOCUMENTS).values(document=document, school=code))


def _cycle(row: Any) -> CycleView:
    gaps = msgspec.json.decode(row.gaps, type=list[GapReason])
    return CycleView(**{**row._mapping, "gaps": gaps})


def _school(row: Any) -> SchoolView:
    return SchoolView(
        code=row.code,
        name=row.name,
        kind=SchoolKind(row.kind),
        commune=row.commune,
        levels=json.loads(row.levels),
        conditions={name: value for name, (_, value) in json.loads(row.conditions).items()},
    )


def _commune_registered(conn: Connection, fact: f.CommuneRegistered, _: RecordedEvent) -> None:
    conn.execute(delete(_COMMUNES).where(_COMMUNES.c.commune == fact.commune))
    conn.execute(insert(_COMMUNES).values(commune=fact.commune, name=fact.name))


def _school_registered(conn: Connection, fact: f.SchoolRegistered, _: RecordedEvent) -> None:
    renamed = conn.execute(update(_SCHOOLS).where(_SCHOOLS.c.code == fact.school).values(name=fact.name))
    if renamed.rowcount == 0:
        levels = json.dumps(fact.levels)
        values = {"code": fact.school, "name": fact.name, "kind": fact.kind.value, "commune": fact.commune}
        conn.execute(insert(_SCHOOLS).values(levels=levels, conditions="{}", **values))


def _conditions_stated(conn: Connection, fact: f.ConditionsStated, _: RecordedEvent) -> None:
    where = _SCHOOLS.c.code == fact.school
    stated = json.loads(conn.execute(select(_SCHOOLS.c.conditions).where(where)).scalar_one())
    on = fact.on.isoformat()
    stated.update({name: [on, value] for name, value in fact.conditions.items() if stated.get(name, [""])[0] <= on})
    conn.execute(update(_SCHOOLS).where(where).values(conditions=json.dumps(stated)))


def _cycle_opened(conn: Connection, fact: f.CycleOpened, logged: RecordedEvent) -> None:
    conn.execute(
        insert(_CYCLES).values(
            school=fact.school,
            cycle=fact.cycle,
            year=fact.year,
            rulebook=fact.rulebook,
            digest=fact.digest,
            opened_on=fact.opened_on,
            because=fact.because,
            gaps="[]",
            reopens=fact.reopens,
            reason=fact.reason,
            position=logged.position,
        )
    )


def _submitted(conn: Connection, fact: f.SelfAssessmentSubmitted, _: RecordedEvent) -> None:
    where = (_CYCLES.c.school == fact.school) & (_CYCLES.c.cycle == fact.cycle)
    gaps = msgspec.json.encode(fact.gaps).decode()
    conn.execute(update(_CYCLES).where(where).values(submitted_on=fact.submitted_on, gaps=gaps))


def _award(conn: Connection, fact: Fact, logged: RecordedEvent) -> None:
    school: str = fact.school  # type: ignore[attr-defined]  # every fact about an award names its school
    text = msgspec.json.encode(fact).decode()
    conn.execute(insert(_AWARD_FACTS).values(position=logged.position, school=school, topic=fact.TOPIC, fact=text))
    if isinstance(fact, f.RecognitionGranted | f.CertificateGranted):
        conn.execute(
            insert(_NUMBERS).values(
                kind=GRANTS[type(fact)].value,
                school=school,
                granted_number=number_key(fact.number),
                number=number_key(fact.number),
                decided_on=fact.decided_on,
            )
        )
    elif isinstance(fact, f.RecognitionCorrected | f.CertificateCorrected):
        kind = AwardKind.RECOGNITION if isinstance(fact, f.RecognitionCorrected) else AwardKind.CERTIFICATE
        where = (_NUMBERS.c.kind == kind.value) & (_NUMBERS.c.school == school)
        renumbered = update(_NUMBERS).where(where & (_NUMBERS.c.granted_number == number_key(fact.number)))
        if fact.what == Corrected.NUMBER.value:
            conn.execute(renumbered.values(number=number_key(fact.new)))
        elif fact.what == Corrected.DECIDED_ON.value:
            conn.execute(renumbered.values(decided_on=dt.date.fromisoformat(fact.new)))


def _refused(conn: Connection, fact: f.RecognitionRefused, logged: RecordedEvent) -> None:
    conn.execute(insert(_REFUSALS).values(position=logged.position, school=fact.school, refused_on=fact.refused_on))


_PROJECT: dict[type[Fact], Callable[[Connection, Any, RecordedEvent], None]] = {
    f.CommuneRegistered: _commune_registered,
    f.SchoolRegistered: _school_registered,
    f.ConditionsStated: _conditions_stated,
    f.CycleOpened: _cycle_opened,
    f.SelfAssessmentSubmitted: _submitted,
    f.RecognitionRefused: _refused,
    **dict.fromkeys(ABOUT_AWARDS, _award),
}
_ABOUT_AWARDS = {fact.TOPIC: fact for fact in ABOUT_AWARDS}
