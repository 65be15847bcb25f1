"""The proof a school takes home: its events with their places in the signed log, checked by `verify_proof.py` alone.

The bundle is JSON. Bytes are hexadecimal, stored states base64 (exactly the stored bytes); every event carries the path from
its leaf to the root that one signed checkpoint names. Versions from 1 without a gap show that none in between is left out.
"""

from __future__ import annotations

import base64
import uuid

import msgspec

from shared.eventlog.checkpoint import Checkpoint, Verifier
from shared.eventlog.log import Log

FORMAT = "kiemdinh-proof-v1"


class ProvenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One stored event, the fields of its leaf, and its inclusion proof (RFC 6962 section 2.1.1)."""

    position: int
    originator_id: str
    originator_version: int
    topic: str
    recorded_at_us: int
    state: str
    leaf_hash: str
    inclusion: list[str]


class ProofBundle(msgspec.Struct, frozen=True, kw_only=True):
    """All events of one stream up to a position, against one checkpoint (a C2SP signed note) of the log `origin`."""

    format: str
    origin: str
    public_key: str
    checkpoint: str
    stream: str
    events: list[ProvenEvent]

    def to_json(self) -> bytes:
        """Return the bundle as a JSON text with one event a line or so, ready to be saved."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


class NothingToProve(Exception):
    """The stream has no event below the checkpoint and the position asked for."""


def prove_stream(
    log: Log, checkpoint: Checkpoint, verifier: Verifier, stream_id: uuid.UUID, *, upto: int | None = None
) -> ProofBundle:
    """Return the proof of a stream's events with positions ≤ `upto` (all when None) that the checkpoint covers.

    Sign a checkpoint first to cover the latest. Raises NothingToProve.
    """
    stop = checkpoint.size if upto is None else min(upto, checkpoint.size)
    rows = log.tables.select_logged_stream(stream_id, stop)
    if not rows:
        raise NothingToProve(str(stream_id))
    events = [
        ProvenEvent(
            position=row.leaf_index + 1,
            originator_id=row.originator_id.hex,
            originator_version=row.originator_version,
            topic=row.topic,
            recorded_at_us=row.recorded_at_us,
            state=base64.b64encode(row.state).decode(),
            leaf_hash=row.leaf_hash.hex(),
            inclusion=[node.hex() for node in log.inclusion_proof(row.leaf_index + 1, checkpoint.size)],
        )
        for row in rows
    ]
    return ProofBundle(
        format=FORMAT,
        origin=checkpoint.origin,
        public_key=verifier.public_key.hex(),
        checkpoint=checkpoint.note,
        stream=stream_id.hex,
        events=events,
    )
