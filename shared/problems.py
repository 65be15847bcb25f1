"""Errors a caller can act on: a stable type, the state of the data and the next step, in Vietnamese (RFC 9457).

A service names its own problems in its ``errors.py`` as subclasses. They cross the bus and HTTP unchanged: `to_document`
on one side, `from_document` on the other, which gives back a plain `Problem` of the same type.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self


class Problem(Exception):
    """A refusal or failure that the caller is told about in full.

    Subclasses set `type` (a stable Vietnamese slug, part of the public interface), `status` (HTTP) and `title`
    (Vietnamese, one short sentence). `detail` says what happened, what state the data is in and what to do next.
    Extra keyword arguments are data for programs.
    """

    type: ClassVar[str] = "loi-noi-bo"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Có lỗi bên trong hệ thống"

    awaits_news: bool = False
    """Whether what is missing is told by another service and may be on its way; known only where it was raised."""

    def __init__(self, detail: str = "", /, **data: Any) -> None:
        self.detail = detail or self.title
        self.data = data
        super().__init__(self.detail)

    def awaiting_news(self, *, awaited: bool = True) -> Self:
        """Return this problem as one that news from another service may solve."""
        self.awaits_news = awaited
        return self

    def to_document(self) -> dict[str, Any]:
        """Return the problem+json document (RFC 9457 section 3)."""
        return {**self.data, "type": self.type, "status": self.status, "title": self.title, "detail": self.detail}

    @staticmethod
    def from_document(document: dict[str, Any]) -> Problem:
        """Rebuild a problem that came from elsewhere, keeping its type, status, title, detail and data."""
        data = {k: v for k, v in document.items() if k not in {"type", "status", "title", "detail"}}
        kind = type(
            "ReceivedProblem",
            (Problem,),
            {
                "type": str(document.get("type", Problem.type)),
                "status": int(document.get("status", Problem.status)),
                "title": str(document.get("title", Problem.title)),
            },
        )
        problem: Problem = kind(str(document.get("detail", "")), **data)
        return problem


class BadRequest(Problem):
    """The request does not have the form that was asked for."""

    type = "yeu-cau-sai"
    status = 400
    title = "Yêu cầu không đúng dạng"


class NotFound(Problem):
    """What was asked for does not exist, or the caller may not know that it does."""

    type = "khong-co"
    status = 404
    title = "Không tìm thấy"


class NotAllowed(Problem):
    """The caller's roles do not cover this."""

    type = "khong-du-quyen"
    status = 403
    title = "Không đủ quyền"


class NotSignedIn(Problem):
    """No session or token, or one that ended."""

    type = "het-phien"
    status = 401
    title = "Hết phiên hoặc chưa đăng nhập"


class WrongMethod(Problem):
    """The address exists, but not for this method."""

    type = "sai-phuong-thuc"
    status = 405
    title = "Địa chỉ này không nhận cách gọi ấy"


class Conflict(Problem):
    """Somebody changed the same thing first; nothing was overwritten."""

    type = "da-sua"
    status = 409
    title = "Có người đã sửa trước"


class Unavailable(Problem):
    """A server that this needs does not answer; nothing was half done; the same call may be made again."""

    type = "may-chu-vang"
    status = 503
    title = "Chưa nối được máy chủ"
