"""File names from anywhere made safe to keep and to show."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from shared.text.folding import nfc
from shared.text.legal import find_document_numbers

_LONGEST_BYTES = 180
_SEPARATORS = str.maketrans({"\\": "/", ":": "-"})
_PATH = re.compile(r"(?:[A-Za-z]:)?/|\.{1,2}/|~")
_SLASHED = re.compile(r"(?<=\d)\s?/\s?(?=\d)|(?<!\w)[Vv]/[Vv](?!\w)|\d[-–][A-ZĐ]{1,4}/[A-ZĐ]")
_SLASH = re.compile(r"\s?/\s?")
_UNWANTED = '<>"|?*'
_LEGACY_ENCODINGS = ("utf-8", "cp1258", "latin-1")


class SafeName(NamedTuple):
    """A name without path, control characters or direction marks, in NFC; `changed` says that the sender's differed."""

    name: str
    changed: bool


def safe_name(sent: str | bytes, *, fallback: str = "van-ban") -> SafeName:
    """Return a safe form of a file name as it was sent.

    Bytes, and text that came with bytes escaped as surrogates or read as Latin-1, are tried as UTF-8, then as Windows
    Vietnamese (CP1258). Only the last part of a path stays; "..", a name of dots and an empty name become `fallback`.

    A slash inside a document number, a date or "V/v" is no path: "số 12/QĐ-UBND.pdf" becomes "số 12-QĐ-UBND.pdf". What
    begins like a path (/, ~, ./, ../, C:) or holds a backslash is one all the same, whatever its folders are called.
    """
    text = _decode(sent)
    last = _last_part(text).translate(_SEPARATORS).rpartition("/")[2]
    printable = "".join(c for c in nfc(last) if c not in _UNWANTED and unicodedata.category(c)[0] != "C")
    clean = " ".join(printable.split()).strip(". ") or fallback
    short = _shorten(clean)
    return SafeName(short, changed=short != (nfc(sent) if isinstance(sent, str) else ""))


def _last_part(text: str) -> str:
    if "/" not in text or "\\" in text or _PATH.match(text.lstrip()):
        return text
    text = nfc(text)
    inside = [(number.start, number.end) for number in find_document_numbers(text)]
    inside += [match.span() for match in _SLASHED.finditer(text)]
    clean, at = "", 0
    for start, end in sorted(inside):
        clean += text[at:start] + _SLASH.sub("-", text[max(at, start) : end])
        at = max(at, end)
    return clean + text[at:]


def _decode(sent: str | bytes) -> str:
    if isinstance(sent, str):
        if not _came_as_bytes(sent):
            return sent
        sent = sent.encode("utf-8", "surrogateescape") if _has_surrogates(sent) else sent.encode("latin-1")
    for encoding in _LEGACY_ENCODINGS[:-1]:
        try:
            return sent.decode(encoding)
        except UnicodeDecodeError:
            continue
    return sent.decode(_LEGACY_ENCODINGS[-1])


def _came_as_bytes(text: str) -> bool:
    """Say whether text is really undecoded bytes: surrogates, or UTF-8 that somebody read as Latin-1."""
    if _has_surrogates(text):
        return True
    if text.isascii() or any(ord(c) > 0xFF for c in text):
        return False
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_surrogates(text: str) -> bool:
    return any(0xDC80 <= ord(c) <= 0xDCFF for c in text)


def _shorten(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 12:
        stem, dot, extension = name, "", ""
    room = _LONGEST_BYTES - len(f"{dot}{extension}".encode())
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return f"{stem.rstrip()}{dot}{extension}"
