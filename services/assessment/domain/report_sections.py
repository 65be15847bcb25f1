"""The parts of a self-assessment report that belong to no criterion, with a key for each, read from the circular's form.

A key says where the part stands: “I.2” (TT57/2026, Biểu 1), “II.A.3” (CV 5932, Phụ lục 6); where the form has a part at each
standard, the standard's number and the part's name follow: “II.B.I.2.mo-dau”. Keys are stored in the log: they stay as
long as the form's headings do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from shared.rulebook import Rulebook
from shared.text import fold

REPORT_FORM = "bao_cao_tdg"

_HEADING = re.compile(r"(?P<mark>[IVX]+)\s+(?P<rest>.+)", re.DOTALL)
_PART = re.compile(r"(?P<mark>\d+[a-z]?|[IVX]+|[A-ZĐ])\s+(?P<rest>.+)", re.DOTALL)
_NOT_IN_BRACKETS = re.compile(r";\s*(?![^(]*\))")
_WITH_ITEMS = re.compile(r"(?P<title>[^(]+?)\s*\((?P<items>.+)\)\s*", re.DOTALL)
_AT_EACH_STANDARD = re.compile(r"(?P<title>.+?) theo tiêu chuẩn: (?P<names>.+)", re.DOTALL)
_WRITTEN_THERE = "mỗi "
_AT_STANDARDS = "mỗi tiêu chuẩn"
_CRITERION = "tiêu chí"


class ReportSection(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the report: its key, and its heading as the form has it."""

    key: str
    title: str


def report_sections(rulebook: Rulebook) -> tuple[ReportSection, ...]:
    """Return the parts of the report that are written as such, in the form's order; none where the circular has no form."""
    found: dict[str, ReportSection] = {}
    for heading in _headings(rulebook):
        for section in _sections(heading, rulebook):
            found.setdefault(section.key, section)
    return tuple(found.values())


def standards_are_described(rulebook: Rulebook) -> bool:
    """Say whether strengths and limits are written at each standard (TT57/2026), not at each criterion (2018)."""
    return any(_AT_STANDARDS in heading for heading in _headings(rulebook))


def _headings(rulebook: Rulebook) -> list[str]:
    return [heading for form in rulebook.forms if form.id == REPORT_FORM for heading in form.sections]


def _sections(heading: str, rulebook: Rulebook) -> Iterator[ReportSection]:
    numbered = _HEADING.fullmatch(heading)
    if numbered is None:
        return
    mark, rest = numbered["mark"], numbered["rest"]
    title, colon, own = rest.partition(": ")
    if own.startswith(_WRITTEN_THERE):
        return
    if colon and "(" not in title:
        part = _PART.fullmatch(own)
        key = f"{mark}.{part['mark']}" if part else f"{mark}.{_slug(own)}"
        yield ReportSection(key=key, title=f"{title}: {part['rest'] if part else own}")
        return
    parts = [_PART.fullmatch(part) for part in _NOT_IN_BRACKETS.split(rest)]
    if all(parts):
        for part in parts:
            assert part is not None
            yield from _items(f"{mark}.{part['mark']}", part["rest"], rulebook)
    else:
        yield ReportSection(key=mark, title=rest)


def _items(key: str, text: str, rulebook: Rulebook) -> Iterator[ReportSection]:
    """Yield the items that stand in brackets behind a heading, or the heading itself."""
    whole = _WITH_ITEMS.fullmatch(text)
    items = [_PART.fullmatch(item) for item in whole["items"].split("; ")] if whole else []
    if whole is None or not all(items):
        yield ReportSection(key=key, title=text)
        return
    for item in items:
        assert item is not None
        own, title = f"{key}.{item['mark']}", f"{whole['title']}: {item['rest']}"
        at_each = _AT_EACH_STANDARD.fullmatch(item["rest"])
        if at_each:
            yield from _of_standards(own, at_each["names"], rulebook)
        else:
            yield ReportSection(key=own, title=title)


def _of_standards(key: str, names: str, rulebook: Rulebook) -> Iterator[ReportSection]:
    for standard in rulebook.standards:
        for name in names.split(", "):
            if name != _CRITERION:
                yield ReportSection(
                    key=f"{key}.{standard.number}.{_slug(name)}", title=f"Tiêu chuẩn {standard.number}: {name}"
                )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
