"""The bytes that are hashed for one stored event. This format may never change: every proof ever given rests on it.

leaf bytes = "kiemdinh-leaf-v1" 0x00
             field(originator id, 32 lower-case hex digits, ASCII)
             field(originator version, decimal, ASCII)
             field(topic, UTF-8)
             field(state, exactly the stored bytes)
             field(recorded_at, microseconds since 1970-01-01T00:00:00Z, decimal, ASCII)
field(x)   = length of x in bytes as 8 bytes, big-endian, then x
leaf hash  = SHA-256(0x00 || leaf bytes)                                             (RFC 6962 section 2.1)
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable
from functools import lru_cache

from shared.tlog.digest import sha256
from shared.vocabulary.ids import Digest

DOMAIN = b"kiemdinh-leaf-v1\x00"
"""Opens every leaf, so that no other hashed text of ours or of anybody else can be taken for one."""


_LENGTH = struct.Struct(">Q").pack
_PREFIX = DOMAIN + _LENGTH(32)
_LEAF = b"\x00" + _PREFIX

StoredRow = tuple[str, int, str, bytes]


def leaf_bytes(originator_id: uuid.UUID, originator_version: int, topic: str, state: bytes, recorded_at_us: int) -> bytes:
    """Return the bytes that stand for a stored event in the Merkle log; injective by its length prefixes."""
    return b"".join(
        (
            _PREFIX,
            originator_id.hex.encode(),
            _number(originator_version),
            _text(topic),
            _LENGTH(len(state)),
            state,
            _number(recorded_at_us),
        ),
    )


@lru_cache(256)
def _text(text: str) -> bytes:
    field = text.encode()
    return _LENGTH(len(field)) + field


@lru_cache(1024)
def _number(number: int) -> bytes:
    field = b"%d" % number
    return _LENGTH(len(field)) + field


def hash_stored(rows: Iterable[StoredRow], recorded_at_us: int) -> list[Digest]:
    """Return the leaf hashes of events recorded together: (stream id as 32 hex digits, version, topic, state) each."""
    at = _number(recorded_at_us)
    return [
        sha256(
            b"".join((_LEAF, stream.encode(), _number(version), _text(topic), _LENGTH(len(state)), state, at)),
        ).digest()
        for stream, version, topic, state in rows
    ]


def leaf_hash(originator_id: uuid.UUID, originator_version: int, topic: str, state: bytes, recorded_at_us: int) -> Digest:
    """Return the RFC 6962 leaf hash of a stored event."""
    return hash_stored([(originator_id.hex, originator_version, topic, state)], recorded_at_us)[0]
