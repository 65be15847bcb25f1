"""Gives a reading as hOCR 1.2: pages, areas, lines and words with their boxes in pixels and how sure the reading is.

A table is an `ocr_table` with an `ocr_carea` for each cell that has words, which says as `x_cell` where the cell stands:
first row and column (from 0), how many rows and columns it takes. Boxes are those of the upright, levelled page image.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

from services.evidence.domain.text import ReadCell, ReadPage, ReadTable, ReadText, ReadWord

MEDIA_TYPE = "text/html"
_DOCTYPE = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocr_table ocrp_wconf"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGES = {"vie": "vi"}

Box = tuple[int, int, int, int]


def to_hocr(text: ReadText, title: str = "") -> bytes:
    """Return a reading as an hOCR document (XHTML, UTF-8); the same reading and title give the same bytes."""
    language = _LANGUAGES.get(text.language, text.language)
    root = ET.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml", "lang": language, "xml:lang": language})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = _plain(title)
    ET.SubElement(head, "meta", {"name": "ocr-system", "content": _plain(f"{text.engine} {text.engine_version}")})
    ET.SubElement(head, "meta", {"name": "ocr-capabilities", "content": _CAPABILITIES})
    ET.SubElement(head, "meta", {"name": "ocr-langs", "content": language})
    ET.SubElement(head, "meta", {"name": "ocr-number-of-pages", "content": str(len(text.pages))})
    body = ET.SubElement(root, "body")
    for page in text.pages:
        _page(body, page)
    ET.indent(root)
    return (_DOCTYPE + ET.tostring(root, encoding="unicode") + "\n").encode()


def _page(body: ET.Element, page: ReadPage) -> None:
    whole = (0, 0, page.width, page.height)
    # The number of the page in the file begins with 0, as hOCR has it; where it was turned for reading is said in degrees.
    told = f"{_bbox(whole)}; ppageno {page.number - 1}; x_turned {page.turned}; x_skew {page.skew:.2f}"
    element = ET.SubElement(body, "div", {"class": "ocr_page", "id": f"page_{page.number}", "title": told})
    cells = {cell.block: (table, cell) for table in page.tables for cell in table.cells if cell.block >= 0}
    tables: dict[ReadTable, ET.Element] = {}
    for number, block in enumerate(_groups(page.words, "block"), 1):
        parent, told = element, ""
        if block[0].block in cells:
            table, cell = cells[block[0].block]
            parent = tables.get(table) or _table(element, page, table, len(tables) + 1)
            tables[table] = parent
            told = _place(cell)
        _area(parent, page, block, f"{page.number}_{number}", told)


def _table(parent: ET.Element, page: ReadPage, table: ReadTable, number: int) -> ET.Element:
    box = _pixels(page, [(table.left, table.top, table.left + table.width, table.top + table.height)])
    told = f"{_bbox(box)}; x_size {table.rows} {table.columns}"
    return ET.SubElement(parent, "div", {"class": "ocr_table", "id": f"table_{page.number}_{number}", "title": told})


def _place(cell: ReadCell) -> str:
    return f"; x_cell {cell.row} {cell.column} {cell.rows} {cell.columns}"


def _area(parent: ET.Element, page: ReadPage, words: Sequence[ReadWord], name: str, told: str) -> None:
    box = _bbox(_around(page, words))
    area = ET.SubElement(parent, "div", {"class": "ocr_carea", "id": f"block_{name}", "title": box + told})
    paragraph = ET.SubElement(area, "p", {"class": "ocr_par", "id": f"par_{name}", "title": box})
    for number, line in enumerate(_groups(words, "line"), 1):
        told = _bbox(_around(page, line))
        row = ET.SubElement(paragraph, "span", {"class": "ocr_line", "id": f"line_{name}_{number}", "title": told})
        for at, word in enumerate(line, 1):
            told = f"{_bbox(_around(page, [word]))}; x_wconf {max(0, min(100, word.confidence))}"
            known = {"class": "ocrx_word", "id": f"word_{name}_{number}_{at}", "title": told}
            ET.SubElement(row, "span", known).text = _plain(word.text)


def _groups(words: Iterable[ReadWord], of: str) -> Iterator[list[ReadWord]]:
    for _, group in itertools.groupby(words, key=lambda word: getattr(word, of)):
        yield list(group)


def _around(page: ReadPage, words: Sequence[ReadWord]) -> Box:
    return _pixels(page, [(word.left, word.top, word.left + word.width, word.top + word.height) for word in words])


def _pixels(page: ReadPage, boxes: Sequence[tuple[int, int, int, int]]) -> Box:
    """Return the box around boxes, of thousandths of the page made whole pixels of its image, within that image."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    across, down = page.width / 1000, page.height / 1000
    return (
        max(0, min(page.width, round(min(lefts) * across))),
        max(0, min(page.height, round(min(tops) * down))),
        max(0, min(page.width, round(max(rights) * across))),
        max(0, min(page.height, round(max(bottoms) * down))),
    )


def _bbox(box: Box) -> str:
    return "bbox {} {} {} {}".format(*box)


def _plain(text: str) -> str:
    return _NOT_XML.sub("", text)
