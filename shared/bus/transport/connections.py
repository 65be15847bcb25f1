"""Opens and closes connections of either transport; who imports this has made `inproc://` addresses known to kombu."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu import Connection

from shared.bus.transport.inproc import register
from shared.logs import Journal

journal = Journal("bus.transport")

INPROC_URL = "inproc://localhost/"
"""The address of the process's own broker, for the places that want an AMQP address."""


def close_connection(connection: Any, *, graceful: bool) -> None:
    """Close a kombu connection of either transport; raises nothing.

    Graceful tells the broker and waits for its word; not so when it may be gone or, under an alarm, deaf. py-amqp 5.4 leaves
    the socket open after a polite farewell, so it is collected in any case.
    """
    inner = getattr(connection, "_connection", None)  # kombu's public name would connect again if the broker had hung up
    try:
        if graceful:
            connection.release()
        else:
            connection.collect(socket_timeout=1)
    except Exception as error:  # noqa: BLE001  # what is given up may be in any state
        journal.warning("connection-not-closed", error=type(error).__name__)
    finally:
        collect = getattr(inner, "collect", None)
        if collect is not None:
            collect()


@contextmanager
def connected(amqp_url: str, **options: Any) -> Iterator[Connection]:
    """Open a kombu connection, and hang up in the end."""
    connection = Connection(amqp_url, connect_timeout=5, **options)
    try:
        yield connection
    except BaseException:
        close_connection(connection, graceful=False)
        raise
    close_connection(connection, graceful=True)


def is_inproc(amqp_url: str) -> bool:
    """Say whether an address names the broker inside the process."""
    return amqp_url.startswith("inproc:")


register()
