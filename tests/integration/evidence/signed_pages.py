"""Draws printed papers with their code, and makes scans of them: signed, changed, worn as a cheap scanner does."""

from __future__ import annotations

import dataclasses
import io
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from shared.fonts import text_family

DPI = 200
WIDTH, HEIGHT = round(8.27 * DPI), round(11.69 * DPI)
_LEFT, _RIGHT, _TOP, _BOTTOM = 230, WIDTH - 120, 150, HEIGHT - 330
_LINE, _SIZE = 52, 36


@dataclasses.dataclass
class Drawn:
    """A page, where each of its words stands, and its text as it was printed."""

    image: Image.Image
    boxes: list[tuple[str, tuple[int, int, int, int]]]
    text: str


def font(style: str = "Regular", size: int = _SIZE) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(text_family()[style]), size)


def draw_page(
    lines: Sequence[str], *, code: str = "", header: tuple[str, str] | None = None, table=(), foot: str = ""
) -> Drawn:
    """Draw paragraphs ("=" in front: a title, bold and centred; ">": the right half), then a ruled table, then the foot."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    boxes, text, y = [], [], _TOP
    if header:
        for column, cell in enumerate(header):
            x0 = _LEFT - 60 + column * (WIDTH // 2 - 120)
            row = y
            for part in cell.split("\n"):
                _words(draw, boxes, part, x0, row, font("Bold", 30))
                row += 44
            text.append(cell)
        y += 44 * max(cell.count("\n") + 1 for cell in header) + 40
    for line in lines:
        style = "Bold" if line.startswith("=") else "Regular"
        body = line.lstrip("=>")
        text.append(body)
        for row in _wrapped(body, font(style), _RIGHT - _LEFT):
            width = font(style).getlength(row)
            x = (_LEFT + _RIGHT - width) // 2 if line.startswith("=") else _LEFT + 640 if line.startswith(">") else _LEFT
            _words(draw, boxes, row, int(x), y, font(style))
            y += _LINE
        y += 14
    for row in table:
        y = _table_row(draw, boxes, row, y)
        text.extend(row)
    if foot:
        _words(draw, boxes, foot, _LEFT, HEIGHT - 160, font("Italic", 24))
        text.append(foot)
    if code:
        image.paste(qr(code, 15.0), (_RIGHT - 118, HEIGHT - 230))
    return Drawn(image, boxes, "\n".join(text))


def qr(code: str, millimetres: float, dpi: int = DPI) -> Image.Image:
    buffer = io.BytesIO()
    segno.make(code, error="m", micro=False).save(buffer, kind="png", scale=8, border=2)
    side = round(millimetres / 25.4 * dpi)
    return Image.open(buffer).convert("L").resize((side, side), Image.Resampling.LANCZOS)


def _wrapped(text: str, face, width: float) -> list[str]:
    rows, row = [], ""
    for word in text.split():
        longer = f"{row} {word}".strip()
        if face.getlength(longer) > width and row:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row]


def _words(draw, boxes, row: str, x: int, y: int, face) -> None:
    for word in row.split():
        draw.text((x, y), word, font=face, fill=20)
        width = face.getlength(word)
        boxes.append((word, (int(x), y, int(x + width), y + face.size + 10)))
        x += width + face.getlength(" ")


def _table_row(draw, boxes, row, y: int) -> int:
    widths = [90, 520, 320, 374]
    face, x = font(size=32), _LEFT
    rows = [_wrapped(cell, face, width - 24) for cell, width in zip(row, widths, strict=True)]
    height = 46 * max(map(len, rows)) + 16
    for cell, width in zip(rows, widths, strict=True):
        draw.rectangle((x, y, x + width, y + height), outline=0, width=2)
        for n, part in enumerate(cell):
            _words(draw, boxes, part, x + 12, y + 6 + 46 * n, face)
        x += width
    return y + height


def change(drawn: Drawn, old: str, new: str, nth: int = 0) -> Drawn:
    """Paint over a word and write another in its place."""
    place = [box for word, box in drawn.boxes if word == old][nth]
    image = drawn.image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle(place, fill=255)
    draw.text(place[:2], new, font=font(), fill=20)
    return Drawn(image, drawn.boxes, drawn.text)


def sign(drawn: Drawn, at: tuple[int, int], seed: int = 1, size: int = 1) -> Drawn:
    """Draw a signature: loops of a pen, at a place."""
    chance = random.Random(seed)
    image = drawn.image.copy()
    draw = ImageDraw.Draw(image)
    x, y = at
    points = [(x, y)]
    for _ in range(14):
        x += chance.randrange(10, 45) * size
        points.append((x, y + chance.randrange(-60, 60) * size))
    draw.line(points, fill=60, width=5, joint="curve")
    return Drawn(image, drawn.boxes, drawn.text)


def write_by_hand(drawn: Drawn, at: tuple[int, int], text: str) -> Drawn:
    image = drawn.image.copy()
    layer = Image.new("L", (400, 90), 255)
    ImageDraw.Draw(layer).text((20, 10), text, font=font("BoldItalic", 44), fill=70)
    image.paste(layer.rotate(3, fillcolor=255).crop((15, 8, 20 + 30 * len(text), 75)), at)
    return Drawn(image, drawn.boxes, drawn.text)


def worn(image: Image.Image, *, seed: int = 3, degrees: float = 0.7, noise: float = 9.0, quality: int = 55) -> Image.Image:
    """Return a page as a cheap scanner gives it: crooked, grey, noisy, squeezed."""
    turned = image.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=False, fillcolor=255)
    turned = turned.filter(ImageFilter.GaussianBlur(0.6))
    grain = np.random.default_rng(seed).normal(0, noise, (turned.height, turned.width))
    grey = np.clip(np.asarray(turned, dtype=np.float32) * 0.92 + 12 + grain, 0, 255).astype(np.uint8)
    squeezed = io.BytesIO()
    Image.fromarray(grey).save(squeezed, "JPEG", quality=quality, dpi=(DPI, DPI))
    return Image.open(io.BytesIO(squeezed.getvalue()))


def save(pages: Sequence[Image.Image], path: Path) -> Path:
    """Write a scan: JPEG for one page, else a TIFF of several."""
    if len(pages) == 1 and path.suffix == ".jpg":
        pages[0].save(path, "JPEG", quality=80, dpi=(DPI, DPI))
    else:
        pages[0].save(path, save_all=True, append_images=list(pages[1:]), dpi=(DPI, DPI), compression="tiff_lzw")
    return path
