"""The earliest day on which a target can be met: the last of the days that were told, or not known and why."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.year.target_forecast import PendingStep, forecast
from services.inspection.use_cases.year import target_situation
from services.inspection.use_cases.year.target_needs import OpenNeed, need_step
from shared.vocabulary.self_assessment import ImprovementStatus
from tests.unit.inspection import recommendation_kit
from tests.unit.inspection.year import targets_kit as kit
from tests.unit.inspection.year.targets_kit import board, judge_all, set_targets, with_school

SOON, LATER = dt.date(2026, 12, 10), dt.date(2027, 3, 15)


def only(team, **more):
    return board(team, **more).targets[0]


def test_the_latest_day_of_what_is_under_way_is_the_earliest_of_the_target():
    steps = [PendingStep(what="Việc cải tiến", by=SOON), PendingStep(what="Nhu cầu", by=LATER)]
    told = forecast(["1.1 Mức 1"], steps, kit.TODAY)
    assert told.earliest == LATER
    assert told.because == "Còn thiếu 1.1 Mức 1; muộn nhất là nhu cầu, xong 15/3/2027."


def test_one_step_without_a_day_makes_the_forecast_unknown():
    steps = [PendingStep(what="Việc cải tiến", by=SOON), PendingStep(what="Nhu cầu", by=None, why="chưa có nguồn vốn")]
    told = forecast(["1.1 Mức 1"], steps, kit.TODAY)
    assert (told.earliest, told.because) == (None, "Còn thiếu 1.1 Mức 1; chưa rõ ngày: nhu cầu: chưa có nguồn vốn.")


def test_a_day_that_passed_says_nothing_about_the_days_to_come():
    told = forecast(["1.1 Mức 1"], [PendingStep(what="Việc cải tiến", by=dt.date(2026, 11, 1))], kit.TODAY)
    assert (told.earliest, told.because) == (None, "Còn thiếu 1.1 Mức 1; chưa rõ ngày: việc cải tiến đã quá hạn 01/11/2026.")


def test_nothing_under_way_is_not_known_either():
    told = forecast([f"1.1 Mức 1 {letter}" for letter in "abcdefgh"], [], kit.TODAY)
    assert told.earliest is None
    assert "1.1 Mức 1 f và 2 chỉ báo nữa; chưa rõ ngày: chưa có việc cải tiến" in told.because


def test_open_improvements_and_recommendations_of_the_criterion_are_what_it_rests_on(team):
    with_school(team)
    set_targets(team)
    assert only(team).earliest is None
    kit.improve(team, ends=LATER)
    kit.improve(team, criterion="1.2", ends=None, item="i-2")
    assert only(team).earliest == LATER
    visit = team.plan()
    recommendation_kit.add(team, visit, criterion="1.1", due=dt.date(2027, 4, 1))
    assert only(team).earliest == LATER
    team.conclude(visit)
    assert only(team).earliest == dt.date(2027, 4, 1)
    assert "kiến nghị của đoàn" in only(team).because


def test_what_is_done_or_given_up_is_not_waited_for(team):
    with_school(team)
    set_targets(team)
    kit.improve(team, ends=LATER)
    kit.improve(team, ends=None, item="i-2")
    assert only(team).earliest is None
    kit.review(team, ImprovementStatus.DROPPED, item="i-2")
    assert only(team).earliest == LATER
    kit.improve(team, ends=SOON)
    assert only(team).earliest == SOON


def test_what_an_earlier_year_left_behind_past_its_day_is_not_waited_for(team):
    kit.register(team)
    team.hear_cycle(cycle="2025-2026", opened_on=dt.date(2025, 9, 25))
    team.hear_cycle()
    set_targets(team)
    kit.improve(team, ends=LATER)
    kit.improve(team, ends=dt.date(2026, 5, 1), item="i-2", cycle="2025-2026")
    assert only(team).earliest == LATER


def test_a_target_that_is_met_has_no_forecast(team):
    with_school(team)
    set_targets(team)
    kit.improve(team, ends=LATER)
    judge_all(team)
    assert (only(team).earliest, only(team).because) == (None, "Đã đạt ngày 24/11/2026.")


def test_a_board_of_the_past_tells_what_was_known_then(team):
    with_school(team)
    set_targets(team)
    kit.improve(team, ends=SOON)
    position = team.application.log.head()
    then = board(team)
    team.clock.move(dt.timedelta(days=10))
    kit.improve(team, ends=LATER)
    judge_all(team, on=dt.date(2026, 12, 4))
    kit.drop(team)
    assert board(team, known_at=position) == then
    assert then.targets[0].earliest == SOON


def test_a_forecast_of_sixty_days_ago_is_held_against_what_came(team):
    with_school(team)
    set_targets(team, kit.wanted(), kit.wanted(criterion="1.2"))
    kit.improve(team, ends=SOON)
    team.clock.move(dt.timedelta(days=60))
    kit.improve(team, ends=LATER)
    judge_all(team, on=dt.date(2026, 12, 20))
    told = team.application.target_backtest(kit.calls.TargetBacktestRequest(commune="NL01", year=2026))
    assert told.day == kit.TODAY
    assert [(one.criterion, one.earliest, one.met_on) for one in told.forecasts] == [
        ("1.1", SOON, dt.date(2026, 12, 20)),
        ("1.2", None, None),
    ]


def test_a_need_is_there_by_the_end_of_the_last_year_of_its_money():
    assert need_step(OpenNeed("TH-BC", "1.1", 2027)).by == dt.date(2027, 12, 31)
    told = forecast(["1.1 Mức 1"], [need_step(OpenNeed("TH-BC", "1.1", None))], kit.TODAY)
    assert (told.earliest, told.because) == (None, "Còn thiếu 1.1 Mức 1; chưa rõ ngày: nhu cầu: chưa bố trí nguồn vốn.")


def test_what_a_school_needs_for_the_criterion_is_waited_for(team, monkeypatch):
    with_school(team)
    set_targets(team)
    kit.improve(team, ends=LATER)
    monkeypatch.setattr(target_situation, "needs_about", lambda *_: [OpenNeed("TH-BC", "1.1", 2028)])
    assert only(team).earliest == dt.date(2028, 12, 31)
