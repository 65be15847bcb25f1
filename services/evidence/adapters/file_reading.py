"""Reads files without any server: validated as an upload is, read by living children that many files share."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from services.evidence.adapters.reading_children import ReadingChildren
from services.evidence.adapters.subprocesses import SubprocessFileInspector, SubprocessTextExtractor
from services.evidence.domain.media import Media, remarks
from services.evidence.domain.text import ReadText, decode_text
from services.evidence.domain.validation import FileLimits
from services.evidence.extraction.protocol import TEXT_FILE, ChildLimits, ReadingOptions, reading_file
from services.evidence.file_validation import validate_file
from services.evidence.ports import ProgressCallback


class PageSize(msgspec.Struct, frozen=True, kw_only=True):
    """Width and height, in pixels, of the upright, levelled image on which a page's words were read; 0 where none was."""

    width: int
    height: int


class FileReading(msgspec.Struct, frozen=True, kw_only=True):
    """A file's text, the size of each page as it was read, and what a clerk should know of the file, in sentences."""

    text: ReadText
    sizes: tuple[PageSize, ...]
    remarks: tuple[str, ...]


class FileReader:
    """Reads any number of files, several at once where several threads ask; as many children as `children` (0: as cores)."""

    def __init__(
        self, limits: ChildLimits | None = None, *, children: int = 0, options: ReadingOptions | None = None
    ) -> None:
        self.children = ReadingChildren(limits, count=children)
        self._inspector = SubprocessFileInspector(limits)
        self._extractor = SubprocessTextExtractor(children=self.children, options=options)

    def read(
        self,
        path: Path,
        *,
        progress: ProgressCallback | None = None,
        kept: Callable[[Path, Media], None] | None = None,
    ) -> FileReading:
        """Read one file; `kept` is given the folder with text and images before it goes, and the kind of the file.

        Raises every problem for which an upload is refused, and ExtractionFailed.
        """
        facts = validate_file(path, path.name, self._inspector, FileLimits())
        with tempfile.TemporaryDirectory(prefix="kiemdinh-doc-") as name:
            folder = Path(name)
            self._extractor.read(path, facts.media, folder, progress or (lambda _read, _pages: None))
            if kept is not None:
                kept(folder, facts.media)
            text = decode_text((folder / TEXT_FILE).read_bytes())
            sizes = tuple(_size(folder / reading_file(page.number)) for page in text.pages)
        return FileReading(
            text=text, sizes=sizes, remarks=tuple(remarks(path.name, facts.media, end_missing=facts.end_missing))
        )

    def close(self) -> None:
        """End every child at once; who is reading hears ExtractionFailed."""
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
