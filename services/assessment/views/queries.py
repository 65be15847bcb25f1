"""Reads the tables: lists of communes, schools, cycles, submissions, awards; who has a document or a number."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from services.assessment.domain import choice
from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, Awards, AwardStatus, number_key
from services.assessment.domain.submission import days_late
from services.assessment.views.tables import AWARD_FACTS, COMMUNES, CYCLES, DOCUMENTS, NUMBERS, REFUSALS, SCHOOLS
from shared.contracts.calls.assessment import CommuneView, CycleView, GapReason, SchoolView, SubmissionView
from shared.rulebook import Library
from shared.vocabulary.assessment import AwardKind, SchoolKind
from shared.vocabulary.ids import CommuneCode, DocumentId, SchoolCode


def communes(conn: Connection) -> list[CommuneView]:
    """Return every commune office."""
    return [CommuneView(commune=row.commune, name=row.name) for row in conn.execute(select(COMMUNES))]


def commune_exists(conn: Connection, commune: CommuneCode) -> bool:
    """Say whether a commune is registered."""
    return conn.execute(select(COMMUNES.c.commune).where(COMMUNES.c.commune == commune)).first() is not None


def schools(conn: Connection, commune: CommuneCode = CommuneCode("")) -> list[SchoolView]:
    """Return the schools, of one commune when it is named."""
    query = select(SCHOOLS)
    if commune:
        query = query.where(SCHOOLS.c.commune == commune)
    return [_school(row) for row in conn.execute(query)]


def school(conn: Connection, code: SchoolCode) -> SchoolView | None:
    """Return one school."""
    row = conn.execute(select(SCHOOLS).where(SCHOOLS.c.code == code)).first()
    return _school(row) if row else None


def cycles(conn: Connection, code: SchoolCode, library: Library) -> list[CycleView]:
    """Return a school's cycles, newest first; `library` has the rulebooks that they are pinned to."""
    query = select(CYCLES).where(CYCLES.c.school == code).order_by(CYCLES.c.opened_on.desc(), CYCLES.c.position.desc())
    return [_cycle(row, library) for row in conn.execute(query)]


def submissions(conn: Connection, commune: CommuneCode = CommuneCode("")) -> list[SubmissionView]:
    """Return the newest cycle of each school, of one commune when it is named, with the day of the last decision."""
    c = CYCLES.c
    query = select(CYCLES, SCHOOLS.c.commune).join(SCHOOLS, SCHOOLS.c.code == c.school)
    if commune:
        query = query.where(SCHOOLS.c.commune == commune)
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
    granted = select(NUMBERS.c.school, NUMBERS.c.decided_on)
    refused = select(REFUSALS.c.school, REFUSALS.c.refused_on)
    decided: dict[str, dt.date] = {}
    for school, day in (*conn.execute(granted), *conn.execute(refused)):
        decided[school] = max(day, decided.get(school, day))
    return decided


def awards(conn: Connection, on: dt.date, *, number: str = "", commune: CommuneCode = CommuneCode("")) -> list[AwardStatus]:
    """Return the awards decided by a day, each in its state on it, the newest decision of a school first."""
    query, wanted = select(AWARD_FACTS), number_key(number)
    if number:
        bearing = select(NUMBERS.c.school).where((NUMBERS.c.number == wanted) | (NUMBERS.c.granted_number == wanted))
        query = query.where(AWARD_FACTS.c.school.in_(bearing))
    if commune:
        query = query.join(SCHOOLS, SCHOOLS.c.code == AWARD_FACTS.c.school).where(SCHOOLS.c.commune == commune)
    schools: dict[SchoolCode, Awards] = {}
    for row in conn.execute(query.order_by(AWARD_FACTS.c.position)):
        fact = msgspec.json.decode(row.fact, type=_ABOUT_AWARDS[row.topic])
        schools.setdefault(row.school, Awards()).apply(fact, row.position)
    statuses = [
        held for school_awards in schools.values() for kind in AwardKind for held in school_awards.decided_by(kind, on)
    ]
    if not number:
        return statuses
    return [held for held in statuses if wanted in {number_key(held.printed.number), number_key(held.award.key)}]


def holder_of(conn: Connection, kind: AwardKind, number: str, year: int) -> str:
    """Return the school a decision number of a year belongs to, '' when it is free. Numbering starts anew every year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    query = select(NUMBERS.c.school).where(
        NUMBERS.c.kind == kind.value, NUMBERS.c.number == number_key(number), NUMBERS.c.decided_on.between(first, last)
    )
    return conn.execute(query).scalar() or ""


def document_school(conn: Connection, document: DocumentId) -> str:
    """Return the school a kept document belongs to, '' when it is not known (yet)."""
    return conn.execute(select(DOCUMENTS.c.school).where(DOCUMENTS.c.document == document)).scalar() or ""


def _cycle(row: Any, library: Library) -> CycleView:
    fields = {**row._mapping, "gaps": msgspec.json.decode(row.gaps, type=list[GapReason])}
    chosen = fields.pop("chosen")
    if chosen:
        opened = f.CycleOpened(
            school=row.school,
            cycle=row.cycle,
            year=row.year,
            rulebook=row.rulebook,
            digest=row.digest,
            opened_on=row.opened_on,
            chosen=f.RulebookOrigin(chosen),
            reopens=row.reopens,
            copies=row.copies,
        )
        fields["because"] = choice.because(opened, library.by_digest(row.digest))
    if row.submitted_on is not None:
        fields["late_days"] = days_late(library.by_digest(row.digest), row.year, row.submitted_on)
    return CycleView(**fields)


def _school(row: Any) -> SchoolView:
    return SchoolView(
        code=row.code,
        name=row.name,
        kind=SchoolKind(row.kind),
        commune=row.commune,
        levels=json.loads(row.levels),
        conditions={name: value for name, (_, value) in json.loads(row.conditions).items()},
        closed_on=row.closed_on,
    )


_ABOUT_AWARDS = {fact.TOPIC: fact for fact in ABOUT_AWARDS}
