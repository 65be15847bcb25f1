"""The portal's log on the bus, under the name ``identity``: its feed, health and checkpoints, and who still stands."""

from __future__ import annotations

from typing import ClassVar

from services.portal.application import PortalApplication
from shared.bus.rpc.server import ServiceBase, rpc
from shared.contracts.calls.identity import StandingAnswer, StandingRequest
from shared.identity.call_context import CallContext


class IdentityService(ServiceBase):
    """Answers for accounts, roles and tokens; commands about them come through the portal's own door only."""

    name: ClassVar[str] = "identity"
    application: PortalApplication

    @rpc
    def standing(self, acting: CallContext, request: StandingRequest) -> StandingAnswer:
        """Say whether somebody may still do what a ticket of theirs opens."""
        return self.application.standing(acting, request)
