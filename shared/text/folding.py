"""Normal form, folding without accents, and the order of the Vietnamese alphabet."""

from __future__ import annotations

import functools
import re
import unicodedata

_STROKED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_PIECE = re.compile(r"\d+|[^\W\d_]+", re.UNICODE)
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER = {letter: place for place, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng: the order of tones in Vietnamese dictionaries; no mark (ngang) comes first."""

_Syllable = tuple[int, tuple[int, ...], tuple[int, ...], str]


def nfc(text: str) -> str:
    """Return the text in Unicode normal form C, with the Icelandic Ð that scanners and OCR put for Đ set right.

    OCR writes "QĐÐ" and breaks document numbers; no Vietnamese word holds an eth.
    """
    return unicodedata.normalize("NFC", text).replace("\u00d0", "Đ").replace("\u00f0", "đ")


def fold(text: str) -> str:
    """Return the text in lower case without any mark, đ as d: "Kế hoạch kiểm định" → "ke hoach kiem dinh".

    The same for composed and decomposed input. Length may differ from the input's.
    """
    return unaccented(text.translate(_STROKED).casefold())


def unaccented(text: str) -> str:
    """Return the text without any mark, đ as d, its case kept: "Kế hoạch" → "Ke hoach"."""
    bare = unicodedata.normalize("NFD", text.translate(_STROKED))
    return unicodedata.normalize("NFC", "".join(c for c in bare if not unicodedata.combining(c))).translate(_STROKED)


def words(text: str) -> list[str]:
    """Return the words of the text (letters, digits), in order, in normal form and lower case."""
    return _WORD.findall(nfc(text).lower())


def lower_first(text: str) -> str:
    """Return a name or a label as it stands in the middle of a sentence: "xã Nậm Lam"; an abbreviation ("UBND xã") stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def same_words(text: str, other: str) -> bool:
    """Say whether two texts hold the same words in the same order, leaving accents, case and punctuation aside."""
    return words(fold(text)) == words(fold(other))


@functools.lru_cache(maxsize=8192)
def vietnamese_key(text: str) -> tuple[_Syllable, ...]:
    """Return the key that sorts texts as a Vietnamese dictionary does: by syllable, letters before tones.

    a ă â b c d đ e ê … ; within the same letters: ngang, huyền, hỏi, ngã, sắc, nặng. Numbers sort by value
    ("Trường 2" before "Trường 10") and before letters. Case decides nothing.
    """
    return tuple(_syllable(piece) for piece in _PIECE.findall(nfc(text).lower()))


@functools.lru_cache(maxsize=4096)
def _syllable(piece: str) -> _Syllable:
    if piece.isdecimal():
        return (int(piece), (), (), piece)
    letters: list[int] = []
    tones: list[int] = []
    for character in piece:
        bare, tone = _apart(character)
        letters.append(_ORDER.get(bare, len(_ORDER) + ord(bare[0])))
        tones.append(tone)
    # Numbers come first: no count of pages or schools reaches this bound.
    return (1 << 62, tuple(letters), tuple(tones), piece)


def _apart(character: str) -> tuple[str, int]:
    """Split a letter from its tone mark: "ế" → ("ê", 4)."""
    tone = 0
    parts = []
    for part in unicodedata.normalize("NFD", character):
        if part in _TONES:
            tone = _TONES[part]
        else:
            parts.append(part)
    return unicodedata.normalize("NFC", "".join(parts)) or character, tone
