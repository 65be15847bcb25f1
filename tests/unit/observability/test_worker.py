"""A background loop looks again at once while there is work, rests longer and longer, tells how it is, ends when told."""

from __future__ import annotations

import threading

import pytest

from shared.observability.health import HealthRegistry
from shared.observability.metrics import WORKER_STEPS
from shared.problems import Unavailable
from shared.worker import Rhythm, Worker

RHYTHM = Rhythm(idle=1.0, longest_idle=5.0, retry=2.0, longest_retry=7.0)


class HeldClock:
    """The event that ends a worker, as a clock: it notes what was waited for instead of waiting, and stops it at last."""

    def __init__(self, waits: int) -> None:
        self.waited: list[float] = []
        self._waits = waits
        self._event = threading.Event()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        if len(self.waited) == self._waits:
            self._event.set()
        return self._event.is_set()


class Scripted(Worker):
    """Does as its script says: a number of pieces of work, or an error; then nothing more is there to do."""

    def __init__(self, *script, name="scripted", health=None):
        super().__init__(name, health, RHYTHM)
        self.script = list(script)
        self.told = []

    def begin(self):
        self.told.append("begin")

    def end(self):
        self.told.append("end")

    def step(self):
        now = self.script.pop(0) if self.script else 0
        if isinstance(now, BaseException):
            raise now
        self.told.append(now)
        return now


def worked(worker, waits):
    clock = HeldClock(waits)
    worker.run(clock)
    return clock.waited


def test_rests_double_while_there_is_nothing_to_do_and_begin_anew_after_work():
    assert worked(Scripted(0, 0, 0, 0, 3, 3, 0, 0), waits=6) == [1.0, 2.0, 4.0, 5.0, 1.0, 2.0]


def test_waits_double_while_it_fails_and_begin_anew_after_a_good_step():
    away = [Unavailable("x") for _ in range(3)]

    assert worked(Scripted(*away, 1, Unavailable("x"), ZeroDivisionError()), waits=5) == [2.0, 4.0, 7.0, 2.0, 4.0]


def test_it_gets_ready_before_its_first_step_and_anew_after_each_failure():
    worker = Scripted(1, ZeroDivisionError(), 1)

    worked(worker, waits=2)

    assert worker.told == ["begin", 1, "end", "begin", 1, 0, "end"]


def test_trouble_is_told_while_it_lasts_and_no_longer():
    health_registry = HealthRegistry()
    seen = []

    class Watching(Scripted):
        def step(self):
            seen.append(dict(health_registry.details()))
            return super().step()

    worked(Watching(1, Unavailable("x"), 1, 0, name="w", health=health_registry), waits=2)

    assert [set(told) for told in seen] == [set(), set(), {"w"}, set()]
    assert "tự thử lại" in seen[2]["w"]
    assert health_registry.healthy


def test_a_failure_says_its_kind_and_not_its_text():
    health_registry = HealthRegistry()

    worked(Scripted(ValueError("Nguyễn Văn A"), name="w", health=health_registry), waits=1)

    assert "ValueError" in health_registry.details()["w"]
    assert "Nguyễn" not in health_registry.details()["w"]


def test_what_a_stop_cuts_short_is_no_trouble():
    health_registry, stop = HealthRegistry(), threading.Event()

    class Cut(Scripted):
        def step(self):
            stop.set()
            raise InterruptedError

    worker = Cut(health=health_registry)
    worker.run(stop)

    assert health_registry.healthy
    assert worker.told == ["begin", "end", "end"]


def test_steps_are_counted_by_how_they_ended():
    worked(Scripted(2, 0, Unavailable("x"), ZeroDivisionError(), name="counted"), waits=3)

    told = {sample.labels["outcome"]: sample.value for sample in _samples("counted")}
    assert told == {"worked": 1, "idle": 1, "waits": 1, "failed": 1}


def _samples(name):
    (family,) = WORKER_STEPS.collect()
    return [one for one in family.samples if one.labels["worker"] == name and one.name.endswith("_total")]


@pytest.mark.parametrize("copies", [1, 3])
def test_a_worker_ends_when_every_copy_has_ended_its_step(copies):
    stop, meeting, ended = threading.Event(), threading.Barrier(copies + 1, timeout=10), []

    class Slow(Scripted):
        def step(self):
            meeting.wait()
            stop.wait()
            ended.append(None)
            return 1

    worker = Slow()
    worker.copies = copies
    loop = threading.Thread(target=worker.run, args=(stop,))
    loop.start()
    meeting.wait()
    assert ended == []
    stop.set()
    loop.join(10)

    assert len(ended) == copies
    assert not loop.is_alive()
