"""The queue of documents to read: leases in a table beside the documents; a dead worker's lease runs out by itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    Connection,
    func,
    insert,
    select,
    update,
)

from services.evidence.views.queries import JOINED, DocumentRow, document_from
from services.evidence.views.tables import DOCUMENTS, LEASES
from shared.contracts.calls.evidence import ReadingState
from shared.vocabulary.ids import DocumentId


def has_pending(conn: Connection, now: dt.datetime) -> bool:
    """Say whether a document waits that nobody reads; asked often, so it takes no write lock."""
    query = (
        select(DOCUMENTS.c.document)
        .outerjoin(LEASES, LEASES.c.document == DOCUMENTS.c.document)
        .where(DOCUMENTS.c.state == ReadingState.WAITING.value, (LEASES.c.document.is_(None)) | (LEASES.c.until <= now))
        .limit(1)
    )
    return conn.execute(query).first() is not None


def lease(conn: Connection, holder: str, now: dt.datetime, until: dt.datetime) -> DocumentRow | None:
    """Take the oldest document that waits and has no lease; a dead worker's lease runs out by itself.

    What nobody has read yet comes before what is to be read again.
    """
    free = (LEASES.c.document.is_(None)) | (LEASES.c.until <= now)
    query = (
        JOINED.add_columns(LEASES.c.attempts)
        .where(DOCUMENTS.c.state == ReadingState.WAITING.value, free)
        .order_by(None)
        .order_by(DOCUMENTS.c.text_sha256 != "", func.coalesce(LEASES.c.attempts, 0), DOCUMENTS.c.position)
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


def renew(conn: Connection, document: DocumentId, holder: str, until: dt.datetime, read: int, total: int) -> bool:
    """Prolong a lease and note how far reading is; False when somebody else holds it by now."""
    where = (LEASES.c.document == document, LEASES.c.holder == holder)
    changed = conn.execute(update(LEASES).where(*where).values(until=until, pages_read=read, pages_total=total))
    return changed.rowcount == 1


def attempts(conn: Connection, document: DocumentId) -> int:
    """Return how often reading a document was begun since it was asked for."""
    return conn.execute(select(LEASES.c.attempts).where(LEASES.c.document == document)).scalar_one_or_none() or 0


def release_all(conn: Connection, holder: str, until: dt.datetime) -> int:
    """Give up every lease of one holder, who died with them; return how many there were."""
    gone = update(LEASES).where(LEASES.c.holder == holder)
    return conn.execute(gone.values(holder="", until=until, pages_read=0, pages_total=0)).rowcount


def release(conn: Connection, document: DocumentId, holder: str, until: dt.datetime) -> None:
    """Give a lease up; the document may be read again from `until` on."""
    where = (LEASES.c.document == document, LEASES.c.holder == holder)
    conn.execute(update(LEASES).where(*where).values(holder="", until=until, pages_read=0, pages_total=0))
