"""The gate before submission: what is lacking, in which order it is asked for, what answers it, what the head may leave."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from services.assessment.errors import (
    AlreadySubmitted,
    ContradictionUnanswered,
    DateRefused,
    EvidenceMissing,
    NotAllAssessed,
    NothingToAnswer,
)
from services.assessment.published import public_event
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.assessment import GapReason
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import GapKind, SchoolKind
from shared.vocabulary.roles import Role, ScopeKind

SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
WHY = "Nội dung này xem trực tiếp tại trường"
QUALIFIED = "gv_dat_chuan_trinh_do"


@pytest.fixture
def school(office):
    office.cycle = office.with_school().with_cycle()
    return office


@pytest.fixture
def old(office):
    """A school under a circular of 2018, whose figures bind."""
    office.with_school()
    office.cycle = office.with_cycle(on=dt.date(2024, 3, 1), year="2023-2024", rulebook="v2018/tieu_hoc")
    return office


def gaps(office):
    return office.application.gaps(calls.GapsRequest(school=SCHOOL, cycle=office.cycle.cycle)).gaps


def open_kinds(office):
    return {gap.kind for gap in gaps(office) if not gap.answer}


def place(office, kind, key):
    where = dict(zip(("criterion", "level", "indicator"), key, strict=True))
    return {"school": SCHOOL, "cycle": office.cycle.cycle, "kind": kind, **where}


def answer(office, kind, key, reason=WHY):
    return office.application.answer_gap(office.acting, calls.AnswerGap(**place(office, kind, key), reason=reason))


def withdraw(office, kind, key):
    return office.application.withdraw_gap_answer(office.acting, calls.WithdrawGapAnswer(**place(office, kind, key)))


def state(office, numerator):
    figure = calls.FigureGiven(figure=QUALIFIED, numerator=Decimal(numerator), denominator=Decimal(20))
    request = calls.StateFigures(school=SCHOOL, school_year="2023-2024", figures=[figure])
    return office.application.state_figures(office.acting, request)


def refusal(office, kind, **submitted):
    with pytest.raises(kind) as refused:
        office.submit(office.cycle, **submitted)
    assert "Chưa trình gì." in refused.value.detail
    assert is_open(office)
    return refused.value.data["gaps"]


def is_open(office):
    cycles = office.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles
    return next(one for one in cycles if one.cycle == office.cycle.cycle).submitted_on is None


def last_fact(office):
    return office.application.log.read(office.application.log.head() - 1, 1)[0].entry.fact


# --- the order of asking


def test_nothing_judged_is_refused_with_every_indicator_of_the_rulebook(school):
    listed = refusal(school, NotAllAssessed)
    keys = school.rulebook(school.cycle).keys
    assert [(one["criterion"], one["level"], one["indicator"]) for one in listed] == [tuple(key) for key in keys]
    assert {one["kind"] for one in listed} == {"not_assessed"}


def test_all_met_without_evidence_is_refused_with_every_indicator(school):
    school.judge_all(school.cycle)
    listed = refusal(school, EvidenceMissing)
    assert len(listed) == len(school.rulebook(school.cycle).keys)
    assert {one["kind"] for one in listed} == {"no_evidence"}


def test_one_indicator_left_is_named_in_the_sentence_and_in_the_data(school):
    *judged, left = school.rulebook(school.cycle).keys
    school.judge(school.cycle, dict.fromkeys(judged, "not_met"))
    with pytest.raises(NotAllAssessed, match=f"Còn 1 chỉ báo chưa đánh giá, ở tiêu chí {left.criterion}"):
        school.submit(school.cycle)
    listed = refusal(school, NotAllAssessed)
    assert listed == [
        {"kind": "not_assessed", "criterion": left.criterion, "level": left.level, "indicator": left.indicator}
    ]


def test_what_is_not_met_or_not_applicable_needs_no_evidence(school):
    school.judge_all(school.cycle, "not_met")
    assert gaps(school) == []
    assert school.submit(school.cycle).position


@pytest.mark.parametrize(("level", "indicator"), [(0, ""), (1, ""), (1, "-")], ids=["criterion", "level", "indicator"])
def test_a_citation_at_the_criterion_the_level_or_the_indicator_is_evidence_for_it(school, level, indicator):
    key = ("1.1", 1, "-")
    school.judge_all(school.cycle, "not_met")
    school.judge(school.cycle, {key: "met"})
    assert [gap.kind for gap in gaps(school)] == [GapKind.NO_EVIDENCE]
    school.tell_document()
    where = {"school": SCHOOL, "cycle": school.cycle.cycle, "document": DOCUMENT, "criterion": "1.1"}
    school.application.code_evidence(school.acting, calls.CodeEvidence(**where, title="Kế hoạch"))
    cited = calls.LinkEvidence(**where, level=level, indicator=indicator)
    school.application.link_evidence(school.acting, cited)
    assert gaps(school) == []
    assert school.submit(school.cycle).position


def test_a_citation_of_another_level_or_criterion_is_no_evidence_for_it(school):
    school.judge_all(school.cycle, "not_met")
    school.judge(school.cycle, {("1.1", 1, "-"): "met"})
    school.tell_document()
    where = {"school": SCHOOL, "cycle": school.cycle.cycle, "document": DOCUMENT}
    school.application.code_evidence(school.acting, calls.CodeEvidence(**where, criterion="1.1", title="Kế hoạch"))
    school.application.link_evidence(school.acting, calls.LinkEvidence(**where, criterion="1.1", level=2))
    school.application.link_evidence(school.acting, calls.LinkEvidence(**where, criterion="1.2"))
    assert len(refusal(school, EvidenceMissing)) == 1


def test_a_figure_below_the_threshold_stands_in_the_way_until_somebody_says_why(old):
    key = ("2.2", 1, "b")
    old.judge_all(old.cycle, "not_met")
    old.judge(old.cycle, {key: "met"})
    old.cite_all(old.cycle)
    assert open_kinds(old) == set()
    state(old, 18)
    listed = refusal(old, ContradictionUnanswered)
    assert [(one["kind"], one["criterion"], one["level"], one["indicator"]) for one in listed] == [("contradiction", *key)]
    answer(old, GapKind.CONTRADICTION, key, "Hai giáo viên đang học nâng chuẩn theo lộ trình")
    assert open_kinds(old) == set()
    state(old, 15)
    assert open_kinds(old) == {GapKind.CONTRADICTION}, "another figure is another contradiction"
    answer(old, GapKind.CONTRADICTION, key, "Hai giáo viên đang học nâng chuẩn theo lộ trình")
    assert old.submit(old.cycle).position


def test_a_commune_finding_against_the_school_stands_in_the_way(school):
    key = ("1.1", 1, "-")
    school.judge_all(school.cycle, "not_met")
    school.judge(school.cycle, {key: "met"})
    school.cite_all(school.cycle)
    school.visit(school.cycle, {("1.2", 1, "-"): "not_met"}, "commune")
    assert gaps(school) == [], "where the school says not met, the commune does not contradict it"
    school.tell_finding(school.cycle, key, "not_met", "commune", inspection="visit-2")
    assert gaps(school) == [], "what a visit found is no verdict before it is concluded"
    school.tell_concluded(school.cycle, "commune", inspection="visit-2")
    listed = refusal(school, ContradictionUnanswered)
    assert [one["kind"] for one in listed] == ["finding"]
    answer(school, GapKind.FINDING, key)
    assert school.submit(school.cycle).position


def test_each_level_of_education_that_is_judged_on_its_own_is_asked_for(office):
    office.application.register_commune(office.acting, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
    levels = ["tieu_hoc", "thcs"]
    request = calls.RegisterSchool(
        commune="NL01", code=SCHOOL, name="Trường TH-THCS", kind=SchoolKind.MULTI_LEVEL, levels=levels
    )
    office.application.register_school(office.acting, request)
    office.cycle = office.with_cycle()
    office.judge_all(office.cycle, "not_met")
    one = calls.Judgement(criterion="1.3", level=1, indicator="-", result=calls.Result.NOT_ASSESSED, part="thcs")
    judged = calls.Judge(school=SCHOOL, cycle=office.cycle.cycle, layer=calls.Layer.SCHOOL, judgements=[one])
    office.application.judge(office.acting, judged)
    with pytest.raises(NotAllAssessed, match=r"\(cấp THCS\)"):
        office.submit(office.cycle)
    assert [gap.part for gap in gaps(office)] == ["thcs"]
    assert refusal(office, NotAllAssessed)[0]["part"] == "thcs"


# --- answers


def test_an_answer_stands_with_the_indicator_and_may_be_taken_back(school):
    key = ("1.1", 1, "-")
    school.judge(school.cycle, {key: "met"})
    position = answer(school, GapKind.NO_EVIDENCE, key).position
    view = school.application.criterion(calls.CriterionRequest(school=SCHOOL, cycle=school.cycle.cycle, criterion="1.1"))
    told = [gap for one in view.indicators for gap in one.gaps if gap.answer]
    assert [(gap.kind, gap.answer, gap.position) for gap in told] == [(GapKind.NO_EVIDENCE, WHY, position)]
    withdraw(school, GapKind.NO_EVIDENCE, key)
    assert [gap.answer for gap in gaps(school) if gap.kind is GapKind.NO_EVIDENCE] == [""]
    with pytest.raises(NothingToAnswer, match="để rút lại"):
        withdraw(school, GapKind.NO_EVIDENCE, key)


def test_the_same_answer_again_is_one_fact(school):
    school.judge(school.cycle, {("1.1", 1, "-"): "met"})
    positions = {answer(school, GapKind.NO_EVIDENCE, ("1.1", 1, "-")).position for _ in range(2)}
    assert len(positions) == 1
    assert answer(school, GapKind.NO_EVIDENCE, ("1.1", 1, "-"), "Một lý do khác hẳn").position not in positions


def test_a_withdrawal_that_comes_twice_is_carried_out_once(school):
    school.judge(school.cycle, {("1.1", 1, "-"): "met"})
    answer(school, GapKind.NO_EVIDENCE, ("1.1", 1, "-"))
    request = calls.WithdrawGapAnswer(**place(school, GapKind.NO_EVIDENCE, ("1.1", 1, "-")))
    once = msgspec.structs.replace(school.acting, command="c-77")
    assert len({school.application.withdraw_gap_answer(once, request).position for _ in range(2)}) == 1


@pytest.mark.parametrize(
    ("kind", "key", "reason", "error"),
    [
        (GapKind.NOT_ASSESSED, ("1.1", 2, "-"), WHY, BadRequest),
        (GapKind.NO_EVIDENCE, ("1.1", 2, "-"), WHY, NothingToAnswer),
        (GapKind.CONTRADICTION, ("1.1", 1, "-"), WHY, NothingToAnswer),
        (GapKind.NO_EVIDENCE, ("9.9", 1, "-"), WHY, NoSuchCriterion),
        (GapKind.NO_EVIDENCE, ("1.1", 1, ""), WHY, NoSuchCriterion),
        (GapKind.NO_EVIDENCE, ("1.1", 1, "-"), ". . . . . . . . .", BadRequest),
        (GapKind.NO_EVIDENCE, ("1.1", 1, "-"), "không", BadRequest),
        (GapKind.NO_EVIDENCE, ("1.1", 1, "-"), "dài " * 600, BadRequest),
    ],
)
def test_what_is_no_answer_is_refused(school, kind, key, reason, error):
    school.judge(school.cycle, {("1.1", 1, "-"): "met"})
    with pytest.raises(error):
        answer(school, kind, key, reason)
    assert not any(gap.answer for gap in gaps(school))


def test_after_submission_nothing_is_answered_any_more(school):
    school.judge_all(school.cycle)
    key = ("1.1", 1, "-")
    answer(school, GapKind.NO_EVIDENCE, key)
    school.submit_anyway(school.cycle)
    with pytest.raises(AlreadySubmitted):
        answer(school, GapKind.NO_EVIDENCE, ("1.2", 1, "-"))
    with pytest.raises(AlreadySubmitted):
        withdraw(school, GapKind.NO_EVIDENCE, key)


# --- submitting with gaps


def test_only_what_no_reason_covers_is_refused(school):
    everything = school.all_gaps(school.rulebook(school.cycle))
    but_one = [one for one in everything if (one.kind, one.criterion) != (GapKind.NOT_ASSESSED, "2.1")]
    listed = refusal(school, NotAllAssessed, gaps=but_one)
    assert {one["criterion"] for one in listed} == {"2.1"}


@pytest.mark.parametrize(("level", "indicator"), [(0, ""), (2, ""), (2, "-")])
def test_a_reason_covers_the_criterion_the_level_or_the_indicator(school, level, indicator):
    *_, last = (key for key in school.rulebook(school.cycle).keys if key.criterion == "1.1")
    school.judge(school.cycle, {key: "not_met" for key in school.rulebook(school.cycle).keys if key != last})
    reason = GapReason(kind=GapKind.NOT_ASSESSED, criterion="1.1", level=level, indicator=indicator, reason=WHY)
    assert last.level == 2
    other = GapReason(kind=GapKind.NOT_ASSESSED, criterion="1.1", level=1, indicator="-", reason=WHY)
    refusal(school, NotAllAssessed, gaps=[other])
    assert school.submit(school.cycle, gaps=[reason]).position


def test_the_gaps_stand_in_the_event_and_in_the_cycle_but_their_words_are_not_told(school):
    unused = GapReason(kind=GapKind.FINDING, criterion="3.1", reason="Lý do cho chỗ không thiếu gì")
    school.judge_all(school.cycle, "not_met")
    school.judge(school.cycle, {("1.1", 1, "-"): "met"})
    named = GapReason(kind=GapKind.NO_EVIDENCE, criterion="1.1", level=1, reason="  Hồ sơ gốc\n đang ở phòng kế toán ")
    school.submit(school.cycle, gaps=[named, unused])
    fact = last_fact(school)
    assert [(one.kind, one.criterion, one.level, one.indicator, one.reason) for one in fact.gaps] == [
        (GapKind.NO_EVIDENCE, "1.1", 1, "", "Hồ sơ gốc đang ở phòng kế toán")
    ]
    told = public_event(fact)
    assert [(one.kind, one.criterion) for one in told.gaps] == [(GapKind.NO_EVIDENCE, "1.1")]
    assert not any(hasattr(one, "reason") for one in told.gaps)
    view = school.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0]
    assert [one.reason for one in view.gaps] == ["Hồ sơ gốc đang ở phòng kế toán"]
    history = school.application.history(calls.HistoryRequest(school=SCHOOL)).items[-1]
    assert "Trình thiếu, có nêu lý do: tiêu chí 1.1 Mức\u00a01 đạt mà chưa có minh chứng." in history.summary
    assert "kế toán" not in history.summary
    request = calls.GapsRequest(school=SCHOOL, cycle=school.cycle.cycle)
    assert school.application.gaps(request).submitted_on == view.submitted_on


@pytest.mark.parametrize(
    ("given", "error", "path"),
    [
        ({"reason": "ngắn"}, BadRequest, "$.gaps[0].reason"),
        ({"reason": "."}, BadRequest, "$.gaps[0].reason"),
        ({"criterion": "9.9"}, NoSuchCriterion, None),
        ({"level": 9}, NoSuchCriterion, None),
    ],
)
def test_gaps_named_wrongly_are_refused(school, given, error, path):
    named = {"kind": GapKind.NOT_ASSESSED, "criterion": "1.1", "reason": WHY} | given
    with pytest.raises(error) as refused:
        school.submit(school.cycle, gaps=[GapReason(**named)])
    assert refused.value.data.get("path") == path


def test_more_gaps_than_any_rulebook_has_indicators_are_refused(school):
    one = GapReason(kind=GapKind.NOT_ASSESSED, criterion="1.1", reason=WHY)
    with pytest.raises(BadRequest, match="nhiều nhất"):
        school.submit(school.cycle, gaps=[one] * 501)


def test_a_repeat_of_a_submission_is_one_fact_whatever_it_names(school):
    first = school.submit_anyway(school.cycle).position
    assert school.submit_anyway(school.cycle).position == first
    assert school.submit(school.cycle).position == first
    assert last_fact(school).TOPIC == "assessment.self-assessment-submitted"


def test_what_was_cited_today_counts_for_a_submission_told_for_an_earlier_day(school):
    """The log as it stands is what is closed; a school that catches up with paper tells earlier days."""
    school.judge_all(school.cycle, on=dt.date(2026, 10, 1))
    school.cite_all(school.cycle)
    school.submit(school.cycle, on=dt.date(2026, 10, 5))
    assert last_fact(school).submitted_on == dt.date(2026, 10, 5)
    assert last_fact(school).gaps == ()


def test_a_reason_is_kept_on_one_line():
    assert typed_reason(" Đang quét\n hồ  sơ gốc ") == "Đang quét hồ sơ gốc"


def test_an_office_is_told_how_far_each_school_is_in_one_question(office):
    office.with_school()
    told = lambda who=office.acting, **more: {  # noqa: E731
        one.school: one for one in office.application.submissions(who, calls.SubmissionsRequest(**more)).submissions
    }
    assert told() == {}
    cycle = office.with_cycle()
    assert (told()["TH-BC"].cycle, told()["TH-BC"].submitted_on) == ("2026-2027", None)
    office.submit_anyway(cycle, dt.date(2026, 11, 20))
    line = told(commune="NL01")["TH-BC"]
    assert (line.submitted_on, line.decided_on) == (dt.date(2026, 11, 20), None)
    assert line.gaps[0].reason == "Trường mới thành lập, chưa có hồ sơ"
    office.evaluate(cycle, "not_met", on=dt.date(2026, 11, 21))
    refusal = calls.RefuseRecognition(
        school="TH-BC", cycle=cycle.cycle, refused_on=dt.date(2026, 11, 22), reason="chưa đủ điều kiện công nhận"
    )
    office.application.refuse_recognition(office.acting, refusal)
    assert told()["TH-BC"].decided_on == dt.date(2026, 11, 22)
    reopening = calls.ReopenCycle(school="TH-BC", cycle=cycle.cycle, reason="Bổ sung hai minh chứng mới")
    again = office.application.reopen_cycle(office.acting, reopening)
    assert (told()["TH-BC"].cycle, told()["TH-BC"].reopens) == (again.cycle, cycle.cycle)
    assert told(commune="NL09") == {}
    evaluator = Grant(role=Role.EXTERNAL_EVALUATOR, scope_kind=ScopeKind.DEPARTMENT)
    assert told(CallContext(actor="e", grants=(evaluator,))) == {}


def test_a_day_before_the_last_judgement_is_no_day_of_submission(school):
    keys = school.rulebook(school.cycle).keys
    school.judge(school.cycle, dict.fromkeys(keys, "met"), on=dt.date(2026, 10, 20))
    with pytest.raises(DateRefused, match="sau ngày trình 10/10/2026"):
        school.submit_anyway(school.cycle, dt.date(2026, 10, 10))
    school.submit_anyway(school.cycle, dt.date(2026, 10, 20))
