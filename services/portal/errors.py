"""What the portal itself answers instead of what a service said."""

from __future__ import annotations

from shared.problems import NotFound


class HiddenDocument(NotFound):
    """There is no such document, or it belongs to a school the caller may not see: not to be told apart."""

    type = "tai-lieu-khong-co"
    title = "Không có tài liệu này"
