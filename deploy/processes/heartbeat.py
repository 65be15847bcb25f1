"""The state of each role: one small file a role in `run/roles/`, rewritten every second, read by whoever asks.

Beside it, every few seconds, its numbers for a monitoring system (`.prom`). No `shared.worker`: it must go on
reporting when everything else of the process fails, and falls silent only with the process.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

import msgspec

from deploy.installation.data_folder import DataFolder, write_atomically
from deploy.processes.lasting_objects import set_aside
from deploy.servers.process import process_started
from shared.observability.health import HealthRegistry
from shared.observability.metrics import exposition

BEAT_S = 1.0
METRICS_EVERY_S = 5.0
SILENT_AFTER_S = 60.0
"""A role that has not said a word for so long hangs. A starved machine is slow, but not that slow."""


class RoleState(msgspec.Struct, frozen=True, kw_only=True):
    """How a role is. `said_at` is on the machine's monotonic clock, in seconds; memory is resident, in bytes."""

    role: str
    pid: int
    ready: bool
    healthy: bool
    said_at: float
    memory_bytes: int = 0
    lag: dict[str, int] = {}
    details: dict[str, str] = {}

    @property
    def alive(self) -> bool:
        """Whether the process that said so still exists."""
        return process_started(self.pid) is not None

    @property
    def silent_for(self) -> float:
        """Seconds since it last spoke."""
        return max(0.0, time.monotonic() - self.said_at)


def memory_of(pid: int) -> int:
    """Resident memory of a process in bytes; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def read_state(folder: DataFolder, role: str) -> RoleState | None:
    """What a role last said; None when it has said nothing."""
    try:
        return msgspec.json.decode(_path(folder, role).read_bytes(), type=RoleState)
    except (OSError, msgspec.MsgspecError):
        return None


def read_states(folder: DataFolder) -> list[RoleState]:
    """What every role last said, by name."""
    names = sorted(path.stem for path in (folder.run / "roles").glob("*.json"))
    return [state for state in (read_state(folder, name) for name in names) if state is not None]


def forget_state(folder: DataFolder, role: str) -> None:
    """Removes what a role that ended last said."""
    _path(folder, role).unlink(missing_ok=True)
    _metrics_path(folder, role).unlink(missing_ok=True)


def read_metrics(folder: DataFolder) -> list[tuple[str, str]]:
    """Name and numbers of every role that runs, in Prometheus' text format."""
    metrics = []
    for state in read_states(folder):
        with contextlib.suppress(OSError):
            text = _metrics_path(folder, state.role).read_text(encoding="utf-8")
            if state.alive:
                metrics.append((state.role, text))
    return metrics


def _path(folder: DataFolder, role: str) -> Path:
    return folder.run / "roles" / f"{role}.json"


def _metrics_path(folder: DataFolder, role: str) -> Path:
    return folder.run / "roles" / f"{role}.prom"


class Heartbeat:
    """Writes, every second, how this process is, from a thread of its own (a greenlet in an eventlet process).

    An eventlet role whose hub is blocked falls silent and is started again: that is wanted.
    """

    def __init__(self, folder: DataFolder, role: str, health_registry: HealthRegistry) -> None:
        self._folder = folder
        self._role = role
        self._health_registry = health_registry
        self._ready = False
        self._metrics_at = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begins to report; not ready yet."""
        self._report()
        self._thread.start()

    def ready(self) -> None:
        """Says that the role now does its work; what it needed for that stays."""
        set_aside()
        self._ready = True
        self._report()

    def stop(self) -> None:
        """Falls silent."""
        self._stopped.set()
        self._thread.join(timeout=2 * BEAT_S)

    def _beat(self) -> None:
        while not self._stopped.wait(BEAT_S):
            self._report()

    def _report(self) -> None:
        state = RoleState(
            role=self._role,
            pid=os.getpid(),
            ready=self._ready,
            healthy=self._health_registry.healthy,
            said_at=time.monotonic(),
            memory_bytes=memory_of(os.getpid()),
            lag=self._health_registry.lag(),
            details=self._health_registry.details(),
        )
        try:
            write_atomically(_path(self._folder, self._role), msgspec.json.encode(state), durable=False)
            if state.said_at >= self._metrics_at:
                self._metrics_at = state.said_at + METRICS_EVERY_S
                write_atomically(_metrics_path(self._folder, self._role), exposition(self._health_registry), durable=False)
        except OSError:
            # A full disk must not end the role that would tell of it; the launcher sees the silence.
            return
