"""Reads one document into a folder: text object, page images, thumbnails; one progress line a page."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageFilter

from services.evidence.domain.text import FoundCode, ReadPage, ReadText, ReadWord, encode_text, mean_confidence
from services.evidence.extraction.cleaning import (
    Grey,
    clean,
    find_skew,
    ink_map,
    is_blank,
    is_faint,
    is_sideways,
    letter_ink,
    turn,
)
from services.evidence.extraction.merging import merged, sure_lines, turned, unexplained, worth
from services.evidence.extraction.pages import Damaged, PageSource, Unsupported, open_pages, view_page
from services.evidence.extraction.paper_codes import find_codes
from services.evidence.extraction.protocol import TEXT_FILE, ChildLimits, Exit, PageDone, page_file, thumbnail_file
from services.evidence.extraction.tesseract import EngineFailed, EngineTimeout, Tesseract

_DOUBTFUL = 65
_FEW_LETTERS = 40
_VIEW_SIDE = 1700
_THUMBNAIL_SIDE = 240
_FROM_FILE = "pdf"
_MOSTLY = 0.5
_SURE = 60
_PLAINLY = 1.2
_SECOND_LOOK_S = 45.0
"""So long a page is looked at anew: with one more look at its longest it stays below what the parent waits for a page."""
_MOST_UNEXPLAINED = 0.5
_THIRD = 3
_COARSER = 0.75


def read_document(source: str, media: str, into: str, limits: ChildLimits) -> None:
    """Read a file; leaves with the exit status that names the failure."""
    try:
        _read(source, media, Path(into), limits)
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)
    except EngineFailed as error:
        sys.stderr.write(f"{error}\n"[:500])
        sys.exit(Exit.ENGINE)
    except EngineTimeout:
        sys.exit(Exit.TIMEOUT)


def view_document_page(source: str, media: str, into: str, number: int, limits: ChildLimits) -> None:
    """Make the image and the thumbnail of one page as it lies in the file; exits as `read_document` does."""
    try:
        _save_images(view_page(source, media, number, limits, _VIEW_SIDE), number, Path(into), limits.image_bytes)
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)


def tell_codes(source: str, media: str, limits: ChildLimits) -> None:
    """Print the codes of prints on the first page of a file that has any, one a line; exits as `read_document` does."""
    try:
        with open_pages(source, media, limits) as sources:
            for page in sources:
                found = find_codes(page.image)
                if found:
                    sys.stdout.write("".join(f"{code}\n" for code in found))
                    break
    except Damaged:
        sys.exit(Exit.DAMAGED)
    except Unsupported:
        sys.exit(Exit.UNSUPPORTED)


def _read(source: str, media: str, into: Path, limits: ChildLimits) -> None:
    engine = Tesseract(limits)
    version = engine.version
    pages: list[ReadPage] = []
    codes: list[FoundCode] = []
    again: list[ReadPage] = []
    with open_pages(source, media, limits) as sources:
        _tell(0, sources.count)
        for page in sources:
            until = time.monotonic() + _SECOND_LOOK_S
            image, words, origin = _page_words(page, engine)
            pages.append(_kept_page(page.number, image, words, origin, into, limits))
            found = find_codes(image)
            codes += [FoundCode(page.number, code) for code in found]
            if found and time.monotonic() < until:
                again.append(_second_reading(pages[-1], image, engine))
            _tell(page.number, sources.count)
        notes = sources.notes
    text = ReadText(
        engine=engine.name,
        engine_version=version,
        language=limits.language,
        pages=tuple(pages),
        notes=notes,
        codes=tuple(codes),
        again=tuple(again),
    )
    (into / TEXT_FILE).write_bytes(encode_text(text)[0])


def _second_reading(page: ReadPage, image: Image.Image, engine: Tesseract) -> ReadPage:
    """Read a page again that is to be compared with its print: coarser and softer, so that it is wrong elsewhere."""
    soft = image.convert("L").filter(ImageFilter.GaussianBlur(1))
    soft = soft.resize((round(soft.width * _COARSER), round(soft.height * _COARSER)), Image.Resampling.BOX)
    try:
        words = engine.words(np.ascontiguousarray(np.asarray(soft)))
    except (EngineTimeout, EngineFailed):
        return page
    return msgspec.structs.replace(page, words=tuple(words), confidence=mean_confidence(words))


def _kept_page(
    number: int, image: Image.Image, words: Sequence[ReadWord], origin: str, into: Path, limits: ChildLimits
) -> ReadPage:
    view = _save_images(image, number, into, limits.image_bytes)
    return ReadPage(
        number=number,
        width=view[0],
        height=view[1],
        confidence=mean_confidence(words),
        source=origin,
        words=tuple(words),
    )


def _page_words(page: PageSource, engine: Tesseract) -> tuple[Image.Image, list[ReadWord], str]:
    """Return the page as it was read, its words, and where they came from."""
    if page.rest is None:
        return _turn_by(page.image, page.degrees), _turned(page.words, page.degrees, 0.0, page.image.size), _FROM_FILE
    if not page.words:
        read = recognise(page.image, engine)
        return read.image, read.words, engine.name
    if page.explained >= _MOSTLY:
        recognised = sure_lines(engine.words(clean(page.rest)), _SURE)
        words = merged(page.words, recognised)
        words = _turned(words, page.degrees, 0.0, page.image.size)
        return _turn_by(page.image, page.degrees), words, f"{_FROM_FILE}+{engine.name}" if recognised else _FROM_FILE
    # A scan with a line typed over it: the scan tells which way up the page is.
    read = recognise(page.rest, engine)
    image = turn(_turn_by(page.image, read.degrees), read.skew)
    words = merged(_turned(page.words, read.degrees, read.skew, page.image.size), read.words)
    return image, words, f"{_FROM_FILE}+{engine.name}" if read.words else _FROM_FILE


def _turned(words: Sequence[ReadWord], degrees: int, skew: float, size: tuple[int, int]) -> list[ReadWord]:
    return [turned(word, degrees, skew, size) for word in words] if degrees or skew else list(words)


class RecognisedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was read: turned counter-clockwise by a quarter's multiple, then levelled by `skew` degrees.

    `plain` marks a reading of the page as it was scanned, without cleaning.
    """

    image: Image.Image
    words: list[ReadWord]
    degrees: int
    skew: float
    plain: bool = False


def recognise(image: Image.Image, engine: Tesseract) -> RecognisedPage:
    """Read a page from its image, whichever way up it lies; of several readings the one that is worth most stays.

    Raises EngineFailed, and EngineTimeout where not even a first reading came to an end.
    """
    until = time.monotonic() + _SECOND_LOOK_S
    ink = ink_map(image)
    sideways = is_sideways(ink)
    degrees = engine.upright(clean(image)) if sideways else 0
    if degrees:
        image = _turn_by(image, degrees)
        ink = ink_map(image)
    skew = find_skew(ink)
    level = turn(image, skew)
    page = RecognisedPage(image=level, words=[], degrees=degrees, skew=skew)
    if is_blank(level):
        return page
    grey = clean(level)
    # Cleaning makes a faint page fainter.
    page = msgspec.structs.replace(page, plain=is_faint(grey))
    best = msgspec.structs.replace(page, words=engine.words(_plain_grey(level) if page.plain else grey))
    if _doubtful(best, until) and not sideways:
        best = _better(best, _turned_page(best, engine.upright(grey)), engine)
    if _doubtful(best, until) and not best.plain:
        best = _with_plain(best, engine)
    if _doubtful(best, until):
        # Too few letters to tell which way is up: they are cheap to read every way.
        ways = (90, 270) if sideways and not degrees else (180,) if _letters(best) < _FEW_LETTERS else ()
        for way in ways:
            best = _better(best, _turned_page(best, way), engine)
    return best


def _read_again(page: RecognisedPage, engine: Tesseract) -> RecognisedPage:
    grey = _plain_grey(page.image) if page.plain else clean(page.image)
    return msgspec.structs.replace(page, words=engine.words(np.ascontiguousarray(grey)))


def _plain_grey(image: Image.Image) -> Grey:
    return np.asarray(image.convert("L"))


def _second_look(page: RecognisedPage, engine: Tesseract) -> RecognisedPage:
    """Read again; a second look that takes too long costs nothing of the first."""
    try:
        return _read_again(page, engine)
    except EngineTimeout:
        return msgspec.structs.replace(page, words=[])


def _turned_page(page: RecognisedPage, degrees: int) -> RecognisedPage:
    turned_image = _turn_by(page.image, degrees)
    return msgspec.structs.replace(page, image=turned_image, degrees=(page.degrees + degrees) % 360)


def _better(best: RecognisedPage, page: RecognisedPage, engine: Tesseract) -> RecognisedPage:
    """Return the better of a reading and one of the page turned, which must be plainly better."""
    if page.degrees == best.degrees:
        return best
    again = _second_look(page, engine)
    return again if worth(again.words) > _PLAINLY * worth(best.words) else best


def _with_plain(best: RecognisedPage, engine: Tesseract) -> RecognisedPage:
    """Return a doubtful reading and one of the page as scanned, made one: cleaning may have taken letters with the stain."""
    plain = _second_look(msgspec.structs.replace(best, plain=True), engine)
    if worth(plain.words) > worth(best.words):
        best, plain = plain, best
    return msgspec.structs.replace(best, words=merged(best.words, sure_lines(plain.words, _SURE)))


def _turn_by(image: Image.Image, degrees: int) -> Image.Image:
    how = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(how[degrees]) if degrees in how else image


def _letters(read: RecognisedPage) -> int:
    return sum(len(word.text) for word in read.words)


def _doubtful(read: RecognisedPage, until: float) -> bool:
    """Say whether a reading wants a second look and there is time for one: the parent ends a child that is silent long."""
    return time.monotonic() < until and not _good(read)


def _good(read: RecognisedPage) -> bool:
    """Say whether a reading needs no second look: sure of itself, not short, and most of the ink lies in its words."""
    if mean_confidence(read.words) < _DOUBTFUL or _letters(read) < _FEW_LETTERS:
        return False
    small = np.asarray(read.image.convert("L").reduce(_THIRD))
    return unexplained(letter_ink(small), read.words) < _MOST_UNEXPLAINED


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
