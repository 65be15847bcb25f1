"""Texts that people typed, as they are stored, and ids of visits, as they are looked for."""

from __future__ import annotations

import uuid

from services.inspection.errors import NoSuchInspection
from shared.problems import BadRequest
from shared.text import nfc

LONGEST_TEXT = 20_000
"""Characters in one field: some eight pages."""


def checked_text(text: str, what: str) -> str:
    """Return a text without space around it; raises BadRequest for one that is too long."""
    clean = nfc(text).strip()
    if len(clean) > LONGEST_TEXT:
        raise BadRequest(f"Phần {what} dài {len(clean)} chữ cái, nhiều nhất {LONGEST_TEXT}. Chưa ghi gì. Rút gọn lại.")
    return clean


def visit_stream(inspection: str) -> uuid.UUID:
    """Return the stream of a visit; raises NoSuchInspection for what cannot be one."""
    try:
        return uuid.UUID(inspection)
    except ValueError:
        raise no_inspection(inspection) from None


def no_inspection(inspection: str) -> NoSuchInspection:
    """Return the refusal that the school has no such visit."""
    return NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.", inspection=inspection)
