"""The relay: tails one service's log and publishes every event, in order, at least once; nobody else publishes events.

Progress is the log position up to which the broker has confirmed everything; it is stored after the confirmation, so a relay
that is killed publishes some events again and skips none. Consumers know duplicates by their sequence.

Events are published `mandatory`. When the topology has a consumer for this source, a returned event means that the topology
was lost (a broker restored without its data, a queue deleted by hand): the relay says so, declares the topology again and
publishes again. When nobody follows the source, returned events are as they should be: whoever subscribes later reads the
feed, so nothing is archived on the broker, where it would grow without bound.

An event that some queue refuses although it is published again and again is held to be published: a stranger may declare a
queue of its own that refuses whatever it has no room for, and must not stop the events of everybody else. Whoever missed it
sees the gap in the sequence and reads the feed, as our own consumers do.

Home-made, for no library tails a log of ours: kombu publishes and confirms, the loop is `shared.worker`'s, and what lies
between (many events under way, progress after confirmation, a topology that heals) is written here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Protocol

import msgspec
from amqp import spec  # type: ignore[import-untyped]
from amqp.basic_message import Message  # type: ignore[import-untyped]
from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

from shared.bus.events.authentication import MessageAuthenticator
from shared.bus.events.publishing import EventSource
from shared.bus.events.topology import Topology
from shared.bus.transport.connections import close_connection, is_inproc
from shared.contracts.events.base import EXCHANGE, CloudEvent, to_json
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.observability.metrics import RELAY_POSITION
from shared.problems import Problem
from shared.vocabulary.ids import BEGINNING, Position, position_before
from shared.worker import Rhythm, Worker

CONTENT_TYPE = "application/cloudevents+json"
"""Structured content mode (CloudEvents 1.0, AMQP binding section 3.2)."""

BATCH = 500
"""Events under way at once: enough to keep the broker busy, few enough to repeat after a crash."""

RHYTHM = Rhythm(idle=0.005, longest_idle=0.2, retry=0.1, longest_retry=5.0)
"""An event waits for 0.2 s at most; a broker that is back is noticed within five."""

REFUSALS = 3
"""So often a batch that a queue refuses is published before the refusal is taken for that queue's own affair."""

SILENCE_S = 60.0
"""A broker that confirms nothing for so long is asked again on a new connection (a memory alarm may last longer)."""

journal = Journal("bus.relay")


class RelayCursor(Protocol):
    """Stores a position under a name, across crashes (shared.bus.events.relay_cursor)."""

    def load(self, name: str) -> Position:
        """Return the position, 0 when none was saved."""
        ...

    def save(self, name: str, position: Position) -> None:
        """Store the position."""
        ...


class Unroutable(Exception):
    """The broker returned events that somebody should have received: the topology is not there."""


class PublishingInterrupted(Exception):
    """The relay was told to stop, or the broker fell silent, with events unconfirmed: they are published again next time."""


class QueueRefused(PublishingInterrupted):
    """At least one queue would not take an event; the others have it."""


class _OutgoingMessage(msgspec.Struct, frozen=True):
    sequence: Position
    type: str
    id: str
    body: bytes
    headers: dict[str, str] = {}


def _outgoing(event: CloudEvent, authenticator: MessageAuthenticator | None) -> _OutgoingMessage:
    body = to_json(event)
    return _OutgoingMessage(event.sequence, event.type, event.id, body, authenticator.headers(body) if authenticator else {})


class Relay(Worker):
    """One relay for one service. Run it in a thread, a greenlet or a process of its own: `run(stop)`."""

    passing = (Problem, OSError, AMQPError, OperationalError, Unroutable, PublishingInterrupted)

    def __init__(
        self,
        service: str,
        log: EventSource,
        published: Callable[[Any], CloudEvent],
        amqp_uri: str,
        cursor: RelayCursor,
        *,
        topology: Topology | None = None,
        health_registry: HealthRegistry | None = None,
        authenticator: MessageAuthenticator | None = None,
    ) -> None:
        self._health_registry = health_registry or HealthRegistry()
        super().__init__(f"relay:{service}", self._health_registry, RHYTHM)
        self.service = service
        self._log = log
        self._published = published
        self._amqp_uri = amqp_uri
        self._cursor = cursor
        self._topology = topology or Topology()
        self._authenticator = authenticator
        self.position = BEGINNING
        """What the broker has confirmed and the progress holds."""
        self._sent = BEGINNING
        self._refusals = 0
        self._publisher: _Publisher | None = None

    def begin(self) -> None:
        """Connect, and go on after what the broker has confirmed."""
        self._publisher = self._open().__enter__()
        self._begin()

    def step(self) -> int:
        """Publish what is new since the last step; return how many events that was."""
        assert self._publisher is not None, "a step comes after begin"
        published = self._step(self._publisher, self.stop)
        if not published:
            self._publisher.idle()
        return published

    def end(self) -> None:
        """Hang up."""
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            publisher.__exit__()

    def well(self) -> None:
        """Say that events go out again, or that they do past a queue that refuses them."""
        if self._refusals < REFUSALS:
            super().well()
        else:
            self._health_registry.report_failure(self.name, _REFUSED)
            journal.error("queue-refuses-events", relay=self.service, position=self.position)

    def failed(self, error: Exception) -> str:
        """Count refusals that follow each other, and say what a failure means."""
        self._refusals = self._refusals + 1 if isinstance(error, QueueRefused) else 0
        return _trouble(error)

    def publish_available(self) -> Position:
        """Publish what the log holds now, and return the position reached (for tools and tests)."""
        with self._open() as publisher:
            self._begin()
            while self._step(publisher, threading.Event()):
                pass
        return self.position

    def _open(self) -> _Publisher:
        return _publisher(self._amqp_uri, self._topology, bears_refusals=self._refusals >= REFUSALS)

    def _begin(self) -> None:
        self.position = self._sent = self._cursor.load(self.service)
        RELAY_POSITION.labels(self.service).set(self.position)

    def _step(self, publisher: _Publisher, stop: threading.Event) -> int:
        """Publish the next batch while the one before is being confirmed; return its length."""
        batch = [_outgoing(self._published(logged), self._authenticator) for logged in self._log.read(self._sent, BATCH)]
        if batch:
            publisher.publish(batch)
            self._sent = batch[-1].sequence
        publisher.settle(BATCH if batch else 0, stop)
        if publisher.returned() and self._topology.listeners(self.service):
            raise Unroutable(self.service)
        confirmed = publisher.confirmed()
        if confirmed > self.position:
            self._cursor.save(self.service, confirmed)
            self.position = confirmed
            RELAY_POSITION.labels(self.service).set(confirmed)
        self._health_registry.set_lag(self.name, self._sent - self.position)
        return len(batch)


_REFUSED = (
    "Một hàng đợi trên RabbitMQ từ chối nhận sự kiện (x-overflow=reject-publish hoặc đang hỏng). Sự kiện vẫn được gửi cho "
    "mọi hàng đợi khác; tìm hàng đợi ấy bằng rabbitmqctl list_queues và gỡ nó."
)


def _trouble(error: Exception) -> str:
    if isinstance(error, QueueRefused):
        return _REFUSED
    if isinstance(error, Unroutable):
        return "Hàng đợi sự kiện đã mất trên máy chủ RabbitMQ; đang khai báo lại và gửi lại."
    if isinstance(error, (OSError, OperationalError)):
        return "Chưa nối được máy chủ RabbitMQ; sự kiện giữ trong nhật ký và sẽ gửi khi nối lại."
    return f"Bộ chuyển sự kiện gặp lỗi ({type(error).__name__}); đang thử lại."


# --- publishing ----------------------------------------------------------------------------------------------------------


class _Publisher(Protocol):
    def __enter__(self) -> _Publisher: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def publish(self, messages: Sequence[_OutgoingMessage]) -> None:
        """Send messages on their way, in order."""
        ...

    def settle(self, under_way: int, stop: threading.Event) -> None:
        """Wait until at most so many messages are unconfirmed; raises Interrupted."""
        ...

    def confirmed(self) -> Position:
        """Return the sequence up to which every message is safe, 0 before the first."""
        ...

    def returned(self) -> int:
        """Return how many messages found no queue so far."""
        ...

    def idle(self) -> None:
        """Notice a broker that went away while there was nothing to say."""
        ...


def _publisher(amqp_uri: str, topology: Topology, *, bears_refusals: bool) -> _Publisher:
    if is_inproc(amqp_uri):
        return _DirectPublisher(amqp_uri, topology)
    return _ConfirmingPublisher(amqp_uri, topology, bears_refusals=bears_refusals)


class _DirectPublisher:
    """Puts events straight into the queues of the broker inside the process, where they are safe at once."""

    def __init__(self, amqp_uri: str, topology: Topology) -> None:
        self._connection = Connection(amqp_uri)
        self._topology = topology
        self._last = BEGINNING
        self._returned = 0

    def __enter__(self) -> _DirectPublisher:
        self._topology.declare(self._connection)
        self._channel = self._connection.channel()
        return self

    def __exit__(self, *exc_info: object) -> None:
        close_connection(self._connection, graceful=True)

    def publish(self, messages: Sequence[_OutgoingMessage]) -> None:
        for outgoing in messages:
            self._publish(outgoing)

    def _publish(self, outgoing: _OutgoingMessage) -> None:
        message = self._channel.prepare_message(
            outgoing.body,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            headers=dict(outgoing.headers),
            properties={"message_id": outgoing.id},
        )
        try:
            self._channel.basic_publish(message, EXCHANGE, outgoing.type, mandatory=True)
        except ChannelError as error:
            if "NO_ROUTE" not in str(error):
                raise
            self._returned += 1
        self._last = outgoing.sequence

    def settle(self, under_way: int, stop: threading.Event) -> None:
        """Everything is."""

    def confirmed(self) -> Position:
        return self._last

    def returned(self) -> int:
        return self._returned

    def idle(self) -> None:
        """Nothing can go away here."""


class _ConfirmingPublisher:
    """Publishes to RabbitMQ with publisher confirms, many events under way at once.

    Waiting for each confirmation in turn costs a round trip and a disk flush for each event; together they share them.
    With `bears_refusals` a refused event counts as confirmed.
    """

    def __init__(self, amqp_uri: str, topology: Topology, *, bears_refusals: bool = False) -> None:
        self._bears_refusals = bears_refusals
        self._connection = Connection(amqp_uri, connect_timeout=5, heartbeat=30)
        self._topology = topology
        self._tag = 0
        self._waiting: dict[int, Position] = {}  # delivery tag → sequence, in order
        self._last = BEGINNING
        self._refused = False
        self._returned = 0
        self._beat = monotonic()

    def __enter__(self) -> _ConfirmingPublisher:
        try:
            self._topology.declare(self._connection)
            self._channel = self._connection.channel()
            self._channel.confirm_select()
        except BaseException:
            self.__exit__()
            raise
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        return self

    def __exit__(self, *exc_info: object) -> None:
        # Not politely: a broker under alarm would never answer the farewell.
        close_connection(self._connection, graceful=False)

    def publish(self, messages: Sequence[_OutgoingMessage]) -> None:
        send = self._channel.send_method
        for outgoing in messages:
            message = Message(
                outgoing.body,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=outgoing.id,
                application_headers=outgoing.headers,
            )
            self._tag += 1
            self._waiting[self._tag] = self._last = outgoing.sequence
            # Not basic_publish: py-amqp's looks at the socket before every single message.
            send(spec.Basic.Publish, "Bssbb", (0, EXCHANGE, outgoing.type, True, False), message)

    def settle(self, under_way: int, stop: threading.Event) -> None:
        heard = monotonic()
        while len(self._waiting) > under_way:
            before = len(self._waiting)
            try:
                self._connection.drain_events(timeout=1)
            except TimeoutError:
                self._heartbeat()
            if len(self._waiting) != before:
                heard = monotonic()
            elif stop.is_set() or monotonic() - heard > SILENCE_S:
                raise PublishingInterrupted("events are unconfirmed")
        if self._refused:
            raise QueueRefused("a queue refused an event")

    def confirmed(self) -> Position:
        first = next(iter(self._waiting.values()), None)
        return self._last if first is None else position_before(first)

    def returned(self) -> int:
        return self._returned

    def idle(self) -> None:
        if monotonic() - self._beat > 1:
            self._heartbeat()

    def _heartbeat(self) -> None:
        self._beat = monotonic()
        self._connection.heartbeat_check()
        with contextlib.suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if not multiple:
            self._waiting.pop(delivery_tag, None)
            return
        while self._waiting and (first := next(iter(self._waiting))) <= delivery_tag:
            del self._waiting[first]

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = not self._bears_refusals
        self._on_ack(delivery_tag, multiple)

    def _on_return(self, *_: Any) -> None:
        self._returned += 1
