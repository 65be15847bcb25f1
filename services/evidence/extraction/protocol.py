"""The protocol between the service and its extraction child; imported by both, so it needs no library but msgspec."""

from __future__ import annotations

import enum
import socket
import struct
from typing import Self

import msgspec


class Exit(enum.IntEnum):
    """The child's exit status. Anything else is a crash."""

    DONE = 0
    DAMAGED = 65
    UNSUPPORTED = 69
    ENGINE = 70
    TIMEOUT = 75
    MEMORY = 77


class ChildLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a child may use. `memory_bytes` is address space, of the child and of each tesseract it starts."""

    memory_bytes: int = 3 * 1024**3
    file_bytes: int = 256 * 1024**2
    cpu_seconds: int = 3600
    page_seconds: int = 90
    idle_seconds: int = 600
    max_pages: int = 1000
    max_pixels: int = 200_000_000
    image_bytes: int = 150_000
    language: str = "vie"
    tesseract: str = "tesseract"

    def text(self) -> str:
        """Return the limits as one argument."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `text()` back."""
        return msgspec.json.decode(text, type=cls)


class ReadingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How pages are to be read: the engine's name ("layout" or "plain"), and which of its steps to leave out."""

    engine: str = "layout"
    without: tuple[str, ...] = ()


class PageDone(msgspec.Struct, frozen=True, kw_only=True):
    """One progress line: page `page` of `pages` is read (0: the count is known)."""

    page: int
    pages: int


class InspectFile(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the inspecting child about a file of a kind (a media type); the answer is an encoded `FileFacts`."""

    path: str
    media: str


def send_message(peer: socket.socket, message: bytes) -> None:
    """Send one message: its length in four bytes, then the message."""
    peer.sendall(struct.pack(">I", len(message)) + message)


def receive_message(peer: socket.socket) -> bytes:
    """Return the next message that `send_message` sent; raises EOFError when the other side is gone."""
    return _exactly(peer, struct.unpack(">I", _exactly(peer, 4))[0])


def _exactly(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def page_file(number: int) -> str:
    """Return the name of a page's image in the child's folder and in the derived store."""
    return f"page-{number:04}.webp"


def thumbnail_file(number: int) -> str:
    """Return the name of a page's thumbnail."""
    return f"thumb-{number:04}.webp"


TEXT_FILE = "text.json"


def image_files(pages: int) -> list[str]:
    """Return the names of all images of a document that has so many pages, which are numbered from 1."""
    return [name(number) for number in range(1, pages + 1) for name in (page_file, thumbnail_file)]
