"""Turns each stored fact into its public event: every fact has one, without the file's name and without values of fields."""

from __future__ import annotations

from services.evidence.domain import facts as f
from shared.bus.events.publishing import cloud_event
from shared.contracts.events import evidence as public
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import DocumentId

_OF_PRINTS = f.PaperPrinted | f.YearPaperPrinted | f.PaperSigned


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    document = DocumentId(str(logged.entry.originator_id))
    fact = logged.entry.fact
    subject = f"paper/{fact.paper}" if isinstance(fact, _OF_PRINTS) else f"document/{document}"
    return cloud_event(installation, logged, public_event(fact, document), subject)


def public_event(fact: Fact, document: DocumentId) -> PublicEvent:
    """Return the public event of a fact; `document` is the one whose stream it is in, where it is in one."""
    match fact:
        case f.DocumentReceived():
            return public.DocumentReceived(
                document=document,
                school=fact.school,
                sha256=fact.sha256,
                size_bytes=fact.size_bytes,
                media_type=fact.media_type,
            )
        case f.DocumentSealed():
            return public.DocumentSealed(document=document, school=fact.school, retained_until=fact.retained_until)
        case f.ReadingRequested():
            return public.ReadingRequested(document=document, school=fact.school)
        case f.TextExtracted():
            return public.TextExtracted(
                document=document,
                school=fact.school,
                pages=fact.pages,
                words=fact.words,
                mean_confidence_percent=fact.confidence,
                engine=fact.engine,
                engine_version=fact.engine_version,
                language=fact.language,
                text_sha256=fact.text_sha256,
                pipeline=fact.pipeline,
            )
        case f.TextCorrected() | f.PageConfirmed():
            return _judged(fact, document)
        case f.TextExtractionFailed():
            return public.TextExtractionFailed(document=document, school=fact.school, reason=fact.reason)
        case f.FieldsProposed() | f.FieldsConfirmed():
            return _about_fields(fact, document)
        case f.PaperPrinted() | f.YearPaperPrinted() | f.PaperSigned():
            return _of_print(fact)
        case _:
            raise AssertionError(fact)


def _about_fields(fact: f.FieldsProposed | f.FieldsConfirmed, document: DocumentId) -> PublicEvent:
    event = public.FieldsProposed if isinstance(fact, f.FieldsProposed) else public.FieldsConfirmed
    return event(document=document, school=fact.school, fields=[field.name for field in fact.fields])


def _judged(fact: f.TextCorrected | f.PageConfirmed, document: DocumentId) -> PublicEvent:
    """Return the public event of what a person made of a page: counts, and no word of it."""
    event = public.TextCorrected if isinstance(fact, f.TextCorrected) else public.PageConfirmed
    return event(
        document=document,
        school=fact.school,
        page=fact.page,
        page_kind=fact.kind,
        pipeline=fact.pipeline,
        text_sha256=fact.text_sha256,
        words_read=fact.errors.words_read,
        words_wrong=fact.errors.words_wrong,
        words_missing=fact.errors.words_missing,
        words_superfluous=fact.errors.words_superfluous,
        letters_read=fact.errors.letters_read,
        letters_wrong=fact.errors.letters_wrong,
    )


def _of_print(fact: f.PaperPrinted | f.YearPaperPrinted | f.PaperSigned) -> PublicEvent:
    if isinstance(fact, f.PaperSigned):
        return public.PaperSigned(paper=fact.paper, school=fact.school, document=fact.document, differences=fact.differences)
    if isinstance(fact, f.YearPaperPrinted):
        return public.YearPaperPrinted(
            paper=fact.paper,
            commune=fact.commune,
            year=fact.year,
            kind=fact.kind,
            subject=fact.subject,
            valid_at=fact.valid_at,
            known_at=fact.known_at,
            text_sha256=fact.text_sha256,
            draft=fact.draft,
        )
    return public.PaperPrinted(
        paper=fact.paper,
        school=fact.school,
        kind=fact.kind,
        subject=fact.subject,
        cycle=fact.cycle,
        valid_at=fact.valid_at,
        known_at=fact.known_at,
        text_sha256=fact.text_sha256,
        draft=fact.draft,
    )
