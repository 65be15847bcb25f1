"""The text object: what was read on each page, word by word, with boxes; derived, and named by its SHA-256."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from shared.vocabulary.ids import Sha256

FORMAT = 2
"""The format of stored texts. Raise it when the shape of a page or a word changes, and keep reading the former ones."""

SIGNER = "nguoi_ky"
FIELD_NAMES = ("loai_van_ban", "so_ky_hieu", "ngay_ban_hanh", "co_quan", "trich_yeu", SIGNER)
"""The descriptive fields of an official document, in the order in which forms ask for them."""


class FailureReason(enum.StrEnum):
    """Why a document could not be read: stable words, shown and published."""

    TIMEOUT = "qua-gio"
    MEMORY = "het-bo-nho"
    DAMAGED = "tep-hong"
    UNSUPPORTED = "kieu-nen-la"
    TOO_LARGE = "qua-lon"
    ENGINE = "may-doc-loi"


class ReadingNote(enum.StrEnum):
    """What a clerk should know of a document that was read: stable words, shown and stored with the text."""

    DYNAMIC_FORM = "bieu-mau-xfa"


class PageKind(enum.StrEnum):
    """What a page is as far as reading goes; corrections are counted per kind, so that a pipeline is judged on each."""

    TEXT = "van-ban"
    TABLE = "bang"
    FORM = "bieu-mau"


class PageDoubt(enum.StrEnum):
    """Why a person should look at a page that was read: stable words, shown and stored with the text."""

    EMPTY = "trang-khong-chu"
    """There is ink, and no word was read."""
    UNSURE = "doc-chua-chac"
    """The mean confidence is low, or that of many words is."""
    NOT_READ = "trang-chua-doc"
    """Nothing of it was read: it could not be made visible, or whoever read it died or took too long."""
    UNREAD = "con-cho-chua-doc"
    """Ink that looks like letters lies in no word's box."""
    FAINT = "chu-mo"
    BLURRED = "anh-nhoe"
    COARSE = "anh-tho"
    """Fewer than 150 pixels an inch."""


class ReadWord(msgspec.Struct, frozen=True, array_like=True):
    """One word: confidence 0 to 100, box in thousandths of the page image, number of its line and block on the page."""

    text: str
    confidence: int
    left: int
    top: int
    width: int
    height: int
    line: int
    block: int


class ReadCell(msgspec.Struct, frozen=True, array_like=True):
    """One cell of a table: first row and column (from 0), how many of each it spans, the block of its words (-1: empty)."""

    row: int
    column: int
    rows: int
    columns: int
    block: int


class ReadTable(msgspec.Struct, frozen=True, array_like=True):
    """A ruled table on a page: its box in thousandths of the page image, its size, its cells in reading order."""

    left: int
    top: int
    width: int
    height: int
    rows: int
    columns: int
    cells: tuple[ReadCell, ...]


class ReadPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One page; `width` and `height` are those of its image in pixels; `source` says where the words came from.

    Words stand in reading order: the words of a block follow each other, and so do those of a line. The words of a table's
    cell are a block. The image was turned counter-clockwise by `turned` degrees (a quarter's multiple) and then by `skew`.
    `doubts` are words of `PageDoubt`; texts of format 1 have no tables, kinds or doubts.
    """

    number: int
    width: int
    height: int
    confidence: int
    source: str
    words: tuple[ReadWord, ...]
    turned: int = 0
    skew: float = 0.0
    kind: str = ""
    tables: tuple[ReadTable, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the page as plain text: an empty line between blocks, a line a row of a table, tabs between cells."""
        return page_text(self.words, self.tables)


class FoundCode(msgspec.Struct, frozen=True, array_like=True):
    """The code of a print (`shared.papers.code`) as it was decoded from a page, numbered from 1."""

    page: int
    text: str


class ReadText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The text of a whole document and what read it; `notes` are words of `ReadingNote`, `codes` stand on its pages.

    `pipeline` names the list of steps and its version ("layout-1"); texts read before there was one have none.

    `again` holds a second reading of pages with a code, for a number that was read wrongly once is seldom so twice.
    Defaults are left out of the bytes, so that texts stored before there were notes or codes keep their SHA-256. `format`
    is the version of the stored form; bytes that name none are of the first.
    """

    format: int = 1
    engine: str
    engine_version: str
    language: str
    pages: tuple[ReadPage, ...]
    notes: tuple[str, ...] = ()
    codes: tuple[FoundCode, ...] = ()
    again: tuple[ReadPage, ...] = ()
    pipeline: str = ""

    @property
    def words(self) -> int:
        """Return how many words were read."""
        return sum(len(page.words) for page in self.pages)

    @property
    def confidence(self) -> int:
        """Return the mean confidence of all words, 0 to 100; 0 for a document without words."""
        return mean_confidence(word for page in self.pages for word in page.words)


class UnknownText(Exception):
    """A text object is of a later format than this code knows: it is older than what it reads."""


class _Head(msgspec.Struct):
    format: int = 1


def mean_confidence(words: Iterable[ReadWord]) -> int:
    """Return the mean confidence, each word weighing as much as it has letters."""
    total = weight = 0
    for word in words:
        total += word.confidence * len(word.text)
        weight += len(word.text)
    return round(total / weight) if weight else 0


def page_text(words: Iterable[ReadWord], tables: Iterable[ReadTable] = ()) -> str:
    """Return words as running text, broken where the page breaks it; the cells of a table's row are parted by tabs."""
    rows = {cell.block: (number, cell.row) for number, table in enumerate(tables) for cell in table.cells}
    parts: list[str] = []
    before: ReadWord | None = None
    for word in words:
        if before is not None:
            parts.append(_break(before, word, rows))
        parts.append(word.text)
        before = word
    return "".join(parts)


def _break(before: ReadWord, word: ReadWord, rows: Mapping[int, tuple[int, int]]) -> str:
    """Return what stands between two words; `rows` tells table and row of the blocks that are cells."""
    was, now = rows.get(before.block), rows.get(word.block)
    if word.block != before.block:
        if was is None or now is None or was[0] != now[0]:
            return "\n\n"
        return "\t" if was == now else "\n"
    return " " if now is not None or word.line == before.line else "\n"


def encode_text(text: ReadText) -> tuple[bytes, Sha256]:
    """Return the bytes of a text object and their SHA-256 (hex)."""
    data = msgspec.json.encode(text)
    return data, Sha256(hashlib.sha256(data).hexdigest())


def images_digest(images: Iterable[tuple[str, bytes]]) -> Sha256:
    """Return the SHA-256 (hex) that stands for the images of a document, each with its name.

    It is taken over one line for every image in the order of names: SHA-256, two spaces, name, as `sha256sum` writes them.
    """
    lines = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in images)
    text = "".join(f"{digest}  {name}\n" for name, digest in lines)
    return Sha256(hashlib.sha256(text.encode()).hexdigest())


def decode_text(data: bytes) -> ReadText:
    """Read a text object.

    Raises msgspec.DecodeError when the bytes are none; UnknownText for a later format, which is neither lost nor damaged
    and must not be read again as if it were.
    """
    format_number = msgspec.json.decode(data, type=_Head).format
    if format_number > FORMAT:
        raise UnknownText(str(format_number))
    return msgspec.json.decode(data, type=ReadText)
