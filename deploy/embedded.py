"""The embedded composition: every role in one green process over one folder, with a broker inside; no server.

`python -m deploy.embedded --data DIR`; `kiemdinh up --profile embedded` becomes this process.
"""

from __future__ import annotations

# Before anything else loads sockets, threads or a database.
from shared.bus.green import make_green

make_green()

import argparse  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from deploy.compose.addresses import Addresses, embedded_addresses, save_addresses  # noqa: E402
from deploy.compose.parts import Parts  # noqa: E402
from deploy.compose.preparing import prepare  # noqa: E402
from deploy.compose.roles import bound_services, embedded_web, roles  # noqa: E402
from deploy.datafolder import DataFolder, WrongFolder  # noqa: E402
from deploy.lock import AlreadyRunning, FolderLock  # noqa: E402
from deploy.role import log_to  # noqa: E402
from deploy.servers.process import free_ports, is_free  # noqa: E402
from deploy.settings import BadSettings, Profile  # noqa: E402
from deploy.space import is_full, make_room_to_start, no_room  # noqa: E402
from deploy.starting import CannotStart, Start  # noqa: E402
from deploy.states import Pulse  # noqa: E402
from deploy.telling import (  # noqa: E402
    Ready,
    StoryFailed,
    announce,
    make_owner_token,
    ready_line,
    tell,
    tell_facts,
    tell_story,
    with_people,
)
from deploy.web import limits_for, serve_green  # noqa: E402
from shared.bus.hosting import RoleEnded, run_services, service_config, stop_on_signals  # noqa: E402
from shared.eventlog.room import free_and_total  # noqa: E402
from shared.logs import Journal  # noqa: E402
from shared.problems import Problem  # noqa: E402

if TYPE_CHECKING:
    from shared.bus.hosting import Loop

journal = Journal("launcher")

ROLE = "embedded"
LINES = 16
TELL_EVERY_S = 2.0


class Installation:
    """One start of one folder in this process."""

    def __init__(self, folder: DataFolder, lock: FolderLock, start: Start) -> None:
        self._folder = folder
        self._lock = lock
        self._start = start
        self._stop = threading.Event()
        self._answering = threading.Event()
        self._failed: list[str] = []
        self._began = time.monotonic()

    def run(self) -> bool:
        """Runs until SIGINT or SIGTERM; says whether all went well."""
        stop_on_signals(self._stop)
        self._folder.withdraw()
        try:
            self._run()
        finally:
            self._folder.withdraw()
        return not self._failed

    def _run(self) -> None:
        make_room_to_start(self._folder, self._folder.settings())
        make_owner_token(self._folder)
        addresses = self._addresses()
        save_addresses(self._folder, addresses)
        parts = Parts(self._folder, self._folder.settings(), addresses, lines=LINES)
        parts.run_blocking = _in_a_real_thread
        parts.own_services = lambda: bound_services(parts)
        pulse = Pulse(self._folder, ROLE, parts.vitals)
        pulse.start()
        try:
            self._serve(parts, ready_line(self._folder, addresses, prepare(parts)["sign_in"]), pulse)
        finally:
            parts.close()
            pulse.stop()

    def _addresses(self) -> Addresses:
        settings = self._folder.settings()
        port = self._start.port or settings.http.port
        if port and not is_free(port):
            raise CannotStart(f"Cổng {port} đang có chương trình khác dùng. Chọn --port khác, hoặc dừng chương trình kia.")
        kept = (self._folder.announced("ports.json") or {}).get("portal", 0)
        port = port or (kept if kept and is_free(kept) else free_ports(1)[0])
        self._folder.announce("ports.json", {"portal": port})
        return embedded_addresses(self._folder, host=settings.http.host, port=port, public_url=settings.http.public_url)

    def _serve(self, parts: Parts, ready: Ready, pulse: Pulse) -> None:
        table = roles(parts.settings.readers)
        bound = bound_services(parts)
        loops: dict[str, Loop] = {}
        for one in table:
            loops.update(one.loops(parts))
        web, addresses = embedded_web(parts), parts.addresses
        loops["web"] = lambda stop: serve_green(
            web, addresses.host, addresses.portal_port, stop, limits=limits_for(parts.settings.http.proxies)
        )
        loops["launcher"] = lambda stop: self._tell(ready, pulse, stop)
        config = service_config(
            addresses.amqp,
            {name: application for name, (_, application) in bound.items()},
            parts.passports,
            vitals=parts.vitals,
        )
        run_services([service for service, _ in bound.values()], config, self._stop, loops=loops, ready=self._answering)

    def _tell(self, ready: Ready, pulse: Pulse, stop: threading.Event) -> None:
        """Waits until all answers, tells the story if asked to, says that it is ready, then keeps telling how it is."""
        while not stop.is_set() and not self._answers(ready):
            stop.wait(0.05)
        pulse.ready()
        self._lock.tell(url=ready.url)
        announce(self._folder, ready)
        journal.info("ready", seconds=round(time.monotonic() - self._began, 1), url=ready.url)
        if self._start.demo and not self._story(stop):
            return
        if not stop.is_set():
            tell(with_people(self._folder, ready), as_json=self._start.as_json)
        while not stop.wait(TELL_EVERY_S):
            tell_facts(self._folder, ready.url, [])

    def _answers(self, ready: Ready) -> bool:
        from deploy.probe import answers_ok

        return self._answering.is_set() and answers_ok("127.0.0.1", int(ready.url.rpartition(":")[2]), "/api/v1/health")

    def _story(self, stop: threading.Event) -> bool:
        try:
            tell_story(self._folder, as_json=self._start.as_json, stopped=stop.is_set)
        except StoryFailed as failed:
            self._failed.append(str(failed))
            sys.stderr.write("Câu chuyện chưa trọn: một bước không đạt, xem ở trên.\n")
            stop.set()
        return not stop.is_set()


def _in_a_real_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Keeps a slow computation (a password hash) from holding up everybody else."""
    from eventlet import tpool

    return tpool.execute(work, *arguments)


def main(arguments: list[str] | None = None) -> int:
    """Runs the embedded composition; the exit code is 0 after a clean end."""
    parser = argparse.ArgumentParser(prog="deploy.embedded")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        folder = DataFolder.open(asked.data, Profile.EMBEDDED)
        # Somebody sits at this terminal, for whom a line a request would carry away the links that let in once.
        log_to(folder, ROLE, ROLE, shown=logging.WARNING)
        with FolderLock(folder.path) as lock:
            start = Start(port=asked.port, demo=asked.demo, as_json=asked.json)
            return 0 if Installation(folder, lock, start).run() else 1
    except Exception as refused:
        told = isinstance(refused, (AlreadyRunning, WrongFolder, BadSettings, CannotStart, RoleEnded, OSError))
        full = isinstance(refused, (OSError, Problem)) and is_full(refused)
        if not told and not full:
            raise
        sys.stderr.write(f"{no_room(str(asked.data), free_and_total(asked.data)[0]) if full else refused}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
