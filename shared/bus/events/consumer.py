"""Consumers: each event of each source applied exactly once and in order, whatever the broker does.

A message wakes the consumer and carries the event: this is applied only if it is the next in its source's sequence and bears
the relay's code. What was applied before is acknowledged; what comes too early, or without the code, makes the consumer read
what is missing from the source's own feed. The feed is also read at start and every few seconds, so that a message that
never came (a broker restored empty, a queue that was cut) does no harm. A message is acknowledged after its effect is
committed, never before.

An event that fails is tried again with growing pauses. Then it is recorded as a dead letter and its source is halted for
this consumer: nothing is skipped; the messages go back to the queue; people see it, and it is tried again slowly by
itself and at once when somebody asks. A message that is no event of ours becomes a dead letter too, and holds nothing up.

Every source has its own loop, connection and queue, so that a halted one does not stop the others. The loops are threads,
which are greenlets in an eventlet process.

Home-made (ADR 7): kombu's ConsumerMixin knows no "hold this message while the gap is filled". Nor is it a `shared.worker`:
it waits inside a connection, with a message in its hand, and must answer heartbeats meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from time import monotonic
from typing import Any, Protocol

from greenlet import GreenletExit  # type: ignore[import-untyped]
from kombu import Connection
from kombu import Consumer as KombuConsumer
from kombu.exceptions import ChannelError

from shared.bus.events.authentication import MessageAuthenticator
from shared.bus.events.dead_letters import DeadLetter, DeadLetterKind, DeadLetters, DeadLetterState
from shared.bus.events.sequence import EventDecoder, MalformedMessage, RetryPolicy, SequenceCheck, check_sequence
from shared.bus.events.topology import (
    PRECONDITION_FAILED,
    Subscription,
    Topology,
    TopologyConflict,
    dead_queue,
    events_queue,
)
from shared.bus.rpc.client import RpcClient
from shared.bus.transport.connections import close_connection, is_inproc
from shared.contracts.calls import FeedAnswer, FeedRequest
from shared.contracts.events.base import CloudEvent, to_json
from shared.identity.call_context import system
from shared.logs import Journal, correlated
from shared.observability.health import HealthRegistry
from shared.problems import Problem
from shared.vocabulary.ids import BEGINNING, Position

journal = Journal("bus.consumer")

PREFETCH = 50
FEED_PAGE = 200

_TRANSIENT = frozenset({503, 507})
"""Statuses of a server that is away or full: the event is not to blame, so it is held and not dead-lettered."""


class EventHandler(Protocol):
    """What receives events: an application, or something that only keeps views."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The services it listens to."""
        ...

    def received_position(self, source: str) -> Position:
        """Return the sequence of the last event of the source whose effect is committed, 0 for none."""
        ...

    def receive(self, event: CloudEvent) -> None:
        """Apply an event and store its sequence, in one transaction; raise anything when it cannot be done.

        Events come in order and without gaps. One that was applied meanwhile by another process may raise: the position
        tells.
        """
        ...


class SourceHalted(Exception):
    """A source waits for a dead letter."""

    def __init__(self, letter: DeadLetter) -> None:
        super().__init__(letter.id)
        self.letter = letter


class _Stopping(Exception):
    """The process is to end; what is not acknowledged comes again."""


class FeedBroken(Exception):
    """The source's feed does not continue where it was asked to."""


class Consumer:
    """Follows all sources of an event handler under a stable name, which names its queues and its dead letters.

    Without an `authenticator` every message is believed: only right on a broker that nobody else reaches.
    """

    def __init__(
        self,
        name: str,
        handler: EventHandler,
        client: RpcClient,
        amqp_uri: str,
        dead_letters: DeadLetters,
        *,
        installation: str,
        known_types: Collection[str] = (),
        health_registry: HealthRegistry | None = None,
        retry_policy: RetryPolicy | None = None,
        authenticator: MessageAuthenticator | None = None,
    ) -> None:
        self.name = name
        self.source_consumers = tuple(
            SourceConsumer(
                name,
                source,
                handler,
                client,
                amqp_uri,
                dead_letters,
                decoder=EventDecoder(installation, source, known_types),
                health_registry=health_registry or HealthRegistry(),
                retry_policy=retry_policy or RetryPolicy(),
                authenticator=authenticator,
            )
            for source in handler.sources
        )

    @property
    def subscription(self) -> Subscription:
        """Return what this consumer follows, for the topology."""
        return Subscription(self.name, tuple(source_consumer.source for source_consumer in self.source_consumers))

    def run(self, stop: threading.Event) -> None:
        """Follow until `stop` is set, then return when every loop has ended."""
        loops = [
            threading.Thread(
                target=source_consumer.run, args=(stop,), name=f"{self.name}<{source_consumer.source}", daemon=True
            )
            for source_consumer in self.source_consumers
        ]
        for loop in loops:
            loop.start()
        for loop in loops:
            loop.join()


class SourceConsumer:
    """One consumer's loop for one source."""

    def __init__(
        self,
        consumer: str,
        source: str,
        handler: EventHandler,
        client: RpcClient,
        amqp_uri: str,
        dead_letters: DeadLetters,
        *,
        decoder: EventDecoder,
        health_registry: HealthRegistry,
        retry_policy: RetryPolicy,
        authenticator: MessageAuthenticator | None = None,
    ) -> None:
        self.consumer = consumer
        self.source = source
        self._handler = handler
        self._client = client
        self._amqp_uri = amqp_uri
        self._dead_letters = dead_letters
        self._decoder = decoder
        self._health_registry = health_registry
        self._retry_policy = retry_policy
        self._authenticator = authenticator
        self._component = f"{consumer}<{source}"
        self._acting = system(consumer)
        self._position = BEGINNING
        self._next_poll = 0.0
        self._failures = 0
        self._connection: Any = None
        self._stop = threading.Event()

    # --- the loop ---

    def run(self, stop: threading.Event) -> None:
        """Follow the source until `stop` is set. Nothing else ends it."""
        self._stop = stop
        while not stop.is_set():
            try:
                self._poll()
                self._connection = Connection(self._amqp_uri, connect_timeout=5, heartbeat=self._heartbeat())
                self._follow()
            except SourceHalted as halted:
                self._wait_for_dead_letter(halted.letter)
            except _Stopping:
                break
            except (GreenletExit, KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001  # nothing may end the loop: an eventlet.Timeout, a lost broker
                self._failures += 1
                self._report(error)
                stop.wait(self._retry_policy.backoff(self._failures))
            finally:
                self._hang_up()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Not politely: a broker that is going away might never answer the farewell.
            close_connection(connection, graceful=False)

    def _heartbeat(self) -> int:
        return 0 if is_inproc(self._amqp_uri) else 30

    def _follow(self) -> None:
        channel = self._connection.channel()
        queue = self._declare(channel)
        consumer = KombuConsumer(channel, queues=[queue], on_message=self.on_message, accept=None, auto_declare=False)
        consumer.qos(prefetch_count=PREFETCH, apply_global=False)
        consumer.consume()
        self._failures = 0
        # Looked after consuming began, so that no event falls between the feed and the queue.
        self._next_poll = 0.0
        while not self._stop.is_set():
            self._poll()
            try:
                self._connection.drain_events(timeout=self._retry_policy.look)
            except TimeoutError:
                self._check_heartbeat()

    def _declare(self, channel: Any) -> Any:
        try:
            dead_queue()(channel).declare()
            queue = events_queue(self.consumer, self.source)(channel)
            queue.declare()
        except ChannelError as error:
            if getattr(error, "reply_code", 0) == PRECONDITION_FAILED:
                raise TopologyConflict(str(error)) from error
            raise
        return queue

    def _check_heartbeat(self) -> None:
        if self._connection is not None and self._heartbeat():
            self._connection.heartbeat_check()

    def _wait(self, seconds: float) -> None:
        """Wait with a message in hand; raises _Stopping when the process is to end."""
        until = monotonic() + seconds
        while (remaining := until - monotonic()) > 0:
            if self._stop.wait(min(remaining, 1.0)):
                raise _Stopping
            self._check_heartbeat()

    def _report(self, error: BaseException) -> None:
        if isinstance(error, TopologyConflict):
            text = "Hàng đợi trên RabbitMQ khác với bản phần mềm này; gỡ hàng đợi cũ rồi chạy lại."
        else:
            text = f"Chưa nhận được sự kiện từ {self.source}; đang thử lại ({type(error).__name__})."
        self._health_registry.report_failure(self._component, text)
        journal.warning("consumer-interrupted", consumer=self.consumer, source=self.source, error=type(error).__name__)

    # --- messages ---

    def on_message(self, message: Any) -> None:
        """Settle one message: acknowledged once its effect is committed, or once it is recorded as none of ours."""
        body = _bytes(message.body)
        try:
            event = self._decoder.read(body)
        except MalformedMessage as malformed:
            self._dead_letter(body, malformed)
        else:
            self._handle_event(
                event, authentic=self._authenticator is None or self._authenticator.verifies(body, message.headers)
            )
        message.ack()

    def _handle_event(self, event: CloudEvent, *, authentic: bool) -> None:
        step = check_sequence(self._position, event.sequence)
        if step is SequenceCheck.APPLY and authentic:
            self._apply(event)
        elif step is not SequenceCheck.DUPLICATE:
            if not authentic:
                journal.warning("unsealed-message", consumer=self.consumer, source=self.source, sequence=event.sequence)
            self._backfill(event)

    def _backfill(self, event: CloudEvent) -> None:
        """Fetch what is missing before an event; the event itself comes with it."""
        journal.info("gap", consumer=self.consumer, source=self.source, position=self._position, sequence=event.sequence)
        failures = 0
        while True:
            try:
                self._catch_up()
                break
            except (Problem, FeedBroken) as error:
                failures += 1
                self._report(error)
                self._wait(self._retry_policy.backoff(failures))
        if event.sequence > self._position:
            unknown = "Nguồn không có sự kiện mang số thứ tự này trong nhật ký."
            self._dead_letter(to_json(event), MalformedMessage(unknown, sequence=event.sequence, type_=event.type))

    def _dead_letter(self, body: bytes, malformed: MalformedMessage) -> None:
        letter = self._dead_letters.malformed(
            self.consumer, self.source, body, malformed.reason, sequence=malformed.sequence, type_=malformed.type
        )
        journal.warning("message-laid-aside", consumer=self.consumer, source=self.source, letter=letter.id)
        # Whatever it was, the source's feed has the truth: look there soon.
        self._next_poll = 0.0

    def _apply(self, event: CloudEvent, retries: tuple[float, ...] | None = None) -> None:
        """Apply the next event; raises SourceHalted when it keeps failing."""
        pauses = list(self._retry_policy.retries if retries is None else retries)
        failures = 0
        while True:
            error = self._try(event)
            if error is None:
                self._position = event.sequence
                return
            failures += 1
            if _is_transient(error):
                self._report(error)
                self._wait(self._retry_policy.backoff(failures))
            elif pauses:
                self._wait(pauses.pop(0))
            else:
                raise self._halted(event, error)

    def _try(self, event: CloudEvent) -> BaseException | None:
        with correlated(event.correlationid):
            try:
                self._handler.receive(event)
            except (GreenletExit, KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001  # an eventlet.Timeout is no Exception
                if self._handler.received_position(self.source) >= event.sequence:
                    return None  # somebody else applied it, or the failure came after the commit
                journal.error(
                    "event-failed", error=error, consumer=self.consumer, source=self.source, sequence=event.sequence
                )
                return error
        return None

    def _halted(self, event: CloudEvent, error: BaseException) -> SourceHalted:
        letter = self._dead_letters.halt(self.consumer, event, _reason(error))
        self._health_registry.report_failure(
            self._component,
            f"Dừng nhận sự kiện từ {self.source} ở số {event.sequence}: {letter.reason} Xem mục Thư chết.",
        )
        journal.error("source-halted", consumer=self.consumer, source=self.source, sequence=event.sequence, letter=letter.id)
        return SourceHalted(letter)

    # --- the feed ---

    def _poll(self) -> None:
        """Read the source's feed when it is time to; a source that does not answer is asked again next time."""
        if monotonic() < self._next_poll:
            return
        self._next_poll = monotonic() + self._retry_policy.poll
        self._retry_requested()
        try:
            self._catch_up()
        except (Problem, FeedBroken) as error:
            self._report(error)
        else:
            self._health_registry.clear_failure(self._component)

    def _catch_up(self, retries: tuple[float, ...] | None = None) -> None:
        """Apply all that the source's feed has beyond our position; raises Problem when the source does not answer."""
        self._position = self._handler.received_position(self.source)
        self._dead_letters.resolve(self.consumer, self.source, self._position)
        while not self._stop.is_set():
            request = FeedRequest(after=self._position, limit=FEED_PAGE)
            answer = self._client.call(self.source, "feed", self._acting, request, FeedAnswer)
            self._health_registry.set_lag(self._component, max(0, answer.head - self._position))
            if not answer.events:
                return
            for text in answer.events:
                self._apply(self._read_next(text), retries)
            self._health_registry.set_lag(self._component, max(0, answer.head - self._position))

    def _read_next(self, text: str) -> CloudEvent:
        try:
            event = self._decoder.read_own(text)
        except MalformedMessage as malformed:
            raise FeedBroken(malformed.reason) from malformed
        if check_sequence(self._position, event.sequence) is not SequenceCheck.APPLY:
            raise FeedBroken("out of sequence")
        return event

    # --- dead letters ---

    def _wait_for_dead_letter(self, letter: DeadLetter) -> None:
        """Stay halted until the event goes through; the messages are back in the queue meanwhile."""
        retry_at = monotonic() + self._retry_policy.halted
        while not self._stop.wait(self._retry_policy.look):
            if monotonic() < retry_at and not self._dead_letters.retry_requested(self.consumer, self.source):
                continue
            retry_at = monotonic() + self._retry_policy.halted
            try:
                self._retry_requested()
                self._catch_up(retries=())
            except SourceHalted:
                continue
            except (Problem, FeedBroken) as error:
                self._report(error)
                continue
            self._dead_letters.resolve(self.consumer, self.source, self._position)
            journal.info("source-resumed", consumer=self.consumer, source=self.source, letter=letter.id)
            return

    def _retry_requested(self) -> None:
        """Look again at malformed messages that somebody wishes to be tried: newer software may read them."""
        for letter in self._dead_letters.retry_requested(self.consumer, self.source):
            if letter.kind is DeadLetterKind.MALFORMED:
                self._dead_letters.settle(
                    letter.id, DeadLetterState.RESOLVED if self._readable(letter) else DeadLetterState.OPEN
                )

    def _readable(self, letter: DeadLetter) -> bool:
        try:
            event = self._decoder.read(letter.body)
        except MalformedMessage:
            return False
        return event.sequence <= self._handler.received_position(self.source)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, Problem) and error.status in _TRANSIENT


def _reason(error: BaseException) -> str:
    if isinstance(error, Problem):
        return f"{error.title}. {error.detail}"
    return f"Lỗi bên trong khi ghi nhận sự kiện ({type(error).__name__})."


def _bytes(body: Any) -> bytes:
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body or b"")


__all__ = ["Consumer", "EventHandler", "RetryPolicy", "SourceConsumer", "SourceHalted", "Topology"]
