"""The council decides: who writes down meetings and votes, what a vote passes, what is approved and published."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment import errors
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import deciding as d
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest
from shared.rulebook.conventions import Voting, conventions
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.self_assessment import CriterionStep
from tests.unit.assessment.deciding_kit import CHAIR, HEAD, MEMBER, SCHOOL, SECRETARY, AtWork, caller, person

KEY = ("1.1", 1, "-")


@pytest.fixture
def bare(office):
    """A cycle without a council."""
    office.tell_document()
    return AtWork(office.with_school().application, office.with_cycle())


@pytest.fixture
def work(bare):
    """A cycle with a council of seven, 1.1 written and reviewed."""
    bare.set_up()
    bare.write("1.1")
    bare.review("1.1")
    return bare


# --- meetings


def test_secretary_chair_and_head_write_down_a_meeting(work):
    held = {work.hold(acting=acting, agenda=f"Họp {n}").id for n, acting in enumerate((SECRETARY, CHAIR, HEAD))}
    assert {one.id for one in work.meetings().meetings} == held
    with pytest.raises(errors.NotYourDuty, match="Thư ký"):
        work.hold(acting=MEMBER)
    with pytest.raises(errors.NotYourDuty, match="không thuộc Hội đồng"):
        work.hold(acting=caller(99))


def test_a_meeting_is_of_members_each_once_in_the_order_of_the_council(work):
    work.hold(present=(5, 1, 2, 1))
    assert work.meetings().meetings[0].present == [person(1), person(2), person(5)]
    with pytest.raises(errors.NotInCouncil) as refused:
        work.hold(present=(1, 2, 77))
    assert refused.value.data["people"] == [person(77)]
    with pytest.raises(BadRequest, match="có mặt"):
        work.hold(present=())
    with pytest.raises(BadRequest, match="nội dung"):
        work.hold(agenda=" ")


def test_a_meeting_that_is_told_twice_is_one(work):
    first, head = work.hold(), work.head()
    assert work.hold().id == first.id
    command = caller(2, command="k-1")
    assert work.hold(acting=command, agenda="Khác").id == work.hold(acting=command, agenda="Khác").id
    assert work.head() == head + 1
    assert len(work.meetings().meetings) == 2


def test_a_meeting_lies_between_the_opening_and_today(work):
    with pytest.raises(errors.DateRefused):
        work.hold(on=dt.date(2026, 9, 1))
    with pytest.raises(errors.DateRefused):
        work.hold(on=dt.date(2026, 11, 25))
    work.hold(on=dt.date(2026, 10, 5))
    work.hold(on=dt.date(2026, 11, 5))
    assert [one.on.month for one in work.meetings().meetings] == [11, 10]


def test_the_minutes_of_a_meeting_are_a_kept_document(work):
    with pytest.raises(DocumentUnknown):
        work.hold(document="nobody")
    work.hold(document="0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52")
    assert work.meetings().meetings[0].document


def test_nothing_is_decided_without_a_council(bare):
    with pytest.raises(errors.NoCouncil):
        bare.hold(acting=HEAD)
    with pytest.raises(errors.NoCouncil):
        bare.approve()
    assert bare.meetings().council == 0


# --- votes


def test_a_vote_passes_what_it_was_taken_on(work):
    meeting, changed = work.hold().id, work.work("1.1").changed
    voted = work.vote("1.1", meeting, (4, 1, 0), opinions=["Cần thêm số liệu", " "])
    assert (voted.passed, voted.of, voted.stands, voted.opinions) == (True, changed, True, ["Cần thêm số liệu"])
    assert "quy ước" in voted.because
    assert work.steps()["1.1"] is CriterionStep.PASSED
    assert work.meetings().meetings[0].votes == [voted]


def test_votes_are_written_down_by_secretary_or_chair(work):
    meeting = work.hold().id
    for acting in (MEMBER, HEAD):
        with pytest.raises(errors.NotYourDuty):
            work.vote("1.1", meeting, acting=acting)
    assert work.vote("1.1", meeting, acting=CHAIR).passed


@pytest.mark.parametrize("votes", [(4, 0, 0), (5, 1, 0), (0, 0, 0)])
def test_votes_add_up_to_those_present(work, votes):
    meeting, head = work.hold().id, work.head()
    with pytest.raises(errors.VotesDoNotAddUp) as refused:
        work.vote("1.1", meeting, votes)
    assert refused.value.data == {"votes": sum(votes), "present": 5}
    assert f"{sum(votes)}/5" in refused.value.detail
    assert work.head() == head


def test_votes_are_no_less_than_nothing_and_about_something_that_is_there(work):
    meeting = work.hold().id
    with pytest.raises(BadRequest):
        work.vote("1.1", meeting, (6, -1, 0))
    with pytest.raises(errors.NoSuchMeeting):
        work.vote("1.1", "no-such")
    with pytest.raises(NoSuchCriterion):
        work.vote("9.9", meeting)
    with pytest.raises(BadRequest):
        work.vote("1.1", meeting, opinions=["Ý kiến"] * 101)


@pytest.mark.parametrize(
    ("present", "votes", "passed"),
    [
        ((1, 2, 3, 4, 5), (3, 2, 0), True),
        ((1, 2, 3, 4), (2, 1, 1), False),
        ((1, 2, 3, 4), (3, 1, 0), True),
        ((1, 2, 3), (3, 0, 0), False),
    ],
)
def test_more_than_half_of_more_than_half_passes(work, present, votes, passed):
    voted = work.vote("1.1", work.hold(present=present).id, votes)
    assert voted.passed is passed
    assert voted.convention == "over_half_present_of_half"
    assert (work.steps()["1.1"] is CriterionStep.PASSED) is passed


def test_what_was_not_passed_stays_reviewed_and_may_be_voted_on_again(work):
    meeting = work.hold().id
    work.vote("1.1", meeting, (2, 3, 0))
    line = work.meetings().criteria[0]
    assert (line.step, line.put, line.again) == (CriterionStep.REVIEWED, True, False)
    assert line.vote is not None
    assert not line.vote.passed
    gap = next(gap for gap in work.check().gaps if gap.kind is GapKind.NOT_PASSED and gap.criterion == "1.1")
    assert "2 thuận, 3 không" in gap.text
    assert work.vote("1.1", meeting, (4, 1, 0)).passed


def test_only_what_is_reviewed_is_put_to_the_council(work):
    meeting = work.hold().id
    work.write("1.2")
    with pytest.raises(errors.NotReviewed) as refused:
        work.vote("1.2", meeting)
    assert refused.value.data["step"] == "dang_viet"
    lines = {line.criterion: line for line in work.meetings().criteria}
    assert "đang viết" in lines["1.2"].why_not
    assert lines["1.1"].put


def test_a_repeated_vote_is_no_second_one_and_a_passed_criterion_is_not_voted_on_again(work):
    meeting = work.hold().id
    voted, head = work.vote("1.1", meeting), work.head()
    assert work.vote("1.1", meeting) == voted
    assert work.head() == head
    with pytest.raises(errors.AlreadyPassed):
        work.vote("1.1", meeting, (4, 1, 0))


def test_a_repeated_command_does_not_meet_its_own_vote(work):
    meeting, acting = work.hold().id, caller(2, command="k-7")
    first = work.vote("1.1", meeting, (2, 3, 0), acting)
    work.write("1.1", text="Đã sửa.")
    assert work.vote("1.1", meeting, (2, 3, 0), acting).position == first.position


def test_what_changes_after_a_vote_must_be_voted_on_again(work):
    meeting = work.hold().id
    work.vote("1.1", meeting)
    work.judge(KEY)
    line = work.meetings().criteria[0]
    assert (line.step, line.again, line.put) == (CriterionStep.REVIEWED, True, True)
    assert line.vote is not None
    assert not line.vote.stands
    assert "phải biểu quyết lại" in next(gap.text for gap in work.check().gaps if gap.kind is GapKind.NOT_PASSED)
    assert work.vote("1.1", meeting).passed


def test_what_is_told_for_an_earlier_day_is_a_change_as_well(work):
    work.vote("1.1", work.hold().id)
    work.judge(KEY, on=dt.date(2026, 10, 10))
    assert work.steps()["1.1"] is CriterionStep.REVIEWED


def test_the_convention_is_a_setting():
    strict = Voting(quorum_over=(2, 3), majority_over=(2, 3), confidence="low", note="", source="")
    assert strict.name == "over_2_3_present_of_2_3"
    assert "2/3" in strict.text
    assert not strict.passed(5, 5, 9)
    assert not strict.passed(6, 9, 9)
    assert strict.passed(7, 9, 9)
    assert conventions().voting.confidence == "low"


# --- approval


@pytest.fixture
def passed(work):
    work.pass_all()
    return work


def test_the_chair_approves_what_stands_in_the_log(passed):
    head = passed.head()
    approved = passed.approve()
    assert approved.position == head
    assert passed.meetings().approval.stands
    assert passed.approve() == approved
    assert passed.head() == head + 1


@pytest.mark.parametrize("acting", [HEAD, SECRETARY, MEMBER])
def test_nobody_but_the_chair_approves(passed, acting):
    with pytest.raises(errors.NotYourDuty, match="Chủ tịch"):
        passed.approve(acting)
    assert errors.NotYourDuty.status == 403


def test_approval_names_what_is_not_passed(passed):
    passed.judge(KEY)
    passed.judge(("2.1", 1, "-"))
    with pytest.raises(errors.CriteriaNotPassed) as refused:
        passed.approve()
    assert [gap["criterion"] for gap in refused.value.data["gaps"]] == ["1.1", "2.1"]
    assert "1.1, 2.1" in refused.value.detail


def test_a_later_change_takes_back_that_criterion_alone_and_the_approval(passed):
    passed.approve()
    before = passed.steps()
    passed.judge(KEY)
    after = passed.steps()
    assert {code for code in after if after[code] is not before[code]} == {"1.1"}
    assert not passed.meetings().approval.stands
    passed.vote("1.1", passed.hold(agenda="Biểu quyết lại").id)
    assert GapKind.NOT_APPROVED in passed.gap_kinds()
    passed.approve()
    assert GapKind.NOT_APPROVED not in passed.gap_kinds()


def test_a_repeated_approval_command_answers_as_before(passed):
    acting = caller(1, command="k-9")
    approved = passed.approve(acting)
    head = passed.head()
    assert passed.approve(acting) == approved
    assert passed.head() == head


# --- publication


def publish(work, acting=HEAD, channels=("Bảng tin của trường",), **fields):
    return work.application.publish_report(acting, d.PublishReport(**work.place, channels=list(channels), **fields))


def test_the_result_is_published_after_it_was_submitted(passed):
    with pytest.raises(errors.NotSubmitted):
        publish(passed)
    passed.approve()
    passed.submit(incomplete=True, reason="Còn thiếu minh chứng giấy")
    with pytest.raises(BadRequest, match="ở đâu"):
        publish(passed, channels=())
    with pytest.raises(BadRequest, match="trước ngày trình"):
        publish(passed, on=dt.date(2026, 11, 1))
    with pytest.raises(BadRequest, match="Nhiều nhất"):
        publish(passed, channels=["Nơi"] * 21)
    with pytest.raises(DocumentUnknown):
        publish(passed, document="nobody")
    done = publish(passed)
    assert publish(passed) == done
    assert passed.assessed().cycle.work.publication is not None


# --- reopening


def test_a_reopened_cycle_takes_over_everything_and_goes_back_where_it_is_touched(passed):
    passed.approve()
    passed.submit(incomplete=True, reason="Còn thiếu minh chứng giấy")
    again = passed.reopen()
    assert set(again.steps().values()) == {CriterionStep.PASSED}
    assert again.meetings().council == 7
    assert again.work("1.1").texts == passed.work("1.1").texts
    assert GapKind.NOT_APPROVED in again.gap_kinds()
    assert again.meetings().approval is None
    again.judge(KEY)
    back = {code for code, step in again.steps().items() if step is not CriterionStep.PASSED}
    assert back == {"1.1"}
    assert again.steps()["1.1"] is CriterionStep.WRITING
    assert passed.steps()["1.1"] is CriterionStep.PASSED
    again.write("1.1", text="Số liệu năm nay.")
    again.write("2.1", 2)
    changes = again.application.cycle_changes(calls.CycleChangesRequest(**again.place))
    assert [(one.criterion, one.level) for one in changes.texts] == [("1.1", 1), ("2.1", 2)]
    again.pass_all()
    assert again.approve().position > passed.meetings().approval.of


def test_a_submitted_cycle_is_decided_on_no_more(passed):
    meeting = passed.hold(agenda="Trước khi trình").id
    passed.submit(incomplete=True, reason="Còn thiếu minh chứng giấy")
    with pytest.raises(errors.AlreadySubmitted):
        passed.hold(agenda="Sau khi trình")
    with pytest.raises(errors.AlreadySubmitted):
        passed.approve()
    with pytest.raises(errors.AlreadyPassed):
        passed.vote("1.1", meeting, (4, 1, 0))


def test_what_the_school_does_not_have_is_not_decided_on(work):
    elsewhere = calls.CycleView(**{name: getattr(work.cycle, name) for name in work.cycle.__struct_fields__})
    missing = AtWork(work.application, elsewhere)
    missing.place = {"school": SCHOOL, "cycle": "2030-2031"}
    with pytest.raises(errors.NoSuchCycle):
        missing.hold()
    with pytest.raises(errors.NoSuchCycle):
        missing.check()
