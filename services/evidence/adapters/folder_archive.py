"""The archive in one folder: for one office, without a server.

``sha256/ab/cd/<sha256>.<version>`` holds the bytes, read-only; the same name with ``.lock`` says until when they stay. A
version is linked into place under a free number, which never replaces anything, so no version is ever overwritten. What
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
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from services.evidence.adapters.files import full_disk_is_a_problem, make_folder, sync_folder, write_atomically
from services.evidence.errors import DigestMismatch, ObjectMissing, RetentionActive, StorageFull
from services.evidence.ports import ArchivedObject, ArchiveProbe, ObjectFacts
from shared.clock import Clock
from shared.vocabulary.ids import Sha256

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

    def put(self, spooled: Path, sha256: Sha256) -> str:
        with full_disk_is_a_problem():
            number = 1
            # The same bytes left by an upload that crashed before its event serve again; damaged ones do not.
            while (path := self._place(sha256, str(number))).exists():
                if _digest(path) == sha256:
                    return str(number)
                number += 1
            make_folder(path.parent)
            return self._link(spooled, sha256, number)

    def open(self, sha256: Sha256, version: str) -> BinaryIO:
        file = self._path(sha256, version).open("rb")
        try:
            if _digest_of(file) != sha256:
                raise DigestMismatch(sha256=sha256, version=version)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def stat(self, sha256: Sha256, version: str) -> ObjectFacts:
        path = self._path(sha256, version)
        return ObjectFacts(size_bytes=path.stat().st_size, retained_until=self._retained(path))

    def inventory(self) -> Iterator[ArchivedObject]:
        for path in self._folder.glob("sha256/*/*/*"):
            sha256, _, version = path.name.partition(".")
            if version.isdecimal():
                stored_at = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
                yield ArchivedObject(sha256=Sha256(sha256), version=version, stored_at=stored_at)

    def lock(self, sha256: Sha256, version: str, until: dt.datetime) -> None:
        path = self._path(sha256, version)
        before = self._retained(path)
        if before is not None and until < before:
            raise RetentionActive("Không rút ngắn được thời hạn khóa của bản lưu.", sha256=sha256, version=version)
        write_atomically(lock_path(path), msgspec.json.encode(_Lock(retained_until=until)))

    def discard(self, sha256: Sha256, version: str) -> None:
        path = self._path(sha256, version)
        until = self._retained(path)
        if until is not None and until > self._clock.now():
            raise RetentionActive("Bản lưu đang trong thời hạn khóa, chưa xóa được.", sha256=sha256, version=version)
        path.unlink()
        lock_path(path).unlink(missing_ok=True)
        sync_folder(path.parent)

    def probe(self) -> ArchiveProbe:
        make_folder(self._folder)
        # Written for real, so that a folder that is full or read-only is found at the start and not at the first scan.
        write_atomically(self._folder / ".probe", b"kiemdinh")
        (self._folder / ".probe").unlink()
        return ArchiveProbe(
            keeps_versions=True,
            enforces_locks=False,
            detail="Kho thư mục: khóa do chương trình giữ; người có quyền trên ổ đĩa vẫn xóa được, nhật ký sẽ phát hiện.",
        )

    def _place(self, sha256: Sha256, version: str) -> Path:
        return object_path(self._folder, sha256, version)

    def _path(self, sha256: Sha256, version: str) -> Path:
        path = self._place(sha256, version)
        if not version.isdecimal() or not path.is_file():
            raise ObjectMissing(
                f"Bản lưu {sha256[:12]} không còn trong kho. Đã báo kiểm toán.", sha256=sha256, version=version
            )
        return path

    def _link(self, spooled: Path, sha256: Sha256, number: int) -> str:
        """Give the bytes their place under the first free number; on another disk, by way of a copy."""
        spooled.chmod(0o444)
        _sync(spooled)
        try:
            return self._link_free(spooled, sha256, number)
        except OSError as error:
            if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
                raise
        copy = self._place(sha256, uuid.uuid4().hex)
        try:
            shutil.copyfile(spooled, copy)
            copy.chmod(0o444)
            _sync(copy)
            return self._link_free(copy, sha256, number)
        finally:
            copy.unlink(missing_ok=True)

    def _link_free(self, source: Path, sha256: Sha256, number: int) -> str:
        while number < _MOST_VERSIONS:
            try:
                os.link(source, self._place(sha256, str(number)))
            except FileExistsError:
                number += 1
            else:
                sync_folder(self._place(sha256, "1").parent)
                return str(number)
        raise StorageFull

    def _retained(self, path: Path) -> dt.datetime | None:
        try:
            return msgspec.json.decode(lock_path(path).read_bytes(), type=_Lock).retained_until
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


def object_path(folder: Path, sha256: Sha256, version: str) -> Path:
    """Return where a version lies in an archive's folder."""
    return folder / "sha256" / sha256[:2] / sha256[2:4] / f"{sha256}.{version}"


def lock_path(path: Path) -> Path:
    """Return where it is written until when an object stays."""
    return path.with_name(f"{path.name}.lock")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def scratch_file() -> BinaryIO:
    """Return a file without a name: in memory while small, on disk beyond, gone when closed."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=8 * _CHUNK, mode="w+b"))
