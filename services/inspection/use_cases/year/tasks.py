"""Use cases of a commune's year: the steering committee, directives and tasks."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Tasks:
    """Keeps the steering committee."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
