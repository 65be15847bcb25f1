"""The conditions in which pages come, by name: each a function of a clean scan and chance that draws its severity too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import cv2
import numpy as np

from tests.scanned.copies import bilevel, copied, faxed, thermal
from tests.scanned.paper import bled, dirty, dusty, faded, holed, inked, tinted
from tests.scanned.photographed import photographed
from tests.scanned.scanned_image import Dice, Scan, added, blurred, quarter_turned, sampled, spun, times

Wear = Callable[[Scan, Dice], Scan]


def scanned(scan: Scan, dice: Dice) -> Scan:
    """What every scanner does: edges soften, paper is not quite white, a little grain; grey for most, colour for some."""
    pixels = scan.pixels if dice.rng.random() < 0.4 else scan.grey
    pixels = blurred(pixels, dice.between(0.45, 0.8))
    paper = dice.between(0.955, 1.0)
    pixels = np.asarray(cv2.convertScaleAbs(pixels, alpha=paper, beta=dice.between(0, 4)))
    return scan.of(added(pixels, dice.noise(pixels.shape[:2], dice.between(0.5, 2.5))))


def clean(scan: Scan, dice: Dice) -> Scan:
    """A good flatbed scan."""
    return replace(scanned(scan, dice), suffix=dice.rng.choice((".png", ".jpg")), quality=90)


def coarse_200(scan: Scan, dice: Dice) -> Scan:
    """At 200 dots an inch."""
    return sampled(scanned(scan, dice), 200)


def coarse_150(scan: Scan, dice: Dice) -> Scan:
    """At 150 dots an inch."""
    return sampled(scanned(scan, dice), 150)


def skewed(scan: Scan, dice: Dice) -> Scan:
    """Laid in askew by up to three degrees."""
    angle = dice.between(0.5, 3.0) * dice.rng.choice((-1, 1))
    ground = dice.rng.choice((255, 250, 40))
    return scanned(scan.of(spun(scan.pixels, angle, ground)), dice)


def noisy(scan: Scan, dice: Dice) -> Scan:
    """A cheap sensor: strong grain, lines along the way of the carriage."""
    scan = scanned(scan, dice)
    high, wide = scan.pixels.shape[:2]
    pixels = added(scan.pixels, dice.noise((high, wide), dice.between(12, 34)))
    stripes = np.repeat(dice.noise((1, wide), dice.between(0, 6)), high, axis=0)
    return scan.of(added(pixels, stripes))


def unsharp(scan: Scan, dice: Dice) -> Scan:
    """Out of focus, or moved while it was read."""
    scan = scanned(scan, dice)
    if dice.rng.random() < 0.65:
        return scan.of(blurred(scan.pixels, dice.between(1.5, 2.7)))
    length = dice.rng.randint(6, 11)
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2 if dice.rng.random() < 0.6 else slice(None), slice(None) if length % 2 else length // 2] = 1
    kernel = kernel if 0 < kernel.sum() <= length else np.eye(length, dtype=np.float32)
    return scan.of(np.asarray(cv2.filter2D(scan.pixels, -1, kernel / kernel.sum())))


def squeezed(scan: Scan, dice: Dice) -> Scan:
    """A JPEG of low quality."""
    scan = sampled(scanned(scan, dice), dice.rng.choice((200, 300)))
    return replace(scan, suffix=".jpg", quality=dice.rng.randint(22, 38))


def turned(scan: Scan, dice: Dice) -> Scan:
    """Fed in on its side or upside down."""
    return quarter_turned(scanned(scan, dice), dice.rng.choice((90, 180, 270)))


def combined(scan: Scan, dice: Dice) -> Scan:
    """Askew, unevenly lit, grainy, coarse and squeezed at once, each a little."""
    scan = scan.of(spun(scan.pixels, dice.between(-2, 2), 250))
    light = np.clip(0.88 + dice.waves(scan.pixels.shape[:2], 2, 0.1), 0.5, 1.02)
    scan = scanned(scan.of(times(scan.pixels, light.astype(np.float32))), dice)
    scan = scan.of(added(scan.pixels, dice.noise(scan.pixels.shape[:2], dice.between(6, 16))))
    scan = scan.of(blurred(scan.pixels, dice.between(0.6, 1.2)))
    return replace(sampled(scan, dice.rng.choice((180, 200, 240))), suffix=".jpg", quality=dice.rng.randint(40, 65))


def spread(left: Scan, right: Scan, dice: Dice) -> Scan:
    """Two pages side by side on one wide sheet, the fold between them dark."""
    pixels = np.hstack([left.pixels, right.pixels])
    wide = pixels.shape[1]
    x = (np.arange(wide, dtype=np.float32) - wide / 2) / np.float32(dice.between(70, 170))
    shade = 1 - np.float32(dice.between(0.25, 0.6)) * np.exp(-(x**2))
    pixels = times(pixels, np.repeat(shade[None, :].astype(np.float32), pixels.shape[0], axis=0))
    if dice.rng.random() < 0.6:
        middle = wide // 2 + dice.rng.randint(-4, 4)
        pixels[:, middle : middle + dice.rng.randint(2, 6)] //= 2
    scan = scanned(left.of(pixels), dice)
    scan = scan.of(spun(scan.pixels, dice.between(-0.8, 0.8), 250))
    return replace(sampled(scan, dice.rng.choice((200, 250, 300))), suffix=".jpg", quality=80)


def sideways(scan: Scan, dice: Dice) -> Scan:
    """A wide sheet fed in by its short side."""
    return quarter_turned(scanned(scan, dice), dice.rng.choice((90, 270)))


def after_scanning(change: Wear) -> Wear:
    """A wear of the paper, then the scanner."""

    def both(scan: Scan, dice: Dice) -> Scan:
        return scanned(change(scan, dice), dice)

    both.__doc__ = change.__doc__
    return both


TWO_PAGES, SIDEWAYS = "hai-trang", "kho-ngang"
WEARS: dict[str, Wear] = {
    "sach": clean,
    "200dpi": coarse_200,
    "lech": skewed,
    "nhieu": noisy,
    "anh-chup": photographed,
    "mo-net": unsharp,
    "fax": faxed,
    "jpeg": squeezed,
    "tham-mat-sau": after_scanning(bled),
    "xoay": turned,
    "phai": faded,
    "photo-lai": copied,
    "nen-ban": after_scanning(dirty),
    "den-trang": bilevel,
    "150dpi": coarse_150,
    "giay-mau": after_scanning(tinted),
    "duc-lo": after_scanning(holed),
    "bui": after_scanning(dusty),
    "dau-den": after_scanning(inked),
    "giay-nhiet": thermal,
    SIDEWAYS: sideways,
    "ket-hop": combined,
}
"""By name; `TWO_PAGES` is another, of two pages (`spread`)."""

WEAR_NAMES = (*WEARS, TWO_PAGES)


def worn(scan: Scan, name: str, rng: Random) -> Scan:
    """A clean scan in a condition."""
    return WEARS[name](scan, Dice(rng))
