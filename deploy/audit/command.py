"""What `kiemdinh audit verify` prints and how it ends: 0 sound, 1 something is not as it was stored, 2 cannot tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from deploy.audit.report import EXIT_CANNOT_TELL, EXIT_TAMPERED, Report
from deploy.audit.whole import verify_folder
from deploy.datafolder import DataFolder
from services.portal.cli.command import Screen
from shared.eventlog.verify import CannotTell, Finding


def tell(data: Path, screen: Screen) -> int:
    """Check a folder, print the verdict, and return the exit code."""
    try:
        report = verify_folder(DataFolder(data))
    except CannotTell as unknown:
        return _unknown(data, str(unknown), screen)
    except Exception as error:  # noqa: BLE001 - whatever was done to the folder, the answer is a verdict and no traceback
        return _unknown(data, f"Gặp lỗi không lường trước khi đọc dữ liệu ({type(error).__name__}: {error}).", screen)
    screen.show(msgspec.to_builtins(report), "\n".join(_lines(report)))
    return 0 if report.sound else EXIT_TAMPERED


def _unknown(data: Path, why: str, screen: Screen) -> int:
    finding = Finding(kind="cannot-tell", where=str(data), detail=why)
    said: dict[str, Any] = {"sound": None, "checked": None, "findings": [msgspec.to_builtins(finding)]}
    screen.show(said, f"Chưa kiểm được. {why}")
    return EXIT_CANNOT_TELL


def _lines(report: Report) -> list[str]:
    checked = report.checked
    verdict = "Nguyên vẹn" if report.sound else f"Có {len(report.findings)} chỗ sai lệch"
    return [
        *(f"✕ {finding.where}: {finding.detail} ({finding.kind})" for finding in report.findings),
        *(f"· {note.where}: {note.detail} ({note.kind})" for note in report.notes),
        f"{verdict}. Đã kiểm {checked.events} sự kiện, {checked.objects} tài liệu, {checked.checkpoints} mốc niêm.",
    ]
