"""Takes black seals and signatures out from between the lines of print that they lie over, and streaks of a scanner's glass.

One large blot joins lines that have nothing to do with each other: the recogniser then takes all of it for a picture. What
lies within a line's own band is left, for letters are there too, unless the blot is plainly lighter than print.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from services.evidence.extraction.pixels import Grey

_LEAST = 55
"""Half pixels (at 300 dpi: 9 mm). No letter of running text is so high with its marks."""
_RULE = 150
_SLANT = 14
_STEPS = 14.0, 50.0
_LIGHTER = 25
_STREAK = 0.05
_BESIDE, _DARKER, _RIM, _THROUGH, _MOST_THROUGH = 7, 10, 0.015, 0.35, 60
_RING, _CANDIDATES = 0.6, 14
_TURNS = np.linspace(0, 2 * np.pi, 120, endpoint=False)
_ROUND = np.cos(_TURNS), np.sin(_TURNS)


def _dark(half: Grey) -> Grey:
    """Return where ink is: a fifth darker than what lies around, less on a page where all ink is faint."""
    local = cv2.boxFilter(half, cv2.CV_8U, (61, 61), borderType=cv2.BORDER_REPLICATE)
    paper, ink = np.percentile(half[::4, ::4], [75, 1])
    step = float(np.clip(0.3 * (paper - ink), *_STEPS))
    return (cv2.subtract(local, half) > step).astype(np.uint8)


def without_blots(grey: Grey) -> Grey:
    """Return an evened, levelled page at 300 dpi without seals and signatures; the same array where there are none."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    dark = _dark(half)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    found = [k for k in range(1, count) if _may_be_blot(stats[k])]
    found = [k for k in found if not _alike_beside(stats, k, found) and not _has_rules(_part(labels, stats[k]) == k)]
    rings = find_rings(dark)
    if not found and not rings:
        return grey
    letters = _letters(labels, stats)
    bands = _bands(letters)
    page = grey.copy()
    for k in found:
        mask = (_part(labels, stats[k]) == k).astype(np.uint8)
        _take_out(page, half, mask, mask, (int(stats[k, 0]), int(stats[k, 1])), bands, letters)
    for across, down, radius in rings:
        left, top = max(0, across - radius), max(0, down - radius)
        part = dark[top : down + radius, left : across + radius]
        disc = np.zeros_like(part)
        cv2.circle(disc, (across - left, down - top), radius, 1, -1)
        rim = disc.copy()
        cv2.circle(rim, (across - left, down - top), radius - 10, 0, -1)
        _take_out(page, half, disc, rim & part, (left, top), bands, letters)
    return page


def find_rings(dark: Grey) -> list[tuple[int, int, int]]:
    """Return the round seals on a map of ink, in its pixels (150 an inch): centre across and down, radius with the rim."""
    small = cv2.resize(
        cv2.dilate(dark, np.ones((3, 3), np.uint8)) * 255, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    )
    found = cv2.HoughCircles(small, cv2.HOUGH_GRADIENT, 1, 12, param1=120, param2=18, minRadius=16, maxRadius=36)
    rings: list[tuple[int, int, int]] = []
    thick = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    for x, y, r in [] if found is None else np.reshape(found, (-1, found.shape[-1]))[:_CANDIDATES, :3]:
        radii = range(round(4 * r) - 8, round(4 * r) + 9, 2)
        if max(_covered(thick, 4 * x, 4 * y, radius) for radius in radii) < 0.5 * _RING:
            continue
        best = max(
            (
                (_covered(thick, 4 * x + dx, 4 * y + dy, radius), 4 * x + dx, 4 * y + dy, radius)
                for radius in radii
                for dx in (-4, 0, 4)
                for dy in (-4, 0, 4)
            ),
        )
        share, across, down, radius = best
        # Lines of print cover any circle alike; a rim has paper or other things outside.
        plain = _covered(thick, across, down, radius + 10) < 0.6 * share
        if share > _RING and plain and all(np.hypot(across - a, down - b) > radius for a, b, _ in rings):
            rings.append((round(across), round(down), radius + 5))
    return rings


def _covered(thick: Grey, across: float, down: float, radius: float) -> float:
    """Return which share of a circle lies on ink."""
    x, y = (across + radius * _ROUND[0]).astype(int), (down + radius * _ROUND[1]).astype(int)
    there = (x >= 0) & (y >= 0) & (x < thick.shape[1]) & (y < thick.shape[0])
    return float(thick[y[there], x[there]].sum()) / len(x)


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


def _bands(letters: Grey) -> list[tuple[int, int, int, int]]:
    """Return the boxes of lines of print, in half pixels."""
    joined = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, 41), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [tuple(int(v) for v in stats[k, :4]) for k in range(1, count)]
    return [(left, top, wide, high) for left, top, wide, high in boxes if 12 <= high <= 55 and wide >= 2.0 * high]


def _take_out(
    page: Grey,
    half: Grey,
    mask: Grey,
    sample: Grey,
    place: tuple[int, int],
    bands: list[tuple[int, int, int, int]],
    letters: Grey,
) -> None:
    """Whiten what a mask (in half pixels, its upper left corner at `place`) covers between the lines that run through it.

    `sample` is where the blot alone lies: where that is lighter than print, it goes within the lines too.
    """
    (left, top), (high, wide) = place, mask.shape
    core = half[top : top + high, left : left + wide][cv2.erode(sample, np.ones((2, 2), np.uint8)) > 0]
    level = float(np.median(core)) if core.size else 0.0
    kept = np.zeros_like(mask)
    for x, y, w, h in bands:
        near = x < left + wide + 60 and x + w > left - 60 and y + h > top and y < top + high
        # A line runs through a seal; what begins and ends in it belongs to it.
        if near and (x < left - 8 or x + w > left + wide + 8):
            kept[max(0, y - 2 - top) : y + h + 2 - top] = 1
    gone = cv2.dilate(mask, np.ones((3, 3), np.uint8)) & (1 - kept)
    rows, columns = slice(2 * top, min(len(page), 2 * (top + high))), slice(2 * left, min(page.shape[1], 2 * (left + wide)))
    part = page[rows, columns]
    size = part.shape[::-1]
    paper = np.uint8(np.percentile(half, 75))
    part[cv2.resize(gone, size, interpolation=cv2.INTER_NEAREST) > 0] = paper
    around = slice(max(0, top - 80), top + high + 80), slice(max(0, left - 120), left + wide + 120)
    print_there = half[around][letters[around] > 0]
    ink = float(np.percentile(print_there, 20)) if print_there.size else 255.0
    if level > ink + _LIGHTER:
        # A grey seal: print shows through it as the darker of two.
        high_level = level - 0.25 * (level - ink)
        ramp = np.clip((np.arange(256) - ink) * (float(paper) / (high_level - ink)), 0, float(paper)).astype(np.uint8)
        within = cv2.resize(cv2.dilate(mask, np.ones((5, 5), np.uint8)), size, interpolation=cv2.INTER_NEAREST) > 0
        part[within] = ramp[part[within]]


def without_through_lines(grey: Grey) -> Grey:
    """Return the page without thin lines that run down all of it, from rim to rim: a rule of a table ends before a margin.

    Dirt on the glass of a sheet feeder draws them; read with them, every line of print falls into columns.
    """
    rows = np.ascontiguousarray(grey[::3]).astype(np.int16)
    darker = np.minimum(np.roll(rows, _BESIDE, axis=1), np.roll(rows, -_BESIDE, axis=1)) - rows > _DARKER
    rim = max(4, round(_RIM * len(rows)))
    bands = [*np.array_split(darker, 8), darker[:rim], darker[-rim:]]
    through = np.flatnonzero(np.minimum.reduce([band.mean(axis=0) for band in bands]) > _THROUGH)
    through = through[(through > 2 * _BESIDE) & (through < grey.shape[1] - 2 * _BESIDE)]
    if not through.size or through.size > _MOST_THROUGH:
        return grey
    page = grey.copy()
    for group in np.split(through, np.flatnonzero(np.diff(through) > 2) + 1):
        first, last = int(group[0]) - 3, int(group[-1]) + 3
        left, right = page[:, first - 1].astype(np.float32), page[:, last + 1].astype(np.float32)
        shares = np.linspace(0, 1, last - first + 1, dtype=np.float32)
        between = left[:, None] * (1 - shares) + right[:, None] * shares
        # Where a letter crosses it is dark beside, or darker than any streak.
        page[:, first : last + 1] = np.maximum(page[:, first : last + 1], between.astype(np.uint8))
    return page


def without_streaks(grey: Grey) -> Grey:
    """Return the page without thin lines that run down it by more than a tenth of its height and meet no rule.

    Dust on a scanner's glass draws them. A letter that such a line crosses is dark on both sides of it, and stays so.
    """
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    sides = cv2.min(np.roll(half, 5, axis=1), np.roll(half, -5, axis=1))
    # Between the lines of print a streak goes on and a column of stems does not: hence no gap is closed that is as high.
    line = cv2.morphologyEx((cv2.subtract(sides, half) > 18).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 1), np.uint8))
    length = round(_STREAK * len(half))
    runs = cv2.morphologyEx(cv2.dilate(line, np.ones((1, 3), np.uint8)), cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    rules = cv2.morphologyEx(_dark(half), cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8)) if count > 1 else runs
    page = grey
    for k in range(1, count):
        left, top, wide, high = (int(v) for v in stats[k, :4])
        if wide > 9 or rules[max(0, top - 8) : top + high + 8, max(0, left - 8) : left + wide + 8].any():
            continue
        if page is grey:
            page = grey.copy()
        first, last = max(4, 2 * left - 2), min(grey.shape[1] - 5, 2 * (left + wide) + 2)
        rows = slice(max(0, 2 * top - 20), min(len(grey), 2 * (top + high) + 20))
        part = page[rows, first : last + 1]
        beside = cv2.max(page[rows, first - 1 : first], page[rows, last + 1 : last + 2])
        level = float(np.median(part.min(axis=1)[beside[:, 0] > 200])) if (beside > 200).any() else 0.0
        page[rows, first : last + 1] = np.where(part < level - 25, part, np.maximum(part, beside))
    return page
