"""An image as it comes from a scanner, and the small means by which wear is drawn: noise, slow waves of light, turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Scan:
    """Pixels (grey or RGB), their number an inch across and down, how far to turn it upright, and how it is filed.

    `turned` is in degrees counter-clockwise. `suffix` is .png, .jpg or .tif; `quality` is that of the JPEG.
    """

    pixels: Pixels
    dpi: tuple[int, int] = (300, 300)
    turned: int = 0
    suffix: str = ".png"
    quality: int = 85
    bilevel: bool = False

    def of(self, pixels: Pixels, dpi: tuple[int, int] | None = None) -> Scan:
        """The same scan with other pixels."""
        return replace(self, pixels=pixels, dpi=dpi or self.dpi)

    @property
    def grey(self) -> Pixels:
        """The pixels without colour."""
        return self.pixels if self.pixels.ndim == 2 else np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY))

    def save(self, stem: Path) -> Path:
        """Write the file with its resolution in it; returns its path."""
        path, image = stem.with_suffix(self.suffix), Image.fromarray(self.pixels)
        dpi = (float(self.dpi[0]), float(self.dpi[1]))
        if self.bilevel:
            image = Image.fromarray(self.grey > 127)
        if self.suffix == ".tif":
            image.save(path, dpi=dpi, compression="group4" if self.bilevel else "tiff_lzw")
        elif self.suffix == ".jpg":
            image.save(path, dpi=dpi, quality=self.quality)
        else:
            image.save(path, dpi=dpi, compress_level=1)
        return path


class Dice:
    """Chance for one page: single numbers from `rng`, fields of numbers from `field`."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.field = np.random.default_rng(rng.getrandbits(64))

    def between(self, low: float, high: float) -> float:
        """A number between two."""
        return self.rng.uniform(low, high)

    def noise(self, shape: tuple[int, ...], spread: float) -> Values:
        """Independent grains of a spread in grey levels."""
        return self.field.standard_normal(shape, dtype=np.float32) * np.float32(spread)

    def waves(self, shape: tuple[int, ...], cells: int, spread: float) -> Values:
        """A slow change over the page: `cells` hills across, of a spread in grey levels."""
        rows = max(2, round(cells * shape[0] / shape[1]))
        small = self.field.standard_normal((rows, cells), dtype=np.float32) * np.float32(spread)
        return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC))


def added(pixels: Pixels, change: Values) -> Pixels:
    """Pixels changed by grey levels, the same in each colour."""
    if pixels.ndim == 3 and change.ndim == 2:
        change = np.asarray(cv2.merge([change, change, change]))
    return np.asarray(cv2.add(pixels, change, dtype=cv2.CV_8U))


def times(pixels: Pixels, factor: Values) -> Pixels:
    """Pixels in another light."""
    if pixels.ndim == 3 and factor.ndim == 2:
        factor = np.asarray(cv2.merge([factor, factor, factor]))
    return np.asarray(cv2.multiply(pixels, factor, dtype=cv2.CV_8U))


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """As a lens out of focus by `sigma` pixels shows it."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma))


def sampled(scan: Scan, dpi_x: int, dpi_y: int | None = None) -> Scan:
    """The page at another resolution, each pixel the mean of what it covers."""
    dpi_y = dpi_y or dpi_x
    high, wide = scan.pixels.shape[:2]
    size = (round(wide * dpi_x / scan.dpi[0]), round(high * dpi_y / scan.dpi[1]))
    smaller = size[0] < wide or size[1] < high
    return scan.of(
        np.asarray(cv2.resize(scan.pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)),
        (dpi_x, dpi_y),
    )


def spun(pixels: Pixels, degrees: float, ground: int = 255) -> Pixels:
    """Turned counter-clockwise about the middle by a small angle, on a ground of one grey; the size stays."""
    high, wide = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(
            pixels, turn, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(ground,) * 3
        )
    )


def quarter_turned(scan: Scan, degrees: int) -> Scan:
    """Turned counter-clockwise by a quarter's multiple."""
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, degrees // 90))
    dpi = scan.dpi if degrees % 180 == 0 else (scan.dpi[1], scan.dpi[0])
    return replace(scan, pixels=pixels, dpi=dpi, turned=(scan.turned - degrees) % 360)
