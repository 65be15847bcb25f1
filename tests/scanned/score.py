"""How far what a reader read is from what stands on the page: the fewest changes over all allowed reading orders.

Both sides are brought to one form first (`folded`): Unicode NFC, single spaces, no leader dots, no boxes. Then each segment
may be read in any of its orders, and the distance is the least over every choice, found exactly: all orders of a segment
start from the same row of the table of distances, and where they meet again each place keeps the least.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.scanned.truth import Truth

_LEADERS = re.compile(r"[.…_·•‥]{3,}|…+|_+|(?:(?:^|(?<= ))[.·] ){2,}[.·]?")
_BOXES = re.compile("[☐☑☒□■▢▣◻◼◽◾⬜⬛✓✔✗✘✕]")
_PREFIX = re.compile(r"^(v\s*/\s*v|về việc|về)\s*:?\s+")


class Rate(NamedTuple):
    """Changes needed, and out of how many letters or words."""

    errors: int
    length: int

    @property
    def percent(self) -> float:
        """Changes per hundred; more than 100 when a reader made up more than there is."""
        return 100 * self.errors / self.length if self.length else (100.0 if self.errors else 0.0)

    def __add__(self, other: object) -> Rate:
        """Both pages together."""
        if not isinstance(other, Rate):
            return NotImplemented
        return Rate(self.errors + other.errors, self.length + other.length)


def folded(text: str) -> str:
    """The form in which texts are compared."""
    text = _BOXES.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join(_LEADERS.sub(" ", " ".join(text.split())).split())


def letters_wrong(truth: Truth, read: str) -> Rate:
    """The character error rate of a page."""
    segments = [[folded(order) for order in segment.orders] for segment in truth.segments]
    segments = [orders for orders in segments if orders[0]]
    spaced = [[f" {order}" if number else order for order in orders] for number, orders in enumerate(segments)]
    return Rate(least_changes(spaced, folded(read)), sum(len(orders[0]) for orders in spaced))


def words_wrong(truth: Truth, read: str) -> Rate:
    """The word error rate of a page."""
    segments = [[folded(order).split() for order in segment.orders] for segment in truth.segments]
    return Rate(least_changes(segments, folded(read).split()), sum(len(orders[0]) for orders in segments))


def least_changes(segments: Iterable[Sequence[Sequence[Hashable]]], read: Sequence[Hashable]) -> int:
    """The fewest insertions, deletions and replacements from `read` to any reading of the segments in their order."""
    numbers: dict[Hashable, int] = {}
    told = np.array([numbers.setdefault(item, len(numbers)) for item in read], np.int32)
    places = np.arange(len(told) + 1, dtype=np.int32)
    row = places.copy()
    for orders in segments:
        ends = [_through(row, [numbers.setdefault(item, len(numbers)) for item in order], told, places) for order in orders]
        row = ends[0]
        for end in ends[1:]:
            row = np.minimum(row, end)
    return int(row[-1])


def _through(
    row: NDArray[np.int32], order: Sequence[int], told: NDArray[np.int32], places: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The row of distances after one order of a segment.

    Row and places are kept as `distance - place`: a letter too many in the reading then costs nothing along the row, and
    the running minimum does in one step what would be a loop.
    """
    slanted = row - places
    differs: dict[int, NDArray[np.int32]] = {}
    for item in order:
        cost = differs.get(item)
        if cost is None:
            cost = differs[item] = np.where(told == item, np.int32(-1), np.int32(0))
        step = slanted + 1
        np.minimum(step[1:], slanted[:-1] + cost, out=step[1:])
        slanted = np.minimum.accumulate(step)
    return slanted + places


def field_matches(name: str, truth: str, read: str) -> bool:
    """Whether a field was read exactly, but for case, spaces, a closing full stop and `V/v` or `Về việc` in front."""
    return _plain(name, truth) == _plain(name, read)


def fields_exact(truth: Mapping[str, str], read: Mapping[str, str]) -> dict[str, bool]:
    """For each field that stands on the page whether it was read exactly."""
    return {name: field_matches(name, value, read.get(name, "")) for name, value in truth.items()}


def _plain(name: str, value: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", value).casefold().split()).strip(" .,;:")
    return _PREFIX.sub("", text) if name == "trich_yeu" else text
