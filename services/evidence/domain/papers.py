"""What a paper calls itself, what of it still waits for a person, and the keys by which it is found and put in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from shared.text import fold, words

KIND, NUMBER, ISSUED, ABOUT = "loai_van_ban", "so_ky_hieu", "ngay_ban_hanh", "trich_yeu"
_FIGURES = 8
_CODE_LIKE = re.compile(r"\d.*[./\-–]|[./\-–].*\d|\[")


def title_of(fields: Mapping[str, str]) -> str:
    """Return kind and number, then the abstract ("Biên bản 36/BB-TH · Họp Hội đồng"); empty when no field tells."""
    named = " ".join(value for value in (fields.get(KIND, ""), fields.get(NUMBER, "")) if value)
    return " · ".join(value for value in (named, fields.get(ABOUT, "")) if value)


def waiting(confirmed: Iterable[bool]) -> int:
    """Return how many fields wait for a person: all that nobody confirmed, however sure the machine is of them."""
    return sum(not one for one in confirmed)


def find_key(text: str) -> str:
    """Return the words of a text between spaces, without accents: "36/BB-TH" → " 36 bb th "."""
    found = words(fold(text))
    return f" {' '.join(found)} " if found else " "


def order_key(text: str) -> str:
    """Return what puts texts in order: without accents, numbers by value ("MC.1.1.9" before "MC.1.1.10")."""
    return re.sub(r"\d+", lambda match: match[0].zfill(_FIGURES), " ".join(words(fold(text))))


def is_code_like(text: str) -> bool:
    """Say whether somebody typed a code or a number, whose parts mean something only together and in order."""
    return bool(_CODE_LIKE.search(text))
