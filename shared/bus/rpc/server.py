"""The server side of calls: services whose `rpc` methods may be called, and the methods that all of them have."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from shared.bus.following import Following
from shared.bus.rpc.checkpoint_view import checkpoint_view
from shared.bus.rpc.wire import RpcMethod
from shared.bus.transport.eventlet_support import without_deprecation_warnings
from shared.contracts.calls import CheckpointView, FeedAnswer, FeedRequest, Health, Nothing
from shared.contracts.events.base import CloudEvent, to_json
from shared.contracts.operations import Operation
from shared.eventlog.log import Log, RecordedEvent
from shared.identity.call_context import CallContext
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.problems import BadRequest, NotFound
from shared.vocabulary.ids import BEGINNING

with without_deprecation_warnings():
    from nameko.extensions import DependencyProvider
    from nameko.messaging import QueueConsumer
    from nameko.rpc import Rpc, RpcConsumer

journal = Journal("bus.rpc")

BINDINGS = "bindings"
"""Key in a container's config: service name → the application that the composition bound to it."""
CALL_TOKENS = "call_tokens"
"""Key in a container's config: what opens call tokens."""
HEALTH_REGISTRY = "health_registry"
"""Key in a container's config: the process's HealthRegistry."""
FOLLOWING = "following"
"""Key in a container's config: what lets operations wait for events of other services, so many at a time."""

LARGEST_FEED = 1000
"""A feed answers at most so many events at once."""


class _SafeQueueConsumer(QueueConsumer):
    """nameko's consumer, which here neither logs bodies nor acknowledges what it cannot read."""

    def on_decode_error(self, message: Any, exc: BaseException) -> None:
        journal.warning("call-unreadable", error=type(exc).__name__)
        message.reject()


class _SafeRpcConsumer(RpcConsumer):
    """nameko's RPC consumer; a malformed message or a broker that goes away does not take the container with it.

    Measured with nameko 2.14.1: a request without reply address or with odd headers kills the container, comes back, and
    kills it again.
    """

    queue_consumer = _SafeQueueConsumer()

    def handle_message(self, body: Any, message: Any) -> None:
        try:
            if not {"reply_to", "correlation_id", "content_type"} <= message.properties.keys():
                raise ValueError("not a call")
            super().handle_message(body, message)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one message, the next is served
            journal.warning("call-malformed", error=type(error).__name__)
            self._drop(message)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        try:
            return super().handle_result(message, result, exc_info)
        except Exception as error:  # noqa: BLE001  # the broker went away: the caller's deadline tells him
            journal.warning("answer-not-sent", error=type(error).__name__)
            return result, exc_info

    def _drop(self, message: Any) -> None:
        try:
            if message.channel.connection:
                message.reject()
        except Exception as error:  # noqa: BLE001  # the channel is gone, and the message with it
            journal.warning("call-not-dropped", error=type(error).__name__)


class _RpcEntrypoint(Rpc):
    """The entrypoint behind `rpc`. Headers are nobody's to trust: the call token says all that matters."""

    rpc_consumer = _SafeRpcConsumer()

    def unpack_message_headers(self, message: Any) -> dict[str, Any]:  # nameko's signature
        return {}


def rpc(method: Callable[..., Any]) -> Any:
    """Make a method of a service callable over the bus.

    It is written ``def status(self, acting: CallContext, request: StatusRequest) -> Status``. Before it runs, the call's
    token is opened, the request read as the annotated type, and permission required for ``<service>.<method>`` on the
    request's `school` and `commune` if it has these. What it returns is encoded as JSON, a Problem it raises crosses the
    bus, anything else is logged and answered as `loi-noi-bo`.
    """
    return following(method)


def following(method: Callable[..., Any], follows: tuple[str, ...] = ()) -> Any:
    """Make a method callable over the bus, as `rpc` does, whose answer rests on the facts of other services."""
    served = RpcMethod(method, follows)

    @functools.wraps(method)
    def wire(self: Any, call: object) -> dict[str, Any]:
        return served.serve(self, call)

    return _RpcEntrypoint.decorator(wire)


class _Bound(DependencyProvider):
    """Hands a service what the composition bound under its name."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return worker_ctx.config[BINDINGS][worker_ctx.service_name]


class _FromConfig(DependencyProvider):
    """Hands a service one thing that all services of the process share."""

    def __init__(self, key: str, missing: Callable[[], Any] | None = None) -> None:
        self._key = key
        self._missing = missing

    def get_dependency(self, worker_ctx: Any) -> Any:
        config = worker_ctx.config
        if self._missing is not None and self._key not in config:
            config[self._key] = self._missing()
        return config[self._key]


class PublishingApplication(Protocol):
    """What `feed`, `health` and `checkpoint` need of an application."""

    log: Log

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        ...


class ServiceBase:
    """The base of every service: `application` is what the composition bound to the service's name."""

    name: ClassVar[str]
    operations: ClassVar[tuple[Operation, ...]] = ()
    application: Any = _Bound()
    call_tokens: Any = _FromConfig(CALL_TOKENS)
    health_registry: Any = _FromConfig(HEALTH_REGISTRY, HealthRegistry)
    following: Any = _FromConfig(FOLLOWING, Following)

    @rpc
    def feed(self, acting: CallContext, request: FeedRequest) -> FeedAnswer:
        """Return this service's public events after a sequence, in order."""
        return feed(self.application, request)

    @rpc
    def health(self, acting: CallContext, request: Nothing) -> Health:
        """Say how this process is."""
        log = getattr(self.application, "log", None)
        return Health(
            healthy=self.health_registry.healthy,
            service=self.name,
            head=log.head() if log is not None else BEGINNING,
            lag=self.health_registry.lag(),
            details=self.health_registry.details(),
        )

    @rpc
    def checkpoint(self, acting: CallContext, request: Nothing) -> CheckpointView:
        """Return the latest signed checkpoint of this service's log."""
        last = self.application.log.checkpoint()
        if last is None:
            raise NotFound("Nhật ký này chưa có dấu niêm phong nào. Dấu đầu tiên được ký trong ít phút nữa.")
        return checkpoint_view(last)


def feed(application: PublishingApplication, request: FeedRequest) -> FeedAnswer:
    """Answer a feed request from an application's log; raises BadRequest for impossible limits."""
    if request.after < 0 or not 1 <= request.limit <= LARGEST_FEED:
        raise BadRequest(f"Xin từ 1 đến {LARGEST_FEED} sự kiện, sau một số thứ tự không âm.", path="$.limit")
    logged = application.log.read(request.after, request.limit)
    events = [to_json(application.published(entry)).decode() for entry in logged]
    last = logged[-1].position if logged else request.after
    return FeedAnswer(events=events, head=max(last, application.log.head()))
