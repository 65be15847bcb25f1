"""The identity service on the bus: its table of operations, each answered by the application."""

from __future__ import annotations

from typing import ClassVar

from services.identity.application import IdentityApplication
from shared.bus.expose import expose
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls.identity import OPERATIONS


@expose(OPERATIONS, IdentityApplication)
class IdentityService(ServiceBase):
    """Accounts, roles and tokens for those who manage them; the ways in for the gateway alone."""

    name: ClassVar[str] = "identity"
    application: IdentityApplication
