"""Which years a commune can have a plan for, said alike by every service that is asked about one."""

from __future__ import annotations

from shared.problems import Problem

FIRST_YEAR, LAST_YEAR = 2015, 2100


class YearRefused(Problem):
    """A year in which no commune has a plan."""

    type = "nam-khong-dung"
    status = 400
    title = "Năm không đúng"


def require_year(year: int) -> None:
    """Raise YearRefused for a year in which no commune has a plan."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearRefused(
            f"Năm {year} không đúng. Chưa ghi gì. Nhập năm từ {FIRST_YEAR} đến {LAST_YEAR}.", path="$.year", year=year
        )
