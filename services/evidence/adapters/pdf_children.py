"""Makes searchable PDFs in child processes, one a paper, one at a time: what meets a stranger's PDF may die of it."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from services.evidence.adapters.child_process import LOOK_SECONDS, started
from services.evidence.domain.media import Media
from services.evidence.domain.text import FailureReason, ReadText, encode_text
from services.evidence.extraction.protocol import ChildLimits, Exit
from services.evidence.ports import ExtractionFailed
from shared.problems import Unavailable

_REASONS = {
    Exit.DAMAGED: FailureReason.DAMAGED,
    Exit.UNSUPPORTED: FailureReason.UNSUPPORTED,
    Exit.MEMORY: FailureReason.MEMORY,
}


class SubprocessPdfMaker:
    """A `PdfMaker`; `timeout_s` is for one paper, `turn_timeout_s` how long one waits while another paper is made."""

    def __init__(self, limits: ChildLimits | None = None, *, timeout_s: float = 300.0, turn_timeout_s: float = 30.0) -> None:
        self._limits = limits or ChildLimits(cpu_seconds=300)
        self._timeout_s = timeout_s
        self._turn_timeout_s = turn_timeout_s
        self._turn = threading.Lock()

    def make(self, source: Path, media: Media, text: ReadText, into: Path, *, title: str) -> None:
        if not self._turn.acquire(timeout=self._turn_timeout_s):
            raise Unavailable("Máy chủ đang dựng bản PDF khác. Tải lại sau ít phút.")
        try:
            with tempfile.NamedTemporaryFile(prefix="kiemdinh-chu-", suffix=".json") as words:
                words.write(encode_text(text)[0])
                words.flush()
                paths = [str(source.resolve()), media.value, words.name, str(into.resolve())]
                self._run(["pdf", self._limits.text(), *paths, title])
        finally:
            self._turn.release()

    def _run(self, arguments: list[str]) -> None:
        until = time.monotonic() + self._timeout_s
        with tempfile.TemporaryFile() as output, started(arguments, output, output) as child:
            while child.poll() is None and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
            if child.poll() is None:
                raise ExtractionFailed(FailureReason.TIMEOUT, lasting=False)
        if child.returncode != Exit.DONE:
            known = Exit(child.returncode) if child.returncode in set(Exit) else None
            raise ExtractionFailed(
                _REASONS.get(known, FailureReason.ENGINE) if known else FailureReason.ENGINE, lasting=False
            )
