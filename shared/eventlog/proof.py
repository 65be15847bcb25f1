"""Makes the proof that a school takes home (`shared.tlog.proof`) from the log that holds its events."""

from __future__ import annotations

import base64
import uuid

from shared.eventlog.log import Log
from shared.tlog.checkpoint import Checkpoint, Verifier
from shared.tlog.proof import FORMAT, ProofBundle, ProvenEvent
from shared.vocabulary.ids import Position, last_position

FORMAT_OF_SEVERAL = "kiemdinh-proof-v2"


class NothingToProve(Exception):
    """The streams have no event below the checkpoint and the position asked for."""


def prove_streams(
    log: Log, checkpoint: Checkpoint, verifier: Verifier, group: uuid.UUID, *, upto: Position | None = None
) -> ProofBundle:
    """Return the proof of a group's events with positions ≤ `upto` (all when None) that the checkpoint covers.

    Sign a checkpoint first to cover the latest. Raises NothingToProve.
    """
    covered = last_position(checkpoint.size)
    rows = log.group_rows(group, upto=covered if upto is None else min(upto, covered))
    if not rows:
        raise NothingToProve(str(group))
    several = any(row.originator_id != group for row in rows)
    events = [
        ProvenEvent(
            position=row.position,
            originator_id=row.originator_id.hex,
            originator_version=row.originator_version,
            topic=row.topic,
            recorded_at_us=row.recorded_at_us,
            state=base64.b64encode(row.state).decode(),
            leaf_hash=row.leaf_hash.hex(),
            inclusion=[node.hex() for node in log.inclusion_proof(row.position, checkpoint.size)],
        )
        for row in rows
    ]
    return ProofBundle(
        format=FORMAT_OF_SEVERAL if several else FORMAT,
        origin=checkpoint.origin,
        public_key=verifier.public_key.hex(),
        checkpoint=checkpoint.note,
        stream=group.hex,
        events=events,
    )
