"""What every fact of a commune's year names, and which years there can be."""

from __future__ import annotations

from services.inspection.errors_year import YearRefused
from shared.eventlog.facts import Fact
from shared.vocabulary.ids import CommuneCode

FIRST_YEAR, LAST_YEAR = 2015, 2100


class YearFact(Fact, frozen=True, kw_only=True):
    """A fact of a commune's year: `year` is the calendar year of the plan that it belongs to."""

    commune: CommuneCode
    year: int


def require_year(year: int) -> None:
    """Raise YearRefused for a year in which no commune has a plan."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearRefused(
            f"Năm {year} không đúng. Chưa ghi gì. Nhập năm từ {FIRST_YEAR} đến {LAST_YEAR}.", path="$.year", year=year
        )
