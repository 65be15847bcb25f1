"""Mail as people get it: the digest of a day, and the code that proves an address. Labels, days and links; no names."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence

import msgspec

from shared.text import format_date
from shared.vocabulary.commune_year import DeadlineState

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")


class DigestLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a digest."""

    label: str
    due: dt.date
    state: DeadlineState
    days_left: int
    address: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One mail, ready to be sent; `id` is its Message-ID, the same at every attempt."""

    id: str
    to: str
    subject: str
    body: str
    day: dt.date


def is_address(text: str) -> bool:
    """Say whether a text can be an address of mail (RFC 5321, without quotes and comments)."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None and ".." not in text


def message_id(installation: str, mail: str) -> str:
    """Return the Message-ID of a mail: it follows from which mail it is, and tells nothing of the person."""
    digest = hashlib.sha256(f"{installation}\x00{mail}".encode()).hexdigest()[:32]
    return f"<{digest}@kiemdinh.invalid>"


def digest_body(day: dt.date, lines: Sequence[DigestLine], settings_page: str) -> str:
    """Return the words of a digest."""
    parts = [f"Các hạn cần biết ngày {format_date(day)}:", ""]
    for line in lines:
        parts += [f"- {line.label}", f"  {_when(line)}", *([f"  {line.address}"] if line.address else []), ""]
    parts += ["Việc đã xong không có trong thư này.", f"Đổi địa chỉ hoặc thôi nhận thư: {settings_page}", ""]
    return "\n".join(parts)


def code_body(code: str, settings_page: str) -> str:
    """Return the words that carry a code."""
    return "\n".join(
        [
            f"Mã xác nhận địa chỉ nhận thư nhắc: {code}",
            "",
            f"Nhập mã này ở trang {settings_page} trong 24 giờ.",
            "Không xin nhận thư này thì bỏ qua: không có mã thì không có thư nào được gửi tới.",
            "",
        ]
    )


def _when(line: DigestLine) -> str:
    day = format_date(line.due)
    if line.state is DeadlineState.OVERDUE:
        return f"hạn {day}, quá {-line.days_left} ngày"
    return f"hạn {day}, hôm nay" if line.days_left == 0 else f"hạn {day}, còn {line.days_left} ngày"
