"""Finds fonts by what they can draw: every Vietnamese letter, looked up in the font file itself, never by a path.

Standard library only: it runs before anything is installed. A font that lacks a letter draws an empty box in its place and
says nothing; Debian 12's `fonts-liberation` lacks most of Vietnamese, Debian 13's has all of it, in another folder.
"""

from __future__ import annotations

import os
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = frozenset(
    letter
    for vowel in _VOWELS
    for tone in _TONES
    for letter in (unicodedata.normalize("NFC", vowel + tone), unicodedata.normalize("NFC", vowel.upper() + tone))
) | frozenset("đĐ")
"""The vowels with and without tone and đ, both cases."""

STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
PREFERRED = ("Liberation Serif", "Tinos", "Times New Roman", "FreeSerif", "Noto Serif", "DejaVu Serif")
"""Families that official papers are set in or that measure like it, the best first."""

_SYNONYMS = {"Book": "Regular", "Roman": "Regular", "Oblique": "Italic", "BoldOblique": "BoldItalic"}
_ENDINGS = {".ttf", ".otf"}
_SFNT = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_LARGEST_TABLE = 1 << 22
_WINDOWS, _UNICODE = 3, 0
_UNREADABLE = (OSError, struct.error, KeyError, IndexError, UnicodeDecodeError, ValueError, OverflowError)
"""What a damaged file, or one that is no font at all, raises."""
_FAMILY, _STYLE, _TYPOGRAPHIC_FAMILY, _TYPOGRAPHIC_STYLE = 1, 2, 16, 17


class Font(NamedTuple):
    """One font file that draws every Vietnamese letter; `style` is one of STYLES, or what the font calls it."""

    path: Path
    family: str
    style: str


def vietnamese_fonts(folders: list[Path] | None = None) -> Iterator[Font]:
    """All fonts of the given folders (of this machine's, if none are given) that draw every Vietnamese letter."""
    for folder in font_folders() if folders is None else folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _ENDINGS:
                font = _vietnamese(path)
                if font is not None:
                    yield font


def text_family(folders: list[Path] | None = None) -> dict[str, Path]:
    """The four STYLES of the best family that has them all, each with its file; empty when no family does."""
    whole = _whole_families(folders)
    name = _best(whole)
    return {style: whole[name][style] for style in STYLES} if name else {}


def text_family_name(folders: list[Path] | None = None) -> str:
    """The name of the best family that has all four STYLES; empty when no family does."""
    return _best(_whole_families(folders))


def can_draw(letters: str, folders: list[Path] | None = None) -> Path | None:
    """A font that draws each of these letters, whatever else it draws; None when there is none."""
    wanted = {ord(letter) for letter in letters}
    for folder in font_folders() if folders is None else folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _ENDINGS and wanted <= _drawn(path):
                return path
    return None


def _whole_families(folders: list[Path] | None) -> dict[str, dict[str, Path]]:
    families: dict[str, dict[str, Path]] = {}
    for font in vietnamese_fonts(folders):
        families.setdefault(font.family, {}).setdefault(font.style, font.path)
    return {name: files for name, files in families.items() if all(style in files for style in STYLES)}


def _best(whole: dict[str, dict[str, Path]]) -> str:
    return next((name for name in (*PREFERRED, *sorted(whole)) if name in whole), "")


def plain_font() -> Path | None:
    """An upright font that draws every Vietnamese letter: of the best family, else any; None when there is none."""
    upright = text_family().get("Regular")
    return upright or next((font.path for font in vietnamese_fonts() if font.style == "Regular"), None)


def font_folders() -> list[Path]:
    """Where fonts lie on this machine (XDG base directories, and the old folder of a user), existing ones only."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is no home
    own = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    places = (own / "fonts", home / ".fonts", *(Path(place) / "fonts" for place in shared if place))
    return [place for place in places if place.is_dir()]


def _vietnamese(path: Path) -> Font | None:
    tables = _readable(path)
    if not tables or not {chr(code) for code in _drawn_by(tables)} >= VIETNAMESE:
        return None
    try:
        names = _names(tables["name"])
    except _UNREADABLE:
        return None
    style = names.get(_TYPOGRAPHIC_STYLE) or names.get(_STYLE, "Regular")
    family = names.get(_TYPOGRAPHIC_FAMILY) or names.get(_FAMILY, path.stem)
    return Font(path, family, _SYNONYMS.get(style.replace(" ", ""), style.replace(" ", "")))


def _drawn(path: Path) -> set[int]:
    return _drawn_by(_readable(path))


def _drawn_by(tables: dict[str, bytes]) -> set[int]:
    """The code points of a font's glyphs; none of a damaged font, which draws nothing."""
    try:
        return _characters(tables["cmap"])
    except _UNREADABLE:
        return set()


def _readable(path: Path) -> dict[str, bytes]:
    try:
        with path.open("rb") as file:
            return _tables(file)
    except _UNREADABLE:
        return {}


def _tables(file: BinaryIO) -> dict[str, bytes]:
    """The tables `cmap` and `name` of an OpenType file (ISO/IEC 14496-22, 4.5)."""
    head = file.read(12)
    if head[:4] not in _SFNT:
        raise ValueError("no OpenType font")
    (count,) = struct.unpack(">H", head[4:6])
    entries = struct.iter_unpack(">4sIII", file.read(count * 16))
    tables = {}
    for tag, _, offset, length in entries:
        if tag in (b"cmap", b"name") and length <= _LARGEST_TABLE:
            file.seek(offset)
            tables[tag.decode("ascii")] = file.read(length)
    return tables


def _characters(cmap: bytes) -> set[int]:
    """The code points that a font has a glyph for (subtables of format 4 and 12)."""
    characters: set[int] = set()
    (count,) = struct.unpack_from(">H", cmap, 2)
    for platform, _, offset in struct.iter_unpack(">HHI", cmap[4 : 4 + count * 8]):
        if platform in (_WINDOWS, _UNICODE):
            (form,) = struct.unpack_from(">H", cmap, offset)
            if form == 4:
                characters |= _segments(cmap, offset)
            elif form == 12:
                characters |= _groups(cmap, offset)
    return characters


def _segments(cmap: bytes, start: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", cmap, start + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", cmap, start + 14)
    begins = struct.unpack_from(f">{count}H", cmap, start + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", cmap, start + 16 + 2 * twice)
    ranges_at = start + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", cmap, ranges_at)
    characters = set()
    for index, (begin, end, delta, offset) in enumerate(zip(begins, ends, deltas, offsets, strict=True)):
        for code in range(begin, end + 1):
            glyph = code
            if offset:
                at = ranges_at + 2 * index + offset + 2 * (code - begin)
                (glyph,) = struct.unpack_from(">H", cmap, at)
            if glyph and (glyph + delta) & 0xFFFF:
                characters.add(code)
    return characters


def _groups(cmap: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">I", cmap, start + 12)
    characters: set[int] = set()
    for begin, end, glyph in struct.iter_unpack(">III", cmap[start + 16 : start + 16 + count * 12]):
        if end - begin > 0x10FFFF:
            raise ValueError("no such range")
        characters.update(range(begin if glyph else begin + 1, end + 1))
    return characters


def _names(table: bytes) -> dict[int, str]:
    """The English names of a font by their numbers (Windows platform, UTF-16)."""
    _, count, storage = struct.unpack_from(">HHH", table)
    names: dict[int, str] = {}
    for platform, _, _, number, length, offset in struct.iter_unpack(">6H", table[6 : 6 + count * 12]):
        if platform == _WINDOWS:
            names.setdefault(number, table[storage + offset : storage + offset + length].decode("utf-16-be"))
    return names
