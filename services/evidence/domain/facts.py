"""The facts of documents and of prints. A file's name is kept here and published nowhere; people are not named at all."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import msgspec

from shared.eventlog.facts import Fact, FactRegistry
from shared.vocabulary.ids import CommuneCode, CorrectionId, CycleId, DocumentId, PaperId, Position, SchoolCode, Sha256


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
    """The text was read, stored as the text object `text_sha256`; confidence is 0 to 100.

    `images_sha256` stands for the page images that were stored with it (see `images_digest`), `pipeline` (from version 2 on)
    names the steps that read it ("layout-1"); both are empty in facts of before. `wanted_pipeline` names those that were to
    read it, where pages had to be read otherwise: reading it again with the same ones would come to the same.
    """

    TOPIC: ClassVar[str] = "evidence.text-extracted"
    VERSION: ClassVar[int] = 2
    school: SchoolCode
    engine: str
    engine_version: str
    language: str
    pages: int
    words: int
    confidence: int
    text_sha256: Sha256
    images_sha256: Sha256 = Sha256("")
    pipeline: str = ""
    wanted_pipeline: str = ""


class PageErrors(msgspec.Struct, frozen=True, kw_only=True):
    """How far the machine's reading of a page is from what people made of it so far, in words and letters.

    `letters_wrong` counts letters (and spaces between words) to be changed, added or taken away from one to the other.
    """

    words_read: int
    words_wrong: int
    words_missing: int
    words_superfluous: int
    letters_read: int
    letters_wrong: int


class TextCorrected(Fact, frozen=True, kw_only=True):
    """A person corrected words of a page, numbered from 1, of the reading `text_sha256`.

    The words may be names, so they are kept beside the log under `correction`; `content_digest` is their salted SHA-256.
    `errors` tells of all that people corrected on the page so far; `kind` is a word of `PageKind`, '' where none was told.
    """

    TOPIC: ClassVar[str] = "evidence.text-corrected"
    school: SchoolCode
    page: int
    text_sha256: Sha256
    correction: CorrectionId
    content_digest: Sha256
    kind: str
    pipeline: str
    errors: PageErrors


class PageConfirmed(Fact, frozen=True, kw_only=True):
    """A person said that a page of the reading `text_sha256`, with what was corrected on it so far, is read right.

    What it reads is kept beside the log under `correction`, as in `TextCorrected`.
    """

    TOPIC: ClassVar[str] = "evidence.page-confirmed"
    school: SchoolCode
    page: int
    text_sha256: Sha256
    correction: CorrectionId
    content_digest: Sha256
    kind: str
    pipeline: str
    errors: PageErrors


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


class YearPaperPrinted(Fact, frozen=True, kw_only=True):
    """A paper of a commune's year was printed; as `PaperPrinted`, of a position of the inspection log."""

    TOPIC: ClassVar[str] = "evidence.year-paper-printed"
    commune: CommuneCode
    year: int
    paper: PaperId
    kind: str
    subject: str
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool


class PaperSigned(Fact, frozen=True, kw_only=True):
    """A kept document was filed as the signed version of a print; `differences` counts where its text reads otherwise.

    `school` is that of the document; the print is its own, or its commune's.
    """

    TOPIC: ClassVar[str] = "evidence.paper-signed"
    school: SchoolCode
    paper: PaperId
    document: DocumentId
    differences: int


def _unchanged(data: dict[str, Any]) -> dict[str, Any]:
    """Bring a fact to a version whose new fields have the defaults that held before."""
    return data


CATALOGUE = FactRegistry(
    (
        DocumentReceived,
        DocumentSealed,
        ReadingRequested,
        TextExtracted,
        TextCorrected,
        PageConfirmed,
        TextExtractionFailed,
        FieldsProposed,
        FieldsConfirmed,
        PaperPrinted,
        YearPaperPrinted,
        PaperSigned,
    ),
    upcasters={(TextExtracted.TOPIC, 1): _unchanged},
)
"""The closed list of the evidence log."""
