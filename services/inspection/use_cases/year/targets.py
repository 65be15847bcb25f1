"""Use cases of a commune's year: targets: what schools are to reach by when."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Targets:
    """Keeps targets."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
