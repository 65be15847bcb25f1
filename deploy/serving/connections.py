"""Connections as something that is scarce: how long one may be silent, how slow, how many at once, and which one goes first.

A connection that asks nothing costs a descriptor, and a stranger can open a thousand of them without signing in. So each
must show its head in time and make progress with its body; and where there is no room for a new one, the one that has been
idle for longest makes room. Nothing here touches a socket: servers report what happens, and are told whom to cut.

Home-made, for neither eventlet.wsgi nor waitress bounds how long a whole head may take, how slow a body may be, or how many
connections one address may have.
"""

from __future__ import annotations

import dataclasses
import enum
import errno
import math
import resource
from collections.abc import Callable

from shared.logs import Journal

journal = Journal("web")

NO_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
MOST_DESCRIPTORS = 16_384
STARVED_SHARE = 0.5
"""How many of the idle connections go when the descriptors ran out: many come at once then."""

PAUSE_S = 0.2
"""For how long nothing is accepted after the descriptors ran out."""

STALLED_ANSWER_S = 120
"""For how long the other side may take nothing of an answer."""

_REPORT_EVERY_S = 60.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """What a server bears. `most_per_address` is 0 where everybody comes through one proxy, which has limits of its own.

    A head must be whole `head_s` after its first byte (or after the connection was made); a connection between two requests
    ends after `idle_s`. A body may take hours, but not stand still: each `body_bytes` must come within `body_s`.
    """

    most: int = 500
    most_per_address: int = 250
    head_s: float = 10.0
    idle_s: float = 60.0
    body_s: float = 60.0
    body_bytes: int = 16_384


class Phase(enum.Enum):
    """What is going on on a connection."""

    NEW = enum.auto()
    """Made, and silent so far."""
    IDLE = enum.auto()
    """Between two requests."""
    HEAD = enum.auto()
    BODY = enum.auto()
    ANSWER = enum.auto()


_WAITING = frozenset({Phase.NEW, Phase.IDLE, Phase.HEAD})


class ClientConnection:
    """One connection. `cut` ends it; it may be called from the server's own loop only."""

    __slots__ = ("_got", "_waited", "_waiting_since", "address", "cut", "last_at", "phase", "since")

    def __init__(self, address: str, now: float, cut: Callable[[], None]) -> None:
        self.address = address
        self.cut = cut
        self.phase = Phase.NEW
        self.since = self.last_at = now
        self._got = 0
        self._waited = 0.0
        self._waiting_since: float | None = None

    def turn(self, phase: Phase, now: float) -> None:
        """Note that something else goes on from now."""
        self.phase, self.since, self.last_at = phase, now, now
        self._got, self._waited, self._waiting_since = 0, 0.0, None

    def wait(self, now: float) -> None:
        """Note that bytes of a request are waited for."""
        self._waiting_since = now

    def receive(self, count: int, now: float, limits: ConnectionLimits) -> None:
        """Note that bytes came; the first of a head begin it."""
        if self._waiting_since is not None:
            self._waited += now - self._waiting_since
            self._waiting_since = None
        self.last_at = now
        if self.phase in {Phase.NEW, Phase.IDLE}:
            # What is left of the time of a new connection is not given anew for its first byte.
            self.phase, self.since = Phase.HEAD, self.since if self.phase is Phase.NEW else now
        self._got += count
        if self._got >= limits.body_bytes:
            self._got, self._waited = 0, 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether bytes are waited for just now."""
        return self._waiting_since is not None

    def is_overdue(self, now: float, limits: ConnectionLimits) -> bool:
        """Say whether the other side had its time. A server that is busy itself never makes a body late."""
        match self.phase:
            case Phase.IDLE:
                return now - self.since > limits.idle_s
            case Phase.NEW | Phase.HEAD:
                return now - self.since > limits.head_s
            case Phase.BODY:
                return self._waiting_since is not None and self._waited + now - self._waiting_since > limits.body_s
            case Phase.ANSWER:
                return False


class ConnectionTable:
    """All connections of one server."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._clients: set[ClientConnection] = set()
        self._of: dict[str, int] = {}
        self._reported_at = -_REPORT_EVERY_S

    def __len__(self) -> int:
        return len(self._clients)

    def admit(self, client: ClientConnection) -> bool:
        """Take a new connection in, cutting an idle one where there is no room; False: there is none to cut."""
        of = self._of.get(client.address, 0)
        crowded = bool(self.limits.most_per_address) and of >= self.limits.most_per_address
        if (crowded and not self._cut_one(client.address)) or (len(self) >= self.limits.most and not self._cut_one("")):
            return False
        self._clients.add(client)
        self._of[client.address] = self._of.get(client.address, 0) + 1
        return True

    def leave(self, client: ClientConnection) -> None:
        """Forget a connection that ended."""
        if client not in self._clients:
            return
        self._clients.remove(client)
        self._of[client.address] -= 1
        if not self._of[client.address]:
            del self._of[client.address]

    def cut_overdue(self, now: float) -> int:
        """Cut every connection whose time is over; return how many."""
        late = [client for client in self._clients if client.is_overdue(now, self.limits)]
        for client in late:
            self._cut(client)
        return len(late)

    def cut_idle(self, share: float) -> int:
        """Cut the idle connections of the longest standing, so that there are descriptors again; return how many."""
        waiting = sorted((client for client in self._clients if client.phase in _WAITING), key=lambda client: client.since)
        chosen = waiting[: math.ceil(len(waiting) * share)]
        for client in chosen:
            self._cut(client)
        return len(chosen)

    def cut_starved(self, error: OSError, now: float) -> int:
        """Cut half of the idle connections after the descriptors ran out, as `error` says; return how many.

        It is told in the log once a minute at most.
        """
        cut = self.cut_idle(STARVED_SHARE)
        if now - self._reported_at >= _REPORT_EVERY_S:
            self._reported_at = now
            journal.error("no-descriptors", error, open=len(self), cut=cut)
        return cut

    def _cut_one(self, address: str) -> bool:
        """Cut the connection that has been idle for longest, else the upload from which nothing came for longest."""
        clients = [client for client in self._clients if address in {"", client.address}]
        waiting = [client for client in clients if client.phase in _WAITING]
        stalled = [client for client in clients if client.phase is Phase.BODY and client.is_waiting]
        victim = min(waiting, key=lambda x: x.since, default=None) or min(stalled, key=lambda x: x.last_at, default=None)
        if victim is None:
            return False
        self._cut(victim)
        return True

    def _cut(self, client: ClientConnection) -> None:
        self.leave(client)
        client.cut()


def raise_descriptors() -> int:
    """Raise the limit of open descriptors as far as the system lets us (at most to 16,384); return what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


def fitting(limits: ConnectionLimits, descriptors: int) -> ConnectionLimits:
    """Return limits that leave half of the descriptors to databases, files and children."""
    most = min(limits.most, max(4, descriptors // 2))
    return dataclasses.replace(limits, most=most, most_per_address=min(limits.most_per_address, most))
