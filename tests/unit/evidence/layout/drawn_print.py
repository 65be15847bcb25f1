"""Pages of printed lines, and seals and signatures over them, for tests of how a scan is cleaned: 300 dots an inch."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

PAPER, INK = 250, 15
LINES = range(200, 1400, 70)
"""Where the lines of `printed` begin; their letters stand 40 and hang 50 below that."""

SENTENCE = "Anh nam hoc mua ha nang bac dua cay sach vo that gon va dep lam nhe"
SEAL, RIM = (800, 900), 210
"""The middle of a seal and how far its rim is from it."""


def printed(sentence: str = SENTENCE, *, high: int = 1600, wide: int = 1600, size: int = 40, ink: int = INK) -> np.ndarray:
    """Lines of print that say the same and begin at other places."""
    image = Image.new("L", (wide, high), PAPER)
    font = ImageFont.load_default(size=size)
    for number, top in enumerate(LINES):
        ImageDraw.Draw(image).text((120 + 37 * number % 100, top), sentence, font=font, fill=ink)
    return np.array(image)


def sealed(grey: np.ndarray, *, ink: int = INK, star: bool = False) -> np.ndarray:
    """A page with a seal of two circles over it."""
    return np.minimum(grey, seal(grey.shape, ink=ink, star=star))


def seal(shape: tuple[int, ...], *, ink: int = INK, star: bool = False) -> np.ndarray:
    """A seal of two circles, its star in the middle, on paper."""
    grey = np.full(shape, PAPER, np.uint8)
    cv2.circle(grey, SEAL, RIM, ink, 7)
    cv2.circle(grey, SEAL, RIM - 15, ink, 3)
    if star:
        cv2.fillPoly(grey, [star_points()], ink)
    return grey


def star_points() -> np.ndarray:
    """The corners of the star of a seal."""
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    far = np.where(np.arange(10) % 2, 28, 70)
    return np.stack([SEAL[0] + far * np.cos(turns), SEAL[1] + far * np.sin(turns)], axis=1).astype(np.int32)


def signed(grey: np.ndarray, *, left: int = 700, down: int = 930) -> np.ndarray:
    """A page with the loops of a pen over it."""
    worn, turns = grey.copy(), np.linspace(0, 10 * np.pi, 400)
    points = np.stack([left + 12 * turns + 40 * np.cos(turns), down + 110 * np.sin(turns)], axis=1)
    cv2.polylines(worn, [points.astype(np.int32)], isClosed=False, color=INK, thickness=7)
    return worn


def between_lines(grey: np.ndarray, first: int = 7, last: int = 12) -> np.ndarray:
    """The paper between those lines of `printed`, as far as no letter reaches into it."""
    return np.concatenate([grey[top + 52 : top + 66] for top in LINES[first:last]])
