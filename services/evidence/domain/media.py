"""What a file is, by its own bytes: its kind, pages and pixels read from headers alone, and whether its end is missing.

Nothing is decoded, so a bomb costs as little as a postcard. Layouts: JFIF/ITU-T T.81 annex B, PNG (ISO/IEC 15948)
section 5, TIFF 6.0 section 2 and BigTIFF, WebP container (RFC 9649), ISO base media (ISO/IEC 14496-12) for HEIC.
"""

from __future__ import annotations

import enum
import struct
from typing import BinaryIO

import msgspec

HEAD_BYTES = 4096
_TAIL_BYTES = 1 << 18
_MOST_FRAMES = 100_000


class Media(enum.StrEnum):
    """The kinds of file that are kept."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    HEIC = "image/heic"


EXTENSIONS: dict[str, Media] = {
    "pdf": Media.PDF,
    "jpg": Media.JPEG,
    "jpeg": Media.JPEG,
    "jpe": Media.JPEG,
    "jfif": Media.JPEG,
    "png": Media.PNG,
    "tif": Media.TIFF,
    "tiff": Media.TIFF,
    "webp": Media.WEBP,
    "heic": Media.HEIC,
    "heif": Media.HEIC,
}
"""Extension → the kind it promises."""

NAMES: dict[Media, str] = {
    Media.PDF: "PDF",
    Media.JPEG: "ảnh JPEG",
    Media.PNG: "ảnh PNG",
    Media.TIFF: "ảnh TIFF",
    Media.WEBP: "ảnh WebP",
    Media.HEIC: "ảnh HEIC",
}

OTHER_EXTENSIONS = frozenset(
    {"doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "odt", "ods", "odp", "rtf", "txt", "csv", "htm", "html",
     "xml", "json", "zip", "rar", "7z", "gz", "exe", "dll", "msi", "bat", "cmd", "js", "vbs", "sh", "apk", "mp3", "mp4",
     "avi", "mov", "wav", "gif", "bmp", "svg", "psd", "ai", "eml", "msg"}
)  # fmt: skip
"""Extensions that promise something else than what is kept."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


class HeaderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What headers tell: frames (0 where they do not), the largest frame in pixels, whether the file ends too early."""

    media: Media
    frames: int = 0
    width: int = 0
    height: int = 0
    cut: bool = False
    broken: bool = False


def sniff(head: bytes) -> Media | None:
    """Return the kind of a file by its first bytes, or None for anything that is not kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return Media.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Media.PNG
    if head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return Media.TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Media.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return Media.HEIC
    # Some scanners write a few bytes before the header; readers accept it within the first kilobyte.
    return Media.PDF if b"%PDF-" in head[:1024] else None


def describe(head: bytes) -> str:
    """Return what a file that is not kept seems to be, in words for a clerk."""
    media = sniff(head)
    if media is not None:
        return NAMES[media]
    if head.startswith(b"PK\x03\x04"):
        return _describe_zip(head)
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head and b"\0" not in head and _is_text(head):
        return "văn bản thường"
    return "dữ liệu không rõ loại"


_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word hoặc Excel đời cũ"),
    (b"{\\rtf", "Word (RTF)"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZ"),
    (b"MZ", "chương trình"),
    (b"\x7fELF", "chương trình"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"<!DOCTYPE html", "trang web"),
    (b"<html", "trang web"),
)


def _describe_zip(head: bytes) -> str:
    for folder, name in ((b"word/", "Word"), (b"xl/", "Excel"), (b"ppt/", "PowerPoint")):
        if folder in head:
            return name
    if b"opendocument" in head:
        return "LibreOffice"
    return "Word" if b"[Content_Types].xml" in head else "tệp nén ZIP"


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True


def extension_of(name: str) -> str:
    """Return the extension of a file name in lower case, without its dot; "" when there is none."""
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def inspect(file: BinaryIO, size: int) -> HeaderFacts | None:
    """Read the headers of a file of `size` bytes; None when its kind is not kept. PDFs are left to a library."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    media = sniff(head)
    if media is None or media is Media.PDF:
        return None if media is None else HeaderFacts(media=media)
    readers = {
        Media.JPEG: _jpeg,
        Media.PNG: _png,
        Media.TIFF: _tiff,
        Media.WEBP: _webp,
        Media.HEIC: _heic,
    }
    try:
        return readers[media](file, size)
    except (struct.error, IndexError):
        # A header that ends before it said what it must: the file ends there.
        return HeaderFacts(media=media, frames=1, cut=True)


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    data = file.read(count)
    if len(data) < count:
        raise struct.error
    return data


def _jpeg(file: BinaryIO, size: int) -> HeaderFacts:
    at, width, height = 2, 0, 0
    while True:
        marker, code, length = struct.unpack(">BBH", _read(file, at, 4))
        if marker != 0xFF:
            return HeaderFacts(media=Media.JPEG, frames=1, broken=True)
        if code == 0xFF:
            at += 1
            continue
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">xHH", _read(file, at + 4, 5))
        at += 2 + length
        if code == 0xDA:
            break
    tail_from = max(at, size - _TAIL_BYTES)
    # Entropy-coded data escapes every FF, so an end marker in it is an end marker.
    cut = b"\xff\xd9" not in _read(file, tail_from, max(0, size - tail_from))
    broken = not width or not height
    return HeaderFacts(media=Media.JPEG, frames=1, width=width, height=height, cut=cut, broken=broken)


def _png(file: BinaryIO, size: int) -> HeaderFacts:
    width, height = struct.unpack(">II", _read(file, 16, 8))
    at = 8
    while at + 12 <= size:
        length, kind = struct.unpack(">I4s", _read(file, at, 8))
        if kind == b"IEND":
            return HeaderFacts(media=Media.PNG, frames=1, width=width, height=height, broken=not width or not height)
        at += 12 + length
    return HeaderFacts(media=Media.PNG, frames=1, width=width, height=height, cut=True)


def _webp(file: BinaryIO, size: int) -> HeaderFacts:
    whole, kind = struct.unpack("<4xI4x4s", _read(file, 0, 16))
    if kind == b"VP8X":
        raw = _read(file, 24, 6)
        width, height = 1 + int.from_bytes(raw[:3], "little"), 1 + int.from_bytes(raw[3:], "little")
    elif kind == b"VP8L":
        (bits,) = struct.unpack("<I", _read(file, 21, 4))
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", _read(file, 26, 4)))
    return HeaderFacts(media=Media.WEBP, frames=1, width=width, height=height, cut=whole + 8 > size)


def _heic(file: BinaryIO, size: int) -> HeaderFacts:
    at, width, height, cut = 0, 0, 0, False
    while at + 8 <= size:
        length, kind = struct.unpack(">I4s", _read(file, at, 8))
        if length == 1:
            (length,) = struct.unpack(">Q", _read(file, at + 8, 8))
        if length == 0:
            length = size - at
        if length < 8:
            return HeaderFacts(media=Media.HEIC, frames=1, broken=True)
        if kind == b"meta":
            width, height = _heic_extent(_read(file, at, min(length, 1 << 20, size - at)))
        at += length
    cut = cut or at > size
    return HeaderFacts(media=Media.HEIC, frames=1, width=width, height=height, cut=cut, broken=not width and not cut)


def _heic_extent(meta: bytes) -> tuple[int, int]:
    """Return the largest image spatial extent: of a grid image the whole, not its tiles."""
    best = (0, 0)
    at = meta.find(b"ispe")
    while at != -1:
        extent = struct.unpack(">II", meta[at + 8 : at + 16])
        best = max(best, extent, key=lambda sides: sides[0] * sides[1])
        at = meta.find(b"ispe", at + 4)
    return best


class _Tiff:
    """The layout of one TIFF: byte order, and whether offsets have four bytes or eight."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        head = _read(file, 0, 16) if size >= 16 else _read(file, 0, 8) + bytes(8)
        self.order = "<" if head[:2] == b"II" else ">"
        self.big = head[2] == 43 or head[3] == 43
        self.first = self.unpack("Q", head[8:16]) if self.big else self.unpack("I", head[4:8])

    def unpack(self, form: str, data: bytes) -> int:
        return int(struct.unpack(self.order + form, data)[0])

    def directory(self, at: int) -> tuple[dict[int, tuple[int, int, bytes]], int]:
        """Return the entries (tag → type, count, value field) of the directory at an offset, and the next one's offset."""
        count_form, entry_bytes, next_form = ("Q", 20, "Q") if self.big else ("H", 12, "I")
        count_bytes = struct.calcsize(count_form)
        count = self.unpack(count_form, _read(self.file, at, count_bytes))
        if count > 4096:
            raise struct.error
        next_bytes = struct.calcsize(next_form)
        raw = _read(self.file, at + count_bytes, count * entry_bytes + next_bytes)
        entries = {}
        for start in range(0, count * entry_bytes, entry_bytes):
            entry = raw[start : start + entry_bytes]
            number = self.unpack("Q", entry[4:12]) if self.big else self.unpack("I", entry[4:8])
            entries[self.unpack("H", entry[:2])] = (
                self.unpack("H", entry[2:4]),
                number,
                entry[12:] if self.big else entry[8:],
            )
        return entries, self.unpack(next_form, raw[count * entry_bytes :])

    def last_value(self, entry: tuple[int, int, bytes]) -> int:
        """Return the last of an entry's numbers, wherever they are kept."""
        kind, count, field = entry
        form = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind, "I")
        width = struct.calcsize(form)
        if count * width <= len(field):
            return self.unpack(form, field[(count - 1) * width : count * width])
        at = self.unpack("Q" if self.big else "I", field)
        return self.unpack(form, _read(self.file, at + (count - 1) * width, width))

    def ends_at(self, entries: dict[int, tuple[int, int, bytes]]) -> int:
        """Return the offset at which the pixels of a directory end."""
        for offsets, counts in ((273, 279), (324, 325)):
            if offsets in entries and counts in entries:
                return self.last_value(entries[offsets]) + self.last_value(entries[counts])
        return 0


def _tiff(file: BinaryIO, size: int) -> HeaderFacts:
    layout = _Tiff(file, size)
    at, frames, widest, cut = layout.first, 0, (0, 0), False
    seen: set[int] = set()
    while at and at not in seen and frames < _MOST_FRAMES:
        seen.add(at)
        entries, following = layout.directory(at)
        if 256 not in entries or 257 not in entries:
            return HeaderFacts(media=Media.TIFF, frames=frames, broken=True)
        sides = (layout.last_value(entries[256]), layout.last_value(entries[257]))
        widest = max(widest, sides, key=lambda pair: pair[0] * pair[1])
        cut = cut or layout.ends_at(entries) > size
        frames, at = frames + 1, following
    return HeaderFacts(media=Media.TIFF, frames=frames, width=widest[0], height=widest[1], cut=cut, broken=not frames)
