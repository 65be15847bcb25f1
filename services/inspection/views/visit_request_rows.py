"""What teams asked schools for during visits, and the photos of visits, by the service's own log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Float, String, Table, Text, delete, insert, select, update

from services.inspection.domain import visit_request_facts as vf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import CriterionCode, DocumentId, EvidenceRequestId, InspectionId, Position

_REQUESTS = Table(
    "evidence_requests",
    METADATA,
    Column("request", String, primary_key=True),
    Column("inspection", String, nullable=False, index=True),
    Column("criterion", String, nullable=False),
    Column("what", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("documents", Text, nullable=False, server_default="[]"),
    Column("text", Text, nullable=False, server_default=""),
    Column("supplied_on", Date),
)
_PHOTOS = Table(
    "visit_photos",
    METADATA,
    Column("inspection", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("taken_at", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("place", Text, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("accuracy_m", Float),
    Column("position", BigInteger, nullable=False),
)


class EvidenceRequestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A request with what was supplied: every document, and the words that were written last."""

    request: EvidenceRequestId
    criterion: CriterionCode
    what: str
    due: dt.date
    position: Position
    documents: list[DocumentId]
    text: str
    supplied_on: dt.date | None


class PhotoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of a visit."""

    document: DocumentId
    taken_at: dt.datetime
    criterion: CriterionCode
    place: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about requests and photos is passed over."""
    fact = logged.entry.fact
    match fact:
        case vf.EvidenceRequested():
            named = ("request", "inspection", "criterion", "what", "due")
            values = {name: getattr(fact, name) for name in named}
            conn.execute(insert(_REQUESTS).values(**values, position=logged.position))
        case vf.EvidenceSupplied():
            _supplied(conn, fact)
        case vf.PhotoTaken():
            _photo(conn, fact, logged.position)
        case _:
            pass


def _supplied(conn: Connection, fact: vf.EvidenceSupplied) -> None:
    c = _REQUESTS.c
    before = conn.execute(select(c.documents, c.text).where(c.request == fact.request)).one()
    documents = dict.fromkeys([*msgspec.json.decode(before.documents), *fact.documents])
    values = {"documents": msgspec.json.encode(list(documents)).decode(), "text": fact.text or before.text}
    conn.execute(update(_REQUESTS).where(c.request == fact.request).values(**values, supplied_on=fact.supplied_on))


def _photo(conn: Connection, fact: vf.PhotoTaken, position: Position) -> None:
    c = _PHOTOS.c
    conn.execute(delete(_PHOTOS).where(c.inspection == fact.inspection, c.document == fact.document))
    named = ("inspection", "document", "criterion", "place", "latitude", "longitude", "accuracy_m")
    values: dict[str, Any] = {name: getattr(fact, name) for name in named}
    conn.execute(insert(_PHOTOS).values(**values, taken_at=fact.taken_at.isoformat(), position=position))


def evidence_requests(conn: Connection, inspection: InspectionId) -> list[EvidenceRequestRow]:
    """Return what a visit asked for, in the order asked."""
    c = _REQUESTS.c
    shown = [c[name] for name in EvidenceRequestRow.__struct_fields__]
    rows = conn.execute(select(*shown).where(c.inspection == inspection).order_by(c.position))
    return [EvidenceRequestRow(**{**row._mapping, "documents": msgspec.json.decode(row.documents)}) for row in rows]


def visit_photos(conn: Connection, inspection: InspectionId) -> list[PhotoRow]:
    """Return the photos of a visit, in the order in which they were taken."""
    c = _PHOTOS.c
    shown = [c[name] for name in PhotoRow.__struct_fields__]
    rows = conn.execute(select(*shown).where(c.inspection == inspection))
    photos = [PhotoRow(**{**row._mapping, "taken_at": dt.datetime.fromisoformat(row.taken_at)}) for row in rows]
    return sorted(photos, key=lambda photo: (photo.taken_at, photo.position))
