"""Tesseract in this process: words with pixel boxes from a grey page, a line or a cell; its model is loaded once a worker.

In-process a line costs no start-up (the command takes 0.1 s to load its model), so that single lines can be looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import tesserocr
from PIL import Image

from services.evidence.extraction.pixels import Grey
from services.evidence.extraction.tesseract import EngineFailed, EngineTimeout
from shared.text import nfc

_DATA = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
)


DIGITS = "0123456789.,-/%()"
"""The signs of numbers in cells."""


class PageMode:
    """Page segmentation modes of Tesseract: how much layout it looks for."""

    AUTO = 3
    COLUMN = 4
    BLOCK = 6
    LINE = 7
    WORD = 8
    SPARSE = 11


class PixelWord(msgspec.Struct, frozen=True, kw_only=True):
    """One word on an image: its box in pixels (right and bottom exclusive), confidence 0 to 100, its line and block."""

    text: str
    confidence: float
    left: int
    top: int
    right: int
    bottom: int
    line: int = 0
    block: int = 0

    def moved(self, across: int, down: int) -> PixelWord:
        """Return the word on an image of which the present one is a part that begins there."""
        return msgspec.structs.replace(
            self, left=self.left + across, right=self.right + across, top=self.top + down, bottom=self.bottom + down
        )

    def scaled(self, factor: float) -> PixelWord:
        """Return the word on the same image at another size."""
        left, top, right, bottom = (round(side * factor) for side in (self.left, self.top, self.right, self.bottom))
        return msgspec.structs.replace(self, left=left, top=top, right=right, bottom=bottom)


class Recogniser:
    """Tesseract with its Vietnamese model, for as many images as one likes, one at a time."""

    def __init__(self, language: str = "vie", data: str = "", seconds: float = 90.0) -> None:
        """Load the model. Raises EngineFailed where there is none."""
        self._milliseconds = round(seconds * 1000)
        try:
            self._api = tesserocr.PyTessBaseAPI(
                path=data or model_folder(language), lang=language, oem=tesserocr.OEM.LSTM_ONLY
            )
        except RuntimeError as error:
            raise EngineFailed(str(error)) from error
        # Rows of bold or blurred print are taken for noise otherwise, and nothing of them is read.
        self._api.SetVariable("textord_noise_rejrows", "0")

    @property
    def version(self) -> str:
        """Return the version of the library, such as 5.5.4."""
        return str(tesserocr.tesseract_version()).split()[1]

    def words(self, grey: Grey, *, mode: int = PageMode.AUTO, dpi: int = 300, only: str = "") -> list[PixelWord]:
        """Return the words of an image in reading order; `only` limits the signs. Raises EngineFailed, EngineTimeout."""
        if min(grey.shape) < 3:
            return []
        with self._limited(only):
            self._api.SetPageSegMode(mode)
            self._api.SetImage(Image.fromarray(np.ascontiguousarray(grey)))
            self._api.SetSourceResolution(dpi)
            if not self._api.Recognize(self._milliseconds):
                raise EngineTimeout
            table = self._api.GetTSVText(0)
            self._api.Clear()
        return [word for line in table.splitlines() if (word := _word(line))]

    @contextmanager
    def _limited(self, only: str) -> Iterator[None]:
        if not only:
            yield
            return
        self._api.SetVariable("tessedit_char_whitelist", only)
        try:
            yield
        finally:
            self._api.SetVariable("tessedit_char_whitelist", "")


def model_folder(language: str) -> str:
    """Return the folder with the model of a language: where Tesseract looks by itself, else where systems keep it.

    Raises EngineFailed where it is nowhere.
    """
    named, known = tesserocr.get_languages()
    if language in known:
        return str(named)
    for folder in _DATA:
        if Path(folder, f"{language}.traineddata").is_file():
            return folder
    raise EngineFailed(f"no model {language}.traineddata")


def _word(line: str) -> PixelWord | None:
    """Read one line of a TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    parts = line.split("\t")
    if len(parts) < 12 or parts[0] != "5":
        return None
    text = nfc(parts[11]).strip()
    if not text:
        return None
    block, paragraph, row, left, top, wide, high = (int(parts[i]) for i in (2, 3, 4, 6, 7, 8, 9))
    return PixelWord(
        text=text,
        confidence=max(0.0, float(parts[10])),
        left=left,
        top=top,
        right=left + wide,
        bottom=top + high,
        line=row + 1000 * paragraph,
        block=block,
    )
