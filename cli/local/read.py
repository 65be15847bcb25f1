"""What `kiemdinh read` does: reads files on this machine, one or a whole folder; no server is needed and nothing is kept."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from cli.command import EXIT_USAGE, Screen
from cli.local.reading_report import field_lines, file_report, gate
from services.evidence.adapters.file_reading import FileReader, FileReading
from services.evidence.adapters.step_times import step_table
from services.evidence.extraction.protocol import ReadingOptions
from services.evidence.ports import ExtractionFailed, ProgressCallback
from services.portal.reading_messages import reading_failure
from shared.problems import Problem

EXIT_UNREADABLE, EXIT_INTERRUPTED = 2, 130
ENGINES = ("layout", "plain")


class CannotRead(Problem):
    """A file of the right kind whose text could not be read; `reason` is the stable word for why."""

    type = "khong-doc-duoc"
    status = 422
    title = "Không đọc được tệp"


class NoSuchFile(Problem):
    """A name under which there is no file, or one that may not be opened, or nowhere to write to."""

    type = "khong-mo-duoc-tep"
    status = 404
    title = "Không mở được tệp"


class UnknownStep(Problem):
    """A name that is no step of the pipeline."""

    type = "khong-co-buoc"
    status = 400
    title = "Không có bước này"


class WaysToRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for beside the files. `jobs` is how many pages are read at once; 0: as many as cores."""

    jobs: int = 0
    engine: str = ENGINES[0]
    without: tuple[str, ...] = ()
    explain: Path | None = None
    pdf: Path | None = None

    def options(self) -> ReadingOptions:
        """Return what the reading children are told."""
        explain = str(self.explain.resolve()) if self.explain is not None else ""
        return ReadingOptions(engine=self.engine, without=self.without, explain=explain)


def run(path: Path, screen: Screen, ways: WaysToRead) -> int:
    """Read a file or a folder, print what was read, and return the exit code: 2 where a file could not be read."""
    try:
        with FileReader(children=ways.jobs, options=ways.options()) as reader:
            if ways.without:
                _check_steps(reader, ways.without)
            return _read_folder(path, screen, ways, reader) if path.is_dir() else _read_file(path, screen, ways, reader)
    except Problem as problem:
        screen.problem(problem)
        return EXIT_USAGE
    except KeyboardInterrupt:
        screen.notes.print("Đã dừng.")
        return EXIT_INTERRUPTED


def _check_steps(reader: FileReader, names: tuple[str, ...]) -> None:
    try:
        steps = reader.steps()
    except ExtractionFailed as failed:
        raise CannotRead(reading_failure(failed.reason), reason=failed.reason.value) from failed
    unknown = [name for name in names if name not in steps]
    if unknown:
        raise UnknownStep(f"Không có bước {', '.join(unknown)}. Các bước: {', '.join(steps)}.", steps=list(steps))


# ---- one file


def _read_file(file: Path, screen: Screen, ways: WaysToRead, reader: FileReader) -> int:
    with screen.notes.status("Đang đọc…") as status:
        found = _read(reader, file, ways.pdf, lambda page, pages: status.update(f"Đang đọc trang {page}/{pages}"))
    if isinstance(found, Problem):
        screen.problem(found)
        return EXIT_UNREADABLE
    screen.show(file_report(found), _text(found))
    if screen.as_json:
        for sentence in filter(None, (found.misnamed, found.end_missing, found.pdf_remark)):
            screen.notes.print(sentence, markup=False)
    else:
        _tell(found, screen)
    if ways.explain is not None:
        screen.notes.print(step_table(ways.explain, len(found.text.pages)), markup=False)
    return 0


def _read(
    reader: FileReader, file: Path, pdf: Path | None, progress: ProgressCallback | None = None
) -> FileReading | Problem:
    """Return what was read, or why nothing was."""
    try:
        return reader.read(file, pdf=pdf, progress=progress)
    except Problem as problem:
        return problem
    except ExtractionFailed as failed:
        return CannotRead(reading_failure(failed.reason), reason=failed.reason.value)
    except FileNotFoundError as error:
        return NoSuchFile(f"Không có {error.filename or file}.")
    except OSError as error:
        return NoSuchFile(f"{error.filename or file}: {error.strerror or error}.")


def _text(reading: FileReading) -> str:
    return "\n\f\n".join(page.text for page in reading.text.pages)


def _tell(reading: FileReading, screen: Screen) -> None:
    """Say what a person wants to know beside the text: the fields, and what the gate does not let pass."""
    for line in field_lines(reading):
        screen.notes.print(line, markup=False)
    for sentence in (*(check["message"] for check in gate(reading) if not check["ok"]), reading.pdf_remark):
        if sentence:
            screen.notes.print(f"Lưu ý: {sentence}", markup=False)


# ---- a folder


def files_of(folder: Path) -> list[Path]:
    """Return every file of a folder and its folders in the order of their names, without those whose names are hidden."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _read_folder(folder: Path, screen: Screen, ways: WaysToRead, reader: FileReader) -> int:
    """Read every file; what is read first is told first."""
    files = files_of(folder)
    count = _Count(files=len(files))
    began = time.monotonic()
    with screen.notes.status(f"Đang đọc {len(files)} tệp…") as status:
        for file, found in reader.each(files, lambda file: _read(reader, file, _pdf_of(file, folder, ways.pdf))):
            _show(file.relative_to(folder).as_posix(), found, screen)
            count.add(found)
            status.update(str(count))
    screen.notes.print(f"{count} Hết {time.monotonic() - began:.1f} s.", markup=False)
    return EXIT_UNREADABLE if count.failed else 0


class _Count(msgspec.Struct):
    files: int
    done: int = 0
    failed: int = 0
    pages: int = 0

    def add(self, found: FileReading | Problem) -> None:
        self.done += 1
        if isinstance(found, Problem):
            self.failed += 1
        else:
            self.pages += len(found.text.pages)

    def __str__(self) -> str:
        return f"Xong {self.done}/{self.files} tệp, {self.pages} trang; {self.failed} tệp không đọc được."


def _show(name: str, found: FileReading | Problem, screen: Screen) -> None:
    if screen.as_json:
        screen.line({"file": name, **(found.to_document() if isinstance(found, Problem) else file_report(found))})
        return
    if isinstance(found, Problem):
        screen.notes.print(f"{name}: {found.title}. {found.detail}", markup=False)
        return
    screen.show(None, f"==== {name}\n{_text(found)}\n")
    _tell(found, screen)


def _pdf_of(file: Path, folder: Path, into: Path | None) -> Path | None:
    """Return where the PDF/A of a file of a folder goes: beside those of the others, in folders of the same names."""
    if into is None:
        return None
    pdf = into / file.relative_to(folder).with_name(f"{file.name}.pdf")
    pdf.parent.mkdir(parents=True, exist_ok=True)
    return pdf
