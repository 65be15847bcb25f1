"""Serves a WSGI application: on waitress's threads in a plain process, on eventlet in a green one."""

from __future__ import annotations

import logging
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Wsgi = Callable[..., Any]

THREADS = 16
LARGEST_BODY_BYTES = 8 * 1024**3
"""Larger than any file that evidence admits; evidence itself refuses what is too large, with a reason."""

SILENT_AFTER_S = 120
MOST_CONNECTIONS = 500
STOP_LOOK_S = 0.2


def serve_plain(application: Wsgi, host: str, port: int, *, ready: Callable[[], None], incoming: Path) -> None:
    """Serves until SIGTERM or SIGINT, then lets requests that were begun finish for five seconds.

    waitress keeps a body that is still coming in a temporary file: on the disk where the file is going anyway, for /tmp may
    be memory.
    """
    import waitress

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    tempfile.tempdir = str(incoming)
    server = waitress.create_server(
        application,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=MOST_CONNECTIONS,
        channel_timeout=SILENT_AFTER_S,
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


def serve_green(application: Wsgi, host: str, port: int, stop: threading.Event) -> None:
    """Serves in greenlets until `stop` is set; raises OSError when the port is taken."""
    from shared.bus.green import quietly

    with quietly():
        import eventlet
        from eventlet import wsgi

    listening = eventlet.listen((host, port), backlog=MOST_CONNECTIONS)
    # Head and body go out in two writes; without this the second waits 40 ms for the client's acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def in_turn(environ: Any, start_response: Any) -> Any:
        # A connection whose next request is already there would be served again and again while others wait a second.
        eventlet.sleep(0)
        return application(environ, start_response)

    server = eventlet.spawn(
        wsgi.server,
        listening,
        in_turn,
        log_output=False,
        max_size=MOST_CONNECTIONS,
        socket_timeout=SILENT_AFTER_S,
        debug=False,
    )
    while not stop.wait(STOP_LOOK_S):
        if server.dead:
            server.wait()  # raises what ended it
    server.kill()
    listening.close()
