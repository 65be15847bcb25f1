"""What `kiemdinh read` does: reads the text of one file on this machine; no server is needed and nothing is kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from cli.command import EXIT_REFUSED, Screen
from services.evidence.adapters.subprocesses import read_file
from services.evidence.ports import ExtractionFailed
from services.portal.reading_messages import reading_failure, reading_note
from shared.problems import Problem


class CannotRead(Problem):
    """A file of the right kind whose text could not be read; `reason` is the stable word for why."""

    type = "khong-doc-duoc"
    status = 422
    title = "Không đọc được tệp"


def run(file: Path, screen: Screen) -> int:
    """Read a file, print its text, and return the exit code."""
    try:
        with screen.notes.status("Đang đọc…") as status:
            read = read_file(
                file,
                progress=lambda page, pages: status.update(f"Đang đọc trang {page}/{pages}"),
                remark=screen.notes.print,
            )
    except Problem as problem:
        screen.problem(problem)
        return EXIT_REFUSED
    except ExtractionFailed as failed:
        screen.problem(CannotRead(reading_failure(failed.reason), reason=failed.reason.value))
        return EXIT_REFUSED
    for note in read.notes:
        screen.notes.print(f"Lưu ý: {reading_note(note)}", markup=False)
    screen.show(msgspec.to_builtins(read), "\n\f\n".join(page.text for page in read.pages))
    return 0
