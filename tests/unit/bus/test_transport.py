"""The broker inside the process does what RabbitMQ would, where our code relies on it."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from kombu import Consumer, Exchange, Queue
from kombu.exceptions import ChannelError

from shared.bus.transport.connections import INPROC_URL, close_connection, connected, is_inproc
from shared.bus.transport.inproc import Channel, Transport, forget_everything


@pytest.fixture
def connection():
    forget_everything()
    with connected(INPROC_URL) as connection:
        yield connection


@pytest.fixture
def exchange(connection):
    exchange = Exchange(f"e{uuid.uuid4().hex}", type="topic", durable=True)
    exchange(connection.default_channel).declare()
    return exchange


def declared(connection, exchange, name: str = "q", key: str = "a.#") -> Queue:
    queue = Queue(name, exchange=exchange, routing_key=key)
    queue(connection.default_channel).declare()
    return queue


def publish(connection, exchange, *bodies: str, key: str = "a.b", **options) -> None:
    producer = connection.Producer()
    for body in bodies:
        producer.publish(body, exchange=exchange, routing_key=key, **options)


def take(connection, queue, count: int, *, ack: bool = True, prefetch: int = 0) -> list[str]:
    taken: list[str] = []

    def keep(message) -> None:
        taken.append(bytes(message.body).decode())
        if ack:
            message.ack()

    with connection.channel() as channel, Consumer(channel, [queue], on_message=keep, accept=None) as consumer:
        if prefetch:
            consumer.qos(prefetch_count=prefetch)
        while len(taken) < count:
            connection.drain_events(timeout=1)
    return taken


def test_messages_come_in_order_and_carry_their_content_type(connection, exchange):
    queue = declared(connection, exchange)
    publish(connection, exchange, "1", "2", content_type="text/x", content_encoding="utf-8")
    message = connection.default_channel.basic_get("q")
    assert message.properties["content_type"] == message.content_type == "text/x"
    message.ack()
    assert take(connection, queue, 1) == ["2"]


def test_what_is_not_acknowledged_returns_to_the_front_of_its_own_queue_in_order(connection, exchange):
    queue, other = declared(connection, exchange), declared(connection, exchange, "other")
    publish(connection, exchange, "1", "2", "3")
    assert take(connection, queue, 2, ack=False, prefetch=2) == ["1", "2"]
    assert take(connection, queue, 3) == ["1", "2", "3"]
    assert take(connection, other, 3) == ["1", "2", "3"]
    assert connection.default_channel.queue_declare("other", passive=True).message_count == 0


def test_a_rejected_message_is_dropped_or_comes_again_first(connection, exchange):
    queue = declared(connection, exchange)
    publish(connection, exchange, "1", "2", "3")
    channel = connection.default_channel
    channel.basic_get("q").reject()
    again = channel.basic_get("q")
    again.requeue()
    assert take(connection, queue, 2) == ["2", "3"]


def test_no_more_than_the_prefetch_is_handed_out_until_something_is_acknowledged(connection, exchange):
    queue = declared(connection, exchange)
    publish(connection, exchange, "1", "2", "3")
    got = []
    with connection.channel() as channel, Consumer(channel, [queue], on_message=got.append, accept=None) as consumer:
        consumer.qos(prefetch_count=2)
        connection.drain_events(timeout=1)
        connection.drain_events(timeout=1)
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.02)
        got[0].ack()
        connection.drain_events(timeout=1)
    assert [bytes(message.body) for message in got] == [b"1", b"2", b"3"]


def test_a_waiting_connection_is_woken_by_the_message(connection, exchange):
    queue = declared(connection, exchange)
    taken = []
    thread = threading.Thread(target=lambda: taken.append(take(connection, queue, 1)))
    thread.start()
    time.sleep(0.1)
    start = time.monotonic()
    with connected(INPROC_URL) as another:
        publish(another, exchange, "1")
        thread.join(2)
    assert taken == [["1"]]
    assert time.monotonic() - start < 0.1


def test_a_publisher_who_asks_for_a_route_is_told_when_there_is_none(connection, exchange):
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(connection, exchange, "1", mandatory=True)
    publish(connection, exchange, "1")  # who does not ask is not told
    declared(connection, exchange)
    publish(connection, exchange, "2", mandatory=True)
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(connection, exchange, "2", key="b", mandatory=True)


def test_an_exchange_that_is_not_there_is_not_found(connection):
    message = connection.default_channel.prepare_message("1")
    with pytest.raises(ChannelError, match="NOT_FOUND"):
        connection.default_channel.basic_publish(message, "nowhere", "a")


def test_a_deleted_queue_is_not_brought_to_life_by_a_late_message(connection, exchange):
    declared(connection, exchange)
    connection.default_channel.queue_delete("q")
    publish(connection, exchange, "late")
    publish(connection, "", "late", key="q")
    assert "q" not in Channel.queues
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        publish(connection, exchange, "1", mandatory=True)


def test_a_message_whose_queue_was_deleted_meanwhile_goes_nowhere(connection, exchange):
    declared(connection, exchange)
    publish(connection, exchange, "1")
    message = connection.default_channel.basic_get("q")
    connection.default_channel.queue_delete("q")
    message.requeue()
    assert "q" not in Channel.queues


def test_purging_tells_how_many_there_were(connection, exchange):
    declared(connection, exchange)
    publish(connection, exchange, "1", "2")
    assert connection.default_channel.queue_purge("q") == 2
    assert connection.default_channel.queue_purge("none") == 0


def test_a_closed_connection_hears_no_more(connection, exchange):
    queue = declared(connection, exchange)
    with connected(INPROC_URL) as another:
        Consumer(another.default_channel, [queue], on_message=lambda _: None, accept=None).consume()
        assert Channel.listeners["q"]
    assert not Channel.listeners["q"]


def test_hanging_up_what_never_connected_or_fails_raises_nothing():
    class Broken:
        def release(self) -> None:
            raise OSError

    close_connection(Broken(), graceful=True)
    with pytest.raises(KeyError), connected(INPROC_URL):
        raise KeyError


def test_addresses_tell_which_broker():
    assert is_inproc(INPROC_URL)
    assert not is_inproc("amqp://localhost/")
    assert Transport.driver_type == "inproc"
