"""Use cases of correcting a page beside its image: words are kept beside the log, facts in it, words can be forgotten."""

from __future__ import annotations

import functools
import secrets
import uuid
from collections.abc import Callable, Sequence

import msgspec

from services.evidence import views
from services.evidence.derived_objects import rendition_folder
from services.evidence.domain.corrections import CorrectedWord, CorrectionContent, content_digest, lay_over
from services.evidence.domain.document import Document
from services.evidence.domain.facts import PageConfirmed, TextCorrected
from services.evidence.domain.page_frame import PageArea
from services.evidence.domain.reading_errors import page_errors
from services.evidence.domain.text import ReadPage, ReadText, page_text
from services.evidence.domain.word_places import added_beside, added_lines, replaced
from services.evidence.effective_texts import EffectiveTexts, PageContent, corrections_of, page_said
from services.evidence.errors import ImpossibleCorrection, NoSuchPage, NotYetRead, PageChanged
from services.evidence.ports import CorrectionTexts, DerivedStore, KeptCorrection
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.prints import Prints
from services.evidence.views import DocumentRow, reviews
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import (
    Box,
    ConfirmPage,
    CorrectPage,
    EraseCorrections,
    PageChecked,
    WordChange,
    WordChangeKind,
)
from shared.eventlog.aggregate import Aggregate
from shared.identity.call_context import CallContext
from shared.ids import new_id
from shared.logs import Journal
from shared.text import nfc
from shared.vocabulary.ids import CorrectionId, DocumentId, Position, Sha256

MOST_CHANGES = 3000
LONGEST_WORDS = 300
SALT_BYTES = 16

journal = Journal("evidence.corrections")


class _PageAtHand(msgspec.Struct, frozen=True, kw_only=True):
    """A page as somebody has it before them: the reading, and what people said of the document until then."""

    row: DocumentRow
    read: ReadText
    machine: ReadPage
    shown: ReadPage
    contents: list[PageContent]


class Correcting:
    """Takes what people say of a page that was read."""

    def __init__(
        self,
        documents: DocumentRepository,
        texts: EffectiveTexts,
        kept: CorrectionTexts,
        derived: DerivedStore,
        projection: views.Projection,
        prints: Prints,
        settings: EvidenceSettings,
    ) -> None:
        self._documents = documents
        self._texts = texts
        self._kept = kept
        self._derived = derived
        self._projection = projection
        self._prints = prints
        self._settings = settings

    def correct_page(self, acting: CallContext, request: CorrectPage) -> PageChecked:
        """Take corrections of a page; see `CorrectPage`. The same corrections sent again change nothing.

        Raises PageChanged, ImpossibleCorrection, NoSuchPage, NotYetRead.
        """
        row = self._documents.allowed(acting, "evidence.correct_page", request.document)
        return self._judge(acting, row, request, TextCorrected, functools.partial(_corrections, changes=request.changes))

    def confirm_page(self, acting: CallContext, request: ConfirmPage) -> PageChecked:
        """Take it that a page is read right. Raises PageChanged, NoSuchPage, NotYetRead."""
        row = self._documents.allowed(acting, "evidence.confirm_page", request.document)
        return self._judge(acting, row, request, PageConfirmed, lambda _page: ())

    def erase_corrections(self, acting: CallContext, request: EraseCorrections) -> Done:
        """Forget the words that people gave to a page; that they did stays known. Raises NoSuchDocument, NotAllowed."""
        row = self._documents.allowed(acting, "evidence.erase_corrections", request.document)
        forgotten = self._kept.erase(row.document, request.page)
        # It is made anew of what holds now, when somebody asks for it.
        self._derived.discard(rendition_folder(row.document))
        journal.info("corrections-erased", document=row.document, page=request.page, times=forgotten, actor=acting.actor)
        self._documents.views.catch_up()
        read = self._texts.read(row.document, row.text_sha256) if row.text_sha256 else None
        if read is not None:
            with self._documents.views.writing() as conn:
                self._projection.text(conn, row.document, row.text_sha256, row.confidence, row.pages)
            # What was compared with a print may hold the words too.
            text = self._texts.corrected(row.document, read, self._documents.said(row.document))
            self._prints.filings(row.document, row.school, text)
        return Done(position=self._documents.application.last_position(uuid.UUID(row.document)))

    def _judge(
        self,
        acting: CallContext,
        row: DocumentRow,
        request: CorrectPage | ConfirmPage,
        kind: type[TextCorrected | PageConfirmed],
        corrections: Callable[[ReadPage], Sequence[CorrectedWord]],
    ) -> PageChecked:
        stream = self._documents.stream(row.document)
        at_hand = self._at_hand(row, stream, request.page)
        if stream.text is None or stream.text.text_sha256 != request.text_sha256:
            raise _changed(at_hand, stream, request.page)
        edition = stream.edition(request.page)
        if edition != request.edition:
            if edition == request.edition + 1 and self._said_already(at_hand, corrections):
                return self._answer(row, request.page, edition, self._documents.application.last_position(stream.id))
            raise _changed(at_hand, stream, request.page)
        return self._record(acting, at_hand, request, kind, corrections(at_hand.shown))

    def _record(
        self,
        acting: CallContext,
        at_hand: _PageAtHand,
        request: CorrectPage | ConfirmPage,
        kind: type[TextCorrected | PageConfirmed],
        words: Sequence[CorrectedWord],
    ) -> PageChecked:
        document, application = at_hand.row.document, self._documents.application
        text = lay_over(at_hand.read, [*corrections_of(at_hand.contents), *words]).text
        right = _texts(_page_of(text, request.page))
        content, salt = CorrectionContent(words=tuple(words), right=right).encode(), secrets.token_bytes(SALT_BYTES)
        said = kind(
            school=at_hand.row.school,
            page=request.page,
            text_sha256=request.text_sha256,
            correction=CorrectionId(str(new_id())),
            content_digest=content_digest(salt, content),
            kind=at_hand.machine.kind,
            pipeline=at_hand.read.pipeline,
            errors=page_errors(_texts(at_hand.machine), right),
        )
        meta = application.meta(acting)
        # Words first, fact second: a crash between them leaves words that no fact names, which nobody ever reads.
        self._kept.keep(said.correction, document, request.page, KeptCorrection(salt=salt, content=content))
        filings = self._prints.filings(document, at_hand.row.school, text)

        def decide() -> tuple[None, Sequence[Aggregate]]:
            stream = application.load(Document, uuid.UUID(document))
            stream.judge_page(said, request.edition, meta)
            return None, (stream, *self._prints.signed(filings, DocumentId(document), meta))

        try:
            position = application.change_together(decide)[1]
        except PageChanged:
            stream = self._documents.stream(document)
            raise _changed(self._at_hand(at_hand.row, stream, request.page), stream, request.page) from None
        return self._answer(at_hand.row, request.page, request.edition + 1, position)

    def _answer(self, row: DocumentRow, page: int, edition: int, position: Position) -> PageChecked:
        below = self._settings.doubtful_below
        with self._documents.views.reading() as conn:
            _, after = reviews.beside(conn, row.school, below, row.document, page)
            left = reviews.count_pages(conn, row.school, below)
            if after is None and left.pages:
                # The last of the list: what was skipped before it comes again.
                after = reviews.first_page(conn, row.school, below)
        return PageChecked(position=position, edition=edition, after=after, to_review=left.pages)

    def _at_hand(self, row: DocumentRow, stream: Document, page: int) -> _PageAtHand:
        """Return a page as it stands. Raises NotYetRead, NoSuchPage."""
        sha256 = stream.text.text_sha256 if stream.text is not None else Sha256("")
        read = self._texts.read(row.document, sha256) if sha256 else None
        if read is None:
            raise NotYetRead("Tài liệu đang chờ đọc chữ. Đợi đọc xong rồi sửa.", document=row.document)
        contents = self._texts.contents(row.document, [page_said(fact) for fact in stream.said])
        shown = self._texts.laid(read, contents).text
        return _PageAtHand(row=row, read=read, machine=_page_of(read, page), shown=_page_of(shown, page), contents=contents)

    def _said_already(self, at_hand: _PageAtHand, corrections: Callable[[ReadPage], Sequence[CorrectedWord]]) -> bool:
        """Say whether the last that was said of the page is this very thing: a form that was sent twice."""
        number = at_hand.shown.number
        last = next(one for one in reversed(at_hand.contents) if one.said.page == number)
        before = [one for one in at_hand.contents if one is not last]
        shown = _page_of(self._texts.laid(at_hand.read, before).text, number)
        try:
            words = tuple(corrections(shown))
        except ImpossibleCorrection:
            return False
        return last.content is not None and last.content.words == words


def _corrections(page: ReadPage, changes: Sequence[WordChange]) -> list[CorrectedWord]:
    """Return what changes of a page say. Raises ImpossibleCorrection."""
    if len(changes) > MOST_CHANGES:
        raise ImpossibleCorrection(f"Nhiều nhất {MOST_CHANGES} chỗ sửa một lần. Chưa ghi gì.", page=page.number)
    given: dict[int, WordChange] = {}
    beside: dict[tuple[int, bool], list[str]] = {}
    lines: list[tuple[str, Box | None]] = []
    for change in changes:
        text = _text(change, page)
        if change.kind is WordChangeKind.ADDED_LINE:
            lines.append((text, change.box))
        elif change.kind in {WordChangeKind.ADDED_AFTER, WordChangeKind.ADDED_BEFORE}:
            beside.setdefault((_at(change, page), change.kind is WordChangeKind.ADDED_BEFORE), []).append(text)
        elif _at(change, page) in given:
            raise ImpossibleCorrection("Một chữ được sửa hai lần trong cùng một lần lưu. Chưa ghi gì.", page=page.number)
        else:
            given[change.word] = msgspec.structs.replace(change, text=text)
    made = [replaced(page, at, change.text) for at, change in given.items() if change.text != page.words[at].text]
    made += [added_beside(page, at, " ".join(texts), before=before) for (at, before), texts in beside.items()]
    made += added_lines(page, unplaced) if (unplaced := [text for text, box in lines if box is None]) else []
    for text, box in lines:
        made += added_lines(page, [text], PageArea(box.left, box.top, box.width, box.height)) if box is not None else []
    if not made:
        raise ImpossibleCorrection("Chưa sửa chữ nào. Trang đọc đúng rồi thì bấm “Đúng rồi”.", page=page.number)
    return made


def _at(change: WordChange, page: ReadPage) -> int:
    if not 0 <= change.word < len(page.words):
        raise ImpossibleCorrection("Trang không có chữ cần sửa. Mở lại trang. Chưa ghi gì.", page=page.number)
    return change.word


def _text(change: WordChange, page: ReadPage) -> str:
    text = " ".join(nfc(change.text).split())
    if change.kind is WordChangeKind.REMOVED:
        return ""
    if not text or not text.isprintable():
        raise ImpossibleCorrection("Chữ sửa lại còn trống. Bỏ hẳn một chữ thì chọn “Bỏ chữ”. Chưa ghi gì.", page=page.number)
    if len(text) > LONGEST_WORDS:
        raise ImpossibleCorrection(f"Chữ sửa lại dài quá {LONGEST_WORDS} ký tự. Chưa ghi gì.", page=page.number)
    return text


def _changed(at_hand: _PageAtHand, stream: Document, page: int) -> PageChanged:
    assert stream.text is not None
    return PageChanged(
        "Có người đã sửa trang này, hoặc trang vừa được đọc lại. Chưa ghi đè gì. Xem hai bản rồi sửa tiếp.",
        page=page,
        edition=stream.edition(page),
        text_sha256=stream.text.text_sha256,
        theirs=page_text(at_hand.shown.words, at_hand.shown.tables),
    )


def _page_of(text: ReadText, number: int) -> ReadPage:
    page = next((page for page in text.pages if page.number == number), None)
    if page is None:
        raise NoSuchPage(f"Tài liệu không có trang {number}. Xem lại số trang.")
    return page


def _texts(page: ReadPage) -> tuple[str, ...]:
    return tuple(word.text for word in page.words)
