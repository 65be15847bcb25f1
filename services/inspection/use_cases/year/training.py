"""Use cases of a commune's year: training, publicity and public notices."""

from __future__ import annotations

from services.inspection.use_cases.year.repository import YearRepository


class Trainings:
    """Keeps training classes and who attended."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
