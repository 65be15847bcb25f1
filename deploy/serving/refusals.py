"""What the servers refuse before any application sees it: in Vietnamese, a page for people, else problem+json."""

from __future__ import annotations

import html
import json

from shared.ids import new_id

_TEXTS: dict[int, tuple[str, str, str]] = {
    400: (
        "yeu-cau-sai",
        "Yêu cầu không đúng dạng",
        "Máy chủ không đọc được yêu cầu, chưa làm gì. Tải lại trang.",
    ),
    408: ("qua-gio", "Yêu cầu đến quá chậm", "Yêu cầu chưa đến đủ nên chưa làm gì. Kiểm tra đường truyền rồi thử lại."),
    413: (
        "yeu-cau-qua-lon",
        "Yêu cầu quá lớn",
        "Yêu cầu lớn hơn giới hạn, chưa lưu gì. Tách thành tệp nhỏ hơn.",
    ),
    414: ("dia-chi-qua-dai", "Địa chỉ quá dài", "Địa chỉ dài hơn giới hạn. Mở lại từ trang trước."),
    431: (
        "dau-qua-lon",
        "Phần đầu yêu cầu quá lớn",
        "Xóa cookie của trang này trong trình duyệt rồi thử lại.",
    ),
    500: ("loi-noi-bo", "Có lỗi bên trong hệ thống", "Chưa rõ việc vừa làm đã ghi hay chưa; xem lại trang rồi thử lại."),
    501: ("chua-co-cach-goi", "Chưa có cách gọi này", "Máy chủ không nhận cách gửi này. Gửi lại kèm Content-Length."),
    503: ("dang-dong", "Đang quá đông người dùng", "Máy chủ đang nhận hết mức. Chưa làm gì. Thử lại sau ít giây."),
    505: ("phien-ban-http", "Phiên bản HTTP không dùng được", "Dùng trình duyệt hoặc chương trình nói HTTP/1.1."),
}
_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
RETRY_S = 5


def wants_page(head: bytes) -> bool:
    """Say whether a (broken) head is a browser's, which asks for a page."""
    return b"text/html" in head.lower() and b" /api/" not in head[:200]


def refusal(status: int, *, page: bool) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status line, headers and body of a refusal; an unknown status is told as 400 or 500."""
    status = status if status in _TEXTS else 400 if status < 500 else 500
    kind, title, detail = _TEXTS[status]
    if page:
        body = (
            f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f"<h1>{html.escape(title)}</h1><p>{html.escape(detail)}</p></html>"
        ).encode()
        content = "text/html; charset=utf-8"
    else:
        document = {"type": kind, "status": status, "title": title, "detail": detail, "correlation": new_id().hex}
        body, content = json.dumps(document, ensure_ascii=False).encode(), "application/problem+json"
    headers = [
        ("Content-Type", content),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Connection", "close"),
    ]
    if status == 503:
        headers.append(("Retry-After", str(RETRY_S)))
    return f"{status} {_REASONS[status]}", headers, body


def whole(status: int, *, page: bool) -> bytes:
    """Return a refusal as it goes over the wire."""
    client, headers, body = refusal(status, page=page)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {client}\r\n{head}\r\n".encode() + body
