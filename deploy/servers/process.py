"""Runs server processes: free ports kept in the folder, generated secrets, a wait until it answers, an end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SECRET_FILE_MODE = 0o600
LOOPBACK = "127.0.0.1"


class ProgramMissing(Exception):
    """A server's program is not installed; `install_hint` says how to get it."""

    def __init__(self, program: str, install_hint: str) -> None:
        super().__init__(f"{program} is not installed: {install_hint}")
        self.program = program
        self.install_hint = install_hint


class ServerFailed(Exception):
    """A server did not come up, or went away while it was coming up; carries the end of its log."""

    def __init__(self, program: str, why: str, log_tail: str) -> None:
        super().__init__(f"{program} {why}\n{log_tail}".rstrip())
        self.program = program
        self.why = why
        self.log_tail = log_tail


def required(found: Path | None, program: str, mend: str) -> Path:
    """Return what was found of a program; raises ProgramMissing when it was not."""
    if found is None:
        raise ProgramMissing(program, mend)
    return found


def free_ports(count: int) -> list[int]:
    """`count` different loopback TCP ports that nobody listens on at this moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind((LOOPBACK, 0))
        return [int(listener.getsockname()[1]) for listener in sockets]


def is_free(port: int) -> bool:
    """Whether a loopback port can be listened on now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def cached_programs() -> Path:
    """The folder of the programs that `make servers` built; outside any checkout, so that a fresh clone finds them."""
    from deploy.installation.settings import cache_folder

    return cache_folder() / "bin"


def write_secret(path: Path, text: str) -> None:
    """Writes a file only its owner can read, never readable by others in between."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET_FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)


def bound_to_launcher(command: Sequence[str], death_signal: str) -> list[str]:
    """`command` told by the kernel when its launcher dies, so that a killed launcher leaves no orphan behind."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", death_signal, "--", *command] if setpriv else list(command)


def process_started(pid: int) -> str | None:
    """When a process started, in kernel ticks as text: with the pid it names a process for good; None when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[18]


def end_process(pid: int, first: signal.Signals, timeout_s: float, *, group: bool = False) -> None:
    """Asks a process to end with `first`, waits `timeout_s` seconds, then kills it (its whole group when `group`)."""
    started = process_started(pid)
    send = os.killpg if group else os.kill
    for number in (first, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            send(pid, number)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if started is None or process_started(pid) != started:
                return
            time.sleep(0.05)


class PrivateServer(ABC):
    """A server that belongs to one folder: its ports, passwords, log, pid and data all lie there."""

    program: str
    port_names: tuple[str, ...]
    stop_signal = signal.SIGTERM
    folder_mode = 0o700
    start_timeout_s = 60.0
    stop_timeout_s = 30.0

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.process: subprocess.Popen[bytes] | None = None
        self.ports: dict[str, int] = {}
        self.password = ""

    @abstractmethod
    def prepare(self) -> None:
        """Brings the folder to where the program can start; idempotent."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server serves requests now; never raises for 'not yet'."""

    def environment(self) -> Mapping[str, str]:
        """The whole environment of the program: nothing of the caller's leaks in but the search path and the locale."""
        return self.plain_environment()

    @property
    def log_path(self) -> Path:
        """Where the program's standard output and error go."""
        return self.folder / "server.log"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid if self.process is not None and self.running else None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Starts the server and returns when it answers; raises ProgramMissing or ServerFailed."""
        if self.running:
            return
        self.launch()
        self._wait_until_it_answers()

    def launch(self) -> None:
        """Starts the server without waiting until it answers; raises ProgramMissing or ServerFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(self.folder_mode)
        self._end_orphan()
        self._settle()
        self.prepare()
        self._spawn()

    def stop(self) -> None:
        """Ends the server cleanly; killed when it does not end within `stop_timeout_s`."""
        if self.process is None:
            return
        if self.running:
            end_process(self.process.pid, self.stop_signal, self.stop_timeout_s)
        self.process.wait()
        self.process = None
        self._pid_file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def while_running(self) -> Iterator[PrivateServer]:
        """Started inside the block, stopped after it."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def log_tail(self, lines: int = 25) -> str:
        """The last lines of the program's log."""
        try:
            return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def plain_environment(self) -> dict[str, str]:
        """A small, locale-safe environment."""
        return {
            "PATH": os.defpath + ":/usr/sbin:/usr/local/sbin:/sbin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    @property
    def _pid_file(self) -> Path:
        return self.folder / "server.pid"

    def _settle(self) -> None:
        """Takes ports and password from the folder, or makes them; a port that somebody else took is chosen anew."""
        settled = self.folder / "server.json"
        settings = json.loads(settled.read_text(encoding="utf-8")) if settled.exists() else {}
        self.password = settings.get("password") or secrets.token_urlsafe(24)
        ports = {name: int(port) for name, port in settings.get("ports", {}).items() if is_free(int(port))}
        missing = [name for name in self.port_names if name not in ports]
        ports.update(zip(missing, free_ports(len(missing)), strict=True))
        self.ports = ports
        write_secret(settled, json.dumps({"password": self.password, "ports": self.ports}))

    def _spawn(self) -> None:
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                bound_to_launcher(self.command(), self.stop_signal.name.removeprefix("SIG")),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=dict(self.environment()),
                start_new_session=True,
            )
        self._pid_file.write_text(f"{self.process.pid} {process_started(self.process.pid)}", encoding="ascii")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + self.start_timeout_s
        while not self.answers():
            if not self.running:
                raise ServerFailed(self.program, "ended while starting", self.log_tail())
            if time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(self.program, f"did not answer within {self.start_timeout_s:.0f} s", self.log_tail())
            time.sleep(0.1)

    def _end_orphan(self) -> None:
        """Ends what a launcher that was killed left behind on this folder; the start time guards against reused pids."""
        try:
            pid_text, started = self._pid_file.read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return
        if process_started(int(pid_text)) == started:
            end_process(int(pid_text), self.stop_signal, self.stop_timeout_s)
        self._pid_file.unlink(missing_ok=True)
