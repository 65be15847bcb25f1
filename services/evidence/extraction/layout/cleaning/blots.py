"""Takes black seals and signatures out from between the lines of print that they lie over.

One large blot joins lines that have nothing to do with each other: the recogniser then takes all of it for a picture. What
lies within a line's own band is left, for letters are there too, unless the blot is plainly lighter than print; the star
of a seal goes wherever it lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from services.evidence.extraction.layout.cleaning.light import stretched
from services.evidence.extraction.layout.cleaning.rings import Ring, arcs, disc, find_rings, star
from services.evidence.extraction.pixels import Grey

_LEAST = 55
"""Half pixels (at 300 dpi: 9 mm). No letter of running text is so high with its marks."""
_RULE = 150
_SLANT = 14
_STEPS = 14.0, 50.0
_PALE = 22.0
_LIGHTER, _DEEPER = 25, 0.45
_INNER_LINE = 3.5


def ink_map(half: Grey, most: float = _STEPS[1]) -> Grey:
    """Return where ink is: a fifth darker than what lies around, less on a page where all ink is faint; `most` bounds it."""
    local = cv2.boxFilter(half, cv2.CV_8U, (61, 61), borderType=cv2.BORDER_REPLICATE)
    paper, ink = np.percentile(half[::4, ::4], [75, 1])
    step = float(np.clip(0.3 * (paper - ink), _STEPS[0], most))
    return (cv2.subtract(local, half) > step).astype(np.uint8)


def without_blots(grey: Grey) -> Grey:
    """Return an evened, levelled page at 300 dpi without seals and signatures; the same array where there are none."""
    half = _halved(grey)
    dark = ink_map(half, _PALE)
    page = grey
    for ring in find_rings(dark):
        page = page.copy() if page is grey else page
        _take_out_ring(page, half, dark, ring)
    half = half if page is grey else _halved(page)
    dark = ink_map(half)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = [k for k in range(1, count) if _may_be_blot(stats[k])]
    found = [k for k in found if not _alike_beside(stats, k, found) and not _has_rules(_part(labels, stats[k]) == k)]
    if not found:
        return page
    page = page.copy() if page is grey else page
    for k in found:
        mask = (labels == k).astype(np.uint8)
        _lighten_if_grey(page, half, mask, mask, dark & (1 - mask), _box(stats[k]))
    _clear_between_lines(page, np.isin(labels, found).astype(np.uint8), [_box(stats[k]) for k in found])
    return page


def _lighten_if_grey(page: Grey, half: Grey, mask: Grey, sample: Grey, others: Grey, box: tuple[int, int, int, int]) -> bool:
    """Take out what a mask covers where a sample of it is plainly lighter than the print around; says whether it is."""
    ink = _ink_around(half, others, box)
    core = half[cv2.erode(sample, np.ones((2, 2), np.uint8)) > 0]
    level = float(np.median(core)) if core.size else 0.0
    if level <= ink + _LIGHTER:
        return False
    _lighten(page, cv2.dilate(mask, np.ones((5, 5), np.uint8)), ink, level)
    return True


def _halved(grey: Grey) -> Grey:
    return cv2.resize(grey, ((grey.shape[1] + 1) // 2, (grey.shape[0] + 1) // 2), interpolation=cv2.INTER_AREA)


def _take_out_ring(page: Grey, half: Grey, dark: Grey, ring: Ring) -> None:
    area = disc(dark, ring)
    if _lighten_if_grey(page, half, area, arcs(dark, ring) & dark, dark & (1 - area), _box_of(ring)):
        dark = ink_map(_halved(page), _PALE)
    _whiten(page, cv2.dilate(star(dark, ring), np.ones((3, 3), np.uint8)))
    _clear_between_lines(page, area, [_box_of(ring)])


def _box_of(ring: Ring) -> tuple[int, int, int, int]:
    return ring.across - ring.radius, ring.down - ring.radius, 2 * ring.radius, 2 * ring.radius


def _box(stat: Any) -> tuple[int, int, int, int]:
    return int(stat[0]), int(stat[1]), int(stat[2]), int(stat[3])


def _ink_around(half: Grey, ink: Grey, box: tuple[int, int, int, int]) -> float:
    """Return how dark print is around a place, 255 where there is none."""
    left, top, wide, high = box
    around = slice(max(0, top - 80), top + high + 80), slice(max(0, left - 120), left + wide + 120)
    print_there = half[around][cv2.erode(ink[around], np.ones((2, 2), np.uint8)) > 0]
    return float(np.percentile(print_there, 30)) if print_there.size > 200 else 255.0


def _paper(page: Grey) -> np.uint8:
    return np.uint8(np.percentile(page[::8, ::8], 75))


def _whiten(page: Grey, mask: Grey) -> None:
    """Whiten what a mask in half pixels covers."""
    page[cv2.resize(mask, page.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0] = _paper(page)


def _lighten(page: Grey, mask: Grey, ink: float, level: float) -> None:
    """Stretch greys under a mask in half pixels until ink of a level is white; nothing gets darker, or whiter than paper."""
    within = cv2.resize(mask, page.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    lit = np.minimum(stretched(page[within], ink, level - _DEEPER * (level - ink)), _paper(page))
    page[within] = np.maximum(page[within], lit.ravel())


def _clear_between_lines(page: Grey, area: Grey, boxes: Sequence[tuple[int, int, int, int]]) -> None:
    """Whiten ink of an area in half pixels that lies in no line of print; lines run out of the area or are long in it."""
    dark = ink_map(_halved(page))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    lines = _lines(_letters(labels, stats))
    for left, top, wide, high in boxes:
        kept = np.zeros((high, wide), np.uint8)
        for x, y, w, h in lines:
            near = x < left + wide + 60 and x + w > left - 60 and y + h > top and y < top + high
            if near and (x < left - 8 or x + w > left + wide + 8 or w > _INNER_LINE * h):
                kept[max(0, y - 2 - top) : y + h + 2 - top] = 1
        rows, columns = slice(max(0, top), top + high), slice(max(0, left), left + wide)
        kept = kept[max(0, -top) :, max(0, -left) :][: len(dark) - rows.start, : dark.shape[1] - columns.start]
        gone = np.zeros_like(dark)
        gone[rows, columns] = area[rows, columns] & dark[rows, columns] & (1 - kept)
        _whiten(page, cv2.dilate(gone, np.ones((3, 3), np.uint8)))


def _may_be_blot(stat: Any) -> bool:
    """Say whether a component has the size of a seal or a signature and is made of strokes: not a picture, not a frame."""
    wide, high, area = int(stat[2]), int(stat[3]), int(stat[4])
    if max(wide, high) >= 2 * _LEAST and min(wide, high) >= _SLANT and area < 0.15 * wide * high and max(wide, high) < 700:
        # The stroke under a name: thin, long and aslant.
        return True
    return high >= _LEAST and wide >= _LEAST * 0.8 and max(wide, high) < 700 and area < 0.5 * wide * high


def _alike_beside(stats: Any, k: int, found: list[int]) -> bool:
    """Say whether others of the same height stand in the same row: then they are the letters of a large heading."""
    top, high = int(stats[k, 1]), int(stats[k, 3])
    alike = [
        other
        for other in found
        if other != k and abs(int(stats[other, 3]) - high) < 0.3 * high and abs(int(stats[other, 1]) - top) < 0.3 * high
    ]
    return len(alike) >= 2


def _part(page: Any, stat: Any) -> Any:
    left, top, wide, high = (int(v) for v in stat[:4])
    return page[top : top + high, left : left + wide]


def _has_rules(part: Any) -> bool:
    """Say whether straight lines run through a component: a table or a frame is none of ours."""
    bits = part.astype(np.uint8)
    return any(
        cv2.erode(bits, np.ones(side, np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0).any()
        for side in ((1, _RULE), (_RULE, 1))
        if bits.shape[0] >= side[0] and bits.shape[1] >= side[1]
    )


def _letters(labels: Any, stats: Any) -> Grey:
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    letters = (high >= 9) & (high <= 45) & (wide <= 80) & (wide >= 3) & (area >= 20)
    letters[0] = False
    return letters.astype(np.uint8)[labels]


def _lines(letters: Grey) -> list[tuple[int, int, int, int]]:
    """Return the boxes of lines of print, in half pixels."""
    joined = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, 41), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [tuple(int(v) for v in stats[k, :4]) for k in range(1, count)]
    return [(left, top, wide, high) for left, top, wide, high in boxes if 12 <= high <= 55 and wide >= 2.0 * high]
