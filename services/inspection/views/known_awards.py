"""The decisions that schools hold, as the assessment service told of them: what a renewal is counted from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Date, String, Table, delete, insert, select, update

from services.inspection.views.tables import METADATA
from shared.contracts.events.assessment import (
    CertificateCorrected,
    CertificateGranted,
    CertificateRevoked,
    RecognitionCorrected,
    RecognitionGranted,
    RecognitionRevoked,
)
from shared.vocabulary.assessment import AwardKind, Corrected
from shared.vocabulary.ids import SchoolCode, Sha256

_AWARDS = Table(
    "known_awards",
    METADATA,
    Column("school", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("number", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("revoked_on", Date),
)

Granted = RecognitionGranted | CertificateGranted


class KnownAward(msgspec.Struct, frozen=True, kw_only=True):
    """A decision: the number it was granted under, the rulebook it was granted by, its last day."""

    kind: AwardKind
    number: str
    digest: Sha256
    decided_on: dt.date
    expires_on: dt.date


def present_award(conn: Connection, school: SchoolCode, on: dt.date) -> KnownAward | None:
    """Return the decision that a school holds on a day, or held last: the recognition, else the certificate."""
    c = _AWARDS.c
    query = select(c.kind, c.number, c.digest, c.decided_on, c.expires_on).where(c.school == school, c.decided_on <= on)
    query = query.where(c.revoked_on.is_(None) | (c.revoked_on > on)).order_by(c.decided_on.desc())
    held = [KnownAward(**{**row._mapping, "kind": AwardKind(row.kind)}) for row in conn.execute(query)]
    return next((award for award in held if award.kind is AwardKind.RECOGNITION), held[0] if held else None)


def granted(conn: Connection, event: Granted) -> None:
    """Learn of a decision."""
    kind = AwardKind.RECOGNITION if isinstance(event, RecognitionGranted) else AwardKind.CERTIFICATE
    conn.execute(delete(_AWARDS).where(*_of(event.school, kind, event.number)))
    values = {name: getattr(event, name) for name in ("school", "number", "digest", "decided_on", "expires_on")}
    conn.execute(insert(_AWARDS).values(kind=kind.value, **values))


def corrected(conn: Connection, event: RecognitionCorrected | CertificateCorrected) -> None:
    """Learn that a day of a decision was put right; its other particulars are not kept here."""
    if event.what not in {Corrected.DECIDED_ON.value, Corrected.EXPIRES_ON.value}:
        return
    kind = AwardKind.RECOGNITION if isinstance(event, RecognitionCorrected) else AwardKind.CERTIFICATE
    day = dt.date.fromisoformat(event.new)
    conn.execute(update(_AWARDS).where(*_of(event.school, kind, event.number)).values({event.what: day}))


def revoked(conn: Connection, event: RecognitionRevoked | CertificateRevoked) -> None:
    """Learn that a decision was revoked."""
    kind = AwardKind.RECOGNITION if isinstance(event, RecognitionRevoked) else AwardKind.CERTIFICATE
    conn.execute(update(_AWARDS).where(*_of(event.school, kind, event.number)).values(revoked_on=event.revoked_on))


def _of(school: SchoolCode, kind: AwardKind, number: str) -> tuple[Any, ...]:
    c = _AWARDS.c
    return c.school == school, c.kind == kind.value, c.number == number
