"""Reads one page of a file: its words, tables and codes, by an engine; images and reading go into a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image, ImageFilter

from services.evidence.domain.text import FoundCode, ReadPage, ReadWord, mean_confidence
from services.evidence.extraction.engine import Engine, RecognisedPage
from services.evidence.extraction.merging import merged, sure_lines, turned
from services.evidence.extraction.page_images import save_images, view_size
from services.evidence.extraction.pages import PageSource
from services.evidence.extraction.paper_codes import find_codes
from services.evidence.extraction.protocol import PageReading, reading_file
from services.evidence.extraction.tesseract import EngineFailed, EngineTimeout

_FROM_FILE = "pdf"
_MOSTLY = 0.5
_SURE = 60
_SECOND_LOOK_S = 45.0
"""So long a page is looked at anew: with one more look at its longest it stays below what the parent waits for a page."""
_COARSER = 0.75


def keep_page(source: PageSource, engine: Engine, into: Path, image_bytes: int) -> None:
    """Read a page and write its images and its `PageReading`, the latter whole or not at all.

    An image has at most `image_bytes`; with 0 none is made. Raises EngineFailed, EngineTimeout, MemoryError.
    """
    reading = _read(source, engine, into, image_bytes)
    unfinished = into / f"{reading_file(source.number)}.part"
    unfinished.write_bytes(msgspec.json.encode(reading))
    unfinished.rename(into / reading_file(source.number))


def _read(source: PageSource, engine: Engine, into: Path, image_bytes: int) -> PageReading:
    until = time.monotonic() + _SECOND_LOOK_S
    read, origin = _recognised(source, engine, until)
    if image_bytes:
        width, height = save_images(read.image, source.number, into, image_bytes)
    else:
        width, height = view_size(read.image)
    page = ReadPage(
        number=source.number,
        width=width,
        height=height,
        confidence=mean_confidence(read.words),
        source=origin,
        words=tuple(read.words),
        turned=read.degrees,
        skew=round(read.skew, 2),
        kind=str(read.kind),
        tables=read.tables,
        doubts=tuple(str(doubt) for doubt in read.doubts),
    )
    codes = find_codes(read.image)
    return PageReading(
        page=page,
        width=read.image.width,
        height=read.image.height,
        engine=engine.name,
        engine_version=engine.version,
        pipeline=engine.pipeline,
        codes=tuple(FoundCode(source.number, code) for code in codes),
        again=_second_reading(page, read.image, engine, until) if codes and time.monotonic() < until else None,
    )


def _second_reading(page: ReadPage, image: Image.Image, engine: Engine, until: float) -> ReadPage:
    """Read a page again that is to be compared with its print: coarser and softer, so that it is wrong elsewhere."""
    soft = image.convert("L").filter(ImageFilter.GaussianBlur(1))
    soft = soft.resize((round(soft.width * _COARSER), round(soft.height * _COARSER)), Image.Resampling.BOX)
    try:
        read = engine.read(soft.convert("RGB"), until=until)
    except (EngineTimeout, EngineFailed):
        return page
    if read.degrees:
        return page
    return msgspec.structs.replace(
        page,
        words=tuple(_levelled_back(read)),
        tables=read.tables,
        confidence=mean_confidence(read.words),
    )


def _recognised(source: PageSource, engine: Engine, until: float) -> tuple[RecognisedPage, str]:
    """Return the page as it was read, and where its words came from: the file itself, the engine, or both."""
    if source.rest is not None and not source.words:
        return engine.read(source.rest, until=until), engine.name
    image, words = turn_by(source.image, source.degrees), _turned(source.words, source.degrees, 0.0, source.image.size)
    page = RecognisedPage(image=image, words=words, degrees=source.degrees)
    if source.rest is None:
        return page, _FROM_FILE
    read = engine.read(turn_by(source.rest, source.degrees), until=until)
    if source.explained >= _MOSTLY:
        # The file's own words tell which way up the page is; few letters beside them may tell it wrongly.
        more = sure_lines(_levelled_back(read), _SURE) if not read.degrees else []
        page = msgspec.structs.replace(page, words=merged(words, more))
        return page, f"{_FROM_FILE}+{engine.name}" if more else _FROM_FILE
    # A scan with a line typed over it: the scan tells which way up the page is.
    own = _turned(words, read.degrees, read.skew, image.size)
    both = msgspec.structs.replace(
        page,
        image=_levelled(turn_by(image, read.degrees), read.skew),
        words=merged(own, read.words),
        degrees=(source.degrees + read.degrees) % 360,
        skew=read.skew,
        doubts=read.doubts,
    )
    return both, f"{_FROM_FILE}+{engine.name}" if read.words else _FROM_FILE


def _levelled_back(read: RecognisedPage) -> list[ReadWord]:
    """Return the words where they stand on the page before it was levelled."""
    return _turned(read.words, 0, -read.skew, read.image.size)


def _turned(words: Sequence[ReadWord], degrees: int, skew: float, size: tuple[int, int]) -> list[ReadWord]:
    return [turned(word, degrees, skew, size) for word in words] if degrees or skew else list(words)


def turn_by(image: Image.Image, degrees: int) -> Image.Image:
    """Return an image turned counter-clockwise by a quarter's multiple."""
    how = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(how[degrees]) if degrees in how else image


def _levelled(image: Image.Image, skew: float) -> Image.Image:
    """Return an image turned counter-clockwise by a small angle, its size kept, corners filled with paper."""
    return image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)) if skew else image
