"""Takes a text apart into sentences, each with the evidence codes that stand in it, and puts it together again.

A sentence ends at “.”, “!”, “?” or “…” before a space, but not after an abbreviation (“TS.”, “Đ. 12”), a number of a date or
a mark that counts (“1.”, “a.”). Codes behind the stop belong to the sentence before: CV 5932/BGDĐT-QLCL mục 3 d writes them
after the statement, TT57/2026 PL IV I.3 before its stop.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from services.assessment.domain.self_assessment_facts import Sentence
from shared.rulebook import Rulebook

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LISTED = re.compile(r"\n(?=[^\S\n]*(?:[-–+•*]|\d{1,2}[.)]|[a-zđ]\))[^\S\n])")
"""A line that begins as an item of a list: it is a paragraph of its own, as it looks."""

_STOP = re.compile(r"(?P<stop>[.!?…]+)[\"”’»)\]]*(?=\s|$)")
_NEXT_LETTER = re.compile(r"\S")
_COUNTING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]+|[A-Za-zĐđ])")
_OF_A_DATE = re.compile(r"\d{1,2}")
_OPENING = '"“‘«(['

_TITLES = frozenset(
    {"ts", "ths", "pgs", "gs", "tskh", "bs", "ks", "cn", "ngưt", "ngnd", "nxb", "vd", "mr", "mrs", "ms", "dr"}
)
"""Abbreviations that never end a sentence: a name or a word follows."""

_BEFORE_A_NUMBER = frozenset(
    {"Đ", "K", "k", "T", "t", "Tr", "tr", "TT", "QĐ", "NĐ", "CV", "KH", "ĐT", "Tel", "tel", "No", "S"}
)
"""Abbreviations that end no sentence before a number: “Đ. 12”, “tr. 5”."""

_BEFORE_A_PLACE = frozenset({"H", "X", "P", "Q", "T", "TP", "Tp", "TX", "Tx", "TT"})
"""Abbreviations that end no sentence before a name: “H. Chi Lăng”, “TP. Lạng Sơn”."""

_AND_SO_ON = frozenset({"v.v", "vv", "V.v"})


def sentences_of(text: str, rulebook: Rulebook) -> tuple[Sentence, ...]:
    """Return the sentences of a text in their order; a blank line begins a paragraph."""
    return tuple(
        Sentence(text=sentence, codes=rulebook.codes_in(sentence), starts_paragraph=first)
        for paragraph in _paragraphs(text)
        for sentence, first in _split(paragraph, rulebook)
    )


def text_of(sentences: Iterable[Sentence]) -> str:
    """Return the text of sentences: one space between them, a blank line between paragraphs."""
    text = ""
    for sentence in sentences:
        before = ("\n\n" if sentence.starts_paragraph else " ") if text else ""
        text += before + sentence.text
    return text


def _paragraphs(text: str) -> Iterator[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for block in _BLANK_LINE.split(lines):
        for paragraph in _LISTED.split(block):
            whole = " ".join(line.strip() for line in paragraph.split("\n") if line.strip())
            if whole:
                yield whole


def _split(paragraph: str, rulebook: Rulebook) -> Iterator[tuple[str, bool]]:
    """Yield each sentence of a paragraph, and whether it is the first."""
    codes_behind = _codes_behind(rulebook.document.evidence_code.brackets)
    start = 0
    for stop in _STOP.finditer(paragraph):
        if stop.start() < start or not _ends(paragraph, start, stop):
            continue
        end, behind = stop.end(), codes_behind.match(paragraph, stop.end())
        if behind and rulebook.codes_in(behind[0]):
            end = behind.end()
        yield paragraph[start:end].strip(), start == 0
        start = end
    if rest := paragraph[start:].strip():
        yield rest, start == 0


@functools.cache
def _codes_behind(brackets: str) -> re.Pattern[str]:
    before, after = map(re.escape, brackets)
    group = rf"{before}[^{before}{after}]*{after}"
    return re.compile(rf"\s*{group}(?:\s*[;,]?\s*{group})*[.;]?")


def _ends(paragraph: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether a stop ends the sentence that begins at `start`."""
    letter = _NEXT_LETTER.search(paragraph, stop.end())
    follows = letter[0] if letter else ""
    if stop["stop"] != "." or not follows:
        return True
    begins = max(paragraph.rfind(" ", start, stop.start()) + 1, start)
    word = paragraph[begins : stop.start()].lstrip(_OPENING)
    if word.casefold() in _TITLES:
        return False
    if word in _AND_SO_ON:
        return follows.isupper()
    if not paragraph[start:begins].strip() and _COUNTING.fullmatch(word):
        return False
    if follows.isdecimal():
        return word not in _BEFORE_A_NUMBER and not _OF_A_DATE.fullmatch(word)
    return not (follows.isupper() and word in _BEFORE_A_PLACE)
