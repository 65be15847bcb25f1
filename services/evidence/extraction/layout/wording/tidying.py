"""Leaves out what a recogniser made of pens, seals and grain: signs and scraps that make no sense, of which it is unsure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.wording.syllables import plausibility

_UNSURE_SIGN = 60
_UNSURE_SCRAP = 35
_UNSURE_LINE = 62
_SENSE = 40
_SPELLED = 0.5
_CLOSE = 0.4
_THREE = re.compile(r"(?:HI|IH)(?=[.,;:)]?$)")
_RUN_ON = re.compile(r"(\d{1,4})([^\W\d_]{3,})")
_BULLETS = frozenset("-–+•*")
_END_MARK = "./."
"""With it official texts end (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""


def tidied(words: Sequence[PixelWord]) -> list[PixelWord]:
    """Return the words of running text without junk; what has a digit stays: codes score low when they are right."""
    kept: list[PixelWord] = []
    for _, group in groupby(words, key=lambda word: (word.block, word.line)):
        line = list(group)
        rest = [word for number, word in enumerate(line) if not _is_junk(word, first=number == 0)]
        sureness = sum(word.confidence for word in rest) / max(1, len(rest))
        if sureness >= _UNSURE_LINE or any(_makes_sense(word) for word in rest):
            kept += rest
    return with_spaced_numbers(kept)


def with_spaced_numbers(words: Sequence[PixelWord]) -> list[PixelWord]:
    """Return words with numbers parted from words that were run on to them ("15tháng"), and joined where split.

    Codes are left alone: they have signs or capitals among their digits.
    """
    spaced: list[PixelWord] = []
    for word in words:
        match = _RUN_ON.fullmatch(word.text)
        if not match:
            spaced.append(_with_roman_three(word))
            continue
        digits, rest = match.groups()
        cut = word.left + round((word.right - word.left) * len(digits) / len(word.text))
        number = msgspec.structs.replace(word, text=digits, right=cut)
        before = spaced[-1] if spaced else None
        if before is not None and before.text.isdigit() and _is_close(before, number):
            sure = min(before.confidence, number.confidence)
            spaced[-1] = msgspec.structs.replace(before, text=before.text + digits, right=cut, confidence=sure)
        else:
            spaced.append(number)
        spaced.append(msgspec.structs.replace(word, text=rest, left=cut))
    return spaced


def _with_roman_three(word: PixelWord) -> PixelWord:
    """Return a word with the number III where its strokes were taken for H and I: no word is written so."""
    return msgspec.structs.replace(word, text=_THREE.sub("III", word.text)) if _THREE.match(word.text) else word


def _is_close(before: PixelWord, word: PixelWord) -> bool:
    same_line = (before.block, before.line) == (word.block, word.line)
    return same_line and word.left - before.right < _CLOSE * (word.bottom - word.top)


def _is_junk(word: PixelWord, *, first: bool) -> bool:
    if word.text.endswith(_END_MARK):
        return False
    if not any(sign.isalnum() for sign in word.text):
        return word.confidence < _UNSURE_SIGN and not (first and word.text in _BULLETS)
    return word.confidence < _UNSURE_SCRAP and not _has_digit(word) and not _is_spelled(word)


def _makes_sense(word: PixelWord) -> bool:
    return word.confidence >= _SENSE and (_has_digit(word) or (len(word.text) > 1 and _is_spelled(word)))


def _has_digit(word: PixelWord) -> bool:
    return any(sign.isdigit() for sign in word.text)


def _is_spelled(word: PixelWord) -> bool:
    share = plausibility(word.text)
    return share is not None and share > _SPELLED
