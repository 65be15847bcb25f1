"""waitress with our rules: connections are bounded and timed, heads are read strictly, refusals speak Vietnamese."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

import waitress.server
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import Error

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
from deploy.serving.refusals import refusal, wants_page, whole
from shared.logs import Journal

journal = Journal("web")

_SEEN_BYTES = 4_096
_OWN = frozenset({"Connection", "Content-Length"})
"""Headers that waitress writes itself."""


class StrictParser(HTTPRequestParser):
    """Reads one request; what is refused keeps the beginning of its head, to tell a browser from a program."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.seen = b""
        self.fault = 0

    def received(self, data: bytes) -> int:
        if not self.headers_finished:
            self.seen = (self.seen + data)[:_SEEN_BYTES]
        consumed: int = super().received(data)
        if self.error is not None and not self.fault:
            self.fault = self.error.code
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Refuse what two servers could read in two ways, then read it."""
        if self.header_bytes_received < self.adj.max_request_header_size:
            self.fault = request_head.fault(*request_head.split(header_plus))
            if self.fault:
                raise ParsingError(str(self.fault))
        super().parse_header(header_plus)


class RefusalTask(ErrorTask):
    """Answers a request that was refused before any application saw it."""

    def execute(self) -> None:
        request = self.request
        error: Error = request.error
        status = getattr(request, "fault", 0) or error.code
        self.status, headers, body = refusal(status, page=wants_page(getattr(request, "seen", b"")))
        self.response_headers.extend((name, value) for name, value in headers if name not in _OWN)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class TimedChannel(HTTPChannel):
    """One connection, which reports to the connection table what goes on."""

    parser_class = StrictParser
    error_task_class = RefusalTask

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Adjustments, map: Any = None) -> None:  # noqa: A002
        self.client = ClientConnection(str(addr[0]), time.monotonic(), self._cut)
        super().__init__(server, sock, addr, adj, map=map)
        self.client.wait(time.monotonic())

    def received(self, data: bytes) -> bool:
        now = time.monotonic()
        limits = self.server.clients.limits
        self.client.receive(len(data), now, limits)
        took: bool = super().received(data)
        self.look(now)
        return took

    # One that was cut in this round must not be asked for: its descriptor may be the next connection's already.

    def readable(self) -> bool:
        return self.connected and bool(super().readable())

    def writable(self) -> bool:
        return self.connected and bool(super().writable())

    def look(self, now: float) -> None:
        """Note what goes on now."""
        if self.requests or self.total_outbufs_len:
            phase = Phase.ANSWER
        elif self.request is None:
            phase = Phase.NEW if self.client.phase is Phase.NEW else Phase.IDLE
        else:
            phase = Phase.BODY if self.request.headers_finished else Phase.HEAD
        if phase is not self.client.phase:
            self.client.turn(phase, now)
        if not self.client.is_waiting:
            self.client.wait(now)

    def handle_close(self) -> None:
        self.server.clients.leave(self.client)
        super().handle_close()

    def _cut(self) -> None:
        if self.client.phase is Phase.HEAD:
            _send_refusal(self.socket, whole(408, page=False))
        self.handle_close()


class BoundedServer(waitress.server.TcpWSGIServer):
    """A listening socket that keeps its connections within limits, and outlives the want of descriptors."""

    channel_class = TimedChannel

    def __init__(self, clients: ConnectionTable, *arguments: Any, **named: Any) -> None:
        self.clients = clients
        self._paused_until = 0.0
        super().__init__(*arguments, **named)

    def readable(self) -> bool:
        ready: bool = super().readable()
        return ready and time.monotonic() >= self._paused_until

    def handle_accept(self) -> None:
        try:
            connection, address = self.socket.accept()
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno in NO_DESCRIPTORS:
                self._starve(error)
            return
        try:
            self.set_socket_options(connection)
        except OSError:
            connection.close()
            return
        channel = self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map)
        if not self.clients.admit(channel.client):
            _send_refusal(connection, whole(503, page=False))
            channel.handle_close()

    def _starve(self, error: OSError) -> None:
        now = time.monotonic()
        if not self.clients.cut_starved(error, now):
            self._paused_until = now + PAUSE_S

    def maintenance(self, now: float) -> None:
        """Cut whose time is over; `now` is the wall clock, which may be moved."""
        del now
        steady = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.look(steady)
            if channel.total_outbufs_len and time.time() - channel.last_activity > STALLED_ANSWER_S:
                channel.will_close = True
        cut = self.clients.cut_overdue(steady)
        if cut:
            journal.info("connections-cut", cut=cut, open=len(self.clients))


def make_server(application: Callable[..., Any], limits: ConnectionLimits, **adjustments: Any) -> Any:
    """Return a server that listens and has not begun to answer; `run` serves until SystemExit."""
    adj = Adjustments(
        **adjustments,
        asyncore_use_poll=True,  # select() breaks at descriptor 1,024
        asyncore_loop_timeout=1,
        cleanup_interval=1,
        # Lines decide how many there are: waitress itself would stop to listen, and the idle ones would have won.
        connection_limit=limits.most * 4 + 256,
        max_request_header_size=request_head.LARGEST_HEAD,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adj.threads)
    clients = ConnectionTable(limits)
    channels: dict[int, Any] = {}
    servers = [
        BoundedServer(clients, application, channels, True, None, dispatcher, adj, sockinfo) for sockinfo in adj.listen
    ]
    if len(servers) == 1:
        return servers[0]
    listening = [(server.effective_host, server.effective_port) for server in servers]
    return waitress.server.MultiSocketServer(channels, adj, listening, dispatcher)


def _send_refusal(connection: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError):
        connection.send(answer)
