"""The living child: does one job after the other over a socket, with its model loaded once and the last file held open."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import cv2
import msgspec

from services.evidence.domain.media import Media
from services.evidence.domain.text import decode_text
from services.evidence.extraction.engine import Engine
from services.evidence.extraction.engines import make_engine
from services.evidence.extraction.layout.pipeline import STEPS
from services.evidence.extraction.page_images import VIEW_SIDE, save_images
from services.evidence.extraction.page_reading import keep_page
from services.evidence.extraction.pages import Damaged, Pages, Unsupported, open_pages, view_page
from services.evidence.extraction.protocol import (
    ChildAnswer,
    ChildJob,
    ChildLimits,
    CountPages,
    DrawPage,
    Exit,
    LoadEngine,
    MakePdf,
    NameSteps,
    ReadingOptions,
    ReadPageJob,
    explained_folder,
    receive_message,
    send_message,
)
from services.evidence.extraction.sandbox import allow_processor_time
from services.evidence.extraction.step_recorder import StepRecorder
from services.evidence.extraction.tesseract import EngineTimeout

_PASSES = 5
"""Passes of Tesseract that a page takes at most."""
_STATM = Path("/proc/self/statm")
_NO_MEMORY = ("bad_alloc", "Insufficient memory", "Cannot allocate memory")


def serve_pages(descriptor: int, limits: ChildLimits) -> None:
    """Do jobs until the socket is closed or nobody has asked for a while."""
    # One core a child: as many children as cores are quicker than one that spreads out.
    cv2.setNumThreads(1)
    with socket.socket(fileno=descriptor) as peer, ExitStack() as open_files:
        peer.settimeout(limits.idle_seconds)
        server = _PageServer(limits, open_files)
        while True:
            try:
                question = receive_message(peer)
            except (TimeoutError, ConnectionError, EOFError):
                return
            answer = server.answer(msgspec.json.decode(question, type=ChildJob))
            send_message(peer, msgspec.json.encode(answer))


class _PageServer:
    def __init__(self, limits: ChildLimits, open_files: ExitStack) -> None:
        self._limits = limits
        self._open_files = open_files
        self._open: tuple[tuple[str, str, int, int], Pages] | None = None
        self._engines: dict[ReadingOptions, Engine] = {}

    def answer(self, job: ChildJob) -> ChildAnswer:
        """Do a job; whatever goes wrong is told, unless it takes the whole process with it."""
        before = time.process_time()
        allow_processor_time(self._processor_time(job))
        try:
            done = self._do(job)
        except Damaged:
            done = ChildAnswer(exit=Exit.DAMAGED)
        except Unsupported:
            done = ChildAnswer(exit=Exit.UNSUPPORTED)
        except EngineTimeout:
            done = ChildAnswer(exit=Exit.TIMEOUT)
        except MemoryError:
            done = ChildAnswer(exit=Exit.MEMORY)
        except Exception as error:  # noqa: BLE001  # a page that an engine stumbles over is that page's failure, not the child's
            done = _stumbled(error)
        return msgspec.structs.replace(done, resident_bytes=_resident_bytes(), cpu_seconds=time.process_time() - before)

    def _processor_time(self, job: ChildJob) -> int:
        """Return the seconds after which the kernel ends a job that runs wild, even where nobody is left who would."""
        most = self._limits.cpu_seconds
        return most if isinstance(job, MakePdf) else min(most, _PASSES * self._limits.page_seconds)

    def _do(self, job: ChildJob) -> ChildAnswer:
        match job:
            case CountPages():
                pages = self._pages(job.source, job.media)
                return ChildAnswer(pages=pages.count, notes=tuple(pages.notes))
            case DrawPage():
                image = view_page(job.source, job.media, job.number, self._limits, VIEW_SIDE)
                width, height = save_images(image, job.number, Path(job.into), self._limits.image_bytes)
                return ChildAnswer(width=width, height=height)
            case ReadPageJob():
                engine = self._engine(job.options, job.number)
                page = self._pages(job.source, job.media).page(job.number)
                keep_page(page, engine, Path(job.into), self._limits.image_bytes if job.options.images else 0)
                return ChildAnswer()
            case MakePdf():
                return _make_pdf(job, self._limits)
            case NameSteps():
                return ChildAnswer(notes=STEPS)
            case LoadEngine():
                self._engine(job.options)
                return ChildAnswer()

    def _engine(self, options: ReadingOptions, explained: int = 0) -> Engine:
        """Return the engine that is asked for, its model loaded; `explained` is the page whose steps are to be shown."""
        if options.explain and explained:
            recorder = StepRecorder(Path(options.explain) / explained_folder(explained), explained)
            return make_engine(self._limits, options, recorder)
        if options not in self._engines:
            self._engines[options] = make_engine(self._limits, options)
        return self._engines[options]

    def _pages(self, source: str, media: str) -> Pages:
        """Return the pages of a file, which stays open until another is asked for: mostly the next page is of the same."""
        try:
            facts = Path(source).stat()
        except OSError as error:
            raise Damaged(str(error)) from error
        name = (source, media, facts.st_ino, facts.st_mtime_ns)
        if self._open is None or self._open[0] != name:
            self._open = None
            self._open_files.close()
            self._open = (name, self._open_files.enter_context(open_pages(source, media, self._limits)))
        return self._open[1]


def _make_pdf(job: MakePdf, limits: ChildLimits) -> ChildAnswer:
    # Few children make PDFs, and what that takes takes time to load.
    from services.evidence.extraction.renditions import make_searchable_pdf

    text = decode_text(Path(job.text).read_bytes())
    made = make_searchable_pdf(Path(job.source), Media(job.media), text, Path(job.into), limits=limits)
    return ChildAnswer(pages=made.pages, notes=(made.remark,) if made.remark else ())


def _stumbled(error: Exception) -> ChildAnswer:
    sys.stderr.write(f"{type(error).__name__}: {error}\n"[:500])
    # Tesseract and OpenCV have errors of their own for want of memory.
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ChildAnswer(exit=Exit.NO_ROOM)
    starved = any(sign in str(error) for sign in _NO_MEMORY)
    return ChildAnswer(exit=Exit.MEMORY if starved else Exit.ENGINE)


def _resident_bytes() -> int:
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
