"""What a paper says beside what its builder wrote: number and date lines, hyphens and semicolons of lists, the foot.

The printers and the text that is hashed take these words from here, so that they cannot differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from shared.clock import VIETNAM
from shared.papers.layout import nd30
from shared.papers.model import (
    Addressees,
    Code,
    Heading,
    Listing,
    Marker,
    Missing,
    Paper,
    PartialDate,
    Run,
    Runs,
    Style,
    Text,
)
from shared.text import format_date, format_time, nfc

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "BẢN NHÁP"
RECIPIENTS = "Nơi nhận:"
ADDRESSED = "Kính gửi:"
_LONGEST_IN_FOOT = 120
OWN_FORM = "mẫu tự xây dựng, chưa có mẫu chính thức"
NO_BREAK_SPACE = "\u00a0"
LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Điểm are lettered in the order of the Vietnamese alphabet, without its marked vowels."""

_SPACED = re.compile(r"[ \u00a0\t]+")


class Piece(NamedTuple):
    """A stretch of text that looks alike; a code is never broken, what is missing stands red."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    missing: bool = False


def clean(text: str) -> str:
    """Return what of a text can be printed: NFC, without control and formatting characters; line ends become `\\n`.

    XML 1.0 has no place for most control characters, and marks of direction would turn a printed line around.
    """
    plain = nfc(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(_printable(letter) for letter in plain)


def _printable(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter == "\t":
        return " "
    if letter.isascii() and letter.isprintable():
        return letter
    category = unicodedata.category(letter)
    return "" if category[0] == "C" and category != "Co" else letter


def pieces(runs: Runs, *, capitals: bool = False) -> list[Piece]:
    """Return what the runs print, cleaned; raises ValueError when a person or a document has not been filled in."""
    return [_piece(run, capitals) for run in runs]


def _piece(run: Run, capitals: bool) -> Piece:
    match run:
        case Text():
            words = clean(run.text)
            return Piece(words.upper() if capitals else words, run.bold, run.italic)
        case Code():
            return Piece(_SPACED.sub(NO_BREAK_SPACE, clean(run.text).replace("\n", " ")), run.bold, code=True)
        case Missing():
            return Piece(f"⟨{clean(run.label)}⟩".replace(" ", NO_BREAK_SPACE), bold=True, missing=True)
        case _:
            raise ValueError(f"{type(run).__name__} is not filled in: a paper is resolved before it is printed")


def words_of(runs: Runs, *, capitals: bool = False) -> str:
    """Return the plain words of the runs."""
    return "".join(piece.text for piece in pieces(runs, capitals=capitals))


def capitals_of(style: Style) -> bool:
    """Whether paragraphs of this style stand in capitals."""
    return style in _CAPITALS


_CAPITALS = frozenset({Style.TITLE, Style.AUTHORITY, Style.PART, Style.HEADING_1})


# --- number and date


def blank(spaces: int) -> str:
    """Return room to write by hand."""
    return NO_BREAK_SPACE * spaces


def document_number(symbol: str, number: str | None = None) -> str:
    """Return "05/QĐ-THNL", or room and "/QĐ-THNL" where the clerk gives the number."""
    given = blank(nd30().blanks.number.spaces) if number is None else number
    return clean(f"{given}/{symbol}")


def number_line(heading: Heading) -> str:
    """Return "Số: 05/QĐ-THNL", or nothing for a paper without a symbol."""
    return f"Số: {document_number(heading.symbol, heading.number)}" if heading.symbol else ""


def date_words(date: PartialDate) -> str:
    """Return "ngày 05 tháng 02 năm 2026" (day below 10 and months 1, 2 with a zero), room where a part is not known."""
    blanks = nd30().blanks
    room = blank(blanks.day.spaces)
    day = room if date.day is None else f"{date.day:02}"
    month = room if date.month is None else f"{date.month:02}" if date.month <= 2 else str(date.month)
    year = blank(blanks.year.spaces) if date.year is None else str(date.year)
    return f"ngày {day} tháng {month} năm {year}"


def place_line(place: str, dated: PartialDate | None) -> str:
    """Return "Nậm Lam, ngày 05 tháng 6 năm 2026", or nothing where there is no place."""
    return f"{clean(place)}, {date_words(dated or PartialDate())}" if place else ""


# --- lists


def listed(listing: Listing) -> Iterator[tuple[str, Runs]]:
    """Each item with what stands before it."""
    for place, item in enumerate(listing.items):
        yield _marker(listing.marker, place), item


def _marker(marker: Marker, place: int) -> str:
    match marker:
        case Marker.DASH:
            return "-"
        case Marker.NUMBER:
            return f"{place + 1}."
        case Marker.LETTER:
            return f"{LETTERS[place % len(LETTERS)] * (place // len(LETTERS) + 1)})"


def addressee_lines(addressees: Addressees) -> list[Runs]:
    """Return each addressee with its hyphen and end, or the one alone."""
    names = addressees.names
    if len(names) == 1:
        return [names[0]]
    ends = [*[";"] * (len(names) - 1), "."]
    return [(Text("- "), *name, Text(end)) for name, end in zip(names, ends, strict=True)]


def recipient_lines(recipients: tuple[str, ...]) -> list[str]:
    """Return "- Như Điều 3;" … "- Lưu: VT, hồ sơ TĐG."."""
    last = len(recipients) - 1
    return [f"- {clean(words)}{'.' if place == last else ';'}" for place, words in enumerate(recipients)]


# --- the foot


def foot_lines(paper: Paper, paper_id: str, text_hash: str) -> list[str]:
    """Return the lines of the foot: what the paper is, the log position it tells, and how to recognise it.

    `text_hash` is the SHA-256 of the printed text as hexadecimal digits; its first 16 are shown.
    """
    form = paper.form.source or OWN_FORM
    told = [f"Bản in từ kiemdinh, số {paper.known_at}"]
    if paper.recorded_at is not None:
        moment = paper.recorded_at.astimezone(VIETNAM)
        told[0] += f" (ghi lúc {format_time(moment)} ngày {format_date(moment.date())})"
    if paper.checkpoint:
        told.append(f"mốc {_line(paper.checkpoint)}")
    told.append(f"tính đến ngày {format_date(paper.valid_at)}")
    notes = [_line(note) for note in paper.notes]
    return [
        f"{_line(paper.title)} · {_line(paper.issuer)} · {_line(form)}",
        " · ".join(told),
        " · ".join([f"Mã giấy {paper_id}", f"băm văn bản {text_hash[:16]}", *notes]),
    ]


def _line(text: str) -> str:
    """The text on one line, cut where it would push the foot into the page."""
    line = clean(text).replace("\n", " ")
    return line if len(line) <= _LONGEST_IN_FOOT else f"{line[: _LONGEST_IN_FOOT - 1]}…"
