"""Writes the images of a page: one to look at, of bounded bytes, and a thumbnail."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from services.evidence.extraction.protocol import page_file, thumbnail_file

VIEW_SIDE = 1700
"""The longest side of a page image, in pixels."""
_THUMBNAIL_SIDE = 240


def view_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height of the image that would be made to look at a page."""
    factor = min(1.0, VIEW_SIDE / max(image.size))
    return max(1, round(image.width * factor)), max(1, round(image.height * factor))


def save_images(image: Image.Image, number: int, into: Path, most_bytes: int) -> tuple[int, int]:
    """Write the page image (at most that many bytes) and the thumbnail; return the page image's width and height."""
    view = _shrunk(image, VIEW_SIDE)
    data = b""
    for quality, side in ((72, VIEW_SIDE), (50, VIEW_SIDE), (45, 1400), (35, 1200), (25, 1000), (10, 800)):
        view = _shrunk(view, side)
        data = _webp(view, quality)
        if len(data) <= most_bytes:
            break
    (into / page_file(number)).write_bytes(data)
    (into / thumbnail_file(number)).write_bytes(_webp(_shrunk(view, _THUMBNAIL_SIDE), 60))
    return view.size


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _webp(image: Image.Image, quality: int) -> bytes:
    into = io.BytesIO()
    image.save(into, "WEBP", quality=quality, method=2)
    return into.getvalue()
