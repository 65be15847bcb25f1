"""Takes the words that a PDF page brings along where they can be believed, and leaves what else it shows to be read.

What is believed must be seen: letters count only where the page looks different without them. So a reading hidden under a
scan is passed over however the scan is cut, and a typed line on top of one stays. What the page shows once the believed
words are taken away (a picture of text, letters drawn as curves, an old font) is an image of its own, to be read as one.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from services.evidence.domain.text import ReadWord
from services.evidence.extraction.legacy_fonts import believable, believable_line, speaks_unicode, with_hyphens
from services.evidence.extraction.letter_ink import letter_ink
from services.evidence.extraction.pixels import Grey
from shared.text import nfc

_LOOK_DPI = 100
_LOOK_PIXELS = 4_000_000
_POINTS_PER_INCH = 72
_SEEN = 24
_LEAST_SEEN = 0.02
_LEAST_HEIGHT = 3
_LETTERS_LEFT = 60
_MOST_SIGNS = 300_000
_HYPHEN = "\x02"
_BULLET = "•"
_HIDDEN_MODES = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})


class TextLayer(msgspec.Struct, frozen=True, kw_only=True):
    """What a page brings along: the words to believe, and whether it shows more that looks like letters.

    `explained` is the share of all letter-like ink that the words account for, 0 to 1; `degrees` is by how much the page
    must be turned counter-clockwise for most of its letters to stand upright.
    """

    words: tuple[ReadWord, ...]
    explained: float
    rest: bool
    degrees: int


class _Word(msgspec.Struct):
    """A word on its way: its signs' boxes in points, the text objects that draw it, its font."""

    text: str
    boxes: list[tuple[float, float, float, float]]
    objects: set[int]
    font: str
    line: int
    whole: bool = True
    believed: bool = True


def read_layer(page: Any, place: Any, size: tuple[int, int]) -> TextLayer:
    """Return the words of a PDF page with their boxes in an image of a size; switches their letters off on the page.

    `place` turns points of the page into pixels of that image. What is drawn of the page afterwards is the rest.
    """
    text = page.get_textpage()
    try:
        words, objects = _words(text)
    finally:
        text.close()
    if not words:
        return TextLayer(words=(), explained=0.0, rest=True, degrees=0)
    before = _look(page)
    for part in objects.values():
        pdfium.FPDFPageObj_SetIsActive(part, False)
    without = _look(page)
    _judge(words, objects, np.abs(before - without), place, size)
    back = {number for word in words if not word.believed for number in word.objects}
    # An object is drawn or not as a whole: a word that shares one with a word that is not believed is read with it.
    for word in words:
        word.believed = word.believed and not word.objects & back
    for number in back:
        pdfium.FPDFPageObj_SetIsActive(objects[number], True)
    left = _look(page) if back else without
    whole, rest = letter_ink(before.astype(np.uint8)), letter_ink(left.astype(np.uint8))
    believed = [word for word in words if word.believed]
    return TextLayer(
        words=tuple(placed for word in believed if (placed := _placed(word, place, size)) is not None),
        explained=max(0.0, 1 - float(rest.sum()) / max(1, int(whole.sum()))),
        rest=int(rest.sum()) > _LETTERS_LEFT,
        degrees=_degrees(believed, place),
    )


def _look(page: Any) -> Any:
    """Return the page small and grey, as numbers that can be subtracted."""
    width, height = page.get_size()
    scale = _LOOK_DPI / _POINTS_PER_INCH
    scale *= min(1.0, math.sqrt(_LOOK_PIXELS / max(1.0, width * height * scale * scale)))
    return page.render(scale=scale, grayscale=True).to_numpy().astype(np.int16)


def _judge(words: list[_Word], objects: dict[int, Any], change: Grey, place: Any, size: tuple[int, int]) -> None:
    """Strike out what is not seen on the page (for good) and what cannot be text (to be read from its picture)."""
    by_font: dict[str, list[_Word]] = defaultdict(list)
    by_line: dict[int, list[_Word]] = defaultdict(list)
    for word in words:
        if not _is_seen(word, objects, change, place, size):
            word.believed, word.objects = False, set()
            continue
        by_font[word.font].append(word)
        by_line[word.line].append(word)
    for font, group in by_font.items():
        unicode = speaks_unicode("".join(word.text for word in group))
        for word in group:
            word.text = with_hyphens(word.text, unicode)
        if not believable(" ".join(word.text for word in group), font):
            _strike(group)
    for group in by_line.values():
        if not all(word.believed and word.whole for word in group) or not believable_line(" ".join(w.text for w in group)):
            # A line is read as one: with every second word taken away it would be harder to read.
            _strike(group)


def _strike(words: Iterable[_Word]) -> None:
    for word in words:
        word.believed = False


def _is_seen(word: _Word, objects: dict[int, Any], change: Grey, place: Any, size: tuple[int, int]) -> bool:
    if all(pdfium.FPDFTextObj_GetTextRenderMode(objects[number]) in _HIDDEN_MODES for number in word.objects):
        return False
    left, top, right, bottom = _corners(word.boxes, place)
    across, down = change.shape[1] / size[0], change.shape[0] / size[1]
    if right < 0 or bottom < 0 or left > size[0] or top > size[1]:
        return False
    if min((right - left) * across, (bottom - top) * down) < _LEAST_HEIGHT:
        # Too small to be looked at: tiny print on a huge sheet.
        return True
    part = change[max(0, int(top * down)) : math.ceil(bottom * down), max(0, int(left * across)) : math.ceil(right * across)]
    return part.size > 0 and float((part > _SEEN).mean()) > _LEAST_SEEN


def _words(layer: pypdfium2.PdfTextPage) -> tuple[list[_Word], dict[int, Any]]:
    """Return the words of a page in its own order, and the text objects that draw them by their address."""
    words: list[_Word] = []
    objects: dict[int, Any] = {}
    fonts: dict[int, str] = {}
    line, current = 0, None
    for index in range(min(layer.count_chars(), _MOST_SIGNS)):
        sign = chr(pdfium.FPDFText_GetUnicode(layer, index))
        if sign in "\r\n" or sign.isspace():
            line += sign == "\n"
            current = None
            continue
        part = pdfium.FPDFText_GetTextObject(layer, index)
        number = ctypes.cast(part, ctypes.c_void_p).value or 0
        if number and number not in objects:
            objects[number] = part
            fonts[number] = _font(part)
        if current is None:
            current = _Word(text="", boxes=[], objects=set(), font=fonts.get(number, ""), line=line)
            words.append(current)
        current.text += "-" if sign == _HYPHEN else sign if sign.isprintable() or sign == "\xad" or _private(sign) else ""
        # A letter whose meaning the file does not tell is seen by people only.
        current.whole = current.whole and sign not in "\0\ufffd\ufffe\uffff"
        current.boxes.append(layer.get_charbox(index, loose=True))
        if number:
            current.objects.add(number)
    for word in words:
        word.text = _BULLET if word.text and all(_private(sign) for sign in word.text) else nfc(word.text)
    return words, objects


def _private(sign: str) -> bool:
    return "\ue000" <= sign <= "\uf8ff"


def _font(part: Any) -> str:
    buffer = ctypes.create_string_buffer(128)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(part), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace")


def _corners(boxes: list[tuple[float, float, float, float]], place: Any) -> tuple[int, int, int, int]:
    corners = [place.to_bitmap(x, y) for left, bottom, right, top in boxes for x, y in ((left, bottom), (right, top))]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _placed(word: _Word, place: Any, size: tuple[int, int]) -> ReadWord | None:
    """Return a word with its box; None for one whose middle lies outside what the page shows."""
    left, top, right, bottom = _corners(word.boxes, place)
    if not word.text or not 0 <= (left + right) / 2 <= size[0] or not 0 <= (top + bottom) / 2 <= size[1]:
        return None
    left, top, right, bottom = max(0, left), max(0, top), min(size[0], right), min(size[1], bottom)
    across, down = 1000 / size[0], 1000 / size[1]
    return ReadWord(
        text=word.text,
        confidence=100,
        left=round(left * across),
        top=round(top * down),
        width=max(1, round((right - left) * across)),
        height=max(1, round((bottom - top) * down)),
        line=word.line,
        block=0,
    )


def _degrees(words: list[_Word], place: Any) -> int:
    """Return by how much the page must be turned so that most letters follow each other from left to right."""
    ways: Counter[int] = Counter()
    for word in words:
        if len(word.boxes) < 2:
            continue
        (x0, y0), (x1, y1) = (_middle(box, place) for box in (word.boxes[0], word.boxes[-1]))
        across, down = x1 - x0, y1 - y0
        # Letters that run down the page stand upright once it is turned counter-clockwise by a quarter.
        way = (0 if across >= 0 else 180) if abs(across) >= abs(down) else (90 if down > 0 else 270)
        ways[way] += len(word.boxes)
    way, count = ways.most_common(1)[0] if ways else (0, 0)
    return way if count >= 0.8 * ways.total() else 0


def _middle(box: tuple[float, float, float, float], place: Any) -> tuple[int, int]:
    left, bottom, right, top = box
    x, y = place.to_bitmap((left + right) / 2, (bottom + top) / 2)
    return int(x), int(y)
