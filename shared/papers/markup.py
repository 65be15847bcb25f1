"""A paper as HTML for print: the model and the looks again, in the words of CSS paged media.

Every text is escaped on its way in; the document names no address, so there is nothing to fetch.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterator, Sequence
from html import escape

from shared.papers.grid import GridPlace, holds_next, placed
from shared.papers.imprint import Imprint
from shared.papers.layout import Layout, nd30
from shared.papers.looks import LEFT_OF_HEADING, LONGEST_WHOLE_ROW, Look, Looked, LookPart, looks
from shared.papers.measuring import text_width_mm
from shared.papers.model import (
    Addressees,
    Align,
    AnnexHeading,
    Block,
    Cover,
    Heading,
    Listing,
    PageBreak,
    Paper,
    PaperSigner,
    Paragraph,
    Row,
    Signatures,
    Table,
    Text,
)
from shared.papers.qr import qr_svg
from shared.papers.stretches import Stretch, stretches
from shared.papers.text import correspondence_line
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

_LONG_WORD = re.compile(r"\S{100,}")
_MAY_BREAK = 25
"""Letters after which a word that nobody writes may break: 20,000 in one word take eight seconds to break anywhere."""
_COVER_HEIGHTS = (24, 50, 25)
_FRAME_ROOM_MM = 3
_CODE_GAP_MM = 4


def to_html(paper: Paper, told: Imprint, families: Sequence[str]) -> str:
    """Return the whole document; `families` are the fonts to try for its text. Raises ValueError as the other printers
    do.
    """
    layout = nd30()
    parts = list(stretches(paper))
    pages = "".join(_page(layout, stretch, place, paper.draft) for place, stretch in enumerate(parts))
    body = "".join(
        f'<section class="s{place}{" framed" if stretch.framed else ""}">'
        f"{_Writer(layout, stretch).blocks(paper.heading if place == 0 else None)}</section>"
        for place, stretch in enumerate(parts)
    )
    moment = f'<meta name="dcterms.created" content="{paper.recorded_at.isoformat()}">' if paper.recorded_at else ""
    behind = f'<div class="behind">{DRAFT}</div>'
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{_said(paper.title)}</title>'
        f'<meta name="author" content="{_said(paper.issuer)}"><meta name="generator" content="kiemdinh">{moment}'
        f"<style>{_css(layout, families)}{pages}</style></head><body>{_foot(layout, told)}"
        f"{behind if paper.draft else ''}{body}</body></html>"
    )


# --- looks


def _css(layout: Layout, families: Sequence[str]) -> str:
    additions = layout.additions
    variables = {
        "families": ", ".join((*(f'"{family}"' for family in (*families, *layout.font.brackets.families)), "serif")),
        "content": f"{layout.letters.content.size:g}pt",
        "missing": f"#{additions.missing.colour}",
        "behind": f"#{additions.draft_mark.behind}",
        "room": f"{layout.spacing.signature.length:g}mm",
        "code": f"{additions.code.side:g}mm",
    }
    told = "; ".join(f"--{name}: {said}" for name, said in variables.items())
    return f":root {{ {told} }} {''.join(_class(name, look) for name, look in looks().items())} {_stylesheet()}"


@functools.cache
def _stylesheet() -> str:
    return importlib.resources.files(__package__).joinpath("print.css").read_text(encoding="utf-8")


def _class(name: Looked, look: Look) -> str:
    letters = look.letters
    return (
        f".{name} {{ text-align: {look.align}; font-size: {letters.size:g}pt; line-height: {1.15 * look.line:.4g};"
        f" padding: {look.before:.4g}pt 0 {look.after:.4g}pt {look.left:.4g}mm; text-indent: {look.first_line:g}mm;"
        f"{' font-weight: bold;' if letters.bold else ''}{' font-style: italic;' if letters.italic else ''}"
        f"{' break-after: avoid;' if look.keep_with_next else ''}"
        f"{'' if look.outline is None else f' bookmark-level: {look.outline + 1};'} }}"
    )


def _page(layout: Layout, stretch: Stretch, place: int, draft: bool) -> str:
    margins = layout.margins(stretch.orientation)
    width, height = layout.sheet_mm(stretch.orientation)
    edge = layout.page.number_from_edge.length
    number = f"font-size: {layout.letters.page_number.size:g}pt; vertical-align: top; padding-top: {edge:g}mm"
    side, text = layout.additions.code.side, layout.text_width_mm(stretch.orientation)
    room = f"height: {side:g}mm; margin: auto 0 {layout.page.foot_from_edge.length:g}mm"
    first = f"@page :nth(1 of s{place}) {{ counter-reset: page 1; @top-center {{ content: none }} }}"
    return (
        f"@page s{place} {{ size: {width:g}mm {height:g}mm;"
        f" margin: {margins.top:g}mm {margins.right:g}mm {margins.bottom:g}mm {margins.left:g}mm;"
        f" @bottom-left {{ content: element(told); {room}; width: {text - side - _CODE_GAP_MM:g}mm; vertical-align: middle;"
        f" border-top: 0.5pt solid #808080 }}"
        f" @bottom-right {{ content: element(square); {room}; width: {side + _CODE_GAP_MM:g}mm }}"
        f" @top-center {{ content: counter(page); {number} }}"
        f" {_draft_box(layout) if draft else ''} }}"
        f" {first if stretch.restart else ''} .s{place} {{ page: s{place} }} "
    )


def _draft_box(layout: Layout) -> str:
    colour, letters = layout.additions.draft_mark.colour, layout.letters.draft
    return (
        f"@top-left {{ content: ''; width: 34mm }} @top-right {{ content: '{DRAFT}'; width: 34mm; height: 6mm;"
        f" margin: {layout.page.number_from_edge.length:g}mm 0 auto; border: 1pt solid #{colour}; color: #{colour};"
        f" font-size: {letters.size:g}pt; font-weight: bold; text-align: center; vertical-align: middle }}"
    )


# --- what stands on every page


def _foot(layout: Layout, told: Imprint) -> str:
    square = qr_svg(told.code, layout.additions.code.side)
    return f'<p class="{LookPart.FOOT} told">{"<br>".join(map(escape, told.foot))}</p><div class="square">{square}</div>'


# --- blocks


class _Writer:
    """Writes the blocks of one stretch of pages."""

    def __init__(self, layout: Layout, stretch: Stretch) -> None:
        self._layout = layout
        self._stretch = stretch
        self._width = layout.text_width_mm(stretch.orientation)

    def blocks(self, heading: Heading | None) -> str:
        written = [self._heading(heading)] if heading else []
        blocks = self._stretch.blocks
        for block, after in zip(blocks, (*blocks[1:], None), strict=True):
            written.append(self._block(block, kept=isinstance(after, Signatures)))
        return "".join(written)

    def _block(self, block: Block, *, kept: bool) -> str:
        match block:
            case Paragraph():
                words = _marked(pieces(block.runs, capitals=capitals_of(block.style)))
                return _p(block.style, words, keep=kept or block.keep_with_next)
            case Listing():
                return "".join(_p(LookPart.LIST_ITEM, f"{marker} {_marked(pieces(item))}") for marker, item in listed(block))
            case Addressees():
                return _addressees(block)
            case Table():
                return _table(block)
            case Signatures():
                return self._signatures(block)
            case AnnexHeading():
                return self._annex(block)
            case Cover():
                return self._cover(block)
            case PageBreak():
                return '<div class="new-page"></div>'
            case _:
                return ""

    def _rule(self, text: str, size: float, part: float, column: float = 1) -> str:
        """A straight line, centred: `part` as long as the text, which stands in that part of the width."""
        length = min(text_width_mm(text, size, bold=True), self._width * column) * part
        return f'<div class="rule" style="width: {length:.2f}mm"></div>'

    def _heading(self, heading: Heading) -> str:
        letters, rules = self._layout.letters, self._layout.rules
        last = clean(heading.body[-1]).upper() if heading.body else ""
        bodies = (
            _lines(LookPart.SUPERIOR, clean(heading.superior).upper())
            + "".join(_lines(LookPart.BODY_NAME, clean(line).upper()) for line in heading.body)
            + self._rule(last, letters.body_name.size, rules.body_name.part, LEFT_OF_HEADING)
        )
        nation = (
            _lines(LookPart.NATION, NATION)
            + _lines(LookPart.MOTTO, MOTTO)
            + self._rule(MOTTO, letters.motto.size, rules.motto.part)
        )
        number = _lines(LookPart.NUMBER, number_line(heading)) + _lines(
            LookPart.CORRESPONDENCE, correspondence_line(heading)
        )
        dated = _lines(LookPart.PLACE_AND_DATE, place_line(heading.place, heading.dated))
        columns = f'<col style="width: {LEFT_OF_HEADING:.0%}"><col>'
        rows = f"<tr><td>{bodies}</td><td>{nation}</td></tr><tr><td>{number}</td><td>{dated}</td></tr>"
        return f"<table>{columns}{rows}</table>{self._titles(heading)}"

    def _titles(self, heading: Heading) -> str:
        if heading.correspondence:
            return ""
        abstract = clean(heading.abstract)
        size, part = self._layout.letters.abstract.size, self._layout.rules.abstract.part
        return (
            _lines(LookPart.KIND_NAME, clean(heading.kind_name).upper())
            + _lines(LookPart.ABSTRACT, abstract)
            + (self._rule(abstract.split("\n")[-1], size, part) if abstract else "")
            + _lines(LookPart.HEADING_AUTHORITY, clean(heading.authority).upper())
        )

    def _annex(self, annex: AnnexHeading) -> str:
        reference, name = words_of(annex.reference), clean(annex.name).upper()
        line = (reference or name).split("\n")[-1]
        size, part = self._layout.letters.annex_reference.size, self._layout.rules.abstract.part / 2
        return (
            _lines(LookPart.ANNEX_WORD, clean(annex.word))
            + _lines(LookPart.ANNEX_NAME, name)
            + (_p(LookPart.ANNEX_REFERENCE, _marked(pieces(annex.reference))) if reference else "")
            + self._rule(line, size, part)
        )

    def _cover(self, cover: Cover) -> str:
        letters, rules = self._layout.letters, self._layout.rules
        last = clean(cover.body[-1]).upper() if cover.body else ""
        top = (
            _lines(LookPart.COVER_SUPERIOR, clean(cover.superior).upper())
            + "".join(_lines(LookPart.COVER_LINE, clean(line).upper()) for line in cover.body)
            + self._rule(last, letters.cover_line.size, rules.body_name.part)
        )
        middle = (
            "".join(_lines(LookPart.COVER_TITLE, clean(line).upper()) for line in cover.title)
            + _lines(LookPart.COVER_LINE, clean(cover.subtitle).upper())
            + "".join(_lines(LookPart.COVER_REMARK, clean(line)) for line in cover.remarks)
        )
        bottom = _lines(LookPart.COVER_LINE, clean(cover.bottom).upper())
        height = self._layout.text_height_mm(self._stretch.orientation)
        rows = "".join(
            f'<tr class="{place}" style="height: {height * share / 100:.1f}mm"><td>{content}</td></tr>'
            for place, share, content in zip(("top", "middle", "bottom"), _COVER_HEIGHTS, (top, middle, bottom), strict=True)
        )
        width, foot = self._width + 2 * _FRAME_ROOM_MM, self._layout.margins(self._stretch.orientation).bottom
        frame = f'<div class="frame" style="width: {width:g}mm; height: {height + foot:g}mm"></div>'
        return f"{frame}<table>{rows}</table>"

    def _signatures(self, block: Signatures) -> str:
        signers = block.signers
        dated = [_lines(LookPart.PLACE_AND_DATE, place_line(signer.place, signer.dated)) for signer in signers]
        above = [_above(signer) for signer in signers]
        below = [_below(signer) for signer in signers]
        recipients = _recipients(block.recipients)
        if len(signers) == 1:
            columns = f'<col style="width: {LEFT_OF_HEADING:.0%}"><col>'
            signed = f'{dated[0]}{above[0]}<div class="room"></div>{below[0]}'
            return f'<table class="signatures">{columns}<tr><td>{recipients}</td><td>{signed}</td></tr></table>'
        rows = [dated] if any(dated) else []
        rows += [above, ['<div class="room"></div>'] * len(signers), below]
        names = [""] * (len(rows) - 1) + ["below"]
        table = "".join(
            f'<tr class="{name}">{"".join(f"<td>{content}</td>" for content in row)}</tr>'
            for name, row in zip(names, rows, strict=True)
        )
        return f'<div class="signatures"><table>{table}</table>{recipients}</div>'


def _above(signer: PaperSigner) -> str:
    return (
        "".join(_lines(LookPart.SIGNER_AUTHORITY, clean(line).upper()) for line in signer.authority)
        + "".join(_lines(LookPart.SIGNER_TITLE, clean(line)) for line in signer.sheet_title)
        + _lines(LookPart.SIGNER_NOTE, clean(signer.note))
    )


def _below(signer: PaperSigner) -> str:
    office = _marked(pieces(signer.second_office, capitals=True))
    name = _marked(pieces(signer.name))
    return (_p(LookPart.SIGNER_OFFICE, office) if office else "") + (_p(LookPart.SIGNER_NAME, name) if name else "")


def _recipients(recipients: tuple[str, ...]) -> str:
    if not recipients:
        return ""
    return _lines(LookPart.RECIPIENTS_WORD, RECIPIENTS) + "".join(
        _lines(LookPart.RECIPIENT, line) for line in recipient_lines(recipients)
    )


def _addressees(addressees: Addressees) -> str:
    lines = addressee_lines(addressees)
    if len(lines) == 1:
        return _p(LookPart.ADDRESSEE, _marked(pieces((Text(f"{ADDRESSED} "), *lines[0]))))
    return (
        _lines(LookPart.ADDRESSEE_WORD, ADDRESSED)
        + "".join(_p(LookPart.ADDRESSEE_LISTED, _marked(pieces(line))) for line in lines)
        + '<div class="gap"></div>'
    )


# --- tables


def _table(table: Table) -> str:
    whole = sum(column.width_mm for column in table.columns)
    columns = "".join(f'<col style="width: {column.width_mm / whole:.4%}">' for column in table.columns)
    head = "".join(_rows(table, table.header, header=True))
    body = "".join(_rows(table, table.rows, header=False))
    size = f' style="font-size: {table.size:g}pt"' if table.size else ""
    lines = "lines whole" if table.whole else "lines"
    return f'<table class="{lines}"{size}>{columns}<thead>{head}</thead><tbody>{body}</tbody></table>'


def _rows(table: Table, rows: Sequence[Row], *, header: bool) -> Iterator[str]:
    grid = placed(rows, len(table.columns))
    for number, (row, places) in enumerate(zip(rows, grid, strict=True)):
        letters = sum(len(words_of(cell.runs)) for cell in row.cells)
        looks_of = {"band": row.band, "whole": letters <= LONGEST_WHOLE_ROW, "keep": holds_next(grid, number)}
        names = [name for name, holds in looks_of.items() if holds]
        height = f' style="height: {row.height_mm:g}mm"' if row.height_mm else ""
        cells = "".join(_cell(table, place, header=header) for place in places if not place.continued)
        yield f'<tr class="{" ".join(names)}"{height}>{cells}</tr>'


def _cell(table: Table, place: GridPlace, *, header: bool) -> str:
    cell = place.cell
    spans = "".join(
        f' {name}="{span}"' for name, span in (("colspan", cell.column_span), ("rowspan", cell.row_span)) if span > 1
    )
    align = cell.align or (Align.CENTER if header else table.columns[place.column].align)
    words = _marked(pieces(cell.runs))
    bold = header or cell.bold
    part = LookPart.CELL_HEAD if header else LookPart.CELL
    size = f' style="font-size: {table.size:g}pt"' if table.size else ""
    content = f'<p class="{part} {align}"{size}>{f"<b>{words}</b>" if bold else words}</p>' if words else ""
    return f"<td{spans}>{content}</td>"


# --- words


def _p(part: Looked, words: str, *, keep: bool = False) -> str:
    return f'<p class="{part}{" keep" if keep else ""}">{words}</p>'


def _lines(part: LookPart, text: str) -> str:
    """A paragraph of plain words; nothing when there are none."""
    return _p(part, _broken(text)) if text else ""


def _marked(told: Sequence[Piece]) -> str:
    return "".join(_piece(piece) for piece in told)


def _piece(piece: Piece) -> str:
    words = _broken(piece.text)
    if piece.missing:
        return f'<span class="missing">{words}</span>'
    if piece.code:
        words = f'<span class="code">{words}</span>'
    if piece.italic:
        words = f"<i>{words}</i>"
    return f"<b>{words}</b>" if piece.bold else words


def _broken(text: str) -> str:
    return escape(_LONG_WORD.sub(_breakable, text)).replace("\n", "<br>")


def _breakable(word: re.Match[str]) -> str:
    return "\u200b".join(word[0][start : start + _MAY_BREAK] for start in range(0, len(word[0]), _MAY_BREAK))


def _said(text: str) -> str:
    return escape(clean(text).replace("\n", " "))
