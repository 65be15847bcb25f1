"""Public events of the evidence service: documents by id and SHA-256, never by name, never with a person in them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent


class DocumentReceived(PublicEvent, frozen=True, kw_only=True):
    """A file was stored whole under its SHA-256 and a receipt may be given."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "document-received"
    document: str
    school: str
    sha256: str
    size_bytes: int
    media_type: str


class DocumentSealed(PublicEvent, frozen=True, kw_only=True):
    """The stored object was locked against change and removal until the end of the given day (Việt Nam)."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "document-sealed"
    document: str
    school: str
    retained_until: dt.date


class ReadingRequested(PublicEvent, frozen=True, kw_only=True):
    """Somebody asked for a document to be read again."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "reading-requested"
    document: str
    school: str


class TextExtracted(PublicEvent, frozen=True, kw_only=True):
    """The text of a document was read. `text_sha256` names the stored text object; confidence is 0 to 100."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "text-extracted"
    document: str
    school: str
    pages: int
    words: int
    mean_confidence_percent: int
    engine: str
    engine_version: str
    language: str
    text_sha256: str


class TextExtractionFailed(PublicEvent, frozen=True, kw_only=True):
    """The text of a document could not be read; `reason` is a stable word. The document itself is kept."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "text-extraction-failed"
    document: str
    school: str
    reason: str


class FieldsProposed(PublicEvent, frozen=True, kw_only=True):
    """Descriptive fields were found in the text; `fields` are their names. A person still has to confirm them."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "fields-proposed"
    document: str
    school: str
    fields: list[str]


class FieldsConfirmed(PublicEvent, frozen=True, kw_only=True):
    """A person confirmed or corrected the named descriptive fields."""

    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "fields-confirmed"
    document: str
    school: str
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

SAMPLES: tuple[PublicEvent, ...] = (
    DocumentReceived(
        document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001",
        school="TH-BC",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        size_bytes=1_204_331,
        media_type="application/pdf",
    ),
    DocumentSealed(document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001", school="TH-BC", retained_until=dt.date(2046, 11, 5)),
    ReadingRequested(document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001", school="TH-BC"),
    TextExtracted(
        document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001",
        school="TH-BC",
        pages=3,
        words=842,
        mean_confidence_percent=94,
        engine="tesseract",
        engine_version="5.3.0",
        language="vie",
        text_sha256="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    ),
    TextExtractionFailed(document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001", school="TH-BC", reason="qua-gio"),
    FieldsProposed(document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001", school="TH-BC", fields=["loai_van_ban", "so_ky_hieu"]),
    FieldsConfirmed(document="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001", school="TH-BC", fields=["so_ky_hieu"]),
)
"""One example of each, for the event reference and its tests."""
