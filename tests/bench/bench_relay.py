"""How fast the relay publishes, against bare confirmed publishing of the same bytes to the same queue in the same run.

The relay reads a log in SQLite, makes public events of them, publishes these, stores its progress. Two limits: *batched*
publishes ready-made bytes through py-amqp, as many under way at once as the relay has, and does nothing else; *one by one*
waits for each confirmation, as kombu does when told to confirm. The aim is for RabbitMQ, against the stricter one; the
broker inside the process confirms nothing, so its bare row is a plain put into a queue and has no aim.
"""

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import time
import uuid
import warnings
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[2]))

from kombu import Connection

from shared.bus.events.publishing import cloud_event
from shared.bus.events.relay import BATCH, CONTENT_TYPE, Relay
from shared.bus.events.relay_cursor import SqlRelayCursor
from shared.bus.events.topology import Subscription, Topology, queue_name
from shared.bus.transport.connections import INPROC_URL, connected
from shared.clock import SystemClock
from shared.contracts.events.base import EXCHANGE, CloudEvent, PublicEvent, to_json
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.eventlog.log import RecordedEvent
from shared.storage.database_url import StoreSettings

AIM = 0.8


class Judged(Fact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "bench.judged"
    school: str
    criterion: str
    level: int
    indicator: str
    result: str


class JudgedPublicly(PublicEvent, frozen=True, kw_only=True):
    SERVICE: ClassVar[str] = "bench"
    FACT: ClassVar[str] = "judged"
    school: str
    criterion: str
    level: int
    indicator: str
    result: str


class School(Aggregate):
    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        pass


class Application(EventSourcedApplication):
    name = "bench"
    facts = FactRegistry([Judged])

    def published(self, logged: RecordedEvent) -> CloudEvent:
        fact = logged.entry.fact
        assert isinstance(fact, Judged)
        public_event = JudgedPublicly(
            school=fact.school, criterion=fact.criterion, level=fact.level, indicator=fact.indicator, result=fact.result
        )
        return cloud_event(self.installation, logged, public_event, f"school/{fact.school}")


def filled(folder: Path, count: int) -> Application:
    application = Application(StoreSettings(f"sqlite:///{folder}/log.sqlite"), SystemClock(), installation="bench")
    meta = EventMetadata(actor="system:bench", occurred=SystemClock().now(), correlation=str(uuid.uuid4()))

    def judge(school: School) -> None:
        for n in range(100):
            school.record(Judged(school="TH-BC", criterion="1.1", level=n % 3 + 1, indicator="a", result="dat"), meta)

    for _ in range(count // 100):
        application.change(School, uuid.uuid4(), judge)
    return application


def emptied(amqp: str, name: str) -> int:
    with connected(amqp) as connection, connection.channel() as channel:
        return int(channel.queue_purge(queue_name(name, "bench")))


def relayed(amqp: str, application: Application, topology: Topology, folder: Path) -> float:
    with contextlib.closing(SqlRelayCursor(f"sqlite:///{folder}/progress-{uuid.uuid4().hex}.sqlite")) as progress:
        relay = Relay("bench", application.log, application.published, amqp, progress, topology=topology)
        start = time.perf_counter()
        relay.publish_available()
        return time.perf_counter() - start


def batched(amqp: str, ready: list[tuple[bytes, str, str]]) -> float:
    """py-amqp alone: a batch under way, then wait until all of it is confirmed."""
    start = time.perf_counter()
    with Connection(amqp) as connection:
        channel = connection.channel()
        confirmed = [0]

        def on_ack(tag: int, multiple: bool) -> None:
            confirmed[0] = max(confirmed[0], tag) if multiple else confirmed[0] + 1

        channel.confirm_select()
        channel.events["basic_ack"].add(on_ack)
        for at in range(0, len(ready), BATCH):
            for body, routing_key, message_id in ready[at : at + BATCH]:
                message = channel.prepare_message(
                    body,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    properties={"delivery_mode": 2, "message_id": message_id},
                )
                channel.basic_publish(message, exchange=EXCHANGE, routing_key=routing_key, mandatory=True)
            while confirmed[0] < min(at + BATCH, len(ready)):
                connection.drain_events(timeout=30)
    return time.perf_counter() - start


def one_by_one(amqp: str, ready: list[tuple[bytes, str, str]], *, confirm: bool = True) -> float:
    start = time.perf_counter()
    with Connection(amqp, transport_options={"confirm_publish": True} if confirm else {}) as connection:
        producer = connection.Producer(auto_declare=False)
        for body, routing_key, message_id in ready:
            producer.publish(
                body,
                exchange=EXCHANGE,
                routing_key=routing_key,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                mandatory=True,
                message_id=message_id,
            )
    return time.perf_counter() - start


def measure(amqp: str, count: int, rounds: int) -> dict[str, Any]:
    name = f"bench{uuid.uuid4().hex[:8]}"
    topology = Topology([Subscription(name, ("bench",))])
    topology.declare_at(amqp)
    inproc = amqp == INPROC_URL
    times: dict[str, list[float]] = {"relay": [], "bare": []}
    with tempfile.TemporaryDirectory(prefix="kiemdinh-bench-") as folder:
        application = filled(Path(folder), count)
        events = [application.published(logged) for logged in application.log.read(0, count)]
        ready = [(to_json(event), event.type, event.id) for event in events]
        for turn in range(rounds):
            # Short turns, each first every other time, so that a noisy neighbour slows both.
            for kind in ("relay", "bare") if turn % 2 else ("bare", "relay"):
                if kind == "relay":
                    took = relayed(amqp, application, topology, Path(folder))
                else:
                    took = one_by_one(amqp, ready, confirm=False) if inproc else batched(amqp, ready)
                times[kind].append(took)
                assert emptied(amqp, name) == count
        single = 0.0 if inproc else one_by_one(amqp, ready[: count // 5]) * 5
        application.close()
    relay, bare = (statistics.median(times[key]) for key in ("relay", "bare"))
    result = {"relay": round(count / relay), "bare": round(count / bare), "ratio": round(bare / relay, 2)}
    return result | ({"one_by_one": round(count / single)} if single else {})


def main() -> None:
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="events a round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--amqp", default="", help="a broker to use instead of starting one")
    chosen = parser.parse_args()
    results = {"inproc": measure(INPROC_URL, chosen.count, chosen.rounds)}
    if chosen.amqp:
        results["rabbitmq"] = measure(chosen.amqp, chosen.count, chosen.rounds)
    else:
        from deploy.servers import RabbitMQ

        with tempfile.TemporaryDirectory(prefix="kiemdinh-bench-") as folder:
            server = RabbitMQ(Path(folder))
            server.start()
            try:
                results["rabbitmq"] = measure(server.url, chosen.count, chosen.rounds)
            finally:
                server.stop()
    print(f"{'broker':<10}{'relay /s':>10}{'bare /s':>10}{'one by one /s':>15}{'ratio':>8}   (aim {AIM} on rabbitmq)")
    for broker, row in results.items():
        print(f"{broker:<10}{row['relay']:>10}{row['bare']:>10}{row.get('one_by_one', '-'):>15}{row['ratio']:>8}")
    print(json.dumps({"bench": "relay", "aim": {"rabbitmq": AIM}, **results}))


if __name__ == "__main__":
    main()
