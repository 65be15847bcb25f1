"""What members judge: a draft of each, kept whatever a second device says, and the same whoever syncs first."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest

from services.inspection import errors
from services.inspection.use_cases.judging import MOST_JUDGED
from shared.contracts.problems import DocumentUnknown
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.assessment import Result
from tests.unit.inspection.team_kit import (
    DAY,
    HEAD,
    KEY,
    LAN,
    MINH,
    OTHER,
    SECRETARY,
    TODAY,
    agree,
    judge,
    member,
    person,
    seen,
    set_up,
    topics,
)

NINE = dt.datetime(2026, 11, 2, 2, 0, tzinfo=dt.UTC)
LATER = NINE + dt.timedelta(minutes=30)


@pytest.fixture
def visit(team):
    team.hear_school()
    team.hear_cycle()
    return team.plan()


@pytest.fixture
def sent(team, visit):
    set_up(team, visit)
    return visit


def opinion(view, number=LAN, key=KEY):
    (one,) = [
        opinion
        for indicator in view.opinions
        for opinion in indicator.opinions
        if opinion.person == number and (indicator.criterion, indicator.level, indicator.indicator) == key
    ]
    return one


def test_each_member_judges_and_all_stand_side_by_side(team, sent):
    judge(team, sent, LAN, {KEY: "not_met", OTHER: "met"}, note=" Thiếu sổ ")
    done = judge(team, sent, HEAD, {KEY: "met"})
    (first, second) = done.opinions
    assert [(one.person, one.result, one.note, one.judged_on) for one in first.opinions] == [
        (HEAD, Result.MET, "", DAY),
        (LAN, Result.NOT_MET, "Thiếu sổ", DAY),
    ]
    assert (first.diverging, second.diverging) == (True, False)
    assert done.findings == []


def test_an_opinion_is_told_to_the_offices_of_its_layer_alone(team, sent):
    judge(team, sent, LAN, {KEY: "met"})
    assert seen(team, sent, team.officer).opinions
    for other in (team.head, team.department, team.evaluator):
        assert seen(team, sent, other).opinions == []


def test_what_stands_already_is_not_recorded_again(team, sent):
    judge(team, sent, LAN, {KEY: "met"})
    before = topics(team)
    judge(team, sent, LAN, {KEY: "met"})
    judge(team, sent, LAN, {KEY: "met"}, on=TODAY, seen=0)
    assert topics(team) == before
    judge(team, sent, LAN, {KEY: "met"}, note="Xem lại")
    judge(team, sent, LAN, {KEY: "met"})
    assert len(topics(team)) == len(before) + 2


def test_a_later_opinion_replaces_the_one_that_was_seen_or_that_nobody_asked_about(team, sent):
    first = opinion(judge(team, sent, LAN, {KEY: "met"}))
    second = opinion(judge(team, sent, LAN, {KEY: "not_met"}, seen=first.position))
    assert (second.result, second.others) == (Result.NOT_MET, [])
    third = opinion(judge(team, sent, LAN, {KEY: "met"}))
    assert (third.result, third.others) == (Result.MET, [])


def test_an_opinion_that_did_not_see_another_stands_beside_it_until_the_member_chooses(team, sent):
    judge(team, sent, LAN, {KEY: "met"}, note="Máy bảng", seen=0, judged_at=NINE)
    both = opinion(judge(team, sent, LAN, {KEY: "not_met"}, note="Điện thoại", seen=0, judged_at=LATER))
    assert (both.result, [(one.result, one.note) for one in both.others]) == (Result.NOT_MET, [(Result.MET, "Máy bảng")])
    chosen = opinion(judge(team, sent, LAN, {KEY: "not_met"}, note="Điện thoại", seen=both.position))
    assert (chosen.note, chosen.others) == ("Điện thoại", [])
    assert topics(team).count("member-judged") == 3


def test_choosing_the_older_opinion_replaces_that_alone(team, sent):
    judge(team, sent, LAN, {KEY: "met"}, seen=0, judged_at=NINE)
    both = opinion(judge(team, sent, LAN, {KEY: "not_met"}, seen=0, judged_at=LATER))
    third = opinion(judge(team, sent, LAN, {KEY: "met"}, note="Sửa", seen=both.others[0].position, judged_at=LATER))
    assert {third.result, *(one.result for one in third.others)} == {Result.MET, Result.NOT_MET}
    assert len(third.others) == 1


def test_what_a_device_sends_again_after_a_lost_answer_is_the_same_opinion(team, sent):
    first = opinion(judge(team, sent, LAN, {KEY: "met"}, seen=0, judged_at=NINE))
    judge(team, sent, LAN, {KEY: "not_met"}, seen=first.position, judged_at=LATER)
    again = opinion(judge(team, sent, LAN, {KEY: "met"}, seen=0, judged_at=NINE))
    assert (again.result, again.others) == (Result.NOT_MET, [])
    once = CallContext(actor=LAN, grants=person(LAN).grants, command="c-1")
    judge(team, sent, once, {OTHER: "met"})
    judge(team, sent, LAN, {OTHER: "not_met"})
    assert opinion(judge(team, sent, once, {OTHER: "met"}), key=OTHER).result is Result.NOT_MET


def test_a_position_that_is_none_of_the_members_is_one_that_was_not_seen(team, sent):
    judge(team, sent, LAN, {KEY: "met"})
    both = opinion(judge(team, sent, LAN, {KEY: "not_met"}, seen=999))
    assert len(both.others) == 1


SENT = (
    (LAN, KEY, "met", "", 0, NINE),
    (LAN, KEY, "not_met", "Thấy sau", 0, LATER),
    (HEAD, KEY, "met", "", 0, NINE),
    (SECRETARY, OTHER, "not_met", "Thiếu", 0, LATER),
)


def shown(view):
    """Return what a visit says of opinions, whatever the positions in the log."""
    return [
        (
            one.criterion,
            one.diverging,
            [(o.person, o.result, o.note, o.judged_on, [(x.result, x.note) for x in o.others]) for o in one.opinions],
        )
        for one in view.opinions
    ]


def test_members_who_judged_without_network_reach_one_state_in_whatever_order_they_sync(team, sent):
    states = set()
    for order in itertools.permutations(SENT):
        fresh = type(team)()
        fresh.hear_school()
        fresh.hear_cycle()
        visit = fresh.plan()
        set_up(fresh, visit)
        for who, key, result, note, known, at in order:
            judge(fresh, visit, who, {key: result}, note=note, seen=known, judged_at=at)
        assert topics(fresh).count("member-judged") == len(SENT)
        done = agree(fresh, visit, {KEY: "met", OTHER: "not_met"}, reason="Thống nhất tại trường")
        agreed = [(one.agreed.result, tuple(one.agreed.dissent), tuple(one.agreed.missing)) for one in done.opinions]
        states.add((str(shown(done)), str(agreed), str([(f.criterion, f.result) for f in done.findings])))
    assert len(states) == 1


def test_a_criterion_that_was_given_to_others_is_judged_all_the_same_and_flagged(team, sent):
    assert opinion(judge(team, sent, SECRETARY, {KEY: "met"}), SECRETARY).unassigned
    assert not opinion(judge(team, sent, LAN, {KEY: "met"})).unassigned


def test_nobody_is_unassigned_in_a_team_that_shared_nothing_out(team, visit):
    set_up(team, visit, [member(HEAD, "truong")])
    assert not opinion(judge(team, visit, HEAD, {KEY: "met"}), HEAD).unassigned


# --- who, when, on what


def test_only_the_team_judges(team, sent):
    for who in (person(MINH), team.officer, team.evaluator, team.head):
        with pytest.raises(NotAllowed):
            judge(team, sent, who, {KEY: "met"})
    with pytest.raises(errors.NoSuchInspection):
        judge(team, sent, LAN, {KEY: "met"}, school="KHAC")


def test_without_a_team_anybody_of_the_layer_judges(team, visit):
    assert opinion(judge(team, visit, team.inspector, {KEY: "met"}), "account-1").result is Result.MET


def test_when_a_device_took_an_opinion_down_is_when_it_was_given(team, sent):
    done = opinion(judge(team, sent, LAN, {KEY: "met"}, on=TODAY, judged_at=NINE))
    assert done.judged_on == DAY
    assert team.application.log.read(2)[-1].entry.meta.occurred == NINE


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (dt.datetime(2026, 11, 24, 3, 6, tzinfo=dt.UTC), "Đồng hồ của thiết bị nhanh hơn"),
        (dt.datetime(2026, 11, 1, 16, 59, tzinfo=dt.UTC), "sớm hơn"),
    ],
)
def test_a_moment_to_come_or_before_the_visit_is_refused(team, sent, at, said):
    with pytest.raises(errors.VisitDateRefused, match=said):
        judge(team, sent, LAN, {KEY: "met"}, judged_at=at)


def test_a_clock_that_is_little_ahead_is_taken_for_now_and_one_without_zone_is_refused(team, sent):
    ahead = team.clock.now() + dt.timedelta(minutes=4)
    assert opinion(judge(team, sent, LAN, {KEY: "met"}, judged_at=ahead)).judged_on == TODAY
    assert team.application.log.read(2)[-1].entry.meta.occurred == team.clock.now()
    with pytest.raises(BadRequest, match="múi giờ"):
        judge(team, sent, LAN, {OTHER: "met"}, judged_at=NINE.replace(tzinfo=None))


def test_one_wrong_opinion_keeps_all_out(team, sent):
    before = topics(team)
    with pytest.raises(NoSuchCriterion):
        judge(team, sent, LAN, {KEY: "met", ("9.9", 1, "-"): "met"})
    with pytest.raises(errors.VisitDateRefused):
        judge(team, sent, LAN, {KEY: "met"}, on=DAY - dt.timedelta(days=1))
    assert topics(team) == before


def test_papers_are_kept_ones_of_the_school(team, sent):
    with pytest.raises(DocumentUnknown):
        judge(team, sent, LAN, {KEY: "met"}, documents=[str(uuid.UUID(int=7))])


def test_calls_have_their_limits(team, sent):
    for results in ({}, {("1.1", 1, str(number)): "met" for number in range(MOST_JUDGED + 1)}):
        with pytest.raises(BadRequest, match="từ 1 đến 500"):
            judge(team, sent, LAN, results)


def test_after_the_conclusion_nobody_judges_and_a_day_with_opinions_is_not_moved_past_them(team, sent):
    judge(team, sent, LAN, {KEY: "met"})
    with pytest.raises(errors.VisitDateRefused, match="ghi ngày 02/11/2026"):
        team.reschedule(sent, TODAY)
    team.conclude(sent, who=person(HEAD))
    with pytest.raises(errors.Concluded):
        judge(team, sent, LAN, {KEY: "not_met"})


def test_of_what_one_member_says_on_devices_without_network_the_newest_holds_in_whatever_order_it_is_sent(team, sent):
    said = [("met", NINE), ("not_met", LATER), ("met", LATER + dt.timedelta(minutes=30))]
    states = set()
    for order in itertools.permutations(said):
        fresh = type(team)()
        fresh.hear_school()
        fresh.hear_cycle()
        visit = fresh.plan()
        for result, at in order:
            judge(fresh, visit, LAN, {KEY: result}, judged_at=at, seen=0)
        judge(fresh, visit, MINH, {KEY: "met"})
        (key,) = seen(fresh, visit).opinions
        (newest,) = (one.result for one in key.opinions if one.person == LAN)
        states.add((newest, key.diverging))
    assert states == {(Result.MET, False)}
