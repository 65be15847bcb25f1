"""Finds the ruled lines of a page, level or upright, a little bent, slanting or broken, but never a row of letters.

A rule is what is darker than what lies beside it on both sides, over a length that no stroke of a letter has. Averaging
along the rule before looking keeps a hairline and lets grain vanish. A stem is not darker than what lies above and below
it, so a row of serifs falls to pieces where the stems stand, which a rule does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.pixels import Grey

STEP = 4
"""Pixels along a rule that are averaged into one before looking for it, and the distance of the samples of its path."""
THICKEST = 14
"""A darker band of more pixels is no rule."""
SHORTEST = 48
"""Pixels (4 mm at 300 dpi) a piece of a rule needs to be seen by itself: longer than any stroke of body text."""
_JOINED = 12
_FREE_GAP = 40
_WIDEST_GAP = 700
_SHOWN = 0.35
_GOES_ON = 0.5
_CROSSED = 0.12
_SLANT = 0.02
_AHEAD = 240
_COVERED = 0.55
_FAINTEST = 22
_GRAINS = 3.0
_CLEAN = 0.45
_INKED = 150
_NEAR, FAR = 5, 14
_LONG = 200
_PIECE_ALONE = 0.5
_RULE_ALONE = 0.65
_SHORT_ALONE = 0.8


class PageRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule from `begin` to `end` (pixels along it, exclusive), its position across at every STEP pixels, its thickness."""

    begin: int
    end: int
    thickness: int
    path: tuple[float, ...]

    def position(self, along: float) -> float:
        """Return where across the rule lies at a place along it; beyond its ends it goes on as it lay there."""
        place = (along - self.begin) / STEP - 0.5
        first = min(max(int(place), 0), len(self.path) - 1)
        after = min(first + 1, len(self.path) - 1)
        share = min(max(place - first, 0.0), 1.0)
        return self.path[first] * (1 - share) + self.path[after] * share

    @property
    def length(self) -> int:
        """Return how many pixels long it is."""
        return self.end - self.begin

    @property
    def middle(self) -> float:
        """Return its mean position across."""
        return sum(self.path) / len(self.path)


class Response(msgspec.Struct, frozen=True):
    """How much darker than both its sides each place is, for rules that run along rows; columns stand for STEP pixels each.

    `least` is what a rule shows at least, `weak` what its remains show where noise or a seal lies over it.
    """

    values: Any
    page: Any
    least: int
    weak: int

    def crossed(self, begin: float, end: float, first: float, last: float) -> float:
        """Return over which share of the way there is ink on both sides: letters that run over the place of a rule."""
        high, wide = self.values.shape
        columns = np.arange(max(0, int(begin // STEP)), min(wide, max(int(begin // STEP) + 1, int(end // STEP))))
        line = np.linspace(first, last, len(columns)).round().astype(int)
        above, below = (self.page[np.clip(line + off, 0, high - 1), columns] < _INKED for off in (-7, 7))
        return float((above & below).mean()) if len(columns) else 0.0

    def beside(self, rule: PageRule, far: int = _NEAR) -> tuple[float, float]:
        """Return over which share of a rule there is paper on the `far` pixels above it, and below it."""
        wide = self.values.shape[1]
        first = min(rule.begin // STEP, wide - 1)
        rows = np.asarray(rule.path[: wide - first]).round().astype(int)
        columns = np.arange(first, first + len(rows))
        darkest = self._darkest(rows, columns, np.arange(-2, 3))
        shares = []
        for side in (-1, 1):
            start = rule.thickness // 2 + 2
            darkness = 255 - self._darkest(rows, columns, side * np.arange(start, start + far))
            shares.append(float((darkness < np.maximum(_CLEAN * (255 - darkest), self.weak)).mean()))
        return shares[0], shares[1]

    def _darkest(self, rows: Any, columns: Any, offs: Any) -> Any:
        """Return for each column how dark the page is at most so far from its row."""
        near = (rows + offs[:, None]).clip(0, self.values.shape[0] - 1)
        return self.page[near, columns].min(axis=0).astype(np.int16)

    def shown(self, begin: float, end: float, first: float, last: float, reach: int = 2) -> Any:
        """Return for each place from `begin` to `end` whether a rule from `first` to `last` shows there, weakly at least."""
        high, wide = self.values.shape
        columns = np.arange(max(0, int(begin // STEP)), min(wide, max(int(begin // STEP) + 1, int(end // STEP))))
        if not len(columns):
            return np.zeros(0, dtype=bool)
        line = np.linspace(first, last, len(columns)).round().astype(int)
        best = np.zeros(len(columns), dtype=np.uint8)
        for off in range(-reach, reach + 1):
            best = np.maximum(best, self.values[np.clip(line + off, 0, high - 1), columns])
        return best > self.weak


class PageRules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of a page: those that run across it and those that run down it (found on the transposed page)."""

    across: tuple[PageRule, ...]
    down: tuple[PageRule, ...]
    across_response: Response
    down_response: Response


def ink_limit(grey: Grey) -> int:
    """Return below which value a pixel is ink: two fifths of the way from paper to its darkest, beyond its grain.

    The grain of a faint page is nearly as dark as its ink.
    """
    if not grey.size:
        return 128
    sample = grey[::7, ::7].astype(np.float32)
    dark, paper = float(np.percentile(sample, 0.5)), float(np.percentile(sample, 60))
    grain = 1.4826 * float(np.median(np.abs(sample - paper)))
    return int(paper - max(0.4 * (paper - dark), _GRAINS * grain))


def find_rules(grey: Grey) -> PageRules:
    """Return the rules of a levelled grey page of about 300 dpi."""
    contrast = 255 - float(np.percentile(grey[::7, ::7], 0.5)) if grey.size else 0.0
    across, across_response = _along_rows(grey, contrast)
    down, down_response = _along_rows(cv2.transpose(grey), contrast)
    return PageRules(across=across, down=down, across_response=across_response, down_response=down_response)


def _along_rows(grey: Grey, contrast: float) -> tuple[tuple[PageRule, ...], Response]:
    response = _response(grey, contrast)
    pieces = _pieces(response)
    rules = [rule for rule in _linked(pieces, response) if _is_rule(rule, response, grey, contrast)]
    return tuple(rules), response


def _response(grey: Grey, contrast: float) -> Response:
    high, wide = grey.shape
    wide = max(STEP, wide // STEP * STEP)
    small = cv2.resize(grey[:, :wide], (wide // STEP, high), interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((THICKEST + 1, 1), np.uint8))
    values = cv2.subtract(closed, small)
    some = values[::5, ::3]
    # On a grainy page every place differs from its sides; a rule differs more than most places do.
    grain = float(np.percentile(some, 75)) if some.size else 0.0
    least = int(max(_FAINTEST, 0.2 * contrast, 2.5 * grain))
    return Response(values, small, least, max(_FAINTEST * 2 // 3, least // 2, int(1.5 * grain)))


def _pieces(response: Response) -> list[PageRule]:
    """Return the pieces of rules that can be seen by themselves, from left to right."""
    seen = (response.values > response.least).astype(np.uint8)
    seen = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((1, _JOINED // STEP), np.uint8))
    # A slanting or bent rule steps from row to row: rows are joined for the opening, what was not seen is taken out again.
    thick = cv2.dilate(seen, np.ones((3, 1), np.uint8))
    long = cv2.bitwise_and(cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, SHORTEST // STEP), np.uint8)), seen)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(long, np.ones((3, 3), np.uint8)), connectivity=8)
    found = []
    for number in range(1, count):
        left, top, wide, high, _area = (int(value) for value in stats[number])
        if wide * STEP < SHORTEST or high > max(3 * THICKEST, wide):
            continue
        part = slice(top, top + high), slice(left, left + wide)
        weights = np.where((labels[part] == number) & (long[part] > 0), response.values[part], 0).astype(np.float32)
        piece = _piece(weights, left, top)
        if piece is not None and min(response.beside(piece)) >= _PIECE_ALONE:
            found.append(piece)
    return sorted(found, key=lambda rule: rule.begin)


def _piece(weights: Grey, left: int, top: int) -> PageRule | None:
    mass = weights.sum(axis=0)
    columns = np.flatnonzero(mass)
    if len(columns) * STEP < SHORTEST:
        return None
    first, last = int(columns[0]), int(columns[-1]) + 1
    rows = np.arange(weights.shape[0], dtype=np.float32)
    centres = (weights[:, columns] * rows[:, None]).sum(axis=0) / mass[columns]
    path = np.interp(np.arange(first, last), columns, centres) + top
    path = _smooth(path)
    thickness = int(np.median((weights[:, columns] > 0).sum(axis=0)))
    if thickness > THICKEST:
        return None
    return PageRule(
        begin=(left + first) * STEP,
        end=(left + last) * STEP,
        thickness=max(1, thickness),
        path=tuple(float(value) for value in path),
    )


def _smooth(path: Any, reach: int = 8) -> Any:
    """Return a path without the jumps that touching letters make."""
    if len(path) < 2 * reach + 1:
        return np.full(len(path), float(np.median(path))) if len(path) < reach else _fitted(path)
    padded = np.pad(path, reach, mode="reflect", reflect_type="odd")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.median(windows, axis=1)


def _fitted(path: Any) -> Any:
    places = np.arange(len(path))
    slope = float(np.median(np.diff(path[:: max(1, len(path) // 4)]))) / max(1, len(path) // 4)
    return float(np.median(path)) + slope * (places - places.mean())


def _linked(pieces: Sequence[PageRule], response: Response) -> list[PageRule]:
    """Join pieces of one rule: over a small gap, or over a wider one in which part of the rule still shows."""
    open_rules: list[PageRule] = []
    for piece in pieces:
        best, nearest = -1, float("inf")
        for number, rule in enumerate(open_rules):
            gap = piece.begin - rule.end
            if not -_JOINED <= gap <= _WIDEST_GAP or gap >= nearest:
                continue
            if _goes_on(rule, piece, gap, response):
                best, nearest = number, gap
        if best < 0:
            open_rules.append(piece)
        else:
            open_rules[best] = _joined(open_rules[best], piece)
    return open_rules


def _goes_on(rule: PageRule, piece: PageRule, gap: int, response: Response) -> bool:
    last, first = rule.path[-1], piece.path[0]
    off = 3.5 + 0.008 * max(0, gap)
    # Most pieces lie far above or below: no slope that a rule may have leads there.
    if abs(last - first) > off + _SLANT * abs(gap) or abs(last + _slope(rule) * gap - first) > off:
        return False
    if gap <= _FREE_GAP:
        return True
    if gap > max(rule.length, piece.length):
        return False
    shown = response.shown(rule.end, piece.begin, last, first)
    part = max(1, len(shown) // 6)
    # Letters show in the middle of a gap; a rule goes on from where it ended.
    goes_on = len(shown) and max(float(shown[:part].mean()), float(shown[-part:].mean())) >= _GOES_ON
    if not goes_on or float(shown.mean()) < _SHOWN:
        return False
    return response.crossed(rule.end, piece.begin, last, first) < _CROSSED


def _slope(rule: PageRule) -> float:
    """Return by how many pixels the end of a rule climbs a pixel, within what a levelled page can have."""
    part = rule.path[-_AHEAD // STEP :]
    if len(part) * STEP < _AHEAD // 2:
        return 0.0
    return min(max((part[-1] - part[0]) / (STEP * (len(part) - 1)), -_SLANT), _SLANT)


def _joined(rule: PageRule, piece: PageRule) -> PageRule:
    between = max(0, (piece.begin - rule.end) // STEP)
    overlap = max(0, (rule.end - piece.begin) // STEP)
    bridge = np.linspace(rule.path[-1], piece.path[0], between + 2)[1:-1]
    path = (*rule.path, *(float(value) for value in bridge), *piece.path[overlap:])
    thickness = rule.thickness if rule.length >= piece.length else piece.thickness
    return PageRule(begin=rule.begin, end=rule.begin + len(path) * STEP, thickness=thickness, path=path)


def _is_rule(rule: PageRule, response: Response, grey: Grey, contrast: float) -> bool:
    """Say whether a rule is inked over most of its length, without the even gaps of a dotted leader."""
    columns = np.arange(rule.begin // STEP, rule.end // STEP)
    rows = np.asarray(rule.path[: len(columns)]).round().astype(int)
    columns = columns[: len(rows)]
    seen = np.zeros(len(columns), dtype=np.uint8)
    for off in (-2, -1, 0, 1, 2):
        seen = np.maximum(seen, response.values[np.clip(rows + off, 0, response.values.shape[0] - 1), columns])
    if float((seen > response.weak).mean()) < _COVERED:
        return False
    far, alone = (_NEAR, _RULE_ALONE) if rule.length >= _LONG else (FAR, _SHORT_ALONE)
    return min(response.beside(rule, far)) >= alone and not _is_dotted(rule, grey, contrast)


def _is_dotted(rule: PageRule, grey: Grey, contrast: float) -> bool:
    places = np.arange(rule.begin, min(rule.end, grey.shape[1]))
    rows = np.interp(places, rule.begin + STEP * (np.arange(len(rule.path)) + 0.5), rule.path).round().astype(int)
    darkest = np.full(len(places), 255, dtype=np.uint8)
    for off in range(-(rule.thickness // 2) - 1, rule.thickness // 2 + 2):
        darkest = np.minimum(darkest, grey[np.clip(rows + off, 0, grey.shape[0] - 1), places])
    inked = darkest < 255 - 0.35 * min(contrast, 255 - float(np.percentile(darkest, 20)))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0]))))
    runs, holes = edges[1::2] - edges[::2], edges[2::2] - edges[1:-1:2]
    if len(holes) < 6:
        return False
    often = float(np.median(holes)) >= 4 and len(holes) * 40 > len(places)
    return often and float(np.median(runs)) < 16 and float(inked.mean()) < 0.72
