"""Wear of the paper itself: what shows through, fades, yellows, is punched, dusty, stamped over."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from tests.scanned.scanned_image import Dice, Pixels, Scan, added, blurred, times


def bled(scan: Scan, dice: Dice) -> Scan:
    """The other side shows through, mirrored and soft."""
    back = cv2.flip(scan.grey, 1)
    back = np.roll(np.asarray(back), dice.rng.randint(60, 400), axis=0)
    shift = dice.rng.randint(-80, 80)
    back = blurred(np.roll(back, shift, axis=1), dice.between(2, 4))
    ghost = 1 - (255 - back.astype(np.float32)) / 255 * np.float32(dice.between(0.12, 0.38))
    return scan.of(times(scan.pixels, ghost))


def faded(scan: Scan, dice: Dice) -> Scan:
    """An old ribbon or an empty cartridge: ink hardly darker than paper, in places less than in others."""
    grey = blurred(scan.grey, dice.between(0.5, 0.9))
    paper, ink = dice.between(215, 245), dice.between(30, 85)
    strength = np.clip(1 + dice.waves(grey.shape, 4, 0.18), 0.45, 1.3)
    values = paper - (255 - grey.astype(np.float32)) / 255 * ink * strength
    return scan.of(added(np.full_like(grey, 0), values + dice.noise(grey.shape, dice.between(1.5, 4))))


def dirty(scan: Scan, dice: Dice) -> Scan:
    """Dark, stained paper: brown or grey, with patches and a ring."""
    shape = scan.pixels.shape[:2]
    tone = np.clip(dice.between(0.55, 0.78) + dice.waves(shape, 3, 0.035) + dice.waves(shape, 24, 0.012), 0.3, 1)
    pixels = times(
        scan.pixels if scan.pixels.ndim == 3 else np.asarray(cv2.cvtColor(scan.pixels, cv2.COLOR_GRAY2RGB)),
        tone.astype(np.float32),
    )
    if dice.rng.random() < 0.6:
        stain = np.zeros(shape, np.float32)
        centre = (dice.rng.randrange(shape[1]), dice.rng.randrange(shape[0]))
        cv2.circle(stain, centre, dice.rng.randint(250, 480), 0.22, dice.rng.randint(14, 40))
        pixels = times(pixels, 1 - np.asarray(cv2.GaussianBlur(stain, (0, 0), 9)))
    warm = np.array([1.0, dice.between(0.92, 1.0), dice.between(0.75, 0.98)], np.float32)
    return scan.of(np.asarray(np.clip(pixels * warm, 0, 255), np.uint8))


def tinted(scan: Scan, dice: Dice) -> Scan:
    """Coloured paper, as for annexes and receipts."""
    colour = dice.rng.choice(((255, 200, 205), (255, 240, 160), (190, 230, 195), (185, 215, 245), (240, 222, 190)))
    factor = np.array([part / 255 * dice.between(0.95, 1.0) for part in colour], np.float32)
    return scan.of(np.asarray(scan.pixels * factor, np.uint8))


def holed(scan: Scan, dice: Dice) -> Scan:
    """Punched for a file, stapled, a corner folded: holes and shadows, sometimes over letters."""
    pixels = scan.pixels.copy()
    high, wide = pixels.shape[:2]
    x, gap = dice.rng.randint(90, 210), dice.rng.choice((945, 945, 827))
    for y in (high / 2 - gap / 2, high / 2 + gap / 2):
        centre, tone = (x, round(y)), dice.rng.choice((20, 90, 200))
        cv2.circle(pixels, (centre[0] + 5, centre[1] + 6), 37, (200,) * 3, -1, cv2.LINE_AA)
        cv2.circle(pixels, centre, 35, (tone,) * 3, -1, cv2.LINE_AA)
    shade = np.ones((high, wide), np.float32)
    left, top = dice.rng.randint(90, 260), dice.rng.randint(70, 190)
    begin, end = (left, top), (left + dice.rng.randint(90, 120), top + dice.rng.randint(-60, 60))
    cv2.line(shade, (begin[0] + 6, begin[1] + 9), (end[0] + 6, end[1] + 9), 0.6, 16)
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), 6))
    cv2.line(shade, begin, end, 0.45, 6, cv2.LINE_AA)
    if dice.rng.random() < 0.6:
        size = dice.rng.randint(150, 420)
        cv2.fillConvexPoly(shade, np.array([[wide, 0], [wide - size, 0], [wide, size]]), 0.72)
        cv2.line(shade, (wide - size, 0), (wide, size), 0.5, 5, cv2.LINE_AA)
    return scan.of(times(pixels, shade))


def dusty(scan: Scan, dice: Dice) -> Scan:
    """Dust and hairs on the glass, a scratched drum: specks, short bows, thin lines down the page."""
    pixels = scan.pixels.copy()
    high, wide = pixels.shape[:2]
    for _ in range(dice.rng.randint(150, 900)):
        centre = (dice.rng.randrange(wide), dice.rng.randrange(high))
        cv2.circle(
            pixels, centre, round(min(7, 1 + dice.rng.expovariate(1.1))), (dice.rng.randint(20, 140),) * 3, -1, cv2.LINE_AA
        )
    for _ in range(dice.rng.randint(2, 14)):
        _hair(pixels, dice)
    for _ in range(dice.rng.randint(0, 3)):
        x = dice.rng.randrange(wide)
        cv2.line(
            pixels, (x, 0), (x + dice.rng.randint(-3, 3), high), (dice.rng.randint(120, 190),) * 3, dice.rng.randint(1, 3)
        )
    return scan.of(pixels)


def _hair(pixels: Pixels, dice: Dice) -> None:
    high, wide = pixels.shape[:2]
    x, y, angle = dice.rng.randrange(wide), dice.rng.randrange(high), dice.between(0, 2 * math.pi)
    points = []
    for _ in range(dice.rng.randint(8, 26)):
        points.append((round(x), round(y)))
        angle += dice.between(-0.35, 0.35)
        x, y = x + 9 * math.cos(angle), y + 9 * math.sin(angle)
    cv2.polylines(pixels, [np.array(points)], False, (dice.rng.randint(60, 140),) * 3, 2, cv2.LINE_AA)


def inked(scan: Scan, dice: Dice) -> Scan:
    """A seal and a signature in black over the text: a copied seal has no colour to take it away by."""
    high, wide = scan.pixels.shape[:2]
    ink = np.full((high, wide), 255, np.uint8)
    for _ in range(dice.rng.choice((1, 1, 2))):
        _black_seal(ink, dice, round(wide * dice.between(0.25, 0.8)), round(high * dice.between(0.3, 0.85)))
    x, y = wide * dice.between(0.3, 0.65), high * dice.between(0.45, 0.85)
    phase, loops = dice.between(0, 6), dice.rng.randint(3, 6)
    points = [
        (
            x + 480 * t + 40 * math.cos(2 * math.pi * loops * t),
            y + 90 * math.sin(2 * math.pi * loops * t + phase) * (1.1 - 0.6 * t),
        )
        for t in np.linspace(0, 1, 160)
    ]
    cv2.polylines(
        ink, [np.round(points).astype(np.int32)], False, dice.rng.randint(20, 90), dice.rng.randint(4, 8), cv2.LINE_AA
    )
    return replace(scan, pixels=times(scan.grey, blurred(ink, 0.8).astype(np.float32) / 255))


def _black_seal(ink: Pixels, dice: Dice, x: int, y: int) -> None:
    tone, radius = dice.rng.randint(60, 130), dice.rng.randint(195, 215)
    seal = np.full_like(ink[: 2 * radius + 40, : 2 * radius + 40], 255)
    middle = seal.shape[0] // 2
    for part, thick in ((1.0, 9), (0.93, 4), (0.6, 4)):
        cv2.circle(seal, (middle, middle), round(radius * part), tone, thick, cv2.LINE_AA)
    star = []
    for number in range(10):
        reach, angle = radius * (0.26 if number % 2 == 0 else 0.11), math.radians(36 * number - 90)
        star.append((middle + reach * math.cos(angle), middle + reach * math.sin(angle)))
    cv2.fillPoly(seal, [np.round(star).astype(np.int32)], tone, cv2.LINE_AA)
    for number in range(26):
        angle = math.radians(200 + number * 13)
        at = (round(middle + 0.77 * radius * math.cos(angle)) - 16, round(middle + 0.77 * radius * math.sin(angle)) + 14)
        cv2.putText(seal, dice.rng.choice("ABCDEHIKLMNOPTUX"), at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, tone, 4, cv2.LINE_AA)
    weak = dice.waves(seal.shape, 5, 60) + 40
    seal = added(seal, np.maximum(weak, 0))
    top, left = max(0, min(y, ink.shape[0] - seal.shape[0])), max(0, min(x, ink.shape[1] - seal.shape[1]))
    part_of = ink[top : top + seal.shape[0], left : left + seal.shape[1]]
    np.minimum(part_of, seal, out=part_of)
