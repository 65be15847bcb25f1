"""Questions about documents: one with its pages, lists, a page, a search, how far reading is, an address of their bytes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from services.evidence import catalogue, presenters, search_index, views
from services.evidence.domain.search_query import parse_query, places
from services.evidence.domain.text import page_text
from services.evidence.errors import NoRendition, NoSuchPage
from services.evidence.ports import DerivedStore
from services.evidence.preliminary_pages import preliminary_page
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.file_links import FileLinks
from services.evidence.use_cases.reach import schools_within_reach
from services.evidence.views import DocumentRow, FieldRow, PageRow, prints
from shared.contracts.calls.evidence import (
    DocumentRequest,
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    DownloadKind,
    DownloadOpened,
    OpenDownload,
    PageAnswer,
    PageHits,
    PageRequest,
    PageView,
    PaperOrder,
    ProgressAnswer,
    ProgressRequest,
    ReadingState,
    SearchAnswer,
    SearchRequest,
)
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.vocabulary.ids import BEGINNING, EvidenceCode

LARGEST_LIST = 200
MOST_PAPERS = 20
MOST_AROUND = 20
LAST_YEAR = 9998
LAST_POSITION = 10**15
_TO_COME = frozenset({ReadingState.WAITING, ReadingState.READING})


class DocumentQueries:
    """Answers questions about documents; records nothing."""

    def __init__(self, documents: DocumentRepository, links: FileLinks, derived: DerivedStore) -> None:
        self._documents = documents
        self._links = links
        self._derived = derived

    def document(self, acting: CallContext, request: DocumentRequest) -> DocumentView:
        """Return one document with its pages and fields."""
        row = self._documents.allowed(acting, "evidence.document", request.document)
        with self._documents.views.reading() as conn:
            pages = views.page_rows(conn, row.document)
            view = self._views(conn, [row])[0]
        return msgspec.structs.replace(view, pages=[self._page_view(acting, row, page) for page in pages])

    def documents(self, request: DocumentsRequest) -> DocumentsAnswer:
        """List a school's documents as they are asked for; see `DocumentsRequest`."""
        limit = _within(request.limit)
        _check_narrowing(request)
        with self._documents.views.reading() as conn:
            listing = catalogue.listed(conn, request, self._documents.clock.now())
            facets = catalogue.facets(conn, request.school)
            views_ = self._views(conn, listing.rows[:limit])
        more = len(listing.rows) > limit and request.order is PaperOrder.NEWEST
        return DocumentsAnswer(
            documents=views_,
            total=listing.total,
            next_before=views_[-1].position if more else BEGINNING,
            matching=listing.matching,
            coded=listing.coded,
            states=listing.states,
            kinds=facets.kinds,
            years=facets.years,
            criteria=facets.criteria,
        )

    def page(self, acting: CallContext, request: PageRequest) -> PageAnswer:
        """Return one page with its words, those that match the query marked; see `PageRequest`.

        Of a document that is being read there are the pages that are read by now, with what was read on them.
        """
        row = self._documents.allowed(acting, "evidence.page", request.document)
        query, number, around = parse_query(request.query), request.number, min(max(request.around, 0), MOST_AROUND)
        with self._documents.views.reading() as conn:
            page = next(iter(views.page_rows(conn, row.document, number)), None)
            view = self._views(conn, [row])[0]
            hit_pages = [
                (hit_page.number, places(hit_page.words, query))
                for hit_page in search_index.pages_with(conn, row.document, query)
            ]
            beside = views.page_numbers(conn, row.document, number - around, number + around) if around else []
        if page is None and not row.text_sha256 and row.state in _TO_COME:
            page = self._preliminary(row, number)
        if page is None and request.unread and 1 <= number <= max(row.pages, 1):
            page = _unread(number)
        if page is None or number < 1:
            raise NoSuchPage(f"Tài liệu chưa có trang {number}. Xem lại số trang, hoặc đợi đọc xong.")
        hits = places(page.words, query)
        place_of = {word: at for at, place in enumerate(hits, start=1) for word in place}
        return PageAnswer(
            document=view,
            page=msgspec.structs.replace(self._page_view(acting, row, page), hits=len(hits)),
            words=[presenters.word(word, place_of.get(at, 0)) for at, word in enumerate(page.words)],
            tables=presenters.tables(page.words, page.tables),
            around=[self._page_view(acting, row, neighbour) for neighbour in beside],
            found=[PageHits(number=hit_number, places=len(at)) for hit_number, at in hit_pages],
        )

    def search(self, acting: CallContext, request: SearchRequest) -> SearchAnswer:
        """Find pages by words, and papers by code, number or name, in one school or in every one the caller may read."""
        query = parse_query(request.query)
        if request.offset < 0:
            raise BadRequest("Vị trí bắt đầu không thể âm.", path="$.offset")
        scope = [request.school] if request.school else schools_within_reach(acting, "evidence.search")
        limit = _within(request.limit)
        with self._documents.views.reading() as conn:
            rows, total = search_index.search(conn, query, scope, limit, request.offset)
            called, papers_total = catalogue.find(conn, request.query, scope, MOST_PAPERS)
            papers = [] if request.offset else called
            codes = catalogue.codes_of(conn, [*(hit.document for hit in rows), *(paper.document for paper in papers)])
        return SearchAnswer(
            hits=[
                presenters.hit(row, places(row.page.words, query), codes.get(row.document, EvidenceCode(""))) for row in rows
            ],
            total=total,
            papers=[presenters.paper(row, codes.get(row.document, EvidenceCode(""))) for row in papers],
            papers_total=papers_total,
        )

    def progress(self, request: ProgressRequest) -> ProgressAnswer:
        """Say how far the reading of a school's documents is."""
        with self._documents.views.reading() as conn:
            counted = views.counts(conn, request.school)
            unread = views.unread_rows(conn, request.school, self._documents.clock.now())
        reading = [row for row in unread if row.state is ReadingState.READING]
        return ProgressAnswer(
            waiting=len(unread) - len(reading),
            reading=len(reading),
            read=counted.get(ReadingState.READ.value, 0),
            failed=counted.get(ReadingState.FAILED.value, 0),
            under_way=[self._view(row, []) for row in reading],
        )

    def open_download(self, acting: CallContext, request: OpenDownload) -> DownloadOpened:
        """Return a short-lived address of a document's bytes, of its searchable PDF, or of the image of one of its pages."""
        row = self._documents.allowed(acting, "evidence.open_download", request.document)
        if request.what is DownloadKind.ORIGINAL:
            return DownloadOpened(
                url=self._links.file_url(acting, row, request.what, 0), sha256=row.sha256, size_bytes=row.size_bytes
            )
        if request.what in {DownloadKind.PDF, DownloadKind.HOCR}:
            if not row.text_sha256:
                raise NoRendition("Tài liệu chưa đọc xong. Đợi đọc xong rồi tải bản tìm được chữ; bản gốc tải được ngay.")
            return DownloadOpened(url=self._links.file_url(acting, row, request.what, 0))
        if not row.text_sha256 or not 1 <= request.page <= row.pages:
            raise NoSuchPage(f"Tài liệu chưa có ảnh trang {request.page}. Xem lại số trang, hoặc đợi đọc xong.")
        return DownloadOpened(url=self._links.file_url(acting, row, request.what, request.page))

    def _views(self, conn: Connection, rows: Sequence[DocumentRow]) -> list[DocumentView]:
        """Return documents with their fields, codes, criteria and the prints they have to do with."""
        documents = [row.document for row in rows]
        fields, codes = views.fields_of(conn, documents), catalogue.codes_of(conn, documents)
        criteria = catalogue.criteria_of(conn, documents)
        papers = prints.papers_of(conn, documents)
        return [
            msgspec.structs.replace(
                self._view(row, fields[row.document]),
                code=codes.get(row.document, EvidenceCode("")),
                criteria=criteria.get(row.document, []),
                papers=papers.get(row.document, []),
            )
            for row in rows
        ]

    def _view(self, row: DocumentRow, fields: Sequence[FieldRow]) -> DocumentView:
        return presenters.document_view(row, fields, checkpoint=self._documents.checkpoint(row.position))

    def _preliminary(self, row: DocumentRow, number: int) -> PageRow | None:
        page = preliminary_page(self._derived, row.document, number)
        if page is None:
            return None
        return PageRow(
            number=page.number,
            width=page.width,
            height=page.height,
            confidence=page.confidence,
            words=page.words,
            tables=page.tables,
        )

    def _page_view(self, acting: CallContext, row: DocumentRow, page: PageRow) -> PageView:
        return PageView(
            number=page.number,
            width=page.width,
            height=page.height,
            confidence=page.confidence,
            text=page_text(page.words, page.tables),
            image_url=self._links.file_url(acting, row, DownloadKind.PAGE, page.number),
            thumbnail_url=self._links.file_url(acting, row, DownloadKind.THUMBNAIL, page.number),
        )


def _within(limit: int) -> int:
    if not 1 <= limit <= LARGEST_LIST:
        raise BadRequest(f"Xin từ 1 đến {LARGEST_LIST} mục một lần.", path="$.limit")
    return limit


def _unread(number: int) -> PageRow:
    return PageRow(number=number, width=0, height=0, confidence=0, words=())


def _check_narrowing(request: DocumentsRequest) -> None:
    if request.offset < 0:
        raise BadRequest("Vị trí bắt đầu không thể âm.", path="$.offset")
    if not 0 <= request.year <= LAST_YEAR:
        raise BadRequest("Năm ban hành gồm bốn chữ số.", path="$.year")
    if any(not 0 < position <= LAST_POSITION for position in request.positions):
        raise BadRequest("Số của biên nhận là số dương.", path="$.positions")
    if max(len(request.positions), len(request.documents)) > LARGEST_LIST:
        raise BadRequest(f"Xin nhiều nhất {LARGEST_LIST} tài liệu một lần.", path="$.documents")
