"""Takes the words that a born-digital PDF page brings along, where they can be believed."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from services.evidence.domain.text import ReadWord
from shared.text import nfc

_LEAST_WORDS = 5
_LEAST_SOUND = 0.97
_SCAN_SHARE = 0.6
_SOUND = re.compile(r"[\w\s.,;:!?()\[\]/\\%\-–—\"'“”‘’…•+*=<>&@#°²³½×ºª§|_]", re.ASCII)
_LETTER = re.compile(
    "[aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ–—“”‘’…•°²³½×§]", re.IGNORECASE
)


def text_layer(page: Any, bitmap: Any) -> list[ReadWord] | None:
    """Return the words of a PDF page with their boxes, or None where the page must be read from its image.

    A page that is one big picture is a scan, and words hidden under it are somebody else's reading; text in an old
    Vietnamese font encoding (TCVN3, VNI) is not text at all.
    """
    if _is_scan(page):
        return None
    layer = page.get_textpage()
    try:
        words = _words(layer, bitmap.get_posconv(page), bitmap.width, bitmap.height)
    finally:
        layer.close()
    return words if len(words) >= _LEAST_WORDS and _sound(words) else None


def _is_scan(page: Any) -> bool:
    width, height = page.get_size()
    for part in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = part.get_bounds()
        if abs((right - left) * (top - bottom)) > _SCAN_SHARE * width * height:
            return True
    return False


def _sound(words: list[ReadWord]) -> bool:
    text = "".join(word.text for word in words)
    good = sum(1 for letter in text if _SOUND.match(letter) or _LETTER.match(letter))
    return good >= _LEAST_SOUND * len(text)


def _words(layer: pypdfium2.PdfTextPage, place: Any, width: int, height: int) -> list[ReadWord]:
    words: list[ReadWord] = []
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    line = 0

    def close() -> None:
        if letters:
            words.append(_word("".join(letters), boxes, line, place, (width, height)))
            letters.clear()
            boxes.clear()

    for index in range(layer.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(layer, index))
        if letter in "\r\n":
            close()
            line += letter == "\n"
        elif letter.isspace() or letter == "\0":
            close()
        else:
            letters.append(letter)
            boxes.append(layer.get_charbox(index, loose=True))
    close()
    return words


def _word(
    text: str, boxes: list[tuple[float, float, float, float]], line: int, place: Any, size: tuple[int, int]
) -> ReadWord:
    corners = [place.to_bitmap(x, y) for left, bottom, right, top in boxes for x, y in ((left, bottom), (right, top))]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    across, down = 1000 / size[0], 1000 / size[1]
    return ReadWord(
        text=nfc(text),
        confidence=100,
        left=round(left * across),
        top=round(top * down),
        width=max(1, round((right - left) * across)),
        height=max(1, round((bottom - top) * down)),
        line=line,
        block=0,
    )
