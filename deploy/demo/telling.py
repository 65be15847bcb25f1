"""How the story is told: a sentence a step for people, an object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from deploy.demo.story import Installation, Story

_INTERESTING = {
    "commune": "Xã",
    "schools": "Trường",
    "invited": "Đường dẫn mời",
    "pages": "Số trang",
    "reading_seconds": "Đọc chữ xong sau (giây)",
    "query": "Câu tìm",
    "hits": "Trang tìm được",
    "marked": "Chữ được đánh dấu trên ảnh",
    "rulebook": "Bộ tiêu chí",
    "because": "Vì",
    "code": "Mã minh chứng",
    "criteria": "Tiêu chí",
    "school_level": "Mức của trường",
    "decision": "Quyết định",
    "degree": "Mức độ",
    "decided_on": "Ngày ký",
    "expires_on": "Hết hạn",
    "corrected": "Đính chính",
    "superseded": "Thay quyết định",
    "feed": "Dòng sự kiện",
    "webhook": "Webhook",
    "bus": "Bus",
    "levels": "Mức ở ba thời điểm",
    "differences": "Khác biệt",
    "verify": "Đã kiểm",
    "proof": "Bản tự kiểm",
    "error": "Lỗi",
}


def play(installation: Installation, on_step: Callable[[dict[str, Any]], None]) -> bool:
    """Play the story, hand over each step as it ends, and say whether every step held."""
    steps = []
    for step in Story(installation).play():
        on_step(step)
        steps.append(step)
    return all(step["held"] for step in steps)


def one_line(step: dict[str, Any]) -> str:
    """Return a step as one line of JSON."""
    return json.dumps(step, ensure_ascii=False)


def readable(step: dict[str, Any]) -> str:
    """Return a step as people read it."""
    mark = "✓" if step["held"] else "✕"
    lines = [f"{mark} {step['step']}. {step['what']} ({step['seconds']} giây)"]
    lines += [f"     {line['name']}: {_receipt(line)}" for line in step.get("receipts", [])]
    lines += [f"     {label}: {_short(step[key])}" for key, label in _INTERESTING.items() if key in step]
    return "\n".join(lines)


def doors(people: Sequence[dict[str, str]]) -> str:
    """Return the link of each person of the story, for whoever wants to walk in as one of them."""
    lines = ["", "Vào thử với từng người. Mỗi đường dẫn dùng một lần; người vào tự đặt mật khẩu:"]
    lines += [f"  {person['who']}: {person['sign_in']}" for person in people]
    return "\n".join([*lines, ""])


def _receipt(line: dict[str, Any]) -> str:
    kept = "đã lưu từ trước, biên nhận cũ" if line["already_kept"] else "đã lưu"
    return f"{kept}, số {line['position']}, mã băm {line['sha256'][:12]}…"


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(inner)}" for key, inner in value.items() if key != "data")
    if isinstance(value, list):
        return "; ".join("chưa kết luận" if inner is None else _short(inner) for inner in value)
    return "không kiểm ở đây" if value is None else str(value)
