"""Identifiers: UUIDv5 where a natural key exists, UUIDv7 (RFC 9562) otherwise. People never appear in either."""

from __future__ import annotations

import secrets
import time
import uuid

NAMESPACE = uuid.UUID("6f2b1a9e-8a52-5d0e-9a55-1f4c6b0a7d57")
"""Root of every natural-key identifier; changing it would orphan every stored stream."""

_HALF = (1 << 64) - 1


def natural_id(*key: str) -> uuid.UUID:
    """Return the identifier of a natural key, for instance ``natural_id("school", "TH-BC")``.

    The parts are joined with a unit separator, so ("a", "bc") and ("ab", "c") differ.
    """
    return uuid.uuid5(NAMESPACE, "\x1f".join(key))


def id_within(group: uuid.UUID, *key: str) -> uuid.UUID:
    """Return the identifier of a natural key that belongs to a group: its first half is the group's, its second the key's.

    So the ids of a group, that of the group among them, lie side by side in every index: one range holds them all
    (`group_range`). It is a name-based UUID to look at; 60 bits of SHA-1 tell groups apart, 62 the members of one.
    """
    return uuid.UUID(int=group.int >> 64 << 64 | natural_id(*key).int & _HALF)


def group_range(group: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the lowest and the highest identifier that lies within a group."""
    first = group.int >> 64 << 64
    return uuid.UUID(int=first), uuid.UUID(int=first | _HALF)


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7: sortable by the millisecond it was made in (RFC 9562 section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return uuid.UUID(int=value)
