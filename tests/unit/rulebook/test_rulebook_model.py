"""A rulebook answers for its criteria, its indicators and its evidence codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rulebook import BadInput, EvidenceCodeParts, IndicatorKey, UnknownCriterion, load_library

PRIMARY = load_library().get("v2018/tieu_hoc")
AMENDED = load_library().get("v2018_tt22/tieu_hoc")
NEW = load_library().get("v2026_tt57/pho_thong")


def test_a_rulebook_says_what_it_is():
    assert (AMENDED.id, AMENDED.regime, AMENDED.kind) == ("v2018_tt22/tieu_hoc", "v2018_tt22", "tieu_hoc")
    assert AMENDED.circular == "TT17/2018, TT22/2024"
    assert [c.short for c in AMENDED.circulars] == ["TT17/2018", "TT22/2024"]
    assert (AMENDED.highest_level, AMENDED.edition, AMENDED.family) == (4, 1, "2018/tieu_hoc")
    assert "edition=1" in repr(AMENDED)
    assert AMENDED.forms
    assert AMENDED.deadlines
    assert AMENDED.unknown


def test_criteria_carry_a_short_name_for_a_tile():
    for rulebook in load_library():
        for criterion in rulebook.criteria.values():
            assert 0 < len(criterion.short_title) <= 34


def test_article_22_stands_beyond_the_standards():
    beyond = PRIMARY.criterion("22")
    assert (beyond.standard, list(beyond.levels)) == (0, [4])
    assert "22" not in {c.code for s in PRIMARY.standards for c in s.criteria}


def test_a_level_without_letters_has_its_requirement_as_text():
    assert NEW.criteria["1.3"].levels[1].text.startswith("Đủ hồ sơ")
    assert PRIMARY.criteria["1.1"].levels[1].text == ""


def test_an_indicator_that_is_not_there_is_named_and_a_repealed_one_explained():
    with pytest.raises(UnknownCriterion, match=r"9\.9"):
        PRIMARY.criterion("9.9")
    for key in (IndicatorKey("9.9", 1, "a"), IndicatorKey("1.1", 4, "a"), IndicatorKey("1.1", 1, "z")):
        with pytest.raises(UnknownCriterion, match="không có"):
            PRIMARY.indicator(key)
    with pytest.raises(UnknownCriterion, match="bãi bỏ"):
        AMENDED.indicator(IndicatorKey("2.2", 2, "a"))
    assert PRIMARY.indicator(IndicatorKey("2.2", 2, "a")).source == "TT17/2018 Đ13 k2 điểm a"


def test_evidence_codes_follow_the_regime():
    assert PRIMARY.evidence_code("1.1", 1) == "H1-1.1-01"
    assert PRIMARY.evidence_code("1.10", 123, box=7) == "H7-1.10-123"
    assert NEW.evidence_code("4.3", 7) == "MC.4.3.07"
    assert PRIMARY.render_codes(["H1-1.1-01", "H1-1.1-02"]) == "[H1-1.1-01]; [H1-1.1-02]"
    assert NEW.render_codes(["MC.1.1.01", "MC.1.1.02"]) == "(MC.1.1.01, MC.1.1.02)"
    assert NEW.render_codes([]) == ""


@pytest.mark.parametrize(("number", "box"), [(0, 1), (-1, 1), (1000, 1), (1, 0)])
def test_a_code_out_of_range_is_refused(number, box):
    with pytest.raises(BadInput):
        PRIMARY.evidence_code("1.1", number, box)


def test_a_code_for_a_criterion_that_is_not_there_is_refused():
    with pytest.raises(UnknownCriterion):
        NEW.evidence_code("5.1", 1)
    with pytest.raises(UnknownCriterion):
        NEW.parse_evidence_code("MC.5.1.01")


def test_a_code_is_read_with_or_without_brackets_and_the_box_is_not_the_standard():
    assert PRIMARY.parse_evidence_code("[H12-3.4-07]") == EvidenceCodeParts("3.4", 7, 12)
    assert PRIMARY.parse_evidence_code(" H1-3.4-7 ") == EvidenceCodeParts("3.4", 7, 1)
    assert NEW.parse_evidence_code("(MC.1.1.01)") == EvidenceCodeParts("1.1", 1, 0)


@pytest.mark.parametrize("text", ["", "H1.1.1-01", "MC.1.1.01", "[H1-1.1-0000]", "H1-1.1-00", "[H1-1.1-01", "H1-1.1-01]"])
def test_what_is_no_code_of_the_regime_is_refused_with_an_example(text):
    with pytest.raises(BadInput, match=r"H1-1\.1-01"):
        PRIMARY.parse_evidence_code(text)


@given(st.sampled_from(list(load_library())), st.data())
def test_every_code_is_read_back_as_it_was_made(rulebook, data):
    criterion = data.draw(st.sampled_from(list(rulebook.criteria)))
    number = data.draw(st.integers(1, 999))
    box = data.draw(st.integers(1, 60))
    read = rulebook.parse_evidence_code(rulebook.render_codes([rulebook.evidence_code(criterion, number, box)]))
    assert (read.criterion, read.number) == (criterion, number)
    assert read.box in {box, 0}
