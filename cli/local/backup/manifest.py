"""What belongs to a backup: every file with its SHA-256, every log with its size and last checkpoint."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path, PurePosixPath

import msgspec

FORMAT = 1
PREFIX, SUFFIX = "backup-", ".json"
_CHECKSUM_LINE = b"\nsha256 "


class BadBackup(Exception):
    """A backup cannot be used; the text says what is wrong with it and what to do, in Vietnamese."""


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its path in the data folder, its content's SHA-256, size in bytes, mode bits, and time of change."""

    path: str
    sha256: str
    size: int
    mode: int
    mtime_ns: int = 0


class LogMark(msgspec.Struct, frozen=True, kw_only=True):
    """Where a log stood: its events, and its last signed checkpoint (empty when none was signed)."""

    events: int
    checkpoint: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One backup. `damaged` names what could not be taken because it is not in the installation as it was stored."""

    format: int = FORMAT
    installation: str
    made_at: dt.datetime
    files: list[FileEntry]
    logs: dict[str, LogMark]
    damaged: list[str] = []


def manifest_path(folder: Path, made_at: dt.datetime) -> Path:
    """Return where the manifest of a backup made at a moment lies; names sort by moment."""
    return folder / f"{PREFIX}{made_at.astimezone(dt.UTC):%Y%m%dT%H%M%S%fZ}{SUFFIX}"


def encode(manifest: Manifest) -> bytes:
    """Return a manifest as it is written: JSON, and a last line with its SHA-256."""
    body = msgspec.json.encode(manifest)
    return body + _CHECKSUM_LINE + hashlib.sha256(body).hexdigest().encode() + b"\n"


def read_manifest(path: Path) -> Manifest:
    """Return a manifest; raises BadBackup when it is not as it was written."""
    damaged = BadBackup(
        f"Bản kê {path.name} hỏng, không khôi phục từ bản này được. Chọn bản sao lưu khác trong cùng thư mục."
    )
    try:
        body, checksum = path.read_bytes().split(_CHECKSUM_LINE)
        manifest = msgspec.json.decode(body, type=Manifest)
    except (OSError, ValueError) as error:
        raise damaged from error
    if hashlib.sha256(body).hexdigest().encode() + b"\n" != checksum:
        raise damaged
    if manifest.format != FORMAT:
        raise BadBackup(f"Bản kê {path.name} do phiên bản phần mềm mới hơn viết. Cài phiên bản ấy rồi khôi phục lại.")
    if not all(_within(entry.path) for entry in manifest.files):
        raise damaged
    return manifest


def manifests(folder: Path) -> list[Path]:
    """Return the manifests in a backup's folder, the newest last."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


def _within(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts
