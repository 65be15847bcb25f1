"""The port of engines: what reads the image of one page, and what it gives back. `plain`, `layout`, and what comes later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from PIL import Image

from services.evidence.domain.text import PageKind, ReadTable, ReadWord


class RecognisedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was read: turned counter-clockwise by a quarter's multiple, then levelled by `skew` degrees.

    `image` is the page in that position (RGB); boxes of words and tables are thousandths of it. `doubts` are words of
    `PageDoubt`.
    """

    image: Image.Image
    words: Sequence[ReadWord]
    degrees: int = 0
    skew: float = 0.0
    kind: PageKind = PageKind.TEXT
    tables: tuple[ReadTable, ...] = ()
    doubts: tuple[str, ...] = ()


class Observer(Protocol):
    """Sees what every step made of a page."""

    def seen(self, step: str, image: Any, seconds: float) -> None:
        """Take an image after a step (an array, grey or RGB, of bytes) and how long the step took."""
        ...


class Engine(Protocol):
    """Reads the images of pages, one at a time."""

    name: str
    """What recognises letters, such as "tesseract"."""

    version: str
    pipeline: str
    """The list of steps and its version, such as "layout-1"."""

    def read(self, image: Image.Image, *, until: float) -> RecognisedPage:
        """Read a page (RGB, about 300 dpi), whichever way up it lies; no second look begins after `until` (monotonic).

        Raises EngineFailed, and EngineTimeout where not even a first reading came to an end.
        """
        ...
