"""Looks into files for ingest: pages, pixels, password, damage. Stays a while, since starting costs more than looking.

Headers are walked first, in bounded steps, so that no library ever meets a file of a million tiny parts. Then the picture is
tried: of a JPEG or PNG only its beginning is decoded, of other kinds the first image, since their libraries do not stop.
"""

from __future__ import annotations

import io
import mmap
import re
import socket
import warnings
from typing import BinaryIO, cast

import msgspec
import pillow_heif
from PIL import Image

from services.evidence.domain.headers import Content, inspect
from services.evidence.domain.media import FileFacts, Flaw, Media
from services.evidence.extraction.protocol import ChildLimits, InspectFile, receive_message, send_message

_TRIED_BYTES = 1 << 17
_TRIED_PIXELS = 64_000_000
"""An A2 sheet at 300 dpi; beyond, an image whose library decodes all or nothing is only opened."""

_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_TRIED_FILE = 1 << 26
_END, _MORE_BITS = b"\xff\xd9", b"\x5a\x3c" * 512


def serve(descriptor: int, limits: ChildLimits) -> None:
    """Answer questions over a socket until it is closed or nobody has asked for a while."""
    with socket.socket(fileno=descriptor) as peer:
        peer.settimeout(limits.idle_seconds)
        while True:
            try:
                question = receive_message(peer)
            except (TimeoutError, ConnectionError, EOFError):
                return
            request = msgspec.json.decode(question, type=InspectFile)
            send_message(peer, msgspec.json.encode(inspect_file(request.path, Media(request.media), limits)))


def inspect_file(path: str, media: Media, limits: ChildLimits) -> FileFacts:
    """Return what a file of that kind holds."""
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:  # noqa: PTH123
            Image.MAX_IMAGE_PIXELS = limits.max_pixels
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _pdf(path, content) if media is Media.PDF else _image(path, content, media, limits)
    except (OSError, ValueError):
        return FileFacts(media=media, flaw=Flaw.BROKEN)


# ---- images


def _image(path: str, content: mmap.mmap, media: Media, limits: ChildLimits) -> FileFacts:
    facts = inspect(content, media)
    if facts.flaw is not Flaw.NONE or facts.width * facts.height > limits.max_pixels:
        return facts
    if facts.end_missing:
        return facts if _is_whole(path, content, facts) else msgspec.structs.replace(facts, flaw=Flaw.CUT)
    shows = _begins(content, media) if media in {Media.JPEG, Media.PNG} else _decodes(path, facts)
    return facts if shows else msgspec.structs.replace(facts, flaw=Flaw.BROKEN)


class _Enough(Exception):
    """So much was decoded without complaint that the picture is one."""


class _Beginning:
    """A file that ends the decoding after some bytes."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._left: int | None = None
        self.seek, self.tell = content.seek, content.tell

    def measure(self, most: int) -> None:
        """Count from here on what is read, and raise _Enough beyond so many bytes."""
        self._left = most

    def read(self, size: int = -1, /) -> bytes:
        data = self._content.read(size)
        if self._left is not None:
            if self._left <= 0:
                raise _Enough
            self._left -= len(data)
        return data


_FORMATS = {Media.JPEG: "JPEG", Media.PNG: "PNG", Media.TIFF: "TIFF", Media.WEBP: "WEBP", Media.HEIC: "HEIF"}


def _begins(content: mmap.mmap, media: Media) -> bool:
    """Say whether a picture begins to show; what is missing at its end is the headers' to say."""
    beginning = _Beginning(content)
    beginning.seek(0)
    try:
        image = Image.open(cast("BinaryIO", beginning), formats=[_FORMATS[media]])
        # Where the library can, an eighth of each side: less memory to fill for a question of yes or no.
        image.draft(image.mode, (1, 1))
        beginning.measure(_TRIED_BYTES)
        image.load()
    except _Enough:
        return True
    except Exception:  # noqa: BLE001 - whatever a library trips over, it shows no picture
        return False
    return True


def _decodes(path: str, facts: FileFacts) -> bool:
    """Say whether the first image can be decoded; one beyond a size is only opened."""
    if facts.media is Media.HEIC:
        pillow_heif.register_heif_opener()
    try:
        with Image.open(path, formats=[_FORMATS[facts.media]]) as image:
            if image.width * image.height <= _TRIED_PIXELS:
                image.load()
    except Exception:  # noqa: BLE001 - whatever a library trips over, it shows no picture
        return False
    return True


def _is_whole(path: str, content: Content, facts: FileFacts) -> bool:
    """Say whether an image without its end mark shows all the same everything that it should."""
    if facts.width * facts.height > _TRIED_PIXELS or len(content) > _TRIED_FILE:
        return False
    if facts.media is not Media.JPEG:
        return _decodes(path, facts)
    # A decoder fills with grey what it does not find. Where it finds enough, more bits before the end mark change nothing;
    # padding is taken off first, since it would be taken for bits. A progressive file may lack a whole refinement: not told.
    bits = content[:].rstrip(b"\0").rstrip(b"\xff")
    try:
        with Image.open(io.BytesIO(bits + _END)) as image, Image.open(io.BytesIO(bits + _MORE_BITS + _END)) as more:
            return "progressive" not in image.info and image.tobytes() == more.tobytes()
    except Exception:  # noqa: BLE001 - whatever a library trips over, it shows no picture
        return False


# ---- PDF


def _pdf(path: str, content: mmap.mmap) -> FileFacts:
    """Return what qpdf says of a file. Owner passwords do not hinder reading, so they count as none."""
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            mended = any("reconstruct" in str(warning) or "damaged" in str(warning) for warning in pdf.get_warnings())
    except pikepdf.PasswordError:
        return _locked_pdf(path)
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, OSError, MemoryError):
        return FileFacts(media=Media.PDF, flaw=Flaw.BROKEN)
    end = content.rfind(b"%%EOF")
    # A mended middle is harmless, a missing end loses pages; so does a revision behind the last end that breaks off.
    # What else follows the end does not count: padding, the lines of a mail gateway.
    lost = (mended and end < 0) or (end >= 0 and _OBJECT.search(content, end) is not None)
    return FileFacts(media=Media.PDF, pages=pages, flaw=Flaw.BROKEN if lost else Flaw.NONE)


def _locked_pdf(path: str) -> FileFacts:
    """Return what the library that will read the file says of its password: it may lock an attachment and no page."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as pdf:
            return FileFacts(media=Media.PDF, pages=len(pdf))
    except pypdfium2.PdfiumError:
        return FileFacts(media=Media.PDF, flaw=Flaw.LOCKED)
