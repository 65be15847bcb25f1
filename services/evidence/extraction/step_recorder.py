"""Shows how a page came to be read: an image after each step of the pipeline, and how long each took."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from services.evidence.extraction.protocol import STEPS_FILE, StepTime


class StepRecorder:
    """An `Observer` that writes ``01-orient.png``, ``02-…`` and `STEPS_FILE` into a folder of the page's own."""

    def __init__(self, folder: Path, page: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # What an earlier run left would be mixed up with this one.
        for left in (*folder.glob("[0-9][0-9]-*.png"), folder / STEPS_FILE):
            left.unlink(missing_ok=True)
        self._folder = folder
        self._page = page
        self._count = 0

    def seen(self, step: str, image: Any, seconds: float) -> None:
        """Write what a step made of the page, and note its time."""
        self._count += 1
        Image.fromarray(image).save(self._folder / f"{self._count:02}-{step}.png", compress_level=1)
        with (self._folder / STEPS_FILE).open("ab") as steps:
            steps.write(msgspec.json.encode(StepTime(page=self._page, step=step, seconds=round(seconds, 4))) + b"\n")
