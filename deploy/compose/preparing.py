"""Brings an installation to where its roles can start: keys, schemas, queues, buckets, the administrator's first link.

Once, before any role: so no two of them make the same table at the same moment. Everything here is idempotent.
"""

from __future__ import annotations

import time
from typing import Any

from kombu.exceptions import OperationalError

from deploy.compose.parts import Parts
from deploy.datafolder import KEYS, LOGGED, DataFolder
from deploy.starting import CannotStart
from shared.bus.transport import is_inproc
from shared.eventlog.checkpoint import Signer, log_origin
from shared.eventlog.verify import has_events

BROKER_PATIENCE_S = 90.0


def require_keys(parts: Parts) -> None:
    """Refuses to go on, with CannotStart, where logs have events and keys are gone: new ones would pass for the old."""
    missing = parts.folder.missing_keys()
    if missing and any(has_events(parts.store(source), source) for source in LOGGED):
        raise CannotStart(parts.folder.lost_keys(missing))


def make_keys(folder: DataFolder, installation: str) -> None:
    """Makes the keys of logs, passports, tickets, forms and webhook secrets, where they are missing."""
    for name in KEYS:
        folder.secret(name)
    for source in LOGGED:
        if not folder.log_key(source).exists():
            Signer.generate(log_origin(installation, source)).save(folder.log_key(source))


def prepare(parts: Parts) -> dict[str, Any]:
    """Makes whatever is missing and returns what the launcher tells people: the one-time sign-in path.

    Raises CannotStart when keys are gone that something was signed with.
    """
    require_keys(parts)
    make_keys(parts.folder, parts.installation)
    parts.make_buckets()
    parts.make_schemas()
    sign_in = parts.portal.one_time_link()
    if not is_inproc(parts.addresses.amqp):
        _declare(parts)
    return {"sign_in": sign_in}


def _declare(parts: Parts) -> None:
    """Declares exchanges and queues, as soon as the broker answers; raises its last error when it does not in time."""
    deadline = time.monotonic() + BROKER_PATIENCE_S
    while True:
        try:
            return parts.topology.declare_at(parts.addresses.amqp)
        except (OSError, OperationalError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
