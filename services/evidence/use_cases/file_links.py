"""Addresses at the door, each opened by a ticket that says what it opens and to whom it was given."""

from __future__ import annotations

from services.evidence.settings import EvidenceSettings
from services.evidence.views import DocumentRow
from shared.contracts.calls.evidence import DownloadKind, UploadOpened
from shared.identity.call_context import CallContext
from shared.identity.file_token import FileTokens

UPLOAD_TICKET, FORM_TICKET, FILE_TICKET = "upload", "form", "file"
PHOTO_TICKET, PHOTO_FORM_TICKET = "photo", "photo_form"
"""An upload, or a form, that takes nothing but images, and for which the team of a visit has the right."""
WORK_TICKET, WORK_FORM_TICKET = "work_photo", "work_photo_form"
"""The same, for which the economic office has the right."""


class FileLinks:
    """Issues tickets, and puts them into addresses of the door."""

    def __init__(self, tickets: FileTokens, settings: EvidenceSettings) -> None:
        self._tickets = tickets
        self._settings = settings

    def opened(self, upload: str, path: str, claims: dict[str, str | int], received: int) -> UploadOpened:
        """Return where and how an upload is sent to the door."""
        return UploadOpened(
            upload=upload,
            url=f"{self._settings.door}/{path}",
            ticket=self._tickets.issue(claims, self._settings.upload_ticket_s),
            received_bytes=received,
            slice_bytes=self._settings.limits.slice_bytes,
        )

    def file_url(self, acting: CallContext, row: DocumentRow, what: DownloadKind, page: int) -> str:
        """Return a short-lived address of a document's bytes, or of the image of one of its pages."""
        claims: dict[str, str | int] = {
            "kind": FILE_TICKET,
            "document": row.document,
            "school": row.school,
            "what": what.value,
            "page": page,
            **grantee_claims(acting),
        }
        ticket = self._tickets.issue(claims, self._settings.download_ticket_s)
        return f"{self._settings.door}/files?ticket={ticket}"


def grantee_claims(acting: CallContext) -> dict[str, str | int]:
    """Return the claims that say to whom a ticket was given: it ends with their session, token, account and role."""
    return {"actor": acting.actor, "sitting": acting.sitting}
