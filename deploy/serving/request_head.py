"""Reads the head of a request strictly: what two servers could read in two ways is refused (RFC 9112)."""

from __future__ import annotations

import re

LONGEST_REQUEST_LINE = 8_192
LONGEST_FIELD = 8_192
LARGEST_HEAD = 32_768

_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} [\x21-\x7e\x80-\xff]+ HTTP/[0-9]\.[0-9]\Z")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)\Z")
_LENGTH = re.compile(rb"[0-9]{1,18}\Z")
_ONCE = frozenset({b"content-length", b"host", b"transfer-encoding", b"content-type", b"authorization"})


def fault(request_line: bytes, fields: list[bytes]) -> int:
    """Return the status with which a head is refused, or 0. Lines come without their line ends."""
    if len(request_line) > LONGEST_REQUEST_LINE:
        return 414
    if len(request_line) + sum(map(len, fields)) > LARGEST_HEAD or any(len(field) > LONGEST_FIELD for field in fields):
        return 431
    if not _REQUEST_LINE.match(request_line):
        return 400
    return _version_fault(request_line) or _fields_fault(request_line, fields)


def _version_fault(request_line: bytes) -> int:
    return 0 if request_line.endswith((b"HTTP/1.1", b"HTTP/1.0")) else 505


def _fields_fault(request_line: bytes, fields: list[bytes]) -> int:
    values: dict[bytes, bytes] = {}
    for field in fields:
        match = _FIELD.match(field)
        if match is None:
            return 400
        name = match[1].lower()
        if name in _ONCE and name in values:
            return 400
        values[name] = match[2].strip()
    return _framing_fault(request_line, values)


def _framing_fault(request_line: bytes, headers: dict[bytes, bytes]) -> int:
    """Where a request ends must be said once, and in one way."""
    coding, length = headers.get(b"transfer-encoding"), headers.get(b"content-length")
    if length is not None and not _LENGTH.match(length):
        return 400
    if coding is None:
        return 0
    if length is not None or request_line.endswith(b"HTTP/1.0"):
        return 400
    return 0 if coding.lower() == b"chunked" else 501


def unfinished_fault(head: bytes, last: bytes) -> int:
    """Return the status with which a head is refused before its end: a line is too long, all are, or one ends wrongly."""
    if head == last and len(last) > LONGEST_FIELD:
        return 414
    return 431 if len(last) > LONGEST_FIELD or len(head) > LARGEST_HEAD else 400


def split(head: bytes) -> tuple[bytes, list[bytes]]:
    """Return the request line and the fields of a head, without line ends; a lone CR or LF stays, and is refused."""
    first, *others = head.strip(b"\r\n").split(b"\r\n")
    return first, others
