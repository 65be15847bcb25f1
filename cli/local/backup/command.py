"""What `kiemdinh backup` and `kiemdinh restore` print and how they end: 0 done, 1 not or not all of it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from cli.command import Screen
from cli.local.audit import verify_folder
from cli.local.backup.manifest import BadBackup
from cli.local.backup.restore import restore
from cli.local.backup.snapshot import CannotBackUp, take
from deploy.installation.data_folder import DataFolder, WrongFolder
from deploy.installation.disk_space import is_full
from deploy.installation.settings import BadSettings
from shared.clock import SystemClock
from shared.eventlog.verify import Unverifiable
from shared.storage.disk_space import MIB

EXIT_FAILED = 1
REPORT_EVERY_S = 5.0


def run_backup(data: Path, target: Path, screen: Screen) -> int:
    """Take a backup, say what it came to, and return the exit code."""
    try:
        taken = take(DataFolder(data), target, SystemClock(), _Progress(screen, "tài liệu"))
    except (CannotBackUp, BadBackup, WrongFolder, BadSettings) as refused:
        return _failed(screen, str(refused))
    except (OSError, sqlite3.Error) as error:
        return _failed(screen, f"{_why(error, target)} Lần sao lưu này không tính; bản trước (nếu có) còn nguyên.")
    manifest = taken.manifest
    facts = {
        "done": not manifest.damaged,
        "backup": str(taken.path),
        "made_at": manifest.made_at.isoformat(),
        "files": len(manifest.files),
        "bytes": sum(entry.size for entry in manifest.files),
        "new_files": taken.new_files,
        "new_bytes": taken.new_bytes,
        "logs": {name: mark.events for name, mark in manifest.logs.items()},
        "damaged": manifest.damaged,
    }
    events = sum(mark.events for mark in manifest.logs.values())
    text = (
        f"Đã sao lưu {events} sự kiện, {len(manifest.files)} tệp (mới chép {taken.new_files} tệp, "
        f"{taken.new_bytes // MIB} MiB) vào {taken.path}. Bản sao lưu có cả khóa bí mật: cất nơi chỉ người quản trị mở được."
    )
    if manifest.damaged:
        listed = "\n".join(f"✕ {path}" for path in manifest.damaged)
        text += f"\nTrừ {len(manifest.damaged)} tài liệu đã hỏng hoặc mất trong kho; chạy kiemdinh audit verify:\n{listed}"
    screen.show(facts, text)
    return EXIT_FAILED if manifest.damaged else 0


def run_restore(source: Path, data: Path, made: str, screen: Screen) -> int:
    """Put a backup back, check the folder as the auditor does, say what it came to, and return the exit code."""
    try:
        manifest = restore(source, data, SystemClock(), made, _Progress(screen, "tệp"))
        report = verify_folder(DataFolder(data))
    except (BadBackup, Unverifiable) as refused:
        return _failed(screen, str(refused))
    except OSError as error:
        return _failed(screen, f"{_why(error, data)} Khôi phục dở dang: xóa {data} rồi chạy lại.")
    facts = {
        "done": report.sound,
        "made_at": manifest.made_at.isoformat(),
        "files": len(manifest.files),
        "logs": {name: mark.events for name, mark in manifest.logs.items()},
        "sound": report.sound,
        "findings": [f"{finding.where}: {finding.detail} ({finding.kind})" for finding in report.findings],
    }
    verdict = "Kiểm lại: nguyên vẹn." if report.sound else f"Kiểm lại: có {len(report.findings)} chỗ sai lệch."
    lines = [f"✕ {finding.where}: {finding.detail} ({finding.kind})" for finding in report.findings]
    lines.append(
        f"Đã khôi phục {len(manifest.files)} tệp của bản sao lưu {manifest.made_at:%Y-%m-%d %H:%M} UTC vào {data}. "
        f"{verdict} Chạy: kiemdinh up --data {data}. Đừng chạy cùng lúc với hệ thống cũ."
    )
    screen.show(facts, "\n".join(lines))
    return 0 if report.sound else EXIT_FAILED


def _why(error: OSError | sqlite3.Error, place: Path) -> str:
    if is_full(error):
        return f"Ổ đĩa chứa {place} hết chỗ. Giải phóng chỗ rồi chạy lại."
    told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
    return f"Không đọc hoặc ghi được {told}."


def _failed(screen: Screen, why: str) -> int:
    if screen.as_json:
        screen.line({"done": False, "detail": why})
    screen.notes.print(why, markup=False)
    return EXIT_FAILED


class _Progress:
    """Says every few seconds how far it is, on standard error."""

    def __init__(self, screen: Screen, unit: str) -> None:
        self._screen = screen
        self._unit = unit
        self._reported_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._reported_at > REPORT_EVERY_S:
            self._reported_at = time.monotonic()
            self._screen.notes.print(f"{done}/{total} {self._unit}…", markup=False)
