"""Use cases of reading again with a newer pipeline: a few papers at a time, found in the log, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from services.evidence import views
from services.evidence.domain.fields import ExtractedField, propose
from services.evidence.domain.pipelines import is_older
from services.evidence.domain.reading_errors import WordDifferences, word_differences
from services.evidence.domain.text import ReadPage, ReadText
from services.evidence.effective_texts import EffectiveTexts, corrections_of, page_said
from services.evidence.errors import NotYetReadable
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.reach import schools_within_reach
from services.evidence.views import rereads
from shared.contracts.calls.evidence import (
    FieldChange,
    ReadingChanges,
    ReadingChangesRequest,
    RereadAnswer,
    RereadDocument,
    RereadDocuments,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.problems import BadRequest
from shared.vocabulary.ids import DocumentId, SchoolCode

MOST_WAITING = 200
SHOWN = 20


class Rereading:
    """Has documents read again that an older pipeline read, and says what came of it."""

    def __init__(self, documents: DocumentRepository, texts: EffectiveTexts, settings: EvidenceSettings) -> None:
        self._documents = documents
        self._texts = texts
        self._settings = settings

    def reread_documents(self, acting: CallContext, request: RereadDocuments) -> RereadAnswer:
        """Ask for the next documents to be read again, and say how far it is; see `RereadDocuments`.

        What is to be done is found in what the log says was read by which pipeline: it can be broken off and gone on with
        at any moment, and nothing is read twice. Raises NoSuchDocument, NotAllowed.
        """
        if not 1 <= request.most_waiting <= MOST_WAITING:
            raise BadRequest(f"Cho từ 1 đến {MOST_WAITING} tài liệu chờ đọc lại một lúc.", path="$.most_waiting")
        schools = self._schools(acting, request)
        than = request.older_than or self._settings.pipeline
        with self._documents.views.reading() as conn:
            pipelines = rereads.pipelines(conn)
            older = [pipeline for pipeline in pipelines if is_older(pipeline, than)]
            scope = rereads.ReadAgain(schools=schools, document=request.document, older=older)
            counted = rereads.count(conn, scope)
            room = max(0, request.most_waiting - counted.documents_waiting)
            rows = rereads.outdated(conn, scope, max(room, SHOWN) + 1)
        asked = [] if request.dry_run else self._ask(acting, rows[:room])
        names = {one.document for one in asked}
        return RereadAnswer(
            pipeline=than,
            documents_total=counted.documents,
            pages_total=counted.pages,
            documents_done=counted.documents_done,
            pages_done=counted.pages_done,
            documents_waiting=counted.documents_waiting + len(asked),
            documents_left=counted.documents_left - len(asked),
            pages_left=counted.pages_left - sum(one.pages for one in asked),
            failed=counted.failed,
            requested=asked,
            next_up=[one for one in rows if one.document not in names][:SHOWN],
        )

    def reading_changes(self, acting: CallContext, request: ReadingChangesRequest) -> ReadingChanges:
        """Say what the present reading of a document says otherwise than the one before. Raises NoSuchDocument."""
        row = self._documents.allowed(acting, "evidence.reading_changes", request.document)
        stream = self._documents.stream(row.document)
        now, before = stream.text, stream.former_text
        new = self._texts.read(row.document, now.text_sha256) if now is not None else None
        old = self._texts.read(row.document, before.text_sha256) if before is not None else None
        if new is None or old is None:
            return ReadingChanges(document=row.document, name=row.name, compared=False)
        contents = self._texts.contents(row.document, [page_said(fact) for fact in stream.said])
        overlay = self._texts.laid(new, contents)
        differences = _page_differences(old, new)
        total = sum(differences, start=WordDifferences())
        with self._documents.views.reading() as conn:
            confirmed = {field.name for field in views.fields_of(conn, [row.document])[row.document] if field.confirmed}
        return ReadingChanges(
            document=row.document,
            name=row.name,
            compared=True,
            pipeline_before=old.pipeline,
            pipeline=new.pipeline,
            pages=len(new.pages),
            pages_changed=sum(one != WordDifferences() for one in differences),
            words_before=old.words,
            words=new.words,
            words_changed=total.changed,
            words_added=total.added,
            words_removed=total.removed,
            confidence_before=old.confidence,
            confidence=new.confidence,
            corrections_kept=len(corrections_of(contents)) - len(overlay.unplaced),
            corrections_unplaced=len(overlay.unplaced),
            fields=_field_changes(propose(self._texts.laid(old, contents).text), propose(overlay.text), confirmed),
        )

    def _schools(self, acting: CallContext, request: RereadDocuments) -> list[SchoolCode] | None:
        school = self._documents.row(request.document).school if request.document else request.school
        if school:
            require(acting, "evidence.reread_documents", school=school)
            return [school]
        return schools_within_reach(acting, "evidence.reread_documents")

    def _ask(self, acting: CallContext, documents: Sequence[RereadDocument]) -> list[RereadDocument]:
        meta = self._documents.application.meta(acting)
        asked = []
        for one in documents:
            # Another command was quicker, or the clerk: it is read again all the same, and once.
            with suppress(NotYetReadable):
                self._documents.change(DocumentId(one.document), lambda stream: stream.request_reading(meta))
                asked.append(one)
        return asked


def _page_differences(old: ReadText, new: ReadText) -> list[WordDifferences]:
    before, after = ({page.number: page for page in text.pages} for text in (old, new))
    return [word_differences(_texts(before.get(number)), _texts(after.get(number))) for number in sorted({*before, *after})]


def _texts(page: ReadPage | None) -> list[str]:
    return [word.text for word in page.words] if page is not None else []


def _field_changes(
    before: Sequence[ExtractedField], after: Sequence[ExtractedField], confirmed: set[str]
) -> list[FieldChange]:
    was, is_now = ({field.name: field.value for field in fields} for fields in (before, after))
    return [
        FieldChange(name=name, before=was.get(name, ""), after=is_now.get(name, ""), confirmed=name in confirmed)
        for name in dict.fromkeys([*was, *is_now])
        if was.get(name, "") != is_now.get(name, "")
    ]
