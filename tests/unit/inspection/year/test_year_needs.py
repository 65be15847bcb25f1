"""Needs of schools: raised, appraised by the economic office, funded by source and year, watched until handed over."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection.errors import VisitDateRefused
from services.inspection.errors_year import (
    FundingTooHigh,
    NeedMoved,
    NeedOutOfStep,
    NeedRefused,
    NeedUnknown,
    SchoolElsewhere,
    SchoolUnknown,
)
from shared.contracts.calls.year import needs as calls
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.plan_years import YearRefused
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest, NotAllowed
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.commune_year import Appraisal, NeedState
from shared.vocabulary.roles import Role
from tests.unit.inspection.year import needs_kit as kit
from tests.unit.inspection.year.needs_kit import (
    ECONOMIC,
    ELSEWHERE,
    HEAD,
    LEADER,
    MILLION,
    OFFICER,
    OTHER_HEAD,
    TODAY,
    Village,
)

YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def village() -> Village:
    return Village()


def raising(**more) -> calls.RaiseNeed:
    return calls.RaiseNeed(**{"school": "TH-A", "year": 2026, "item": "Phòng học", "quantity": 1, **more})


# --- a need's way


def test_a_need_goes_from_the_school_to_the_handing_over(village):
    need = village.raised(" Phòng  học ", unit="phòng", reason="Thiếu phòng cho hai lớp")
    seen = village.one(need)
    assert (seen.item, seen.state, seen.unfunded_vnd, seen.version) == ("Phòng học", NeedState.RAISED, 900 * MILLION, 1)
    village.appraise(need, "dieu_chinh", cost_vnd=850 * MILLION, reason="Theo đơn giá tỉnh")
    first = village.fund(need, 500 * MILLION, decision="45/QĐ-UBND")
    assert (first.replaced_vnd, first.need.state, first.need.unfunded_vnd) == (0, NeedState.FUNDED, 350 * MILLION)
    village.fund(need, 350 * MILLION, "ctmtqg_ntm", 2027)
    village.check(need, 40, quality="Móng đạt")
    village.check(need, 100)
    handed = village.application.hand_over_need(ECONOMIC, calls.HandOverNeed(need=need, remaining="Sơn cửa"))
    assert (handed.need.state, handed.need.progress_percent, handed.need.unfunded_vnd) == (NeedState.HANDED_OVER, 100, 0)
    assert [act.kind for act in village.one(need).history] == [
        "need-raised",
        "need-appraised",
        "need-funded",
        "need-funded",
        "work-started",
        "work-checked",
        "work-checked",
        "need-handed-over",
    ]


def test_the_same_need_raised_twice_is_one_and_another_cost_makes_another(village):
    need = village.raised()
    assert village.raised() == need
    assert village.raised(cost_vnd=1) != need
    assert village.application.log.head() == 2


def test_a_need_without_a_cost_gets_one_when_it_is_appraised(village):
    need = village.raised(cost_vnd=None)
    with pytest.raises(NeedRefused, match="Thiếu kinh phí"):
        village.appraise(need)
    assert village.appraise(need, cost_vnd=5 * MILLION).need.appraised_vnd == 5 * MILLION


def test_a_changed_need_waits_for_an_appraisal_again(village):
    need = village.raised()
    village.appraise(need, "khong", reason="Không thuộc danh mục")
    changed = village.application.change_need(
        HEAD, calls.ChangeNeed(need=need, year=2027, item="Phòng Tin học", quantity=1, cost_vnd=3 * MILLION)
    ).need
    assert (changed.state, changed.year, changed.verdict, changed.appraised_vnd) == (NeedState.RAISED, 2027, None, None)
    with pytest.raises(NeedOutOfStep, match="rồi sửa lại"):
        village.raised()


def test_a_founded_need_is_not_changed_by_the_school(village):
    need = village.founded()
    with pytest.raises(NeedOutOfStep, match="đã thẩm định"):
        village.application.change_need(HEAD, calls.ChangeNeed(need=need, year=2026, item="Khác", quantity=1))


def test_who_saw_an_older_state_overwrites_nothing(village):
    need = village.raised()
    changed = calls.ChangeNeed(need=need, year=2026, item="Khác", quantity=1, cost_vnd=MILLION, seen=1)
    village.application.change_need(HEAD, changed)
    assert village.application.change_need(HEAD, changed).need.version == 2
    with pytest.raises(NeedMoved, match="Chưa ghi đè gì"):
        village.appraise(need, seen=1)
    assert village.appraise(need, seen=2).need.version == 3


def test_a_repeat_of_a_command_records_nothing(village):
    need = village.founded()
    once = msgspec.structs.replace(ECONOMIC, command="c-7")
    village.fund(need, 5 * MILLION, who=once)
    village.fund(need, 5 * MILLION, who=once)
    village.check(need, 10)
    village.check(need, 10)
    assert village.one(need).version == 5


# --- withdrawing


def test_a_withdrawn_need_is_in_no_sum_and_may_be_raised_again(village):
    need = village.founded()
    village.fund(need, 5 * MILLION)
    withdraw = calls.WithdrawNeed(need=need, reason="Đã được tặng đủ thiết bị")
    with pytest.raises(NeedOutOfStep, match="Phòng Kinh tế rút"):
        village.application.withdraw_need(HEAD, withdraw)
    assert village.application.withdraw_need(ECONOMIC, withdraw).need.state is NeedState.WITHDRAWN
    assert village.application.withdraw_need(ECONOMIC, withdraw).need.version == 4
    sums = village.sums()
    assert (sums.by_school, sums.by_source, sums.by_year, sums.wanted) == ([], [], [], [])
    assert village.raised() == need
    again = village.one(need)
    assert (again.state, again.funded_vnd, again.appraised_vnd) == (NeedState.RAISED, 0, None)


# --- money


def test_money_waits_for_the_appraisal_and_is_not_for_what_is_not_founded(village):
    need = village.raised()
    with pytest.raises(NeedOutOfStep, match="sau khi Phòng Kinh tế thẩm định"):
        village.fund(need, MILLION)
    village.appraise(need, "khong", reason="Không thuộc danh mục")
    with pytest.raises(NeedOutOfStep, match="không có cơ sở"):
        village.fund(need, MILLION)


def test_a_later_amount_of_the_same_source_and_year_takes_the_place_of_the_first(village):
    need = village.founded()
    village.fund(need, 100 * MILLION)
    later = village.fund(need, 70 * MILLION)
    assert (later.replaced_vnd, later.need.funded_vnd) == (100 * MILLION, 70 * MILLION)
    assert village.fund(need, 30 * MILLION, year=2027).need.funded_vnd == 100 * MILLION
    acts = [(act.amount_vnd, act.replaced_vnd) for act in village.one(need).history if act.kind == "need-funded"]
    assert acts == [(100 * MILLION, 0), (70 * MILLION, 100 * MILLION), (30 * MILLION, 0)]


def test_money_of_a_wrong_source_is_taken_back_with_a_reason(village):
    need = village.founded()
    village.fund(need, 100 * MILLION, "ns_tinh")
    village.fund(need, 70 * MILLION)
    with pytest.raises(NeedRefused, match="Ghi lý do thu hồi"):
        village.fund(need, 0, "ns_tinh")
    back = village.fund(need, 0, "ns_tinh", reason="Ghi nhầm nguồn vốn")
    assert (back.replaced_vnd, back.need.funded_vnd, back.need.state) == (100 * MILLION, 70 * MILLION, NeedState.FUNDED)
    assert [line.source for line in village.sums().by_source] == ["ns_xa"]
    assert village.fund(need, 0, "ns_tinh", reason="Ghi nhầm nguồn vốn").need.version == back.need.version
    with pytest.raises(NeedRefused, match="không có vốn để thu hồi"):
        village.fund(need, 0, "ns_tinh", reason="Thu hồi một lần nữa")


def test_a_need_whose_last_money_is_taken_back_waits_for_money_again(village):
    need = village.founded()
    village.fund(need, 100 * MILLION)
    back = village.fund(need, 0, reason="Tỉnh thu hồi chỉ tiêu vốn").need
    assert (back.state, back.funded_vnd, back.allocations) == (NeedState.APPRAISED, 0, [])
    with pytest.raises(NeedOutOfStep, match="sau khi bố trí vốn"):
        village.check(need, 10)
    village.appraise(need, "khong", reason="Không thuộc danh mục")
    assert village.one(need).state is NeedState.REFUSED


def test_money_taken_back_once_work_began_leaves_the_work_under_way(village):
    need = village.founded()
    village.fund(need, 100 * MILLION)
    village.check(need, 40)
    assert village.fund(need, 0, reason="Tỉnh thu hồi chỉ tiêu vốn").need.state is NeedState.UNDER_WAY


def test_more_money_than_was_appraised_wants_a_reason(village):
    need = village.founded()
    village.fund(need, 800 * MILLION)
    with pytest.raises(FundingTooHigh, match=r"thành 901\.000\.000 đồng.*vượt kinh phí đã thẩm định 900\.000\.000"):
        village.fund(need, 101 * MILLION, "xhh")
    village.fund(need, 101 * MILLION, "xhh", reason="Phụ huynh góp thêm mái che")
    assert village.one(need).unfunded_vnd == 0


def test_an_appraisal_below_the_money_there_is_is_refused(village):
    need = village.founded()
    village.fund(need, 800 * MILLION)
    with pytest.raises(FundingTooHigh, match="Giảm vốn đã bố trí trước"):
        village.appraise(need, "dieu_chinh", cost_vnd=700 * MILLION, reason="Theo đơn giá tỉnh")
    with pytest.raises(FundingTooHigh):
        village.appraise(need, "khong", reason="Không thuộc danh mục")


@pytest.mark.parametrize("amount", [0, -1, 10_000_000_000_001])
def test_amounts_that_cannot_be_are_refused(village, amount):
    need = village.founded()
    with pytest.raises(NeedRefused, match="Chưa ghi gì"):
        village.fund(need, amount)


def test_another_cost_is_an_adjustment_with_a_reason(village):
    need = village.raised()
    with pytest.raises(NeedRefused, match="Chọn điều chỉnh"):
        village.appraise(need, cost_vnd=1)
    with pytest.raises(BadRequest, match="Ghi rõ lý do"):
        village.appraise(need, "dieu_chinh", cost_vnd=1)
    with pytest.raises(NeedRefused, match="Thiếu kinh phí"):
        village.appraise(need, "dieu_chinh", reason="Theo đơn giá tỉnh")


# --- works


def test_work_goes_forward_unless_a_problem_is_told(village):
    need = village.founded()
    with pytest.raises(NeedOutOfStep, match="sau khi bố trí vốn"):
        village.check(need, 10)
    village.fund(need, MILLION)
    village.application.start_work(ECONOMIC, calls.StartWork(need=need))
    village.check(need, 60)
    with pytest.raises(NeedRefused, match="Tiến độ lùi"):
        village.check(need, 30)
    assert village.check(need, 30, problem="Sạt taluy, phải làm lại móng").need.problem.startswith("Sạt")
    with pytest.raises(NeedRefused, match="trước ngày"):
        village.check(need, 40, on=YESTERDAY)
    with pytest.raises(VisitDateRefused, match="chưa đến"):
        village.check(need, 40, on=TODAY + dt.timedelta(days=1))
    with pytest.raises(NeedRefused, match="từ 0 đến 100"):
        village.check(need, 101)


def test_work_that_is_older_than_the_record_of_its_need_is_entered_with_its_own_days(village):
    need = village.founded()
    village.fund(need, MILLION)
    may, july = dt.date(2026, 5, 4), dt.date(2026, 7, 6)
    village.application.start_work(ECONOMIC, calls.StartWork(need=need, on=may))
    with pytest.raises(NeedRefused, match="trước ngày 04/5/2026 đã ghi"):
        village.check(need, 40, on=may - dt.timedelta(days=1))
    village.check(need, 40, on=july)
    with pytest.raises(NeedRefused, match="trước ngày 06/7/2026 đã ghi"):
        village.application.hand_over_need(ECONOMIC, calls.HandOverNeed(need=need, on=may))
    handed = village.application.hand_over_need(ECONOMIC, calls.HandOverNeed(need=need, on=july)).need
    assert (handed.started_on, handed.checked_on, handed.handed_over_on) == (may, july, july)


def test_photos_are_papers_that_the_school_keeps(village):
    need = village.founded()
    village.fund(need, MILLION)
    show = calls.PhotographWork(need=need, photos=["d-1", "d-1"])
    with pytest.raises(DocumentUnknown):
        village.application.photograph_work(HEAD, show)
    village.hear(DocumentReceived(document="d-1", school="TH-A", sha256="0" * 64, size_bytes=1, media_type="image/jpeg"))
    village.application.photograph_work(HEAD, show)
    village.application.photograph_work(HEAD, show)
    village.check(need, 10, photos=["d-1"])
    assert [act.photos for act in village.one(need).history if act.photos] == [["d-1"], ["d-1"]]
    # The economic office watches works with photos of its own; it was the school alone until it could send them.
    village.hear(DocumentReceived(document="d-2", school="TH-A", sha256="1" * 64, size_bytes=1, media_type="image/jpeg"))
    village.application.photograph_work(ECONOMIC, calls.PhotographWork(need=need, photos=["d-2"]))
    assert village.one(need).history[-1].photos == ["d-2"]
    with pytest.raises(NotAllowed):
        village.application.photograph_work(LEADER, show)
    with pytest.raises(NeedRefused, match="Chưa chọn ảnh"):
        village.application.photograph_work(HEAD, calls.PhotographWork(need=need, photos=[]))


def test_what_was_handed_over_is_watched_no_more(village):
    need = village.founded()
    village.fund(need, MILLION)
    handed = calls.HandOverNeed(need=need)
    village.application.hand_over_need(ECONOMIC, handed)
    assert village.application.hand_over_need(ECONOMIC, handed).need.version == 4
    for act in (
        lambda: village.check(need, 100),
        lambda: village.appraise(need, "dieu_chinh", cost_vnd=2 * MILLION, reason="Theo đơn giá tỉnh"),
        lambda: village.application.hand_over_need(ECONOMIC, calls.HandOverNeed(need=need, remaining="Sơn cửa")),
    ):
        with pytest.raises(NeedOutOfStep):
            act()


# --- what cannot be


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"item": "  "}, NeedRefused),
        ({"item": "x" * 301}, NeedRefused),
        ({"quantity": 0}, NeedRefused),
        ({"cost_vnd": -1}, NeedRefused),
        ({"criterion": "9.9"}, NoSuchCriterion),
        ({"year": 1999}, YearRefused),
        ({"school": "KHAC"}, SchoolUnknown),
        ({"in_commune": "XX"}, SchoolElsewhere),
    ],
)
def test_what_cannot_be_needed_is_refused_and_nothing_is_recorded(village, more, refusal):
    with pytest.raises(refusal, match="Chưa ghi gì"):
        village.application.raise_need(HEAD, raising(**more))
    assert village.application.log.head() == 0


# --- who


def test_a_school_sees_and_touches_only_its_own_needs(village):
    need = village.raised()
    assert village.listed(OTHER_HEAD).needs == []
    assert [one.id for one in village.listed(HEAD).needs] == [need]
    for act in (
        lambda: village.one(need, OTHER_HEAD),
        lambda: village.application.withdraw_need(OTHER_HEAD, calls.WithdrawNeed(need=need, reason="Không cần nữa đâu")),
        lambda: village.one(need, ELSEWHERE),
        lambda: village.appraise(need, who=ELSEWHERE),
        lambda: village.one("khong"),
    ):
        with pytest.raises(NeedUnknown):
            act()


def test_the_economic_office_appraises_and_the_officer_does_not(village):
    need = village.raised()
    for who in (OFFICER, HEAD, LEADER):
        with pytest.raises(NotAllowed):
            village.appraise(need, who=who)
    village.appraise(need)
    with pytest.raises(NotAllowed):
        village.fund(need, MILLION, who=OFFICER)
    assert village.fund(need, MILLION, who=LEADER).need.state is NeedState.FUNDED


def test_a_school_that_came_after_the_sign_in_is_the_communes_too(village):
    need = village.raised()
    early = kit.somebody(Role.ECONOMIC_OFFICE, schools=())
    assert village.appraise(need, who=early).need.verdict is Appraisal.FOUNDED
    assert [one.id for one in village.listed(early).needs] == [need]


# --- lists


def test_what_lacks_money_comes_first_then_by_year_and_school(village):
    funded = village.founded(cost_vnd=5 * MILLION)
    village.fund(funded, 5 * MILLION)
    later = village.raised(year=2027)
    other = village.raised(who=OTHER_HEAD, school="TH-B")
    assert [one.id for one in village.listed().needs] == [other, later, funded]
    assert [one.id for one in village.listed(unfunded=True, year=2026).needs] == [other]
    assert [one.id for one in village.listed(year=2026, until=2027, school="TH-A").needs] == [later, funded]
    assert [one.id for one in village.listed(source="ns_xa", money_year=2026).needs] == [funded]
    assert village.listed(source="xhh").total == 0
    page = village.listed(after=1, limit=1)
    assert ([one.id for one in page.needs], page.total) == ([later], 3)
    assert village.listed().counts["moi_neu"] == 2
    with pytest.raises(BadRequest):
        village.listed(limit=501)


def test_what_has_no_source_is_summed_by_school_and_year(village):
    need = village.founded()
    village.fund(need, 100 * MILLION)
    village.raised(cost_vnd=50 * MILLION)
    village.raised(cost_vnd=None)
    refused = village.raised("Sân bóng")
    village.appraise(refused, "khong", reason="Không thuộc danh mục")
    (wanted,) = village.sums().wanted
    assert (wanted.needs, wanted.appraised_vnd, wanted.unfunded_vnd) == (3, 900 * MILLION, 850 * MILLION)
    assert (wanted.waiting_vnd, wanted.uncosted) == (50 * MILLION, 1)
