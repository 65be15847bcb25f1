"""One launcher a folder: the second one is refused and hears who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any


class AlreadyRunning(Exception):
    """Another launcher holds the folder; `pid` and `url` are as far as it has written them (0 and empty while it starts)."""

    def __init__(self, folder: Path, pid: int, url: str) -> None:
        where = f" tại {url}" if url else " (đang khởi động)"
        super().__init__(
            f"Thư mục {folder} đang được một tiến trình khác dùng: pid {pid}{where}. "
            f"Không chạy lần thứ hai trên cùng dữ liệu. Dừng tiến trình kia trước (Ctrl-C hoặc kill {pid})."
        )
        self.folder = folder
        self.pid = pid
        self.url = url


class FolderLock:
    """Held while a launcher runs; the kernel gives it back however the launcher ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "run" / "lock"
        self._descriptor = -1

    def __enter__(self) -> FolderLock:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = self._holder(descriptor)
            os.close(descriptor)
            raise AlreadyRunning(self._folder, int(held.get("pid", 0)), str(held.get("url", ""))) from None
        self._descriptor = descriptor
        self.note_address(url="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = -1

    def note_address(self, *, url: str) -> None:
        """Says in the lock where this launcher answers, for those who are refused."""
        text = json.dumps({"pid": os.getpid(), "url": url}).encode()
        os.ftruncate(self._descriptor, 0)
        with contextlib.suppress(OSError):
            # The lock holds also on a full disk; only who holds it is then not written.
            os.pwrite(self._descriptor, text, 0)

    @staticmethod
    def _holder(descriptor: int) -> dict[str, Any]:
        try:
            holder: dict[str, Any] = json.loads(os.pread(descriptor, 4096, 0))
        except ValueError:
            return {}
        return holder
