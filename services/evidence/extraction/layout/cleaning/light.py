"""Finds the paper on a desk, whitens black edges of copies, and evens the light and the ink of a page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.pixels import Colour, Grey

_WHITE, _GRAINS = 252, 2.0
_SMALL = 16
"""Light changes slowly: it is measured on a sixteenth of the page, where a line of print is three or four pixels high."""
_DARKEST = 12
_PALE_PRINT, _SHALLOW, _PAPER_GRAIN = 24.0, 70.0, 3.0
_PALEST, _PALE, _MOST_GAIN, _FAINT = 22.0, 0.6, 4.0, 90.0
_UNEVEN = 0.72
_DESK_SIDE = 512
_LEAST_STEP = 0.08
_SMALLEST, _WHOLE = 0.2, 0.985
_ASLANT = 0.4
_A4 = 297 / 210


class PaperOnDesk(msgspec.Struct, frozen=True, kw_only=True):
    """Where paper lies on an image: its corners in pixels, clockwise from the upper left one, as seen on the image."""

    corners: tuple[tuple[float, float], ...]

    @property
    def is_upright(self) -> bool:
        """Say whether the sides run with those of the image, within what levelling mends better than a warp."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        slants = (by - ay) / (bx - ax), (cy - dy) / (cx - dx), (dx - ax) / (ay - dy), (cx - bx) / (by - cy)
        return max(slants) - min(slants) < 0.008


def find_sheet(rgb: Colour) -> PaperOnDesk | None:
    """Return where a sheet lies on something darker, or None where the paper fills the image or its sides are not plain."""
    factor = _DESK_SIDE / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # Without its letters a sheet is one even patch, whatever shadow falls on it.
    small = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), 5)
    light = small.min(axis=2)
    if float(np.percentile(_rim(light), 25)) > 0.8 * float(np.percentile(light, 90)):
        return None
    best, most = None, 0.0
    for corners in _quadrilaterals(small):
        contrast = _contrast(light, corners)
        if contrast > most:
            best, most = corners, contrast
    if best is None or float(cv2.contourArea(best)) > _WHOLE * light.size:
        return None
    height, width = rgb.shape[:2]
    return PaperOnDesk(
        corners=tuple((float(min(max(x, 0), width)), float(min(max(y, 0), height))) for x, y in best / factor)
    )


def _rim(light: Grey) -> Grey:
    return np.concatenate([light[1], light[-2], light[:, 1], light[:, -2]])


def _quadrilaterals(small: Colour) -> Iterator[Any]:
    """Yield the corners of what may be a sheet, from the upper left: long straight edges, two each way, or the rim."""
    height, width = small.shape[:2]
    edges = np.zeros((height, width), np.uint8)
    for channel in cv2.split(small):
        edges |= cv2.Canny(channel, 15, 45)
    found = cv2.HoughLines(edges, 1, np.pi / 360, max(40, min(height, width) // 5))
    lines = [] if found is None else [tuple(map(float, line)) for line in np.reshape(found, (-1, found.shape[-1]))[:400]]
    level = _apart([line for line in lines if abs(line[1] - np.pi / 2) < _ASLANT])
    upright = _apart(
        [(-r, t - np.pi) if t > np.pi / 2 else (r, t) for r, t, *_ in lines if abs(t - np.pi / 2) > np.pi / 2 - _ASLANT]
    )
    level += [(0.0, np.pi / 2), (float(height), np.pi / 2)]
    upright += [(0.0, 0.0), (float(width), 0.0)]
    for (above, below), (left, right) in itertools.product(
        itertools.combinations(level, 2), itertools.combinations(upright, 2)
    ):
        corners = [_crossing(a, b) for a, b in ((above, left), (above, right), (below, right), (below, left))]
        points = np.array(corners, dtype=np.float32)
        if not _inside(points, width, height):
            continue
        points = _clockwise(points)
        if cv2.contourArea(points) > _SMALLEST * height * width and _like_a_sheet(points):
            yield points


def _apart(lines: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Return the strongest lines, of those that nearly coincide only one, at most nine."""
    chosen: list[tuple[float, ...]] = []
    for line in lines:
        if all(abs(line[0] - other[0]) > 8 or abs(line[1] - other[1]) > 0.05 for other in chosen):
            chosen.append(line[:2])
        if len(chosen) == 9:
            break
    return chosen


def _crossing(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, float]:
    """Return where two lines (distance from the origin, angle of the normal) cross."""
    matrix = np.array([[np.cos(one[1]), np.sin(one[1])], [np.cos(two[1]), np.sin(two[1])]])
    x, y = np.linalg.solve(matrix, np.array([one[0], two[0]]))
    return float(x), float(y)


def _inside(points: Any, width: int, height: int) -> bool:
    return bool(
        (points[:, 0] > -0.02 * width).all()
        and (points[:, 0] < 1.02 * width).all()
        and (points[:, 1] > -0.02 * height).all()
        and (points[:, 1] < 1.02 * height).all()
    )


def _like_a_sheet(points: Any) -> bool:
    """Say whether a quadrilateral may be a sheet seen from above or a little aslant: no angle below 60 or above 120."""
    for k in range(4):
        one, two = points[k - 1] - points[k], points[(k + 1) % 4] - points[k]
        cosine = float(one @ two) / max(1e-6, float(np.linalg.norm(one) * np.linalg.norm(two)))
        if abs(cosine) > 0.5:
            return False
    return True


def _clockwise(points: Any) -> Any:
    """Return corners in the order upper left, upper right, lower right, lower left."""
    centre = points.mean(axis=0)
    ordered = points[np.argsort(np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0]))]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def _contrast(light: Grey, corners: Any) -> float:
    """Return how plainly paper is brighter than what lies outside, summed over the sides (each to 0.5), 0 where one is not.

    A side at the rim of the image counts nothing, and two sides at least must lie within.
    """
    height, width = light.shape
    centre = corners.mean(axis=0)
    total, within = 0.0, 0
    for k in range(4):
        along = corners[k] + np.linspace(0.08, 0.92, 40)[:, None] * (corners[(k + 1) % 4] - corners[k])
        out = along - centre
        out = out / np.linalg.norm(out, axis=1, keepdims=True)
        outside, inside = np.rint(along + 7 * out).astype(int), np.rint(along - 7 * out).astype(int)
        there = (outside >= 0).all(axis=1) & (outside[:, 0] < width) & (outside[:, 1] < height)
        if there.mean() < 0.5:
            continue
        outside, inside = outside[there], inside[there].clip(0, (width - 1, height - 1))
        bright = np.maximum(light[inside[:, 1], inside[:, 0]].astype(float), 20.0)
        step = float(np.percentile((bright - light[outside[:, 1], outside[:, 0]]) / bright, 20))
        if step < _LEAST_STEP:
            return 0.0
        total, within = total + min(step, 0.5), within + 1
    return total if within >= 2 else 0.0


def cut_out(rgb: Colour, sheet: PaperOnDesk) -> Colour:
    """Return the sheet alone as a rectangle: cropped where it lies straight, else as seen from above (A4 if near that).

    A warped sheet is about as large as it was, at most 300 dpi of A4.
    """
    corners = np.array(sheet.corners, dtype=np.float32)
    # Half a hundredth of the margin is given up, so that nothing of the desk stays.
    corners += 0.01 * (corners.mean(axis=0) - corners)
    if sheet.is_upright:
        left, top = np.ceil(np.maximum(corners[[0, 3], 0].max(), 0)), np.ceil(corners[:2, 1].max())
        right, bottom = corners[1:3, 0].min(), corners[2:, 1].min()
        return np.ascontiguousarray(rgb[int(top) : int(bottom), int(left) : int(right)])
    across = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    down = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    long, short = max(across, down), min(across, down)
    # Seen aslant, a sheet is foreshortened; no other size of paper is near A4 and its double.
    ratio = _A4 if 0.8 < long / short / _A4 < 1.2 else long / short
    long = max(long, short * ratio)
    short = long / ratio
    width, height = (long, short) if across > down else (short, long)
    to = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    size = (round(width), round(height))
    return cv2.warpPerspective(
        rgb, cv2.getPerspectiveTransform(corners, to), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def black_edges(grey: Grey) -> Grey | None:
    """Return where a copy has black edges (non-zero), or None: dark areas from the rim inwards, thicker than any rule."""
    small = cv2.resize(grey, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(small, 80))
    dark = (small < 0.4 * paper).astype(np.uint8)
    # The lid lay open, or the book did: what is wider than 3 mm is no rule and no letter.
    core = cv2.morphologyEx(
        cv2.copyMakeBorder(dark, 6, 6, 6, 6, cv2.BORDER_REPLICATE), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=4)
    height, width = core.shape
    edges = np.zeros_like(core)
    for k in range(1, count):
        left, top, wide, high = stats[k, :4]
        at_rim = left == 0 or top == 0 or left + wide == width or top + high == height
        if at_rim and max(wide, high) > 0.08 * min(width, height):
            edges[labels == k] = 255
    edges = edges[6:-6, 6:-6]
    if edges.mean() < 0.2 or edges.mean() > 0.6 * 255 or not _ends_sharply(small, edges, 0.3 * paper):
        return None
    return cv2.resize(cv2.dilate(edges, np.ones((5, 5), np.uint8)), grey.shape[::-1], interpolation=cv2.INTER_NEAREST)


def _ends_sharply(small: Grey, edges: Grey, step: float) -> bool:
    """Say whether paper begins at once beside dark areas; beside a shadow it grows bright by and by."""
    within = cv2.dilate(edges, np.ones((3, 3), np.uint8))
    beside = cv2.dilate(within, np.ones((7, 7), np.uint8)) - within
    inner = edges - cv2.erode(edges, np.ones((5, 5), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=255)
    return (
        float(np.median(small[beside > 0])) - float(np.median(small[inner > 0])) > step
        if beside.any() and inner.any()
        else False
    )


def without_edges(page: Colour, edges: Grey) -> Colour:
    """Return the page (grey or colour) with its black edges as bright as its paper."""
    whole = page.copy()
    whole[edges > 0] = np.percentile(page[::16, ::16], 80, axis=(0, 1)).astype(np.uint8)
    return whole


def lighting(page: Colour) -> Colour:
    """Return how bright paper is at every place, of the same channels, on a sixteenth of the page."""
    small = cv2.resize(page, None, fx=1 / _SMALL, fy=1 / _SMALL, interpolation=cv2.INTER_AREA)
    # The closing fills letters, lines of print and a seal's rings; three sizes of it leave no letter of a heading.
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(small, (0, 0), 3, borderType=cv2.BORDER_REPLICATE)


def is_uneven(light: Grey) -> bool:
    """Say whether one threshold cannot part ink from paper everywhere, from the light of a page."""
    return bool(np.percentile(light, 2) < _UNEVEN * np.percentile(light, 98))


def evened(page: Colour, light: Colour) -> Colour:
    """Return the page (grey or colour) divided by its light: paper is white everywhere, and of no tint."""
    lit = cv2.resize(light, page.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(page, np.maximum(lit, np.uint8(_DARKEST)), scale=250)


def ink_level(grey: Grey) -> float:
    """Return how dark the ink of an evened page is, 0 to 255: of its inked places, six in seven are lighter.

    Robust against black specks: the darkest tenth of the ink is left aside.
    """
    step = grey[::3, ::3]
    threshold, _ = cv2.threshold(np.ascontiguousarray(step), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = step[step <= threshold]
    return float(np.percentile(ink, 15)) if ink.size else 255.0


def on_white(grey: Grey) -> Grey:
    """Return an evened page with its paper white and its darkest ink black; the same array where paper is white already.

    Parts of it can then be laid on white: grey paper beside white would be taken for ink.
    """
    sample = grey[::7, ::7].astype(np.float32)
    dark, paper = float(np.percentile(sample, 0.5)), float(np.percentile(sample, 60))
    if paper >= _WHITE:
        return grey
    grain = 1.4826 * float(np.median(np.abs(sample - paper)))
    return stretched(grey, dark, paper - _GRAINS * grain)


def stretched(grey: Grey, ink: float, paper: float = 245.0) -> Grey:
    """Return an evened page with its ink near black; grain of the paper is not blown up, for all above `paper` is white."""
    low = min(ink, paper - 20)
    ramp = np.clip((np.arange(256) - low) * (255.0 / (paper - low)), 0, 255).astype(np.uint8)
    return cv2.LUT(grey, ramp)


def deepened(grey: Grey) -> Grey:
    """Return an evened page whose ink is pale with its ink near black and its paper white; another as it is."""
    paper, ink = float(np.median(grey[::8, ::8])), ink_level(grey)
    if not _PALE_PRINT < paper - ink < _SHALLOW:
        # What is paler still shines through from the other side.
        return grey
    return stretched(cv2.GaussianBlur(grey, (0, 0), 0.7), ink, paper - _PAPER_GRAIN)


def with_even_ink(grey: Grey) -> Grey:
    """Return an evened page with ink that fades from place to place as dark everywhere; the same array where it is so.

    A thermal print pales in stripes, and a copy where the drum was dry: one threshold for the whole page then loses lines.
    """
    if ink_level(grey) < _FAINT:
        # Where print is black, what is pale is the other side of the paper.
        return grey
    soft = cv2.resize(grey, None, fx=1 / 4, fy=1 / 4, interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(soft, 75))
    rough = float(np.median(cv2.absdiff(soft, cv2.medianBlur(soft, 3))))
    # The darkest place of each patch, a letter high and a word wide: a thermal head pales by rows.
    darkest = cv2.erode(soft, np.ones((9, 33), np.uint8), borderType=cv2.BORDER_REPLICATE)[::4, ::8].astype(np.float32)
    contrast = paper - darkest
    inked = (contrast > max(_PALEST, 8 * rough)).astype(np.float32)
    if inked.mean() < 0.02:
        return grey
    found = contrast[inked > 0]
    usual = float(np.percentile(found, 75))
    if float(np.percentile(found, 8)) > _PALE * usual:
        return grey
    weight = cv2.GaussianBlur(inked, (0, 0), sigmaX=2.0, sigmaY=0.8)
    local = cv2.GaussianBlur(contrast * inked, (0, 0), sigmaX=2.0, sigmaY=0.8) / np.maximum(weight, 1e-3)
    local[weight < 0.05] = usual
    gain = cv2.resize(
        np.clip(usual / np.maximum(local, 1.0), 1.0, _MOST_GAIN), grey.shape[::-1], interpolation=cv2.INTER_LINEAR
    )
    level = np.uint8(paper)
    return level - np.minimum((level - np.minimum(grey, level)) * gain, paper).astype(np.uint8)
