"""What stands between a cycle and its submission once there is a council: each gap with its page, in the order of asking."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment import errors
from services.assessment.domain.event_descriptions import describe
from services.assessment.domain.submission import days_late, last_day_of_submission
from services.assessment.published import public_event
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import council as council_calls
from shared.problems import BadRequest
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.self_assessment import CouncilRole, CriterionStep
from tests.unit.assessment.conftest import DOCUMENT
from tests.unit.assessment.deciding_kit import HEAD, MEMBER, SCHOOL, AtWork, council, person

KEY = ("1.1", 1, "-")
WHY = "Hồ sơ giấy đang quét, bổ sung sau"
BASE = f"/truong/{SCHOOL}/danh-gia/2026-2027"


@pytest.fixture
def complete(office):
    """A cycle that the gate of before lets through: everything judged met, a document cited everywhere; no council."""
    office.cycle = office.with_school().with_cycle()
    office.judge_all(office.cycle, on=dt.date(2026, 10, 20))
    office.cite_all(office.cycle)
    return AtWork(office.application, office.cycle)


@pytest.fixture
def work(complete):
    complete.set_up()
    return complete


@pytest.fixture
def ready(work):
    work.pass_all()
    work.approve()
    return work


def submitted(work):
    return work.assessed().cycle.submitted.entry.fact


def refused(work, kind, **fields):
    with pytest.raises(kind) as refusal:
        work.submit(**fields)
    assert "Chưa trình gì." in refusal.value.detail
    assert work.assessed().cycle.submitted is None
    return refusal.value


def test_without_a_council_the_gate_is_as_before_and_says_that_there_is_none(complete):
    checked = complete.check()
    assert (checked.ready, checked.gaps) == (True, [])
    assert "chưa lập Hội đồng" in checked.notes[0]
    complete.submit()
    after = complete.check()
    assert (after.ready, after.submitted_on) == (False, dt.date(2026, 11, 24))


def test_a_council_that_passed_and_approved_everything_lets_it_through(ready):
    assert ready.check() == type(ready.check())(ready=True, gaps=[], notes=[], last_day=dt.date(2027, 6, 15))
    ready.submit()
    assert submitted(ready).gaps == ()


def test_every_criterion_of_the_standards_is_to_pass_and_the_report_to_be_approved(work):
    checked = work.check()
    assert [gap.criterion for gap in checked.gaps] == [*work.rulebook.criteria, ""]
    first, last = checked.gaps[0], checked.gaps[-1]
    assert (first.kind, first.level, first.indicator, first.link) == (GapKind.NOT_PASSED, 0, "", f"{BASE}/1.1")
    assert "đang viết" in first.text
    assert (last.kind, last.link) == (GapKind.NOT_APPROVED, f"/truong/{SCHOOL}/hop?dot=2026-2027#phe-duyet")
    refusal = refused(work, errors.CriteriaNotPassed)
    assert len(refusal.data["gaps"]) == len(work.rulebook.criteria)
    work.pass_all()
    assert "chưa phê duyệt" in refused(work, errors.NotApproved).detail


def test_one_change_after_the_approval_is_named_alone(ready):
    ready.judge(KEY, acting=MEMBER)
    steps = ready.steps()
    assert [code for code, step in steps.items() if step is not CriterionStep.PASSED] == ["1.1"]
    assert steps["1.1"] is CriterionStep.REVIEWED
    refusal = refused(ready, errors.CriteriaNotPassed)
    assert refusal.type == "tieu-chi-chua-thong-qua"
    assert [gap["criterion"] for gap in refusal.data["gaps"]] == ["1.1"]
    assert "tiêu chí 1.1." in refusal.detail
    before = ready.meetings().approval.of
    assert f"Bản ghi số {before}" in ready.check().gaps[-1].text


def test_an_approval_older_than_a_written_part_of_the_report_does_not_count(ready):
    ready.fact(_section(ready))
    assert ready.gap_kinds() == {GapKind.NOT_APPROVED}
    ready.approve()
    assert ready.check().ready


def _section(work):
    from services.assessment.domain.self_assessment_facts import ReportSectionWritten

    return ReportSectionWritten(**work.place, section="dat_van_de", text="Trường thành lập năm 1995.")


def test_what_goes_beyond_the_standards_is_to_pass_once_it_is_written_on(office):
    office.with_school()
    cycle = office.with_cycle(on=dt.date(2024, 3, 1), year="2023-2024", rulebook="v2018/tieu_hoc")
    old = AtWork(office.application, cycle)
    old.set_up()
    assert "22" not in {gap.criterion for gap in old.check().gaps if gap.kind is GapKind.NOT_PASSED}
    old.write("22", level=4)
    assert "22" in {gap.criterion for gap in old.check().gaps if gap.kind is GapKind.NOT_PASSED}


def test_a_council_that_is_not_lawful_is_named_with_its_rule(ready, monkeypatch):
    from services.assessment.domain import council as rules

    # A stored council was lawful when it was set up; another edition of the circular may ask for more.
    real = rules.composition
    monkeypatch.setattr(rules, "composition", lambda rulebook, members: real(rulebook, members[:6]))
    gap = ready.check().gaps[0]
    assert (gap.kind, gap.criterion, gap.link) == (GapKind.COUNCIL_INVALID, "", f"/truong/{SCHOOL}/hoi-dong?dot=2026-2027")
    assert "6 thành viên" in gap.text
    assert "6 thành viên" in refused(ready, errors.CouncilRefused).detail


def test_a_code_that_leads_nowhere_is_lacking_with_or_without_a_council(complete):
    complete.write("1.1", text="Có kế hoạch (MC.1.1.77).", codes=["MC.1.1.77"])
    gap = complete.check().gaps[0]
    assert (gap.kind, gap.criterion, gap.level, gap.link) == (GapKind.DANGLING_CODE, "1.1", 1, f"{BASE}/1.1#muc-1")
    assert "MC.1.1.77" in gap.text
    refused(complete, errors.CodesDangling)
    complete.write("1.1", text="Có kế hoạch (MC.1.1.01).", codes=["MC.1.1.01"])
    assert complete.check().ready


def test_gaps_of_indicators_come_with_their_place_and_link(office):
    office.cycle = office.with_school().with_cycle()
    work = AtWork(office.application, office.cycle)
    first = work.check().gaps[0]
    assert (first.kind, first.criterion, first.level) == (GapKind.NOT_ASSESSED, "1.1", 1)
    assert first.text == "Tiêu chí 1.1 Mức\u00a01: Chưa đánh giá."
    assert first.link == f"{BASE}/1.1#o-1_-"
    work.judge(KEY)
    assert "chưa có minh chứng" in next(gap.text for gap in work.check().gaps if gap.kind is GapKind.NO_EVIDENCE)


def test_an_answered_gap_is_none(office):
    office.cycle = office.with_school().with_cycle()
    work = AtWork(office.application, office.cycle)
    work.judge(KEY)
    place = {"criterion": "1.1", "level": 1, "indicator": "-", "kind": GapKind.NO_EVIDENCE}
    work.application.answer_gap(MEMBER, calls.AnswerGap(**work.place, **place, reason=WHY))
    assert GapKind.NO_EVIDENCE not in work.gap_kinds()


# --- submitting without


def test_the_head_submits_without_everything_that_is_lacking_for_one_reason(work):
    work.judge(KEY, result="not_assessed")
    expected = [(gap.kind, gap.criterion, gap.level, gap.indicator) for gap in work.check().gaps]
    with pytest.raises(BadRequest, match="lý do"):
        work.submit(incomplete=True, reason="ok")
    done = work.submit(incomplete=True, reason=WHY)
    gaps = submitted(work).gaps
    assert [(gap.kind, gap.criterion, gap.level, gap.indicator) for gap in gaps] == expected
    assert {gap.reason for gap in gaps} == {WHY}
    assert work.submit(incomplete=True, reason=WHY) == done
    said = describe(submitted(work))
    assert "tiêu chí 1.1 Hội đồng chưa thông qua" in said
    assert "; Chủ tịch Hội đồng chưa phê duyệt" in said
    assert public_event(submitted(work)).gaps[-1].kind is GapKind.NOT_APPROVED
    cycle = next(iter(work.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles))
    assert [gap.kind for gap in cycle.gaps] == [kind for kind, *_ in expected]


def test_reasons_for_single_gaps_stand_beside_the_one_for_the_rest(work):
    own = calls.GapReason(kind=GapKind.NOT_PASSED, criterion="1.1", reason="Họp lại tuần sau với phụ huynh")
    work.submit(incomplete=True, reason=WHY, gaps=[own])
    reasons = {(gap.kind, gap.criterion): gap.reason for gap in submitted(work).gaps}
    assert reasons[GapKind.NOT_PASSED, "1.1"] == own.reason
    assert reasons[GapKind.NOT_PASSED, "1.2"] == WHY


def test_the_head_may_name_what_the_council_owes(work):
    named = [calls.GapReason(kind=GapKind.NOT_PASSED, criterion=code, reason=WHY) for code in work.rulebook.criteria]
    refused(work, errors.NotApproved, gaps=named)
    whole = [calls.GapReason(kind=GapKind.NOT_APPROVED, criterion=code, reason=WHY) for code in ("", "1.1")]
    work.submit(gaps=[*named, *whole])
    assert len(submitted(work).gaps) == len(named) + 1


def test_nothing_is_listed_where_nothing_is_lacking(ready):
    ready.submit(incomplete=True, reason=WHY)
    assert submitted(ready).gaps == ()


# --- late


@pytest.mark.parametrize(("day", "late"), [((2027, 6, 14), 0), ((2027, 6, 15), 0), ((2027, 6, 16), 1), ((2027, 7, 15), 30)])
def test_the_days_after_the_day_of_the_circular_are_counted(library, day, late):
    assert days_late(library.get("v2026_tt57/pho_thong"), "2026-2027", dt.date(*day)) == late


def test_a_circular_that_names_no_day_is_never_missed(library):
    assert last_day_of_submission(library.get("v2018_tt22/tieu_hoc"), "2025-2026") is None
    assert days_late(library.get("v2018_tt22/tieu_hoc"), "2025-2026", dt.date(2030, 1, 1)) == 0


def test_a_late_submission_is_let_through_and_marked(office):
    office.cycle = office.with_school().with_cycle(dt.date(2025, 11, 2), "2025-2026", rulebook="v2026_tt57/pho_thong")
    work = AtWork(office.application, office.cycle)
    checked = work.check()
    assert checked.late_days > 0
    assert checked.notes[-1].startswith(f"Trễ {checked.late_days} ngày so với ngày 15/6/2026")
    work.submit(incomplete=True, reason=WHY, on=dt.date(2026, 6, 18))
    cycle = work.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0]
    assert cycle.late_days == 3
    assert work.check().late_days == 3


def test_members_come_and_go_without_losing_what_was_decided(ready):
    others = [
        *council(5),
        council_calls.MemberById(person=person(8), role=CouncilRole.MEMBER, task="Thay người", trained=True),
        council_calls.MemberById(person=person(9), role=CouncilRole.MEMBER, task="Thay người", trained=True),
    ]
    request = council_calls.SetUpCouncil(decided_on=dt.date(2026, 11, 20), members=others, **ready.place)
    ready.application.set_up_council(HEAD, request)
    assert ready.check().ready


def test_the_document_of_the_scene_is_the_one_cited(complete):
    assert {document for document, *_ in complete.assessed().cycle.citations} == {DOCUMENT}
