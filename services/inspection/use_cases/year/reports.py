"""Use cases of a commune's year: reports asked of schools, and syntheses."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Reports:
    """Keeps reports asked of schools and handed in."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
