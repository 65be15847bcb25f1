"""Pages that went through a machine of two tones: bilevel scans, faxes, copies of copies, thermal paper."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tests.scanned.scanned_image import Dice, Pixels, Scan, added, blurred, sampled, spun


def bilevel(scan: Scan, dice: Dice) -> Scan:
    """Black and white at 200 dots an inch, threshold a little off."""
    scan = sampled(scan.of(blurred(scan.grey, dice.between(0.6, 1.1))), 200)
    grey = added(scan.pixels, dice.noise(scan.pixels.shape, dice.between(4, 14)))
    return replace(scan, pixels=_two_tones(grey, dice.between(125, 185)), suffix=".tif", bilevel=True)


def faxed(scan: Scan, dice: Dice) -> Scan:
    """A fax: 204 by 196 or 204 by 98 dots an inch, specks, dropped and smeared lines, a little askew."""
    fine = dice.rng.random() < 0.65
    scan = scan.of(blurred(spun(scan.grey, dice.between(-0.8, 0.8)), dice.between(0.7, 1.2)))
    scan = sampled(scan, 204, 196 if fine else 98)
    grey = added(scan.pixels, dice.noise(scan.pixels.shape, dice.between(6, 18)))
    pixels = _two_tones(grey, dice.between(140, 195))
    _speckle(pixels, dice, dice.between(0.00005, 0.0006))
    for _ in range(dice.rng.randint(1, 9)):
        row = dice.rng.randrange(pixels.shape[0] - 2)
        choice = dice.rng.random()
        if choice < 0.4:
            pixels[row] = 255
        elif choice < 0.7:
            pixels[row] = pixels[row - 1]
        else:
            begin = dice.rng.randrange(pixels.shape[1])
            pixels[row, begin : begin + dice.rng.randint(60, 900)] = 0
    return replace(scan, pixels=pixels, suffix=".tif", bilevel=True)


def copied(scan: Scan, dice: Dice) -> Scan:
    """A copy of a copy of a copy: strokes break or run together, specks, black edges, each time a little askew."""
    grey = scan.grey
    for _ in range(dice.rng.randint(2, 3)):
        grey = blurred(spun(grey, dice.between(-0.5, 0.5)), dice.between(1.0, 1.7))
        grey = added(grey, dice.noise(grey.shape, dice.between(6, 20)) + dice.waves(grey.shape, 4, 12))
        grey = _contrasted(grey, dice.between(115, 190))
        _speckle(grey, dice, dice.between(0.00001, 0.00012))
    _black_edges(grey, dice)
    scan = scan.of(blurred(grey, 0.7))
    if dice.rng.random() < 0.4:
        scan = sampled(scan, 200)
        return replace(scan, pixels=_two_tones(scan.pixels, 150), suffix=".tif", bilevel=True)
    return scan.of(added(scan.pixels, dice.noise(scan.pixels.shape, 3)))


def thermal(scan: Scan, dice: Dice) -> Scan:
    """Thermal paper at 203 dots an inch: grey ink that went pale in bands, missing columns where the head is dead."""
    scan = sampled(scan.of(blurred(scan.grey, 0.8)), 203)
    grey = scan.pixels
    ink = (255 - grey.astype(np.float32)) * np.float32(dice.between(0.35, 0.6))
    bands = np.clip(1 + dice.waves((grey.shape[0], 64), 2, 0.3)[:, :1], 0.35, 1.25) * np.clip(
        1 + dice.waves(grey.shape, 3, 0.12), 0.5, 1.2
    )
    values = np.float32(dice.between(225, 242)) - ink * bands + dice.noise(grey.shape, dice.between(2, 6))
    pixels = added(np.zeros_like(grey), values.astype(np.float32))
    for _ in range(dice.rng.randint(0, 4)):
        column = dice.rng.randrange(grey.shape[1] - 3)
        pixels[:, column : column + dice.rng.randint(1, 2)] = 238
    return scan.of(pixels)


def _two_tones(grey: Pixels, threshold: float) -> Pixels:
    return np.asarray(cv2.threshold(grey, threshold, 255, cv2.THRESH_BINARY)[1])


def _contrasted(grey: Pixels, threshold: float) -> Pixels:
    """As a copier's drum does: almost two tones, with a short slope between."""
    return np.asarray(cv2.convertScaleAbs(cv2.subtract(grey, threshold - 20), alpha=255 / 40))


def _speckle(pixels: Pixels, dice: Dice, share: float) -> None:
    """Black specks of one to a few pixels over a share of the page."""
    high, wide = pixels.shape[:2]
    for _ in range(round(share * high * wide)):
        x, y, size = dice.rng.randrange(wide), dice.rng.randrange(high), dice.rng.choice((1, 1, 2, 2, 3, 4))
        pixels[y : y + size, x : x + size] = 0


def _black_edges(pixels: Pixels, dice: Dice) -> None:
    """The lid stood open: one or two edges are black, raggedly."""
    high, wide = pixels.shape[:2]
    for _ in range(dice.rng.randint(0, 2)):
        side, width = dice.rng.randrange(4), dice.rng.randint(25, 130)
        length = high if side < 2 else wide
        depth = np.clip(width + dice.waves((2, length), 12, width * 0.25)[0], 0, 220).astype(int)
        line = np.arange(230)[:, None] < depth[None, :]
        strip = (
            pixels[:, :230].T
            if side == 0
            else pixels[:, -230:].T[::-1]
            if side == 1
            else pixels[:230]
            if side == 2
            else pixels[-230:][::-1]
        )
        strip[line] = 12
