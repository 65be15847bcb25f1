"""Read models of the evidence service: documents, pages with their words, fields, schools, and who reads what just now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
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
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)

from services.evidence.domain import facts as f
from services.evidence.domain import papers
from services.evidence.domain.fields import propose
from services.evidence.domain.finding import Query
from services.evidence.domain.text import FIELD_NAMES, SIGNER, ReadText, ReadWord, mean_confidence
from shared.contracts.assessment import SchoolRegistered
from shared.contracts.base import CloudEvent
from shared.contracts.calls.evidence import ReadingState
from shared.eventlog.log import Logged
from shared.text import WrongDate, fold, parse_date, words

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

LoadText = Callable[[str, str], ReadText | None]
"""Returns the text object of (document, SHA-256), or None when it is lost."""

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


class HitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A page that a search found."""

    document: str
    school: str
    name: str
    title: str
    page: PageRow


class Projection:
    """Applies facts to the tables; texts come from the derived store."""

    def __init__(self, load: LoadText) -> None:
        self._load = load

    def __call__(self, conn: Connection, logged: Logged) -> None:
        """Apply one event."""
        document = str(logged.entry.originator_id)
        match logged.entry.fact:
            case f.DocumentReceived() as fact:
                _receive(conn, document, fact, logged)
            case f.DocumentSealed() as fact:
                _change(conn, document, retained_until=fact.retained_until)
            case f.ReadingRequested():
                _change(conn, document, state=ReadingState.WAITING.value, failure="")
                conn.execute(delete(LEASES).where(LEASES.c.document == document))
            case f.TextExtracted() as fact:
                self.text(conn, document, fact.text_sha256, fact.confidence, fact.pages)
            case f.TextExtractionFailed() as fact:
                _change(conn, document, state=ReadingState.FAILED.value, failure=fact.reason)
                conn.execute(delete(LEASES).where(LEASES.c.document == document))
            case f.FieldsConfirmed() as fact:
                _confirm(conn, document, fact)
                _describe(conn, document)
            case _:
                pass

    def text(self, conn: Connection, document: str, sha256: str, confidence: int, pages: int) -> None:
        """Take a text into the index. A text object that is lost leaves the document waiting to be read again."""
        read = self._load(document, sha256)
        conn.execute(delete(PAGES).where(PAGES.c.document == document))
        state = ReadingState.WAITING if read is None else ReadingState.READ
        _change(
            conn,
            document,
            state=state.value,
            failure="",
            pages=pages,
            confidence=confidence,
            text_sha256=sha256 if read is not None else "",
            notes=" ".join(read.notes) if read is not None else "",
        )
        conn.execute(delete(LEASES).where(LEASES.c.document == document))
        if read is not None:
            _index(conn, document, read)
            _propose(conn, document, read)
            _describe(conn, document)


def _receive(conn: Connection, document: str, fact: f.DocumentReceived, logged: Logged) -> None:
    conn.execute(
        insert(DOCUMENTS).values(
            document=document,
            school=fact.school,
            name=fact.name,
            sha256=fact.sha256,
            size_bytes=fact.size_bytes,
            media_type=fact.media_type,
            version=fact.version,
            position=logged.position,
            received_at=logged.recorded_at,
            state=ReadingState.WAITING.value,
            failure="",
            pages=fact.pages,
            confidence=0,
            text_sha256="",
            end_missing=fact.end_missing,
            find_key=papers.find_key(fact.name),
            name_order=papers.order_key(fact.name),
        )
    )


def _change(conn: Connection, document: str, **values: Any) -> None:
    conn.execute(update(DOCUMENTS).where(DOCUMENTS.c.document == document).values(**values))


def _index(conn: Connection, document: str, read: ReadText) -> None:
    rows = [
        {
            "document": document,
            "number": page.number,
            "width": page.width,
            "height": page.height,
            "confidence": mean_confidence(page.words),
            "exact": " ".join(words(page.text)),
            "folded": " ".join(words(fold(page.text))),
            "words": msgspec.json.encode(page.words),
        }
        for page in read.pages
    ]
    if rows:
        conn.execute(insert(PAGES), rows)


def _propose(conn: Connection, document: str, read: ReadText) -> None:
    """Show what the text proposes, but never over what a person confirmed."""
    query = select(FIELDS.c.name).where(FIELDS.c.document == document, FIELDS.c.confirmed)
    confirmed = set(conn.execute(query).scalars())
    conn.execute(delete(FIELDS).where(FIELDS.c.document == document, ~FIELDS.c.confirmed))
    for found in propose(read):
        place = {"confidence": found.confidence, "page": found.page, "box": ",".join(map(str, found.box))}
        if found.name not in confirmed:
            row = {"document": document, "name": found.name, "value": found.value, "confirmed": False, **place}
            conn.execute(insert(FIELDS).values(**row))
            continue
        where = (FIELDS.c.document == document, FIELDS.c.name == found.name)
        # The signer is confirmed by name only; who it is stays in the text.
        value = {"value": found.value} if found.name == SIGNER else {}
        conn.execute(update(FIELDS).where(*where).values(**place, **value))


def _confirm(conn: Connection, document: str, fact: f.FieldsConfirmed) -> None:
    for field in fact.fields:
        where = (FIELDS.c.document == document, FIELDS.c.name == field.name)
        values: dict[str, Any] = {"confirmed": True} if field.name == SIGNER else {"confirmed": True, "value": field.value}
        if conn.execute(update(FIELDS).where(*where).values(**values)).rowcount == 0:
            row = {"confidence": 0, "page": 0, "box": "", "value": field.value, **values}
            conn.execute(insert(FIELDS).values(document=document, name=field.name, **row))


def _describe(conn: Connection, document: str) -> None:
    """Put what the fields say beside the document, for lists and searches."""
    rows = conn.execute(select(FIELDS.c.name, FIELDS.c.value, FIELDS.c.confirmed).where(FIELDS.c.document == document)).all()
    fields = {row.name: row.value for row in rows}
    name = conn.execute(select(DOCUMENTS.c.name).where(DOCUMENTS.c.document == document)).scalar_one()
    title, number = papers.title_of(fields), fields.get(papers.NUMBER, "")
    _change(
        conn,
        document,
        title=title,
        kind=fields.get(papers.KIND, ""),
        number_key=papers.find_key(number) if number else "",
        number_order=papers.order_key(number),
        issued_on=_day(fields.get(papers.ISSUED, "")),
        waiting=papers.waiting(row.confirmed for row in rows),
        find_key=papers.find_key(f"{name} {title}"),
        name_order=papers.order_key(title or name),
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text) if text else None
    except WrongDate:
        return None


# ---- schools ---------------------------------------------------------------------------------------------------------


def hear(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of another service: schools are learnt, the rest is passed over."""
    if event.type == SchoolRegistered.type():
        school = msgspec.convert(event.data, SchoolRegistered)
        learn_school(conn, school.school, school.commune)


def learn_school(conn: Connection, code: str, commune: str) -> None:
    """Note that a school exists."""
    if conn.execute(update(SCHOOLS).where(SCHOOLS.c.code == code).values(commune=commune)).rowcount == 0:
        conn.execute(insert(SCHOOLS).values(code=code, commune=commune))


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


def unsealed(conn: Connection, limit: int, now: dt.datetime) -> list[DocumentRow]:
    """Return documents that are not sealed, oldest first."""
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
    return [_page(row) for row in conn.execute(query).mappings()]


def fields_of(conn: Connection, documents: Sequence[str]) -> dict[str, list[FieldRow]]:
    """Return the fields of several documents."""
    found: dict[str, list[FieldRow]] = {document: [] for document in documents}
    for row in conn.execute(select(FIELDS).where(FIELDS.c.document.in_(documents))).mappings():
        found[row["document"]].append(_field(row))
    return {document: sorted(rows, key=lambda row: FIELD_NAMES.index(row.name)) for document, rows in found.items()}


def _page(row: Any) -> PageRow:
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


# ---- search ----------------------------------------------------------------------------------------------------------

_SQLITE_FOUND = """
    FROM page_index JOIN pages ON pages.id = page_index.rowid JOIN documents ON documents.document = pages.document
    WHERE page_index MATCH :folded {scope}
"""
_POSTGRES_FOUND = """
    FROM pages JOIN documents ON documents.document = pages.document
    WHERE pages.search @@ to_tsquery('simple', :folded) {scope}
"""
_COLUMNS = """
    pages.number, pages.width, pages.height, pages.confidence, pages.words,
    documents.document, documents.school, documents.name, documents.title
"""
_SQLITE_ORDER = "bm25(page_index, 10.0, 1.0), documents.position DESC, pages.number"
_POSTGRES_ORDER = """
    ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', pages.search, to_tsquery('simple', :ranked)) DESC,
    documents.position DESC, pages.number
"""


def search(
    conn: Connection, query: Query, schools: Sequence[str] | None, limit: int, offset: int
) -> tuple[list[HitRow], int]:
    """Return the pages that hold all words of a query, best first, and how many there are; `schools` None means all.

    What was typed with accents ranks higher where the accents match too, but finds the same pages.
    """
    if query.empty or (schools is not None and not schools):
        return [], 0
    parameters: dict[str, Any] = {f"school{n}": code for n, code in enumerate(schools or ())}
    scope = f"AND documents.school IN ({', '.join(f':{name}' for name in parameters)})" if schools is not None else ""
    if conn.dialect.name == "sqlite":
        found, order, match = _SQLITE_FOUND.format(scope=scope), _SQLITE_ORDER, {"folded": _fts5(query)}
        counting = match
    else:
        found, order = _POSTGRES_FOUND.format(scope=scope), _POSTGRES_ORDER
        counting = {"folded": _tsquery(query.folded, query.phrase)}
        match = {**counting, "ranked": _ranked(query)}
    # Only constants and numbered parameter names are put together here; what people typed is bound.
    total = conn.execute(text(f"SELECT count(*) {found}"), {**parameters, **counting}).scalar_one()
    rows = conn.execute(
        text(f"SELECT {_COLUMNS} {found} ORDER BY {order} LIMIT :limit OFFSET :offset"),
        {**parameters, **match, "limit": limit, "offset": offset},
    )
    hits = [
        HitRow(document=row["document"], school=row["school"], name=row["name"], title=row["title"], page=_page(row))
        for row in rows.mappings()
    ]
    return hits, total


def pages_with(conn: Connection, document: str, query: Query) -> list[PageRow]:
    """Return the pages of one document that hold all words of a query, in order."""
    if query.empty:
        return []
    if conn.dialect.name == "sqlite":
        found, asked = _SQLITE_FOUND, _fts5(query)
    else:
        found, asked = _POSTGRES_FOUND, _tsquery(query.folded, query.phrase)
    found = found.format(scope="AND documents.document = :document")
    parameters = {"folded": asked, "document": document}
    # Only constants are put together here; what people typed is bound.
    rows = conn.execute(text(f"SELECT {_COLUMNS} {found} ORDER BY pages.number"), parameters)
    return [_page(row) for row in rows.mappings()]


def page_numbers(conn: Connection, document: str, first: int, last: int) -> list[PageRow]:
    """Return pages by number without their words."""
    columns = (PAGES.c.number, PAGES.c.width, PAGES.c.height, PAGES.c.confidence)
    query = select(*columns).where(PAGES.c.document == document, PAGES.c.number.between(first, last))
    rows = conn.execute(query.order_by(PAGES.c.number))
    return [
        PageRow(number=row.number, width=row.width, height=row.height, confidence=row.confidence, words=()) for row in rows
    ]


def _fts5(query: Query) -> str:
    joined = '"' + " ".join(query.folded) + '"'
    if query.phrase:
        return f"{{folded}} : {joined}"
    folded = " AND ".join(f'"{word}"' for word in query.folded)
    exact = " AND ".join(f'"{word}"' for word in query.exact)
    return f"({{exact}} : ({exact})) OR ({{folded}} : {joined}) OR ({{folded}} : ({folded}))"


def _tsquery(tokens: Iterable[str], phrase: bool, weight: str = "") -> str:
    return (" <-> " if phrase else " & ").join(f"{token}{weight}" for token in tokens)


def _ranked(query: Query) -> str:
    """Return the ranking query: the words as typed (weight A), or together, or anywhere."""
    folded = _tsquery(query.folded, query.phrase)
    return f"({_tsquery(query.exact, False, ':A')}) | ({_tsquery(query.folded, True)}) | ({folded})"


# ---- leases ----------------------------------------------------------------------------------------------------------


def waits(conn: Connection, now: dt.datetime) -> bool:
    """Say whether a document waits that nobody reads; asked often, so it takes no write lock."""
    query = (
        select(DOCUMENTS.c.document)
        .outerjoin(LEASES, LEASES.c.document == DOCUMENTS.c.document)
        .where(DOCUMENTS.c.state == ReadingState.WAITING.value, (LEASES.c.document.is_(None)) | (LEASES.c.until <= now))
        .limit(1)
    )
    return conn.execute(query).first() is not None


def lease(conn: Connection, holder: str, now: dt.datetime, until: dt.datetime) -> DocumentRow | None:
    """Take the oldest document that waits and that nobody reads; a dead reader's lease runs out by itself."""
    free = (LEASES.c.document.is_(None)) | (LEASES.c.until <= now)
    query = (
        JOINED.add_columns(LEASES.c.attempts)
        .where(DOCUMENTS.c.state == ReadingState.WAITING.value, free)
        .order_by(None)
        .order_by(func.coalesce(LEASES.c.attempts, 0), DOCUMENTS.c.position)
        .limit(1)
    )
    row = conn.execute(query).mappings().first()
    if row is None:
        return None
    values = {"holder": holder, "until": until, "attempts": (row["attempts"] or 0) + 1, "pages_read": 0, "pages_total": 0}
    where = LEASES.c.document == row["document"]
    if conn.execute(update(LEASES).where(where).values(**values)).rowcount == 0:
        conn.execute(insert(LEASES).values(document=row["document"], **values))
    return document_from(row, now)


def renew(conn: Connection, document: str, holder: str, until: dt.datetime, read: int, total: int) -> bool:
    """Prolong a lease and note how far reading is; False when somebody else holds it by now."""
    where = (LEASES.c.document == document, LEASES.c.holder == holder)
    changed = conn.execute(update(LEASES).where(*where).values(until=until, pages_read=read, pages_total=total))
    return changed.rowcount == 1


def attempts(conn: Connection, document: str) -> int:
    """Return how often reading a document was begun since it was asked for."""
    return conn.execute(select(LEASES.c.attempts).where(LEASES.c.document == document)).scalar_one_or_none() or 0


def put_back_all(conn: Connection, holder: str, until: dt.datetime) -> int:
    """Give up every lease of one holder, who died with them; return how many there were."""
    gone = update(LEASES).where(LEASES.c.holder == holder)
    return conn.execute(gone.values(holder="", until=until, pages_read=0, pages_total=0)).rowcount


def put_back(conn: Connection, document: str, holder: str, until: dt.datetime) -> None:
    """Give a lease up; the document may be read again from `until` on."""
    where = (LEASES.c.document == document, LEASES.c.holder == holder)
    conn.execute(update(LEASES).where(*where).values(holder="", until=until, pages_read=0, pages_total=0))
