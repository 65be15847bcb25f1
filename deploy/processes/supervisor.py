"""Keeps processes running: starts them in order, starts again what dies or hangs, ends all of them in reverse order.

One thread, the launcher's own: the kernel ties a child's death signal to the thread that started it. It watches other
processes, so it is no `shared.worker`, which would have to be watched itself.

Home-made, so that one command starts everything in one folder, on a machine where nobody may set up services too. systemd
keeps the launcher (`docs/operations.md`); supervisord would be one more daemon, and does not see who hangs.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import role_environment
from deploy.processes.heartbeat import SILENT_AFTER_S, forget_state, memory_of, read_state
from deploy.servers.process import PrivateServer, bound_to_launcher, end_process
from shared.logs import Journal
from shared.storage.disk_space import free_and_total

journal = Journal("launcher")

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 30.0
"""What ran for so long and then died starts again at once; what dies in its cradle waits twice as long each time."""

MOST_TRIES = 4
"""How often something may die while it comes up."""

LOOK_EVERY_S = 0.1
STANDARD_ERROR = 2
"""Standard output is the launcher's own: programs read its one line."""

ROOM_TO_SPEAK_BYTES = 1024 * 1024
"""With less free than this a role may not be able to write the few hundred bytes that say how it is."""

GRACE_S = 20.0
"""How long a role may take to end: longer than its longest handler, so that nothing is cut in the middle needlessly."""


class NotReady(Exception):
    """What had to run did not come up; carries what is known of why."""


class LaunchInterrupted(Exception):
    """The launcher was asked to end before everything ran."""


class SupervisedProcess(Protocol):
    """Something a supervisor keeps running."""

    name: str

    def launch(self) -> None:
        """Starts the process, without waiting for it to answer."""
        ...

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it does its work."""
        ...

    @property
    def hangs(self) -> bool:
        """Whether it runs but has fallen silent."""
        ...

    def ended(self) -> str:
        """How it ended, for the log; empty while it runs."""
        ...

    def ask_to_end(self) -> None:
        """Asks it to end, without waiting."""
        ...

    def end(self, grace: float = GRACE_S) -> None:
        """Ends it: waits `grace` seconds at most, then kills it."""
        ...


class RoleProcess:
    """One role in a process of its own; it says that it is ready through its state file, and speaks on standard error."""

    def __init__(self, folder: DataFolder, name: str, command: Sequence[str] | None = None) -> None:
        self.name = name
        self._folder = folder
        self._command = command or [sys.executable, "-m", "deploy.processes.role", name, "--data", str(folder.path)]
        self._process: subprocess.Popen[bytes] | None = None
        self._launched = 0.0
        self._full_at = 0.0

    def launch(self) -> None:
        forget_state(self._folder, self.name)
        self._process = subprocess.Popen(
            # Killed, not asked: without launcher there is soon no broker either, and a polite end would wait for it.
            bound_to_launcher(self._command, "KILL"),
            stdin=subprocess.DEVNULL,
            stdout=STANDARD_ERROR,
            env=role_environment(),
            start_new_session=True,
        )
        self._launched = time.monotonic()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def ready(self) -> bool:
        state = read_state(self._folder, self.name)
        return state is not None and state.ready and state.pid == self.pid

    @property
    def hangs(self) -> bool:
        if self.pid is None:
            return False
        state = read_state(self._folder, self.name)
        told_at = self._launched if state is None or state.pid != self.pid else state.said_at
        if time.monotonic() - max(told_at, self._full_at) <= SILENT_AFTER_S:
            return False
        if free_and_total(self._folder.run)[0] < ROOM_TO_SPEAK_BYTES:
            # It may be well and only find no room to say so: it has the whole time again once there is some.
            self._full_at = time.monotonic()
            return False
        return True

    def ended(self) -> str:
        if self._process is None or self._process.poll() is None:
            return ""
        return _how_it_ended(self._process.returncode)

    def ask_to_end(self) -> None:
        if self.pid is not None and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, grace: float = GRACE_S) -> None:
        if self._process is None:
            return
        if self.pid is not None:
            end_process(self._process.pid, signal.SIGTERM, grace)
        self._process.wait()
        # Whatever it had started in its session (an extraction child) goes with it.
        end_process(self._process.pid, signal.SIGKILL, 0, group=True)
        forget_state(self._folder, self.name)


class ServerProcess:
    """One of our own servers, supervised like a role."""

    def __init__(self, name: str, server: PrivateServer) -> None:
        self.name = name
        self._server = server
        self._answered = False

    def launch(self) -> None:
        self._answered = False
        self._server.launch()

    @property
    def pid(self) -> int | None:
        return self._server.pid

    @property
    def ready(self) -> bool:
        self._answered = self._answered or self._server.answers()
        return self._answered and self.pid is not None

    @property
    def hangs(self) -> bool:
        return False

    def ended(self) -> str:
        process = self._server.process
        if process is None or process.poll() is None:
            return ""
        return f"{_how_it_ended(process.returncode)}; {self._server.log_tail(3)}"

    def ask_to_end(self) -> None:
        """Servers are ended one after the other, each when nobody needs it any more."""

    def end(self, grace: float = GRACE_S) -> None:
        self._server.stop()


def _how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class _Supervised:
    """One supervised process and how it has fared."""

    def __init__(self, process: SupervisedProcess) -> None:
        self.process = process
        self.launched_at = 0.0
        self.restarts = 0
        self.pause = 0.0
        self.due: float | None = None
        self.last_end = ""

    def launch(self) -> None:
        self.launched_at = time.monotonic()
        self.due = None
        self.process.launch()

    def note_end(self, how: str) -> None:
        """Plans the next start after a pause that grows while it keeps dying young."""
        steady = time.monotonic() - self.launched_at > STEADY_AFTER_S
        self.pause = 0.0 if steady or not self.restarts else min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self.pause))
        self.due = time.monotonic() + self.pause
        self.restarts += 1
        self.last_end = how

    def facts(self) -> dict[str, Any]:
        """What is known of it, for the administrator."""
        pid = self.process.pid
        return {
            "name": self.process.name,
            "pid": pid or 0,
            "running": pid is not None,
            "restarts": self.restarts,
            "last_end": self.last_end,
            "memory_bytes": memory_of(pid) if pid else 0,
        }


class Supervisor:
    """Keeps a list of processes running. Order of `add` is order of start; the end goes the other way round, in steps."""

    def __init__(self, asked_to_end: Callable[[], bool] = lambda: False) -> None:
        self._steps: list[list[_Supervised]] = []
        self._asked_to_end = asked_to_end

    def add(self, *processes: SupervisedProcess) -> None:
        """Adds one step: processes that may start and end at the same time."""
        self._steps.append([_Supervised(process) for process in processes])

    def start(self, timeout_s: float) -> None:
        """Launches the step added last and returns when all of it is ready; raises NotReady, Interrupted."""
        self.launch_last()
        self.wait_until_ready(timeout_s)

    def launch_last(self) -> None:
        """Launches the step added last, without waiting."""
        for place in self._steps[-1]:
            place.launch()

    def wait_until_ready(self, timeout_s: float, *names: str) -> None:
        """Returns when everything (or what is named) is ready; raises NotReady, or Interrupted when asked to end.

        What dies while it comes up is started again, as later: a broker that is a little late must not end it all.
        """
        deadline = time.monotonic() + timeout_s
        awaited = [place for place in self._supervised() if not names or place.process.name in names]
        while not all(place.process.ready for place in awaited):
            if self._asked_to_end():
                raise LaunchInterrupted
            self.look_after()
            if time.monotonic() > deadline or any(place.restarts > MOST_TRIES for place in awaited):
                raise NotReady(_why_not_ready(awaited))
            time.sleep(LOOK_EVERY_S)

    def watch(self, each_time: Callable[[], None] = lambda: None) -> None:
        """Keeps everything running until the launcher is asked to end."""
        while not self._asked_to_end():
            self.look_after()
            each_time()
            time.sleep(LOOK_EVERY_S)

    def look_after(self) -> None:
        """Starts again what died, kills what hangs."""
        for place in self._supervised():
            if place.due is None:
                self._notice(place)
            if place.due is not None and time.monotonic() >= place.due:
                journal.info("role-started-again", kept=place.process.name, restarts=place.restarts)
                place.launch()

    def _notice(self, place: _Supervised) -> None:
        how, grace = place.process.ended(), GRACE_S
        if not how and place.process.hangs:
            how, grace = f"silent for {SILENT_AFTER_S:.0f} s", 0.0
        if how:
            journal.error("role-ended", kept=place.process.name, how=how)
            place.process.end(grace)
            place.note_end(how)

    def stop(self) -> None:
        """Ends every step, the last first: what answers people ends before what it asks."""
        for step in reversed(self._steps):
            for place in step:
                place.process.ask_to_end()
            for place in step:
                place.process.end()

    def facts(self) -> list[dict[str, Any]]:
        """What is known of every process."""
        return [place.facts() for place in self._supervised()]

    def _supervised(self) -> list[_Supervised]:
        return [place for step in self._steps for place in step]


def _why_not_ready(step: Sequence[_Supervised]) -> str:
    late = [place for place in step if not place.process.ready]
    return "; ".join(f"{place.process.name}: {place.process.ended() or place.last_end or 'not ready'}" for place in late)
