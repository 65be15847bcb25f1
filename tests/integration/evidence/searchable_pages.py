"""Draws pages whose every word has a known place, and asks PDF readers where they find the words."""

from __future__ import annotations

import dataclasses
import io
import math
import subprocess
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageFont

from services.evidence.domain.text import ReadPage, ReadText, ReadWord
from shared.fonts import plain_font
from shared.text import nfc

DPI = 200
SIZE = (1654, 2339)
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập – Tự do – Hạnh phúc",
    "QUYẾT ĐỊNH số 12/QĐ-THBM",
    "Về việc kiện toàn Hội đồng tự đánh giá",
    "Căn cứ Kế hoạch ngày 22/8/2026; xét đề nghị của tổ trưởng",
    "Điều 1. Các ông, bà sau đây dưỡng nghiêng ngả quyển truyện",
    "Thuở ấy ĐẶNG ỨNG Ỹ ở phường Ngã Bảy",
)
_BACK = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was scanned, and the reading of it."""

    image: Image.Image
    read: ReadPage


@lru_cache(maxsize=8)
def _upright(first: int, mode: str) -> tuple[Image.Image, tuple[ReadWord, ...]]:
    image = Image.new(mode, SIZE, 1 if mode == "1" else "white")
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(plain_font()), 34)
    across, down = 1000 / SIZE[0], 1000 / SIZE[1]
    words = []
    for line in range(24):
        x, y = 200, 280 + 75 * line
        for text in LINES[(first + line) % len(LINES)].split():
            left, top, right, bottom = pen.textbbox((x, y), text, font=font)
            pen.text((x, y), text, font=font, fill=0 if mode == "1" else "black")
            box = (round(left * across), round(top * down), round((right - left) * across), round((bottom - top) * down))
            words.append(ReadWord(text, 90, *box, line, line // 5))
            x = right + 12
    return image, tuple(words)


def drawn(*, number: int = 1, mode: str = "RGB", turned: int = 0, skew: float = 0.0) -> Drawn:
    """Return a page that has to be turned counter-clockwise by `turned` and then levelled by `skew` degrees to be read."""
    image, words = _upright(number - 1, mode)
    if skew:
        image = image.rotate(-skew, Image.Resampling.BICUBIC, fillcolor="white")
    if turned:
        image = image.transpose(_BACK[turned])
    read = ReadPage(
        number=number,
        width=SIZE[0],
        height=SIZE[1],
        confidence=90,
        source="tesseract",
        words=words,
        turned=turned,
        skew=skew,
    )
    return Drawn(image, read)


def reading(*pages: ReadPage) -> ReadText:
    return ReadText(
        format=2, engine="tesseract", engine_version="5", language="vie", pages=tuple(pages), pipeline="layout-1"
    )


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, dpi=(DPI, DPI), **options)
    return into.getvalue()


def words_of(text: ReadText) -> list[str]:
    return [word.text for page in text.pages for word in page.words]


# ---- what readers of PDF find


def by_poppler(path: Path, *how: str) -> list[str]:
    """Return the words that pdftotext finds, in its order."""
    done = subprocess.run(["pdftotext", *how, str(path), "-"], capture_output=True, text=True, check=True)
    return _as_seen(done.stdout)


def by_pdfium(path: Path) -> list[str]:
    """Return the words that PDFium finds, in its order."""
    with pypdfium2.PdfDocument(path) as pdf:
        return _as_seen(" ".join(page.get_textpage().get_text_range() for page in pdf))


def _as_seen(text: str) -> list[str]:
    """Return the words of a text; a font draws U+037E and U+00AD like ";" and "-", and a page keeps what its maker chose."""
    return nfc(text).replace("\xad", "-").split()


def places(path: Path, index: int = 0) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the words that PDFium finds on a page with their boxes, in points from the left and the top as shown."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[index]
        text, size = page.get_textpage(), page.get_size()
        place = pypdfium2.PdfPosConv(page, (0, 0, round(size[0] * 100), round(size[1] * 100), 0))
        found, current, corners = [], "", []
        for at in range(text.count_chars() + 1):
            sign = chr(pdfium.FPDFText_GetUnicode(text, at)) if at < text.count_chars() else " "
            if not sign.isspace():
                left, bottom, right, top = text.get_charbox(at, loose=True)
                corners += [place.to_bitmap(left, bottom), place.to_bitmap(right, top)]
                current += sign
            elif current:
                xs, ys = [x / 100 for x, _ in corners], [y / 100 for _, y in corners]
                found.append((current, (min(xs), min(ys), max(xs), max(ys))))
                current, corners = "", []
        text.close()
        return found


def shown(path: Path, index: int = 0, *, scale: float = DPI / 72, width: int = 0) -> Image.Image:
    """Return a page of a PDF as viewers show it, `width` pixels wide where that is asked for."""
    with pypdfium2.PdfDocument(path) as pdf:
        if pdf.get_formtype():
            pdf.init_forms()
        page = pdf[index]
        return page.render(scale=width / page.get_width() if width else scale).to_pil().convert("RGB")


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Return by how much two pictures of a page differ: the mean of all pixels, of 255."""
    # A page's side in points is seldom a whole number of pixels: the last row or column may be cut.
    assert all(abs(a - b) <= 1 for a, b in zip(one.size, other.size, strict=True))
    common = (0, 0, min(one.width, other.width), min(one.height, other.height))
    one, other = one.crop(common), other.crop(common)
    a, b = (np.asarray(image.convert("L"), dtype=np.int16) for image in (one, other))
    return float(np.abs(a - b).mean())


def ink_outside(path: Path, *, grown: float = 3.0) -> float:
    """Return which share of a page's ink lies in no box of a word that is found there, boxes grown by so many points."""
    picture = np.asarray(shown(path).convert("L")) < 128
    whole = int(picture.sum())
    for _, (left, top, right, bottom) in places(path):
        rows = slice(max(0, int((top - grown) * DPI / 72)), math.ceil((bottom + grown) * DPI / 72))
        picture[rows, max(0, int((left - grown) * DPI / 72)) : math.ceil((right + grown) * DPI / 72)] = False
    return int(picture.sum()) / whole
