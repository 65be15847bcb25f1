"""Use cases of a commune's year: the plan of a year and its list of schools."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Plans:
    """Keeps the plan of a year."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
