"""Where in a printed paper a line stands: under which heading, and in which part of a criterion's sheet.

Printed text keeps no looks, so headings are known by how the papers of this system word them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from shared.vocabulary.self_assessment import PaperKind, SheetPart

_LONGEST_HEADING = 160
_HEADING = re.compile(
    r"(?:Mức \d+|\d+(?:\.\d+)*\. .*|[IVX]+\. .*|Phần [IVX]+\b.*|Phụ lục\b.*|DANH SÁCH|Tiêu chuẩn \d+[.:].*"
    r"|Tiêu chí \d+(?:\.\d+)+\b.*|Điều \d+\..*)"
)
_ENDS_SENTENCE = re.compile(r"[.;!?]\s*$")
_PARTS = {
    "1. Mô tả hiện trạng": SheetPart.STATUS,
    "2. Điểm mạnh": SheetPart.STRENGTHS,
    "3. Điểm yếu": SheetPart.WEAKNESSES,
    "4. Kế hoạch cải tiến chất lượng": SheetPart.IMPROVEMENT,
    "5. Tự đánh giá": SheetPart.RESULT,
}
_ORDER = list(_PARTS.values())
_LEVEL = re.compile(r"(?:\d+\.\d+\. )?Mức (\d{1,2})")


class Place(msgspec.Struct, frozen=True):
    """The heading above a line, '' for none; in a criterion's sheet also the part, and the level of a status."""

    heading: str = ""
    part: SheetPart | None = None
    level: int = 0


def is_heading(line: str) -> bool:
    """Say whether a printed line words like a heading; an article's first words may, its sentences do not."""
    return len(line) <= _LONGEST_HEADING and _HEADING.fullmatch(line) is not None and not _ENDS_SENTENCE.search(line)


def places(lines: Sequence[str], kind: str) -> list[Place]:
    """Return the place of each printed line, and at the end that of what would follow them.

    A heading stands under the one before it. Parts and levels are told only for a criterion's sheet, and only in the order
    in which the sheet has them: what somebody wrote like a heading further down begins no part again.
    """
    return list(_places(lines, parted=kind == PaperKind.CRITERION_SHEET.value))


def _places(lines: Sequence[str], *, parted: bool) -> Iterator[Place]:
    here = Place()
    for line in lines:
        yield here
        if not is_heading(line):
            continue
        here = msgspec.structs.replace(here, heading=line)
        if not parted:
            continue
        begun, level = _PARTS.get(line), _LEVEL.fullmatch(line)
        if begun is not None and (here.part is None or _ORDER.index(begun) > _ORDER.index(here.part)):
            here = Place(line, begun)
        elif level and here.part is SheetPart.STATUS and int(level[1]) > here.level:
            here = Place(line, SheetPart.STATUS, int(level[1]))
    yield here
