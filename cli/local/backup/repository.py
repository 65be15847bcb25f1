"""The folder that backups go to: content under its SHA-256, manifests beside it, and a note whose installation it serves."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cli.local.backup.manifest import BadBackup, FileEntry, Manifest, encode, manifest_path

MARK = "kiemdinh-backup.json"
_CHUNK = 1 << 20


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    installation: str


class BackupAltered(Exception):
    """A file's content is not what its name or its log says."""


class BackupRepository:
    """One such folder. `objects/ab/cd/<sha256>` never changes once it is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._unfinished = self.folder / ".unfinished"

    @contextlib.contextmanager
    def held_for(self, installation: str) -> Iterator[None]:
        """Hold the folder alone for one installation, made where it is missing.

        Raises BadBackup when it holds other things, serves another installation, or somebody else writes to it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim(installation)
        with (self.folder / MARK).open("rb") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadBackup(f"Một lần sao lưu khác đang ghi vào {self.folder}. Đợi lần ấy xong rồi chạy lại.") from None
            shutil.rmtree(self._unfinished, ignore_errors=True)
            self._unfinished.mkdir(mode=0o700)
            try:
                yield
            finally:
                shutil.rmtree(self._unfinished, ignore_errors=True)

    def _claim(self, installation: str) -> None:
        mark = self.folder / MARK
        if not mark.exists():
            if any(file.name != "lost+found" for file in self.folder.iterdir()):
                raise BadBackup(
                    f"Thư mục {self.folder} đã có thứ khác bên trong. Chọn thư mục trống, hoặc thư mục sao lưu cũ."
                )
            mark.touch(mode=0o600)
            mark.write_bytes(msgspec.json.encode(_Mark(installation=installation)))
            return
        try:
            owner = msgspec.json.decode(mark.read_bytes(), type=_Mark).installation
        except msgspec.MsgspecError as error:
            raise BadBackup(f"Tệp {mark} hỏng. Chọn thư mục sao lưu khác.") from error
        if owner != installation:
            raise BadBackup(f"Thư mục {self.folder} là bản sao lưu của hệ thống khác (mã {owner}). Chọn thư mục khác.")

    def scratch(self) -> Path:
        """Return the path of a new file that goes away with this backup."""
        return self._unfinished / uuid.uuid4().hex

    def place(self, sha256: str) -> Path:
        """Return where content lies."""
        return self.folder / "objects" / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str, size: int) -> bool:
        """Say whether content is here, whole by its length."""
        with contextlib.suppress(FileNotFoundError):
            return self.place(sha256).stat().st_size == size
        return False

    def put(self, source: Path, expected: str = "") -> tuple[str, int]:
        """Copy a file's content in; return its SHA-256 and size. Raises Altered when it is not what is expected."""
        part = self.scratch()
        digest = hashlib.sha256()
        with source.open("rb") as read, part.open("xb") as write:
            while chunk := read.read(_CHUNK):
                digest.update(chunk)
                write.write(chunk)
            size = write.tell()
        sha256 = digest.hexdigest()
        if expected and sha256 != expected:
            part.unlink()
            raise BackupAltered(source)
        part.chmod(0o400)
        place = self.place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        return sha256, size

    def write_manifest(self, manifest: Manifest) -> Path:
        """Write the manifest, after everything it names is safe on the disk."""
        os.sync()
        part, path = self.scratch(), manifest_path(self.folder, manifest.made_at)
        part.touch(mode=0o600)
        with part.open("wb") as write:
            write.write(encode(manifest))
            write.flush()
            os.fsync(write.fileno())
        part.replace(path)
        os.sync()
        return path

    def check(self, entry: FileEntry) -> None:
        """Raise BadBackup when the content of a file is missing or is not as it was taken."""
        try:
            right = digest_of(self.place(entry.sha256)) == entry.sha256
        except OSError:
            right = False
            missing = not self.place(entry.sha256).exists()
        else:
            missing = False
        if not right:
            how = "thiếu" if missing else "hỏng"
            raise BadBackup(
                f"Bản sao lưu {how} tệp {entry.path} (objects/{entry.sha256[:12]}…). Chưa khôi phục gì. "
                "Dùng bản sao lưu ở nơi khác; nếu hệ thống cũ còn, xóa tệp hỏng ấy và sao lưu lại."
            )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
