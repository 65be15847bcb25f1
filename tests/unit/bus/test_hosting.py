"""Loops of a role: they end together, and one that ends by itself ends the role."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time

import pytest

from shared.bus import hosting
from shared.bus.hosting import RoleEnded, run_loops, service_config, stop_on_signals
from shared.observability.health import HealthRegistry
from shared.storage.errors import StoreFull


def waits(stop: threading.Event) -> None:
    stop.wait(10)


def test_loops_end_when_they_are_told_to():
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    run_loops({"a": waits, "b": waits}, stop)


def test_a_loop_that_fails_ends_the_role_and_the_others():
    def fails(_: threading.Event) -> None:
        raise KeyError

    others = []

    def other(stop: threading.Event) -> None:
        others.append(stop.wait(10))

    with pytest.raises(RoleEnded, match="bad: KeyError"):
        run_loops({"bad": fails, "good": other}, threading.Event())
    assert others == [True]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), OSError(errno.EDQUOT, "quota"), StoreFull("full")])
def test_a_loop_that_meets_a_full_disk_is_run_again_and_ends_nobody(monkeypatch, error):
    monkeypatch.setattr(hosting, "ROOM_PAUSE_S", 0.01)
    stop, health_registry, runs = threading.Event(), HealthRegistry(), []

    def fills(stop: threading.Event) -> None:
        runs.append(health_registry.healthy)
        if len(runs) < 3:
            raise error
        stop.set()

    run_loops({"fills": fills}, stop, health_registry=health_registry)
    assert runs == [True, True, True]
    assert health_registry.healthy


def test_a_loop_on_a_full_disk_can_be_told_to_stop(monkeypatch):
    stop = threading.Event()

    def fills(stop: threading.Event) -> None:
        threading.Timer(0.05, stop.set).start()
        raise OSError(errno.ENOSPC, "full")

    run_loops({"fills": fills}, stop)


def test_another_error_of_the_system_still_ends_the_role():
    def fails(_: threading.Event) -> None:
        raise OSError(errno.EADDRINUSE, "taken")

    with pytest.raises(RoleEnded, match="bad: OSError"):
        run_loops({"bad": fails}, threading.Event())


def test_a_loop_that_ends_by_itself_ends_the_role():
    with pytest.raises(RoleEnded, match="short: ended"):
        run_loops({"short": lambda _: None}, threading.Event())


def test_a_process_that_serves_nobody_for_long_says_so_and_recovers(monkeypatch):
    monkeypatch.setattr(hosting, "TICK_S", 0.01)
    monkeypatch.setattr(hosting, "UNRESPONSIVE_S", 0.05)
    health_registry, seen = HealthRegistry(), []

    class Stop(threading.Event):
        """A wait that comes back late once, as when something holds the only thread."""

        def wait(self, timeout: float | None = None) -> bool:
            seen.append(health_registry.healthy)
            if len(seen) == 2:
                time.sleep(0.1)
            return len(seen) > 4

    hosting._tick(health_registry, Stop(), {})
    assert seen == [True, True, False, True, True]
    assert "ms" in health_registry.details()["hub"]


def test_a_signal_sets_the_stop():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    stop = threading.Event()
    try:
        stop_on_signals(stop)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_the_brokers_differ_in_heartbeats_only():
    inside = service_config("inproc://localhost/", {"a": 1}, object())
    outside = service_config("amqp://localhost/", {"a": 1}, object(), max_workers=3)
    assert (inside["HEARTBEAT"], outside["HEARTBEAT"]) == (0, 30)
    assert outside["max_workers"] == 3
    assert inside["bindings"] == {"a": 1}
    assert isinstance(inside["health_registry"], HealthRegistry)
