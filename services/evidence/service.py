"""The evidence service on the bus: every operation passes straight to the application. Bytes go through the door."""

from __future__ import annotations

from typing import ClassVar

from services.evidence.application import EvidenceApplication
from shared.bus.rpc.server import ServiceBase, rpc
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
from shared.identity.call_context import CallContext


class EvidenceService(ServiceBase):
    """Documents: received, read, described, found again."""

    name: ClassVar[str] = "evidence"
    application: EvidenceApplication

    @rpc
    def open_upload(self, acting: CallContext, request: OpenUpload) -> UploadOpened:
        """Ask to send a file."""
        return self.application.open_upload(acting, request)

    @rpc
    def receipt(self, acting: CallContext, request: ReceiptRequest) -> Receipt:
        """Return the receipt at a log position."""
        return self.application.receipt(acting, request)

    @rpc
    def document(self, acting: CallContext, request: DocumentRequest) -> DocumentView:
        """Return one document."""
        return self.application.document(acting, request)

    @rpc
    def page(self, acting: CallContext, request: PageRequest) -> PageAnswer:
        """Return one page with its words."""
        return self.application.page(acting, request)

    @rpc
    def documents(self, acting: CallContext, request: DocumentsRequest) -> DocumentsAnswer:
        """List a school's documents."""
        return self.application.documents(request)

    @rpc
    def search(self, acting: CallContext, request: SearchRequest) -> SearchAnswer:
        """Find pages by words."""
        return self.application.search(acting, request)

    @rpc
    def progress(self, acting: CallContext, request: ProgressRequest) -> ProgressAnswer:
        """Say how far reading is."""
        return self.application.progress(request)

    @rpc
    def confirm_fields(self, acting: CallContext, request: ConfirmFields) -> Done:
        """Take what a person says of a document."""
        return self.application.confirm_fields(acting, request)

    @rpc
    def retry_reading(self, acting: CallContext, request: RetryReading) -> Done:
        """Have a document read again."""
        return self.application.retry_reading(acting, request)

    @rpc
    def open_download(self, acting: CallContext, request: OpenDownload) -> DownloadOpened:
        """Return a short-lived address of bytes."""
        return self.application.open_download(acting, request)
