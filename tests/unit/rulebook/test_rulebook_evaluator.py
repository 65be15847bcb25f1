"""The evaluator takes only what the rulebook asks, says why, and knows awards, dates, councils and revocation."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rulebook import (
    BadInput,
    HeldRecognition,
    IndicatorKey,
    LevelResult,
    SchoolFacts,
    evaluate,
    expiry,
    load_library,
)
from shared.rulebook.dates import add_months
from shared.rulebook.governance import RevocationStep, check_council, revocation
from shared.rulebook.simulation import DraftChanges, NewSchoolLevel, draft
from shared.vocabulary.assessment import Result

PRIMARY = load_library().get("v2018/tieu_hoc")
AMENDED = load_library().get("v2018_tt22/tieu_hoc")
NEW = load_library().get("v2026_tt57/pho_thong")
ON = dt.date(2024, 5, 1)


def everything(rulebook, result=Result.MET, **but):
    return {**dict.fromkeys(rulebook.keys, result), **but}


def key(text: str) -> IndicatorKey:
    criterion, level, indicator = text.split("/")
    return IndicatorKey(criterion, int(level), indicator)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("9.9/1/a", "không có tiêu chí 9.9"),
        ("1.2/3/-", "tiêu chí 1.2 không có Mức 3"),
        ("1.1/1/z", "không có chỉ báo z (có: a, b, c)"),
        ("22/4/22.9", "không có chỉ báo 22.9"),
    ],
)
def test_a_result_for_what_was_never_asked_is_refused_with_its_path(name, said):
    with pytest.raises(BadInput) as error:
        evaluate(PRIMARY, {key(name): Result.MET}, SchoolFacts(), ON)
    assert said in error.value.detail
    assert error.value.path == f"results.{name.replace('/', '.')}"


def test_a_result_for_what_was_repealed_is_passed_over():
    results = everything(AMENDED)
    failing = {key("2.2/2/a"): Result.NOT_MET, key("1.5/2/b"): Result.NOT_APPLICABLE}
    assert evaluate(AMENDED, {**results, **failing}, SchoolFacts(), ON) == evaluate(AMENDED, results, SchoolFacts(), ON)


def test_not_applicable_counts_as_met_only_where_the_law_says_if_any():
    results = everything(PRIMARY)
    evaluation = evaluate(PRIMARY, {**results, key("3.3/2/a"): Result.NOT_APPLICABLE}, SchoolFacts(), ON)
    assert evaluation.school.level == 4
    with pytest.raises(BadInput, match="nếu có"):
        evaluate(PRIMARY, {**results, key("3.3/2/b"): Result.NOT_APPLICABLE}, SchoolFacts(), ON)


def test_because_names_the_failing_indicator_and_its_article():
    results = {**everything(PRIMARY), key("5.2/2/b"): Result.NOT_MET}
    because = evaluate(PRIMARY, results, SchoolFacts(), ON).criteria["5.2"].because
    assert because == (
        "Tiêu chí 5.2 đạt Mức 1.",
        "Tiêu chí 5.2 không đạt Mức 2: chỉ báo b không đạt (TT17/2018 Điều 16 khoản 2).",
    )


def test_because_tells_the_open_from_the_failed():
    results = {**everything(PRIMARY), key("1.1/1/a"): Result.NOT_ASSESSED, key("1.1/2/-"): Result.NOT_MET}
    result = evaluate(PRIMARY, results, SchoolFacts(), ON).criteria["1.1"]
    assert (result.level, result.floor, result.ceiling) == (None, 0, 1)
    assert result.because[0] == "Tiêu chí 1.1 chưa kết luận: thấp nhất không đạt, cao nhất Mức 1."
    assert "chỉ báo a chưa đánh giá" in result.because[1]
    assert "Mức 2: yêu cầu không đạt" in result.because[2]


def test_because_of_article_22_goes_by_its_title():
    results = {**everything(PRIMARY), key("22/4/22.1"): Result.NOT_MET}
    because = evaluate(PRIMARY, results, SchoolFacts(), ON).criteria["22"].because
    assert because[0] == "Yêu cầu của Mức 4 (Điều 22) không đạt."


def test_because_of_the_school_names_mandatory_and_other_criteria():
    failing = [key(f"{code}/1/-") for code in ("1.1", "1.2", "2.3", "4.2")]
    evaluation = evaluate(NEW, {**everything(NEW), **dict.fromkeys(failing, Result.NOT_MET)}, SchoolFacts(), ON)
    told = " ".join(evaluation.school.because)
    assert "Trường không đạt Mức 1" in told
    assert "tiêu chí bắt buộc 4.2 không đạt" in told
    assert "1.1, 1.2, 2.3 không đạt (cần ít nhất 5/7 tiêu chí còn lại đạt từ Mức 1)" in told
    assert "TT57/2026 Đ5" in told


def test_because_tells_too_few_of_the_others_from_one_that_is_asked_of_all():
    one = evaluate(NEW, {**everything(NEW), key("1.1/1/-"): Result.NOT_MET}, SchoolFacts(), ON).school.because[-1]
    assert "tiêu chí 1.1 không đạt (mọi tiêu chí còn lại phải đạt từ Mức 1)" in one
    three = dict.fromkeys([key(f"{code}/2/-") for code in ("1.1", "1.2", "2.3")], Result.NOT_MET)
    few = evaluate(NEW, {**everything(NEW), **three}, SchoolFacts(), ON).school.because[-1]
    assert "1.1, 1.2, 2.3 không đạt (cần ít nhất 5/7 tiêu chí còn lại đạt từ Mức 2)" in few


def test_because_does_not_name_a_criterion_that_may_stay_behind():
    behind = {key("1.1/1/-"): Result.NOT_MET, key("1.2/2/-"): Result.NOT_MET}
    told = evaluate(NEW, {**everything(NEW), **behind}, SchoolFacts(), ON).school.because[-1]
    assert "tiêu chí 1.1 không đạt" in told


def test_a_level_holds_only_on_top_of_the_levels_below_it():
    """A draft in which Mức 1 asks what Mức 2 forgets to ask again."""
    changes = {1: NewSchoolLevel(others_at_least=7), 2: NewSchoolLevel(rest=0)}
    planned = draft(NEW, DraftChanges(school_levels=changes))
    failing = {**everything(NEW), key("1.1/1/-"): Result.NOT_MET}
    school = evaluate(planned, failing, SchoolFacts(), ON).school
    assert (school.level, school.final) == (0, True)


def test_because_says_why_a_criterion_that_is_not_met_does_not_stop_level_1():
    amended = load_library().get("v2018_tt22/trung_hoc")
    evaluation = evaluate(amended, {**everything(amended), key("5.3/2/-"): Result.NOT_MET}, SchoolFacts(), ON)
    assert (evaluation.school.level, evaluation.criteria["5.3"].level) == (1, 0)
    assert evaluation.criteria["5.3"].because[0] == "Tiêu chí 5.3 không đạt (mức thấp nhất còn xét là Mức 2)."


def test_because_tells_a_failed_condition_from_an_unknown_one():
    unknown = evaluate(NEW, everything(NEW), SchoolFacts(cohort_completed=True, facilities_met=True), ON).because
    assert any("chuẩn quốc gia: chưa kết luận được. Chưa rõ “Có kết quả" in sentence for sentence in unknown)
    facts = SchoolFacts(cohort_completed=True, consecutive_years_of_data=2)
    failed = evaluate(NEW, everything(NEW), facts, ON).because
    assert any("chưa đủ điều kiện. Chưa đáp ứng “Có kết quả" in said and "Chưa rõ “Cơ sở" in said for said in failed)


def test_dates_in_sentences_are_written_as_official_papers_write_them():
    held = HeldRecognition(degree=1, on=dt.date(2023, 3, 5))
    facts = SchoolFacts(cohort_completed=True, recognised=held)
    told = " ".join(evaluate(PRIMARY, everything(PRIMARY), facts, dt.date(2025, 3, 1)).because)
    for said in (
        "Hết hạn 05/3/2028: 5 năm từ 05/3/2023",
        "muộn nhất 05/10/2027",
        "sớm nhất 05/3/2025:",
        "sớm nhất 05/3/2025”",
        "Ngày xét 01/3/2025",
    ):
        assert said in told, said


def test_a_day_outside_the_interval_is_said_to_be_a_trial():
    inside = evaluate(PRIMARY, {}, SchoolFacts(), ON).because
    outside = evaluate(PRIMARY, {}, SchoolFacts(), dt.date(2025, 1, 25)).because
    assert not any("nếu áp dụng" in sentence for sentence in inside)
    assert any("nếu áp dụng" in sentence for sentence in outside)


def test_only_the_deciding_layer_gives_degrees():
    facts = {layer: SchoolFacts(cohort_completed=True, layer=layer) for layer in ("school", "commune", "department", None)}
    degrees = {layer: evaluate(PRIMARY, everything(PRIMARY), f, ON).recognition.degree for layer, f in facts.items()}
    assert degrees == {"school": None, "commune": None, "department": 2, None: 2}


def test_waiting_is_asked_only_for_a_higher_degree():
    def waiting(degree: int, on: dt.date) -> list[bool | None]:
        facts = SchoolFacts(cohort_completed=True, recognised=HeldRecognition(degree=degree, on=dt.date(2023, 1, 1)))
        conditions = evaluate(PRIMARY, everything(PRIMARY), facts, on).recognition.conditions
        return [c.satisfied for c in conditions if c.id == "waiting_time"]

    assert waiting(1, dt.date(2024, 12, 31)) == [False]
    assert waiting(1, dt.date(2025, 1, 1)) == [True]
    assert waiting(2, dt.date(2024, 1, 1)) == []


def test_the_certificate_of_2026_stays_open_because_the_law_is_not_known():
    evaluation = evaluate(NEW, everything(NEW), SchoolFacts(cohort_completed=True), ON)
    assert evaluation.certificate.degree is None
    assert evaluation.certificate.conditions[0].satisfied is None
    assert any("Chưa rõ giấy chứng nhận" in sentence for sentence in evaluation.because)


def test_a_printed_expiry_wins_over_the_computed_one():
    assert expiry(PRIMARY, dt.date(2021, 3, 15)) == dt.date(2026, 3, 15)
    assert expiry(PRIMARY, dt.date(2021, 3, 15), dt.date(2026, 3, 14)) == dt.date(2026, 3, 14)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(-120, 120))
def test_adding_months_stays_in_the_month_meant(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
    assert moved.day == day.day or (moved + dt.timedelta(days=1)).day == 1


def level(floor: int, ceiling: int) -> LevelResult:
    return LevelResult(level=floor if floor == ceiling else None, floor=floor, ceiling=ceiling, final=floor == ceiling)


@pytest.mark.parametrize(
    ("rulebook", "degree", "school", "remedied", "step"),
    [
        (PRIMARY, 1, level(2, 2), None, RevocationStep.NONE),
        (PRIMARY, 2, level(3, 4), None, RevocationStep.NONE),
        (PRIMARY, 1, level(1, 2), None, RevocationStep.WATCH),
        (PRIMARY, 1, level(1, 1), None, RevocationStep.PROPOSE),
        (NEW, 1, level(0, 0), None, RevocationStep.ASK_REMEDY),
        (NEW, 1, level(0, 0), False, RevocationStep.PROPOSE),
        (NEW, 1, level(0, 0), True, RevocationStep.WATCH),
        (NEW, 2, level(1, 1), False, RevocationStep.PROPOSE),
        (NEW, 9, level(2, 2), False, RevocationStep.PROPOSE),
    ],
)
def test_revocation_is_suggested_by_the_rule_of_the_regime(rulebook, degree, school, remedied, step):
    advice = revocation(rulebook, degree, school, remedied)
    assert advice.step is step
    assert rulebook.rules.revocation.source in advice.because


def test_a_council_is_told_the_rule():
    assert "TT57/2026 Đ9" in check_council(NEW, 6).because
