"""Calendars as phones read them (iCalendar, RFC 5545): all-day events, CRLF, lines of at most 75 octets, escaped texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

_LONGEST_LINE = 75
_PRODUCT = "-//kiemdinh//Hạn//VI"


class AllDay(msgspec.Struct, frozen=True, kw_only=True):
    """Something on one day. `uid` is the same whenever the calendar is read; `url` '' for none."""

    uid: str
    day: dt.date
    summary: str
    description: str = ""
    url: str = ""


def calendar(name: str, events: Iterable[AllDay], stamp: dt.datetime) -> bytes:
    """Return a calendar in UTF-8; `stamp` is when it was written."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
    ]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: AllDay, stamp: dt.datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_date(event.day)}",
        # Without an end it lasts the day (section 3.6.1): no day follows the last one.
        *([f"DTEND;VALUE=DATE:{_date(event.day + dt.timedelta(days=1))}"] if event.day < dt.date.max else []),
        f"SUMMARY:{_escaped(event.summary)}",
        "TRANSP:TRANSPARENT",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{_escaped(event.description)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "END:VEVENT"]


def _date(day: dt.date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _escaped(text: str) -> str:
    """Return a text value (section 3.3.11); what cannot stand in one becomes a space."""
    clean = "".join(letter if letter in "\n\t" or letter.isprintable() else " " for letter in text.replace("\r\n", "\n"))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a content line (section 3.1); a letter of several octets is never torn apart."""
    parts, part, room = list[bytes](), b"", _LONGEST_LINE
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", _LONGEST_LINE - 1
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
