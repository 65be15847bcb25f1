"""Read models of the evidence service: documents, pages with their words, fields, schools, and leases of workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
    func,
    select,
)

from services.evidence.domain.text import FIELD_NAMES, ReadWord
from shared.contracts.calls.evidence import ReadingState

VERSION = 3
"""Raised whenever a table or a projection changes: the views are then rebuilt from the log."""

METADATA = MetaData()

_SERIAL = BigInteger().with_variant(Integer, "sqlite")

SCHOOLS = Table(
    "evidence_schools",
    METADATA,
    Column("code", String, primary_key=True),
    Column("commune", String, nullable=False),
)
DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("document", String, primary_key=True),
    Column("school", String, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", String, nullable=False),
    Column("version", String, nullable=False),
    Column("position", BigInteger, nullable=False, unique=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("retained_until", Date),
    Column("state", String, nullable=False, index=True),
    Column("failure", String, nullable=False, default=""),
    Column("pages", Integer, nullable=False),
    Column("confidence", Integer, nullable=False, default=0),
    Column("text_sha256", String, nullable=False, default=""),
    Column("notes", String, nullable=False, default=""),
    Column("end_missing", Boolean, nullable=False, default=False),
    # What its fields say, kept beside it so that lists of thousands are narrowed and ordered where they lie.
    Column("title", Text, nullable=False, default=""),
    Column("kind", Text, nullable=False, default=""),
    Column("number_key", Text, nullable=False, default=""),
    Column("number_order", Text, nullable=False, default=""),
    Column("issued_on", Date),
    Column("waiting", Integer, nullable=False, default=0),
    Column("find_key", Text, nullable=False, default=""),
    Column("name_order", Text, nullable=False, default=""),
)
PAGES = Table(
    "pages",
    METADATA,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("document", String, ForeignKey("documents.document"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("exact", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),
)
FIELDS = Table(
    "fields",
    METADATA,
    Column("document", String, ForeignKey("documents.document"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("page", Integer, nullable=False),
    Column("box", String, nullable=False),
)
LEASES = Table(
    "leases",
    METADATA,
    Column("document", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("pages_read", Integer, nullable=False),
    Column("pages_total", Integer, nullable=False),
)

# SQLite: a full-text index over the page table's own columns, kept in step by triggers. Marks are folded in Python, since
# FTS5's own folding leaves đ; so it must not fold by itself, or the exact column would not be exact.
_SQLITE_INDEX = """
CREATE VIRTUAL TABLE page_index USING fts5(exact, folded, content='pages', content_rowid='id',
    tokenize='unicode61 remove_diacritics 0')
;;
CREATE TRIGGER pages_indexed AFTER INSERT ON pages BEGIN
    INSERT INTO page_index(rowid, exact, folded) VALUES (new.id, new.exact, new.folded); END
;;
CREATE TRIGGER pages_unindexed AFTER DELETE ON pages BEGIN
    INSERT INTO page_index(page_index, rowid, exact, folded) VALUES ('delete', old.id, old.exact, old.folded); END
"""
# PostgreSQL: one vector, words as typed weighing more than words without marks.
_POSTGRES_INDEX = """
ALTER TABLE pages ADD COLUMN search tsvector GENERATED ALWAYS AS
    (setweight(to_tsvector('simple', exact), 'A') || setweight(to_tsvector('simple', folded), 'D')) STORED
;;
CREATE INDEX pages_search ON pages USING gin(search)
"""


def _when_created(statements: str, dialect: str) -> None:
    for statement in statements.split(";;"):
        event.listen(PAGES, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


_when_created(_SQLITE_INDEX, "sqlite")
_when_created(_POSTGRES_INDEX, "postgresql")
event.listen(
    PAGES,
    "before_drop",
    DDL("DROP TABLE IF EXISTS page_index").execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)


_WORDS = msgspec.json.Decoder(tuple[ReadWord, ...])


class DocumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the views know it."""

    document: str
    school: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    version: str
    position: int
    received_at: dt.datetime
    retained_until: dt.date | None
    state: ReadingState
    failure: str
    pages: int
    pages_read: int
    confidence: int
    text_sha256: str
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


class FieldRow(msgspec.Struct, frozen=True, kw_only=True):
    """A field as shown: proposed, or confirmed by a person."""

    name: str
    value: str
    confidence: int
    confirmed: bool
    page: int
    box: tuple[int, int, int, int] | None


# ---- schools ---------------------------------------------------------------------------------------------------------


def knows_school(conn: Connection, code: str) -> bool:
    """Say whether a school exists."""
    return conn.execute(select(SCHOOLS.c.code).where(SCHOOLS.c.code == code)).first() is not None


# ---- documents -------------------------------------------------------------------------------------------------------

JOINED = (
    select(DOCUMENTS, LEASES.c.pages_read, LEASES.c.pages_total, LEASES.c.until)
    .outerjoin(LEASES, LEASES.c.document == DOCUMENTS.c.document)
    .order_by(DOCUMENTS.c.position.desc())
)


def document_row(conn: Connection, document: str, now: dt.datetime) -> DocumentRow | None:
    """Return one document."""
    row = conn.execute(JOINED.where(DOCUMENTS.c.document == document)).mappings().first()
    return None if row is None else document_from(row, now)


def unread_rows(conn: Connection, school: str, now: dt.datetime) -> list[DocumentRow]:
    """Return a school's documents that are not read yet."""
    query = JOINED.where(DOCUMENTS.c.school == school, DOCUMENTS.c.state == ReadingState.WAITING.value)
    return [document_from(row, now) for row in conn.execute(query).mappings()]


def counts(conn: Connection, school: str) -> dict[str, int]:
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
    held = row["until"] is not None and _aware(row["until"]) > now
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
        received_at=_aware(row["received_at"]),
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


def _aware(moment: dt.datetime) -> dt.datetime:
    """Return a stored time as UTC: SQLite gives it back without its zone."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


# ---- pages and fields ------------------------------------------------------------------------------------------------


def page_rows(conn: Connection, document: str, number: int = 0) -> list[PageRow]:
    """Return a document's pages in order, or the one that is asked for."""
    query = select(PAGES).where(PAGES.c.document == document).order_by(PAGES.c.number)
    if number:
        query = query.where(PAGES.c.number == number)
    return [page_from(row) for row in conn.execute(query).mappings()]


def fields_of(conn: Connection, documents: Sequence[str]) -> dict[str, list[FieldRow]]:
    """Return the fields of several documents."""
    found: dict[str, list[FieldRow]] = {document: [] for document in documents}
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


def page_numbers(conn: Connection, document: str, first: int, last: int) -> list[PageRow]:
    """Return pages by number without their words."""
    columns = (PAGES.c.number, PAGES.c.width, PAGES.c.height, PAGES.c.confidence)
    query = select(*columns).where(PAGES.c.document == document, PAGES.c.number.between(first, last))
    rows = conn.execute(query.order_by(PAGES.c.number))
    return [
        PageRow(number=row.number, width=row.width, height=row.height, confidence=row.confidence, words=()) for row in rows
    ]
