"""Puts a backup back into an empty folder, after all of it was found to be as it was taken."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from cli.local.backup.manifest import BadBackup, FileEntry, Manifest, manifests, read_manifest
from cli.local.backup.repository import MARK, BackupRepository, digest_of
from deploy.installation.data_folder import LEFT_BEHIND, PRIVATE, write_atomically
from deploy.installation.settings import CONFIGURATION
from shared.clock import Clock

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""

RESTORED = "restored.json"
"""When and from which backup a folder was put back: the auditor reads it."""


def choose(source: Path, made: str = "") -> Path:
    """Return the manifest of the newest backup in a folder, or of the one whose name begins as `made` says."""
    matching = [path for path in manifests(source) if path.stem.removeprefix("backup-").startswith(made)]
    if not matching:
        what = f"bản sao lưu nào bắt đầu bằng {made}" if made else "bản sao lưu trọn vẹn nào"
        raise BadBackup(f"Thư mục {source} không có {what} (tệp backup-….json). Xem lại --from.")
    return matching[-1]


def restore(
    source: Path, data: Path, clock: Clock, made: str = "", progress: Progress = lambda _done, _all: None
) -> Manifest:
    """Put a backup back; raises BadBackup (nothing was written then), OSError.

    The settings are written last: a folder where this was cut off is no installation.
    """
    vault, path = BackupRepository(source), choose(source, made)
    manifest = read_manifest(path)
    _require_empty(data)
    if not (vault.folder / MARK).exists() or CONFIGURATION not in {entry.path for entry in manifest.files}:
        raise BadBackup(f"Thư mục {source} không phải bản sao lưu của kiemdinh. Xem lại --from.")
    total = 2 * len(manifest.files)
    for number, entry in enumerate(manifest.files, 1):
        vault.check(entry)
        progress(number, total)
    data.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    data.chmod(PRIVATE)
    last = [entry for entry in manifest.files if entry.path == CONFIGURATION]
    note = {"restored_at": clock.now().isoformat(), "made_at": manifest.made_at.isoformat(), "backup": path.name}
    for number, entry in enumerate([entry for entry in manifest.files if entry.path != CONFIGURATION], 1):
        _put_back(vault, entry, data)
        progress(len(manifest.files) + number, total)
    write_atomically(data / RESTORED, json.dumps(note).encode())
    os.sync()
    for entry in last:
        _put_back(vault, entry, data)
    progress(total, total)
    os.sync()
    return manifest


def _require_empty(data: Path) -> None:
    if data.exists() and (not data.is_dir() or any(one.name not in LEFT_BEHIND for one in data.iterdir())):
        raise BadBackup(f"{data} đã có thứ bên trong. Chưa khôi phục gì. Chọn thư mục trống hoặc chưa có cho --data.")


def _put_back(vault: BackupRepository, entry: FileEntry, data: Path) -> None:
    path = data / entry.path
    path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    shutil.copyfile(vault.place(entry.sha256), path)
    if digest_of(path) != entry.sha256:
        raise BadBackup(f"Tệp {entry.path} chép ra khác bản sao lưu: ổ đĩa có lỗi. Thử lại trên ổ đĩa khác.")
    path.chmod(entry.mode)
