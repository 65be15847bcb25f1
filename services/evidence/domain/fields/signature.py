"""The block at the lower right: offices one under the other, seal and signature, and under them the name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import msgspec

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.grammar import distance, is_name
from services.evidence.domain.fields.lines import ColumnLine, letters
from services.evidence.domain.fields.spelling import is_surname, repeated, surname
from services.evidence.domain.fields.vocabulary import HEADS, OTHER_OFFICES
from services.evidence.domain.text import SIGNER, ReadWord
from shared.text import fold, nfc

_FOR = re.compile(r"^(tm|kt|tl|tuq|q|t/m|k/t)\b[. ]*")
_TITLES = re.compile(r"^(th\.?\s?s|ts|gs|pgs|cn|bs|ong:|ba:)\.?$")
_RIGHT = 545.0
_ASIDE = 45.0
_RECEIVERS = "noi nhan"
_MINUTES = "bienban"
_FOOT = 60.0
_DATED = re.compile(r", ng[a-z]{2} .*\d$")
"""A place and the date, and nothing after it."""
_DEEPEST = 260.0
"""The name stands at most this far under the office, in thousandths of the page's width (A4: 55 mm)."""


_SIGNED = re.compile(r"(da )?ky\b|dong dau\b|ghi ro\b|ho (va )?ten\b")
"""That a paper was signed, or how it is to be; no name."""
_UNSURE = 50
_FEW = 2
_NO_SURNAME = "thị"
"""A name that begins so has lost its first word."""
_LEVEL = 120.0
"""Who signs beside another stands at most this much higher or lower."""


class _Office(msgspec.Struct, frozen=True):
    line: ColumnLine
    rank: int
    """2 the head of a body or the chair, 1 somebody else, 0 "TM.", "KT." alone."""


def signer(lines: Sequence[ColumnLine]) -> ExtractedField | None:
    """Return who signed on a page: the name under its last office."""
    offices = [office for line in lines if (office := _office(line)) is not None]
    found: list[tuple[int, float, ExtractedField]] = []
    for block in _blocks(offices):
        field = _name_under(block, lines, offices)
        if field is not None:
            found.append((max(office.rank for office in block), block[0].line.centre, field))
    return max(found, key=lambda one: one[:2])[2] if found else _without_office(lines)


def _without_office(lines: Sequence[ColumnLine]) -> ExtractedField | None:
    """Return the name beside "Nơi nhận:", under the date at the lower right or lowest on minutes: the office was lost."""
    receivers = [line.top for line in lines if line.folded.startswith(_RECEIVERS) and line.left < _RIGHT]
    end = max(line.bottom for line in lines)
    minutes = any(letters(line.text) == _MINUTES and line.upper for line in lines)
    dated = [
        line.bottom for line in lines if line.left > _RIGHT - _ASIDE and line.top > end / 2 and _DATED.search(line.folded)
    ]
    if not receivers and not minutes and not dated:
        return None
    start = receivers[-1] - lines[0].height if receivers else end - _FOOT if minutes else dated[-1]
    for line in reversed(lines):
        if start < line.top < start + _DEEPEST and _office(line) is None:
            for words in _names(line):
                if (
                    line.of(words).centre > _RIGHT + _ASIDE
                    and line.of(words).left > line.left - _ASIDE
                    and is_surname(_clean(words[0]))
                ):
                    return _named(words, lines, 55)
    return None


def _office(line: ColumnLine) -> _Office | None:
    """Return the office that a line names, or None: it is written in capitals, and little else stands beside it."""
    said = re.sub(r"[^a-z ]", " ", fold(line.text))
    before = _FOR.match(fold(line.text).strip(" .,:;-|'\"*"))
    said = " ".join(said.split())
    if not (line.upper or before) or len(said) > 60:
        return None
    plain = _FOR.sub("", said).strip()
    if before and plain:
        return _Office(line, 2)
    for rank, offices in ((1, OTHER_OFFICES), (2, HEADS)):
        if any(plain == office or plain.startswith(office + " ") or _nearly(plain, office) for office in offices):
            return _Office(line, rank)
    return None


def _nearly(plain: str, office: str) -> bool:
    return len(office) >= 8 and distance(plain, office, 2) <= (2 if len(office) >= 11 else 1)


def _blocks(offices: Sequence[_Office]) -> list[list[_Office]]:
    """Return the offices that stand under each other, each block from the top, those that stand lowest on the page."""
    blocks: list[list[_Office]] = []
    for office in offices:
        for block in blocks:
            last = block[-1].line
            near = office.line.top - last.bottom < 2 * office.line.height
            if near and not office.line.beside(last) and abs(office.line.centre - last.centre) < 70:
                block.append(office)
                break
        else:
            blocks.append([office])
    lowest = max((block[-1].line.top for block in blocks), default=0.0)
    return [block for block in blocks if lowest - block[-1].line.top < _LEVEL]


def _name_under(block: Sequence[_Office], lines: Sequence[ColumnLine], offices: Sequence[_Office]) -> ExtractedField | None:
    office = block[-1].line
    alone = not any(other.line.beside(office) and other.line is not office for other in offices)
    if alone and office.centre < _RIGHT:
        return None
    best: tuple[float, ExtractedField] | None = None
    for line in lines:
        if not office.bottom - office.height / 2 < line.top < office.bottom + _DEEPEST or _office(line) is not None:
            continue
        for words in _names(line):
            named = line.of(words)
            aside = abs(named.centre - office.centre)
            if aside > 130:
                continue
            known = is_surname(_clean(words[0]))
            fit = max(40, 100 - (0 if known else 20) - (0 if aside < 60 else 20) - (15 if block[-1].rank < 1 else 0))
            # The lowest of the likely ones: what stands between office and name is seal and pen.
            score = fit + 0.1 * (line.top - office.bottom) - 0.2 * aside
            if best is None or score > best[0]:
                best = score, _named(words, lines, fit)
    return best[1] if best else None


def _named(words: Sequence[ReadWord], lines: Sequence[ColumnLine], fit: int) -> ExtractedField:
    """Return the name with the spelling that it can have alone, or that the page has where it says it again."""
    read = _parts(words)
    again = repeated(words, [word for line in lines for word in line.words]) if len(read) == len(words) else None
    if again is not None:
        spelled = [part.upper() if own.isupper() else part.title() for part, own in zip(again, read, strict=True)]
    else:
        spelled = [surname(read[0], words[0].confidence), *read[1:]]
    mended = 10 if spelled != read else 0
    return ExtractedField(name=SIGNER, value=" ".join(spelled), page=lines[0].page, words=tuple(words), fit=fit - mended)


def _names(line: ColumnLine) -> Iterator[list[ReadWord]]:
    """Return the runs of words that can be a name, without titles before and rubbish around."""
    run: list[ReadWord] = []
    for word in (*line.words, None):
        clean = _clean(word) if word is not None else ""
        if word is not None and clean.isalpha() and clean[0].isupper() and not _TITLES.match(fold(word.text)):
            run.append(word)
            continue
        named = _without_pen(run)
        if _is_signer(_parts(named)) and not _of_capitals(named, line):
            yield named
        run = []


def _is_signer(parts: list[str]) -> bool:
    """Say whether words name a person as a paper is signed; of two words the first is a surname, or one is lost."""
    if not is_name(parts) or parts[0].casefold() == _NO_SURNAME or _SIGNED.match(fold(" ".join(parts))):
        return False
    return len(parts) > _FEW or is_surname(parts[0])


def _of_capitals(run: Sequence[ReadWord], line: ColumnLine) -> bool:
    """Say whether a run in capitals is part of more: "M.UY BAN NHÂN DÂN" names nobody."""
    others = [word for word in line.words if word not in run and not _TITLES.match(fold(word.text))]
    more = letters("".join(word.text for word in others if word.confidence >= _UNSURE))
    capitals = all(word.text.isupper() for word in run)
    return capitals and (len(more) > 1 or _office(line.of(run)) is not None)


def _without_pen(run: list[ReadWord]) -> list[ReadWord]:
    """Return a run without the words at its ends that were read unsurely, where a surname begins what is left."""
    sure = [index for index, word in enumerate(run) if word.confidence >= _UNSURE]
    if not sure:
        return run
    first = _clean(run[sure[0]])
    start = sure[0] if is_surname(first) and first.casefold() != _NO_SURNAME else 0
    end = sure[-1] + 1 if sure[-1] - start >= 1 and is_surname(_clean(run[start])) else len(run)
    return run[start:end]


def _parts(words: Sequence[ReadWord]) -> list[str]:
    """Return the words of a name; what was read as one is parted before a capital: "ThanhMến"."""
    return [part for word in words for part in _parted(_clean(word))]


def _parted(word: str) -> list[str]:
    starts = [0, *(n for n in range(2, len(word) - 1) if word[n].isupper() and word[n - 1].islower()), len(word)]
    return [word[start:end] for start, end in itertools.pairwise(starts)]


def _clean(word: ReadWord) -> str:
    return nfc(word.text).strip(".,:;'\"’‘`*|_-–—()[]{}<>~^")
