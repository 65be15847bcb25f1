"""Use cases about files on their way in: where they are sent, what is kept of them, the receipts for them."""

from __future__ import annotations

import uuid

import msgspec

from services.evidence.domain.document import Document, ReceivedFile, document_id
from services.evidence.domain.facts import DocumentReceived
from services.evidence.domain.media import remarks
from services.evidence.domain.validation import check_size
from services.evidence.errors import NoSuchDocument, UnknownSchool
from services.evidence.ports import Uploads
from services.evidence.settings import EvidenceSettings
from services.evidence.use_cases.documents import DocumentRepository
from services.evidence.use_cases.file_links import (
    FORM_TICKET,
    PHOTO_FORM_TICKET,
    PHOTO_TICKET,
    UPLOAD_TICKET,
    WORK_FORM_TICKET,
    WORK_TICKET,
    FileLinks,
    grantee_claims,
)
from shared.contracts.calls.evidence import (
    OpenPhotoUpload,
    OpenUpload,
    OpenWorkPhotoUpload,
    OwnPhotoRequest,
    Receipt,
    ReceiptRequest,
    UploadOpened,
)
from shared.eventlog.log import RecordedEvent
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.ids import natural_id, new_id
from shared.problems import BadRequest
from shared.text import nfc, safe_name
from shared.vocabulary.ids import DocumentId, Position, SchoolCode, Sha256, position_before


class Receiving:
    """Opens uploads, takes in files that stand in the archive, gives receipts."""

    def __init__(
        self, documents: DocumentRepository, uploads: Uploads, links: FileLinks, settings: EvidenceSettings
    ) -> None:
        self._documents = documents
        self._uploads = uploads
        self._links = links
        self._settings = settings

    def open_upload(self, acting: CallContext, request: OpenUpload) -> UploadOpened:
        """Return where and how to send a file. Without a name: a ticket for a browser's form (`POST /door/form`).

        Raises UnknownSchool, EmptyFile, FileTooLarge.
        """
        self._require_school(request.school)
        if request.name:
            return self._opened(acting, request, UPLOAD_TICKET)
        return self._links.opened("", "form", {**_claims(acting, request.school), "kind": FORM_TICKET}, 0)

    def open_photo_upload(self, acting: CallContext, request: OpenPhotoUpload) -> UploadOpened:
        """Return where and how the team of a visit sends a photo; without a name, a ticket for a browser's form.

        The ticket takes nothing but images; whose visit it is says who then adds the document to the visit's photos.
        Raises UnknownSchool, EmptyFile, FileTooLarge.
        """
        return self._photo_opened(acting, request, PHOTO_TICKET, PHOTO_FORM_TICKET)

    def open_work_photo_upload(self, acting: CallContext, request: OpenWorkPhotoUpload) -> UploadOpened:
        """Return where and how the economic office sends a photo of a work; as `open_photo_upload`.

        That the need is the school's says who then shows the document as a photo of it.
        Raises UnknownSchool, EmptyFile, FileTooLarge.
        """
        return self._photo_opened(acting, request, WORK_TICKET, WORK_FORM_TICKET)

    def _photo_opened(
        self, acting: CallContext, request: OpenPhotoUpload | OpenWorkPhotoUpload, sliced: str, form: str
    ) -> UploadOpened:
        self._require_school(request.school)
        if request.name:
            return self._opened(acting, request, sliced)
        return self._links.opened("", "form", {**_claims(acting, request.school), "kind": form}, 0)

    def _opened(
        self, acting: CallContext, request: OpenUpload | OpenPhotoUpload | OpenWorkPhotoUpload, kind: str
    ) -> UploadOpened:
        check_size(request.size_bytes, self._settings.limits)
        promised = _sha256(request.sha256)
        receipt = self.find_receipt(request.school, promised) if promised else None
        upload = self._upload_id(acting.actor, request.school, request.size_bytes, promised)
        claims = {
            **_claims(acting, request.school),
            "kind": kind,
            "upload": upload,
            "name": safe_name(request.name).name,
            "sha256": promised,
        }
        received = self._uploads.received(upload)
        opened = self._links.opened(upload, f"uploads/{upload}", {**claims, "size": request.size_bytes}, received)
        return msgspec.structs.replace(opened, receipt=receipt)

    def find_receipt(self, school: SchoolCode, sha256: Sha256) -> Receipt | None:
        """Return the first receipt of these bytes at this school, if they are kept."""
        return self._first_receipt(document_id(school, sha256), already_kept=True)

    def register_document(self, acting: CallContext, file: ReceivedFile) -> Receipt:
        """Take in a file that stands in the archive; the same bytes again get the first receipt."""
        meta = self._documents.application.meta(acting)
        stream = document_id(file.school, file.sha256)
        new, _ = self._documents.application.change(Document, stream, lambda document: document.receive(file, meta))
        receipt = self._first_receipt(stream, already_kept=not new)
        assert receipt is not None, "just stored"
        return receipt

    def receipt(self, acting: CallContext, request: ReceiptRequest) -> Receipt:
        """Return the receipt given at a log position. Raises NoSuchDocument."""
        event, fact = self._received(request.position)
        require(acting, "evidence.receipt", school=fact.school)
        return self._receipt(event, fact)

    def own_photo(self, acting: CallContext, request: OwnPhotoRequest) -> Receipt:
        """Return the receipt of a photo that the caller sent; another's is not there for them. Raises NoSuchDocument."""
        event, fact = self._received(request.position)
        if event.entry.meta.actor != acting.actor or not fact.media_type.startswith("image/"):
            raise _no_receipt(request.position)
        require(acting, "evidence.own_photo", school=fact.school)
        return self._receipt(event, fact)

    def _received(self, position: Position) -> tuple[RecordedEvent, DocumentReceived]:
        events = self._documents.log.read(position_before(position), 1) if position > 0 else []
        fact = events[0].entry.fact if events and events[0].position == position else None
        if not isinstance(fact, DocumentReceived):
            raise _no_receipt(position)
        return events[0], fact

    def _first_receipt(self, stream: uuid.UUID, *, already_kept: bool) -> Receipt | None:
        """Read the receipt from the log itself: ingest needs no read model, and none can be behind."""
        for logged in self._documents.log.stream(stream):
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
            checkpoint=self._documents.checkpoint(logged.position),
            already_kept=already_kept,
            remarks=remarks(fact.name, fact.media_type, end_missing=fact.end_missing),
        )

    def _upload_id(self, actor: str, school: SchoolCode, size: int, sha256: Sha256) -> str:
        """Return the id of a former attempt that nobody goes on with just now, or a fresh one.

        Only a promised SHA-256 makes two attempts the same: scanners give equal names and sizes to different papers.
        """
        if sha256:
            upload = str(natural_id("upload", actor, school, str(size), sha256))
            if not self._uploads.active(upload):
                return upload
        return str(new_id())

    def _require_school(self, school: SchoolCode) -> None:
        if not self._documents.knows_school(school):
            raise UnknownSchool(f"Không có trường {school[:40]}. Xem lại mã trường.", school=school[:40]).awaiting_news()


def _no_receipt(position: Position) -> NoSuchDocument:
    return NoSuchDocument(f"Không có biên nhận số {position}. Xem lại số.", position=position)


def _claims(acting: CallContext, school: SchoolCode) -> dict[str, str | int]:
    return {"school": school, "correlation": acting.correlation, **grantee_claims(acting)}


def _sha256(promised: Sha256) -> Sha256:
    clean = nfc(promised).strip().lower()
    if clean and (len(clean) != 64 or any(c not in "0123456789abcdef" for c in clean)):
        raise BadRequest("Mã băm SHA-256 gồm 64 chữ số thập lục phân.", path="$.sha256")
    return Sha256(clean)
