"""The tables of a paper as .xlsx: a worksheet each, with the paper's head above and its signatures below.

Promises: the same paper gives the same bytes; no formula, whatever a text begins with; codes are text; the header stays in
view and is repeated in print; a filter; A4 landscape, one page wide; rows as high as what they hold. Raises NoSheets for a
paper of which no table is a sheet, ValueError as the other printers do. Processor time only: call it in a thread of the
operating system.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from shared.papers.grid import GridPlace, placed
from shared.papers.imprint import Imprint, imprint
from shared.papers.layout import Letters, nd30
from shared.papers.looks import LEFT_OF_HEADING, looks
from shared.papers.measuring import lines_needed
from shared.papers.model import (
    Addressees,
    Align,
    AnnexHeading,
    Block,
    Cell,
    Heading,
    Listing,
    Orientation,
    PageBreak,
    Paper,
    Paragraph,
    Row,
    Section,
    Signatures,
    Style,
    Table,
)
from shared.papers.package import core_properties, packed
from shared.papers.qr import qr_png
from shared.papers.text import correspondence_line, heading_titles
from shared.papers.wording import (
    ADDRESSED,
    DRAFT,
    MOTTO,
    NATION,
    RECIPIENTS,
    Piece,
    addressee_lines,
    capitals_of,
    clean,
    listed,
    number_line,
    pieces,
    place_line,
    recipient_lines,
    words_of,
)

LONGEST_CELL = 32767
"""Letters that a cell can hold (Excel's limit; a longer one makes it refuse the file)."""
LONGEST_SHEET_NAME = 31
_HIGHEST_ROW = 409
_PIXELS_PER_MM = 96 / 25.4
_PIXELS_PER_LETTER = 7
_PIXELS_OF_PADDING = 5
_CELL_PADDING_MM = 2.0
_LINE = 1.28
_MM_PER_INCH = 25.4
_A4 = 9
_ROW_HEIGHT = 15.0
_LONGEST_FOOTER = 250
_DASH_FOR_NOTHING = '#,##0;-#,##0;"-"'
_HEAD_FILL = "EBEBEB"
_BAND_FILL = "F2F2F2"
_CODE_ROOM_MM = 19
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CALIBRI = re.compile(rb'<name val="Calibri"\s*/>')
_OF_THE_THEME = re.compile(rb'<scheme val="minor"\s*/>')
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_THIN = Side(style="thin", color="000000")
_ALL_SIDES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BEGINS_NEXT = frozenset({Style.TITLE, Style.PART, Style.HEADING_1, Style.HEADING_2, Style.HEADING_3})
_ABOVE = _BEGINS_NEXT | {Style.SUBTITLE, Style.CENTERED, Style.NOTE, Style.PLAIN}
_TITLES = frozenset({Style.TITLE, Style.SUBTITLE, Style.AUTHORITY, Style.PART, Style.CENTERED})


class NoSheets(ValueError):
    """The paper has no table that is a worksheet: it is printed as .docx or PDF only."""


def to_xlsx(paper: Paper) -> bytes:
    """Return the sheets of the paper as an Excel workbook."""
    told = imprint(paper)
    book = Workbook()
    book.remove(book.worksheets[0])
    for place, part in enumerate(_parts(paper)):
        name = _FORBIDDEN.sub("-", clean(part.table.sheet or ""))[:LONGEST_SHEET_NAME].strip("'") or f"Bảng {place + 1}"
        _Sheet(book.create_sheet(name), paper, told, part).write(paper.heading if place == 0 else None)
    if not book.worksheets:
        raise NoSheets(f"{paper.kind} has no table that is a sheet")
    return _repacked(book, paper, told)


class _Sheeted(NamedTuple):
    """A table that is a worksheet, with the blocks that stand above and below it there."""

    above: tuple[Block, ...]
    table: Table
    below: tuple[Block, ...]


def _parts(paper: Paper) -> Iterator[_Sheeted]:
    above: list[Block] = []
    table: Table | None = None
    below: list[Block] = []
    for block in paper.blocks:
        if isinstance(block, Table) and block.sheet is not None:
            if table is not None:
                yield _Sheeted(tuple(above), table, tuple(below))
                above, below = [], []
            table = block
        elif table is None:
            above.append(block)
        elif _begins_next(block):
            yield _Sheeted(tuple(above), table, tuple(below))
            table, above, below = None, [block], []
        else:
            below.append(block)
    if table is not None:
        yield _Sheeted(tuple(above), table, tuple(below))


def _titles(above: Sequence[Block]) -> list[Block]:
    """The titles right above a table; what a paper says before them is for the whole paper."""
    titles = itertools.takewhile(
        lambda block: isinstance(block, AnnexHeading) or (isinstance(block, Paragraph) and block.style in _ABOVE),
        reversed(above),
    )
    return list(titles)[::-1]


def _begins_next(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return block.style in _BEGINS_NEXT
    return isinstance(block, Section | PageBreak | AnnexHeading)


class _Sheet:
    """Writes one worksheet from top to bottom; `_row` is the next free row."""

    def __init__(self, sheet: Worksheet, paper: Paper, told: Imprint, part: _Sheeted) -> None:
        self._sheet = sheet
        self._paper = paper
        self._told = told
        self._part = part
        self._layout = nd30()
        self._row = 1
        self._header = range(0)
        self._first_body_row = self._last_body_row = 0
        whole = self._layout.text_width_mm(Orientation.LANDSCAPE)
        shares = [column.width_mm for column in part.table.columns]
        self._widths = [whole * share / sum(shares) for share in shares]

    def write(self, heading: Heading | None) -> None:
        """Write everything."""
        self._page()
        if self._paper.draft:
            colour = self._layout.additions.draft_mark.colour
            self._words(1, len(self._widths), DRAFT, self._layout.letters.draft, Align.RIGHT, colour=colour)
            self._row += 1
        if heading:
            self._heading(heading)
        for block in _titles(self._part.above):
            self._block(block)
        self._row += 1
        self._table(self._part.table)
        for block in self._part.below:
            self._block(block)
        self._row += 1
        self._foot()
        self._keep_signatures_whole()

    # --- page

    def _keep_signatures_whole(self) -> None:
        """Begin a new page with the last row of the table where the signatures would be torn, or stand alone on a page."""
        height = self._layout.text_height_mm(Orientation.LANDSCAPE) / _MM_PER_INCH * 72
        heights = [self._sheet.row_dimensions[row].height or _ROW_HEIGHT for row in range(1, self._row)]
        repeated = sum(heights[row - 1] for row in self._header)
        used, torn = 0.0, False
        for row, needed in enumerate(heights, 1):
            if used + needed > height:
                used = repeated
                torn = torn or row > self._last_body_row + 1
            used += needed
        if torn and self._last_body_row > self._first_body_row:
            self._sheet.row_breaks.append(Break(id=self._last_body_row - 1))

    def _page(self) -> None:
        sheet, layout = self._sheet, self._layout
        for place, width in enumerate(self._widths, 1):
            pixels = width * _PIXELS_PER_MM - _PIXELS_OF_PADDING
            sheet.column_dimensions[get_column_letter(place)].width = round(max(pixels / _PIXELS_PER_LETTER, 1), 2)
        margins = layout.page.landscape
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        for name in ("left", "right", "top", "bottom"):
            setattr(sheet.page_margins, name, round(getattr(margins, name) / _MM_PER_INCH, 4))
        sheet.page_margins.header = sheet.page_margins.footer = round(layout.page.number_from_edge.length / _MM_PER_INCH, 4)
        # A newline in a footer is shown as _x000a_, and & begins an instruction.
        words = " · ".join(self._told.foot[1:]).replace("&", "&&")[:_LONGEST_FOOTER]
        footer = sheet.oddFooter
        assert footer is not None
        left, right = footer.left, footer.right
        assert left is not None
        assert right is not None
        left.text, left.size = words, 7
        right.text, right.size = "&P/&N", 9

    # --- heading

    def _heading(self, heading: Heading) -> None:
        letters = self._layout.letters
        left = [(clean(heading.superior).upper(), letters.superior, False)] if heading.superior else []
        lines = [line for body in heading.body for line in clean(body).upper().split("\n")]
        left += [(line, letters.body_name, place == len(lines)) for place, line in enumerate(lines, 1)]
        right = [(NATION, letters.nation, False), (MOTTO, letters.motto, True)]
        left += [("", letters.body_name, False)] * (len(right) - len(left))
        left += [(line, letters.number, False) for line in (number_line(heading), correspondence_line(heading)) if line]
        right += [("", letters.motto, False)] * (len(left) - len(right) - 1)
        right.append((place_line(heading.place, heading.dated), letters.place_and_date, False))
        split = self._split(LEFT_OF_HEADING)
        for pair in itertools.zip_longest(left, right, fillvalue=("", letters.content, False)):
            for (words, look, ruled), (first, last) in zip(pair, ((1, split), (split + 1, len(self._widths))), strict=True):
                if words:
                    self._words(
                        min(first, last),
                        last,
                        words,
                        look,
                        Align.CENTER,
                        underlined=ruled,
                        keep_row=split < len(self._widths),
                    )
            self._row += split < len(self._widths)
        self._row += 1
        for title in heading_titles(heading):
            self._words(1, len(self._widths), title, letters.kind_name, Align.CENTER)

    def _split(self, part: float) -> int:
        """The number of columns, at least one, that take about that part of the width."""
        reached = list(itertools.accumulate(self._widths))
        return min(range(1, len(reached) + 1), key=lambda count: abs(reached[count - 1] - reached[-1] * part))

    # --- blocks above and below the table

    def _block(self, block: Block) -> None:
        letters, whole = self._layout.letters, len(self._widths)
        match block:
            case Paragraph():
                told = pieces(block.runs, capitals=capitals_of(block.style))
                align = Align.CENTER if block.style in _TITLES else Align.LEFT
                self._words(1, whole, told, looks()[block.style].letters, align)
            case Listing():
                for marker, item in listed(block):
                    self._words(1, whole, [Piece(f"{marker} "), *pieces(item)], letters.content, Align.LEFT)
            case Addressees():
                for line in addressee_lines(block):
                    self._words(1, whole, [Piece(f"{ADDRESSED} "), *pieces(line)], letters.content, Align.CENTER)
            case AnnexHeading():
                self._words(1, whole, clean(block.word), letters.annex_word, Align.CENTER)
                self._words(1, whole, clean(block.name).upper(), letters.annex_name, Align.CENTER)
                self._words(1, whole, pieces(block.reference), letters.annex_reference, Align.CENTER)
            case Signatures():
                self._signatures(block)
            case _:
                pass

    def _signatures(self, block: Signatures) -> None:
        letters = self._layout.letters
        ends = [0, *(self._split((place + 1) / len(block.signers)) for place in range(len(block.signers)))]
        if len(block.signers) == 1:
            ends = [self._split(LEFT_OF_HEADING), len(self._widths)]
        places = [(start + 1, end) for start, end in itertools.pairwise(ends)]
        above = [
            [
                (place_line(signer.place, signer.dated), letters.place_and_date),
                *((clean(line).upper(), letters.signer_authority) for line in signer.authority),
                *((clean(line), letters.signer_name) for line in signer.sheet_title),
                (clean(signer.note), letters.signer_note),
            ]
            for signer in block.signers
        ]
        below = [
            [(words_of(signer.second_office, capitals=True), letters.signer_authority), (signer.name, letters.signer_name)]
            for signer in block.signers
        ]
        self._row += 1
        for lines in itertools.zip_longest(*above, fillvalue=("", letters.content)):
            self._side_by_side(places, lines)
        self._sheet.row_dimensions[self._row].height = self._layout.spacing.signature.length / _MM_PER_INCH * 72
        self._row += 1
        for pair in zip(*below, strict=True):
            self._side_by_side(places, [(pieces(said) if isinstance(said, tuple) else said, look) for said, look in pair])
        for line, look in (
            *([(RECIPIENTS, letters.recipients_word)] if block.recipients else []),
            *((line, letters.recipients) for line in recipient_lines(block.recipients)),
        ):
            self._words(1, len(self._widths), line, look, Align.LEFT)

    def _side_by_side(
        self, places: Sequence[tuple[int, int]], lines: Sequence[tuple[str | Sequence[Piece], Letters]]
    ) -> None:
        """Write words beside each other; under each other where a table has too few columns for that."""
        beside = all(first <= last for first, last in places)
        for (first, last), (said, look) in zip(places, lines, strict=True):
            if said and beside:
                self._words(first, last, said, look, Align.CENTER, keep_row=True)
            elif said:
                self._words(1, len(self._widths), said, look, Align.CENTER)
        if beside and any(said for said, _ in lines):
            self._row += 1

    # --- the table

    def _table(self, table: Table) -> None:
        top = self._row
        self._rows(table, table.header, header=True)
        first = self._row
        self._rows(table, table.rows, header=False)
        self._header, self._first_body_row, self._last_body_row = range(top, first), first, self._row - 1
        if table.header:
            self._sheet.print_title_rows = f"{top}:{first - 1}"
            self._sheet.freeze_panes = f"A{first}"
            if table.rows:
                last = get_column_letter(len(self._widths))
                self._sheet.auto_filter.ref = f"A{first - 1}:{last}{self._row - 1}"

    def _rows(self, table: Table, rows: Sequence[Row], *, header: bool) -> None:
        size = table.size or self._layout.letters.table.size
        start = self._row
        for row, places in zip(rows, placed(rows, len(self._widths)), strict=True):
            heights = [self._cell(table, row, place, size, header=header) for place in places]
            least = (row.height_mm or 0) / _MM_PER_INCH * 72
            self._sheet.row_dimensions[self._row].height = round(min(max(least, *heights), _HIGHEST_ROW), 1)
            self._row += 1
        for number, places in enumerate(placed(rows, len(self._widths)), start):
            for place in places:
                self._merge(place, number)

    def _cell(self, table: Table, row: Row, place: GridPlace, size: float, *, header: bool) -> float:
        """Write a cell and the lines around the places it spans; return the height that it asks of its row."""
        cell, column = place.cell, place.column + 1
        fill = _HEAD_FILL if header else _BAND_FILL if row.band else ""
        for number in range(column, column + cell.column_span):
            drawn = self._at(self._row, number)
            drawn.border = _ALL_SIDES
            if fill:
                drawn.fill = PatternFill("solid", fgColor=fill)
        if place.continued:
            return 0
        bold = header or cell.bold
        align = cell.align or (Align.CENTER if header else table.columns[place.column].align)
        target = self._at(self._row, column)
        width = max(sum(self._widths[place.column : place.column + cell.column_span]) - _CELL_PADDING_MM, 1)
        told = _codes_whole(pieces(cell.runs), width, size)
        self._put(target, cell, told, Font(name=self._font, size=size, bold=bold), bold=bold)
        target.alignment = Alignment(horizontal=str(align), vertical="center", wrap_text=True)
        lines = lines_needed("".join(piece.text for piece in told), width, size, bold=bold)
        return 0 if cell.row_span > 1 else lines * size * _LINE + 3

    def _put(self, target: SheetCell, cell: Cell, told: Sequence[Piece], font: Font, *, bold: bool) -> None:
        if cell.number is not None:
            target.value = cell.number
            target.number_format = _DASH_FOR_NOTHING if words_of(cell.runs) == "-" else "#,##0"
            target.font = font
        else:
            self._fill(target, told, font, bold=bold)

    def _merge(self, place: GridPlace, row: int) -> None:
        cell, column = place.cell, place.column + 1
        if not place.continued and (cell.column_span > 1 or cell.row_span > 1):
            self._sheet.merge_cells(
                start_row=row,
                end_row=row + cell.row_span - 1,
                start_column=column,
                end_column=column + cell.column_span - 1,
            )

    # --- words

    @property
    def _font(self) -> str:
        return self._layout.font.text.families[0]

    def _at(self, row: int, column: int) -> SheetCell:
        cell = self._sheet.cell(row, column)
        assert isinstance(cell, SheetCell)  # nothing is merged before it is written
        return cell

    def _words(
        self,
        first: int,
        last: int,
        said: str | Sequence[Piece],
        look: Letters,
        align: Align,
        *,
        underlined: bool = False,
        keep_row: bool = False,
        colour: str = "",
    ) -> None:
        """Write words over the columns `first` to `last` of the next row, as high as they need."""
        told = [Piece(said)] if isinstance(said, str) else list(said)
        words = "".join(piece.text for piece in told)
        if not words:
            return
        target = self._at(self._row, first)
        font = Font(
            name=self._font,
            size=look.size,
            bold=look.bold,
            italic=look.italic,
            underline="single" if underlined else None,
            color=colour or None,
        )
        self._fill(target, told, font, bold=look.bold, italic=look.italic)
        target.alignment = Alignment(horizontal=str(align), vertical="center", wrap_text=True)
        width = sum(self._widths[first - 1 : last]) - _CELL_PADDING_MM
        height = round(
            min(lines_needed(words, max(width, 1), look.size, bold=look.bold) * look.size * _LINE + 2, _HIGHEST_ROW), 1
        )
        dimension = self._sheet.row_dimensions[self._row]
        dimension.height = max(height, dimension.height or 0) if keep_row else height
        if last > first:
            self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=first, end_column=last)
        if not keep_row:
            self._row += 1

    def _fill(
        self, target: SheetCell, told: Sequence[Piece], font: Font, *, bold: bool = False, italic: bool = False
    ) -> None:
        """Put text into a cell, never anything else: a text that begins like a formula is marked as text."""
        target.font = font
        told = _cut([piece for piece in told if piece.text])
        if not told:
            return
        plain = "".join(piece.text for piece in told)
        if any(piece.bold or piece.italic or piece.missing for piece in told):
            target.value = CellRichText(*(self._rich(piece, font, bold=bold, italic=italic) for piece in told))
        else:
            target.value = _escaped(plain)
            target.data_type = "s"
        target.number_format = "@"
        if plain[0] in "=+-@'":
            target.quotePrefix = True

    def _rich(self, piece: Piece, font: Font, *, bold: bool, italic: bool) -> TextBlock:
        colour = Color(f"FF{self._layout.additions.missing.colour}") if piece.missing else None
        look = InlineFont(rFont=self._font, sz=font.size, b=bold or piece.bold, i=italic or piece.italic, color=colour)
        return TextBlock(look, _escaped(piece.text))

    # --- foot

    def _foot(self) -> None:
        side = self._layout.additions.code.side
        reached = list(itertools.accumulate(self._widths))
        first = next((place + 2 for place, width in enumerate(reached[:-1]) if width >= _CODE_ROOM_MM), 1)
        picture = Image(io.BytesIO(qr_png(self._told.code)))
        picture.width = picture.height = round(side * _PIXELS_PER_MM)
        start = self._row
        if first == 1:
            self._sheet.row_dimensions[start].height = side / _MM_PER_INCH * 72
            self._row += 1
        self._sheet.add_image(picture, f"A{start}")
        for line in self._told.foot:
            self._words(first, len(self._widths), line, self._layout.letters.foot, Align.LEFT)
            dimension = self._sheet.row_dimensions[self._row - 1]
            dimension.height = max(dimension.height or 0, side / len(self._told.foot) / _MM_PER_INCH * 72)


def _cut(told: Sequence[Piece]) -> list[Piece]:
    """The pieces as far as a cell can hold them; what is left out is said."""
    whole = sum(len(_escaped(piece.text)) for piece in told)
    if whole <= LONGEST_CELL:
        return list(told)
    words = "".join(piece.text for piece in told)
    note = f"… (còn nữa, tất cả {len(words)} chữ: xem bản .docx)"
    kept = words[: LONGEST_CELL - len(note) - (whole - len(words))]
    return [Piece(kept + note)]


def _codes_whole(told: Sequence[Piece], width_mm: float, size: float) -> list[Piece]:
    """The pieces, each code on a line of its own where they do not all fit on one: Excel would break it at a hyphen."""
    if lines_needed("".join(piece.text for piece in told), width_mm, size) == 1:
        return list(told)
    after = [*told[1:], None]
    return [
        piece._replace(text=f"{piece.text[:-1]}\n") if then and then.code and piece.text.endswith(" ") else piece
        for piece, then in zip(told, after, strict=True)
    ]


def _escaped(text: str) -> str:
    """Excel reads _x0041_ in a text as the letter A; escaped, it stays as it was written."""
    return _ESCAPE.sub("_x005F_", text)


def _repacked(book: Workbook, paper: Paper, told: Imprint) -> bytes:
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/styles.xml"] = _own_letters(parts["xl/styles.xml"])
    parts["docProps/core.xml"] = core_properties(paper, told.paper_id)
    return packed(parts)


def _own_letters(styles: bytes) -> bytes:
    """The styles with the paper's letters in the place of Calibri, by whose digits programs measure how wide a column is.

    Where a machine had another in its place, all columns were a third too wide, and the page was printed as much smaller.
    """
    name = nd30().font.text.families[0].encode()
    return _CALIBRI.sub(b'<name val="' + name + b'"/>', _OF_THE_THEME.sub(b"", styles))
