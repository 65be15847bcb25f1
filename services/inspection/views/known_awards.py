"""Recognitions and certificates as the assessment service tells of them: what a school holds, until when, by which law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, Table, delete, insert, select, update

from services.inspection.domain.known_awards import KnownAward
from services.inspection.views.tables import METADATA
from shared.contracts.events import assessment as told
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.ids import SchoolCode

_AWARDS = Table(
    "known_awards",
    METADATA,
    Column("school", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("granted_number", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("degree", Integer, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("supersedes", String, nullable=False),
    Column("copied_from_paper", Boolean, nullable=False),
    Column("revoked_on", Date),
    Column("remedy_until", Date),
)
_KINDS: dict[type[Any], AwardKind] = {
    told.RecognitionGranted: AwardKind.RECOGNITION,
    told.RecognitionCorrected: AwardKind.RECOGNITION,
    told.RecognitionRevoked: AwardKind.RECOGNITION,
    told.RemedyRequested: AwardKind.RECOGNITION,
    told.CertificateGranted: AwardKind.CERTIFICATE,
    told.CertificateCorrected: AwardKind.CERTIFICATE,
    told.CertificateRevoked: AwardKind.CERTIFICATE,
}

Granted = told.RecognitionGranted | told.CertificateGranted
Correction = told.RecognitionCorrected | told.CertificateCorrected
Revocation = told.RecognitionRevoked | told.CertificateRevoked


def awards(conn: Connection, school: SchoolCode) -> list[KnownAward]:
    """Return the awards of a school, the earliest decision first; empty when none is known (yet)."""
    query = select(_AWARDS).where(_AWARDS.c.school == school).order_by(_AWARDS.c.decided_on, _AWARDS.c.granted_number)
    return [KnownAward(**{**row._mapping, "kind": AwardKind(row.kind)}) for row in conn.execute(query)]


def awards_of_all(conn: Connection) -> dict[SchoolCode, list[KnownAward]]:
    """Return the awards of every school that has any, the earliest decision first."""
    held: dict[SchoolCode, list[KnownAward]] = {}
    for row in conn.execute(select(_AWARDS).order_by(_AWARDS.c.decided_on, _AWARDS.c.granted_number)):
        held.setdefault(row.school, []).append(KnownAward(**{**row._mapping, "kind": AwardKind(row.kind)}))
    return held


def awards_of(conn: Connection, schools: Sequence[SchoolCode]) -> dict[SchoolCode, list[KnownAward]]:
    """Return the awards of each of these schools that has any, the earliest decision first."""
    query = select(_AWARDS).where(_AWARDS.c.school.in_(schools))
    held: dict[SchoolCode, list[KnownAward]] = {}
    for row in conn.execute(query.order_by(_AWARDS.c.decided_on, _AWARDS.c.granted_number)):
        held.setdefault(row.school, []).append(KnownAward(**{**row._mapping, "kind": AwardKind(row.kind)}))
    return held


def _granted(conn: Connection, event: Granted) -> None:
    conn.execute(delete(_AWARDS).where(*_of_award(event)))
    names = ("school", "number", "degree", "decided_on", "expires_on", "rulebook", "digest")
    values = {name: getattr(event, name) for name in names}
    conn.execute(
        insert(_AWARDS).values(
            kind=_KINDS[type(event)].value,
            granted_number=event.number,
            supersedes=event.supersedes,
            copied_from_paper=bool(event.copied_from_paper),
            **values,
        )
    )


def _corrected(conn: Connection, event: Correction) -> None:
    values = _as_columns(Corrected(event.what), event.new)
    if values:
        conn.execute(update(_AWARDS).where(*_of_award(event)).values(**values))


def _as_columns(what: Corrected, new: str) -> dict[str, Any]:
    match what:
        case Corrected.DEGREE:
            return {"degree": int(new)}
        case Corrected.DECIDED_ON | Corrected.EXPIRES_ON:
            return {what.value: dt.date.fromisoformat(new)}
        case Corrected.NUMBER:
            return {"number": new}
        case _:
            return {}


def _remedy(conn: Connection, event: told.RemedyRequested) -> None:
    until = conn.execute(select(_AWARDS.c.remedy_until).where(*_of_award(event))).scalar()
    later = max(event.until, until or event.until)
    conn.execute(update(_AWARDS).where(*_of_award(event)).values(remedy_until=later))


def _revoked(conn: Connection, event: Revocation) -> None:
    conn.execute(update(_AWARDS).where(*_of_award(event)).values(revoked_on=event.revoked_on))


def _of_award(event: Granted | Correction | Revocation | told.RemedyRequested) -> tuple[Any, ...]:
    c = _AWARDS.c
    return c.school == event.school, c.kind == _KINDS[type(event)].value, c.granted_number == event.number


HEARD: tuple[tuple[type[Any], Callable[[Connection, Any], None]], ...] = (
    (told.RecognitionGranted, _granted),
    (told.CertificateGranted, _granted),
    (told.RecognitionCorrected, _corrected),
    (told.CertificateCorrected, _corrected),
    (told.RemedyRequested, _remedy),
    (told.RecognitionRevoked, _revoked),
    (told.CertificateRevoked, _revoked),
)
"""Events of the assessment service that tell of awards, and what each does here."""
