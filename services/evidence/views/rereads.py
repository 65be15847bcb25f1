"""Reads which documents an older pipeline read, and how far reading them again is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from services.evidence.views.tables import DOCUMENTS
from shared.contracts.calls.evidence import ReadingState, RereadDocument
from shared.vocabulary.ids import DocumentId, SchoolCode


class ReadAgain(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents are meant: of those schools (None: all), or the one that is named; `older` are pipelines by name."""

    schools: Sequence[SchoolCode] | None
    document: DocumentId
    older: Sequence[str]


class RereadCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents and pages there are, how many are read by a pipeline that is not older, wait, are left."""

    documents: int
    pages: int
    documents_done: int
    pages_done: int
    documents_waiting: int
    documents_left: int
    pages_left: int
    failed: int


def pipelines(conn: Connection) -> list[str]:
    """Return the pipelines that documents were read by."""
    return sorted(conn.execute(select(DOCUMENTS.c.pipeline).where(DOCUMENTS.c.text_sha256 != "").distinct()).scalars())


def outdated(conn: Connection, scope: ReadAgain, limit: int) -> list[RereadDocument]:
    """Return documents to be read again, the newest first: those are looked at most."""
    query = select(DOCUMENTS).where(*_scope(scope), _left(scope)).order_by(DOCUMENTS.c.position.desc()).limit(limit)
    return [
        RereadDocument(
            document=row.document,
            school=row.school,
            name=row.name,
            pages=row.pages,
            pipeline=row.pipeline,
            confidence=row.confidence,
        )
        for row in conn.execute(query)
    ]


def count(conn: Connection, scope: ReadAgain) -> RereadCounts:
    """Count documents that were read before, by how far reading them again is."""
    waiting = DOCUMENTS.c.state == ReadingState.WAITING.value
    failed = DOCUMENTS.c.state == ReadingState.FAILED.value
    read = DOCUMENTS.c.state == ReadingState.READ.value
    left = _left(scope)
    done = and_(read, DOCUMENTS.c.pipeline.not_in(scope.older))
    row = conn.execute(
        select(
            func.count(),
            func.coalesce(func.sum(DOCUMENTS.c.pages), 0),
            _how_many(done),
            _pages(done),
            _how_many(waiting),
            _how_many(left),
            _pages(left),
            _how_many(failed),
        ).where(*_scope(scope))
    ).one()
    return RereadCounts(**dict(zip(RereadCounts.__struct_fields__, map(int, row), strict=True)))


def _scope(scope: ReadAgain) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [DOCUMENTS.c.text_sha256 != ""]
    if scope.document:
        where.append(DOCUMENTS.c.document == scope.document)
    if scope.schools is not None:
        where.append(DOCUMENTS.c.school.in_(scope.schools))
    return where


def _left(scope: ReadAgain) -> ColumnElement[bool]:
    return and_(DOCUMENTS.c.state == ReadingState.READ.value, DOCUMENTS.c.pipeline.in_(scope.older))


def _how_many(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, 1), else_=0)), 0)


def _pages(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, DOCUMENTS.c.pages), else_=0)), 0)
