"""The tables of candidates: every former criterion has some, all of them exist, and nobody takes them for law."""

from __future__ import annotations

import pytest

from shared.rulebook import load_library
from shared.rulebook.carry import carry_table, carry_tables
from shared.rulebook.document import Confidence

LIBRARY = load_library()
PAIRS = [(before, table.after) for table in carry_tables() for before in table.before]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_each_criterion_leads_to_criteria_that_are_there(before, after):
    former, new = LIBRARY.get(before), LIBRARY.get(after)
    table = carry_table(former, new)
    assert table is not None
    for code in former.criteria:
        assert table.candidates(code), code
        assert set(table.candidates(code)) <= set(new.criteria), code


@pytest.mark.parametrize("table", carry_tables(), ids=lambda table: table.before[0])
def test_a_table_says_that_it_only_suggests(table):
    assert table.confidence is Confidence.LOW
    assert table.note.startswith("Gợi ý")
    assert table.candidates("99.9") == []


def test_every_rulebook_of_2018_leads_to_that_of_2026_for_its_schools():
    former = {rulebook.id for rulebook in LIBRARY.editions() if not rulebook.regime.startswith("v2026")}
    assert {before for before, _ in PAIRS} == former
    for before, after in PAIRS:
        assert set(LIBRARY.get(before).applies_to.kinds) <= set(LIBRARY.get(after).applies_to.kinds)


def test_inside_a_family_criteria_of_one_number_and_title_are_suggested():
    table = carry_table(LIBRARY.get("v2018/mam_non"), LIBRARY.get("v2018_tt22/mam_non"))
    assert table is not None
    assert table.candidates("1.1") == ["1.1"]
    assert table.candidates("3.6") == []


def test_nothing_is_suggested_back_or_to_itself():
    assert carry_table(LIBRARY.get("v2026_tt57/pho_thong"), LIBRARY.get("v2018/tieu_hoc")) is None
    assert carry_table(LIBRARY.get("v2018/tieu_hoc"), LIBRARY.get("v2018/tieu_hoc")) is None
