"""The evidence service on the bus: every operation passes straight to the application. Bytes go through the door."""

from __future__ import annotations

from typing import ClassVar

from services.evidence.application import EvidenceApplication
from shared.bus.rpc import ServiceBase, remote
from shared.contracts.calls import Done
from shared.contracts.calls.evidence import (
    ConfirmFields,
    DocumentRequest,
    DocumentsAnswer,
    DocumentsRequest,
    DocumentView,
    DownloadOpened,
    OpenDownload,
    OpenUpload,
    PageAnswer,
    PageRequest,
    ProgressAnswer,
    ProgressRequest,
    Receipt,
    ReceiptRequest,
    RetryReading,
    SearchAnswer,
    SearchRequest,
    UploadOpened,
)
from shared.identity.acting import Acting


class EvidenceService(ServiceBase):
    """Documents: received, read, described, found again."""

    name: ClassVar[str] = "evidence"
    application: EvidenceApplication

    @remote
    def open_upload(self, acting: Acting, request: OpenUpload) -> UploadOpened:
        """Ask to send a file."""
        return self.application.open_upload(acting, request)

    @remote
    def receipt(self, acting: Acting, request: ReceiptRequest) -> Receipt:
        """Return the receipt at a log position."""
        return self.application.receipt(acting, request)

    @remote
    def document(self, acting: Acting, request: DocumentRequest) -> DocumentView:
        """Return one document."""
        return self.application.document(acting, request)

    @remote
    def page(self, acting: Acting, request: PageRequest) -> PageAnswer:
        """Return one page with its words."""
        return self.application.page(acting, request)

    @remote
    def documents(self, acting: Acting, request: DocumentsRequest) -> DocumentsAnswer:
        """List a school's documents."""
        return self.application.documents(request)

    @remote
    def search(self, acting: Acting, request: SearchRequest) -> SearchAnswer:
        """Find pages by words."""
        return self.application.search(acting, request)

    @remote
    def progress(self, acting: Acting, request: ProgressRequest) -> ProgressAnswer:
        """Say how far reading is."""
        return self.application.progress(request)

    @remote
    def confirm_fields(self, acting: Acting, request: ConfirmFields) -> Done:
        """Take what a person says of a document."""
        return self.application.confirm_fields(acting, request)

    @remote
    def retry_reading(self, acting: Acting, request: RetryReading) -> Done:
        """Have a document read again."""
        return self.application.retry_reading(acting, request)

    @remote
    def open_download(self, acting: Acting, request: OpenDownload) -> DownloadOpened:
        """Return a short-lived address of bytes."""
        return self.application.open_download(acting, request)
