"""The parts of a Word document around its body: styles, heads and feet of pages, properties."""

from __future__ import annotations

from shared.papers.imprint import Imprint
from shared.papers.layout import nd30
from shared.papers.looks import Look, LookPart, looks
from shared.papers.model import Orientation, Paper
from shared.papers.package import CORE_TYPE, core_properties, packed
from shared.papers.qr import qr_png
from shared.papers.wording import DRAFT
from shared.papers.wordml import (
    JUSTIFY,
    Borders,
    TableCell,
    TableRow,
    document,
    element,
    paragraph,
    picture,
    run_properties,
    table,
    text_of,
    twips,
    value,
    watermark,
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CODE_RELATION = "rIdCode"
_DRAFT_BOX_MM = 34
_FOOT_LINE = "808080"
_POINTS_TO_TWIPS = 20
_SINGLE_LINE = 240


class Sheets:
    """Heads and feet of pages, made as sections ask for them."""

    def __init__(self, paper: Paper, told: Imprint) -> None:
        self._draft = paper.draft
        self._told = told
        self._orientations: list[Orientation] = []

    def section(self, orientation: Orientation, *, restart: bool, framed: bool, first: bool) -> str:
        """Return the properties of a section; a restarting one hides the number of its first page."""
        if orientation not in self._orientations:
            self._orientations.append(orientation)
        layout = nd30()
        width, height = layout.sheet_mm(orientation)
        margins = layout.margins(orientation)
        size: dict[str, object] = {"w:w": twips(width), "w:h": twips(height)}
        if orientation is Orientation.LANDSCAPE:
            size["w:orient"] = "landscape"
        edges = {
            "w:top": twips(margins.top),
            "w:right": twips(margins.right),
            "w:bottom": twips(margins.bottom),
            "w:left": twips(margins.left),
            "w:header": twips(layout.page.number_from_edge.length),
            "w:footer": twips(layout.page.foot_from_edge.length),
            "w:gutter": 0,
        }
        return element(
            "w:sectPr",
            None,
            _reference("header", orientation, "default"),
            _reference("header", orientation, "first"),
            _reference("footer", orientation, "default"),
            _reference("footer", orientation, "first"),
            "" if first else value("w:type", "nextPage"),
            element("w:pgSz", size),
            element("w:pgMar", edges),
            _frame() if framed else "",
            element("w:pgNumType", {"w:start": 1}) if restart else "",
            element("w:titlePg") if restart else "",
        )

    def parts(self) -> dict[str, bytes]:
        """Return the parts of the heads and feet, with their relationships."""
        parts: dict[str, bytes] = {}
        for orientation in self._orientations:
            width = twips(nd30().text_width_mm(orientation))
            for kind in ("default", "first"):
                parts[_part("header", orientation, kind)] = document("w:hdr", self._head(width, numbered=kind == "default"))
                parts[_part("footer", orientation, kind)] = document("w:ftr", self._foot(width))
                parts[f"word/_rels/{_name('footer', orientation, kind)}.rels"] = _relationships(
                    [(_CODE_RELATION, f"{_OFFICE}/image", "media/code.png")]
                )
        return parts

    def relations(self) -> list[tuple[str, str, str]]:
        """Return the relationships from the document to these parts."""
        return [
            (_relation(what, orientation, kind), f"{_OFFICE}/{what}", _name(what, orientation, kind))
            for orientation in self._orientations
            for kind in ("default", "first")
            for what in ("header", "footer")
        ]

    def _head(self, width: int, *, numbered: bool) -> str:
        number = paragraph(LookPart.PAGE_NUMBER, _page_number() if numbered else "")
        if not self._draft:
            return number
        side = twips(_DRAFT_BOX_MM)
        widths = (side, width - 2 * side, side)
        mark = nd30().additions.draft_mark
        box = Borders(("top", "left", "bottom", "right"), eighths=8, colour=mark.colour)
        words = element("w:r", None, run_properties(colour=mark.colour), text_of(DRAFT))
        row = TableRow(
            [
                TableCell(paragraph("Tiny"), widths[0]),
                TableCell(number, widths[1]),
                TableCell(paragraph(LookPart.DRAFT, words), widths[2], borders=box, vertical="center"),
            ]
        )
        behind = watermark(DRAFT, mark.behind, 1 if numbered else 2)
        return table(widths, [row], lines=False, padding_mm=0) + paragraph("Tiny", behind)

    def _foot(self, width: int) -> str:
        side = nd30().additions.code.side
        code = twips(side + 4)
        widths = (width - code, code)
        lines = "".join(paragraph(LookPart.FOOT, element("w:r", None, text_of(line))) for line in self._told.foot)
        square = paragraph(LookPart.FOOT, picture(_CODE_RELATION, side, 1, self._told.code), align="right")
        line = Borders(("top",), colour=_FOOT_LINE)
        row = TableRow([TableCell(lines, widths[0], borders=line, vertical="center"), TableCell(square, widths[1])])
        return table(widths, [row], lines=False, padding_mm=0) + paragraph("Tiny")


def packed_docx(paper: Paper, told: Imprint, sheets: Sheets, body: str) -> bytes:
    """Return the document with all its parts."""
    parts = {
        **sheets.parts(),
        "word/document.xml": document("w:document", element("w:body", None, body)),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/media/code.png": qr_png(told.code),
        "docProps/core.xml": core_properties(paper, told.paper_id),
        "word/_rels/document.xml.rels": _relationships(
            [
                ("rIdSettings", f"{_OFFICE}/settings", "settings.xml"),
                ("rIdStyles", f"{_OFFICE}/styles", "styles.xml"),
                *sheets.relations(),
            ]
        ),
        "_rels/.rels": _relationships(
            [
                ("rIdCore", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("rIdDocument", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ]
        ),
    }
    return packed({**parts, "[Content_Types].xml": _content_types(parts)})


# --- names of parts


def _name(what: str, orientation: Orientation, kind: str) -> str:
    return f"{what}-{orientation}-{kind}.xml"


def _part(what: str, orientation: Orientation, kind: str) -> str:
    return f"word/{_name(what, orientation, kind)}"


def _relation(what: str, orientation: Orientation, kind: str) -> str:
    return f"rId-{what}-{orientation}-{kind}"


def _reference(what: str, orientation: Orientation, kind: str) -> str:
    return element(f"w:{what}Reference", {"w:type": kind, "r:id": _relation(what, orientation, kind)})


def _relationships(relations: list[tuple[str, str, str]]) -> bytes:
    told = (
        element("Relationship", {"Id": name, "Type": kind, "Target": target}) for name, kind, target in sorted(relations)
    )
    return _plain("Relationships", f"{_PACKAGE}/relationships", *told)


def _content_types(parts: dict[str, bytes]) -> bytes:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings", "header": "header", "footer": "footer"}
    told = [
        element("Default", {"Extension": "png", "ContentType": "image/png"}),
        element("Default", {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"}),
        element("Default", {"Extension": "xml", "ContentType": "application/xml"}),
        element("Override", {"PartName": "/docProps/core.xml", "ContentType": CORE_TYPE}),
    ]
    for part in sorted(parts):
        kind = kinds.get(part.removeprefix("word/").partition("-")[0].removesuffix(".xml"))
        if kind and part.endswith(".xml"):
            told.append(element("Override", {"PartName": f"/{part}", "ContentType": f"{_WORD_TYPE}.{kind}+xml"}))
    return _plain("Types", f"{_PACKAGE}/content-types", *told)


def _plain(root: str, namespace: str, *children: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return (head + element(root, {"xmlns": namespace}, *children)).encode()


# --- what stands on every page


def _page_number() -> str:
    field = element("w:instrText", {"xml:space": "preserve"}, " PAGE ")
    marks = [element("w:r", None, element("w:fldChar", {"w:fldCharType": kind})) for kind in ("begin", "separate", "end")]
    return marks[0] + element("w:r", None, field) + marks[1] + element("w:r", None, text_of("2")) + marks[2]


def _frame() -> str:
    sides = {"top": 4, "left": 4, "bottom": 1, "right": 4}
    look = {"w:val": "thinThickSmallGap", "w:sz": 24, "w:color": "000000"}
    return element(
        "w:pgBorders",
        {"w:offsetFrom": "text"},
        *(element(f"w:{side}", {**look, "w:space": room}) for side, room in sides.items()),
    )


# --- styles


def _styles() -> bytes:
    layout = nd30()
    font = layout.font.text.families[0]
    fonts = element("w:rFonts", dict.fromkeys(("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"), font))
    size = round(layout.letters.content.size * 2)
    letters = element(
        "w:rPr",
        None,
        fonts,
        value("w:color", "000000"),
        value("w:sz", size),
        value("w:szCs", size),
        element("w:lang", {"w:val": "vi-VN", "w:eastAsia": "vi-VN", "w:bidi": "ar-SA"}),
    )
    spacing = element("w:spacing", {"w:before": 0, "w:after": 0, "w:line": _SINGLE_LINE, "w:lineRule": "auto"})
    defaults = element(
        "w:docDefaults",
        None,
        element("w:rPrDefault", None, letters),
        element("w:pPrDefault", None, element("w:pPr", None, spacing)),
    )
    own = (_style(str(key), look.name, _paragraph_look(look), _letters_look(look)) for key, look in looks().items())
    room = twips(layout.spacing.signature.length)
    return document(
        "w:styles",
        defaults,
        element("w:style", {"w:type": "paragraph", "w:default": 1, "w:styleId": "Normal"}, value("w:name", "Normal")),
        element(
            "w:style",
            {"w:type": "table", "w:default": 1, "w:styleId": "TableNormal"},
            value("w:name", "Normal Table"),
            element("w:tblPr", None, element("w:tblInd", {"w:w": 0, "w:type": "dxa"})),
        ),
        *own,
        _exact("Tiny", "Dòng trống nhỏ", _POINTS_TO_TWIPS),
        _exact("AfterTable", "Sau bảng", 6 * _POINTS_TO_TWIPS),
        _exact("BeforeSignature", "Trước chữ ký", 8 * _POINTS_TO_TWIPS),
        _exact("SignatureRoom", "Chỗ ký", room),
        _style(
            "Rule",
            "Đường kẻ",
            element("w:spacing", {"w:before": 50, "w:after": 80, "w:line": 60, "w:lineRule": "exact"}),
            value("w:sz", 4),
        ),
    )


def _style(identifier: str, name: str, paragraph_look: str, letters_look: str) -> str:
    return element(
        "w:style",
        {"w:type": "paragraph", "w:customStyle": 1, "w:styleId": identifier},
        value("w:name", name),
        value("w:basedOn", "Normal"),
        element("w:qFormat"),
        element("w:pPr", None, paragraph_look),
        element("w:rPr", None, letters_look),
    )


def _exact(identifier: str, name: str, height: int) -> str:
    spacing = element("w:spacing", {"w:before": 0, "w:after": 0, "w:line": height, "w:lineRule": "exact"})
    return _style(identifier, name, spacing, value("w:sz", 2) + value("w:szCs", 2))


def _paragraph_look(look: Look) -> str:
    spacing = {
        "w:before": round(look.before * _POINTS_TO_TWIPS),
        "w:after": round(look.after * _POINTS_TO_TWIPS),
        "w:line": round(look.line * _SINGLE_LINE),
        "w:lineRule": "auto",
    }
    indent = {"w:left": twips(look.left), "w:firstLine": twips(look.first_line)}
    return (
        (element("w:keepNext") if look.keep_with_next else "")
        + element("w:spacing", spacing)
        + (element("w:ind", indent) if look.left or look.first_line else "")
        + value("w:jc", JUSTIFY[look.align])
        + (value("w:outlineLvl", look.outline) if look.outline is not None else "")
    )


def _letters_look(look: Look) -> str:
    size = round(look.letters.size * 2)
    return (
        (element("w:b") if look.letters.bold else "")
        + (element("w:i") if look.letters.italic else "")
        + value("w:sz", size)
        + value("w:szCs", size)
    )


def _settings() -> bytes:
    compatible = {"w:name": "compatibilityMode", "w:uri": "http://schemas.microsoft.com/office/word", "w:val": 15}
    return document(
        "w:settings",
        value("w:defaultTabStop", 720),
        element("w:compat", None, element("w:compatSetting", compatible)),
        value("w:themeFontLang", "vi-VN"),
        value("w:decimalSymbol", ","),
        value("w:listSeparator", ";"),
    )
