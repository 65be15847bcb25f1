"""Full-text search over the pages that were read, best first: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    text,
)

from services.evidence.domain.search_query import Query
from services.evidence.views.queries import PageRow, page_from
from shared.vocabulary.ids import DocumentId, SchoolCode


class HitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A page that a search found."""

    document: DocumentId
    school: SchoolCode
    name: str
    title: str
    page: PageRow


_SQLITE_FOUND = """
    FROM page_index JOIN pages ON pages.id = page_index.rowid JOIN documents ON documents.document = pages.document
    WHERE page_index MATCH :folded {scope}
"""

_POSTGRES_FOUND = """
    FROM pages JOIN documents ON documents.document = pages.document
    WHERE pages.search @@ to_tsquery('simple', :folded) {scope}
"""

_COLUMNS = """
    pages.number, pages.width, pages.height, pages.confidence, pages.words, pages.tables,
    documents.document, documents.school, documents.name, documents.title
"""

_SQLITE_ORDER = "bm25(page_index, 10.0, 1.0), documents.position DESC, pages.number"

_POSTGRES_ORDER = """
    ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', pages.search, to_tsquery('simple', :ranked)) DESC,
    documents.position DESC, pages.number
"""


def search(
    conn: Connection, query: Query, schools: Sequence[SchoolCode] | None, limit: int, offset: int
) -> tuple[list[HitRow], int]:
    """Return the pages that hold all words of a query, best first, and how many there are; `schools` None means all.

    What was typed with accents ranks higher where the accents match too, but finds the same pages.
    """
    if query.empty or (schools is not None and not schools):
        return [], 0
    parameters: dict[str, Any] = {f"school{n}": code for n, code in enumerate(schools or ())}
    scope = f"AND documents.school IN ({', '.join(f':{name}' for name in parameters)})" if schools is not None else ""
    if conn.dialect.name == "sqlite":
        from_clause, order, match = _SQLITE_FOUND.format(scope=scope), _SQLITE_ORDER, {"folded": _fts5(query)}
        counting = match
    else:
        from_clause, order = _POSTGRES_FOUND.format(scope=scope), _POSTGRES_ORDER
        counting = {"folded": _tsquery(query.folded, query.phrase)}
        match = {**counting, "ranked": _ranked(query)}
    # Only constants and numbered parameter names are put together here; what people typed is bound.
    total = conn.execute(text(f"SELECT count(*) {from_clause}"), {**parameters, **counting}).scalar_one()
    rows = conn.execute(
        text(f"SELECT {_COLUMNS} {from_clause} ORDER BY {order} LIMIT :limit OFFSET :offset"),
        {**parameters, **match, "limit": limit, "offset": offset},
    )
    hits = [
        HitRow(document=row["document"], school=row["school"], name=row["name"], title=row["title"], page=page_from(row))
        for row in rows.mappings()
    ]
    return hits, total


def pages_with(conn: Connection, document: DocumentId, query: Query) -> list[PageRow]:
    """Return the pages of one document that hold all words of a query, in order."""
    if query.empty:
        return []
    if conn.dialect.name == "sqlite":
        from_clause, folded = _SQLITE_FOUND, _fts5(query)
    else:
        from_clause, folded = _POSTGRES_FOUND, _tsquery(query.folded, query.phrase)
    from_clause = from_clause.format(scope="AND documents.document = :document")
    parameters = {"folded": folded, "document": document}
    # Only constants are put together here; what people typed is bound.
    rows = conn.execute(text(f"SELECT {_COLUMNS} {from_clause} ORDER BY pages.number"), parameters)
    return [page_from(row) for row in rows.mappings()]


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
