"""The words of a paper from what was stored: texts with their codes, what is missing, people, dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from services.assessment.domain import self_assessment_facts as sf
from shared.papers.model import Code, Missing, Paragraph, PersonName, Run, Runs, Style, Text
from shared.text import format_date
from shared.vocabulary.ids import PersonId


def text(words: str, *, bold: bool = False, italic: bool = False) -> Runs:
    """Return words, or what says that there are none."""
    return (Text(words, bold=bold, italic=italic),) if words.strip() else (Missing(),)


def optional(words: str) -> Runs:
    """Return words where there are some; a dash says that there need be none."""
    return (Text(words),) if words.strip() else (Text("-"),)


def person(who: PersonId | str, *, bold: bool = False) -> Runs:
    """Return a person's name, to be put in when the paper is printed."""
    return (PersonName(who, bold=bold),) if who else (Missing(),)


def date(day: dt.date | None) -> Runs:
    """Return a day as tables write it, "20/6/2026"."""
    return (Text(format_date(day)),) if day else (Missing(),)


def sentence(written: sf.Sentence) -> Runs:
    """Return a sentence as it was typed, its codes kept from breaking."""
    if not written.codes:
        return (Text(written.text),)
    named = "|".join(re.escape(code) for code in sorted(written.codes, key=len, reverse=True))
    runs: list[Run] = []
    for number, part in enumerate(re.split(rf"({named})", written.text)):
        if part:
            runs.append(Code(part) if number % 2 else Text(part))
    return tuple(runs)


def paragraphs(sentences: Sequence[sf.Sentence], style: Style = Style.BODY) -> list[Paragraph]:
    """Return written sentences in the paragraphs in which they were typed."""
    found: list[list[Run]] = []
    for written in sentences:
        if written.starts_paragraph or not found:
            found.append([])
        else:
            found[-1].append(Text(" "))
        found[-1] += sentence(written)
    return [Paragraph(tuple(runs), style) for runs in found] or [Paragraph((Missing(),), style)]


def lines(words: str, style: Style = Style.BODY) -> list[Paragraph]:
    """Return a text that people typed, a paragraph a line; what says that it is missing when there is none."""
    typed = [line.strip() for line in words.splitlines() if line.strip()]
    return [Paragraph((Text(line),), style) for line in typed] or [Paragraph((Missing(),), style)]


def plain(words: str, style: Style = Style.BODY, *, bold: bool = False, keep: bool = False) -> Paragraph:
    """Return a paragraph of our own words."""
    return Paragraph((Text(words, bold=bold),), style, keep_with_next=keep)


def mixed(*runs: Run, style: Style = Style.BODY, keep: bool = False) -> Paragraph:
    """Return a paragraph of our own words with what is put in between them."""
    return Paragraph(runs, style, keep_with_next=keep)
