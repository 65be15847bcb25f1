"""Reads the tables: documents in their states, pages with their words, fields as shown, and which schools there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from services.evidence.domain.text import FIELD_NAMES, ReadTable, ReadWord
from services.evidence.views.tables import COMMUNES, DOCUMENTS, FIELDS, LEASES, PAGES, SCHOOLS
from shared.contracts.calls.evidence import ReadingState
from shared.vocabulary.ids import CommuneCode, DocumentId, Position, SchoolCode, Sha256

_WORDS = msgspec.json.Decoder(tuple[ReadWord, ...])
_TABLES = msgspec.json.Decoder(tuple[ReadTable, ...])


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the views know it."""

    document: DocumentId
    school: SchoolCode
    name: str
    sha256: Sha256
    size_bytes: int
    media_type: str
    version: str
    position: Position
    received_at: dt.datetime
    retained_until: dt.date | None
    state: ReadingState
    failure: str
    pages: int
    pages_read: int
    confidence: int
    text_sha256: Sha256
    notes: tuple[str, ...] = ()
    end_missing: bool = False
    title: str = ""
    waiting: int = 0


class PageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was read."""

    number: int
    width: int
    height: int
    confidence: int
    words: tuple[ReadWord, ...]
    tables: tuple[ReadTable, ...] = ()


class FieldRow(msgspec.Struct, frozen=True, kw_only=True):
    """A field as shown: proposed, or confirmed by a person."""

    name: str
    value: str
    confidence: int
    confirmed: bool
    page: int
    box: tuple[int, int, int, int] | None


# ---- schools ---------------------------------------------------------------------------------------------------------


def knows_school(conn: Connection, code: SchoolCode) -> bool:
    """Say whether a school exists."""
    return conn.execute(select(SCHOOLS.c.code).where(SCHOOLS.c.code == code)).first() is not None


def is_commune(conn: Connection, code: CommuneCode) -> bool:
    """Say whether a commune is known (yet)."""
    return conn.execute(select(COMMUNES.c.code).where(COMMUNES.c.code == code)).first() is not None


def commune_of(conn: Connection, code: SchoolCode) -> CommuneCode:
    """Return the commune of a school, '' where the school is not known (yet)."""
    found = conn.execute(select(SCHOOLS.c.commune).where(SCHOOLS.c.code == code)).scalar()
    return CommuneCode(found or "")


# ---- documents -------------------------------------------------------------------------------------------------------

JOINED = (
    select(DOCUMENTS, LEASES.c.pages_read, LEASES.c.pages_total, LEASES.c.until)
    .outerjoin(LEASES, LEASES.c.document == DOCUMENTS.c.document)
    .order_by(DOCUMENTS.c.position.desc())
)


def document_row(conn: Connection, document: DocumentId, now: dt.datetime) -> DocumentRow | None:
    """Return one document."""
    row = conn.execute(JOINED.where(DOCUMENTS.c.document == document)).mappings().first()
    return None if row is None else document_from(row, now)


def unread_rows(conn: Connection, school: SchoolCode, now: dt.datetime) -> list[DocumentRow]:
    """Return a school's documents that are not read yet."""
    query = JOINED.where(DOCUMENTS.c.school == school, DOCUMENTS.c.state == ReadingState.WAITING.value)
    return [document_from(row, now) for row in conn.execute(query).mappings()]


def counts(conn: Connection, school: SchoolCode) -> dict[str, int]:
    """Return how many of a school's documents are in each stored state."""
    query = select(DOCUMENTS.c.state, func.count()).where(DOCUMENTS.c.school == school).group_by(DOCUMENTS.c.state)
    return {row[0]: row[1] for row in conn.execute(query)}


def unlocked_rows(conn: Connection, limit: int, now: dt.datetime) -> list[DocumentRow]:
    """Return documents that are not locked, oldest first."""
    query = JOINED.where(DOCUMENTS.c.retained_until.is_(None)).order_by(None).order_by(DOCUMENTS.c.position).limit(limit)
    return [document_from(row, now) for row in conn.execute(query).mappings()]


def document_from(row: Any, now: dt.datetime) -> DocumentRow:
    """Return a document from a row of `JOINED`."""
    state = ReadingState(row["state"])
    held = row["until"] is not None and aware(row["until"]) > now
    if state is ReadingState.WAITING and held:
        state = ReadingState.READING
    under_way = state is ReadingState.READING
    pages = row["pages_total"] if under_way and row["pages_total"] else row["pages"]
    read = row["pages_read"] if under_way else row["pages"] if state is ReadingState.READ else 0
    return DocumentRow(
        document=row["document"],
        school=row["school"],
        name=row["name"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        media_type=row["media_type"],
        version=row["version"],
        position=row["position"],
        received_at=aware(row["received_at"]),
        retained_until=row["retained_until"],
        state=state,
        failure=row["failure"],
        pages=pages,
        pages_read=read,
        confidence=row["confidence"],
        text_sha256=row["text_sha256"],
        notes=tuple(row["notes"].split()),
        end_missing=row["end_missing"],
        title=row["title"],
        waiting=row["waiting"],
    )


def aware(moment: dt.datetime) -> dt.datetime:
    """Return a stored time as UTC: SQLite gives it back without its zone."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


# ---- pages and fields ------------------------------------------------------------------------------------------------


def page_rows(conn: Connection, document: DocumentId, number: int = 0) -> list[PageRow]:
    """Return a document's pages in order, or the one that is asked for."""
    query = select(PAGES).where(PAGES.c.document == document).order_by(PAGES.c.number)
    if number:
        query = query.where(PAGES.c.number == number)
    return [page_from(row) for row in conn.execute(query).mappings()]


def fields_of(conn: Connection, documents: Sequence[DocumentId]) -> dict[DocumentId, list[FieldRow]]:
    """Return the fields of several documents."""
    found: dict[DocumentId, list[FieldRow]] = {document: [] for document in documents}
    for row in conn.execute(select(FIELDS).where(FIELDS.c.document.in_(documents))).mappings():
        found[row["document"]].append(_field(row))
    return {document: sorted(rows, key=lambda row: FIELD_NAMES.index(row.name)) for document, rows in found.items()}


def page_from(row: Any) -> PageRow:
    """Return a page from a row."""
    return PageRow(
        number=row["number"],
        width=row["width"],
        height=row["height"],
        confidence=row["confidence"],
        words=_WORDS.decode(row["words"]),
        tables=_TABLES.decode(row["tables"]),
    )


def _field(row: Any) -> FieldRow:
    sides = [int(side) for side in row["box"].split(",")] if row["box"] else []
    return FieldRow(
        name=row["name"],
        value=row["value"],
        confidence=row["confidence"],
        confirmed=row["confirmed"],
        page=row["page"],
        box=(sides[0], sides[1], sides[2], sides[3]) if len(sides) == 4 else None,
    )


def page_numbers(conn: Connection, document: DocumentId, first: int, last: int) -> list[PageRow]:
    """Return pages by number without their words."""
    columns = (PAGES.c.number, PAGES.c.width, PAGES.c.height, PAGES.c.confidence)
    query = select(*columns).where(PAGES.c.document == document, PAGES.c.number.between(first, last))
    rows = conn.execute(query.order_by(PAGES.c.number))
    return [
        PageRow(number=row.number, width=row.width, height=row.height, confidence=row.confidence, words=()) for row in rows
    ]
