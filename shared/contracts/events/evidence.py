"""Public events of the evidence service: documents by id and SHA-256, never by name, never with a person in them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.ids import CommuneCode, CycleId, DocumentId, PaperId, Position, SchoolCode, Sha256


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


class TextExtracted(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The text of a document was read. `text_sha256` names the stored text object; confidence is 0 to 100.

    `pipeline` names the steps that read it and their version; it is empty for what was read before they had names.
    """

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
    pipeline: str = ""


class TextCorrected(PublicEvent, frozen=True, kw_only=True):
    """A person corrected words of a page of the reading `text_sha256`; which words is told to nobody.

    Counts compare all that people corrected on the page so far with what the machine read: words read otherwise, missing and
    superfluous, and letters to be changed. `page` is numbered from 1, `page_kind` is van-ban, bang, bieu-mau or empty.
    """

    LABEL: ClassVar[str] = "Sửa chữ đọc sai"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "text-corrected"
    document: DocumentId
    school: SchoolCode
    page: int
    page_kind: str
    pipeline: str
    text_sha256: Sha256
    words_read: int
    words_wrong: int
    words_missing: int
    words_superfluous: int
    letters_read: int
    letters_wrong: int


class PageConfirmed(PublicEvent, frozen=True, kw_only=True):
    """A person said that a page of the reading `text_sha256`, with what was corrected on it, is read right.

    Fields as in `TextCorrected`: on a page on which nothing was corrected, nothing was wrong.
    """

    LABEL: ClassVar[str] = "Xác nhận trang đọc đúng"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "page-confirmed"
    document: DocumentId
    school: SchoolCode
    page: int
    page_kind: str
    pipeline: str
    text_sha256: Sha256
    words_read: int
    words_wrong: int
    words_missing: int
    words_superfluous: int
    letters_read: int
    letters_wrong: int


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


class PaperPrinted(PublicEvent, frozen=True, kw_only=True):
    """A paper was printed. `valid_at` and `known_at` say of which day, and from which position of the assessment log, its
    content was taken; `text_sha256` is that of the printed text, whose first 16 digits stand in the code on each page.

    The same `kind`, `subject`, `cycle`, `valid_at` and `known_at` print the same text. `draft` marks what was not approved.
    """

    LABEL: ClassVar[str] = "In giấy tờ"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "paper-printed"
    paper: PaperId
    school: SchoolCode
    kind: str
    subject: str
    cycle: CycleId
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool


class YearPaperPrinted(PublicEvent, frozen=True, kw_only=True):
    """A paper of a commune's year was printed: as `paper-printed`, but `known_at` is of the inspection log."""

    LABEL: ClassVar[str] = "In giấy của năm công tác"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "year-paper-printed"
    paper: PaperId
    commune: CommuneCode
    year: int
    kind: str
    subject: str
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool


class PaperSigned(PublicEvent, frozen=True, kw_only=True):
    """A scanned document was filed as the signed version of a print. `differences` counts the places where its text reads
    otherwise than what was printed; nothing follows from that by itself. Read again, it may be filed with another count.
    """

    LABEL: ClassVar[str] = "Giấy đã ký về kho"
    SERVICE: ClassVar[str] = "evidence"
    FACT: ClassVar[str] = "paper-signed"
    paper: PaperId
    school: SchoolCode
    document: DocumentId
    differences: int


EVENTS: tuple[type[PublicEvent], ...] = (
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
)
"""Every public event of the evidence service."""

_DOCUMENT = DocumentId("5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001")
_SCHOOL = SchoolCode("TH-BC")
_PAPER = PaperId("JBSWY3DPEHPK3PXPABCD")
_READING = Sha256("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")

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
        text_sha256=_READING,
        pipeline="layout-1",
    ),
    TextCorrected(
        document=_DOCUMENT,
        school=_SCHOOL,
        page=2,
        page_kind="bang",
        pipeline="layout-1",
        text_sha256=_READING,
        words_read=310,
        words_wrong=4,
        words_missing=1,
        words_superfluous=0,
        letters_read=1204,
        letters_wrong=11,
    ),
    PageConfirmed(
        document=_DOCUMENT,
        school=_SCHOOL,
        page=3,
        page_kind="van-ban",
        pipeline="layout-1",
        text_sha256=_READING,
        words_read=222,
        words_wrong=0,
        words_missing=0,
        words_superfluous=0,
        letters_read=861,
        letters_wrong=0,
    ),
    TextExtractionFailed(document=_DOCUMENT, school=_SCHOOL, reason="qua-gio"),
    FieldsProposed(document=_DOCUMENT, school=_SCHOOL, fields=["loai_van_ban", "so_ky_hieu"]),
    FieldsConfirmed(document=_DOCUMENT, school=_SCHOOL, fields=["so_ky_hieu"]),
    PaperPrinted(
        paper=_PAPER,
        school=_SCHOOL,
        kind="phieu_tieu_chi",
        subject="1.4",
        cycle=CycleId("2026-2027"),
        valid_at=dt.date(2026, 11, 20),
        known_at=Position(341),
        text_sha256=Sha256("5d41402abc4b2a76b9719d911017c592ae2b0c3d4e5f60718293a4b5c6d7e8f9"),
        draft=False,
    ),
    YearPaperPrinted(
        paper=PaperId("KRSXG5BAORUGS4ZANFZQ"),
        commune=CommuneCode("NL"),
        year=2027,
        kind="ke_hoach_xa",
        subject="2027",
        valid_at=dt.date(2027, 2, 5),
        known_at=Position(94),
        text_sha256=Sha256("9b74c9897bac770ffc029102a200c5de2ab6a4b2e7a4f1f0d4b0e6d0c2f6b7a1"),
        draft=False,
    ),
    PaperSigned(paper=_PAPER, school=_SCHOOL, document=_DOCUMENT, differences=1),
)
"""One example of each, for the event reference and its tests."""
