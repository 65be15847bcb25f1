"""The portal's log on the bus, under the name ``identity``: its feed, health and checkpoints, and who still stands."""

from __future__ import annotations

from typing import ClassVar

from services.portal.application import PortalApplication
from shared.bus.rpc import ServiceBase, remote
from shared.contracts.calls.identity import StandingAnswer, StandingRequest
from shared.identity.acting import Acting


class IdentityService(ServiceBase):
    """Answers for accounts, roles and tokens; commands about them come through the portal's own door only."""

    name: ClassVar[str] = "identity"
    application: PortalApplication

    @remote
    def standing(self, acting: Acting, request: StandingRequest) -> StandingAnswer:
        """Say whether somebody may still do what a ticket of theirs opens."""
        return self.application.standing(acting, request)
