"""Use cases of a commune's year: needs of schools, money and works."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Needs:
    """Keeps what schools need."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
