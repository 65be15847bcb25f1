"""The list of steps by which the `layout` engine reads a page. Order matters; every step can be left out by its name."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from itertools import groupby
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from services.evidence.domain.text import PageDoubt, PageKind, ReadCell, ReadTable, ReadWord
from services.evidence.extraction import cleaning
from services.evidence.extraction.engine import Observer, RecognisedPage
from services.evidence.extraction.layout.recogniser import Grey, PageMode, PixelWord, Recogniser
from services.evidence.extraction.layout.sheet import Sheet

VERSION = 1
"""Raise it whenever the same page may come out otherwise: documents read by a former one can then be read again."""


class Step(msgspec.Struct, frozen=True):
    """One step: its name (as `--without` takes it) and what it does to a page."""

    name: str
    run: Callable[[Sheet, Recogniser], None]


def _orient(sheet: Sheet, recogniser: Recogniser) -> None:
    """Turn the page upright."""


def _level(sheet: Sheet, recogniser: Recogniser) -> None:
    """Level the lines."""
    sheet.skew = cleaning.find_skew(cleaning.ink_map(Image.fromarray(sheet.colour)))
    if sheet.skew:
        level = cleaning.turn(Image.fromarray(sheet.colour), sheet.skew)
        sheet.colour, sheet.raw = np.asarray(level), np.asarray(level.convert("L"))
        sheet.grey = sheet.raw


def _clean(sheet: Sheet, recogniser: Recogniser) -> None:
    """Even the light, take coloured seals out."""
    image = Image.fromarray(sheet.colour)
    sheet.blank = cleaning.is_blank(image)
    if sheet.blank:
        return
    grey = cleaning.clean(image)
    sheet.grey = sheet.raw if cleaning.is_faint(grey) else grey
    sheet.clean = False


def _text(sheet: Sheet, recogniser: Recogniser) -> None:
    """Read running text."""
    if not sheet.blank:
        sheet.words = recogniser.words(sheet.grey if sheet.letters is None else sheet.letters, mode=PageMode.AUTO)


STEPS = (
    Step("orient", _orient),
    Step("level", _level),
    Step("clean", _clean),
    Step("text", _text),
)


class LayoutEngine:
    """Reads pages by `STEPS`; `without` names steps to leave out, `observer` sees what each makes of a page."""

    name = "tesseract"

    def __init__(self, recogniser: Recogniser, *, without: Collection[str] = (), observer: Observer | None = None) -> None:
        self._recogniser = recogniser
        self._steps = [step for step in STEPS if step.name not in without]
        self._observer = observer
        self.version = recogniser.version
        self.pipeline = "-".join((f"layout-{VERSION}", *(f"khong-{name}" for name in sorted(without))))

    def read(self, image: Image.Image, *, until: float) -> RecognisedPage:
        """Read a page. Raises EngineFailed, EngineTimeout."""
        colour = np.asarray(image.convert("RGB"))
        raw = np.asarray(image.convert("L"))
        sheet = Sheet(colour=colour, raw=raw, grey=raw, until=until)
        for step in self._steps:
            began = time.perf_counter()
            step.run(sheet, self._recogniser)
            if self._observer is not None:
                self._observer.seen(step.name, _shown(sheet), time.perf_counter() - began)
        return _page(sheet)


def _shown(sheet: Sheet) -> Any:
    return sheet.grey if sheet.letters is None else sheet.letters


def _page(sheet: Sheet) -> RecognisedPage:
    words, tables = _in_reading_order(sheet)
    return RecognisedPage(
        image=Image.fromarray(sheet.colour),
        words=words,
        degrees=sheet.degrees,
        skew=sheet.skew,
        kind=sheet.kind,
        tables=tables,
        doubts=tuple(sheet.doubts),
    )


def _in_reading_order(sheet: Sheet) -> tuple[list[ReadWord], tuple[ReadTable, ...]]:
    """Return words and tables as they are kept: a table stands before the first block of text that begins below its top."""
    height, width = sheet.raw.shape
    blocks: list[tuple[int, Any]] = []
    for _, group in groupby(sheet.words, key=lambda word: word.block):
        block = list(group)
        blocks.append((min(word.top for word in block), block))
    for table in sorted(sheet.tables, key=lambda table: table.top):
        place = next((n for n, (top, what) in enumerate(blocks) if isinstance(what, list) and top > table.top), len(blocks))
        blocks.insert(place, (table.top, table))
    words: list[ReadWord] = []
    tables: list[ReadTable] = []
    number = 0
    for _, what in blocks:
        if isinstance(what, list):
            words += _kept(what, number, width, height)
            number += 1
            continue
        cells: list[ReadCell] = []
        for cell in what.cells:
            words += _kept(cell.words, number, width, height)
            cells.append(ReadCell(cell.row, cell.column, cell.rows, cell.columns, number if cell.words else -1))
            number += bool(cell.words)
        left, top = _thousandths(what.left, width), _thousandths(what.top, height)
        box = (left, top, _thousandths(what.right, width) - left, _thousandths(what.bottom, height) - top)
        tables.append(ReadTable(*box, what.rows, what.columns, tuple(cells)))
    return words, tuple(tables)


def _kept(words: list[PixelWord], block: int, width: int, height: int) -> list[ReadWord]:
    return [
        ReadWord(
            text=word.text,
            confidence=min(100, round(word.confidence)),
            left=_thousandths(word.left, width),
            top=_thousandths(word.top, height),
            width=max(1, _thousandths(word.right - word.left, width)),
            height=max(1, _thousandths(word.bottom - word.top, height)),
            line=word.line,
            block=block,
        )
        for word in words
    ]


def _thousandths(value: int, whole: int) -> int:
    return min(1000, max(0, round(value * 1000 / whole)))


_ = (PageDoubt, PageKind, Grey)
