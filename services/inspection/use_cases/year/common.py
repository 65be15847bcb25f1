"""What use cases of training, publicity, difficulties and needs share: streams by id, lines, criteria, money."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from services.inspection import views
from services.inspection.errors_year import SchoolUnknown
from services.inspection.use_cases.texts import one_line
from services.inspection.use_cases.year.repository import YearRepository
from shared.problems import BadRequest, Problem
from shared.rulebook.problems import NoSuchCriterion
from shared.typed_texts import typed_text
from shared.vocabulary.ids import CommuneCode, CriterionCode, SchoolCode

LONGEST_LINE = 300
"""Characters of a title, a place, a result."""
MOST_VND = 10**13
"""Ten thousand billion đồng: more than a commune ever spends."""


def stream_of(number: str, unknown: Callable[[], Problem]) -> uuid.UUID:
    """Return the stream that an id names; raises what `unknown` makes for what cannot be one."""
    try:
        return uuid.UUID(number)
    except ValueError:
        raise unknown() from None


def short_line(text: str, what: str, *, path: str, refusal: type[Problem] = BadRequest, needed: bool = True) -> str:
    """Return a text on one line of at most `LONGEST_LINE` characters; raises `refusal` for none, where one is needed."""
    line = one_line(text, what)
    if needed and not line:
        raise refusal(f"Chưa nhập {what}. Chưa ghi gì.", path=path)
    if len(line) > LONGEST_LINE:
        raise refusal(f"Phần {what} dài {len(line)} ký tự, nhiều nhất {LONGEST_LINE}. Chưa ghi gì. Rút gọn lại.", path=path)
    return line


def told_text(text: str, what: str, *, path: str, refusal: type[Problem] = BadRequest) -> str:
    """Return a text that may not be empty; raises `refusal` for none, BadRequest for one too long."""
    clean = typed_text(text, what)
    if not clean:
        raise refusal(f"Chưa nhập {what}. Chưa ghi gì.", path=path)
    return clean


def require_vnd(amount: int, what: str, *, path: str, refusal: type[Problem] = BadRequest) -> None:
    """Raise `refusal` for an amount of đồng that cannot be."""
    if not 0 <= amount <= MOST_VND:
        raise refusal(f"Phần {what} phải từ 0 đến {MOST_VND} đồng. Chưa ghi gì. Nhập lại số tiền.", path=path)


def commune_of_open_school(year: YearRepository, school: SchoolCode) -> CommuneCode:
    """Return the commune of a school; raises SchoolUnknown for one that is not known, or not yet, and SchoolIsClosed."""
    with year.known.reading() as conn:
        home = views.commune_of(conn, school)
    if not home:
        raise SchoolUnknown(
            f"Chưa thấy trường mã {school}. Chưa ghi gì. Xem lại mã; nếu vừa lập trường, thử lại sau vài giây.",
            school=school,
        ).awaiting_news()
    return year.open_school_of(home, school).commune


def require_criterion(year: YearRepository, school: SchoolCode, criterion: CriterionCode) -> None:
    """Raise NoSuchCriterion unless the rulebook of the school's newest cycle has it; any rulebook where it has none."""
    if not criterion:
        return
    with year.known.reading() as conn:
        cycles = views.cycles(conn, school)
    if cycles:
        newest = max(cycles, key=lambda cycle: cycle.age)
        rulebook = year.library.by_digest(newest.digest)
        if criterion not in rulebook.criteria:
            raise _no_criterion(f"{rulebook.circular} không có tiêu chí {criterion[:20]}.", criterion)
    elif not any(criterion in rulebook.criteria for rulebook in year.library):
        raise _no_criterion(f"Không bộ tiêu chuẩn nào có tiêu chí {criterion[:20]}.", criterion)


def _no_criterion(said: str, criterion: CriterionCode) -> NoSuchCriterion:
    return NoSuchCriterion(f"{said} Chưa ghi gì. Chọn trong danh sách.", criterion=criterion[:20], path="$.criterion")
