"""Reads and fills the tables of checked pages: what people said of them, which want a look, how good readings were."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, or_, select, update

from services.evidence.domain import facts as f
from services.evidence.domain.corrections import Overlay
from services.evidence.domain.reading_errors import page_errors
from services.evidence.domain.text import ReadPage, ReadText, mean_confidence
from services.evidence.effective_texts import PageContent, PageSaid
from services.evidence.views.tables import DOCUMENTS, PAGE_CHECKS, REVIEWS, VERDICTS
from shared.contracts.calls.evidence import PageToReview
from shared.vocabulary.ids import CorrectionId, DocumentId, Position, SchoolCode, Sha256

_PAPER_BY_PAPER = (REVIEWS.c.position.desc(), REVIEWS.c.page)
HIGHEST_DOUBTFUL = 95
"""No installation may call a page doubtful that was read more surely than this, so surer pages need no row."""


class PageCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many pages want a look, in how many documents."""

    pages: int
    documents: int


class VerdictSum(msgspec.Struct, frozen=True, kw_only=True):
    """What people's corrections say of pages of one kind that one pipeline read."""

    kind: str
    pipeline: str
    pages: int
    rejudged: int
    errors: f.PageErrors


# ---- filling ---------------------------------------------------------------------------------------------------------


def add_check(conn: Connection, document: DocumentId, fact: f.TextCorrected | f.PageConfirmed, position: Position) -> None:
    """Note that a person said something of a page, and what it says of the reading."""
    row = {"document": document, "page": fact.page, "text_sha256": fact.text_sha256}
    checked = {"correction": fact.correction, "content_digest": fact.content_digest, "position": position}
    conn.execute(insert(PAGE_CHECKS).values(**row, **checked))
    _put_verdict(conn, document, fact, fact.errors, rejudged=False)


def said_of(conn: Connection, document: DocumentId) -> list[PageSaid]:
    """Return what people said of a document's pages, in the order in which they said it."""
    query = select(PAGE_CHECKS).where(PAGE_CHECKS.c.document == document).order_by(PAGE_CHECKS.c.position)
    return [
        PageSaid(
            page=row.page,
            text_sha256=Sha256(row.text_sha256),
            correction=CorrectionId(row.correction),
            content_digest=Sha256(row.content_digest),
        )
        for row in conn.execute(query)
    ]


def put_reviews(
    conn: Connection,
    document: DocumentId,
    sha256: Sha256,
    read: ReadText,
    overlay: Overlay,
    contents: Sequence[PageContent],
    *,
    only: int = 0,
) -> None:
    """Note which pages of a reading (or whether the one that is named) a person should look at.

    A page that a person looked at in this very reading is done with; so is one that reads as a person left an earlier one.
    """
    where = REVIEWS.c.document == document
    conn.execute(delete(REVIEWS).where(and_(where, REVIEWS.c.page == only) if only else where))
    place = conn.execute(select(DOCUMENTS.c.school, DOCUMENTS.c.position).where(DOCUMENTS.c.document == document)).one()
    machine = {page.number: page for page in read.pages}
    last = {one.said.page: one for one in contents}
    rows = []
    for page in overlay.text.pages:
        if only and page.number != only:
            continue
        said = last.get(page.number)
        if said is not None and said.said.text_sha256 != sha256 and said.content is not None:
            errors = page_errors(_texts(machine[page.number]), said.content.right)
            judged = _Judged(
                school=place.school, page=page.number, text_sha256=sha256, kind=page.kind, pipeline=read.pipeline
            )
            _put_verdict(conn, document, judged, errors, rejudged=True)
        unplaced = sum(word.page == page.number for word in overlay.unplaced)
        if not _is_done(page, sha256, said) and (unplaced or _may_be_doubtful(page)):
            rows.append(
                {
                    "document": document,
                    "page": page.number,
                    "school": place.school,
                    "position": place.position,
                    "kind": page.kind,
                    "words": len(page.words),
                    "confidence": mean_confidence(page.words),
                    "doubts": " ".join(page.doubts),
                    "unplaced": unplaced,
                    "pipeline": read.pipeline,
                }
            )
    if rows:
        conn.execute(insert(REVIEWS), rows)


class _Judged(msgspec.Struct, frozen=True, kw_only=True):
    school: SchoolCode
    page: int
    text_sha256: Sha256
    kind: str
    pipeline: str


def _put_verdict(
    conn: Connection,
    document: DocumentId,
    judged: f.TextCorrected | f.PageConfirmed | _Judged,
    errors: f.PageErrors,
    *,
    rejudged: bool,
) -> None:
    """Note how wrong a reading of a page was; what a person said of that very reading outweighs what is derived."""
    key = {"document": document, "page": judged.page, "text_sha256": judged.text_sha256}
    where = [VERDICTS.c[name] == value for name, value in key.items()]
    if rejudged:
        where.append(VERDICTS.c.rejudged)
    values = {
        "school": judged.school,
        "kind": judged.kind,
        "pipeline": judged.pipeline,
        "rejudged": rejudged,
        **msgspec.structs.asdict(errors),
    }
    known = conn.execute(select(VERDICTS.c.page).where(*where[:3])).first() is not None
    if known:
        conn.execute(update(VERDICTS).where(*where).values(**values))
    else:
        conn.execute(insert(VERDICTS).values(**key, **values))


def _is_done(page: ReadPage, sha256: Sha256, last: PageContent | None) -> bool:
    if last is None:
        return False
    return last.said.text_sha256 == sha256 or (last.content is not None and _texts(page) == list(last.content.right))


def _may_be_doubtful(page: ReadPage) -> bool:
    return bool(page.doubts) or (bool(page.words) and mean_confidence(page.words) <= HIGHEST_DOUBTFUL)


def _texts(page: ReadPage) -> list[str]:
    return [word.text for word in page.words]


# ---- reading ---------------------------------------------------------------------------------------------------------


def pages_to_review(
    conn: Connection, school: SchoolCode, below: int, *, document: DocumentId = DocumentId(""), limit: int, offset: int = 0
) -> list[PageToReview]:
    """Return the pages of a school that a person should look at, the newest paper first, page by page."""
    query = _joined(_doubtful(school, below, document)).order_by(*_PAPER_BY_PAPER).limit(limit).offset(offset)
    return [_page(row) for row in conn.execute(query)]


def count_pages(conn: Connection, school: SchoolCode, below: int, document: DocumentId = DocumentId("")) -> PageCounts:
    """Return how many there are."""
    counted = select(func.count(), func.count(REVIEWS.c.document.distinct())).where(*_doubtful(school, below, document))
    pages, documents = conn.execute(counted).one()
    return PageCounts(pages=pages, documents=documents)


def beside(
    conn: Connection, school: SchoolCode, below: int, document: DocumentId, page: int
) -> tuple[PageToReview | None, PageToReview | None]:
    """Return the pages before and after one in that order; None where there is none.

    The page itself need not be one that wants a look.
    """
    position = conn.execute(select(DOCUMENTS.c.position).where(DOCUMENTS.c.document == document)).scalar_one()
    here, doubtful = REVIEWS.c.position == position, _doubtful(school, below)
    earlier = or_(REVIEWS.c.position > position, and_(here, REVIEWS.c.page < page))
    later = or_(REVIEWS.c.position < position, and_(here, REVIEWS.c.page > page))
    back = _joined(doubtful).where(earlier).order_by(REVIEWS.c.position, REVIEWS.c.page.desc()).limit(1)
    on = _joined(doubtful).where(later).order_by(*_PAPER_BY_PAPER).limit(1)
    before, after = conn.execute(back).first(), conn.execute(on).first()
    return _page(before) if before else None, _page(after) if after else None


def first_page(conn: Connection, school: SchoolCode, below: int) -> PageToReview | None:
    """Return the first page of the list; None when none wants a look."""
    query = _joined(_doubtful(school, below)).order_by(*_PAPER_BY_PAPER).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _page(row)


def verdict_sums(conn: Connection, schools: Sequence[SchoolCode] | None) -> list[VerdictSum]:
    """Return what people's corrections say of readings, by kind of page and pipeline; of those schools, None for all."""
    counted = [func.sum(VERDICTS.c[name]).label(name) for name in f.PageErrors.__struct_fields__]
    rejudged = func.sum(func.cast(VERDICTS.c.rejudged, VERDICTS.c.page.type)).label("rejudged")
    query = select(VERDICTS.c.kind, VERDICTS.c.pipeline, func.count().label("pages"), rejudged, *counted)
    if schools is not None:
        query = query.where(VERDICTS.c.school.in_(schools))
    grouped = query.group_by(VERDICTS.c.kind, VERDICTS.c.pipeline).order_by(VERDICTS.c.pipeline, VERDICTS.c.kind)
    return [
        VerdictSum(
            kind=row["kind"],
            pipeline=row["pipeline"],
            pages=row["pages"],
            rejudged=int(row["rejudged"]),
            errors=f.PageErrors(**{name: int(row[name]) for name in f.PageErrors.__struct_fields__}),
        )
        for row in conn.execute(grouped).mappings()
    ]


def _doubtful(school: SchoolCode, below: int, document: DocumentId = DocumentId("")) -> list[ColumnElement[bool]]:
    unsure = and_(REVIEWS.c.words > 0, REVIEWS.c.confidence < below)
    where: list[ColumnElement[bool]] = [
        REVIEWS.c.school == school,
        or_(REVIEWS.c.doubts != "", REVIEWS.c.unplaced > 0, unsure),
    ]
    if document:
        where.append(REVIEWS.c.document == document)
    return where


def _joined(where: Sequence[ColumnElement[bool]]) -> Select[tuple[object, ...]]:
    joined = REVIEWS.join(DOCUMENTS, DOCUMENTS.c.document == REVIEWS.c.document)
    return select(REVIEWS, DOCUMENTS.c.name, DOCUMENTS.c.title).select_from(joined).where(*where)


def _page(row: Row[tuple[object, ...]]) -> PageToReview:
    found = row._mapping
    return PageToReview(
        document=found["document"],
        name=found["name"],
        title=found["title"],
        page=found["page"],
        kind=found["kind"],
        words=found["words"],
        confidence=found["confidence"],
        doubts=found["doubts"].split(),
        unplaced=found["unplaced"],
        pipeline=found["pipeline"],
    )
