"""Words of WordprocessingML (ISO/IEC 29500-1): elements, runs, paragraphs and tables as strings in the order the schema
wants.

Every text passes through `text_of`, which escapes it: nothing that a person wrote can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from shared.papers.layout import nd30
from shared.papers.wording import Piece

NAMESPACES = {
    "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "xmlns:wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "xmlns:a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xmlns:pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "xmlns:v": "urn:schemas-microsoft-com:vml",
    "xmlns:o": "urn:schemas-microsoft-com:office:office",
}
JUSTIFY = {"justify": "both", "left": "left", "center": "center", "right": "right"}
_TWIPS_PER_MM = 1440 / 25.4
_EMU_PER_MM = 36000
_ROW_PADDING_MM = 0.5
_BETWEEN_DIGITS = re.compile(r"(?<=\d)-(?=\d)")
"""A range or a date ("tổ 4-5"), which Word would break after the hyphen."""
# How the shape "plain text" stretches its letters between its edges (ISO/IEC 29500-4, VML shape type 136).
_WORD_ART = (
    "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0", "if @0 21600 @1",
    "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7", "sum @6 0 @5",
)  # fmt: skip


def twips(millimetres: float) -> int:
    """Return a length in twentieths of a point."""
    return round(millimetres * _TWIPS_PER_MM)


def element(name: str, attributes: Mapping[str, object] | None = None, *children: str) -> str:
    """Return an element; attribute values are escaped, children are markup already."""
    said = "".join(f' {key}="{escape(str(value))}"' for key, value in (attributes or {}).items())
    return f"<{name}{said}>{''.join(children)}</{name}>" if children else f"<{name}{said}/>"


def value(name: str, content: object) -> str:
    """Return an element that has only the attribute `w:val`."""
    return element(name, {"w:val": content})


def document(root: str, *children: str) -> bytes:
    """Return a whole part."""
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + element(root, NAMESPACES, *children)).encode()


def text_of(text: str) -> str:
    """Return text as the content of a run; a line end becomes a break."""
    return value_break().join(
        element("w:noBreakHyphen").join(_words(part) for part in _BETWEEN_DIGITS.split(line)) for line in text.split("\n")
    )


def _words(text: str) -> str:
    return element("w:t", {"xml:space": "preserve"}, escape(text, quote=False)) if text else ""


def value_break() -> str:
    """Return a line break inside a paragraph."""
    return element("w:br")


def run_properties(
    *, bold: bool = False, italic: bool = False, colour: str = "", size: float | None = None, font: str = ""
) -> str:
    """Return what differs from the paragraph's style; sizes in points, colours as RRGGBB."""
    parts = [
        element("w:rFonts", dict.fromkeys(("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"), font)) if font else "",
        element("w:b") if bold else "",
        element("w:i") if italic else "",
        value("w:color", colour) if colour else "",
        value("w:sz", round(size * 2)) + value("w:szCs", round(size * 2)) if size else "",
    ]
    told = "".join(parts)
    return element("w:rPr", None, told) if told else ""


def runs(pieces: Iterable[Piece], *, bold: bool = False, size: float | None = None) -> str:
    """Return the runs of the pieces; `bold` and `size` hold for all of them."""
    return "".join(_run(piece, bold or piece.bold, size) for piece in pieces)


def _run(piece: Piece, bold: bool, size: float | None) -> str:
    if piece.missing:
        return _missing(piece.text, size)
    look = run_properties(bold=bold, italic=piece.italic, size=size)
    if piece.code:
        return element("w:r", None, look, element("w:noBreakHyphen").join(text_of(part) for part in piece.text.split("-")))
    return element("w:r", None, look, text_of(piece.text)) if piece.text else ""


def _missing(text: str, size: float | None) -> str:
    # The brackets are in no text font: they name one that has them, the words between keep their own.
    layout = nd30()
    colour, brackets = layout.additions.missing.colour, layout.font.brackets.families[0]
    words = run_properties(bold=True, colour=colour, size=size)
    ends = run_properties(bold=True, colour=colour, size=size, font=brackets)
    return "".join(
        element("w:r", None, look, text_of(part))
        for look, part in ((ends, text[:1]), (words, text[1:-1]), (ends, text[-1:]))
    )


class Borders(NamedTuple):
    """Which sides of a cell or paragraph have a line; `eighths` of a point thick."""

    sides: tuple[str, ...]
    eighths: int = 4
    colour: str = "000000"
    kind: str = "single"

    def markup(self, name: str) -> str:
        """Return the element with its sides."""
        look = {"w:val": self.kind, "w:sz": self.eighths, "w:space": 0, "w:color": self.colour}
        return element(name, None, *(element(f"w:{side}", look) for side in self.sides))


def paragraph(
    style: str,
    content: str = "",
    *,
    align: str = "",
    keep_with_next: bool = False,
    page_break_before: bool = False,
    section: str = "",
) -> str:
    """Return a paragraph of a style; `section` closes a section with it."""
    properties = [
        value("w:pStyle", style),
        element("w:keepNext") if keep_with_next else "",
        element("w:pageBreakBefore") if page_break_before else "",
        value("w:jc", JUSTIFY[align]) if align else "",
        section,
    ]
    return element("w:p", None, element("w:pPr", None, *properties), content)


def rule(left_mm: float, right_mm: float, style: str = "Rule") -> str:
    """Return a straight line: the upper border of a paragraph with these indents."""
    properties = (
        value("w:pStyle", style)
        + Borders(("top",), eighths=6).markup("w:pBdr")
        + element("w:ind", {"w:left": twips(left_mm), "w:right": twips(right_mm)})
    )
    return element("w:p", None, element("w:pPr", None, properties))


class TableCell(NamedTuple):
    """A cell of a Word table: its paragraphs, and how it stands in the grid; `merge` is "restart", "continue" or nothing."""

    content: str
    width: int
    span: int = 1
    merge: str = ""
    borders: Borders | None = None
    fill: str = ""
    vertical: str = "top"

    def markup(self) -> str:
        """Return the cell."""
        properties = (
            element("w:tcW", {"w:w": self.width, "w:type": "dxa"})
            + (value("w:gridSpan", self.span) if self.span > 1 else "")
            + (value("w:vMerge", self.merge) if self.merge else "")
            + (self.borders.markup("w:tcBorders") if self.borders else "")
            + (element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": self.fill}) if self.fill else "")
            + value("w:vAlign", self.vertical)
        )
        return element("w:tc", None, element("w:tcPr", None, properties), self.content)


class TableRow(NamedTuple):
    """A row; `height_mm` is the least height, or the very height if `exact`."""

    cells: Sequence[TableCell]
    header: bool = False
    whole: bool = True
    height_mm: float | None = None
    exact: bool = False

    def markup(self) -> str:
        """Return the row."""
        properties = (
            (element("w:cantSplit") if self.whole else "")
            + (
                element("w:trHeight", {"w:val": twips(self.height_mm), "w:hRule": "exact" if self.exact else "atLeast"})
                if self.height_mm
                else ""
            )
            + (element("w:tblHeader") if self.header else "")
        )
        return element("w:tr", None, element("w:trPr", None, properties), *(cell.markup() for cell in self.cells))


def table(widths: Sequence[int], rows: Iterable[TableRow], *, lines: bool, padding_mm: float = 1.5) -> str:
    """Return a table of fixed column widths (twips), with all its lines or with none."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = Borders(sides) if lines else Borders(sides, eighths=0, kind="nil")
    padding = {"w:w": twips(padding_mm), "w:type": "dxa"}
    above = {"w:w": twips(_ROW_PADDING_MM if lines else 0), "w:type": "dxa"}
    properties = element(
        "w:tblPr",
        None,
        element("w:tblW", {"w:w": sum(widths), "w:type": "dxa"}),
        element("w:tblInd", {"w:w": 0, "w:type": "dxa"}),
        borders.markup("w:tblBorders"),
        element("w:tblLayout", {"w:type": "fixed"}),
        element(
            "w:tblCellMar",
            None,
            *(
                element(f"w:{side}", above if side in ("top", "bottom") else padding)
                for side in ("top", "left", "bottom", "right")
            ),
        ),
    )
    grid = element("w:tblGrid", None, *(element("w:gridCol", {"w:w": width}) for width in widths))
    return element("w:tbl", None, properties, grid, *(row.markup() for row in rows))


def picture(relation: str, side_mm: float, number: int, description: str) -> str:
    """Return a run with a square picture."""
    side = round(side_mm * _EMU_PER_MM)
    name = {"id": number, "name": f"code-{number}", "descr": description}
    size = {"cx": side, "cy": side}
    shape = element(
        "pic:pic",
        None,
        element("pic:nvPicPr", None, element("pic:cNvPr", name), element("pic:cNvPicPr")),
        element(
            "pic:blipFill", None, element("a:blip", {"r:embed": relation}), element("a:stretch", None, element("a:fillRect"))
        ),
        element(
            "pic:spPr",
            None,
            element("a:xfrm", None, element("a:off", {"x": 0, "y": 0}), element("a:ext", size)),
            element("a:prstGeom", {"prst": "rect"}, element("a:avLst")),
        ),
    )
    inline = element(
        "wp:inline",
        {"distT": 0, "distB": 0, "distL": 0, "distR": 0},
        element("wp:extent", size),
        element("wp:docPr", name),
        element(
            "a:graphic",
            None,
            element("a:graphicData", {"uri": "http://schemas.openxmlformats.org/drawingml/2006/picture"}, shape),
        ),
    )
    return element("w:r", None, element("w:drawing", None, inline))


def watermark(words: str, colour: str, number: int) -> str:
    """Return a run with pale words across the page, behind its text, as Word draws its own watermarks (VML)."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:440pt;height:110pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    kind = element(
        "v:shapetype",
        {
            "id": "_x0000_t136",
            "coordsize": "21600,21600",
            "o:spt": 136,
            "adj": "10800",
            "path": "m@7,l@8,m@5,21600l@6,21600e",
        },
        element("v:formulas", None, *(element("v:f", {"eqn": equation}) for equation in _WORD_ART)),
        element("v:path", {"textpathok": "t", "o:connecttype": "rect"}),
        element("v:textpath", {"on": "t", "fitshape": "t"}),
    )
    shape = element(
        "v:shape",
        {
            "id": f"draft-{number}",
            "o:spid": f"_x0000_s{2048 + number}",
            "type": "#_x0000_t136",
            "style": style,
            "o:allowincell": "f",
            "fillcolor": f"#{colour}",
            "stroked": "f",
        },
        element("v:textpath", {"style": 'font-family:"Times New Roman";font-size:1pt;font-weight:bold', "string": words}),
    )
    return element("w:r", None, element("w:pict", None, kind, shape))
