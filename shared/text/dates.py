"""Dates as Vietnamese offices write and read them."""

from __future__ import annotations

import datetime as dt
import re

from shared.clock import VIETNAM
from shared.problems import Problem
from shared.text.folding import fold, nfc

_NUMERIC = re.compile(r"\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\s*")
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})\s*")
_SPOKEN = re.compile(r"ngay\s*(\d{1,2})\s*thang\s*(\d{1,2})\s*,?\s*nam\s*(\d{4})")


class UnreadableDate(Problem):
    """A text that is no date of the calendar; nothing was stored."""

    type = "ngay-sai"
    status = 422
    title = "Ngày không có trong lịch"


def format_date(date: dt.date) -> str:
    """Return the date as official papers write it (Nghị định 30/2020/NĐ-CP): 05/11/2026, 15/3/2027.

    Days below 10 and the months 1 and 2 take a zero, other months do not.
    """
    month = f"{date.month:02}" if date.month <= 2 else str(date.month)
    return f"{date.day:02}/{month}/{date.year}"


def format_time(moment: dt.datetime) -> str:
    """Return the time of day in Việt Nam: 14:22."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def parse_date(text: str) -> dt.date:
    """Read 5/11/2026, 05-11-2026, 5.11.2026, 2026-11-05 or "ngày 5 tháng 11 năm 2026".

    Raises UnreadableDate, whose words distinguish a day that no calendar has from a text that is no date.
    """
    clean = nfc(text).strip()
    parts = _parts(clean)
    if parts is None:
        raise UnreadableDate(f"“{clean[:40]}” không phải là ngày. Nhập ngày/tháng/năm.", value=clean[:40])
    year, month, day = parts
    try:
        return dt.date(year, month, day)
    except ValueError:
        written = f"{day:02}/{month:02}/{year}"
        raise UnreadableDate(f"{written} không có trong lịch. Nhập ngày/tháng/năm.", value=written) from None


def find_date(text: str) -> tuple[dt.date, int, int] | None:
    """Return the first "ngày … tháng … năm …" in running text with its start and end, or None.

    Days that the calendar does not have (misread digits) are passed over. Offsets count in the folded text.
    """
    for match in _SPOKEN.finditer(fold(text)):
        day, month, year = (int(part) for part in match.groups())
        try:
            return dt.date(year, month, day), match.start(), match.end()
        except ValueError:
            continue
    return None


def _parts(clean: str) -> tuple[int, int, int] | None:
    if match := _ISO.fullmatch(clean):
        year, month, day = (int(part) for part in match.groups())
        return year, month, day
    match = _NUMERIC.fullmatch(clean) or _SPOKEN.fullmatch(fold(clean))
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    return year, month, day
