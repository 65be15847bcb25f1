"""Brokers restart, alarm and forget; processes are killed: effects stay exactly once and in order."""

from __future__ import annotations

import contextlib
import random
import secrets
import subprocess
import sys
import threading
import time

import pytest
from amqp.exceptions import AMQPError

from deploy.servers import RabbitMQ
from deploy.servers.process import write_secret
from shared.bus.events.relay import Relay
from shared.bus.events.relay_cursor import MemoryRelayCursor, SqlRelayCursor
from shared.bus.events.topology import Subscription, Topology, TopologyConflict, events_queue, queue_name
from shared.bus.transport.connections import connected
from shared.clock import SystemClock
from shared.contracts.calls import Health, Nothing
from shared.contracts.events.base import from_json
from shared.identity.call_context import system
from shared.identity.call_token import CallTokens
from shared.problems import Unavailable
from tests.contract.bus.scene import EventPublisher, Scene, Source, eventually, numbers, running, taken_out
from tests.integration.bus.killable import SourceLog, SqlRecordingHandler

pytestmark = pytest.mark.server

KILLABLE = [sys.executable, "-m", "tests.integration.bus.killable"]


def killable(role: str, amqp: str, name: str, folder, total: int) -> subprocess.Popen[str]:
    process = subprocess.Popen([*KILLABLE, role, amqp, name, str(folder), str(total)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
def test_a_consumer_that_is_killed_again_and_again_has_each_effect_once_and_in_order(amqp, consumer_name, tmp_path):
    total, dice = 400, random.Random(11)
    publisher = EventPublisher(amqp, Subscription(consumer_name, ("evidence",)))
    source = Source()
    publisher.send(*source.append(total))
    publisher.close()
    handler = SqlRecordingHandler(tmp_path / "effects.sqlite")
    for _ in range(8):
        process = killable("consumer", amqp, consumer_name, tmp_path, total)
        time.sleep(dice.uniform(0.15, 0.5))
        end(process)
    process = killable("consumer", amqp, consumer_name, tmp_path, total)
    try:
        eventually(lambda: handler.received_position("evidence") == total, within=60)
    finally:
        end(process)
    assert handler.effects() == numbers(total)


@pytest.mark.slow
def test_a_relay_that_is_killed_again_and_again_skips_nothing_and_keeps_the_order(amqp, consumer_name, tmp_path):
    total, dice = 3000, random.Random(5)
    for _ in range(8):
        process = killable("relay", amqp, consumer_name, tmp_path, total)
        time.sleep(dice.uniform(0.05, 0.3))
        end(process)
    process = killable("relay", amqp, consumer_name, tmp_path, total)
    progress = SqlRelayCursor(f"sqlite:///{tmp_path}/progress.sqlite")
    try:
        eventually(lambda: progress.load("evidence") == total, within=60)
    finally:
        end(process)
        progress.close()
    sequences = [from_json(message.body).sequence for message in taken_out(amqp, queue_name(consumer_name, "evidence"))]
    firsts = list(dict.fromkeys(sequences))
    assert firsts == numbers(total)


@pytest.mark.slow
def test_a_broker_that_restarts_under_relay_and_consumer_costs_nothing(broker, consumer_name, tmp_path):
    source = Source()
    stop = threading.Event()
    with running(Scene(broker.url, consumer_name, source)) as scene:
        progress = SqlRelayCursor(f"sqlite:///{tmp_path}/progress.sqlite")
        topology = Topology([scene.consumer.subscription])
        relay = Relay("evidence", SourceLog(source), lambda one: one, broker.url, progress, topology=topology)
        thread = threading.Thread(target=relay.run, args=(stop,))
        thread.start()
        try:
            source.append(100)
            eventually(lambda: len(scene.effects) > 20)
            scene.source.silent = True  # the queue alone must do
            broker.server.stop()
            source.append(100)
            time.sleep(1.0)
            assert not scene.health_registry.healthy
            broker.server.start()
            eventually(lambda: scene.effects == numbers(200), within=60)
        finally:
            stop.set()
            thread.join(20)
            progress.close()
        assert not thread.is_alive()


@pytest.mark.slow
def test_with_the_broker_away_the_feed_keeps_the_consumer_up_to_date(broker, consumer_name):
    import msgspec

    from tests.contract.bus.scene import QUICK

    retry_policy = msgspec.structs.replace(QUICK, poll=0.3)
    with running(Scene(broker.url, consumer_name, retry_policy=retry_policy)) as scene:
        eventually(lambda: scene.source.asked > 1)
        broker.server.stop()
        try:
            scene.source.append(7)
            eventually(lambda: scene.effects == numbers(7), within=20)
        finally:
            broker.server.start()


SERVED = [sys.executable, "-m", "tests.contract.bus.rpc_promises", "serve"]


@contextlib.contextmanager
def answering(amqp: str):
    key = secrets.token_bytes(32)
    process = subprocess.Popen([*SERVED, amqp, key.hex()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield CallTokens(key, SystemClock())
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


@pytest.fixture
def role(amqp):
    """An eventlet role that answers calls, and the call tokens it opens."""
    with answering(amqp) as call_tokens:
        yield call_tokens


@pytest.mark.slow
def test_a_pool_finds_its_service_again_after_the_broker_restarted_and_deadlines_hold_meanwhile(broker, role):
    from shared.bus.rpc.pool import RpcConnectionPool

    pool = RpcConnectionPool(broker.url, role, size=2)

    def health(timeout: float = 2.0) -> bool:
        return pool.call("assessment", "health", system("thử"), Nothing(), Health, timeout=timeout).healthy

    def answered() -> bool:
        try:
            return health()
        except Unavailable:
            return False

    assert health()
    broker.server.stop()
    try:
        start = time.monotonic()
        with pytest.raises(Unavailable):
            health(timeout=1.0)
        assert time.monotonic() - start < 4.5
    finally:
        broker.server.start()
    eventually(answered, within=30)
    pool.close()


def reply_queues(broker) -> set[str]:
    return {row["name"] for row in queues(broker) if row["name"].startswith("rpc.reply-")}


def queues(broker) -> list[dict]:
    return broker.list("list_queues", "-p", "kiemdinh", "name", "type", "durable", "exclusive", "arguments")


@pytest.mark.slow
def test_reply_queues_are_not_left_behind(broker, role):
    from shared.bus.rpc.pool import RpcConnectionPool

    before = reply_queues(broker)  # a broker that was stopped keeps some until they expire
    for _ in range(3):
        pool = RpcConnectionPool(broker.url, role, size=2)
        assert pool.call("assessment", "health", system("thử"), Nothing(), Health).healthy
        assert len(reply_queues(broker) - before) == 1
        pool.close()
    assert reply_queues(broker) == before


@pytest.mark.slow
def test_in_a_memory_alarm_calls_end_at_their_deadline_and_the_relay_waits_without_losing_anything(
    broker, role, consumer_name, tmp_path
):
    from shared.bus.rpc.pool import RpcConnectionPool

    source = Source()
    progress = SqlRelayCursor(f"sqlite:///{tmp_path}/progress.sqlite")
    topology = Topology([Subscription(consumer_name, ("evidence",))])
    relay = Relay("evidence", SourceLog(source), lambda one: one, broker.url, progress, topology=topology)
    pool = RpcConnectionPool(broker.url, role, size=2)
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        source.append(10)
        eventually(lambda: relay.position == 10)
        broker.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
        try:
            time.sleep(1.5)
            source.append(50)
            start = time.monotonic()
            with pytest.raises(Unavailable):
                pool.call("assessment", "health", system("thử"), Nothing(), Health, timeout=1.0)
            assert time.monotonic() - start < 4.5
            assert relay.position == 10
        finally:
            broker.ctl("set_vm_memory_high_watermark", "0.4")
        eventually(lambda: relay.position == 60, within=30)
    finally:
        stop.set()
        thread.join(20)
        pool.close()
        progress.close()
    assert not thread.is_alive()


@pytest.mark.slow
def test_every_queue_is_ready_for_rabbitmq_4_3(broker, role, consumer_name):
    """4.3 refuses transient non-exclusive queues and channel-wide prefetch; 3.10 cannot, so we look."""
    from shared.bus.rpc.pool import RpcConnectionPool

    pool = RpcConnectionPool(broker.url, role, size=1)
    with running(Scene(broker.url, consumer_name)) as scene:
        eventually(lambda: scene.source.asked > 1)
        pool.call("assessment", "health", system("thử"), Nothing(), Health)
        declared = {row["name"]: row for row in queues(broker)}
        assert {"rpc-assessment", "kiemdinh.dead-letters", queue_name(consumer_name, "evidence")} <= declared.keys()
        for row in declared.values():
            assert row["durable"] or row["exclusive"], row
        ours = declared[queue_name(consumer_name, "evidence")]
        assert ours["type"] == "quorum"
        arguments = {name: value for name, _, value in ours["arguments"]}
        assert arguments["x-delivery-limit"] == 20
        assert declared["rpc-assessment"]["type"] == "classic"
        if broker.version < (4, 0):  # later ones have no such column
            channels = broker.list("list_channels", "consumer_count", "prefetch_count", "global_prefetch_count")
            consuming = [row for row in channels if row["consumer_count"]]
            assert consuming
            assert all(row["global_prefetch_count"] == 0 for row in channels), channels
        consumers = broker.list("list_consumers", "-p", "kiemdinh", "queue_name", "prefetch_count")
        ours_consuming = [row for row in consumers if row["queue_name"].startswith(("kiemdinh.", "rpc-"))]
        assert ours_consuming
        assert all(row["prefetch_count"] > 0 for row in ours_consuming), consumers
    pool.close()


class WithoutTheDeprecated(RabbitMQ):
    """A broker that refuses today what later ones no longer know."""

    def prepare(self) -> None:
        super().prepare()
        refused = "".join(
            f"deprecated_features.permit.{name} = false\n" for name in ("global_qos", "transient_nonexcl_queues")
        )
        configuration = self.folder / "rabbitmq.conf"
        write_secret(configuration, configuration.read_text(encoding="ascii") + refused)


@pytest.mark.slow
def test_nothing_on_the_bus_needs_what_rabbitmq_has_deprecated(broker, consumer_name, tmp_path):
    from shared.bus.rpc.pool import RpcConnectionPool

    if broker.version < (3, 13):
        pytest.skip("this RabbitMQ has nothing deprecated to refuse; its queues and channels are looked at above")
    server = WithoutTheDeprecated(tmp_path / "rabbitmq")
    with contextlib.ExitStack() as held:
        server.start()
        held.callback(server.stop)
        with connected(server.url) as connection, connection.channel() as channel, pytest.raises(AMQPError):
            channel.queue_declare(queue="transient", durable=False, exclusive=False, auto_delete=False)
        scene = held.enter_context(running(Scene(server.url, consumer_name)))
        source = scene.source
        topology = Topology([scene.consumer.subscription])
        relay = Relay("evidence", SourceLog(source), lambda one: one, server.url, MemoryRelayCursor(), topology=topology)
        stop = threading.Event()
        thread = threading.Thread(target=relay.run, args=(stop,))
        thread.start()
        held.callback(thread.join, 20)
        held.callback(stop.set)
        source.append(20)
        eventually(lambda: scene.effects == numbers(20), within=30)
        pool = RpcConnectionPool(server.url, held.enter_context(answering(server.url)), size=1)
        held.callback(pool.close)
        assert pool.call("assessment", "health", system("thử"), Nothing(), Health).healthy


def test_a_queue_of_another_shape_is_a_conflict_that_is_told_and_not_a_silent_loop(broker, consumer_name):
    queue = events_queue(consumer_name, "evidence")
    with connected(broker.url) as connection, connection.channel() as channel:
        channel.queue_declare(queue=queue.name, durable=True, auto_delete=False)
    with pytest.raises(TopologyConflict):
        Topology([Subscription(consumer_name, ("evidence",))]).declare_at(broker.url)
    with connected(broker.url) as connection, connection.channel() as channel:
        channel.queue_delete(queue.name)
