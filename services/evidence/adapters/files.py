"""Files written so that a crash or a full disk leaves either the whole or nothing."""

from __future__ import annotations

import errno
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from services.evidence.errors import StorageFull

_CHUNK = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def full_disk_is_a_problem() -> Iterator[None]:
    """Turn "no space left", "quota exceeded" and "file too large" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def sync_folder(folder: Path) -> None:
    """Make names that were just linked or renamed in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, each durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary one: fsync, rename, fsync of the folder. Raises StorageFull."""
    copy_atomically(path, io.BytesIO(data))


def copy_atomically(path: Path, source: BinaryIO) -> None:
    """Write what a source holds, as `write_atomically` does, piece by piece. Raises StorageFull."""
    with full_disk_is_a_problem():
        make_folder(path.parent)
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with temporary.open("xb") as file:
                shutil.copyfileobj(source, file, _CHUNK)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
