"""What each number of a synthesis counts is written for people who count again."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.inspection.domain.year.numbers import NUMBERS

PAGE = (Path(__file__).parents[4] / "docs" / "how-to" / "numbers-of-a-report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.key)
def test_a_number_is_told_as_it_is_counted(number):
    row = f"| {number.key} | {number.group.value} | {number.label} | {number.unit.value} | {number.counts} |"
    assert row in PAGE.splitlines()
