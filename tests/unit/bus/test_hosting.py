"""Loops of a role: they end together, and one that ends by itself ends the role."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from shared.bus import hosting
from shared.bus.hosting import RoleEnded, run_loops, service_config, stop_on_signals
from shared.bus.vitals import Vitals


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


def test_a_loop_that_ends_by_itself_ends_the_role():
    with pytest.raises(RoleEnded, match="short: ended"):
        run_loops({"short": lambda _: None}, threading.Event())


def test_a_process_that_serves_nobody_for_long_says_so_and_recovers(monkeypatch):
    monkeypatch.setattr(hosting, "TICK_S", 0.01)
    monkeypatch.setattr(hosting, "UNRESPONSIVE_S", 0.05)
    vitals, seen = Vitals(), []

    class Stop(threading.Event):
        """A wait that comes back late once, as when something holds the only thread."""

        def wait(self, timeout: float | None = None) -> bool:
            seen.append(vitals.healthy)
            if len(seen) == 2:
                time.sleep(0.1)
            return len(seen) > 4

    hosting._tick(vitals, Stop(), {})
    assert seen == [True, True, False, True, True]
    assert "ms" in vitals.details()["hub"]


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
    assert isinstance(inside["vitals"], Vitals)
