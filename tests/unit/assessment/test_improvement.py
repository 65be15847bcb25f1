"""The improvement plan: what an item says, what is owed of it by when, and sums that add up."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.assessment import errors
from shared.contracts.calls import improvement as i
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.self_assessment import ImprovementStatus
from tests.unit.assessment.conftest import DOCUMENT
from tests.unit.assessment.deciding_kit import AtWork, caller

TODAY = dt.date(2026, 11, 24)
OPENED = dt.date(2024, 9, 10)


@pytest.fixture
def work(office):
    """A cycle that was opened two years ago, so that days of reviews lie behind."""
    office.tell_document()
    cycle = office.with_school().with_cycle(OPENED, "2024-2025", rulebook="v2026_tt57/pho_thong")
    return AtWork(office.application, cycle)


def test_an_item_is_kept_as_it_was_told(work):
    told = {"problem": "Thiếu máy", "measure": "Số máy", "owner": "Tổ Tin", "evidence_expected": "Biên bản bàn giao"}
    days = {"starts": dt.date(2026, 12, 1), "ends": dt.date(2027, 5, 31)}
    added = work.improve(**told, **days, cost_vnd=120_000_000, source="Ngân sách xã", person="p-1")
    item = work.plan().items[0]
    assert item.id == added.id
    assert {name: getattr(item, name) for name in (*told, *days)} == told | days
    assert (item.standard, item.cost_vnd, item.source, item.person) == ("1", 120_000_000, "Ngân sách xã", "p-1")
    assert (item.status, item.reviews) == (ImprovementStatus.NOT_STARTED, [])


def test_an_item_that_is_told_twice_is_one(work):
    first, head = work.improve(), work.head()
    assert work.improve() == first
    acting = caller(3, command="k-1")
    assert work.improve(acting, aim="Khác").id == work.improve(acting, aim="Khác").id
    assert work.head() == head + 1


@pytest.mark.parametrize(
    ("wrong", "refusal", "said"),
    [
        ({"criterion": ""}, BadRequest, "tiêu chuẩn"),
        ({"criterion": "9.9"}, NoSuchCriterion, "9.9"),
        ({"criterion": "", "standard": "9"}, NoSuchCriterion, "tiêu chuẩn 9"),
        ({"standard": "2"}, BadRequest, "không thuộc"),
        ({"aim": " "}, BadRequest, "mục tiêu"),
        ({"action": ""}, BadRequest, "việc làm"),
        ({"starts": TODAY, "ends": OPENED}, BadRequest, "trước ngày bắt đầu"),
        ({"cost_vnd": -1}, BadRequest, "Kinh phí"),
        ({"cost_vnd": 10**16}, BadRequest, "Kinh phí"),
        ({"problem": "x" * 20_001}, BadRequest, "20000"),
    ],
)
def test_an_item_that_says_too_little_or_nonsense_is_refused(work, wrong, refusal, said):
    with pytest.raises(refusal, match=said):
        work.improve(**wrong)
    assert work.plan().items == []


def test_an_item_of_a_standard_needs_no_criterion(work):
    work.improve(criterion="", standard="2")
    assert (work.plan().items[0].criterion, work.plan().items[0].standard) == ("", "2")


def change(work, item, **fields):
    given = {"criterion": "1.1", "aim": "Đủ máy", "action": "Mua", **fields}
    return work.application.change_improvement(caller(3), i.ChangeImprovement(**work.place, item=item, **given))


def test_an_item_is_written_anew_and_keeps_its_reviews(work):
    item = work.improve().id
    work.review_item(item, "dang_lam", "hk1")
    change(work, item, ends=dt.date(2027, 8, 31))
    head = work.head()
    change(work, item, ends=dt.date(2027, 8, 31))
    assert work.head() == head
    one = work.plan().items[0]
    assert (one.ends, one.status, len(one.reviews)) == (dt.date(2027, 8, 31), ImprovementStatus.UNDER_WAY, 1)
    with pytest.raises(errors.NoSuchImprovement):
        change(work, "no-such")


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(work):
    item = work.improve().id
    seen = work.plan().items[0].position
    change(work, item, expected=seen, action="Mua 12 máy")
    head = work.head()
    with pytest.raises(errors.ChangedMeanwhile) as refused:
        change(work, item, expected=seen, action="Thuê máy")
    assert refused.value.data["item"]["action"] == "Mua 12 máy"
    assert refused.value.data["position"] == work.plan().items[0].position
    change(work, item, expected=seen, action="Mua 12 máy")
    assert work.head() == head, "the same again is no conflict"
    change(work, item, expected=work.plan().items[0].position, action="Thuê máy")
    assert work.plan().items[0].action == "Thuê máy"


def test_a_repeated_command_does_not_meet_its_own_change(work):
    item = work.improve().id
    seen = work.plan().items[0].position
    given = i.ChangeImprovement(**work.place, item=item, criterion="1.1", aim="Đủ máy", action="Thuê", expected=seen)
    once = msgspec.structs.replace(caller(3), command="lan-1")
    work.application.change_improvement(once, given)
    change(work, item, action="Mua thêm")
    work.application.change_improvement(once, given)
    assert work.plan().items[0].action == "Mua thêm"


def test_done_needs_evidence_that_is_kept(work):
    item = work.improve().id
    with pytest.raises(errors.DoneWithoutEvidence):
        work.review_item(item, "xong", "cuoi_nam")
    with pytest.raises(DocumentUnknown):
        work.review_item(item, "xong", evidence=["nobody"])
    work.review_item(item, "xong", "cuoi_nam", evidence=[DOCUMENT, DOCUMENT], result="Đủ 12 máy", adjustment="Không")
    review = work.plan().items[0].reviews[0]
    assert (review.status, review.evidence, review.result) == (ImprovementStatus.DONE, [DOCUMENT], "Đủ 12 máy")


def test_a_review_is_of_an_item_and_of_a_day_within_the_cycle(work):
    with pytest.raises(errors.NoSuchImprovement):
        work.review_item("no-such", "dang_lam")
    item = work.improve().id
    with pytest.raises(errors.DateRefused):
        work.review_item(item, "dang_lam", on=dt.date(2024, 9, 1))
    work.review_item(item, "dang_lam")
    head = work.head()
    work.review_item(item, "dang_lam")
    assert work.head() == head


# --- what is owed


def due(work, **fields):
    work.improve(**fields)
    item = work.plan().items[0]
    return item.next_due, item.due_what, item.overdue_days


def test_the_next_review_is_at_the_end_of_the_term_or_of_the_year(work):
    assert due(work) == (dt.date(2027, 1, 15), "hk1", 0)
    assert "quy ước" in work.plan().review_note


def test_work_that_should_have_ended_is_overdue(work):
    assert due(work, starts=dt.date(2026, 10, 1), ends=dt.date(2026, 11, 14)) == (dt.date(2026, 11, 14), "ket_thuc", 10)


def test_a_review_that_was_not_held_is_overdue_until_a_later_one_was(work):
    item = work.improve(starts=dt.date(2025, 10, 1)).id
    assert (work.plan().items[0].next_due, work.plan().items[0].overdue) == (dt.date(2026, 1, 15), True)
    work.review_item(item, "dang_lam", "hk1", on=dt.date(2026, 1, 10))
    assert (work.plan().items[0].next_due, work.plan().items[0].due_what) == (dt.date(2026, 5, 31), "cuoi_nam")
    work.review_item(item, "dang_lam", "khac", on=dt.date(2026, 8, 1))
    assert work.plan().items[0].overdue
    work.review_item(item, "dang_lam", "cuoi_nam", on=dt.date(2026, 6, 4))
    assert (work.plan().items[0].next_due, work.plan().items[0].overdue) == (dt.date(2027, 1, 15), False)


def test_a_missed_review_is_history_once_a_later_one_was_held(work):
    item = work.improve(starts=dt.date(2025, 10, 1)).id
    work.review_item(item, "dang_lam", "cuoi_nam", on=dt.date(2026, 5, 30))
    assert work.plan().items[0].next_due == dt.date(2027, 1, 15)


@pytest.mark.parametrize("status", ["xong", "bo"])
def test_nothing_is_owed_of_what_is_over(work, status):
    item = work.improve(starts=OPENED, ends=dt.date(2025, 1, 1)).id
    work.review_item(item, status, evidence=[DOCUMENT])
    one = work.plan().items[0]
    assert (one.next_due, one.due_what, one.overdue, one.overdue_days) == (None, "", False, 0)


def test_what_is_overdue_comes_first_and_may_be_asked_for_alone(work):
    work.improve(action="Sau", ends=dt.date(2027, 9, 1))
    work.improve(action="Trễ", starts=OPENED, ends=dt.date(2024, 12, 1))
    over = work.improve(action="Bỏ").id
    work.review_item(over, "bo")
    assert [item.action for item in work.plan().items] == ["Trễ", "Sau", "Bỏ"]
    late = work.plan(overdue=True)
    assert [item.action for item in late.items] == ["Trễ"]
    assert late.overdue == 1
    assert late.items[0].overdue_days == (TODAY - dt.date(2024, 12, 1)).days


def test_the_sums_by_source_add_up_without_what_was_dropped(work):
    work.improve(action="A", cost_vnd=10, source="Ngân sách")
    work.improve(action="B", cost_vnd=5, source="Ngân sách")
    work.improve(action="C", cost_vnd=7)
    work.improve(action="D")
    dropped = work.improve(action="E", cost_vnd=100, source="Xã hội hóa").id
    work.review_item(dropped, "bo")
    plan = work.plan()
    assert {(one.source, one.cost_vnd, one.items) for one in plan.sums} == {("Ngân sách", 15, 2), ("", 7, 1)}
    assert plan.total_vnd == sum(one.cost_vnd for one in plan.sums) == 22
    assert plan.uncosted == 1
    assert work.plan(overdue=True).total_vnd == 22


def test_the_plan_goes_on_after_the_submission(work):
    item = work.improve().id
    work.submit(incomplete=True, reason="Còn thiếu minh chứng giấy", on=dt.date(2026, 11, 20))
    work.review_item(item, "dang_lam")
    work.improve(action="Việc mới")
    assert len(work.plan().items) == 2
