"""The engines there are, by name: the one place that puts them together."""

from __future__ import annotations

import numpy as np
from PIL import Image

from services.evidence.extraction.engine import Engine, Observer, RecognisedPage
from services.evidence.extraction.layout.pipeline import LayoutEngine
from services.evidence.extraction.layout.recogniser import Recogniser
from services.evidence.extraction.protocol import ChildLimits, ReadingOptions
from services.evidence.extraction.tesseract import Tesseract


class PlainEngine:
    """One pass of the `tesseract` command over the page as it was scanned: what everything else is held against."""

    pipeline = "plain-1"

    def __init__(self, limits: ChildLimits) -> None:
        self._tesseract = Tesseract(limits)
        self.name = self._tesseract.name
        self.version = self._tesseract.version

    def read(self, image: Image.Image, *, until: float) -> RecognisedPage:
        """Read a page as it lies. Raises EngineFailed, EngineTimeout."""
        grey = np.ascontiguousarray(np.asarray(image.convert("L")))
        return RecognisedPage(image=image, words=self._tesseract.words(grey))


def make_engine(limits: ChildLimits, options: ReadingOptions | None = None, observer: Observer | None = None) -> Engine:
    """Return an engine with its model loaded. Raises EngineFailed where it cannot be; ValueError for an unknown name."""
    options = options or ReadingOptions()
    if options.engine == "plain":
        return PlainEngine(limits)
    if options.engine != "layout":
        raise ValueError(options.engine)
    recogniser = Recogniser(limits.language, seconds=limits.page_seconds)
    return LayoutEngine(recogniser, without=options.without, observer=observer)
