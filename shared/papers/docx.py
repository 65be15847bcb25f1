"""A paper as .docx for Word and LibreOffice, written part by part: the same paper gives the same bytes.

Written here and not through a template, for a template brings its own clock, styles and parts. The looks are named styles,
so that a clerk who edits the file finds them in Word's list. Raises ValueError for a paper that is not resolved, or a table
that does not fit its columns. Processor time only, no input or output: call it in a thread of the operating system.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from shared.papers.docx_parts import Sheets, packed_docx
from shared.papers.grid import GridPlace, holds_next, placed
from shared.papers.imprint import imprint
from shared.papers.layout import nd30
from shared.papers.looks import LEFT_OF_HEADING, LONGEST_WHOLE_ROW, LookPart
from shared.papers.measuring import text_width_mm
from shared.papers.model import (
    Addressees,
    Align,
    AnnexHeading,
    Block,
    Cover,
    Heading,
    Listing,
    Orientation,
    PageBreak,
    Paper,
    PaperSigner,
    Paragraph,
    Row,
    Signatures,
    Table,
    Text,
)
from shared.papers.stretches import Stretch, stretches
from shared.papers.text import correspondence_line
from shared.papers.wording import (
    ADDRESSED,
    MOTTO,
    NATION,
    RECIPIENTS,
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
from shared.papers.wordml import TableCell, TableRow, paragraph, rule, runs, table, text_of, twips
from shared.papers.wordml import element as _element

_TINY = "Tiny"
_BAND_FILL = "F2F2F2"
_COVER_HEIGHTS = (0.24, 0.5, 0.24)


def to_docx(paper: Paper) -> bytes:
    """Return the paper as a Word document."""
    told = imprint(paper)
    sheets = Sheets(paper, told)
    body: list[str] = []
    parts = list(stretches(paper))
    for place, stretch in enumerate(parts):
        body.append(_Writer(stretch.orientation).blocks(stretch, paper.heading if place == 0 else None))
        section = sheets.section(stretch.orientation, restart=stretch.restart, framed=stretch.framed, first=place == 0)
        body.append(section if place == len(parts) - 1 else paragraph(_TINY, section=section))
    return packed_docx(paper, told, sheets, "".join(body))


class _Writer:
    """Writes blocks on sheets of one orientation."""

    def __init__(self, orientation: Orientation) -> None:
        self._layout = nd30()
        self._width = self._layout.text_width_mm(orientation)
        self._height = self._layout.text_height_mm(orientation)

    def blocks(self, stretch: Stretch, heading: Heading | None) -> str:
        written = [self._heading(heading)] if heading else []
        following = (*stretch.blocks[1:], None)
        broken = False
        for block, after in zip(stretch.blocks, following, strict=True):
            if isinstance(block, PageBreak):
                broken = True
                continue
            if broken:
                written.append(paragraph(_TINY, page_break_before=True))
                broken = False
            written.append(self._block(block, kept=isinstance(after, Signatures)))
        return "".join(written)

    def _block(self, block: Block, *, kept: bool) -> str:
        match block:
            case Paragraph():
                content = runs(pieces(block.runs, capitals=capitals_of(block.style)))
                return paragraph(block.style, content, keep_with_next=kept or block.keep_with_next)
            case Listing():
                return self._listing(block, kept=kept)
            case Addressees():
                return self._addressees(block)
            case Table():
                return self._table(block, kept=kept)
            case Signatures():
                return self._signatures(block)
            case AnnexHeading():
                return self._annex(block)
            case Cover():
                return self._cover(block)
            case _:
                return ""

    # --- heading

    def _heading(self, heading: Heading) -> str:
        left = twips(self._width * LEFT_OF_HEADING)
        widths = (left, twips(self._width) - left)
        left_mm, right_mm = self._width * LEFT_OF_HEADING, self._width * (1 - LEFT_OF_HEADING)
        letters, rules = self._layout.letters, self._layout.rules
        last = clean(heading.body[-1]).upper() if heading.body else ""
        bodies = (
            _lines(LookPart.SUPERIOR, clean(heading.superior).upper())
            + "".join(_lines(LookPart.BODY_NAME, clean(line).upper()) for line in heading.body)
            + _line_under(last, letters.body_name.size, rules.body_name.part, left_mm)
        )
        nation = (
            _lines(LookPart.NATION, NATION)
            + _lines(LookPart.MOTTO, MOTTO)
            + _line_under(MOTTO, letters.motto.size, rules.motto.part, right_mm)
        )
        number = _lines(LookPart.NUMBER, number_line(heading)) + _lines(
            LookPart.CORRESPONDENCE, correspondence_line(heading)
        )
        dated = _lines(LookPart.PLACE_AND_DATE, place_line(heading.place, heading.dated))
        rows = [_row_of(widths, bodies, nation)]
        if number or dated:
            rows.append(_row_of(widths, number or paragraph(_TINY), dated or paragraph(_TINY)))
        return table(widths, rows, lines=False, padding_mm=0) + self._titles(heading)

    def _titles(self, heading: Heading) -> str:
        if heading.correspondence:
            return paragraph(_TINY)
        abstract = clean(heading.abstract)
        letters, rules = self._layout.letters, self._layout.rules
        line = abstract.split("\n")[-1] or clean(heading.kind_name).upper()
        return (
            _lines(LookPart.KIND_NAME, clean(heading.kind_name).upper())
            + _lines(LookPart.ABSTRACT, abstract)
            + (_line_under(line, letters.abstract.size, rules.abstract.part, self._width) if abstract else "")
            + _lines(LookPart.HEADING_AUTHORITY, clean(heading.authority).upper())
        )

    # --- body

    def _listing(self, listing: Listing, *, kept: bool) -> str:
        last = len(listing.items) - 1
        return "".join(
            paragraph(
                LookPart.LIST_ITEM,
                runs([*pieces((Text(f"{marker} "),)), *pieces(item)]),
                keep_with_next=kept and place == last,
            )
            for place, (marker, item) in enumerate(listed(listing))
        )

    def _addressees(self, addressees: Addressees) -> str:
        lines = addressee_lines(addressees)
        if len(lines) == 1:
            return paragraph(LookPart.ADDRESSEE, runs(pieces((Text(f"{ADDRESSED} "), *lines[0]))))
        return (
            _lines(LookPart.ADDRESSEE_WORD, ADDRESSED)
            + "".join(paragraph(LookPart.ADDRESSEE_LISTED, runs(pieces(line))) for line in lines)
            + paragraph("AfterTable")
        )

    def _annex(self, annex: AnnexHeading) -> str:
        reference = clean(words_of(annex.reference))
        name = clean(annex.name).upper()
        rules, letters = self._layout.rules, self._layout.letters
        line = (reference or name).split("\n")[-1]
        return (
            _lines(LookPart.ANNEX_WORD, clean(annex.word))
            + _lines(LookPart.ANNEX_NAME, name)
            + (paragraph(LookPart.ANNEX_REFERENCE, runs(pieces(annex.reference))) if reference else "")
            + _line_under(line, letters.annex_reference.size, rules.abstract.part / 2, self._width)
        )

    # --- tables

    def _table(self, block: Table, *, kept: bool) -> str:
        header = placed(block.header, len(block.columns))
        body = placed(block.rows, len(block.columns))
        widths = _shared_out(twips(self._width), [column.width_mm for column in block.columns])
        rows = [
            _table_row(block, row, places, widths, header=True, kept=True)
            for row, places in zip(block.header, header, strict=True)
        ]
        last = len(body) - 1
        for place, (row, places) in enumerate(zip(block.rows, body, strict=True)):
            held = holds_next(body, place) or _with_next(block, row, last=place == last, kept=kept)
            rows.append(_table_row(block, row, places, widths, header=False, kept=held))
        return table(widths, rows, lines=True) + paragraph("AfterTable", keep_with_next=kept)

    # --- signatures

    def _signatures(self, block: Signatures) -> str:
        many = len(block.signers) > 1
        content = self._several(block) if many else self._alone(block)
        return content + paragraph(_TINY)

    def _alone(self, block: Signatures) -> str:
        left = twips(self._width * LEFT_OF_HEADING)
        widths = (left, twips(self._width) - left)
        signer = block.signers[0]
        cell = (
            _lines(LookPart.PLACE_AND_DATE, place_line(signer.place, signer.dated))
            + _above_signature(signer)
            + self._room()
            + _below_signature(signer)
        )
        row = _row_of(widths, _recipients(block.recipients) or paragraph(_TINY), cell)
        return paragraph("BeforeSignature", keep_with_next=True) + table(widths, [row], lines=False, padding_mm=0)

    def _several(self, block: Signatures) -> str:
        # A row of a table inside a row that may not split: the names stand at one height, and nothing of it goes to another
        # page.
        whole = twips(self._width)
        widths = _shared_out(whole, [1.0] * len(block.signers))
        dated = [_lines(LookPart.PLACE_AND_DATE, place_line(signer.place, signer.dated)) for signer in block.signers]
        rows = [_row_of(widths, *dated)] if any(dated) else []
        rows += [
            _row_of(widths, *(_above_signature(signer) for signer in block.signers)),
            TableRow(
                [TableCell(paragraph(_TINY, keep_with_next=True), width) for width in widths],
                height_mm=self._layout.spacing.signature.length,
                exact=True,
            ),
            _row_of(widths, *(_below_signature(signer) for signer in block.signers), vertical="bottom"),
        ]
        inner = table(widths, rows, lines=False, padding_mm=0) + paragraph(_TINY) + _recipients(block.recipients)
        return paragraph("BeforeSignature", keep_with_next=True) + table(
            (whole,), [TableRow([TableCell(inner, whole)])], lines=False, padding_mm=0
        )

    def _room(self) -> str:
        return paragraph("SignatureRoom", keep_with_next=True)

    # --- cover

    def _cover(self, cover: Cover) -> str:
        letters, rules = self._layout.letters, self._layout.rules
        last = clean(cover.body[-1]).upper() if cover.body else ""
        top = (
            _lines(LookPart.COVER_SUPERIOR, clean(cover.superior).upper())
            + "".join(_lines(LookPart.COVER_LINE, clean(line).upper()) for line in cover.body)
            + _line_under(last, letters.cover_line.size, rules.body_name.part, self._width)
        )
        middle = (
            "".join(_lines(LookPart.COVER_TITLE, clean(line).upper()) for line in cover.title)
            + _lines(LookPart.COVER_LINE, clean(cover.subtitle).upper())
            + "".join(_lines(LookPart.COVER_REMARK, clean(line)) for line in cover.remarks)
        )
        bottom = _lines(LookPart.COVER_LINE, clean(cover.bottom).upper())
        width = twips(self._width)
        rows = [
            TableRow(
                [TableCell(content or paragraph(_TINY), width, vertical=vertical)],
                height_mm=self._height * share,
                exact=True,
            )
            for content, vertical, share in zip(
                (top, middle, bottom), ("center", "center", "bottom"), _COVER_HEIGHTS, strict=True
            )
        ]
        return table((width,), rows, lines=False, padding_mm=0)


def _lines(part: LookPart, text: str) -> str:
    """A paragraph of plain words; nothing when there are none."""
    return paragraph(part, _element("w:r", None, text_of(text))) if text else ""


def _line_under(text: str, size: float, part: float, width_mm: float) -> str:
    """A straight line, centred, as long as `part` of the text above."""
    length = min(text_width_mm(text, size, bold=True), width_mm) * part
    free = (width_mm - length) / 2
    return rule(free, free)


def _row_of(widths: Sequence[int], *contents: str, vertical: str = "top") -> TableRow:
    return TableRow(
        [
            TableCell(content or paragraph(_TINY, keep_with_next=True), width, vertical=vertical)
            for width, content in zip(widths, contents, strict=True)
        ]
    )


def _shared_out(whole: int, shares: Sequence[float]) -> list[int]:
    """Whole twips in these shares; the sum is exact."""
    ends = [round(whole * end / sum(shares)) for end in itertools.accumulate(shares)]
    return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _with_next(block: Table, row: Row, *, last: bool, kept: bool) -> bool:
    return row.band or (kept if last else block.whole)


def _table_row(
    block: Table, row: Row, places: Sequence[GridPlace], widths: Sequence[int], *, header: bool, kept: bool
) -> TableRow:
    cells = [_table_cell(block, row, place, widths, header=header, kept=kept) for place in places]
    letters = sum(len(words_of(cell.runs)) for cell in row.cells)
    return TableRow(cells, header=header, whole=letters <= LONGEST_WHOLE_ROW, height_mm=row.height_mm)


def _table_cell(block: Table, row: Row, place: GridPlace, widths: Sequence[int], *, header: bool, kept: bool) -> TableCell:
    cell = place.cell
    width = sum(widths[place.column : place.column + cell.column_span])
    fill = _BAND_FILL if row.band else ""
    merge = "continue" if place.continued else "restart" if cell.row_span > 1 else ""
    if place.continued:
        return TableCell(paragraph(LookPart.CELL), width, cell.column_span, merge, fill=fill)
    align = cell.align or (Align.CENTER if header else block.columns[place.column].align)
    style = LookPart.CELL_HEAD if header else LookPart.CELL
    content = runs(pieces(cell.runs), bold=header or cell.bold, size=block.size)
    # The end of a paragraph has a size of its own, which an empty cell would be as high as.
    written = paragraph(style, content, align=align, keep_with_next=kept)
    return TableCell(written, width, cell.column_span, merge, fill=fill, vertical="center")


def _above_signature(signer: PaperSigner) -> str:
    return (
        "".join(_lines(LookPart.SIGNER_AUTHORITY, clean(line).upper()) for line in signer.authority)
        + "".join(_lines(LookPart.SIGNER_TITLE, clean(line)) for line in signer.sheet_title)
        + _lines(LookPart.SIGNER_NOTE, clean(signer.note))
    )


def _below_signature(signer: PaperSigner) -> str:
    office = runs(pieces(signer.second_office, capitals=True))
    name = runs(pieces(signer.name))
    return (paragraph(LookPart.SIGNER_OFFICE, office) if office else "") + (
        paragraph(LookPart.SIGNER_NAME, name) if name else ""
    )


def _recipients(recipients: tuple[str, ...]) -> str:
    if not recipients:
        return ""
    return _lines(LookPart.RECIPIENTS_WORD, RECIPIENTS) + "".join(
        _lines(LookPart.RECIPIENT, line) for line in recipient_lines(recipients)
    )
