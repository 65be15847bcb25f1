"""Where on the page as it was scanned a place on the page as it was read lies, and the way back.

A reading turns a page counter-clockwise by quarters and then levels it; another reading may turn it otherwise. What is to be
found again in every reading is therefore kept by its place on the scan.
"""

from __future__ import annotations

import math

import msgspec

from services.evidence.domain.text import ReadPage, ReadWord


class PageArea(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle in thousandths of a page's width and height, from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return where it ends to the right."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Return where it ends below."""
        return self.top + self.height

    @property
    def size(self) -> float:
        """Return how large it is, in millionths of the page."""
        return self.width * self.height

    def shared_with(self, other: PageArea) -> float:
        """Return how large the part is that both cover, in millionths of the page."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0

    def likeness(self, other: PageArea) -> float:
        """Return which share of what either covers is covered by both, 0 to 1."""
        both = self.shared_with(other)
        return both / (self.size + other.size - both) if both else 0.0


def area_of(*words: ReadWord) -> PageArea:
    """Return the rectangle around words, of which there is at least one."""
    left, top = min(word.left for word in words), min(word.top for word in words)
    right = max(word.left + word.width for word in words)
    bottom = max(word.top + word.height for word in words)
    return PageArea(left, top, right - left, bottom - top)


def as_scanned(area: PageArea, page: ReadPage) -> PageArea:
    """Return where a place on the page as it was read lies on the scan, to a tenth of a thousandth."""
    left, top = _levelled(area, page, -page.skew)
    width, height = area.width, area.height
    match page.turned % 360:
        case 90:
            left, top, width, height = 1000 - top - height, left, height, width
        case 180:
            left, top = 1000 - left - width, 1000 - top - height
        case 270:
            left, top, width, height = top, 1000 - left - width, height, width
    return PageArea(round(left, 1), round(top, 1), round(width, 1), round(height, 1))


def as_read(area: PageArea, page: ReadPage) -> PageArea:
    """Return where a place on the scan lies on the page as it was read."""
    left, top, width, height = area.left, area.top, area.width, area.height
    match page.turned % 360:
        case 90:
            left, top, width, height = top, 1000 - left - width, height, width
        case 180:
            left, top = 1000 - left - width, 1000 - top - height
        case 270:
            left, top, width, height = 1000 - top - height, left, height, width
    turned = PageArea(left, top, width, height)
    left, top = _levelled(turned, page, page.skew)
    return PageArea(left, top, width, height)


def _levelled(area: PageArea, page: ReadPage, skew: float) -> tuple[float, float]:
    """Return left and top of a rectangle whose centre goes round that of the page; small angles leave its size."""
    if not skew:
        return area.left, area.top
    across, down = max(page.width, 1), max(page.height, 1)
    angle = math.radians(skew)
    x, y = (area.left + area.width / 2 - 500) * across, (area.top + area.height / 2 - 500) * down
    x, y = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    return x / across + 500 - area.width / 2, y / down + 500 - area.height / 2
