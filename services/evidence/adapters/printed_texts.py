"""Texts of prints in tables of their own: with people's names in them, so not in the log; to be backed up, erasable."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, delete, insert, select, update

from shared.storage.database import Database
from shared.storage.migrations import Migration, Migrations, statements
from shared.vocabulary.ids import DocumentId, PaperId

METADATA = MetaData()

TEXTS = Table(
    "printed_texts",
    METADATA,
    Column("paper", String, primary_key=True),
    Column("pages", LargeBinary, nullable=False),
    Column("erased", Integer, nullable=False, server_default="0"),
)
DIFFERENCES = Table(
    "printed_differences",
    METADATA,
    Column("paper", String, primary_key=True),
    Column("document", String, primary_key=True),
    Column("differences", LargeBinary, nullable=False),
)

MIGRATIONS = Migrations(
    "printed_texts",
    Migration(
        1,
        "texts of prints, and how signed versions differ",
        statements(
            "CREATE TABLE printed_texts (paper VARCHAR NOT NULL PRIMARY KEY, pages {bytes} NOT NULL, "
            "erased INTEGER DEFAULT '0' NOT NULL)",
            "CREATE TABLE printed_differences (paper VARCHAR NOT NULL, document VARCHAR NOT NULL, "
            "differences {bytes} NOT NULL, PRIMARY KEY (paper, document))",
        ),
    ),
    proof="printed_texts",
)
"""A change of the tables above is a new step here."""

_PAGES = msgspec.json.Decoder(tuple[str, ...])


class PrintedTextTables:
    """A `PrintedTexts` on SQLite or PostgreSQL; `url` as for the views."""

    def __init__(self, url: str) -> None:
        # Durable: the paper is on somebody's desk, and no log could give its text again after a power cut.
        self._database = Database(url, "printed texts", durable=True)
        self._database.migrate(MIGRATIONS)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def keep(self, paper: PaperId, pages: Sequence[str]) -> None:
        with self._database.writing() as conn:
            # What was erased stays as an empty row: printing the same again must not bring it back.
            if conn.execute(select(TEXTS.c.paper).where(TEXTS.c.paper == paper)).first() is None:
                conn.execute(insert(TEXTS).values(paper=paper, pages=msgspec.json.encode(tuple(pages))))

    def pages(self, paper: PaperId) -> tuple[str, ...] | None:
        with self._database.reading() as conn:
            row = conn.execute(select(TEXTS.c.pages, TEXTS.c.erased).where(TEXTS.c.paper == paper)).one_or_none()
        return None if row is None or row.erased else _PAGES.decode(row.pages)

    def keep_differences(self, paper: PaperId, document: DocumentId, differences: bytes) -> None:
        where = (DIFFERENCES.c.paper == paper, DIFFERENCES.c.document == document)
        with self._database.writing() as conn:
            if conn.execute(select(TEXTS.c.paper).where(TEXTS.c.paper == paper, TEXTS.c.erased == 0)).first() is None:
                return
            conn.execute(delete(DIFFERENCES).where(*where))
            conn.execute(insert(DIFFERENCES).values(paper=paper, document=document, differences=differences))

    def differences(self, paper: PaperId, document: DocumentId) -> bytes | None:
        where = (DIFFERENCES.c.paper == paper, DIFFERENCES.c.document == document)
        with self._database.reading() as conn:
            return conn.execute(select(DIFFERENCES.c.differences).where(*where)).scalar_one_or_none()

    def erase(self, paper: PaperId) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(DIFFERENCES).where(DIFFERENCES.c.paper == paper))
            erased = {"pages": b"[]", "erased": 1}
            if conn.execute(update(TEXTS).where(TEXTS.c.paper == paper).values(**erased)).rowcount == 0:
                conn.execute(insert(TEXTS).values(paper=paper, **erased))


def printed_texts_beside(views_url: str) -> str:
    """Return where texts of prints are kept: beside the views, or in the same PostgreSQL database."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/prints.sqlite"
    return views_url
