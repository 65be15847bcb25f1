"""The words that composers of papers have in common: typed texts, what is missing, people, days, levels, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from shared.papers.model import Align, Cell, Column, Missing, Paragraph, PartialDate, PersonName, Row, Run, Runs, Style, Text
from shared.papers.wording import date_words
from shared.text import format_date

NOT_CONCLUDED: Runs = (Missing("chưa kết luận"),)
"""What stands where not everything was judged yet."""


# --- inside a line


def text(words: str, *, bold: bool = False, italic: bool = False) -> Runs:
    """Return words, or what says that there are none."""
    return (Text(words, bold=bold, italic=italic),) if words.strip() else (Missing(),)


def optional(words: str) -> Runs:
    """Return words where there are some; a dash says that there need be none."""
    return (Text(words),) if words.strip() else (Text("-"),)


def person(who: str, *, bold: bool = False) -> Runs:
    """Return a person's name, to be put in when the paper is printed."""
    return (PersonName(who, bold=bold),) if who else (Missing(),)


def date(day: dt.date | None) -> Runs:
    """Return a day as tables write it, "20/6/2026"."""
    return (Text(format_date(day)),) if day else (Missing(),)


def long_date(day: dt.date) -> str:
    """Return a day as papers write it, "ngày 05 tháng 02 năm 2026"."""
    return date_words(PartialDate.of(day))


def school_year(year: str) -> str:
    """Return a school year as papers write it, "2026 - 2027"."""
    return year.replace("-", " - ")


def school_level(level: int | None) -> Runs:
    """Return the level that a school is found at, in the middle of a sentence: "đạt Mức 2"; None: not concluded."""
    if level is None:
        return NOT_CONCLUDED
    return (Text(f"đạt Mức {level}" if level else "chưa đạt Mức 1"),)


def criterion_level(level: int | None) -> Runs:
    """Return the level that a criterion reached, "Đạt Mức 2"; None: not everything was judged yet."""
    if level is None:
        return NOT_CONCLUDED
    return (Text(f"Đạt Mức {level}" if level else "Không đạt"),)


# --- paragraphs


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


def article(number: int, words: str) -> Paragraph:
    """Return an article of a decision, "Điều 1. …"."""
    return Paragraph((Text(f"Điều {number}.", bold=True), Text(f" {words}")), Style.ARTICLE)


def bases(*grounds: str) -> list[Paragraph]:
    """Return the legal bases of a paper, each given without its punctuation; the last ends with a full stop."""
    return [
        plain(f"{ground}{'.' if number == len(grounds) else ';'}", Style.LEGAL_BASIS)
        for number, ground in enumerate(grounds, start=1)
    ]


# --- tables


def header(titles: Iterable[str]) -> tuple[Row, ...]:
    """Return a header of one row."""
    return (Row(tuple(Cell((Text(title),)) for title in titles)),)


def columns(*widths: float, centred: int = 0) -> tuple[Column, ...]:
    """Return columns of these widths in millimetres; what stands in the first `centred` of them stands in the middle."""
    return tuple(Column(width, Align.CENTER if place < centred else Align.LEFT) for place, width in enumerate(widths))


def row(*cells: Runs) -> Row:
    """Return a row of plain cells."""
    return Row(tuple(Cell(cell) for cell in cells))
