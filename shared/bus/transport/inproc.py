"""A broker inside the process: a kombu transport named `inproc`, for the embedded composition and for tests.

kombu's own memory transport almost does. What differs here, and why:

- a message carries its content type among its properties, where nameko looks for it when it answers a call;
- a waiting connection is woken by the message instead of looking every few milliseconds: a call takes half a millisecond
  instead of at least two, and an office computer at rest does nothing;
- a publisher that asks for a route (`mandatory`) is told when there is none, as RabbitMQ tells it;
- what a consumer leaves unacknowledged goes back to the front of its own queue, in order, and to no other;
- a deleted queue is forgotten by the exchanges too, so that a late answer does not bring it to life again.

Everything lives in the process and dies with it. Nothing is lost by that: events are in the logs, consumers ask for them.
"""

from __future__ import annotations

import socket
import threading
from collections import defaultdict, deque
from queue import Empty
from time import monotonic
from typing import Any, ClassVar

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, memory, virtual

from shared.logs import Journal

journal = Journal("bus.transport")


_LONGEST_WAIT_S = 0.25
"""A ring is never missed; waiting in slices costs four looks a second and makes that certain."""


class QoS(virtual.QoS):
    """Gives unacknowledged messages back to the front of their queue, oldest first."""

    def restore_unacked(self) -> list[Any]:
        self._flush()
        while self._delivered:
            _, message = self._delivered.popitem()  # newest first, each to the front
            self.channel.put_back(message)
        return []


class Channel(memory.Channel):
    """A channel to the broker inside the process."""

    QoS = QoS
    do_restore = True
    body_encoding = None  # bodies stay as they are: nothing leaves the process
    queues: ClassVar[dict[str, deque[dict[str, Any]]]] = {}
    listeners: ClassVar[defaultdict[str, set[Transport]]] = defaultdict(set)

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        message: dict[str, Any] = super().prepare_message(
            body, priority, content_type, content_encoding, headers, properties
        )
        message["properties"]["content_type"] = content_type
        return message

    def basic_publish(self, message: dict[str, Any], exchange: str, routing_key: str, **kwargs: Any) -> Any:
        if exchange and exchange not in self.state.exchanges:
            raise ChannelError(f"NOT_FOUND - no exchange {exchange!r}", (60, 40), "Basic.publish", "404")
        if kwargs.pop("mandatory", False) and not self._routes(exchange, routing_key):
            raise ChannelError("NO_ROUTE", (60, 40), "Basic.publish", "312")
        return super().basic_publish(message, exchange, routing_key)

    def _routes(self, exchange: str, routing_key: str) -> bool:
        return any(queue in self.queues for queue in self._lookup(exchange, routing_key))

    def basic_consume(self, queue: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().basic_consume(queue, *args, **kwargs)
        self.listeners[queue].add(self.connection)
        self.connection.bell.set()
        return answer

    def basic_cancel(self, consumer_tag: str) -> None:
        queue = self._tag_to_queue.get(consumer_tag)
        super().basic_cancel(consumer_tag)
        if queue is not None and queue not in self._active_queues:
            self.listeners[queue].discard(self.connection)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._make_room()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)
        self._make_room()

    def _make_room(self) -> None:
        # One acknowledged message may let the next one in (prefetch).
        if self.connection is not None:
            self.connection.bell.set()

    def put_back(self, message: Any) -> None:
        """Return a message to the front of the queue it came from."""
        raw = message._raw  # kombu gives no other way to the message as it was put
        raw["properties"]["redelivered"] = True
        queue = self.queues.get(raw["queue"])
        if queue is not None:
            queue.appendleft(raw)
            self._ring(raw["queue"])

    def _restore_at_beginning(self, message: Any) -> None:
        self.put_back(message)

    def queue_delete(self, queue: str, if_unused: bool = False, if_empty: bool = False, **kwargs: Any) -> None:
        super().queue_delete(queue, if_unused, if_empty, **kwargs)
        if queue not in self.queues:
            for exchange in self.state.exchanges.values():
                exchange["table"] = [entry for entry in exchange["table"] if entry[2] != queue]
            self.listeners.pop(queue, None)

    def close(self) -> None:
        # Not the memory transport's: that one forgets the queues of everybody.
        virtual.Channel.close(self)

    def _new_queue(self, queue: str, **_: Any) -> None:
        self.queues.setdefault(queue, deque())

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # kombu's signature
        try:
            return self.queues[queue].popleft()
        except (KeyError, IndexError):
            raise Empty from None

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        waiting = self.queues.get(queue)
        if waiting is None:
            return
        # Each queue has its own copy: where it lies and whether it came back differ from queue to queue.
        waiting.append({**message, "properties": dict(message["properties"]), "queue": queue})
        self._ring(queue)

    def _ring(self, queue: str) -> None:
        for listener in tuple(self.listeners.get(queue, ())):
            listener.bell.set()

    def _size(self, queue: str) -> int:
        return len(self.queues.get(queue, ()))

    def _purge(self, queue: str) -> int:
        waiting = self.queues.get(queue, deque())
        size = len(waiting)
        waiting.clear()
        return size


class Transport(memory.Transport):
    """Connections to the broker inside the process."""

    Channel = Channel
    global_state = virtual.BrokerState()
    driver_type = "inproc"
    driver_name = "inproc"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.bell = threading.Event()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # kombu's signature
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            self.bell.clear()  # before looking, so that what comes while we look rings again
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                wait = _LONGEST_WAIT_S if deadline is None else min(_LONGEST_WAIT_S, deadline - monotonic())
                if wait <= 0:
                    raise TimeoutError from None
                self.bell.wait(wait)
            else:
                return

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        for listeners in tuple(Channel.listeners.values()):
            listeners.discard(self)


def register() -> None:
    """Make `inproc://` addresses known to kombu."""
    TRANSPORT_ALIASES["inproc"] = "shared.bus.transport.inproc:Transport"


def forget_everything() -> None:
    """Drop every queue, exchange and message of the process's broker (between tests)."""
    Channel.queues.clear()
    Channel.listeners.clear()
    Transport.global_state.clear()


assert socket.timeout is TimeoutError, "nameko and kombu catch socket.timeout"
