"""Use cases of a commune's year: difficulties of schools."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Difficulties:
    """Keeps difficulties of schools."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
