"""How fast calls are: ours, with call token and checks, against bare nameko RPC on the same broker in the same run.

Ours: pool → call token, decode, permission, encode. Bare: a nameko method that returns what it got, called through nameko's
own standalone proxy. In-process: caller and service in one eventlet process. RabbitMQ: the service in one such process, the
caller in this plain one, one call at a time, as a web server's thread does it.
"""

import argparse
import json
import os
import secrets
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

AIM = 0.9
WARM_UP = 50


def serve(amqp: str, key: bytes, stop: threading.Event, ready: threading.Event) -> None:
    from nameko.rpc import rpc as bare_rpc

    from shared.bus.hosting import run_services, service_config
    from shared.bus.rpc.server import ServiceBase, rpc
    from shared.clock import SystemClock
    from shared.contracts.calls import Done, FeedRequest
    from shared.identity.call_context import CallContext
    from shared.identity.call_token import CallTokens

    class Ours(ServiceBase):
        name = "evidence"

        @rpc
        def progress(self, acting: CallContext, request: FeedRequest) -> Done:
            return Done(position=request.after)

    class Bare:
        name = "bare"

        @bare_rpc
        def progress(self, request: dict[str, Any]) -> dict[str, Any]:
            return {"position": request["after"]}

    config = service_config(amqp, {"evidence": object()}, CallTokens(key, SystemClock()))
    run_services([Ours, Bare], config, stop, ready=ready)  # type: ignore[list-item]  # the bare one is nameko's own kind


def callers(amqp: str, key: bytes) -> tuple[Callable[[int], None], Callable[[int], None], Callable[[], None]]:
    from nameko.standalone.rpc import ClusterRpcProxy

    from shared.bus.rpc.pool import RpcConnectionPool
    from shared.clock import SystemClock
    from shared.contracts.calls import Done, FeedRequest
    from shared.identity.call_context import system
    from shared.identity.call_token import CallTokens

    pool = RpcConnectionPool(amqp, CallTokens(key, SystemClock()), size=1)
    acting = system("bench", correlation="b")
    proxy = ClusterRpcProxy({"AMQP_URI": amqp}, timeout=10)
    bare = proxy.start()

    def ours(n: int) -> None:
        assert pool.call("evidence", "progress", acting, FeedRequest(after=n), Done).position == n

    def plain(n: int) -> None:
        assert bare.bare.progress({"after": n, "limit": 100}) == {"position": n}

    def close() -> None:
        pool.close()
        proxy.stop()

    return ours, plain, close


def per_second(call: Callable[[int], None], count: int) -> float:
    start = time.perf_counter()
    for n in range(count):
        call(n)
    return count / (time.perf_counter() - start)


def compare(amqp: str, key: bytes, count: int, rounds: int) -> dict[str, float]:
    """Measure in short turns, each first every other time, so that a noisy neighbour slows both; medians are compared."""
    ours, bare, close = callers(amqp, key)
    per_second(ours, WARM_UP)
    per_second(bare, WARM_UP)
    measured: list[tuple[float, float]] = []
    for turn in range(rounds):
        if turn % 2:
            measured.append((per_second(ours, count), per_second(bare, count)))
        else:
            measured.append((per_second(bare, count), per_second(ours, count))[::-1])
    close()
    our, limit = (statistics.median(column) for column in zip(*measured, strict=True))
    return {"ours": round(our), "bare": round(limit), "ratio": round(our / limit, 2)}


def in_eventlet_process(mode: str, amqp: str, key: bytes, count: int, rounds: int) -> None:
    from shared.bus.transport.eventlet_support import monkey_patch

    monkey_patch()
    stop, ready = threading.Event(), threading.Event()
    server = threading.Thread(target=serve, args=(amqp, key, stop, ready))
    server.start()
    assert ready.wait(30)
    if mode == "serve":
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], 0.2)[0]:
            pass
    else:
        print(json.dumps(compare(amqp, key, count, rounds)), flush=True)
    stop.set()
    server.join(20)


def eventlet_process(mode: str, amqp: str, key: bytes, count: int, rounds: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--mode", mode, "--amqp", amqp, "--key", key.hex()]
    return subprocess.Popen(
        [*command, "--count", str(count), "--rounds", str(rounds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )


def on_inproc(count: int, rounds: int) -> dict[str, float]:
    with eventlet_process("compare", "inproc://localhost/", secrets.token_bytes(32), count, rounds) as process:
        return json.loads(process.communicate()[0])


def on_rabbitmq(amqp: str, count: int, rounds: int) -> dict[str, float]:
    key = secrets.token_bytes(32)
    with eventlet_process("serve", amqp, key, count, rounds) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        result = compare(amqp, key, count, rounds)
        process.stdin.close()
    return result


def main() -> None:
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="calls a round")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--amqp", default="", help="a broker to use instead of starting one")
    parser.add_argument("--mode", default="", help=argparse.SUPPRESS)
    parser.add_argument("--key", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.mode:
        in_eventlet_process(chosen.mode, chosen.amqp, bytes.fromhex(chosen.key), chosen.count, chosen.rounds)
        return
    results = {"inproc": on_inproc(chosen.count, chosen.rounds)}
    if chosen.amqp:
        results["rabbitmq"] = on_rabbitmq(chosen.amqp, chosen.count, chosen.rounds)
    else:
        from deploy.servers import RabbitMQ

        with tempfile.TemporaryDirectory(prefix="kiemdinh-bench-") as folder:
            server = RabbitMQ(Path(folder))
            server.start()
            try:
                results["rabbitmq"] = on_rabbitmq(server.url, chosen.count, chosen.rounds)
            finally:
                server.stop()
    print(f"{'broker':<10}{'ours /s':>10}{'bare /s':>10}{'ratio':>8}   (aim {AIM})")
    for broker, result in results.items():
        print(f"{broker:<10}{result['ours']:>10}{result['bare']:>10}{result['ratio']:>8}")
    print(json.dumps({"bench": "rpc", "aim": AIM, **results}))


if __name__ == "__main__":
    main()
