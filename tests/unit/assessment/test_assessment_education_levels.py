"""Levels of education judged on their own: who may, what holds for each, how they combine, and what it rests on."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assessment.domain import facts as f
from services.assessment.domain.education_levels import (
    check_education_level,
    combining_note,
    merged,
    results_by_education_level,
)
from services.assessment.domain.explanation import explain
from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.school_assessment import assess
from services.assessment.errors import ChangedMeanwhile, EducationLevelRefused
from shared.contracts.calls import assessment as calls
from shared.rulebook import SchoolFacts, evaluate, load_library
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

LIBRARY = load_library()
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
OPENED = dt.date(2026, 9, 25)
FAR = dt.date(2026, 12, 31)
PARTS = ("tieu_hoc", "thcs")
MANDATORY = next(code for code, one in TT57.criteria.items() if one.mandatory)
OTHERS = [code for code, one in TT57.criteria.items() if not one.mandatory]


@pytest.fixture
def school(office):
    """A school of two levels with a cycle under the circular of 2026, met everywhere at Mức 1 and 2."""
    office.application.register_commune(office.acting, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
    request = calls.RegisterSchool(
        commune="NL01",
        code="TH-BC",
        name="Trường TH-THCS",
        kind=SchoolKind.MULTI_LEVEL,
        levels=["thcs", "tieu_hoc", "mam_non"],
    )
    office.application.register_school(office.acting, request)
    office.cycle = office.with_cycle()
    return office


def judge(office, results, part="", *, on=None, note="", expected=None):
    judgements = [
        calls.Judgement(
            criterion=key[0],
            level=key[1],
            indicator=key[2],
            result=Result(result),
            part=part,
            note=note,
            expected=expected,
        )
        for key, result in results.items()
    ]
    request = calls.Judge(school="TH-BC", cycle=office.cycle.cycle, layer=Layer.SCHOOL, judgements=judgements, on=on)
    return office.application.judge(office.acting, request).position


def criterion(office, code):
    return office.application.criterion(calls.CriterionRequest(school="TH-BC", cycle=office.cycle.cycle, criterion=code))


# --- who may be judged on its own


@pytest.mark.parametrize("part", ["mam_non", "thpt", "điểm trường Nà Lừa"])
def test_only_a_level_of_education_of_this_school_is_judged_on_its_own(school, part):
    with pytest.raises(EducationLevelRefused, match="Dùng: tieu_hoc, thcs"):
        judge(school, {TT57.keys[0]: "met"}, part)
    assert school.status().criteria["1.1"].ceiling == 2


def test_a_school_of_one_level_has_none(office):
    office.with_school()
    office.cycle = office.with_cycle()
    with pytest.raises(EducationLevelRefused, match="chỉ có một cấp"):
        judge(office, {TT57.keys[0]: "met"}, "tieu_hoc")


def test_a_circular_that_knows_one_result_for_the_school_refuses_a_level():
    registered = f.SchoolRegistered(school="X", name="X", kind=SchoolKind.MULTI_LEVEL, commune="C", levels=PARTS)
    with pytest.raises(EducationLevelRefused, match="TT18/2018 đánh giá một kết quả cho toàn trường"):
        check_education_level(registered, LIBRARY.get("v2018/trung_hoc"), "thcs")


# --- what holds


def test_what_names_no_level_holds_for_each_that_was_not_judged_on_its_own(school):
    key = (MANDATORY, 1, "-")
    school.judge_all(school.cycle)
    judge(school, {key: "not_met"}, "thcs", note="thiếu sổ")
    status = school.status()
    assert {part: one.criteria[MANDATORY].level for part, one in status.parts.items()} == {"tieu_hoc": 2, "thcs": 0}
    assert {one.name for one in status.parts.values()} == {"Tiểu học", "THCS"}
    assert (status.criteria[MANDATORY].level, status.school_level.level) == (0, 0)
    assert [status.parts[part].school_level.level for part in PARTS] == [2, 0]
    view = criterion(school, MANDATORY)
    assert (view.levels["school"].level, view.parts["tieu_hoc"].level, view.parts["thcs"].level) == (0, 2, 0)
    (indicator,) = [one for one in view.indicators if one.level == 1]
    assert indicator.results["school"] is Result.MET
    (own,) = indicator.parts
    assert (own.part, own.result, own.note, own.position) == ("thcs", Result.NOT_MET, "thiếu sổ", status.known_at.position)


def test_the_whole_may_be_judged_again_and_the_level_keeps_its_own(school):
    key = (MANDATORY, 1, "-")
    judge(school, {key: "not_met"}, "thcs", on=dt.date(2026, 10, 1))
    judge(school, {key: "met"}, on=dt.date(2026, 10, 2))
    assert school.status().parts["thcs"].criteria[MANDATORY].level == 0
    judge(school, {key: "met"}, "thcs", on=dt.date(2026, 10, 3))
    assert school.status().parts["thcs"].criteria[MANDATORY].floor == 1


def test_a_level_nobody_judged_leaves_the_school_open(school):
    judge(school, dict.fromkeys(TT57.keys, "met"), "tieu_hoc")
    status = school.status()
    assert (status.parts["tieu_hoc"].school_level.level, status.parts["thcs"].school_level.level) == (2, None)
    assert (status.school_level.level, status.school_level.floor, status.school_level.ceiling) == (None, 0, 2)


def test_each_level_may_miss_other_criteria_and_still_hold_the_school(school):
    """5 of 7 others suffice at each level: two missed here and one there are not three missed anywhere."""
    school.judge_all(school.cycle)
    for code in OTHERS[:2]:
        judge(school, {(code, 1, "-"): "not_met"}, "tieu_hoc")
    judge(school, {(OTHERS[2], 1, "-"): "not_met"}, "thcs")
    status = school.status()
    assert [status.parts[part].school_level.level for part in PARTS] == [1, 1]
    assert status.school_level.level == 1


def test_how_levels_combine_is_said_with_its_low_confidence(school):
    school.judge_all(school.cycle)
    assert not any("Gộp" in one for one in school.status().because)
    judge(school, {TT57.keys[0]: "met"}, "thcs")
    said = [one for one in school.status().because if "Gộp" in one]
    assert said == [combining_note(TT57)]
    assert "lấy mức thấp nhất" in said[0]
    assert "độ tin cậy thấp" in said[0]
    department = school.status(layer=Layer.DEPARTMENT)
    assert not any("Gộp" in one for one in department.because)


def test_as_if_under_a_circular_of_one_result_nothing_is_split(school):
    judge(school, {TT57.keys[0]: "met"}, "thcs")
    status = school.status(rulebook="v2018/trung_hoc")
    assert (status.parts, status.school_level.level) == ({}, None)


def test_what_somebody_changed_for_a_level_is_not_overwritten(school):
    key = TT57.keys[0]
    seen = judge(school, {key: "met"}, "thcs")
    judge(school, {key: "not_met"}, "thcs")
    with pytest.raises(ChangedMeanwhile):
        judge(school, {key: "met"}, "thcs", expected=seen)
    assert judge(school, {key: "met"}, "tieu_hoc", expected=0) == seen + 2


def test_the_same_judgement_of_a_level_on_the_same_day_is_recorded_once(school):
    first = judge(school, {TT57.keys[0]: "met"}, "thcs")
    assert judge(school, {TT57.keys[0]: "met"}, "thcs") == first
    assert judge(school, {TT57.keys[0]: "met"}) == first + 1


def test_a_comparison_names_the_judgement_of_the_level_as_the_cause(school):
    school.judge_all(school.cycle, on=dt.date(2026, 10, 1))
    position = judge(school, {(MANDATORY, 1, "-"): "not_met"}, "thcs", on=dt.date(2026, 11, 1))
    request = calls.CompareRequest(
        school="TH-BC", a=calls.Moment(valid_at=dt.date(2026, 10, 2)), b=calls.Moment(valid_at=dt.date(2026, 11, 2))
    )
    found = school.application.compare(request).differences
    assert {one.what for one in found} == {"criterion", "school_level"}
    assert {tuple(cause.position for cause in one.causes) for one in found} == {(position,)}


def test_a_simulation_takes_each_level_for_itself(school):
    school.judge_all(school.cycle)
    judge(school, {(OTHERS[0], 2, "-"): "not_met"}, "thcs")
    request = calls.SimulateRequest(
        commune="NL01", rulebook="v2026_tt57/pho_thong", changes={"mandatory": {OTHERS[0]: True}}
    )
    (found,) = school.application.simulate(request).schools
    assert (found.before.level, found.after.level, found.changed, found.by) == (2, 1, True, [OTHERS[0]])
    assert found.missing == [f"THCS: {OTHERS[0]} Mức\u00a02"]
    (same,) = school.application.simulate(calls.SimulateRequest(commune="NL01", rulebook="v2026_tt57/pho_thong")).schools
    assert (same.changed, same.before.level) == (False, school.status().school_level.level)


def test_why_names_the_level_that_holds_the_school_back_and_what_it_lacks(school):
    school.judge_all(school.cycle)
    position = judge(school, {(MANDATORY, 2, "-"): "not_met"}, "thcs")
    answer = school.application.explain(calls.ExplainRequest(school="TH-BC"))
    assert answer.level.level == 1
    assert any(one.text.startswith("Cấp THCS:") and position in one.events for one in answer.reasons)
    assert not any(one.text.startswith("Cấp Tiểu học: Trường không đạt") for one in answer.reasons)
    assert answer.reasons[1].text == combining_note(TT57)
    assert (answer.next_level, answer.missing) == (2, [f"THCS: {MANDATORY} Mức\u00a02"])
    own = school.application.explain(calls.ExplainRequest(school="TH-BC", criterion=MANDATORY))
    assert (own.level.level, own.next_level, own.missing) == (1, 2, answer.missing)
    judge(school, {(MANDATORY, 2, "-"): "met"}, "thcs")
    best = school.application.explain(calls.ExplainRequest(school="TH-BC"))
    assert (best.level.level, best.next_level, best.missing) == (2, None, [])


# --- properties

SPEC = importlib.util.spec_from_file_location("parts_story", Path(__file__).with_name("conftest.py"))
builders = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(builders)

SOME = st.dictionaries(st.sampled_from(TT57.keys), st.sampled_from([Result.MET, Result.NOT_MET]), max_size=5)


@st.composite
def judged(draw):
    whole = dict.fromkeys(TT57.keys, Result.MET) if draw(st.booleans()) else {}
    whole |= draw(SOME)
    own = {part: draw(SOME) for part in PARTS}
    if draw(st.booleans()):
        own["tieu_hoc"] = dict.fromkeys(TT57.keys, Result.MET) | own["tieu_hoc"]
    own["thcs"] = own["thcs"] or {TT57.keys[0]: Result.MET}
    return whole, own


def log_of(whole, own):
    log = builders.LogBuilder()
    registered = f.SchoolRegistered(school="TH-BC", name="X", kind=SchoolKind.MULTI_LEVEL, commune="C", levels=PARTS)
    log.add(registered, OPENED)
    log.open(TT57, OPENED)
    for key, result in whole.items():
        log.judge(key, result, OPENED)
    for part, results in own.items():
        for key, result in results.items():
            log.add(part_judged(part, key, result), OPENED)
    return log.entries


def part_judged(part, key, result):
    return f.PartJudged(
        school="TH-BC",
        cycle="2026-2027",
        layer=Layer.SCHOOL,
        part=part,
        criterion=key.criterion,
        level=key.level,
        indicator=key.indicator,
        result=result,
    )


def assessment_of(entries):
    return assess(SchoolHistory(entries).at(FAR, 10_000), LIBRARY)


def level_of(entries, code):
    assessed = assessment_of(entries)
    evaluation = assessed.evaluation(Layer.SCHOOL)
    level = evaluation.criteria[code] if code else evaluation.school
    return level.floor, level.ceiling


@settings(max_examples=25)
@given(case=judged(), number=st.one_of(st.none(), st.integers(0, 14)))
def test_a_cited_judgement_matters_and_no_other_does(case, number):
    entries, code = log_of(*case), "" if number is None else list(TT57.criteria)[number]
    result = level_of(entries, code)
    explained = explain(assessment_of(entries), Layer.SCHOOL, code)
    assert (explained.result.floor, explained.result.ceiling) == result
    cited = {position for reason in explained.reasons[1:] for position in reason.events}
    several = {position for reason in explained.reasons for position in reason.alternatives}
    assert not cited & several
    for entry in entries[2:]:
        kept = [one for one in entries if one is not entry]
        assert (level_of(kept, code) != result) == (entry.position in cited)


@settings(max_examples=25)
@given(case=judged())
def test_the_school_stands_where_its_lowest_level_does_and_a_criterion_where_what_holds_for_all_puts_it(case):
    assessed = assessment_of(log_of(*case))
    combined = assessed.combined()
    parts = combined.parts.values()
    assert combined.whole.school.floor == min(one.school.floor for one in parts)
    assert combined.whole.school.ceiling == min(one.school.ceiling for one in parts)
    assert set(combined.parts) == {EDUCATION_LEVEL_LABELS[part] for part in PARTS}
    for_all = evaluate(TT57, assessed.results[Layer.SCHOOL], SchoolFacts(), FAR).criteria
    for code, level in combined.whole.criteria.items():
        assert (level.floor, level.ceiling) == (for_all[code].floor, for_all[code].ceiling)


@settings(max_examples=25)
@given(results=SOME)
def test_the_same_said_of_each_level_is_the_same_as_said_of_the_school(results):
    together, apart = log_of(results, {}), log_of({}, dict.fromkeys(PARTS, results))
    for code in ["", *TT57.criteria]:
        assert level_of(together, code) == level_of(apart, code)


def test_what_holds_for_all():
    met, failed, open_, away = Result.MET, Result.NOT_MET, Result.NOT_ASSESSED, Result.NOT_APPLICABLE
    keys = TT57.keys[:5]
    first = dict(zip(keys, [met, met, met, away, away], strict=True))
    second = dict(zip(keys, [met, failed, open_, away, met], strict=True))
    found = merged(results_by_education_level(PARTS, first, {"thcs": second}))
    assert list(found.values()) == [met, failed, open_, away, met]
    assert merged({"tieu_hoc": {}, "thcs": {keys[0]: met}}) == {keys[0]: open_}
