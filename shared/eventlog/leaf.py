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

import hashlib
import uuid

DOMAIN = b"kiemdinh-leaf-v1\x00"
"""Opens every leaf, so that no other hashed text of ours or of anybody else can be taken for one."""


def leaf_bytes(originator_id: uuid.UUID, originator_version: int, topic: str, state: bytes, recorded_at_us: int) -> bytes:
    """Return the bytes that stand for a stored event in the Merkle log; injective by its length prefixes."""
    fields = (
        originator_id.hex.encode(),
        str(originator_version).encode(),
        topic.encode(),
        state,
        str(recorded_at_us).encode(),
    )
    return DOMAIN + b"".join(len(field).to_bytes(8, "big") + field for field in fields)


def leaf_hash(originator_id: uuid.UUID, originator_version: int, topic: str, state: bytes, recorded_at_us: int) -> bytes:
    """Return the RFC 6962 leaf hash of a stored event."""
    return hashlib.sha256(
        b"\x00" + leaf_bytes(originator_id, originator_version, topic, state, recorded_at_us),
    ).digest()
