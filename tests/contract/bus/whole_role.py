"""A whole role in one eventlet process: a service with a log, its relay, and a consumer that asks its feed over the bus.

``python -m tests.contract.bus.whole_role AMQP NAME COUNT``: appends events while everything runs, prints what came of it as
JSON, then waits for SIGTERM.
"""

from __future__ import annotations

from shared.bus.transport.eventlet_support import monkey_patch

monkey_patch()

import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402

from shared.bus.events.consumer import Consumer  # noqa: E402
from shared.bus.events.dead_letters import DeadLetters  # noqa: E402
from shared.bus.events.relay import Relay  # noqa: E402
from shared.bus.events.relay_cursor import SqlRelayCursor  # noqa: E402
from shared.bus.events.topology import Topology  # noqa: E402
from shared.bus.hosting import run_services, service_config, stop_on_signals  # noqa: E402
from shared.bus.rpc.pool import RpcConnectionPool  # noqa: E402
from shared.bus.rpc.server import ServiceBase  # noqa: E402
from shared.clock import SystemClock  # noqa: E402
from shared.identity.call_token import CallTokens  # noqa: E402
from tests.contract.bus.scene import INSTALLATION, RecordingHandler, Source, eventually, numbers  # noqa: E402


class Keeper:
    """An application whose log is a list of public events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.log = self

    def head(self) -> int:
        return len(self.source.events)

    def read(self, after: int, limit: int = 500):
        return self.source.events[after : after + limit]

    def published(self, event):
        return event


class EvidenceService(ServiceBase):
    name = "evidence"


def main() -> None:
    amqp, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    source, handler = Source(), RecordingHandler()
    keeper = Keeper(source)
    call_tokens = CallTokens(b"k" * 32, SystemClock())
    pool = RpcConnectionPool(amqp, call_tokens, size=2)
    config = service_config(amqp, {"evidence": keeper}, call_tokens)
    dead_letters = DeadLetters("sqlite://", SystemClock())
    consumer = Consumer(
        name, handler, pool, amqp, dead_letters, installation=INSTALLATION, health_registry=config["health_registry"]
    )
    topology = Topology([consumer.subscription])
    relay = Relay("evidence", keeper, keeper.published, amqp, SqlRelayCursor("sqlite://"), topology=topology)
    stop, ready = threading.Event(), threading.Event()
    stop_on_signals(stop)

    def story() -> None:
        ready.wait(20)
        source.append(3)  # read at start, from the feed or the queue
        eventually(lambda: handler.effects["evidence"] == numbers(3))
        for _ in range(count // 10):
            source.append(10)
            time.sleep(0.002)
        eventually(lambda: handler.effects["evidence"] == numbers(3 + count // 10 * 10), within=20)
        time.sleep(0.5)
        used, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        time.sleep(2)
        now = resource.getrusage(resource.RUSAGE_SELF)
        idle = (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / (time.monotonic() - start)
        print(json.dumps({"effects": len(handler.effects["evidence"]), "idle_cpu": round(idle, 3)}), flush=True)

    threading.Thread(target=story, daemon=True).start()
    run_services([EvidenceService], config, stop, loops={"relay": relay.run, "consumer": consumer.run}, ready=ready)
    pool.close()
    dead_letters.close()
    print("ended", flush=True)


if __name__ == "__main__":
    main()
