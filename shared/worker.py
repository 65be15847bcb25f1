"""The one way a background loop goes: do some work, rest when there is none, wait longer while it fails, report how it is.

Home-made, for what there is elsewhere brings a queue of its own (celery, dramatiq) or an event loop: our work waits in a log
or in tables, is found by looking, and runs in threads, in processes and under eventlet alike. kombu's `retry_over_time` and
`ensure_connection` add to their pauses instead of doubling them, hear a stop once a second only, and know no rest.
"""

from __future__ import annotations

import abc
import threading
from typing import Protocol

import msgspec

from shared.logs import Journal
from shared.observability.metrics import WORKER_STEPS
from shared.problems import Problem

journal = Journal("worker")


class WorkerHealth(Protocol):
    """Where a worker says how it is (shared.observability.health.HealthRegistry)."""

    def report_failure(self, component: str, text: str) -> None:
        """Say what is wrong with a component."""
        ...

    def clear_failure(self, component: str) -> None:
        """Say that a component is well again."""
        ...


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often a worker looks, in seconds. Pauses double from the first to the longest.

    From `idle` to `longest_idle` while there is nothing to do, from `retry` to `longest_retry` while it fails.
    `longest_idle` is how late work is begun at most; left at 0 it is as long as `idle`.
    """

    idle: float = 0.5
    longest_idle: float = 0.0
    retry: float = 0.5
    longest_retry: float = 30.0

    def rest(self, before: float) -> float:
        """Return how long to rest when there was nothing to do, after a rest of `before` (0: there was work)."""
        return min(max(2 * before, self.idle), max(self.longest_idle, self.idle))

    def wait(self, before: float) -> float:
        """Return how long to wait after a failure, after a wait of `before` (0: the last step went well)."""
        return min(max(2 * before, self.retry), self.longest_retry)


class Worker(abc.ABC):
    """A loop over `step`, in one thread or in `copies` side by side; nothing but `stop` ends it.

    `name` is the component that its trouble and its steps are counted under; `passing` are the failures that heal by
    themselves, of which a warning is enough.
    """

    rhythm = Rhythm()
    copies = 1
    passing: tuple[type[Exception], ...] = (Problem,)

    def __init__(self, name: str, health: WorkerHealth | None = None, rhythm: Rhythm | None = None) -> None:
        self.name = name
        self._health = health
        if rhythm is not None:
            self.rhythm = rhythm
        self.stop = threading.Event()
        """Set when the worker is to end: for steps that wait for something themselves."""

    @abc.abstractmethod
    def step(self) -> int:
        """Do what is there to do and return how much it was: after 0 the worker rests, else it looks again at once."""

    def begin(self) -> None:  # noqa: B027  # most have nothing to get ready
        """Get ready: before the first step, and anew after each failure. May fail like a step."""

    def end(self) -> None:  # noqa: B027  # most leave nothing open
        """Leave nothing open: at the end, and after each failure."""

    def failed(self, error: Exception) -> str:
        """Note a failure, and return in Vietnamese what it means to the administrator."""
        if isinstance(error, Problem):
            return f"{error.title}; đang chờ và tự thử lại."
        return f"Gặp lỗi ({type(error).__name__}); đang tự thử lại."

    def well(self) -> None:
        """Say that it is well: when it began."""
        if self._health is not None:
            self._health.clear_failure(self.name)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then return when every copy has ended its step."""
        self.stop = stop
        if self.copies == 1:
            self._loop()
            return
        threads = [threading.Thread(target=self._loop, name=f"{self.name}-{n}", daemon=True) for n in range(self.copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _loop(self) -> None:
        begun, rested, waited = False, 0.0, 0.0
        while not self.stop.is_set():
            try:
                if not begun:
                    self.begin()
                done = self.step()
            except Exception as error:  # noqa: BLE001  # one bad moment must not end the loop
                begun, rested, waited = False, 0.0, self.rhythm.wait(waited)
                self._recover(error)
                self.stop.wait(waited)
                continue
            if not begun:
                self.well()
            begun, waited = True, 0.0
            WORKER_STEPS.labels(self.name, "worked" if done else "idle").inc()
            rested = 0.0 if done else self.rhythm.rest(rested)
            if rested:
                self.stop.wait(rested)
        self.end()

    def _recover(self, error: Exception) -> None:
        self.end()
        if self.stop.is_set():
            # What a stop cut short is no trouble: it is done at the next start.
            return
        meaning = self.failed(error)
        if self._health is not None:
            self._health.report_failure(self.name, meaning)
        if isinstance(error, self.passing):
            WORKER_STEPS.labels(self.name, "waits").inc()
            journal.warning("worker-waits", worker=self.name, error=type(error).__name__)
        else:
            WORKER_STEPS.labels(self.name, "failed").inc()
            journal.error("worker-failed", error, worker=self.name)
