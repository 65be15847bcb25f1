"""The parts of a first page: the two columns of the head, the title in the middle, and where the body begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from services.evidence.domain.fields.grammar import distance, has_code
from services.evidence.domain.fields.lines import ColumnLine, letters
from services.evidence.domain.fields.vocabulary import OTHER_TITLES, TITLES
from services.evidence.domain.text import ReadWord
from shared.text import fold, nfc

_MOTTO = "doclaptudohanhphuc"
_RIGHT_HEADS = ("conghoaxahoichunghiavietnam", _MOTTO, "dangcongsanvietnam")
"""What stands on top of the right column, letters only: the state's name and motto; on papers of the Party its name."""

_ALIKE = 0.72
_HEAD_PART = 0.45
"""The head stands in this part of the page's height; a letter's V/v may reach below it."""
_MIDDLE = 480.0
"""Where the columns of a head part when the state's name was not read, in thousandths of the width."""
_ASIDE = 25.0
_TITLE_PART = 0.55
"""A title stands in this part of the page's height."""
_ALONE = frozenset({"Luật", "Đơn", "Công văn"})
"""Words that name a kind only where they stand alone."""
_FORGIVEN_FROM = 6
_TEXT_MIDDLE = 520.0
"""Where the middle of the text lies across a page whose left margin is the wider."""
_OVER = 120.0
"""A line of the right column begins at most this much left of it; what begins further left runs across the page."""
_NEAR, _SUBJECT = 2.5, 8
"""A subject begins this many heights under the number at most, and has so many letters."""
_CENTRED = 95.0
"""The middle of a title lies at most this far from that of the text; margins and turned sheets move it."""
LABEL = re.compile(
    r"^\W{0,3}(?:(?:\w{1,2}\s)?[s$5§][o0d6]\W{0,4}(?=[\w|/]|$)|\w{1,3}\W{0,2}[:;.]\W{0,2}(?=[\doqli|!zsb]{1,5}[a-d]?[/\\|]))"
)
"""The word "Số" before a number, in folded text, as it is read with its colon gone, or misread with its colon there."""
ABOUT = re.compile(r"^\W*(?:[vw]\s?[/1lií|\\(.í]{1,2}\s?[vwy]|v[/ií1l]?v|v?w)\b\W*", re.IGNORECASE)
"""V/v before what a letter is about."""
_SIX = re.compile(r"(?<=[\doO])ó|(?<!\w)ó(?!\w)")
_BODY = re.compile(
    r"can cu\b|kinh gui\b|(i|1|a)[.)] |phan (i|1|thu)\b|dieu 1\b|hom nay\b|thoi gian bat dau\b|vao hoi\b|hoi \d|thanh phan\b"
    r"|xet \b|theo de nghi\b|kem theo\b|ban hanh kem\b|ho va ten\b|ten toi\b|toi ten\b"
    r"|thuc hien (cong van|chi thi|ke hoach so|nghi quyet|quyet dinh|thong tu|huong dan|su chi dao)\b"
)


class Title(msgspec.Struct, frozen=True):
    """The heading of a page: its line, the kind that it names as forms write it, what else stands on it, how surely."""

    line: ColumnLine
    kind: str
    rest: tuple[ReadWord, ...]
    fit: int


class Zones(msgspec.Struct, frozen=True):
    """A first page in parts. `axis` is where the columns of the head part, `known` whether the page itself told."""

    lines: tuple[ColumnLine, ...]
    axis: float
    known: bool
    right_top: float
    head_end: float
    label: ColumnLine | None
    subject: ColumnLine | None
    title: Title | None

    @property
    def left_column(self) -> list[ColumnLine]:
        """Return the lines of the head's left column, from the top."""
        return [line for line in self.lines if line.top < self.head_end and line.centre < self.axis]

    @property
    def right_column(self) -> list[ColumnLine]:
        """Return the lines of the head's right column, from the top."""
        return [
            line
            for line in self.lines
            if line.top < self.head_end and line.centre >= self.axis and line.left > self.axis - _OVER
        ]


def zones_of(lines: Sequence[ColumnLine]) -> Zones:
    """Return the parts of a first page; `lines` go from its top to its bottom."""
    parted, right = _parted(lines)
    limit = lines[0].ratio * 1000 * _HEAD_PART
    known = bool(right)
    axis = min(line.left for line in right) - 8 if known else _MIDDLE
    start = min((line.top for line in right), default=0.0)
    body = next((line.top for line in parted if starts_body(line) and line.top > start), lines[0].ratio * 1000)
    title = _title([line for line in parted if line.top < body and not _in_head(line, right)], known=known)
    end = min(limit, body, title.line.top if title else limit)
    subject = next(
        (line for line in parted if line.top < min(limit, body) and line.left < axis and ABOUT.match(line.text)), None
    )
    if subject is not None and title is not None and title.line.top > subject.top:
        title, end = (None, min(limit, body)) if title.kind in OTHER_TITLES else (title, end)
    zones = Zones(tuple(parted), axis, known, start, end, None, subject, title)
    zones = msgspec.structs.replace(zones, label=_label(zones))
    return zones if subject or title else msgspec.structs.replace(zones, subject=_under_number(zones))


def begins_paper(lines: Sequence[ColumnLine]) -> bool:
    """Say whether the state's name or its motto stands in the head of a page."""
    return bool(_parted(lines)[1])


def starts_body(line: ColumnLine) -> bool:
    """Say whether a line is one that the text of a paper begins with."""
    return _BODY.match(line.folded + " ") is not None


def _label(zones: Zones) -> ColumnLine | None:
    """Return the line of the head that "Số" begins and a number follows on, else one where it stands alone.

    "SỐ 2 MẪU SƠN" is the second line of a school's name, "Số: 345" that of a stamp.
    """
    bare = None
    for line in zones.lines:
        label = LABEL.match(fold(line.text)) if line.top < zones.head_end and line.left < zones.axis else None
        if label is not None:
            if has_code("".join(word.text for word in row_after(zones, line))):
                return line
            if bare is None and (label.end() == len(line.text) or any(mark in line.text for mark in ":/|;")):
                bare = line
    return bare if zones.known else None


def _under_number(zones: Zones) -> ColumnLine | None:
    """Return the line in which a letter's subject begins whose V/v was lost: close under the number, not in capitals."""
    label = zones.label
    if label is None or not zones.known:
        return None
    for line in zones.left_column:
        if line.top > label.top and not line.beside(label):
            near = line.top - label.bottom < _NEAR * label.height and line.right < zones.axis + _ASIDE
            return line if near and not line.upper and len(line.letters) >= _SUBJECT else None
    return None


def _parted(lines: Sequence[ColumnLine]) -> tuple[list[ColumnLine], list[ColumnLine]]:
    """Return the lines with the state's name and its motto cut off those they were joined with; and these two."""
    limit = lines[0].ratio * 1000 * _HEAD_PART
    parted: list[ColumnLine] = []
    right: list[ColumnLine] = []
    for line in lines:
        start = _state(line) if line.top < limit else None
        if start is None:
            parted.append(line)
            continue
        right.append(line.of(line.words[start:]))
        parted.extend([line.of(line.words[:start])] if start else [])
        parted.append(right[-1])
    return parted, right


def _state(line: ColumnLine) -> int | None:
    """Return the index of the word at which the state's name or its motto begins.

    A sentence may name the state too, in small letters.
    """
    best, found = _ALIKE, None
    for index in range(len(line.words)):
        rest = letters("".join(word.text for word in line.words[index : index + 9]))
        for said in _RIGHT_HEADS:
            alike = SequenceMatcher(None, rest[: len(said) + 2], said, autojunk=False).ratio()
            if alike > best and len(rest) <= len(said) * 1.3 and (said == _MOTTO or line.of(line.words[index:]).upper):
                best, found = alike, index
    return found


def _in_head(line: ColumnLine, right: Sequence[ColumnLine]) -> bool:
    return bool(right) and line.top <= max(one.bottom for one in right)


def _title(lines: Sequence[ColumnLine], *, known: bool) -> Title | None:
    """Return the first heading that names a kind of paper: in the middle, or in a line of its own where it is that alone."""
    for line in lines:
        if line.top < line.ratio * 1000 * _TITLE_PART and line.upper and (named := _named(line)) is not None:
            if abs(line.centre - _TEXT_MIDDLE) < _CENTRED + (0 if known else _CENTRED / 2):
                return named
            if not named.rest and named.fit == 100 and not any(one.beside(line) for one in lines if one is not line):
                return Title(line, named.kind, (), 80)
    return None


def _named(line: ColumnLine) -> Title | None:
    """Return the kind that a line begins with, as it stands or with one letter misread."""
    plain = [letters(word.text) for word in line.words]
    for fit in (100, 85):
        for kind in TITLES:
            count = _begins(plain, letters(kind), forgiving=fit < 100)
            rest = tuple(word for word in line.words[count:] if any(map(str.isalnum, word.text)))
            if count and not (rest and kind in _ALONE):
                return Title(line, kind, rest, fit)
    return None


def _begins(plain: Sequence[str], wanted: str, *, forgiving: bool) -> int:
    """Return how many words at the start of a line are the wanted ones, whatever spaces were lost or seen; else 0."""
    start = ""
    for count, word in enumerate(plain, 1):
        start += word
        if len(start) >= len(wanted) - 1:
            same = start == wanted or (forgiving and len(wanted) >= _FORGIVEN_FROM and distance(start, wanted) == 1)
            if same:
                return count
        if len(start) > len(wanted):
            break
    return 0


def row_after(zones: Zones, line: ColumnLine) -> list[ReadWord]:
    """Return the words at a line's height from its left end on, up to where the right column begins."""
    words = [
        word
        for other in zones.lines
        if other.beside(line) and other.left >= line.left
        for word in other.words
        if not zones.known or word.left + word.width / 2 < zones.axis + _ASIDE
    ]
    return sorted(words, key=lambda word: word.left)


def folded_with_places(words: Sequence[ReadWord]) -> tuple[str, list[tuple[int, int]]]:
    """Return words folded, a space between them, and where each of them starts and ends in that text.

    "ó" stays where it stands beside a digit or alone: a misread 6, and an o without its mark would be a 0.
    """
    text, places = "", []
    for word in words:
        piece = "ó".join(fold(part) for part in _SIX.split(nfc(word.text)))
        places.append((len(text), len(text) + len(piece)))
        text += piece + " "
    return text, places
