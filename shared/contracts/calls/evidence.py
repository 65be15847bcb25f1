"""Calls of the evidence service: receiving, reading, describing and finding documents."""

from __future__ import annotations

import datetime as dt
import enum

from shared.contracts.calls import Answer, Call


class ReadingState(enum.StrEnum):
    """Where the reading of a document stands."""

    WAITING = "cho_doc"
    READING = "dang_doc"
    READ = "da_doc"
    FAILED = "khong_doc_duoc"


class OpenUpload(Call, frozen=True, kw_only=True):
    """Ask to send one file. `sha256` (hex) is optional; when given, an upload that differs is refused."""

    school: str
    name: str
    size_bytes: int
    sha256: str = ""


class Receipt(Answer, frozen=True, kw_only=True):
    """The promise that a file is kept. `already_kept` marks the first receipt given again for the same bytes.

    `remarks` are sentences (Vietnamese) that the sender should read: a name that says another kind than the content.
    """

    document: str
    school: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    position: int
    recorded_at: dt.datetime
    checkpoint: int
    already_kept: bool = False
    remarks: list[str] = []


class UploadOpened(Answer, frozen=True, kw_only=True):
    """Where to send the bytes: PUT slices to `url` with header ``Authorization: Ticket <ticket>`` and ``Upload-Offset``.

    `received_bytes` is how much a former attempt left; `receipt` is set when the very file is already kept.
    """

    upload: str
    url: str
    ticket: str
    received_bytes: int
    slice_bytes: int
    receipt: Receipt | None = None


class ReceiptRequest(Call, frozen=True, kw_only=True):
    """Ask for the receipt at a log position."""

    position: int


class DocumentRequest(Call, frozen=True, kw_only=True):
    """Ask for one document by id."""

    document: str


class Box(Answer, frozen=True, kw_only=True):
    """A rectangle on a page image, in thousandths of its width and height, from the top left corner."""

    left: int
    top: int
    width: int
    height: int


class Word(Answer, frozen=True, kw_only=True):
    """One word read on a page; `confidence` is 0 to 100."""

    text: str
    confidence: int
    box: Box
    hit: bool = False


class Field(Answer, frozen=True, kw_only=True):
    """One descriptive field: `name` is one of loai_van_ban, so_ky_hieu, ngay_ban_hanh, co_quan, trich_yeu, nguoi_ky."""

    name: str
    value: str
    confidence: int
    confirmed: bool = False
    page: int = 0
    box: Box | None = None


class PageView(Answer, frozen=True, kw_only=True):
    """One page of a document."""

    number: int
    width: int
    height: int
    confidence: int
    text: str
    image_url: str = ""
    thumbnail_url: str = ""
    hits: int = 0


class DocumentView(Answer, frozen=True, kw_only=True):
    """All that is known of one document.

    `failure` is a stable word for why it could not be read; `notes` are stable words for what to know of what was read.
    """

    document: str
    school: str
    name: str
    sha256: str
    size_bytes: int
    media_type: str
    received_at: dt.datetime
    position: int
    checkpoint: int
    sealed: bool
    state: ReadingState
    pages_total: int
    pages_read: int
    confidence: int
    failure: str = ""
    notes: list[str] = []
    pages: list[PageView] = []
    fields: list[Field] = []


class PageRequest(Call, frozen=True, kw_only=True):
    """Ask for one page with its words; words that match `query` are marked."""

    document: str
    number: int
    query: str = ""


class PageAnswer(Answer, frozen=True, kw_only=True):
    """One page with its words, and its document."""

    document: DocumentView
    page: PageView
    words: list[Word]


class DocumentsRequest(Call, frozen=True, kw_only=True):
    """List a school's documents, newest first."""

    school: str
    before: int = 0
    limit: int = 50


class DocumentsAnswer(Answer, frozen=True, kw_only=True):
    """A page of documents (without their pages); `next_before` is 0 at the end."""

    documents: list[DocumentView]
    total: int
    next_before: int = 0


class SearchRequest(Call, frozen=True, kw_only=True):
    """Find pages by words, typed with or without accents. Empty `school`: every school the caller may read."""

    query: str
    school: str = ""
    limit: int = 20
    offset: int = 0


class Hit(Answer, frozen=True, kw_only=True):
    """One page that matches; `snippet` marks hits with ⟦ and ⟧; `boxes` are the matching words on the page."""

    document: str
    school: str
    name: str
    page: int
    snippet: str
    boxes: list[Box]


class SearchAnswer(Answer, frozen=True, kw_only=True):
    """Hits, best first."""

    hits: list[Hit]
    total: int


class ProgressRequest(Call, frozen=True, kw_only=True):
    """Ask how far the reading of a school's documents is."""

    school: str


class ProgressAnswer(Answer, frozen=True, kw_only=True):
    """Counts of documents by reading state, and those under way."""

    waiting: int
    reading: int
    read: int
    failed: int
    under_way: list[DocumentView]


class ConfirmFields(Call, frozen=True, kw_only=True):
    """A person confirms or corrects the fields of a document (name → value)."""

    document: str
    fields: dict[str, str]


class RetryReading(Call, frozen=True, kw_only=True):
    """Read a document again."""

    document: str


class DownloadKind(enum.StrEnum):
    """What of a document is fetched."""

    ORIGINAL = "goc"
    PAGE = "trang"
    THUMBNAIL = "nho"


class OpenDownload(Call, frozen=True, kw_only=True):
    """Ask for a short-lived address of bytes."""

    document: str
    what: DownloadKind = DownloadKind.ORIGINAL
    page: int = 0


class DownloadOpened(Answer, frozen=True, kw_only=True):
    """A short-lived address, relative to the evidence door or absolute."""

    url: str
    sha256: str = ""
    size_bytes: int = 0
