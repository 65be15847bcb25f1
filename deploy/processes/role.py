"""One role in a process of its own: `python -m deploy.processes.role NAME --data DIR`; the launcher starts these."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import logging.handlers
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.compose.eventlet_roles import EVENTLET_ROLES
from shared.logs import JsonLines, Unfailing, configure

if TYPE_CHECKING:
    from deploy.compose.container import Container
    from deploy.compose.roles import RoleSpec
    from deploy.installation.data_folder import DataFolder

LARGEST_LOG_BYTES = 10 * 1024 * 1024
KEPT_LOGS = 3
PREPARE = "prepare"


class LogFile(Unfailing, logging.handlers.RotatingFileHandler):
    """A role's log file; it is rotated once it is full."""

    def shouldRollover(self, _record: logging.LogRecord) -> bool:  # noqa: N802  # the library's name
        # By the file alone: the library writes out each line once more only to see whether it still fits.
        if self.stream is None:
            self.stream = self._open()
        return os.fstat(self.stream.fileno()).st_size >= self.maxBytes


def log_to(folder: DataFolder, service: str, role: str, *, shown: int = logging.NOTSET) -> None:
    """Sends this process's logs to standard error, from the level `shown` on, and to `logs/<role>.log`, which is rotated."""
    configure(service, role, shown=shown)
    file = LogFile(
        folder.logs / f"{role}.log", maxBytes=LARGEST_LOG_BYTES, backupCount=KEPT_LOGS, encoding="utf-8", delay=True
    )
    file.setFormatter(JsonLines(service, role))
    logging.getLogger().addHandler(file)


def main(arguments: list[str] | None = None) -> int:
    """Runs one role until it is told to stop; the exit code is not 0 when it ended by itself."""
    parser = argparse.ArgumentParser(prog="deploy.processes.role")
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args(arguments)
    if options.name in EVENTLET_ROLES:
        # Before anything else loads sockets, threads or a database.
        from shared.bus.transport.eventlet_support import monkey_patch

        monkey_patch()

    from deploy.compose.addresses import load_addresses
    from deploy.compose.container import Container
    from deploy.installation.data_folder import DataFolder
    from deploy.serving.wsgi import THREADS

    folder = DataFolder(options.data)
    log_to(folder, options.name.partition("-")[0], options.name)
    container = Container(
        folder, folder.settings(), load_addresses(folder), rpc_connections=THREADS if options.name == "portal" else 8
    )
    if options.name == PREPARE:
        with contextlib.closing(container):
            return _prepare(container)
    from deploy.compose.roles import role

    return run(role(options.name), container)


def _prepare(container: Container) -> int:
    from deploy.compose.prepare import prepare
    from deploy.installation.start_options import CannotStart

    try:
        sys.stdout.write(json.dumps(prepare(container)) + "\n")
    except CannotStart as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


def run(role: RoleSpec, container: Container) -> int:
    """Runs a role to its end, with its heartbeat."""
    from deploy.processes.heartbeat import Heartbeat

    heartbeat = Heartbeat(container.folder, role.name, container.health_registry)
    heartbeat.start()
    try:
        if role.web is not None:
            _serve(role, container, heartbeat.ready)
        elif role.service is not None:
            return _answer(role, container, heartbeat.ready)
        else:
            return _loop(role, container, heartbeat.ready)
    finally:
        container.close()
        heartbeat.stop()
    return 0


def _serve(role: RoleSpec, container: Container, ready: Callable[[], None]) -> None:
    from deploy.serving.wsgi import limits_for, serve_with_waitress

    assert role.web is not None
    port = container.addresses.portal_port if role.name == "portal" else container.addresses.door_port
    serve_with_waitress(
        role.web(container),
        container.addresses.host,
        port,
        ready=ready,
        incoming=container.folder.incoming,
        limits=limits_for(container.settings.http.proxies),
    )


def _answer(role: RoleSpec, container: Container, ready: Callable[[], None]) -> int:
    from shared.bus.hosting import RoleEnded, run_services, service_config, stop_on_signals
    from shared.bus.transport.eventlet_support import in_a_real_thread

    assert role.service is not None
    container.run_blocking = in_a_real_thread
    stop, answering = threading.Event(), threading.Event()
    stop_on_signals(stop)
    service, application = role.service(container)
    config = service_config(
        container.addresses.amqp,
        {service.name: application},
        container.call_tokens,
        health_registry=container.health_registry,
    )

    def report_ready(stop: threading.Event) -> None:
        while not stop.wait(0.05):
            if answering.is_set():
                ready()
                stop.wait()

    try:
        run_services([service], config, stop, loops={**role.loops(container), "ready": report_ready}, ready=answering)
    except RoleEnded:
        return 1
    return 0


def _loop(role: RoleSpec, container: Container, ready: Callable[[], None]) -> int:
    from shared.bus.hosting import RoleEnded, run_loops, stop_on_signals

    stop = threading.Event()
    stop_on_signals(stop)
    loops = role.loops(container)
    ready()
    try:
        run_loops(loops, stop, health_registry=container.health_registry)
    except RoleEnded:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
