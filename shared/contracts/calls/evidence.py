"""Calls of the evidence service: receiving, reading, describing and finding documents."""

from __future__ import annotations

import datetime as dt
import enum

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import (
    ADMINISTRATORS,
    CLERKS_AND_COUNCIL,
    HEADS,
    OFFICES,
    OVERSIGHT,
    READERS,
    YEAR_READERS,
    Operation,
    Scope,
    delete,
    get,
    post,
)
from shared.papers.filled import FilledPaper
from shared.vocabulary.ids import (
    BEGINNING,
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    InspectionId,
    NeedId,
    PaperId,
    Position,
    SchoolCode,
    Sha256,
)
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import SheetPart

CORRECTORS = frozenset({Role.CLERK, Role.HEAD})
"""Who corrects what was read: who scans a school's papers, and its head."""


class ReadingState(enum.StrEnum):
    """Where the reading of a document stands."""

    WAITING = "cho_doc"
    READING = "dang_doc"
    READ = "da_doc"
    FAILED = "khong_doc_duoc"


class PaperState(enum.StrEnum):
    """What still has to be done with a paper; one paper may be in several of these at once."""

    UNREAD = "dang-doc"
    FAILED = "doc-hong"
    UNCONFIRMED = "cho-xac-nhan"
    UNCODED = "chua-co-ma"
    UNCITED = "chua-gan"


class PaperOrder(enum.StrEnum):
    """How a list of papers is ordered."""

    NEWEST = "moi-nhat"
    NAME = "ten"
    CODE = "ma"
    NUMBER = "so"
    ISSUED = "ngay"
    CODED_FIRST = "co-ma-truoc"


class OpenUpload(Call, frozen=True, kw_only=True):
    """Ask to send one file. `sha256` (hex) is optional; when given, an upload that differs is refused."""

    school: SchoolCode
    name: str
    size_bytes: int
    sha256: Sha256 = Sha256("")


class OpenPhotoUpload(Call, frozen=True, kw_only=True):
    """Ask to send one photo of a visit to the school; anything but an image is refused. `sha256` as in `OpenUpload`."""

    school: SchoolCode
    inspection: InspectionId
    name: str
    size_bytes: int
    sha256: Sha256 = Sha256("")


class OpenWorkPhotoUpload(Call, frozen=True, kw_only=True):
    """Ask to send one photo of the work that a school's need led to; as `OpenPhotoUpload`."""

    school: SchoolCode
    need: NeedId
    name: str
    size_bytes: int
    sha256: Sha256 = Sha256("")


class Receipt(Answer, frozen=True, kw_only=True):
    """The promise that a file is kept. `already_kept` marks the first receipt given again for the same bytes.

    `remarks` are sentences (Vietnamese) that the sender should read: a name that says another kind than the content.
    """

    document: DocumentId
    school: SchoolCode
    name: str
    sha256: Sha256
    size_bytes: int
    media_type: str
    position: Position
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

    position: Position


class OwnPhotoRequest(Call, frozen=True, kw_only=True):
    """Ask for the receipt at a log position of a photo that the caller sent: somebody who reads no papers of schools."""

    position: Position


class DocumentRequest(Call, frozen=True, kw_only=True):
    """Ask for one document by id."""

    document: DocumentId


class Box(Answer, frozen=True, kw_only=True):
    """A rectangle on a page image, in thousandths of its width and height, from the top left corner."""

    left: int
    top: int
    width: int
    height: int


class Word(Answer, frozen=True, kw_only=True):
    """One word read on a page; `confidence` is 0 to 100.

    Words of one found place have the same `place`, counted from 1 down the page; 0 for words that were not asked for.
    """

    text: str
    confidence: int
    box: Box
    hit: bool = False
    place: int = 0


class Field(Answer, frozen=True, kw_only=True):
    """One descriptive field: `name` is one of loai_van_ban, so_ky_hieu, ngay_ban_hanh, co_quan, trich_yeu, nguoi_ky."""

    name: str
    value: str
    confidence: int
    confirmed: bool = False
    page: int = 0
    box: Box | None = None


class PageView(Answer, frozen=True, kw_only=True):
    """One page of a document; `hits` is at how many places it has what was asked for.

    A page that is not read yet has no width, no height and no text.
    """

    number: int
    width: int
    height: int
    confidence: int
    text: str
    image_url: str = ""
    thumbnail_url: str = ""
    hits: int = 0


class PaperCodeState(enum.StrEnum):
    """What the code of a print on a page of a document led to."""

    SIGNED = "da_dinh"
    """The document is filed as the signed version of that print."""
    KNOWN = "chua_dinh"
    """A print of the same school, which the document is not filed with."""
    FOREIGN = "truong_khac"
    """A print of another school: nothing is filed."""
    UNKNOWN = "khong_biet"
    """No print of this installation, or not the text that it bore: nothing is filed."""


class DocumentPaper(Answer, frozen=True, kw_only=True):
    """A print that a document is a signed version of, or whose code stands on its pages: `page` is the first, 0 for none.

    `kind` and `differences` are told of prints of the same school only.
    """

    paper: PaperId
    state: PaperCodeState
    page: int = 0
    kind: str = ""
    differences: int = 0


class DocumentView(Answer, frozen=True, kw_only=True):
    """All that is known of one document.

    `failure` is a stable word for why it could not be read; `notes` are stable words for what to know of what was read.
    `title` is what the paper calls itself (kind, number and abstract; empty where no field tells), `waiting` how many of its
    fields wait for a person. `code` is its newest evidence code and `criteria` where it is cited, as far as this service has
    heard. `remarks` are those of its receipt; `papers` are the prints that it is a signed version of, or that its pages
    name.
    """

    document: DocumentId
    school: SchoolCode
    name: str
    sha256: Sha256
    size_bytes: int
    media_type: str
    received_at: dt.datetime
    position: Position
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
    title: str = ""
    waiting: int = 0
    code: EvidenceCode = EvidenceCode("")
    criteria: list[str] = []
    remarks: list[str] = []
    papers: list[DocumentPaper] = []


class PageRequest(Call, frozen=True, kw_only=True):
    """Ask for one page with its words; words that match `query` are marked.

    `around` asks also for so many pages before and after it, without their text. `unread` takes a page whose image can be
    shown though nothing was read of it yet; without it such a page is not known.
    """

    document: DocumentId
    number: int
    query: str = ""
    around: int = 0
    unread: bool = False


class PageHits(Answer, frozen=True, kw_only=True):
    """At how many places a page has what was asked for."""

    number: int
    places: int


class PageTableCell(Answer, frozen=True, kw_only=True):
    """One cell of a table: its first row and column, from 0, and how many of each it spans.

    Its words are `words` ones of `PageAnswer.words`, from number `first_word` (from 0) on; an empty cell has none.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    first_word: int = 0
    words: int = 0


class PageTable(Answer, frozen=True, kw_only=True):
    """A table on a page: where it lies, how many rows and columns it has, and its cells, row by row."""

    box: Box
    rows: int
    columns: int
    cells: list[PageTableCell]


class PageAnswer(Answer, frozen=True, kw_only=True):
    """One page with its words, and its document; `around` are the pages beside it, `found` all pages that have the query.

    `tables` are the tables of the page in reading order; their words are among `words`, where reading comes to them.
    """

    document: DocumentView
    page: PageView
    words: list[Word]
    tables: list[PageTable] = []
    around: list[PageView] = []
    found: list[PageHits] = []


class DocumentsRequest(Call, frozen=True, kw_only=True):
    """List a school's documents, newest first unless `order` says otherwise.

    Everything below `limit` narrows: words or a code or number (`query`), what is still to do (`state`), a criterion under
    which it is coded or cited, the kind of paper, the year it was issued in (0: any), log positions of receipts, ids of
    documents. `offset` counts within what is left.
    """

    school: SchoolCode
    before: Position = BEGINNING
    limit: int = 50
    query: str = ""
    state: PaperState | None = None
    criterion: CriterionCode = CriterionCode("")
    kind: str = ""
    year: int = 0
    positions: list[Position] = []
    documents: list[DocumentId] = []
    order: PaperOrder = PaperOrder.NEWEST
    offset: int = 0


class DocumentsAnswer(Answer, frozen=True, kw_only=True):
    """A page of documents (without their pages); `next_before` is 0 at the end.

    `total` counts all of the school, `matching` those that were asked for, `states` how many of them are in each state when
    the state is left open. `kinds`, `years` and `criteria` are what the school's papers can be narrowed by.
    """

    documents: list[DocumentView]
    total: int
    next_before: Position = BEGINNING
    matching: int = 0
    coded: int = 0
    states: dict[PaperState, int] = {}
    kinds: list[str] = []
    years: list[int] = []
    criteria: list[str] = []


class SearchRequest(Call, frozen=True, kw_only=True):
    """Find pages by words, typed with or without accents. Empty `school`: every school the caller may read."""

    query: str
    school: SchoolCode = SchoolCode("")
    limit: int = 20
    offset: int = 0


class Hit(Answer, frozen=True, kw_only=True):
    """One page that matches; `snippet` marks hits with ⟦ and ⟧; `boxes` are the matching words on the page.

    `places` counts where on the page they stand (a phrase is one place), `title` is what the paper calls itself.
    """

    document: DocumentId
    school: SchoolCode
    name: str
    page: int
    snippet: str
    boxes: list[Box]
    title: str = ""
    code: EvidenceCode = EvidenceCode("")
    places: int = 0


class Matched(enum.StrEnum):
    """By what a whole paper was found."""

    CODE = "ma"
    NUMBER = "so"
    NAME = "ten"


class PaperHit(Answer, frozen=True, kw_only=True):
    """One paper whose evidence code, document number or name is what was asked for, whole or in part."""

    document: DocumentId
    school: SchoolCode
    name: str
    matched: Matched
    title: str = ""
    code: EvidenceCode = EvidenceCode("")


class SearchAnswer(Answer, frozen=True, kw_only=True):
    """Pages, best first, and above them the papers found by code, number or name (those only with the first pages)."""

    hits: list[Hit]
    total: int
    papers: list[PaperHit] = []
    papers_total: int = 0


class ProgressRequest(Call, frozen=True, kw_only=True):
    """Ask how far the reading of a school's documents is."""

    school: SchoolCode


class ProgressAnswer(Answer, frozen=True, kw_only=True):
    """Counts of documents by reading state, and those under way."""

    waiting: int
    reading: int
    read: int
    failed: int
    under_way: list[DocumentView]


class ConfirmFields(Call, frozen=True, kw_only=True):
    """A person confirms or corrects the fields of a document (name → value)."""

    document: DocumentId
    fields: dict[str, str]


class RetryReading(Call, frozen=True, kw_only=True):
    """Read a document again."""

    document: DocumentId


class DownloadKind(enum.StrEnum):
    """What of a document is fetched."""

    ORIGINAL = "goc"
    PDF = "pdf"
    """The searchable PDF/A: the original's pages with the text that was read, unseen, in its place."""
    HOCR = "hocr"
    """The words that were read, with their boxes, as hOCR."""
    PAGE = "trang"
    THUMBNAIL = "nho"


class OpenDownload(Call, frozen=True, kw_only=True):
    """Ask for a short-lived address of bytes."""

    document: DocumentId
    what: DownloadKind = DownloadKind.ORIGINAL
    page: int = 0


class DownloadOpened(Answer, frozen=True, kw_only=True):
    """A short-lived address, relative to the evidence door or absolute."""

    url: str
    sha256: Sha256 = Sha256("")
    size_bytes: int = 0


class DocumentFieldsRequest(Call, frozen=True, kw_only=True):
    """Ask for the particulars of documents (at most 500) of a school, as the log told them at a moment, now by default."""

    school: SchoolCode
    documents: list[DocumentId]
    known_at_time: dt.datetime | None = None


class DocumentFields(Answer, frozen=True, kw_only=True):
    """What people confirmed of a document, as papers print it ("20/6/2026"); '' for what nobody confirmed.

    `number_and_date` are both, or the one that there is: a photograph has a day and no number. `location` says what it is
    and where it lies.
    """

    document: DocumentId
    number: str = ""
    issued_on: str = ""
    number_and_date: str = ""
    issuer: str = ""
    title: str = ""
    location: str = ""


class DocumentFieldsAnswer(Answer, frozen=True, kw_only=True):
    """Particulars of documents, in the order in which they were asked for; those of other schools are left out."""

    documents: list[DocumentFields]


class RegisterPrint(Call, frozen=True, kw_only=True):
    """Tell that a paper was printed, with the text that stands on it: whole pages or blocks, in reading order.

    `paper` is the id in the code at the foot, 20 letters of base32. `kind` and `subject` (a criterion, a meeting) are codes,
    no words. The same print again changes nothing.
    """

    school: SchoolCode
    paper: PaperId
    kind: str
    subject: str = ""
    cycle: CycleId = CycleId("")
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool
    pages: list[str]


class RegisterYearPrint(Call, frozen=True, kw_only=True):
    """Tell that a paper of a commune's year was printed, as `RegisterPrint` does of a school's."""

    commune: CommuneCode
    year: int
    paper: PaperId
    kind: str
    subject: str = ""
    valid_at: dt.date
    known_at: Position
    text_sha256: Sha256
    draft: bool
    pages: list[str]


class YearPrintsRequest(Call, frozen=True, kw_only=True):
    """Ask for the prints of a commune's year, newest first."""

    commune: CommuneCode
    year: int


class AttachSigned(Call, frozen=True, kw_only=True):
    """File a document of the school that was read as the signed version of a print of the school, or of its commune.

    Without `paper`: of the print that the code on its pages names.
    """

    school: SchoolCode
    document: DocumentId
    paper: PaperId = PaperId("")


class PaperDifference(Answer, frozen=True, kw_only=True):
    """A place where a signed version reads otherwise than what was printed; `page` is that of the scan, from 1.

    `printed` is empty for words that were added, `read` for words that are gone. `before` is the word that stands in front
    in both. `confidence` says from 0 to 100 how sure the reading is there.
    """

    printed: str
    read: str
    page: int
    before: str = ""
    confidence: int = 0


class SignedAttached(Answer, frozen=True, kw_only=True):
    """A document that is filed as the signed version of a print, and where it differs. Nothing follows by itself."""

    paper: PaperId
    document: DocumentId
    differences: list[PaperDifference]


class CompareFilled(Call, frozen=True, kw_only=True):
    """Compare what a file says that came back from Word or Excel with what was printed; records nothing.

    `paper` names the print where the file does not (`filled.paper`).
    """

    school: SchoolCode
    filled: FilledPaper
    paper: PaperId = PaperId("")


class FilledDifferenceView(Answer, frozen=True, kw_only=True):
    """A place where the file says otherwise: `printed` is empty for what was added, `filled` for what is gone.

    `place` is the row and column of a cell, else the heading above. In a criterion's sheet `part` says which part it is in,
    and `level` at which level of the status (0: none); elsewhere `part` is null.
    """

    printed: str
    filled: str
    place: str = ""
    part: SheetPart | None = None
    level: int = 0


class FilledPartView(Answer, frozen=True, kw_only=True):
    """A written part of a criterion's sheet that differs, as the whole of it stands in the file, a paragraph a line."""

    part: SheetPart
    level: int
    filled: str


class FilledCompared(Answer, frozen=True, kw_only=True):
    """Where a file differs from the print that it was made of. Nothing is changed by it, here or anywhere.

    `criterion` and `parts` are of a criterion's sheet: what somebody may take over by writing it.
    """

    paper: PaperId
    kind: str
    subject: str
    cycle: CycleId
    known_at: Position
    differences: list[FilledDifferenceView]
    criterion: CriterionCode = CriterionCode("")
    parts: list[FilledPartView] = []


class PrintsRequest(Call, frozen=True, kw_only=True):
    """Ask for the prints of a school's papers, newest first; of one cycle, when that is named."""

    school: SchoolCode
    cycle: CycleId = CycleId("")


class PrintView(Answer, frozen=True, kw_only=True):
    """A print of a paper. `document` is the newest that came home signed, with how many differences; empty: none did yet.

    `valid_at` and `known_at` say of which moment its content was taken. A paper of a commune's year has `commune` and
    `year`, and no school; its signed version may be a document of any school of the commune.
    """

    paper: PaperId
    school: SchoolCode
    commune: CommuneCode = CommuneCode("")
    year: int = 0
    kind: str
    subject: str
    cycle: CycleId
    valid_at: dt.date
    known_at: Position
    draft: bool
    printed_at: dt.datetime
    document: DocumentId = DocumentId("")
    signed_at: dt.datetime | None = None
    differences: int = 0


class PrintsAnswer(Answer, frozen=True, kw_only=True):
    """Prints of a school, or of a commune's year."""

    prints: list[PrintView]


class SignedPaperRequest(Call, frozen=True, kw_only=True):
    """Ask for one print and where its newest signed version differs."""

    paper: PaperId


class ErasePrintedText(Call, frozen=True, kw_only=True):
    """Ask that what a print said, with the names in it, be forgotten for good."""

    paper: PaperId


class SignedPaperAnswer(Answer, frozen=True, kw_only=True):
    """A print, and where its newest signed version differs.

    `compared` is False where that is not known: none came home yet, or the printed text was erased.
    """

    print: PrintView
    differences: list[PaperDifference]
    compared: bool


class PagesToReviewRequest(Call, frozen=True, kw_only=True):
    """Ask for the pages of a school that a person should look at, newest paper first; of one document when it is named."""

    school: SchoolCode
    limit: int = 50
    offset: int = 0
    document: DocumentId = DocumentId("")


class PageToReview(Answer, frozen=True, kw_only=True):
    """A page that a person should look at: how sure the reading is (0 to 100), and why it is in the list.

    `doubts` are stable words; `unplaced` is how many former corrections have no place in the present reading.
    """

    document: DocumentId
    name: str
    title: str
    page: int
    kind: str
    words: int
    confidence: int
    doubts: list[str] = []
    unplaced: int = 0
    pipeline: str = ""
    thumbnail_url: str = ""


class PagesToReviewAnswer(Answer, frozen=True, kw_only=True):
    """Pages to look at, of how many, in how many documents; below `doubtful_below` a page is doubtful by that alone."""

    pages: list[PageToReview]
    total: int
    papers: int
    doubtful_below: int


class PageToCorrectRequest(Call, frozen=True, kw_only=True):
    """Ask for a page as it is to be corrected."""

    document: DocumentId
    page: int


class CorrectableWord(Answer, frozen=True, kw_only=True):
    """A word of a page in reading order; `doubtful` marks one to be looked at, `corrected` one that a person gave.

    Words of one line have the same `line`, and lines of one block (a cell, a paragraph) the same `block`.
    """

    text: str
    confidence: int
    box: Box
    line: int
    block: int
    doubtful: bool = False
    corrected: bool = False


class WordCorrection(Answer, frozen=True, kw_only=True):
    """What a person changed on a page: `read` is empty for a word that was added, `right` for one that was taken away.

    `box` is in thousandths of the page image as it is now.
    """

    read: str
    right: str
    box: Box


class PageToCorrect(Answer, frozen=True, kw_only=True):
    """A page with its words and where they lie. `text_sha256` and `edition` are what a correction of it names.

    `edition` counts what people said of the page. `unplaced` are former corrections that have no place in the present
    reading, `before` and `after` the pages beside it in the list of pages to look at (None: none).
    """

    document: DocumentId
    school: SchoolCode
    name: str
    title: str
    page: int
    pages: int
    width: int
    height: int
    kind: str
    confidence: int
    doubts: list[str]
    pipeline: str
    text_sha256: Sha256
    edition: int
    waiting: bool
    image_url: str
    words: list[CorrectableWord]
    unplaced: list[WordCorrection] = []
    before: PageToReview | None = None
    after: PageToReview | None = None
    to_review: int = 0


class WordChangeKind(enum.StrEnum):
    """What is done with a word of a page."""

    REPLACED = "thay"
    REMOVED = "bo"
    ADDED_AFTER = "them_sau"
    ADDED_BEFORE = "them_truoc"
    ADDED_LINE = "them_dong"
    """A line of words below all others: also where a page has no word at all."""


class WordChange(Call, frozen=True, kw_only=True):
    """A change of a page: `word` counts the words of `PageToCorrect` from 0. Text with spaces makes several words of one.

    `box` says where on the page image an added line lies; without it, it is laid below the others.
    """

    kind: WordChangeKind
    word: int = -1
    text: str = ""
    box: Box | None = None


class CorrectPage(Call, frozen=True, kw_only=True):
    """Correct words of a page, as it was when it was asked for: of that reading and edition, or it is refused (409)."""

    document: DocumentId
    page: int
    text_sha256: Sha256
    edition: int
    changes: list[WordChange]


class ConfirmPage(Call, frozen=True, kw_only=True):
    """Say that a page, as it was when it was asked for, is read right."""

    document: DocumentId
    page: int
    text_sha256: Sha256
    edition: int


class PageChecked(Answer, frozen=True, kw_only=True):
    """What a person said of a page was taken down; `after` is the next page to look at, of `to_review` that are left."""

    position: Position
    edition: int
    after: PageToReview | None = None
    to_review: int = 0


class EraseCorrections(Call, frozen=True, kw_only=True):
    """Ask that the words which people gave to a page be forgotten for good; the machine's reading stands again."""

    document: DocumentId
    page: int


class ReadingQualityRequest(Call, frozen=True, kw_only=True):
    """Ask how often readings were corrected: in one school, or in all that the caller may ask about."""

    school: SchoolCode = SchoolCode("")


class ReadingQuality(Answer, frozen=True, kw_only=True):
    """Of pages of one kind that one pipeline read and a person looked at: words and letters read, and how many wrongly.

    `word_errors_percent` is words wrong, missing and superfluous of those read, `letter_errors_percent` letters likewise;
    null where nothing was read. `rejudged` are pages that a person looked at in an earlier reading, held against that.
    """

    kind: str
    pipeline: str
    pages: int
    rejudged: int
    words_read: int
    words_wrong: int
    words_missing: int
    words_superfluous: int
    letters_read: int
    letters_wrong: int
    word_errors_percent: float | None
    letter_errors_percent: float | None


class ReadingQualityAnswer(Answer, frozen=True, kw_only=True):
    """How often readings were corrected, by kind of page and pipeline."""

    qualities: list[ReadingQuality]


class RereadDocuments(Call, frozen=True, kw_only=True):
    """Have documents read again that an older pipeline read: of one school, one document, or all.

    At most `most_waiting` wait to be read again at once, so that new papers are read first: put the same question again
    until nothing is left. `older_than` names a pipeline, the present one by default. `dry_run` asks for nothing to be read.
    """

    school: SchoolCode = SchoolCode("")
    document: DocumentId = DocumentId("")
    older_than: str = ""
    most_waiting: int = 8
    dry_run: bool = False


class RereadDocument(Answer, frozen=True, kw_only=True):
    """A document that is to be read again, and what read it last."""

    document: DocumentId
    school: SchoolCode
    name: str
    pages: int
    pipeline: str
    confidence: int


class RereadAnswer(Answer, frozen=True, kw_only=True):
    """How far the re-reading is: documents and pages in all, done, waiting or being read, and left to be asked for.

    `requested` were asked for just now; `next_up` are some of those that are left.
    """

    pipeline: str
    documents_total: int
    pages_total: int
    documents_done: int
    pages_done: int
    documents_waiting: int
    documents_left: int
    pages_left: int
    failed: int
    requested: list[RereadDocument] = []
    next_up: list[RereadDocument] = []


class ReadingChangesRequest(Call, frozen=True, kw_only=True):
    """Ask what the last re-reading of a document changed."""

    document: DocumentId


class FieldChange(Answer, frozen=True, kw_only=True):
    """A field that the present reading proposes otherwise; `confirmed` fields stay as the person said."""

    name: str
    before: str
    after: str
    confirmed: bool = False


class ReadingChanges(Answer, frozen=True, kw_only=True):
    """What the present reading of a document says otherwise than the one before; `compared` is False where there was none.

    Words are those of the machine; `corrections_kept` lie over the present reading, `corrections_unplaced` found no place.
    """

    document: DocumentId
    name: str
    compared: bool
    pipeline_before: str = ""
    pipeline: str = ""
    pages: int = 0
    pages_changed: int = 0
    words_before: int = 0
    words: int = 0
    words_changed: int = 0
    words_added: int = 0
    words_removed: int = 0
    confidence_before: int = 0
    confidence: int = 0
    corrections_kept: int = 0
    corrections_unplaced: int = 0
    fields: list[FieldChange] = []


OPERATIONS = (
    Operation(
        name="open_upload",
        request=OpenUpload,
        answer=UploadOpened,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Xin gửi một tệp: trả về địa chỉ và vé để gửi từng phần.",
        routes=(post("/schools/{school}/uploads"),),
        commands=("upload",),
        follows=("assessment",),
    ),
    Operation(
        name="open_photo_upload",
        request=OpenPhotoUpload,
        answer=UploadOpened,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Đoàn xin gửi một ảnh chụp trong đợt kiểm tra: chỉ nhận ảnh; trả về địa chỉ và vé để gửi từng phần.",
        routes=(post("/schools/{school}/inspections/{inspection}/uploads"),),
        follows=("assessment",),
    ),
    Operation(
        name="open_work_photo_upload",
        request=OpenWorkPhotoUpload,
        answer=UploadOpened,
        roles=frozenset({Role.ECONOMIC_OFFICE}),
        scope=Scope.SCHOOL,
        summary="Phòng Kinh tế xin gửi một ảnh công trình, thiết bị: chỉ nhận ảnh; trả về địa chỉ và vé để gửi từng phần.",
        routes=(post("/schools/{school}/needs/{need}/uploads"),),
        commands=("need photo",),
        follows=("assessment",),
    ),
    Operation(
        name="own_photo",
        request=OwnPhotoRequest,
        answer=Receipt,
        roles=frozenset({Role.ECONOMIC_OFFICE}),
        scope=Scope.BY_ID,
        summary="Biên nhận của một ảnh do chính người hỏi gửi.",
    ),
    Operation(
        name="receipt",
        request=ReceiptRequest,
        answer=Receipt,
        roles=READERS,
        scope=Scope.BY_ID,
        summary="Biên nhận ở một số của nhật ký.",
        routes=(get("/receipts/{position}"),),
    ),
    Operation(
        name="document",
        request=DocumentRequest,
        answer=DocumentView,
        roles=READERS,
        scope=Scope.BY_ID,
        summary="Một tài liệu.",
        routes=(get("/documents/{id}", id="document"),),
        commands=("document",),
    ),
    Operation(
        name="page",
        request=PageRequest,
        answer=PageAnswer,
        roles=READERS,
        scope=Scope.BY_ID,
        summary="Một trang, từng chữ và chỗ đứng của nó; `q` đánh dấu chữ cần tìm.",
        routes=(get("/documents/{id}/pages/{n}", id="document", n="number", q="query"),),
    ),
    Operation(
        name="documents",
        request=DocumentsRequest,
        answer=DocumentsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Tài liệu của một trường, mới nhất trước.",
        routes=(get("/schools/{school}/documents"),),
    ),
    Operation(
        name="search",
        request=SearchRequest,
        answer=SearchAnswer,
        roles=READERS,
        scope=Scope.NARROWED,
        summary="Tìm trang theo chữ, có dấu hay không dấu.",
        routes=(get("/search", q="query"),),
        commands=("search",),
    ),
    Operation(
        name="progress",
        request=ProgressRequest,
        answer=ProgressAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Đọc chữ đến đâu.",
        routes=(get("/schools/{school}/reading"),),
    ),
    Operation(
        name="confirm_fields",
        request=ConfirmFields,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.BY_ID,
        summary="Xác nhận hoặc sửa các mục của tài liệu.",
        routes=(post("/documents/{id}/fields", id="document"),),
    ),
    Operation(
        name="retry_reading",
        request=RetryReading,
        answer=Done,
        roles=CLERKS_AND_COUNCIL | ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Đọc chữ lại.",
        routes=(post("/documents/{id}/reading", id="document"),),
    ),
    Operation(
        name="pages_to_review",
        request=PagesToReviewRequest,
        answer=PagesToReviewAnswer,
        roles=CLERKS_AND_COUNCIL | OVERSIGHT,
        scope=Scope.SCHOOL,
        summary="Các trang đọc chưa chắc của một trường, cần người xem lại.",
        routes=(get("/schools/{school}/reading/pages"),),
        commands=("reading pages",),
    ),
    Operation(
        name="page_to_correct",
        request=PageToCorrectRequest,
        answer=PageToCorrect,
        roles=CLERKS_AND_COUNCIL | OVERSIGHT,
        scope=Scope.BY_ID,
        summary="Một trang để sửa chữ đọc sai: từng chữ, chỗ đứng và ảnh trang.",
        routes=(get("/documents/{id}/pages/{n}/words", id="document", n="page"),),
        timeout_s=15.0,
    ),
    Operation(
        name="correct_page",
        request=CorrectPage,
        answer=PageChecked,
        roles=CORRECTORS,
        scope=Scope.BY_ID,
        summary="Sửa các chữ đọc sai của một trang.",
        routes=(post("/documents/{id}/pages/{n}/corrections", id="document", n="page"),),
        timeout_s=15.0,
    ),
    Operation(
        name="confirm_page",
        request=ConfirmPage,
        answer=PageChecked,
        roles=CORRECTORS,
        scope=Scope.BY_ID,
        summary="Xác nhận một trang đã đọc đúng.",
        routes=(post("/documents/{id}/pages/{n}/confirmation", id="document", n="page"),),
        timeout_s=15.0,
    ),
    Operation(
        name="erase_corrections",
        request=EraseCorrections,
        answer=Done,
        roles=HEADS | ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Xóa hẳn các chữ người đã sửa trên một trang; máy đọc thế nào thì trở lại thế ấy.",
        routes=(delete("/documents/{id}/pages/{n}/corrections", id="document", n="page"),),
        timeout_s=15.0,
    ),
    Operation(
        name="reading_quality",
        request=ReadingQualityRequest,
        answer=ReadingQualityAnswer,
        roles=OVERSIGHT,
        scope=Scope.NARROWED,
        summary="Máy đọc sai bao nhiêu, theo kiểu trang và cách đọc, tính từ những trang người đã xem.",
        routes=(get("/reading/quality"),),
        commands=("reading quality",),
    ),
    Operation(
        name="reread_documents",
        request=RereadDocuments,
        answer=RereadAnswer,
        roles=ADMINISTRATORS,
        scope=Scope.NARROWED,
        summary="Đọc lại bằng cách đọc mới những tài liệu đã đọc bằng cách cũ, mỗi lần vài tài liệu.",
        routes=(post("/reading/again"),),
        commands=("reread",),
        timeout_s=30.0,
    ),
    Operation(
        name="reading_changes",
        request=ReadingChangesRequest,
        answer=ReadingChanges,
        roles=CLERKS_AND_COUNCIL | OVERSIGHT,
        scope=Scope.BY_ID,
        summary="Lần đọc lại gần nhất của một tài liệu đã đổi những gì.",
        routes=(get("/documents/{id}/reading/changes", id="document"),),
        commands=("reread",),
        timeout_s=30.0,
    ),
    Operation(
        name="open_download",
        request=OpenDownload,
        answer=DownloadOpened,
        roles=READERS,
        scope=Scope.BY_ID,
        summary="Tệp gốc, đúng từng byte: chuyển sang cửa tệp bằng vé ngắn hạn.",
        commands=("document",),
    ),
    Operation(
        name="document_fields",
        request=DocumentFieldsRequest,
        answer=DocumentFieldsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Số, ngày, nơi ban hành, tên của nhiều tài liệu, như đã xác nhận đến một thời điểm.",
        timeout_s=30.0,
    ),
    Operation(
        name="register_print",
        request=RegisterPrint,
        answer=Done,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Ghi nhận một bản in, để bản đã ký tự tìm về.",
        follows=("assessment",),
    ),
    Operation(
        name="register_year_print",
        request=RegisterYearPrint,
        answer=Done,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Ghi nhận một bản in giấy của năm công tác của xã, để bản đã ký tự tìm về.",
    ),
    Operation(
        name="year_prints",
        request=YearPrintsRequest,
        answer=PrintsAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Các bản in giấy của một năm công tác của xã và bản đã ký của chúng.",
        routes=(get("/communes/{commune}/years/{year}/papers/prints"),),
        follows=("assessment",),
    ),
    Operation(
        name="attach_signed",
        request=AttachSigned,
        answer=SignedAttached,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Đính một tài liệu đã đọc làm bản đã ký của giấy đã in; trả về các chỗ khác bản in.",
        routes=(post("/schools/{school}/papers/signed"),),
        commands=("paper attach-signed",),
        timeout_s=30.0,
    ),
    Operation(
        name="compare_filled",
        request=CompareFilled,
        answer=FilledCompared,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="So một giấy đã điền, đã sửa trong Word, Excel với bản in; trả về các chỗ khác, không ghi gì.",
        commands=("paper compare",),
        timeout_s=30.0,
    ),
    Operation(
        name="signed_papers",
        request=PrintsRequest,
        answer=PrintsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Các bản in của một trường và bản đã ký của chúng.",
        routes=(get("/schools/{school}/papers/prints"),),
    ),
    Operation(
        name="signed_paper",
        request=SignedPaperRequest,
        answer=SignedPaperAnswer,
        roles=READERS,
        scope=Scope.BY_ID,
        summary="Một bản in và các chỗ bản đã ký khác nó.",
        routes=(get("/papers/prints/{paper}"),),
    ),
    Operation(
        name="erase_printed_text",
        request=ErasePrintedText,
        answer=Done,
        roles=HEADS | ADMINISTRATORS,
        scope=Scope.BY_ID,
        summary="Xóa hẳn văn bản đã in, có tên người trong đó; bản in và bản đã ký vẫn còn trong nhật ký.",
        routes=(delete("/papers/prints/{paper}/text"),),
    ),
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
