"""Applies events to the tables: those of the own log, and what assessment says of schools, codes and citations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    insert,
    select,
    update,
)

from services.evidence.domain import facts as f
from services.evidence.domain import papers
from services.evidence.domain.fields import propose
from services.evidence.domain.text import SIGNER, ReadPage, ReadText, mean_confidence
from services.evidence.effective_texts import EffectiveTexts
from services.evidence.views.prints import add_print, add_signature, put_codes
from services.evidence.views.queries import is_commune
from services.evidence.views.reviews import add_check, put_reviews, said_of
from services.evidence.views.tables import CITATIONS, CODES, COMMUNES, DOCUMENTS, FIELDS, LEASES, PAGES, REVIEWS, SCHOOLS
from shared.contracts.calls.evidence import ReadingState
from shared.contracts.events.assessment import (
    CommuneRegistered,
    EvidenceCoded,
    EvidenceLinked,
    EvidenceUnlinked,
    SchoolRegistered,
)
from shared.contracts.events.base import CloudEvent
from shared.eventlog.log import RecordedEvent
from shared.text import UnreadableDate, fold, parse_date, words
from shared.vocabulary.ids import CommuneCode, DocumentId, SchoolCode, Sha256


class Projection:
    """Applies facts to the tables; what stands on pages comes from beside the log."""

    def __init__(self, texts: EffectiveTexts) -> None:
        self._texts = texts

    def __call__(self, conn: Connection, logged: RecordedEvent) -> None:
        """Apply one event."""
        document = DocumentId(str(logged.entry.originator_id))
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
                _change(conn, document, pipeline=fact.wanted_pipeline or fact.pipeline)
            case f.TextCorrected() | f.PageConfirmed() as fact:
                add_check(conn, document, fact, logged.position)
                self._correct(conn, document, fact)
            case f.TextExtractionFailed() as fact:
                _change(conn, document, state=ReadingState.FAILED.value, failure=fact.reason)
                conn.execute(delete(LEASES).where(LEASES.c.document == document))
            case f.FieldsConfirmed() as fact:
                _confirm(conn, document, fact)
                _describe(conn, document)
            case f.PaperPrinted() | f.YearPaperPrinted() as fact:
                add_print(conn, fact, logged)
            case f.PaperSigned() as fact:
                add_signature(conn, fact, logged)
            case _:
                pass

    def text(self, conn: Connection, document: DocumentId, sha256: Sha256, confidence: int, pages: int) -> None:
        """Take a text into the index. A text object that is lost leaves the document waiting to be read again."""
        read = self._texts.read(document, sha256)
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
        if read is None:
            conn.execute(delete(REVIEWS).where(REVIEWS.c.document == document))
            return
        contents = self._texts.contents(document, said_of(conn, document))
        overlay = self._texts.laid(read, contents)
        _index(conn, document, overlay.text.pages)
        _propose(conn, document, overlay.text)
        _describe(conn, document)
        put_codes(conn, document, read)
        put_reviews(conn, document, sha256, read, overlay, contents)

    def _correct(self, conn: Connection, document: DocumentId, fact: f.TextCorrected | f.PageConfirmed) -> None:
        """Take what a person said of a page into the index; where the text object is lost, it waits for the next reading."""
        read = self._texts.read(document, fact.text_sha256)
        if read is None:
            return
        contents = self._texts.contents(document, said_of(conn, document))
        overlay = self._texts.laid(read, contents)
        conn.execute(delete(PAGES).where(PAGES.c.document == document, PAGES.c.number == fact.page))
        _index(conn, document, [page for page in overlay.text.pages if page.number == fact.page])
        _propose(conn, document, overlay.text)
        _describe(conn, document)
        put_reviews(conn, document, fact.text_sha256, read, overlay, contents, only=fact.page)


def _receive(conn: Connection, document: DocumentId, fact: f.DocumentReceived, logged: RecordedEvent) -> None:
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


def _change(conn: Connection, document: DocumentId, **values: Any) -> None:
    conn.execute(update(DOCUMENTS).where(DOCUMENTS.c.document == document).values(**values))


def _index(conn: Connection, document: DocumentId, pages: Iterable[ReadPage]) -> None:
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
            "tables": msgspec.json.encode(page.tables),
        }
        for page in pages
    ]
    if rows:
        conn.execute(insert(PAGES), rows)


def _propose(conn: Connection, document: DocumentId, read: ReadText) -> None:
    """Show what the text proposes, but never over what a person confirmed."""
    query = select(FIELDS.c.name).where(FIELDS.c.document == document, FIELDS.c.confirmed)
    confirmed = set(conn.execute(query).scalars())
    conn.execute(delete(FIELDS).where(FIELDS.c.document == document, ~FIELDS.c.confirmed))
    for field in propose(read):
        place = {"confidence": field.confidence, "page": field.page, "box": ",".join(map(str, field.box))}
        if field.name not in confirmed:
            row = {"document": document, "name": field.name, "value": field.value, "confirmed": False, **place}
            conn.execute(insert(FIELDS).values(**row))
            continue
        where = (FIELDS.c.document == document, FIELDS.c.name == field.name)
        # The signer is confirmed by name only; who it is stays in the text.
        value = {"value": field.value} if field.name == SIGNER else {}
        conn.execute(update(FIELDS).where(*where).values(**place, **value))


def _confirm(conn: Connection, document: DocumentId, fact: f.FieldsConfirmed) -> None:
    for field in fact.fields:
        where = (FIELDS.c.document == document, FIELDS.c.name == field.name)
        values: dict[str, Any] = {"confirmed": True} if field.name == SIGNER else {"confirmed": True, "value": field.value}
        if conn.execute(update(FIELDS).where(*where).values(**values)).rowcount == 0:
            row = {"confidence": 0, "page": 0, "box": "", "value": field.value, **values}
            conn.execute(insert(FIELDS).values(document=document, name=field.name, **row))


def _describe(conn: Connection, document: DocumentId) -> None:
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
    except UnreadableDate:
        return None


def project_foreign(conn: Connection, event: CloudEvent) -> None:
    """Apply one event of the assessment service: communes, schools, codes, citations are learnt, the rest is passed over."""
    if event.type == SchoolRegistered.type():
        school = msgspec.convert(event.data, SchoolRegistered)
        upsert_school(conn, school.school, school.commune)
    elif event.type == CommuneRegistered.type():
        commune = msgspec.convert(event.data, CommuneRegistered).commune
        if not is_commune(conn, commune):
            conn.execute(insert(COMMUNES).values(code=commune))
    elif event.type == EvidenceCoded.type():
        _coded(conn, msgspec.convert(event.data, EvidenceCoded), event.sequence)
    elif event.type == EvidenceLinked.type():
        linked = msgspec.convert(event.data, EvidenceLinked)
        where = _citation(linked)
        if conn.execute(select(CITATIONS.c.document).where(*where)).first() is None:
            place = {"cycle": linked.cycle, "criterion": linked.criterion, "level": linked.level}
            conn.execute(insert(CITATIONS).values(document=linked.document, indicator=linked.indicator, **place))
    elif event.type == EvidenceUnlinked.type():
        conn.execute(delete(CITATIONS).where(*_citation(msgspec.convert(event.data, EvidenceUnlinked))))


def upsert_school(conn: Connection, code: SchoolCode, commune: CommuneCode) -> None:
    """Note that a school exists."""
    if conn.execute(update(SCHOOLS).where(SCHOOLS.c.code == code).values(commune=commune)).rowcount == 0:
        conn.execute(insert(SCHOOLS).values(code=code, commune=commune))


def _coded(conn: Connection, coded: EvidenceCoded, sequence: int) -> None:
    values = {
        "criterion": coded.criterion,
        "sequence": sequence,
        "find_key": papers.find_key(coded.code),
        "code_order": papers.order_key(coded.code),
    }
    where = (CODES.c.document == coded.document, CODES.c.code == coded.code)
    if conn.execute(update(CODES).where(*where).values(**values)).rowcount == 0:
        conn.execute(insert(CODES).values(document=coded.document, code=coded.code, **values))


def _citation(place: EvidenceLinked | EvidenceUnlinked) -> tuple[ColumnElement[bool], ...]:
    return (
        CITATIONS.c.document == place.document,
        CITATIONS.c.cycle == place.cycle,
        CITATIONS.c.criterion == place.criterion,
        CITATIONS.c.level == place.level,
        CITATIONS.c.indicator == place.indicator,
    )
