"""The tables of the read models, the full-text index over pages, and the number of their shape."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)

VERSION = 7
"""Raised whenever a table or a projection changes: the views are then rebuilt from the log."""

METADATA = MetaData()

_SERIAL = BigInteger().with_variant(Integer, "sqlite")

SCHOOLS = Table(
    "evidence_schools",
    METADATA,
    Column("code", String, primary_key=True),
    Column("commune", String, nullable=False),
)
COMMUNES = Table("evidence_communes", METADATA, Column("code", String, primary_key=True))
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
    Column("pipeline", String, nullable=False, default=""),
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
    Column("tables", LargeBinary, nullable=False),
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
CODES = Table(
    "evidence_codes",
    METADATA,
    Column("document", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("criterion", String, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("find_key", Text, nullable=False),
    Column("code_order", Text, nullable=False),
)
CITATIONS = Table(
    "evidence_citations",
    METADATA,
    Column("document", String, primary_key=True),
    Column("cycle", String, primary_key=True),
    Column("criterion", String, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("indicator", String, primary_key=True),
)
PAGE_CHECKS = Table(
    "page_checks",
    METADATA,
    Column("correction", String, primary_key=True),
    Column("document", String, nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("text_sha256", String, nullable=False),
    Column("content_digest", String, nullable=False),
    Column("position", BigInteger, nullable=False),
)
REVIEWS = Table(
    "page_reviews",
    METADATA,
    Column("document", String, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("school", String, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("words", Integer, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("doubts", String, nullable=False),
    Column("unplaced", Integer, nullable=False),
    Column("pipeline", String, nullable=False),
    Index("page_reviews_of_school", "school", "position"),
)
VERDICTS = Table(
    "page_verdicts",
    METADATA,
    Column("document", String, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("text_sha256", String, primary_key=True),
    Column("school", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("pipeline", String, nullable=False),
    # Derived from what a person said of an earlier reading, and not said of this one.
    Column("rejudged", Boolean, nullable=False),
    Column("words_read", Integer, nullable=False),
    Column("words_wrong", Integer, nullable=False),
    Column("words_missing", Integer, nullable=False),
    Column("words_superfluous", Integer, nullable=False),
    Column("letters_read", Integer, nullable=False),
    Column("letters_wrong", Integer, nullable=False),
)

PRINTS = Table(
    "prints",
    METADATA,
    Column("paper", String, primary_key=True),
    # '' of a paper of a commune's year, which has a commune and a year instead; without these, 0.
    Column("school", String, nullable=False, index=True),
    Column("commune", String, nullable=False, default="", index=True),
    Column("year", Integer, nullable=False, default=0),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("cycle", String, nullable=False),
    Column("valid_at", Date, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("text_sha256", String, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("printed_at", DateTime(timezone=True), nullable=False),
)
SIGNATURES = Table(
    "signatures",
    METADATA,
    Column("paper", String, primary_key=True),
    Column("document", String, primary_key=True, index=True),
    Column("differences", Integer, nullable=False),
    # Of the first filing: what is only read anew is no newer paper.
    Column("position", BigInteger, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
)
PAPER_CODES = Table(
    "paper_codes",
    METADATA,
    Column("document", String, ForeignKey("documents.document"), primary_key=True),
    Column("paper", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("number", Integer, nullable=False),
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
