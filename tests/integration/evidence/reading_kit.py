"""Small papers that are read in a moment, and a tesseract that misbehaves over pages of a width of one's choice."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from deploy.demo.scans import font_file
from services.evidence.domain.text import ReadText, decode_text
from services.evidence.extraction.protocol import TEXT_FILE, ReadingOptions

PLAIN = ReadingOptions(engine="plain")
"""The engine that runs the `tesseract` command, in whose place a test can put another."""

WIDE, ODD = 1200, 1100
"""Widths of pages in pixels: of the many, and of the one that is trouble."""


def page(text: str, *, width: int = WIDE) -> Image.Image:
    """A page with a line of one's choice below two that show which way up it is."""
    image = Image.new("L", (width, 420), 255)
    font = ImageFont.truetype(str(font_file()), 52)
    for row, line in enumerate(("Nhà trường xây dựng kế hoạch", "kiểm định chất lượng giáo dục", text)):
        ImageDraw.Draw(image).text((60, 80 + 90 * row), line, font=font, fill=0)
    return image


def tiff(path: Path, *pages: Image.Image) -> Path:
    first, *others = pages
    first.save(path, save_all=True, append_images=others, dpi=(300, 300), compression="tiff_lzw")
    return path


def numbered(path: Path, count: int) -> Path:
    """A paper whose pages say which they are."""
    return tiff(path, *(page(f"Trang thứ {number}") for number in range(1, count + 1)))


def with_one_odd(path: Path, count: int, odd: int) -> Path:
    """The same, one page of it being of the width that is trouble."""
    return tiff(path, *(page(f"Trang thứ {n}", width=ODD if n == odd else WIDE) for n in range(1, count + 1)))


def tesseract_that(folder: Path, over_odd: str) -> str:
    """Put a program in tesseract's place that does something over pages of the odd width, and else what tesseract does."""
    path = folder / "tesseract"
    real = shutil.which("tesseract")
    path.write_text(
        "#!/bin/sh\n"
        'case "$1" in --version) echo "tesseract 5.3.0"; exit 0;; esac\n'
        f'if head -c 20 "$1" | tr "\\n" " " | grep -q "P5 {ODD} "; then\n{over_odd}\nfi\n'
        f'exec {real} "$@"\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


def text_in(folder: Path) -> ReadText:
    return decode_text((folder / TEXT_FILE).read_bytes())


def numbers_read(text: ReadText) -> list[str]:
    """The number that each page says; how well it is read is tried elsewhere, so what a speck adds to it is left out."""
    return [_digits(page.words[-1].text) if page.words else "" for page in text.pages]


def _digits(word: str) -> str:
    found = re.match(r"\d+", word)
    return found.group() if found else word


def running(marker: str) -> list[int]:
    """The processes whose command line holds a marker."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if marker.encode() in command and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def gone(marker: str, patience_s: float = 10.0) -> bool:
    """Whether every such process goes; the kernel may take a moment to bury it."""
    until = time.monotonic() + patience_s
    while running(marker):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def soon(happened, patience_s: float = 30.0) -> bool:
    until = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
