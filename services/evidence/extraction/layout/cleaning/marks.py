"""Takes out of a form what is no writing: dotted leaders under filled-in words, and tick boxes, ticked or not.

A leader is a row of six equal dots and more at an even pitch, which no text ends with; where words lie over it, its dots go
on at the same pitch and level, and only those are taken. A tick box is a thin outline with four straight sides of one
thickness that meet at their corners, which no letter is, however bold: a D has no right side, an O no corner, the serifs of
II stick out.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.layout.tables.rules import ink_limit
from services.evidence.extraction.pixels import Grey

_DOT = 11
_LEAST_DOTS = 6
_PITCH = (5.0, 30.0)
_UNEVEN = 0.28
_LEVEL = 2.6
_OFF = 0.24
_MOST_MISSES = 64
_DISC = 0.72
_FLAT = 9
_FLAT_GAP = 18
_FLAT_LEAST = 110
_BOX = (24, 80)
_BOX_THICK = 0.15
_SIDE = 0.86
_SIDE_END = 0.6
_TICKED = 0.05
_OVER = 2.3
_CORNER = 0.5
_FREE = 0.22


class MarkKind(enum.StrEnum):
    """What a mark on a form is."""

    LEADER = "leader"
    BOX = "box"


class FormMark(msgspec.Struct, frozen=True, kw_only=True):
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


def take_out_marks(grey: Grey) -> tuple[Grey, list[FormMark]]:
    """Return a page of about 300 dpi without leaders and tick boxes, and what they were. The page given stays as it is."""
    ink = (grey < ink_limit(grey)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    parts = _Parts(labels, stats)
    clean = grey.copy()
    boxes = list(_take_boxes(clean, parts))
    leaders = list(_take_leaders(clean, ink, parts))
    return clean, sorted([*boxes, *leaders], key=lambda mark: (mark.top, mark.left))


def take_out_leaders(grey: Grey) -> tuple[Grey, list[FormMark]]:
    """Return a page without leaders, its tick boxes left, and where they were: before dust is taken for what they are."""
    ink = (grey < ink_limit(grey)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    clean = grey.copy()
    return clean, list(_take_leaders(clean, ink, _Parts(labels, stats)))


def _take_leaders(clean: Grey, ink: Grey, parts: _Parts) -> Iterator[FormMark]:
    dots = _dots(parts)
    taken: set[int] = set()
    for run in sorted(_runs(dots), key=lambda run: -len(run.members)):
        if not taken.intersection(run.members):
            leader = _followed(dots, run)
            taken |= leader.members
            yield _whiten_leader(clean, ink, parts, dots, leader)
    left_over = set(dots[sorted(set(range(len(dots))) - taken), 3].astype(int)) if len(dots) else set()
    yield from _take_flat_rows(clean, parts, left_over)


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


class _Leader(msgspec.Struct, frozen=True):
    """All dots of a leader that stand by themselves, and where its dots must be (x and y of each from first to last)."""

    members: set[int]
    places: tuple[tuple[float, float], ...]
    high: float


def _followed(dots: Any, run: _Run) -> _Leader:
    """Follow a leader from a run of its dots to both sides, at its pitch, under what was written over it."""
    high = float(np.median(dots[list(run.members), 2]))
    members = set(run.members)
    places = [(float(dots[number, 0]), float(dots[number, 1])) for number in run.members]
    patience = min(_MOST_MISSES, 4 * len(run.members))
    for step in (-run.pitch, run.pitch):
        found = list(_walk(dots, places[0 if step < 0 else -1], step, high, patience))
        reached = _end_of(found)
        members.update(number for number, *_ in found[: reached + 1] if number >= 0)
        more = [(x, y) for _, x, y in found[: reached + 1]]
        places = [*reversed(more), *places] if step < 0 else [*places, *more]
    return _Leader(members, tuple(places), high)


def _end_of(found: Sequence[tuple[int, float, float]]) -> int:
    """Return the last step at which a leader surely is: a dot alone among words may be their full stop."""
    seen = [number >= 0 for number, *_ in found]
    return max((step for step, dot in enumerate(seen) if dot and (step == 0 or seen[step - 1])), default=-1)


def _walk(
    dots: Any, start: tuple[float, float], step: float, high: float, patience: int
) -> Iterator[tuple[int, float, float]]:
    """Step along a leader: the number of the dot at each place, or -1 where none stands by itself, and where that is."""
    x, y = start
    misses = 0
    while misses < patience:
        x += step
        lower, upper = np.searchsorted(dots[:, 0], (x - _OFF * abs(step), x + _OFF * abs(step)))
        here = [
            number
            for number in range(int(lower), int(upper))
            if abs(dots[number, 1] - y) <= _LEVEL and dots[number, 2] <= 1.6 * high
        ]
        if here:
            number = min(here, key=lambda number: abs(dots[number, 0] - x))
            x, y, misses = float(dots[number, 0]), 0.7 * y + 0.3 * float(dots[number, 1]), 0
            yield number, x, y
        else:
            misses += 1
            yield -1, x, y


def _whiten_leader(clean: Grey, ink: Grey, parts: _Parts, dots: Any, leader: _Leader) -> FormMark:
    colons = [number for number in leader.members if _is_lower_half(dots, number, leader.high)]
    for number in leader.members.difference(colons):
        left, top, wide, tall, _area = (int(value) for value in parts.stats[int(dots[number, 3])])
        clean[max(0, top - 2) : top + tall + 2, max(0, left - 2) : left + wide + 2] = 255
    half = max(2, round(leader.high / 2))
    for x, y in leader.places:
        if all(abs(x - dots[number, 0]) > 3 for number in colons):
            _whiten_joined(clean, ink, round(x - 0.5), round(y - 0.5), half)
    xs, ys = zip(*leader.places, strict=True)
    return FormMark(
        kind=MarkKind.LEADER,
        left=int(min(xs)) - half,
        top=int(min(ys)) - half,
        right=int(max(xs)) + half + 1,
        bottom=int(max(ys)) + half + 1,
    )


def _whiten_joined(clean: Grey, ink: Grey, x: int, y: int, half: int) -> None:
    """Whiten a dot that touches a letter beside it; of one under a letter only what hangs below the letter's foot."""
    left, top, right, bottom = x - half, y - half, x + half, y + half
    if left < half + 3 or top < 12 or right > ink.shape[1] - half - 3 or bottom > ink.shape[0] - 4:
        return
    if float(ink[top:bottom, left:right].mean()) < _DISC or ink[bottom + 2 : bottom + 4, left:right].any():
        return
    passed = ink[top:bottom, left - 2].any() and ink[top:bottom, right + 1].any()
    if not passed and not ink[top - 3 : top - 1, left:right].any():
        clean[top - 1 : bottom + 2, left - 1 : right + 2] = 255
        return
    beside = np.concatenate(
        (ink[top - 10 : bottom + 2, left - half - 2 : left - 1], ink[top - 10 : bottom + 2, right + 2 : right + half + 3]),
        axis=1,
    )
    inked = np.flatnonzero(beside.any(axis=1))
    foot = top - 9 + int(inked[-1]) if len(inked) else y
    clean[max(foot, y - 1) : bottom + 2, left - 1 : right + 2] = 255


def _is_lower_half(dots: Any, number: int, high: float) -> bool:
    """Say whether a dot has another of its size right over it: then both are a colon."""
    x, y = dots[number, 0], dots[number, 1]
    lower, upper = np.searchsorted(dots[:, 0], (x - 3, x + 3.01))
    return any(
        1.6 * high <= y - dots[other, 1] <= 7 * high and dots[other, 2] <= 1.6 * high
        for other in range(int(lower), int(upper))
    )


def _take_flat_rows(clean: Grey, parts: _Parts, left_over: set[int]) -> Iterator[FormMark]:
    """Whiten leaders whose dots ran into each other: flat parts at one level, close together, longer than a dash."""
    left, top, wide, high, _area = (parts.stats[:, column] for column in range(5))
    flat = (high <= _FLAT) & (high >= 2) & (wide > 2.2 * high)
    flat[0] = False
    flat[list(left_over)] = True
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
        if (
            covered < 0.3
            or float(np.median(high[row])) > _FLAT - 1
            or float(max(wide[row])) < 2.2 * float(np.median(high[row]))
        ):
            continue
        for number in row:
            x, y, across, down = int(left[number]), int(top[number]), int(wide[number]), int(high[number])
            clean[max(0, y - 2) : y + down + 2, max(0, x - 2) : x + across + 2] = 255
        upper, lower = int(top[row].min()), int((top[row] + high[row]).max())
        yield FormMark(kind=MarkKind.LEADER, left=begin, top=upper, right=end, bottom=lower)


def _take_boxes(clean: Grey, parts: _Parts) -> Iterator[FormMark]:
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
        beside = parts.labels[y + y0 : y + y1, x + x1 + 1 : x + x1 + max(4, round(_FREE * (x1 - x0)))]
        before = parts.labels[y + y0 : y + y1, max(0, x + x0 - max(4, round(_FREE * (x1 - x0)))) : max(0, x + x0 - 1)]
        if any(((near != 0) & (near != number)).any() for near in (before, beside)):
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
        yield FormMark(kind=MarkKind.BOX, left=x + x0, top=y + y0, right=x + x1, bottom=y + y1, ticked=ticked)


def _outline(own: Any) -> tuple[int, int, int, int, int] | None:
    """Return the thin square outline in a part of a page (left, top, right, bottom, thickness), or None if it has none."""
    # Sums cost a hundredth of runs, and no run is longer than its row has ink: nearly every letter ends here.
    if any(int((own.sum(axis=axis) >= _BOX[0] - 2).sum()) < 2 for axis in (0, 1)):
        return None
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
    if max(*thick_level, *thick_upright) > max(4, round(_BOX_THICK * min(wide, high))) or _uneven(
        thick_level, thick_upright
    ):
        return None
    edges = (own[y0 : y0 + 3, x0:x1], own[y1 - 3 : y1, x0:x1], own[y0:y1, x0 : x0 + 3].T, own[y0:y1, x1 - 3 : x1].T)
    if any(not _is_straight(edge.any(axis=0)) for edge in edges):
        return None
    thick = max(*thick_level, *thick_upright)
    # A round letter has nothing where the corners of a box are.
    corners = [float(own[y : y + 3, x : x + 3].mean()) >= _CORNER for y in (y0, y1 - 3) for x in (x0, x1 - 3)]
    if _bulges(own, (x0, y0, x1, y1)):
        return None
    empty = float(own[y0 + thick + 1 : y1 - thick - 1, x0 + thick + 1 : x1 - thick - 1].mean()) < _TICKED
    # The serifs of II reach beyond its stems; an empty box ends where its sides stand.
    juts = empty and any(level[row][0] < x0 - 2 or level[row][1] > x1 + 2 for row in (tops[0], tops[-1]))
    return None if juts or not all(corners) else (x0, y0, x1, y1, thick)


def _is_straight(side: Any) -> bool:
    """Say whether a side is inked all along, up to both its ends: those of a round letter are not."""
    end = max(4, len(side) // 7)
    return float(side.mean()) >= _SIDE and min(float(side[:end].mean()), float(side[-end:].mean())) >= _SIDE_END


def _bulges(own: Any, box: tuple[int, int, int, int]) -> bool:
    """Say whether ink lies beyond the middles of three sides or more: a square fits into the ring of an O as well.

    A cross sticks out at the corners, a tick beyond a side or two.
    """
    x0, y0, x1, y1 = box
    across, down = slice(x0 + (x1 - x0) // 4, x1 - (x1 - x0) // 4), slice(y0 + (y1 - y0) // 4, y1 - (y1 - y0) // 4)
    beyond = own[: max(0, y0 - 1), across], own[y1 + 1 :, across], own[down, : max(0, x0 - 1)], own[down, x1 + 1 :]
    return sum(bool(part.any()) for part in beyond) > 2


def _longest_runs(own: Any) -> list[tuple[int, int]]:
    """Return where the longest run of ink in each row begins and ends."""
    places = np.arange(own.shape[1])
    # How long the run of ink is that ends at each place.
    runs = places - np.maximum.accumulate(np.where(own, -1, places), axis=1)
    ends = runs.argmax(axis=1)
    return [(int(end - run + 1), int(end + 1)) if run else (0, 0) for end, run in zip(ends, runs.max(axis=1), strict=True)]


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
