"""Calls inside this process without a bus, for tests and tools: the same checks, the same encoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from shared.bus.following import Following
from shared.bus.rpc.client import unavailable
from shared.bus.rpc.server import ServiceBase
from shared.bus.rpc.wire import CallTokenIssuer, envelope, open_reply, with_correlation
from shared.contracts.calls import Call
from shared.contracts.operations import EXPECTED_REPLY_S
from shared.identity.call_context import CallContext
from shared.observability.health import HealthRegistry

T = TypeVar("T")


class InProcessRpcClient:
    """Calls service classes in this process, without a bus, for tests and tools: the same checks, the same encoding.

    >>> # InProcessRpcClient({"assessment": (AssessmentService, application)}, call_tokens)
    """

    def __init__(
        self,
        services: Mapping[str, tuple[type[ServiceBase], Any]],
        call_tokens: CallTokenIssuer | None = None,
        health_registry: HealthRegistry | None = None,
        *,
        following: Following | None = None,
    ) -> None:
        self._call_tokens = call_tokens or _own_call_tokens()
        common = {
            "call_tokens": self._call_tokens,
            "health_registry": health_registry or HealthRegistry(),
            "following": following or Following(),
        }
        self._services = {name: _bound(*pair, common) for name, pair in services.items()}

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
        """Return the answer or raise the service's Problem; Unavailable for a service that is not here."""
        token = self._call_tokens.issue(with_correlation(acting), int(timeout) + 2)
        target = self._services.get(service)
        if target is None:
            raise unavailable(service)
        call = envelope(token, request, self._call_tokens)
        return open_reply(getattr(target, method)(call), answer, call, self._call_tokens)


def _own_call_tokens() -> CallTokenIssuer:
    import secrets

    from shared.clock import SystemClock
    from shared.identity.call_token import CallTokens

    return CallTokens(secrets.token_bytes(32), SystemClock())


def _bound(kind: type[ServiceBase], application: Any, common: Mapping[str, Any]) -> ServiceBase:
    service = kind()
    for name, value in {"application": application, **common}.items():
        setattr(service, name, value)
    return service
