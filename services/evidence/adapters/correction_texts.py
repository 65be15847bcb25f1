"""What people made of pages, word by word, in a table of its own: words may be names, so not in the log; to be backed up."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
    update,
)

from services.evidence.ports import KeptCorrection
from shared.storage.database import Database, is_there
from shared.storage.migrations import Migration, Migrations, statements
from shared.vocabulary.ids import CorrectionId, DocumentId

METADATA = MetaData()

CORRECTIONS = Table(
    "page_corrections",
    METADATA,
    Column("correction", String, primary_key=True),
    Column("document", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("erased", Integer, nullable=False, server_default="0"),
    Index("page_corrections_document", "document", "page"),
)

MIGRATIONS = Migrations(
    "correction_texts",
    Migration(
        1,
        "what people made of pages",
        statements(
            "CREATE TABLE page_corrections (correction VARCHAR NOT NULL PRIMARY KEY, document VARCHAR NOT NULL, "
            "page INTEGER NOT NULL, salt {bytes} NOT NULL, content {bytes} NOT NULL, erased INTEGER DEFAULT '0' NOT NULL)",
            "CREATE INDEX page_corrections_document ON page_corrections (document, page)",
        ),
    ),
    proof="page_corrections",
)
"""A change of the table above is a new step here."""


class CorrectionReader:
    """A `CorrectionSource` on SQLite or PostgreSQL that changes nothing, not even where there is no such store yet."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, "correction texts", durable=True) if is_there(url) else None

    def close(self) -> None:
        """Close every connection."""
        if self._database is not None:
            self._database.close()

    def of_document(self, document: DocumentId) -> Mapping[CorrectionId, KeptCorrection]:
        if self._database is None:
            return {}
        with self._database.reading() as conn:
            return _of_document(conn, document) if inspect(conn).has_table(CORRECTIONS.name) else {}


class CorrectionTables:
    """A `CorrectionTexts` on SQLite or PostgreSQL; `url` as for the views."""

    def __init__(self, url: str) -> None:
        # Durable: a person sat over the page, and no machine reads it so again.
        self._database = Database(url, "correction texts", durable=True)
        self._database.migrate(MIGRATIONS)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def keep(self, correction: CorrectionId, document: DocumentId, page: int, kept: KeptCorrection) -> None:
        values = {"document": document, "page": page, "salt": kept.salt, "content": kept.content}
        with self._database.writing() as conn:
            conn.execute(insert(CORRECTIONS).values(correction=correction, **values))

    def of_document(self, document: DocumentId) -> Mapping[CorrectionId, KeptCorrection]:
        with self._database.reading() as conn:
            return _of_document(conn, document)

    def erase(self, document: DocumentId, page: int) -> int:
        where = (CORRECTIONS.c.document == document, CORRECTIONS.c.page == page, CORRECTIONS.c.erased == 0)
        with self._database.writing() as conn:
            gone = update(CORRECTIONS).where(*where).values(salt=b"", content=b"", erased=1)
            return conn.execute(gone).rowcount


def _of_document(conn: Connection, document: DocumentId) -> dict[CorrectionId, KeptCorrection]:
    query = select(CORRECTIONS).where(CORRECTIONS.c.document == document, CORRECTIONS.c.erased == 0)
    return {
        CorrectionId(row.correction): KeptCorrection(salt=bytes(row.salt), content=bytes(row.content))
        for row in conn.execute(query)
    }


def corrections_beside(views_url: str) -> str:
    """Return where corrections are kept: beside the views, or in the same PostgreSQL database."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/corrections.sqlite"
    return views_url
