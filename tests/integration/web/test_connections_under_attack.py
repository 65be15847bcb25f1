"""Both servers, over real sockets, against those who open connections and ask nothing, ask slowly, or ask in two ways."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.processes.http_probe import answers_ok
from deploy.servers.process import free_ports

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 30.0
HALF_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\nX-Half:"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf"


@dataclasses.dataclass
class Served:
    port: int
    process: subprocess.Popen[bytes]
    opened: list[socket.socket] = dataclasses.field(default_factory=list)

    def open(self, first: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT_S)
        self.opened.append(connection)
        if first:
            with contextlib.suppress(OSError):
                connection.sendall(first)
        return connection

    def ask(self, request: bytes) -> bytes:
        """Send a request and return all that comes until the other side closes."""
        connection = self.open(request)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                answer += piece
        return answer

    def get(self) -> bytes:
        return self.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


@contextlib.contextmanager
def served(kind: str, folder: Path, *, descriptors: int = 256, taken: int = 0, **limits: Any) -> Iterator[Served]:
    (port,) = free_ports(1)
    script = Path(__file__).with_name("serve_small.py")
    command = [sys.executable, str(script), kind, str(port), str(folder), json.dumps(limits)]
    command += [str(descriptors), str(taken)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    server = Served(port, process)
    try:
        deadline = time.monotonic() + TIMEOUT_S
        while not answers_ok("127.0.0.1", port, "/"):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        yield server
    finally:
        for connection in server.opened:
            connection.close()
        process.kill()
        process.wait()


both = pytest.mark.parametrize("kind", ["eventlet", "waitress"])


@both
@pytest.mark.parametrize("first", [b"", HALF_HEAD, HALF_BODY], ids=["silent", "half-head", "half-body"])
def test_hundreds_who_ask_nothing_keep_nobody_out(kind: str, first: bytes, tmp_path: Path) -> None:
    with served(kind, tmp_path, most=40, most_per_address=0, head_s=60, body_s=60) as server:
        for _ in range(300):
            server.open(first)
            if first:
                time.sleep(0.002)
        began = time.monotonic()

        assert server.get().endswith(b"GET 0")

        assert time.monotonic() - began < 10
        assert server.process.poll() is None


@both
def test_one_address_cannot_take_every_place(kind: str, tmp_path: Path) -> None:
    with served(kind, tmp_path, most=200, most_per_address=10, head_s=60) as server:
        early = [server.open() for _ in range(10)]
        for _ in range(10):
            server.open()

        assert _ends(early[0], 10)
        assert server.get().endswith(b"GET 0")


@both
def test_after_the_descriptors_ran_out_it_answers_again(kind: str, tmp_path: Path) -> None:
    """Other parts hold so many that accept itself fails, as it did for 120 connections."""
    with served(kind, tmp_path, descriptors=64, taken=30, most=10_000, most_per_address=0, head_s=60) as server:
        for _ in range(300):
            with contextlib.suppress(OSError):
                server.open(HALF_HEAD)

        assert server.get().endswith(b"GET 0")

        for connection in server.opened:
            connection.close()
        assert server.get().endswith(b"GET 0")
        assert server.process.poll() is None


@both
def test_a_head_must_come_in_time_even_if_bytes_trickle(kind: str, tmp_path: Path) -> None:
    with served(kind, tmp_path, head_s=1.5) as server:
        silent, trickling = server.open(), server.open(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 8:
                trickling.sendall(b"X-A: b\r\n")
                time.sleep(0.2)

        assert time.monotonic() - began < 8
        assert _ends(silent, 5)
        assert b"408" in _rest(server.open(HALF_HEAD))


@both
def test_a_slow_body_is_taken_as_long_as_it_makes_progress(kind: str, tmp_path: Path) -> None:
    """Longer in all than any limit: only standing still ends it."""
    with served(kind, tmp_path, head_s=1, idle_s=1, body_s=2, body_bytes=100) as server:
        slow = server.open(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n")
        stalled = server.open(HALF_BODY)
        for _ in range(20):
            slow.sendall(b"x" * 100)
            time.sleep(0.3)

        assert _rest(slow).endswith(b"POST 2000")
        assert _ends(stalled, 5)


@both
def test_a_connection_between_two_requests_ends_after_a_while(kind: str, tmp_path: Path) -> None:
    with served(kind, tmp_path, head_s=60, idle_s=1.5) as server:
        kept = server.open(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert kept.recv(65_536)
        time.sleep(0.5)
        kept.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert kept.recv(65_536), "a second request on the same connection"

        assert _ends(kept, 8)


AMBIGUOUS = {
    "two lengths": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
    "a length twice": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
    "a length with a sign": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde"),
    "a length with a list": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nabcde"),
    "a huge length": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
    "a negative length": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
    "length and coding": (
        400,
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "coding in 1.0": (400, b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "unknown coding": (501, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "NUL in a field": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x00c\r\n\r\n"),
    "a lone CR": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rX-B: c\r\n\r\n"),
    "a folded field": (400, b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"),
    "a space before the colon": (400, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde"),
    "two hosts": (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "no version": (400, b"GET /\r\nHost: a\r\n\r\n"),
    "no request": (400, b"\x16\x03\x01\x02\x00\x01\r\n\r\n"),
    "a space in the address": (400, b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    "another version": (505, b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    "a long address": (414, b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a long field": (431, b"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n"),
    "many fields": (431, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: bbbbbbbbbbbbbbbbbbbb\r\n" * 5_000 + b"\r\n"),
}


@both
def test_what_could_be_read_in_two_ways_is_refused_in_vietnamese(kind: str, tmp_path: Path) -> None:
    with served(kind, tmp_path, most_per_address=0) as server:
        for what, (status, request) in AMBIGUOUS.items():
            for accept in (b"", b"Accept: text/html\r\n"):
                asked = request.replace(b"\r\n", b"\r\n" + accept, 1)
                head, _, body = server.ask(asked).partition(b"\r\n\r\n")
                assert head.split(b" ")[1:2] == [str(status).encode()], (what, head)
                assert b"Connection: close" in head, what
                if accept and status not in {414, 431}:
                    assert b"text/html" in head, what
                    assert b'lang="vi"' in body, what
                elif not accept:
                    assert b"application/problem+json" in head, (what, head)
                    problem = json.loads(body)
                    assert (problem["status"], set(problem)) == (
                        status,
                        {"type", "status", "title", "detail", "correlation"},
                    )
        assert server.get().endswith(b"GET 0")


@both
def test_what_is_right_is_read_as_before(kind: str, tmp_path: Path) -> None:
    with served(kind, tmp_path) as server:
        close = b"Connection: close\r\n"
        assert server.ask(b"POST / HTTP/1.1\r\nHost: a\r\n" + close + b"Content-Length: 5\r\n\r\nabcde").endswith(b"POST 5")
        assert server.ask(b"\r\nGET / HTTP/1.1\r\nhost: a\r\n" + close + b"X-A:\r\nX-A: \xc3\xa1\r\n\r\n").endswith(b"GET 0")
        two = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n" + close + b"\r\n"
        assert server.ask(two).count(b"GET 0") == 2
        assert b" 200 " in server.ask(b"GET / HTTP/1.0\r\n\r\n")


def _rest(connection: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(OSError):
        while piece := connection.recv(65_536):
            answer += piece
    return answer


def _ends(connection: socket.socket, within_s: float) -> bool:
    """Say whether the other side ends a connection in time."""
    connection.settimeout(within_s)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
