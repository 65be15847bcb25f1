"""Serves a WSGI application: on waitress's threads in a plain process, on eventlet in an eventlet process."""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.serving.connections import ConnectionLimits, fitting, raise_descriptors

Wsgi = Callable[..., Any]

THREADS = 16
LARGEST_BODY_BYTES = 8 * 1024**3
"""Larger than any file that evidence admits; evidence itself refuses what is too large, with a reason."""

STOP_LOOK_S = 0.2
BACKLOG = 500


def limits_for(proxies: int) -> ConnectionLimits:
    """Return the limits of an installation: behind a proxy all come from one address, and the proxy counts them."""
    return ConnectionLimits(most_per_address=0) if proxies else ConnectionLimits()


def serve_with_waitress(
    application: Wsgi,
    host: str,
    port: int,
    *,
    ready: Callable[[], None],
    incoming: Path,
    limits: ConnectionLimits | None = None,
) -> None:
    """Serves until SIGTERM or SIGINT, then lets requests that were begun finish for five seconds.

    waitress keeps a body that is still coming in a temporary file: on the disk where the file is going anyway, for /tmp may
    be memory.
    """
    from deploy.serving.waitress_server import make_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    tempfile.tempdir = str(incoming)
    server = make_server(
        application,
        fitting(limits or ConnectionLimits(), raise_descriptors()),
        host=host,
        port=port,
        backlog=BACKLOG,
        threads=THREADS,
        max_request_body_size=LARGEST_BODY_BYTES,
        ident="",
        clear_untrusted_proxy_headers=False,
    )

    def leave(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    ready()
    server.run()


def serve_with_eventlet(
    application: Wsgi, host: str, port: int, stop: threading.Event, *, limits: ConnectionLimits | None = None
) -> None:
    """Serves in greenlets until `stop` is set; raises OSError when the port is taken."""
    from shared.bus.transport.eventlet_support import without_deprecation_warnings

    with without_deprecation_warnings():
        import eventlet

    from deploy.serving.eventlet_server import EventletServer

    descriptors = raise_descriptors()
    listening = eventlet.listen((host, port), backlog=BACKLOG)
    # Head and body go out in two writes; without this the second waits 40 ms for the client's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def in_turn(environ: Any, start_response: Any) -> Any:
        # A connection whose next request is already there would be served again and again while others wait a second.
        eventlet.sleep(0)
        return application(environ, start_response)

    server = eventlet.spawn(EventletServer(in_turn, listening, fitting(limits or ConnectionLimits(), descriptors)).run)
    while not stop.wait(STOP_LOOK_S):
        if server.dead:
            server.wait()  # raises what ended it
    server.kill()
    listening.close()
