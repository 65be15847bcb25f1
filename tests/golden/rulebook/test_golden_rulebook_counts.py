"""Each rulebook holds as much as its circular has; the numbers are typed here from the survey of the law, not computed.

2018: count of chỉ báo per Mức of TT17, TT18, TT19/2018 (Chương II, Mục 1–3) and khoản of Điều 22.
TT22/2024: minus what Điều 1, 2 and 4 repeal; mầm non TC3 became three criteria (one requirement a level is held for each).
TT57/2026: Phụ lục I (mầm non) and II (phổ thông): 4 tiêu chuẩn, 15 tiêu chí, 8 bắt buộc, 31 and 37 data items.
"""

from __future__ import annotations

import pytest

from shared.rulebook import load_library

# id: standards, criteria, criteria per standard, indicators per level (22 is level 4), thresholds at levels 1-3, in Điều 22
WHOLE = {
    "v2018/mam_non": (5, 25, [10, 3, 6, 2, 4], {1: 75, 2: 46, 3: 25, 4: 6}, 49, 8),
    "v2018/tieu_hoc": (5, 27, [10, 4, 6, 2, 5], {1: 81, 2: 48, 3: 24, 4: 5}, 41, 3),
    "v2018/trung_hoc": (5, 28, [10, 4, 6, 2, 6], {1: 84, 2: 45, 3: 25, 4: 6}, 57, 3),
    "v2018_tt22/mam_non": (5, 22, [10, 3, 3, 2, 4], {1: 57 + 3, 2: 32 + 3, 3: 19 + 3, 4: 6}, 43, 8),
    "v2018_tt22/tieu_hoc": (5, 27, [10, 4, 6, 2, 5], {1: 63 + 18, 2: 31 + 13, 3: 18 + 5, 4: 5}, 36, 3),
    "v2018_tt22/trung_hoc": (5, 28, [10, 4, 6, 2, 6], {1: 57 + 18, 2: 33 + 10, 3: 19 + 5, 4: 6}, 52, 3),
    "v2026_tt57/mam_non": (4, 15, [4, 3, 5, 3], {1: 15, 2: 15}, 0, 0),
    "v2026_tt57/pho_thong": (4, 15, [4, 3, 5, 3], {1: 15, 2: 15}, 0, 0),
}
WITHOUT_LEVEL_3 = {
    "v2018/mam_non": {"1.2", "1.7", "1.8", "1.9", "1.10", "3.6"},
    "v2018/tieu_hoc": {"1.2", "1.5", "1.7", "1.8", "1.9", "1.10", "3.4", "5.1"},
    "v2018/trung_hoc": {"1.2", "1.7", "1.8", "1.9", "1.10", "3.4", "5.3", "5.4"},
}
REPEALED = {
    "v2018_tt22/mam_non": {"2.2 Mức 2 a", "2.2 Mức 3 a"},
    "v2018_tt22/tieu_hoc": {"1.5 Mức 2 a", "1.5 Mức 2 b", "1.5 Mức 2 c", "2.2 Mức 2 a", "2.2 Mức 3 a"},
    "v2018_tt22/trung_hoc": {
        "1.5 Mức 2",
        "1.5 Mức 3",
        "2.2 Mức 2 a",
        *(f"5.{n} Mức 1 {letter}" for n in (3, 4, 5) for letter in "abc"),
    },
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_rulebook_holds_what_its_circular_has(name):
    standards, criteria, per_standard, indicators, thresholds, beyond = WHOLE[name]
    rulebook = load_library().get(name)
    assert len(rulebook.standards) == standards
    assert [len(s.criteria) for s in rulebook.standards] == per_standard
    assert sum(len(s.criteria) for s in rulebook.standards) == criteria
    found: dict[int, int] = {}
    for key in rulebook.keys:
        found[key.level] = found.get(key.level, 0) + 1
    assert found == indicators
    in_standards = sum(len(rulebook.indicator(k).thresholds) for k in rulebook.keys if k.level < 4)
    assert in_standards == thresholds
    assert sum(len(rulebook.indicator(k).thresholds) for k in rulebook.keys if k.level == 4) == beyond


def test_the_2018_circulars_have_147_thresholds_at_levels_1_to_3():
    library = load_library()
    books = [library.get(f"v2018/{kind}") for kind in ("mam_non", "tieu_hoc", "trung_hoc")]
    assert sum(len(rb.indicator(k).thresholds) for rb in books for k in rb.keys if k.level < 4) == 147


@pytest.mark.parametrize(("name", "items"), [("v2026_tt57/mam_non", 31), ("v2026_tt57/pho_thong", 37)])
def test_the_2026_circular_has_data_items_without_thresholds_and_8_mandatory_criteria(name, items):
    rulebook = load_library().get(name)
    assert sum(len(c.data_items) for c in rulebook.criteria.values()) == items
    mandatory = {code for code, c in rulebook.criteria.items() if c.mandatory}
    assert mandatory == {"1.3", "1.4", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"}


@pytest.mark.parametrize("name", WITHOUT_LEVEL_3)
def test_criteria_without_level_3_are_those_the_circular_leaves_out(name):
    rulebook = load_library().get(name)
    found = {c.code for s in rulebook.standards for c in s.criteria if 3 not in c.levels}
    assert found == WITHOUT_LEVEL_3[name]


@pytest.mark.parametrize("name", REPEALED)
def test_what_circular_22_of_2024_repealed_is_named_and_not_asked(name):
    rulebook = load_library().get(name)
    assert {str(key) for key in rulebook.repealed} == REPEALED[name]
    assert not set(rulebook.repealed) & set(rulebook.keys)


def test_intervals_follow_each_other_without_gap_or_overlap():
    library = load_library()
    assert [str(d) for d in library.get("v2018/tieu_hoc").in_force] == ["2018-10-10", "2025-01-24"]
    assert [str(d) for d in library.get("v2018_tt22/tieu_hoc").in_force] == ["2025-01-25", "2026-07-06"]
    start, end = library.get("v2026_tt57/pho_thong").in_force
    assert (str(start), end) == ("2026-07-07", None)
