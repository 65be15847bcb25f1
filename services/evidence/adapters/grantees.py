"""Asks identity, every few seconds, whether those to whom tickets were given may still have what they open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from shared.contracts.calls.identity import StandingAnswer, StandingRequest
from shared.identity.call_context import CallContext, system
from shared.vocabulary.ids import SchoolCode

FRESH_S = 3.0
"""For how long an answer counts: a page with sixty images asks once; what was revoked opens for three seconds more."""
_MOST = 2_000


class IdentityClient(Protocol):
    """The part of the bus that is used here."""

    def call(
        self,
        service: str,
        method: str,
        acting: CallContext,
        request: StandingRequest,
        answer: type[StandingAnswer],
        *,
        timeout: float = 5.0,
    ) -> StandingAnswer:
        """Ask a service; raises Problem."""
        ...


class IdentityGrantees:
    """Says of a grantee what identity says; raises Unavailable when identity does not answer: nothing opens unasked."""

    def __init__(self, rpc_client: IdentityClient, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rpc_client = rpc_client
        self._monotonic = monotonic
        self._known: dict[tuple[str, str, str, str], tuple[bool, float]] = {}

    def may_still(self, *, actor: str, sitting: str, operation: str, school: SchoolCode) -> bool:
        """Say whether the actor may still do the operation at the school."""
        key = (actor, sitting, operation, school)
        cached = self._known.get(key)
        now = self._monotonic()
        if cached is None or now - cached[1] > FRESH_S:
            request = StandingRequest(actor=actor, operation=operation, concerns=school, sitting=sitting)
            answer = self._rpc_client.call("identity", "standing", system("door"), request, StandingAnswer)
            if len(self._known) >= _MOST:
                self._known.clear()
            cached = self._known[key] = (answer.stands, now)
        return cached[0]
