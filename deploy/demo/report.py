"""Prints the demo's steps: a sentence a step for people, an object a line for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

from deploy.demo.scenario import DemoInstallation, Scenario
from shared.text import format_date, format_number
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.year_labels import PLAN_KIND_LABELS


def _day(value: str) -> str:
    return format_date(dt.date.fromisoformat(value))


def _listed(values: Sequence[Any]) -> str:
    return "; ".join(map(str, values))


def _levels(values: Sequence[int | None]) -> str:
    return "; ".join("chưa kết luận" if level is None else f"Mức {level}" for level in values)


def _criteria(value: Sequence[str] | dict[str, int]) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{code} Mức {level}" for code, level in value.items())
    return _listed(value)


def _proposed(kinds: dict[str, str]) -> str:
    return "; ".join(f"{school} {PLAN_KIND_LABELS[PlanKind(kind)].lower()}" for school, kind in kinds.items())


def _money(amount_vnd: int) -> str:
    return f"{format_number(amount_vnd)} đồng"


def _moved(values: Sequence[str]) -> str:
    return " → ".join(values)


def _heard(event: dict[str, Any]) -> str:
    place = f" ở vị trí {event['position']}" if "position" in event else ""
    return f"đã nghe sự kiện {event['id'][:8]}…{place}"


def _checked(counts: dict[str, int] | None) -> str:
    if counts is None:
        return "không kiểm ở đây"
    return f"{counts['events']} sự kiện, {counts['objects']} tài liệu, {counts['checkpoints']} mốc niêm"


_INTERESTING: dict[str, tuple[str, Callable[[Any], str]]] = {
    "commune": ("Xã", str),
    "schools": ("Trường", _listed),
    "invited": ("Đường dẫn mời", str),
    "pages": ("Số trang", str),
    "reading_seconds": ("Đọc chữ xong sau (giây)", format_number),
    "query": ("Câu tìm", str),
    "hits": ("Trang tìm được", str),
    "marked": ("Chữ được đánh dấu trên ảnh", _listed),
    "rulebook": ("Bộ tiêu chí", str),
    "because": ("Vì", lambda value: value if isinstance(value, str) else _listed(value)),
    "code": ("Mã minh chứng", str),
    "criteria": ("Tiêu chí", _criteria),
    "school_level": ("Mức của trường", str),
    "decision": ("Quyết định", str),
    "degree": ("Mức độ", str),
    "decided_on": ("Ngày ký", _day),
    "expires_on": ("Hết hạn", _day),
    "corrected": ("Đính chính ngày hết hạn", lambda values: _moved([_day(day) for day in values[1:]])),
    "superseded": ("Thay quyết định", _moved),
    "feed": ("Dòng sự kiện", _heard),
    "webhook": ("Webhook", _heard),
    "bus": ("Bus", _heard),
    "proposed": ("Đề xuất", _proposed),
    "issued": ("Kế hoạch số", str),
    "tasks": ("Việc đã giao", str),
    "money": ("Vốn đã bố trí", _money),
    "missing": ("Chưa gửi báo cáo", _listed),
    "numbers": ("Số tự tính trong tổng hợp", str),
    "owed": ("Hạn đang theo dõi", str),
    "overdue": ("Quá hạn", _listed),
    "plan_printed": ("Kế hoạch in ra", str),
    "levels": ("Mức ở ba thời điểm", _levels),
    "differences": ("Khác biệt", str),
    "verify": ("Đã kiểm", _checked),
    "proof": ("Bản tự kiểm", str),
    "error": ("Lỗi", str),
}


def play(installation: DemoInstallation, on_step: Callable[[dict[str, Any]], None]) -> bool:
    """Play the scenario, hand over each step as it ends, and say whether every step held."""
    steps = []
    for step in Scenario(installation).play():
        on_step(step)
        steps.append(step)
    return all(step["held"] for step in steps)


def one_line(step: dict[str, Any]) -> str:
    """Return a step as one line of JSON."""
    return json.dumps(step, ensure_ascii=False)


def readable(step: dict[str, Any]) -> str:
    """Return a step as people read it."""
    mark = "✓" if step["held"] else "✕"
    lines = [f"{mark} {step['step']}. {step['what']} ({format_number(step['seconds'])} giây)"]
    lines += [f"     {line['name']}: {_receipt(line)}" for line in step.get("receipts", [])]
    lines += [f"     {label}: {as_text(step[key])}" for key, (label, as_text) in _INTERESTING.items() if key in step]
    return "\n".join(lines)


def told_before() -> str:
    """Return what is said instead of telling the same story twice."""
    return "Câu chuyện của năm nay đã diễn trong thư mục này: không diễn lại, chỉ mời lại người của câu chuyện."


def sign_in_links(people: Sequence[dict[str, str]]) -> str:
    """Return the sign-in link of each person of the scenario."""
    lines = ["", "Vào thử với từng người. Mỗi đường dẫn dùng một lần; người vào tự đặt mật khẩu:"]
    lines += [f"  {person['who']}: {person['sign_in']}" for person in people]
    return "\n".join([*lines, ""])


def _receipt(line: dict[str, Any]) -> str:
    kept = "đã lưu từ trước, biên nhận cũ" if line["already_kept"] else "đã lưu"
    return f"{kept}, số {line['position']}, mã băm {line['sha256'][:12]}…"
