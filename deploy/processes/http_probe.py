"""Asks a web address whether it answers, without a library."""

from __future__ import annotations

import http.client


def answers_ok(host: str, port: int, path: str) -> bool:
    """Whether a GET answers with success within two seconds."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
