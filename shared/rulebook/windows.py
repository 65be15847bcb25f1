"""Thresholds that the law asks for over several years: "trong 05 năm liên tiếp tính đến thời điểm đánh giá".

Such a threshold is met when each of the years is stated and passes; one that fails is enough against it, and one that is
missing leaves it open. The years end with the school year of the cycle where the figure is stated for it, else with the
year before: a school judges itself while the year of the cycle still runs, and ratings of teachers, discipline and results
of pupils are settled when a year is over (TT17–19/2018 Đ12–13, Đ17–18, Đ22 say "tính đến thời điểm đánh giá").

A figure counted in years ("số năm …") already speaks of all the years together: its newest statement decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import msgspec

T = TypeVar("T")

_YEARS = "năm"


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """What the years of a window say: None while one is missing and none fails; `failed` is the newest that does."""

    meets: bool | None
    missing: tuple[str, ...]
    failed: str = ""


def statements(window_years: int | None, unit: str) -> int:
    """Return of how many school years a threshold wants a statement of its own."""
    return 1 if window_years is None or unit == _YEARS else window_years


def years_of(stated: Collection[str], ends: str, length: int) -> tuple[str, ...]:
    """Return the school years of a window, oldest first; `ends` is the cycle's, `stated` those with a statement."""
    last = int(ends[:4]) if ends in stated else int(ends[:4]) - 1
    return tuple(f"{year}-{year + 1}" for year in range(last - length + 1, last + 1))


def over(stated: Mapping[str, T], ends: str, length: int, passes: Callable[[T], bool | None]) -> Window:
    """Return what the years say; `passes` is None for a statement that says nothing, which counts as missing."""
    years = years_of(stated, ends, length)
    verdicts = {year: passes(stated[year]) if year in stated else None for year in years}
    missing = tuple(year for year, verdict in verdicts.items() if verdict is None)
    failed = next((year for year in reversed(years) if verdicts[year] is False), "")
    return Window(meets=False if failed else None if missing else True, missing=missing, failed=failed)
