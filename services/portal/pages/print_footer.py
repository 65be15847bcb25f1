"""What every printed page carries at its foot: the newest checkpoints, so that paper can later testify against the logs."""

from __future__ import annotations

import time

from flask import current_app

from services.portal.web.context import wiring
from shared.contracts.calls import CheckpointView, Nothing
from shared.identity.call_context import gateway
from shared.problems import Problem

CHECKPOINTED_LOGS = ("assessment", "evidence")
"""The logs that what is printed comes from."""
FRESH_S = 60.0
"""Checkpoints are signed once a minute; a page must not cost a call each."""
TIMEOUT_S = 1.0
_KEPT = "kiemdinh-printed-seals"


def printed_checkpoints() -> list[CheckpointView]:
    """Return the newest checkpoint of each log that has one and answers; the page does without the others."""
    until, checkpoints = current_app.extensions.get(_KEPT, (0.0, []))
    if time.monotonic() >= until:
        # Also for a while when nobody answers: a service that is away must not slow every page down.
        checkpoints = [badge for badge in map(_newest, CHECKPOINTED_LOGS) if badge is not None]
        current_app.extensions[_KEPT] = (time.monotonic() + FRESH_S, checkpoints)
    return list(checkpoints)


def _newest(service: str) -> CheckpointView | None:
    try:
        return wiring().rpc_client.call(service, "checkpoint", gateway(), Nothing(), CheckpointView, timeout=TIMEOUT_S)
    except Problem:
        return None
