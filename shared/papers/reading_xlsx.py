"""Reads what an Excel workbook says: the rows of its worksheets as they are shown, formulas by the value that was kept.

Nothing is calculated and no link is followed: a formula without a kept value is shown as it was typed. Amounts come with
dots and dates as 20/6/2026, as papers print them.
"""

from __future__ import annotations

import bisect
import datetime as dt
import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from shared.papers.code import find_paper_id
from shared.papers.filled import FilledCell, FilledRow, FilledTable
from shared.papers.office_file import OfficeFile, broken, too_large
from shared.papers.text import tidy
from shared.papers.wording import DRAFT, clean
from shared.text import format_date, format_time

BOOK = "xl/workbook.xml"
MOST_SHEETS = 50
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 400_000

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FOOT = re.compile(r"Bản in từ kiemdinh, số \d")
_PARTED = " · "
_MOST_DIGITS = 20


class _Book(NamedTuple):
    """What the sheets of a workbook share: texts, the format of each style, the day from which days are counted."""

    texts: Sequence[str]
    formats: Sequence[str]
    epoch: dt.datetime


class ReadSheets(NamedTuple):
    """The worksheets with words, and the id of the paper that they name, '' for none."""

    tables: tuple[FilledTable, ...]
    paper: str


def read_sheets(file: OfficeFile) -> ReadSheets:
    """Return what the worksheets say, in their order, without foot and draft mark. Raises what `OfficeFile` raises."""
    root = file.tree(BOOK)
    if root is None:
        raise broken()
    book = _book(file, root)
    tables: list[FilledTable] = []
    paper = ""
    for name in _sheet_names(file, root):
        sheet = file.tree(name)
        if sheet is None:
            continue
        rows = _rows(sheet, book)
        said = "\n".join(_row_words(row) for row in rows)
        paper = paper or find_paper_id(said) or find_paper_id(_footer(sheet))
        kept = _without_foot(rows)
        if kept:
            tables.append(FilledTable(tuple(kept)))
    return ReadSheets(tuple(tables), paper)


def _sheet_names(file: OfficeFile, root: Element) -> Iterator[str]:
    relations = file.tree("xl/_rels/workbook.xml.rels")
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in (relations if relations is not None else ())
        if one.get("TargetMode", "Internal") == "Internal"
    }
    sheets = root.findall("s-sheets/s-sheet")
    if len(sheets) > MOST_SHEETS:
        raise too_large()
    for sheet in sheets:
        target = targets.get(sheet.get("r-id", ""), "")
        if target:
            yield posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _book(file: OfficeFile, root: Element) -> _Book:
    strings = file.tree("xl/sharedStrings.xml")
    styles = file.tree("xl/styles.xml")
    properties = root.find("s-workbookPr")
    old = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    return _Book(
        [_text(item) for item in strings] if strings is not None else [],
        list(_formats(styles)) if styles is not None else [],
        CALENDAR_MAC_1904 if old else CALENDAR_WINDOWS_1900,
    )


def _formats(styles: Element) -> Iterator[str]:
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iterfind("s-numFmts/s-numFmt")}
    for style in styles.iterfind("s-cellXfs/s-xf"):
        number = style.get("numFmtId", "0")
        yield own.get(number) or BUILTIN_FORMATS.get(_whole(number, 0), "General")


def _footer(sheet: Element) -> str:
    footers = sheet.find("s-headerFooter")
    return "" if footers is None else clean("\n".join(one.text or "" for one in footers))


# --- rows


def _rows(sheet: Element, book: _Book) -> list[FilledRow]:
    """The rows that have words, each with all its places, empty ones included, but those that another cell covers."""
    cells: dict[int, dict[int, str]] = {}
    for row, column, cell in _cells(sheet):
        words = _words(cell, book)
        if words:
            cells.setdefault(row, {})[column] = words
    if not cells:
        return []
    columns = max(max(row) for row in cells.values()) + 1
    if len(cells) > MOST_ROWS or columns > MOST_COLUMNS or len(cells) * columns > MOST_CELLS:
        raise too_large()
    covered, spans = _merged(sheet, cells.keys(), columns)
    pane = sheet.find("s-sheetViews/s-sheetView/s-pane")
    frozen = 0 if pane is None or pane.get("state", "") != "frozen" else _whole(pane.get("ySplit", "0").partition(".")[0], 0)
    return [
        FilledRow(
            tuple(
                FilledCell(words.get(column, ""), column, spans.get((number, column), 1))
                for column in range(columns)
                if (number, column) not in covered
            ),
            header=number < frozen,
        )
        for number, words in sorted(cells.items())
    ]


def _cells(sheet: Element) -> Iterator[tuple[int, int, Element]]:
    """The cells with their row and column, counted from 0; one that does not say stands behind the one before."""
    below = -1
    for row in sheet.iterfind("s-sheetData/s-row"):
        below = _whole(row.get("r", ""), below + 2) - 1
        right = -1
        for cell in row.iterfind("s-c"):
            place = _place(cell.get("r", ""))
            right = place[1] if place else right + 1
            yield below, right, cell


def _place(reference: str) -> tuple[int, int] | None:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _merged(sheet: Element, rows: Collection[int], columns: int) -> tuple[set[tuple[int, int]], dict[tuple[int, int], int]]:
    """The places that merged cells cover, in the rows that have words, and how many columns each merged cell takes."""
    ordered = sorted(rows)
    covered: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], int] = {}
    left = MOST_CELLS
    for merge in sheet.iterfind("s-mergeCells/s-mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        begin, end = _place(first), _place(last)
        if begin is None or end is None:
            continue
        width = min(end[1], columns - 1) - begin[1] + 1
        spans[begin] = max(width, 1)
        for row in ordered[bisect.bisect_left(ordered, begin[0]) : bisect.bisect_right(ordered, end[0])]:
            left -= max(width, 1)
            if left < 0:
                raise too_large()
            covered.update((row, begin[1] + right) for right in range(width) if (row, right) != (begin[0], 0))
    return covered, spans


def _without_foot(rows: list[FilledRow]) -> list[FilledRow]:
    said = [_row_words(row) for row in rows]
    left_out = {0} if said and said[0] == DRAFT else set()
    for place, words in enumerate(said):
        if _FOOT.match(words):
            left_out.add(place)
            if place and _PARTED in said[place - 1]:
                left_out.add(place - 1)
        elif words.startswith("Mã giấy ") and find_paper_id(words):
            left_out.add(place)
    return [row for place, row in enumerate(rows) if place not in left_out]


def _row_words(row: FilledRow) -> str:
    return " ".join(cell.text for cell in row.cells if cell.text)


# --- cells


def _words(cell: Element, book: _Book) -> str:
    said = tidy(clean(_said(cell, book)))
    return "\n".join(line for line in said.split("\n") if line)


def _said(cell: Element, book: _Book) -> str:
    kind, value = cell.get("t", "n"), cell.findtext("s-v") or ""
    formula = cell.findtext("s-f") or ""
    if kind == "inlineStr":
        inline = cell.find("s-is")
        return "" if inline is None else _text(inline)
    if not value:
        return f"={formula}" if formula else ""
    if kind == "s":
        place = _whole(value, len(book.texts))
        return book.texts[place] if place < len(book.texts) else ""
    if kind == "b":
        return "Đúng" if value == "1" else "Sai"
    if kind in {"str", "e", "d"}:
        return _unescaped(value)
    style = _whole(cell.get("s", "0"), 0)
    return _number(value, book.formats[style] if style < len(book.formats) else "General", book.epoch)


def _text(item: Element) -> str:
    """The words of a text with looks, without what says how to pronounce it."""
    parts = (part.text or "" for place in item if place.tag in {"s-t", "s-r"} for part in _texts(place))
    return _unescaped("".join(parts))


def _texts(place: Element) -> Iterator[Element]:
    if place.tag == "s-t":
        yield place
    else:
        yield from place.iterfind("s-t")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _number(value: str, look: str, epoch: dt.datetime) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return value
    if is_date_format(look) and number >= 0:
        return _moment(number, epoch) or value
    if "%" in look:
        return f"{_plain(number * 100)}%"
    if number == number.to_integral_value():
        whole = f"{int(number):,}" if "," in look else str(int(number))
        return whole.replace(",", ".")
    return _plain(number)


def _plain(number: Decimal) -> str:
    # A binary fraction is kept with all its digits: 0.30000000000000004 is shown as 0,3.
    return f"{float(number):.12g}".replace(".", ",")


def _moment(number: Decimal, epoch: dt.datetime) -> str:
    try:
        moment = from_excel(float(number), epoch)
    except (OverflowError, ValueError):
        return ""
    match moment:
        case dt.datetime():
            clock = "" if moment.time() == dt.time() else f"{format_time(moment)} "
            return f"{clock}{format_date(moment.date())}"
        case dt.time():
            return f"{moment:%H:%M}"
        case _:
            return ""


def _whole(said: str, default: int) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else default
