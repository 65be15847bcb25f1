"""File names from anywhere made safe to keep and to show."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from shared.text.folding import nfc

_LONGEST_BYTES = 180
_SEPARATORS = str.maketrans({"\\": "/", ":": "-"})
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
    """
    text = _decode(sent)
    last = text.translate(_SEPARATORS).rpartition("/")[2]
    kept = "".join(c for c in nfc(last) if c not in _UNWANTED and unicodedata.category(c)[0] != "C")
    clean = " ".join(kept.split()).strip(". ") or fallback
    short = _shorten(clean)
    return SafeName(short, changed=short != (nfc(sent) if isinstance(sent, str) else ""))


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
