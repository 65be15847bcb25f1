"""Reads and fills the tables of prints: what was printed, what came home signed, which codes stand on whose pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from services.evidence.domain import facts as f
from services.evidence.domain.printed_paper import Printed
from services.evidence.domain.text import ReadText
from services.evidence.views.queries import aware
from services.evidence.views.tables import DOCUMENTS, PAPER_CODES, PRINTS, SCHOOLS, SIGNATURES
from shared.contracts.calls.evidence import DocumentPaper, PaperCodeState, PrintView
from shared.eventlog.log import RecordedEvent
from shared.papers.code import PaperCode, parse_code
from shared.vocabulary.ids import CommuneCode, CycleId, DocumentId, PaperId, SchoolCode

# ---- filling ---------------------------------------------------------------------------------------------------------


def add_print(conn: Connection, fact: Printed, logged: RecordedEvent) -> None:
    """Note a print."""
    if isinstance(fact, f.PaperPrinted):
        owner: dict[str, str | int] = {"school": fact.school, "cycle": fact.cycle}
    else:
        owner = {"school": "", "cycle": "", "commune": fact.commune, "year": fact.year}
    conn.execute(
        insert(PRINTS).values(
            paper=fact.paper,
            **owner,
            kind=fact.kind,
            subject=fact.subject,
            valid_at=fact.valid_at,
            known_at=fact.known_at,
            text_sha256=fact.text_sha256,
            draft=fact.draft,
            position=logged.position,
            printed_at=logged.recorded_at,
        )
    )


def add_signature(conn: Connection, fact: f.PaperSigned, logged: RecordedEvent) -> None:
    """Note a signed version of a print, or that one known already differs in another number of places."""
    where = and_(SIGNATURES.c.paper == fact.paper, SIGNATURES.c.document == fact.document)
    if conn.execute(update(SIGNATURES).where(where).values(differences=fact.differences)).rowcount == 0:
        place = {"position": logged.position, "signed_at": logged.recorded_at}
        row = {"paper": fact.paper, "document": fact.document, "differences": fact.differences, **place}
        conn.execute(insert(SIGNATURES).values(**row))


def put_codes(conn: Connection, document: DocumentId, read: ReadText) -> None:
    """Note which codes of prints stand on the pages of a document, each with its first page."""
    conn.execute(delete(PAPER_CODES).where(PAPER_CODES.c.document == document))
    first: dict[PaperCode, int] = {}
    for found in read.codes:
        code = parse_code(found.text)
        if code is not None:
            first.setdefault(code, found.page)
    rows = [{"document": document, "paper": c.paper, "digest": c.digest, "number": page} for c, page in first.items()]
    if rows:
        conn.execute(insert(PAPER_CODES), rows)


# ---- reading ---------------------------------------------------------------------------------------------------------

_NEWEST = (
    select(SIGNATURES.c.paper, func.max(SIGNATURES.c.position).label("position"))
    .group_by(SIGNATURES.c.paper)
    .subquery("newest")
)
_IS_OWN = or_(PRINTS.c.school == DOCUMENTS.c.school, and_(PRINTS.c.commune != "", PRINTS.c.commune == SCHOOLS.c.commune))
"""Whether a print is of the school of a document, or of its commune."""
_PRINTS = (
    select(PRINTS, SIGNATURES.c.document, SIGNATURES.c.differences, SIGNATURES.c.signed_at)
    .outerjoin(_NEWEST, _NEWEST.c.paper == PRINTS.c.paper)
    .outerjoin(SIGNATURES, and_(SIGNATURES.c.paper == PRINTS.c.paper, SIGNATURES.c.position == _NEWEST.c.position))
    .order_by(PRINTS.c.position.desc())
)


def prints_of(conn: Connection, school: SchoolCode, cycle: CycleId) -> list[PrintView]:
    """Return the prints of a school (of one cycle, if one is named), newest first, each with its newest signed version."""
    query = _PRINTS.where(PRINTS.c.school == school)
    if cycle:
        query = query.where(PRINTS.c.cycle == cycle)
    return [_view(row) for row in conn.execute(query).mappings()]


def prints_of_year(conn: Connection, commune: CommuneCode, year: int) -> list[PrintView]:
    """Return the prints of a commune's year, newest first, each with its newest signed version."""
    query = _PRINTS.where(PRINTS.c.commune == commune, PRINTS.c.year == year)
    return [_view(row) for row in conn.execute(query).mappings()]


def print_of(conn: Connection, paper: PaperId) -> PrintView | None:
    """Return one print, with its newest signed version."""
    row = conn.execute(_PRINTS.where(PRINTS.c.paper == paper)).mappings().one_or_none()
    return None if row is None else _view(row)


def papers_of(conn: Connection, documents: Sequence[DocumentId]) -> dict[DocumentId, list[DocumentPaper]]:
    """Return what each document says of prints: those it is filed with, and those that its pages name, in page order."""
    named = (
        select(PAPER_CODES, PRINTS.c.kind, PRINTS.c.text_sha256, _IS_OWN.label("own"))
        .join(DOCUMENTS, DOCUMENTS.c.document == PAPER_CODES.c.document)
        .outerjoin(SCHOOLS, SCHOOLS.c.code == DOCUMENTS.c.school)
        .outerjoin(PRINTS, PRINTS.c.paper == PAPER_CODES.c.paper)
        .where(PAPER_CODES.c.document.in_(documents))
        .order_by(PAPER_CODES.c.number)
    )
    found: dict[DocumentId, dict[PaperId, DocumentPaper]] = {}
    for row in conn.execute(named).mappings():
        found.setdefault(row["document"], {}).setdefault(row["paper"], _named(row))
    for row in conn.execute(_filed(documents)).mappings():
        papers = found.setdefault(row["document"], {})
        page = papers[row["paper"]].page if row["paper"] in papers else 0
        papers[row["paper"]] = DocumentPaper(
            paper=row["paper"],
            state=PaperCodeState.SIGNED,
            page=page,
            kind=row["kind"],
            differences=row["differences"],
        )
    return {document: list(papers.values()) for document, papers in found.items()}


def _filed(documents: Sequence[DocumentId]) -> Any:
    filed = select(SIGNATURES, PRINTS.c.kind).join(PRINTS, PRINTS.c.paper == SIGNATURES.c.paper)
    return filed.where(SIGNATURES.c.document.in_(documents)).order_by(SIGNATURES.c.position)


def _named(row: Any) -> DocumentPaper:
    code = PaperCode(row["paper"], row["digest"])
    if row["text_sha256"] is None or not code.fits(row["text_sha256"]):
        return DocumentPaper(paper=code.paper, state=PaperCodeState.UNKNOWN, page=row["number"])
    if not row["own"]:
        return DocumentPaper(paper=code.paper, state=PaperCodeState.FOREIGN, page=row["number"])
    return DocumentPaper(paper=code.paper, state=PaperCodeState.KNOWN, page=row["number"], kind=row["kind"])


def _view(row: Any) -> PrintView:
    return PrintView(
        paper=row["paper"],
        school=row["school"],
        commune=row["commune"],
        year=row["year"],
        kind=row["kind"],
        subject=row["subject"],
        cycle=row["cycle"],
        valid_at=row["valid_at"],
        known_at=row["known_at"],
        draft=row["draft"],
        printed_at=aware(row["printed_at"]),
        document=row["document"] or DocumentId(""),
        signed_at=aware(row["signed_at"]) if row["signed_at"] is not None else None,
        differences=row["differences"] or 0,
    )
