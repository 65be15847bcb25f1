"""What is put on paper by hand: round seals, pen signatures, ticks. All of it darkens what is below, as ink does."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

from tests.scanned.typesetting import Sheet

RED, BLUE, BLACK = (205, 38, 46), (32, 48, 150), (25, 25, 32)


def darken(sheet: Sheet, ink: Image.Image, x: float, y: float) -> None:
    """Lay ink on the page with its middle at a point: paper times ink, as two dyes add up."""
    left, top = round(x - ink.width / 2), round(y - ink.height / 2)
    box = (max(left, 0), max(top, 0), min(left + ink.width, sheet.image.width), min(top + ink.height, sheet.image.height))
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    part = ink.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    sheet.image.paste(ImageChops.multiply(sheet.image.crop(box), part), box[:2])


def seal(sheet: Sheet, rng: Random, words: str, x: float, y: float, colour: tuple[int, int, int] = RED) -> None:
    """A round seal of 32 to 36 mm: two rings, words along them, a star; unevenly inked and a little turned."""
    size = sheet.mm(rng.uniform(32, 36))
    ink = Image.new("RGB", (size, size), "white")
    draw, middle = ImageDraw.Draw(ink), size / 2
    tone = tuple(min(255, round(part + rng.uniform(0, 40))) for part in colour)
    for radius, width in ((0.49, 9), (0.46, 4), (0.29, 4)):
        draw.ellipse(
            [middle - radius * size, middle - radius * size, middle + radius * size, middle + radius * size],
            outline=tone,
            width=width,
        )
    _star(draw, middle, middle, 0.12 * size, tone)
    font = sheet.font(9.5)
    letters = f"{words.upper()} * "
    for number, letter in enumerate(letters):
        glyph = Image.new("L", (70, 70), 0)
        ImageDraw.Draw(glyph).text((35, 35), letter, font=font, fill=255, anchor="mm")
        angle = 200 + number * 320 / max(len(letters), 22)
        at = math.radians(angle)
        spun = glyph.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
        ink.paste(
            tone, (round(middle + 0.375 * size * math.cos(at)) - 35, round(middle + 0.375 * size * math.sin(at)) - 35), spun
        )
    wash = _patches(rng, size // 24)
    pale = wash.resize((size, size), Image.Resampling.BICUBIC)
    ink = Image.composite(Image.new("RGB", ink.size, "white"), ink, pale)
    darken(sheet, ink.rotate(rng.uniform(-14, 14), Image.Resampling.BICUBIC, fillcolor="white"), x, y)


def _patches(rng: Random, size: int) -> Image.Image:
    """Places where a stamp pressed less: 0 is full ink, 255 none."""
    patch = Image.new("L", (size, size))
    patch.putdata([max(0, min(200, round(rng.gauss(20, 45)))) for _ in range(size * size)])
    return patch


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
    points = []
    for number in range(10):
        reach = radius if number % 2 == 0 else radius * 0.4
        angle = math.radians(36 * number - 90)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    draw.polygon(points, fill=colour)


def signature(
    sheet: Sheet, rng: Random, x: float, y: float, colour: tuple[int, int, int] = BLUE, *, wide: float = 42
) -> None:
    """A pen's flourish: one looping line of changing weight and a stroke below."""
    width, height = sheet.mm(wide), sheet.mm(wide * 0.5)
    ink = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(ink)
    loops, lean = rng.randint(3, 6), rng.uniform(0.3, 1.2)
    phase, size = rng.uniform(0, 6), rng.uniform(0.18, 0.3)
    points = []
    for number in range(240):
        t = number / 239
        swing = 2 * math.pi * loops * t + phase
        across = (0.08 + 0.8 * t) * width + math.cos(swing) * 0.06 * width + lean * math.sin(swing * 0.5) * 0.03 * width
        down = height * (0.5 + size * math.sin(swing) * (1.1 - 0.7 * t) + 0.1 * math.sin(3 * swing + phase))
        points.append((across, down))
    for number, (begin, end) in enumerate(pairwise(points)):
        draw.line((begin, end), fill=colour, width=max(3, round(6 + 3 * math.sin(number / 17 + phase))))
    draw.line((0.1 * width, height * 0.86, 0.95 * width, height * rng.uniform(0.6, 0.8)), fill=colour, width=5)
    darken(sheet, ink.rotate(rng.uniform(2, 14), Image.Resampling.BICUBIC, fillcolor="white"), x, y)


def tick_box(
    sheet: Sheet, rng: Random, x: float, base: float, size: float, marked: bool, colour: tuple[int, int, int]
) -> None:
    """An empty square, or one with a cross or a tick in pen that goes over its edges."""
    draw, top = sheet.draw, base - size * 0.86
    draw.rectangle((x, top, x + size, top + size), outline=sheet.look.ink, width=3)
    if not marked:
        return
    out = size * rng.uniform(0.02, 0.2)
    if rng.random() < 0.5:
        draw.line((x - out, top - out, x + size + out, top + size + out), fill=colour, width=6)
        draw.line((x + size + out, top - out, x - out, top + size + out), fill=colour, width=6)
    else:
        tick = [(x + size * 0.1, top + size * 0.5), (x + size * 0.4, top + size * 0.95), (x + size + out * 2, top - out * 2)]
        draw.line(tick, fill=colour, width=6, joint="curve")
