"""A commune of two schools in memory, and its people."""

from __future__ import annotations

import pytest

from tests.unit.inspection.year.tasks_kit import CommuneAtWork


@pytest.fixture
def at_work() -> CommuneAtWork:
    return CommuneAtWork()
