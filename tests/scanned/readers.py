"""Those who read the same images: the product, Tesseract by itself, and OCRmyPDF; what the peers read is kept by image.

The peers' answers lie in the user's cache folder under the digest of the image and the peer's version, so that a second run
costs only the product's time. Each reader uses one thread, and what it costs is told in seconds of a processor: they are the
same on a machine that others use too.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from PIL import Image

from services.evidence.adapters.file_reading import FileReader
from services.evidence.domain.fields import propose
from services.evidence.extraction.protocol import ReadingOptions
from services.evidence.ports import ExtractionFailed
from shared.problems import Problem

ONE_THREAD = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
TIMEOUT_S = 900
TIMEOUT = "timeout"
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Answer:
    """What a reader made of one image: its text, its turn (degrees counter-clockwise), fields, processor seconds.

    `failure` says why there is no text, in the reader's words.
    """

    text: str
    seconds: float
    turned: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    failure: str = ""


Reader = Callable[[Path], Answer]


def read_plainly(image: Path) -> Answer:
    """`tesseract FILE stdout -l vie --dpi N`, told the resolution that the file names."""
    return _ran(lambda _folder: ["tesseract", str(image), "stdout", "-l", "vie", "--dpi", str(_dpi(image))], None)


def read_by_ocrmypdf(image: Path) -> Answer:
    """OCRmyPDF as its manual has it for scans: levelled, cleaned, turned upright; to a plain PDF, its faster output."""

    def command(folder: Path) -> list[str]:
        asked = ["-l", "vie", "--deskew", "--clean", "--rotate-pages", "--output-type", "pdf", "--jobs", "1", "--quiet"]
        where = ["--image-dpi", str(_dpi(image)), "--sidecar", str(folder / "text.txt"), str(image), str(folder / "out.pdf")]
        return [sys.executable, "-m", "ocrmypdf", *asked, *where]

    return _ran(command, "text.txt")


def _ran(command: Callable[[Path], list[str]], output: str | None) -> Answer:
    with tempfile.TemporaryDirectory(prefix="kiemdinh-bench-") as name:
        folder, before = Path(name), _ended_seconds()
        try:
            done = subprocess.run(
                command(folder), capture_output=True, timeout=TIMEOUT_S, check=False, env={**os.environ, **ONE_THREAD}
            )
        except subprocess.TimeoutExpired:
            return Answer("", _ended_seconds() - before, failure=TIMEOUT)
        seconds = _ended_seconds() - before
        path = folder / output if output else None
        said = done.stdout if path is None else path.read_bytes() if path.exists() else b""
        failure = done.stderr.decode("utf-8", "replace").strip()[-300:] if done.returncode else ""
        return Answer(said.decode("utf-8", "replace"), seconds, failure=failure)


class ProductReader:
    """The product, its children living from page to page as in production, with steps of its pipeline left out.

    Several threads may ask it at once; `children` is how many pages are read at a time.
    """

    def __init__(self, *, without: Collection[str] = (), engine: str = "layout", children: int = 1) -> None:
        self._reader = FileReader(children=children, options=ReadingOptions(engine=engine, without=tuple(without)))

    def __call__(self, image: Path) -> Answer:
        before = _living_seconds()
        try:
            text = self._reader.read(image).text
        except (Problem, ExtractionFailed) as refused:
            return Answer("", _living_seconds() - before, failure=repr(refused)[:300])
        seconds = max(0.0, _living_seconds() - before)
        fields = {_FIELDS.get(found.name, found.name): found.value for found in propose(text)}
        if "ngay_ban_hanh" in fields:
            fields["ngay_ban_hanh"] = _iso(fields["ngay_ban_hanh"])
        turned = text.pages[0].turned if text.pages else None
        return Answer("\n".join(page.text for page in text.pages), seconds, turned, fields)

    def steps(self) -> tuple[str, ...]:
        """The names of the pipeline's steps, in their order."""
        return self._reader.steps()

    def close(self) -> None:
        """End the children."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _ended_seconds() -> float:
    """The processor seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _living_seconds() -> float:
    """The processor seconds of this process's children that live, with those of their own that have ended."""
    tick, total = os.sysconf("SC_CLK_TCK"), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            told = stat.read_text("utf-8").rpartition(")")[2].split()
            if int(told[1]) == os.getpid():
                total += sum(map(int, told[11:15]))
    return total / tick


_FIELDS = {"co_quan": "co_quan_ban_hanh"}


def _iso(date: str) -> str:
    found = DAY.fullmatch(date.strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else date


def _dpi(image: Path) -> int:
    """The resolution that the file names, the higher of the two where they differ."""
    with Image.open(image) as opened:
        return round(max(opened.info.get("dpi", (300, 300))))


def remembered(name: str, reader: Reader, version: str) -> Reader:
    """A reader whose answers are kept by the image's digest; not that it took too long: the machine may be busy."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kiemdinh" / "bench-reading"
    folder = root / f"{name}-{version}"

    def read(image: Path) -> Answer:
        kept = folder / f"{hashlib.sha256(image.read_bytes()).hexdigest()}.json"
        if kept.exists():
            return Answer(**json.loads(kept.read_text("utf-8")))
        answer = reader(image)
        if answer.failure == TIMEOUT:
            return answer
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(answer), ensure_ascii=False), "utf-8")
        return answer

    return read


def version_of(*command: str) -> str:
    """The version that a program says it is, for the name of a folder."""
    said = subprocess.run(command, capture_output=True, check=True, timeout=TIMEOUT_S)
    found = re.search(rb"\d+(\.\d+)+", said.stdout + said.stderr)
    return found.group().decode() if found else "0"


def peers(names: Collection[str]) -> dict[str, Reader]:
    """The peers of these names: `plain`, `ocrmypdf`."""
    engine = version_of("tesseract", "--version")
    known: dict[str, tuple[Reader, Callable[[], str]]] = {
        "plain": (read_plainly, lambda: engine),
        "ocrmypdf": (read_by_ocrmypdf, lambda: f"{importlib.metadata.version('ocrmypdf')}-{engine}"),
    }
    return {name: remembered(name, known[name][0], known[name][1]()) for name in names}
