"""Where uploads grow, slice by slice, until they are whole: bounded memory, an offset that outlives the process."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from services.evidence.adapters.files import full_disk_is_a_problem, make_folder
from services.evidence.errors import BeingUploaded
from services.evidence.ports import Source
from shared.storage.disk_space import DiskSpaceGuard, UnlimitedDiskSpace
from shared.vocabulary.ids import Sha256

_CHUNK = 1 << 18
_MOST_RUNNING = 256
_ACTIVE_SECONDS = 3.0
_EMPTY_S = 60.0
_ID = re.compile(r"[0-9a-f-]{36}")


class Spool:
    """A folder of growing uploads.

    `<id>.part` holds what came so far, `<id>.done` the answer to a finished upload, so that a sender that missed it may ask
    again. A running SHA-256 is kept for each; after a restart it is taken again from the file. `room` refuses what would
    eat into the disk's reserve, also in the middle of a file.
    """

    def __init__(self, folder: Path, room: DiskSpaceGuard | UnlimitedDiskSpace | None = None) -> None:
        self._folder = folder
        self._room = room or UnlimitedDiskSpace()
        self._running: OrderedDict[str, tuple[int, Any]] = OrderedDict()

    def received(self, upload: str) -> int:
        """Return how many bytes of an upload are here."""
        try:
            return self._part(upload).stat().st_size
        except FileNotFoundError:
            return 0

    def active(self, upload: str) -> bool:
        """Say whether somebody is writing this upload or did so in the last seconds."""
        part = self._part(upload)
        try:
            # Judged by the file's own time: this is about another process, not about the log.
            fresh = time.time() - part.stat().st_mtime < _ACTIVE_SECONDS
        except FileNotFoundError:
            return False
        if fresh:
            return True
        try:
            with self.acquire(upload):
                return False
        except BeingUploaded:
            return True

    def free_bytes(self) -> int:
        """Return how many bytes the disk of the spool has left."""
        with full_disk_is_a_problem():
            make_folder(self._folder)
        return shutil.disk_usage(self._folder).free

    @contextmanager
    def acquire(self, upload: str) -> Iterator[SpooledUpload]:
        """Hold an upload alone, among all processes. Raises BeingUploaded when somebody else does, StorageFull."""
        self._room.require()
        with full_disk_is_a_problem():
            make_folder(self._folder)
            file = self._open(upload)
        try:
            self._lock(file, upload)
            yield SpooledUpload(self, upload, file)
        finally:
            file.close()

    def answer(self, upload: str) -> bytes | None:
        """Return what was answered to a finished upload, if it is still known."""
        try:
            return self._done(upload).read_bytes()
        except FileNotFoundError:
            return None

    def sweep(self, older_than_s: float) -> int:
        """Remove uploads that nobody went on with, and soon those that hold no byte to go on from; return how many."""
        swept = 0
        for path in self._folder.glob("*.*") if self._folder.is_dir() else ():
            with suppress(FileNotFoundError):
                status = path.stat()
                if time.time() - status.st_mtime > (older_than_s if status.st_size else min(_EMPTY_S, older_than_s)):
                    swept += _unlink_unheld(path)
        return swept

    def _open(self, upload: str) -> BinaryIO:
        try:
            # Unbuffered: what a full disk did not take must not be written after all when the file is closed, behind the
            # slice that was taken back.
            return cast("BinaryIO", self._part(upload).open("ab+", buffering=0))
        except PermissionError:
            # Whole, and made read-only by an archive that took it before the log could: only looked at from now on.
            return self._part(upload).open("rb")

    def _lock(self, file: BinaryIO, upload: str) -> None:
        busy = BeingUploaded(
            "Tệp này đang được tải từ máy khác. Biên nhận sẽ hiện ở cả hai nơi.", received_bytes=self.received(upload)
        )
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            same = os.fstat(file.fileno()).st_ino == self._part(upload).stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            raise busy from None
        # Finished and removed between opening and locking: its bytes may be the archive's by now.
        if not same:
            raise busy

    def _part(self, upload: str) -> Path:
        return self._folder / f"{_checked(upload)}.part"

    def _done(self, upload: str) -> Path:
        return self._folder / f"{_checked(upload)}.done"


class SpooledUpload:
    """An upload held alone: append to it, hash it, finish it."""

    def __init__(self, spool: Spool, upload: str, file: BinaryIO) -> None:
        self._spool = spool
        self._upload = upload
        self._file = file

    @property
    def path(self) -> Path:
        return self._spool._part(self._upload)

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def append(self, source: Source, length: int) -> int:
        before = self.size
        digest = self._digest_at(before)
        try:
            with full_disk_is_a_problem():
                self._copy(source, length, digest)
        except BaseException as error:
            if not isinstance(error, ConnectionError):
                os.ftruncate(self._file.fileno(), before)
                self._spool._running.pop(self._upload, None)
                if not before:
                    self.remove()
            raise
        return self.size

    def digest(self) -> Sha256:
        return Sha256(self._digest_at(self.size).hexdigest())

    def open(self) -> BinaryIO:
        return self.path.open("rb")

    def remove(self) -> None:
        self._spool._running.pop(self._upload, None)
        self.path.unlink(missing_ok=True)

    def finish(self, answer: bytes) -> None:
        # Only a convenience for a sender that lost it: a full disk here must not undo a receipt.
        with suppress(Exception):
            self._spool._done(self._upload).write_bytes(answer)
        self.remove()

    def _copy(self, source: Source, length: int, digest: Any) -> None:
        left = length
        try:
            while left > 0:
                chunk = source.read(min(_CHUNK, left))
                if not chunk:
                    break
                self._spool._room.require()
                self._write(chunk)
                digest.update(chunk)
                left -= len(chunk)
        finally:
            # What the offset promises must outlive a power cut: a hole in a scan would be kept for ever.
            os.fsync(self._file.fileno())
        self._remember(digest)

    def _write(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            left = left[self._file.write(left) :]

    def _remember(self, digest: Any) -> None:
        running = self._spool._running
        running[self._upload] = (self.size, digest)
        running.move_to_end(self._upload)
        while len(running) > _MOST_RUNNING:
            running.popitem(last=False)

    def _digest_at(self, size: int) -> Any:
        known = self._spool._running.get(self._upload)
        if known is not None and known[0] == size:
            return known[1].copy()
        digest = hashlib.sha256()
        with self.open() as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                # Under eventlet this lets others run while a large file is hashed again.
                time.sleep(0)
        return digest


def _unlink_unheld(path: Path) -> bool:
    """Remove a file unless somebody writes it; say whether it was removed."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        path.unlink()
    return True


def _checked(upload: str) -> str:
    if not _ID.fullmatch(upload):
        message = "an upload id is a UUID"
        raise ValueError(message)
    return upload
