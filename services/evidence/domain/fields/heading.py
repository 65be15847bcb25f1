"""The left column of the head: who issues the paper, and its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.grammar import MarkedNumber, code_in, distance, kind_mark
from services.evidence.domain.fields.lines import ColumnLine
from services.evidence.domain.fields.spelling import body_mark, body_name
from services.evidence.domain.fields.vocabulary import BODIES
from services.evidence.domain.fields.zones import ABOUT, LABEL, Zones, row_after
from services.evidence.domain.text import ReadWord, mean_confidence
from shared.text import fold

_CARRIED_ON = ("va", "-", "&", "va dao tao", "hoc", "nhan dan")
"""A name that ends so goes on below, whatever the next line begins with."""
_NO_BODY = re.compile(r"ban tru\b|so \d|bo mon\b|to quoc\b")
"""What begins like a body without its marks, and is part of a name."""
_ORDERS = re.compile(r"(mau|bieu|phu luc)\b")
_CHECKED = 80
_LARGER = 1.7
_NEARLY = 1.9
"""Lines of a name follow each other within this many heights, bottom to top."""


def number(zones: Zones) -> ExtractedField | None:
    """Return the paper's own number: that after "Số" under its issuer, never one that the text cites."""
    expected = kind_mark(zones.title.kind) if zones.title else ""
    if zones.label is not None:
        words = row_after(zones, zones.label)
        found = _code(words, expected)
        if found is not None:
            return _field(zones.label, *found, fit=100)
    # "Số" was lost: then the number is what stands under the issuer like one.
    for line in zones.left_column if zones.known else ():
        bare = _code(list(line.words), expected) if zones.label is None and not ABOUT.match(line.text) else None
        if bare is not None and bare[0].kind and line.words[0] is bare[1][0]:
            return _field(line, *bare, fit=75)
    return None


def checked(own: ExtractedField | None, body: ExtractedField | None) -> ExtractedField | None:
    """Return the number with its last part as the issuer's name has it, where it was read unsurely and a letter differs."""
    if own is None or body is None or mean_confidence(own.words) > _CHECKED:
        return own
    start, _, part = own.value.rpartition("-")
    mark = body_mark(body.value)
    if start and len(mark) >= 4 and part != mark and distance(part, mark) == 1:
        return msgspec.structs.replace(own, value=f"{start}-{mark}", fit=max(0, own.fit - 20))
    return own


def _code(words: Sequence[ReadWord], expected: str) -> tuple[MarkedNumber, list[ReadWord]] | None:
    """Return the number that the words begin with (after "Số") and the words that it takes."""
    texts = [word.text for word in words]
    label = LABEL.match(fold(" ".join(texts)))
    start, glued = 0, ""
    if label is not None:
        rest = " ".join(texts)[label.end() :].split()
        start = len(texts) - len(rest)
        if rest and 0 <= start < len(texts) and texts[start] != rest[0]:
            glued = rest[0]
    while start < len(texts) and not any(map(str.isalnum, texts[start])):
        start += 1
    pieces = [glued or texts[start], *texts[start + 1 :]] if start < len(texts) else []
    best: tuple[MarkedNumber, list[ReadWord]] | None = None
    together = ""
    for count, piece in enumerate(pieces[:8], 1):
        if best is not None and not _goes_on(together, piece, best[0]):
            break
        if best is not None and best[0].text.count("-") == 0 and "-" not in together + piece and best[0].kind:
            together += "-"
        together += piece
        code = code_in(together.rstrip(".,;:'’`\"*“”"), expected=expected)
        if code is not None:
            best = code, list(words[start : start + count])
    return best


def _goes_on(together: str, piece: str, code: MarkedNumber) -> bool:
    """Say whether a number that is whole as it stands goes on with the next word."""
    if together.endswith(("-", "–", "—")) or piece.startswith(("-", "–", "—")):
        mark = piece.strip("-–—.,")
        return mark.isupper() or not mark
    mark = code.text.rpartition("/")[2]
    # A mark that names a kind alone lacks its body: the hyphen between them was lost.
    return mark in {"QĐ", "KH", "BC", "TB", "TTr", "BB", "GM", "NQ", "HD"} and piece.isalpha() and piece.isupper()


def _field(line: ColumnLine, code: MarkedNumber, words: list[ReadWord], *, fit: int) -> ExtractedField:
    return ExtractedField(
        name="so_ky_hieu", value=code.text, page=line.page, words=tuple(words), fit=fit - (20 if code.mended else 0)
    )


def issuer(zones: Zones, own: ExtractedField | None) -> ExtractedField | None:
    """Return the body that issues: the lower one of the left column, all the lines of its name together."""
    name = _names(zones, own)
    if not name:
        return None
    first = max((index for index, line in enumerate(name) if _begins(name, index)), default=None)
    lines = name[first or 0 :]
    words = tuple(word for line in lines for word in line.words)
    fit = 100 if first is not None else 65
    if not zones.known:
        fit -= 15
    value, mended = body_name(words, [word for line in zones.lines for word in line.words])
    return ExtractedField(
        name="co_quan", value=value.strip(" _-–—.|,:;*'\""), page=lines[0].page, words=words, fit=fit - (10 if mended else 0)
    )


def _names(zones: Zones, own: ExtractedField | None) -> list[ColumnLine]:
    """Return the lines in capitals of the left column, above the number and what a letter is about."""
    end = _end(zones, own)
    names: list[ColumnLine] = []
    # A cover has its names in the middle, under nothing.
    for line in zones.left_column if zones.known or own is not None else zones.lines:
        if line.top >= end or (names and _apart(names[-1], line)):
            break
        if zones.label is not None and line.beside(zones.label):
            continue
        words = _plain(line.words)
        if words and not (zones.known and line.bottom < zones.right_top - 3 * line.height):
            clean = line.of(words)
            if clean.upper and len(clean.letters) >= 3 and not _ORDERS.match(clean.folded):
                names.append(clean)
            elif names and len(clean.letters) > 8:
                break
    if not zones.known and own is None:
        # Without the state's name and a number, only what begins like a body is one.
        return names if names and _starts_like_a_body(names[0]) else []
    return names


def _end(zones: Zones, own: ExtractedField | None) -> float:
    """Return how far down the names reach: to the number, to what a letter is about, or to the end of the head."""
    ends = [zones.head_end]
    if zones.label is not None:
        ends.append(zones.label.top)
    elif own is not None:
        ends.append(own.words[0].top * zones.lines[0].ratio)
    if zones.subject is not None:
        ends.append(zones.subject.top)
    return min(ends)


def _apart(name: ColumnLine, line: ColumnLine) -> bool:
    """Say whether a line is no part of the names: too far below, or set far larger."""
    return line.top - name.bottom > _NEARLY * max(line.height, name.height) or line.height > _LARGER * name.height


def _plain(words: Sequence[ReadWord]) -> list[ReadWord]:
    """Return the words without what a rule or a spot was read as at either end."""
    kept = list(words)
    while kept and not any(map(str.isalpha, kept[-1].text)) and not kept[-1].text.strip(".,").isdigit():
        kept.pop()
    while kept and not any(map(str.isalpha, kept[0].text)):
        kept.pop(0)
    return kept


def _begins(lines: Sequence[ColumnLine], index: int) -> bool:
    """Say whether a line begins the name of a body, rather than carrying on the one above."""
    if index and lines[index - 1].folded.endswith(_CARRIED_ON):
        return False
    return _starts_like_a_body(lines[index])


def _starts_like_a_body(line: ColumnLine) -> bool:
    if _NO_BODY.match(line.folded):
        return False
    words = [fold(word.text).strip(" .,:;-_'\"") for word in line.words]
    for body in BODIES:
        parts = body.split()
        start = words[: len(parts)]
        if start == parts or (len(body) >= 5 and distance(" ".join(start), body) == 1):
            return True
    return False
