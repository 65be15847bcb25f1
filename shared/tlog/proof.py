"""The proof a school takes home: its events with their places in the signed log, checked by `verify_proof.py` alone.

The bundle is JSON. Bytes are hexadecimal, stored states base64 (exactly the stored bytes); every event carries the path from
its leaf to the root that one signed checkpoint names. Versions from 1 without a gap show that none in between is left out of
a stream. Version 1 of the format holds one stream. Version 2, written only where there are several, holds a group of
streams: their ids begin as the id of the group does (`shared.ids.id_within`).
"""

from __future__ import annotations

import msgspec

from shared.vocabulary.ids import Position

FORMAT = "kiemdinh-proof-v1"


class ProvenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One stored event, the fields of its leaf, and its inclusion proof (RFC 6962 section 2.1.1)."""

    position: Position
    originator_id: str
    originator_version: int
    topic: str
    recorded_at_us: int
    state: str
    leaf_hash: str
    inclusion: list[str]


class ProofBundle(msgspec.Struct, frozen=True, kw_only=True):
    """All events of a stream, or of a group, up to a position, against one checkpoint (a C2SP signed note) of `origin`.

    `stream` is the id of the stream, or of the group.
    """

    format: str
    origin: str
    public_key: str
    checkpoint: str
    stream: str
    events: list[ProvenEvent]

    def to_json(self) -> bytes:
        """Return the bundle as a JSON text with one event a line or so, ready to be saved."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"
