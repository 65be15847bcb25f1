"""Turns each stored fact into its public event: every fact has one, without the file's name and without values of fields."""

from __future__ import annotations

from services.evidence.domain import facts as f
from shared.bus.events.publishing import cloud_event
from shared.contracts.events import evidence as public
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import DocumentId


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    document = DocumentId(str(logged.entry.originator_id))
    fact = logged.entry.fact
    subject = f"paper/{fact.paper}" if isinstance(fact, f.PaperPrinted | f.PaperSigned) else f"document/{document}"
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
            )
        case f.TextExtractionFailed():
            return public.TextExtractionFailed(document=document, school=fact.school, reason=fact.reason)
        case f.FieldsProposed():
            return public.FieldsProposed(document=document, school=fact.school, fields=[x.name for x in fact.fields])
        case f.FieldsConfirmed():
            return public.FieldsConfirmed(document=document, school=fact.school, fields=[x.name for x in fact.fields])
        case f.PaperPrinted():
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
        case f.PaperSigned():
            return public.PaperSigned(
                paper=fact.paper, school=fact.school, document=fact.document, differences=fact.differences
            )
        case _:
            raise AssertionError(fact)
