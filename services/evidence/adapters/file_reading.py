"""Reads files without any server: validated as an upload is, read by living children that many files share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from services.evidence.adapters.document_reading import HEARTBEAT_S
from services.evidence.adapters.reading_children import ReadingChildren
from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessTextExtractor
from services.evidence.domain.media import Media, remarks
from services.evidence.domain.text import ReadText, decode_text
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.protocol import (
    TEXT_FILE,
    ChildAnswer,
    ChildJob,
    ChildLimits,
    LoadEngine,
    MakePdf,
    NameSteps,
    ReadingOptions,
    reading_file,
)
from services.evidence.file_validation import validate_file
from services.evidence.ports import ExtractionFailed, ProgressCallback

T = TypeVar("T")


class PageSize(msgspec.Struct, frozen=True, kw_only=True):
    """Width and height, in pixels, of the upright, levelled image on which a page's words were read; 0 where none was."""

    width: int
    height: int


class FileReading(msgspec.Struct, frozen=True, kw_only=True):
    """A file's text, the size of each page as it was read, and what is odd about the file.

    `misnamed` says in a sentence (Vietnamese) that its name promises another kind, `end_missing` that it lacks its end
    mark; "" where that is not so. `pdf_remark` tells what a reader of the PDF/A that was made should know.
    """

    text: ReadText
    sizes: tuple[PageSize, ...]
    misnamed: str = ""
    end_missing: str = ""
    pdf_remark: str = ""


class FileReader:
    """Reads any number of files, several at once where several threads ask; as many children as `children` (0: as cores)."""

    def __init__(
        self, limits: ChildLimits | None = None, *, children: int = 0, options: ReadingOptions | None = None
    ) -> None:
        # Nobody looks at images that are gone when the command ends.
        options = msgspec.structs.replace(options or ReadingOptions(), images=False)
        # Somebody waits for the command.
        limits = msgspec.structs.replace(limits or ChildLimits(), niceness=0)
        self.children = ReadingChildren(limits, count=children)
        # The first child starts, and loads its model, while the first file is looked into.
        self._warming = self.children.desk()
        self._warming.submit(LoadEngine(options=options))
        self._inspector = SubprocessFileInspector(limits)
        self._extractor = SubprocessTextExtractor(children=self.children, options=options)

    def read(self, path: Path, *, progress: ProgressCallback | None = None, pdf: Path | None = None) -> FileReading:
        """Read one file, without page images; with `pdf` its searchable PDF/A is written there.

        Raises every problem for which an upload is refused, ExtractionFailed, StorageFull, ChildrenClosed, and OSError where
        the PDF cannot be written.
        """
        facts = validate_file(path, path.name, self._inspector, FileLimits())
        with tempfile.TemporaryDirectory(prefix="kiemdinh-doc-") as name:
            folder = Path(name)
            self._extractor.read(path, facts.media, folder, progress or (lambda _read, _pages: None))
            text = decode_text((folder / TEXT_FILE).read_bytes())
            return FileReading(
                text=text,
                sizes=tuple(_size(folder / reading_file(page.number)) for page in text.pages),
                misnamed=" ".join(remarks(path.name, facts.media)),
                end_missing=" ".join(remarks("", facts.media, end_missing=facts.end_missing)),
                pdf_remark=self._made_pdf(path, facts.media, folder, pdf) if pdf is not None else "",
            )

    def each(self, files: Iterable[Path], read: Callable[[Path], T]) -> Iterator[tuple[Path, T]]:
        """Call `read` for many files and yield what came of each, as they end; only a few of ten thousand are under way.

        What `read` raises is raised here, after the end of every child; an interrupt is too.
        """
        # One file more than children: while one is put together, every child has a page.
        at_once = self.children.count + 1
        waiting = iter(files)
        with ThreadPoolExecutor(max_workers=at_once) as threads:
            try:
                reads = {threads.submit(read, file): file for file in islice(waiting, at_once)}
                while reads:
                    for done in wait(reads, return_when=FIRST_COMPLETED).done:
                        file = reads.pop(done)
                        reads |= {threads.submit(read, following): following for following in islice(waiting, 1)}
                        yield file, done.result()
            except BaseException:
                # Who waits for a child hears that there is none any more; else threads would go on to their end.
                self.close()
                raise

    def steps(self) -> tuple[str, ...]:
        """Return the names of the steps of the `layout` engine, in their order. Raises ExtractionFailed."""
        return self._asked(NameSteps()).notes

    def _made_pdf(self, source: Path, media: Media, folder: Path, pdf: Path) -> str:
        made = folder / "searchable.pdf"
        text = str(folder / TEXT_FILE)
        answer = self._asked(MakePdf(source=str(source.resolve()), media=media.value, text=text, into=str(made)))
        shutil.copyfile(made, pdf)
        return " ".join(answer.notes)

    def _asked(self, job: ChildJob) -> ChildAnswer:
        with self.children.desk() as desk:
            desk.submit(job)
            while (done := desk.next(HEARTBEAT_S)) is None:
                pass
        if done.reason is not None:
            raise ExtractionFailed(done.reason, lasting=done.lasting)
        return done.answer

    def close(self) -> None:
        """End every child at once; who is reading hears ChildrenClosed."""
        self.children.close()
        self._inspector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_file(
    path: Path,
    *,
    limits: ChildLimits | None = None,
    options: ReadingOptions | None = None,
    children: int = 0,
    progress: ProgressCallback | None = None,
) -> ReadText:
    """Read one file by children of its own (0: as many as cores); raises what `FileReader.read` does."""
    with FileReader(limits, children=children, options=options) as reader:
        return reader.read(path, progress=progress).text


def _size(file: Path) -> PageSize:
    return msgspec.json.decode(file.read_bytes(), type=PageSize)
