"""What the relay promises on every broker: each event of the log, in order, at least once; a lost topology is noticed."""

from __future__ import annotations

import threading

import msgspec
import pytest

from shared.bus.events.authentication import MessageAuthenticator
from shared.bus.events.relay import BATCH, Relay
from shared.bus.events.relay_cursor import MemoryRelayCursor
from shared.bus.events.topology import Subscription, Topology, queue_name
from shared.bus.transport.connections import connected
from shared.contracts.events.base import from_json
from shared.observability.health import HealthRegistry
from tests.contract.bus.scene import Source, eventually, numbers, taken_out

SEAL = MessageAuthenticator(b"k" * 32)


class SourceLog:
    """A log that already holds public events."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def read(self, after: int, limit: int = 500):
        return self.source.events[after : after + limit]


class RelayScene:
    """A relay over a source, and one consumer's queue to look into."""

    def __init__(self, amqp: str, name: str) -> None:
        self.amqp = amqp
        self.name = name
        self.source = Source(f"s{name}")
        self.progress = MemoryRelayCursor()
        self.health_registry = HealthRegistry()
        self.topology = Topology([Subscription(name, (self.source.name,))])

    def relay(self, topology: Topology | None = None) -> Relay:
        return Relay(
            self.source.name,
            SourceLog(self.source),
            lambda event: event,
            self.amqp,
            self.progress,
            topology=topology or self.topology,
            health_registry=self.health_registry,
            authenticator=SEAL,
        )

    def received(self) -> list:
        """Take everything out of the consumer's queue."""
        return taken_out(self.amqp, queue_name(self.name, self.source.name))

    def sequences(self) -> list[int]:
        return [from_json(message.body).sequence for message in self.received()]

    def delete_queue(self) -> None:
        with connected(self.amqp) as connection, connection.channel() as channel:
            channel.queue_delete(queue_name(self.name, self.source.name))


@pytest.fixture
def scene(amqp, consumer_name):
    return RelayScene(amqp, consumer_name)


def test_every_event_is_published_in_order_over_many_batches(scene):
    scene.source.append(2 * BATCH + 7)
    assert scene.relay().publish_available() == 2 * BATCH + 7
    assert scene.sequences() == numbers(2 * BATCH + 7)
    assert scene.progress.load(scene.source.name) == 2 * BATCH + 7


def test_every_message_bears_the_seal_of_its_body(scene):
    scene.source.append(3)
    scene.relay().publish_available()
    messages = scene.received()
    assert [
        SEAL.verifies(bytes(one.body, "utf-8") if isinstance(one.body, str) else bytes(one.body), one.headers)
        for one in messages
    ] == [True] * 3


def test_a_second_run_publishes_only_what_is_new(scene):
    scene.source.append(3)
    scene.relay().publish_available()
    scene.source.append(2)
    scene.relay().publish_available()
    assert scene.sequences() == [1, 2, 3, 4, 5]


def test_a_relay_that_died_before_it_saved_its_progress_repeats_and_skips_nothing(scene):
    scene.source.append(5)
    scene.relay().publish_available()
    scene.progress.save(scene.source.name, 2)  # as if killed between confirmation and progress
    scene.source.append(1)
    scene.relay().publish_available()
    assert scene.sequences() == [1, 2, 3, 4, 5, 3, 4, 5, 6]


def test_messages_are_structured_cloudevents_that_a_stranger_can_read(scene):
    (event,) = scene.source.append(1)
    scene.relay().publish_available()
    (message,) = scene.received()
    assert message.content_type == "application/cloudevents+json"
    assert message.content_encoding == "utf-8"
    assert message.properties["message_id"] == event.id
    assert message.delivery_info["routing_key"] == event.type
    document = msgspec.json.decode(message.body)
    assert document["specversion"] == "1.0"
    assert {"id", "source", "type", "time", "data", "sequence"} <= document.keys()


def test_what_nobody_follows_is_published_into_the_air_and_not_waited_for(scene):
    scene.source.append(4)
    assert scene.relay(Topology()).publish_available() == 4


def test_a_lost_topology_is_noticed_declared_again_and_nothing_is_missing(scene):
    scene.source.append(3)
    stop = threading.Event()
    relay = scene.relay()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        eventually(lambda: relay.position == 3)
        scene.delete_queue()
        scene.source.append(2)
        eventually(lambda: relay.position == 5)
        assert scene.sequences() == [4, 5]
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_new_events_are_published_within_a_second_of_a_quiet_time(scene):
    stop = threading.Event()
    relay = scene.relay()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        scene.source.append(1)
        eventually(lambda: relay.position == 1)
        stop.wait(0.8)  # the pauses have grown to their longest
        scene.source.append(1)
        eventually(lambda: relay.position == 2, within=1.0)
    finally:
        stop.set()
        thread.join(10)


def test_a_log_that_cannot_be_read_for_a_while_is_told_and_survived(scene):
    stop = threading.Event()
    relay = scene.relay()
    broken = threading.Event()
    broken.set()
    read = relay._log.read

    def reading(after, limit=500):
        if broken.is_set():
            raise OSError("đĩa")
        return read(after, limit)

    relay._log.read = reading
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        scene.source.append(2)
        eventually(lambda: not scene.health_registry.healthy)
        broken.clear()
        eventually(lambda: relay.position == 2)
        eventually(lambda: scene.health_registry.healthy)
    finally:
        stop.set()
        thread.join(10)
