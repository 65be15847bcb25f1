"""What a subscribing program may do on the launcher's own broker, and what it may not: each tried by a raw client."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amqp.exceptions
import pytest
from amqp.basic_message import Message
from kombu import Connection, Exchange

from deploy.provision.requirements import RABBITMQ_PROGRAMS
from deploy.servers import RabbitMQ
from deploy.servers.rabbitmq import (
    SUBSCRIBER_LIMITS,
    SUBSCRIBER_QUEUE_BOUNDS,
    SUBSCRIBER_STREAM_BOUNDS,
)
from shared.bus.events.relay import REFUSALS, Relay
from shared.bus.events.relay_cursor import MemoryRelayCursor
from shared.bus.events.topology import Subscription, Topology
from shared.contracts.events.base import from_json
from shared.observability.health import HealthRegistry
from tests.contract.bus.scene import Source, eventually, numbers, taken_out
from tests.contract.bus.test_relay_contract import SourceLog

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[3]
TOPOLOGY = Topology((Subscription("assessment", ("evidence",)),))
EVENTS, OURS = "kiemdinh.events", "kiemdinh.assessment.evidence"
KEY = "vn.kiemdinh.evidence.document-received.v1"


@pytest.fixture
def declared(rabbitmq_node: RabbitMQ) -> RabbitMQ:
    TOPOLOGY.declare_at(rabbitmq_node.url)
    # The names that nameko gives to calls, as a running installation has them.
    with Connection(rabbitmq_node.url) as ours, ours.channel() as channel:
        Exchange("nameko-rpc", type="topic", durable=True)(channel).declare()
        channel.queue_declare("rpc-evidence", durable=True, auto_delete=False)
    return rabbitmq_node


@pytest.fixture
def stranger(declared: RabbitMQ) -> Iterator[Connection]:
    connection = Connection(declared.subscriber_url)
    yield connection
    connection.release()


def publish(exchange: str, key: str) -> Callable[[Any], Any]:
    return lambda channel: channel.basic_publish(Message("{}"), exchange, key)


def own_queue(name: str = "subscriber.thu", **arguments: str) -> Callable[[Any], Any]:
    return lambda channel: channel.queue_declare(name, exclusive=True, arguments=arguments)


def own_exchange(name: str = "subscriber.doi", **arguments: str) -> Callable[[Any], Any]:
    return lambda channel: channel.exchange_declare(name, "fanout", arguments=arguments)


def after(first: Callable[[Any], Any], then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda channel: (first(channel), then(channel))


FORBIDDEN: dict[str, Callable[[Any], Any]] = {
    "publish an event": publish(EVENTS, KEY),
    "publish into a consumer's queue": publish("", OURS),
    "publish into a consumer's queue by the default exchange's name": publish("amq.default", OURS),
    "publish into its own queue by the default exchange": after(own_queue(), publish("", "subscriber.thu")),
    "publish to a standard exchange": publish("amq.topic", KEY),
    "call a service": publish("nameko-rpc", "evidence.feed"),
    "declare the public exchange": lambda c: c.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False),
    "delete the public exchange": lambda c: c.exchange_delete(EVENTS),
    "delete the calls' exchange": lambda c: c.exchange_delete("nameko-rpc"),
    "declare a queue under another name": own_queue("lang-nghe"),
    "declare a queue with no more than the prefix": own_queue("subscriber."),
    "declare a queue under our name": own_queue("kiemdinh.subscriber.x"),
    "declare our queue again": lambda c: c.queue_declare(OURS, durable=True, auto_delete=False),
    "consume our queue": lambda c: c.basic_consume(OURS),
    "get from our queue": lambda c: c.basic_get(OURS),
    "purge our queue": lambda c: c.queue_purge(OURS),
    "delete our queue": lambda c: c.queue_delete(OURS),
    "unbind our queue": lambda c: c.queue_unbind(OURS, EVENTS, KEY),
    "bind our queue": after(own_exchange(), lambda c: c.queue_bind(OURS, "subscriber.doi", "#")),
    "read dead letters": lambda c: c.basic_get("kiemdinh.dead-letters"),
    "listen to calls": lambda c: c.basic_consume("rpc-evidence"),
    "bind to calls": after(own_queue(), lambda c: c.queue_bind("subscriber.thu", "nameko-rpc", "#")),
    "bind to the broker's log": after(own_queue(), lambda c: c.queue_bind("subscriber.thu", "amq.rabbitmq.log", "#")),
    "dead-letter into the default exchange": own_queue(
        **{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": OURS, "x-message-ttl": 0}
    ),
    "dead-letter into the public exchange": own_queue(**{"x-dead-letter-exchange": EVENTS}),
    "dead-letter into calls": own_queue(**{"x-dead-letter-exchange": "nameko-rpc"}),
    "pass on by an alternate exchange": own_exchange("subscriber.ke", **{"alternate-exchange": EVENTS}),
    "pass on by the default exchange as alternate": own_exchange("subscriber.ke", **{"alternate-exchange": ""}),
    "bind an exchange of its own before ours": after(
        own_exchange(), lambda c: c.exchange_bind(EVENTS, "subscriber.doi", "#")
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_subscriber_is_refused_to(what: str, stranger: Connection) -> None:
    channel = stranger.channel()

    def act() -> None:
        FORBIDDEN[what](channel)
        stranger.drain_events(timeout=5)  # a refused publication is told afterwards

    with pytest.raises(amqp.exceptions.AccessRefused) as refused:
        act()

    assert refused.value.reply_code == 403


def test_nothing_that_a_subscriber_tried_reached_our_queue(declared: RabbitMQ) -> None:
    assert taken_out(declared.url, OURS) == []


@pytest.mark.parametrize("name", ["subscriber.lang-nghe", ""], ids=["named", "named-by-the-broker"])
def test_a_subscriber_binds_a_queue_of_its_own_and_hears_events(name: str, declared: RabbitMQ, stranger: Connection) -> None:
    channel = stranger.channel()
    queue = channel.queue_declare(name, exclusive=True).queue
    channel.exchange_declare(EVENTS, "topic", passive=True)
    channel.queue_bind(queue, EVENTS, "vn.kiemdinh.evidence.#")
    heard: list[Any] = []
    channel.basic_consume(queue, no_ack=True, callback=heard.append)

    with Connection(declared.url) as ours:
        ours.Producer(exchange=Exchange(EVENTS, type="topic")).publish({"n": 1}, routing_key=KEY)
    stranger.drain_events(timeout=10)

    assert json.loads(heard[0].body) == {"n": 1}
    taken_out(declared.url, OURS)


@pytest.mark.parametrize("account", ["shared", "own"])
def test_the_documented_subscriber_works_with_the_confined_account(account: str, declared: RabbitMQ) -> None:
    url = declared.subscriber_url if account == "shared" else declared.subscriber_urls["phong-gd"]
    program = [sys.executable, str(ROOT / "docs/examples/subscriber.py"), url, KEY, "2", "vi-du"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr.readline() == "ready\n"

    with Connection(declared.url) as ours:
        for n in (1, 2):
            ours.Producer(exchange=Exchange(EVENTS, type="topic")).publish({"n": n}, routing_key=KEY)

    said, complaints = process.communicate(timeout=30)
    assert [json.loads(line) for line in said.splitlines()] == [{"n": 1}, {"n": 2}]
    assert (process.returncode, complaints) == (0, "")
    taken_out(declared.url, OURS)


def test_subscribers_hold_a_limited_number_of_connections(declared: RabbitMQ) -> None:
    held = [Connection(declared.subscriber_url) for _ in range(SUBSCRIBER_LIMITS["max-connections"])]
    one_more = Connection(declared.subscriber_url)
    try:
        for connection in held:
            connection.connect()
        with pytest.raises(amqp.exceptions.NotAllowed, match="user connection limit"):
            one_more.connect()
    finally:
        for connection in held:
            connection.release()


@pytest.mark.parametrize("kind", ["classic", "quorum", "stream"])
def test_a_queue_that_a_stranger_forgot_is_bounded(kind: str, declared: RabbitMQ, stranger: Connection) -> None:
    channel = stranger.channel()
    name = f"subscriber.quen-{kind}"
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": kind})

    applied = {queue["name"]: queue["policy"] for queue in _rabbitmqctl(declared, "list_queues", "name", "policy")}
    [policy] = [one for one in _rabbitmqctl(declared, "list_policies") if one["name"] == applied[name]]
    channel.queue_delete(name)

    assert json.loads(policy["definition"]) == (SUBSCRIBER_STREAM_BOUNDS if kind == "stream" else SUBSCRIBER_QUEUE_BOUNDS)
    assert applied[OURS] == ""


def _rabbitmqctl(broker: RabbitMQ, command: str, *columns: str) -> list[dict[str, Any]]:
    program = [str(RABBITMQ_PROGRAMS / "rabbitmqctl"), "-n", broker.node_name, "-q", "--formatter", "json"]
    program += [command, "-p", "kiemdinh", *columns]
    environment = {**broker.environment(), "HOME": str(broker.folder)}
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_strangers_queue_that_refuses_events_does_not_stop_the_relay(declared: RabbitMQ, stranger: Connection) -> None:
    channel = stranger.channel()
    channel.queue_declare(
        "subscriber.tu-choi", exclusive=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}
    )
    channel.queue_bind("subscriber.tu-choi", EVENTS, "vn.kiemdinh.evidence.#")
    source, health_registry, stop = Source(), HealthRegistry(), threading.Event()
    source.append(20)
    relay = Relay(
        "evidence",
        SourceLog(source),
        lambda one: one,
        declared.url,
        MemoryRelayCursor(),
        topology=TOPOLOGY,
        health_registry=health_registry,
    )
    loop = threading.Thread(target=relay.run, args=(stop,))
    loop.start()
    try:
        eventually(lambda: relay.position == 20, within=30)
        assert "từ chối" in health_registry.details()["relay:evidence"]
        source.append(5)
        eventually(lambda: relay.position == 25)
    finally:
        stop.set()
        loop.join()

    heard = [from_json(message.body).sequence for message in taken_out(declared.url, OURS)]
    assert sorted(set(heard)) == numbers(25)
    assert len(heard) <= 20 * (REFUSALS + 1) + 5


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        ("subscriber", "subscriber-phong-gd"),
        ("subscriber-phong-gd", "subscriber"),
        ("subscriber-phong", "subscriber-phong-gd"),
    ],
)
@pytest.mark.parametrize("act", ["consume", "get", "purge", "delete", "bind"])
def test_an_account_does_not_reach_the_queues_of_another(who: str, whose: str, act: str, declared: RabbitMQ) -> None:
    urls = {f"subscriber-{name}": url for name, url in declared.subscriber_urls.items()}
    urls["subscriber"] = declared.subscriber_url
    queue = f"{whose}.rieng"
    acts: dict[str, Callable[[Any], Any]] = {
        "consume": lambda c: c.basic_consume(queue),
        "get": lambda c: c.basic_get(queue),
        "purge": lambda c: c.queue_purge(queue),
        "delete": lambda c: c.queue_delete(queue),
        "bind": lambda c: c.queue_bind(queue, EVENTS, "#"),
    }
    with Connection(urls[whose]) as owner, Connection(urls[who]) as other:
        owner.channel().queue_declare(queue, durable=True, auto_delete=False)
        with pytest.raises(amqp.exceptions.AccessRefused):
            acts[act](other.channel())
        owner.channel().queue_delete(queue)


def test_accounts_and_their_rights_are_those_of_the_last_start(servers_folder: Path) -> None:
    broker = RabbitMQ(servers_folder / "third-node", ["phong-gd", "so-gd"])
    with broker.while_running():
        _rabbitmqctl_do(
            broker, "set_permissions", "-p", "kiemdinh", "subscriber", ".*", ".*", ".*"
        )  # as a version before did
        ended, kept = broker.subscriber_urls["so-gd"], broker.subscriber_urls["phong-gd"]
        for url in (ended, kept):
            with Connection(url) as connection:
                connection.connect()

    broker = RabbitMQ(servers_folder / "third-node", ["phong-gd"])
    with broker.while_running():
        with Connection(broker.subscriber_urls["phong-gd"]) as connection:
            connection.connect()
        with Connection(_at(ended, broker)) as connection, pytest.raises(amqp.exceptions.AccessRefused):
            connection.connect()
        with Connection(broker.subscriber_url) as connection, pytest.raises(amqp.exceptions.AccessRefused):
            connection.channel().queue_declare("kiemdinh.thu", durable=True, auto_delete=False)


def _at(url: str, broker: RabbitMQ) -> str:
    """The same account on the port that the broker has now."""
    return re.sub(r":[0-9]+/", f":{broker.ports['amqp']}/", url)


def _rabbitmqctl_do(broker: RabbitMQ, *arguments: str) -> None:
    program = [str(RABBITMQ_PROGRAMS / "rabbitmqctl"), "-n", broker.node_name, "-q", *arguments]
    subprocess.run(program, env={**broker.environment(), "HOME": str(broker.folder)}, check=True, capture_output=True)
