"""Public events of the evidence service: documents by id and SHA-256, never by name, never with a person in them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.ids import DocumentId, SchoolCode, Sha256


class DocumentReceived(PublicEvent, frozen=True, kw_only=True):
    """A file was stored whole under its SHA-256 and a receipt may be given."""

    LABEL: ClassVar[str] = "Nhận tài liệu"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "document-received"
    document: DocumentId
    school: SchoolCode
    sha256: Sha256
    size_bytes: int
    media_type: str


class DocumentSealed(PublicEvent, frozen=True, kw_only=True):
    """The stored object was locked against change and removal until the end of the given day (Việt Nam)."""

    LABEL: ClassVar[str] = "Khóa giữ tài liệu"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "document-sealed"
    document: DocumentId
    school: SchoolCode
    retained_until: dt.date


class ReadingRequested(PublicEvent, frozen=True, kw_only=True):
    """Somebody asked for a document to be read again."""

    LABEL: ClassVar[str] = "Yêu cầu đọc chữ lại"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "reading-requested"
    document: DocumentId
    school: SchoolCode


class TextExtracted(PublicEvent, frozen=True, kw_only=True):
    """The text of a document was read. `text_sha256` names the stored text object; confidence is 0 to 100."""

    LABEL: ClassVar[str] = "Đọc chữ xong"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "text-extracted"
    document: DocumentId
    school: SchoolCode
    pages: int
    words: int
    mean_confidence_percent: int
    engine: str
    engine_version: str
    language: str
    text_sha256: Sha256


class TextExtractionFailed(PublicEvent, frozen=True, kw_only=True):
    """The text of a document could not be read; `reason` is a stable word. The document itself is kept."""

    LABEL: ClassVar[str] = "Không đọc được chữ"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "text-extraction-failed"
    document: DocumentId
    school: SchoolCode
    reason: str


class FieldsProposed(PublicEvent, frozen=True, kw_only=True):
    """Descriptive fields were found in the text; `fields` are their names. A person still has to confirm them."""

    LABEL: ClassVar[str] = "Đề xuất thông tin tài liệu"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "fields-proposed"
    document: DocumentId
    school: SchoolCode
    fields: list[str]


class FieldsConfirmed(PublicEvent, frozen=True, kw_only=True):
    """A person confirmed or corrected the named descriptive fields."""

    LABEL: ClassVar[str] = "Xác nhận thông tin tài liệu"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "fields-confirmed"
    document: DocumentId
    school: SchoolCode
    fields: list[str]


EVENTS: tuple[type[PublicEvent], ...] = (
    DocumentReceived,
    DocumentSealed,
    ReadingRequested,
    TextExtracted,
    TextExtractionFailed,
    FieldsProposed,
    FieldsConfirmed,
)
"""Every public event of the evidence service."""

_DOCUMENT = DocumentId("5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001")
_SCHOOL = SchoolCode("TH-BC")

SAMPLES: tuple[PublicEvent, ...] = (
    DocumentReceived(
        document=_DOCUMENT,
        school=_SCHOOL,
        sha256=Sha256("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        size_bytes=1_204_331,
        media_type="application/pdf",
    ),
    DocumentSealed(document=_DOCUMENT, school=_SCHOOL, retained_until=dt.date(2046, 11, 5)),
    ReadingRequested(document=_DOCUMENT, school=_SCHOOL),
    TextExtracted(
        document=_DOCUMENT,
        school=_SCHOOL,
        pages=3,
        words=842,
        mean_confidence_percent=94,
        engine="tesseract",
        engine_version="5.3.0",
        language="vie",
        text_sha256=Sha256("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
    ),
    TextExtractionFailed(document=_DOCUMENT, school=_SCHOOL, reason="qua-gio"),
    FieldsProposed(document=_DOCUMENT, school=_SCHOOL, fields=["loai_van_ban", "so_ky_hieu"]),
    FieldsConfirmed(document=_DOCUMENT, school=_SCHOOL, fields=["so_ky_hieu"]),
)
"""One example of each, for the event reference and its tests."""
