"""The ports that are served by child processes: reading a file, the image of a page, a look into a file, codes on a paper.

Output goes to files and is looked at in passing, and waiting is `time.sleep`: the same code serves threads and greenlets,
and a child that floods fills a file of limited size instead of a pipe or the service's memory.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from services.evidence.adapters.child_process import LOOK_SECONDS, end_child, start_child, started
from services.evidence.adapters.document_reading import DocumentReading
from services.evidence.adapters.reading_children import STALL_S, ReadingChildren
from services.evidence.domain.media import FileFacts, Flaw, Media
from services.evidence.domain.text import FailureReason
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.protocol import (
    ChildLimits,
    Exit,
    InspectFile,
    ReadingOptions,
    receive_message,
    send_message,
)
from services.evidence.file_validation import validate_file
from services.evidence.ports import ExtractionFailed, ProgressCallback
from shared.problems import Problem, Unavailable


class SubprocessTextExtractor:
    """A `TextExtractor` by living children: those it is given, which serve others too, or some of its own a document.

    `stall_s` is how long a child of its own may take for a page at most; `options` say by which engine pages are read.
    """

    def __init__(
        self,
        limits: ChildLimits | None = None,
        *,
        stall_s: float = STALL_S,
        children: ReadingChildren | None = None,
        options: ReadingOptions | None = None,
    ) -> None:
        self._limits = limits
        self._stall_s = stall_s
        self._children = children
        self._options = options or ReadingOptions()

    def read(self, source: Path, media: Media, into: Path, progress: ProgressCallback) -> None:
        if self._children is not None:
            DocumentReading(self._children, self._options, source, media, into, progress).read()
            return
        with ReadingChildren(self._limits, stall_s=self._stall_s) as children:
            DocumentReading(children, self._options, source, media, into, progress).read()


class SubprocessPageRenderer:
    """A `PageRenderer` of one process a page, one at a time; a page that takes longer than `timeout_s` has no image."""

    def __init__(self, limits: ChildLimits | None = None, *, timeout_s: float = 20.0, turn_timeout_s: float = 10.0) -> None:
        self._limits = limits or ChildLimits(cpu_seconds=30)
        self._timeout_s = timeout_s
        self._turn_timeout_s = turn_timeout_s
        self._turn = threading.Lock()

    def view(self, source: Path, media: Media, number: int, into: Path) -> None:
        if not self._turn.acquire(timeout=self._turn_timeout_s):
            raise Unavailable("Máy chủ đang bận, chưa dựng được ảnh trang. Mở lại trang sau ít phút.")
        try:
            self._view(["view", self._limits.text(), str(source.resolve()), media.value, str(into.resolve()), str(number)])
        finally:
            self._turn.release()

    def _view(self, arguments: list[str]) -> None:
        until = time.monotonic() + self._timeout_s
        with tempfile.TemporaryFile() as output, started(arguments, output, output) as child:
            while child.poll() is None and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
            if child.poll() is None:
                raise ExtractionFailed(FailureReason.TIMEOUT, lasting=False)
        if child.returncode != Exit.DONE:
            broken = child.returncode == Exit.DAMAGED
            raise ExtractionFailed(FailureReason.DAMAGED if broken else FailureReason.ENGINE, lasting=False)


class SubprocessFileInspector:
    """An `FileInspector` that keeps one child at hand while files come in; the child leaves when nobody asks for a while."""

    def __init__(self, limits: ChildLimits | None = None, *, timeout_s: float = 20.0) -> None:
        self._limits = limits or ChildLimits()
        self._timeout_s = timeout_s
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._peer: socket.socket | None = None

    def look(self, path: Path, media: Media) -> FileFacts:
        question = msgspec.json.encode(InspectFile(path=str(path.resolve()), media=media.value))
        with self._turn:
            answer = self._answer(question)
        return FileFacts(media=media, flaw=Flaw.UNSEEN) if answer is None else msgspec.json.decode(answer, type=FileFacts)

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._drop()

    def _ready(self) -> bool:
        """Make sure that a child runs; True when it was just started."""
        if self._child is not None and self._child.poll() is None:
            return False
        self._drop()
        ours, theirs = socket.socketpair()
        ours.settimeout(self._timeout_s)
        with theirs:
            number = theirs.fileno()
            arguments = ["inspect", self._limits.text(), str(number)]
            try:
                self._child = start_child(arguments, subprocess.DEVNULL, descriptors=(number,))
            except OSError as error:
                ours.close()
                raise Unavailable("Máy chủ đang bận, chưa xem được tệp. Giữ tệp lại. Thử lại sau ít phút.") from error
        self._peer = ours
        return True

    def _answer(self, question: bytes) -> bytes | None:
        """Return the child's answer, None when it died or hung over the file."""
        fresh = self._ready()
        try:
            return self._ask(question)
        except TimeoutError:
            self._drop()
            return None
        except (OSError, EOFError):
            self._drop()
        # It may have left between two questions; a fresh one that fails too was felled by the file.
        return None if fresh else self._answer(question)

    def _ask(self, question: bytes) -> bytes:
        peer = self._peer
        assert peer is not None
        send_message(peer, question)
        return receive_message(peer)

    def _drop(self) -> None:
        if self._peer is not None:
            self._peer.close()
        if self._child is not None:
            end_child(self._child)
        self._peer = self._child = None


def find_codes(path: Path, *, limits: ChildLimits | None = None, timeout_s: float = 60.0) -> list[str]:
    """Return the codes of prints on the first page of a file that has any; none where the file cannot be looked at."""
    limits = limits or ChildLimits()
    inspector = SubprocessFileInspector(limits)
    try:
        media = validate_file(path, path.name, inspector, FileLimits()).media
    except Problem:
        return []
    finally:
        inspector.close()
    until = time.monotonic() + timeout_s
    with tempfile.TemporaryFile() as output:
        with started(["codes", limits.text(), str(path.resolve()), media.value], output, subprocess.DEVNULL) as child:
            while child.poll() is None and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
        output.seek(0)
        return output.read().decode("ascii", "replace").split()
