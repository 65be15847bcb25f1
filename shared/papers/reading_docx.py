"""Reads what a Word document says: its paragraphs and tables as they stand once every tracked change is accepted.

Inserted text counts, deleted does not; text of boxes follows the paragraph that holds them; fields give what they show.
Heads, feet, comments and footnotes of the document are left out; the foot only names the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shared.papers.code import find_paper_id
from shared.papers.filled import FilledBlock, FilledCell, FilledParagraph, FilledRow, FilledTable
from shared.papers.office_file import OfficeFile, broken
from shared.papers.text import tidy
from shared.papers.wording import clean

BODY = "word/document.xml"
MOST_COLUMNS = 63
"""That Word allows in a table."""

_AROUND = frozenset({"w-ins", "w-moveTo", "w-sdt", "w-sdtContent", "w-customXml", "w-smartTag", "mc-Choice"})
"""What may stand around blocks, rows and cells without being one."""
_UNREAD = frozenset(
    {
        "w-del", "w-moveFrom", "w-delText", "w-instrText", "w-delInstrText", "w-pPr", "w-rPr", "w-sdtPr", "w-sdtEndPr",
        "w-customXmlPr", "w-smartTagPr", "w-rt", "w-object",
    }
)  # fmt: skip
_SAID = {"w-tab": " ", "w-ptab": " ", "w-br": "\n", "w-cr": "\n", "w-noBreakHyphen": "-"}


def docx_blocks(file: OfficeFile) -> tuple[FilledBlock, ...]:
    """Return the blocks of the document that have words. Raises what `OfficeFile` raises."""
    root = file.tree(BODY)
    body = None if root is None else root.find("w-body")
    if body is None:
        raise broken()
    return tuple(_blocks(body))


def paper_in_feet(file: OfficeFile) -> str:
    """Return the id of the paper that a foot of the document names, '' for none."""
    for name in file.names:
        if not name.startswith("word/") or not name.endswith(".xml") or "foot" not in name or name.count("/") > 1:
            continue
        root = file.tree(name)
        if root is None or root.tag != "w-ftr":
            continue
        found = find_paper_id("\n".join(_lines(_blocks(root))))
        if found:
            return found
    return ""


def _blocks(container: Element) -> Iterator[FilledBlock]:
    before = ""
    for child in _inside(container):
        if child.tag == "w-p":
            boxes: list[Element] = []
            before += "".join(_words(child, boxes))
            if child.find("w-pPr/w-rPr/w-del") is not None:
                continue  # the end of the paragraph is deleted: what follows is of the same
            yield from _paragraph(before)
            before = ""
            for box in boxes:
                yield from _blocks(box)
        elif child.tag == "w-tbl":
            yield from _paragraph(before)
            before = ""
            table = _table(child)
            if table.rows:
                yield table
    yield from _paragraph(before)


def _paragraph(said: str) -> Iterator[FilledParagraph]:
    text = _tidied(said)
    if text:
        yield FilledParagraph(text)


def _tidied(said: str) -> str:
    return "\n".join(line for line in tidy(clean(said)).split("\n") if line)


def _inside(container: Element) -> Iterator[Element]:
    """What stands in a container, whatever the elements around it."""
    for child in container:
        if child.tag == "mc-AlternateContent":
            chosen = next(iter(child), None)
            if chosen is not None:
                yield from _inside(chosen)
        elif child.tag in _AROUND:
            yield from _inside(child)
        else:
            yield child


def _words(part: Element, boxes: list[Element]) -> Iterator[str]:
    for child in part:
        tag = child.tag
        if tag in {"w-t", "m-t"}:
            yield child.text or ""
        elif tag in _SAID:
            yield _SAID[tag]
        elif tag == "w-txbxContent":
            boxes.append(child)
        elif tag == "mc-AlternateContent":
            # The second way says the same once more, for older programs.
            yield from _words(child[0] if len(child) else child, boxes)
        elif tag not in _UNREAD:
            yield from _words(child, boxes)


# --- tables


def _table(table: Element) -> FilledTable:
    rows = (_row(child) for child in _inside(table) if child.tag == "w-tr" and child.find("w-trPr/w-del") is None)
    return FilledTable(tuple(row for row in rows if row.cells))


def _row(row: Element) -> FilledRow:
    cells: list[FilledCell] = []
    column = _number(row.find("w-trPr/w-gridBefore"), 0)
    for child in _inside(row):
        if child.tag != "w-tc":
            continue
        span = max(1, _number(child.find("w-tcPr/w-gridSpan"), 1))
        if not _continues(child.find("w-tcPr/w-vMerge")) and not _continues(child.find("w-tcPr/w-hMerge")):
            deleted = child.find("w-tcPr/w-cellDel") is not None
            cells.append(FilledCell("" if deleted else "\n".join(_lines(_blocks(child))), column, span))
        column += span
    return FilledRow(tuple(cells), header=_is_on(row.find("w-trPr/w-tblHeader")))


def _continues(merge: Element | None) -> bool:
    return merge is not None and merge.get("w-val", "continue") == "continue"


def _is_on(switch: Element | None) -> bool:
    return switch is not None and switch.get("w-val", "true") not in {"0", "false", "off"}


def _number(element: Element | None, default: int) -> int:
    said = "" if element is None else element.get("w-val", "")
    return min(int(said), MOST_COLUMNS) if said.isascii() and said.isdecimal() and len(said) < 4 else default


def _lines(blocks: Iterator[FilledBlock]) -> Iterator[str]:
    for block in blocks:
        match block:
            case FilledParagraph():
                yield from block.text.split("\n")
            case FilledTable():
                for row in block.rows:
                    for cell in row.cells:
                        yield from (line for line in cell.text.split("\n") if line)
