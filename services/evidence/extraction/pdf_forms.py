"""Reads what people filled in or noted on a PDF page: field values and notes whose drawn letters got lost or never were.

pdfium draws annotations, and makes up the look of a field that has none. It does so in the field's own font, mostly one
without Vietnamese letters: "Nguyễn" comes out as "Nguyn". Such a value is drawn again here, and read from the file itself.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageFont

from services.evidence.domain.text import ReadWord
from shared.fonts import plain_font
from shared.text import nfc

_MOST_ANNOTATIONS = 5000
_LONGEST = 10_000
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD = 1 << 13
_LARGEST = 60
"""Letters of a field are at most so many pixels high at 300 dpi: about 14 points."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What a field or a note says, and its rectangle in thousandths of the page: left, top, right, bottom."""

    text: str
    box: tuple[float, float, float, float]


def read_values(form: Any, page: Any, place: Any, size: tuple[int, int]) -> list[Value]:
    """Return the visible values of text and choice fields and of free text notes; `form` is pdfium's form or None."""
    values = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            text = "" if pdfium.FPDFAnnot_GetFlags(note) & _UNSEEN else nfc(_said(form, note))
            box = pdfium.FS_RECTF()
            if text.strip() and pdfium.FPDFAnnot_GetRect(note, box):
                xs, ys = zip(
                    *(place.to_bitmap(x, y) for x, y in ((box.left, box.bottom), (box.right, box.top))), strict=True
                )
                across, down = 1000 / size[0], 1000 / size[1]
                corners = (min(xs) * across, min(ys) * down, max(xs) * across, max(ys) * down)
                if all(0 <= side <= 1000 for side in corners):
                    values.append(Value(text=text, box=corners))
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
    return values


def _said(form: Any, note: Any) -> str:
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size))
    if kind != pdfium.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if field == pdfium.FPDF_FORMFIELD_COMBOBOX:
        for option in range(min(pdfium.FPDFAnnot_GetOptionCount(form, note), _MOST_ANNOTATIONS)):
            if pdfium.FPDFAnnot_IsOptionSelected(form, note, option):
                return _option(form, note, option)
    elif field != pdfium.FPDF_FORMFIELD_TEXTFIELD or pdfium.FPDFAnnot_GetFormFieldFlags(form, note) & _PASSWORD:
        return ""
    return _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, note, buffer, size))


def _option(form: Any, note: Any, option: int) -> str:
    return _string(lambda buffer, size: pdfium.FPDFAnnot_GetOptionLabel(form, note, option, buffer, size))


def _string(get: Any) -> str:
    size = min(get(None, 0), 2 * _LONGEST)
    if size < 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")


def lost(values: Iterable[Value], words: Sequence[ReadWord]) -> list[Value]:
    """Return the values that what is drawn in their rectangles does not say: nothing is there, or letters are missing."""
    return [value for value in values if _letters_lost(value.text, "".join(word.text for word in inside(value, words)))]


def inside(value: Value, words: Iterable[ReadWord]) -> list[ReadWord]:
    """Return the words whose middle lies in a value's rectangle."""
    left, top, right, bottom = value.box
    return [
        word for word in words if left <= word.left + word.width / 2 <= right and top <= word.top + word.height / 2 <= bottom
    ]


def _letters_lost(value: str, drawn: str) -> bool:
    """Say whether what is drawn is what is said with letters left out; a value shown in another form is not touched."""
    value, drawn = "".join(value.split()), "".join(drawn.split())
    if drawn == value:
        return False
    rest = iter(value)
    return all(sign in rest for sign in drawn)


def words_of(value: Value, line: int) -> list[ReadWord]:
    """Return a value's words, each in the part of the rectangle where it stands if letters are equally wide."""
    left, top, right, bottom = value.box
    lines = [text for text in value.text.split("\n") if text.strip()]
    longest = max(len(text) for text in lines)
    high = (bottom - top) / len(lines)
    words = []
    for row, text in enumerate(lines):
        at = 0
        for part in text.split():
            start = text.index(part, at)
            at = start + len(part)
            words.append(
                ReadWord(
                    text=part,
                    confidence=100,
                    left=round(left + (right - left) * start / longest),
                    top=round(top + high * row),
                    width=max(1, round((right - left) * len(part) / longest)),
                    height=max(1, round(high)),
                    line=line + row,
                    block=0,
                )
            )
    return words


def draw(image: Image.Image, values: Iterable[Value]) -> None:
    """Draw values into their rectangles on a page image, over what is there; without a font for them, leave it as it is."""
    path = _font()
    if path is None:
        return
    pen = ImageDraw.Draw(image)
    for value in values:
        left, top, right, bottom = (
            side * whole / 1000 for side, whole in zip(value.box, itertools.cycle(image.size), strict=False)
        )
        lines = value.text.split("\n")
        high = int(min(_LARGEST, 0.75 * (bottom - top) / len(lines)))
        font = ImageFont.truetype(path, max(6, high))
        widest = max(font.getlength(text) for text in lines)
        if widest > right - left - 4:
            font = ImageFont.truetype(path, max(6, int(font.size * (right - left - 4) / widest)))
        frame = (
            round(left) + 2,
            round(top) + 2,
            max(round(left) + 2, round(right) - 2),
            max(round(top) + 2, round(bottom) - 2),
        )
        pen.rectangle(frame, fill=image.getpixel((frame[0], frame[1])))
        step = (bottom - top) / len(lines)
        for row, text in enumerate(lines):
            pen.text((left + 4, top + step * (row + 0.5)), text, font=font, fill=(0, 0, 0), anchor="lm")


@lru_cache(maxsize=1)
def _font() -> Path | None:
    return plain_font()
