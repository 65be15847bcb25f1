"""Texts that people typed, as they are stored, and ids of visits, as they are looked for."""

from __future__ import annotations

import uuid

from services.inspection.errors import NoSuchInspection


def visit_stream(inspection: str) -> uuid.UUID:
    """Return the stream of a visit; raises NoSuchInspection for what cannot be one."""
    try:
        return uuid.UUID(inspection)
    except ValueError:
        raise no_inspection(inspection) from None


def no_inspection(inspection: str) -> NoSuchInspection:
    """Return the refusal that the school has no such visit."""
    return NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.", inspection=inspection)
