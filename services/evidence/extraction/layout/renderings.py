"""A page in several renderings, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from services.evidence.extraction.pixels import Grey


class Renderings(Mapping[str, Grey]):
    """Renderings of one page by name, in the order in which they are worth trying; the first is the page itself."""

    def __init__(self, makers: Mapping[str, Callable[[], Grey]]) -> None:
        self._makers = makers
        self._made: dict[str, Grey] = {}

    def __getitem__(self, name: str) -> Grey:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
