"""Papers of a commune's year on every store: what was printed at a position is printed of it for ever, byte by byte."""

from __future__ import annotations

import pytest

from shared.vocabulary.commune_year import YearPaperKind
from tests.unit.inspection.year.past_papers_kit import CLOCK, PrintedYear


@pytest.fixture
def clock():
    return CLOCK


def test_all_papers_of_a_position_stay_whatever_becomes_of_the_commune_its_schools_and_its_year(start):
    year = PrintedYear(start())
    year.begin()
    then = year.application.log.head()
    before = {kind: year.compose(kind).paper for kind in YearPaperKind}
    files = {kind: year.drawn(kind) for kind in YearPaperKind}
    assert len(files) == 13
    for change in (year.schools_change, year.go_on, year.rebuild):
        change()
        assert {kind: year.compose(kind, known_at=then).paper for kind in YearPaperKind} == before
    assert {kind: year.drawn(kind, known_at=then) for kind in YearPaperKind} == files
    assert not [kind for kind in YearPaperKind if year.compose(kind).paper == before[kind]]
