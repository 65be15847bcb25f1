"""Turns any kept file into page images: PDF pages rendered at 300 dpi, all frames of a TIFF, photographs turned upright."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import msgspec
import numpy as np
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from services.evidence.domain.media import Media
from services.evidence.domain.text import ReadWord
from services.evidence.reading.layer import text_layer
from services.evidence.reading.protocol import ChildLimits

DPI = 300
_LONG_SIDE = 3500
_SHORT_OF_LETTERS = 2200
_WORKING_PIXELS = 40_000_000
_POINTS_PER_INCH = 72


class PageSource(msgspec.Struct):
    """One page before reading: its image (RGB, about 300 dpi), and its words where the file brings them along."""

    number: int
    image: Image.Image
    words: list[ReadWord] | None = None


class Damaged(Exception):
    """The file cannot be turned into page images."""


_DAMAGE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, pypdfium2.PdfiumError, EOFError)


@contextmanager
def _damage() -> Iterator[None]:
    """Turn what the libraries raise over a bad file into Damaged."""
    try:
        yield
    except _DAMAGE as error:
        raise Damaged(str(error)) from error


class Pages:
    """The pages of one file, made one after the other."""

    def __init__(self, count: int, pages: Iterator[PageSource]) -> None:
        self.count = count
        self._pages = pages

    def __iter__(self) -> Iterator[PageSource]:
        return self

    def __next__(self) -> PageSource:
        with _damage():
            return next(self._pages)


@contextmanager
def open_pages(path: str, media: str, limits: ChildLimits) -> Iterator[Pages]:
    """Open a file for reading page by page. Raises Damaged, also later when a page cannot be made."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    pillow_heif.register_heif_opener()
    with ExitStack() as open_files:
        with _damage():
            if media == Media.PDF:
                pdf = open_files.enter_context(pypdfium2.PdfDocument(path))
                count = min(len(pdf), limits.max_pages)
                pages = Pages(count, _pdf_pages(pdf, count))
            else:
                image = open_files.enter_context(Image.open(path))
                count = min(getattr(image, "n_frames", 1) if media == Media.TIFF else 1, limits.max_pages)
                pages = Pages(count, _frames(image, count))
        yield pages


def _pdf_pages(pdf: pypdfium2.PdfDocument, count: int) -> Iterator[PageSource]:
    for index in range(count):
        page = pdf[index]
        width, height = page.get_size()
        scale = DPI / _POINTS_PER_INCH
        pixels = max(1.0, width * height * scale * scale)
        bitmap = page.render(scale=scale * min(1.0, math.sqrt(_WORKING_PIXELS / pixels)), rev_byteorder=True)
        image = bitmap.to_pil().convert("RGB")
        words = text_layer(page, bitmap)
        page.close()
        yield PageSource(number=index + 1, image=image, words=words)


def _frames(image: Image.Image, count: int) -> Iterator[PageSource]:
    for index, frame in enumerate(ImageSequence.Iterator(image)):
        if index == count:
            return
        yield PageSource(number=index + 1, image=at_reading_size(flatten(frame), _dpi(frame)))


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


def _dpi(image: Image.Image) -> float:
    try:
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return across if abs(across - down) < 1 else 0.0


def _to_eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return Image.fromarray(((values - low) * scale).astype(np.uint8)) if scale else Image.new("L", image.size, 255)
