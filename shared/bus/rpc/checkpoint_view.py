"""A checkpoint of a log as it travels over the bus."""

from __future__ import annotations

import base64

from shared.contracts.calls import CheckpointView
from shared.tlog.checkpoint import Checkpoint


def checkpoint_view(checkpoint: Checkpoint) -> CheckpointView:
    """Return what a caller is shown of a checkpoint; the root is base64."""
    return CheckpointView(
        number=checkpoint.number,
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=base64.b64encode(checkpoint.root).decode(),
        signed_at=checkpoint.signed_at,
        note=checkpoint.note,
    )
