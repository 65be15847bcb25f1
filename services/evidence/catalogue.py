"""Papers as people look for them: narrowed, ordered and counted where they lie, with the codes and citations heard of them.

Codes are given by the assessment service, which tells so; what is kept here of them serves only lists and searches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)

from services.evidence.domain.papers import find_key, is_code_like
from services.evidence.views.queries import JOINED, DocumentRow, document_from
from services.evidence.views.tables import CITATIONS, CODES, DOCUMENTS
from shared.contracts.calls.evidence import DocumentsRequest, Matched, PaperOrder, PaperState, ReadingState
from shared.text import vietnamese_key
from shared.vocabulary.ids import CriterionCode, DocumentId, EvidenceCode, SchoolCode

LONGEST_QUERY_WORDS = 16


class PaperRow(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that was found by its code, number or name."""

    document: DocumentId
    school: SchoolCode
    name: str
    title: str
    matched: Matched


# ---- codes and criteria ----------------------------------------------------------------------------------------------


def codes_of(conn: Connection, documents: Sequence[DocumentId]) -> dict[DocumentId, EvidenceCode]:
    """Return the newest code of each document that has one."""
    query = select(CODES.c.document, CODES.c.code).where(CODES.c.document.in_(documents)).order_by(CODES.c.sequence)
    return {row.document: row.code for row in conn.execute(query)}


def criteria_of(conn: Connection, documents: Sequence[DocumentId]) -> dict[DocumentId, list[str]]:
    """Return the criteria under which each document is cited."""
    by_document: dict[DocumentId, list[str]] = {}
    query = select(CITATIONS.c.document, CITATIONS.c.criterion).where(CITATIONS.c.document.in_(documents)).distinct()
    for row in conn.execute(query):
        by_document.setdefault(row.document, []).append(row.criterion)
    return {document: sorted(criteria, key=vietnamese_key) for document, criteria in by_document.items()}


# ---- lists -----------------------------------------------------------------------------------------------------------

_CODED = exists().where(CODES.c.document == DOCUMENTS.c.document)
_CITED = exists().where(CITATIONS.c.document == DOCUMENTS.c.document)
_STATES: dict[PaperState, ColumnElement[bool]] = {
    PaperState.UNREAD: DOCUMENTS.c.state == ReadingState.WAITING.value,
    PaperState.FAILED: DOCUMENTS.c.state == ReadingState.FAILED.value,
    PaperState.UNCONFIRMED: and_(DOCUMENTS.c.state == ReadingState.READ.value, DOCUMENTS.c.waiting > 0),
    PaperState.UNCODED: ~_CODED,
    PaperState.UNCITED: and_(_CODED, ~_CITED),
}
_CODE_ORDER = (
    select(func.max(CODES.c.code_order))
    .where(CODES.c.document == DOCUMENTS.c.document)
    .correlate(DOCUMENTS)
    .scalar_subquery()
)


def _last(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Return what sorts what has no value after what has one, on every database."""
    return case((or_(column.is_(None), column == ""), 1), else_=0)


_NEWEST = DOCUMENTS.c.position.desc()
_ORDERS: dict[PaperOrder, tuple[ColumnElement[Any], ...]] = {
    PaperOrder.NEWEST: (_NEWEST,),
    PaperOrder.NAME: (DOCUMENTS.c.name_order, _NEWEST),
    PaperOrder.CODE: (_last(_CODE_ORDER), _CODE_ORDER, _NEWEST),
    PaperOrder.NUMBER: (_last(DOCUMENTS.c.number_order), DOCUMENTS.c.number_order, _NEWEST),
    PaperOrder.ISSUED: (case((DOCUMENTS.c.issued_on.is_(None), 1), else_=0), DOCUMENTS.c.issued_on.desc(), _NEWEST),
    PaperOrder.CODED_FIRST: (case((_CODED, 0), else_=1), _NEWEST),
}


class DocumentList(msgspec.Struct, frozen=True, kw_only=True):
    """Papers of one school as they were asked for; see `DocumentsAnswer`."""

    rows: list[DocumentRow]
    total: int
    matching: int
    coded: int
    states: dict[PaperState, int]


def listed(conn: Connection, request: DocumentsRequest, now: dt.datetime) -> DocumentList:
    """Return papers of a school, narrowed and ordered, one more than asked for where there are more; and what is counted."""
    own = DOCUMENTS.c.school == request.school
    narrowed = [own, *_narrowed(request)]
    counting = [func.count(), *(func.sum(case((where, 1), else_=0)) for where in _STATES.values())]
    numbers = [int(number or 0) for number in conn.execute(select(*counting).where(*narrowed)).one()]
    states = dict(zip(_STATES, numbers[1:], strict=True))
    state = _STATES[request.state] if request.state else true()
    query = JOINED.where(*narrowed, state).order_by(None).order_by(*_ORDERS[request.order])
    if request.before:
        query = query.where(DOCUMENTS.c.position < request.before)
    query = query.limit(request.limit + 1).offset(request.offset)
    whole = select(func.count(), func.sum(case((_CODED, 1), else_=0))).where(own)
    total, coded = conn.execute(whole).one()
    return DocumentList(
        rows=[document_from(row, now) for row in conn.execute(query).mappings()],
        total=total,
        matching=states[request.state] if request.state else numbers[0],
        coded=int(coded or 0),
        states=states,
    )


def _narrowed(request: DocumentsRequest) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if request.query:
        conditions.append(_asked(request.query))
    if request.criterion:
        conditions.append(_under(request.criterion))
    if request.kind:
        conditions.append(DOCUMENTS.c.kind == request.kind)
    if request.year:
        conditions.append(DOCUMENTS.c.issued_on.between(dt.date(request.year, 1, 1), dt.date(request.year, 12, 31)))
    if request.positions:
        conditions.append(DOCUMENTS.c.position.in_(request.positions))
    if request.documents:
        conditions.append(DOCUMENTS.c.document.in_(request.documents))
    return conditions


def _under(criterion: CriterionCode) -> ColumnElement[bool]:
    coded = exists().where(CODES.c.document == DOCUMENTS.c.document, CODES.c.criterion == criterion)
    cited = exists().where(CITATIONS.c.document == DOCUMENTS.c.document, CITATIONS.c.criterion == criterion)
    return or_(coded, cited)


def _asked(query: str) -> ColumnElement[bool]:
    """Return what a typed query asks of a paper: its code, its number, or all of the words in its title and file name."""
    key = find_key(query).rstrip()
    if not key:
        # Signs only: nothing that any paper is called by.
        return ~true()
    together = or_(_code_like(f"%{key}%"), DOCUMENTS.c.find_key.like(f"%{key}%"))
    if is_code_like(query):
        return together
    each = key.split()[:LONGEST_QUERY_WORDS]
    return or_(together, and_(*(DOCUMENTS.c.find_key.like(f"% {word}%") for word in each)))


def _code_like(pattern: str) -> ColumnElement[bool]:
    # Keys hold letters, digits and spaces: nothing in them means anything to LIKE.
    return exists().where(CODES.c.document == DOCUMENTS.c.document, CODES.c.find_key.like(pattern))


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the papers of a school can be narrowed by: kinds and years of issue that occur, criteria they stand under."""

    kinds: list[str]
    years: list[int]
    criteria: list[str]


def facets(conn: Connection, school: SchoolCode) -> Facets:
    """Return what the papers of a school can be narrowed by."""
    own = DOCUMENTS.c.school == school
    kinds = conn.execute(select(DOCUMENTS.c.kind).where(own, DOCUMENTS.c.kind != "").distinct()).scalars()
    year = extract("year", DOCUMENTS.c.issued_on)
    years = conn.execute(select(year).where(own, DOCUMENTS.c.issued_on.is_not(None)).distinct()).scalars()
    return Facets(
        kinds=sorted(kinds, key=vietnamese_key),
        years=sorted((int(issued) for issued in years), reverse=True),
        criteria=sorted(
            {criterion for table in (CODES, CITATIONS) for criterion in _criteria(conn, table, own)}, key=vietnamese_key
        ),
    )


def _criteria(conn: Connection, table: Table, own: ColumnElement[bool]) -> list[str]:
    joined = table.join(DOCUMENTS, DOCUMENTS.c.document == table.c.document)
    return list(conn.execute(select(table.c.criterion).select_from(joined).where(own).distinct()).scalars())


# ---- papers found by what they are called ----------------------------------------------------------------------------


def find(conn: Connection, query: str, schools: Sequence[SchoolCode] | None, limit: int) -> tuple[list[PaperRow], int]:
    """Return papers whose code, number or name is what was typed, whole hits first, and how many there are.

    `schools` None means all.
    """
    key = find_key(query).rstrip()
    if not key or (schools is not None and not schools):
        return [], 0
    rank = _rank(key)
    matching = select(DOCUMENTS.c.document, DOCUMENTS.c.school, DOCUMENTS.c.name, DOCUMENTS.c.title, rank.label("rank"))
    matching = matching.where(rank < _NOT)
    if schools is not None:
        matching = matching.where(DOCUMENTS.c.school.in_(schools))
    total = conn.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
    return [_paper(row) for row in conn.execute(_ranked(matching, limit))], total


_MATCHED = (Matched.CODE, Matched.NUMBER, Matched.CODE, Matched.NUMBER, Matched.NAME)
_NOT = len(_MATCHED)


def _rank(key: str) -> ColumnElement[int]:
    """Return where a paper stands among those found, `_NOT` for one that is not."""
    whole, part = f"{key} ", f"%{key}%"
    code = exists().where(CODES.c.document == DOCUMENTS.c.document, CODES.c.find_key == whole)
    tests = (
        code,
        DOCUMENTS.c.number_key == whole,
        _code_like(part),
        DOCUMENTS.c.number_key.like(part),
        DOCUMENTS.c.find_key.like(part),
    )
    return case(*((test, literal(place)) for place, test in enumerate(tests)), else_=literal(_NOT))


def _ranked(matching: Select[Any], limit: int) -> Select[Any]:
    return matching.order_by("rank", DOCUMENTS.c.position.desc()).limit(limit)


def _paper(row: Any) -> PaperRow:
    matched = _MATCHED[row.rank]
    return PaperRow(document=row.document, school=row.school, name=row.name, title=row.title, matched=matched)
