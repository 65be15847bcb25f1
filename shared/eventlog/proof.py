"""Makes the proof that a school takes home (`shared.tlog.proof`) from the log that holds its events."""

from __future__ import annotations

import base64
import uuid

from shared.eventlog.log import Log
from shared.tlog.checkpoint import Checkpoint, Verifier
from shared.tlog.proof import FORMAT, ProofBundle, ProvenEvent


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
