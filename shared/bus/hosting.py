"""Runs a role: its nameko services and its loops (consumers, relays), until it is told to stop, then lets them finish."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Any

from shared.bus.expose import check
from shared.bus.rpc.server import BINDINGS, CALL_TOKENS, HEALTH_REGISTRY, ServiceBase
from shared.bus.rpc.wire import CallTokenIssuer
from shared.bus.transport.connections import is_inproc
from shared.bus.transport.eventlet_support import is_monkey_patched, without_deprecation_warnings
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.storage.errors import StoreFull

with without_deprecation_warnings():
    from nameko.runners import ServiceRunner

Loop = Callable[[threading.Event], None]
"""Something that runs until the event is set: `Consumer.run`, `Relay.run`, or a worker of a service's own."""

TICK_S = 0.5
UNRESPONSIVE_S = 5.0
"""A process whose tick comes later than this does something that it should not do in this process."""

ROOM_PAUSE_S = 2.0
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

JOIN_S = 30.0
"""How long a loop may take to finish what it is doing; a kill is safe anyway."""

journal = Journal("bus.hosting")


class RoleEnded(Exception):
    """A part of the role ended that should not have: the process ends too, and the launcher starts it again."""


def service_config(
    amqp_uri: str,
    bindings: Mapping[str, Any],
    call_tokens: CallTokenIssuer,
    *,
    health_registry: HealthRegistry | None = None,
    max_workers: int = 10,
) -> dict[str, Any]:
    """Return nameko's configuration for a role; `bindings` maps service names to their applications."""
    return {
        "AMQP_URI": amqp_uri,
        "HEARTBEAT": 0 if is_inproc(amqp_uri) else 30,
        "ACCEPT": ["json"],
        "max_workers": max_workers,
        BINDINGS: dict(bindings),
        CALL_TOKENS: call_tokens,
        HEALTH_REGISTRY: health_registry or HealthRegistry(),
    }


def stop_on_signals(stop: threading.Event) -> None:
    """Set `stop` at SIGTERM or SIGINT. In its own thread: a handler may not take locks that the interrupted code holds.

    Under eventlet in a greenlet: the signal mostly arrives while eventlet's hub waits, where no thread can be started.
    """

    def in_a_thread(*_: object) -> None:
        threading.Thread(target=stop.set, daemon=True).start()

    def in_a_greenlet(*_: object) -> None:
        with without_deprecation_warnings():
            import eventlet

        eventlet.spawn_n(stop.set)

    tell = in_a_greenlet if is_monkey_patched() else in_a_thread

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)


def run_services(
    services: Iterable[type[ServiceBase]],
    config: dict[str, Any],
    stop: threading.Event,
    *,
    loops: Mapping[str, Loop] | None = None,
    ready: threading.Event | None = None,
) -> None:
    """Serve `services` and run `loops` (name → loop) until `stop` is set; what was begun is finished before this returns.

    `ready` is set once every service takes calls. Raises RoleEnded when a part ends by itself, TypeError for an application
    that does not answer what its service offers. A process under eventlet calls
    `shared.bus.transport.eventlet_support.monkey_patch` before anything else.
    """
    runner = ServiceRunner(config)
    for service in services:
        if getattr(service, "operations", ()):
            check(service, config[BINDINGS][service.name])
        runner.add_service(service)
    ended: dict[str, str] = {}
    start = _watched("start", runner.start, ended)
    _wait_until(lambda: stop.is_set() or not start.is_alive())
    if not stop.is_set() and not ended:
        if ready is not None:
            ready.set()
        _watched("services", runner.wait, ended)
        _run(dict(loops or {}), config[HEALTH_REGISTRY], stop, ended)
    runner.stop()
    _raise_ended(ended)


def run_loops(loops: Mapping[str, Loop], stop: threading.Event, *, health_registry: HealthRegistry | None = None) -> None:
    """Run loops without any service, in a plain or eventlet process, until `stop` is set. Raises RoleEnded."""
    ended: dict[str, str] = {}
    _run(dict(loops), health_registry or HealthRegistry(), stop, ended)
    _raise_ended(ended)


def _raise_ended(ended: Mapping[str, str]) -> None:
    if ended:
        raise RoleEnded(", ".join(f"{name}: {how}" for name, how in sorted(ended.items())))


def _run(loops: dict[str, Loop], health_registry: HealthRegistry, stop: threading.Event, ended: dict[str, str]) -> None:
    threads = [
        _watched(name, partial(_run_again_when_full, name, loop, health_registry, stop), ended, expected=stop)
        for name, loop in loops.items()
    ]
    try:
        _tick(health_registry, stop, ended)
    finally:
        stop.set()
        until = monotonic() + JOIN_S
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))


def _run_again_when_full(name: str, loop: Loop, health_registry: HealthRegistry, stop: threading.Event) -> None:
    """Run a loop; one that meets a full disk is run again after a while, for it ends nothing that others still can do."""
    while True:
        try:
            return loop(stop)
        except (OSError, StoreFull) as error:
            if isinstance(error, OSError) and error.errno not in _NO_ROOM:
                raise
            journal.error("part-waits-for-room", error=error, part=name)
            health_registry.report_failure(name, "Ổ đĩa đầy; phần này chạy tiếp khi có chỗ.")
            stop.wait(ROOM_PAUSE_S)
            health_registry.clear_failure(name)
            if stop.is_set():
                return None


def _tick(health_registry: HealthRegistry, stop: threading.Event, ended: Mapping[str, str]) -> None:
    """Wait for the end, and notice how late each tick comes: under eventlet, something blocked everybody that long."""
    due = monotonic() + TICK_S
    while not stop.wait(max(0.0, due - monotonic())) and not ended:
        late = monotonic() - due
        health_registry.set_detail("hub", f"{late * 1000:.0f} ms")
        if late > UNRESPONSIVE_S:
            health_registry.report_failure("hub", f"Tiến trình đứng {late:.0f} giây không phục vụ ai.")
            journal.warning("hub-blocked", seconds=round(late, 1))
        else:
            health_registry.clear_failure("hub")
        due = monotonic() + TICK_S


def _watched(
    name: str, work: Callable[[], Any], ended: dict[str, str], *, expected: threading.Event | None = None
) -> threading.Thread:
    """Run `work` in a thread; when it fails, or ends before it was expected to, say so in `ended`."""

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  # told in `ended`
            ended[name] = type(error).__name__
            journal.error("part-failed", error=error, part=name)
        else:
            if expected is not None and not expected.is_set():
                ended[name] = "ended"

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def _wait_until(condition: Callable[[], bool], look_s: float = 0.02) -> None:
    pause = threading.Event()
    while not condition():
        pause.wait(look_s)
