"""The one place that runs extraction in a child process: starts it, watches it, ends its process group when it hangs.

Output goes to files and is looked at in passing, and waiting is `time.sleep`: the same code serves threads and greenlets,
and a child that floods fills a file of limited size instead of a pipe or the service's memory.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

import services
from services.evidence.domain.media import FileFacts, Flaw, Media, remarks
from services.evidence.domain.text import FailureReason, ReadText, decode_text
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.protocol import (
    TEXT_FILE,
    ChildLimits,
    Exit,
    InspectFile,
    PageDone,
    receive_message,
    send_message,
)
from services.evidence.file_validation import validate_file
from services.evidence.ports import ExtractionFailed, ProgressCallback
from shared.problems import Problem, Unavailable

_ROOT = str(Path(next(iter(services.__path__))).resolve().parent)
_MODULE = "services.evidence.extraction"
_LOOK_SECONDS = 0.05
_REASONS = {
    Exit.DAMAGED: (FailureReason.DAMAGED, True),
    Exit.UNSUPPORTED: (FailureReason.UNSUPPORTED, True),
    Exit.TIMEOUT: (FailureReason.TIMEOUT, False),
    Exit.MEMORY: (FailureReason.MEMORY, False),
    Exit.ENGINE: (FailureReason.ENGINE, False),
}


class SubprocessTextExtractor:
    """A `TextExtractor` that runs one process a document. `stall_s` is how long a page may take at most."""

    def __init__(self, limits: ChildLimits | None = None, *, stall_s: float = 150.0) -> None:
        self._limits = limits or ChildLimits()
        self._stall_s = stall_s

    def read(self, source: Path, media: Media, into: Path, progress: ProgressCallback) -> None:
        arguments = ["read", self._limits.text(), str(source.resolve()), media.value, str(into.resolve())]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            with _started(arguments, output, errors) as child:
                finished = self._watch(child, output, progress)
            if not finished:
                raise ExtractionFailed(FailureReason.TIMEOUT, lasting=False)
            self._judge(child.returncode, into)

    def _watch(self, child: subprocess.Popen[bytes], output: BinaryIO, progress: ProgressCallback) -> bool:
        reported, since = PageDone(page=-1, pages=0), time.monotonic()
        while child.poll() is None:
            latest = _last_line(output)
            if latest is not None and latest != reported:
                reported, since = latest, time.monotonic()
                progress(latest.page, latest.pages)
            if time.monotonic() - since > self._stall_s:
                return False
            time.sleep(_LOOK_SECONDS)
        latest = _last_line(output)
        if latest is not None and latest != reported:
            progress(latest.page, latest.pages)
        return True

    def _judge(self, status: int, into: Path) -> None:
        if status == Exit.DONE and (into / TEXT_FILE).is_file():
            return
        reason, lasting = (
            _REASONS.get(Exit(status), (FailureReason.ENGINE, False))
            if status in set(Exit)
            else (
                FailureReason.TIMEOUT if status == -signal.SIGXCPU else FailureReason.ENGINE,
                False,
            )
        )
        raise ExtractionFailed(reason, lasting=lasting)


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
        with tempfile.TemporaryFile() as output, _started(arguments, output, output) as child:
            while child.poll() is None and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
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
                self._child = _start(arguments, subprocess.DEVNULL, descriptors=(number,))
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
            end(self._child)
        self._peer = self._child = None


def read_file(
    path: Path,
    *,
    limits: ChildLimits | None = None,
    progress: ProgressCallback | None = None,
    remark: Callable[[str], None] | None = None,
) -> ReadText:
    """Read one file without any server, after the same validation as an upload; `remark` hears what a clerk should know.

    Raises every problem for which an upload is refused, and ExtractionFailed.
    """
    inspector = SubprocessFileInspector(limits)
    try:
        facts = validate_file(path, path.name, inspector, FileLimits())
    finally:
        inspector.close()
    if remark is not None:
        for sentence in remarks(path.name, facts.media, end_missing=facts.end_missing):
            remark(sentence)
    with tempfile.TemporaryDirectory(prefix="kiemdinh-doc-") as folder:
        SubprocessTextExtractor(limits).read(path, facts.media, Path(folder), progress or (lambda page_from, _pages: None))
        return decode_text((Path(folder) / TEXT_FILE).read_bytes())


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
        with _started(["codes", limits.text(), str(path.resolve()), media.value], output, subprocess.DEVNULL) as child:
            while child.poll() is None and time.monotonic() < until:
                time.sleep(_LOOK_SECONDS)
        output.seek(0)
        return output.read().decode("ascii", "replace").split()


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole process group and reap it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    while child.poll() is None:
        time.sleep(_LOOK_SECONDS)


@contextmanager
def _started(arguments: list[str], output: BinaryIO, errors: BinaryIO | int) -> Iterator[subprocess.Popen[bytes]]:
    child = _start(arguments, output, errors)
    try:
        yield child
    finally:
        end(child)


def _start(
    arguments: list[str],
    output: BinaryIO | int,
    errors: BinaryIO | int = subprocess.DEVNULL,
    *,
    descriptors: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    # A session of its own, so that tesseract dies with the child; a list, so that no shell ever sees a name.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, arguments are paths we made
        [sys.executable, "-m", _MODULE, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        cwd=_ROOT,
        start_new_session=True,
        pass_fds=descriptors,
    )


def _last_line(output: BinaryIO) -> PageDone | None:
    descriptor = output.fileno()
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, 256, max(0, size - 256))
    for line in reversed(tail.split(b"\n")[:-1]):
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(line, type=PageDone)
    return None
