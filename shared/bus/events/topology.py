"""The topology of the broker, declared before the first event is published: exchanges, queues, bindings. Idempotent.

Each consumer has one queue per source, bound to every event of that source. The queues are quorum queues which we declare
ourselves, with a delivery limit, dead-lettering and a single active consumer; nameko's RPC queues stay classic (a virtual
host whose default is quorum slows calls fivefold, measured).

Two bounds keep a forgotten queue from filling the disk: a consumer that is away for long has at most `LONGEST_QUEUE`
events waiting for it, the oldest giving way, and fetches the rest from the sources' feeds when it returns; and the queue
of dead letters, which receives only messages whose consumer died on them again and again, keeps the latest
`LONGEST_DEAD_QUEUE`. Neither loses anything: the sources' logs hold every event.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from shared.bus.transport.connections import connected
from shared.contracts.events.base import EXCHANGE

DEAD_EXCHANGE = "kiemdinh.dead-letters"
DEAD_QUEUE = "kiemdinh.dead-letters"
DELIVERY_LIMIT = 20
"""How often a broker hands out one message: a consumer that dies twenty times on it will not be helped by one more."""
LONGEST_QUEUE = 200_000
LONGEST_DEAD_QUEUE = 10_000


class TopologyConflict(Exception):
    """The broker holds a queue or exchange of that name with other properties: an older version made it, remove it."""


class Subscription(msgspec.Struct, frozen=True):
    """One consumer and the services whose events it follows."""

    consumer: str
    sources: tuple[str, ...]


Arguments = Mapping[str, Any]


def events_exchange() -> Exchange:
    """Return the exchange that all public events go through."""
    return Exchange(EXCHANGE, type="topic", durable=True)


def queue_name(consumer: str, source: str) -> str:
    """Return the name of the queue in which `consumer` receives the events of `source`."""
    return f"kiemdinh.{consumer}.{source}"


def events_queue(consumer: str, source: str) -> Queue:
    """Return that queue, bound to every event of the source."""
    name = queue_name(consumer, source)
    return Queue(
        name,
        exchange=events_exchange(),
        routing_key=f"vn.kiemdinh.{source}.#",
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD_EXCHANGE,
            "x-dead-letter-routing-key": name,
            "x-single-active-consumer": True,
            "x-max-length": LONGEST_QUEUE,
            "x-overflow": "drop-head",
        },
    )


def dead_queue() -> Queue:
    """Return the queue that receives what no consumer could be given without dying."""
    return Queue(
        DEAD_QUEUE,
        exchange=Exchange(DEAD_EXCHANGE, type="topic", durable=True),
        routing_key="#",
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-max-length": LONGEST_DEAD_QUEUE, "x-overflow": "drop-head"},
    )


class Topology:
    """Everything the events of one installation need on the broker."""

    def __init__(self, subscriptions: Iterable[Subscription] = ()) -> None:
        self.subscriptions = tuple(subscriptions)

    def queues(self) -> Iterator[Queue]:
        """Return every queue, the dead letters' first: what is dead-lettered to nowhere is lost."""
        yield dead_queue()
        for subscription in self.subscriptions:
            for source in subscription.sources:
                yield events_queue(subscription.consumer, source)

    def listeners(self, source: str) -> int:
        """Return how many consumers follow a source."""
        return sum(source in subscription.sources for subscription in self.subscriptions)

    def declare(self, connection: Connection) -> None:
        """Declare all of it; raises TopologyConflict, or the transport's own connection errors."""
        channel = connection.channel()
        try:
            events_exchange()(channel).declare()
            for queue in self.queues():
                queue(channel).declare()
        except ChannelError as error:
            if getattr(error, "reply_code", 0) != PRECONDITION_FAILED:
                raise
            raise TopologyConflict(str(error)) from error
        finally:
            if connection.connected:
                channel.close()

    def declare_at(self, amqp_uri: str) -> None:
        """Declare all of it on a connection of its own."""
        with connected(amqp_uri) as connection:
            self.declare(connection)


PRECONDITION_FAILED = 406
