"""The portal's log on the bus, under the name ``identity``: its feed, health and checkpoints."""

from __future__ import annotations

from typing import ClassVar

from shared.bus.rpc import ServiceBase


class IdentityService(ServiceBase):
    """Answers for accounts, roles and tokens; commands about them come through the portal's own door only."""

    name: ClassVar[str] = "identity"
