"""Reasons that people type because a record without one would lie: long enough to say something, short enough to be read."""

from __future__ import annotations

from shared.problems import BadRequest
from shared.text import nfc

SHORTEST_REASON = 10
"""Letters and digits: “.” and “ok” are no reasons."""

LONGEST_REASON = 2_000
"""Characters: a page."""


def typed_reason(text: str, path: str = "$.reason") -> str:
    """Return a reason as it is stored, on one line. Raises BadRequest when it says nothing, or too much."""
    clean = " ".join(nfc(text).split())
    if sum(letter.isalnum() for letter in clean) < SHORTEST_REASON:
        raise BadRequest(f"Lý do phải có ít nhất {SHORTEST_REASON} chữ. Chưa ghi gì. Viết rõ vì sao.", path=path)
    if len(clean) > LONGEST_REASON:
        raise BadRequest(f"Lý do dài {len(clean)} chữ, nhiều nhất {LONGEST_REASON}. Chưa ghi gì. Rút gọn lại.", path=path)
    return clean
