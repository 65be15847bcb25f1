"""Makes a PDF of an image file, a page an image, with the image's own bytes in it wherever a PDF can hold them.

JPEG, PNG and black-and-white TIFF go in as they are (img2pdf). What PDF/A has no way to show (CMYK without its profile,
transparency over nothing, mirrored pictures, WebP, HEIC) is put in anew: without loss where the original had none.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pikepdf
import pillow_heif
from PIL import Image, ImageFile, ImageOps

from services.evidence.domain.media import Media
from services.evidence.extraction.pages import flatten, page_frames, pixel_density
from services.evidence.extraction.protocol import ChildLimits

_A4_LONG_SIDE = 841.89
_POINTS_PER_INCH = 72.0
_LEAST_DPI, _MOST_DPI = 72.0, 2400.0
_LEAST_SIDE, _MOST_SIDE = 3.0, 14_400.0
"""The least and the most that a page's side may be in points."""

_ORIENTATION = 0x0112
_QUARTERS = {1: 0, 3: 180, 6: 90, 8: 270}
"""EXIF orientation → /Rotate; the others are mirrored, which a page cannot be."""

_QUALITY = 90
_GREY_ENOUGH = 8
_LOSSY = frozenset({"jpeg", "tiff_jpeg", "webp"})
_DIRECT_JPEG = frozenset({0xC0, 0xC1, 0xC2})
"""Frames of a JPEG that PDF's DCTDecode knows: baseline, extended, progressive, each with Huffman codes."""


def image_pdf(source: Path, media: Media, limits: ChildLimits, *, anew: bool = False) -> Any:
    """Return an open pikepdf document of an image file's pages; `anew` puts no bytes in as they are.

    Raises what Pillow and img2pdf raise over a file that is none.
    """
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    pillow_heif.register_heif_opener()
    pdf = pikepdf.new()
    with Image.open(source) as image:
        frames = page_frames(image, limits.max_pages) if media is Media.TIFF else [0]
        if media is Media.TIFF and not anew and _all_bilevel(image, frames):
            _append(pdf, img2pdf.convert(source.read_bytes(), nodate=True, layout_fun=_sizes(image, frames)), frames)
            quarters = [_quarter(image, index) for index in frames]
        else:
            parts = list(_parts(image, source, media, frames, anew=anew))
            for data, size, _ in parts:
                _append(pdf, img2pdf.convert(data, nodate=True, layout_fun=_layout([size])), [0])
            quarters = [quarter for _, _, quarter in parts]
    for page, quarter in zip(pdf.pages, quarters, strict=True):
        page.obj.Rotate = quarter
    return pdf


def picture_pdf(image: Image.Image, width: float, height: float) -> Any:
    """Return an open pikepdf document of one page of a size in points that shows a picture: the smaller of PNG and JPEG."""
    picture = image.convert("L") if _is_grey(image) else image
    data = min((_encoded(picture, lossy=lossy) for lossy in (False, True)), key=len)
    pdf = pikepdf.new()
    _append(pdf, img2pdf.convert(data, nodate=True, layout_fun=_layout([(width, height)])), [0])
    return pdf


def _append(pdf: Any, data: bytes, frames: Sequence[int]) -> None:
    with pikepdf.open(io.BytesIO(data)) as made:
        pdf.pages.extend(made.pages[index] for index in frames)


def _parts(
    image: Image.Image, source: Path, media: Media, frames: Sequence[int], *, anew: bool
) -> Iterator[tuple[bytes, tuple[float, float], int]]:
    """Yield for each page an image that img2pdf puts in as it is, the page's size in points, and its /Rotate."""
    for index in frames:
        image.seek(index)
        size = _page_size(image)
        if not anew and media in {Media.JPEG, Media.PNG} and _goes_in_as_it_is(image, source, media):
            yield source.read_bytes(), size, _quarter(image, index)
            continue
        lossy = media in {Media.JPEG, Media.WEBP, Media.HEIC} or image.info.get("compression") in _LOSSY
        if image.getexif().get(_ORIENTATION, 1) > 4:
            size = size[::-1]
        upright = ImageOps.exif_transpose(image) if image.mode == "1" else flatten(image)
        yield _encoded(upright, lossy=lossy), size, 0


def _goes_in_as_it_is(image: Image.Image, source: Path, media: Media) -> bool:
    if image.getexif().get(_ORIENTATION, 1) not in _QUARTERS:
        return False
    if media is Media.JPEG:
        return image.mode in {"L", "RGB"} and _frame_kind(source) in _DIRECT_JPEG
    return image.mode in {"1", "L", "P", "RGB", "I;16"} and "transparency" not in image.info


def _frame_kind(source: Path) -> int:
    """Return the marker of a JPEG's frame (0xC0 …), 0 where there is none."""
    data = source.read_bytes()
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            return kind
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big") if kind != 0xFF else 1
    return 0


def _all_bilevel(image: Image.Image, frames: Sequence[int]) -> bool:
    for index in frames:
        image.seek(index)
        if image.mode != "1" or image.getexif().get(_ORIENTATION, 1) not in _QUARTERS:
            return False
    return True


def _quarter(image: Image.Image, index: int) -> int:
    image.seek(index)
    return _QUARTERS[image.getexif().get(_ORIENTATION, 1)]


def _sizes(image: Image.Image, frames: Sequence[int]) -> Callable[..., tuple[float, float, float, float]]:
    """Return the layout of a TIFF whose frames img2pdf goes through one by one, those between its pages too."""
    sizes = []
    for index in range(max(frames) + 1):
        image.seek(index)
        sizes.append(_page_size(image))
    rest = [(_A4_LONG_SIDE, _A4_LONG_SIDE)] * (getattr(image, "n_frames", 1) - len(sizes))
    return _layout(sizes + rest)


def _layout(sizes: Sequence[tuple[float, float]]) -> Callable[..., tuple[float, float, float, float]]:
    """Return what img2pdf asks for the size of each page: that of its picture, in the order of pages."""
    left = iter(sizes)

    def of_next(_width: int, _height: int, _density: tuple[float, float]) -> tuple[float, float, float, float]:
        width, height = next(left)
        return width, height, width, height

    return of_next


def _page_size(image: Image.Image) -> tuple[float, float]:
    """Return an image's size on paper in points, as it lies in the file: by its density, else its long side is A4's."""
    across, down = pixel_density(image)
    if not (_LEAST_DPI < across <= _MOST_DPI and _LEAST_DPI < down <= _MOST_DPI):
        ratio = across / down if across and down and math.isfinite(across / down) else 1.0
        width, height = image.width / ratio, float(image.height)
        factor = _A4_LONG_SIDE / max(width, height)
    else:
        width, height, factor = image.width / across, image.height / down, _POINTS_PER_INCH
    if max(width, height) * factor > _MOST_SIDE:
        factor = _MOST_SIDE / max(width, height)
    return max(_LEAST_SIDE, width * factor), max(_LEAST_SIDE, height * factor)


def _encoded(image: Image.Image, *, lossy: bool) -> bytes:
    into = io.BytesIO()
    if image.mode == "1":
        image.save(into, "TIFF", compression="group4")
    elif lossy:
        image.save(into, "JPEG", quality=_QUALITY, subsampling=0 if image.mode == "L" else 2)
    else:
        image.save(into, "PNG", compress_level=6)
    return into.getvalue()


def _is_grey(image: Image.Image) -> bool:
    pixels = np.asarray(image.convert("RGB"), dtype=np.int16)
    return int((pixels.max(axis=2) - pixels.min(axis=2)).max(initial=0)) <= _GREY_ENOUGH
