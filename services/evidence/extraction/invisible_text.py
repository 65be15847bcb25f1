"""Lays the words of a reading over PDF pages, unseen: rendered by OCRmyPDF's own text renderer, set in place by one matrix.

A reading knows the page as it was read: turned by a quarter's multiple, then levelled. Its words are put back to where they
stand before the levelling, rendered on a page that is upright, and the whole of it is turned as the page's content lies.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from ocrmypdf._graft import strip_invisible_text
from ocrmypdf.font import MultiFontManager
from ocrmypdf.font.font_provider import BuiltinFontProvider
from ocrmypdf.fpdf_renderer import Fpdf2MultiPageRenderer
from ocrmypdf.models.ocr_element import BoundingBox, OcrElement

from services.evidence.domain.text import ReadPage, ReadWord
from shared.text import nfc

_POINTS_PER_INCH = 72.0
_THOUSAND = 1000.0
_HIDDEN_MODES = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_DEEPEST_FORM = 8
_LOOK_AROUND = 1.5
"""Points around a word's box within which the page's own letters count as that word."""
_HYPHENS = {0x02: "-", 0xAD: "-"}
_NOT_SHOWN = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]+")


class PageFrame(msgspec.Struct, frozen=True, kw_only=True):
    """How a reading lies on a page: the page's width and height in points once it is turned upright, by how much it was
    levelled counter-clockwise then (radians), and what carries points of the upright page into the page's own space.
    """

    width: float
    height: float
    skew: float
    matrix: Any

    def place(self, across: float, down: float) -> tuple[float, float]:
        """Return where a place of the level page (thousandths) is on the upright one: points from the left and the top."""
        x, y = (across / _THOUSAND - 0.5) * self.width, (down / _THOUSAND - 0.5) * self.height
        cos, sin = math.cos(self.skew), math.sin(self.skew)
        return x * cos - y * sin + self.width / 2, x * sin + y * cos + self.height / 2


def frame_of(page: Any, read: ReadPage) -> PageFrame:
    """Return the frame of a reading on a pikepdf page, seen through its crop box."""
    left, bottom, right, top = _shown_box(page)
    quarter = int(page.obj.get("/Rotate", 0)) % 360
    across, down = (right - left, top - bottom) if quarter in {0, 180} else (top - bottom, right - left)
    width, height = (across, down) if read.turned in {0, 180} else (down, across)
    matrix = _unturned(read.turned, across, down) @ _unrotated(quarter, left, bottom, right, top)
    return PageFrame(width=width, height=height, skew=math.radians(read.skew), matrix=matrix)


def _shown_box(page: Any) -> tuple[float, float, float, float]:
    """Return the box that viewers show: the crop box as far as it lies in the media box."""
    media, crop = (_box(box) for box in (page.mediabox, page.cropbox))
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else media


def _box(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _unturned(turned: int, across: float, down: float) -> Any:
    """Undo a turn counter-clockwise of a page that is `across` wide and `down` high before it."""
    return pikepdf.Matrix(*{
        0: (1, 0, 0, 1, 0, 0),
        90: (0, -1, 1, 0, 0, down),
        180: (-1, 0, 0, -1, across, down),
        270: (0, 1, -1, 0, across, 0),
    }[turned % 360])  # fmt: skip


def _unrotated(quarter: int, left: float, bottom: float, right: float, top: float) -> Any:
    """Return what carries the points of a page as viewers show it (turned clockwise by /Rotate) into its own space."""
    return pikepdf.Matrix(*{
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[quarter])  # fmt: skip


def lay_text(pdf: Any, reads: Mapping[int, ReadPage], folder: Path) -> None:
    """Put the words of readings (by page index) on the pages of an open PDF, unseen, and have it shown the right way up.

    Writes a file into `folder`.
    """
    frames = {index: frame_of(pdf.pages[index], read) for index, read in reads.items()}
    for index, read in reads.items():
        page = pdf.pages[index].obj
        page.Rotate = (int(page.get("/Rotate", 0)) - read.turned) % 360
    layers = {index: lines for index, read in reads.items() if (lines := list(_lines(read.words)))}
    if not layers:
        return
    path = folder / "text-layer.pdf"
    pages = [(index, _element(lines, frames[index]), _POINTS_PER_INCH) for index, lines in layers.items()]
    # Only the fonts that come with it: those of the machine would make other bytes on every machine.
    fonts = MultiFontManager(font_provider=BuiltinFontProvider())
    Fpdf2MultiPageRenderer(pages, fonts, invisible_text=True).render(path)
    with pikepdf.open(path) as rendered:
        for page, index in zip(rendered.pages, layers, strict=True):
            layer = pdf.copy_foreign(page.as_form_xobject(handle_transformations=False))
            name = pdf.pages[index].add_resource(layer, pikepdf.Name.XObject, _free_name(pdf.pages[index], index))
            numbers = " ".join(f"{number:.6f}" for number in frames[index].matrix.shorthand)
            # Before what the page draws: no state that it leaves behind can move the words.
            pdf.pages[index].contents_add(f"q {numbers} cm {name} Do Q\n".encode("ascii"), prepend=True)


def _free_name(page: Any, index: int) -> Any:
    """Return a name for the layer that the page has no other thing under: not a random one, which no two makings share."""
    taken = page.obj.get("/Resources", {}).get("/XObject", {})
    return next(name for count in itertools.count() if (name := pikepdf.Name(f"/KdText{index}-{count}")) not in taken)


def _lines(words: Sequence[ReadWord]) -> Iterator[list[ReadWord]]:
    for _, group in itertools.groupby(words, key=lambda word: (word.block, word.line)):
        line = [shown for word in group if (shown := _shown(word)) is not None]
        if line:
            yield line


def _shown(word: ReadWord) -> ReadWord | None:
    """Return a word with only letters that a font can have; None where none is left or it has no extent."""
    text = _NOT_SHOWN.sub("", nfc(word.text))
    return msgspec.structs.replace(word, text=text) if text and word.width > 0 and word.height > 0 else None


def _element(lines: Sequence[Sequence[ReadWord]], frame: PageFrame) -> Any:
    whole = BoundingBox(0, 0, frame.width, frame.height)
    elements = [element for line in lines for element in _line_elements(line, frame)]
    return OcrElement("ocr_page", bbox=whole, children=[OcrElement("ocr_par", bbox=whole, children=elements)])


def _line_elements(line: Sequence[ReadWord], frame: PageFrame) -> Iterator[Any]:
    """Yield a line as one, or word by word where the page lies askew.

    Words are always set level, each in its place: on lines that slope, pdftotext takes words apart and mixes lines up.
    """
    # The middle of what the words say: one that swallowed a rule or a seal moves no other off its place.
    top, bottom = median(word.top for word in line), median(word.top + word.height for word in line)
    for part in [line] if not frame.skew else [[word] for word in line]:
        boxes = [_points(word, frame) for word in part]
        left, right = min(box.left for box in boxes), max(box.right for box in boxes)
        _, middle = frame.place(part[0].left + part[0].width / 2, (top + bottom) / 2)
        half = max(0.5, (bottom - top) / _THOUSAND * frame.height / 2)
        words = [OcrElement("ocrx_word", bbox=box, text=word.text) for word, box in zip(part, boxes, strict=True)]
        whole = BoundingBox(left, middle - half, right, middle + half)
        yield OcrElement("ocr_line", bbox=whole, children=words, language="vie")


def _points(word: ReadWord, frame: PageFrame) -> Any:
    """Return a word's box on the upright page, in points from the left and the top, level even where the page is not."""
    x, y = frame.place(word.left + word.width / 2, word.top + word.height / 2)
    across, down = word.width / _THOUSAND * frame.width / 2, word.height / _THOUSAND * frame.height / 2
    return BoundingBox(x - across, y - down, x + across, y + down)


# ---- what a page brings along itself


def strip_hidden_text(pdf: Any, path: Path) -> None:
    """Take from pages of an open PDF, saved as it is in `path`, letters that nobody sees: the reading of another program."""
    with pypdfium2.PdfDocument(path) as look:
        hidden = [index for index in range(len(look)) if _has_hidden_text(look[index])]
    for index in hidden:
        strip_invisible_text(pdf, pdf.pages[index])


def _has_hidden_text(page: Any) -> bool:
    return any(
        pdfium.FPDFTextObj_GetTextRenderMode(part.raw) in _HIDDEN_MODES
        for part in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST_FORM)
    )


def missing_words(path: Path, pdf: Any, reads: Mapping[int, ReadPage]) -> dict[int, ReadPage]:
    """Return readings with only those words that the page of a PDF does not say itself in the same place.

    `path` holds the same pages as the open `pdf`. So a page that was typed keeps its own letters, and a scan that a line was
    typed over gets the rest.
    """
    with pypdfium2.PdfDocument(path) as look:
        return {index: _without_own_words(look[index], pdf.pages[index], read) for index, read in reads.items()}


def _without_own_words(own: Any, page: Any, read: ReadPage) -> ReadPage:
    text = own.get_textpage()
    try:
        if text.count_chars() <= 0:
            return read
        frame = frame_of(page, read)
        words = tuple(word for word in read.words if not _says(text, word, frame))
    finally:
        text.close()
        own.close()
    return msgspec.structs.replace(read, words=words)


def _says(text: Any, word: ReadWord, frame: PageFrame) -> bool:
    box = _points(word, frame)
    corners = [
        frame.matrix.transform((x, frame.height - y))
        for x in (box.left - _LOOK_AROUND, box.right + _LOOK_AROUND)
        for y in (box.top - _LOOK_AROUND, box.bottom + _LOOK_AROUND)
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    there = text.get_text_bounded(left=min(xs), bottom=min(ys), right=max(xs), top=max(ys))
    return _plain(word.text) in _plain(there)


def _plain(text: str) -> str:
    return _NOT_SHOWN.sub("", nfc(text.translate(_HYPHENS)))
