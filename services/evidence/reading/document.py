"""Reads one document into a folder: text object, page images, thumbnails; one progress line a page."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from services.evidence.domain.text import ReadPage, ReadText, ReadWord, encode_text, mean_confidence
from services.evidence.reading.cleaning import clean, find_skew, ink_map, is_blank, is_sideways, turn
from services.evidence.reading.pages import Damaged, PageSource, open_pages
from services.evidence.reading.protocol import TEXT_FILE, ChildLimits, Exit, PageDone, page_file, thumbnail_file
from services.evidence.reading.tesseract import EngineFailed, EngineTimeout, Tesseract

_DOUBTFUL = 65
_FEW_LETTERS = 40
_VIEW_SIDE = 1700
_THUMBNAIL_SIDE = 240
_FROM_FILE = "pdf"


def read_document(source: str, media: str, into: str, limits: ChildLimits) -> None:
    """Read a file; leaves with the exit status that names the failure."""
    try:
        _read(source, media, Path(into), limits)
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except EngineFailed as error:
        sys.stderr.write(f"{error}\n"[:500])
        sys.exit(Exit.ENGINE)
    except EngineTimeout:
        sys.exit(Exit.TIMEOUT)


def _read(source: str, media: str, into: Path, limits: ChildLimits) -> None:
    engine = Tesseract(limits)
    version = engine.version
    pages: list[ReadPage] = []
    with open_pages(source, media, limits) as sources:
        _tell(0, sources.count)
        for page in sources:
            pages.append(_read_page(page, into, engine, limits))
            _tell(page.number, sources.count)
    text = ReadText(engine=engine.name, engine_version=version, language=limits.language, pages=tuple(pages))
    (into / TEXT_FILE).write_bytes(encode_text(text)[0])


def _read_page(page: PageSource, into: Path, engine: Tesseract, limits: ChildLimits) -> ReadPage:
    if page.words is not None:
        image, words, source = page.image, page.words, _FROM_FILE
    else:
        image, words = _recognise(page.image, engine)
        source = engine.name
    view = _save_images(image, page.number, into, limits.image_bytes)
    return ReadPage(
        number=page.number,
        width=view[0],
        height=view[1],
        confidence=mean_confidence(words),
        source=source,
        words=tuple(words),
    )


def _recognise(image: Image.Image, engine: Tesseract) -> tuple[Image.Image, list[ReadWord]]:
    """Return the page as it was read (turned, levelled) and its words."""
    ink = ink_map(image)
    sideways = is_sideways(ink)
    if sideways:
        image = _turn_by(image, engine.upright(clean(image)))
        ink = ink_map(image)
    level = turn(image, find_skew(ink))
    grey = clean(level)
    if is_blank(grey):
        return level, []
    words = engine.words(grey)
    if _good(words):
        return level, words
    # Doubtful: perhaps it lies upside down or on its side. The better of two readings stays.
    degrees = engine.upright(grey) or (180 if sideways else 0)
    if not degrees:
        return level, words
    turned = _turn_by(level, degrees)
    again = engine.words(np.ascontiguousarray(clean(turned)))
    return (turned, again) if _worth(again) > _worth(words) else (level, words)


def _turn_by(image: Image.Image, degrees: int) -> Image.Image:
    how = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(how[degrees]) if degrees in how else image


def _good(words: list[ReadWord]) -> bool:
    return mean_confidence(words) >= _DOUBTFUL and sum(len(word.text) for word in words) >= _FEW_LETTERS


def _worth(words: list[ReadWord]) -> int:
    return sum(word.confidence * len(word.text) for word in words if word.confidence >= 50)


def _save_images(image: Image.Image, number: int, into: Path, most_bytes: int) -> tuple[int, int]:
    """Write the page image (at most that many bytes) and the thumbnail; return the page image's width and height."""
    view = _shrunk(image, _VIEW_SIDE)
    data = b""
    for quality, side in ((72, _VIEW_SIDE), (50, _VIEW_SIDE), (45, 1400), (35, 1200), (25, 1000), (10, 800)):
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


def _tell(page: int, pages: int) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(PageDone(page=page, pages=pages)) + b"\n")
    sys.stdout.buffer.flush()
