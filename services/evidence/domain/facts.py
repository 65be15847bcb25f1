"""The facts of documents and of prints. A file's name is kept here and published nowhere; people are not named at all."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.eventlog.facts import Fact, FactRegistry
from shared.vocabulary.ids import CycleId, DocumentId, PaperId, Position, SchoolCode, Sha256


class DocumentReceived(Fact, frozen=True, kw_only=True):
    """Bytes were put into the archive under `sha256` as `version`; `name` is the sender's, made safe; no pages: 0.

    `end_missing` marks an image that came without its end mark and was kept since everything visible is there.
    """

    TOPIC: ClassVar[str] = "evidence.document-received"
    school: SchoolCode
    sha256: Sha256
    size_bytes: int
    media_type: str
    name: str
    version: str
    pages: int
    end_missing: bool = False


class DocumentSealed(Fact, frozen=True, kw_only=True):
    """The archived version was locked until the end of that day (Việt Nam)."""

    TOPIC: ClassVar[str] = "evidence.document-sealed"
    school: SchoolCode
    retained_until: dt.date


class ReadingRequested(Fact, frozen=True, kw_only=True):
    """Somebody asked for the document to be read again."""

    TOPIC: ClassVar[str] = "evidence.reading-requested"
    school: SchoolCode


class TextExtracted(Fact, frozen=True, kw_only=True):
    """The text was read and stored as the text object `text_sha256`; confidence is 0 to 100.

    `images_sha256` stands for the page images that were stored with it (see `images_digest`); empty in facts of before.
    """

    TOPIC: ClassVar[str] = "evidence.text-extracted"
    school: SchoolCode
    engine: str
    engine_version: str
    language: str
    pages: int
    words: int
    confidence: int
    text_sha256: Sha256
    images_sha256: Sha256 = Sha256("")


class TextExtractionFailed(Fact, frozen=True, kw_only=True):
    """The document could not be read; `reason` is one of `FailureReason`."""

    TOPIC: ClassVar[str] = "evidence.text-extraction-failed"
    school: SchoolCode
    reason: str


class ProposedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field found in the text. The signer's value is left empty here: it is a person's name and stays in the text."""

    name: str
    value: str
    confidence: int
    page: int


class FieldsProposed(Fact, frozen=True, kw_only=True):
    """Fields were found in the text object `text_sha256`."""

    TOPIC: ClassVar[str] = "evidence.fields-proposed"
    school: SchoolCode
    text_sha256: Sha256
    fields: tuple[ProposedField, ...]


class ConfirmedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field that a person stands for; the signer's value is left empty, as in `ProposedField`."""

    name: str
    value: str


class FieldsConfirmed(Fact, frozen=True, kw_only=True):
    """A person confirmed or corrected fields."""

    TOPIC: ClassVar[str] = "evidence.fields-confirmed"
    school: SchoolCode
    fields: tuple[ConfirmedField, ...]


class PaperPrinted(Fact, frozen=True, kw_only=True):
    """A paper was printed: its kind, what it is about, and the text whose SHA-256 the code at its foot begins.

    `valid_at` and `known_at` say of which moment, and from which position of the assessment log, its content was taken. What
    was printed, with the names in it, is kept beside the log.
    """

    TOPIC: ClassVar[str] = "evidence.paper-printed"
    school: SchoolCode
    paper: PaperId
    kind: str
    subject: str
    cycle: CycleId
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool


class PaperSigned(Fact, frozen=True, kw_only=True):
    """A kept document was filed as the signed version of a print; `differences` counts where its text reads otherwise."""

    TOPIC: ClassVar[str] = "evidence.paper-signed"
    school: SchoolCode
    paper: PaperId
    document: DocumentId
    differences: int


CATALOGUE = FactRegistry(
    (
        DocumentReceived,
        DocumentSealed,
        ReadingRequested,
        TextExtracted,
        TextExtractionFailed,
        FieldsProposed,
        FieldsConfirmed,
        PaperPrinted,
        PaperSigned,
    )
)
"""The closed list of the evidence log."""
