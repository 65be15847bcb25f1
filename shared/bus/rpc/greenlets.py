"""Calls between services that share one eventlet process: the call of the bus without its transport (ADR 0011)."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Any, TypeVar

from shared.bus.rpc.client import MISUNDERSTOOD, unavailable
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase
from shared.bus.rpc.wire import CallTokenIssuer, envelope, open_reply, with_correlation
from shared.bus.transport.eventlet_support import without_deprecation_warnings
from shared.contracts.calls import Call
from shared.contracts.operations import EXPECTED_REPLY_S
from shared.identity.call_context import CallContext
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.problems import Problem

T = TypeVar("T")

journal = Journal("bus.direct")

ENTRYPOINTS = "nameko_entrypoints"
"""What nameko leaves on a method that `rpc` made callable: nothing else of a service can be called."""

WORKERS = 16
"""Calls served at once, as many as a pool of lines of the embedded composition."""


class GreenletRpcClient(InProcessRpcClient):
    """Calls service classes in this eventlet process: each call is served by a greenlet of its own, within its deadline.

    What a service and its caller see is what they see over the bus: the same call token, the same JSON both ways, the same
    permission check, the same Problems; `workers` calls at a time. A caller whose deadline passes gets Unavailable, and what
    was begun goes on; what had to wait longer than its call token is good for is refused.
    """

    def __init__(
        self,
        services: Mapping[str, tuple[type[ServiceBase], Any]],
        call_tokens: CallTokenIssuer,
        health_registry: HealthRegistry | None = None,
        *,
        workers: int = WORKERS,
    ) -> None:
        super().__init__(services, call_tokens, health_registry)
        with without_deprecation_warnings():
            import eventlet
            from eventlet import semaphore

        self._spawn, self._limit = eventlet.spawn, eventlet.Timeout
        self._turns = semaphore.Semaphore(workers)
        self._closed = False

    def call(
        self,
        service: str,
        method: str,
        acting: CallContext,
        request: Call,
        answer: type[T],
        *,
        timeout: float = EXPECTED_REPLY_S,
    ) -> T:
        """Return the answer, or raise a Problem: the service's own, or Unavailable when it does not answer in time."""
        deadline = monotonic() + timeout
        target = self._services.get(service)
        if self._closed or target is None:
            raise unavailable(service)
        operation = getattr(target, method, None)
        if not hasattr(operation, ENTRYPOINTS):
            raise Problem(MISUNDERSTOOD)
        token = self._call_tokens.issue(with_correlation(acting), int(timeout) + 2)
        call = envelope(token, request, self._call_tokens)
        if not self._turns.acquire(timeout=max(0.001, timeout)):
            raise self._late(service, method)
        served = self._spawn(self._serve, operation, call)
        with self._limit(max(0.001, deadline - monotonic()), False):  # eventlet's: leave the block, raise nothing
            return open_reply(served.wait(), answer, call, self._call_tokens)
        raise self._late(service, method)

    def close(self) -> None:
        """Refuse every call from now on."""
        self._closed = True

    def _serve(self, operation: Any, call: dict[str, Any]) -> Any:
        try:
            return operation(call)
        finally:
            self._turns.release()

    def _late(self, service: str, method: str) -> Problem:
        journal.warning("call-unanswered", service_called=service, method=method, error="TimeoutError")
        return unavailable(service)
