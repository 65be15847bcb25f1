"""Takes files in: spool, checks, archive, log, receipt, in this order; whatever fails, nothing is half done."""

from __future__ import annotations

import msgspec

from services.evidence.application import EvidenceApplication
from services.evidence.domain.document import ReceivedFile
from services.evidence.domain.validation import (
    FileLimits,
    check_checksum,
    check_image,
    check_size,
    check_whole,
)
from services.evidence.errors import BeingUploaded, WrongChecksum
from services.evidence.file_validation import validate_file
from services.evidence.ports import DocumentArchive, FileInspector, LockedUpload, Source, UploadSpool
from shared.contracts.calls.evidence import Receipt
from shared.identity.call_context import CallContext
from shared.logs import Journal
from shared.problems import Problem, Unavailable
from shared.text import safe_name
from shared.vocabulary.ids import SchoolCode, Sha256

journal = Journal("evidence.intake")

_ABANDONED_S = 3 * 24 * 3600.0


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """One file on its way in, as its ticket says; `sha256` is empty where the sender did not promise one.

    `images_only`: a photo of a visit, for which nothing but an image is taken.
    """

    upload: str
    school: SchoolCode
    name: str
    size: int
    sha256: Sha256
    actor: str
    correlation: str = ""
    images_only: bool = False


class UploadStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How far an upload is; `receipt` once it is kept."""

    received: int
    receipt: Receipt | None = None


class Ingest:
    """The way in. Several may run side by side, in one process or many, on one spool folder each machine."""

    def __init__(
        self, application: EvidenceApplication, spool: UploadSpool, archive: DocumentArchive, inspector: FileInspector
    ) -> None:
        self._application = application
        self._spool = spool
        self._archive = archive
        self._inspector = inspector

    @property
    def limits(self) -> FileLimits:
        """Return what one file may be."""
        return self._application.settings.limits

    def progress(self, upload: Upload) -> UploadStatus:
        """Return how much of an upload is here, or its receipt when it is finished."""
        receipt = self._answered(upload)
        received = upload.size if receipt is not None else self._spool.received(upload.upload)
        return UploadStatus(received=received, receipt=receipt)

    def put(self, upload: Upload, offset: int, source: Source, length: int) -> UploadStatus:
        """Take a slice of `length` bytes that begins at `offset`; the one that makes the file whole brings the receipt.

        Raises BeingUploaded (with `received_bytes`) when the offset is not where the file stands or somebody else writes,
        TruncatedFile when the slice was shorter than it said (what came is kept), and every reason to refuse a file.
        """
        try:
            return self._put(upload, offset, source, length)
        except Problem as problem:
            self._refused(problem, upload)
            raise

    def put_whole(self, upload: Upload, source: Source) -> Receipt:
        """Take a file of unknown length to its end (a browser's form); the upload's `size` does not count."""
        try:
            with self._spool.acquire(upload.upload) as held:
                # One byte more than is let in tells a file that is too large from one that just fits.
                size = self._append_all(held, source)
                return self._finish(held, msgspec.structs.replace(upload, size=size))
        except Problem as problem:
            self._refused(problem, upload)
            raise

    def _append_all(self, held: LockedUpload, source: Source) -> int:
        try:
            size = held.append(source, self.limits.max_bytes + 1)
            check_size(size, self.limits)
        except BaseException:
            held.remove()
            raise
        return size

    def sweep(self, *, short_of_room: bool = False) -> int:
        """Remove uploads that nobody went on with for three days; when room is short, those without a living ticket."""
        tickets_end_s = float(self._application.settings.upload_ticket_s)
        return self._spool.sweep(min(_ABANDONED_S, tickets_end_s) if short_of_room else _ABANDONED_S)

    def _put(self, upload: Upload, offset: int, source: Source, length: int) -> UploadStatus:
        receipt = self._answered(upload)
        if receipt is not None:
            return UploadStatus(received=upload.size, receipt=receipt)
        check_size(upload.size, self.limits)
        with self._spool.acquire(upload.upload) as held:
            self._check_offset(held, upload, offset, length)
            before = held.size
            received = held.append(source, length)
            if received - before < length:
                check_whole(received, before + length)
            if received < upload.size:
                return UploadStatus(received=received)
            return UploadStatus(received=received, receipt=self._finish(held, upload))

    def _check_offset(self, held: LockedUpload, upload: Upload, offset: int, length: int) -> None:
        if offset != held.size:
            raise BeingUploaded(
                "Tệp này đang được tải từ máy khác. Biên nhận sẽ hiện ở cả hai nơi.", received_bytes=held.size
            )
        if offset + length > upload.size:
            held.remove()
            check_size(offset + length, self.limits)
            raise WrongChecksum("Tệp đến dài hơn tệp gửi. Chưa lưu gì. Tải lại.")

    def _finish(self, held: LockedUpload, upload: Upload) -> Receipt:
        try:
            receipt = self._keep(held, upload)
        except Unavailable:
            # The bytes are here and right: the sender may ask again without sending them again.
            raise
        except BaseException:
            held.remove()
            raise
        held.finish(msgspec.json.encode(receipt))
        return receipt

    def _keep(self, held: LockedUpload, upload: Upload) -> Receipt:
        sha256 = held.digest()
        check_checksum(sha256, upload.sha256)
        facts = validate_file(held.path, upload.name, self._inspector, self.limits)
        if upload.images_only:
            check_image(facts)
        earlier = self._application.find_receipt(upload.school, sha256)
        if earlier is not None:
            return earlier
        # Object first, event second: a crash between them leaves an object nobody names, never an event without its object.
        version = self._archive.put(held.path, sha256)
        file = ReceivedFile(
            school=upload.school,
            sha256=sha256,
            size_bytes=upload.size,
            media_type=facts.media.value,
            name=safe_name(upload.name).name,
            version=version,
            pages=facts.pages,
            end_missing=facts.end_missing,
        )
        acting = CallContext(actor=upload.actor, correlation=upload.correlation)
        receipt = self._application.register_document(acting, file)
        journal.info("received", document=receipt.document, school=upload.school, size_bytes=upload.size)
        return receipt

    def _answered(self, upload: Upload) -> Receipt | None:
        try:
            return msgspec.json.decode(self._spool.answer(upload.upload) or b"", type=Receipt)
        except msgspec.DecodeError:
            # None was given yet, or it was being written when the power went: then sending again brings it.
            return None

    def _refused(self, problem: Problem, upload: Upload) -> None:
        """Log it: what was refused never becomes an event of the school."""
        if isinstance(problem, BeingUploaded):
            return
        journal.warning("refused", type=problem.type, school=upload.school, upload=upload.upload, size_bytes=upload.size)
