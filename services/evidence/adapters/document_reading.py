"""One document being read by living children: hands its pages out, tries once more what failed, puts the text together.

Words and images of a page lie in the folder as soon as it is read, so that nothing of a thousand pages stays in memory.
"""

from __future__ import annotations

import base64
import time
from collections import Counter
from pathlib import Path

import msgspec

from services.evidence.adapters.reading_children import ChildDesk, JobDone, ReadingChildren
from services.evidence.domain.media import Media
from services.evidence.domain.text import FORMAT, FailureReason, FoundCode, PageDoubt, ReadPage
from services.evidence.extraction.protocol import (
    TEXT_FILE,
    ChildJob,
    CountPages,
    DrawPage,
    PageReading,
    ReadingOptions,
    ReadPageJob,
    page_file,
    reading_file,
    thumbnail_file,
)
from services.evidence.ports import ExtractionFailed, ProgressCallback

PLAIN = "plain"
"""How a page is read after the first try failed: by the fewest steps that could fail again."""

HEARTBEAT_S = 30.0
"""So often progress is told though there is none: whoever waits for it knows that the reading lives."""

_MOST_BYTES = 1 << 25
_NO_IMAGE = base64.b64decode("UklGRhoAAABXRUJQVlA4TA4AAAAvAAAAAAfQ//73v/+BiOh/AAA=")
"""A white WebP of one pixel, for a page of which no image can be made."""


class _KeptText(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A `ReadText` whose pages are bytes already."""

    format: int = 1
    engine: str
    engine_version: str
    language: str
    pages: list[msgspec.Raw]
    notes: tuple[str, ...] = ()
    codes: tuple[FoundCode, ...] = ()
    again: list[msgspec.Raw] = []
    pipeline: str = ""


class DocumentReading:
    """Reads one file into a folder; `read` is called once."""

    def __init__(
        self,
        children: ReadingChildren,
        options: ReadingOptions,
        source: Path,
        media: Media,
        into: Path,
        progress: ProgressCallback,
    ) -> None:
        self._children = children
        self._options = options
        self._source = str(source.resolve())
        self._media = media.value
        self._into = into.resolve()
        self._progress = progress
        self._pages = 0
        self._notes: tuple[str, ...] = ()
        self._read: set[int] = set()
        self._unread: dict[int, FailureReason] = {}
        self._failed: dict[int, FailureReason] = {}
        """Pages whose first try failed, and why."""
        self._tries: dict[int, int] = {}
        self._cpu_seconds = 0.0

    def read(self) -> None:
        """Read every page and write `TEXT_FILE`.

        Raises ExtractionFailed where there is no page that could be read, StorageFull, ChildrenClosed.
        """
        with self._children.desk() as desk:
            self._count(desk)
            for number in range(1, self._pages + 1):
                desk.submit(self._page_job(number, self._options))
            while len(self._read) + len(self._unread) < self._pages:
                self._take(desk, self._next(desk))
        if not self._read:
            raise _failure(self._unread[min(self._unread)])
        self._write_text()

    def _count(self, desk: ChildDesk) -> None:
        job = CountPages(source=self._source, media=self._media)
        desk.submit(job)
        done = self._next(desk)
        if done.reason is not None and not done.lasting:
            # Whoever counted may have died of something else.
            desk.submit(job, again=True)
            done = self._next(desk)
        if done.reason is not None:
            raise _failure(done.reason)
        self._pages, self._notes = done.answer.pages, done.answer.notes
        if self._pages < 1:
            raise _failure(FailureReason.DAMAGED)
        self._progress(0, self._pages)

    def _next(self, desk: ChildDesk) -> JobDone:
        while True:
            done = desk.next(HEARTBEAT_S)
            if done is not None:
                self._cpu_seconds += done.answer.cpu_seconds
                limits = self._children.limits
                if self._cpu_seconds > max(limits.cpu_seconds, self._pages * limits.page_seconds):
                    raise _failure(FailureReason.TIMEOUT)
                return done
            self._tell()

    def _take(self, desk: ChildDesk, done: JobDone) -> None:
        match done.job:
            case ReadPageJob(number=number):
                self._take_reading(desk, done, number)
            case DrawPage(number=number):
                drawn = done.reason is None
                self._note_unread(number, done.answer.width if drawn else 0, done.answer.height if drawn else 0)
        self._tell()

    def _take_reading(self, desk: ChildDesk, done: JobDone, number: int) -> None:
        if done.reason is None and self._is_whole(number):
            self._read.add(number)
            return
        self._failed.setdefault(number, done.reason or FailureReason.ENGINE)
        self._tries[number] = self._tries.get(number, 0) + 1
        if self._tries[number] == 1 and not done.lasting:
            desk.submit(self._page_job(number, _plainly(self._options)), again=True)
        elif self._options.images:
            desk.submit(self._draw_job(number), again=True)
        else:
            self._note_unread(number, 0, 0)

    def _is_whole(self, number: int) -> bool:
        file = self._into / reading_file(number)
        try:
            if file.stat().st_size > _MOST_BYTES:
                return False
            msgspec.json.decode(file.read_bytes(), type=PageReading)
            images = (page_file, thumbnail_file) if self._options.images else ()
            return all((self._into / name(number)).is_file() for name in images)
        except (OSError, msgspec.DecodeError):
            return False

    def _note_unread(self, number: int, width: int, height: int) -> None:
        """Note that a page was not read: without words, with its image where there is one."""
        self._unread[number] = self._failed[number]
        if not width and self._options.images:
            for name in (page_file, thumbnail_file):
                (self._into / name(number)).write_bytes(_NO_IMAGE)
        page = ReadPage(
            number=number,
            width=width,
            height=height,
            confidence=0,
            source="",
            words=(),
            doubts=(PageDoubt.NOT_READ.value,),
        )
        reading = PageReading(page=page, width=width, height=height, engine="", engine_version="", pipeline="")
        (self._into / reading_file(number)).write_bytes(msgspec.json.encode(reading))

    def _write_text(self) -> None:
        text = _KeptText(
            format=FORMAT, engine="", engine_version="", language=self._children.limits.language, pages=[], notes=self._notes
        )
        codes: list[FoundCode] = []
        readers: Counter[tuple[str, str, str]] = Counter()
        for number in range(1, self._pages + 1):
            reading = msgspec.json.decode((self._into / reading_file(number)).read_bytes(), type=PageReading)
            time.sleep(0)  # a thousand pages take a second, and greenlets wait
            text.pages.append(msgspec.Raw(msgspec.json.encode(reading.page)))
            codes += reading.codes
            if reading.again is not None:
                text.again.append(msgspec.Raw(msgspec.json.encode(reading.again)))
            if reading.engine:
                readers[reading.engine, reading.engine_version, reading.pipeline] += 1
        # A page that had to be read otherwise does not speak for the document.
        ((text.engine, text.engine_version, text.pipeline), _), *_ = readers.most_common(1)
        text.codes = tuple(codes)
        (self._into / TEXT_FILE).write_bytes(msgspec.json.encode(text))

    def _tell(self) -> None:
        self._progress(len(self._read) + len(self._unread), self._pages)

    def _page_job(self, number: int, options: ReadingOptions) -> ChildJob:
        return ReadPageJob(source=self._source, media=self._media, number=number, into=str(self._into), options=options)

    def _draw_job(self, number: int) -> ChildJob:
        return DrawPage(source=self._source, media=self._media, number=number, into=str(self._into))


def _plainly(options: ReadingOptions) -> ReadingOptions:
    return msgspec.structs.replace(options, engine=PLAIN, without=())


def _failure(reason: FailureReason) -> ExtractionFailed:
    return ExtractionFailed(reason, lasting=reason in {FailureReason.DAMAGED, FailureReason.UNSUPPORTED})
