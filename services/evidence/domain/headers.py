"""Pages, pixels and missing ends of images, read from their headers alone: runs in the inspecting child, never in a service.

Nothing is decoded, so a bomb costs as little as a postcard. Every walk goes over the whole file in memory-mapped form and
stops after a number of steps that no honest file needs: a file made of a million tiny parts is broken, not slow. Layouts:
JFIF/ITU-T T.81 annex B, PNG (ISO/IEC 15948) section 5, TIFF 6.0 section 2 and BigTIFF, WebP container (RFC 9649), ISO base
media (ISO/IEC 14496-12) for HEIC.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

import msgspec

from services.evidence.domain.media import FileFacts, Flaw, Media

Content = bytes | mmap.mmap
"""A whole file: its bytes, or a map of them."""

MOST_STEPS = 200_000
"""A 500 MB PNG whose writer fills 8 KiB chunks has 64,000 of them; nothing honest has more parts than this."""

_PART_STEPS = 16
"""A segment or directory costs as much as so many of the smallest parts: bytes of junk, entries."""

_MOST_ENTRIES = 4096
_HEIC_META_BYTES = 1 << 22


class _Ends(Exception):
    """The file ends before it said what it must."""


class _Absurd(Exception):
    """More parts than an honest file has."""


class Steps:
    """Counts the parts that were looked at, so that any file costs at most some."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.taken = 0
        self._most = most

    def take(self, count: int = 1) -> None:
        """Count some more parts."""
        self.taken += count
        if self.taken > self._most:
            raise _Absurd


def inspect(content: Content, media: Media, steps: Steps | None = None) -> FileFacts:
    """Read the headers of an image of that kind. `end_missing` means here: its end mark was not found; is it whole?"""
    readers = {Media.JPEG: _jpeg, Media.PNG: _png, Media.TIFF: _tiff, Media.WEBP: _webp, Media.HEIC: _heic}
    try:
        return readers[media](content, steps or Steps())
    except _Ends:
        return FileFacts(media=media, pages=1, flaw=Flaw.CUT)
    except _Absurd:
        return FileFacts(media=media, pages=1, flaw=Flaw.BROKEN)


def _at(content: Content, at: int, count: int) -> bytes:
    data = content[at : at + count]
    if len(data) < count:
        raise _Ends
    return data


# ---- JPEG


def _jpeg(content: Content, steps: Steps) -> FileFacts:
    width = height = 0
    for code, at, length in _segments(content, steps):
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">xHH", _at(content, at + 4, 5))
        if code == 0xDA:
            break
        last = at + 2 + length
    else:
        return FileFacts(media=Media.JPEG, pages=1, flaw=Flaw.BROKEN)
    if not width or not height:
        return FileFacts(media=Media.JPEG, pages=1, flaw=Flaw.BROKEN)
    # Entropy-coded data escapes every FF, so an end marker in it is an end marker. Whatever follows it (the film of a
    # motion photo, the second image of an MPO, padding) is not the picture's.
    end_missing = content.find(b"\xff\xd9", last) < 0
    return FileFacts(media=Media.JPEG, pages=1, width=width, height=height, end_missing=end_missing)


def _segments(content: Content, steps: Steps) -> Iterator[tuple[int, int, int]]:
    """Yield code, offset and length of every segment up to the end mark.

    Fill and what else lies between segments is skipped as libjpeg does, but its every byte is a step: the library that looks
    next goes through it byte by byte.
    """
    at = 2
    while True:
        mark = content.find(b"\xff", at, at + MOST_STEPS)
        if mark < 0:
            raise _Ends
        start, at = at, _past_fill(content, mark)
        steps.take(_PART_STEPS + at - start)
        code = _at(content, at, 1)[0]
        if code in _ALONE:
            at += 1
            continue
        if code == 0xD9:
            return
        (length,) = struct.unpack(">H", _at(content, at + 1, 2))
        yield code, at - 1, length
        at += 1 + length


_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
"""Codes without a segment: a stuffed byte, and marks that stand alone."""


def _past_fill(content: Content, at: int) -> int:
    """Return where a run of FF ends, or a place inside it that is too far already."""
    for room in (16, MOST_STEPS):
        block = content[at : at + room]
        run = len(block) - len(block.lstrip(b"\xff"))
        if run < len(block):
            break
    return at + run


# ---- PNG


def _png(content: Content, steps: Steps) -> FileFacts:
    width, height = struct.unpack(">II", _at(content, 16, 8))
    at, kind, has_data = 8, b"", False
    while at + 12 <= len(content) and kind != b"IEND":
        steps.take()
        length, kind = struct.unpack(">I4s", _at(content, at, 8))
        has_data = has_data or kind == b"IDAT"
        at += 12 + length
    if at > len(content):
        raise _Ends
    if kind != b"IEND" and not has_data:
        raise _Ends
    broken = not width or not height or not has_data
    return FileFacts(
        media=Media.PNG,
        pages=1,
        width=width,
        height=height,
        flaw=Flaw.BROKEN if broken else Flaw.NONE,
        end_missing=kind != b"IEND",
    )


# ---- WebP


def _webp(content: Content, steps: Steps) -> FileFacts:
    steps.take()
    whole, kind = struct.unpack("<4xI4x4s", _at(content, 0, 16))
    if kind == b"VP8X":
        raw = _at(content, 24, 6)
        width, height = 1 + int.from_bytes(raw[:3], "little"), 1 + int.from_bytes(raw[3:], "little")
    elif kind == b"VP8L":
        (bits,) = struct.unpack("<I", _at(content, 21, 4))
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", _at(content, 26, 4)))
    flaw = Flaw.CUT if whole + 8 > len(content) else Flaw.NONE
    return FileFacts(media=Media.WEBP, pages=1, width=width, height=height, flaw=flaw)


# ---- HEIC


def _heic(content: Content, steps: Steps) -> FileFacts:
    at, sides, size = 0, (0, 0), len(content)
    while at + 8 <= size:
        steps.take()
        length, kind = struct.unpack(">I4s", _at(content, at, 8))
        if length == 1:
            (length,) = struct.unpack(">Q", _at(content, at + 8, 8))
        if kind == b"meta":
            sides = _heic_extent(content[at : at + min(length or size, _HEIC_META_BYTES)], steps)
        if length == 0:
            at = size
        elif length < 8:
            break
        elif at + length > size:
            raise _Ends
        at += length
    return FileFacts(media=Media.HEIC, pages=1, width=sides[0], height=sides[1], flaw=Flaw.NONE if sides[0] else Flaw.BROKEN)


def _heic_extent(meta: bytes, steps: Steps) -> tuple[int, int]:
    """Return the largest image spatial extent: of a grid image the whole, not its tiles."""
    best = (0, 0)
    at = meta.find(b"ispe")
    while at != -1:
        steps.take(_PART_STEPS)
        extent = struct.unpack(">II", _at(meta, at + 8, 8))
        best = max(best, extent, key=_area)
        at = meta.find(b"ispe", at + 4)
    return best


def _area(sides: tuple[int, int]) -> int:
    return sides[0] * sides[1]


# ---- TIFF

_WIDTH, _HEIGHT, _SUBFILE = 256, 257, 254
_PIXELS = ((273, 279), (324, 325))
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_FORMS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


class _Entry(msgspec.Struct, frozen=True):
    kind: int
    count: int
    field: bytes


class _Tiff:
    """The layout of one TIFF: byte order, and whether offsets have four bytes or eight."""

    def __init__(self, content: Content, steps: Steps) -> None:
        self._content, self._steps = content, steps
        head = _at(content, 0, 8)
        self._order = "<" if head[:2] == b"II" else ">"
        self._big = 43 in head[2:4]
        self._offset = "Q" if self._big else "I"
        self.first = self.unpack("Q", _at(content, 8, 8)) if self._big else self.unpack("I", head[4:8])

    def unpack(self, form: str, data: bytes) -> int:
        return int(struct.unpack(self._order + form, data)[0])

    def directory(self, at: int) -> tuple[dict[int, _Entry], int]:
        """Return the entries (by tag) of the directory at an offset, and the next one's offset."""
        form, width, counts = ("HHQ8s", 20, "Q") if self._big else ("HHI4s", 12, "H")
        start = at + struct.calcsize(counts)
        count = self.unpack(counts, _at(self._content, at, start - at))
        if count > _MOST_ENTRIES:
            raise _Absurd
        self._steps.take(_PART_STEPS + count)
        raw = _at(self._content, start, count * width)
        entries = {tag: _Entry(*rest) for tag, *rest in struct.iter_unpack(self._order + form, raw)}
        # Values never share their bytes: more of them than the file has bytes are there to fill a reader's memory.
        if sum(_WIDTHS.get(entry.kind, 0) * entry.count for entry in entries.values()) > len(self._content):
            raise _Absurd
        after = self._content[start + len(raw) : start + len(raw) + struct.calcsize(self._offset)]
        # A last directory that ends with the file, its closing zero left out, still names all of its page.
        following = self.unpack(self._offset, after) if len(after) == struct.calcsize(self._offset) else 0
        return entries, following

    def last_value(self, entry: _Entry | None) -> int:
        """Return the last of an entry's numbers, wherever they are kept; 0 where it has none."""
        if entry is None or entry.count == 0:
            return 0
        form = _FORMS.get(entry.kind, "I")
        width = struct.calcsize(form)
        before = (entry.count - 1) * width
        if before + width <= len(entry.field):
            return self.unpack(form, entry.field[before : before + width])
        return self.unpack(form, _at(self._content, self.unpack(self._offset, entry.field) + before, width))

    def sides(self, entries: dict[int, _Entry]) -> tuple[int, int]:
        """Return the width and height of a directory's image."""
        return self.last_value(entries.get(_WIDTH)), self.last_value(entries.get(_HEIGHT))

    def ends_at(self, entries: dict[int, _Entry]) -> int:
        """Return the offset at which the pixels of a directory end, 0 where it has none."""
        for offsets, counts in _PIXELS:
            if offsets in entries and counts in entries:
                return self.last_value(entries[offsets]) + self.last_value(entries[counts])
        return 0

    def is_page(self, entries: dict[int, _Entry]) -> bool:
        """Say whether a directory is a page, and not a smaller picture of one beside it (TIFF 6.0, NewSubfileType bit 0)."""
        return not self.last_value(entries.get(_SUBFILE)) & 1


def _tiff(content: Content, steps: Steps) -> FileFacts:
    layout = _Tiff(content, steps)
    at, pages, widest, cut = layout.first, 0, (0, 0), False
    visited: set[int] = set()
    while at and at not in visited:
        visited.add(at)
        entries, at = layout.directory(at)
        sides = layout.sides(entries)
        if not all(sides):
            return FileFacts(media=Media.TIFF, pages=pages, flaw=Flaw.BROKEN)
        widest = max(widest, sides, key=_area)
        cut = cut or layout.ends_at(entries) > len(content)
        pages += layout.is_page(entries)
    flaw = Flaw.BROKEN if not visited else Flaw.CUT if cut else Flaw.NONE
    # Where every image calls itself a smaller copy of another, there is no other: the first is what there is to see.
    return FileFacts(media=Media.TIFF, pages=pages or 1, width=widest[0], height=widest[1], flaw=flaw)
