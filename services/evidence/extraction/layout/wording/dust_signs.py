"""Takes the signs out that specks of a dusty page were read as: alone, before and behind words, between two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.wording.syllables import plausibility

_SPECKS = ".,:;'`´‘’·ˆ^~"
_DASHES = "-–—"
_BEHIND_NUMBERS = ":;'`´‘’·"
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*%?")
_SPELLED, _SURE = 0.9, 90.0


def without_dust_signs(words: Sequence[PixelWord], *, cell: bool = False) -> list[PixelWord]:
    """Return words of a dusty page without what its specks were read as; those of a `cell` are mostly numbers."""
    return [part for word in words if (free := _bare(word, cell=cell)) for part in _parted(free)]


def _bare(word: PixelWord, *, cell: bool) -> PixelWord | None:
    text = word.text.lstrip(_SPECKS)
    if not text.strip("°"):
        # A row of dots is a leader, three of them are an ellipsis.
        return word if len(word.text) > 2 else None
    number = text.strip(_SPECKS).rstrip(_DASHES)
    if cell and _NUMBER.fullmatch(number.lstrip(_DASHES)):
        text = number + ("." if text.endswith(".") else "")
    elif number and number[-1].isdigit():
        text = text.rstrip(_BEHIND_NUMBERS.replace(":", "").replace(";", ""))
    return word if text == word.text else msgspec.structs.replace(word, text=text)


def _parted(word: PixelWord) -> Iterator[PixelWord]:
    """Yield a word, or the two of which it is made where a speck lies between them."""
    found = re.fullmatch(r"([^\W\d_]{2,})[.·'-]([^\W\d_]{2,}[.,;:]?)", word.text)
    printed = "-" in word.text and word.confidence >= _SURE
    if not found or printed or not all(_is_syllable(part.rstrip(".,;:")) for part in found.groups()):
        yield word
        return
    first, second = found.groups()
    cut = word.left + round((word.right - word.left) * (len(first) + 0.5) / len(word.text))
    yield msgspec.structs.replace(word, text=first, right=cut)
    yield msgspec.structs.replace(word, text=second, left=cut)


def _is_syllable(text: str) -> bool:
    share = plausibility(text)
    return text.islower() and share is not None and share >= _SPELLED
