"""Takes out of a form what is no writing: dotted leaders under filled-in words, and tick boxes, of which it tells which are ticked.

A leader is a row of equal dots at an even pitch, five at least beyond what a text ends with; where words lie over it, its dots go on
at the same pitch and level, and only those are taken. A tick box is a thin outline with four straight sides of one thickness that
meet at their corners, which no letter is, however bold: a D has no right side, an O no side, the serifs of II stick out.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.rules import ink_limit

Grey = Any
"""A two-dimensional array of bytes: 0 is ink, 255 is paper."""

_DOT = 11
_LEAST_DOTS = 6
_PITCH = (5.0, 30.0)
_UNEVEN = 0.28
_LEVEL = 2.6
_FILLED = 1100
_FLAT = 9
_FLAT_GAP = 18
_FLAT_LEAST = 110
_BOX = (24, 80)
_BOX_THICK = 0.2
_SIDE = 0.86
_TICKED = 0.05
_OVER = 2.3
_APART = 0.22


class MarkKind(enum.StrEnum):
    """What a mark on a form is."""

    LEADER = "leader"
    BOX = "box"


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A mark that was taken out: its box in pixels; `ticked` is meant for tick boxes only."""

    kind: MarkKind
    left: int
    top: int
    right: int
    bottom: int
    ticked: bool = False


class _Parts(msgspec.Struct, frozen=True):
    """What hangs together on a page: labels a pixel, and for each label left, top, width, height and area."""

    labels: Any
    stats: Any


def take_out_marks(grey: Grey) -> tuple[Grey, list[Mark]]:
    """Return a page of about 300 dpi without leaders and tick boxes, and what they were. The page given stays as it is."""
    ink = (grey < ink_limit(grey)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = _Parts(labels, stats)
    clean = grey.copy()
    boxes = list(_take_boxes(clean, parts))
    leaders = list(_take_leaders(clean, ink, parts))
    return clean, sorted([*boxes, *leaders], key=lambda mark: (mark.top, mark.left))


def _take_leaders(clean: Grey, ink: Grey, parts: _Parts) -> Iterator[Mark]:
    dots = _dots(parts)
    runs = _runs(dots)
    for row in _rows(runs):
        yield _whiten_row(clean, ink, parts, dots, row)
    yield from _take_flat_rows(clean, parts)


def _dots(parts: _Parts) -> Any:
    """Return the small round parts of a page as rows of x, y (their middle), height, label, ordered by x."""
    _left, _top, wide, high, area = (parts.stats[:, column] for column in range(5))
    small = (
        (wide >= 2)
        & (high >= 2)
        & (wide <= _DOT)
        & (high <= _DOT)
        & (area >= 4)
        & (wide <= 2.2 * high)
        & (high <= 2.2 * wide)
    )
    small[0] = False
    labels = np.flatnonzero(small)
    some = parts.stats[labels]
    dots = np.column_stack((some[:, 0] + some[:, 2] / 2, some[:, 1] + some[:, 3] / 2, some[:, 3], labels)).astype(np.float64)
    return dots[np.argsort(dots[:, 0], kind="stable")]


class _Run(msgspec.Struct, frozen=True):
    """Dots at an even pitch: their places in the list of dots, their pitch, the level of their middle."""

    members: tuple[int, ...]
    begin: float
    end: float
    pitch: float
    level: float


def _runs(dots: Any) -> list[_Run]:
    """Return the rows of six dots and more at an even pitch."""
    by_band: dict[int, list[int]] = {}
    for number, dot in enumerate(dots):
        by_band.setdefault(int(dot[1] // 4), []).append(number)
    following: dict[int, int] = {}
    for band, members in by_band.items():
        near = sorted({*members, *by_band.get(band - 1, ()), *by_band.get(band + 1, ())})
        places = dots[near, 0]
        for number in members:
            x, y = dots[number, 0], dots[number, 1]
            first = int(np.searchsorted(places, x + _PITCH[0]))
            for other in near[first:]:
                if dots[other, 0] > x + _PITCH[1]:
                    break
                if abs(dots[other, 1] - y) <= _LEVEL:
                    following[number] = other
                    break
    return _even_chains(dots, following)


def _even_chains(dots: Any, following: dict[int, int]) -> list[_Run]:
    starts = sorted(set(following) - set(following.values()))
    found, used = [], set()
    for start in starts:
        chain = [start]
        while (after := following.get(chain[-1])) is not None and after not in used:
            chain.append(after)
            used.add(after)
        found += list(_even_parts(dots, chain))
    return found


def _even_parts(dots: Any, chain: Sequence[int]) -> Iterator[_Run]:
    if len(chain) < _LEAST_DOTS:
        return
    places = dots[list(chain), 0]
    steps = np.diff(places)
    pitch = float(np.median(steps))
    begin = 0
    for end in range(1, len(chain) + 1):
        if end < len(chain) and abs(steps[end - 1] - pitch) <= max(1.6, _UNEVEN * pitch):
            continue
        if end - begin >= _LEAST_DOTS:
            members = tuple(chain[begin:end])
            exact = (places[end - 1] - places[begin]) / (end - begin - 1)
            level = float(np.median(dots[list(members), 1]))
            yield _Run(members, float(places[begin]), float(places[end - 1]), float(exact), level)
        begin = end


def _rows(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Join runs of one leader, between which words were filled in."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.begin):
        for row in rows:
            last = row[-1]
            near = 0 < run.begin - last.end < _FILLED
            if near and abs(run.level - last.level) <= 2 * _LEVEL and abs(run.pitch - last.pitch) < 0.12 * last.pitch:
                row.append(run)
                break
        else:
            rows.append([run])
    return rows


def _whiten_row(clean: Grey, ink: Grey, parts: _Parts, dots: Any, row: Sequence[_Run]) -> Mark:
    members = {number for run in row for number in run.members}
    pitch = float(np.median([run.pitch for run in row]))
    high = float(np.median(dots[sorted(members), 2]))
    begin, end = row[0].begin, row[-1].end
    levels = np.array([(place, run.level) for run in row for place in (run.begin, run.end)])
    first, last = begin - 1.5 * pitch, end + 1.5 * pitch
    lower, upper = np.searchsorted(dots[:, 0], (first, last))
    for number in range(int(lower), int(upper)):
        level = float(np.interp(dots[number, 0], levels[:, 0], levels[:, 1]))
        if abs(dots[number, 1] - level) <= _LEVEL and dots[number, 2] <= 1.6 * high:
            members.add(number)
    members = {number for number in members if not _is_half_of_sign(dots, number, begin, end, high)}
    for number in members:
        left, top, wide, tall, _area = (int(value) for value in parts.stats[int(dots[number, 3])])
        clean[max(0, top - 2) : top + tall + 2, max(0, left - 2) : left + wide + 2] = 255
    _whiten_joined(clean, ink, row, levels, pitch, high)
    half = high / 2 + 1
    level = float(np.median(levels[:, 1]))
    return Mark(
        kind=MarkKind.LEADER,
        left=int(begin - half),
        top=int(level - half),
        right=int(end + half) + 1,
        bottom=int(level + half) + 1,
    )


def _is_half_of_sign(dots: Any, number: int, begin: float, end: float, high: float) -> bool:
    """Say whether a dot at either end of a leader has another right over it: then both are a colon."""
    x, y = dots[number, 0], dots[number, 1]
    if begin + 1 < x < end - 1:
        return False
    lower, upper = np.searchsorted(dots[:, 0], (x - 3, x + 3.01))
    return any(2 * high <= y - dots[other, 1] <= 7 * high for other in range(int(lower), int(upper)))


def _whiten_joined(clean: Grey, ink: Grey, row: Sequence[_Run], levels: Any, pitch: float, high: float) -> None:
    """Whiten dots that touch a letter beside them: at the pitch of the leader, with no ink above or below."""
    half = round(high / 2) + 1
    for before, after in zip(row, row[1:], strict=False):
        count = max(1, round((after.begin - before.end) / pitch))
        for x in np.linspace(before.end, after.begin, count + 1)[1:-1]:
            y = round(float(np.interp(x, levels[:, 0], levels[:, 1])))
            left, right = round(x) - half, round(x) + half + 1
            if left < 0 or y - half - 3 < 0:
                continue
            over = ink[y - half - 3 : y - half, left:right].any()
            under = ink[y + half + 1 : y + half + 4, left:right].any()
            if not over and not under:
                clean[y - half : y + half + 1, left:right] = 255


def _take_flat_rows(clean: Grey, parts: _Parts) -> Iterator[Mark]:
    """Whiten leaders whose dots ran into each other: flat parts at one level, close together, longer than a dash."""
    left, top, wide, high, _area = (parts.stats[:, column] for column in range(5))
    flat = (high <= _FLAT) & (high >= 2) & (wide >= 2)
    flat[0] = False
    labels = np.flatnonzero(flat)
    middle = top + high / 2
    rows: list[list[int]] = []
    open_rows: dict[int, list[list[int]]] = {}
    for number in labels[np.argsort(left[labels], kind="stable")]:
        band = int(middle[number] // 4)
        for row in (row for near in (band, band - 1, band + 1) for row in open_rows.get(near, ())):
            last = row[-1]
            if abs(middle[last] - middle[number]) <= _LEVEL and 0 <= left[number] - left[last] - wide[last] <= _FLAT_GAP:
                row.append(int(number))
                open_rows.setdefault(band, []).append(row)
                break
        else:
            row = [int(number)]
            rows.append(row)
            open_rows.setdefault(band, []).append(row)
    for row in rows:
        begin, end = int(left[row[0]]), int(left[row[-1]] + wide[row[-1]])
        if end - begin < _FLAT_LEAST or len(row) < 4:
            continue
        covered = float(sum(wide[number] for number in row)) / (end - begin)
        if covered < 0.3 or float(np.median(high[row])) > _FLAT - 1:
            continue
        for number in row:
            x, y, across, down = int(left[number]), int(top[number]), int(wide[number]), int(high[number])
            clean[max(0, y - 2) : y + down + 2, max(0, x - 2) : x + across + 2] = 255
        upper, lower = int(top[row].min()), int((top[row] + high[row]).max())
        yield Mark(kind=MarkKind.LEADER, left=begin, top=upper, right=end, bottom=lower)


def _take_boxes(clean: Grey, parts: _Parts) -> Iterator[Mark]:
    left, top, wide, high, area = (parts.stats[:, column] for column in range(5))
    least, most = _BOX
    fit = (
        (np.minimum(wide, high) >= least)
        & (np.maximum(wide, high) <= _OVER * most)
        & (area >= 2.5 * np.minimum(wide, high))
        & (area <= 0.62 * wide * high)
    )
    fit[0] = False
    for number in np.flatnonzero(fit):
        x, y, across, down = (int(value[number]) for value in (left, top, wide, high))
        own = parts.labels[y : y + down, x : x + across] == number
        outline = _outline(own)
        if outline is None:
            continue
        x0, y0, x1, y1, thick = outline
        if not _stands_alone(parts, number, (x + x0, y + y0, x + x1, y + y1)):
            continue
        inside = clean[y + y0 + thick + 1 : y + y1 - thick - 1, x + x0 + thick + 1 : x + x1 - thick - 1]
        ticked = bool(inside.size) and float((inside < 150).mean()) > _TICKED
        small = max(across, down) <= _OVER * max(x1 - x0, y1 - y0)
        if small:
            grown = cv2.dilate(np.pad(own, 2).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
            upper, lefter = max(0, y - 2), max(0, x - 2)
            target = clean[upper : y + down + 2, lefter : x + across + 2]
            target[grown[upper - y + 2 :, lefter - x + 2 :][: target.shape[0], : target.shape[1]]] = 255
        clean[max(0, y + y0 - 2) : y + y1 + 2, max(0, x + x0 - 2) : x + x1 + 2] = 255
        yield Mark(kind=MarkKind.BOX, left=x + x0, top=y + y0, right=x + x1, bottom=y + y1, ticked=ticked)


def _stands_alone(parts: _Parts, number: int, box: tuple[int, int, int, int]) -> bool:
    """Say whether white parts a box from what stands beside it, as nothing parts the letters of a word."""
    x0, y0, x1, y1 = box
    room = round(_APART * (y1 - y0))
    inner = (y1 - y0) // 6
    around = parts.labels[y0 + inner : y1 - inner, max(0, x0 - room) : x1 + room]
    others = around[(around != 0) & (around != number)]
    high = parts.stats[others, 3]
    beside = others[high > 0.4 * (y1 - y0)]
    return not any(_is_outside(parts, int(other), x0, x1) for other in np.unique(beside))


def _is_outside(parts: _Parts, other: int, x0: int, x1: int) -> bool:
    left, wide = int(parts.stats[other, 0]), int(parts.stats[other, 2])
    return left + wide <= x0 + 3 or left >= x1 - 3


def _outline(own: Any) -> tuple[int, int, int, int, int] | None:
    """Return the thin square outline in a part of a page (left, top, right, bottom, thickness), or None if it has none."""
    level, upright = _longest_runs(own), _longest_runs(own.T)
    tops = [row for row in range(len(level)) if level[row][1] - level[row][0] >= _BOX[0] - 2]
    sides = [column for column in range(len(upright)) if upright[column][1] - upright[column][0] >= _BOX[0] - 2]
    if len(tops) < 2 or len(sides) < 2:
        return None
    y0, y1, x0, x1 = tops[0], tops[-1] + 1, sides[0], sides[-1] + 1
    wide, high = x1 - x0, y1 - y0
    if not (_BOX[0] <= wide <= _BOX[1] and _BOX[0] <= high <= _BOX[1] and 0.75 <= wide / high <= 1.34):
        return None
    thick_level, thick_upright = _thickness(tops, y0, y1), _thickness(sides, x0, x1)
    if thick_level is None or thick_upright is None:
        return None
    if max(*thick_level, *thick_upright) > max(4, _BOX_THICK * min(wide, high)) or _uneven(thick_level, thick_upright):
        return None
    edges = (own[y0 : y0 + 3, x0:x1], own[y1 - 3 : y1, x0:x1], own[y0:y1, x0 : x0 + 3].T, own[y0:y1, x1 - 3 : x1].T)
    if any(float(edge.any(axis=0).mean()) < _SIDE for edge in edges):
        return None
    thick = max(*thick_level, *thick_upright)
    near = max(3, thick)
    corners = [own[y : y + near, x : x + near].any() for y in (y0, y1 - near) for x in (x0, x1 - near)]
    empty = float(own[y0 + thick + 1 : y1 - thick - 1, x0 + thick + 1 : x1 - thick - 1].mean()) < _TICKED
    # The serifs of II reach beyond its stems; an empty box ends where its sides stand.
    juts = empty and any(level[row][0] < x0 - 2 or level[row][1] > x1 + 2 for row in (tops[0], tops[-1]))
    return None if juts or not all(corners) else (x0, y0, x1, y1, thick)


def _longest_runs(own: Any) -> list[tuple[int, int]]:
    """Return where the longest run of ink in each row begins and ends."""
    runs = []
    for row in own:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        if not len(edges):
            runs.append((0, 0))
            continue
        longest = int(np.argmax(edges[1::2] - edges[::2]))
        runs.append((int(edges[2 * longest]), int(edges[2 * longest + 1])))
    return runs


def _thickness(lines: Sequence[int], first: int, last: int) -> tuple[int, int] | None:
    """Return how many of the lines lie together at both ends, or None if they are one band."""
    inked = set(lines)
    begin = end = 0
    while first + begin in inked:
        begin += 1
    while last - 1 - end in inked:
        end += 1
    return (begin, end) if begin + end < last - first else None


def _uneven(level: tuple[int, int], upright: tuple[int, int]) -> bool:
    sides = sorted((*level, *upright))
    return sides[-1] > 2.2 * sides[0] + 2
