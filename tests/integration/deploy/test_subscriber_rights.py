"""What a subscribing program may do on the launcher's own broker, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator

import amqp.exceptions
import pytest
from kombu import Connection, Exchange, Queue

from deploy.servers import RabbitMQ
from shared.bus.topology import Subscription, Topology

pytestmark = pytest.mark.server

EVENTS = Exchange("kiemdinh.events", type="topic", durable=True)


@pytest.fixture
def declared(rabbitmq_node: RabbitMQ) -> RabbitMQ:
    Topology((Subscription("assessment", ("evidence",)),)).declare_at(rabbitmq_node.url)
    return rabbitmq_node


@pytest.fixture
def stranger(declared: RabbitMQ) -> Iterator[Connection]:
    with Connection(declared.subscriber_url) as connection:
        yield connection


def test_a_subscriber_binds_a_queue_of_its_own_and_hears_events(declared: RabbitMQ, stranger: Connection) -> None:
    queue = Queue("lang-nghe", EVENTS, routing_key="vn.kiemdinh.evidence.#", durable=False, exclusive=True)(
        stranger.channel()
    )
    queue.declare()

    with Connection(declared.url) as ours:
        ours.Producer(exchange=EVENTS).publish({"n": 1}, routing_key="vn.kiemdinh.evidence.document-received.v1")
        ours.default_channel.queue_declare("kiemdinh.assessment.evidence", passive=True)

    message = next(filter(None, (queue.get(no_ack=True) for _ in range(200))))
    assert message.payload == {"n": 1}


def test_a_subscriber_cannot_publish_an_event(stranger: Connection) -> None:
    stranger.Producer(stranger.channel(), EVENTS).publish({}, routing_key="vn.kiemdinh.evidence.document-received.v1")

    with pytest.raises(amqp.exceptions.AccessRefused):
        stranger.drain_events(timeout=5)


def test_a_subscriber_cannot_read_what_our_consumers_read(stranger: Connection) -> None:
    with pytest.raises(amqp.exceptions.AccessRefused):
        Queue("kiemdinh.assessment.evidence")(stranger.channel()).get()


def test_a_subscriber_cannot_call_a_service(stranger: Connection) -> None:
    with pytest.raises(amqp.exceptions.AccessRefused):
        Exchange("nameko-rpc", type="topic", durable=True)(stranger.channel()).declare()
