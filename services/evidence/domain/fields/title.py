"""The title in the middle: the kind of the paper and what it is about; a letter has V/v under its number instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.grammar import code_in, school_years
from services.evidence.domain.fields.lines import ColumnLine
from services.evidence.domain.fields.spelling import surer
from services.evidence.domain.fields.vocabulary import OTHER_TITLES
from services.evidence.domain.fields.zones import ABOUT, Zones, starts_body
from services.evidence.domain.text import ReadWord
from shared.text import KINDS, fold, nfc

_MOST_LINES = 6
_WHITE = 1.15
"""White higher than this many heights of a line ends what a paper is about."""
_AUTHORITIES = (
    "hieu truong",
    "chu tich",
    "uy ban nhan dan",
    "hoi dong",
    "giam doc",
    "truong phong",
    "bi thu",
    "ban giam hieu",
)
"""Who decides, in capitals in the middle, under what a decision is about."""
_SIGNS = frozenset("-–&+,;:")
"""What may stand between spaces in a sentence; other signs alone are spots."""
_SHORTENED = 3
"""A word of so many letters may be shortened: "tr.", "TP."."""
_OFF_CENTRE = 45.0
_SPACE, _NEARLY, _WIDER = 8, 25, 1.2
_LISTED = re.compile(r"\s*(\(|[-+]\s*[^\W\d])")
"""A bracket ("Kèm theo …") or an item of a list; "- 2027" carries on a school year."""


def kind(zones: Zones, own: ExtractedField | None) -> ExtractedField | None:
    """Return the kind of the paper: what its title says, else what the mark of its number says."""
    if zones.title is not None:
        title = zones.title
        words = tuple(word for word in title.line.words if word not in title.rest)
        return ExtractedField(name="loai_van_ban", value=title.kind, page=title.line.page, words=words, fit=title.fit)
    if own is not None:
        code = code_in(own.value)
        named = KINDS.get(code.kind, "") if code is not None else ""
        letter = zones.subject is not None or any(fold(line.text).startswith("kinh gui") for line in zones.lines)
        if named or letter:
            value = named or KINDS["CV"]
            return ExtractedField(name="loai_van_ban", value=value, page=own.page, words=own.words, fit=85)
    if zones.subject is not None:
        return ExtractedField(
            name="loai_van_ban", value=KINDS["CV"], page=zones.subject.page, words=zones.subject.words[:1], fit=75
        )
    return None


def abstract(zones: Zones) -> ExtractedField | None:
    """Return what the paper is about: the lines under its kind, or after V/v; several lines are one text."""
    if zones.title is not None:
        return _under_title(zones)
    if zones.subject is not None:
        return _after_about(zones, zones.subject)
    return None


def _under_title(zones: Zones) -> ExtractedField | None:
    assert zones.title is not None
    title = zones.title
    words, before = list(title.rest), title.line
    whole = False
    for line in _rows(zones, title.line):
        if _is_rule(line):
            # A spot, or the short line that ends what a paper is about.
            continue
        introduces = title.kind in OTHER_TITLES and line.text.endswith(":")
        decides = words and line.upper and not line.of(words).upper
        if (
            introduces
            or decides
            or _ends(line, before, title.line, first=not words)
            or (words and _runs(line, before, zones))
        ):
            whole = True
            break
        words.extend(line.words)
        before = line
    return _field(words, zones, title.line.page, 100 if whole else 75)


def _rows(zones: Zones, title: ColumnLine) -> list[ColumnLine]:
    """Return the lines below the title, pieces at one height put together."""
    rows: list[ColumnLine] = []
    for line in zones.lines:
        if line.top <= title.top or line.beside(title):
            continue
        if rows and rows[-1].beside(line):
            rows[-1] = line.of(sorted((*rows[-1].words, *line.words), key=lambda word: word.left))
        else:
            rows.append(line)
    return rows[:_MOST_LINES]


def _is_rule(line: ColumnLine) -> bool:
    return sum(map(str.isalnum, line.text)) < 2


def _ends(line: ColumnLine, before: ColumnLine, title: ColumnLine, *, first: bool) -> bool:
    if starts_body(line) or _LISTED.match(line.text):
        return True
    if line.upper and fold(line.text).startswith(_AUTHORITIES):
        return True
    white = line.top - before.bottom
    if white > (2 * _WHITE if first else _WHITE) * max(line.height, before.height):
        return True
    return min(abs(line.centre - title.centre), abs(line.left - title.left)) > _OFF_CENTRE


def _runs(line: ColumnLine, before: ColumnLine, zones: Zones) -> bool:
    """Say whether a line is one of running text: it begins with a capital, fills its measure, and the line before was free.

    What a paper is about is set in the middle: its first word would have stood on the line before.
    """
    measure = max(other.right for other in zones.lines)
    room = before.right - before.left + line.words[0].width + _SPACE
    return line.text[:1].isupper() and line.right > measure - _NEARLY and line.right - line.left > _WIDER * room


def _after_about(zones: Zones, subject: ColumnLine) -> ExtractedField | None:
    words: list[ReadWord] = []
    before: ColumnLine | None = None
    for line in zones.lines:
        if line.top < subject.top or (zones.known and line.centre > zones.axis + 15):
            continue
        if before is not None and (starts_body(line) or _apart(before, line) or _is_rule(line)):
            break
        words.extend(line.words)
        before = line
    told = ABOUT.match(subject.text) is not None
    return _field(words, zones, subject.page, (100 if zones.known else 85) - (0 if told else 25))


def _apart(before: ColumnLine, line: ColumnLine) -> bool:
    return line.top - before.bottom > _WHITE * max(line.height, before.height)


def _field(words: Sequence[ReadWord], zones: Zones, page: int, fit: int) -> ExtractedField | None:
    kept = [word for word in words if any(map(str.isalnum, word.text)) or word.text in _SIGNS]
    told = surer(kept, [word for line in zones.lines for word in line.words])
    mended = told != [word.text for word in kept]
    told = [_without_spots(*near) for near in zip(told, ["", *told], [*told[1:], ""], strict=False)]
    read = nfc(" ".join(told)).strip(" _–—-|~.,;:*")
    text = school_years(read)
    mended = mended or text != read
    about = ABOUT.match(text)
    value = text[about.end() :] if about else text
    if sum(map(str.isalpha, value)) < 4:
        return None
    return ExtractedField(name="trich_yeu", value=value, page=page, words=tuple(kept), fit=fit - (10 if mended else 0))


def _without_spots(word: str, before: str, after: str) -> str:
    """Return a word without a sign glued to its front, or a full stop before a small letter; "2026 -2027" keeps its own."""
    bare = word.lstrip("-–—.,:;_~")
    kept = bare if bare and not before[-1:].isdecimal() else word
    return kept.rstrip(".") if after[:1].islower() and len(kept) > _SHORTENED else kept
