"""One role in a process of its own: `python -m deploy.role NAME --data DIR`; the launcher starts these."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shared.logs import JsonLines, Unfailing, configure

if TYPE_CHECKING:
    from deploy.compose.parts import Parts
    from deploy.compose.roles import Role
    from deploy.datafolder import DataFolder

LARGEST_LOG_BYTES = 10 * 1024 * 1024
KEPT_LOGS = 3
GREEN_ROLES_END = "-api"
PREPARE = "prepare"


class LogFile(Unfailing, logging.handlers.RotatingFileHandler):
    """A role's log file."""


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
    parser = argparse.ArgumentParser(prog="deploy.role")
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args(arguments)
    if asked.name.endswith(GREEN_ROLES_END):
        # Before anything else loads sockets, threads or a database.
        from shared.bus.green import make_green

        make_green()

    from deploy.compose.addresses import load_addresses
    from deploy.compose.parts import Parts
    from deploy.datafolder import DataFolder
    from deploy.web import THREADS

    folder = DataFolder(asked.data)
    log_to(folder, asked.name.partition("-")[0], asked.name)
    parts = Parts(folder, folder.settings(), load_addresses(folder), lines=THREADS if asked.name == "portal" else 8)
    if asked.name == PREPARE:
        with contextlib.closing(parts):
            return _prepare(parts)
    from deploy.compose.roles import role

    return run(role(asked.name), parts)


def _prepare(parts: Parts) -> int:
    from deploy.compose.preparing import prepare
    from deploy.starting import CannotStart

    try:
        sys.stdout.write(json.dumps(prepare(parts)) + "\n")
    except CannotStart as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


def run(role: Role, parts: Parts) -> int:
    """Runs a role to its end, telling every second how it is."""
    from deploy.states import Pulse

    pulse = Pulse(parts.folder, role.name, parts.vitals)
    pulse.start()
    try:
        if role.web is not None:
            _serve(role, parts, pulse.ready)
        elif role.service is not None:
            return _answer(role, parts, pulse.ready)
        else:
            return _loop(role, parts, pulse.ready)
    finally:
        parts.close()
        pulse.stop()
    return 0


def _serve(role: Role, parts: Parts, ready: Callable[[], None]) -> None:
    from deploy.web import limits_for, serve_plain

    assert role.web is not None
    port = parts.addresses.portal_port if role.name == "portal" else parts.addresses.door_port
    serve_plain(
        role.web(parts),
        parts.addresses.host,
        port,
        ready=ready,
        incoming=parts.folder.incoming,
        limits=limits_for(parts.settings.http.proxies),
    )


def _answer(role: Role, parts: Parts, ready: Callable[[], None]) -> int:
    from shared.bus.hosting import RoleEnded, run_services, service_config, stop_on_signals

    assert role.service is not None
    stop, answering = threading.Event(), threading.Event()
    stop_on_signals(stop)
    service, application = role.service(parts)
    config = service_config(parts.addresses.amqp, {service.name: application}, parts.passports, vitals=parts.vitals)

    def tell(stop: threading.Event) -> None:
        while not stop.wait(0.05):
            if answering.is_set():
                ready()
                stop.wait()

    try:
        run_services([service], config, stop, loops={**role.loops(parts), "ready": tell}, ready=answering)
    except RoleEnded:
        return 1
    return 0


def _loop(role: Role, parts: Parts, ready: Callable[[], None]) -> int:
    from shared.bus.hosting import RoleEnded, run_loops, stop_on_signals

    stop = threading.Event()
    stop_on_signals(stop)
    loops = role.loops(parts)
    ready()
    try:
        run_loops(loops, stop, vitals=parts.vitals)
    except RoleEnded:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
