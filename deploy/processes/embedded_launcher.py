"""The embedded composition: every role in one eventlet process over one folder, with a broker inside; no server.

`python -m deploy.processes.embedded_launcher --data DIR`; `kiemdinh up --profile embedded` becomes this process.
"""

from __future__ import annotations

# Before anything else loads sockets, threads or a database.
from shared.bus.transport.eventlet_support import in_a_real_thread, monkey_patch

monkey_patch()

import argparse  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from deploy.compose.addresses import Addresses, embedded_addresses, save_addresses  # noqa: E402
from deploy.compose.container import Container  # noqa: E402
from deploy.compose.prepare import prepare  # noqa: E402
from deploy.compose.roles import bound_services, embedded_web, roles  # noqa: E402
from deploy.installation.data_folder import DataFolder, WrongFolder  # noqa: E402
from deploy.installation.disk_space import is_full, make_room_to_start, no_room  # noqa: E402
from deploy.installation.folder_lock import AlreadyRunning, FolderLock  # noqa: E402
from deploy.installation.settings import BadSettings, Profile  # noqa: E402
from deploy.installation.start_options import CannotStart, StartOptions  # noqa: E402
from deploy.processes.announce import (  # noqa: E402
    REPORT_EVERY_S,
    DemoFailed,
    Ready,
    announce,
    make_owner_token,
    play_demo,
    print_ready_line,
    ready_line,
    write_launcher_state,
)
from deploy.processes.heartbeat import Heartbeat  # noqa: E402
from deploy.processes.ports import choose_ports  # noqa: E402
from deploy.processes.role import log_to  # noqa: E402
from deploy.serving.wsgi import limits_for, serve_with_eventlet  # noqa: E402
from shared.bus.hosting import RoleEnded, run_services, service_config, stop_on_signals  # noqa: E402
from shared.problems import Problem  # noqa: E402
from shared.storage.disk_space import free_and_total  # noqa: E402

if TYPE_CHECKING:
    from shared.bus.hosting import Loop

ROLE = "embedded"
RPC_CONNECTIONS = 16


class EmbeddedLauncher:
    """One start of one folder in this process."""

    def __init__(self, folder: DataFolder, lock: FolderLock, start: StartOptions) -> None:
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
        container = Container(self._folder, self._folder.settings(), addresses, rpc_connections=RPC_CONNECTIONS)
        container.run_blocking = in_a_real_thread
        container.own_services = lambda: bound_services(container)
        heartbeat = Heartbeat(self._folder, ROLE, container.health_registry)
        heartbeat.start()
        try:
            self._serve(container, ready_line(self._folder, addresses, prepare(container)["sign_in"]), heartbeat)
        finally:
            container.close()
            heartbeat.stop()

    def _addresses(self) -> Addresses:
        settings = self._folder.settings()
        port = choose_ports(self._folder, portal=self._start.port or settings.http.port)["portal"]
        return embedded_addresses(self._folder, host=settings.http.host, port=port, public_url=settings.http.public_url)

    def _serve(self, container: Container, ready: Ready, heartbeat: Heartbeat) -> None:
        table = roles()
        bound = bound_services(container)
        loops: dict[str, Loop] = {}
        for role in table:
            loops.update(role.loops(container))
        web, addresses = embedded_web(container), container.addresses
        loops["web"] = lambda stop: serve_with_eventlet(
            web, addresses.host, addresses.portal_port, stop, limits=limits_for(container.settings.http.proxies)
        )
        loops["launcher"] = lambda stop: self._announce(ready, heartbeat, stop)
        config = service_config(
            addresses.amqp,
            {name: application for name, (_, application) in bound.items()},
            container.call_tokens,
            health_registry=container.health_registry,
        )
        run_services([service for service, _ in bound.values()], config, self._stop, loops=loops, ready=self._answering)

    def _announce(self, ready: Ready, heartbeat: Heartbeat, stop: threading.Event) -> None:
        """Waits until all answers, plays the demo if asked to, says that it is ready, then rewrites its state."""
        while not stop.is_set() and not self._answers(ready):
            stop.wait(0.05)
        heartbeat.ready()
        announce(self._folder, self._lock, ready, took_s=time.monotonic() - self._began)
        if self._start.demo and not self._play_demo(stop):
            return
        if not stop.is_set():
            print_ready_line(self._folder, ready, as_json=self._start.as_json)
        while not stop.wait(REPORT_EVERY_S):
            write_launcher_state(self._folder, ready.url, [])

    def _answers(self, ready: Ready) -> bool:
        from deploy.processes.http_probe import answers_ok

        return self._answering.is_set() and answers_ok("127.0.0.1", int(ready.url.rpartition(":")[2]), "/api/v1/health")

    def _play_demo(self, stop: threading.Event) -> bool:
        try:
            play_demo(self._folder, as_json=self._start.as_json, stopped=stop.is_set)
        except DemoFailed as failed:
            self._failed.append(str(failed))
            sys.stderr.write("Câu chuyện chưa trọn: một bước không đạt, xem ở trên.\n")
            stop.set()
        return not stop.is_set()


def main(arguments: list[str] | None = None) -> int:
    """Runs the embedded composition; the exit code is 0 after a clean end."""
    parser = argparse.ArgumentParser(prog="deploy.processes.embedded_launcher")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        folder = DataFolder.open(options.data, Profile.EMBEDDED)
        # Somebody sits at this terminal, for whom a line a request would carry away the links that let in once.
        log_to(folder, ROLE, ROLE, shown=logging.WARNING)
        with FolderLock(folder.path) as lock:
            start = StartOptions(port=options.port, demo=options.demo, as_json=options.json)
            return 0 if EmbeddedLauncher(folder, lock, start).run() else 1
    except Exception as refused:
        foreseen = isinstance(refused, (AlreadyRunning, WrongFolder, BadSettings, CannotStart, RoleEnded, OSError))
        full = isinstance(refused, (OSError, Problem)) and is_full(refused)
        if not foreseen and not full:
            raise
        sys.stderr.write(f"{no_room(str(options.data), free_and_total(options.data)[0]) if full else refused}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
