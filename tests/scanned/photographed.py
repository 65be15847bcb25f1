"""A page photographed with a phone: on a desk, from aside, in the light of one lamp, with a hand's shadow over it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tests.scanned.scanned_image import Dice, Pixels, Scan, added, blurred, times


def photographed(scan: Scan, dice: Dice) -> Scan:
    """The page in perspective on a desk, unevenly lit, a little soft, squeezed by the phone."""
    high, wide = scan.pixels.shape[:2]
    scale = dice.between(0.72, 0.9)
    size = (round(wide * scale * 1.14), round(high * scale * 1.12))
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    mid_x, mid_y, half_w, half_h = size[0] / 2, size[1] / 2, wide * scale / 2, high * scale / 2
    to = np.array(
        [
            [mid_x - half_w, mid_y - half_h],
            [mid_x + half_w, mid_y - half_h],
            [mid_x + half_w, mid_y + half_h],
            [mid_x - half_w, mid_y + half_h],
        ]
    )
    reach = dice.between(0.008, 0.03) * size[0]
    to += np.array([[dice.between(-reach, reach), dice.between(-reach, reach)] for _ in range(4)])
    lean = dice.between(-1.5, 1.5)
    spin = cv2.getRotationMatrix2D((mid_x, mid_y), lean, 1.0)
    to = to @ spin[:, :2].T + spin[:, 2]
    matrix = cv2.getPerspectiveTransform(corners, to.astype(np.float32))
    colour = scan.pixels if scan.pixels.ndim == 3 else np.asarray(cv2.cvtColor(scan.pixels, cv2.COLOR_GRAY2RGB))
    page = cv2.warpPerspective(colour, matrix, size, flags=cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR)
    desk = _desk(size, dice)
    lifted = cv2.GaussianBlur(np.roll(np.asarray(cover), (10, 12), axis=(0, 1)), (0, 0), 14)
    desk = times(desk, 1 - np.asarray(lifted, np.float32) / 255 * np.float32(0.35))
    share = np.asarray(cover, np.float32)[:, :, None] / 255
    pixels = np.asarray(page * share + desk * (1 - share), np.uint8)
    pixels = times(pixels, _light(size, dice))
    pixels = blurred(pixels, dice.between(0.5, 1.0))
    pixels = added(pixels, dice.noise(pixels.shape[:2], dice.between(2, 7)))
    dpi = round(scan.dpi[0] * scale)
    return replace(scan, pixels=pixels, dpi=(dpi, dpi), suffix=".jpg", quality=dice.rng.randint(60, 85))


def _desk(size: tuple[int, int], dice: Dice) -> Pixels:
    """Wood or a plain table top."""
    shape = (size[1], size[0])
    tone = dice.rng.choice(((150, 105, 70), (95, 70, 55), (120, 122, 126), (60, 62, 70), (185, 165, 140)))
    grain = dice.waves((size[1], 40), 20, 14)
    grain = (
        np.asarray(cv2.resize(grain, size, interpolation=cv2.INTER_LINEAR)) + dice.waves(shape, 4, 8) + dice.noise(shape, 3)
    )
    return added(np.full((*shape, 3), tone, np.uint8), grain.astype(np.float32))


def _light(size: tuple[int, int], dice: Dice) -> np.ndarray:
    """The light on each pixel: brighter towards the lamp, less under the shadow of a hand or of the phone."""
    wide, high = size
    y, x = np.mgrid[0:high:8, 0:wide:8].astype(np.float32)
    lamp = (dice.between(-0.2, 1.2) * wide, dice.between(-0.2, 1.0) * high)
    distance = np.hypot(x - lamp[0], y - lamp[1]) / np.hypot(wide, high)
    light = 1.02 - np.float32(dice.between(0.25, 0.6)) * distance
    shadow = np.zeros_like(light)
    points = [
        (dice.between(-0.1, 0.5), 1.2),
        (dice.between(0.05, 0.5), dice.between(0.15, 0.75)),
        (dice.between(0.5, 0.95), dice.between(0.15, 0.75)),
        (1.3, dice.between(0.7, 1.2)),
    ]
    outline = np.array([[px * light.shape[1], py * light.shape[0]] for px, py in points], np.int32)
    cv2.fillConvexPoly(shadow, cv2.convexHull(outline), float(dice.between(0.15, 0.48)))
    shadow = np.asarray(cv2.GaussianBlur(shadow, (0, 0), dice.between(3, 16)))
    light = np.clip(light * (1 - shadow), 0.18, 1.05)
    warm = np.array([1.0, dice.between(0.93, 1.0), dice.between(0.82, 1.02)], np.float32)
    return np.asarray(cv2.resize(light.astype(np.float32), size, interpolation=cv2.INTER_LINEAR))[:, :, None] * warm
