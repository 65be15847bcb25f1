"""Turns any kept file into page images: PDF pages rendered at 300 dpi, all frames of a TIFF, photographs turned upright."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import msgspec
import numpy as np
import pillow_heif
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageFile, ImageOps

from services.evidence.domain.media import Media
from services.evidence.domain.text import ReadingNote, ReadWord
from services.evidence.extraction.merging import merged
from services.evidence.extraction.pdf_forms import Value, draw, inside, lost, read_values, words_of
from services.evidence.extraction.protocol import ChildLimits
from services.evidence.extraction.text_layer import TextLayer, read_layer

DPI = 300
_LONG_SIDE = 3500
_SHORT_OF_LETTERS = 2200
_WORKING_PIXELS = 40_000_000
_POINTS_PER_INCH = 72
_NEARLY_SQUARE, _ODDEST = 0.04, 4.0
_NEW_SUBFILE_TYPE, _COMPRESSION, _ORIENTATION = 254, 259, 0x0112
_LYING = 5
"""From this EXIF orientation on, width and height change places."""

_RARE_SQUEEZES = frozenset({"webp", "zstd", "lerc", "jbig", 34661, 34712, 34887, 34925, 50000, 50001, 50002})


class PageSource(msgspec.Struct):
    """One page before reading: its image (RGB, about 300 dpi), and what the file itself says of it.

    `words` are those that the file brings along and that can be believed; `rest` is the page without them, where it shows
    more that may be letters, else None. `explained` is the share of the letter-like ink that the words account for.
    `degrees` is by how much the page must be turned counter-clockwise, where the file's own words tell.
    """

    number: int
    image: Image.Image
    words: tuple[ReadWord, ...] = ()
    rest: Image.Image | None = None
    explained: float = 0.0
    degrees: int = 0


class Damaged(Exception):
    """The file cannot be turned into page images."""


class Unsupported(Exception):
    """The file is whole, but squeezed or coded in a way that cannot be undone here."""


_DAMAGE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, pypdfium2.PdfiumError, EOFError)


@contextmanager
def _damage() -> Iterator[None]:
    """Turn what the libraries raise over a bad file into Damaged."""
    try:
        yield
    except _DAMAGE as error:
        raise Damaged(str(error)) from error


class Pages:
    """The pages of one file, each made when it is asked for, in any order."""

    def __init__(self, count: int, make: Callable[[int], PageSource], notes: tuple[ReadingNote, ...] = ()) -> None:
        self.count = count
        self.notes = notes
        self._make = make

    def __iter__(self) -> Iterator[PageSource]:
        return map(self.page, range(1, self.count + 1))

    def page(self, number: int) -> PageSource:
        """Return a page (from 1). Raises Damaged where it cannot be made, or is none of the file; Unsupported."""
        if not 1 <= number <= self.count:
            raise Damaged(f"no page {number}")
        with _damage():
            return self._make(number)


@contextmanager
def open_pages(path: str, media: str, limits: ChildLimits) -> Iterator[Pages]:
    """Open a file for reading page by page. Raises Damaged where it cannot be opened."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    # Ingest takes an image that lacks its end mark only; what is there of it is read.
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    pillow_heif.register_heif_opener()
    with ExitStack() as open_files:
        with _damage():
            if media == Media.PDF:
                pdf = open_files.enter_context(pypdfium2.PdfDocument(path))
                pages = _pdf_pages(pdf, limits)
            else:
                image = open_files.enter_context(Image.open(path))
                frames = page_frames(image, limits.max_pages) if media == Media.TIFF else [0]
                pages = Pages(len(frames), lambda number: _frame(image, number, frames[number - 1]))
        yield pages


def _pdf_pages(pdf: pypdfium2.PdfDocument, limits: ChildLimits) -> Pages:
    count = min(len(pdf), limits.max_pages)
    kind = pdf.get_formtype()
    # A dynamic XFA form has no pages of its own: the one there is asks to wait for a program that builds them.
    dynamic = kind == pdfium.FORMTYPE_XFA_FULL
    if kind != pdfium.FORMTYPE_NONE and not dynamic:
        pdf.init_forms()
    notes = (ReadingNote.DYNAMIC_FORM,) if dynamic else ()
    return Pages(count, lambda number: _pdf_page(pdf, number - 1), notes)


def _pdf_page(pdf: pypdfium2.PdfDocument, index: int) -> PageSource:
    page = pdf[index]
    width, height = page.get_size()
    scale = DPI / _POINTS_PER_INCH
    pixels = max(1.0, width * height * scale * scale)
    scale *= min(1.0, math.sqrt(_WORKING_PIXELS / pixels))
    image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    place = _place(page, image.size)
    values: list[Value] = []
    if pdfium.FPDFPage_GetAnnotCount(page):
        values = read_values(pdf.formenv, page, place, image.size)
        page = _flat(pdf, page, index)
        place = _place(page, image.size)
    layer = read_layer(page, place, image.size)
    rest = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB") if layer.rest and layer.words else None
    page.close()
    return _with_values(index + 1, image, rest, layer, values)


def view_page(path: str, media: str, number: int, limits: ChildLimits, side: int) -> Image.Image:
    """Return one page as it lies in the file, at most `side` pixels long, without looking at any other page.

    Raises Damaged, also for a page that the file does not have; Unsupported.
    """
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    pillow_heif.register_heif_opener()
    with ExitStack() as open_files, _damage():
        if media == Media.PDF:
            pdf = open_files.enter_context(pypdfium2.PdfDocument(path))
            if pdf.get_formtype() not in {pdfium.FORMTYPE_NONE, pdfium.FORMTYPE_XFA_FULL}:
                pdf.init_forms()
            page = pdf[number - 1]
            scale = min(side / max(1.0, *page.get_size()), DPI / _POINTS_PER_INCH)
            drawn: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
            return drawn
        image = open_files.enter_context(Image.open(path))
        frames = page_frames(image, limits.max_pages) if media == Media.TIFF else [0]
        if number > len(frames):
            raise Damaged(f"no page {number}")
        return _frame(image, number, frames[number - 1]).image


def _place(page: pypdfium2.PdfPage, size: tuple[int, int]) -> pypdfium2.PdfPosConv:
    """Return what turns points of the page into pixels of its image."""
    return pypdfium2.PdfPosConv(page, (0, 0, *size, 0))


def _flat(pdf: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, index: int) -> pypdfium2.PdfPage:
    """Return the page with its annotations made part of it, so that their letters are letters of the page."""
    flattened = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    if flattened != pdfium.FLATTEN_SUCCESS:
        return page
    page.close()
    return pdf[index]


def _with_values(
    number: int, image: Image.Image, rest: Image.Image | None, layer: TextLayer, values: list[Value]
) -> PageSource:
    """Put what fields say in place of what was drawn of it, where letters were lost in drawing."""
    words = list(layer.words)
    for value in lost(values, words):
        drawn = inside(value, words)
        line = 1 + max((word.line for word in words), default=0)
        words = merged([word for word in words if word not in drawn], words_of(value, line))
        draw(image, [value])
    if rest is None and layer.rest:
        rest = image
    return PageSource(
        number=number,
        image=image,
        words=tuple(words),
        rest=rest,
        explained=layer.explained,
        degrees=layer.degrees,
    )


def page_frames(image: Image.Image, most: int) -> list[int]:
    """Return which frames of a TIFF are pages: a smaller picture of a page beside it (NewSubfileType bit 0) is none."""
    frames = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        if not int(getattr(image, "tag_v2", {}).get(_NEW_SUBFILE_TYPE, 0)) & 1:
            frames.append(index)
        if len(frames) == most:
            break
    return frames or [0]


def _frame(image: Image.Image, number: int, index: int) -> PageSource:
    image.seek(index)
    density, turned, whole = pixel_density(image), image.getexif().get(_ORIENTATION, 1) >= _LYING, image.size
    with _known_squeeze(image):
        frame = flatten(image)
    shrunk = max(frame.size) / max(whole)
    across, down = (side * shrunk for side in (density[::-1] if turned else density))
    upright = at_reading_size(squared(frame, across, down), max(across, down))
    return PageSource(number=number, image=upright, rest=upright)


@contextmanager
def _known_squeeze(image: Image.Image) -> Iterator[None]:
    """Tell a squeeze of TIFF that this build of the library does not know from damage."""
    try:
        yield
    except OSError as error:
        if getattr(image, "tag_v2", {}).get(_COMPRESSION, 1) in _RARE_SQUEEZES:
            raise Unsupported(str(error)) from error
        raise


def squared(image: Image.Image, across: float, down: float) -> Image.Image:
    """Return an image with square pixels, given how many lie in an inch each way (or any measure): a fax has twice as many.

    The coarser way is drawn out; a huge image is drawn together the other way. Odd ratios are taken for mistakes.
    """
    if not across or not down or abs(across / down - 1) < _NEARLY_SQUARE or not 1 / _ODDEST <= across / down <= _ODDEST:
        return image
    finer = max(across, down)
    width, height = image.width * finer / across, image.height * finer / down
    if width * height > _WORKING_PIXELS:
        width, height = width * min(across, down) / finer, height * min(across, down) / finer
    return image.resize((max(1, round(width)), max(1, round(height))), Image.Resampling.BICUBIC)


def flatten(image: Image.Image) -> Image.Image:
    """Return an RGB image of at most working size: upright by its EXIF, on white where it is transparent, 16 bits scaled."""
    if image.width * image.height > _WORKING_PIXELS:
        # A JPEG can be decoded small; everything else is shrunk once decoded.
        image.draft("RGB", (image.width // 2, image.height // 2))
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":
        image = _to_eight_bits(image)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        image = paper
    pixels = image.width * image.height
    if pixels > _WORKING_PIXELS:
        factor = math.sqrt(_WORKING_PIXELS / pixels)
        image = image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.BOX)
    return image.convert("RGB")


def at_reading_size(image: Image.Image, dpi: float) -> Image.Image:
    """Scale to about 300 dpi: by what the file says where that is believable, else by the size of an A4 page."""
    long_side = max(image.size)
    factor = DPI / dpi if 140 <= dpi <= 1300 else 1.0
    if not 1000 <= long_side * factor <= 8000 or not 140 <= dpi <= 1300:
        factor = _LONG_SIDE / long_side if long_side > _LONG_SIDE * 1.25 or 600 < long_side < _SHORT_OF_LETTERS else 1.0
    if abs(factor - 1) < 0.1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS if factor < 1 else Image.Resampling.BICUBIC)


def pixel_density(image: Image.Image) -> tuple[float, float]:
    """Return how many pixels lie in an inch across and down; where the file has no measure, two numbers of that ratio."""
    for key in ("dpi", "resolution", "jfif_density", "aspect"):
        try:
            across, down = (float(value) for value in image.info[key])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            continue
        if math.isfinite(across) and math.isfinite(down) and across > 0 and down > 0:
            return across, down
    return 0.0, 0.0


def _to_eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8)) if scale else Image.new("L", image.size, 255)
