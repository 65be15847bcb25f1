"""The archive in one folder: for one office, without a server.

``sha256/ab/cd/<sha256>/<version>`` holds the bytes, read-only; ``<version>.lock`` says until when they stay. A version is
linked into place under a free number, which never replaces anything, so an older version cannot be overwritten. What
guards this archive against the owner of the disk is the log (the SHA-256 in it), not the mode bits: `probe` says so.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from services.evidence.adapters.files import full_disk_is_a_problem, make_folder, sync_folder, write_whole
from services.evidence.errors import ObjectMissing, Retained, StoreFull, Tampered
from services.evidence.ports import ArchiveProbe, ObjectFacts
from shared.clock import Clock

_CHUNK = 1 << 20
_MOST_VERSIONS = 1000


class _Lock(msgspec.Struct, frozen=True, kw_only=True):
    retained_until: dt.datetime


class FolderArchive:
    """A `DocumentArchive` on a local file system."""

    name = "folder"

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def put(self, spooled: Path, sha256: str) -> str:
        with full_disk_is_a_problem():
            home = self._home(sha256)
            make_folder(home)
            number = 1
            # The same bytes left by an upload that crashed before its event serve again; damaged ones do not.
            while (home / str(number)).exists():
                if _digest(home / str(number)) == sha256:
                    return str(number)
                number += 1
            return self._link(spooled, home, number)

    def open(self, sha256: str, version: str) -> BinaryIO:
        file = self._path(sha256, version).open("rb")
        try:
            if _digest_of(file) != sha256:
                raise Tampered(sha256=sha256, version=version)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def stat(self, sha256: str, version: str) -> ObjectFacts:
        path = self._path(sha256, version)
        return ObjectFacts(size_bytes=path.stat().st_size, retained_until=self._retained(path))

    def lock(self, sha256: str, version: str, until: dt.datetime) -> None:
        path = self._path(sha256, version)
        before = self._retained(path)
        if before is not None and until < before:
            raise Retained("Không rút ngắn được thời hạn khóa của bản lưu.", sha256=sha256, version=version)
        write_whole(path.with_suffix(".lock"), msgspec.json.encode(_Lock(retained_until=until)))

    def discard(self, sha256: str, version: str) -> None:
        path = self._path(sha256, version)
        until = self._retained(path)
        if until is not None and until > self._clock.now():
            raise Retained("Bản lưu đang trong thời hạn khóa, chưa xóa được.", sha256=sha256, version=version)
        path.unlink()
        path.with_suffix(".lock").unlink(missing_ok=True)
        sync_folder(path.parent)

    def probe(self) -> ArchiveProbe:
        make_folder(self._folder)
        # Written for real, so that a folder that is full or read-only is found at the start and not at the first scan.
        write_whole(self._folder / ".probe", b"kiemdinh")
        (self._folder / ".probe").unlink()
        return ArchiveProbe(
            keeps_versions=True,
            enforces_locks=False,
            detail="Kho thư mục: khóa do chương trình giữ; người có quyền trên ổ đĩa vẫn xóa được, nhật ký sẽ phát hiện.",
        )

    def _home(self, sha256: str) -> Path:
        return self._folder / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def _path(self, sha256: str, version: str) -> Path:
        path = self._home(sha256) / version
        if not version.isdecimal() or not path.is_file():
            raise ObjectMissing(
                f"Bản lưu {sha256[:12]} không còn trong kho. Đã báo kiểm toán.", sha256=sha256, version=version
            )
        return path

    def _link(self, spooled: Path, home: Path, number: int) -> str:
        temporary = home / f".{uuid.uuid4().hex}"
        try:
            _link_or_copy(spooled, temporary)
            temporary.chmod(0o444)
            while number < _MOST_VERSIONS:
                try:
                    os.link(temporary, home / str(number))
                except FileExistsError:
                    number += 1
                else:
                    sync_folder(home)
                    return str(number)
        finally:
            temporary.unlink(missing_ok=True)
        raise StoreFull

    def _retained(self, path: Path) -> dt.datetime | None:
        try:
            return msgspec.json.decode(path.with_suffix(".lock").read_bytes(), type=_Lock).retained_until
        except FileNotFoundError:
            return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return _digest_of(file)


def _digest_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        # Under eventlet this lets others run while a large file is compared.
        time.sleep(0)
    return digest.hexdigest()


def _link_or_copy(source: Path, target: Path) -> None:
    """Give the bytes a second name; on another file system, copy them. Durable when this returns."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
            raise
        shutil.copyfile(source, target)
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def scratch_file() -> BinaryIO:
    """Return a file without a name: in memory while small, on disk beyond, gone when closed."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=8 * _CHUNK, mode="w+b"))
