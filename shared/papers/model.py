"""What a paper says, before anybody decides how it looks: frozen structs that a service builds and the printers draw.

A paper is plain data (JSON by msgspec, unions told apart by `type`), so a service can send it to whoever prints. It names
people and documents by id only: names live in identity and can be erased, so they are put in at the moment of printing
(`shared.papers.resolving.resolve`). Lengths are millimetres, sizes points; `\\n` in a text begins a new line in the same
paragraph. How each part looks follows from Nghị định 30/2020/NĐ-CP, Phụ lục I, kept as data in `nd30.yaml`.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Literal, TypeAlias

import msgspec

# --- runs: what stands inside a line


class Text(msgspec.Struct, frozen=True, tag="text", tag_field="type", omit_defaults=True):
    """Words. They are data: nothing in them is ever read as markup, a formula or a template."""

    text: str
    bold: bool = False
    italic: bool = False


class Code(msgspec.Struct, frozen=True, tag="code", tag_field="type", omit_defaults=True):
    """An evidence code as it is printed, brackets included ("[H1-1.1-01]"): one word, never broken at its hyphens."""

    text: str
    bold: bool = False


class Missing(msgspec.Struct, frozen=True, tag="missing", tag_field="type", omit_defaults=True):
    """What should stand here and is not known: printed red between ⟨ ⟩, never left blank."""

    label: str = "chưa có"


class PersonName(msgspec.Struct, frozen=True, tag="person_name", tag_field="type", omit_defaults=True):
    """The full name of a person, by the id that identity gave; an erased person becomes Missing."""

    person: str
    bold: bool = False


class PersonOffice(msgspec.Struct, frozen=True, tag="person_office", tag_field="type", omit_defaults=True):
    """The office of a person (chức vụ) as identity has it at the moment of printing.

    Where the paper can do without (`needed` false), an office that is not known is left out; else it becomes Missing. So is
    one that only repeats what stands `beside` it.
    """

    person: str
    needed: bool = True
    beside: str = ""


DocumentFieldName: TypeAlias = Literal["number", "issued_on", "number_and_date", "issuer", "title", "location"]


class DocumentField(msgspec.Struct, frozen=True, tag="document_field", tag_field="type", omit_defaults=True):
    """What the archive has confirmed about a document: number, date (or either of both), issuer, title, where the
    original lies.
    """

    document: str
    field: DocumentFieldName


Run: TypeAlias = Text | Code | Missing | PersonName | PersonOffice | DocumentField
Runs: TypeAlias = tuple[Run, ...]


# --- blocks: what stands under each other


class Style(enum.StrEnum):
    """What a paragraph is; its looks follow."""

    BODY = "body"
    """Nội dung: justified, first line indented."""
    PLAIN = "plain"
    """Flush left without indent: "Trường: …", "Tiêu chuẩn 1: …"."""
    LEGAL_BASIS = "legal_basis"
    """Căn cứ: italic; whoever builds it ends each with ";" and the last with "."."""
    ARTICLE = "article"
    """Điều N.: as BODY; its first run, "Điều 1.", is bold by the run itself."""
    TITLE = "title"
    """Tên loại inside the body: centred, capitals, bold ("PHIẾU ĐÁNH GIÁ TIÊU CHÍ")."""
    SUBTITLE = "subtitle"
    """Under a title: centred, bold, as written."""
    AUTHORITY = "authority"
    """Thẩm quyền ban hành and "QUYẾT ĐỊNH:": centred, capitals, bold, with space around."""
    PART = "part"
    """Phần, Chương: centred, capitals, bold."""
    HEADING_1 = "heading_1"
    """I. TIÊU ĐỀ: capitals, bold."""
    HEADING_2 = "heading_2"
    """1. Tiêu đề: bold."""
    HEADING_3 = "heading_3"
    """1.1. Tiêu đề: bold, italic."""
    CENTERED = "centered"
    """Centred, upright."""
    NOTE = "note"
    """Ghi chú under a table: italic, smaller."""
    SMALL = "small"
    """Indented and smaller: the words of a circular above what a school writes."""


class Align(enum.StrEnum):
    """How text stands in a cell."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Orientation(enum.StrEnum):
    """How an A4 sheet is held; landscape is for wide tables."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph", tag_field="type", omit_defaults=True):
    """One paragraph; `keep_with_next` keeps it on the page of what follows (headings always are)."""

    runs: Runs
    style: Style = Style.BODY
    keep_with_next: bool = False


class Marker(enum.StrEnum):
    """What stands before each item of a list."""

    DASH = "dash"
    NUMBER = "number"
    """1. 2. 3."""
    LETTER = "letter"
    """Điểm, in the order of Vietnamese letters: a) b) c) d) đ) e) g)."""


class Listing(msgspec.Struct, frozen=True, tag="list", tag_field="type", omit_defaults=True):
    """Items one under the other, justified and indented like the body."""

    items: tuple[Runs, ...]
    marker: Marker = Marker.DASH


class Addressees(msgspec.Struct, frozen=True, tag="addressees", tag_field="type", omit_defaults=True):
    """Kính gửi: one stands on the same line, several each on their own, hyphens under the colon. Punctuation is put by the
    printer.
    """

    names: tuple[Runs, ...]


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: its width as a share of the table (the printer scales all to the text width) and how its body cells
    stand.
    """

    width_mm: float
    align: Align = Align.LEFT


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell; spans of more than one swallow the places to the right and below, which then have no cell of their own.

    `number`: the cell is an amount, kept as a number in a sheet; its words are still what `runs` say ("1.250.000").
    """

    runs: Runs = ()
    column_span: int = 1
    row_span: int = 1
    align: Align | None = None
    bold: bool = False
    number: int | None = None


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of cells; a band is a heading row inside the body ("Tiêu chuẩn 1. …"), usually one cell over all columns.

    `height_mm` is the least height, for rows that leave room to sign.
    """

    cells: tuple[Cell, ...]
    band: bool = False
    height_mm: float | None = None


class Table(msgspec.Struct, frozen=True, tag="table", tag_field="type", omit_defaults=True):
    """A table with lines. Header rows are bold, centred and repeated on each page.

    `sheet` names the worksheet it becomes in .xlsx (31 characters at most, none of `[]:*?/\\`); without one it is only in
    .docx and PDF. `size` is the size of its letters where it is not that of `nd30.yaml`. `whole`: a short table that is not
    parted between pages.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    header: tuple[Row, ...] = ()
    sheet: str | None = None
    size: float | None = None
    whole: bool = False


class PartialDate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A date of which the clerk may fill in the rest by hand: parts that are None are left blank on the paper."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @classmethod
    def of(cls, date: dt.date) -> PartialDate:
        """Return the whole date."""
        return cls(date.year, date.month, date.day)


class PaperSigner(msgspec.Struct, frozen=True, omit_defaults=True):
    """One who signs: lines of authority and office above the signature, the name below.

    `authority` are its lines as signed, in capitals ("TM. HỘI ĐỒNG", "CHỦ TỊCH"; "KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"); the
    prefixes TM., KT., TL., TUQ., Q. stand before the collective or the head's office. `name` is () where the name is
    written by hand. `second_office` stands above the name when a council signs under the seal of its school. `sheet_title`
    are the words of a working sheet, as written ("Người viết"), instead of an authority. `place` and `dated` put "Nậm Lam,
    ngày … tháng … năm …" above it all.
    """

    authority: tuple[str, ...] = ()
    name: Runs = ()
    sheet_title: tuple[str, ...] = ()
    second_office: Runs = ()
    note: str = ""
    place: str = ""
    dated: PartialDate | None = None


MOST_SIGNERS = 3
"""So many names stand beside each other on a portrait sheet."""


class Signatures(msgspec.Struct, frozen=True, tag="signatures", tag_field="type", omit_defaults=True):
    """One to three signers, left to right at one height, never alone on a page; `recipients` are the lines of Nơi nhận.

    With one signer the recipients stand at the left edge, level with the authority; with more, below. They carry neither
    hyphens nor semicolons: "Như Điều 3", "Lưu: VT, hồ sơ TĐG".
    """

    signers: tuple[PaperSigner, ...]
    recipients: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.signers) <= MOST_SIGNERS:
            raise ValueError(f"a block of signatures has 1 to {MOST_SIGNERS} signers, not {len(self.signers)}")


class PageBreak(msgspec.Struct, frozen=True, tag="page_break", tag_field="type"):
    """What follows begins a new page."""


class Section(msgspec.Struct, frozen=True, tag="section", tag_field="type", omit_defaults=True):
    """What follows begins a new page, held so; an annex counts its pages from 1 again and hides the number on its first."""

    orientation: Orientation = Orientation.PORTRAIT
    restart_page_numbers: bool = True


class AnnexHeading(msgspec.Struct, frozen=True, tag="annex_heading", tag_field="type", omit_defaults=True):
    """What an annex is headed by: "Phụ lục I" or "DANH SÁCH", its name in capitals, and "(Kèm theo …)" in italic, ruled
    off.
    """

    name: str
    word: str = "Phụ lục"
    reference: Runs = ()


class Cover(msgspec.Struct, frozen=True, tag="cover", tag_field="type", omit_defaults=True):
    """A framed first page without a number: body on top, title in the middle, place and year at the bottom.

    It must be the first block, and the paper then has no heading; what follows it begins a page.
    """

    body: tuple[str, ...]
    title: tuple[str, ...]
    superior: str = ""
    subtitle: str = ""
    remarks: tuple[str, ...] = ()
    bottom: str = ""


Block: TypeAlias = Paragraph | Listing | Addressees | Table | Signatures | PageBreak | Section | AnnexHeading | Cover


# --- the paper


class Heading(msgspec.Struct, frozen=True, omit_defaults=True):
    """The head of an administrative paper: bodies at the left; Quốc hiệu, Tiêu ngữ at the right; number and date; tên loại.

    `number` None leaves room for the clerk's; `symbol` is "QĐ-THNL". Without a symbol there is no number line (a list);
    without a place there is no date line (biên bản). `correspondence` is a công văn: no tên loại, "V/v …" under the number
    instead.
    """

    body: tuple[str, ...]
    """Cơ quan ban hành, a line each; printed in bold capitals."""
    superior: str = ""
    """Cơ quan chủ quản; printed in capitals."""
    symbol: str = ""
    number: str | None = None
    place: str = ""
    dated: PartialDate | None = None
    kind_name: str = ""
    """Tên loại: "Quyết định"; printed in bold capitals."""
    abstract: str = ""
    """Trích yếu, ruled off; of a công văn without its "V/v"."""
    authority: str = ""
    """Thẩm quyền ban hành of a decision: "Hiệu trưởng Trường …"."""
    correspondence: bool = False


class PaperForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which form the paper follows: the source's name ("mẫu Phụ lục 5a, CV 5932"), or none: then the foot says it is our
    own.
    """

    source: str | None = None


class Paper(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole paper.

    `known_at` is the position of the log whose facts it tells, `recorded_at` (aware) when the event there was recorded,
    `checkpoint` a short name of the signed checkpoint that covers it. `draft` papers say BẢN NHÁP on every page.
    """

    kind: str
    title: str
    """What the paper is, for the foot and the properties of the file: "Phiếu đánh giá tiêu chí 1.4"."""
    subject: str
    """What it is about, as the kind counts it: a cycle, a criterion of a cycle, a meeting."""
    school: str
    """The code of the school or office whose paper it is."""
    issuer: str
    """Its name, for the foot: "Trường Tiểu học Nậm Lam"."""
    form: PaperForm
    valid_at: dt.date
    known_at: int
    blocks: tuple[Block, ...]
    recorded_at: dt.datetime | None = None
    checkpoint: str = ""
    heading: Heading | None = None
    orientation: Orientation = Orientation.PORTRAIT
    draft: bool = False
    notes: tuple[str, ...] = ()
    """More for the foot, short: "tính đến 31/5/2026". `resolve` adds whence the names come."""


class PersonOnPaper(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person as identity knows them at the moment of printing; what is not known is empty."""

    name: str
    office: str = ""
