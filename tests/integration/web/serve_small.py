"""Serves a small application by one of our servers in a process of its own, for the tests of the servers themselves.

python serve_small.py eventlet|waitress PORT SPOOL LIMITS-AS-JSON DESCRIPTORS TAKEN
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from pathlib import Path
from typing import Any

SERVER, PORT, SPOOL, LIMITS, DESCRIPTORS, TAKEN = sys.argv[1:7]
resource.setrlimit(resource.RLIMIT_NOFILE, (int(DESCRIPTORS), int(DESCRIPTORS)))

if SERVER == "eventlet":
    from shared.bus.transport.eventlet_support import monkey_patch

    monkey_patch()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answers with how many bytes it was sent; an answer costs a descriptor, as a database does."""
    left, got = int(environ.get("CONTENT_LENGTH") or 0), 0
    while left > got and (piece := environ["wsgi.input"].read(min(65_536, left - got))):
        got += len(piece)
    with Path("/dev/null").open("rb"):
        body = f"{environ['REQUEST_METHOD']} {got}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def main() -> None:
    """Serves until it is killed."""
    from deploy.serving.connections import ConnectionLimits
    from deploy.serving.wsgi import serve_with_eventlet, serve_with_waitress

    # What databases and files of a real process hold.
    taken = [os.open("/dev/null", os.O_RDONLY) for _ in range(int(TAKEN))]
    limits = ConnectionLimits(**json.loads(LIMITS))
    if SERVER == "eventlet":
        serve_with_eventlet(application, "127.0.0.1", int(PORT), threading.Event(), limits=limits)
    else:
        serve_with_waitress(application, "127.0.0.1", int(PORT), ready=lambda: None, incoming=Path(SPOOL), limits=limits)
    for file in taken:
        os.close(file)


main()
