"""Use cases of the evidence service: receipts, documents, pages, search, fields, and what ingest, reading, locking note."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import threading
import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from services.evidence import catalogue, projection, search_index, views
from services.evidence.catalogue import PaperRow
from services.evidence.domain.document import Document, ReceivedFile, document_id
from services.evidence.domain.facts import CATALOGUE, DocumentReceived, TextExtracted
from services.evidence.domain.fields import propose
from services.evidence.domain.media import remarks
from services.evidence.domain.search_query import parse_query, places, snippet
from services.evidence.domain.text import SIGNER, FailureReason, ReadText, ReadWord, decode_text, encode_text, page_text
from services.evidence.domain.validation import FileLimits, check_size
from services.evidence.errors import NoSuchDocument, NoSuchPage, UnknownSchool
from services.evidence.ports import DerivedObjectMissing, DerivedStore, Uploads
from services.evidence.published import published
from services.evidence.search_index import HitRow
from services.evidence.views import DocumentRow, FieldRow, PageRow
from shared.clock import Clock, vietnam_date
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import (
    Box,
    ConfirmFields,
    DocumentRequest,
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    DownloadKind,
    DownloadOpened,
    Field,
    Hit,
    OpenDownload,
    OpenUpload,
    PageAnswer,
    PageHits,
    PageRequest,
    PageView,
    PaperHit,
    PaperOrder,
    ProgressAnswer,
    ProgressRequest,
    ReadingState,
    Receipt,
    ReceiptRequest,
    RetryReading,
    SearchAnswer,
    SearchRequest,
    UploadOpened,
    Word,
)
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.identity.file_token import FileTokens
from shared.identity.permissions import may, require
from shared.ids import natural_id, new_id
from shared.problems import BadRequest
from shared.storage.database_url import StoreSettings
from shared.text import nfc, safe_name
from shared.vocabulary.ids import BEGINNING, DocumentId, EvidenceCode, Position, SchoolCode, Sha256, position_before

ASSESSMENT = "assessment"
UPLOAD_TICKET, FORM_TICKET, FILE_TICKET = "upload", "form", "file"
LARGEST_LIST = 200
MOST_PAPERS = 20
MOST_AROUND = 20
LAST_YEAR = 9998
LAST_POSITION = 10**15


class EvidenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation may set, in `kiemdinh.toml`.

    `door` is the address of the evidence door as a browser reaches it, whole, or a path where it is under the portal's own;
    nobody rewrites it on the way. Tickets are good for as many seconds as said here: a stack of paper on a slow line takes
    hours, an image is fetched at once.
    """

    limits: FileLimits = FileLimits()
    retention_years: int = 20
    door: str = "/door"
    upload_ticket_s: int = 24 * 3600
    download_ticket_s: int = 15 * 60


class EvidenceApplication(EventSourcedApplication):
    """The evidence service without its bus, its door and its loops."""

    name = "evidence"  # type: ignore[misc]  # a plain class attribute in the library
    facts = CATALOGUE
    sources = (ASSESSMENT,)

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        derived: DerivedStore,
        uploads: Uploads,
        tickets: FileTokens,
        settings: EvidenceSettings | None = None,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.settings = settings or EvidenceSettings()
        self.derived = derived
        self._uploads = uploads
        self._tickets = tickets
        self._signed_sizes: list[int] = []
        self._sizes_lock = threading.Lock()
        self._projection = projection.Projection(self.text)
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, self._projection, self.log, version=views.VERSION, name=self.name)
        )

    # ---- uploads and receipts ----------------------------------------------------------------------------------------

    def open_upload(self, acting: CallContext, request: OpenUpload) -> UploadOpened:
        """Return where and how to send a file. Without a name: a ticket for a browser's form (`POST /door/form`).

        Raises UnknownSchool, EmptyFile, FileTooLarge.
        """
        self._require_school(request.school)
        claims = {"school": request.school, "correlation": acting.correlation, **_grantee(acting)}
        if not request.name:
            return self._opened("", "form", {**claims, "kind": FORM_TICKET}, 0)
        check_size(request.size_bytes, self.settings.limits)
        promised = _sha256(request.sha256)
        receipt = self.find_receipt(request.school, promised) if promised else None
        upload = self._upload_id(acting.actor, request.school, request.size_bytes, promised)
        claims = {
            **claims,
            "kind": UPLOAD_TICKET,
            "upload": upload,
            "name": safe_name(request.name).name,
            "sha256": promised,
        }
        received = self._uploads.received(upload)
        opened = self._opened(upload, f"uploads/{upload}", {**claims, "size": request.size_bytes}, received)
        return msgspec.structs.replace(opened, receipt=receipt)

    def find_receipt(self, school: SchoolCode, sha256: Sha256) -> Receipt | None:
        """Return the first receipt of these bytes at this school, if they are kept."""
        return self._first_receipt(document_id(school, sha256), already_kept=True)

    def register_document(self, acting: CallContext, file: ReceivedFile) -> Receipt:
        """Take in a file that stands in the archive; the same bytes again get the first receipt."""
        meta = self.meta(acting)
        stream = document_id(file.school, file.sha256)
        new, _ = self.change(Document, stream, lambda document: document.receive(file, meta))
        receipt = self._first_receipt(stream, already_kept=not new)
        assert receipt is not None, "just stored"
        return receipt

    def receipt(self, acting: CallContext, request: ReceiptRequest) -> Receipt:
        """Return the receipt given at a log position. Raises NoSuchDocument."""
        events = self.log.read(position_before(request.position), 1) if request.position > 0 else []
        fact = events[0].entry.fact if events and events[0].position == request.position else None
        if not isinstance(fact, DocumentReceived):
            raise NoSuchDocument(f"Không có biên nhận số {request.position}. Xem lại số.", position=request.position)
        require(acting, "evidence.receipt", school=fact.school)
        return self._receipt(events[0], fact)

    def _first_receipt(self, stream: uuid.UUID, *, already_kept: bool) -> Receipt | None:
        """Read the receipt from the log itself: ingest needs no read model, and none can be behind."""
        for logged in self.log.stream(stream):
            if isinstance(logged.entry.fact, DocumentReceived):
                return self._receipt(logged, logged.entry.fact, already_kept=already_kept)
        return None

    def _receipt(self, logged: RecordedEvent, fact: DocumentReceived, *, already_kept: bool = False) -> Receipt:
        return Receipt(
            document=DocumentId(str(logged.entry.originator_id)),
            school=fact.school,
            name=fact.name,
            sha256=fact.sha256,
            size_bytes=fact.size_bytes,
            media_type=fact.media_type,
            position=logged.position,
            recorded_at=logged.recorded_at,
            checkpoint=self._checkpoint(logged.position),
            already_kept=already_kept,
            remarks=remarks(fact.name, fact.media_type, end_missing=fact.end_missing),
        )

    def _opened(self, upload: str, path: str, claims: dict[str, str | int], received: int) -> UploadOpened:
        return UploadOpened(
            upload=upload,
            url=f"{self.settings.door}/{path}",
            ticket=self._tickets.issue(claims, self.settings.upload_ticket_s),
            received_bytes=received,
            slice_bytes=self.settings.limits.slice_bytes,
        )

    def _upload_id(self, actor: str, school: str, size: int, sha256: str) -> str:
        """Return the id of a former attempt that nobody goes on with just now, or a fresh one.

        Only a promised SHA-256 makes two attempts the same: scanners give equal names and sizes to different papers.
        """
        if sha256:
            upload = str(natural_id("upload", actor, school, str(size), sha256))
            if not self._uploads.active(upload):
                return upload
        return str(new_id())

    def _require_school(self, school: SchoolCode) -> None:
        if not self._knows(school):
            raise UnknownSchool(f"Không có trường {school[:40]}. Xem lại mã trường.", school=school[:40]).awaiting_news()

    def _knows(self, school: SchoolCode) -> bool:
        with self.views.reading() as conn:
            return views.knows_school(conn, school)

    def _checkpoint(self, position: int) -> int:
        """Return the number of the first checkpoint that covers a position, or of the next one, which will."""
        # Not a cache that forgets: what was signed stays signed. Locked, for two who extend it at once would count twice.
        with self._sizes_lock:
            sizes = self._signed_sizes
            if not sizes or sizes[-1] < position:
                sizes.extend(checkpoint.size for checkpoint in self.log.checkpoints(after=len(sizes)))
            return bisect.bisect_left(sizes, position) + 1

    # ---- questions ---------------------------------------------------------------------------------------------------

    def document(self, acting: CallContext, request: DocumentRequest) -> DocumentView:
        """Return one document with its pages and fields."""
        row = self._allowed(acting, "evidence.document", request.document)
        with self.views.reading() as conn:
            pages = views.page_rows(conn, row.document)
            view = self._views(conn, [row])[0]
        return msgspec.structs.replace(view, pages=[self._page_view(acting, row, page) for page in pages])

    def documents(self, request: DocumentsRequest) -> DocumentsAnswer:
        """List a school's documents as they are asked for; see `DocumentsRequest`."""
        limit = _within(request.limit)
        _check_narrowing(request)
        with self.views.reading() as conn:
            listing = catalogue.listed(conn, request, self.clock.now())
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
        """Return one page with its words, those that match the query marked; see `PageRequest`."""
        row = self._allowed(acting, "evidence.page", request.document)
        query, number, around = parse_query(request.query), request.number, min(max(request.around, 0), MOST_AROUND)
        with self.views.reading() as conn:
            page = next(iter(views.page_rows(conn, row.document, number)), None)
            view = self._views(conn, [row])[0]
            hit_pages = [
                (hit_page.number, places(hit_page.words, query))
                for hit_page in search_index.pages_with(conn, row.document, query)
            ]
            beside = views.page_numbers(conn, row.document, number - around, number + around) if around else []
        if page is None and request.unread and 1 <= number <= max(row.pages, 1):
            page = _unread(number)
        if page is None or number < 1:
            raise NoSuchPage(f"Tài liệu chưa có trang {number}. Xem lại số trang, hoặc đợi đọc xong.")
        hits = places(page.words, query)
        place_of = {word: at for at, place in enumerate(hits, start=1) for word in place}
        return PageAnswer(
            document=view,
            page=msgspec.structs.replace(self._page_view(acting, row, page), hits=len(hits)),
            words=[_word(word, place_of.get(at, 0)) for at, word in enumerate(page.words)],
            around=[self._page_view(acting, row, neighbour) for neighbour in beside],
            found=[PageHits(number=hit_number, places=len(at)) for hit_number, at in hit_pages],
        )

    def search(self, acting: CallContext, request: SearchRequest) -> SearchAnswer:
        """Find pages by words, and papers by code, number or name, in one school or in every one the caller may read."""
        query = parse_query(request.query)
        if request.offset < 0:
            raise BadRequest("Vị trí bắt đầu không thể âm.", path="$.offset")
        scope = [request.school] if request.school else _readable(acting)
        limit = _within(request.limit)
        with self.views.reading() as conn:
            rows, total = search_index.search(conn, query, scope, limit, request.offset)
            called, papers_total = catalogue.find(conn, request.query, scope, MOST_PAPERS)
            papers = [] if request.offset else called
            codes = catalogue.codes_of(conn, [*(hit.document for hit in rows), *(paper.document for paper in papers)])
        return SearchAnswer(
            hits=[_hit(row, places(row.page.words, query), codes.get(row.document, EvidenceCode(""))) for row in rows],
            total=total,
            papers=[_paper(row, codes.get(row.document, EvidenceCode(""))) for row in papers],
            papers_total=papers_total,
        )

    def progress(self, request: ProgressRequest) -> ProgressAnswer:
        """Say how far the reading of a school's documents is."""
        with self.views.reading() as conn:
            counted = views.counts(conn, request.school)
            unread = views.unread_rows(conn, request.school, self.clock.now())
        reading = [row for row in unread if row.state is ReadingState.READING]
        return ProgressAnswer(
            waiting=len(unread) - len(reading),
            reading=len(reading),
            read=counted.get(ReadingState.READ.value, 0),
            failed=counted.get(ReadingState.FAILED.value, 0),
            under_way=[self._view(row, []) for row in reading],
        )

    def open_download(self, acting: CallContext, request: OpenDownload) -> DownloadOpened:
        """Return a short-lived address of a document's bytes, or of the image of one of its pages."""
        row = self._allowed(acting, "evidence.open_download", request.document)
        if request.what is DownloadKind.ORIGINAL:
            return DownloadOpened(
                url=self._file_url(acting, row, request.what, 0), sha256=row.sha256, size_bytes=row.size_bytes
            )
        if not row.text_sha256 or not 1 <= request.page <= row.pages:
            raise NoSuchPage(f"Tài liệu chưa có ảnh trang {request.page}. Xem lại số trang, hoặc đợi đọc xong.")
        return DownloadOpened(url=self._file_url(acting, row, request.what, request.page))

    # ---- what people say ---------------------------------------------------------------------------------------------

    def confirm_fields(self, acting: CallContext, request: ConfirmFields) -> Done:
        """Take what a person says of a document."""
        row = self._allowed(acting, "evidence.confirm_fields", request.document)
        with self.views.reading() as conn:
            fields = views.fields_of(conn, [row.document])[row.document]
        signer = next((field.value for field in fields if field.name == SIGNER), "")
        meta = self.meta(acting)

        def decide(document: Document) -> bool:
            return document.confirm(request.fields, meta, signer_read=signer)

        return Done(position=self.change(Document, uuid.UUID(row.document), decide)[1])

    def retry_reading(self, acting: CallContext, request: RetryReading) -> Done:
        """Have a document read again. Raises NotYetReadable while a reading is still to come."""
        row = self._allowed(acting, "evidence.retry_reading", request.document)
        meta = self.meta(acting)
        return Done(position=self.change(Document, uuid.UUID(row.document), lambda d: d.request_reading(meta))[1])

    # ---- what the loops note -----------------------------------------------------------------------------------------

    def documents_to_lock(self, limit: int = 50) -> list[DocumentRow]:
        """Return documents that are received and not sealed, oldest first."""
        with self.views.reading() as conn:
            return views.unlocked_rows(conn, limit, self.clock.now())

    def retention_end(self, row: DocumentRow) -> dt.date:
        """Return the day until whose end a document is kept locked."""
        day = vietnam_date(row.received_at)
        try:
            return day.replace(year=day.year + self.settings.retention_years)
        except ValueError:
            return day.replace(year=day.year + self.settings.retention_years, month=3, day=1)

    def record_lock(self, acting: CallContext, document: str, until: dt.date) -> None:
        """Note that the archive locked a document."""
        meta = self.meta(acting)
        self.change(Document, uuid.UUID(document), lambda stream: stream.record_lock(until, meta))

    def record_text(
        self, acting: CallContext, document: DocumentId, text: ReadText, *, images_sha256: Sha256 = Sha256("")
    ) -> str:
        """Store a text object and note it; return its SHA-256. The same text again repairs what was lost of it.

        `images_sha256` stands for the page images that were stored with it.
        """
        data, sha256 = encode_text(text)
        self.derived.put(text_key(document, sha256), data)
        fact = functools.partial(
            TextExtracted,
            engine=text.engine,
            engine_version=text.engine_version,
            language=text.language,
            pages=len(text.pages),
            words=text.words,
            confidence=text.confidence,
            text_sha256=sha256,
            images_sha256=images_sha256,
        )
        fields = [field.proposed() for field in propose(text)]
        meta = self.meta(acting)
        school = self._known_row(document).school
        new, _ = self.change(Document, uuid.UUID(document), lambda d: d.record_text(fact(school=school), fields, meta))
        if not new:
            self._repair(document, sha256, text)
        return sha256

    def fail_reading(self, acting: CallContext, document: str, reason: FailureReason) -> None:
        """Note that a document cannot be read."""
        meta = self.meta(acting)
        self.change(Document, uuid.UUID(document), lambda stream: stream.fail_reading(reason, meta))

    def text(self, document: str, sha256: str) -> ReadText | None:
        """Return a text object from the derived store; None when it is lost or not what its SHA-256 says."""
        return load_text(self.derived, document, sha256)

    def _repair(self, document: DocumentId, sha256: Sha256, text: ReadText) -> None:
        self.views.catch_up()
        with self.views.writing() as conn:
            self._projection.text(conn, document, sha256, text.confidence, len(text.pages))

    # ---- events of others --------------------------------------------------------------------------------------------

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        with self.views.reading() as conn:
            return self.views.upstream_position(conn, source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of another service exactly once: schools, codes and citations are learnt, no more."""
        with self.views.writing() as conn:
            if event.sequence <= self.views.upstream_position(conn, event.service):
                return
            projection.project_foreign(conn, event)
            catalogue.project_foreign(conn, event)
            self.views.save_position(conn, event.service, event.sequence)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def row(self, document: DocumentId) -> DocumentRow:
        """Return a document as the views know it. Raises NoSuchDocument."""
        return self._known_row(document)

    def _row(self, document: DocumentId) -> DocumentRow | None:
        with self.views.reading() as conn:
            return views.document_row(conn, document, self.clock.now())

    def _known_row(self, document: DocumentId) -> DocumentRow:
        row = self._row(document)
        if row is None:
            raise NoSuchDocument("Không có tài liệu này trong kho. Xem lại địa chỉ.", document=document[:40])
        return row

    def _allowed(self, acting: CallContext, operation: str, document: DocumentId) -> DocumentRow:
        row = self._known_row(document)
        require(acting, operation, school=row.school)
        return row

    def _views(self, conn: Connection, rows: Sequence[DocumentRow]) -> list[DocumentView]:
        """Return documents with their fields, codes and criteria."""
        documents = [row.document for row in rows]
        fields, codes = views.fields_of(conn, documents), catalogue.codes_of(conn, documents)
        criteria = catalogue.criteria_of(conn, documents)
        return [
            msgspec.structs.replace(
                self._view(row, fields[row.document]),
                code=codes.get(row.document, EvidenceCode("")),
                criteria=criteria.get(row.document, []),
            )
            for row in rows
        ]

    def _view(self, row: DocumentRow, fields: Sequence[FieldRow]) -> DocumentView:
        return DocumentView(
            document=row.document,
            school=row.school,
            name=row.name,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            media_type=row.media_type,
            received_at=row.received_at,
            position=row.position,
            checkpoint=self._checkpoint(row.position),
            sealed=row.retained_until is not None,
            state=row.state,
            pages_total=row.pages,
            pages_read=row.pages_read,
            confidence=row.confidence,
            failure=row.failure,
            notes=list(row.notes),
            fields=[_field(field) for field in fields],
            title=row.title,
            waiting=row.waiting,
            remarks=remarks(row.name, row.media_type, end_missing=row.end_missing),
        )

    def _page_view(self, acting: CallContext, row: DocumentRow, page: PageRow) -> PageView:
        return PageView(
            number=page.number,
            width=page.width,
            height=page.height,
            confidence=page.confidence,
            text=page_text(page.words),
            image_url=self._file_url(acting, row, DownloadKind.PAGE, page.number),
            thumbnail_url=self._file_url(acting, row, DownloadKind.THUMBNAIL, page.number),
        )

    def _file_url(self, acting: CallContext, row: DocumentRow, what: DownloadKind, page: int) -> str:
        claims: dict[str, str | int] = {
            "kind": FILE_TICKET,
            "document": row.document,
            "school": row.school,
            "what": what.value,
            "page": page,
            **_grantee(acting),
        }
        ticket = self._tickets.issue(claims, self.settings.download_ticket_s)
        return f"{self.settings.door}/files?ticket={ticket}"


def load_text(derived: DerivedStore, document: str, sha256: str) -> ReadText | None:
    """Return a text object of a derived store; None when it is lost or not what its SHA-256 says."""
    try:
        text = decode_text(derived.get(text_key(document, sha256)))
    except (DerivedObjectMissing, msgspec.DecodeError):
        return None
    return text if encode_text(text)[1] == sha256 else None


def _grantee(acting: CallContext) -> dict[str, str | int]:
    """Return the claims that say to whom a ticket was given: it ends with their session, token, account and role."""
    return {"actor": acting.actor, "sitting": acting.sitting}


def text_key(document: str, sha256: str) -> str:
    """Return where a text object is kept."""
    return f"{document}/{sha256}/text.json"


def image_key(document: str, sha256: str, file: str) -> str:
    """Return where a page image that belongs to a text object is kept."""
    return f"{document}/{sha256}/{file}"


def _sha256(promised: Sha256) -> Sha256:
    clean = nfc(promised).strip().lower()
    if clean and (len(clean) != 64 or any(c not in "0123456789abcdef" for c in clean)):
        raise BadRequest("Mã băm SHA-256 gồm 64 chữ số thập lục phân.", path="$.sha256")
    return Sha256(clean)


def _within(limit: int) -> int:
    if not 1 <= limit <= LARGEST_LIST:
        raise BadRequest(f"Xin từ 1 đến {LARGEST_LIST} mục một lần.", path="$.limit")
    return limit


def _readable(acting: CallContext) -> list[SchoolCode] | None:
    """Return the schools whose documents the caller may search; None means all."""
    codes: set[SchoolCode] = set()
    for grant in acting.grants:
        narrowed = msgspec.structs.replace(acting, grants=(grant,))
        if not may(narrowed, "evidence.search"):
            continue
        # A grant that covers a school nobody has covers them all.
        if grant.covers_school(SchoolCode("\0")):
            return None
        codes.update(grant.schools)
        codes.add(SchoolCode(grant.scope))
    return sorted(code for code in codes if may(acting, "evidence.search", school=code) and code)


def _box(word: ReadWord) -> Box:
    return Box(left=word.left, top=word.top, width=word.width, height=word.height)


def _word(word: ReadWord, place: int) -> Word:
    return Word(text=word.text, confidence=word.confidence, box=_box(word), hit=place > 0, place=place)


def _hit(row: HitRow, found: Sequence[tuple[int, ...]], code: EvidenceCode) -> Hit:
    words = sorted(word for place in found for word in place)
    return Hit(
        document=row.document,
        school=row.school,
        name=row.name,
        page=row.page.number,
        snippet=snippet(row.page.words, words),
        boxes=[_box(row.page.words[place]) for place in words],
        title=row.title,
        code=code,
        places=len(found),
    )


def _paper(row: PaperRow, code: EvidenceCode) -> PaperHit:
    return PaperHit(document=row.document, school=row.school, name=row.name, matched=row.matched, title=row.title, code=code)


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


def _field(row: FieldRow) -> Field:
    box = Box(left=row.box[0], top=row.box[1], width=row.box[2], height=row.box[3]) if row.box else None
    return Field(name=row.name, value=row.value, confidence=row.confidence, confirmed=row.confirmed, page=row.page, box=box)
