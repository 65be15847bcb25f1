"""What `kiemdinh read` does: reads the text of one file on this machine; no server is needed and nothing is kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from services.evidence.adapters.child import read_file
from services.evidence.ports import ReadingFailed
from services.portal.cli.command import EXIT_REFUSED, Screen
from shared.problems import Problem


def tell(file: Path, screen: Screen) -> int:
    """Read a file, print its text, and return the exit code."""
    try:
        with screen.notes.status("Đang đọc…") as status:
            read = read_file(file, progress=lambda page, pages: status.update(f"Đang đọc trang {page}/{pages}"))
    except Problem as problem:
        screen.problem(problem)
        return EXIT_REFUSED
    except ReadingFailed as failed:
        screen.notes.print(f"Không đọc được: {failed.reason.value}")
        return EXIT_REFUSED
    screen.show(msgspec.to_builtins(read), "\n\f\n".join(page.text for page in read.pages))
    return 0
