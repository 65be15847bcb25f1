"""Lines in capitals: issuers, titles, offices. Their marks are small and crowded, so several readings vote on every word.

What official papers must say in the same words (Nghị định 30/2020/NĐ-CP, Phụ lục I) is known beforehand: where a reading has
the letters of such a formula and wrong marks, it gets the marks. Names of places and people are nobody's formula. The stroke
that parts a document's number and sign is the thinnest thing on the page, and is put back.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from services.evidence.extraction.layout.recogniser import PixelWord
from shared.text import fold

_LEAST_CAPITALS = 5
_SIGNS = "_.,:;'\"`´‘’“”|!-–—~^*°•·<>=\\/"
_FORMULAS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "ỦY BAN NHÂN DÂN",
    "HỘI ĐỒNG NHÂN DÂN",
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
    "PHÒNG VĂN HÓA - XÃ HỘI",
    "HỘI ĐỒNG TỰ ĐÁNH GIÁ",
    "TRƯỜNG MẦM NON",
    "TRƯỜNG TIỂU HỌC",
    "TRƯỜNG TRUNG HỌC CƠ SỞ",
    "TRUNG HỌC CƠ SỞ",
    "TRUNG HỌC PHỔ THÔNG",
    "PHÓ HIỆU TRƯỞNG",
    "HIỆU TRƯỞNG",
    "PHÓ CHỦ TỊCH",
    "CHỦ TỊCH",
    "PHÓ GIÁM ĐỐC",
    "GIÁM ĐỐC",
    "PHÓ TRƯỞNG PHÒNG",
    "TRƯỞNG PHÒNG",
    "QUYẾT ĐỊNH",
    "KẾ HOẠCH",
    "BÁO CÁO",
    "BIÊN BẢN",
    "THÔNG BÁO",
    "TỜ TRÌNH",
    "CHƯƠNG TRÌNH",
    "GIẤY MỜI",
    "DANH SÁCH",
)


_NUMBER_AND_SIGN = re.compile(r"(\d{1,5})[.,]?([^\W\d_]{2,}(?:-[^\W\d_]+)+)")


def with_document_number(words: Sequence[PixelWord]) -> list[PixelWord]:
    """Return a line that says "Số:" with the stroke between number and sign where it was lost."""
    line = list(words)
    for place, word in enumerate(line[1:], 1):
        match = _NUMBER_AND_SIGN.fullmatch(word.text)
        if match and word.text.isupper() and line[place - 1].text.rstrip(":").lower() == "số":
            line[place] = msgspec.structs.replace(word, text=f"{match[1]}/{match[2]}")
    return line


def is_in_capitals(words: Sequence[PixelWord]) -> bool:
    """Say whether a line is set in capitals, but for a word or two."""
    text = "".join(word.text for word in words)
    capitals = sum(sign.isupper() for sign in text)
    return capitals >= _LEAST_CAPITALS and capitals > 2 * sum(sign.islower() for sign in text)


def voted(readings: Sequence[Sequence[PixelWord]]) -> list[PixelWord]:
    """Return the first reading of a line with every word that more of the others agree on than have it put in its place."""
    first = list(readings[0])
    votes = [Counter({word.text: 1}) for word in first]
    surest = [{word.text: word.confidence} for word in first]
    for other in readings[1:]:
        texts = [word.text for word in other]
        matcher = difflib.SequenceMatcher(None, [word.text for word in first], texts, autojunk=False)
        for _, begin, end, from_, to in matcher.get_opcodes():
            if end - begin != to - from_:
                continue
            for place, word in zip(range(begin, end), other[from_:to], strict=True):
                text = _without_stray_marks(word.text, first[place].text)
                votes[place][text] += 1
                surest[place][text] = max(word.confidence, surest[place].get(text, 0.0))
    return [_winner(word, votes[place], surest[place]) for place, word in enumerate(first)]


def _without_stray_marks(text: str, first: str) -> str:
    """Return a word without signs at its ends that the first reading has not: marks of the line below come into the cut."""
    bare, own = text.strip(_SIGNS), first.strip(_SIGNS)
    if not bare or not own:
        return text
    head, tail = text[: text.find(bare)], text[text.find(bare) + len(bare) :]
    before, behind = first[: first.find(own)], first[first.find(own) + len(own) :]
    return _shared(head[::-1], before[::-1])[::-1] + bare + _shared(tail, behind)


def _shared(one: str, other: str) -> str:
    """Return with what both texts begin."""
    length = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def _winner(word: PixelWord, votes: Counter[str], surest: dict[str, float]) -> PixelWord:
    text, most = votes.most_common(1)[0]
    if most <= votes[word.text]:
        text = word.text
    return msgspec.structs.replace(
        word, text=text, confidence=max(surest[text], word.confidence if text == word.text else 0)
    )


def with_formulas(words: Sequence[PixelWord]) -> list[PixelWord]:
    """Return a line in capitals with the marks of the formulas whose letters it has."""
    line = list(words)
    folded = [fold(word.text) for word in line]
    for formula, parts in _folded_formulas():
        for start in range(len(line) - len(parts) + 1):
            if folded[start : start + len(parts)] == parts:
                for place, text in enumerate(formula, start):
                    line[place] = msgspec.structs.replace(line[place], text=text)
    return line


@lru_cache(maxsize=1)
def _folded_formulas() -> list[tuple[list[str], list[str]]]:
    return [(formula.split(), [fold(part) for part in formula.split()]) for formula in _FORMULAS]
