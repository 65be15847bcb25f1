"""Questions about how well pages were read: which want a look, one as it is to be corrected, how often people corrected."""

from __future__ import annotations

import msgspec

from services.evidence.domain.corrections import CorrectedWord
from services.evidence.domain.page_frame import PageArea, as_read
from services.evidence.domain.text import ReadPage, ReadWord
from services.evidence.effective_texts import EffectiveTexts, page_said
from services.evidence.errors import NoSuchPage, NotYetRead
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.file_links import FileLinks
from services.evidence.use_cases.reach import schools_within_reach
from services.evidence.views import DocumentRow, reviews
from services.evidence.views.reviews import VerdictSum
from shared.contracts.calls.evidence import (
    Box,
    CorrectableWord,
    DownloadKind,
    PagesToReviewAnswer,
    PagesToReviewRequest,
    PageToCorrect,
    PageToCorrectRequest,
    PageToReview,
    ReadingQuality,
    ReadingQualityAnswer,
    ReadingQualityRequest,
    ReadingState,
    WordCorrection,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.problems import BadRequest
from shared.vocabulary.ids import SchoolCode

LARGEST_LIST = 200


class PageReviewing:
    """Answers what a person needs to correct pages, and what came of it; records nothing."""

    def __init__(
        self, documents: DocumentRepository, texts: EffectiveTexts, links: FileLinks, settings: EvidenceSettings
    ) -> None:
        self._documents = documents
        self._texts = texts
        self._links = links
        self._settings = settings

    def pages_to_review(self, acting: CallContext, request: PagesToReviewRequest) -> PagesToReviewAnswer:
        """List the pages of a school that a person should look at, the newest paper first, page by page."""
        if not 1 <= request.limit <= LARGEST_LIST or request.offset < 0:
            raise BadRequest(f"Xin từ 1 đến {LARGEST_LIST} trang một lần.", path="$.limit")
        below = self._settings.doubtful_below
        with self._documents.views.reading() as conn:
            pages = reviews.pages_to_review(
                conn, request.school, below, document=request.document, limit=request.limit, offset=request.offset
            )
            counted = reviews.count_pages(conn, request.school, below, request.document)
        rows = {document: self._documents.row(document) for document in dict.fromkeys(page.document for page in pages)}
        return PagesToReviewAnswer(
            pages=[self._with_thumbnail(acting, page, rows[page.document]) for page in pages],
            total=counted.pages,
            papers=counted.documents,
            doubtful_below=below,
        )

    def page_to_correct(self, acting: CallContext, request: PageToCorrectRequest) -> PageToCorrect:
        """Return a page with its words as people corrected them. Raises NoSuchDocument, NotYetRead, NoSuchPage."""
        row = self._documents.allowed(acting, "evidence.page_to_correct", request.document)
        stream = self._documents.stream(row.document)
        read = self._texts.read(row.document, stream.text.text_sha256) if stream.text is not None else None
        if stream.text is None or read is None:
            raise NotYetRead("Tài liệu đang chờ đọc chữ. Đợi đọc xong rồi sửa.", document=row.document)
        overlay = self._texts.laid(read, self._texts.contents(row.document, [page_said(fact) for fact in stream.said]))
        page = next((page for page in overlay.text.pages if page.number == request.page), None)
        if page is None:
            raise NoSuchPage(f"Tài liệu không có trang {request.page}. Xem lại số trang.")
        machine = {word for one in read.pages if one.number == page.number for word in one.words}
        below = self._settings.doubtful_below
        with self._documents.views.reading() as conn:
            before, after = reviews.beside(conn, row.school, below, row.document, page.number)
            left = reviews.count_pages(conn, row.school, below)
        return PageToCorrect(
            document=row.document,
            school=row.school,
            name=row.name,
            title=row.title,
            page=page.number,
            pages=len(read.pages),
            width=page.width,
            height=page.height,
            kind=page.kind,
            confidence=page.confidence,
            doubts=list(page.doubts),
            pipeline=read.pipeline,
            text_sha256=stream.text.text_sha256,
            edition=stream.edition(page.number),
            waiting=row.state in {ReadingState.WAITING, ReadingState.READING},
            image_url=self._links.file_url(acting, row, DownloadKind.PAGE, page.number),
            words=[self._word(word, corrected=word not in machine) for word in page.words],
            unplaced=[_unplaced(word, page) for word in overlay.unplaced if word.page == page.number],
            before=before,
            after=after,
            to_review=left.pages,
        )

    def reading_quality(self, acting: CallContext, request: ReadingQualityRequest) -> ReadingQualityAnswer:
        """Say how often readings were corrected, by kind of page and pipeline."""
        if request.school:
            require(acting, "evidence.reading_quality", school=request.school)
            schools: list[SchoolCode] | None = [request.school]
        else:
            schools = schools_within_reach(acting, "evidence.reading_quality")
        with self._documents.views.reading() as conn:
            sums = reviews.verdict_sums(conn, schools)
        return ReadingQualityAnswer(qualities=[_quality(one) for one in sums])

    def _word(self, word: ReadWord, *, corrected: bool) -> CorrectableWord:
        return CorrectableWord(
            text=word.text,
            confidence=word.confidence,
            box=_box(PageArea(word.left, word.top, word.width, word.height)),
            line=word.line,
            block=word.block,
            doubtful=not corrected and word.confidence < self._settings.doubtful_below,
            corrected=corrected,
        )

    def _with_thumbnail(self, acting: CallContext, page: PageToReview, row: DocumentRow) -> PageToReview:
        url = self._links.file_url(acting, row, DownloadKind.THUMBNAIL, page.page)
        return msgspec.structs.replace(page, thumbnail_url=url)


def _unplaced(word: CorrectedWord, page: ReadPage) -> WordCorrection:
    return WordCorrection(read=word.read, right=word.right, box=_box(as_read(word.area, page)))


def _box(area: PageArea) -> Box:
    return Box(left=round(area.left), top=round(area.top), width=round(area.width), height=round(area.height))


def _quality(one: VerdictSum) -> ReadingQuality:
    wrong = one.errors.words_wrong + one.errors.words_missing + one.errors.words_superfluous
    return ReadingQuality(
        kind=one.kind,
        pipeline=one.pipeline,
        pages=one.pages,
        rejudged=one.rejudged,
        word_errors_percent=_percent(wrong, one.errors.words_read),
        letter_errors_percent=_percent(one.errors.letters_wrong, one.errors.letters_read),
        **msgspec.structs.asdict(one.errors),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
