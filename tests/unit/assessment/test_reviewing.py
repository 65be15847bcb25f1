"""Handing in, taking back, sending back, reviewing: who may, in which order, and what each refusal says."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.domain.reviewing import require_ready
from services.assessment.domain.self_assessment_facts import CriterionHandedIn, CriterionReviewed
from services.assessment.domain.work import CriterionWork
from services.assessment.domain.writing import Codes
from services.assessment.errors import (
    AlreadyReviewed,
    AlreadySubmitted,
    AwaitingReview,
    CodesDangling,
    CopiedUnread,
    DateRefused,
    NotHandedIn,
    NothingWritten,
    NotYourDuty,
    ReviewsOwnWork,
)
from shared.contracts.calls.assessment import DescribeCriterion, LinkEvidence, UnlinkEvidence
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.self_assessment import CriterionStep
from tests.unit.assessment.council_at_work import (
    CHAIR,
    CLERK,
    CYCLE,
    FIFTH,
    OUTSIDER,
    REVIEWER,
    SCHOOL,
    SECRETARY,
    WRITER,
    AtWork,
    person,
)


@pytest.fixture
def at_work(office):
    return AtWork(office)


@pytest.fixture
def handed_in(at_work):
    at_work.assign(writer=WRITER, reviewer=REVIEWER)
    at_work.code()
    at_work.write("Trường có kế hoạch (MC.1.1.01).")
    at_work.hand_in()
    return at_work


def describe(at_work, strengths, by=WRITER):
    described = DescribeCriterion(school=SCHOOL, cycle=CYCLE, criterion="1.1", strengths=strengths)
    at_work.do.describe_criterion(person(by), described)


def facts(at_work, kind):
    return [one.entry.fact for one in at_work.do.log.read(0, 10_000) if isinstance(one.entry.fact, kind)]


# --- handing in


def test_what_is_handed_in_names_the_position_that_it_stood_at(at_work):
    written = at_work.write("Trường có kế hoạch.").position
    at_work.hand_in()
    work = at_work.work()
    assert (work.step, work.by, work.since) == (CriterionStep.HANDED_IN, WRITER, at_work.office.clock.now())
    assert [fact.of for fact in facts(at_work, CriterionHandedIn)] == [written]


def test_nothing_written_is_not_handed_in(at_work):
    with pytest.raises(NothingWritten):
        at_work.hand_in()
    describe(at_work, "Rõ")
    with pytest.raises(NothingWritten):
        at_work.hand_in()
    at_work.write("")
    with pytest.raises(NothingWritten):
        at_work.hand_in()


def test_a_code_that_leads_nowhere_is_not_handed_in_until_it_is_cited(at_work):
    at_work.code(cite=False)
    at_work.write("Có (MC.1.1.01). Lạ (MC.1.1.02).")
    with pytest.raises(CodesDangling, match=r"MC\.1\.1\.02 \(chưa cấp mã này\)") as refused:
        at_work.hand_in()
    assert [(one["code"], one["standing"]) for one in refused.value.data["codes"]] == [
        ("MC.1.1.01", "chua_gan"),
        ("MC.1.1.02", "chua_cap"),
    ]
    at_work.write("Có (MC.1.1.01).")
    linked = LinkEvidence(school=SCHOOL, cycle=CYCLE, document="d-1", criterion="1.1")
    at_work.do.link_evidence(person(CLERK), linked)
    at_work.hand_in()
    assert at_work.work().step is CriterionStep.HANDED_IN


def test_many_dangling_codes_are_named_in_the_data_and_a_few_in_the_sentence(at_work):
    at_work.write(" ".join(f"Câu (MC.1.1.{number:02})." for number in range(1, 31)))
    with pytest.raises(CodesDangling, match="và 18 mã nữa") as refused:
        at_work.hand_in()
    assert len(refused.value.data["codes"]) == 30


def test_who_may_not_write_may_not_hand_in_or_take_back(handed_in):
    with pytest.raises(NotYourDuty):
        handed_in.take_back(by=FIFTH)
    handed_in.take_back()
    with pytest.raises(NotYourDuty):
        handed_in.hand_in(by=FIFTH)


def test_handing_in_twice_records_once(handed_in):
    head = handed_in.head()
    handed_in.hand_in()
    assert handed_in.head() == head


def test_while_it_lies_with_the_reviewer_nobody_writes_and_the_refusal_says_who_takes_it_back(handed_in):
    with pytest.raises(AwaitingReview) as refused:
        handed_in.write("Sửa.")
    assert refused.value.data["may_take_back"] == [WRITER]
    handed_in.take_back()
    assert handed_in.write("Sửa.").text == "Sửa."
    assert handed_in.work().step is CriterionStep.WRITING


def test_taking_back_what_is_being_written_does_nothing_and_what_was_reviewed_is_refused(handed_in):
    handed_in.take_back()
    head = handed_in.head()
    handed_in.take_back()
    assert handed_in.head() == head
    handed_in.hand_in()
    handed_in.review()
    with pytest.raises(NotHandedIn, match="Đã soát"):
        handed_in.take_back()


def test_a_command_that_comes_again_after_more_has_happened_records_nothing(handed_in):
    handed_in.take_back(command="k-1")
    handed_in.hand_in(command="k-2")
    head = handed_in.head()
    handed_in.take_back(command="k-1")
    handed_in.hand_in(command="k-2")
    assert handed_in.head() == head


# --- reviewing


def test_the_assigned_reviewer_reviews_and_nobody_else(handed_in):
    for name in (CHAIR, SECRETARY, FIFTH, OUTSIDER):
        with pytest.raises(NotYourDuty, match="người soát đã phân công"):
            handed_in.review(by=name)
    stood = handed_in.head()
    handed_in.review()
    assert handed_in.work().step is CriterionStep.REVIEWED
    assert [fact.of for fact in facts(handed_in, CriterionReviewed)] == [stood]
    head = handed_in.head()
    handed_in.review()
    assert handed_in.head() == head


def test_nobody_reviews_what_he_wrote_or_handed_in(at_work):
    at_work.write("Có.", by=WRITER)
    at_work.hand_in(by=FIFTH)
    for name in (WRITER, FIFTH):
        with pytest.raises(ReviewsOwnWork):
            at_work.review(by=name)
    at_work.review(by=SECRETARY)


def test_whoever_described_the_criterion_wrote_of_it(at_work):
    describe(at_work, "Rõ", by=REVIEWER)
    at_work.write("Có.")
    at_work.hand_in()
    with pytest.raises(ReviewsOwnWork):
        at_work.review(by=REVIEWER)


def test_without_a_reviewer_the_head_of_the_group_reviews_unless_he_wrote(at_work):
    at_work.group("nhom-1", REVIEWER, WRITER, FIFTH)
    at_work.assign(group="nhom-1")
    at_work.write("Có.")
    at_work.hand_in()
    with pytest.raises(NotYourDuty, match="nhóm trưởng"):
        at_work.review(by=SECRETARY)
    at_work.take_back()
    at_work.write("Nhóm trưởng viết.", by=REVIEWER)
    at_work.hand_in()
    with pytest.raises(ReviewsOwnWork):
        at_work.review(by=REVIEWER)
    at_work.review(by=SECRETARY)


def test_a_criterion_of_nobody_is_reviewed_by_any_other_member(at_work):
    at_work.write("Có.")
    at_work.hand_in()
    with pytest.raises(NotYourDuty):
        at_work.review(by=OUTSIDER)
    at_work.review(by=FIFTH)


def test_without_a_council_another_person_reviews(office):
    at_work = AtWork(office, council_of=None)
    at_work.write("Có.")
    at_work.hand_in()
    with pytest.raises(ReviewsOwnWork):
        at_work.review(by=WRITER)
    at_work.review(by=OUTSIDER)


def test_what_was_not_handed_in_is_not_reviewed(at_work):
    at_work.write("Có.")
    with pytest.raises(NotHandedIn) as refused:
        at_work.review()
    assert refused.value.data["step"] == "dang_viet"
    with pytest.raises(NoSuchCriterion):
        at_work.review(criterion="9.9")


def test_a_code_that_was_taken_away_meanwhile_is_not_reviewed(handed_in):
    unlinked = UnlinkEvidence(school=SCHOOL, cycle=CYCLE, document="d-1", criterion="1.1")
    handed_in.do.unlink_evidence(person(CLERK), unlinked)
    with pytest.raises(CodesDangling):
        handed_in.review()


def test_a_change_after_the_review_takes_it_back_and_its_writer_goes_on_and_hands_in_again(handed_in):
    handed_in.review()
    with pytest.raises(AlreadyReviewed):
        handed_in.hand_in()
    handed_in.write("Sửa câu này (MC.1.1.01).")
    work = handed_in.work()
    assert (work.step, work.fell_from) == (CriterionStep.HANDED_IN, CriterionStep.REVIEWED)
    handed_in.write("Sửa lần nữa (MC.1.1.01).")
    handed_in.hand_in()
    assert handed_in.work().fell_from is None
    handed_in.review()
    assert handed_in.work().step is CriterionStep.REVIEWED


def test_judging_and_describing_stay_open_while_it_waits_and_after_the_review_take_it_back(handed_in):
    describe(handed_in, "Rõ", by=FIFTH)
    assert handed_in.work().step is CriterionStep.HANDED_IN
    handed_in.review()
    describe(handed_in, "Rõ hơn", by=FIFTH)
    assert handed_in.work().fell_from is CriterionStep.REVIEWED


# --- wanting changes


def test_the_reviewer_the_secretary_and_the_chair_want_changes(handed_in):
    due = handed_in.office.clock.now().date() + dt.timedelta(days=3)
    handed_in.want_changes(" Ghi rõ nơi công bố ", due=due)
    work = handed_in.work()
    assert work.step is CriterionStep.CHANGES_REQUESTED
    assert (work.request.text, work.request.due, work.request.by) == ("Ghi rõ nơi công bố", due, REVIEWER)
    head = handed_in.head()
    handed_in.want_changes(due=due)
    assert handed_in.head() == head
    for name in (SECRETARY, CHAIR):
        handed_in.want_changes(f"Ý của {name}", by=name)
    assert handed_in.work().request.by == CHAIR
    for name in (FIFTH, WRITER, OUTSIDER):
        with pytest.raises((NotYourDuty, ReviewsOwnWork)):
            handed_in.want_changes(by=name)


def test_after_changes_were_wanted_it_is_written_handed_in_and_reviewed(handed_in):
    handed_in.want_changes()
    handed_in.write("Kế hoạch niêm yết tại trường (MC.1.1.01).")
    assert handed_in.work().request is not None
    handed_in.hand_in()
    assert handed_in.work().request is None
    handed_in.review()


def test_changes_may_be_wanted_of_what_is_reviewed(handed_in):
    handed_in.review()
    handed_in.want_changes(by=SECRETARY)
    assert handed_in.work().step is CriterionStep.CHANGES_REQUESTED


def test_changes_of_what_was_not_handed_in_without_words_or_for_yesterday_are_refused(handed_in):
    with pytest.raises(BadRequest):
        handed_in.want_changes("  ")
    with pytest.raises(DateRefused):
        handed_in.want_changes(due=handed_in.office.clock.now().date() - dt.timedelta(days=1))
    handed_in.take_back()
    with pytest.raises(NotHandedIn):
        handed_in.want_changes()


def test_after_the_submission_no_step_is_taken(office):
    at_work = AtWork(office, council_of=None)
    at_work.write("Có.")
    at_work.hand_in()
    office.submit_anyway(at_work.cycle)
    for step in (at_work.review, at_work.want_changes):
        with pytest.raises(AlreadySubmitted):
            step(by=OUTSIDER)
    with pytest.raises(AlreadySubmitted):
        at_work.take_back()


def test_a_copied_text_is_ready_once_it_was_read():
    own = CriterionWork()
    own.unread = {2, 0}
    with pytest.raises(CopiedUnread, match="điểm mạnh, điểm yếu, Mức\u00a02") as refused:
        require_ready(own, "1.1", Codes({}, ()))
    assert refused.value.data["levels"] == [0, 2]
    own.unread = set()
    require_ready(own, "1.1", Codes({}, ()))
