"""The one module that runs tesseract: words with boxes and confidence from a grey page."""

from __future__ import annotations

import tempfile
from itertools import groupby
from pathlib import Path

import numpy as np
import pytesseract
from PIL import Image

from services.evidence.domain.text import ReadWord
from services.evidence.extraction.pixels import Grey
from services.evidence.extraction.protocol import ChildLimits
from shared.text import nfc

_CONFIG = "--psm {psm} --dpi 300"
_JUNK_LINE = 25


class EngineFailed(Exception):
    """Tesseract crashed, is missing, or printed what cannot be understood."""


class EngineTimeout(Exception):
    """Tesseract did not finish a page in time."""


class Tesseract:
    """Tesseract with its Vietnamese model. Pages go as PGM: encoding PNG would cost 0.1 to 0.4 s a page."""

    name = "tesseract"

    def __init__(self, limits: ChildLimits) -> None:
        self._limits = limits
        pytesseract.pytesseract.tesseract_cmd = limits.tesseract

    @property
    def version(self) -> str:
        """Return the version of the program, such as 5.3.0."""
        try:
            return str(pytesseract.get_tesseract_version())
        except (pytesseract.TesseractNotFoundError, SystemExit) as error:
            raise EngineFailed(str(error)) from error

    def words(self, grey: Grey, *, psm: int = 3) -> list[ReadWord]:
        """Return the words of a page in reading order, junk lines left out. Raises EngineFailed, EngineTimeout."""
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.pgm"
            Image.fromarray(grey).save(page)
            table = self._run(page, psm)
        height, width = grey.shape
        return _without_junk([word for line in table.splitlines()[1:] if (word := _word(line, width, height))])

    def _run(self, page: Path, psm: int) -> str:
        try:
            return str(
                pytesseract.image_to_data(
                    str(page),
                    lang=self._limits.language,
                    config=_CONFIG.format(psm=psm),
                    timeout=self._limits.page_seconds,
                )
            )
        except pytesseract.TesseractError as error:
            if "bad_alloc" in str(error) or "alloc" in str(error).lower():
                raise MemoryError from error
            raise EngineFailed(str(error)) from error
        except (pytesseract.TesseractNotFoundError, UnicodeDecodeError, OSError) as error:
            raise EngineFailed(str(error)) from error
        except RuntimeError as error:
            raise EngineTimeout from error


def _word(line: str, width: int, height: int) -> ReadWord | None:
    """Read one line of tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, conf, text."""
    parts = line.split("\t")
    if len(parts) < 12 or parts[0] != "5":
        return None
    text = nfc(parts[11]).strip()
    try:
        confidence = round(float(parts[10]))
        block, paragraph, row, left, top, wide, high = (int(parts[i]) for i in (2, 3, 4, 6, 7, 8, 9))
    except ValueError as error:
        raise EngineFailed(line[:80]) from error
    if not text or confidence < 0:
        return None
    return ReadWord(
        text=text,
        confidence=min(confidence, 100),
        left=_thousandth(left, width),
        top=_thousandth(top, height),
        width=max(1, _thousandth(wide, width)),
        height=max(1, _thousandth(high, height)),
        line=row + 1000 * paragraph,
        block=block,
    )


def _thousandth(value: int, whole: int) -> int:
    return min(1000, max(0, round(value * 1000 / whole)))


def _without_junk(words: list[ReadWord]) -> list[ReadWord]:
    """Drop whole lines that are noise; single doubtful words stay, above all codes: they score low when they are right."""
    remaining: list[ReadWord] = []
    for _, group in groupby(words, key=lambda word: (word.block, word.line)):
        line = list(group)
        sure = np.mean([word.confidence for word in line])
        has_letters = any(any(c.isalnum() for c in word.text) for word in line)
        if has_letters and (sure >= _JUNK_LINE or any(c.isdigit() for word in line for c in word.text)):
            remaining.extend(line)
    return remaining
