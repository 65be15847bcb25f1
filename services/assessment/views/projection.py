"""Applies events to the tables: those of the own log, and those of the evidence service."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, GRANTS, number_key
from services.assessment.views.tables import AWARD_FACTS, COMMUNES, CYCLES, DOCUMENTS, NUMBERS, REFUSALS, SCHOOLS
from shared.contracts.events.base import CloudEvent
from shared.contracts.events.evidence import DocumentReceived
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.ids import DocumentId, SchoolCode


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log."""
    apply = _PROJECT.get(type(logged.entry.fact))
    if apply is not None:
        apply(conn, logged.entry.fact, logged)


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of the evidence service: documents are learnt, the rest is passed over."""
    if event.type == DocumentReceived.type():
        received = msgspec.convert(event.data, DocumentReceived)
        _add_document(conn, received.document, received.school)


def _add_document(conn: Connection, document: DocumentId, school: SchoolCode) -> None:
    conn.execute(delete(DOCUMENTS).where(DOCUMENTS.c.document == document))
    conn.execute(insert(DOCUMENTS).values(document=document, school=school))


def _commune_registered(conn: Connection, fact: f.CommuneRegistered, _: RecordedEvent) -> None:
    conn.execute(delete(COMMUNES).where(COMMUNES.c.commune == fact.commune))
    conn.execute(insert(COMMUNES).values(commune=fact.commune, name=fact.name))


def _school_registered(conn: Connection, fact: f.SchoolRegistered, _: RecordedEvent) -> None:
    renamed = conn.execute(update(SCHOOLS).where(SCHOOLS.c.code == fact.school).values(name=fact.name))
    if renamed.rowcount == 0:
        levels = json.dumps(fact.levels)
        values = {"code": fact.school, "name": fact.name, "kind": fact.kind.value, "commune": fact.commune}
        conn.execute(insert(SCHOOLS).values(levels=levels, conditions="{}", **values))


def _school_closed(conn: Connection, fact: f.SchoolClosed, _: RecordedEvent) -> None:
    conn.execute(update(SCHOOLS).where(SCHOOLS.c.code == fact.school).values(closed_on=fact.closed_on))


def _conditions_stated(conn: Connection, fact: f.ConditionsStated, _: RecordedEvent) -> None:
    where = SCHOOLS.c.code == fact.school
    stated = json.loads(conn.execute(select(SCHOOLS.c.conditions).where(where)).scalar_one())
    on = fact.on.isoformat()
    stated.update({name: [on, value] for name, value in fact.conditions.items() if stated.get(name, [""])[0] <= on})
    conn.execute(update(SCHOOLS).where(where).values(conditions=json.dumps(stated)))


def _cycle_opened(conn: Connection, fact: f.CycleOpened, logged: RecordedEvent) -> None:
    conn.execute(
        insert(CYCLES).values(
            school=fact.school,
            cycle=fact.cycle,
            year=fact.year,
            rulebook=fact.rulebook,
            digest=fact.digest,
            opened_on=fact.opened_on,
            because=fact.because,
            chosen=fact.chosen.value if fact.chosen else "",
            gaps="[]",
            reopens=fact.reopens,
            copies=fact.copies,
            reason=fact.reason,
            position=logged.position,
        )
    )


def _submitted(conn: Connection, fact: f.SelfAssessmentSubmitted, _: RecordedEvent) -> None:
    where = (CYCLES.c.school == fact.school) & (CYCLES.c.cycle == fact.cycle)
    gaps = msgspec.json.encode(fact.gaps).decode()
    conn.execute(update(CYCLES).where(where).values(submitted_on=fact.submitted_on, gaps=gaps))


def _award(conn: Connection, fact: Fact, logged: RecordedEvent) -> None:
    school: SchoolCode = fact.school  # type: ignore[attr-defined]  # every fact about an award names its school
    text = msgspec.json.encode(fact).decode()
    conn.execute(insert(AWARD_FACTS).values(position=logged.position, school=school, topic=fact.TOPIC, fact=text))
    if isinstance(fact, f.RecognitionGranted | f.CertificateGranted):
        conn.execute(
            insert(NUMBERS).values(
                kind=GRANTS[type(fact)].value,
                school=school,
                granted_number=number_key(fact.number),
                number=number_key(fact.number),
                decided_on=fact.decided_on,
            )
        )
    elif isinstance(fact, f.RecognitionCorrected | f.CertificateCorrected):
        kind = AwardKind.RECOGNITION if isinstance(fact, f.RecognitionCorrected) else AwardKind.CERTIFICATE
        where = (NUMBERS.c.kind == kind.value) & (NUMBERS.c.school == school)
        renumbered = update(NUMBERS).where(where & (NUMBERS.c.granted_number == number_key(fact.number)))
        if fact.what == Corrected.NUMBER.value:
            conn.execute(renumbered.values(number=number_key(fact.new)))
        elif fact.what == Corrected.DECIDED_ON.value:
            conn.execute(renumbered.values(decided_on=dt.date.fromisoformat(fact.new)))


def _refused(conn: Connection, fact: f.RecognitionRefused, logged: RecordedEvent) -> None:
    conn.execute(insert(REFUSALS).values(position=logged.position, school=fact.school, refused_on=fact.refused_on))


_PROJECT: dict[type[Fact], Callable[[Connection, Any, RecordedEvent], None]] = {
    f.CommuneRegistered: _commune_registered,
    f.SchoolRegistered: _school_registered,
    f.SchoolClosed: _school_closed,
    f.ConditionsStated: _conditions_stated,
    f.CycleOpened: _cycle_opened,
    f.SelfAssessmentSubmitted: _submitted,
    f.RecognitionRefused: _refused,
    **dict.fromkeys(ABOUT_AWARDS, _award),
}
