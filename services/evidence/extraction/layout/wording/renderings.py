"""A page in several renderings, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.evidence.extraction.layout.cleaning import strokes
from services.evidence.extraction.pixels import Grey

_SMALLER = 0.8
_MAKERS: Mapping[str, Callable[[Grey], Grey]] = {
    "page": lambda page: page,
    "soft": strokes.softened,
    "large": strokes.enlarged,
    "small": lambda page: strokes.enlarged(page, _SMALLER),
    "black": strokes.binarised,
}


class Renderings(Mapping[str, Grey]):
    """Renderings of one page by name, in the order in which they are worth trying.

    Names are "page" (as it is), "soft", "large", "small", "black", and "raw" where the page as it was scanned is given.
    """

    def __init__(self, page: Grey, *names: str, raw: Callable[[], Grey] | None = None) -> None:
        self._page = page
        self._raw = raw
        self._names = [name for name in names if name != "raw" or raw is not None]
        self._made: dict[str, Grey] = {}

    def __getitem__(self, name: str) -> Grey:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._raw() if name == "raw" and self._raw else _MAKERS[name](self._page)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
