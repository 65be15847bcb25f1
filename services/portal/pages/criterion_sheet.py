"""The sheet of one criterion on paper: heading, what the law asks, what the school found, the result, signatures last.

The order and the words are those of the regime's form (the rulebook's `forms`): Phụ lục 5a and 5b of 2018 have a sheet for
each criterion; TT57/2026 has none, there it is the criterion's part of the report (Biểu 1).
"""

from __future__ import annotations

import msgspec

from services.portal.pages import formatting
from services.portal.pages.papers import whole_criterion
from services.portal.pages.rulebook_labels import RulebookLabels
from services.portal.web.context import directory
from shared.contracts.calls.assessment import CriterionView, EvidenceView, IndicatorView, LevelView
from shared.rulebook.document import Form
from shared.rulebook.loader import load_library
from shared.rulebook.model import Rulebook
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.ids import SchoolCode

_OF_A_CRITERION, _OF_LEVEL_FOUR, _OF_THE_REPORT = "phieu_danh_gia_tieu_chi", "phieu_muc_4", "bao_cao_tdg"
_UNITS = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """Who issues a paper: the body above, the school, and the place that stands before the date."""

    superior: str
    school: str
    place: str


def letterhead(school: SchoolCode) -> Letterhead:
    """Return the heading of a school's papers; a school the directory does not know yet is named by its code."""
    entry = directory().school(school)
    if entry is None:
        return Letterhead(superior="", school=school, place="")
    commune = directory().commune(entry.commune)
    name = commune.name if commune else ""
    if entry.kind == SchoolKind.UPPER_SECONDARY:
        superior = "SỞ GIÁO DỤC VÀ ĐÀO TẠO"
    else:
        superior = f"ỦY BAN NHÂN DÂN {name.upper()}" if name else ""
    unit = next((unit for unit in _UNITS if name.startswith(unit)), "")
    return Letterhead(superior=superior, school=entry.name.upper(), place=name.removeprefix(unit))


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator: `letter` is empty where a level has only one."""

    letter: str
    text: str
    result: Result
    note: str
    codes: str


class SheetLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One level of the criterion with what its indicators came to."""

    number: int
    lines: list[SheetLine]

    @property
    def result(self) -> Result:
        """Met when all is met or does not apply, not met when one is not, else not assessed."""
        found = {line.result for line in self.lines} - {Result.NOT_APPLICABLE}
        if Result.NOT_MET in found:
            return Result.NOT_MET
        return Result.NOT_ASSESSED if Result.NOT_ASSESSED in found else Result.MET


class CriterionSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper says. `layout` is pairs (two columns a level, 2018), plain (Mức 4) or rows (Biểu 1 of 2026)."""

    head: Letterhead
    layout: str
    source: str
    columns: list[str]
    levels: list[SheetLevel]
    remarks: list[tuple[str, str]]
    codes: str
    result: str
    state: str

    @property
    def rows(self) -> list[list[SheetLine | None]]:
        """The indicators side by side, one row a letter; None where a level has no such letter."""
        longest = max((len(level.lines) for level in self.levels), default=0)
        return [[level.lines[k] if k < len(level.lines) else None for level in self.levels] for k in range(longest)]


def sheet(view: CriterionView, labels: RulebookLabels) -> CriterionSheet:
    """Return the sheet of a criterion under the law of its cycle."""
    book = load_library().get(labels.id)
    forms = {form.id: form for form in book.forms}
    form, layout = _form(forms, beyond=any(c.code == view.criterion for c in labels.beyond))
    numbers = sorted({indicator.level for indicator in view.indicators})
    return CriterionSheet(
        head=letterhead(view.school),
        layout=layout,
        source=f"{form.title}, {form.source}" if form else labels.circular,
        columns=list(form.columns) if form else [],
        levels=[SheetLevel(number=n, lines=[_line(book, i) for i in view.indicators if i.level == n]) for n in numbers],
        remarks=list(zip(_headings(forms), (view.strengths, view.weaknesses, view.improvement), strict=True)),
        codes=_codes(book, whole_criterion(view)),
        result=result_words(view.levels[Layer.SCHOOL]),
        state=f"Đã trình ngày {formatting.date(view.submitted_on)}" if view.submitted_on else "Bản nháp, chưa trình",
    )


def result_words(level: LevelView) -> str:
    """Return what a criterion came to: "Đạt Mức 2", "Không đạt", or that it is not concluded."""
    if level.level is None:
        return f"Chưa kết luận (thấp nhất {formatting.level(level.floor)}, cao nhất {formatting.level(level.ceiling)})"
    return f"Đạt {formatting.level(level.level)}" if level.level else "Không đạt"


def _form(forms: dict[str, Form], *, beyond: bool) -> tuple[Form | None, str]:
    if beyond and _OF_LEVEL_FOUR in forms:
        return forms[_OF_LEVEL_FOUR], "plain"
    if _OF_A_CRITERION in forms:
        return forms[_OF_A_CRITERION], "pairs"
    return forms.get(_OF_THE_REPORT), "rows"


def _headings(forms: dict[str, Form]) -> list[str]:
    """Return how the form calls strengths, weaknesses and improvement."""
    if _OF_A_CRITERION in forms:
        numbered = [section.split(" ", 1) for section in forms[_OF_A_CRITERION].sections]
        return [f"{number}. {name}" for number, name in numbered[1:4]]
    return ["Điểm mạnh", "Hạn chế và nguyên nhân", "Hướng cải tiến"]


def _line(book: Rulebook, view: IndicatorView) -> SheetLine:
    letter = view.indicator.rpartition(".")[2] if view.indicator != "-" else ""
    return SheetLine(
        letter=letter,
        text=view.text,
        result=view.results.get(Layer.SCHOOL, Result.NOT_ASSESSED),
        note=view.note,
        codes=_codes(book, view.evidence),
    )


def _codes(book: Rulebook, evidence: list[EvidenceView]) -> str:
    return book.render_codes([one.code for one in evidence]) if evidence else ""
