"""The date of a paper: in the right column of its head, above the signature of a list, or in the first lines of minutes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.evidence.domain.fields.extracted import ExtractedField
from services.evidence.domain.fields.grammar import date_in
from services.evidence.domain.fields.lines import ColumnLine
from services.evidence.domain.fields.zones import Zones, folded_with_places
from services.evidence.domain.text import ReadWord
from shared.text import fold, format_date

_MINUTES = "Biên bản"
_PLACED = re.compile(r"(^\W*|,\s*|^[^\d,]{0,24})ng[a-z]{2} .*\d\W*$")
"""A place, the date and nothing after it; "Sinh ngày …, lớp 5A" is none."""


def issued(zones: Zones, last: Sequence[ColumnLine]) -> ExtractedField | None:
    """Return the day on which the paper was issued; dates of what it cites are none.

    `last` are the lines of the page with the signature: a list without a number has its date there.
    """
    column = [word for line in zones.right_column for word in line.words]
    page = zones.lines[0].page
    found = _dated(column, page, 100 if zones.known else 90)
    if found is None and zones.label is not None:
        # Read as one line with the number, or in a column that is set wider.
        beside = [word for line in zones.lines if line.beside(zones.label) for word in line.words]
        found = _dated(sorted(beside, key=lambda word: word.left), page, 95)
    if found is None and zones.title is not None and zones.title.kind == _MINUTES:
        body = [line for line in zones.lines if line.top > zones.title.line.bottom]
        found = next((one for line in body[:8] if (one := _dated(line.words, page, 70))), None)
    return found or _above_signature(zones.lines) or (None if zones.label else _above_signature(last))


def _above_signature(lines: Sequence[ColumnLine]) -> ExtractedField | None:
    """Return the date of "Xã …, ngày … tháng … năm …" in the lower right, where lists and forms have theirs."""
    for line in reversed(lines):
        if line.centre > 560 and line.left > 420 and line.top >= lines[0].top and _PLACED.search(fold(line.text)):
            found = _dated(line.words, line.page, 80)
            if found is not None:
                return found
    return None


def _dated(words: Sequence[ReadWord], page: int, fit: int) -> ExtractedField | None:
    text, places = folded_with_places(words)
    found = date_in(text)
    if found is None:
        return None
    date, start, end, mended = found
    kept = tuple(word for word, (left, right) in zip(words, places, strict=True) if left < end and right > start)
    return ExtractedField(
        name="ngay_ban_hanh", value=format_date(date), page=page, words=kept, fit=fit - (25 if mended else 0)
    )
