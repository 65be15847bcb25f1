"""Texts and reasons that people type, as they are stored: in one Unicode form, long enough to say something, and bounded."""

from __future__ import annotations

from shared.problems import BadRequest, Problem
from shared.text import nfc

FEWEST_LETTERS = 10
"""Letters: “.” and “ok” are no reasons, and whoever reads them in five years learns nothing."""

LONGEST_REASON = 2_000
"""Characters: a page."""

LONGEST_TEXT = 20_000
"""Characters in one field: some eight pages."""


def typed_text(text: str, what: str) -> str:
    """Return a text without space around it; `what` names it in the sentence that refuses one too long (BadRequest)."""
    clean = nfc(text).strip()
    if len(clean) > LONGEST_TEXT:
        raise BadRequest(f"Phần {what} dài {len(clean)} chữ cái, nhiều nhất {LONGEST_TEXT}. Chưa ghi gì. Rút gọn lại.")
    return clean


def says_something(text: str) -> bool:
    """Say whether a text has as many letters as a reason needs."""
    return sum(map(str.isalpha, text)) >= FEWEST_LETTERS


def typed_reason(text: str, what: str = "lý do", *, path: str = "$.reason", refusal: type[Problem] = BadRequest) -> str:
    """Return a reason as it is stored, on one line; `what` names it in the sentence that asks for it.

    Raises `refusal` when it says nothing, BadRequest when it is too long.
    """
    clean = " ".join(nfc(text).split())
    if not says_something(clean):
        raise refusal(f"Ghi rõ {what}, ít nhất {FEWEST_LETTERS} chữ cái. Chưa ghi gì.", path=path)
    if len(clean) > LONGEST_REASON:
        raise BadRequest(
            f"Phần {what} dài {len(clean)} ký tự, nhiều nhất {LONGEST_REASON}. Chưa ghi gì. Rút gọn lại.", path=path
        )
    return clean
