"""Builders for bus tests: a source with a log, a feed that can go silent, a handler that records effects."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from kombu import Connection, Queue
from kombu import Consumer as Consumer_

from shared.bus.events.authentication import MessageAuthenticator
from shared.bus.events.consumer import Consumer
from shared.bus.events.dead_letters import DeadLetters
from shared.bus.events.relay import CONTENT_TYPE
from shared.bus.events.sequence import RetryPolicy
from shared.bus.events.topology import Subscription, Topology
from shared.bus.transport.connections import close_connection, connected
from shared.clock import SystemClock
from shared.contracts.calls import FeedAnswer
from shared.contracts.events.base import EXCHANGE, CloudEvent, event_id, source_urn, to_json
from shared.observability.health import HealthRegistry
from shared.problems import Unavailable

INSTALLATION = "thu"
MOMENT = dt.datetime(2026, 9, 1, 1, 2, 3, tzinfo=dt.UTC)
QUICK = RetryPolicy(retries=(0.01, 0.02), halted=3600.0, poll=3600.0, look=0.05, longest=0.2)
"""Patience of a test: the feed is read at start and when something calls for it, and at no other time."""


def event(
    sequence: int, *, source: str = "evidence", fact: str = "document-received", version: int = 1, **data: Any
) -> CloudEvent:
    urn = source_urn(INSTALLATION, source)
    return CloudEvent(
        id=event_id(urn, sequence),
        source=urn,
        type=f"vn.kiemdinh.{source}.{fact}.v{version}",
        subject="document/1",
        time=MOMENT,
        recordedtime=MOMENT,
        sequence=sequence,
        correlationid=f"việc-{sequence}",
        data={"document": f"d{sequence}", **data},
    )


class Source:
    """A service with a log of events and a feed; `silent` makes the feed unreachable."""

    def __init__(self, name: str = "evidence") -> None:
        self.name = name
        self.events: list[CloudEvent] = []
        self.silent = False
        self.asked = 0

    def append(self, count: int = 1, **data: Any) -> list[CloudEvent]:
        new = [event(len(self.events) + 1 + i, source=self.name, **data) for i in range(count)]
        self.events += new
        return new


class Feeds:
    """An RpcClient that answers `feed` from sources in this process."""

    def __init__(self, *sources: Source) -> None:
        self.sources = {source.name: source for source in sources}

    def call(self, service: str, method: str, acting: Any, request: Any, answer: Any, *, timeout: float = 5.0) -> Any:
        source = self.sources[service]
        source.asked += 1
        assert method == "feed"
        assert answer is FeedAnswer
        if source.silent:
            raise Unavailable
        page = source.events[request.after : request.after + request.limit]
        return FeedAnswer(events=[to_json(e).decode() for e in page], head=len(source.events))


class RecordingHandler:
    """A handler that records every effect, with its position, in one step. `fail` may refuse an event."""

    def __init__(self, *sources: str) -> None:
        self.sources = sources or ("evidence",)
        self.effects: dict[str, list[int]] = {source: [] for source in self.sources}
        self.fail: Callable[[CloudEvent], None] = lambda _: None
        self.lock = threading.Lock()

    def received_position(self, source: str) -> int:
        return self.effects[source][-1] if self.effects[source] else 0

    def receive(self, event: CloudEvent) -> None:
        self.fail(event)
        with self.lock:
            self.effects[event.service].append(event.sequence)


class EventPublisher:
    """Publishes what a test wants on the exchange, well-formed or not."""

    def __init__(self, amqp: str, *subscriptions: Subscription) -> None:
        self._connection = Connection(amqp)
        Topology(subscriptions).declare(self._connection)

    def send(self, *events: CloudEvent) -> None:
        for one in events:
            self.send_raw(to_json(one), one.type)

    def send_raw(self, body: bytes, routing_key: str, **properties: Any) -> None:
        options: dict[str, Any] = {
            "content_type": CONTENT_TYPE,
            "content_encoding": "utf-8",
            "delivery_mode": 2,
            **properties,
        }
        with self._connection.channel() as channel:
            self._connection.Producer(channel, auto_declare=False).publish(
                body, exchange=EXCHANGE, routing_key=routing_key, **options
            )

    def close(self) -> None:
        close_connection(self._connection, graceful=True)


class Scene:
    """A consumer that is running, its handler, its source, and a way to publish to it."""

    def __init__(
        self,
        amqp: str,
        name: str,
        *sources: Source,
        retry_policy: RetryPolicy = QUICK,
        known_types: tuple[str, ...] = (),
        authenticator: MessageAuthenticator | None = None,
    ) -> None:
        self.amqp = amqp
        self.sources = sources or (Source(),)
        self.source = self.sources[0]
        self.handler = RecordingHandler(*(source.name for source in self.sources))
        self.dead_letters = DeadLetters("sqlite://", SystemClock())
        self.health_registry = HealthRegistry()
        self.consumer = Consumer(
            name,
            self.handler,
            Feeds(*self.sources),
            amqp,
            self.dead_letters,
            installation=INSTALLATION,
            known_types=known_types,
            health_registry=self.health_registry,
            retry_policy=retry_policy,
            authenticator=authenticator,
        )
        self.publisher = EventPublisher(amqp, self.consumer.subscription)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def effects(self) -> list[int]:
        return self.handler.effects[self.source.name]

    def start(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.consumer.run, args=(self._stop,))
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(15)
            assert not self._thread.is_alive()
            self._thread = None

    def close(self) -> None:
        self.stop()
        self.publisher.close()
        self.dead_letters.close()

    def waiting(self) -> int:
        """How many messages the source's queue holds, unacknowledged ones not counted."""
        with connected(self.amqp) as connection, connection.channel() as channel:
            name = f"kiemdinh.{self.consumer.name}.{self.source.name}"
            return int(channel.queue_declare(queue=name, passive=True).message_count)


@contextlib.contextmanager
def running(scene: Scene) -> Iterator[Scene]:
    scene.start()
    try:
        yield scene
    finally:
        scene.close()


def eventually(condition: Callable[[], bool], *, within: float = 10.0) -> None:
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.01)


def taken_out(amqp: str, queue: str) -> list[Any]:
    """Take every message out of a queue. By consuming: a quorum queue with a single active consumer knows no `get`."""
    messages: list[Any] = []
    with connected(amqp) as connection, connection.channel() as channel:
        expected = channel.queue_declare(queue=queue, passive=True).message_count

        def keep(message: Any) -> None:
            message.ack()
            messages.append(message)

        with Consumer_(channel, queues=[Queue(queue)], on_message=keep, accept=None, auto_declare=False):
            while len(messages) < expected:
                connection.drain_events(timeout=10)
    return messages


def numbers(count: int) -> list[int]:
    return list(range(1, count + 1))


def renamed(one: CloudEvent, **changes: Any) -> CloudEvent:
    return msgspec.structs.replace(one, **changes)
