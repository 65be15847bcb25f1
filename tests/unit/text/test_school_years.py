"""School years: two years side by side, from July to June."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.text import first_day_of, is_school_year, last_day_of_year, school_year_of, years_until


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2026, 6, 30), "2025-2026"),
        (dt.date(2026, 7, 1), "2026-2027"),
        (dt.date(2026, 12, 31), "2026-2027"),
        (dt.date(2027, 1, 1), "2026-2027"),
    ],
)
def test_a_school_year_begins_in_july(day, year):
    assert school_year_of(day) == year
    assert first_day_of(year) <= day <= last_day_of_year(year)


def test_a_year_ends_the_day_before_the_next_begins():
    assert last_day_of_year("2026-2027") + dt.timedelta(days=1) == first_day_of("2027-2028") == dt.date(2027, 7, 1)


@pytest.mark.parametrize("text", ["2026", "2026-2028", "2027-2026", "26-27", "2026–2027", "0000-0001", "٢٠٢٦-٢٠٢٧", ""])
def test_other_texts_name_no_school_year(text):
    assert not is_school_year(text)


def test_the_years_up_to_one_are_told_oldest_first():
    assert is_school_year("2026-2027")
    assert years_until("2026-2027", 3) == ["2024-2025", "2025-2026", "2026-2027"]
