"""What stands on a page: segments in reading order, each with the orders it may be read in, and the paper's fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

TEXT, TABLE = "text", "table"
"""Groups of kinds: running text, and what stands in cells (tables and forms)."""


class Line(NamedTuple):
    """A drawn line of text: where its letters stand, in pixels of the clean page."""

    text: str
    left: float
    base: float
    size: float


@dataclass(frozen=True)
class Segment:
    """A part of the page that is read in one of some orders; every order holds the same letters."""

    orders: tuple[str, ...]

    @property
    def text(self) -> str:
        """The first order, by which the letters are counted."""
        return self.orders[0]


@dataclass(frozen=True)
class Truth:
    """All that is known of a page image.

    `turned` is by how many degrees counter-clockwise the image must be turned to stand upright. `fields` has only what
    stands on the page.
    """

    kind: str
    group: str
    segments: tuple[Segment, ...]
    fields: dict[str, str] = field(default_factory=dict)
    wear: str = "clean"
    turned: int = 0
    dpi: tuple[int, int] = (300, 300)

    @property
    def text(self) -> str:
        """The page in its first reading order."""
        return "\n".join(segment.text for segment in self.segments)

    def with_wear(self, wear: str, turned: int, dpi: tuple[int, int]) -> Truth:
        """The same page, worn."""
        return replace(self, wear=wear, turned=turned, dpi=dpi)

    def to_json(self) -> str:
        """As one JSON object."""
        return json.dumps(
            {
                "kind": self.kind,
                "group": self.group,
                "wear": self.wear,
                "turned": self.turned,
                "dpi": list(self.dpi),
                "fields": self.fields,
                "segments": [list(segment.orders) for segment in self.segments],
            },
            ensure_ascii=False,
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> Truth:
        """What `to_json` wrote."""
        raw = json.loads(text)
        return cls(
            kind=raw["kind"],
            group=raw["group"],
            segments=tuple(Segment(tuple(orders)) for orders in raw["segments"]),
            fields=raw["fields"],
            wear=raw["wear"],
            turned=raw["turned"],
            dpi=(raw["dpi"][0], raw["dpi"][1]),
        )


def in_order(*orders: str) -> Segment:
    """A segment from its orders; the same order said twice counts once."""
    kept = [" ".join(order.split()) for order in orders]
    return Segment(tuple(dict.fromkeys(order for order in kept if order)) or ("",))


def across(lines: Iterable[Line]) -> str:
    """Lines read from left to right where their letters stand at one height, then the next height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        if rows and line.base - rows[-1][0].base < 0.45 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return " ".join(line.text for row in rows for line in sorted(row, key=lambda line: line.left))


def side_by_side(blocks: Sequence[Sequence[Line]]) -> Segment:
    """Blocks that stand beside each other: one after the other, from the right, or line by line across all."""
    said = [" ".join(line.text for line in block) for block in blocks]
    return in_order(" ".join(said), " ".join(reversed(said)), across(line for block in blocks for line in block))
