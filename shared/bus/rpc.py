"""Questions and commands between services: `remote` methods on one side, a `Remote` on the other."""

from __future__ import annotations

import functools
import select
import socket
import threading
from collections.abc import Callable, Mapping
from queue import Empty, LifoQueue
from time import monotonic
from typing import Any, ClassVar, Protocol, TypeVar

from kombu import Connection, Producer

from shared.bus.green import quietly
from shared.bus.transport import hang_up
from shared.bus.vitals import Vitals
from shared.bus.wire import Operation, PassportOffice, envelope, open_reply, with_correlation
from shared.contracts.base import CloudEvent, to_json
from shared.contracts.calls import Call, CheckpointView, FeedAnswer, FeedRequest, Health, Nothing
from shared.eventlog.log import Log, Logged
from shared.identity.acting import Acting
from shared.logs import Journal
from shared.problems import BadRequest, NotFound, Problem, Unavailable

with quietly():
    from nameko.exceptions import RpcTimeout
    from nameko.extensions import DependencyProvider
    from nameko.messaging import QueueConsumer
    from nameko.rpc import MethodProxy, Rpc, RpcConsumer
    from nameko.standalone.rpc import PollingQueueConsumer, SingleThreadedReplyListener, StandaloneProxyBase

T = TypeVar("T")

journal = Journal("bus.rpc")

BINDINGS = "bindings"
"""Key in a container's config: service name → the application that the composition bound to it."""
PASSPORTS = "passports"
"""Key in a container's config: what opens passports."""
VITALS = "vitals"
"""Key in a container's config: the process's Vitals."""

LARGEST_FEED = 1000
"""A feed answers at most so many events at once."""

EXPECTED_REPLY_S = 5.0
"""How long a caller waits unless he says otherwise: longer than any command takes, shorter than people's patience."""


# --- the side that answers ---------------------------------------------------------------------------------------------


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


class _Remote(Rpc):
    """The entrypoint behind `remote`. Headers are nobody's to trust: the passport says all that matters."""

    rpc_consumer = _SafeRpcConsumer()

    def unpack_message_headers(self, message: Any) -> dict[str, Any]:  # nameko's signature
        return {}


def remote(method: Callable[..., Any]) -> Any:
    """Make a method of a service callable over the bus.

    It is written ``def status(self, acting: Acting, request: StatusRequest) -> Status``. Before it runs, the passport is
    opened, the request read as the annotated type, and permission required for ``<service>.<method>`` on the request's
    `school` and `commune` if it has these. What it returns is encoded as JSON, a Problem it raises crosses the bus, anything
    else is logged and answered as `loi-noi-bo`.
    """
    operation = Operation(method)

    @functools.wraps(method)
    def wire(self: Any, call: object) -> dict[str, str]:
        return operation.serve(self, call)

    return _Remote.decorator(wire)


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
        if self._missing is not None:
            return worker_ctx.config.setdefault(self._key, self._missing())
        return worker_ctx.config[self._key]


class Publishes(Protocol):
    """What `feed`, `health` and `checkpoint` need of an application."""

    log: Log

    def published(self, logged: Logged) -> CloudEvent:
        """Return what the world hears of a stored event."""
        ...


class ServiceBase:
    """The base of every service: `application` is what the composition bound to the service's name."""

    name: ClassVar[str]
    application: Any = _Bound()
    passports: Any = _FromConfig(PASSPORTS)
    vitals: Any = _FromConfig(VITALS, Vitals)

    @remote
    def feed(self, acting: Acting, request: FeedRequest) -> FeedAnswer:
        """Return this service's public events after a sequence, in order."""
        return feed(self.application, request)

    @remote
    def health(self, acting: Acting, request: Nothing) -> Health:
        """Say how this process is."""
        log = getattr(self.application, "log", None)
        return Health(
            healthy=self.vitals.healthy,
            service=self.name,
            head=log.head() if log is not None else 0,
            lag=self.vitals.lag(),
            details=self.vitals.details(),
        )

    @remote
    def checkpoint(self, acting: Acting, request: Nothing) -> CheckpointView:
        """Return the latest signed checkpoint of this service's log."""
        last = self.application.log.checkpoint()
        if last is None:
            raise NotFound("Nhật ký này chưa có dấu niêm phong nào. Dấu đầu tiên được ký trong ít phút nữa.")
        view: CheckpointView = last.view()
        return view


def feed(application: Publishes, request: FeedRequest) -> FeedAnswer:
    """Answer a feed request from an application's log; raises BadRequest for impossible limits."""
    if request.after < 0 or not 1 <= request.limit <= LARGEST_FEED:
        raise BadRequest(f"Xin từ 1 đến {LARGEST_FEED} sự kiện, sau một số thứ tự không âm.", path="$.limit")
    logged = application.log.read(request.after, request.limit)
    events = [to_json(application.published(entry)).decode() for entry in logged]
    head = request.after + len(logged)
    return FeedAnswer(events=events, head=max(head, application.log.head()))


# --- the side that asks ------------------------------------------------------------------------------------------------


class Remote(Protocol):
    """Calls services."""

    def call(
        self,
        service: str,
        method: str,
        acting: Acting,
        request: Call,
        answer: type[T],
        *,
        timeout: float = EXPECTED_REPLY_S,
    ) -> T:
        """Return the answer within `timeout` seconds, or raise a Problem (Unavailable when there is none in time)."""
        ...


class _LineConsumer(PollingQueueConsumer):
    """Waits for one answer until the deadline, on a connection it does not mend: a broken line is replaced."""

    deadline = 0.0

    def register_provider(self, provider: Any) -> None:
        self.provider = provider
        self.accept = ["json"]
        self.queue = provider.queue
        self.connection = Connection(provider.container.config["AMQP_URI"], connect_timeout=3)
        self._setup_consumer()
        self.stopped = False

    def get_message(self, correlation_id: str) -> None:
        while correlation_id not in self.replies:
            remaining = self.deadline - monotonic()
            if remaining <= 0:
                raise RpcTimeout
            try:
                self.connection.drain_events(timeout=remaining)
            except TimeoutError as error:
                raise RpcTimeout from error
        body, message = self.replies.pop(correlation_id)
        self.provider.handle_message(body, message)


class _LineListener(SingleThreadedReplyListener):
    def __init__(self, timeout: float | None = None) -> None:  # nameko's signature
        super().__init__()
        self.queue_consumer = _LineConsumer()


class _LinePublisher:
    """Publishes requests on the connection that waits for the answer, without waiting for a confirmation.

    The answer is the confirmation; a request that finds no queue is returned on the same connection, which ends the wait.
    nameko's own publisher waits for the broker once more, and for ever while a memory alarm lasts.
    """

    def __init__(self, amqp_uri: str, *, producer: Producer, **_: Any) -> None:  # nameko's signature
        self._producer = producer

    def publish(self, payload: Any, *, exchange: Any, extra_headers: Any, **properties: Any) -> None:
        self._producer.publish(
            payload, serializer="json", exchange=exchange, headers=extra_headers, delivery_mode=1, **properties
        )


class _LineMethod(MethodProxy):
    publisher_cls = _LinePublisher


class _Line(StandaloneProxyBase):
    """One connection with its own reply queue, for one call at a time."""

    def __init__(self, amqp_uri: str) -> None:
        super().__init__({"AMQP_URI": amqp_uri}, reply_listener_cls=_LineListener)
        self.start()
        self._producer = Producer(self._consumer.consumer.channel, auto_declare=False)

    @property
    def _consumer(self) -> Any:
        return self._reply_listener.queue_consumer

    def ask(self, service: str, method: str, call: dict[str, str], deadline: float) -> Any:
        self._consumer.deadline = deadline
        return _LineMethod(self._worker_ctx, service, method, self._reply_listener, producer=self._producer)(call)

    def lost(self) -> bool:
        """Say whether the broker has hung up: the socket of a live idle line has nothing to read but heartbeats."""
        connection = self._consumer.connection
        if not connection.connected:
            return True
        sock = getattr(connection.connection, "sock", None)
        if sock is None:
            return False
        try:
            readable = select.select([sock], [], [], 0)[0]
            return bool(readable) and sock.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def hang_up(self, *, broken: bool) -> None:
        """Close, and delete the reply queue while there is somebody to tell; else it expires after 5 minutes."""
        consumer = self._consumer
        if not broken:
            try:
                consumer.queue.delete()
            except Exception as error:  # noqa: BLE001  # the broker may be gone: then so is the line
                journal.warning("line-not-closed", error=type(error).__name__)
                broken = True
        hang_up(consumer.connection, politely=not broken)


class RpcPool:
    """Calls services over the bus from plain threads or green ones: `size` calls at a time, each within its deadline.

    A caller who finds no free line waits for one, within his deadline. A line that broke, or whose answer did not come in
    time, is closed and replaced, so that a late answer finds nobody. A call is never sent twice.
    """

    def __init__(self, amqp_uri: str, passports: PassportOffice, size: int = 8) -> None:
        self._amqp_uri = amqp_uri
        self._passports = passports
        self._closed = False
        self._lock = threading.Lock()
        self._slots: LifoQueue[_Line | None] = LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        self._size = size

    def call(
        self,
        service: str,
        method: str,
        acting: Acting,
        request: Call,
        answer: type[T],
        *,
        timeout: float = EXPECTED_REPLY_S,
    ) -> T:
        """Return the answer, or raise a Problem: the service's own, or Unavailable when nobody answers in time."""
        deadline = monotonic() + timeout
        # A request that nobody took up before its deadline must not be carried out later: the caller has been told no.
        passport = self._passports.issue(with_correlation(acting), int(timeout) + 2)
        reply = self._ask(service, method, envelope(passport, request), deadline)
        return open_reply(reply, answer)

    def close(self) -> None:
        """Hang up every line; calls afterwards are refused."""
        self._closed = True
        for _ in range(self._size):
            try:
                line = self._slots.get(timeout=1)
            except Empty:
                return
            if line is not None:
                line.hang_up(broken=False)

    def _ask(self, service: str, method: str, call: dict[str, str], deadline: float) -> Any:
        slot = self._slot(service, deadline)
        line: _Line | None = None
        broken = True
        try:
            line = self._line(slot)
            reply = line.ask(service, method, call, deadline)
            broken = False
        except Problem:
            raise
        except Exception as error:
            journal.warning("call-unanswered", service_called=service, method=method, error=type(error).__name__)
            raise _problem(error, service) from error
        else:
            return reply
        finally:
            if broken and line is not None:
                line.hang_up(broken=True)
            self._slots.put(None if broken else line)

    def _slot(self, service: str, deadline: float) -> _Line | None:
        if self._closed:
            raise unavailable(service)
        try:
            return self._slots.get(timeout=max(0.0, deadline - monotonic()))
        except Empty as error:
            raise unavailable(service) from error

    def _line(self, slot: _Line | None) -> _Line:
        if slot is not None and slot.lost():
            slot.hang_up(broken=True)
            slot = None
        return slot or _Line(self._amqp_uri)


MISUNDERSTOOD = "Dịch vụ không hiểu lời gọi: các phần của hệ thống không cùng phiên bản. Báo người quản trị."
_MISUSE = frozenset({"MethodNotFound", "IncorrectSignature", "MalformedRequest", "RemoteError"})


def _problem(error: Exception, service: str) -> Problem:
    """Return what to tell the caller of a call that the bus itself could not bring to an end."""
    if type(error).__name__ in _MISUSE:
        return Problem(MISUNDERSTOOD)
    return unavailable(service)


def unavailable(service: str) -> Unavailable:
    """Return what a caller is told when a service does not answer in time."""
    return Unavailable(
        "Dịch vụ chưa trả lời kịp. Tải lại trang để xem việc đã lưu hay chưa; nếu chưa, thử lại sau ít giây.",
        service=service,
    )


class DirectRemote:
    """Calls service classes in this process, without a bus, for tests and tools: the same checks, the same encoding.

    >>> # DirectRemote({"assessment": (AssessmentService, application)}, passports)
    """

    def __init__(
        self,
        services: Mapping[str, tuple[type[ServiceBase], Any]],
        passports: PassportOffice | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self._passports = passports or _own_passports()
        self._services = {name: _bound(*pair, self._passports, vitals or Vitals()) for name, pair in services.items()}

    def call(
        self,
        service: str,
        method: str,
        acting: Acting,
        request: Call,
        answer: type[T],
        *,
        timeout: float = EXPECTED_REPLY_S,
    ) -> T:
        """Return the answer or raise the service's Problem; Unavailable for a service that is not here."""
        passport = self._passports.issue(with_correlation(acting), int(timeout) + 2)
        target = self._services.get(service)
        if target is None:
            raise unavailable(service)
        return open_reply(getattr(target, method)(envelope(passport, request)), answer)


def _own_passports() -> PassportOffice:
    import secrets

    from shared.clock import SystemClock
    from shared.identity.passport import Passports

    return Passports(secrets.token_bytes(32), SystemClock())


def _bound(kind: type[ServiceBase], application: Any, passports: PassportOffice, vitals: Vitals) -> ServiceBase:
    service = kind()
    service.application, service.passports, service.vitals = application, passports, vitals
    return service
