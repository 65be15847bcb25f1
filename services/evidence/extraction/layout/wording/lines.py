"""Finds the lines of text on a levelled page by its letters alone."""

from __future__ import annotations

import cv2
import msgspec
import numpy as np

from services.evidence.extraction.pixels import Grey

_HALF = 2
_LEAST_LETTER, _MOST_LETTER = 5, 110
_CORE = 0.4
_WORD_GAP = 2.2
_SMALL = 0.55


class TextLine(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a line that has no wide gap in it: its box in pixels of the page, and how high its letters are."""

    left: int
    top: int
    right: int
    bottom: int
    letter: float


def find_lines(grey: Grey, gap: float = _WORD_GAP) -> list[TextLine]:
    """Return the pieces of lines on a page of about 300 dpi (0 ink, 255 paper), in no order.

    A gap wider than so many letters are high parts two pieces.
    """
    small = cv2.resize(grey, (grey.shape[1] // _HALF, grey.shape[0] // _HALF), interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), (0, 0), 9)
    dark = (small < 0.72 * paper).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    boxes = stats[1:, :4].astype(np.int32)
    area = stats[1:, cv2.CC_STAT_AREA]
    wide, high = boxes[:, 2], boxes[:, 3]
    letters = (high >= _LEAST_LETTER) & (high <= _MOST_LETTER) & (wide <= 4 * _MOST_LETTER) & (area >= 8)
    letters &= ~((wide > 60) & (high < 6)) & ~((high > 60) & (wide < 6))
    if not letters.any():
        return []
    typical = _typical(high[letters])
    core = letters & (high >= _SMALL * typical) & (high <= 3.2 * typical) & (wide <= 12 * typical)
    drawn = np.zeros(small.shape, np.uint8)
    for left, top, width, height in boxes[core]:
        middle, half = top + height / 2, max(1.0, _CORE * height / 2)
        cv2.rectangle(drawn, (int(left), int(middle - half)), (int(left + width - 1), int(middle + half)), 1, -1)
    reach = max(3, round(gap * typical)) | 1
    joined = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, rows, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return []
    centre_x = boxes[:, 0] + wide // 2
    centre_y = boxes[:, 1] + high // 2
    line_of = np.where(core, rows[np.clip(centre_y, 0, rows.shape[0] - 1), np.clip(centre_x, 0, rows.shape[1] - 1)], 0)
    lines = [_line(boxes[line_of == number]) for number in range(1, count) if (line_of == number).any()]
    marks = boxes[(letters | (area >= 3)) & (wide <= 12 * typical)]
    return [_grown(line, marks, typical) for line in lines]


def _typical(heights: Grey) -> float:
    """Return the height of letters: where most ink-bearing components are, at half size."""
    usual = heights[(heights >= 7) & (heights <= 45)]
    return float(np.median(usual)) if len(usual) > 10 else float(np.median(heights))


def _line(members: Grey) -> tuple[int, int, int, int, float]:
    left, top = int(members[:, 0].min()), int(members[:, 1].min())
    right, bottom = int((members[:, 0] + members[:, 2]).max()), int((members[:, 1] + members[:, 3]).max())
    return left, top, right, bottom, float(np.median(members[:, 3]))


def _grown(line: tuple[int, int, int, int, float], marks: Grey, typical: float) -> TextLine:
    """Return a line with the marks that belong to it: above, below and at its ends."""
    left, top, right, bottom, letter = line
    room = 0.45 * max(letter, 0.8 * typical)
    middle_y = marks[:, 1] + marks[:, 3] / 2
    near = (middle_y > top - room) & (middle_y < bottom + room) & (marks[:, 3] <= 1.2 * letter)
    near &= (marks[:, 0] < right + letter) & (marks[:, 0] + marks[:, 2] > left - letter)
    found = marks[near]
    if len(found):
        left, right = min(left, int(found[:, 0].min())), max(right, int((found[:, 0] + found[:, 2]).max()))
        top = min(top, max(int(found[:, 1].min()), int(top - room)))
        bottom = max(bottom, min(int((found[:, 1] + found[:, 3]).max()), int(bottom + room)))
    return TextLine(left=_HALF * left, top=_HALF * top, right=_HALF * right, bottom=_HALF * bottom, letter=_HALF * letter)
