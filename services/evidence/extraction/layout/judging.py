"""What a reading is worth, and why a person should look at a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from services.evidence.domain.text import PageDoubt
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.wording.syllables import plausibility
from services.evidence.extraction.pixels import Grey

_WORTHLESS = 20
_SENSELESS = 50
_SPELLED = 0.5
_UNSURE = 78
_UNSURE_WORD = 60
_MANY_UNSURE = 0.2
_MOST_UNREAD = 0.35
_FAINT = 90
_SHARP = 0.28
_GROWN = 0.4
_LEAST_INK, _LEAST_CONTRAST = 12, 25
_LETTER_HEIGHT = (6, 90)


def worth(words: Sequence[PixelWord]) -> float:
    """Return what a reading is worth: letters, each by how sure it is; a guess below 20 is worth nothing."""
    return sum(max(0.0, word.confidence - _WORTHLESS) * len(word.text) for word in words)


def sense(words: Sequence[PixelWord]) -> float:
    """Return how much of a reading makes sense: letters of words of two letters and more that are spelled as syllables are.

    A page that lies on its side or upside down gives signs, some of them sure, and no syllables.
    """
    total = 0.0
    for word in words:
        share = plausibility(word.text) if sum(sign.isalpha() for sign in word.text) > 1 else None
        if share is not None:
            total += len(word.text) * max(0.0, word.confidence - _SENSELESS) * (share if share > _SPELLED else 0.0)
    return total


def sureness(words: Sequence[PixelWord]) -> float:
    """Return the mean confidence of words, 0 to 100, each weighing as much as it has letters; 0 for none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def has_ink(grey: Grey) -> bool:
    """Say whether anything dark hangs together on a cleaned page: an empty one need not be read."""
    small = cv2.resize(grey, (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    return int((small < float(np.median(small)) - _LEAST_CONTRAST).sum()) >= _LEAST_INK


def letter_marks(grey: Grey) -> Grey:
    """Return where a page of about 300 dpi has ink of the size of letters (true), at half its size: no rules, no areas."""
    small = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), (0, 0), 9)
    dark = (small < 0.72 * paper).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    least, most = _LETTER_HEIGHT
    keep = (high >= least) & (high <= most) & (wide <= 2 * most) & (area >= least)
    # Dots of a leader and hyphens are as low as dust; whatever is long and thin is a rule.
    keep &= ~((wide > 60) & (high < 6)) & ~((high > 60) & (wide < 6))
    keep[0] = False
    return keep[labels] if count > 1 else np.zeros_like(dark, dtype=bool)


def unread(marks: Grey, words: Sequence[PixelWord]) -> float:
    """Return which share of letter-like ink (at half the page's size) lies in no word's box, boxes grown a little."""
    total = int(marks.sum())
    if total < 50:
        return 0.0
    left_over = marks.copy()
    for word in words:
        room = _GROWN * (word.bottom - word.top)
        top, bottom = (word.top - room) / 2, (word.bottom + room) / 2
        left, right = (word.left - room) / 2, (word.right + room) / 2
        left_over[max(0, int(top)) : math.ceil(bottom), max(0, int(left)) : math.ceil(right)] = False
    return float(left_over.sum()) / total


def doubts(raw: Grey, words: Sequence[PixelWord], marks: Grey) -> list[PageDoubt]:
    """Return why a person should look at a page: `raw` is the page without cleaning, `marks` its `letter_marks`."""
    found: list[PageDoubt] = []
    if not words:
        return [PageDoubt.EMPTY] if marks.sum() > 200 else []
    unsure = sum(len(word.text) for word in words if word.confidence < _UNSURE_WORD)
    if sureness(words) < _UNSURE or unsure > _MANY_UNSURE * sum(len(word.text) for word in words):
        found.append(PageDoubt.UNSURE)
    if unread(marks, words) > _MOST_UNREAD:
        found.append(PageDoubt.UNREAD)
    contrast, sharp = _contrast(raw, words), _sharpness(raw, words)
    if contrast < _FAINT:
        found.append(PageDoubt.FAINT)
    if sharp < _SHARP:
        found.append(PageDoubt.BLURRED)
    return found


def _contrast(raw: Grey, words: Sequence[PixelWord]) -> float:
    """Return by how many of 255 levels ink is darker than paper, in the middle over the words."""
    values = [
        float(np.percentile(box, 90)) - float(np.percentile(box, 3))
        for word in words[:: max(1, len(words) // 60)]
        if (box := raw[word.top : word.bottom, word.left : word.right]).size > 50
    ]
    return float(np.median(values)) if values else 255.0


def _sharpness(raw: Grey, words: Sequence[PixelWord]) -> float:
    """Return how steep edges of letters are: the largest step of neighbours ÷ contrast, in the middle over the words."""
    values = []
    for word in words[:: max(1, len(words) // 60)]:
        box = raw[word.top : word.bottom, word.left : word.right].astype(np.int16)
        if box.size < 50 or min(box.shape) < 4:
            continue
        span = float(np.percentile(box, 90) - np.percentile(box, 3))
        if span > 10:
            values.append(float(np.percentile(np.abs(np.diff(box, axis=1)), 97)) / span)
    return float(np.median(values)) if values else 1.0
