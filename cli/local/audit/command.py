"""What `kiemdinh audit verify` prints and how it ends: 0 sound, 1 something is not as it was stored, 2 cannot tell."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from cli.command import Screen
from cli.local.audit.report import EXIT_CANNOT_TELL, EXIT_TAMPERED, AuditReport
from cli.local.audit.verification import verify_folder
from deploy.installation.data_folder import DataFolder
from shared.eventlog.verify import AuditFinding, Unverifiable
from shared.tlog.kept_notes import KeptNote, read_kept


def run(data: Path, screen: Screen, checkpoints: Sequence[Path] = ()) -> int:
    """Check a folder, also against checkpoints kept elsewhere; print the verdict, and return the exit code."""
    try:
        report = verify_folder(DataFolder(data), kept_notes=[note for path in checkpoints for note in _kept(path)])
    except Unverifiable as unknown:
        return _unknown(data, str(unknown), screen)
    except Exception as error:  # noqa: BLE001 - whatever was done to the folder, the answer is a verdict and no traceback
        return _unknown(data, f"Gặp lỗi không lường trước khi đọc dữ liệu ({type(error).__name__}: {error}).", screen)
    screen.show(msgspec.to_builtins(report), "\n".join(_lines(report)))
    return 0 if report.sound else EXIT_TAMPERED


def _kept(path: Path) -> list[KeptNote]:
    """Read the checkpoints in a file: notes as they were printed, or the JSON that `audit checkpoint` printed."""
    try:
        text = path.read_bytes()[:LARGEST_KEPT_BYTES].decode()
        with contextlib.suppress(msgspec.MsgspecError):
            printed = msgspec.json.decode(text, type=_PrintedCheckpoints)
            text = printed.note or "\n".join(checkpoint.note for checkpoint in printed.checkpoints)
        return read_kept(path.name, text)
    except (OSError, ValueError) as error:
        raise Unverifiable(f"Không đọc được mốc niêm nào trong {path} ({error}).") from error


class _PrintedCheckpoints(msgspec.Struct):
    note: str = ""
    checkpoints: list[_PrintedCheckpoints] = []


LARGEST_KEPT_BYTES = 4 * 1024 * 1024


def _unknown(data: Path, why: str, screen: Screen) -> int:
    finding = AuditFinding(kind="cannot-tell", where=str(data), detail=why)
    said: dict[str, Any] = {"sound": None, "checked": None, "findings": [msgspec.to_builtins(finding)]}
    screen.show(said, f"Chưa kiểm được. {why}")
    return EXIT_CANNOT_TELL


def _lines(report: AuditReport) -> list[str]:
    checked = report.checked
    verdict = "Nguyên vẹn" if report.sound else f"Có {len(report.findings)} chỗ sai lệch"
    return [
        *(f"✕ {finding.where}: {finding.detail} ({finding.kind})" for finding in report.findings),
        *(f"· {note.where}: {note.detail} ({note.kind})" for note in report.notes),
        f"{verdict}. Đã kiểm {checked.events} sự kiện, {checked.objects} tài liệu, {checked.checkpoints} mốc niêm.",
    ]
