"""The left column of the head: who issues the paper, and its number."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence

import msgspec

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.grammar import MarkedNumber, code_in, distance, has_code, kind_mark
from services.evidence.domain.fields.lines import ColumnLine
from services.evidence.domain.fields.spelling import body_mark, body_name
from services.evidence.domain.fields.vocabulary import BODIES
from services.evidence.domain.fields.zones import ABOUT, LABEL, Zones, row_after
from services.evidence.domain.text import ReadWord, mean_confidence
from shared.text import fold, nfc

_HYPHENS = ("-", "–")
_CARRIED_ON = (" va", "&", "nhan dan")
"""A name that ends so goes on below, whatever the next line begins with."""
_LACKS_NAME = (
    *("tieu hoc", "mam non", "mau giao", "co so", "pho thong", "thcs", "thpt", "ban tru", "noi tru", "trung hoc", "dao tao"),
    *(" xa", " phuong", "thi tran", "thi xa", " huyen", "thanh pho", " tinh", "ubnd"),
)
"""A name that ends so lacks a place; it may be called "HỘI AN"."""
_OWNED = frozenset(
    {"chi bo", "lien doi", "cong doan", "cong doan co so", "dang bo", "dang uy", "doan thanh nien", "ban chap hanh"}
)
"""Bodies of a body: the name of that one follows."""
_SHORT, _FORGIVEN_FROM = 5, 5
_NO_BODY = re.compile(r"ban tru\b|so \d|bo mon\b|to quoc\b")
"""What begins like a body without its marks, and is part of a name."""
_ORDERS = re.compile(r"(mau|bieu|phu luc)\b")
_CHECKED, _SURE = 80, 96
"""A number that is read more surely keeps its letters, and above the second also its marks."""
_LEAST_MARK = 4
_ACROSS = 60.0
"""A line that reaches this far into the right column runs across the page: a heading that names no kind of paper."""
_SPACE = 8
"""A hyphen that ends a line of a name stands this near to its last word and less its own width, in thousandths."""
_ENDS, _LOST = " .,:;|_*", 60
_LARGER, _WIDER = 1.7, 1.3
_LEAST, _BRIEF = 3, 4
"""Letters that a name has at least, and in how many of them a capital may be misread as a small letter."""
_MIDDLE, _DOUBTED = 25.0, 60
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
    """Return the number with its issuer's part as the issuer's name has it: marks, and a letter that was read unsurely."""
    mark = body_mark(body.value) if body is not None else ""
    if own is None or len(mark) < _LEAST_MARK:
        return own
    start, slash, rest = own.value.rpartition("/")
    sure = mean_confidence(own.words)
    parts = rest.split("-")
    told = [_as_named(part, mark, sure, last=part is parts[-1]) for part in parts]
    if not slash or told == parts:
        return own
    return msgspec.structs.replace(own, value=f"{start}/{'-'.join(told)}", fit=max(0, own.fit - 20))


def _as_named(part: str, mark: str, sure: int, *, last: bool) -> str:
    """Return a part of a number as the issuer is abbreviated, where that is what was read but for a mark or a letter."""
    lost = part != mark and fold(part) == fold(mark) and _marks(part) < _marks(mark) and sure <= _SURE
    other = last and sure <= _CHECKED and distance(part, mark) == 1
    return mark if lost or other else part


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
    return best or _without_slash(pieces, words[start:], expected)


def _without_slash(
    pieces: Sequence[str], words: Sequence[ReadWord], expected: str
) -> tuple[MarkedNumber, list[ReadWord]] | None:
    """Return the number whose slash was lost between its figures and the mark of the kind that the title names."""
    if not expected or len(pieces) < 2 or not pieces[0].isdecimal():
        return None
    code = code_in(f"{pieces[0]}/{pieces[1]}", expected=expected)
    if code is None or code.kind != expected or "-" not in code.text:
        return None
    return msgspec.structs.replace(code, mended=True), list(words[:2])


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
        name="so_ky_hieu",
        value=code.text,
        page=line.page,
        words=tuple(words),
        fit=fit - (20 if code.mended else 0) - (40 if code.text[-2:-1] == "-" else 0),
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
    found = ExtractedField(
        name="co_quan", value=value.strip(" _-–—.|,:;*'\""), page=lines[0].page, words=words, fit=fit - (10 if mended else 0)
    )
    return _whole(found, own, zones)


def _whole(body: ExtractedField, own: ExtractedField | None, zones: Zones) -> ExtractedField:
    """Return the issuer with the last word that its number's mark says it has, where that word was lost.

    It is the word that follows on the same one elsewhere in the paper: the school of "MNĐM" is in the commune "ĐỒNG MƠ".
    """
    mark = body_mark(body.value)
    parts = own.value.rpartition("/")[2].split("-") if own is not None else []
    part = next((part for part in parts if len(part) == len(mark) + 1 and part.startswith(mark)), None)
    if part is None or len(mark) < _LEAST:
        return body
    last = fold(body.value.split()[-1])
    words = [word for line in zones.lines for word in line.words]
    after = [two for one, two in itertools.pairwise(words) if fold(one.text).strip(_ENDS) == last and two not in body.words]
    likely = {fold(word.text).strip(_ENDS): word for word in reversed(after) if fold(word.text)[:1] == fold(part[-1])}
    if len(likely) != 1:
        return msgspec.structs.replace(body, fit=min(body.fit, _LOST))
    (word,) = likely.values()
    value = f"{body.value} {nfc(word.text).strip(_ENDS).upper()}"
    return msgspec.structs.replace(body, value=value, words=(*body.words, word), fit=min(body.fit, _LOST))


def _names(zones: Zones, own: ExtractedField | None) -> list[ColumnLine]:
    """Return the lines in capitals of the left column, above the number and what a letter is about."""
    end = _end(zones, own)
    names: list[ColumnLine] = []
    # A cover has its names in the middle, under nothing.
    for line in zones.left_column if zones.known or own is not None else zones.lines:
        across = zones.known and line.right > zones.axis + _ACROSS and line.centre > zones.axis - _ACROSS
        if line.top >= end or (names and (across or _apart(names[-1], line))):
            break
        if zones.label is not None and line.beside(zones.label):
            continue
        words = _plain(line.words)
        if words and not (zones.known and line.bottom < zones.right_top - 3 * line.height):
            clean = line.of(words)
            if _is_name(clean, names) and not _ORDERS.match(clean.folded) and not has_code(clean.text):
                names.append(clean)
            elif names and len(clean.letters) > 8:
                break
    if not zones.known and own is None:
        # Without the state's name and a number, only what begins like a body is one.
        return names if names and _body(names[0]) else []
    return names


def _is_name(line: ColumnLine, names: Sequence[ColumnLine]) -> bool:
    """Say whether a line can be one of the names: in capitals; a last word of two letters stands in the middle under one."""
    if len(line.letters) >= _LEAST:
        return line.upper or (bool(names) and len(line.letters) <= _BRIEF and _under(line, names[-1]))
    return line.upper and bool(names) and _under(line, names[-1])


def _under(line: ColumnLine, name: ColumnLine) -> bool:
    """Say whether a line stands under the middle of a name, with a capital first, and was not read quite unsurely."""
    sure = mean_confidence(line.words) > _DOUBTED
    return sure and line.text[:1].isupper() and abs(line.centre - name.centre) < _MIDDLE


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
    if line.top - name.bottom > _NEARLY * max(line.height, name.height):
        return True
    return line.height > _LARGER * name.height and _wide(line) > _WIDER * _wide(name)


def _wide(line: ColumnLine) -> float:
    """Return how much room a letter has, which spots above and below do not change."""
    return (line.right - line.left) / max(1, len(line.letters))


def _plain(words: Sequence[ReadWord]) -> list[ReadWord]:
    """Return the words without what a rule or a spot was read as at either end."""
    kept = list(words)
    while kept and not any(map(str.isalpha, kept[-1].text)) and not _is_figure(kept[-1]):
        last = kept.pop()
        if kept and last.text in _HYPHENS and last.left - kept[-1].left - kept[-1].width < last.width + _SPACE:
            return [*kept, last]
    while kept and not any(map(str.isalpha, kept[0].text)):
        kept.pop(0)
    return kept


def _is_figure(word: ReadWord) -> bool:
    """Say whether a word is a figure that may end a name: "TỔ 5"."""
    return word.text.strip(".,").isdigit() and word.confidence > _DOUBTED


def _begins(lines: Sequence[ColumnLine], index: int) -> bool:
    """Say whether a line begins the name of a body, rather than carrying on the one above."""
    body = _body(lines[index])
    if not index or not body:
        return bool(body)
    above = lines[index - 1].folded
    if above.endswith(_CARRIED_ON) or above in _OWNED:
        return False
    return len(body) > _SHORT or not (above.endswith(_LACKS_NAME) or lines[index - 1].text.endswith(_HYPHENS))


def _body(line: ColumnLine) -> str:
    """Return the body that a line begins with, as names of bodies begin, or "" for none."""
    if _NO_BODY.match(line.folded):
        return ""
    read = [nfc(word.text).strip(" .,:;-_'\"").casefold() for word in line.words]
    return next((body for body in BODIES if _is_body(read[: len(body.split())], body.split())), "")


def _is_body(read: Sequence[str], body: Sequence[str]) -> bool:
    """Say whether words are those of a body: marks may be lost, and beside another word a letter be misread.

    Single words are many: "THƯỢNG" is no "TRƯỜNG", and "BẢN", which has a mark more, no "BAN".
    """
    if len(read) != len(body):
        return False
    folded = [(fold(one), fold(other)) for one, other in zip(read, body, strict=True)]
    longer = len(body) > 1
    if not all(
        one == other or (longer and len(other) >= _FORGIVEN_FROM and distance(one, other) == 1) for one, other in folded
    ):
        return False
    return longer or len(body[0]) > _SHORT or _marks(read[0]) <= _marks(body[0])


def _marks(word: str) -> int:
    return len(unicodedata.normalize("NFD", word)) - len(word)
