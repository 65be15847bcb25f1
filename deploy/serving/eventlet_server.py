"""eventlet.wsgi with our rules: connections are bounded and timed, heads are read strictly, refusals speak Vietnamese."""

from __future__ import annotations

import contextlib
import errno
import io
import socket
import time
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet import wsgi

from deploy.serving import request_head
from deploy.serving.connections import (
    NO_DESCRIPTORS,
    PAUSE_S,
    STALLED_ANSWER_S,
    ClientConnection,
    ConnectionLimits,
    ConnectionTable,
    Phase,
)
from deploy.serving.refusals import wants_page, whole
from shared.logs import Journal

journal = Journal("web")

LOOK_S = 1.0
LINGER_S = 1.0
LINGER_BYTES = 1 << 20
BACKLOG = 500
_GONE = frozenset({errno.ECONNABORTED, errno.EPROTO, errno.EINTR, errno.ENOTCONN, errno.ECONNRESET})
"""The one who called has gone already."""


class EventletServer:
    """One listening socket with its connections."""

    def __init__(self, application: Callable[..., Any], listening: Any, limits: ConnectionLimits) -> None:
        self._application = application
        self._listening = listening
        self.clients = ConnectionTable(limits)
        self.of_socket: dict[int, ClientConnection] = {}

    def run(self) -> None:
        """Serves until killed; raises what ended the accept loop."""
        watching = eventlet.spawn(self._watch)
        try:
            wsgi.server(
                self,
                self._application,
                protocol=self._protocol,
                log_output=False,
                # Lines decide how many there are; a pool that is full would keep the loop from cutting any.
                custom_pool=eventlet.GreenPool(self.clients.limits.most * 2 + 64),
                socket_timeout=STALLED_ANSWER_S,
                debug=False,
            )
        finally:
            watching.kill()

    # --- the listening socket, as wsgi.server sees it

    def getsockname(self) -> Any:
        """Return the address that is listened on."""
        return self._listening.getsockname()

    @property
    def family(self) -> Any:
        """Return the family of the listening socket."""
        return self._listening.family

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()

    def accept(self) -> tuple[Any, Any]:
        """Return the next connection for which there is room. Survives the want of descriptors: pauses, cuts, goes on."""
        while True:
            try:
                connection, address = self._listening.accept()
            except OSError as error:
                if error.errno in NO_DESCRIPTORS:
                    self._starve(error)
                elif error.errno in _GONE:
                    eventlet.sleep(0)
                else:
                    raise
                continue
            client = self._client_of(connection, str(address[0]))
            if self.clients.admit(client):
                self.of_socket[connection.fileno()] = client
                return connection, address
            _send_refusal(connection, whole(503, page=False))
            _shut(connection)
            connection.close()
            eventlet.sleep(0)

    def _client_of(self, connection: Any, address: str) -> ClientConnection:
        def cut() -> None:
            if client.phase is Phase.HEAD:
                _send_refusal(connection, whole(408, page=False))
            _shut(connection)

        client = ClientConnection(address, time.monotonic(), cut)
        return client

    def _starve(self, error: OSError) -> None:
        self.clients.cut_starved(error, time.monotonic())
        eventlet.sleep(PAUSE_S)

    def _watch(self) -> None:
        while True:
            eventlet.sleep(min(LOOK_S, self.clients.limits.head_s / 2))
            cut = self.clients.cut_overdue(time.monotonic())
            if cut:
                journal.info("connections-cut", cut=cut, open=len(self.clients))

    def _protocol(self, state: Any, server: Any) -> None:
        client = self.of_socket.pop(state[1].fileno(), None)
        if client is None:
            return
        try:
            StrictProtocol(client, self.clients, state, server)
        finally:
            self.clients.leave(client)


class StrictProtocol(wsgi.HttpProtocol):
    """Serves one connection and reports to the connection table what goes on."""

    rfile: Any

    def __init__(self, client: ClientConnection, clients: ConnectionTable, state: Any, server: Any) -> None:
        self._client = client
        self._clients = clients
        super().__init__(state, server)

    def setup(self) -> None:
        super().setup()
        made: Any = self.rfile  # by eventlet, which has no types
        self.rfile = io.BufferedReader(_Counted(made.detach(), self._client, self._clients.limits))

    def handle_one_request(self) -> None:
        """Read a head strictly, then hand the request on."""
        if self._client.phase is not Phase.NEW:
            self._client.turn(Phase.IDLE, time.monotonic())
        self.close_connection = True
        status, head = self._read_head()
        self.conn_state[2] = wsgi.STATE_REQUEST
        if not head:
            return
        if status:
            self._refuse(status, head)
            return
        rfile, self.rfile = self.rfile, io.BytesIO(head.partition(b"\r\n")[2])
        self.raw_requestline = head.partition(b"\r\n")[0] + b"\r\n"
        try:
            if not self.parse_request():
                return
        finally:
            self.rfile = rfile
        self._client.turn(Phase.BODY, time.monotonic())
        self._respond()

    def _respond(self) -> None:
        self.environ = self.get_environ()
        self.application = self.server.app
        self.server.outstanding_requests += 1
        try:
            self.handle_one_response()
        except OSError as error:
            if error.errno not in wsgi.BROKEN_SOCK:
                raise
        finally:
            self.server.outstanding_requests -= 1

    def _read_head(self) -> tuple[int, bytes]:
        """Return the status of a refusal (0: none) and the head; an empty head when nothing more comes."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            try:
                piece = self.rfile.readline(request_head.LONGEST_FIELD + 3)
            except OSError:
                return 0, b""
            if not piece.endswith(b"\n") and len(piece) <= request_head.LONGEST_FIELD:
                return 0, b""  # the other side has gone, or was cut
            if head or piece != b"\r\n":
                head += piece
            if len(head) > request_head.LARGEST_HEAD or (head and not piece.endswith(b"\r\n")):
                return request_head.unfinished_fault(head, piece), head
        return request_head.fault(*request_head.split(head)), head

    def _refuse(self, status: int, head: bytes) -> None:
        self._client.turn(Phase.ANSWER, time.monotonic())
        with contextlib.suppress(OSError):
            self.wfile.write(whole(status, page=wants_page(head)))
            self.wfile.flush()
            self._linger()

    def _linger(self) -> None:
        """Let what is still coming run out: closing on unread bytes resets the connection, and the answer is lost."""
        until, left = time.monotonic() + LINGER_S, LINGER_BYTES
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(LINGER_S)
        while left > 0 and time.monotonic() < until and (piece := self.connection.recv(65_536)):
            left -= len(piece)

    def finish(self) -> None:
        """Give the descriptor back whatever happened: a file that cannot be flushed would keep it."""
        for file in (self.wfile, self.rfile):
            with contextlib.suppress(OSError):
                file.close()
        _shut(self.connection)
        self.connection.close()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the standard library refuses: in our words."""
        del message, explain
        self._refuse(int(code), bytes(getattr(self, "raw_requestline", b"")))


class _Counted(io.RawIOBase):
    """The bytes of a connection, as they come, reported to the connection table."""

    def __init__(self, raw: Any, client: ClientConnection, limits: ConnectionLimits) -> None:
        self._raw = raw
        self._client = client
        self._limits = limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._client.wait(time.monotonic())
        count: int | None = self._raw.readinto(buffer)
        self._client.receive(count or 0, time.monotonic(), self._limits)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _shut(connection: Any) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _send_refusal(connection: Any, answer: bytes) -> None:
    """Send a short answer if it fits into the socket's buffer: nobody waits for one who is refused."""
    with contextlib.suppress(OSError):
        connection.fd.send(answer)  # the plain socket below eventlet's, which does not block
