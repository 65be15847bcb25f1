"""Two rulebooks compared, and which results may be read under the other."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from shared.rulebook import BadInput, IndicatorKey, SchoolFacts, load_library
from shared.rulebook.combination import evaluate_parts, site_warnings
from shared.rulebook.diff import carry_over, diff
from shared.rulebook.loader import from_tree
from shared.rulebook.simulation import DraftChanges, NewSchoolLevel, NewThreshold, draft
from shared.vocabulary.assessment import Result

LIBRARY = load_library()
PRIMARY, AMENDED = LIBRARY.get("v2018/tieu_hoc"), LIBRARY.get("v2018_tt22/tieu_hoc")
SECONDARY = LIBRARY.get("v2018/trung_hoc")
KINDERGARTEN = LIBRARY.get("v2018/mam_non")
NEW = LIBRARY.get("v2026_tt57/pho_thong")


def by_kind(changes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes:
        found.setdefault(change.kind, []).append(change.where)
    return found


def test_a_rulebook_does_not_differ_from_itself():
    for rulebook in LIBRARY:
        found = diff(rulebook, rulebook)
        assert found.rules == found.criteria == found.indicators == found.thresholds == ()


def test_the_amendment_of_2024_drops_indicators_and_says_by_which_article():
    found = diff(PRIMARY, AMENDED)
    dropped = {c.where: c for c in found.indicators if c.kind == "dropped"}
    assert set(dropped) == {"1.5 Mức 2 a", "1.5 Mức 2 b", "1.5 Mức 2 c", "2.2 Mức 2 a", "2.2 Mức 3 a"}
    assert dropped["2.2 Mức 2 a"].before_article == "TT17/2018 Đ13 k2 điểm a"
    assert "TT22/2024" in dropped["2.2 Mức 2 a"].after_article
    assert by_kind(found.criteria) == {"relevelled": ["1.5"]}
    assert {c.where for c in found.rules} == {"upgrade", "recognition"}
    assert len([c for c in found.thresholds if c.kind == "dropped"]) == 5


def test_wording_that_was_amended_but_not_read_is_told_apart_from_new_wording():
    found = diff(SECONDARY, LIBRARY.get("v2018_tt22/trung_hoc"))
    assert by_kind(found.indicators)["reworded"] == ["5.6 Mức 3 a"]
    assert "2.2 Mức 1 b" in by_kind(found.indicators)["amended"]
    assert any(c.where.startswith("5.6 Mức 3 a: hoc_tap_tot") for c in found.thresholds if c.kind == "added")


def test_criteria_replaced_in_kindergartens_are_added_and_dropped():
    found = diff(KINDERGARTEN, LIBRARY.get("v2018_tt22/mam_non"))
    kinds = by_kind(found.criteria)
    assert kinds["dropped"] == ["3.4", "3.5", "3.6"]
    assert kinds["reworded"] == ["3.1", "3.2", "3.3"]
    assert "3.1 Mức 1" in by_kind(found.indicators)["added"]


def test_between_the_regimes_nothing_is_matched_by_number():
    found = diff(PRIMARY, NEW)
    assert "không có bảng chuyển đổi" in found.note
    kinds = by_kind(found.criteria)
    assert (len(kinds["dropped"]), len(kinds["added"])) == (28, 15)
    assert set(by_kind(found.indicators)) == {"dropped", "added"}
    assert {c.kind for c in found.rules if c.where in {"school.3", "school.4"}} == {"dropped"}


def test_an_indicator_that_moved_with_its_wording_is_relevelled():
    tree = msgspec.to_builtins(PRIMARY.document)
    levels = tree["standards"][0]["criteria"][1]["levels"]  # 1.2 has no Mức 3
    levels[3] = levels.pop(2)
    tree["counts"]["indicators"].update({2: 47, 3: 25})
    (change,) = diff(PRIMARY, from_tree(tree, "x")).indicators
    assert (change.kind, change.where) == ("relevelled", "1.2 Mức 2 → 1.2 Mức 3")


def test_an_indicator_that_a_draft_drops_is_added_the_other_way_round():
    without = draft(PRIMARY, DraftChanges(drop=["1.1/2"]))
    assert by_kind(diff(without, PRIMARY).indicators) == {"added": ["1.1 Mức 2"]}
    assert by_kind(diff(PRIMARY, without).indicators) == {"dropped": ["1.1 Mức 2"]}
    changed = draft(
        KINDERGARTEN,
        DraftChanges(
            thresholds=[
                NewThreshold(criterion="5.3", level=1, indicator="c", figure="tre_sdd_thua_can_duoc_can_thiep", value=90)
            ]
        ),
    )
    (limit,) = diff(KINDERGARTEN, changed).thresholds
    assert (limit.kind, limit.before, limit.after) == ("changed", ">= 80 %", ">= 90 %")


def test_results_carry_over_only_within_a_family_and_with_their_wording():
    results = dict.fromkeys(PRIMARY.keys, Result.MET)
    assert carry_over(PRIMARY, PRIMARY, results) is results
    assert carry_over(PRIMARY, NEW, results) == {}
    kept = carry_over(PRIMARY, AMENDED, results)
    assert IndicatorKey("1.1", 1, "a") in kept
    assert IndicatorKey("2.2", 1, "b") not in kept  # amended, new wording not read
    assert IndicatorKey("2.2", 2, "a") not in kept  # repealed
    assert set(kept) <= set(AMENDED.keys)


def test_a_level_of_the_school_that_asks_something_else_is_a_changed_rule():
    other = draft(NEW, DraftChanges(school_levels={1: NewSchoolLevel(others_at_least=6)}))
    (change,) = [c for c in diff(NEW, other).rules if c.where == "school.1"]
    assert "6/7" in change.after


# Several levels of education, several sites.


def test_the_lowest_level_of_education_holds_for_the_school():
    met = dict.fromkeys(NEW.keys, Result.MET)
    weak = {**met, IndicatorKey("1.3", 2, "-"): Result.NOT_MET}
    combined = evaluate_parts(NEW, {"tieu_hoc": met, "thcs": weak}, SchoolFacts(), dt.date(2026, 8, 1))
    assert combined.parts["tieu_hoc"].school.level == 2
    assert (combined.whole.school.level, combined.whole.criteria["1.3"].level) == (1, 1)
    assert "thcs: Mức 1" in combined.whole.school.because[0]
    assert "tin cậy: low" in combined.assumed


def test_an_open_part_leaves_the_school_open():
    met = dict.fromkeys(NEW.keys, Result.MET)
    combined = evaluate_parts(NEW, {"tieu_hoc": met, "thcs": {}}, SchoolFacts(), dt.date(2026, 8, 1))
    assert (combined.whole.school.level, combined.whole.school.floor, combined.whole.school.ceiling) == (None, 0, 2)
    assert "chưa kết luận (không đạt – Mức 2)" in combined.whole.school.because[0]


def test_parts_kept_separate_conclude_only_where_they_agree():
    met = dict.fromkeys(NEW.keys, Result.MET)
    weak = {**met, IndicatorKey("1.3", 2, "-"): Result.NOT_MET}
    apart = evaluate_parts(NEW, {"a": met, "b": weak}, SchoolFacts(), dt.date(2026, 8, 1), "separate")
    assert (apart.whole.school.level, apart.whole.school.floor, apart.whole.school.ceiling) == (None, 1, 2)
    assert "người dùng chọn" in apart.assumed
    alike = evaluate_parts(NEW, {"a": weak, "b": weak}, SchoolFacts(), dt.date(2026, 8, 1), "separate")
    assert alike.whole.school.level == 1


def test_a_rulebook_for_the_whole_school_knows_no_parts_and_no_parts_make_no_school():
    with pytest.raises(BadInput, match="toàn trường"):
        evaluate_parts(SECONDARY, {"thcs": {}}, SchoolFacts(), dt.date(2024, 1, 1))
    with pytest.raises(BadInput, match="ít nhất một"):
        evaluate_parts(NEW, {}, SchoolFacts(), dt.date(2026, 8, 1))


def test_what_is_met_for_the_school_but_not_at_a_site_is_said():
    key = IndicatorKey("4.1", 1, "-")
    school = {key: Result.MET}
    sites = {"Điểm trường Nà Pàn": {key: Result.NOT_MET}, "Trường chính": {key: Result.MET}}
    (warning,) = site_warnings(NEW, school, sites)
    assert "4.1 Mức 1" in warning
    assert "Nà Pàn" in warning
