"""Calls over the broker: a pool of connections, each with its own reply queue, for one call at a time."""

from __future__ import annotations

import select
import socket
import threading
from queue import Empty, LifoQueue
from time import monotonic
from typing import Any, TypeVar

from kombu import Connection, Producer

from shared.bus.rpc.client import MISUNDERSTOOD, unavailable
from shared.bus.rpc.wire import CallTokenIssuer, envelope, open_reply, with_correlation
from shared.bus.transport.connections import close_connection
from shared.bus.transport.eventlet_support import without_deprecation_warnings
from shared.contracts.calls import Call
from shared.contracts.operations import EXPECTED_REPLY_S
from shared.identity.call_context import CallContext
from shared.logs import Journal
from shared.problems import Problem

with without_deprecation_warnings():
    from nameko.exceptions import RpcTimeout
    from nameko.rpc import MethodProxy
    from nameko.standalone.rpc import PollingQueueConsumer, SingleThreadedReplyListener, StandaloneProxyBase

T = TypeVar("T")

journal = Journal("bus.rpc")


class _ReplyConsumer(PollingQueueConsumer):
    """Waits for one answer until the deadline, on a connection it does not repair: a broken one is replaced."""

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


class _ReplyListener(SingleThreadedReplyListener):
    def __init__(self, timeout: float | None = None) -> None:  # nameko's signature
        super().__init__()
        self.queue_consumer = _ReplyConsumer()


class _CallPublisher:
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


class _CallProxy(MethodProxy):
    publisher_cls = _CallPublisher


class _RpcConnection(StandaloneProxyBase):
    """One connection with its own reply queue, for one call at a time."""

    def __init__(self, amqp_uri: str) -> None:
        super().__init__({"AMQP_URI": amqp_uri}, reply_listener_cls=_ReplyListener)
        self.start()
        self._producer = Producer(self._consumer.consumer.channel, auto_declare=False)

    @property
    def _consumer(self) -> Any:
        return self._reply_listener.queue_consumer

    def ask(self, service: str, method: str, call: dict[str, Any], deadline: float) -> Any:
        self._consumer.deadline = deadline
        return _CallProxy(self._worker_ctx, service, method, self._reply_listener, producer=self._producer)(call)

    def lost(self) -> bool:
        """Say whether the broker has hung up: the socket of a live idle connection has nothing to read but heartbeats."""
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

    def close_connection(self, *, broken: bool) -> None:
        """Close, and delete the reply queue while there is somebody to tell; else it expires after 5 minutes."""
        consumer = self._consumer
        if not broken:
            try:
                consumer.queue.delete()
            except Exception as error:  # noqa: BLE001  # the broker may be gone: then so is the connection
                journal.warning("line-not-closed", error=type(error).__name__)
                broken = True
        close_connection(consumer.connection, graceful=not broken)


class RpcConnectionPool:
    """Calls services over the bus from threads or greenlets: `size` calls at a time, each within its deadline.

    A caller who finds no free connection waits for one, within his deadline. One that broke, or whose answer did not come in
    time, is closed and replaced, so that a late answer finds nobody. A call is never sent twice.
    """

    def __init__(self, amqp_uri: str, call_tokens: CallTokenIssuer, size: int = 8) -> None:
        self._amqp_uri = amqp_uri
        self._call_tokens = call_tokens
        self._closed = False
        self._lock = threading.Lock()
        self._slots: LifoQueue[_RpcConnection | None] = LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        self._size = size

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
        """Return the answer, or raise a Problem: the service's own, or Unavailable when nobody answers in time."""
        deadline = monotonic() + timeout
        # A request that nobody took up before its deadline must not be carried out later: the caller has been told no.
        token = self._call_tokens.issue(with_correlation(acting), int(timeout) + 2)
        call = envelope(token, request, self._call_tokens)
        return open_reply(self._ask(service, method, call, deadline), answer, call, self._call_tokens)

    def close(self) -> None:
        """Close every connection; calls afterwards are refused."""
        self._closed = True
        for _ in range(self._size):
            try:
                connection = self._slots.get(timeout=1)
            except Empty:
                return
            if connection is not None:
                connection.close_connection(broken=False)

    def _ask(self, service: str, method: str, call: dict[str, Any], deadline: float) -> Any:
        slot = self._slot(service, deadline)
        connection: _RpcConnection | None = None
        broken = True
        try:
            connection = self._connection_of(slot)
            reply = connection.ask(service, method, call, deadline)
            broken = False
        except Problem:
            raise
        except Exception as error:
            journal.warning("call-unanswered", service_called=service, method=method, error=type(error).__name__)
            raise _problem(error, service) from error
        else:
            return reply
        finally:
            if broken and connection is not None:
                connection.close_connection(broken=True)
            self._slots.put(None if broken else connection)

    def _slot(self, service: str, deadline: float) -> _RpcConnection | None:
        if self._closed:
            raise unavailable(service)
        try:
            return self._slots.get(timeout=max(0.0, deadline - monotonic()))
        except Empty as error:
            raise unavailable(service) from error

    def _connection_of(self, slot: _RpcConnection | None) -> _RpcConnection:
        if slot is not None and slot.lost():
            slot.close_connection(broken=True)
            slot = None
        return slot or _RpcConnection(self._amqp_uri)


_MISUSE = frozenset({"MethodNotFound", "IncorrectSignature", "MalformedRequest", "RemoteError"})


def _problem(error: Exception, service: str) -> Problem:
    """Return the Problem of a call that the bus itself could not bring to an end."""
    if type(error).__name__ in _MISUSE:
        return Problem(MISUNDERSTOOD)
    return unavailable(service)
