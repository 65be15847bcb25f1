"""The protocol between the service and its extraction child; imported by both, so it needs no library but msgspec."""

from __future__ import annotations

import enum
import socket
import struct
from typing import Self

import msgspec

from services.evidence.domain.text import FoundCode, ReadPage


class Exit(enum.IntEnum):
    """The child's exit status. Anything else is a crash."""

    DONE = 0
    DAMAGED = 65
    UNSUPPORTED = 69
    ENGINE = 70
    NO_ROOM = 73
    """The disk that results are written to is full: no fault of the file's."""
    TIMEOUT = 75
    MEMORY = 77


class ChildLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a child may use. `memory_bytes` is address space, of the child and of each tesseract it starts.

    `cpu_seconds` is processor time for one job, and for one document as long as its pages need less; `page_seconds` is for
    one pass over a page; a child that nobody asks for `idle_seconds` leaves. `niceness` (0 to 19) is how far it steps back
    behind other processes: a service reads when nobody waits for the machine.
    """

    memory_bytes: int = 3 * 1024**3
    file_bytes: int = 256 * 1024**2
    cpu_seconds: int = 3600
    page_seconds: int = 90
    idle_seconds: int = 600
    niceness: int = 5
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
    """How pages are to be read: the engine's name ("layout" or "plain"), and which of its steps to leave out.

    `explain` is a folder that gets an image after each step of each page, and how long the step took; "" for none. Without
    `images` no images of pages are made, which take a tenth of the time.
    """

    engine: str = "layout"
    without: tuple[str, ...] = ()
    explain: str = ""
    images: bool = True


class CountPages(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Ask how many pages a file of a kind (a media type) has; the answer's notes are words of `ReadingNote`."""

    source: str
    media: str


class ReadPageJob(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Ask to read one page (from 1) into a folder: `reading_file`, `page_file`, `thumbnail_file`."""

    source: str
    media: str
    number: int
    into: str
    options: ReadingOptions = ReadingOptions()


class DrawPage(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the images of one page as it lies in the file, unread."""

    source: str
    media: str
    number: int
    into: str


class MakePdf(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the searchable PDF/A of a file whose text lies in a file (`TEXT_FILE`); the answer's notes are sentences."""

    source: str
    media: str
    text: str
    into: str


class NameSteps(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the steps of the `layout` engine, in their order: the answer's notes are their names."""


class LoadEngine(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Have an engine ready before the first page that it is to read."""

    options: ReadingOptions


ChildJob = CountPages | ReadPageJob | DrawPage | MakePdf | NameSteps | LoadEngine


class ChildAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How a job went: `exit` as the exit status of a child that does one job only.

    `pages` and `notes` are of the file (the latter as the job says), `width` and `height` of the image that was drawn;
    `resident_bytes` is what the child holds in memory by now, `cpu_seconds` the processor time of this job.
    """

    exit: int = 0
    pages: int = 0
    notes: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    resident_bytes: int = 0
    cpu_seconds: float = 0.0


class PageReading(msgspec.Struct, frozen=True, kw_only=True):
    """What came of reading one page; `width` and `height` (pixels) are those of the image that the words were read on.

    `again` is a second reading of a page with codes. `engine`, `engine_version` and `pipeline` say what read it.
    """

    page: ReadPage
    width: int
    height: int
    engine: str
    engine_version: str
    pipeline: str
    codes: tuple[FoundCode, ...] = ()
    again: ReadPage | None = None


class StepTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long one step of the pipeline took on one page."""

    page: int
    step: str
    seconds: float


class InspectFile(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the inspecting child about a file of a kind (a media type); the answer is an encoded `FileFacts`."""

    path: str
    media: str


_LONGEST_MESSAGE = 1 << 20


def send_message(peer: socket.socket, message: bytes) -> None:
    """Send one message: its length in four bytes, then the message."""
    peer.sendall(struct.pack(">I", len(message)) + message)


def receive_message(peer: socket.socket) -> bytes:
    """Return the next message that `send_message` sent; raises EOFError when the other side is gone or talks nonsense."""
    length = struct.unpack(">I", _exactly(peer, 4))[0]
    if length > _LONGEST_MESSAGE:
        raise EOFError
    return _exactly(peer, length)


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


def reading_file(number: int) -> str:
    """Return the name of what was read on a page: an encoded `PageReading`."""
    return f"words-{number:04}.json"


TEXT_FILE = "text.json"
STEPS_FILE = "steps.jsonl"
"""A `StepTime` a line, in the folder of each page below that of `ReadingOptions.explain`."""


def explained_folder(number: int) -> str:
    """Return the name of a page's folder below that of `ReadingOptions.explain`."""
    return f"page-{number:04}"


def image_files(pages: int) -> list[str]:
    """Return the names of all images of a document that has so many pages, which are numbered from 1."""
    return [name(number) for number in range(1, pages + 1) for name in (page_file, thumbnail_file)]
