"""Living children that read pages: as many as cores, one page a job, no start-up a page; each can fail without the others.

A child loads its model once and is bounded in memory and time. It is replaced after many pages, when it has grown, and after
whatever went wrong in it; it is ended with everything it started when a job takes too long, and ends itself with its parent.
Jobs come from desks, one a document, and desks take turns: a long file does not hold up a short one.

One thread a child waits for its answers; in a process that eventlet patched it is a greenlet, and holds up nobody.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from services.evidence.adapters.child_process import end_child, start_child
from services.evidence.domain.text import FailureReason
from services.evidence.errors import StorageFull
from services.evidence.extraction.protocol import (
    ChildAnswer,
    ChildJob,
    ChildLimits,
    Exit,
    MakePdf,
    receive_message,
    send_message,
)
from shared.problems import Problem, Unavailable

MOST_JOBS = 200
MOST_RESIDENT_BYTES = 1 << 30
STALL_S = 150.0
_TAIL = 2000
_PATIENCE: dict[type[ChildJob], int] = {MakePdf: 8}
"""How many times longer than for a page one waits for jobs that go over all pages."""

_REASONS = {
    Exit.DAMAGED: FailureReason.DAMAGED,
    Exit.UNSUPPORTED: FailureReason.UNSUPPORTED,
    Exit.TIMEOUT: FailureReason.TIMEOUT,
    Exit.MEMORY: FailureReason.MEMORY,
}
_LASTING = frozenset({FailureReason.DAMAGED, FailureReason.UNSUPPORTED})


class ChildrenClosed(Unavailable):
    """The children were ended, or are being ended, while a job waited: whoever asked is stopping."""

    def __init__(self) -> None:
        super().__init__("Đang dừng, chưa đọc xong tệp. Bản gốc vẫn còn nguyên; lần chạy sau đọc lại.")


class JobDone(msgspec.Struct, frozen=True, kw_only=True):
    """A job and what came of it: an answer, or why there is none; `lasting` where no other try will go better.

    `problem` is trouble of the machine, no fault of the job.
    """

    job: ChildJob
    answer: ChildAnswer = ChildAnswer()
    reason: FailureReason | None = None
    problem: Problem | None = None

    @property
    def lasting(self) -> bool:
        """Say whether the file is to blame, and will be the next time."""
        return self.reason in _LASTING


class _Order(msgspec.Struct, frozen=True, kw_only=True):
    job: ChildJob
    fresh: bool


class ChildDesk:
    """Where one document's jobs wait and their results come in; used by one thread."""

    def __init__(self, children: ReadingChildren) -> None:
        self._children = children
        self.orders: deque[_Order] = deque()
        self.results: queue.Queue[JobDone | None] = queue.Queue()

    def submit(self, job: ChildJob, *, again: bool = False) -> None:
        """Hand in a job; `again` has it done before those that wait, by a child that did none before."""
        self._children.submit(self, _Order(job=job, fresh=again), first=again)

    def next(self, timeout_s: float) -> JobDone | None:
        """Return what came of a job, as they end; None when none did in time.

        Raises ChildrenClosed, StorageFull where a child found no room for what it had to write, Unavailable where no child
        can be started.
        """
        try:
            done = self.results.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if done is None:
            raise ChildrenClosed
        if done.problem is not None:
            raise done.problem
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._children.leave(self)


class ReadingChildren:
    """As many living children as `count` (0: as cores), for any number of documents at once, from any number of threads."""

    def __init__(
        self,
        limits: ChildLimits | None = None,
        *,
        count: int = 0,
        stall_s: float = STALL_S,
        most_jobs: int = MOST_JOBS,
        most_resident_bytes: int = MOST_RESIDENT_BYTES,
    ) -> None:
        self.limits = limits or ChildLimits()
        self.count = count or processors()
        self._stall_s = stall_s
        self._most_jobs = most_jobs
        self._most_resident_bytes = most_resident_bytes
        self._changed = threading.Condition()
        self._desks: dict[ChildDesk, None] = {}
        self._living: set[_Child] = set()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    def desk(self) -> ChildDesk:
        """Return a desk for a document's jobs; it is left at the end of a with block."""
        return ChildDesk(self)

    def submit(self, desk: ChildDesk, order: _Order, *, first: bool) -> None:
        """Take a job of a desk. Raises ChildrenClosed."""
        with self._changed:
            if self._closed:
                raise ChildrenClosed
            (desk.orders.appendleft if first else desk.orders.append)(order)
            self._desks.setdefault(desk)
            waiting = sum(len(one.orders) for one in self._desks)
            if waiting > self._idle and len(self._threads) < self.count:
                # A daemon: who forgets to close must still be able to end.
                self._threads.append(threading.Thread(target=self._work, daemon=True, name="reading-child"))
                self._threads[-1].start()
            self._changed.notify()

    def leave(self, desk: ChildDesk) -> None:
        """Forget what waits at a desk; what a child is doing for it goes on to its end, and nobody hears of it."""
        with self._changed:
            self._desks.pop(desk, None)
            desk.orders.clear()

    def close(self) -> None:
        """End every child at once, and with it its job; who waits for one hears ChildrenClosed."""
        with self._changed:
            self._closed = True
            desks, living, threads = list(self._desks), list(self._living), list(self._threads)
            self._changed.notify_all()
        for child in living:
            child.end()
        for desk in desks:
            desk.results.put(None)
        for thread in threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ---- what one thread does with its child

    def _work(self) -> None:
        child: _Child | None = None
        while (taken := self._take()) is not None:
            desk, order = taken
            if child is not None and (order.fresh or child.jobs >= self._most_jobs):
                self._bury(child)
                child = None
            done, child = self._do(order.job, child)
            desk.results.put(done)
        if child is not None:
            self._bury(child)

    def _take(self) -> tuple[ChildDesk, _Order] | None:
        """Wait for a job and return it; the desk it comes from goes to the end of the row. None when all is over."""
        with self._changed:
            self._idle += 1
            try:
                while not self._closed:
                    for desk in self._desks:
                        if desk.orders:
                            self._desks.pop(desk)
                            self._desks[desk] = None
                            return desk, desk.orders.popleft()
                    self._changed.wait()
            finally:
                self._idle -= 1
        return None

    def _do(self, job: ChildJob, child: _Child | None) -> tuple[JobDone, _Child | None]:
        """Have a job done; return what came of it, and the child if it may do another."""
        try:
            while True:
                child = child or self._born()
                try:
                    answer = child.ask(job, self._stall_s * _PATIENCE.get(type(job), 1))
                except TimeoutError:
                    self._bury(child)
                    return JobDone(job=job, reason=FailureReason.TIMEOUT), None
                except (OSError, EOFError, msgspec.DecodeError):
                    status = self._bury(child)
                    if status == Exit.DONE and child.jobs > 1:
                        # Nobody had asked for long, and it left just then.
                        child = None
                        continue
                    return JobDone(job=job, reason=child.death()), None
                return self._judged(job, child, answer)
        except ChildrenClosed as closed:
            return JobDone(job=job, problem=closed), None
        except OSError:
            busy = Unavailable("Máy chủ đang bận, chưa khởi động được tiến trình đọc. Thử lại sau ít phút.")
            return JobDone(job=job, problem=busy), None

    def _judged(self, job: ChildJob, child: _Child, answer: ChildAnswer) -> tuple[JobDone, _Child | None]:
        if answer.exit == Exit.NO_ROOM:
            done, sound = JobDone(job=job, problem=StorageFull()), True
        elif answer.exit != Exit.DONE:
            known = answer.exit in set(Exit)
            reason = _REASONS.get(Exit(answer.exit), FailureReason.ENGINE) if known else FailureReason.ENGINE
            done = JobDone(job=job, answer=answer, reason=reason)
            sound = done.lasting
        else:
            done, sound = JobDone(job=job, answer=answer), True
        if not sound or answer.resident_bytes > self._most_resident_bytes:
            self._bury(child)
            return done, None
        return done, child

    def _born(self) -> _Child:
        child = _Child(self.limits)
        with self._changed:
            closed = self._closed
            self._living.add(child)
        if closed:
            self._bury(child)
            raise ChildrenClosed
        return child

    def _bury(self, child: _Child) -> int:
        with self._changed:
            self._living.discard(child)
        return child.end()


class _Child:
    """One process and the socket to it."""

    def __init__(self, limits: ChildLimits) -> None:
        self.jobs = 0
        self._status: int | None = None
        self._last_words = b""
        self._ending = threading.Lock()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # open as long as the child lives
        self._peer, theirs = socket.socketpair()
        try:
            with theirs:
                number = theirs.fileno()
                arguments = ["pages", limits.text(), str(number)]
                self._process = start_child(arguments, subprocess.DEVNULL, self._errors, descriptors=(number,))
        except OSError:
            self._peer.close()
            self._errors.close()
            raise

    def ask(self, job: ChildJob, timeout_s: float) -> ChildAnswer:
        """Have a job done. Raises TimeoutError when that takes too long, OSError or EOFError when the child dies over it."""
        self.jobs += 1
        self._peer.settimeout(timeout_s)
        send_message(self._peer, msgspec.json.encode(job))
        return msgspec.json.decode(receive_message(self._peer), type=ChildAnswer)

    def end(self) -> int:
        """Kill it with all that it started, and return its exit status; may be asked for by several threads."""
        with self._ending:
            if self._status is None:
                self._status = end_child(self._process)
                # Whoever waits for its answer hears of the end, even where a process it started has the socket too.
                with suppress(OSError):
                    self._peer.shutdown(socket.SHUT_RDWR)
                self._errors.seek(max(0, os.fstat(self._errors.fileno()).st_size - _TAIL))
                self._last_words = self._errors.read()
                self._errors.close()
                self._peer.close()
            return self._status

    def death(self) -> FailureReason:
        """Return why it died, by its exit status and its last words; after `end`."""
        if self._status == -signal.SIGXCPU:
            return FailureReason.TIMEOUT
        starved = self._status == Exit.MEMORY or b"bad_alloc" in self._last_words or b"MemoryError" in self._last_words
        return FailureReason.MEMORY if starved else FailureReason.ENGINE


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
