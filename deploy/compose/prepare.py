"""Brings an installation to where its roles can start: keys, schemas, queues, buckets, the administrator's first link.

Once, before any role: so no two of them make the same table at the same moment. Everything here is idempotent.
"""

from __future__ import annotations

import time
from typing import Any

from kombu.exceptions import OperationalError

from deploy.compose.container import Container
from deploy.compose.stores import newer_stores
from deploy.installation.data_folder import KEYS, LOGGED, DataFolder
from deploy.installation.start_options import CannotStart
from shared.bus.transport.connections import is_inproc
from shared.eventlog.verify import has_events
from shared.tlog.checkpoint import Signer, log_origin

BROKER_TIMEOUT_S = 90.0


def require_keys(container: Container) -> None:
    """Refuses to go on, with CannotStart, where logs have events and keys are gone: new ones would pass for the old."""
    missing = container.folder.missing_keys()
    if missing and any(has_events(container.store(source), source) for source in LOGGED):
        raise CannotStart(container.folder.lost_keys(missing))


def make_keys(folder: DataFolder, installation: str) -> None:
    """Makes the keys of logs, call tokens, file tokens, forms and webhook secrets, where they are missing."""
    for name in KEYS:
        folder.secret(name)
    for source in LOGGED:
        if not folder.log_key(source).exists():
            Signer.generate(log_origin(installation, source)).save(folder.log_key(source))


def prepare(container: Container) -> dict[str, Any]:
    """Makes whatever is missing and returns what the launcher announces: the one-time sign-in path.

    Raises CannotStart when keys are gone that something was signed with, or when newer software made what is stored.
    """
    if newer := newer_stores(container.addresses):
        raise CannotStart("\n".join(map(str, newer)))
    require_keys(container)
    make_keys(container.folder, container.installation)
    container.make_buckets()
    container.make_schemas()
    sign_in = container.identity.one_time_link()
    if not is_inproc(container.addresses.amqp):
        _declare(container)
    return {"sign_in": sign_in}


def _declare(container: Container) -> None:
    """Declares exchanges and queues, as soon as the broker answers; raises its last error when it does not in time."""
    deadline = time.monotonic() + BROKER_TIMEOUT_S
    while True:
        try:
            return container.topology.declare_at(container.addresses.amqp)
        except (OSError, OperationalError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
