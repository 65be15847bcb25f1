"""What a task that is about to be given must be: its words, its days, its receivers, what it follows from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from services.inspection.domain.year import plan_words
from services.inspection.domain.year.plan_facts import PlanDrafted
from services.inspection.domain.year.task import Receiver
from services.inspection.errors_year import DirectiveUnknown, TaskRefused
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.known import KnownSchool
from services.inspection.views.year import directing_rows, plan_rows
from shared.contracts.calls.year.tasks import ALL_SCHOOLS
from shared.text import format_date, roman
from shared.typed_texts import typed_text
from shared.vocabulary.commune_year import CommuneUnit, Recurrence
from shared.vocabulary.ids import CommuneCode, DirectiveId, SchoolCode

MOST_RECEIVERS = 500
LONGEST_LINE = 500
"""Characters: a number, an abstract, a section of the plan."""
_YEARS_AHEAD = 1
_NUMBERED = re.compile(r"(?P<section>[A-Z]{1,4})(\.(?P<item>\d{1,4}))?")
_OPENING = 1
"""What the plan's paper puts before the items of a section: its aims, its goals."""


def typed_line(text: str, what: str, path: str, *, needed: bool = True) -> str:
    """Return a text on one line; raises TaskRefused for one that is empty though needed, or too long."""
    line = " ".join(typed_text(text, what).split())
    if needed and not line:
        raise TaskRefused(f"Chưa nhập {what}. Chưa ghi gì.", path=path)
    if len(line) > LONGEST_LINE:
        raise TaskRefused(f"Phần {what} dài {len(line)} ký tự, nhiều nhất {LONGEST_LINE}. Chưa ghi gì.", path=path)
    return line


def require_due(due: dt.date, given_on: dt.date, year: int, every: Recurrence | None) -> None:
    """Raise TaskRefused for a day before the task is given, or one that its year does not reach."""
    if due < given_on:
        raise TaskRefused(
            f"Hạn {format_date(due)} trước ngày giao {format_date(given_on)}. Chưa ghi gì. "
            f"Chọn hạn từ ngày {format_date(given_on)}.",
            path="$.due",
        )
    last = year if every else year + _YEARS_AHEAD
    if due.year > last or (every and due.year != year):
        raise TaskRefused(
            f"Hạn {format_date(due)} ngoài năm của kế hoạch {year}. Chưa ghi gì. Chọn hạn đến ngày 31/12/{last}.",
            path="$.due",
        )


def require_near(issued_on: dt.date, year: int) -> None:
    """Raise TaskRefused for a directive that is neither of the year nor of a neighbour of it."""
    if abs(issued_on.year - year) > 1:
        raise TaskRefused(
            f"Văn bản ngày {format_date(issued_on)} cách xa năm {year}. Chưa ghi gì. "
            "Xem lại ngày, hoặc ghi vào sổ của năm ấy.",
            path="$.issued_on",
        )


def require_section(year: YearRepository, commune: CommuneCode, calendar_year: int, section: str) -> None:
    """Raise TaskRefused for a number, like III.2, that the plan of a year does not have; words are taken as they are."""
    code = _NUMBERED.fullmatch(section)
    if code is None:
        return
    with year.views.reading() as conn:
        text = plan_rows.plan_of(conn, commune, calendar_year).text
    drafted = text.fact if text else None
    sections = drafted.sections if isinstance(drafted, PlanDrafted) else plan_words.sections(calendar_year)
    items = {roman(number): len(one.items) for number, one in enumerate(sections, start=1)}
    most = items.get(code["section"], -1) + _OPENING
    if code["section"] not in items or not 1 <= int(code["item"] or 1) <= most:
        raise TaskRefused(
            f"Kế hoạch năm {calendar_year} không có mục {section}. Chưa ghi gì. "
            f"Các phần: {', '.join(items)}; ghi như III.2.",
            path="$.section",
        )


def receivers(year: YearRepository, commune: CommuneCode, to: Sequence[str]) -> list[Receiver]:
    """Return who gets a task, each once; raises TaskRefused, SchoolIsClosed, SchoolUnknown, SchoolElsewhere."""
    if not 1 <= len(to) <= MOST_RECEIVERS:
        raise TaskRefused(f"Chọn từ 1 đến {MOST_RECEIVERS} nơi nhận việc. Chưa ghi gì.", path="$.to")
    here = {school.school: school for school in year.schools(commune)}
    chosen = [receiver for one in to for receiver in _receivers(year, commune, here, one)]
    if not chosen:
        raise TaskRefused("Xã chưa có trường nào. Chưa ghi gì. Người quản trị lập trường trước.", path="$.to")
    return list(dict.fromkeys(chosen))


def _receivers(
    year: YearRepository, commune: CommuneCode, here: Mapping[SchoolCode, KnownSchool], one: str
) -> list[Receiver]:
    if one == ALL_SCHOOLS:
        return [Receiver(school=school.school) for school in here.values() if school.closed_on is None]
    if one in {unit.value for unit in CommuneUnit}:
        return [Receiver(unit=CommuneUnit(one))]
    school = here.get(SchoolCode(one)) or year.school_of(commune, SchoolCode(one))
    year.require_open(school)
    return [Receiver(school=school.school)]


def require_directive(year: YearRepository, commune: CommuneCode, directive: DirectiveId) -> None:
    """Raise DirectiveUnknown for a directive that is not in the commune's register; '' names none."""
    if not directive:
        return
    with year.views.reading() as conn:
        row = directing_rows.directive(conn, directive)
    if row is None or row.commune != commune:
        raise DirectiveUnknown("Sổ của xã không có văn bản chỉ đạo này. Chưa ghi gì. Ghi văn bản vào sổ trước.")
